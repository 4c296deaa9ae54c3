"""What the attributes and metrics of a queue mean for those who send to it and those who work on it.

Facts about SQS come from its developer guide; each function names the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from sqsfifo_lint.evidence.model import Judgement, Verdict
from sqsfifo_lint.evidence.queue_facts import Figure, Metrics, Queue

MIN_MINUTES = 5
"""Minutes in which messages waited while others were handled, for a verdict. Fewer may be one slow message."""

PARALLEL_SHARE = 0.5
"""Of those minutes, the share in which two or more groups were in flight, from which on a queue counts as parallel."""

SCANNED = 120_000
"""Messages that SQS looks through for a group that is free, and messages of a FIFO queue that may be in flight.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-fifo.html
"""

REDELIVERED = 1.05
"""Receives for each delete from which on messages are said to be delivered again. The two are counted in different
minutes, so a few percent mean nothing.
"""

LOST_SHARE = 0.01
"""Share of sends that SQS drops as duplicates, from which on it is a warning: retries alone are rarer."""


class About(Enum):
    """Whom it concerns."""

    SENDERS = "senders"
    WORKERS = "workers"


class Consequence(NamedTuple):
    """One thing that follows."""

    id: str
    """A stable name, for programs."""
    about: About
    warning: bool
    """Whether something should be done about it."""
    text: str


Rule = Callable[[Queue, Metrics | None], Iterator[Consequence]]


def consequences(queue: Queue, metrics: Metrics | None) -> tuple[Consequence, ...]:
    """What follows: for senders, then for workers; warnings first. `metrics`: None if they could not be read."""
    found = [one for rule in RULES for one in rule(queue, metrics)]
    return tuple(sorted(found, key=lambda one: (one.about is About.WORKERS, not one.warning)))


def verdict(queue: Queue, metrics: Metrics | None) -> Verdict | None:
    """Whether groups were handled at the same time while messages waited; None for a standard queue, which has none.

    "If you have a large backlog and this metric is low, scale consumers or increase the number of active groups":
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    """
    if not queue.fifo:
        return None
    if metrics is None:
        return Verdict(Judgement.TOO_LITTLE, ("The metrics are missing.",))
    waiting, groups = metrics.of(Figure.WAITING), metrics.of(Figure.GROUPS)
    pressed = [groups[minute] for minute, count in waiting.items() if count > 0 and groups.get(minute, 0) > 0]
    if len(pressed) < MIN_MINUTES:
        reason = (
            f"Messages waited while others were handled in {minutes(len(pressed))} of the last {metrics.hours} h; "
            f"{MIN_MINUTES} are needed. `--hours` looks further back."
        )
        return Verdict(Judgement.TOO_LITTLE, (reason,))
    several = sum(count >= 2 for count in pressed)
    most = f"{max(pressed):,.0f} at once at most"
    if several == 0:
        seen = (
            f"In all {minutes(len(pressed))} in which messages waited, only one group was in flight, so one worker at "
            "a time had work."
        )
        causes = (
            "Either all messages share a group, or a single worker runs: `sqsfifo-lint messages` and "
            "`sqsfifo-lint logs` tell which. With one group, more workers bring nothing."
        )
        return Verdict(Judgement.SERIAL, (seen, causes))
    share = several / len(pressed)
    reason = (
        f"Messages waited in {minutes(len(pressed))}; in {several:,} of them ({share:.0%}) two or more groups were in "
        f"flight, {most}."
    )
    judgement = Judgement.PARALLEL if share >= PARALLEL_SHARE else Judgement.PARTLY
    return Verdict(judgement, (reason,))


def groups_and_dedup(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagegroupid-property.html"""
    if not queue.fifo:
        yield _senders(
            "standard-queue",
            "This is a standard queue: a group ID gives no order and makes nothing wait (it only keeps tenants fair), "
            "and a send with a dedup ID is rejected.",
        )
        return
    yield _senders(
        "group-required",
        "Every send needs a group ID. SQS delivers one group at a time, so the number of groups with messages is the "
        "most that workers can handle at once.",
    )
    if queue.content_based_deduplication:
        yield _senders(
            "dedup-by-content",
            "A send without a dedup ID is deduplicated by its body: the same body within 5 minutes is dropped, even if "
            "its message attributes differ. An explicit dedup ID overrides this.",
        )
    else:
        yield _senders(
            "dedup-required",
            "Every send needs a dedup ID, or SQS rejects it, and with it the whole batch: the queue does not "
            "deduplicate by content.",
        )
    if queue.deduplication_scope == "messageGroup":
        yield _senders("dedup-per-group", "Dedup IDs count per group: the same one in another group is delivered.")
    else:
        yield _senders(
            "dedup-per-queue",
            "Dedup IDs count for the whole queue: the same one within 5 minutes is dropped, even in another group.",
        )


