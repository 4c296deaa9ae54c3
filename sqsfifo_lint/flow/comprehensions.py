"""Comprehensions and generator expressions."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.bounds import MAX_COMPREHENDED
from sqsfifo_lint.flow.conditions import branch
from sqsfifo_lint.flow.context import Level
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.targets import assign
from sqsfifo_lint.flow.values import ListKind, Value, linked
from sqsfifo_lint.met import met
from sqsfifo_lint.source.walk import targets


def list_comprehension(machine: Machine, node: cst.ListComp | cst.SetComp | cst.GeneratorExp, state: State) -> Value:
    """A list or set comprehension, or a generator expression."""
    elements: list[Value] = []
    sure = True
    before = state.context

    def collect(inner: State, certain: bool) -> None:
        nonlocal sure
        elements.append(machine.evaluate(node.elt, inner))
        sure = sure and certain

    exact = _comprehend(machine, node.for_in, state, collect)
    state.context = before
    distinct_elements = list(dict.fromkeys(elements)) if not exact else elements
    kind = _KINDS.get(type(node), ListKind.LIST)
    return containers.new_list(distinct_elements, exact and sure, node, state, kind)


_KINDS = {cst.SetComp: ListKind.SET, cst.GeneratorExp: ListKind.GENERATOR}


def dict_comprehension(machine: Machine, node: cst.DictComp, state: State) -> Value:
    """A dict comprehension."""
    built = containers.DictBuilder(machine, node, state)

    def collect(inner: State, certain: bool) -> None:
        key = machine.evaluate(node.key, inner)
        built.set(key, machine.evaluate(node.value, inner), node.value, optional=not certain)

    _comprehend(machine, node.for_in, state, collect)
    return built.finish()


def _comprehend(
    machine: Machine, clause: cst.CompFor, state: State, collect: Callable[[State, bool], None], certain: bool = True
) -> bool:
    """Run a comprehension clause; True when every element was seen one by one."""
    iterated = machine.evaluate(clause.iter, state)
    found, exact = containers.elements(machine, iterated, clause.iter, state)
    unrolled = exact and len(found) <= MAX_COMPREHENDED
    if not unrolled:
        element = containers.any_of(machine, found, clause.iter, state)
        if exact:
            element = linked(element, state.frame.chunk, clause.iter, met("MAX_COMPREHENDED"))
        found = [element]
        machine.hooks.on_loop(machine, element, clause, state)
    outer, frame_variables = state.context, state.variables
    inner_exact = True
    for element in found:
        state.context = outer.enter(Level.LOOP, clause)
        value = element if unrolled else containers.made_in_loop(element, state, clause.iter)
        assign(machine, clause.target, value, state, clause.iter)
        kept, sure = _kept(machine, clause, state)
        if kept is None:
            continue
        kept.context = state.context
        if clause.inner_for_in is not None:
            inner_exact = _comprehend(machine, clause.inner_for_in, kept, collect, certain and sure) and inner_exact
        else:
            collect(kept, certain and sure)
        state.follow(kept)
    state.context = outer
    for target in targets(clause.target):
        if isinstance(target, cst.Name) and target.value in frame_variables:  # the comprehension's own are gone
            state.bind(target.value, frame_variables[target.value])
    return unrolled and inner_exact


def _kept(machine: Machine, clause: cst.CompFor, state: State) -> tuple[State | None, bool]:
    """The state behind all conditions of a clause, None when an element does not pass; and whether each one passes."""
    kept: State | None = state
    sure = True
    for condition in clause.ifs:
        if kept is None:
            break
        kept, left_out = branch(machine, condition.test, kept)
        sure = sure and left_out is None
    return kept, sure
