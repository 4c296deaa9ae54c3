"""What a slot's values amount to: constant, module-level, instance-bound, generated, fixed, missing.

This is the only place that has this table. Every function is pure and knows nothing about codes or wording; the rules
turn a judgement into a violation. A slot gets at most one judgement, so that one mistake has one name:

* group, constant: every part of every alternative is literal text in the source
* group, module-level: nothing unknown, and nothing created again after import
* group, instance-bound: nothing unknown; the freshest part is made or handed in at construction
* group, generated: some alternative has a clock or a unique value made by the call or per message
* group, dedup, process-dependent: some alternative has a part that another process makes differently (`hash()`, `id()`,
  the process ID), and none is generated: once one is fixed, the other is reported
* dedup, fixed: no part of any alternative is created again per message
* dedup, generated: as for the group, and not fixed
* dedup, repeating: some alternative has an index, and otherwise only what is in the source or configuration
* dedup, shared: a message that was sent before and differs has the same ID; it outweighs all but fixed

Independently of that, SQS or botocore may refuse a value: see `sqsfifo_lint.faults`.

What cannot be seen is silent: an alternative with an unknown part is never constant, module-level, instance-bound or
fixed. A path that leaves the argument out does not count against a verdict on the values that are there.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cached_property

from sqsfifo_lint.knowledge.frameworks import HELD
from sqsfifo_lint.knowledge.model import MINUTE
from sqsfifo_lint.model import (
    Alternative,
    Declaration,
    Known,
    Lifetime,
    Material,
    Message,
    Part,
    Place,
    Queue,
    Send,
    Slot,
    Step,
    Trait,
)
from sqsfifo_lint.queues.joining import may_do_without_dedup_id
from sqsfifo_lint.records import record, replace

DEDUPLICATION_INTERVAL = 5 * MINUTE
"""How many nanoseconds SQS remembers a dedup ID (five minutes; SendMessage, MessageDeduplicationId)."""


class Verdict(enum.Enum):
    """What is wrong with the values of a slot."""

    CONSTANT = "constant"
    MODULE_LEVEL = "module-level"
    INSTANCE_BOUND = "instance-bound"
    GENERATED = "generated"
    PROCESS_DEPENDENT = "process-dependent"
    FIXED = "fixed"
    REPEATING = "repeating"
    SHARED = "shared"


@record()
class Culprit:
    """An alternative that gets the verdict, and those of its parts that are to blame (at least one)."""

    alternative: Alternative
    parts: tuple[Part, ...]


@record()
class Judgement:
    """A verdict and its culprits (at least one), in the order of the slot's alternatives."""

    verdict: Verdict
    culprits: tuple[Culprit, ...]
    always: bool = True
    """False if some path supplies a value that is not to blame."""
    other: Place | None = None
    """SHARED: the dedup ID of the message before."""
    of_body: bool = False
    """GENERATED: the dedup ID is made of the whole body, as a digest, and the body holds what is to blame."""

    @property
    def place(self) -> Place:
        """Where it is reported: the argument that supplies the first bad value."""
        return self.culprits[0].alternative.place

    @property
    def part(self) -> Part:
        """The part that the message is about: the freshest one of the first culprit."""
        return self.culprits[0].parts[0]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that the bad values took, each once."""
        several = (step for culprit in self.culprits for part in culprit.parts for step in part.steps)
        return tuple(dict.fromkeys(several))


class Case:
    """A send with the verdicts on its messages' IDs, each computed once although several rules ask for it."""

    def __init__(self, send: Send) -> None:
        self.send = send

    def groups(self, verdict: Verdict) -> Iterator[Judgement]:
        """The group IDs that get the verdict, in the order of the messages."""
        return (judgement for judgement in self._groups if judgement.verdict is verdict)

    def dedups(self, verdict: Verdict) -> Iterator[Judgement]:
        """The dedup IDs that get the verdict, in the order of the messages."""
        return (judgement for judgement in self._dedups if judgement.verdict is verdict)

    @property
    def bodies(self) -> Iterator[Judgement]:
        """The bodies that are constant, or generated, where they stand for the dedup ID that is not given."""
        queue = self.send.queue
        if queue.content_based_deduplication is not Known.YES or queue.fifo is Known.NO:
            return
        for message in self.send.messages:
            if message.dedup.never_given and not message.dedup.filled:
                found = judge_body(message, queue)
                if found is not None:
                    yield found

    @property
    def likely(self) -> Case | None:
        """The case with IDs as what they likely are, where nothing is proven of them; None if that is nowhere."""
        several = tuple(_as_likely(message, self.send.queue) for message in self.send.messages)
        if all(now is before for now, before in zip(several, self.send.messages, strict=True)):
            return None
        return Case(replace(self.send, messages=several))

    @cached_property
    def _groups(self) -> Sequence[Judgement]:
        judged = ((judge_group(message), message.group) for message in self.send.messages)
        return [_sometimes(judgement, slot) for judgement, slot in judged if judgement is not None]

    @cached_property
    def _dedups(self) -> Sequence[Judgement]:
        judged = ((judge_dedup(message, self.send.queue), message.dedup) for message in self.send.messages)
        return [_sometimes(judgement, slot) for judgement, slot in judged if judgement is not None]


