"""`for` and `while`: their bodies run round by round, or twice."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.bounds import MAX_ROUNDS
from sqsfifo_lint.flow.conditions import branch
from sqsfifo_lint.flow.context import Context, Level
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import Loop, State, changed, join_states
from sqsfifo_lint.flow.targets import assign
from sqsfifo_lint.flow.values import Value, linked
from sqsfifo_lint.met import met


def for_loop(machine: Machine, node: cst.For, state: State) -> State | None:
    """`for`: run round by round over a short known list, else twice, so that the second round sees the first."""
    iterated = machine.evaluate(node.iter, state)
    found, exact = containers.elements(machine, iterated, node.iter, state)
    outer = state.context
    inner = outer.enter(Level.LOOP, node)
    loop = Loop()
    state.frame.loops.append(loop)
    if exact and len(found) <= MAX_ROUNDS and not machine.budget.exhausted:
        end = _unrolled(machine, node, found, inner, loop, state)
    else:
        element = containers.any_of(machine, found, node.iter, state)
        if exact:
            told = met("MAX_ROUNDS" if len(found) > MAX_ROUNDS else machine.budget.bound)
            element = linked(element, state.frame.chunk, node.iter, told)

        machine.hooks.on_loop(machine, element, node, state)

        def one_round(start: State) -> State | None:
            start.context = inner
            anew = containers.made_in_loop(element, start, node.iter)
            assign(machine, node.target, anew, start, node.iter)
            return machine.execute(node.body.body, start)

        end = _rounds(machine, one_round, loop, state, node)
    state.frame.loops.pop()
    return _after_loop(machine, end, loop, node.orelse, outer)


def _unrolled(
    machine: Machine, statement: cst.For, found: list[Value], inner: Context, loop: Loop, state: State
) -> State | None:
    current: State | None = state
    before = met = state.noted
    for element in found:
        if current is None:
            return None
        current.context = inner
        current.noted = before
        assign(machine, statement.target, element, current, statement.iter)
        current = machine.execute(statement.body.body, current)
        current = _back(machine, current, loop, statement)
        if current is not None:
            met |= current.noted
            current.noted = met
    return current


def _back(machine: Machine, end: State | None, loop: Loop, node: cst.CSTNode) -> State | None:
    """The state in which the next round starts."""
    ends = [*loop.continues, end] if end is not None else list(loop.continues)
    loop.continues = []
    result = join_states(ends)
    if result is not None:
        machine.notes.rounds.update((node, call.node) for call in result.noted)
    return result


def _rounds(
    machine: Machine,
    one_round: Callable[[State], State | None],
    loop: Loop,
    state: State,
    node: cst.CSTNode,
) -> State | None:
    """One round, and another from the state that the first may leave; the loop may also not run at all."""
    before = state.copy()
    back = _back(machine, one_round(state.copy()), loop, node)
    if back is None:
        return before
    back.context = before.context
    if machine.budget.exhausted or not changed(before, back):
        return join_states([before, back])
    again = join_states([before, back])
    assert again is not None
    second = again.copy()
    second.noted = before.noted
    end = _back(machine, one_round(second), loop, node)
    if end is not None:
        end.context = before.context
    return join_states([again, end] if end is not None else [again])


def _after_loop(
    machine: Machine, end: State | None, loop: Loop, orelse: cst.Else | None, outer: Context
) -> State | None:
    ends = list(loop.breaks)
    if end is not None:
        end.context = outer
        finished = machine.execute(orelse.body.body, end) if orelse is not None else end
        if finished is not None:
            ends.append(finished)
    for one in ends:
        one.context = outer
    return join_states(ends)


def while_loop(machine: Machine, node: cst.While, state: State) -> State | None:
    """`while`."""
    outer = state.context
    inner = outer.enter(Level.LOOP, node)
    loop = Loop()
    state.frame.loops.append(loop)
    endless = isinstance(node.test, cst.Name) and node.test.value == "True"

    def one_round(start: State) -> State | None:
        start.context = inner
        positive, _ = branch(machine, node.test, start)
        return machine.execute(node.body.body, positive) if positive is not None else None

    end = _rounds(machine, one_round, loop, state, node)
    state.frame.loops.pop()
    if end is not None:
        end.context = outer
        end = None if endless else branch(machine, node.test, end)[1] or end
    return _after_loop(machine, end, loop, node.orelse, outer)
