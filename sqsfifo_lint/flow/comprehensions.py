"""Comprehensions and generator expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.conditions import branch
from sqsfifo_lint.flow.context import Level
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.targets import assign
from sqsfifo_lint.flow.values import Value

MAX_UNROLLED = 32
"""Elements of a known list for which a comprehension is evaluated one by one."""


def list_comprehension(machine: Machine, node: cst.CSTNode, state: State) -> Value:
    """A list or set comprehension, or a generator expression."""
    comprehension = cast(cst.ListComp | cst.SetComp | cst.GeneratorExp, node)
    elements: list[Value] = []
    sure = True
    before = state.context

    def collect(inner: State, certain: bool) -> None:
        nonlocal sure
        elements.append(machine.evaluate(comprehension.elt, inner))
        sure = sure and certain

    exact = _comprehend(machine, comprehension.for_in, state, collect)
    state.context = before
    distinct_elements = list(dict.fromkeys(elements)) if not exact else elements
    kind = "set" if isinstance(node, cst.SetComp) else "list"
    return containers.new_list(distinct_elements, exact and sure, node, state, kind)


def dict_comprehension(machine: Machine, node: cst.CSTNode, state: State) -> Value:
    """A dict comprehension."""
    comprehension = cast(cst.DictComp, node)
    built = containers.DictBuilder(machine, node, state)

    def collect(inner: State, certain: bool) -> None:
        key = machine.evaluate(comprehension.key, inner)
        built.set(key, machine.evaluate(comprehension.value, inner), comprehension.value, optional=not certain)

    _comprehend(machine, comprehension.for_in, state, collect)
    return built.finish()


def _comprehend(
    machine: Machine, clause: cst.CompFor, state: State, collect: Callable[[State, bool], None], certain: bool = True
) -> bool:
    """Run a comprehension clause; True when every element was seen one by one."""
    iterated = machine.evaluate(clause.iter, state)
    found, exact = containers.elements(machine, iterated, clause.iter, state)
    unrolled = exact and len(found) <= MAX_UNROLLED
    if not unrolled:
        found = [containers.any_of(machine, found, clause.iter, state)]
    outer, frame_variables = state.context, state.variables
    inner_exact = True
    for element in found:
        state.context = outer.enter(Level.LOOP, clause)
        value = element if unrolled else containers.made_in_loop(element, state, clause.iter)
        assign(machine, clause.target, value, state, clause.iter)
        ends: State | None = state
        sure = certain
        for condition in clause.ifs:
            if ends is None:
                break
            positive, negative = branch(machine, condition.test, ends)
            sure = sure and negative is None
            ends = positive
        if ends is None:
            continue
        ends.context = state.context
        if clause.inner_for_in is not None:
            inner_exact = _comprehend(machine, clause.inner_for_in, ends, collect, sure) and inner_exact
        else:
            collect(ends, sure)
        state.follow(ends)
    state.context = outer
    for wanted in _targets(clause.target):
        if wanted in frame_variables:
            state.bind(wanted, frame_variables[wanted])
    return unrolled and inner_exact


def _targets(target: cst.BaseExpression) -> Iterable[str]:
    match target:
        case cst.Name():
            yield target.value
        case cst.Tuple() | cst.List():
            for element in target.elements:
                yield from _targets(element.value)