def throughput(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html"""
    if not queue.fifo:
        return
    if queue.throughput_limit == "perMessageGroupId" and queue.deduplication_scope == "messageGroup":
        yield _senders(
            "high-throughput",
            "High throughput is on: the limit grows with the number of groups. Each partition takes 300 calls/s per "
            "action, and a group stays in one, so a constant group ID stays at 300.",
        )
    else:
        yield _senders(
            "limited-throughput",
            "The whole queue takes 300 calls/s per action (3,000 messages/s in batches of ten). For more: "
            "DeduplicationScope=messageGroup and FifoThroughputLimit=perMessageGroupId.",
        )


def delay(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html"""
    if queue.delay:
        own = ", and a send cannot set a delay of its own" if queue.fifo else ""
        yield _senders("delayed", f"Every message is held back for {seconds(queue.delay)}{own}.")
    elif queue.fifo:
        yield _senders("no-delay-per-message", "A send with DelaySeconds above 0 is rejected.")


def dropped(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """Whether sends were dropped as duplicates, though SQS answered them with success."""
    count = metrics.total(Figure.DEDUPLICATED) if metrics else 0
    if not metrics or not count:
        return
    # A duplicate is accepted: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    sent = metrics.total(Figure.SENT)
    share = f" ({count / sent:.1%} of {sent:,.0f} sent)" if sent >= count else ""
    yield Consequence(
        "dropped-as-duplicates",
        About.SENDERS,
        not sent or count / sent >= LOST_SHARE,
        f"SQS dropped {count:,.0f} sends as duplicates{share} in the last {metrics.hours} h. Each was answered with "
        "success. If they were not retries of the same message, the dedup IDs repeat.",
    )


def visibility(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html"""
    if queue.visibility_timeout is None:
        return
    if queue.visibility_timeout == 0:
        text = "The visibility timeout is 0 s: a message is delivered again while it is still being handled."
        yield _workers("no-visibility-timeout", text, warning=True)
        return
    group = ", and its group moves on in the hands of another worker" if queue.fifo else ""
    yield _workers(
        "visibility-timeout",
        f"Work that takes longer than {seconds(queue.visibility_timeout)} is delivered again{group}. A worker that "
        "dies or does not delete holds its " + ("whole group" if queue.fifo else "message") + " back for as long.",
    )


def dead_letters(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"""
    if queue.dead_letter is None:
        until = f" until it expires after {seconds(queue.retention)}" if queue.retention else ""
        what = "blocks its group" if queue.fifo else "comes back again and again"
        yield _workers(
            "no-dead-letters", f"No dead-letter queue: a message that always fails {what}{until}.", warning=True
        )
        return
    most, timeout = queue.dead_letter.max_receives, queue.visibility_timeout
    times = f"{most} receives" if most else "its receives"
    held = (
        f" It blocks its group for up to {seconds(most * timeout)} before." if queue.fifo and most and timeout else ""
    )
    order = " The group then goes on without it, so its order is broken." if queue.fifo else ""
    target = queue.dead_letter.arn.rpartition(":")[2]
    yield _workers("dead-letters", f"A message that fails goes to {target} after {times}.{held}{order}")


def polling(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html"""
    if queue.receive_wait == 0:
        text = "A receive without WaitTimeSeconds returns at once, often empty; 20 s is the longest and the cheapest."
        yield _workers("short-polling", text)


def expiry(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """A message that is older than the retention period is deleted unread."""
    oldest = metrics.most(Figure.OLDEST) if metrics else None
    if queue.retention and oldest and oldest >= queue.retention / 2:
        text = (
            f"The oldest message waited {seconds(oldest)}; SQS deletes what is older than {seconds(queue.retention)}, "
            "handled or not."
        )
        yield _workers("messages-expire", text, warning=True)


def backlog(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """AWS on a backlog in one group:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/avoid-backlog-with-the-same-message-group-id.html
    """
    counts = [queue.waiting or 0, queue.in_flight or 0]
    if queue.fifo and sum(counts) >= SCANNED:
        yield _workers(
            "beyond-scan",
            f"{sum(counts):,} messages are in the queue; SQS looks for free groups in the first {SCANNED:,} only, so a "
            "large group hides the others.",
            warning=True,
        )


def flow(queue: Queue, metrics: Metrics | None) -> Iterator[Consequence]:
    """What was sent, received and deleted, compared."""
    if metrics is None:
        return
    sent, received, deleted = (metrics.total(one) for one in (Figure.SENT, Figure.RECEIVED, Figure.DELETED))
    if sent and not received:
        text = f"{sent:,.0f} messages were sent in the last {metrics.hours} h, and none was received: no worker runs."
        yield _workers("no-worker", text, warning=True)
    elif received > deleted * REDELIVERED and received - deleted >= 1:
        held = ", and each such delivery holds its group back for the visibility timeout" if queue.fifo else ""
        text = (
            f"{received:,.0f} received, {deleted:,.0f} deleted in the last {metrics.hours} h: messages are delivered "
            f"again or still being handled{held}."
        )
        yield _workers("delivered-again", text, warning=True)
    if received and sent > deleted * REDELIVERED:
        text = f"{sent:,.0f} sent, {deleted:,.0f} deleted in the last {metrics.hours} h: the backlog grows."
        yield _workers("falling-behind", text, warning=True)


RULES: tuple[Rule, ...] = (
    groups_and_dedup,
    throughput,
    delay,
    dropped,
    visibility,
    dead_letters,
    polling,
    expiry,
    backlog,
    flow,
)
"""What is looked at, in the order in which it is printed."""


def seconds(number: float) -> str:
    """A duration in its largest units, such as `90 s`, `4 days` or `12 h`."""
    for size, word in ((86_400, "day"), (3_600, "h"), (60, "min")):
        if number >= 2 * size or (number >= size and number % size == 0):
            amount = f"{number / size:.1f}".removesuffix(".0")
            return f"{amount} {word}" + ("s" if word == "day" and amount != "1" else "")
    return f"{number:.0f} s"


def minutes(number: int) -> str:
    """A number of minutes, in words."""
    return f"{number:,} minute" if number == 1 else f"{number:,} minutes"


def _senders(name: str, text: str) -> Consequence:
    return Consequence(name, About.SENDERS, False, text)


def _workers(name: str, text: str, *, warning: bool = False) -> Consequence:
    return Consequence(name, About.WORKERS, warning, text)
