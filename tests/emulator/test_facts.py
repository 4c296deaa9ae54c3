"""What the pages, the messages and the analysis assume about SQS, whatever the rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.experiment import count_waiting, create_queue


@pytest.fixture
def queues(sqs: Any) -> Iterator[Any]:
    """Creates queues (FIFO if the name says so), returns their URLs, and deletes them at the end."""
    urls: list[str] = []

    def create(name: str = "facts.fifo", **attributes: str) -> str:
        urls.append(create_queue(sqs, name, **attributes))
        return urls[-1]

    yield create
    for url in urls:
        sqs.delete_queue(QueueUrl=url)


def refusal(send: Any, **arguments: Any) -> str:
    """The code with which SQS rejects a call."""
    with pytest.raises(ClientError) as caught:
        send(**arguments)
    return str(caught.value.response["Error"]["Code"])


def entry(number: int, **more: Any) -> dict[str, Any]:
    """A batch entry that is complete for a FIFO queue."""
    return {
        "Id": f"entry-{number}",
        "MessageBody": f"body {number}",
        "MessageGroupId": f"group-{number}",
        "MessageDeduplicationId": f"dedup-{number}",
        **more,
    }


def single(**more: Any) -> dict[str, Any]:
    """The arguments of a single send that are complete for a FIFO queue, except for its URL."""
    return {name: value for name, value in entry(1, **more).items() if name != "Id"}


# Deduplication


def test_deduplication_by_content_looks_at_the_body_only(sqs: Any, queues: Any) -> None:
    url = queues(ContentBasedDeduplication="true")
    for kind in ("created", "cancelled"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="a", MessageAttributes=attributes)
    assert count_waiting(sqs, url) == 1
    sqs.send_message(QueueUrl=url, MessageBody="other", MessageGroupId="a")
    assert count_waiting(sqs, url) == 2


def test_an_explicit_dedup_id_overrides_deduplication_by_content(sqs: Any, queues: Any) -> None:
    url = queues(ContentBasedDeduplication="true")
    for dedup in ("a", "b"):
        sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId="a", MessageDeduplicationId=dedup)
    assert count_waiting(sqs, url) == 2


@pytest.mark.parametrize(("scope", "waiting"), [("queue", 1), ("messageGroup", 2)])
def test_the_scope_of_a_dedup_id(sqs: Any, queues: Any, scope: str, waiting: int) -> None:
    url = queues(DeduplicationScope=scope)
    for group in ("a", "b"):
        sqs.send_message(QueueUrl=url, MessageBody="body", MessageGroupId=group, MessageDeduplicationId="same")
    assert count_waiting(sqs, url) == waiting


def test_a_queue_deduplicates_across_groups_unless_told_otherwise(sqs: Any, queues: Any) -> None:
    url = queues()
    for group in ("a", "b"):
        sqs.send_message(QueueUrl=url, MessageBody="body", MessageGroupId=group, MessageDeduplicationId="same")
    assert count_waiting(sqs, url) == 1


def test_a_dedup_id_is_remembered_after_the_message_was_deleted(sqs: Any, queues: Any) -> None:
    url = queues()
    sqs.send_message(QueueUrl=url, **single())
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.send_message(QueueUrl=url, **single(MessageBody="other"))
    assert count_waiting(sqs, url) == 0


# Groups


def test_a_message_in_flight_holds_up_its_group_and_no_other(sqs: Any, queues: Any) -> None:
    url = queues()
    for number, group in enumerate("aab"):
        sqs.send_message(QueueUrl=url, **single(MessageGroupId=group, MessageDeduplicationId=str(number)))
    received = [sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get("Messages", []) for _ in range(3)]
    assert [len(messages) for messages in received] == [1, 1, 0]


def test_a_standard_queue_takes_a_group_id_and_no_dedup_id(sqs: Any, queues: Any) -> None:
    url = queues("facts")
    sqs.send_message(QueueUrl=url, MessageBody="body", MessageGroupId="tenant")
    assert count_waiting(sqs, url) == 1
    assert refusal(sqs.send_message, QueueUrl=url, **single()) == "InvalidParameterValue"


# What is rejected


@pytest.mark.parametrize("slot", ["MessageGroupId", "MessageDeduplicationId"])
@pytest.mark.parametrize("text", ["", "a b", "a" * 129, "ü"], ids=["empty", "space", "129 characters", "non-ASCII"])
def test_an_id_out_of_the_alphabet_or_too_long_is_rejected(sqs: Any, queues: Any, slot: str, text: str) -> None:
    assert refusal(sqs.send_message, QueueUrl=queues(), **single(**{slot: text})) == "InvalidParameterValue"


@pytest.mark.parametrize("slot", ["MessageGroupId", "MessageDeduplicationId"])
@pytest.mark.parametrize(
    "text", ["a" * 128, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"], ids=["128 characters", "punctuation"]
)
def test_an_id_within_the_limits_is_accepted(sqs: Any, queues: Any, slot: str, text: str) -> None:
    url = queues()
    sqs.send_message(QueueUrl=url, **single(**{slot: text}))
    assert count_waiting(sqs, url) == 1


def test_a_delay_of_a_message_is_rejected_on_a_fifo_queue_unless_it_is_zero(sqs: Any, queues: Any) -> None:
    url = queues()
    assert refusal(sqs.send_message, QueueUrl=url, **single(DelaySeconds=2)) == "InvalidParameterValue"
    sqs.send_message(QueueUrl=url, **single(DelaySeconds=0))
    assert count_waiting(sqs, url) == 1


@pytest.mark.parametrize("slot", ["MessageGroupId", "MessageDeduplicationId"])
def test_one_entry_without_an_id_fails_the_whole_batch(sqs: Any, queues: Any, slot: str) -> None:
    url = queues()
    lacking = {name: value for name, value in entry(2).items() if name != slot}
    code = refusal(sqs.send_message_batch, QueueUrl=url, Entries=[entry(1), lacking])
    assert (code, count_waiting(sqs, url)) == ("InvalidParameterValue", 0)


def test_a_bad_entry_is_a_failed_one_of_a_batch_that_succeeds(sqs: Any, queues: Any) -> None:
    url = queues()
    response = sqs.send_message_batch(QueueUrl=url, Entries=[entry(1), entry(2, MessageBody="\x0b")])
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert [item["Id"] for item in response["Successful"]] == ["entry-1"]
    assert [item["Id"] for item in response["Failed"]] == ["entry-2"]
    assert count_waiting(sqs, url) == 1


def test_more_than_ten_entries_are_rejected(sqs: Any, queues: Any) -> None:
    url = queues()
    code = refusal(sqs.send_message_batch, QueueUrl=url, Entries=[entry(number) for number in range(11)])
    assert (code, count_waiting(sqs, url)) == ("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 0)


def test_repeated_entry_ids_are_rejected(sqs: Any, queues: Any) -> None:
    url = queues()
    code = refusal(sqs.send_message_batch, QueueUrl=url, Entries=[entry(1), entry(2, Id="entry-1")])
    assert (code, count_waiting(sqs, url)) == ("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 0)


# Declarations


def test_a_fifo_queue_is_one_by_its_name_and_its_attribute(sqs: Any, queues: Any) -> None:
    assert refusal(sqs.create_queue, QueueName="facts.fifo") == "InvalidParameterValue"
    code = refusal(sqs.create_queue, QueueName="facts", Attributes={"FifoQueue": "true"})
    assert code == "InvalidParameterValue"