def _sometimes(judgement: Judgement, slot: Slot) -> Judgement:
    """The judgement; on a path that leaves the argument out, there is no such value."""
    return replace(judgement, always=False) if slot.absent and judgement.always else judgement


def _as_likely(message: Message, queue: Queue) -> Message:
    """A message whose IDs are what they likely are, where there is no verdict on what they are known to be."""
    group, dedup = message.group, message.dedup
    if verdict_on_group(group) is None:
        group = _slot_as_likely(group)
    if judge_dedup(message, queue) is None:
        dedup = _slot_as_likely(dedup)
    unchanged = group is message.group and dedup is message.dedup
    return message if unchanged else replace(message, group=group, dedup=dedup)


def _slot_as_likely(slot: Slot) -> Slot:
    """The slot with each part as what it likely is. A constant is a default, and is changed where it is written.

    Where the default is None, something else is used, if there is anything else.
    """
    if not any(part.likely is not None for part in slot.parts()):
        return slot
    alternatives = []
    for one in slot.alternatives:
        if any(part.likely is not None and part.likely.trait is Trait.NONE for part in one.parts):
            continue
        default = next((p.likely for p in one.parts if p.likely is not None and is_constant(p.likely)), None)
        parts = tuple(part if part.likely is None else part.likely for part in one.parts)
        alternatives.append(replace(one, parts=parts, place=one.place if default is None else default.place))
    return replace(slot, alternatives=tuple(alternatives)) if alternatives else slot


def judge_group(message: Message) -> Judgement | None:
    """The verdict on the group ID of a message, seen together with what the message says.

    An ID that an object is given out of sight, and that its messages name as well, is that of what they are about: an
    object for each order, whose messages say which order it is.
    """
    found = verdict_on_group(message.group)
    if found is None or found.verdict is not Verdict.INSTANCE_BOUND:
        return found
    named = {part.place for part in message.body.parts()}
    given = (part for part in message.group.parts() if part.material is Material.DATA)
    return None if any(part.place in named for part in given) else found


def verdict_on_group(slot: Slot) -> Judgement | None:
    """The verdict on a group ID, or None if nothing is wrong with it."""
    alternatives = slot.alternatives
    if not alternatives:
        return None
    if _every_part(alternatives, is_constant):
        return _judgement(Verdict.CONSTANT, alternatives, is_constant)
    if _every_part(alternatives, is_as_old_as_the_process):
        return _judgement(Verdict.MODULE_LEVEL, alternatives, lambda part: not is_constant(part))
    if _every_part(alternatives, is_as_old_as_the_object):
        return _judgement(Verdict.INSTANCE_BOUND, alternatives, is_bound_to_the_object)
    return _judgement(Verdict.GENERATED, alternatives, is_generated) or _judgement(
        Verdict.PROCESS_DEPENDENT, alternatives, is_process_dependent
    )


