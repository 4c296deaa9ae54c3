"""What those who look at code from outside ask the evaluator: what an expression stands for."""

from __future__ import annotations

from contextlib import suppress

import libcst as cst

from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import External, Value
from sqsfifo_lint.source.stack import or_larger


def value_of(machine: Machine, node: cst.CSTNode, state: State, frame: Frame | None = None) -> Value:
    """What an expression stands for at `state`; with `frame`, in the code of one of the frames that led there.

    `state` stays as it is. Each question has bounds of its own; what is nested too deeply stands for nothing.
    """

    def evaluated() -> Value:
        here = state.copy()
        if frame is not None:
            here.frame = frame
            here.context = frame.key
        machine.begin()
        return machine.evaluate(node, here)

    with suppress(RecursionError):
        return or_larger(evaluated)
    return ()


def names_of(machine: Machine, node: cst.CSTNode, state: State, frame: Frame | None = None) -> frozenset[str]:
    """The qualified names of what is outside of the project that an expression may stand for."""
    return frozenset(found.name for found in value_of(machine, node, state, frame) if isinstance(found, External))
