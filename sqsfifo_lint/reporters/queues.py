"""What `sqsfifo-lint queues` prints: each queue, how and where it is declared, and the sends that go to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqsfifo_lint.model import Attribute, Declaration, Send, Span
from sqsfifo_lint.report import Overview
from sqsfifo_lint.reporters.records import dumps

SCOPES = ("DeduplicationScope", "FifoThroughputScope")


@dataclass(frozen=True, slots=True)
class Row:
    """A declaration with the sends that go to it; or, without a declaration, the sends that go to one queue."""

    name: str | None
    service: str
    declaration: Declaration | None
    sends: tuple[Span, ...]
    variables: tuple[str, ...] = ()


def rows(found: Overview) -> Iterator[Row]:
    """Declarations by file and line, then queues that are sent to but not declared; only from files asked for."""
    infrastructure = found.infrastructure
    for one in infrastructure.declarations:
        sends = _places(found, (send for send in found.sends if send.queue.joined and one in send.queue.declarations))
        variables = tuple(dict.fromkeys(b.variable for b in infrastructure.bindings if b.queue in (one.key, one.name)))
        if sends or (one.tells and found.asked(one.span.path)):
            yield Row(one.name, one.service, replace(one, span=_shown(found, one.span)), sends, variables)
    others: dict[tuple[str, str], list[Send]] = {}
    for send in found.sends:
        if not send.queue.joined:
            others.setdefault((_name(send), send.service), []).append(send)
    for (name, service), several in sorted(others.items()):
        if sends := _places(found, several):
            yield Row(name, service, None, sends)


def _places(found: Overview, sends: Iterable[Send]) -> tuple[Span, ...]:
    spans = {send.place.span for send in sends}
    return tuple(_shown(found, span) for span in sorted(spans) if found.asked(span.path))


def _shown(found: Overview, span: Span) -> Span:
    return replace(span, path=found.shown(span.path))


def _name(send: Send) -> str:
    return send.queue.name or send.queue.shown or "not given in the call"


def nothing_found(found: Sequence[Overview]) -> str:
    """What was read without a queue in it."""
    templates, python = (sum(one.read[n] for one in found) for n in (0, 1))
    read = ((templates, "template"), (python, "Python file"))
    return f"no queues found; read {', '.join(f'{n} {word}' if n == 1 else f'{n} {word}s' for n, word in read)}"


def as_json(found: Sequence[Overview]) -> str:
    """One array, with an object per row."""
    return dumps([_record(row) for one in found for row in rows(one)], indent=2)


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
