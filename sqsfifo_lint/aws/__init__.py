"""What an evaluator has to know of AWS: it plugs into `flow` by hooks."""

from __future__ import annotations

from collections.abc import Mapping

from sqsfifo_lint import flow
from sqsfifo_lint.aws.plugin import Aws
from sqsfifo_lint.flow import Machine
from sqsfifo_lint.knowledge.model import Source
from sqsfifo_lint.knowledge.senders import Senders
from sqsfifo_lint.source.project import Project


def new_machine(
    project: Project, senders: Senders | None = None, sources: Mapping[str, Source] | None = None
) -> Machine:
    """A machine that evaluates the code of `project` and knows AWS; the configuration adds `senders` and `sources`."""
    return flow.new_machine(project, Aws(senders, sources))


def aws_of(machine: Machine) -> Aws:
    """What such a machine knows of AWS, and has met."""
    assert isinstance(machine.hooks, Aws)
    return machine.hooks
