"""From the modules of a project to its sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import libcst as cst

from sqsfifo_lint.aws import aws_of, new_machine
from sqsfifo_lint.aws.deliveries import Delivery, handed_in_of
from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import Machine, Noted, Search
from sqsfifo_lint.flow.values import Function
from sqsfifo_lint.handling import Handling
from sqsfifo_lint.knowledge.added import Added
from sqsfifo_lint.knowledge.apis import ID_KEYS, SEND_APIS, Reuse
from sqsfifo_lint.knowledge.receiving import RECEIVE_WORDS
from sqsfifo_lint.knowledge.senders import Senders
from sqsfifo_lint.model import Detail, Known, Place, Problem, Republished, Send, Shared
from sqsfifo_lint.records import replace
from sqsfifo_lint.sends.at_once import sent_at_once
from sqsfifo_lint.sends.batches import least
from sqsfifo_lint.sends.messages import messages_of
from sqsfifo_lint.sends.paths import Draft, Path, depends, path_of
from sqsfifo_lint.sends.queues import queue_of
from sqsfifo_lint.sends.shared import shared_ids
from sqsfifo_lint.sends.tasks import declared_tasks, retries_of
from sqsfifo_lint.source.chunks import NodePlace
from sqsfifo_lint.source.expectations import expects_failure
from sqsfifo_lint.source.project import Module, Project

WORDS = frozenset(SEND_APIS) | ID_KEYS
"""Words that a statement with a send contains: if it cannot be parsed, that is reported."""


class FoundSends(NamedTuple):
    """What the modules send, what could not be analysed, and the search that then looks for declarations."""

    sends: list[Send]
    problems: list[Problem]
    search: Search
    deliveries: Sequence[Delivery]
    """What was met of messages that are received."""


def find_sends(
    project: Project,
    modules: Sequence[Module],
    *,
    overridden: AbstractSet[str] = frozenset(),
    added: Added | None = None,
    detail: Detail = Detail.NONE,
) -> FoundSends:
    """The sends in `modules`.

    `overridden` is what `overriding` says about the whole project, `added` what the configuration adds.
    """
    machine = new_machine(project, Senders(added.senders if added else ()), added.sources if added else {})
    aws = aws_of(machine)
    aws.read_settings(machine)
    if aws.routes.may_give_ids:
        overridden = overridden | {"Celery"}
    paths = _Paths(machine, overridden)
    search = Search(machine, modules, paths.depends)
    noted = search.sends({**RECEIVE_WORDS, **aws.senders.words})
    calls = [call for call in noted if isinstance(call, SendCall)]
    reached = paths.by_send(calls)
    problems = [*search.problems.values(), *_unparsed(modules)]
    handling = Handling(machine)
    shared = shared_ids(machine, [path for several in reached for path in several])
    sends = [_handled(_send(machine, several, shared, detail), several, handling) for several in reached]
    if "Celery" not in overridden:
        sent = {path.call.member.receiver for several in reached for path in several}
        sends.extend(declared_tasks(machine, aws.tasks.values(), sent, aws.routes))
    return FoundSends(sends, problems, search, [one for one in noted if isinstance(one, Delivery)])


class _Paths:
    """The paths of a project's calls, each made once: the search needs them, too."""

    def __init__(self, machine: Machine, overridden: AbstractSet[str]) -> None:
        self._machine = machine
        self._overridden = overridden
        self._known: dict[SendCall, Path | None] = {}

    def depends(self, call: Noted) -> AbstractSet[cst.CSTNode]:
        """Where callers hand in what the IDs or queue of a call are made of."""
        if isinstance(call, Delivery):
            return handed_in_of(call)
        return depends(self._of(call)) if isinstance(call, SendCall) else frozenset()

    def by_send(self, calls: Sequence[SendCall]) -> list[list[Path]]:
        """The paths that lead to each send."""
        found: dict[cst.CSTNode, list[Path]] = {}
        for call in calls:
            path = self._of(call)
            if path is not None:
                found.setdefault(call.node, []).append(path)
        return list(found.values())

    def _of(self, call: SendCall) -> Path | None:
        if call not in self._known:
            self._known[call] = path_of(self._machine, call, self._overridden)
        return self._known[call]


def _send(machine: Machine, paths: Sequence[Path], shared: Mapping[Draft, Shared], detail: Detail) -> Send:
    """One send, put together from the paths that reach it."""
    first = paths[0]
    return Send(
        first.api.name,
        first.api.service,
        NodePlace(first.call.chunk, first.call.node),
        queue_of(machine, paths),
        messages_of(machine, paths, shared, detail),
        tuple(dict.fromkeys(_calls(paths))) if Detail.TRACES in detail else (),
        least(machine, paths),
        library=first.api.library,
        retries=tuple(dict.fromkeys(_retries(machine, paths))),
        expected=expects_failure(first.call.chunk.module, first.call.chunk.text, first.call.node),
    )


def _handled(send: Send, paths: Sequence[Path], handling: Handling) -> Send:
    """The send, with what the code around it does with its answer and its errors."""
    api = paths[0].api
    if send.library and api.reuse is not Reuse.NONE:
        return send  # the call sends nothing yet
    calls = [path.call for path in paths]
    unread = handling.unread(calls) if api.entries is not None else ()
    told = {loss.place for loss in unread}
    swallowed = tuple(loss for loss in handling.swallowed(calls) if loss.place not in told)
    at_once = sent_at_once(handling.surrounded, paths) if send.queue.fifo is not Known.NO else ()
    if unread or swallowed or at_once:
        return replace(send, unread=unread, swallowed=swallowed, at_once=at_once)
    return send


def _calls(paths: Sequence[Path]) -> Iterator[Place]:
    """The calls on the way to a send, the nearest first."""
    for path in paths:
        for frame in path.call.frame.outward():
            if frame.caller is not None and frame.call is not None:
                yield NodePlace(frame.caller.chunk, frame.call)


def _retries(machine: Machine, paths: Sequence[Path]) -> Iterator[Republished]:
    """Where the task that is sent publishes itself again."""
    for path in paths:
        if isinstance(path.call.member.receiver, Function):
            yield from retries_of(machine, path.call.member.receiver)


def _unparsed(modules: Sequence[Module]) -> Iterator[Problem]:
    """The statements that LibCST cannot parse, and that may contain a send."""
    for module in modules:
        for chunk in module.chunks:
            problem = chunk.problem
            if problem is not None and any(word in chunk.text for word in WORDS):
                yield Problem(module.path, problem.message, problem.line, problem.column)
