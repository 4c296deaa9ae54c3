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

Whoever asks for a verdict gets the judgement, or a `Silence` that says what kept the table from it.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple

from sqsfifo_lint.knowledge.frameworks import HELD
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
    Silence,
    Slot,
    SpanPlace,
    Step,
    Trait,
)
from sqsfifo_lint.parts import (
    freshest,
    is_as_old_as_the_object,
    is_as_old_as_the_process,
    is_bound_to_the_object,
    is_constant,
    is_counted,
    is_fixed,
    is_generated,
    is_process_dependent,
    says_more_than_a_number,
    stands_still_long_enough,
)
from sqsfifo_lint.queues.joining import may_do_without_dedup_id
from sqsfifo_lint.records import record, replace


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


@record()
class Answer:
    """What the table says about a slot: a judgement, if there is one, and what kept it from the verdicts before."""

    name: str
    """What the slot is called."""
    judgement: Judgement | None
    silences: Mapping[Verdict, Silence] = field(default_factory=dict, hash=False)
    otherwise: Silence | None = None
    """Why there is no other verdict; None if one slot has one, and this has another."""

    def about(self, verdict: Verdict) -> Judgement | Silence:
        """The judgement if it is of this verdict, else why there is none."""
        if self.judgement is not None and self.judgement.verdict is verdict:
            return self.judgement
        found = self.silences.get(verdict) or self.otherwise
        if found is None and self.judgement is not None:
            word = self.judgement.verdict.value
            found = Silence(
                f"the {self.name} is judged {word}, and one slot gets one verdict", place=self.judgement.place
            )
        return found or NOTHING

    def acquitted(self, silence: Silence) -> Answer:
        """The same without its judgement, because of what is seen besides the values."""
        if self.judgement is None:
            return self
        return Answer(self.name, None, {**self.silences, self.judgement.verdict: silence}, silence)


class Case:
    """A send with the verdicts on its messages' IDs, each computed once although several rules ask for it."""

    def __init__(self, send: Send) -> None:
        self.send = send

    def groups(self, verdict: Verdict, serial: Sequence[str] = ()) -> Iterator[Judgement | Silence]:
        """For each message the group ID that gets the verdict, or why it does not.

        `serial`: patterns of the names of queues for which the verdict is what is wanted.
        """
        if (silence := standard(self.send.queue) or serial_on_purpose(self.send.queue, serial)) is not None:
            return iter((silence,))
        return (answer.about(verdict) for answer in self._groups)

    def dedups(self, verdict: Verdict) -> Iterator[Judgement | Silence]:
        """For each message the dedup ID that gets the verdict, or why it does not."""
        if (silence := standard(self.send.queue)) is not None:
            return iter((silence,))
        return (answer.about(verdict) for answer in self._dedups)

    def messages_with(self, answers: Iterable[Judgement | Silence]) -> Iterator[tuple[Message, Judgement | Silence]]:
        """The answers about IDs, each with its message. An answer about the queue is about the first of them."""
        return zip(self.send.messages, answers, strict=False)

    @property
    def bodies(self) -> Iterator[Judgement | Silence]:
        """The bodies that are constant, or generated, where they stand for the dedup ID that is not given."""
        queue = self.send.queue
        if (silence := standard(queue)) is not None:
            yield silence
        elif queue.content_based_deduplication is not Known.YES:
            yield Silence(_NOT_BY_CONTENT[queue.content_based_deduplication], place=_declared(queue))
        else:
            for message in self.send.messages:
                given = _given(message.dedup, "dedup ID")
                yield given if given is not None else judge_body(message, queue)

    @property
    def likely(self) -> Case | None:
        """The case with IDs as what they likely are, where nothing is proven of them; None if that is nowhere."""
        several = tuple(_as_likely(message, self.send.queue) for message in self.send.messages)
        if all(now is before for now, before in zip(several, self.send.messages, strict=True)):
            return None
        return Case(replace(self.send, messages=several))

    @cached_property
    def _groups(self) -> Sequence[Answer]:
        return [_sometimes(judge_group(message), message.group) for message in self.send.messages]

    @cached_property
    def _dedups(self) -> Sequence[Answer]:
        return [_sometimes(judge_dedup(message, self.send.queue), message.dedup) for message in self.send.messages]


