"""The two pictures of the README that are no output of a command: what a group does, and what five minutes do.

Both are drawn from a small model of SQS, so that they cannot show what the model does not do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WORKERS = 4
MESSAGES = tuple("ABCDABCDABCD")
"""Twelve messages of four orders, in the order in which they were sent."""

MINUTES = 5
"""How long SQS remembers a dedup ID after it has accepted the message.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
"""

STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.small { font-size: 11px; fill: #59636e }
.title { font-weight: 600 }
.paper { fill: #ffffff }
.line { stroke: #8c959f; stroke-width: 1 }
.window { fill: #bf8700; fill-opacity: .18 }
.right { fill: #1a7f37; stroke: #1a7f37 } .wrong { fill: #cf222e; stroke: #cf222e }
text.right, text.wrong { stroke: none }
circle { stroke-width: 2 } circle.dropped { fill: #ffffff }
.a { fill: #54aeff } .b { fill: #4ac26b } .c { fill: #d4a72c } .d { fill: #c297ff } .on { fill: #1f2328 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc } .small { fill: #9198a1 } .paper { fill: #0d1117 }
  .line { stroke: #656c76 } .right { fill: #3fb950; stroke: #3fb950 } .wrong { fill: #f85149; stroke: #f85149 }
  circle.dropped { fill: #0d1117 }
}
"""


class Work(NamedTuple):
    """A message in a worker's hands: for one unit of time."""

    worker: int
    begin: int
    order: str


def handled(groups: Sequence[str]) -> Iterator[Work]:
    """Who handles which message when, if `groups` are the group IDs of `MESSAGES`: one of a group at a time.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
    """
    waiting = list(zip(groups, MESSAGES, strict=True))
    moment = 0
    while waiting:
        in_flight: list[str] = []
        for group, order in tuple(waiting):
            if len(in_flight) < WORKERS and group not in in_flight:
                waiting.remove((group, order))
                yield Work(len(in_flight), moment, order)
                in_flight.append(group)
        moment += 1


def groups_picture() -> str:
    """One group for all messages against one for each order, on one scale of time."""
    unit, lane, left = 52, 20, 84
    parts: list[str] = []
    top = 0
    panels = (
        ('MessageGroupId="orders"', ["orders"] * len(MESSAGES)),
        ("MessageGroupId=order.id", list(MESSAGES)),
    )
    for name, groups in panels:
        work = list(handled(groups))
        end = max(each.begin for each in work) + 1
        busy = len({each.worker for each in work if each.begin == 0})
        count = len(set(groups))
        what = f"{count} group{'s' if count > 1 else ''}: {busy} of {WORKERS} workers busy, done after {end}"
        parts += [_text(12, top + 22, name, "title"), _text(left + 4 * unit, top + 22, what)]
        for worker in range(WORKERS):
            y = top + 34 + worker * (lane + 4)
            parts += [
                _text(12, y + 14, f"worker {worker + 1}", "small"),
                _line(left, y + lane, left + 12 * unit, y + lane),
            ]
        for each in work:
            x, y = left + each.begin * unit, top + 34 + each.worker * (lane + 4)
            parts.append(
                f'<rect class="{each.order.lower()}" x="{x}" y="{y}" width="{unit - 2}" height="{lane}" rx="3"/>'
            )
            parts.append(
                f'<text class="on" x="{x + unit // 2 - 1}" y="{y + 14}" text-anchor="middle">{each.order}</text>'
            )
        top += 34 + WORKERS * (lane + 4) + 12
    parts.append(_text(left, top + 12, "time: one unit for each message; A, B, C and D are orders", "small"))
    title = "One group: messages are handled one after the other. A group for each order: four at a time."
    return _page(left + 12 * unit + 12, top + 24, title, parts)


RETRY = "retry"


class Sent(NamedTuple):
    """A send: when, in minutes, of which event (or again of the one before), with which dedup ID."""

    minute: float
    event: str
    dedup: str


class Outcome(NamedTuple):
    """What SQS does with a send: it always answers with success."""

    sent: Sent
    kept: bool

    @property
    def is_right(self) -> bool:
        """An event is to be delivered, a retry of it to be dropped."""
        return self.kept == (self.sent.event != RETRY)


def deduplicated(sends: Sequence[Sent]) -> Iterator[Outcome]:
    """What becomes of sends to one queue: an ID that was accepted less than five minutes ago is dropped."""
    accepted: dict[str, float] = {}
    for sent in sends:
        before = accepted.get(sent.dedup)
        kept = before is None or sent.minute - before >= MINUTES
        if kept:
            accepted[sent.dedup] = sent.minute
        yield Outcome(sent, kept)


LANES = (
    ("the event's ID", [Sent(0, "paid", "evt-1"), Sent(1.5, RETRY, "evt-1"), Sent(6.5, RETRY, "evt-1")]),
    ("new at each attempt", [Sent(0, "paid", "3f2a"), Sent(1.5, RETRY, "9c01"), Sent(6.5, RETRY, "e77b")]),
    (
        "always the same",
        [Sent(0, "order 1", "x"), Sent(1.5, "order 2", "x"), Sent(3.5, "order 3", "x"), Sent(6.5, "order 4", "x")],
    ),
)


def window_picture() -> str:
    """Three ways to make a dedup ID, and what SQS delivers of the same sends."""
    minute, left, height = 72, 184, 62
    parts: list[str] = []
    for number, (name, sends) in enumerate(LANES):
        y = 34 + number * height
        parts += [_text(12, y + 4, name, "title"), _line(left, y, left + 8 * minute, y)]
        outcomes = list(deduplicated(sends))
        for sent, kept in outcomes:
            if kept:
                x = left + sent.minute * minute
                width = min(MINUTES, 8 - sent.minute) * minute
                parts.append(f'<rect class="window" x="{x:g}" y="{y - 9}" width="{width:g}" height="18"/>')
        for outcome in outcomes:
            x = left + outcome.sent.minute * minute
            word = "delivered" if outcome.kept else "dropped"
            judged, mark = ("right", "\u2713") if outcome.is_right else ("wrong", "\u2717")
            parts += [
                f'<circle class="{judged} {word}" cx="{x:g}" cy="{y}" r="6"/>',
                _text(x - 6, y - 14, f"{outcome.sent.event}: {outcome.sent.dedup}", "small"),
                _text(x - 6, y + 24, f"{word} {mark}", judged),
            ]
    bottom = 34 + len(LANES) * height
    for number in range(9):
        parts.append(_text(left + number * minute - 6, bottom, f"{number} min" if number else "0", "small"))
    words = (
        "Every send succeeds. Shaded: the five minutes in which SQS remembers an ID.",
        "A retry should be dropped (hollow), all else delivered (filled).",
    )
    parts.append(_text(12, bottom + 22, " ".join(words), "small"))
    title = "The five minutes of deduplication: what is delivered, and what is dropped."
    return _page(left + 8 * minute + 50, bottom + 32, title, parts)


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="line" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _page(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    paper = f'<rect class="paper" width="{width}" height="{height}" rx="6"/>'
    return (
        "\n".join([head, f"<title>{escape(title)}</title>", f"<style>\n{STYLE}</style>", paper, *parts, "</svg>"])
        + "\n"
    )
