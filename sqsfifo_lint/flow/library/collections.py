"""`collections`, and the named tuples of `typing`."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.containers import as_dict
from sqsfifo_lint.flow.context import NOWHERE
from sqsfifo_lint.flow.library import builtins
from sqsfifo_lint.flow.state import join_items
from sqsfifo_lint.flow.values import (
    ClassValue,
    DictObject,
    External,
    ListKind,
    Passed,
    TupleValue,
    Value,
    constant_of,
    join,
    only,
)
from sqsfifo_lint.records import replace

MODELS: dict[str, Model] = {}
model = models(MODELS)

model("collections.OrderedDict", "")(builtins.dict_)
model("collections.deque", "iterable=(), /")(builtins.made_of(ListKind.LIST))


@model("queue.Queue", "maxsize=0")
@model("queue.LifoQueue", "maxsize=0")
@model("queue.PriorityQueue", "maxsize=0")
@model("queue.SimpleQueue", "")
@model("asyncio.Queue", "maxsize=0")
@model("asyncio.LifoQueue", "maxsize=0")
@model("asyncio.PriorityQueue", "maxsize=0")
@model("multiprocessing.Queue", "maxsize=0")
@model("multiprocessing.SimpleQueue", "")
@model("multiprocessing.JoinableQueue", "maxsize=0")
def queue(call: Call) -> Value:
    """A queue of this process or its children: what is put in comes out."""
    return call.list([], exact=True)


@model("collections.defaultdict", "default_factory=None, /")
def defaultdict(call: Call) -> Value:
    """A dict that makes what stands under a key of it when it is asked for."""
    factory = call.argument("default_factory")
    found = DictObject({}, call.again(factory, Arguments()), call.state.frame.chunk, call.node, call.state.context)
    return call.state.allocate(call.node, found, "dict")


@model("collections.ChainMap", "")
def chain_map(call: Call) -> Value:
    """Dicts in layers: what stands under a key in an earlier one goes before. What is read of it now is read of it."""
    merged = DictObject({}, (), call.state.frame.chunk, call.node, call.state.context)
    layers = [as_dict(call.machine, p.value, p.node, call.state) for p in call.arguments.positional]
    for layer in reversed(layers):
        items = {key: replace(item, value=join(item.value, layer.rest)) for key, item in merged.items.items()}
        for key, item in layer.items.items():
            below = items.get(key)
            items[key] = join_items(item, below) if item.optional and below is not None else item
        merged = replace(merged, items=items, rest=join(layer.rest, merged.rest))
    return call.state.allocate(call.node, merged)


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