_NOT_BY_CONTENT = {
    Known.NO: "the queue does not deduplicate by content",
    Known.UNKNOWN: "the queue is not known to deduplicate by content",
}
NOTHING = Silence("nothing speaks for that")


def standard(queue: Queue) -> Silence | None:
    """That a queue is known to be standard, where the IDs mean something else, or nothing."""
    return Silence("the queue is standard", place=_declared(queue)) if queue.fifo is Known.NO else None


def serial_on_purpose(queue: Queue, patterns: Sequence[str]) -> Silence | None:
    """That the configuration names a queue as one that is meant to be serial."""
    return Silence("`serial-queues` names the queue", place=queue.place) if is_serial(queue, patterns) else None


def _declared(queue: Queue) -> Place | None:
    """Where a queue is declared, or else named."""
    return SpanPlace(queue.declarations[0].span) if queue.joined and queue.declarations else queue.place


def _given(slot: Slot, name: str) -> Silence | None:
    """That an ID is given, be it by the library that sends."""
    if slot.alternatives:
        return Silence(f"a {name} is given", place=slot.alternatives[0].place)
    return Silence(f"the library that sends fills in a {name}: {slot.filled}") if slot.filled else None


def _sometimes(answer: Answer, slot: Slot) -> Answer:
    """The answer; on a path that leaves the argument out, there is no such value."""
    found = answer.judgement
    if found is None or not (slot.absent and found.always):
        return answer
    return replace(answer, judgement=replace(found, always=False))


def _as_likely(message: Message, queue: Queue) -> Message:
    """A message whose IDs are what they likely are, where there is no verdict on what they are known to be."""
    group, dedup = message.group, message.dedup
    if verdict_on_group(group) is None:
        group = _slot_as_likely(group)
    if judge_dedup(message, queue).judgement is None:
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


def judge_group(message: Message) -> Answer:
    """What is to be said of the group ID of a message, seen together with what the message says.

    An ID that an object is given out of sight, and that its messages name as well, is that of what they are about: an
    object for each order, whose messages say which order it is.
    """
    answer = _ask(_OF_GROUPS, message.group)
    if answer.judgement is None or answer.judgement.verdict is not Verdict.INSTANCE_BOUND:
        return answer
    named = {part.place for part in message.body.parts()}
    both = next((p for p in message.group.parts() if p.material is Material.DATA and p.place in named), None)
    return answer if both is None else answer.acquitted(Silence("the messages of the object name it, too", both))


def verdict_on_group(slot: Slot) -> Judgement | None:
    """The verdict on a group ID, or None if nothing is wrong with it."""
    return _ask(_OF_GROUPS, slot).judgement


def judge_body(message: Message, queue: Queue) -> Judgement | Silence:
    """The verdict on a body by whose digest repeats are recognised, seen together with the rest of the message.

    All messages of a loop have the same ID if they have the same body, be they for other groups; but a queue may
    remember the IDs of each group by itself.
    """
    answer = _ask(_OF_BODIES, message.body)
    found = answer.judgement
    if found is None and message.same_body:
        found = Judgement(Verdict.FIXED, tuple(Culprit(a, freshest(a.parts)) for a in message.body.alternatives))
    if found is None:
        first = next(message.body.parts(), None)
        return Silence("it is neither constant nor new at each attempt" if first else "no body is given", first)
    if found.verdict is not Verdict.GENERATED and message.apart and remembers_by_group(queue):
        return Silence(_BY_GROUP, found.part)
    return found


def verdict_on_body(slot: Slot) -> Judgement | None:
    """The verdict on the values of a body alone, or None if nothing is wrong with them."""
    return _ask(_OF_BODIES, slot).judgement


