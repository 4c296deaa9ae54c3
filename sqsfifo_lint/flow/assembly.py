"""The machine put together: its tables of instructions, and a plugin."""

from __future__ import annotations

from sqsfifo_lint.flow.attributes import attribute, typed
from sqsfifo_lint.flow.calls import call
from sqsfifo_lint.flow.expressions import EXPRESSIONS
from sqsfifo_lint.flow.hooks import Hooks
from sqsfifo_lint.flow.machine import Instructions, Machine
from sqsfifo_lint.flow.modules import global_value
from sqsfifo_lint.flow.statements import STATEMENTS
from sqsfifo_lint.source.project import Project


def new_machine(project: Project, hooks: Hooks | None = None) -> Machine:
    """A machine that evaluates the code of `project`, with what a plugin knows."""
    instructions = Instructions(EXPRESSIONS, STATEMENTS, call, attribute, global_value, typed)
    return Machine(project, instructions, hooks if hooks is not None else Hooks())