def judge_body(message: Message, queue: Queue) -> Judgement | None:
    """The verdict on a body by whose digest repeats are recognised, seen together with the rest of the message.

    All messages of a loop have the same ID if they have the same body, be they for other groups; but a queue may
    remember the IDs of each group by itself.
    """
    found = verdict_on_body(message.body)
    if found is None and message.same_body:
        found = Judgement(Verdict.FIXED, tuple(Culprit(a, _freshest(a.parts)) for a in message.body.alternatives))
    of_each_group = message.apart and remembers_by_group(queue)
    return None if found is not None and found.verdict is not Verdict.GENERATED and of_each_group else found


def verdict_on_body(slot: Slot) -> Judgement | None:
    """The verdict on the values of a body alone, or None if nothing is wrong with them."""
    if slot.alternatives and _every_part(slot.alternatives, is_constant):
        return _judgement(Verdict.CONSTANT, slot.alternatives, is_constant)
    return _judgement(Verdict.GENERATED, slot.alternatives, is_generated)


def judge_dedup(message: Message, queue: Queue) -> Judgement | None:
    """The verdict on the dedup ID of a message, seen together with the rest of it."""
    found = verdict_on_dedup(message.dedup)
    if found is None or found.verdict is not Verdict.FIXED:
        return _shared(message, queue) or (found and replace(found, of_body=_is_of_body(found, message.body)))
    of_a_loop = all(culprit.parts[0].lifetime is Lifetime.CALL for culprit in found.culprits)
    if message.apart and of_a_loop and remembers_by_group(queue):
        return None
    return None if _is_as_fixed(message.body, message.dedup) else found


def _shared(message: Message, queue: Queue) -> Judgement | None:
    """That a message before had the ID, unless the queue remembers it for the other's group alone."""
    other = message.shared
    if other is None or (other.apart and remembers_by_group(queue)):
        return None
    culprits = tuple(Culprit(a, _freshest(a.parts)) for a in message.dedup.alternatives if a.parts)
    return Judgement(Verdict.SHARED, culprits, other.always, other.place) if culprits else None


def _is_of_body(found: Judgement, body: Slot) -> bool:
    """Whether a generated ID is changed on its way, and made of no less than the body is."""
    if found.verdict is not Verdict.GENERATED or len(body.alternatives) != 1:
        return False
    varying = {part.place for part in body.parts() if not is_constant(part)}
    generated = {part.place for part in body.parts() if is_generated(part)}
    made_of = (culprit.alternative.parts for culprit in found.culprits)
    return bool(generated) and all(
        generated == {part.place for part in parts if is_generated(part) and not part.verbatim}
        and len(varying) <= len({part.place for part in parts if not is_constant(part)})
        for parts in made_of
    )


def remembers_by_group(queue: Queue) -> bool:
    """Whether the queue or topic is known to remember the dedup IDs of each group by itself."""
    return queue.joined and all(_scope(declaration) == "messagegroup" for declaration in queue.declarations)


def _scope(declaration: Declaration) -> str:
    found = declaration.attributes.get("FifoThroughputScope" if declaration.service == "sns" else "DeduplicationScope")
    return (found.value or "").lower() if found is not None else ""


def _is_as_fixed(body: Slot, dedup: Slot) -> bool:
    """Whether an ID that is one of several constants comes with a body of its own that is just as constant."""
    bodies, ids = ({_constant_text(a) for a in slot.alternatives} for slot in (body, dedup))
    return len(ids) > 1 and None not in ids | bodies and len(bodies) >= len(ids)


def _constant_text(alternative: Alternative) -> tuple[str, ...] | None:
    constant = all(is_constant(part) for part in alternative.parts)
    return tuple(part.text for part in alternative.parts) if constant else None


