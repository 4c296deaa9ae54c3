"""Globals, attributes and dicts that are filled once: `if self.x is None: self.x = ...`."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from sqsfifo_lint.flow.context import Context, Level, Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import ClassValue, InstanceObject


def memo_context(machine: Machine, statement: cst.If, state: State) -> Context | None:
    """Where a body runs that fills a global or attribute once (`if self.x is None: self.x = ...`).

    What it makes lives as long as what holds it, not as long as the running call.
    """
    tested = _tested_for_absence(statement.test)
    if tested is None or not any(_same(tested, target) for target in _assigned(statement.body)):
        return None
    match tested:
        case cst.Name() if tested.value in state.frame.global_names:
            return machine.root.enter(Level.IMPORT, state.frame.module.path).enter(Level.CACHED, statement)
        case cst.Subscript():
            return _memo_of_container(machine, tested.value, state)
        case cst.Attribute():
            for holder in machine.evaluate(tested.value, state):
                found = state.at(holder) if isinstance(holder, Ref) else None
                if isinstance(found, InstanceObject):
                    return found.context
                if isinstance(holder, ClassValue):
                    return machine.root.enter(Level.IMPORT, holder.module.path).enter(Level.CACHED, statement)
    return None


def _memo_of_container(machine: Machine, container: cst.BaseExpression, state: State) -> Context | None:
    """Where a dict lives that a body fills: it was made at import, or with the object that holds it."""
    for holder in machine.evaluate(container, state):
        found = state.at(holder) if isinstance(holder, Ref) else None
        if found is not None and found.context.epochs[: len(state.frame.key)] != state.frame.key.epochs:
            return found.context
    return None


def _tested_for_absence(test: cst.BaseExpression) -> cst.BaseExpression | None:
    match test:
        case cst.Comparison(left=left, comparisons=[cst.ComparisonTarget(operator=cst.NotIn(), comparator=container)]):
            return cst.Subscript(container, [cst.SubscriptElement(cst.Index(left))])
        case cst.Comparison(
            left=left, comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.Equal(), comparator=cst.Name("None"))]
        ):
            return _tested_by_getattr(left) or left
        case cst.UnaryOperation(operator=cst.Not(), expression=expression):
            return _tested_by_getattr(expression) or expression
    return None


def _tested_by_getattr(node: cst.BaseExpression) -> cst.BaseExpression | None:
    match node:
        case cst.Call(
            func=cst.Name("getattr" | "hasattr"),
            args=[cst.Arg(value=holder), cst.Arg(value=cst.SimpleString() as name), *_],
        ):
            return cst.Attribute(holder, cst.Name(str(name.evaluated_value)))
    return None


def _assigned(body: cst.BaseSuite) -> Iterable[cst.BaseExpression]:
    for line in body.body:
        if isinstance(line, cst.With | cst.If):
            yield from _assigned(line.body)
        for small in line.body if isinstance(line, cst.SimpleStatementLine) else [line]:
            if isinstance(small, cst.Assign):
                yield from (target.target for target in small.targets)
            elif isinstance(small, cst.AnnAssign):
                yield small.target


def _same(left: cst.BaseExpression, right: cst.BaseExpression) -> bool:
    match left, right:
        case cst.Name(), cst.Name():
            return left.value == right.value
        case cst.Attribute(), cst.Attribute():
            return left.attr.value == right.attr.value and _same(left.value, right.value)
        case cst.Subscript(), cst.Subscript():
            return _same(left.value, right.value)
    return False
