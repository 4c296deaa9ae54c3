"""Functions that stacks feed from a queue: AWS CDK in Python.

book = lambda_.Function(self, "Book", handler="book.handle", code=lambda_.Code.from_asset("src"), ...)
book.add_event_source(SqsEventSource(queue, batch_size=5))
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import libcst as cst

from sqsfifo_lint.aws.declaring import Declarations, referred
from sqsfifo_lint.aws.names import text_of
from sqsfifo_lint.flow import Call
from sqsfifo_lint.flow.values import Atom, External, Passed, Value, only
from sqsfifo_lint.knowledge.declaring import (
    ASSETS,
    EVENT_SOURCE_MAPPINGS,
    EVENT_SOURCES,
    FUNCTIONS,
    FUNCTIONS_BY_FOLDER,
)
from sqsfifo_lint.model import Feed
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk

T = TypeVar("T")


@record()
class _Source:
    """A queue as the source of events."""

    queue: Value
    batch: int | None
    chunk: Chunk
    node: cst.CSTNode


@dataclass(slots=True, eq=False)
class Feeding:
    """What stacks say of functions, their code, and the queues that feed them; by the calls that make them."""

    functions: dict[cst.CSTNode, tuple[str, str | None]] = field(default_factory=dict)
    """Handler and folder."""
    assets: dict[cst.CSTNode, str] = field(default_factory=dict)
    sources: dict[cst.CSTNode, _Source] = field(default_factory=dict)
    fed: dict[tuple[tuple[str, str | None], _Source], None] = field(default_factory=dict)
    """Each function with what feeds it."""

    def note(self, call: Call, name: str) -> None:
        """A call of the library."""
        given = call.arguments
        last = name.rpartition(".")[2]
        if name in FUNCTIONS:
            handler = _text(given.keywords.get("handler"))
            if handler:
                self.functions[call.node] = handler, self._folder(given.keywords.get("code"))
        elif name in FUNCTIONS_BY_FOLDER:
            entry, index = given.constant(None, "entry"), given.constant(None, "index")
            file = index.removesuffix(".py") if isinstance(index, str) else "index"
            called = _text(given.keywords.get("handler")) or "handler"
            if isinstance(entry, str):
                self.functions[call.node] = f"{file}.{called}", entry
        elif last in ASSETS:
            folder = given.constant(0, "path")
            if isinstance(folder, str):
                self.assets[call.node] = folder
        elif name in EVENT_SOURCES:
            for source in _sources(call, given.passed(0, "queue")):
                self.sources[call.node] = source
        elif last == "add_event_source" and given.positional:
            for source in _of(given.positional[0].value, self.sources):
                self._feed((call.callee,), source)
        elif last == "add_event_source_mapping" or name in EVENT_SOURCE_MAPPINGS:
            target = given.keywords.get("target")
            for source in _sources(call, given.keywords.get("event_source_arn")):
                self._feed((call.callee,) if target is None else target.value, source)

    def feeds(self, declarations: Declarations) -> Iterator[Feed]:
        """What was noted. The folder of an asset counts from the one that the stack is deployed in: any above it."""
        for (handler, folder), source in self.fed:
            span = source.chunk.span(source.node)
            for alternative in source.queue:
                atom = referred(alternative)
                queue = (declarations.key_of(atom) or text_of(atom)) if isinstance(atom, Atom) else ""
                if not queue:
                    continue
                for above in _above(span.path) if folder is not None else (None,):
                    below = posixpath.normpath(posixpath.join(above, folder or "")) if above is not None else None
                    yield Feed(handler, queue, span, below, source.batch)

    def _feed(self, function: Value, source: _Source) -> None:
        for found in _of(function, self.functions):
            self.fed[found, source] = None

    def _folder(self, code: Passed | None) -> str | None:
        return next(_of(code.value, self.assets), None) if code is not None else None


def _text(passed: Passed | None) -> str:
    """The whole text of an argument; empty if it cannot be seen."""
    atom = only(passed.value, Atom) if passed is not None else None
    text = text_of(atom) if atom is not None else ""
    return "" if "*" in text else text


def _sources(call: Call, queue: Passed | None) -> Iterator[_Source]:
    """The source of events that a call makes of a queue."""
    batch = call.arguments.constant(None, "batch_size")
    if queue is not None:
        yield _Source(queue.value, batch if isinstance(batch, int) else None, queue.chunk, queue.node)


def _of(value: Value, table: Mapping[cst.CSTNode, T]) -> Iterator[T]:
    """What is known of the calls that make a value."""
    for alternative in value:
        if isinstance(alternative, External) and alternative.receiver is not None:
            yield from (table[piece.node] for piece in alternative.receiver.pieces if piece.node in table)


def _above(path: str) -> Iterator[str]:
    """The folders above a file, the nearest first; the project's own is empty."""
    while path:
        path = posixpath.dirname(path)
        yield path
