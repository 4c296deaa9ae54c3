"""A timeline as SVG: workers as lanes, spans coloured by group, hand-overs as lines between lanes.

The picture needs nothing else, and follows the reader's light or dark setting. Names come from logs, and are escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from sqsfifo_lint.evidence.moments import moment, ticks
from sqsfifo_lint.evidence.timeline import Bar, Timeline, levels
from sqsfifo_lint.evidence.wording import counted, duration, shortened
from sqsfifo_lint.terminal import visible

WIDTH = 1000
"""Units; the picture is scaled to where it stands."""

MARGIN = 16
LABELS = 184
"""Width of the column with the workers' names."""

LANE = 26
"""Height of a lane."""

BAR = 16
"""Height of a span."""

HEADER = 66
"""Height of the title and the level above the lanes."""

LEVEL = 26
"""Height of the curve that shows how many are at work."""

LEGEND = 18
"""Height of a line of the legend."""

MAX_LABEL = 21
"""Characters of a name that fit into its column; the whole name is shown when the mouse points at it."""

MAX_TICKS = 7
"""The maximum number of times on the axis: more would touch each other."""

LIGHT = ("#2f6fde", "#d9690b", "#23915a", "#b03a96", "#8a6a00", "#0d8496", "#c9364a", "#6a55cc")
DARK = ("#6fa4ff", "#ff9f50", "#56c98d", "#e886d3", "#d6b13c", "#4cc5d6", "#ff8190", "#a996ff")
"""Colours of groups. Each stands out from the background, and from those beside it, by hue and by lightness."""


