"""What a project's infrastructure files say about its queues and topics. Nothing is run.

Three questions, from the cheapest to the most expensive: by its name, can a file say anything (`is_infrastructure`)? By
its bytes (`may_declare`)? And what does it say (`read`)? The first two are answered by the table in `kinds`, which also
names the reader that answers the third.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module

from sqsfifo_lint.met import met
from sqsfifo_lint.model import Binding, Connection, Declaration, Feed, Infrastructure, Problem, Worker
from sqsfifo_lint.queues.answer import Answer, clearly_declares
from sqsfifo_lint.queues.joining import last_part
from sqsfifo_lint.queues.kinds import KINDS, Kind, kind_of, may_declare
from sqsfifo_lint.queues.text import names_queue
from sqsfifo_lint.report import cause_of


def is_infrastructure(name: str) -> bool:
    """Whether a file of this name (or path, with `/`) may declare queues or set environment variables."""
    return kind_of(name) is not None


def read(files: Mapping[str, bytes]) -> Infrastructure:
    """What infrastructure files say; they are given by their paths relative to the project (with `/`).

    Files of other kinds are skipped. The order of the files does not change the result. Nothing is raised: a file that
    clearly declares queues but cannot be read is among the problems.
    """
    problems: list[Problem] = []
    kinds: dict[Kind, dict[str, bytes]] = {}
    for path, data in sorted(files.items()):
        kind = kind_of(path)
        if kind is None or not may_declare(data):
            continue
        if len(data) <= kind.max_size:
            kinds.setdefault(kind, {})[path] = data
            continue
        met(kind.bound)
        if clearly_declares(data):
            problems.append(Problem(path, f"declares queues and is too large to be read ({len(data):,} bytes)"))
    declarations: list[Declaration] = []
    bindings: list[Binding] = []
    connections: list[Connection] = []
    workers: list[Worker] = []
    feeds: list[Feed] = []
    for kind in KINDS:
        for answer in _answers(kind, kinds[kind]) if kind in kinds else ():
            declarations += answer.declarations
            bindings += answer.bindings
            problems += answer.problems
            connections += answer.connections
            workers += answer.workers
            feeds += answer.feeds
    declarations = _distinct(declarations)
    return Infrastructure(
        tuple(sorted(declarations, key=lambda declaration: (declaration.span, declaration.key))),
        tuple(sorted(_of_queues(bindings, declarations), key=lambda binding: (binding.span, binding.variable))),
        tuple(sorted(problems, key=lambda problem: (problem.path, problem.line))),
        connections=tuple(sorted(connections, key=lambda connection: connection.span)),
        workers=tuple(workers),
        feeds=tuple(sorted(feeds, key=lambda feed: (feed.span, feed.handler))),
    )


def _answers(kind: Kind, files: Mapping[str, bytes]) -> list[Answer]:
    """What files of one kind say. One that its reader fails at, which is a bug of ours, costs the others nothing."""
    reader = _reader(kind)
    try:
        return list(reader(files))
    except Exception:  # which file it is, is found below
        kept, problems = dict[str, bytes](), list[Problem]()
    for path, data in files.items():
        try:
            list(reader({path: data}))
            kept[path] = data
        except Exception as error:
            reason = f"cannot be read: internal error: {type(error).__name__}"
            problems.append(Problem(path, reason, cause=cause_of(error)))
    try:
        return [Answer(problems=problems), *reader(kept)]
    except Exception:  # it fails only at several together
        return [Answer(problems=problems), *(answer for path in kept for answer in reader({path: kept[path]}))]


def _reader(kind: Kind) -> Callable[[Mapping[str, bytes]], Iterator[Answer]]:
    """The reader for a kind. Its parser is imported only now, since most projects have files of only one kind."""
    reader: Callable[[Mapping[str, bytes]], Iterator[Answer]]
    reader = import_module(f"sqsfifo_lint.queues.{kind.reader}").read_files
    return reader


def _distinct(declarations: Sequence[Declaration]) -> list[Declaration]:
    """Declarations with unique keys: the second one with the same key gets a number."""
    seen: dict[str, int] = {}
    found = []
    for declaration in declarations:
        seen[declaration.key] = number = seen.get(declaration.key, 0) + 1
        found.append(declaration if number == 1 else replace(declaration, key=f"{declaration.key}#{number}"))
    return found


def _of_queues(bindings: Sequence[Binding], declarations: Sequence[Declaration]) -> Iterator[Binding]:
    """The bindings that are about a queue or topic, once each."""
    keys = {declaration.key for declaration in declarations}
    names = {declaration.name for declaration in declarations}
    for binding in dict.fromkeys(bindings):
        queue = binding.queue
        if queue in keys or names_queue(queue) or ("*" not in queue and {queue, last_part(queue)} & names):
            yield binding
