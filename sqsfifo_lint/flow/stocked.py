"""Containers of modules and classes: what functions in sight put into them, when they are called.

Asked once for each container, when it is read. The functions are run as earlier calls, as in `left_behind`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import islice

import libcst as cst

from sqsfifo_lint.flow.bounds import MAX_STOCKING
from sqsfifo_lint.flow.classes import methods_of, mro
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.earlier import Definition, callers, definitions, inside, run_definition
from sqsfifo_lint.flow.left_behind import softened
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.notes import Notes
from sqsfifo_lint.flow.registered import registrations
from sqsfifo_lint.flow.state import State, join_objects
from sqsfifo_lint.flow.values import (
    Abstract,
    DictObject,
    InstanceObject,
    ListKind,
    ListObject,
    Value,
    join,
)
from sqsfifo_lint.met import beyond, cut, first, watched
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import assigned, descendants, parameters, statements
from sqsfifo_lint.source.writes import PUTTING, may_put, puts


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
    """Let an object of a module hold what is handed to its methods: by top-level statements, see `registered`, and by
    functions, which are run as earlier calls.
    """
    outer, steps = machine.notes, machine.budget.left
    machine.notes = Notes()
    for end in registrations(machine, found.cls.chunk.path, {name}, r"\.\w+", handed=True):
        machine.imported.heap.update(end.heap)
    filling = [m.name.value for c in mro(found.cls)[0] for m in methods_of(c.node) if any(puts(m.body.body))]
    for one in first(_handing(machine, found, name, filling), MAX_STOCKING, "MAX_STOCKING"):
        _keep(machine, run_definition(machine, one))
    machine.notes, machine.budget.left = outer, steps


def _keep(machine: Machine, end: State) -> None:
    """Let containers that import made hold what they hold at the end of a function, too."""
    heap = machine.imported.heap
    for reference, made in end.heap.items():
        current = heap.get(reference)
        if current is None:
            heap[reference] = made
        elif current is not made and not isinstance(current, InstanceObject):
            heap[reference] = join_objects(current, softened(made))


def _handing(machine: Machine, found: InstanceObject, name: str, methods: Sequence[str]) -> Iterator[Definition]:
    """The functions that hand functions, or methods, to some methods of what is called `name`, or to a new object."""
    project, home = machine.project, found.cls.chunk.path
    given = rf"\b_*[A-Z]\w*\s*\(\s*(?:[^()]*[\s,=])?{name}\s*[,)]"
    called = rf"\b{name}\.(?:{'|'.join(methods)})\s*\("
    pattern = re.compile(f"{called}|{given}")
    for path, data in project.naming(home, name) if methods else ():
        if not project.counts(path, home) or pattern.search(data.decode("utf-8", "replace")) is None:
            continue
        module = project.module(path)
        for chunk in module.chunks if module is not None else ():
            if not chunk.imports and pattern.search(chunk.text) is not None:
                assert module is not None
                for one in definitions(chunk.module.body, module, chunk):
                    if any(_hands(node, name, methods) for node in descendants(one.node.body)):
                        yield one


def _hands(node: cst.CSTNode, name: str, methods: Sequence[str]) -> bool:
    """`bus.subscribe("paid", self.on_paid)`: text is no function."""
    match node:
        case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value=method)), args=args) if method in methods:
            word = holder.attr if isinstance(holder, cst.Attribute) else holder
            named = isinstance(word, cst.Name) and word.value == name
            return named and any(isinstance(a.value, cst.Name | cst.Attribute | cst.Lambda) for a in args)
        case cst.Call(func=cst.Name(value=called) | cst.Attribute(attr=cst.Name(value=called)), args=args):
            is_class = called.lstrip("_")[:1].isupper()
            return is_class and any(isinstance(a.value, cst.Name) and a.value.value == name for a in args)
    return False


def _stock(machine: Machine, reference: Ref, found: DictObject | ListObject, name: str, state: State) -> None:
    outer, steps = machine.notes, machine.budget.left
    machine.notes = Notes()
    with watched() as counts:
        several = list(_putting(machine, found, name))
        for one in cut(several, MAX_STOCKING, "MAX_STOCKING"):
            for end in _calls_of(machine, one, {reference, *inside(found)}):
                _add(machine, reference, end, later=True)
        if several:
            for end in registrations(machine, found.chunk.path, {one.node.name.value for one in several}):
                _add(machine, reference, end, later=False)
    machine.notes, machine.budget.left = outer, steps
    current = machine.imported.heap[reference]
    bound = next((bound for bound in _PUTTING if bound in counts), None)
    unseen = bound is not None or current is found
    unknown = machine.unknown(found.node, state, "put in out of sight" if bound is None else beyond(bound))
    match current:
        case ListObject() if unseen and (several or _is_variable(found) or _is_empty(current)):
            machine.imported.heap[reference] = replace(current, elements=(*current.elements, unknown), exact=False)
        case DictObject() if bound is not None:
            items = {key: replace(item, value=join(item.value, unknown)) for key, item in current.items.items()}
            machine.imported.heap[reference] = replace(current, items=items, rest=join(current.rest, unknown))


_PUTTING = ("MAX_STOCKING", "MAX_REGISTERING")
"""Bounds beyond which nobody sees what is put into a container."""


def _is_variable(found: DictObject | ListObject) -> bool:
    """Whether it is a context variable: one that nobody in sight sets is set by somebody else."""
    return isinstance(found, ListObject) and found.kind is ListKind.VARIABLE


def _is_empty(found: ListObject) -> bool:
    return not found.elements and found.exact


def _add(machine: Machine, reference: Ref, end: State, *, later: bool) -> None:
    """Let a container hold what it holds in a state, too: since import, or put in `later`."""
    heap = machine.imported.heap
    within = inside(heap[reference])
    for other, made in end.heap.items():
        if other not in heap:
            heap[other] = made
        elif other is reference or (other in within and heap[other] is not made):
            heap[other] = join_objects(heap[other], softened(made) if later else made)


def _putting(machine: Machine, found: DictObject | ListObject, name: str) -> Iterator[Definition]:
    """The functions that put something into what is called `name`, in the files that can name it."""
    project = machine.project
    home = found.chunk.path
    is_variable = _is_variable(found)
    methods = ("set",) if is_variable else PUTTING
    named = re.compile(rf"{name}\b(?<!\w{name})".encode())  # begins with letters: `re` skips to them
    for path, data in project.naming(home, name, own_first=True):
        if not project.counts(path, home) or not named.search(data):
            continue
        module = project.module(path)
        for chunk in module.chunks if module is not None else ():
            if not chunk.imports and name in chunk.text and (is_variable or may_put(chunk.text)):
                assert module is not None
                for one in _in(chunk.module.body, module, chunk, name, methods):
                    if isinstance(found, ListObject) or not _looks_up(one.node, name):
                        yield one


def _in(body: object, module: Module, chunk: Chunk, name: str, methods: Sequence[str]) -> Iterator[Definition]:
    return (one for one in definitions(body, module, chunk) if _puts_into(one.node, name, methods))


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


def _calls_of(machine: Machine, putting: Definition, references: Set[Abstract]) -> Iterator[State]:
    """The states after calls of a function that puts what it is given into containers: by those in sight who call it.

    Where there are none, or not all of them are seen to do it, also by somebody out of sight.
    """
    several = [*islice(callers(machine, putting), MAX_STOCKING + 1)]
    unseen = len(several) != len(cut(several, MAX_STOCKING, "MAX_STOCKING")) or not several
    for caller in several if not unseen else ():
        end = run_definition(machine, caller)
        if references.isdisjoint(end.heap):
            unseen = True
        else:
            yield end
    if unseen:
        yield run_definition(machine, putting)
