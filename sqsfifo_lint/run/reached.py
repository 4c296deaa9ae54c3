"""Which sends a line of a file is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqsfifo_lint.model import Place, Send, Span


def sends_at(sends: Sequence[Send], path: str, line: int) -> Sequence[Send]:
    """The sends whose call is at a line, or otherwise those to which a call or value at that line leads."""
    at_call = [send for send in sends if _covers(send.place.span, path, line)]
    return at_call or [send for send in sends if any(_covers(place.span, path, line) for place in _ways(send))]


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
