"""Whether code sets an attribute of a class itself."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.classes import class_at, mro
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.values import ClassValue
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.walk import parameters, positional
from sqsfifo_lint.source.writes import Around, in_expressions, writes


def set_elsewhere(machine: Machine, cls: ClassValue, name: str) -> bool:
    """Whether the module of a class sets the class's attribute `name`, other than by counting it on."""
    key = (cls.node, name)
    if key not in machine.classes.set_elsewhere:
        machine.classes.set_elsewhere[key] = any(_sets(machine, chunk, cls, name) for chunk in cls.module.chunks)
    return machine.classes.set_elsewhere[key]


def _sets(machine: Machine, chunk: Chunk, cls: ClassValue, name: str) -> bool:
    expressions = in_expressions(chunk.text)
    if name not in chunk.text and not expressions:
        return False
    found = writes(
        chunk.module.body,
        expressions=expressions,
        look_into=lambda block: name in block.text or in_expressions(block.text),
    )
    return any(
        write.name in (name, None)
        and not isinstance(write.node, cst.AugAssign)
        and _is_class(machine, write.holder, write.around, chunk, cls)
        for write in found
    )


def _is_class(machine: Machine, holder: cst.BaseExpression, around: Around, chunk: Chunk, cls: ClassValue) -> bool:
    """Whether an expression stands for a class, or in a method for the class or object that the method is called on."""
    match holder:
        case (
            cst.Call(func=cst.Name("type"), args=[cst.Arg(value=inner)])
            | cst.Attribute(value=inner, attr=cst.Name("__class__"))
        ):
            return _is_class(machine, inner, around, chunk, cls)
        case cst.Name(value=wanted):
            for depth in range(len(around) - 1, -1, -1):
                function = around[depth]
                if isinstance(function, cst.FunctionDef | cst.Lambda) and wanted in _names(function):
                    return _is_receiver(machine, wanted, around[: depth + 1], chunk, cls)
    state = machine.fresh_state(machine.import_frame(cls.module, chunk))
    steps = machine.budget.left
    found = machine.evaluate(holder, state)
    machine.budget.left = steps
    return any(isinstance(a, ClassValue) and a.node is cls.node for a in found)


def _names(function: cst.FunctionDef | cst.Lambda) -> list[str]:
    return [parameter.name.value for parameter in parameters(function)]


def _is_receiver(machine: Machine, wanted: str, around: Around, chunk: Chunk, cls: ClassValue) -> bool:
    """Whether a parameter of the innermost definition is what a method of the class, or of a heir, is called on."""
    *outer, method = around
    if any(isinstance(part, cst.FunctionDef | cst.Lambda) for part in outer) or not isinstance(method, cst.FunctionDef):
        return False
    if [p.name.value for p in positional(method)[:1]] != [wanted]:
        return False
    owner = class_at(machine, cls.module, chunk, [part for part in outer if isinstance(part, cst.ClassDef)])
    return owner is not None and any(candidate.node is cls.node for candidate in mro(owner)[0])
