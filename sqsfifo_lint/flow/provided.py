"""Parameters whose value a framework gets from a function in sight: `sender: Sender = Depends(get_sender)`."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.context import Level, Ref
from sqsfifo_lint.flow.functions import invoke
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import Abstract, External, Function, ListObject, Partial, Value, awaited, join
from sqsfifo_lint.knowledge.decorators import DEPENDENCY
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import statements

Given = Callable[[Function], Arguments]
"""What a function is called with by the framework."""


def provided(
    machine: Machine, parameter: cst.Param, default: Value, function: Function, state: State, given: Given
) -> Value:
    """What the dependency of a parameter gives, called anew; empty when it has none, or one that is not in sight."""
    found = default
    if parameter.annotation is not None and not _dependencies(default):
        found = _annotated(machine, parameter.annotation.annotation, function.module, state)
    result: Value = ()
    for dependency in _dependencies(found):
        if not isinstance(dependency, Function):
            return ()
        result = join(result, _given_by(machine, dependency, parameter, state, given))
    return result


def _dependencies(value: Value) -> Value:
    for alternative in value:
        if isinstance(alternative, Partial) and alternative.function == External(DEPENDENCY):
            return alternative.positional[0].value
    return ()


def _given_by(machine: Machine, dependency: Function, node: cst.Param, state: State, given: Given) -> Value:
    """What a function returns; what it yields, where it is to clean up behind the request."""
    several: list[Abstract] = []
    for alternative in awaited(invoke(machine, dependency, given(dependency), node, state)):
        made = state.at(alternative) if isinstance(alternative, Ref) else None
        if isinstance(made, ListObject) and made.node is dependency.node:
            several.extend(one for element in made.elements for one in element)
        else:
            several.append(alternative)
    return tuple(dict.fromkeys(several))


def _annotated(machine: Machine, annotation: cst.BaseExpression, module: Module, state: State) -> Value:
    """The dependency in `Annotated[Sender, Depends(get_sender)]`, which may have a name."""
    if isinstance(annotation, cst.Name):
        home, value = _written_for(machine, annotation.value, module)
        return _annotated(machine, value, home, state) if value is not None else ()
    match annotation:
        case cst.Subscript(value=cst.Name("Annotated") | cst.Attribute(attr=cst.Name("Annotated")), slice=[_, *rest]):
            key = machine.root.enter(Level.IMPORT, module.path)
            frame = Frame(key, state.frame.chunk, module)
            inner = State(frame, key, {key: {}}, state.heap, state.base, state.facts)
            found: Value = ()
            for element in rest:
                if isinstance(element.slice, cst.Index):
                    found = join(found, machine.evaluate(element.slice.value, inner))
            return found
    return ()


def _written_for(machine: Machine, name: str, module: Module) -> tuple[Module, cst.Subscript | None]:
    """The `Annotated[...]` that a name stands for, with the module that has it."""
    target = module.imports.get(name)
    found = machine.project.resolve(target.name, target.level, module) if target is not None else module
    known = target.attribute if target is not None else name
    chunks = found.bindings.get(known, ()) if found is not None and known is not None else ()
    if found is None or len(chunks) != 1 or "Annotated" not in chunks[0].text:
        return module, None
    for statement in statements(chunks[0].module.body):
        match statement:
            case cst.Assign(value=cst.Subscript() as value) | cst.AnnAssign(value=cst.Subscript() as value):
                return found, value
    return module, None
