"""taskiq: brokers, to whose queue their tasks go, and kickers, which hold the labels of one message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import libcst as cst

from sqsfifo_lint.aws.routes import is_fifo_name
from sqsfifo_lint.aws.values import Kicker, Member, note_send
from sqsfifo_lint.flow import Arguments, Call, Machine, State
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.values import (
    Decoration,
    DictObject,
    External,
    Function,
    Item,
    ListObject,
    Passed,
    TupleValue,
    Value,
    join,
)
from sqsfifo_lint.knowledge.frameworks import BROKERS, KICKER_METHODS, OF_THE_BROKER
from sqsfifo_lint.knowledge.senders import Senders
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.project import Module

QUEUE = "queue"
"""Label, or keyword of a decoration, that names the queue: the broker's, unless the message has one of its own."""


class Brokers:
    """The brokers in sight: what each is told to be its queue, and the delay of its messages."""

    def __init__(self) -> None:
        self._told: dict[cst.CSTNode, dict[str, Passed]] = {}
        """By the call that constructs it."""

    def note(self, call: Call, path: str) -> None:
        """Keep what a broker is constructed with."""
        broker, chunk = BROKERS[broker_at(path)], call.state.frame.chunk
        passed = call.arguments.passed(0, broker.parameter)
        value = passed.value if passed is not None else ()
        if broker.several:
            value = _first_name(value, call.state)
        if not value or _may_set_labels(call.state.frame.module):
            return
        told = self._told.setdefault(call.node, {})
        earlier = told[OF_THE_BROKER].value if OF_THE_BROKER in told else ()
        told[OF_THE_BROKER] = Passed(join(earlier, value), chunk, passed.node if passed is not None else call.node)
        delay = call.arguments.keywords.get(broker.delay)
        if delay is not None:
            told["delay"] = delay

    @property
    def for_fifo(self) -> Iterator[tuple[str, str]]:
        """The variables that may hold a broker whose queue is FIFO, each with its file."""
        for told in self._told.values():
            queue = told.get(OF_THE_BROKER)
            if queue is not None and is_fifo_name(queue.value):
                yield from ((name, queue.chunk.path) for name in queue.chunk.names)

    def of(self, found: External) -> dict[str, Passed]:
        """What a broker, or a method of one, was told; nothing where it is not known."""
        pieces = found.receiver.pieces if found.receiver is not None else ()
        return self._told.get(pieces[0].node, {}) if len(pieces) == 1 else {}


def _first_name(value: Value, state: State) -> Value:
    """The name of the first queue: queues are dicts, of which there is one or a list."""
    result: Value = ()
    for alternative in value:
        match state.at(alternative) if isinstance(alternative, Ref) else alternative:
            case DictObject(items=items) if "name" in items:
                result = join(result, items["name"].value)
            case ListObject(elements=[first, *_], exact=True) | TupleValue(items=(first, *_)):
                result = join(result, _first_name(first, state))
            case _:
                return ()
    return result


_MIDDLEWARES = re.compile(r"_middlewares\(([^#]{0,300})")
_CALLED = re.compile(r"\b\w++(?=\()")


def _may_set_labels(module: Module) -> bool:
    """Whether a broker may be given another default queue, or a middleware of the project, which may set labels."""
    added = [_CALLED.findall(found[1]) for found in _MIDDLEWARES.finditer(module.text)]
    return "with_default_queue" in module.text or not all(names and _is_of_taskiq(module, names[0]) for names in added)


def _is_of_taskiq(module: Module, name: str) -> bool:
    target = module.imports.get(name)
    return target is not None and target.name.partition(".")[0].startswith("taskiq")


def broker_at(path: str) -> str:
    """The key in `BROKERS` of a class of this qualified name, or of what a method of it gives; empty if it is none."""
    cls = path.partition("()")[0]
    key = f"{cls.partition('.')[0]}.{cls.rpartition('.')[2]}"
    return key if key in BROKERS else ""


def same_broker(callee: External, path: str) -> Value | None:
    """`SQSBroker(...).with_result_backend(...)` is the same broker."""
    of, _, method = path.rpartition("().")
    return (External(f"{of}()", callee.receiver),) if broker_at(of) and method.startswith("with_") else None


