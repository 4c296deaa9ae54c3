"""The queues of the page: which files send to which queue, as a picture and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqsfifo_lint.model import Declaration, Known, Severity, Span
from sqsfifo_lint.reporters.page_parts import text_of
from sqsfifo_lint.reporters.queues import Row, scope_of

WIDTH = 1000
"""Units; the picture is scaled to where it stands."""

BOX = 350
"""Width of a box: a name of `NAME` characters fits."""

NAME = 44
"""Characters of a name that are shown; the whole name is shown when the mouse points at it."""

RIGHT = WIDTH - BOX - 44
"""Where the queues begin: on their right is room for the lines to dead-letter queues."""

ROW = 48
"""Height of a box and of the space below it."""

Place = tuple[str, int, int]
"""Path, line and column of a send."""

ANSWERS = {Known.YES: "yes", Known.NO: "no", Known.UNKNOWN: "not known"}


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the page."""

    label: str
    row: Row


def named(rows: Iterable[Row]) -> list[Queue]:
    """The queues, each with a name: its own, else the end of the key of its declaration."""
    found = []
    for row in rows:
        key = row.declaration.key if row.declaration is not None else ""
        label = row.name or key or "(name not in sight)"
        found.append(Queue(label if row.service == "sqs" else f"{label} (topic)", row))
    return found


def place_of(span: Span) -> Place:
    """By what a finding's send and a queue's send are compared."""
    return span.path, span.line, span.column


def queue_of(queues: Iterable[Queue]) -> dict[Place, str]:
    """The queue that the send at each place goes to."""
    return {place_of(span): queue.label for queue in queues for span in queue.row.sends}


def picture(queues: Sequence[Queue], worst: Mapping[Place, Severity]) -> str:
    """Files on the left, queues on the right, a line for the sends of one to the other; empty if nothing is sent.

    `worst`: the severity of the findings of each send, by its place.
    """
    files = sorted({span.path for queue in queues for span in queue.row.sends})
    if not files:
        return ""
    order = {path: number for number, path in enumerate(files)}
    targets = _targets(queues, order)
    height = ROW * max(len(files), len(targets)) + 8
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Which files send to which queues">',
        *(edge for number, queue in enumerate(targets) for edge in _edges(number, queue, order, worst)),
        *_dead_letters(targets),
        *(_file(number, path, targets) for number, path in enumerate(files)),
        *(_target(number, queue) for number, queue in enumerate(targets)),
        "</svg>",
    ]
    return f'<div class="topology">{"".join(parts)}</div>'


def _targets(queues: Iterable[Queue], order: Mapping[str, int]) -> list[Queue]:
    """The queues that are drawn: those that are sent to, in the order of the files, each with its dead-letter queue."""
    several = list(queues)
    sent = sorted((q for q in several if q.row.sends), key=lambda q: min(order[span.path] for span in q.row.sends))
    unsent = {q.row.declaration.key: q for q in several if q.row.declaration is not None and not q.row.sends}
    found: list[Queue] = []
    for queue in sent:
        found.append(queue)
        dead = _dead_letter_of(queue)
        if dead is not None and dead.key in unsent:
            found.append(unsent.pop(dead.key))
    return found


def _dead_letter_of(queue: Queue) -> Declaration | None:
    return queue.row.declaration.dead_letter_queue if queue.row.declaration is not None else None


def _edges(number: int, queue: Queue, order: Mapping[str, int], worst: Mapping[Place, Severity]) -> Iterator[str]:
    by_file: dict[str, list[Span]] = {}
    for span in queue.row.sends:
        by_file.setdefault(span.path, []).append(span)
    for path, sends in by_file.items():
        found = {worst[place_of(span)] for span in sends if place_of(span) in worst}
        kind = next((f" {one.value}" for one in Severity if one in found), "")
        y1, y2 = ROW * order[path] + 24, ROW * number + 24
        x1, x2, middle = BOX + 6, RIGHT - 8, (BOX + RIGHT) / 2
        lines = ", ".join(str(span.line) for span in sends)
        yield (
            f'<path class="edge{kind}" d="M{x1} {y1}C{middle:g} {y1} {middle:g} {y2} {x2} {y2}">'
            f"<title>{text_of(f'{path}, line {lines} to {queue.label}')}</title></path>"
            f'<path class="tip" d="M{x2} {y2 - 4}l8 4l-8 4z"/>'
        )


def _dead_letters(targets: Sequence[Queue]) -> Iterator[str]:
    """Lines on the right, from a queue to its dead-letter queue, if both are drawn."""
    numbers = {queue.row.declaration.key: n for n, queue in enumerate(targets) if queue.row.declaration is not None}
    for number, queue in enumerate(targets):
        dead = _dead_letter_of(queue)
        if dead is not None and dead.key in numbers and numbers[dead.key] != number:
            y1, y2, x = ROW * number + 24, ROW * numbers[dead.key] + 24, RIGHT + BOX
            yield f'<path class="dead" d="M{x} {y1}C{x + 40} {y1} {x + 40} {y2} {x + 8} {y2}"/>'
            yield f'<path class="tip" d="M{x + 9} {y2 - 4}l-8 4l8 4z"/>'


def _file(number: int, path: str, targets: Sequence[Queue]) -> str:
    count = sum(span.path == path for queue in targets for span in queue.row.sends)
    return _box(4, number, path, f"{count} send{'s' if count != 1 else ''}", f'data-file="{text_of(path)}"')


def _target(number: int, queue: Queue) -> str:
    return _box(RIGHT, number, queue.label, _told(queue.row), f'data-queue="{text_of(queue.label)}"')


def _box(x: int, number: int, name: str, told: str, data: str) -> str:
    y = ROW * number + 4
    return (
        f'<g {data} tabindex="0" role="button"><title>{text_of(name)}</title>'
        f'<rect class="box" x="{x}" y="{y}" width="{BOX}" height="{ROW - 8}" rx="6"/>'
        f'<text x="{x + 10}" y="{y + 17}">{text_of(_shortened(name))}</text>'
        f'<text class="small" x="{x + 10}" y="{y + 32}">{text_of(told)}</text></g>'
    )


def _shortened(name: str) -> str:
    """The end of a path or URL says most."""
    return name if len(name) <= NAME else f"…{name[1 - NAME :]}"


def _told(row: Row) -> str:
    one = row.declaration
    if one is None:
        return "no declaration in sight"
    kind = {Known.YES: "FIFO", Known.NO: "standard", Known.UNKNOWN: "FIFO or standard"}[one.fifo]
    by_content = ", deduplicates by content" if one.content_based_deduplication is Known.YES else ""
    return f"{one.source}: {kind}{by_content}"


COLUMNS = ("queue", "FIFO", "content dedup", "scope", "dead letters to", "declared", "senders")


def table(queues: Sequence[Queue]) -> str:
    """Every queue, drawn or not."""
    rows = ["".join(f"<td>{text_of(cell)}</td>" for cell in _cells(queue)) for queue in queues]
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cells(queue: Queue) -> tuple[str, ...]:
    one = queue.row.declaration
    sends = ", ".join(f"{span.path}:{span.line}" for span in queue.row.sends)
    if one is None:
        return queue.label, "", "", "", "", "no declaration in sight", sends
    dead = one.dead_letter_queue.name or "" if one.dead_letter_queue is not None else ""
    declared = f"{one.span.path}:{one.span.line} ({one.source})"
    content = ANSWERS[one.content_based_deduplication] if one.fifo is not Known.NO else ""
    return queue.label, ANSWERS[one.fifo], content, scope_of(one) or "", dead, declared, sends
