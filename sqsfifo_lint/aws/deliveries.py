"""Messages that are received: what is known of a value is that it is one, or holds several, and where they come from.

A call that receives gives something marked, as does the event of a Lambda function; what is read of it is marked in
turn. What is done with marked values is noted.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import field
from typing import ClassVar

import libcst as cst

from sqsfifo_lint.aws.values import Handle, Member
from sqsfifo_lint.flow import Arguments, Call, Machine, Noted, State, name_of
from sqsfifo_lint.flow.context import NOWHERE, Context, Ref
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    Bound,
    DictObject,
    External,
    Function,
    ListObject,
    Mark,
    Partial,
    TupleValue,
    Value,
)
from sqsfifo_lint.knowledge.parallel import ONE_BY_ONE, PARALLEL, POOLS, WORKERS
from sqsfifo_lint.knowledge.receiving import (
    CHALICE,
    DELETING,
    PROCESSING,
    PROCESSING_CALLS,
    PROCESSORS,
    QUEUE,
    RECEIVE_APIS,
    RECORDS,
)
from sqsfifo_lint.met import met
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.walk import descendants, positional


class Stage(enum.Enum):
    """What a marked value is."""

    __hash__ = object.__hash__

    EVENT = "what a function is called with, by Lambda as far as is known"
    ANSWER = "the answer of a receive call"
    MESSAGES = "the messages"
    MESSAGE = "one of the messages"
    ATTRIBUTES = "the system attributes of a message"
    CONTENT = "something else of a message"


@record()
class Receipt:
    """Where messages come from: a receive call in one context, or a function of the project that Lambda calls."""

    node: cst.CSTNode
    context: Context
    queue: Value = field(default=(), compare=False)
    """What names the queue; empty for a function."""
    function: Function | None = field(default=None, compare=False)


@record()
class Delivered(Mark):
    """A value that comes from messages, or a `method` of it."""

    receipt: Receipt
    stage: Stage
    method: str = ""


class What(enum.Enum):
    """What was done with messages."""

    __hash__ = object.__hash__

    RECEIVED = "they were received"
    LOOP = "a loop goes through them"
    READ = "a system attribute of one was read"
    DELETED = "they were deleted"
    CALLED = "a function of the project was called with one"
    HANDED = "something that runs functions at the same time was handed them"
    PROCESSED = "a processor of Powertools was run"


@record(eq=False)
class Delivery(Noted):
    """Something that was done with messages."""

    given_on: ClassVar[bool] = True

    receipt: Receipt
    what: What
    text: str = ""
    """READ: the attribute. HANDED: the qualified name of what is called. PROCESSED: the class of the processor."""
    several: bool = False
    """HANDED: one call gets several of them."""
    made: tuple[Chunk, cst.CSTNode] | None = None
    """PROCESSED: chunk and node of the construction of the processor."""


_STEPS = {
    (Stage.EVENT, f"[{RECORDS!r}]"): Stage.MESSAGES,
    (Stage.EVENT, ".records"): Stage.MESSAGES,
    (Stage.ANSWER, "['Messages']"): Stage.MESSAGES,
    (Stage.MESSAGE, "['Attributes']"): Stage.ATTRIBUTES,
    (Stage.MESSAGE, "['attributes']"): Stage.ATTRIBUTES,
    (Stage.MESSAGE, ".attributes"): Stage.ATTRIBUTES,
}
_READING = frozenset({"get", "pop"})


class Deliveries:
    """The messages that code receives, and what it does with them."""

    def __init__(self) -> None:
        self.any = False
        """Something is marked: until then no call is looked at."""
        self.called: dict[tuple[str, str], None] = {}
        """Functions that a decorator feeds from a queue, each with its file."""
        self._workers: dict[cst.CSTNode, object] = {}
        """By the construction of a pool, how many workers it has, if that is known."""

    # -- where they come from

    def received(self, call: Call, member: Member) -> Value | None:
        """What a call that receives gives; None if it is none."""
        api = RECEIVE_APIS[member.name]
        keywords = call.arguments.keywords
        if isinstance(member.receiver, Handle):
            known = member.receiver.service == "sqs" and member.receiver.kind in api.receivers
        else:
            known = not call.arguments.positional and not api.evidence.isdisjoint(keywords)
        if not known:
            return None
        queue = keywords[QUEUE].value if QUEUE in keywords else ()
        if not queue and isinstance(member.receiver, Handle):
            queue = member.receiver.queue
        receipt = Receipt(call.node, call.state.context, queue)
        self._note(call.machine, receipt, What.RECEIVED, call.node, call.state, arguments=call.arguments)
        mark = Delivered(receipt, Stage.MESSAGES if api.listed else Stage.ANSWER)
        return tuple(replace(one, about=mark) if isinstance(one, Atom) else one for one in call.unknown("an answer"))

    def handed_in(self, function: Function, parameter: cst.Param) -> Mark | None:
        """The event of a function that Lambda may call: its first parameter, if it has one more for the context."""
        several = positional(function.node)
        if function.owner is not None or not several or several[0] is not parameter:
            return None
        chalice = chalice_decorator(function) is not None
        if len(several) != 2 and not chalice:
            return None
        receipt = Receipt(function.node, NOWHERE, (), function)
        return Delivered(receipt, Stage.EVENT)

    # -- what is done with them

    def read(self, machine: Machine, mark: Mark, step: str, node: cst.CSTNode, state: State) -> Mark | None:
        """See `Hooks.read`."""
        if not isinstance(mark, Delivered):
            return None
        if mark.method:
            if mark.method in _READING and step.startswith("("):
                return self._step(machine, replace(mark, method=""), f"[{step[1:-1]}]", node, state)
            if mark.stage is Stage.MESSAGE and mark.method == "delete":
                self._note(machine, mark.receipt, What.DELETED, node, state)
            return mark if mark.stage is Stage.CONTENT else None
        return self._step(machine, mark, step, node, state)

    def _step(self, machine: Machine, mark: Delivered, step: str, node: cst.CSTNode, state: State) -> Delivered | None:
        name = step[1:] if step.startswith(".") else ""
        if name in _READING or name == "delete":
            return replace(mark, method=name)
        stage = _STEPS.get((mark.stage, step))
        match mark.stage:
            case Stage.EVENT if step == "[]" and mark.receipt.function is not None:
                if chalice_decorator(mark.receipt.function) is not None:
                    stage = Stage.MESSAGE
            case Stage.MESSAGES if step.startswith("["):
                stage = Stage.MESSAGE
            case Stage.MESSAGE | Stage.CONTENT if stage is None:
                stage = Stage.CONTENT
            case Stage.ATTRIBUTES if step.startswith("['"):
                self._note(machine, mark.receipt, What.READ, node, state, text=step[2:-2])
                stage = Stage.CONTENT
        if stage is not None and stage is not mark.stage:
            self.any = self.any or stage is not Stage.EVENT
        return Delivered(mark.receipt, stage) if stage is not None else None

    def on_loop(self, machine: Machine, element: Value, node: cst.CSTNode, state: State) -> None:
        """See `Hooks.on_loop`."""
        for mark in dict.fromkeys(_marks(element, state)):
            if mark.stage is Stage.MESSAGE:
                self._note(machine, mark.receipt, What.LOOP, node, state)

    def on_call(self, call: Call) -> None:
        """A call, which may be handed messages."""
        callee, given = call.callee, call.arguments
        if isinstance(callee, External):
            self._on_outside(call, callee)
        elif isinstance(callee, Function | Bound):
            marks = (mark for passed in given.all() for mark in _marks(passed.value, call.state))
            for receipt in dict.fromkeys(mark.receipt for mark in marks if mark.stage in _OF_ONE):
                self._note(call.machine, receipt, What.CALLED, call.node, call.state, arguments=given)
        name = name_of(call.node)
        if name in DELETING and DELETING[name] in given.keywords:
            value = given.keywords[DELETING[name]].value
            for receipt in dict.fromkeys(mark.receipt for mark in _marks(value, call.state, deep=True)):
                self._note(call.machine, receipt, What.DELETED, call.node, call.state)

    def _on_outside(self, call: Call, callee: External) -> None:
        given = call.arguments
        if name_of(call.node) == CHALICE:
            function = decorated(call.state.frame.chunk, call.node)
            if function is not None:
                self.called[function.name.value, call.state.frame.chunk.path] = None
        if callee.name.endswith(POOLS):
            self._workers[call.node] = next(
                (found for key in WORKERS if (found := given.constant(0, key)) is not NOTHING), NOTHING
            )
        if not self.any or PARALLEL.fullmatch(callee.name) is None or self.workers_of(callee) == 1:
            return
        for mark in dict.fromkeys(mark for passed in given.all() for mark in _marks(passed.value, call.state)):
            several = name_of(call.node) not in ONE_BY_ONE
            if mark.stage in _OF_ONE or mark.stage is Stage.MESSAGES:
                what = What.HANDED
                self._note(call.machine, mark.receipt, what, call.node, call.state, callee.name, several=several)

    def workers_of(self, callee: External) -> object:
        """How many workers the pool has whose method this is; NOTHING if that is not known."""
        pieces = callee.receiver.pieces if callee.receiver is not None else ()
        return next((self._workers[piece.node] for piece in pieces if piece.node in self._workers), NOTHING)

    def processed(self, call: Call, path: str) -> None:
        """A call of Powertools that may run a processor."""
        name = path.rpartition(".")[2]
        if not path.startswith(PROCESSING):
            return
        passed = call.arguments.passed(PROCESSING_CALLS.get(name), "processor")
        processors: Value = passed.value if passed is not None and name in PROCESSING_CALLS else ()
        if path.removesuffix("()") in PROCESSORS and path.endswith("()"):
            processors = (call.callee,)  # `with processor(records, handler):`
        for alternative in processors:
            if isinstance(alternative, External) and alternative.name.removesuffix("()") in PROCESSORS:
                for piece in alternative.receiver.pieces if alternative.receiver is not None else ():
                    made = (piece.chunk, piece.node)
                    receipt = Receipt(call.node, call.state.context)
                    kind = PROCESSORS[alternative.name.removesuffix("()")]
                    self._note(call.machine, receipt, What.PROCESSED, call.node, call.state, kind, made=made)

    def _note(
        self,
        machine: Machine,
        receipt: Receipt,
        what: What,
        node: cst.CSTNode,
        state: State,
        text: str = "",
        *,
        arguments: Arguments | None = None,
        several: bool = False,
        made: tuple[Chunk, cst.CSTNode] | None = None,
    ) -> None:
        self.any = True
        notes = machine.notes
        if notes.are_full:
            met("MAX_NOTED")
            notes.beyond.setdefault(node, state.frame.chunk)
            return
        given, past = arguments or Arguments(), len(notes.outside)
        notes.calls.append(
            Delivery(given, node, state.frame.chunk, state.copy(), notes, past, receipt, what, text, several, made)
        )


_OF_ONE = frozenset({Stage.MESSAGE, Stage.CONTENT})


def handed_in_of(delivery: Delivery) -> frozenset[cst.CSTNode]:
    """Where callers hand in what names the queue."""
    atoms = (one for one in delivery.receipt.queue if isinstance(one, Atom))
    return frozenset(piece.node for atom in atoms for piece in atom.pieces if piece.handed_in)


def decorated(chunk: Chunk, call: cst.CSTNode) -> cst.FunctionDef | None:
    """The function that a call decorates."""
    for node in descendants(chunk.module):
        if isinstance(node, cst.FunctionDef) and any(one.decorator is call for one in node.decorators):
            return node
    return None


def chalice_decorator(function: Function) -> cst.Call | None:
    """The decorator of Chalice that feeds a function from a queue."""
    for one in function.node.decorators if isinstance(function.node, cst.FunctionDef) else ():
        if isinstance(one.decorator, cst.Call) and name_of(one.decorator) == CHALICE:
            return one.decorator
    return None


def holding(state: State, receipt: Receipt, *, whole: bool = False) -> Iterator[str]:
    """The variables that hold a message of a receive, or something of it; or, with `whole`, all that was received."""
    stages = frozenset({Stage.ANSWER, Stage.MESSAGES}) if whole else _OF_ONE
    for name, value in state.variables.items():
        if any(mark.receipt == receipt and mark.stage in stages for mark in _marks(value, state)):
            yield name


def bearing(value: Value, state: State) -> bool:
    """Whether a value is, or holds, messages that nobody has looked into yet."""
    return any(mark.stage in _UNOPENED for mark in _marks(value, state, deep=True))


_UNOPENED = frozenset({Stage.ANSWER, Stage.MESSAGES, Stage.MESSAGE})


def _marks(value: Value, state: State, *, deep: bool = False) -> Iterator[Delivered]:
    """The marks of a value, and of the items of a tuple; of what is in a list or dict that it is, with `deep`."""
    for alternative in value:
        yield from _marks_of(alternative, state, deep=deep)


def _marks_of(alternative: Abstract, state: State, *, deep: bool) -> Iterator[Delivered]:
    match alternative:
        case Atom(about=Delivered() as mark) if not mark.method:
            yield mark
        case TupleValue():
            for item in alternative.items:
                yield from _marks(item, state, deep=deep)
        case Partial():
            for passed in alternative.positional:
                yield from _marks(passed.value, state, deep=deep)
        case Ref():
            match state.at(alternative):
                case ListObject() as found:
                    for element in found.elements:
                        yield from _marks(element, state, deep=deep) if deep else _flat(element)
                case DictObject() as found if deep:
                    for entry in found.items.values():
                        yield from _marks(entry.value, state, deep=True)


def _flat(value: Value) -> Iterator[Delivered]:
    return (one.about for one in value if isinstance(one, Atom) and isinstance(one.about, Delivered))
