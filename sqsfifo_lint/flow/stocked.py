"""Containers of modules and classes: what functions in sight put into them, when they are called.

Asked once for each container, when it is read. The functions are run as earlier calls, as in `left_behind`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from sqsfifo_lint.flow.bounds import MAX_STOCKING
from sqsfifo_lint.flow.classes import class_at, class_body
from sqsfifo_lint.flow.constructed import unseen_arguments_of, unseen_instance
from sqsfifo_lint.flow.context import Level, Ref
from sqsfifo_lint.flow.functions import invoke
from sqsfifo_lint.flow.left_behind import softened
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.notes import Notes
from sqsfifo_lint.flow.registered import registrations
from sqsfifo_lint.flow.state import State, join_objects
from sqsfifo_lint.flow.values import (
    Abstract,
    ClassValue,
    DictObject,
    Function,
    InstanceObject,
    ListKind,
    ListObject,
    Value,
)
from sqsfifo_lint.met import beyond, cut
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import assigned, descendants, parameters, statements
from sqsfifo_lint.source.writes import PUTTING, may_put, puts


@record(eq=False)
class _Putting:
    """A function that puts something into a container of some name, and the classes around it."""

    module: Module
    chunk: Chunk
    node: cst.FunctionDef
    classes: tuple[cst.ClassDef, ...]


def stock(machine: Machine, value: Value, name: str, state: State) -> None:
    """Let the containers among the values that `name` stands for since import hold what functions put into them."""
    for alternative in value:
        if not isinstance(alternative, Ref) or alternative in machine.imported.stocked:
            continue
        found = machine.imported.heap.get(alternative)
        if isinstance(found, DictObject | ListObject):
            machine.imported.stocked.add(alternative)
            _stock(machine, alternative, found, name, state)
        elif isinstance(found, InstanceObject) and may_put(found.cls.chunk.text):
            machine.imported.stocked.add(alternative)
            _register(machine, found, name)


def _register(machine: Machine, found: InstanceObject, name: str) -> None:
    """Let an object of a module hold what top-level statements hand to its methods; see `registered`."""
    outer, steps = machine.notes, machine.budget.left
    machine.notes = Notes()
    for end in registrations(machine, found.cls.chunk.path, {name}, r"\.\w+"):
        machine.imported.heap.update(end.heap)
    machine.notes, machine.budget.left = outer, steps


def _stock(machine: Machine, reference: Ref, found: DictObject | ListObject, name: str, state: State) -> None:
    outer, steps = machine.notes, machine.budget.left
    machine.notes = Notes()
    several = list(_putting(machine, found, name))
    for one in cut(several, MAX_STOCKING, "MAX_STOCKING"):
        _add(machine, reference, _run(machine, one), later=True)
    if several:
        for end in registrations(machine, found.chunk.path, {one.node.name.value for one in several}):
            _add(machine, reference, end, later=False)
    machine.notes, machine.budget.left = outer, steps
    current = machine.imported.heap[reference]
    unseen = len(several) > MAX_STOCKING or current is found
    is_variable = _is_variable(found)
    if isinstance(current, ListObject) and unseen and (several or is_variable or _is_empty(current)):
        hidden = len(several) > MAX_STOCKING
        reason = beyond("MAX_STOCKING") if hidden else "put in out of sight"
        unknown = machine.unknown(found.node, state, reason)
        machine.imported.heap[reference] = replace(current, elements=(*current.elements, unknown), exact=False)


def _is_variable(found: DictObject | ListObject) -> bool:
    """Whether it is a context variable: one that nobody in sight sets is set by somebody else."""
    return isinstance(found, ListObject) and found.kind is ListKind.VARIABLE


def _is_empty(found: ListObject) -> bool:
    return not found.elements and found.exact


def _add(machine: Machine, reference: Ref, end: State, *, later: bool) -> None:
    """Let a container hold what it holds in a state, too: since import, or put in `later`."""
    after = end.heap.get(reference)
    if after is None:
        return
    for other, made in end.heap.items():
        if other is not reference and other not in machine.imported.heap:
            machine.imported.heap[other] = made
    current = machine.imported.heap[reference]
    machine.imported.heap[reference] = join_objects(current, softened(after) if later else after)


def _putting(machine: Machine, found: DictObject | ListObject, name: str) -> Iterator[_Putting]:
    """The functions that put something into what is called `name`, in the files that can name it."""
    project = machine.project
    home = found.chunk.path
    is_variable = _is_variable(found)
    methods = ("set",) if is_variable else PUTTING
    named = re.compile(rf"{name}\b(?<!\w{name})".encode())  # begins with letters: `re` skips to them
    for path, data in sorted(project.naming(home, name), key=lambda found: (found[0] != home, found[0])):
        if not project.counts(path, home) or not named.search(data):
            continue
        module = project.module(path)
        for chunk in module.chunks if module is not None else ():
            if not chunk.imports and name in chunk.text and (is_variable or may_put(chunk.text)):
                assert module is not None
                for one in _in(chunk.module.body, module, chunk, name, methods):
                    if isinstance(found, ListObject) or not _looks_up(one.node, name):
                        yield one


def _in(
    body: object,
    module: Module,
    chunk: Chunk,
    name: str,
    methods: Sequence[str],
    classes: tuple[cst.ClassDef, ...] = (),
) -> Iterator[_Putting]:
    for statement in statements(body):  # type: ignore[arg-type]
        if isinstance(statement, cst.ClassDef):
            yield from _in(statement.body.body, module, chunk, name, methods, (*classes, statement))
        elif isinstance(statement, cst.FunctionDef) and _puts_into(statement, name, methods):
            yield _Putting(module, chunk, statement, classes)


def _puts_into(function: cst.FunctionDef, name: str, methods: Sequence[str]) -> bool:
    holders = [holder for holder, _ in puts(function.body.body, methods)]
    if any(isinstance(holder, cst.Attribute) and holder.attr.value == name for holder in holders):
        return True
    if not any(isinstance(holder, cst.Name) and holder.value == name for holder in holders):
        return False
    own = {parameter.name.value for parameter in parameters(function)}
    if any(isinstance(s, cst.Global) for s in statements(function.body.body)):
        return name not in own
    own |= {t.value for s in statements(function.body.body) for t in assigned(s) if isinstance(t, cst.Name)}
    return name not in own


def _looks_up(function: cst.FunctionDef, name: str) -> bool:
    """Whether a function asks a dict for what it puts into it: what it finds there is what it is about to make."""
    for node in descendants(function.body):
        match node:
            case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name("get"))):
                asked: cst.BaseExpression = holder
            case cst.ComparisonTarget(operator=cst.In() | cst.NotIn(), comparator=asked):
                pass
            case cst.Return(value=cst.Subscript(value=asked)):
                pass
            case _:
                continue
        if isinstance(asked, cst.Attribute):
            asked = asked.attr
        if isinstance(asked, cst.Name) and asked.value == name:
            return True
    return False


def _run(machine: Machine, putting: _Putting) -> State:
    """The state after a call of a function by somebody out of sight."""
    node = putting.node
    state = machine.fresh_state(machine.import_frame(putting.module, putting.chunk))
    owner = class_at(machine, putting.module, putting.chunk, putting.classes)
    named = (
        machine.global_value(putting.module, node.name.value)
        if owner is None
        else class_body(machine, owner, state).get(node.name.value)
    )
    function = next((a for a in named or () if isinstance(a, Function) and a.node is node), None)
    if function is None:
        return state
    receiver = _receiver(machine, function, owner, state)
    state.context = machine.root.enter(Level.EARLIER, node)
    arguments = unseen_arguments_of(machine, function, node, state, bound=receiver is not None)
    state.context = machine.root
    invoke(machine, function, arguments, node, state, receiver, Level.EARLIER)
    return state


def _receiver(machine: Machine, function: Function, owner: ClassValue | None, state: State) -> Abstract | None:
    if owner is None or "staticmethod" in function.marks:
        return None
    return owner if "classmethod" in function.marks else unseen_instance(machine, owner, state, owner.node)[0]
