"""Messages are read whichever way they were exported, and what follows from them is right."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from sqsfifo_lint.evidence import tally
from sqsfifo_lint.evidence.groups import MessagesReport, QueueFacts
from sqsfifo_lint.evidence.id_columns import dropped_share
from sqsfifo_lint.evidence.message_words import sections
from sqsfifo_lint.evidence.messages import read_messages
from sqsfifo_lint.evidence.model import Judgement, Message, Unread
from sqsfifo_lint.evidence.moments import moment
from sqsfifo_lint.evidence.reading_messages import read_report
from sqsfifo_lint.evidence.sources import sources

SENT = 1_759_737_727_202


def exported(n: int = 0, group: str | None = "orders", dedup: str | None = None, **others: Any) -> dict[str, Any]:
    """A message as AWS's command line prints it: https://docs.aws.amazon.com/cli/latest/reference/sqs/receive-message.html"""
    attributes = {
        "SenderId": "AIDAIENQZJOLO23YVJ4VO",
        "ApproximateFirstReceiveTimestamp": str(others.pop("received", SENT + 1000 * n + 500)),
        "ApproximateReceiveCount": str(others.pop("count", 1)),
        "SentTimestamp": str(others.pop("sent", SENT + 1000 * n)),
        "SequenceNumber": str(18897214376522351616 + n),
        "MessageDeduplicationId": dedup or f"dedup-{n}x",
        "MessageGroupId": group,
    }
    attributes |= others.pop("attributes", {})
    whole = {
        "MessageId": f"00000000-0000-4000-8000-{n:012}",
        "ReceiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "Body": f"body {n}",
        "Attributes": {name: value for name, value in attributes.items() if value is not None},
    }
    return whole | others


def lambda_event(*several: dict[str, Any]) -> dict[str, Any]:
    """As Lambda hands it to a function: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html"""
    records = [
        {
            "messageId": one["MessageId"],
            "receiptHandle": one["ReceiptHandle"],
            "body": one["Body"],
            "attributes": one["Attributes"],
            "messageAttributes": {},
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-2:123456789012:orders.fifo",
            "awsRegion": "us-east-2",
        }
        for one in several
    ]
    return {"Records": records}


def read(text: str) -> list[Message | Unread]:
    return list(read_messages([text], "in.json"))


def report(folder: Path, *several: dict[str, Any]) -> MessagesReport:
    (folder / "in.json").write_text(json.dumps({"Messages": several}), encoding="utf-8")
    return read_report(sources([folder / "in.json"]), lambda _: None)


def facts(folder: Path, *several: dict[str, Any]) -> QueueFacts:
    (only,) = report(folder, *several).queues
    return only


# Reading


def test_what_the_command_line_prints() -> None:
    (one,) = read(json.dumps({"Messages": [exported(3)]}))
    assert one == Message(
        message_id="00000000-0000-4000-8000-000000000003",
        group="orders",
        dedup="dedup-3x",
        sent=SENT + 3000,
        first_received=SENT + 3500,
        receive_count=1,
        sequence_number="18897214376522351619",
        body_digest=hashlib.sha256(b"body 3").hexdigest(),
        dedup_is_digest=False,
    )


def test_what_lambda_gets_is_the_same_and_names_the_queue() -> None:
    (cli,) = read(json.dumps(exported(3)))
    (found,) = read(json.dumps(lambda_event(exported(3))))
    assert isinstance(cli, Message)
    assert found == cli._replace(queue="arn:aws:sqs:us-east-2:123456789012:orders.fifo")


@pytest.mark.parametrize(
    "value",
    [
        exported(),
        [exported()],
        {"Messages": [exported()], "ResponseMetadata": {"HTTPStatusCode": 200}},
        {"ResponseMetadata": {"HTTPStatusCode": 200}, "Messages": [exported()]},
        {"queue": "orders.fifo", "dump": {"messages": [exported()]}},
        exported()["Attributes"],
        [exported()["Attributes"]],
        {"messageId": "a", "body": {"parsed": True}, **exported()["Attributes"]},
    ],
)
def test_wherever_a_message_stands(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=4)):
        found = [one for one in read(text) if isinstance(one, Message)]
        assert [(one.group, one.sent, one.receive_count) for one in found] == [("orders", SENT, 1)]
        assert len(read(text)) == 1


