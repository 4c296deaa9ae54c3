"""Globals, attributes and dicts that are filled once: `if self.x is None: self.x = ...`."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.context import Context, Level, Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import ClassValue, InstanceObject
from sqsfifo_lint.records import record
from sqsfifo_lint.source.walk import statements, targets

_ITEM = "[]"
"""In a path, an item of a container, whichever it is."""


@record()
class Absence:
    """What a test finds missing: a variable, an attribute or an item."""

    path: tuple[str, ...]
    """`("self", "x")`."""
    holder: cst.BaseExpression | None
    """What has the attribute or item."""


def memo_context(machine: Machine, statement: cst.If, state: State) -> Context | None:
    """Where a body runs that fills a global or attribute once (`if self.x is None: self.x = ...`).

    What it makes lives as long as what holds it, not as long as the running call.
    """
    missing = absence(statement.test)
    if missing is None or not _sets(statement.body, missing.path) or is_set_back(statement.body, missing.path):
        return None
    if missing.holder is None:
        if missing.path[0] in state.frame.global_names:
            return machine.root.enter(Level.IMPORT, state.frame.module.path).enter(Level.CACHED, statement)
        return None
    holders = machine.evaluate(missing.holder, state)
    for holder in holders:
        found = state.at(holder) if isinstance(holder, Ref) else None
        if missing.path[-1] == _ITEM:  # the dict was made at import, or with the object that holds it
            if found is not None and not found.context.within(state.frame.key):
                return found.context
        elif isinstance(found, InstanceObject):
            return found.context
        elif isinstance(holder, ClassValue):
            return machine.root.enter(Level.IMPORT, holder.module.path).enter(Level.CACHED, statement)
    return None


def _sets(body: cst.BaseSuite, path: tuple[str, ...]) -> bool:
    return any(_path(target) == path for statement in statements(body.body) for target in targets(statement))


def is_set_back(body: cst.BaseSuite, path: tuple[str, ...]) -> bool:
    """Whether a body sets something to nothing again: what it guards runs more than once."""
    return any(
        isinstance(statement, cst.Assign)
        and isinstance(statement.value, cst.Name)
        and statement.value.value in ("False", "None")
        and any(_path(target) == path for target in targets(statement))
        for statement in statements(body.body)
    )


def absence(test: cst.BaseExpression) -> Absence | None:
    """What a test finds missing, if that is what it is for."""
    match test:
        case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=cst.NotIn(), comparator=container)]):
            path = _path(container)
            return Absence((*path, _ITEM), container) if path else None
        case cst.Comparison(
            left=tested,
            comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.Equal(), comparator=cst.Name("None"))],
        ):
            return _tested(tested)
        case cst.UnaryOperation(operator=cst.Not(), expression=tested):
            return _tested(tested)
    return None


def _tested(node: cst.BaseExpression) -> Absence | None:
    match node:
        case cst.Call(
            func=cst.Name("getattr" | "hasattr"),
            args=[cst.Arg(value=holder), cst.Arg(value=cst.SimpleString() as name), *_],
        ):
            path = _path(holder)
            return Absence((*path, str(name.evaluated_value)), holder) if path else None
        case cst.Name():
            return Absence((node.value,), None)
        case cst.Attribute() | cst.Subscript():
            path = _path(node)
            return Absence(path, node.value) if path else None
    return None


def _path(node: cst.BaseExpression) -> tuple[str, ...]:
    """The names that lead to a variable, attribute or item; empty where there is more on the way."""
    match node:
        case cst.Name():
            return (node.value,)
        case cst.Attribute():
            outer = _path(node.value)
            return (*outer, node.attr.value) if outer else ()
        case cst.Subscript():
            outer = _path(node.value)
            return (*outer, _ITEM) if outer else ()
    return ()
