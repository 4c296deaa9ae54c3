"""Attributes that do not stay what the constructor made them: other methods set them, or anybody outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import cast

import libcst as cst

from sqsfifo_lint.flow.classes import mro
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import Atom, ClassValue, InstanceObject, Piece, Value, data_at, distinct, join
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.deferred import DeferredBlock
from sqsfifo_lint.source.walk import descendants


def loosen(machine: Machine, reference: Ref, cls: ClassValue, node: cst.CSTNode, state: State) -> None:
    """Attributes that other methods set, or anybody outside, may hold anything by the time of the send."""
    found = state.at(reference)
    if not isinstance(found, InstanceObject):
        return
    attributes = dict(found.attributes)
    for candidate in mro(cls)[0]:
        if candidate.node not in machine.reassigned:
            machine.reassigned[candidate.node] = reassigned(candidate)
        several = machine.reassigned[candidate.node]
        for name, method in several:
            earlier = attributes.get(name, ())
            step = _step_of_counter(name, several) if _is_int(earlier) else None
            if step is not None:
                index = Piece(Material.INDEX, state.context, candidate.chunk, step, unsteady=True)
                attributes[name] = (Atom(distinct([index, *_varying(earlier)]), "int"),)
                continue
            anything = data_at(candidate.chunk, method, state.context, f"set by {method.name.value}()")
            attributes[name] = join(earlier, (anything,))
    for name in list(attributes):
        if machine.written_outside(cls.module, name):
            anyone = machine.unknown(node, state, f"`{name}` is set from outside the class")
            attributes[name] = join(attributes[name], anyone)
    state.heap[reference] = replace(found, attributes=attributes)


def _is_int(value: Value) -> bool:
    return bool(value) and all(isinstance(a, Atom) and a.kind == "int" for a in value)


def _varying(value: Value) -> Iterator[Piece]:
    for alternative in value:
        if isinstance(alternative, Atom):
            yield from (p for p in alternative.pieces if p.material is not Material.CONSTANT)


def _step_of_counter(name: str, several: Sequence[tuple[str, cst.FunctionDef]]) -> cst.AugAssign | None:
    """`self.name += 1`, when that is all that methods do to an attribute."""
    written = sum(1 for other, _ in several if other == name)
    methods = {method: None for other, method in several if other == name}
    steps = [node for method in methods for node in descendants(method.body) if _counts(node, name)]
    return cast(cst.AugAssign, steps[0]) if len(steps) == written else None


def _counts(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.AugAssign(
            target=cst.Attribute(attr=cst.Name(value=attribute)), operator=cst.AddAssign(), value=cst.Integer()
        ):
            return attribute == name
    return False


_CONSTRUCTORS = frozenset({"__init__", "__post_init__", "__new__", "__attrs_post_init__"})


def reassigned(cls: ClassValue) -> list[tuple[str, cst.FunctionDef]]:
    """Attributes of `self` that methods other than the constructor assign, outside an "only once" test."""
    found: list[tuple[str, cst.FunctionDef]] = []
    methods = [s for s in cls.node.body.body if isinstance(s, cst.FunctionDef)]
    for method in methods:
        if method.name.value in _CONSTRUCTORS or not method.params.params:
            continue
        if _called_only_by_constructor(method, methods, cls):
            continue
        receiver = method.params.params[0].name.value
        if type(method.body) is DeferredBlock and not _assigning(receiver).search(method.body.text):
            continue
        found.extend((name, method) for name in _assigned_attributes(method.body.body, receiver))
    return found


@cache
def _assigning(receiver: str) -> re.Pattern[str]:
    """Matches text that may assign attributes of a receiver."""
    return re.compile(rf"\b{re.escape(receiver)}\s*\.\s*\w+\s*(?:\[|[^\n]*=)")


def _called_only_by_constructor(method: cst.FunctionDef, methods: list[cst.FunctionDef], cls: ClassValue) -> bool:
    name = method.name.value
    if not name.startswith("_"):
        return False
    uses = cls.chunk.text.count(f".{name}(")
    if not uses:
        return False
    constructors = [m for m in methods if m.name.value in _CONSTRUCTORS]
    if not constructors:
        return False
    return uses == sum(cls.chunk.module.code_for_node(m).count(f".{name}(") for m in constructors)


def _assigned_attributes(body: Sequence[cst.CSTNode], receiver: str) -> Iterator[str]:
    for statement in body:
        match statement:
            case cst.SimpleStatementLine():
                for small in statement.body:
                    yield from _attribute_targets(small, receiver)
            case cst.If():
                once = _once(statement.test, receiver)
                yield from (n for n in _assigned_attributes(statement.body.body, receiver) if n != once)
                if isinstance(statement.orelse, cst.If):
                    yield from _assigned_attributes([statement.orelse], receiver)
                elif statement.orelse is not None:
                    yield from _assigned_attributes(statement.orelse.body.body, receiver)
            case cst.For() | cst.While() | cst.With():
                yield from _assigned_attributes(statement.body.body, receiver)
            case cst.Try() | cst.TryStar():
                yield from _assigned_attributes(statement.body.body, receiver)
                for handler in statement.handlers:
                    yield from _assigned_attributes(handler.body.body, receiver)
                for part in (statement.orelse, statement.finalbody):
                    if part is not None:
                        yield from _assigned_attributes(part.body.body, receiver)


def _attribute_targets(small: cst.CSTNode, receiver: str) -> Iterator[str]:
    match small:
        case cst.Assign():
            targets: list[cst.BaseExpression] = [t.target for t in small.targets]
        case cst.AnnAssign(value=cst.BaseExpression()) | cst.AugAssign():
            targets = [small.target]
        case _:
            return
    for target in targets:
        several = [e.value for e in target.elements] if isinstance(target, cst.Tuple | cst.List) else [target]
        for one in several:
            holder = one.value if isinstance(one, cst.Subscript) else one
            if (
                isinstance(holder, cst.Attribute)
                and isinstance(holder.value, cst.Name)
                and holder.value.value == receiver
            ):
                yield holder.attr.value


def _once(test: cst.BaseExpression, receiver: str) -> str | None:
    """The attribute that a test finds empty: what its body sets is set once."""
    match test:
        case cst.Comparison(
            left=cst.Attribute(value=cst.Name(value=holder), attr=cst.Name(value=name)),
            comparisons=[cst.ComparisonTarget(operator=cst.Is(), comparator=cst.Name("None"))],
        ) if holder == receiver:
            return name
        case cst.UnaryOperation(
            operator=cst.Not(), expression=cst.Attribute(value=cst.Name(value=holder), attr=cst.Name(value=name))
        ) if holder == receiver:
            return name
        case cst.UnaryOperation(
            operator=cst.Not(),
            expression=cst.Call(
                func=cst.Name("hasattr" | "getattr"), args=[_, cst.Arg(value=cst.SimpleString() as text), *_]
            ),
        ):
            return str(text.evaluated_value)
    return None
