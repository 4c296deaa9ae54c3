"""`match`: which cases a subject may take, and what their patterns bind."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.conditions import branch
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State, join_states
from sqsfifo_lint.flow.targets import assign
from sqsfifo_lint.flow.values import Atom, Value, constant_of


def match_statement(machine: Machine, node: cst.Match, state: State) -> State | None:
    """`match`: each case on its own path."""
    subject = machine.evaluate(node.subject, state)
    ends: list[State] = []
    rest: State | None = state
    for case in node.cases:
        if rest is None:
            break
        verdict = _matches(machine, case.pattern, subject, rest)
        if verdict is False:
            continue
        taken: State | None = rest.copy()
        assert taken is not None
        _bind_pattern(machine, case.pattern, subject, taken)
        if case.guard is not None:
            taken, verdict = branch(machine, case.guard, taken)[0], None
        if taken is not None:
            end = machine.execute(case.body.body, taken)
            if end is not None:
                ends.append(end)
        if verdict:
            rest = None
    return join_states([*ends, rest] if rest is not None else ends)


def _matches(machine: Machine, pattern: cst.MatchPattern, subject: Value, state: State) -> bool | None:
    match pattern:
        case cst.MatchAs(pattern=None):
            return True
        case cst.MatchAs(pattern=cst.MatchPattern() as inner):
            return _matches(machine, inner, subject, state)
        case cst.MatchOr():
            answers = [_matches(machine, element.pattern, subject, state) for element in pattern.patterns]
            return True if True in answers else None if None in answers else False
        case cst.MatchValue() | cst.MatchSingleton():
            wanted = machine.evaluate(pattern.value, state)
            known = [a for a in (*subject, *wanted) if isinstance(a, Atom) and a.known]
            if len(known) == 2 == len(subject) + len(wanted):
                return bool(known[0].constant == known[1].constant)
    return None


def _bind_pattern(machine: Machine, pattern: cst.CSTNode, subject: Value, state: State) -> None:
    match pattern:
        case cst.MatchAs(name=cst.Name() as target):
            assign(machine, target, subject, state, target)
            if pattern.pattern is not None:
                _bind_pattern(machine, pattern.pattern, subject, state)
        case cst.MatchOr():
            for element in pattern.patterns:
                _bind_pattern(machine, element.pattern, subject, state)
        case cst.MatchMapping():
            for item in pattern.elements:
                constant = constant_of(machine.evaluate(item.key, state))
                inner = containers.subscript(machine, subject, constant, item.key, state)
                _bind_pattern(machine, item.pattern, inner, state)
            _bind_rest(machine, pattern.rest, pattern, state)
        case cst.MatchList() | cst.MatchTuple():
            _bind_sequence(machine, pattern, subject, state)
        case cst.MatchClass():
            for keyword in pattern.kwds:
                inner = machine.attribute(subject, keyword.key.value, keyword.key, state)
                _bind_pattern(machine, keyword.pattern, inner, state)
            for positional in pattern.patterns:
                _bind_pattern(machine, positional.value, machine.unknown(pattern, state, "a positional pattern"), state)


def _bind_sequence(machine: Machine, pattern: cst.MatchSequence, subject: Value, state: State) -> None:
    found, exact = containers.elements(machine, subject, pattern, state)
    starred = any(isinstance(part, cst.MatchStar) for part in pattern.patterns)
    for index, part in enumerate(pattern.patterns):
        if isinstance(part, cst.MatchStar):
            _bind_rest(machine, part.name, pattern, state)
        elif isinstance(part, cst.MatchSequenceElement):
            known = exact and not starred and index < len(found)
            element = found[index] if known else containers.any_of(machine, found, pattern, state)
            _bind_pattern(machine, part.value, element, state)


def _bind_rest(machine: Machine, target: cst.Name | None, pattern: cst.CSTNode, state: State) -> None:
    if target is not None:
        assign(machine, target, machine.unknown(pattern, state, "the rest of a pattern"), state, target)
