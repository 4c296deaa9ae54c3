"""Can the messages of a queue be handled at the same time? The judgement on their groups, with its reasons."""

from __future__ import annotations

from math import floor

from sqsfifo_lint.evidence.id_columns import Ids, IdValue
from sqsfifo_lint.evidence.ids import Fit
from sqsfifo_lint.evidence.model import Judgement, Verdict
from sqsfifo_lint.evidence.moments import moment
from sqsfifo_lint.evidence.wording import counted, duration, percent

ONE_RECEIVE = 10
"""Messages that one receive returns at most. It fills up with one group where it can, so it may show one of many.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
"""

HOT = 0.5
"""The largest group's share above which the verdict is *partly*: it then takes longer than all others together, so that
not even a second worker is busy to the end, if all messages take equally long.
"""


FAIR = (
    "This is a standard queue. A group ID makes no message wait there: SQS only shares the workers' time fairly among"
    " groups."
)

MAYBE_STANDARD = (
    "All messages have one group ID, but nothing shows that the queue is FIFO: they have neither a dedup ID nor a"
    " sequence number. In a standard queue, no message waits for another of its group."
)

NO_GROUPS = (
    "No message has a group ID. Either the attributes were not asked for (`--attribute-names All`), or the queue is a"
    " standard queue."
)

FULL_OF_ONE = f"SQS returns at most {ONE_RECEIVE} messages at once, and takes them from one group where it can"


def verdict(groups: Ids, messages: int, *, fifo: bool | None, dead_letters: bool) -> Verdict:
    """The judgement on the groups of so many messages. `dead_letters`: the queue holds what could not be handled."""
    if not groups.messages:
        return _too_little(NO_GROUPS if messages else "There are no messages.")
    if fifo is False:
        return Verdict(Judgement.PARALLEL, (FAIR,))
    if groups.different > 1:
        return _several_groups(groups, messages)
    if messages < 2:
        return _too_little("One message shows nothing of others. Look at more of them.")
    if fifo is None:
        return _too_little(MAYBE_STANDARD)
    all_of_them = "Both messages" if groups.messages == 2 else f"All {counted(groups.messages, 'message')}"
    only = f"{all_of_them} have one group ID, `{groups.values[0].value}`"
    if dead_letters:
        return _too_little(f"{only}. But a dead-letter queue holds what failed: other groups may just not have failed.")
    return _one_group(only, groups, messages)


def _too_little(reason: str) -> Verdict:
    return Verdict(Judgement.TOO_LITTLE, (reason,))


def _one_group(only: str, groups: Ids, messages: int) -> Verdict:
    in_turn = (
        "SQS delivers one message per group at a time, so all of these wait for each other no matter how many workers"
        " run"
    )
    reasons = [f"{only}. {in_turn}.", *made_once(groups.values[0])]
    if messages > groups.messages:
        reasons.append(f"Of {counted(messages - groups.messages, 'more message')}, the group ID is not known.")
    if messages <= ONE_RECEIVE:
        reasons.append(f"{FULL_OF_ONE}. To be sure that the queue has no other group, look at more messages.")
    return Verdict(Judgement.SERIAL, tuple(reasons))


def made_once(one: IdValue) -> tuple[str, ...]:
    """What the time in an ID says, if several messages have that ID and it was made before they were sent."""
    best, first = one.readings[0], one.use.first_sent
    if best.made is None or first is None or one.use.messages < 2 or best.kind.local or best.fit > Fit.RECENT:
        return ()
    before = first * 1000 - best.made
    if before < 0:
        return ()
    what = f"It {'is' if best.whole else 'contains'} {best.kind.words}: {moment(best.made)}"
    once = (
        "most likely as the sender started" if best.fit is Fit.NEAR else "as the sender started or what it names began"
    )
    so = f"So it was made once, {once}, and not for each message"
    return (f"{what}, {_roughly(before)} before the first of these was sent. {so}.",)


def _roughly(microseconds: int) -> str:
    """Tenths of a second will do."""
    return f"{microseconds / 1_000_000:.1f} s" if 50_000 <= microseconds < 1_000_000 else duration(microseconds)


def _several_groups(groups: Ids, messages: int) -> Verdict:
    largest = groups.values[0]
    share = largest.use.messages / groups.messages
    several = f"The messages are of {counted(groups.different, 'group')}"
    if share <= HOT:
        return Verdict(Judgement.PARALLEL, (f"{several}, and the largest has {percent(share)} of them.",))
    hot = f"{several}, but {percent(share)} of them are of one, `{largest.value}`"
    if messages <= ONE_RECEIVE:
        return _too_little(f"{hot}. That says little: {FULL_OF_ONE}. Look at more messages.")
    faster = floor(10 * groups.messages / largest.use.messages) / 10
    limit = f"If all messages take equally long, no number of workers is more than {faster:.1f} times as fast as one"
    in_turn = "These are handled one after the other, which takes as long as all others together, or longer"
    return Verdict(Judgement.PARTLY, (f"{hot}. {in_turn}. {limit}.",))
