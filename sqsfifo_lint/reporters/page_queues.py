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

TOLD = 56
"""Characters of what is said of it, in smaller letters."""

ROW = 48
"""Height of a box and of the space below it."""

Place = tuple[str, int, int]
"""Path, line and column of a send."""

ANSWERS = {Known.YES: "yes", Known.NO: "no", Known.UNKNOWN: "not known"}


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the page: what is sent to, and every declaration of, one name."""

    label: str
    rows: tuple[Row, ...]

    @property
    def declarations(self) -> list[Declaration]:
        """How it is declared, where it is."""
        return [row.declaration for row in self.rows if row.declaration is not None]

    @property
    def sends(self) -> list[Span]:
        """The sends to it, in order."""
        return sorted({span for row in self.rows for span in row.sends})


def named(rows: Iterable[Row]) -> list[Queue]:
    """The queues by their names; one whose name is not in sight is called by the key of its declaration."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        key = row.declaration.key if row.declaration is not None else ""
        label = row.name or key or "(name not in sight)"
        found.setdefault(label if row.service == "sqs" else f"{label} (topic)", []).append(row)
    return [Queue(label, tuple(several)) for label, several in found.items()]


def place_of(span: Span) -> Place:
    """By what a finding's send and a queue's send are compared."""
    return span.path, span.line, span.column


def queue_of(queues: Iterable[Queue]) -> dict[Place, str]:
    """The queue that the send at each place goes to."""
    return {place_of(span): queue.label for queue in queues for span in queue.sends}


def picture(queues: Sequence[Queue], worst: Mapping[Place, Severity]) -> str:
    """Files on the left, queues on the right, a line for the sends of one to the other; empty if nothing is sent.

    `worst`: the severity of the findings of each send, by its place.
    """
    files = sorted({span.path for queue in queues for span in queue.sends})
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
    sent = sorted((queue for queue in several if queue.sends), key=lambda queue: order[queue.sends[0].path])
    unsent = {one.key: queue for queue in several if not queue.sends for one in queue.declarations}
    found: list[Queue] = []
    for queue in sent:
        found.append(queue)
        found += [dead for key in _dead_letters_of(queue) if (dead := unsent.get(key)) and dead not in found]
    return found


def _dead_letters_of(queue: Queue) -> list[str]:
    """The keys of its dead-letter queues."""
    return [one.dead_letter_queue.key for one in queue.declarations if one.dead_letter_queue is not None]


def _edges(number: int, queue: Queue, order: Mapping[str, int], worst: Mapping[Place, Severity]) -> Iterator[str]:
    by_file: dict[str, list[Span]] = {}
    for span in queue.sends:
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
    numbers = {one.key: number for number, queue in enumerate(targets) for one in queue.declarations}
    for number, queue in enumerate(targets):
        for to in sorted({numbers[key] for key in _dead_letters_of(queue) if key in numbers} - {number}):
            y1, y2, x = ROW * number + 24, ROW * to + 24, RIGHT + BOX
            yield f'<path class="dead" d="M{x} {y1}C{x + 40} {y1} {x + 40} {y2} {x + 8} {y2}"/>'
            yield f'<path class="tip" d="M{x + 9} {y2 - 4}l-8 4l8 4z"/>'


def _file(number: int, path: str, targets: Sequence[Queue]) -> str:
    count = sum(span.path == path for queue in targets for span in queue.sends)
    return _box(4, number, path, f"{count} send{'s' if count != 1 else ''}", f'data-file="{text_of(path)}"')


def _target(number: int, queue: Queue) -> str:
    return _box(RIGHT, number, queue.label, _told(queue), f'data-queue="{text_of(queue.label)}"')


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


def _told(queue: Queue) -> str:
    several = queue.declarations
    if not several:
        return "no declaration in sight"
    kinds = {Known.YES: "FIFO", Known.NO: "standard", Known.UNKNOWN: "FIFO or standard"}
    kind = " / ".join(dict.fromkeys(kinds[one.fifo] for one in several))
    by_content = any(one.content_based_deduplication is Known.YES for one in several)
    sources = ", ".join(dict.fromkeys(one.source for one in several))
    return _shortened_end(f"{sources}: {kind}{', deduplicates by content' if by_content else ''}")


def _shortened_end(text: str) -> str:
    return text if len(text) <= TOLD else f"{text[: TOLD - 1]}…"


COLUMNS = ("queue", "FIFO", "content dedup", "scope", "dead letters to", "declared", "senders")


def table(queues: Sequence[Queue]) -> str:
    """Every queue, drawn or not, with a line for each of its declarations."""
    cells = [_cells(queue.label, row) for queue in queues for row in queue.rows]
    lines = ["".join(f"<td>{text_of(cell)}</td>" for cell in several) for several in cells]
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _cells(label: str, row: Row) -> tuple[str, ...]:
    one = row.declaration
    sends = ", ".join(f"{span.path}:{span.line}" for span in row.sends)
    if one is None:
        return label, "", "", "", "", "no declaration in sight", sends
    dead = one.dead_letter_queue.name or "" if one.dead_letter_queue is not None else ""
    declared = f"{one.span.path}:{one.span.line} ({one.source})"
    content = ANSWERS[one.content_based_deduplication] if one.fifo is not Known.NO else ""
    return label, ANSWERS[one.fifo], content, scope_of(one) or "", dead, declared, sends
