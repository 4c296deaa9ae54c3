"""Methods of a dict."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.containers import DictBuilder, dict_get, new_item
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import constant_atom
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    DictObject,
    Method,
    TupleValue,
    Value,
    constant_of,
    each,
    join,
)
from sqsfifo_lint.records import replace

METHODS: dict[str, Model] = {}
method = models(METHODS)


def _receiver(call: Call) -> tuple[Ref, DictObject]:
    assert isinstance(call.callee, Method)
    reference = call.callee.receiver
    assert isinstance(reference, Ref)
    found = call.state.at(reference)
    assert isinstance(found, DictObject)
    return reference, found


@method("get", "key, default=None, /")
def get(call: Call) -> Value:
    _, found = _receiver(call)
    default = call.argument("default")

    def one(key: Abstract) -> Value:
        constant = key.constant if isinstance(key, Atom) else NOTHING
        item = found.items.get(constant) if constant is not NOTHING else None
        if item is not None:
            return join(item.value, default) if item.optional else item.value
        if found.rest or constant is NOTHING:
            return join(dict_get(call.machine, found, constant, call.node, call.state), default)
        return default

    return each(call.argument("key"), one)


@method("setdefault", "key, default=None, /")
def setdefault(call: Call) -> Value:
    reference, found = _receiver(call)
    constant = constant_of(call.argument("key"))
    default = call.argument("default")
    if constant is NOTHING:
        unknown = call.unknown("kept under a key that is not known")
        rest = join(found.rest, default if containers.is_object(default) else unknown)
        call.state.heap[reference] = replace(found, rest=rest)
        return rest
    item = found.items.get(constant)
    if item is not None and not item.optional:
        return item.value
    passed = call.passed("default")
    place: cst.CSTNode = call.node if passed is None else passed.node
    value = join(found.rest if item is None else item.value, default)
    kept = new_item(call.machine, constant, value, False, call.state.frame.chunk, place)
    call.state.heap[reference] = replace(found, items={**found.items, constant: kept})
    return value


@method("update", "")
def update(call: Call) -> Value:
    reference, found = _receiver(call)
    builder = DictBuilder(call.machine, found.node, call.state, found)
    builder.fill(call.arguments)
    call.state.heap[reference] = DictObject(builder.items, builder.rest, found.chunk, found.node, found.context)
    return call.known(None)


@method("pop", "key, default=None, /")
def pop(call: Call) -> Value:
    reference, _ = _receiver(call)
    result = get(call)
    for one in call.argument("key"):
        containers.delete(reference, one.constant if isinstance(one, Atom) else NOTHING, call.state)
    return result


@method("items", "")
def items(call: Call) -> Value:
    reference, found = _receiver(call)
    pairs: list[Value] = [
        (TupleValue(((constant_atom(key, call.node, call.state),), item.value)),) for key, item in found.items.items()
    ]
    if found.rest:
        pairs.append((TupleValue((call.unknown("a key"), found.rest)),))
    return call.list(pairs, exact=not found.rest, extra=reference)


@method("values", "")
def values(call: Call) -> Value:
    reference, found = _receiver(call)
    several = [item.value for item in found.items.values()]
    return call.list([*several, found.rest] if found.rest else several, exact=not found.rest, extra=reference)


@method("keys", "")
def keys(call: Call) -> Value:
    reference, _ = _receiver(call)
    several, exact = containers.elements(call.machine, (reference,), call.node, call.state)
    return call.list(several, exact=exact, extra=reference)


@method("copy", "")
def copy(call: Call) -> Value:
    reference, found = _receiver(call)
    return call.state.allocate(call.node, replace(found, context=call.state.context), extra=reference)


@method("clear", "")
def clear(call: Call) -> Value:
    reference, found = _receiver(call)
    call.state.heap[reference] = replace(found, items={}, rest=())
    return call.known(None)
