"""What those who look at code from outside ask the evaluator: what an expression stands for in a frame."""

from __future__ import annotations

from contextlib import suppress

import libcst as cst

from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import External, Value


def value_of(machine: Machine, node: cst.CSTNode, frame: Frame, state: State) -> Value:
    """What an expression stands for in `frame`, which is that of `state` or one of those that led to it.

    `state` stays as it is. Each question has bounds of its own; what is nested too deeply stands for nothing.
    """
    here = state.copy()
    here.frame = frame
    here.context = frame.key
    machine.begin()
    with suppress(RecursionError):
        return machine.evaluate(node, here)
    return ()


def names_of(machine: Machine, node: cst.CSTNode, frame: Frame, state: State) -> frozenset[str]:
    """The qualified names of what is outside of the project that an expression may stand for."""
    return frozenset(found.name for found in value_of(machine, node, frame, state) if isinstance(found, External))
