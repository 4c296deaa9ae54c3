"""`collections`, and the named tuples of `typing`."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.context import NOWHERE
from sqsfifo_lint.flow.library import builtins
from sqsfifo_lint.flow.values import ClassValue, External, ListKind, Passed, TupleValue, Value, constant_of, only

MODELS: dict[str, Model] = {}
model = models(MODELS)

model("collections.OrderedDict", "")(builtins.dict_)
model("collections.deque", "iterable=(), /")(builtins.made_of(ListKind.LIST))


@model("collections.namedtuple", "typename, field_names")
@model("typing.NamedTuple", "typename, field_names")
def namedtuple(call: Call) -> Value:
    """`namedtuple("Name", fields)`: the class is written out, so that it is a class like any other."""
    name, wanted = call.constant("typename"), call.passed("field_names")
    names = _names(call, wanted) if wanted is not None else []
    if not isinstance(name, str) or not names or not all(n.isidentifier() for n in (name, *names)):
        return call.unknown("a named tuple out of sight")
    key = (call.node, tuple(names))
    definition = call.machine.classes.written_out.get(key)
    if definition is None:
        body = "".join(f"    {field}: object\n" for field in names)
        parsed = cst.parse_statement(f"class {name}:\n{body}")
        assert isinstance(parsed, cst.ClassDef)
        definition = call.machine.classes.written_out[key] = parsed
    frame = call.state.frame
    base: Value = (External("typing.NamedTuple"),)
    return (ClassValue(definition, frame.chunk, frame.module, NOWHERE, (base,)),)


def _names(call: Call, wanted: Passed) -> list[str]:
    text = constant_of(wanted.value)
    if isinstance(text, str):
        return text.replace(",", " ").split()
    found, exact = call.inside(wanted)
    names = [_field_name(element) for element in found]
    return [name for name in names if name is not None] if exact else []


def _field_name(element: Value) -> str | None:
    pair = only(element, TupleValue)
    if pair is not None and pair.items:
        return _field_name(pair.items[0])
    constant = constant_of(element)
    return constant if isinstance(constant, str) else None