def verdict_on_dedup(slot: Slot) -> Judgement | None:
    """The verdict on a dedup ID, or None if nothing is wrong with it. Fixed outweighs generated."""
    alternatives = slot.alternatives
    if not alternatives:
        return None
    if _every_part(alternatives, is_fixed):
        return _judgement(Verdict.FIXED, alternatives, is_fixed)
    return (
        _judgement(Verdict.GENERATED, alternatives, is_generated, except_for=stands_still_long_enough)
        or _judgement(Verdict.PROCESS_DEPENDENT, alternatives, is_process_dependent)
        or _judgement(Verdict.REPEATING, alternatives, is_counted, except_for=says_more_than_a_number)
    )


def group_is_missing(message: Message, queue: Queue) -> bool:
    """No path gives a group ID, although the queue is FIFO or a dedup ID (which only FIFO queues take) is given."""
    if message.group.filled:
        return False
    return message.group.never_given and (queue.fifo is Known.YES or bool(message.dedup.alternatives))


def is_held_by_framework(delay: Slot) -> bool:
    """Whether a delay is the framework's own, and not handed to SQS as the `DelaySeconds` of the message."""
    return delay.keyword in HELD


def group_is_filled_in(message: Message, queue: Queue) -> bool:
    """No path gives a group ID, the queue is FIFO, and the library that sends fills one in."""
    return message.group.never_given and bool(message.group.filled) and queue.fifo is Known.YES


def dedup_is_missing(message: Message, queue: Queue) -> bool:
    """No path gives a dedup ID where one is needed: next to a group ID, or on a queue known to be FIFO.

    A queue known to deduplicate by content makes its own; a queue that may be declared so gets the benefit of the
    doubt. A group ID next to a delay is for a fair queue, which is a standard queue: a FIFO queue rejects the delay.
    """
    needed = queue.fifo is Known.YES or not (message.group.never_given or may_have_its_own_delay(message))
    if not needed or queue.content_based_deduplication is Known.YES:
        return False
    if queue.content_based_deduplication is Known.UNKNOWN and any(map(may_do_without_dedup_id, queue.declarations)):
        return False
    return message.dedup.never_given and not message.dedup.filled


def may_have_its_own_delay(message: Message) -> bool:
    """Whether some path gives the message a delay that is not known to be 0."""
    return any(alternative.text != "0" for alternative in message.delay.alternatives)


def may_be_fifo(queue: Queue) -> bool:
    """False for a queue known to be standard, where the IDs mean something else, or nothing."""
    return queue.fifo is not Known.NO


def is_serial(queue: Queue, patterns: Iterable[str]) -> bool:
    """Whether the queue's whole text (URL, ARN or name) or its name alone matches one of the fnmatch `patterns`."""
    if queue.name is None:
        return False
    last = queue.name.replace(":", "/").rstrip("/").rpartition("/")[2]
    return any(fnmatchcase(text, pattern) for pattern in patterns for text in (queue.name, last))


def is_constant(part: Part) -> bool:
    """Literal text in the source."""
    return part.material is Material.CONSTANT


def is_as_old_as_the_process(part: Part) -> bool:
    """Known, and the same for as long as the process runs, as is configuration, wherever it is read."""
    if part.material is Material.DATA:
        return False
    return is_constant(part) or _age(part) is Lifetime.IMPORT


def is_as_old_as_the_object(part: Part) -> bool:
    """Known, and the same for as long as the object lives; or passed to its constructor out of sight."""
    return is_as_old_as_the_process(part) or is_bound_to_the_object(part)


def is_bound_to_the_object(part: Part) -> bool:
    """Made or passed in when the object is constructed."""
    return not is_constant(part) and _age(part) is Lifetime.INSTANCE


def is_generated(part: Part) -> bool:
    """A clock or a unique value, made by the running function."""
    return part.material in (Material.CLOCK, Material.UNIQUE) and part.lifetime >= Lifetime.CALL


