"""How long an expression in a task delays its retry at the least: asked of its code, as no call of it is in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress

import libcst as cst

from sqsfifo_lint.flow import Machine, name_of
from sqsfifo_lint.flow.values import Function, constant_of
from sqsfifo_lint.source.walk import TARGETS, descendants, left_to_right, parameters, targets

UNKNOWN = float("-inf")
"""What is known of a number of which nothing is."""


def least_delay(machine: Machine, function: Function, expression: cst.BaseExpression) -> float:
    """The least number of seconds that an expression in a function may stand for, where one is known."""
    with suppress(RecursionError, OverflowError):
        return _Reading(machine, function).least(expression, frozenset())
    return UNKNOWN


def is_in_the_future(expression: cst.BaseExpression, function: Function) -> bool:
    """Whether a time is reckoned from now: `now() + timedelta(hours=1)`, which may have a name of its own."""
    if isinstance(expression, cst.Name):
        only = _only_value(function, expression.value)
        return only is not None and not isinstance(only, cst.Name) and is_in_the_future(only, function)
    if not isinstance(expression, cst.BinaryOperation) or not isinstance(expression.operator, cst.Add):
        return False
    called = {name_of(node) for node in descendants(expression) if isinstance(node, cst.Call)}
    return "timedelta" in called and bool(called & {"now", "utcnow"})


class _Reading:
    def __init__(self, machine: Machine, function: Function) -> None:
        self._machine = machine
        self._function = function

    def least(self, node: cst.BaseExpression, names: AbstractSet[str]) -> float:
        """The least that a number may be; `names` were followed to get here."""
        match node:
            case cst.Integer() | cst.Float():
                return float(node.evaluated_value)
            case cst.Attribute(value=cst.Attribute(attr=cst.Name("request")), attr=cst.Name("retries")):
                return 0  # Celery counts them
            case cst.Name(value=name):
                return self._of_name(name, names)
            case cst.BinaryOperation():
                first, operations = left_to_right(node)
                result = self.least(first, names)
                for one in operations:
                    result = _combined(type(one.operator), result, self.least(one.right, names))
                return result
            case cst.Call(args=args) if (function := _CALLS.get(name_of(node))) is not None:
                several = [self.least(arg.value, names) for arg in args if arg.star == ""]
                return function(several) if several else UNKNOWN
        return UNKNOWN

    def _of_name(self, name: str, names: AbstractSet[str]) -> float:
        if name in names or any(one.name.value == name for one in parameters(self._function.node)):
            return UNKNOWN
        bindings = _bindings(self._function, name)
        if bindings:
            only = _only_value(self._function, name)
            return UNKNOWN if only is None else self.least(only, {*names, name})
        value = constant_of(self._machine.global_value(self._function.module, name) or ())
        return float(value) if isinstance(value, int | float) else UNKNOWN


def _combined(operator: type[cst.CSTNode], left: float, right: float) -> float:
    if left < 0 or right < 0:
        return UNKNOWN
    if operator is cst.Add:
        return left + right
    if operator is cst.Multiply:
        return left * right
    if operator is cst.Power and left >= 1:
        return left if right >= 1 else 1
    return UNKNOWN


_CALLS: Mapping[str, Callable[[list[float]], float]] = {
    **dict.fromkeys(("min", "randint", "uniform"), min),
    "max": max,
    **dict.fromkeys(("int", "round", "ceil", "float"), lambda several: UNKNOWN if several[0] < 0 else several[0] // 1),
}
"""By the name of a function, the least that it gives for what its arguments are at the least."""


def _bindings(function: Function, name: str) -> Mapping[cst.Name, cst.CSTNode]:
    """Where code in a function binds a name: each with the statement, or the part of one."""
    return {
        target: node
        for node in descendants(function.node)
        if node.__class__ in TARGETS
        for target in targets(node)
        if isinstance(target, cst.Name) and target.value == name
    }


def _only_value(function: Function, name: str) -> cst.BaseExpression | None:
    """What a name stands for in a function that binds it once, by a plain assignment."""
    bindings = _bindings(function, name)
    for node in descendants(function.node):
        match node:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)], value=value) if target in bindings:
                return value if len(bindings) == 1 else None
    return None
