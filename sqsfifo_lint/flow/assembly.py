"""The machine put together: its tables of instructions, and what the configuration adds."""

from __future__ import annotations

from collections.abc import Mapping

from sqsfifo_lint.flow.attributes import attribute, typed
from sqsfifo_lint.flow.calls import call
from sqsfifo_lint.flow.expressions import EXPRESSIONS
from sqsfifo_lint.flow.machine import Instructions, Machine
from sqsfifo_lint.flow.modules import global_value
from sqsfifo_lint.flow.statements import STATEMENTS
from sqsfifo_lint.knowledge.frameworks import Senders
from sqsfifo_lint.knowledge.model import Source
from sqsfifo_lint.source.project import Project


def new_machine(
    project: Project, senders: Senders | None = None, sources: Mapping[str, Source] | None = None
) -> Machine:
    """A machine that evaluates the code of `project`; `senders` and `sources` are what the configuration adds."""
    instructions = Instructions(EXPRESSIONS, STATEMENTS, call, attribute, global_value, typed)
    return Machine(project, instructions, senders, sources)
