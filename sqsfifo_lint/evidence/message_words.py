"""What `sqsfifo-lint messages` says of a queue, in sentences: the same for the terminal and for HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqsfifo_lint.evidence.group_verdict import ONE_RECEIVE
from sqsfifo_lint.evidence.groups import COLLIDING, QueueFacts, Repeats
from sqsfifo_lint.evidence.id_columns import ENOUGH_SENDS, Ids, IdValue
from sqsfifo_lint.evidence.ids import PLAIN, Fit, Kind, Reading
from sqsfifo_lint.evidence.model import Judgement, Message
from sqsfifo_lint.evidence.moments import moment
from sqsfifo_lint.evidence.sections import Bar, Section
from sqsfifo_lint.evidence.wording import counted, duration, percent

BARS = 10
"""Groups that the picture shows, the largest first."""

VALUES = 3
"""IDs of a kind that are shown as examples."""


NOTHING = "No messages: nothing to judge by. `receive-message` prints nothing, too, while all messages are in flight."
"""Said where there is no queue to report on."""


def title(facts: QueueFacts) -> str:
    """What was read, in a few words."""
    groups = counted(facts.groups.different, "group") if facts.groups.messages else "no groups"
    name = facts.queue.rpartition(":" if facts.queue.startswith("arn:") else "/")[2] if facts.queue else None
    where = f"{name}: " if name else ""
    return f"{where}{counted(facts.messages, 'message')} in {groups}"


def sections(facts: QueueFacts, *, bodies: bool = False) -> tuple[Section, ...]:
    """Everything there is to say, the weightiest first. `bodies`: whether to show bodies where they tell something."""
    several = (
        Section("Why", facts.verdict.reasons, alarming=facts.verdict.judgement is Judgement.SERIAL),
        *facts.beside.sections,
        Section("Groups", tuple(_groups(facts)), tuple(_bars(facts))),
        Section("Messages", tuple(_messages(facts))),
        Section("Came back", tuple(_returned(facts, bodies))),
        Section("Group IDs", tuple(_ids(facts.groups, "group ID"))),
        Section("Dedup IDs", (*_ids(facts.dedups, "dedup ID"), *_dedups(facts, bodies)), alarming=facts.colliding),
    )
    return tuple(section for section in several if section.sentences or section.bars)


def _groups(facts: QueueFacts) -> Iterator[str]:
    different = facts.groups.different
    if not different or facts.fifo is False:
        return
    if facts.groups.complete:
        yield from _most_workers(different)
    rest = facts.groups.messages - sum(value.use.messages for value in facts.groups.values[:BARS])
    if different > BARS:
        yield f"Not shown: {counted(different - BARS, 'more group')} with {counted(rest, 'message')}."


def _most_workers(different: int) -> Iterator[str]:
    yield (
        f"At most {counted(different, 'worker')} can have messages of these at a time, one per group, unless a"
        f" visibility timeout runs out. A worker may get up to {ONE_RECEIVE} messages of its group at once; whether it"
        " handles those one by one is up to its code."
    )


def _bars(facts: QueueFacts) -> Iterator[Bar]:
    for value in facts.groups.values[:BARS]:
        yield Bar(value.value, value.use.messages, value.use.messages / facts.groups.messages)


def _messages(facts: QueueFacts) -> Iterator[str]:
    if facts.first_sent is not None and facts.last_sent is not None:
        first, last = facts.first_sent * 1000, facts.last_sent * 1000
        if first == last:
            yield f"Sent at {moment(first)}."
        else:
            yield f"Sent from {moment(first)} to {moment(last)}, within {duration(last - first)}."
    if facts.deliveries > facts.messages:
        yield f"They were read {facts.deliveries:,} times in all; each counts once here."
    if facts.kept < facts.messages:
        yield f"Only the first {facts.kept:,} are looked at one by one; the others are counted by group."
    waits = facts.waits
    if waits is not None:
        text = f"The oldest waited {duration(waits.oldest * 1000)} until it was first received"
        if waits.messages > 1:
            text += f"; half of them waited {duration(waits.median * 1000)} or longer"
            text += f", the longest {duration(waits.longest * 1000)}"
        yield f"{text}."
    if facts.dead_letter_sources:
        yield (
            f"They come from a dead-letter queue; before, they were in {', '.join(facts.dead_letter_sources)}."
            " In a FIFO queue, the time of sending is that of the move."
        )
    if facts.via:
        yield f"They came through {', '.join(facts.via)}; bodies are compared without the envelope."


def _returned(facts: QueueFacts, bodies: bool) -> Iterator[str]:
    if not facts.returned:
        return
    more = counted(facts.returned, "message") + (" was" if facts.returned == 1 else " were")
    yield (
        f"{more} received more than once, {facts.most_received} times at most: the handler failed, or took longer than"
        " the visibility timeout, or somebody looked, as `receive-message` does."
    )
    for one in facts.blocked[:VALUES]:
        yield (
            f"The first message of group `{one.group}` was received {one.message.receive_count} times"
            f"{_id(one.message)}. Until it is deleted or moved to a dead-letter queue, SQS gives out"
            f" {_behind(one.behind)} only together with it."
        )
        yield from _body(one.message, bodies)
    if len(facts.blocked) > VALUES:
        yield f"So it is with {counted(len(facts.blocked) - VALUES, 'more group')}."


def _behind(number: int) -> str:
    match number:
        case 0:
            return "what comes behind it"
        case 1:
            return "the one behind it"
    return f"the {number:,} behind it"


def _id(message: Message) -> str:
    return f" (message ID {message.message_id})" if message.message_id else ""


def _body(message: Message, bodies: bool) -> Iterator[str]:
    if bodies and message.body is not None:
        yield f"Its body: {message.body}"


def _ids(ids: Ids, slot: str) -> Iterator[str]:
    if not ids.messages:
        return
    number = ("" if ids.complete else "More than ") + counted(ids.different, slot)
    all_different = ids.different == ids.messages and ids.different > 1
    first = f"{number}, all different" if all_different else number
    if ids.sequence:
        examples = ", ".join(f"`{value.value}`" for value in sorted(ids.values, key=_number)[:VALUES])
        first += f": a sequence of numbers ({examples}{', …' if ids.different > VALUES else ''})"
    if ids.different > 1:
        yield f"{first}."
    if ids.looked_at < ids.different:
        yield f"The kind is told from {ids.looked_at:,} of them."
    if ids.kind is None:
        yield from (
            f"{count:,} of {ids.looked_at:,}: {kind.words}, shown by {kind.evidence}." for kind, count in ids.kinds
        )
        return
    if not ids.sequence:
        yield from _kind(ids, slot)


def _number(value: IdValue) -> tuple[int, str]:
    return len(value.value), value.value


def _kind(ids: Ids, slot: str) -> Iterator[str]:
    only = ids.different == 1
    rivals = 0
    examples = ", ".join(f"`{value.value}`" for value in ids.values[:VALUES])
    for n, (kind, _) in enumerate(ids.kinds):
        told = [reading for value in ids.values[:1] for reading in value.readings if reading.kind is kind]
        part = "" if all(reading.whole for reading in told) else " contains" if only else " contain"
        whole = not part
        subject = f"{examples if only or not n else 'They'}"
        verb = part or _verb(kind, only=only, rivals=rivals)
        rivals += whole
        shown = "Nothing in it tells how it was made" if kind.name in PLAIN else f"Shown by: {kind.evidence}"
        yield f"{subject}{verb} {kind.words}{_when(told, only=only)}. {shown}."
    if ids.before is not None and not only:
        sign = "before" if ids.before >= 0 else "after"
        yield f"Half of them were made {duration(ids.before)} or more {sign} the first message with them was sent."


def _verb(kind: Kind, *, only: bool, rivals: int) -> str:
    """`rivals`: how many likelier kinds fit the same text."""
    each = "" if only or not kind.words.startswith(("a ", "an ")) else " each"
    if rivals:
        return f" may also{each} be"
    return " is" if only else f" are{each}"


def _when(readings: Sequence[Reading], *, only: bool) -> str:
    for reading in readings[:1]:
        if reading.made is not None:
            far = {Fit.PAST: ", long before the sends", Fit.FAR: ", far from the sends"}.get(reading.fit, "")
            return f", {'' if only else 'the first of these '}made at {moment(reading.made)}{far}"
    return ""


def _dedups(facts: QueueFacts, bodies: bool) -> Iterator[str]:
    if facts.content_based:
        yield (
            f"{facts.content_based:,} of {facts.dedups.messages:,} are the SHA-256 of the body, as content-based"
            " deduplication makes it."
        )
    if facts.dedup_is_message_id:
        yield (
            f"{facts.dedup_is_message_id:,} are the message's own ID: SQS sets that when it moves a message to a"
            " dead-letter queue, so it says nothing of the sender."
        )
    if facts.dedup_is_group:
        yield (
            f"{facts.dedup_is_group:,} are equal to the group ID: of all messages of such a group that are sent within"
            " five minutes, SQS keeps the first and drops the others."
        )
    yield from _clock(facts)
    yield from _repeats(
        facts.reused,
        "is on messages with different bodies",
        "are on messages with different bodies",
        "Within five minutes, SQS would have dropped all but the first.",
        bodies,
    )
    yield from _repeats(
        facts.resent,
        "is on several messages with equal bodies",
        "are on several messages with equal bodies",
        "SQS takes such a message for a new one after five minutes.",
        bodies,
    )
    if facts.unrecognized.count:
        number = facts.unrecognized.count
        yield (
            f"{'One body was' if number == 1 else f'{number:,} bodies were'} sent more than once within five minutes,"
            " with different dedup IDs. If these are retries, SQS does not recognize them."
        )
        yield from _body(facts.unrecognized.first[0].messages[0], bodies)


def _repeats(repeats: Repeats, one: str, several: str, so: str, bodies: bool) -> Iterator[str]:
    if not repeats.count:
        return
    first = repeats.first[0]
    apart = "" if first.apart is None else f", sent {duration(first.apart * 1000)} apart"
    example = f"`{first.messages[0].dedup}` on {len(first.messages):,}{apart}"
    yield f"{counted(repeats.count, 'dedup ID')} {one if repeats.count == 1 else several} (such as {example}). {so}"
    for message in first.messages[:2]:
        yield from _body(message, bodies)


def _step(nanoseconds: int) -> str:
    return {1_000_000_000: "1 s", 1_000_000: "1 ms", 1_000: "1 µs"}.get(nanoseconds, f"{nanoseconds:,} ns")


def _clock(facts: QueueFacts) -> Iterator[str]:
    found = facts.collisions
    if found is None:
        return
    yield (
        f"They are a time and nothing else, in steps of {_step(found.resolution)}: of two messages whose IDs are made"
        " in the same step, SQS drops the second."
    )
    if found.full:
        yield (
            f"At the {found.rate:,.3g} messages a second seen here, a message came in nearly every step. How many more"
            " were sent and dropped cannot be told: those lost are not in the queue."
        )
        return
    if found.share is None or found.rate is None:
        yield f"How often that happens cannot be told from fewer than {ENOUGH_SENDS} sends."
        return
    bad = " That is too many." if found.share >= COLLIDING else ""
    yield (
        f"At the {found.rate:,.3g} messages a second seen here, about {percent(found.share)} of those sent are lost, if"
        f" they are sent independently of each other; bursts lose more.{bad} Those lost are not in the queue, so the"
        " rate seen is what is left."
    )