def judge_dedup(message: Message, queue: Queue) -> Answer:
    """What is to be said of the dedup ID of a message, seen together with the rest of it."""
    answer = _ask(_OF_DEDUPS, message.dedup)
    found = answer.judgement
    if not message.dedup.alternatives:
        return answer
    if found is None or found.verdict is not Verdict.FIXED:
        shared = _shared(message, queue)
        if isinstance(shared, Judgement):
            return replace(answer, judgement=shared)
        found = found and replace(found, of_body=_is_of_body(found, message.body))
        return replace(answer, judgement=found, silences={**answer.silences, Verdict.SHARED: shared})
    of_a_loop = all(culprit.parts[0].lifetime is Lifetime.CALL for culprit in found.culprits)
    if message.apart and of_a_loop and remembers_by_group(queue):
        return answer.acquitted(Silence(_BY_GROUP, found.part))
    if _is_as_fixed(message.body, message.dedup):
        return answer.acquitted(Silence("each of the constants comes with a body of its own", found.part))
    return answer


_BY_GROUP = "each message goes to another group, and the queue remembers IDs for each group by itself"


def _shared(message: Message, queue: Queue) -> Judgement | Silence:
    """That a message before had the ID, unless the queue remembers it for the other's group alone."""
    other = message.shared
    culprits = tuple(Culprit(a, freshest(a.parts)) for a in message.dedup.alternatives if a.parts)
    if other is None or not culprits:
        return Silence("no other message is seen that has the same ID")
    if other.apart and remembers_by_group(queue):
        return Silence(_BY_GROUP, place=other.place)
    return Judgement(Verdict.SHARED, culprits, other.always, other.place)


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
    return _ask(_OF_DEDUPS, slot).judgement


def group_is_missing(message: Message, queue: Queue) -> bool:
    """No path gives a group ID, although the queue is FIFO or a dedup ID (which only FIFO queues take) is given."""
    return group_not_missed(message, queue) is None


def group_not_missed(message: Message, queue: Queue) -> Silence | None:
    """Why no group ID is missing; None if one is."""
    if (given := _given(message.group, "group ID")) is not None:
        return given
    if queue.fifo is Known.YES or message.dedup.alternatives:
        return None
    return Silence("the queue is not known to be FIFO, and there is no dedup ID, which only FIFO queues take")


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
    return dedup_not_missed(message, queue) is None


def dedup_not_missed(message: Message, queue: Queue) -> Silence | None:
    """Why no dedup ID is missing; None if one is."""
    if (given := _given(message.dedup, "dedup ID")) is not None:
        return given
    if queue.fifo is not Known.YES:
        if message.group.never_given:
            return Silence("the queue is not known to be FIFO, and there is no group ID")
        if may_have_its_own_delay(message):
            return Silence(
                "a group ID beside a delay is for a fair queue, which is standard", next(message.delay.parts(), None)
            )
    if queue.content_based_deduplication is Known.YES:
        return Silence("the queue deduplicates by content", place=_declared(queue))
    if queue.content_based_deduplication is Known.UNKNOWN:
        lenient = next(filter(may_do_without_dedup_id, queue.declarations), None)
        if lenient is not None:
            which = "the queue" if queue.joined else "a queue that it may go to"
            return Silence(f"{which} may deduplicate by content, or be standard", place=SpanPlace(lenient.span))
    return None


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


class Question(NamedTuple):
    """A row of the table: what makes a slot get a verdict."""

    verdict: Verdict
    every: bool
    """It has to hold of every part of every alternative; otherwise it has to hold of one part."""
    holds: Callable[[Part], bool]
    otherwise: str
    """Why there is no such verdict, where it does not hold."""
    blames: Callable[[Part], bool] | None = None
    """The parts to blame; None: those of which it holds."""
    except_for: Callable[[Alternative], bool] = lambda _: False
    """Alternatives that are right all the same."""
    excepted: str = ""
    """Why they are."""

    def of(self, name: str) -> Question:
        """The same question about a slot that is called so."""
        return self._replace(otherwise=self.otherwise.format(name=name), excepted=self.excepted.format(name=name))