@pytest.mark.parametrize("text", ['{"Messages": []}', '{"Records": []}', "{}", "", '{"Messages": null}'])
def test_an_empty_answer_is_read(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ['{"a": 1}', '[{"MessageId": "a"}]', '{"Type": "Notification", "Message": "m"}'])
def test_other_json_is_told(text: str) -> None:
    assert [type(one) for one in read(text)] == [Unread]


@pytest.mark.parametrize("missing", ["", None])
def test_numbers_that_are_empty_are_missing(missing: object) -> None:
    (one,) = read(json.dumps(exported(attributes={"SentTimestamp": missing, "ApproximateReceiveCount": missing})))
    assert isinstance(one, Message)
    assert (one.sent, one.receive_count) == (None, None)


@pytest.mark.parametrize("wrong", ["soon", True, -5, "-5", 1e300, 0.5, "9" * 400, 10**18, [1], {}, "١٢٣"])
def test_numbers_that_are_none_are_told_and_the_message_counts(wrong: object) -> None:
    text = json.dumps([exported(0), exported(1, attributes={"SentTimestamp": wrong, "ApproximateReceiveCount": wrong})])
    first, second, *notes = read(text)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (second.message_id, second.sent, second.receive_count) == (exported(1)["MessageId"], None, None)
    assert [isinstance(note, Unread) and note.message.split(" is not ")[0] for note in notes] == [
        "message 2: SentTimestamp",
        "message 2: ApproximateReceiveCount",
    ]
    assert all(note.source == "in.json" and len(note.message) < 160 for note in notes if isinstance(note, Unread))


@pytest.mark.parametrize("absurd", [1_759_737_727, 1_759_737_727_202_000, 0, "-1759737727202"])
def test_a_time_that_no_message_was_sent_at_is_told(absurd: object) -> None:
    _, note = read(json.dumps(exported(attributes={"SentTimestamp": absurd})))
    assert isinstance(note, Unread)
    assert note.message == (
        "message 1: SentTimestamp is not a time in milliseconds between 2004 and 2100, and is left out: "
        + json.dumps(absurd)
    )


def test_a_group_id_that_is_no_text_is_told() -> None:
    one, note = read(json.dumps(exported(attributes={"MessageGroupId": ["secret"]})))
    assert isinstance(one, Message)
    assert isinstance(note, Unread)
    assert (one.group, note.message) == (None, "message 1: MessageGroupId is no text, and is left out")


def test_what_cannot_be_read_of_a_message_makes_the_exit_status_2(tmp_path: Path) -> None:
    found = report(tmp_path, *(exported(n) for n in range(3)), exported(3, attributes={"SentTimestamp": "abc"}))
    assert (found.queues[0].messages, found.queues[0].groups.messages) == (4, 4)
    assert (found.unread_count, found.exit_status()) == (1, 2)
    assert found.unread[0].source.endswith("in.json")
    assert found.unread[0].message.startswith("message 4: SentTimestamp is not a time in milliseconds")


def test_envelopes_are_looked_through() -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html and
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
    """
    topic = "arn:aws:sns:us-east-2:123456789012:orders.fifo"
    sns = [
        {"Type": "Notification", "MessageId": n, "TopicArn": topic, "Message": "paid", "Timestamp": n}
        for n in ("one", "two")
    ]
    bus = [
        {"version": "0", "id": n, "detail-type": "Paid", "source": "shop", "time": n, "detail": {"order": 1}}
        for n in ("one", "two")
    ]
    for envelopes, via in ((sns, topic), (bus, "EventBridge (shop)")):
        one, two = read(json.dumps([exported(n, Body=json.dumps(each)) for n, each in enumerate(envelopes)]))
        assert isinstance(one, Message)
        assert isinstance(two, Message)
        assert one.body_digest == two.body_digest
        assert one.via == via


def test_content_based_deduplication_is_recognized() -> None:
    """A SHA-256 of the body: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""
    digest = hashlib.sha256(b"body 0").hexdigest()
    ours, other = read(json.dumps([exported(0, dedup=digest), exported(1, dedup=digest)]))
    assert isinstance(ours, Message)
    assert isinstance(other, Message)
    assert (ours.dedup_is_digest, other.dedup_is_digest) == (True, False)


