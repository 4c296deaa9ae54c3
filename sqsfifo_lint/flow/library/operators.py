"""`operator`: functions that are made of the name of a method, of keys or of attributes."""

from __future__ import annotations

from collections.abc import Callable

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.values import External, Partial, Passed, TupleValue, Value, constant_of

MODELS: dict[str, Model] = {}
model = models(MODELS)


@model("operator.methodcaller", "")
@model("operator.itemgetter", "")
@model("operator.attrgetter", "")
def getter(call: Call) -> Value:
    """A function that knows what to ask of the object that it will be given."""
    assert isinstance(call.callee, External)
    given = call.arguments
    if not given.positional or given.star:
        return call.unknown("what to ask for is not in sight")
    return (
        Partial(External(f"{call.callee.name}()"), tuple(given.positional), tuple(given.keywords.items()), given.rest),
    )


@model("operator.methodcaller()", "")
def call_method(call: Call) -> Value:
    """`methodcaller("send", body=text)(sender)`: first the name, last the object, and arguments between them."""
    given = call.arguments
    named, *positional, holder = given.positional if len(given.positional) > 1 else [None, None]
    name = constant_of(named.value) if named is not None else None
    if holder is None or not isinstance(name, str):
        return call.unknown("a method whose name is not in sight")
    method = call.attribute(holder.value, name)
    return call.again(method, Arguments([p for p in positional if p is not None], given.keywords, (), given.rest))


@model("operator.itemgetter()", "")
def get_items(call: Call) -> Value:
    return _several(call, _item)


@model("operator.attrgetter()", "")
def get_attributes(call: Call) -> Value:
    return _several(call, _attribute)


def _several(call: Call, one: Callable[[Call, Passed, Passed], Value]) -> Value:
    """One thing of an object, or a tuple of several."""
    if len(call.arguments.positional) < 2:
        return call.unknown("nothing to ask")
    *wanted, holder = call.arguments.positional
    found = [one(call, passed, holder) for passed in wanted]
    return found[0] if len(found) == 1 else (TupleValue(tuple(found)),)


def _item(call: Call, wanted: Passed, holder: Passed) -> Value:
    return containers.subscript(call.machine, holder.value, constant_of(wanted.value), call.node, call.state)


def _attribute(call: Call, wanted: Passed, holder: Passed) -> Value:
    name = constant_of(wanted.value)
    if not isinstance(name, str):
        return call.unknown("an attribute whose name is not in sight")
    found = holder.value
    for step in name.split("."):
        found = call.attribute(found, step)
    return found
