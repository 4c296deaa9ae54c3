"""Pieces of the page: text that stays text, code frames, and the way of a value as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import pairwise

from sqsfifo_lint.model import Finding, Span
from sqsfifo_lint.terminal import visible

COLORS = 8
"""Colours of files; further ones begin again."""

ROW = 48
"""Height of a step, as in page.css."""

LANE = 26
"""Distance of two files."""

FRAME = 8
"""Lines of an argument that are shown."""

Lines = Callable[[str], Sequence[str]]


def text_of(text: str) -> str:
    """A text from source code, safe between tags and in attributes. U+FFFE and U+FFFF are no characters of HTML."""
    return escape(visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff"))


def sentence(text: str) -> str:
    """A sentence; what stands between backticks as code, unless a value has a backtick in it."""
    parts = text_of(text).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))


def frame(span: Span, lines: Lines) -> str:
    """The lines of an argument, with a line before and after, and the argument itself marked."""
    source = lines(span.path)
    first, last = max(span.line - 1, 1), min(span.end_line + 1, span.line + FRAME, len(source))
    width = len(str(last))
    rows = [
        f'<span class="number">{number:{width}}</span> {_marked(source[number - 1], number, span)}'
        for number in range(first, last + 1)
    ]
    return f"<pre>{chr(10).join(rows)}</pre>" if rows else ""


def _marked(line: str, number: int, span: Span) -> str:
    if not span.line <= number <= span.end_line:
        return text_of(line)
    start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
    end = span.end_column - 1 if number == span.end_line else len(line.rstrip())
    return f"{text_of(line[:start])}<mark>{text_of(line[start:end])}</mark>{text_of(line[end:])}"


def way(finding: Finding) -> list[tuple[Span, str]]:
    """The places that a value passes, from its origin to the send."""
    steps = [(step.span, step.text) for step in finding.trace]
    if all(span != finding.span for span, _ in steps):
        steps.append((finding.span, "reported here"))
    if finding.send is not None and all(span != finding.send for span, _ in steps):
        steps.append((finding.send, "the send"))
    return steps


def flow(steps: Sequence[tuple[Span, str]], lines: Lines, shown: Callable[[str], str]) -> str:
    """The way of a value: a column for each file, and a path from step to step. `shown`: the name of a file."""
    files = list(dict.fromkeys(span.path for span, _ in steps))
    at = [(LANE * files.index(span.path) + 14, ROW * number + 14) for number, (span, _) in enumerate(steps)]
    width, height = LANE * len(files) + 4, ROW * len(steps)
    said = f"{len(steps)} steps through {len(files)} files"
    parts = [
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{said}">',
        *(
            f'<line class="lane" x1="{LANE * n + 14}" x2="{LANE * n + 14}" y1="0" y2="{height}"/>'
            for n in range(len(files))
        ),
        *_edges(at),
        *(
            f'<circle class="node c{files.index(span.path) % COLORS}" cx="{x}" cy="{y}" r="10"/>'
            f'<text x="{x}" y="{y + 4}">{number}</text>'
            for number, ((span, _), (x, y)) in enumerate(zip(steps, at, strict=True), 1)
        ),
        "</svg>",
        "<ol>",
        *(_row(span, text, files.index(span.path) % COLORS, lines, shown) for span, text in steps),
        "</ol>",
    ]
    return f'<div class="flow">{"".join(parts)}</div>'


def _edges(at: Sequence[tuple[int, int]]) -> Iterator[str]:
    for (x1, y1), (x2, y2) in pairwise(at):
        kind = "edge" if x1 == x2 else "edge cross"
        middle = (y1 + y2) / 2
        yield f'<path class="{kind}" d="M{x1} {y1}C{x1} {middle:g} {x2} {middle:g} {x2} {y2}"/>'


def _row(span: Span, text: str, color: int, lines: Lines, shown: Callable[[str], str]) -> str:
    source = lines(span.path)
    line = source[span.line - 1].strip() if 0 < span.line <= len(source) else ""
    place = f'<span class="place c{color}">{text_of(shown(span.path))}:{span.line}</span>'
    return f"<li><span>{place} {sentence(text)}</span><span><code>{text_of(line)}</code></span></li>"
