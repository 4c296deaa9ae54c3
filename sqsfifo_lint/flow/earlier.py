"""Earlier calls: what functions of the project have done before the running start, when somebody called them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.flow.classes import class_at, class_body
from sqsfifo_lint.flow.constructed import unseen_arguments_of, unseen_instance
from sqsfifo_lint.flow.context import Level
from sqsfifo_lint.flow.functions import invoke
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Abstract,
    ClassValue,
    DictObject,
    Function,
    HeapObject,
    ListObject,
)
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import descendants, parameters, statements


@record(eq=False)
class Definition:
    """A function or method, and the classes around it."""

    module: Module
    chunk: Chunk
    node: cst.FunctionDef
    classes: tuple[cst.ClassDef, ...]


def definitions(
    body: object, module: Module, chunk: Chunk, classes: tuple[cst.ClassDef, ...] = ()
) -> Iterator[Definition]:
    """The functions of a body, and the methods of its classes."""
    for statement in statements(body):  # type: ignore[arg-type]
        if isinstance(statement, cst.ClassDef):
            yield from definitions(statement.body.body, module, chunk, (*classes, statement))
        elif isinstance(statement, cst.FunctionDef):
            yield Definition(module, chunk, statement, classes)


def callers(machine: Machine, called: Definition) -> Iterator[Definition]:
    """The functions, other than itself, that call what has the name of a function with parameters."""
    node, project, home = called.node, machine.project, called.module.path
    name = node.name.value
    if len(parameters(node)) <= bool(called.classes):
        return
    called_by_name = rf"{name}(?<!def {name})(?<!\w{name})\s*\("  # begins with letters: `re` skips to them
    pattern, in_bytes = re.compile(called_by_name), re.compile(called_by_name.encode())
    for path, data in project.naming(home, name):
        if not project.counts(path, home) or in_bytes.search(data) is None:
            continue
        module = project.module(path)
        for chunk in module.chunks if module is not None else ():
            if not chunk.imports and pattern.search(chunk.text) is not None:
                assert module is not None
                for one in definitions(chunk.module.body, module, chunk):
                    if one.node is not node and any(_calls(inner, name) for inner in descendants(one.node.body)):
                        yield one


def _calls(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.Call(func=cst.Name(value=called) | cst.Attribute(attr=cst.Name(value=called))):
            return called == name
    return False


def run_definition(machine: Machine, definition: Definition, *, once: bool = False) -> State:
    """The state after a call of a function by somebody out of sight: an earlier one, or `once` at import."""
    node = definition.node
    state = machine.fresh_state(machine.import_frame(definition.module, definition.chunk))
    owner = class_at(machine, definition.module, definition.chunk, definition.classes)
    named = (
        machine.global_value(definition.module, node.name.value)
        if owner is None
        else class_body(machine, owner, state).get(node.name.value)
    )
    function = next((a for a in named or () if isinstance(a, Function) and a.node is node), None)
    if function is None:
        return state
    receiver = _receiver(machine, function, owner, state)
    level, base = (Level.CALL, state.context) if once else (Level.EARLIER, machine.root)
    state.context = base.enter(level, node)
    arguments = unseen_arguments_of(machine, function, node, state, bound=receiver is not None)
    state.context = base
    invoke(machine, function, arguments, node, state, receiver, level)
    return state


def _receiver(machine: Machine, function: Function, owner: ClassValue | None, state: State) -> Abstract | None:
    if owner is None or "staticmethod" in function.marks:
        return None
    return owner if "classmethod" in function.marks else unseen_instance(machine, owner, state)[0]


def inside(found: HeapObject) -> set[Abstract]:
    """What stands in a container."""
    match found:
        case DictObject():
            return {*found.rest, *(a for item in found.items.values() for a in item.value)}
        case ListObject():
            return {alternative for element in found.elements for alternative in element}
    return set()
