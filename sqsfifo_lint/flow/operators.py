"""Arithmetic, concatenation and formatting by operators: `+`, `%`, `-` and their kin."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

import libcst as cst

from sqsfifo_lint.flow import containers, text
from sqsfifo_lint.flow.conditions import truth
from sqsfifo_lint.flow.machine import Machine, constant_atom
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    Extension,
    Piece,
    TupleValue,
    Value,
    distinct,
    each,
    fold,
    is_scalar,
    mapped,
    opaque,
    unique,
)
from sqsfifo_lint.knowledge.resolutions import scaled_int_resolution
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.walk import left_to_right

_ARITHMETIC: Mapping[type[cst.CSTNode], Callable[..., object]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.Modulo: operator.mod,
    cst.LeftShift: operator.lshift,
    cst.RightShift: operator.rshift,
    cst.BitAnd: operator.and_,
    cst.BitOr: operator.or_,
    cst.BitXor: operator.xor,
}


def binary_operation(machine: Machine, node: cst.BinaryOperation, state: State) -> Value:
    """`a + b + …` and its kin, from the left on."""
    first, operations = left_to_right(node)
    machine.budget.left -= len(operations) - 1
    value = machine.evaluate(first, state)
    for one in operations:
        value = operate(machine, type(one.operator), value, machine.evaluate(one.right, state), one, state)
    return value


def operate(
    machine: Machine, kind: type[cst.CSTNode], left: Value, right: Value, node: cst.CSTNode, state: State
) -> Value:
    """The result of a binary operator on two values."""
    merged = containers.merge(machine, kind, left, right, node, state)
    if merged is not None:
        return merged
    if kind is cst.BitOr and any(isinstance(a, Extension) for a in (*left, *right)):
        return machine.hooks.on_or(machine, left, right, node, state)
    kinds = {a.kind for a in (*left, *right) if isinstance(a, Atom)}
    if kind is cst.Add and kinds & {"str", "bytes"}:
        return text.concatenate(machine, [left, right], node, state, "bytes" if "bytes" in kinds else "str")
    if kind is cst.Modulo and is_scalar(left, "str"):
        return percent(machine, left, right, node, state)
    return arithmetic(machine, kind, left, right, node, state)


def percent(machine: Machine, left: Value, right: Value, node: cst.CSTNode, state: State) -> Value:
    """`"..." % values`."""
    return each(left, lambda template: _filled(machine, template, right, node, state))


def _filled(machine: Machine, template: Abstract, right: Value, node: cst.CSTNode, state: State) -> Value:
    parts = text.percent_parts(str(template.constant)) if isinstance(template, Atom) and template.known else None
    if parts is None or not isinstance(template, Atom):
        return text.concatenate(machine, [(template,), right], node, state)
    values: list[Value] = []
    position = 0
    for shown, key, conversion in parts:
        if shown:
            values.append((replace(constant_atom(shown, node, state), pieces=_like(template, shown)),))
        if key is not None:
            value = _operand(machine, right, key or position, node, state)
            position += not key
            values.append(text.formatted(machine, value, _percent_spec(conversion), node, state))
    return text.concatenate(machine, values, node, state) if values else (template,)


def _like(template: Atom, shown: str) -> tuple[Piece, ...]:
    return tuple(replace(p, text=shown, verbatim=True) for p in template.pieces[:1])


def _percent_spec(conversion: str) -> str:
    """The format specification that does what a `%` conversion does to numbers."""
    if conversion[-1] in "di":
        return conversion[:-1] + "d"
    if conversion[-1] in "sra":
        return ""
    return conversion


def _operand(machine: Machine, right: Value, key: str | int, node: cst.CSTNode, state: State) -> Value:
    def operand(alternative: Abstract) -> Value:
        if isinstance(key, str):
            return containers.subscript(machine, (alternative,), key, node, state)
        if not isinstance(alternative, TupleValue):
            return (alternative,)
        items = alternative.items
        return items[key] if key < len(items) else machine.unknown(node, state, "missing operand")

    return each(right, operand)


def arithmetic(
    machine: Machine, kind: type[cst.CSTNode], left: Value, right: Value, node: cst.CSTNode, state: State
) -> Value:
    """An operator on scalars: made of both, and a clock may change its unit."""
    results: list[Atom] = []
    function = _ARITHMETIC.get(kind)
    for first in text.atoms_of(machine, left, node, state):
        for second in text.atoms_of(machine, right, node, state):
            if first.known and second.known:
                value = fold(function, first.constant, second.constant) if function else NOTHING
                if value is not NOTHING:
                    results.append(replace(constant_atom(value, node, state), pieces=_kept(first, second, value)))
                    continue
            results.append(_measured(kind, first, second))
    return unique(results)


def _kept(first: Atom, second: Atom, value: object) -> tuple[Piece, ...]:
    """Pieces of a folded constant: those of the operand that was written further away."""
    piece = (first.pieces or second.pieces)[0]
    return (replace(piece, text=str(value), verbatim=True),)


def _measured(kind: type[cst.CSTNode], first: Atom, second: Atom) -> Atom:
    pieces = distinct(opaque(p) for atom in (first, second) for p in atom.pieces)
    clock, other = (first, second) if first.unit else (second, first)
    if not clock.unit or not other.known or not isinstance(other.constant, int | float) or not other.constant:
        varying = distinct(p for p in pieces if p.material is not Material.CONSTANT)
        same = first.kind if first.kind == second.kind else "any"
        return Atom(varying or pieces, _result_kind(first, second, same), unit=clock.unit)
    amount = abs(float(other.constant))
    unit = clock.unit
    if kind is cst.Multiply:
        unit = max(1, round(unit / amount))
    elif kind in (cst.Divide, cst.FloorDivide) and clock is first:
        unit = max(1, round(unit * amount))
    result = Atom(clock.pieces, "float" if kind is cst.Divide else clock.kind, unit=unit)
    if kind is cst.FloorDivide:
        return text.coarsened(result, max(unit, scaled_int_resolution(1_000_000_000 / unit)), "int", unit=unit)
    return result


def _result_kind(first: Atom, second: Atom, same: str) -> str:
    kinds = {first.kind, second.kind}
    if kinds <= {"int", "bool"}:
        return "int"
    if kinds <= {"int", "float", "bool"}:
        return "float"
    if "datetime" in kinds:
        return "datetime"
    return same


def unary_operation(machine: Machine, node: cst.UnaryOperation, state: State) -> Value:
    """`not x`, `-x`."""
    value = machine.evaluate(node.expression, state)
    if isinstance(node.operator, cst.Not):
        known = truth(value, state)
        if known is not None:
            return machine.constant(node, state, not known)
        return unique(mapped(a, opaque, "bool") for a in text.atoms_of(machine, value, node, state))
    if isinstance(node.operator, cst.Minus):
        folded = [fold(operator.neg, a.constant) for a in value if isinstance(a, Atom) and a.known]
        if len(folded) == len(value) == 1 and folded[0] is not NOTHING:
            return machine.constant(node, state, folded[0])
    return value