def test_bodies_are_kept_only_when_asked_for() -> None:
    text = json.dumps(exported(Body="card 4111"))
    (without,), (kept,) = read_messages([text], "in"), read_messages([text], "in", bodies=True)
    assert "4111" not in repr(without)
    assert isinstance(kept, Message)
    assert kept.body == "card 4111"


def test_a_packed_file_in_utf_16(tmp_path: Path) -> None:
    """PowerShell's `>` writes UTF-16."""
    (tmp_path / "in").write_bytes(gzip.compress(json.dumps([exported(0), exported(1)]).encode("utf-16")))
    assert read_report(sources([tmp_path / "in"]), lambda _: None).queues[0].messages == 2


def test_a_packed_file_that_is_cut_off_keeps_what_came_before(tmp_path: Path) -> None:
    noise = random.Random(1)
    many = [exported(n, Body=noise.randbytes(200).hex()) for n in range(1000)]
    (tmp_path / "in.gz").write_bytes(gzip.compress(json.dumps(many).encode())[:100_000])
    found = read_report(sources([tmp_path / "in.gz"]), lambda _: None)
    assert 100 < found.queues[0].messages < 1000
    assert found.exit_status() == 2


def test_what_cannot_be_opened_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(exported()), encoding="utf-8")
    found = read_report(sources([tmp_path / "none.json", tmp_path / "in.json"]), lambda _: None)
    assert found.queues[0].messages == 1
    assert (found.unread_count, found.unread[0].source) == (1, str(tmp_path / "none.json"))


# The verdict


def test_one_group_is_serial(tmp_path: Path) -> None:
    found = report(tmp_path, *(exported(n) for n in range(11)))
    assert found.queues[0].verdict.judgement is Judgement.SERIAL
    assert found.exit_status() == 1
    assert not any("look at more" in reason for reason in found.queues[0].verdict.reasons)


def test_of_one_receive_it_is_said_that_there_may_be_more(tmp_path: Path) -> None:
    found = facts(tmp_path, *(exported(n) for n in range(10)))
    assert found.verdict.judgement is Judgement.SERIAL
    assert "look at more messages" in found.verdict.reasons[-1]


def test_many_groups_are_parallel(tmp_path: Path) -> None:
    found = report(tmp_path, *(exported(n, f"customer-{n % 4}") for n in range(20)))
    assert found.queues[0].verdict.judgement is Judgement.PARALLEL
    assert found.queues[0].groups.different == 4
    assert found.queues[0].largest == 0.25
    assert found.exit_status() == 0


def test_a_hot_group_is_partly_parallel(tmp_path: Path) -> None:
    whole = report(tmp_path, *(exported(n, "hot" if n < 15 else f"customer-{n}") for n in range(20)))
    assert whole.exit_status() == 1, "as with `logs`"
    (found,) = whole.queues
    assert found.bad
    assert found.verdict.judgement is Judgement.PARTLY
    assert "75%" in found.verdict.reasons[0]
    assert "1.3 times" in found.verdict.reasons[0]  # 20 / 15


@pytest.mark.parametrize(
    ("several", "words"),
    [
        ([], None),
        ([exported()], "One message"),
        ([exported(n, None) for n in range(20)], "--attribute-names All"),
        ([exported(n, "hot" if n < 8 else f"other-{n}") for n in range(10)], "one group where it can"),
        ([exported(n, attributes={"DeadLetterQueueSourceArn": "arn:aws:sqs:x:1:a.fifo"}) for n in range(20)], "failed"),
        (
            [exported(n, attributes={"SequenceNumber": None, "MessageDeduplicationId": None}) for n in range(20)],
            "nothing shows that the queue is FIFO",
        ),
    ],
)
def test_too_little_says_what_is_missing(several: list[dict[str, Any]], words: str | None, tmp_path: Path) -> None:
    found = report(tmp_path, *several)
    assert found.exit_status() == 0
    assert [one.verdict.judgement for one in found.queues] == ([] if words is None else [Judgement.TOO_LITTLE])
    assert all(words is not None and words in one.verdict.reasons[0] for one in found.queues)


def test_a_group_of_a_standard_queue_holds_nothing_up(tmp_path: Path) -> None:
    event = lambda_event(*(exported(n) for n in range(20)))
    (tmp_path / "in").write_text(json.dumps(event).replace("orders.fifo", "orders"), encoding="utf-8")
    (found,) = read_report(sources([tmp_path / "in"]), lambda _: None).queues
    assert (found.fifo, found.verdict.judgement) == (False, Judgement.PARALLEL)


