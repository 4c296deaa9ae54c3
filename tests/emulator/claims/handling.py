"""SQF3xx."""

from __future__ import annotations

from tests.emulator.claims.model import Claim, delivered, told
from tests.emulator.experiment import Run, Setting

SENT = Setting(messages=10)
ONE_REFUSED = Setting(messages=10, refused=1)
REFUSED = Setting(messages=1, refused=1)

TEXT_AS_UUID = "uuid.uuid5 = lambda namespace, name: name"
"""Leaves the group ID as the only mistake."""

ENTRIES = "[{'Id': event['id'], 'MessageBody': event['body']} for event in events]"

CLAIMS = (
    Claim(
        rule="SQF301",
        says="A batch send succeeds although SQS rejects an entry, and only `Failed` says so.",
        setting=ONE_REFUSED,
        measure=told,
        bad={
            "Thrown away": Run("publish_all(standard_url, events)"),
            "The HTTP status is 200 either way": Run(f"publish_all(standard_url, {ENTRIES})"),
            "Returned to a caller that throws it away": Run(f"publish_all(standard_url, {ENTRIES})"),
        },
        good={
            "Rejected entries raise an error": Run(f"publish_all(standard_url, {ENTRIES})"),
            "The caller checks": Run(f"publish_all(standard_url, {ENTRIES})"),
        },
        shows=("9 delivered, the caller is not told", "9 delivered, the caller is told"),
    ),
    Claim(
        rule="SQF302",
        says="A message whose send fails is lost, and nobody sends it again.",
        setting=REFUSED,
        measure=told,
        bad={
            "Only logged": Run("publish(queue_url, event)"),
            "Around a call that leads to the send": Run("handler({'Records': [event]}, None)"),
            "Suppressed": Run("publish(event['body'])"),
        },
        good={
            "Logged, and raised again": Run("publish(standard_url, event['body'])"),
            "Kept, to be sent again": Run(
                "publish_all(standard_url, events) or [event for event in events if 'sent' not in event]"
            ),
        },
        shows=("0 delivered, the caller is not told", "0 delivered, the caller is told"),
    ),
    Claim(
        rule="SQF303",
        says="A message with its own delay is rejected on a FIFO queue.",
        setting=SENT,
        measure=delivered,
        bad={
            "In the call": Run("publish(event)"),
            "A default that nobody overrides": Run("publish(event)"),
        },
        good={
            "No delay": Run("publish(event)"),
            "Only where the queue is standard": Run("publish(queue_url, event)"),
        },
        shows=("rejected: InvalidParameterValue", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF304",
        says="An ID that is not a `str` is rejected before anything is sent.",
        setting=SENT,
        measure=delivered,
        bad={"An object instead of text, and a group with spaces": Run("publish(queue_url, event)")},
        good={"Text, without spaces": Run("publish(queue_url, event)")},
        shows=("rejected: ParamValidationError", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF304",
        says="A group ID with a space is rejected.",
        setting=SENT,
        measure=delivered,
        bad={
            "An object instead of text, and a group with spaces": Run("publish(queue_url, event)", start=TEXT_AS_UUID)
        },
        good={"Text, without spaces": Run("publish(queue_url, event)", start=TEXT_AS_UUID)},
        shows=("rejected: InvalidParameterValue", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF304",
        says="Messages without a value all have the dedup ID `None`, and all but the first are lost.",
        setting=SENT,
        measure=delivered,
        bad={"The text of a value that may be missing": Run("publish(queue_url, {'account': event['account']})")},
        good={"A missing value is an error": Run("publish(queue_url, event)")},
        shows=("every send accepted, 1 delivered", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF305",
        says="A batch of more than ten entries is rejected.",
        setting=Setting(messages=100, batch=100),
        measure=delivered,
        bad={"More than ten entries": Run("fill(standard_url)")},
        good={"Slices of ten, numbered": Run("publish_all(standard_url, events)")},
        shows=(
            "rejected: AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            "every send accepted, 100 delivered",
        ),
    ),
    Claim(
        rule="SQF305",
        says="A batch in which an entry's `Id` repeats is rejected.",
        setting=SENT,
        measure=delivered,
        bad={"One ID for all entries": Run("publish_all(standard_url, events)")},
        good={"A unique value for each entry": Run("publish_all(events)")},
        shows=("rejected: AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "every send accepted, 10 delivered"),
    ),
    Claim(
        rule="SQF305",
        says="A batch in which an entry's `Id` has other characters than letters, digits, `-` and `_` is rejected.",
        setting=SENT,
        measure=delivered,
        bad={"A colon": Run("publish_all(events)")},
        good={"A unique value for each entry": Run("publish_all(events)")},
        shows=("rejected: AWS.SimpleQueueService.InvalidBatchEntryId", "every send accepted, 10 delivered"),
    ),
)
