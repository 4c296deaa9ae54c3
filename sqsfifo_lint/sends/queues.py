"""What is known about the queue or topic that a send goes to."""

from __future__ import annotations

from collections.abc import Sequence

from sqsfifo_lint.aws import aws_of
from sqsfifo_lint.aws.names import is_fifo, text_of, variable_of
from sqsfifo_lint.flow import Fact, Machine
from sqsfifo_lint.flow.values import Atom
from sqsfifo_lint.model import Known, Queue, QueueReference
from sqsfifo_lint.sends.paths import Path
from sqsfifo_lint.sends.slots import Given
from sqsfifo_lint.sends.traces import culprit
from sqsfifo_lint.source.chunks import NodePlace


def queue_of(machine: Machine, paths: Sequence[Path]) -> Queue:
    """What all paths to one send together say about its queue: a name, or whether it is FIFO, only if they agree."""
    return queue_in(machine, [(path.queue, path.call.state.facts) for path in paths])


def queue_in(machine: Machine, given: Sequence[tuple[Given, frozenset[Fact]]]) -> Queue:
    """The same of what several paths give, each with what tests have shown there."""
    options = [option for one, _ in given for option in one.options]
    answers = {is_fifo(atom, facts) for one, facts in given for atom in one.atoms}
    somewhere_unseen = not all(one.options for one, _ in given)
    if somewhere_unseen:
        answers.add(Known.UNKNOWN)
    fifo = answers.pop() if len(answers) == 1 else Known.UNKNOWN
    unseen = (QueueReference(),) if somewhere_unseen else ()
    if not options:
        return Queue(fifo=fifo, references=unseen)
    first = options[0]
    names = {str(option.atom.constant) if option.atom.known else None for option in options}
    guilty = culprit(first.atom)
    place = first.place if guilty is None else NodePlace(guilty.chunk, guilty.node)
    references = tuple(dict.fromkeys(_reference(machine, option.atom) for option in options)) + unseen
    name = names.pop() if len(names) == 1 else None
    return Queue(name, place.source, fifo, place=place, references=references)


def _reference(machine: Machine, atom: Atom) -> QueueReference:
    return QueueReference(text_of(atom), variable_of(atom), aws_of(machine).declarations.key_of(atom))
