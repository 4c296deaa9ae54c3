"""The evaluator: abstract interpretation of LibCST trees, demand-driven and bounded."""

from __future__ import annotations

from sqsfifo_lint.flow.attributes import attribute, typed
from sqsfifo_lint.flow.expressions import EXPRESSIONS
from sqsfifo_lint.flow.externals import call
from sqsfifo_lint.flow.imports import global_value
from sqsfifo_lint.flow.machine import Instructions, Machine
from sqsfifo_lint.flow.statements import STATEMENTS
from sqsfifo_lint.project import Project


def new_machine(project: Project) -> Machine:
    """A machine that evaluates the code of `project`."""
    return Machine(project, Instructions(EXPRESSIONS, STATEMENTS, call, attribute, global_value, typed))