def is_process_dependent(part: Part) -> bool:
    """Made by the running function, and made differently by another process.

    Host names do not count: one may be what the message is about, and then it belongs in the ID.
    """
    return part.material is Material.PROCESS and part.trait is not Trait.HOST and part.lifetime >= Lifetime.CALL


def is_counted(part: Part) -> bool:
    """The number of a round, or of times that something was done: every run counts from the start."""
    return part.material is Material.INDEX and not is_fixed(part)


def says_more_than_a_number(alternative: Alternative) -> bool:
    """Whether something besides an index distinguishes this run from others, or is unknown and might."""
    return any(p.material not in (Material.INDEX, Material.CONSTANT, Material.CONFIG) for p in alternative.parts)


def is_fixed(part: Part) -> bool:
    """The same for every message that the code around the send sends.

    Data from a caller out of sight is fixed if it reaches a loop from outside; unknown data that merely existed at
    import is not, because what it yields at the send cannot be seen.
    """
    if is_constant(part):
        return True
    if part.material is Material.DATA and part.lifetime is Lifetime.IMPORT:
        return False
    return _age(part) < Lifetime.MESSAGE


def stands_still_long_enough(alternative: Alternative) -> bool:
    """Whether the only generated parts are clocks no faster than SQS forgets dedup IDs, next to per-message data.

    `f"{customer_id}-{date.today()}"` is the same on a retry, and means one message per customer and day.
    """
    generated = [part for part in alternative.parts if is_generated(part)]
    return any(_distinguishes(part) for part in alternative.parts) and all(
        part.material is Material.CLOCK and part.resolution is not None and part.resolution >= DEDUPLICATION_INTERVAL
        for part in generated
    )


def varies_besides(alternative: Alternative, blamed: Part) -> bool:
    """Whether another part of the value can distinguish two messages, or is unknown and might."""
    return any(part is not blamed and not is_fixed(part) for part in alternative.parts)


def _distinguishes(part: Part) -> bool:
    return part.material is Material.DATA and not is_fixed(part)


def _age(part: Part) -> Lifetime:
    """The lifetime that counts.

    Configuration is the same for the whole process, however often it is read, and so are the process's ID and the salt
    of its hashes: what is hashed is a separate part.
    """
    of_the_process = part.material is Material.PROCESS and part.trait in _OF_THE_PROCESS
    return Lifetime.IMPORT if part.material is Material.CONFIG or of_the_process else part.lifetime


_OF_THE_PROCESS = (Trait.SALT, Trait.ORDER, Trait.ADDRESS, Trait.PROCESS, Trait.MACHINE)


def _every_part(alternatives: Iterable[Alternative], holds: Callable[[Part], bool]) -> bool:
    return all(holds(part) for alternative in alternatives for part in alternative.parts)


def _judgement(
    verdict: Verdict,
    alternatives: tuple[Alternative, ...],
    to_blame: Callable[[Part], bool],
    *,
    except_for: Callable[[Alternative], bool] = lambda _: False,
) -> Judgement | None:
    """The judgement over those alternatives that have a part to blame; None if none has."""
    suspects = (alternative for alternative in alternatives if not except_for(alternative))
    culprits = tuple(Culprit(a, parts) for a in suspects if (parts := _freshest(filter(to_blame, a.parts))))
    others = [a for a in alternatives if all(a is not culprit.alternative for culprit in culprits)]
    # A counter's first value is in the source.
    always = not others or (verdict is Verdict.REPEATING and _every_part(others, is_constant))
    return Judgement(verdict, culprits, always) if culprits else None


def _freshest(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts that decide how often the value changes, the most telling first; constants only if alone."""
    every = tuple(parts)
    varying = [part for part in every if not is_constant(part)]
    return tuple(sorted(varying, key=_freshness, reverse=True)) if varying else every


def _freshness(part: Part) -> tuple[Lifetime, bool, int]:
    """A unique value outranks a clock, and a fine clock a coarse one."""
    return (_age(part), part.material is Material.UNIQUE, -(part.resolution or 0))