def decoration(found: External, given: Arguments, node: cst.CSTNode, brokers: Brokers) -> Decoration:
    """A task of a broker: with its own labels, and what the broker was told."""
    keywords = {**brokers.of(found), **given.keywords}
    return Decoration(found.name, keywords, node, open_ended=bool(given.star or given.rest))


# -- kickers


def is_task(function: Function) -> bool:
    """Whether a broker of SQS makes a task of a function."""
    return _broker_of(function) is not None


def _broker_of(function: Function) -> Decoration | None:
    return next((d for d in function.decorations if broker_at(d.path)), None)


def method(machine: Machine, holder: Function | Kicker, name: str, node: cst.CSTNode, state: State) -> Value | None:
    """A method of a task that sends its message, or of a kicker."""
    if isinstance(holder, Kicker):
        known = not holder.method and name in KICKER_METHODS
        return (replace(holder, method=name),) if known else None
    found = _broker_of(holder)
    if found is None or name not in ("kicker", "kiq"):
        return None
    frame = state.frame
    rest = machine.unknown(node, state, "labels out of sight") if found.open_ended else ()
    labels = DictObject(_items(found.keywords), rest, frame.chunk, node, state.context)
    (reference,) = state.allocate(node, labels, extra="labels")
    return (Kicker(holder, reference, name, alone=name == "kiq"),) if isinstance(reference, Ref) else None


def called(call: Call, kicker: Kicker, senders: Senders, brokers: Brokers) -> Value:
    """A method of a task or kicker."""
    arguments, state = call.arguments, call.state
    itself = (replace(kicker, method=""),)
    found = state.at(kicker.labels)
    if not isinstance(found, DictObject):
        return call.unknown("not followed")
    match kicker.method:
        case "kiq":
            _kicked(call, kicker, found, senders)
            return call.unknown("a task of taskiq's")
        case "with_labels":
            items = {**found.items, **_items(arguments.keywords)}
            state.heap[kicker.labels] = replace(found, items=items, rest=join(found.rest, arguments.rest))
        case "with_broker":
            passed = arguments.passed(0, "broker")
            others = [a for a in passed.value if isinstance(a, External)] if passed is not None else []
            told = brokers.of(others[0]) if len(others) == 1 else {}
            items = {key: item for key, item in found.items.items() if key != OF_THE_BROKER}
            items.update(_items({key: passed for key, passed in told.items() if key == OF_THE_BROKER}))
            state.heap[kicker.labels] = replace(found, items=items)
    return itself


def _items(labels: Mapping[str, Passed]) -> dict[object, Item]:
    return {key: Item(p.value, p.optional, p.chunk, p.node) for key, p in labels.items()}


def _kicked(call: Call, kicker: Kicker, labels: DictObject, senders: Senders) -> None:
    """The message that `kiq` sends."""
    broker = _broker_of(kicker.task)
    api = senders.of_method("kiq", (), [broker.path]) if broker is not None else None
    if broker is None or api is None:
        return
    chunk, given = call.state.frame.chunk, call.arguments
    keywords = {str(k): Passed(i.value, i.chunk, i.node, i.optional) for k, i in labels.items.items()}
    own = keywords.pop(OF_THE_BROKER, None)
    named = keywords.pop(BROKERS[broker_at(broker.path)].label, None)
    queue = named or own
    keywords.pop(QUEUE, None)
    if queue is not None and not queue.optional:
        keywords[QUEUE] = queue
    task = TupleValue(tuple(passed.value for passed in given.all()))
    keywords["args"] = Passed((task,), chunk, call.node)
    rest = labels.rest
    if not (kicker.alone or _is_a_chain(call.node)):  # somebody else may have given it labels
        rest = join(rest, call.unknown("labels given out of sight"))
    note_send(call.machine, Member("kiq", kicker.task), Arguments([], keywords, (), rest), call.node, call.state, api)


def _is_a_chain(node: cst.CSTNode) -> bool:
    """Whether a call stands behind what makes its kicker: `task.kicker().with_labels(...).kiq(...)`."""
    while True:
        match node:
            case cst.Call(func=cst.Attribute(value=cst.Call(func=cst.Attribute(attr=cst.Name("kicker"))))):
                return True
            case cst.Call(func=cst.Attribute(value=cst.Call() as inner)):
                node = inner
            case _:
                return False
