"""What `sqsfifo-lint queues` prints: each queue, how and where it is declared, and the sends that go to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqsfifo_lint.model import Attribute, Declaration, Known, Send, Span
from sqsfifo_lint.report import Overview
from sqsfifo_lint.reporters.records import dumps

ENDING = ".fifo"

SCOPES = ("DeduplicationScope", "FifoThroughputScope")


@dataclass(frozen=True, slots=True)
class Row:
    """A declaration with the sends that go to it; or, without a declaration, the sends that go to one queue."""

    name: str | None
    service: str
    declaration: Declaration | None
    sends: tuple[Span, ...]
    variables: tuple[str, ...] = ()

    @property
    def fifo(self) -> bool:
        """Whether it is FIFO, as far as can be seen: by its declaration, or by the ending of its name."""
        if self.declaration is not None:
            return self.declaration.fifo is Known.YES
        return (self.name or "").endswith(ENDING)


def rows(found: Overview, *, fifo: bool = False) -> Iterator[Row]:
    """Declarations by file and line, then queues that are sent to but not declared.

    Only those that are declared in a file that was asked for, or sent to from one; of these, all sends. With `fifo`,
    only those that are FIFO.
    """
    yield from (row for row in _rows(found) if row.fifo or not fifo)


def _rows(found: Overview) -> Iterator[Row]:
    infrastructure = found.infrastructure
    for one in infrastructure.declarations:
        sends = [send for send in found.sends if send.queue.joined and one in send.queue.declarations]
        variables = tuple(dict.fromkeys(b.variable for b in infrastructure.bindings if b.queue in (one.key, one.name)))
        if _any_asked(found, sends) or (one.tells and found.asked(one.span.path)):
            yield Row(
                one.name, one.service, replace(one, span=_shown(found, one.span)), _places(found, sends), variables
            )
    others: dict[tuple[str, str], list[Send]] = {}
    for send in found.sends:
        if not send.queue.joined:
            others.setdefault((_name(send), send.service), []).append(send)
    for (name, service), several in sorted(others.items()):
        if _any_asked(found, several):
            yield Row(name, service, None, _places(found, several))


def _any_asked(found: Overview, sends: Iterable[Send]) -> bool:
    return any(found.asked(send.place.path) for send in sends)


def _places(found: Overview, sends: Iterable[Send]) -> tuple[Span, ...]:
    return tuple(_shown(found, span) for span in sorted({send.place.span for send in sends}))


def _shown(found: Overview, span: Span) -> Span:
    return replace(span, path=found.shown(span.path))


def _name(send: Send) -> str:
    """What a queue without a declaration is called: its name, what is visible of it, or how the source refers to it."""
    queue = send.queue
    if queue.name:
        return queue.name
    visible = {_last(reference.text) for reference in queue.references}
    if len(visible) == 1 and (pattern := visible.pop()).strip("*"):
        return pattern
    if send.library and not queue.shown:
        return f"the default of {send.library}"
    receiver = "" if queue.shown else send.place.source.partition(f".{send.api}(")[0]
    return next((source for source in (queue.shown, receiver) if _tells(source, send)), "not given in the call")


def _last(text: str) -> str:
    """The name in a URL or ARN, of which parts may be unknown."""
    return text.rstrip("/").replace(":", "/").rpartition("/")[2]


def _tells(source: str, send: Send) -> bool:
    """Whether a piece of source says which queue it is, as `self` and the whole call do not."""
    return source not in ("", "self", "cls") and not source.startswith(send.place.source[:WHOLE])


WHOLE = 30
"""Characters of a call by which it is known: its source is shortened."""


def nothing_found(found: Sequence[Overview]) -> str:
    """What was read without a queue in it."""
    templates, python = (sum(one.read[n] for one in found) for n in (0, 1))
    read = ((templates, "template"), (python, "Python file"))
    return f"no queues found; read {', '.join(f'{n} {word}' if n == 1 else f'{n} {word}s' for n, word in read)}"


def as_json(found: Sequence[Overview], *, fifo: bool = False) -> str:
    """One array, with an object per row."""
    return dumps([_record(row) for one in found for row in rows(one, fifo=fifo)], indent=2)


def _record(row: Row) -> dict[str, object]:
    one = row.declaration
    return {
        "queue": row.name,
        "service": row.service,
        "fifo": one.fifo.value if one else None,
        "content_based_deduplication": one.content_based_deduplication.value if one else None,
        "deduplication_scope": scope_of(one) if one else None,
        "delay_seconds": _value(one.attributes.get("DelaySeconds")) if one else None,
        "dead_letter_queue": one.dead_letter_queue.name if one and one.dead_letter_queue else None,
        "source": one.source if one else None,
        "declared": _place(one.span) if one else None,
        "variables": list(row.variables),
        "sends": [_place(span) for span in row.sends],
    }


def _place(span: Span) -> dict[str, object]:
    return {"path": span.path, "line": span.line, "column": span.column}


def scope_of(declaration: Declaration) -> str | None:
    """The scope of deduplication: the queue or a group; None if the declaration does not say."""
    return next((_value(declaration.attributes[s]) for s in SCOPES if s in declaration.attributes), None)


def _value(attribute: Attribute | None) -> str | None:
    return attribute.value if attribute is not None else None