def _style() -> str:
    colors = {mode: "".join(f"--c{n}:{color};" for n, color in enumerate(m)) for mode, m in (("l", LIGHT), ("d", DARK))}
    light = f"{colors['l']}--paper:#ffffff;--ink:#1c2430;--soft:#5c6675;--line:#e3e7ed;--other:#8d96a3;"
    dark = f"{colors['d']}--paper:#12161d;--ink:#e8ecf2;--soft:#9aa5b4;--line:#2a313c;--other:#7b8593;"
    groups = "".join(f".timeline .c{n}{{fill:var(--c{n})}}" for n in range(len(LIGHT)))
    return (
        f".timeline{{{light}font:12px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}}"
        f"@media(prefers-color-scheme:dark){{.timeline{{{dark}}}}}"
        ".timeline .paper{fill:var(--paper)}.timeline text{fill:var(--ink)}.timeline .soft{fill:var(--soft)}"
        ".timeline .head{font-size:14px;font-weight:600}.timeline .rule{stroke:var(--line)}"
        ".timeline .level{fill:var(--soft);opacity:.45}.timeline .bar{stroke:var(--paper);stroke-width:.75}"
        ".timeline .none{fill:var(--c0)}.timeline .other{fill:var(--other)}"
        ".timeline .pass{stroke:var(--ink);stroke-width:1;opacity:.55;fill:none}.timeline .dot{fill:var(--ink)}"
        f"{groups}"
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where things are."""

    begin: int
    length: int
    top: int
    """Where the lanes begin."""

    def x(self, time: int) -> float:
        return LABELS + (WIDTH - MARGIN - LABELS) * (time - self.begin) / self.length

    def y(self, lane: int) -> float:
        return self.top + LANE * lane + LANE / 2


def as_svg(picture: Timeline, title: str) -> str:
    """The picture. `title`: what it says, in a line."""
    scale = _Scale(picture.begin, max(picture.end - picture.begin, 1), HEADER)
    bottom = HEADER + LANE * len(picture.lanes)
    legend = list(_legend(picture))
    height = bottom + 26 + LEGEND * len(legend) + MARGIN // 2
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" viewBox="0 0 {WIDTH} {height}" role="img"'
            f' aria-label="{text_of(title)}">'
        ),
        f"<style>{_style()}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" rx="8"/>',
        f'<text class="head" x="{MARGIN}" y="25">{text_of(shortened(title, 120))}</text>',
        *_level(picture, scale),
        *_axis(picture, scale, bottom),
        *_lanes(picture, scale),
        *(_bar(bar, scale) for bar in picture.bars),
        *_passings(picture, scale),
        *(f'<g transform="translate({MARGIN},{bottom + 26 + LEGEND * n})">{line}</g>' for n, line in enumerate(legend)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def text_of(text: str) -> str:
    """A text from a log, safe between tags and in attributes. XML does not allow U+FFFE and U+FFFF."""
    return escape(visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff"))


def _level(picture: Timeline, scale: _Scale) -> Iterator[str]:
    steps = levels(picture)
    most, foot = max((level for _, _, level in steps), default=0), HEADER - 6
    able = max(len(picture.lanes), 1)
    yield f'<text class="soft" x="{MARGIN}" y="{foot - 4}">at once: up to {most} of {able}</text>'
    for since, until, level in steps:
        tall = LEVEL * level / able
        yield (
            f'<rect class="level" x="{scale.x(since):.2f}" y="{foot - tall:.2f}"'
            f' width="{max(scale.x(until) - scale.x(since), 0.5):.2f}" height="{tall:.2f}"/>'
        )


def _axis(picture: Timeline, scale: _Scale, bottom: int) -> Iterator[str]:
    for time, words in ticks(picture.begin, picture.end, MAX_TICKS):
        x = scale.x(time)
        anchor = "end" if x > WIDTH - 60 else "middle"
        yield f'<line class="rule" x1="{x:.2f}" x2="{x:.2f}" y1="{HEADER - 4}" y2="{bottom + 4}"/>'
        yield f'<text class="soft" x="{x:.2f}" y="{bottom + 16}" text-anchor="{anchor}">{words}</text>'


def _lanes(picture: Timeline, scale: _Scale) -> Iterator[str]:
    for lane, name in enumerate(picture.lanes):
        y = scale.y(lane)
        shown = name or "(no name)"
        again = lane > 0 and picture.lanes[lane - 1] == name
        yield f'<line class="rule" x1="{LABELS}" x2="{WIDTH - MARGIN}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield (
            f'<text class="lane{" soft" if again else ""}" x="{MARGIN}" y="{y + 4:.1f}">'
            f"<title>{text_of(shown)}</title>{text_of(shortened(shown, MAX_LABEL))}</text>"
        )


def _bar(bar: Bar, scale: _Scale) -> str:
    x = scale.x(bar.start)
    span = bar.span
    color = f"c{bar.color}" if bar.color is not None else "none" if span.group is None else "other"
    words = [
        span.worker or "(no name)",
        *([] if span.group is None else [f"group {span.group}"]),
        f"{moment(span.start)} to {moment(span.end)} ({duration(span.end - span.start)})",
        *([span.work_id] if span.work_id else []),
    ]
    return (
        f'<rect class="bar {color}" x="{x:.2f}" y="{scale.y(bar.lane) - BAR / 2:.1f}"'
        f' width="{max(scale.x(bar.end) - x, 1.5):.2f}" height="{BAR}" rx="2">'
        f"<title>{text_of('; '.join(words))}</title></rect>"
    )


def _passings(picture: Timeline, scale: _Scale) -> Iterator[str]:
    for one in picture.passings:
        x1, y1, x2, y2 = scale.x(one.ended), scale.y(one.from_lane), scale.x(one.started), scale.y(one.to_lane)
        yield f'<path class="pass" d="M{x1:.2f} {y1:.1f}L{x2:.2f} {y2:.1f}"/>'
        yield f'<circle class="dot" cx="{x2:.2f}" cy="{y2:.1f}" r="1.8"/>'


def _legend(picture: Timeline) -> Iterator[str]:
    """Lines, each drawn from the point 0 0 on."""
    for row in range(0, len(picture.colored), 4):
        yield "".join(
            f'<rect class="c{one.color}" x="{n * 242}" y="-2" width="11" height="11" rx="2"/>'
            f'<text x="{n * 242 + 17}" y="8"><title>{text_of(one.group)}</title>'
            f'{text_of(shortened(one.group, MAX_LABEL))} <tspan class="soft">{one.spans:,}</tspan></text>'
            for n, one in enumerate(picture.colored[row : row + 4])
        )
    yield f'<text class="soft" y="8">{text_of(caption(picture))}</text>'


def caption(picture: Timeline) -> str:
    """What there is to say about the picture."""
    several = [f"{moment(picture.begin)} to {moment(picture.end)}{'' if picture.whole else ', a part of the time'}"]
    if picture.other_groups:
        several.append(f"{counted(picture.other_groups, 'other group')} in grey")
    if not picture.colored:
        several.append("the log does not name groups")
    if picture.passings:
        several.append(f"lines: {counted(len(picture.passings), 'hand-over')}")
    if picture.left_out:
        several.append(f"{counted(picture.left_out, 'span')} of further workers not shown")
    return "; ".join(several)
