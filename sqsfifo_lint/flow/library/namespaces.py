"""Objects that are nothing but their attributes."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.containers import DictBuilder
from sqsfifo_lint.flow.context import NOWHERE, Level
from sqsfifo_lint.flow.reassigned import loosen
from sqsfifo_lint.flow.values import ClassValue, External, InstanceObject, Value, join

MODELS: dict[str, Model] = {}
model = models(MODELS)


@model("types.SimpleNamespace", "")
@model("argparse.Namespace", "")
@model("threading.local", "")
def namespace(call: Call) -> Value:
    """An object of a class without methods; others may set what one has that outlives the start."""
    machine, state, node = call.machine, call.state, call.node
    definition = machine.classes.written_out.get(node)
    if definition is None:
        parsed = cst.parse_statement("class Namespace: pass\n")
        assert isinstance(parsed, cst.ClassDef)
        definition = machine.classes.written_out[node] = parsed
    name = call.callee.name if isinstance(call.callee, External) else ""
    cls = ClassValue(definition, state.frame.chunk, state.frame.module, NOWHERE, ((External(name),),))
    builder = DictBuilder(machine, node, state)
    builder.fill(call.arguments)
    attributes = {
        str(key): join(item.value, machine.unknown(node, state, "set if it is given")) if item.optional else item.value
        for key, item in builder.items.items()
    }
    reference = state.context.reference(node, "namespace")
    state.heap[reference] = InstanceObject(cls, attributes, state.context, handed_in=bool(builder.rest))
    if state.context.epochs[0].level in (Level.IMPORT, Level.INSTANCE):
        loosen(machine, reference, cls, node, state)
    return (reference,)
