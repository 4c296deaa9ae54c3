"""Which sends a line of a file is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqsfifo_lint.model import Place, Send, Span


def sends_at(sends: Sequence[Send], path: str, line: int, column: int | None = None) -> Sequence[Send]:
    """The sends whose call is at a line, or otherwise those to which a call or value at that line leads.

    With a column only those at the column, if there are any: a report names a column, and people make mistakes.
    """
    at_call = [send for send in sends if _covers(send.place.span, path, line)]
    found = at_call or [send for send in sends if any(_covers(place.span, path, line) for place in _ways(send))]
    if column is None or len(found) < 2:
        return found
    exact = [one for one in found if any(_holds(p.span, path, line, column) for p in (one.place, *_ways(one)))]
    return exact or found


def lines_leading(sends: Sequence[Send], path: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The lines of a file on which sends begin, and the other lines that lead to one."""
    own = {send.place.span.line for send in sends if send.place.path == path}
    within = {line for send in sends if send.place.path == path for line in _lines(send.place.span)}
    ways = {place.span.line for send in sends for place in _ways(send) if place.path == path}
    return tuple(sorted(own)), tuple(sorted(ways - within))


def _lines(span: Span) -> range:
    return range(span.line, span.end_line + 1)


def _holds(span: Span, path: str, line: int, column: int) -> bool:
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return span.path == path and start <= (line, column) < end


def _covers(span: Span, path: str, line: int) -> bool:
    return span.path == path and span.line <= line <= span.end_line


def _ways(send: Send) -> Iterator[Place]:
    """Every place through which a send is reached, or through which a value reaches it."""
    yield from send.calls
    for message in send.messages:
        yield message.place
        for slot in (message.group, message.dedup, message.body, message.delay):
            for part in slot.parts():
                yield from (step.place for step in part.steps)