_CONSTANT = Question(Verdict.CONSTANT, True, is_constant, "the {name} is not made of constants alone")
_GENERATED = Question(Verdict.GENERATED, False, is_generated, "the {name} has no clock or unique value of the send")
_DIFFERS = Question(
    Verdict.PROCESS_DEPENDENT,
    False,
    is_process_dependent,
    "no part of the {name} depends on the process",
)


class Table(NamedTuple):
    """The questions about a slot, and what it is called."""

    name: str
    questions: tuple[Question, ...]


def _about(name: str, *questions: Question) -> Table:
    return Table(name, tuple(question.of(name) for question in questions))


_OF_GROUPS = _about(
    "group ID",
    _CONSTANT,
    Question(
        Verdict.MODULE_LEVEL,
        True,
        is_as_old_as_the_process,
        "the {name} is not known to be made once for the process",
        lambda part: not is_constant(part),
    ),
    Question(
        Verdict.INSTANCE_BOUND,
        True,
        is_as_old_as_the_object,
        "the {name} is not known to be made once for each object",
        is_bound_to_the_object,
    ),
    _GENERATED,
    _DIFFERS,
)
_OF_BODIES = _about("body", _CONSTANT, _GENERATED)
_OF_DEDUPS = _about(
    "dedup ID",
    Question(Verdict.FIXED, True, is_fixed, "the {name} is not known to be the same for several messages"),
    _GENERATED._replace(
        except_for=stands_still_long_enough,
        excepted="the clock in it moves no faster than SQS forgets IDs, and data stands beside it",
    ),
    _DIFFERS,
    Question(
        Verdict.REPEATING,
        False,
        is_counted,
        "no number that is counted is in the {name}",
        except_for=says_more_than_a_number,
        excepted="the {name} is more than a number that is counted",
    ),
)
"""The verdicts on each slot, the weightiest first."""


def _ask(table: Table, slot: Slot) -> Answer:
    """The first verdict that a slot gets, and what kept it from those before."""
    if not slot.alternatives:
        return Answer(table.name, None, {}, Silence(f"no {table.name} is given"))
    silences: dict[Verdict, Silence] = {}
    for question in table.questions:
        answer = _answer(question, slot.alternatives)
        if isinstance(answer, Judgement):
            return Answer(table.name, answer, silences)
        silences[question.verdict] = answer
    return Answer(table.name, None, silences)


def _answer(question: Question, alternatives: tuple[Alternative, ...]) -> Judgement | Silence:
    """The judgement over those alternatives that have a part to blame, or why there is none."""
    verdict, holds = question.verdict, question.holds
    if question.every and (other := _first(alternatives, holds, wanted=False)) is not None:
        return Silence(question.otherwise, other)
    to_blame = question.blames or holds
    suspects = (alternative for alternative in alternatives if not question.except_for(alternative))
    culprits = tuple(Culprit(a, parts) for a in suspects if (parts := freshest(filter(to_blame, a.parts))))
    if not culprits:
        excepted = _first(alternatives, to_blame, wanted=True)
        return Silence(question.otherwise if excepted is None else question.excepted, excepted)
    others = [a for a in alternatives if all(a is not culprit.alternative for culprit in culprits)]
    # A counter's first value is in the source.
    always = not others or (verdict is Verdict.REPEATING and _first(others, is_constant, wanted=False) is None)
    return Judgement(verdict, culprits, always)


def _first(alternatives: Iterable[Alternative], holds: Callable[[Part], bool], *, wanted: bool) -> Part | None:
    """The first part of which something holds, or does not hold."""
    return next((part for a in alternatives for part in a.parts if holds(part) is wanted), None)
