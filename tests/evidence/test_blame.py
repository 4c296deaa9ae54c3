"""What is said about where IDs come from."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from sqsfifo_lint.commands.senders import senders
from sqsfifo_lint.evidence.blame import as_record, as_sections
from sqsfifo_lint.evidence.origins import Seen, join
from sqsfifo_lint.evidence.shapes import Nature, Often, Piece, Place, Sender, Shape

GROUP = Seen("group-68e3777f181f2", 2)
DEDUPS = [Seen("68e3777f19000", 1), Seen("68e3777f1a000", 1)]


def test_the_classic_story_in_words_and_as_data(project: Path) -> None:
    with contextlib.chdir(project):
        found = senders([Path("examples/start_up_group")]).senders
    joined = join(found, [GROUP], DEDUPS)
    trapped, given = "examples/start_up_group/trapped", 'config.get("group") or uniqid("group-")'
    group, dedup = as_sections(joined, serial=True)
    assert (group.title, group.alarming) == ("Group IDs in the code (2 sends)", True)
    made = "'group-' + clock (time.time, created once per process)"
    assert group.sentences == (
        f"`group-68e3777f181f2` on 2 messages: `{trapped}/sqs_queue.py:27` could have made it: {made}.",
        f"This is the group that makes the workers wait. Change `{trapped}/connector.py:17`.",
    )
    assert group.lines == (
        f"{trapped}/ids.py:8:27  read from the clock here: time.time()",
        f'{trapped}/connector.py:17:71  returned by `uniqid()`: uniqid("group-")',
        f"{trapped}/connector.py:17:48  passed as `message_group_id` to `__init__()`: {given}",
        f"{trapped}/sqs_queue.py:18:9  kept in `self.message_group_id`: self.message_group_id",
        f"{trapped}/sqs_queue.py:30:32  used as the group ID: self.message_group_id",
    )
    each = "clock (time.time, created for each message)"
    assert (dedup.title, dedup.alarming) == ("Dedup IDs in the code", False)
    assert dedup.sentences == (
        f"2 IDs such as `68e3777f19000` on 2 messages: `{trapped}/sqs_queue.py:27` could have made them: {each}.",
    )
    assert dedup.lines == (
        f"{trapped}/ids.py:8:27  read from the clock here: time.time()",
        f"{trapped}/sqs_queue.py:31:40  returned by `uniqid()`, used as the dedup ID: uniqid()",
    )
    record = json.loads(json.dumps(as_record(joined, serial=True)))
    (group,) = record["group_ids"]
    assert record["blamed_group"] == group
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


def said(*senders: Sender, seen: list[Seen]) -> list[str]:
    (section,) = as_sections(join(senders, seen), serial=True)
    return list(section.sentences)


ORDERS = Seen("orders", 3)


def test_a_constant_is_the_text_of_its_send() -> None:
    assert said(sender(1, text("orders")), seen=[ORDERS]) == [
        "`orders` on 3 messages: the text of `app.py:1`.",
        "This is the group that makes the workers wait. Change `app.py:2`.",
    ]


def test_several_could_have_made_it() -> None:
    same = [sender(line, text("orders")) for line in (1, 3, 5, 7)]
    assert said(*same, sender(9, DATA), seen=[ORDERS]) == [
        "`orders` on 3 messages: `app.py:1` or `app.py:3` or `app.py:5` could have made it: 'orders'.",
        "So could 1 more send.",
        "Less likely: 1 other send.",
        "This is the group that makes the workers wait. Look at `app.py:2`, `app.py:4`, `app.py:6`.",
    ]


def test_data_tells_nothing() -> None:
    assert said(sender(1, DATA), seen=[ORDERS])[0] == (
        "`orders` on 3 messages: nothing tells what made it. "
        "`app.py:1` could have: data (order.id, created for each message)."
    )


def test_what_speaks_against_it_is_said() -> None:
    unique = Piece(Nature.UNIQUE, Often.MESSAGE, "uuid4()", "uuid.uuid4")
    (first, against, _) = said(sender(1, unique), seen=[Seen("0f8fad5b-d9cb-469f-a165-70867728950e", 2)])
    assert "nothing tells" in first
    assert against == "Against that: it creates a new one for each message, and 2 messages have this one."


def test_what_matches_nothing_is_said() -> None:
    assert said(sender(1, text("invoices")), seen=[ORDERS]) == [
        "`orders` on 3 messages: nothing in the code makes it.",
        "This is the group that makes the workers wait, and it is not from this code.",
    ]


def test_the_group_to_blame_is_first_and_many_are_summed_up() -> None:
    senders = [sender(line, text(f"{line}-"), DATA) for line in range(1, 8)]
    seen = [Seen("7-a", 3), *(Seen(f"{line}-{letter}", 2) for line in range(1, 8) for letter in "bc")]
    lines = said(*senders, seen=seen)
    assert lines[0].startswith("`7-a` on 3 messages: `app.py:7` could have made it")
    assert lines[1] == "This is the group that makes the workers wait. Change `app.py:8`."
    assert lines[2].startswith("3 IDs such as `7-a` on 7 messages")
    assert lines[3].startswith("2 IDs such as `1-b` on 4 messages")
    assert lines[-1] == "4 more IDs on 8 messages: see `--output-format json`."


def test_a_queue_that_is_not_serial_blames_nobody() -> None:
    (section,) = as_sections(join([sender(1, text("orders"))], [ORDERS]), serial=False)
    assert not section.alarming
    assert not any("serial" in sentence for sentence in section.sentences)


def test_a_send_that_may_have_made_anything_is_not_blamed_for_sure(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "import boto3\n"
        "def push(name):\n"
        "    boto3.client('sqs').send_message(\n"
        "        QueueUrl='https://sqs.eu-west-1.amazonaws.com/1/a.fifo', MessageBody='b', MessageGroupId=name)\n"
    )
    (group, *_) = as_sections(join(senders([tmp_path]).senders, [Seen("tenant/9", 20)]), serial=True)
    assert group.sentences[0].startswith("`tenant/9` on 20 messages: nothing tells what made it.")
    assert group.sentences[-1].startswith(
        "This is the group that makes the workers wait. If it comes from there, change `"
    )