def test_queues_are_judged_one_by_one(tmp_path: Path) -> None:
    event = json.dumps(lambda_event(*(exported(n) for n in range(20))))
    (tmp_path / "in").write_text(event + event.replace("orders.fifo", "returns.fifo"), encoding="utf-8")
    found = read_report(sources([tmp_path / "in"]), lambda _: None)
    assert [one.verdict.judgement for one in found.queues] == [Judgement.SERIAL] * 2


# Receives


def test_a_message_that_is_read_twice_counts_once(tmp_path: Path) -> None:
    found = facts(tmp_path, exported(0), exported(0, count=3), exported(1), exported(0, count=2))
    assert (found.messages, found.deliveries, found.most_received, found.returned) == (2, 4, 3, 1)
    assert not found.resent.count


def test_waits(tmp_path: Path) -> None:
    found = facts(tmp_path, *(exported(n, received=SENT + 1000 * n + wait) for n, wait in enumerate((300, 900, 100))))
    assert found.waits is not None
    assert (found.waits.oldest, found.waits.median, found.waits.longest) == (300, 300, 900)


def test_the_first_of_a_group_blocks_it_if_it_came_back(tmp_path: Path) -> None:
    several = [
        exported(0, "a", count=2),
        exported(1, "a"),
        exported(2, "b"),
        exported(3, "b", count=5),
        exported(4, "a"),
    ]
    random.Random(2).shuffle(several)
    found = facts(tmp_path, *several)
    assert found.returned == 2
    assert [(one.group, one.message.receive_count, one.behind) for one in found.blocked] == [("a", 2, 2)]


# IDs


def test_the_worked_example(tmp_path: Path) -> None:
    found = facts(
        tmp_path,
        exported(0, "68e3777f181f2", "101322146", sent=1_759_737_727_202, count=2),
        exported(1, "68e3777f181f2", "101322147", sent=1_759_737_727_250),
    )
    (group,) = found.groups.values
    assert found.verdict.judgement is Judgement.SERIAL
    assert moment(group.readings[0].made or 0) == "2025-10-06T08:02:07.098Z"
    assert found.groups.before == 103_198
    assert found.dedups.sequence
    assert found.collisions is None


def test_md5s_are_no_uuids_although_one_in_64_looks_like_one(tmp_path: Path) -> None:
    digests = [hashlib.md5(str(n).encode()).hexdigest() for n in range(200)]
    found = facts(tmp_path, *(exported(n, dedup=digest) for n, digest in enumerate(digests)))
    assert [(one.kind.name, one.values) for one in found.dedups.kinds] == [("digest-32", 200)]


def test_several_kinds_are_counted(tmp_path: Path) -> None:
    found = facts(tmp_path, *(exported(n, dedup="a b" if n == 9 else str(SENT + 1000 * n)) for n in range(10)))
    assert found.dedups.kind is None
    assert {one.kind.name: one.values for one in found.dedups.kinds} == {"epoch-milliseconds": 9, "text": 1}


@pytest.mark.parametrize(
    ("numbers", "sequence"),
    [((5, 6), True), ((5, 8), False), ((1, 2, 3, 5), True), ((1, 50, 99), False), ((7,), False)],
)
def test_a_sequence(numbers: tuple[int, ...], sequence: bool, tmp_path: Path) -> None:
    found = facts(tmp_path, *(exported(n, dedup=f"order-{number}") for n, number in enumerate(numbers)))
    assert found.dedups.sequence is sequence


@pytest.mark.parametrize("per_tick", [0.02, 0.1, 1.0, 3.0])
def test_the_dropped_share_is_that_of_random_sends(per_tick: float) -> None:
    """Computed the other way round: throw sends at ticks, and count what lies on an occupied one."""
    chance = random.Random(3)
    sends = 200_000
    ticks = round(sends / per_tick)
    occupied = len({chance.randrange(ticks) for _ in range(sends)})
    assert math.isclose(dropped_share(occupied / ticks), 1 - occupied / sends, rel_tol=0.08)


