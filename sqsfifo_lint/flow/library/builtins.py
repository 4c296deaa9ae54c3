"""Python's own functions."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import containers, hashing
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_OBJECTS
from sqsfifo_lint.flow.call import Answer, Call, Model, models
from sqsfifo_lint.flow.callbacks import map_over
from sqsfifo_lint.flow.classes import methods_of, mro
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.library import dataclasses
from sqsfifo_lint.flow.transforms import stringified
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Bound,
    External,
    InstanceObject,
    ListKind,
    ListObject,
    Partial,
    Passed,
    Piece,
    Super,
    TupleValue,
    Value,
    constant_of,
    distinct,
    each,
    join,
    only,
    opaque,
)
from sqsfifo_lint.met import cut
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace

MODELS: dict[str, Model] = {}
model = models(MODELS)

# -- containers


@model("builtins.dict", "")
def dict_(call: Call) -> Value:
    """A dict of pairs, of another dict, and of what is passed by keyword."""
    builder = containers.DictBuilder(call.machine, call.node, call.state)
    builder.fill(call.arguments)
    return builder.finish()


def made_of(kind: ListKind) -> Answer:
    """The model of what makes a list, set or tuple of the elements of something."""

    def make(call: Call) -> Value:
        passed = call.passed("iterable")
        if passed is None:
            return call.list([], exact=True, kind=kind)
        found, exact = call.inside(passed)
        if kind is ListKind.TUPLE and exact:
            return (TupleValue(tuple(found)),)
        shuffled = kind is not ListKind.SET and hashing.is_shuffled(passed.value, call.state)
        return call.list(found, exact=exact and kind is not ListKind.SET, kind=ListKind.SHUFFLED if shuffled else kind)

    return make


model("builtins.list", "iterable=(), /")(made_of(ListKind.LIST))
model("builtins.tuple", "iterable=(), /")(made_of(ListKind.TUPLE))
model("builtins.set", "iterable=(), /")(made_of(ListKind.SET))
model("builtins.frozenset", "iterable=(), /")(made_of(ListKind.SET))


@model("builtins.sorted", "iterable, /, *, key=None, reverse=False")
@model("builtins.reversed", "iterable, /")
def reordered(call: Call) -> Value:
    """The same elements, in another order or not all of them."""
    return call.list(call.elements("iterable"), exact=False)


@model("builtins.filter", "function, iterable, /")
def filter_(call: Call) -> Value:
    return call.list(call.elements("iterable"), exact=False, kind=ListKind.GENERATOR)


@model("builtins.map", "function, /")
def map_(call: Call) -> Value:
    return map_over(call, call.argument("function"), call.arguments.positional[1:], kind=ListKind.GENERATOR)


@model("builtins.zip", "")
def zip_(call: Call) -> Value:
    """Rows of one element of each column."""
    columns = [call.inside(passed) for passed in call.arguments.positional]
    if call.arguments.star:  # `zip_longest(*[iter(entries)] * 10)`: rows of unknown length
        columns.append((call.inside(Passed(call.arguments.star, call.state.frame.chunk, call.node))[0], False))
        mixed = [value for found, _ in columns for value in found]
        return call.list([call.list(mixed, exact=False, extra="row")], exact=False)
    if columns and all(exact for _, exact in columns):
        rows: list[Value] = [(TupleValue(row),) for row in zip(*(found for found, _ in columns), strict=False)]
        return call.list(rows, exact=True)
    return call.list([(TupleValue(tuple(call.any_of(found) for found, _ in columns)),)], exact=False)


@model("builtins.iter", "object, /")
@model("builtins.aiter", "object, /")
def iter_(call: Call) -> Value:
    return call.argument("object")


@model("builtins.next", "iterator, default, /")
@model("builtins.anext", "iterator, default, /")
def next_(call: Call) -> Value:
    """Any element, another one each time."""

    def one(alternative: Abstract) -> Value:
        if isinstance(alternative, External):
            return call.again((External(f"{alternative.name}.__next__", alternative.receiver),), Arguments())
        found, _ = containers.elements(call.machine, (alternative,), call.node, call.state)
        return containers.another(call.any_of(found), call.state, call.node)

    result = each(call.argument("iterator"), one)
    default = call.passed("default")
    return result if default is None else join(result, default.value)


# -- numbers that are counted


def counted(call: Call, start: Passed | None) -> Value:
    """A number that is counted. One that goes on from a `start` that is read somewhere is made of that, too."""
    index = Piece(Material.INDEX, call.state.context, call.state.frame.chunk, call.node)
    read = call.flat(start.value).pieces if start is not None else ()
    return (Atom(distinct([index, *(p for p in read if p.material is not Material.CONSTANT)]), "int"),)


@model("builtins.enumerate", "iterable, start=0")
def enumerate_(call: Call) -> Value:
    found, exact = call.contents("iterable")
    index = counted(call, call.passed("start"))
    return call.list([(TupleValue((index, element)),) for element in found], exact=exact)


@model("builtins.range", "")
def range_(call: Call) -> Value:
    bounds = call.arguments.positional
    return call.list([counted(call, bounds[0] if len(bounds) > 1 else None)], exact=False)


@model("builtins.len", "obj, /")
def len_(call: Call) -> Value:
    """The length of a text or list in sight; else a number made of what is measured."""
    value = call.argument("obj")
    constant = constant_of(value)
    if isinstance(constant, str | bytes):
        return call.known(len(constant))
    reference = only(value, Ref)
    found = call.state.at(reference) if reference is not None else None
    if isinstance(found, ListObject):
        if not found.context.within(call.state.frame.key):
            return call.unknown("the length of what others may have changed")
        if found.exact:
            return call.known(len(found.elements))
        if found.kind is ListKind.LIST and isinstance(found.node, cst.List):  # begun in sight and appended to
            return counted(call, None)
    varying = tuple(opaque(p) for p in call.flat(value).pieces if p.material is not Material.CONSTANT)
    return (Atom(varying, "int"),) if varying else call.unknown("a length")


# -- objects


@model("builtins.getattr", "object, name, default, /")
def getattr_(call: Call) -> Value:
    name = call.constant("name")
    if not isinstance(name, str):
        return join(_methods_by_part(call), call.unknown("an attribute whose name is not in sight"))
    found = call.attribute(call.argument("object"), name)
    default = call.passed("default")
    if default is not None and any(isinstance(a, Atom) and not a.known for a in found):
        return join(found, default.value)
    return found


def _methods_by_part(call: Call) -> Value:
    """The methods of an object whose names begin, and end, like a name of which only that is known: `f"on_{kind}"`."""
    atom = only(call.argument("name"), Atom)
    if atom is None or not atom.pieces:
        return ()
    ends = (atom.pieces[0], atom.pieces[-1])
    first, last = (p.text if p.material is Material.CONSTANT and p.verbatim else "" for p in ends)
    found: Value = ()
    for holder in call.argument("object") if first or last else ():
        made = call.state.at(holder) if isinstance(holder, Ref) else None
        order = mro(made.cls)[0] if isinstance(made, InstanceObject) else []
        names = dict.fromkeys(m.name.value for cls in order for m in methods_of(cls.node))
        several = [name for name in names if name.startswith(first) and name.endswith(last)]
        for name in cut(several, MAX_OBJECTS, "MAX_OBJECTS"):
            found = join(found, call.attribute((holder,), name))
    methods = tuple(one for one in found if isinstance(one, Bound))
    return (Partial(External("builtins.getattr()"), (Passed(methods, call.state.frame.chunk, call.node),), ()),)


@model("builtins.getattr()", "")
def any_method(call: Call) -> Value:
    """Any of some methods is called: each may do what it does, but which of them gives the result, nobody knows."""
    methods, *given = call.arguments.positional
    call.again(methods.value, replace(call.arguments, positional=given))
    return call.unknown("what one of several methods returns")


@model("builtins.setattr", "object, name, value, /")
@model("builtins.object.__setattr__", "object, name, value, /")
def setattr_(call: Call) -> Value:
    name = call.constant("name")
    for holder in call.argument("object"):
        found = call.state.at(holder) if isinstance(holder, Ref) else None
        if isinstance(holder, Ref) and isinstance(found, InstanceObject) and isinstance(name, str):
            attributes = {**found.attributes, name: call.argument("value")}
            call.state.heap[holder] = replace(found, attributes=attributes)
    return call.known(None)


@model("builtins.super", "type, object, /")
def super_(call: Call) -> Value:
    frame = call.state.frame
    while frame.function is not None and frame.owner is None and frame.caller is not None:
        frame = frame.caller
    if frame.owner is None or frame.function is None:
        return call.unknown("super() outside a class")
    given = call.passed("object")
    if given is not None:
        receiver = given.value
    else:
        parameters = frame.function.node.params
        first = [*parameters.posonly_params, *parameters.params][:1]
        receiver = call.state.environments.get(frame.key, {}).get(first[0].name.value, ()) if first else ()
    return tuple(Super(one, frame.owner) for one in receiver)


@model("builtins.type", "")
def type_(call: Call) -> Value:
    match call.arguments.positional:
        case [Passed(value=(Ref() as holder,))]:
            found = call.state.at(holder)
            if isinstance(found, InstanceObject):
                return (found.cls,)
    return call.unknown("a type out of sight")


@model("builtins.isinstance", "")
def isinstance_(call: Call) -> Value:
    return call.unknown("a test of a type")


model("builtins.vars", "obj, /")(dataclasses.asdict)

# -- text


@model("builtins.str", "object, /")
def str_(call: Call) -> Value:
    if not call.arguments.positional:
        return call.known("")
    return stringified(call, call.argument("object"), ("__str__", "__repr__"))


@model("builtins.repr", "object, /")
def repr_(call: Call) -> Value:
    return stringified(call, call.argument("object"), ("__repr__",), "builtins.repr")


@model("builtins.hash", "object, /")
def hash_(call: Call) -> Value:
    passed = call.passed("object")
    return call.unknown("missing argument") if passed is None else hashing.hashed(call, passed.value)


@model("builtins.id", "object, /")
def id_(call: Call) -> Value:
    passed = call.passed("object")
    return call.unknown("missing argument") if passed is None else hashing.identified(call, passed.value)
