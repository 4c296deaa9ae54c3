"""What is said about where IDs come from."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from sqsfifo_lint.commands.senders import senders
from sqsfifo_lint.evidence.blame import as_lines, as_record
from sqsfifo_lint.evidence.origins import Seen, join
from sqsfifo_lint.evidence.shapes import Nature, Often, Piece, Place, Sender, Shape

ROOT = Path(__file__).parent.parent.parent
GROUP = Seen("group-68e3777f181f2", 2)
DEDUPS = [Seen("68e3777f19000", 1), Seen("68e3777f1a000", 1)]


def test_the_classic_story_in_words_and_as_data() -> None:
    with contextlib.chdir(ROOT):
        found = senders([Path("examples/start_up_group")]).senders
    joined = join(found, [GROUP], DEDUPS)
    trapped, given = "examples/start_up_group/trapped", 'config.get("group") or uniqid("group-")'
    assert list(as_lines(joined, serial=True)) == [
        "Where the IDs come from (2 sends in the code)",
        f"  group ID 'group-68e3777f181f2' on 2 messages: could be from {trapped}/sqs_queue.py:27",
        "    'group-' + clock (time.time, created once per process)",
        f"      {trapped}/ids.py:8:27  read from the clock here: time.time()",
        f'      {trapped}/connector.py:17:71  returned by `uniqid()`: uniqid("group-")',
        f"      {trapped}/connector.py:17:48  passed as `message_group_id` to `__init__()`: {given}",
        f"      {trapped}/sqs_queue.py:18:9  kept in `self.message_group_id`: self.message_group_id",
        f"      {trapped}/sqs_queue.py:30:32  used as the group ID: self.message_group_id",
        f"    This group makes the queue serial: change {trapped}/connector.py:17",
        f"  dedup IDs: 2, such as '68e3777f19000', on 2 messages: could be from {trapped}/sqs_queue.py:27",
        "    clock (time.time, created for each message)",
        f"      {trapped}/ids.py:8:27  read from the clock here: time.time()",
        f"      {trapped}/sqs_queue.py:31:40  returned by `uniqid()`, used as the dedup ID: uniqid()",
    ]
    record = json.loads(json.dumps(as_record(joined)))
    (group,) = record["group_ids"]
    assert record["largest_group"] == group
    assert (record["sends"], group["match"], group["messages"], group["example"]) == (2, "form", 2, GROUP.text)
    (candidate,) = group["candidates"]
    assert (candidate["path"], candidate["line"]) == (f"{trapped}/sqs_queue.py", 27)
    assert (candidate["given"]["path"], candidate["given"]["line"]) == (f"{trapped}/connector.py", 17)
    assert (candidate["often"], candidate["against"]) == ("import", "")
    assert [(piece["kind"], piece["text"], piece["source"]) for piece in candidate["made_of"]] == [
        ("text", "group-", None),
        ("clock", None, "time.time"),
    ]
    assert [step["line"] for step in candidate["trace"]] == [8, 17, 17, 18, 30]


def sender(line: int, *pieces: Piece) -> Sender:
    here = Place("app.py", line, 1)
    return Sender(here, "send_message", (), (Shape(pieces, here._replace(line=line + 1)),))


def text(value: str) -> Piece:
    return Piece(Nature.TEXT, Often.IMPORT, value)


DATA = Piece(Nature.DATA, Often.MESSAGE, "order.id")


def said(*senders: Sender, seen: Seen) -> list[str]:
    return list(as_lines(join(senders, [seen]), serial=True))[1:]


def test_a_constant_is_the_text_of_its_send() -> None:
    assert said(sender(1, text("orders")), seen=Seen("orders", 3)) == [
        "  group ID 'orders' on 3 messages: the text of app.py:1",
        "    'orders'",
        "    This group makes the queue serial: change app.py:2",
    ]


def test_several_could_have_made_it() -> None:
    same = [sender(line, text("orders")) for line in (1, 3, 5, 7)]
    lines = said(*same, sender(9, DATA), seen=Seen("orders", 3))
    assert lines[0] == "  group ID 'orders' on 3 messages: could be from app.py:1 or app.py:3 or app.py:5"
    assert lines[-2:] == [
        "    2 other sends could have made it, too",
        "    This group makes the queue serial: look at app.py:2, app.py:4, app.py:6",
    ]


def test_data_tells_nothing() -> None:
    lines = said(sender(1, DATA), seen=Seen("orders", 3))
    assert lines[0] == "  group ID 'orders' on 3 messages: nothing in it tells; could be from app.py:1"


def test_what_matches_nothing_is_said() -> None:
    assert said(sender(1, text("invoices")), seen=Seen("orders", 3)) == [
        "  group ID 'orders' on 3 messages: nothing in the code makes such an ID",
        "    This group makes the queue serial, and it is not from this code.",
    ]


def test_hostile_text_is_made_visible() -> None:
    lines = said(sender(1, text("a\x1b[31m")), seen=Seen("a\x1b[31m", 1))
    assert not any("\x1b" in line for line in lines)


def test_a_queue_that_is_not_serial_blames_nobody() -> None:
    joined = join([sender(1, text("orders"))], [Seen("orders", 3)])
    assert not any("serial" in line for line in as_lines(joined, serial=False))