def test_dedup_ids_in_seconds_collide(tmp_path: Path) -> None:
    found = report(
        tmp_path, *(exported(n, f"g{n % 5}", str((SENT + 1500 * n) // 1000), sent=SENT + 1500 * n) for n in range(40))
    )
    (queue,) = found.queues
    assert queue.collisions is not None
    assert queue.collisions.resolution == 1_000_000_000
    assert queue.collisions.rate == pytest.approx(1 / 1.5)
    # two thirds of the seconds have a message: k = ln 3 sends a second, of which 1 - (2/3) / k are dropped
    assert queue.collisions.share == pytest.approx(1 - (2 / 3) / math.log(3))
    assert queue.colliding
    assert found.exit_status() == 1


def test_a_message_in_every_second_does_not_tell_how_many_were_dropped(tmp_path: Path) -> None:
    """Somebody may send once a second and lose nothing, or a hundred times and lose nearly all."""
    found = report(
        tmp_path, *(exported(n, f"g{n % 5}", str(SENT // 1000 + n), sent=SENT + 1000 * n) for n in range(40))
    )
    (queue,) = found.queues
    assert queue.collisions is not None
    assert (queue.collisions.full, queue.collisions.share) == (True, None)
    assert (queue.colliding, found.exit_status()) == (True, 1)
    (said,) = (one.sentences for one in sections(queue) if one.title == "Dedup IDs")
    assert said[-1].endswith("How many more were sent and dropped cannot be told: those lost are not in the queue.")


def test_a_value_of_several_kinds_is_one_and_may_be_another(tmp_path: Path) -> None:
    value = "68e3777f181f42aa8bbbccccddddeeee"
    found = facts(tmp_path, *(exported(n, value) for n in range(3)))
    (said,) = (one.sentences for one in sections(found) if one.title == "Group IDs")
    assert said[0].startswith(f"`{value}` is a version 4 UUID without dashes")
    assert said[1].startswith(f"`{value}` may also be 32 hexadecimal digits, as MD5 has")


def test_dedup_ids_in_microseconds_hardly_collide(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        *(exported(n, f"g{n % 5}", str((SENT + 1500 * n) * 1000 + n), sent=SENT + 1500 * n) for n in range(40)),
    )
    assert found.queues[0].collisions is not None
    assert not found.queues[0].colliding
    assert found.exit_status() == 0


def test_a_time_with_something_else_beside_it_does_not_collide(tmp_path: Path) -> None:
    found = facts(tmp_path, *(exported(n, dedup=f"order{n}-{SENT // 1000 + n}") for n in range(40)))
    assert found.dedups.kind is not None
    assert found.collisions is None


def test_few_sends_tell_no_rate(tmp_path: Path) -> None:
    found = facts(tmp_path, *(exported(n, dedup=str(SENT // 1000 + n)) for n in range(3)))
    assert found.collisions is not None
    assert found.collisions.share is None


def test_one_dedup_id_on_different_bodies(tmp_path: Path) -> None:
    """More than five minutes apart, or SQS would have dropped the second."""
    found = facts(tmp_path, exported(0, dedup="x"), exported(1, dedup="x", sent=SENT + 400_000), exported(2))
    assert found.reused.count == 1
    assert found.reused.first[0].apart == 400_000
    assert found.colliding


def test_one_dedup_id_on_equal_bodies_is_a_late_retry(tmp_path: Path) -> None:
    found = facts(tmp_path, *(exported(n, dedup="x", sent=SENT + 400_000 * n, Body="b") for n in range(2)))
    assert (found.reused.count, found.resent.count, found.colliding) == (0, 1, False)


def test_equal_bodies_with_different_dedup_ids(tmp_path: Path) -> None:
    soon = facts(tmp_path, exported(0, Body="b"), exported(1, Body="b"), exported(2, Body="c"))
    late = facts(tmp_path, exported(0, Body="b"), exported(1, Body="b", sent=SENT + 300_000))
    other = facts(tmp_path, exported(0, "a", Body="b"), exported(1, "b", Body="b"))
    assert (soon.unrecognized.count, late.unrecognized.count, other.unrecognized.count) == (1, 0, 0)


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "KEPT", 100)
    found = facts(tmp_path, *(exported(n, f"g{n % 2}") for n in range(300)))
    assert (found.messages, found.kept, found.groups.messages, found.dedups.different) == (300, 100, 300, 100)
    assert [value.use.messages for value in found.groups.values] == [150, 150]
    assert (found.groups.complete, found.dedups.complete) == (True, False)
