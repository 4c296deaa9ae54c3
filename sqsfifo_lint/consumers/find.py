"""From what was met of messages to consumers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import libcst as cst

from sqsfifo_lint.aws.deliveries import Delivery, Receipt, What, chalice_decorator, decorated
from sqsfifo_lint.consumers.deletes import deleted_early
from sqsfifo_lint.consumers.found import Found
from sqsfifo_lint.consumers.loops import going_on
from sqsfifo_lint.consumers.parallel import handed_out
from sqsfifo_lint.flow import Frame, Machine, elements, value_of
from sqsfifo_lint.flow.values import NOTHING, Atom, Function, Passed, constant_of
from sqsfifo_lint.handling.surroundings import Surrounded
from sqsfifo_lint.knowledge.receiving import ALL, ASKED, LIMIT, QUEUE, SYSTEM_ATTRIBUTES
from sqsfifo_lint.model import Consumer, Handler, Known, Loss, Place, Queue, Step
from sqsfifo_lint.sends import NOT_TAKEN, given, queue_in
from sqsfifo_lint.source.chunks import NodePlace
from sqsfifo_lint.source.expectations import expects_failure


def find_consumers(machine: Machine, deliveries: Sequence[Delivery]) -> list[Consumer]:
    """The places where messages are received of which there is something to say."""
    if not deliveries:
        return []
    several: dict[Receipt, list[Delivery]] = {}
    for one in deliveries:
        if one.what is not What.PROCESSED:
            several.setdefault(one.receipt, []).append(one)
    surrounded = Surrounded(machine)
    found = [_consumer(Found(surrounded, some, some[0].receipt.function is not None)) for some in several.values()]
    consumers = [one for one in (*found, *_processing(machine, deliveries)) if one is not None]
    return [one for one in _all_unasked(consumers) if _matters(one)]


def _all_unasked(consumers: Sequence[Consumer]) -> Iterator[Consumer]:
    """The consumers, with what is not asked for told by the first of those that are one call."""
    unasked: dict[Place, list[Loss]] = {}
    for one in consumers:
        unasked.setdefault(one.place, []).extend(one.unasked)
    for one in consumers:
        yield replace(one, unasked=_distinct(iter(unasked.pop(one.place, ()))))


def _matters(consumer: Consumer) -> bool:
    if consumer.unasked or consumer.early:
        return True
    fifo = consumer.queue.fifo is not Known.NO
    return fifo and bool(consumer.continuing or consumer.parallel or consumer.processors)


def _consumer(found: Found) -> Consumer | None:
    first = found.deliveries[0]
    function = first.receipt.function
    if function is not None:
        consumer = _of_function(found, function, first)
    else:
        received = [*found.of(What.RECEIVED)]
        if not received:
            return None
        consumer = Consumer(
            NodePlace(received[0].chunk, received[0].node),
            _queue(found, received),
            several=all(map(_may_be_several, received)),
            unasked=_distinct(_unasked(found)),
            expected=expects_failure(received[0].chunk.module, received[0].chunk.text, received[0].node),
        )
    if consumer.queue.fifo is not Known.NO and consumer.several:
        consumer = replace(consumer, continuing=_distinct(going_on(found)), parallel=_distinct(handed_out(found)))
    return replace(consumer, early=_distinct(deleted_early(found)))


def _distinct(losses: Iterator[Loss]) -> tuple[Loss, ...]:
    return tuple({(loss.place, loss.how): loss for loss in losses}.values())


# -- receive calls


def _queue(found: Found, received: Sequence[Delivery]) -> Queue:
    machine = found.surrounded.machine
    several = []
    for one in received:
        passed = one.arguments.keywords.get(QUEUE)
        if passed is None and one.receipt.queue:
            passed = Passed(one.receipt.queue, one.chunk, one.node)
        several.append((given(machine, one.state, passed) if passed is not None else NOT_TAKEN, one.state.facts))
    return queue_in(machine, several)


def _may_be_several(received: Delivery) -> bool:
    """Whether a call is known to ask for more than one message: it gets one if it does not say how many."""
    passed = received.arguments.keywords.get(LIMIT)
    constants = [one.constant for one in passed.value if isinstance(one, Atom)] if passed is not None else []
    return any(isinstance(one, int) and one > 1 for one in constants)


def _unasked(found: Found) -> Iterator[Loss]:
    """The system attributes that are read and not asked for, each where it is read first."""
    asked = {one.receipt: _asked(found.surrounded.machine, one) for one in found.of(What.RECEIVED)}
    calls = {one.receipt: one for one in found.of(What.RECEIVED)}
    for read in found.of(What.READ):
        names = asked.get(read.receipt)
        if names is None or read.text not in SYSTEM_ATTRIBUTES or read.text in names or ALL in names:
            continue
        call = calls[read.receipt]
        steps = (Step(NodePlace(read.chunk, read.node), f"reads `{read.text}`"),)
        yield Loss(NodePlace(call.chunk, call.node), read.text, steps)


def _asked(machine: Machine, received: Delivery) -> frozenset[object] | None:
    """The attributes that a call asks for; None if that cannot be seen."""
    if received.arguments.rest or received.arguments.star or received.arguments.positional:
        return None
    found: set[object] = set()
    for passed in (received.arguments.keywords[key] for key in ASKED if key in received.arguments.keywords):
        several, exact = elements(machine, passed.value, passed.node, received.state)
        names = [constant_of(one) for one in several]
        if not exact or NOTHING in names:
            return None
        found.update(names)
    return frozenset(found)


# -- functions


def _of_function(found: Found, function: Function, first: Delivery) -> Consumer:
    assert isinstance(function.node, cst.FunctionDef)
    place = NodePlace(function.chunk, function.node.name)
    decorator = chalice_decorator(function)
    if decorator is None:
        return Consumer(
            place, Queue(), _handler(found.surrounded.machine, function.module.path, function.name), several=True
        )
    machine = found.surrounded.machine
    frame = machine.import_frame(function.module, function.chunk)
    named: Mapping[str, cst.BaseExpression] = {a.keyword.value: a.value for a in decorator.args if a.keyword}
    node = next((named[key] for key in ("queue", "queue_arn") if key in named), None)
    size = named.get("batch_size")
    several = size is not None and _is_several(machine, size, frame, first)
    if node is None:
        return Consumer(place, Queue(), several=several)
    passed = Passed(value_of(machine, node, first.state, frame), function.chunk, node)
    return Consumer(place, queue_in(machine, [(given(machine, first.state, passed), frozenset())]), several=several)


def _is_several(machine: Machine, size: cst.BaseExpression, frame: Frame, first: Delivery) -> bool:
    constant = constant_of(value_of(machine, size, first.state, frame))
    return isinstance(constant, int) and constant > 1


def _handler(machine: Machine, path: str, name: str) -> Handler:
    last = path.rpartition("/")[2]
    alone = sum(one.rpartition("/")[2] == last for one in machine.project.files.names) == 1
    return Handler(path, name, alone)


def _processing(machine: Machine, deliveries: Sequence[Delivery]) -> Iterator[Consumer]:
    """Functions that have a processor of Powertools run."""
    for one in deliveries:
        if one.what is not What.PROCESSED or one.made is None:
            continue
        function = one.frame.start.function
        node = function.node if function is not None else decorated(one.chunk, one.node)
        if not isinstance(node, cst.FunctionDef):
            continue
        chunk, module = (one.chunk, one.frame.module) if function is None else (function.chunk, function.module)
        steps = (Step(NodePlace(one.chunk, one.node), "runs it"),)
        loss = Loss(NodePlace(one.made[0], one.made[1]), one.text, steps)
        handler = _handler(machine, module.path, node.name.value)
        yield Consumer(NodePlace(chunk, node.name), Queue(), handler, several=True, processors=(loss,))
