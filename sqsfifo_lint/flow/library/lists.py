"""Methods of a list, deque or set."""

from __future__ import annotations

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.values import ListKind, ListObject, Method, Value, join, told_apart
from sqsfifo_lint.records import replace

METHODS: dict[str, Model] = {}
method = models(METHODS)


def _receiver(call: Call) -> tuple[Ref, ListObject]:
    assert isinstance(call.callee, Method)
    reference = call.callee.receiver
    assert isinstance(reference, Ref)
    found = call.state.at(reference)
    assert isinstance(found, ListObject)
    return reference, found


@method("append", "object, /")
@method("put", "object, /")
@method("put_nowait", "object, /")
@method("appendleft", "object, /")
@method("add", "object, /")
@method("insert", "index, object, /")
def append(call: Call) -> Value:
    """One element more; in a loop, of a list that was made outside, as many more as there are rounds."""
    reference, found = _receiver(call)
    added = call.argument("object")
    looping = len(call.state.context) > len(found.context)
    if not (looping and added in found.elements):
        sure = found.exact and not looping
        several, sure = told_apart((*found.elements, added), sure, found.chunk, found.node, found.context)
        call.state.heap[reference] = replace(found, elements=several, exact=sure)
    return call.known(None)


@method("extend", "iterable, /")
@method("extendleft", "iterable, /")
@method("update", "iterable, /")
def extend(call: Call) -> Value:
    reference, _ = _receiver(call)
    several, exact = call.contents("iterable")
    containers.extend(reference, several, exact, call.state)
    return call.known(None)


@method("set", "value, /")
def set_(call: Call) -> Value:
    """A context variable is set; what it was stays in the token."""
    reference, found = _receiver(call)
    call.state.heap[reference] = replace(found, elements=(call.argument("value"),), exact=True)
    return call.list(found.elements, exact=found.exact, extra="token")


@method("reset", "token, /")
def reset(call: Call) -> Value:
    """It is what it was; for those that were called meanwhile, it is what it was set to."""
    reference, found = _receiver(call)
    earlier, _ = call.contents("token")
    call.state.heap[reference] = replace(found, elements=tuple(dict.fromkeys((*found.elements, *earlier))), exact=False)
    return call.known(None)


@method("pop", "")
@method("get", "default, /")
@method("get_nowait", "")
@method("popleft", "")
def pop(call: Call) -> Value:
    reference, found = _receiver(call)
    if found.kind is ListKind.VARIABLE:
        default = call.passed("default")
        return join(call.any_of(found.elements), default.value if default is not None else ())
    call.state.heap[reference] = replace(found, exact=False)
    return containers.another(call.any_of(found.elements), call.state, call.node)


@method("copy", "")
def copy(call: Call) -> Value:
    reference, found = _receiver(call)
    return call.state.allocate(call.node, replace(found, context=call.state.context), extra=reference)


@method("clear", "")
def clear(call: Call) -> Value:
    reference, found = _receiver(call)
    call.state.heap[reference] = replace(found, elements=(), exact=True)
    return call.known(None)


@method("sort", "")
@method("reverse", "")
@method("remove", "")
@method("discard", "")
def changed(call: Call) -> Value:
    """Another order or length."""
    reference, found = _receiver(call)
    call.state.heap[reference] = replace(found, exact=False)
    return call.known(None)


@method("union", "")
@method("difference", "")
@method("intersection", "")
def combined(call: Call) -> Value:
    """A new set of what is in either."""
    several = list(_receiver(call)[1].elements)
    for passed in call.arguments.positional:
        several.extend(call.inside(passed)[0])
    return call.list(several, exact=False, kind=ListKind.SET)
