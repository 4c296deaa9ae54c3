"""What `sqsfifo-lint logs --output-format html` prints: one page that needs nothing else, in light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqsfifo_lint.evidence.figures import Figures
from sqsfifo_lint.evidence.log_report import LogsReport
from sqsfifo_lint.evidence.log_words import Table, facts, groups, headline, next_steps, not_counted, workers
from sqsfifo_lint.evidence.moments import moment
from sqsfifo_lint.evidence.timeline_svg import as_svg, text_of
from sqsfifo_lint.evidence.wording import counted, percent

_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2430; --soft: #5c6675; --line: #dde2e9; --code: #eef1f5;
  --bad: #c62828; --partly: #a02a86; --good: #1f7a44; --bar: #2f6fde; --people: #d9690b; }
@media (prefers-color-scheme: dark) { :root { --paper: #0c0f14; --ink: #e8ecf2; --soft: #9aa5b4; --line: #2a313c;
  --code: #1b212b; --bad: #ff8a80; --partly: #f08adf; --good: #7ad39b; --bar: #6fa4ff; --people: #ff9f50; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem;
  background: var(--paper); color: var(--ink); }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 1.8rem 0 .4rem; } h2.alarming { color: var(--bad); }
.serial { color: var(--bad); } .partly { color: var(--partly); } .parallel { color: var(--good); }
ul { margin: .3rem 0; padding-left: 1.2rem; } li, td, dd { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .3rem 0; } dd { margin: 0; }
dt, th, .soft { color: var(--soft); font-weight: normal; }
table { border-collapse: collapse; } th, td { padding: .15rem .9rem .15rem 0; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; white-space: normal; }
td { border-top: 1px solid var(--line); font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; color: var(--soft); } code { background: var(--code); padding: 0 .25em; border-radius: 3px; }
svg { width: 100%; height: auto; }
.finished { fill: var(--bar); } .present { fill: none; stroke: var(--people); stroke-width: 2; }
.windows text { fill: var(--soft); font: 12px system-ui, sans-serif; }
"""

CHART_WIDTH, CHART_HEIGHT = 1000, 110
"""Units of the chart of throughput, without its caption."""


def as_html(report: LogsReport) -> str:
    """The page."""
    return "\n".join(_page(report)) + "\n"


def _page(report: LogsReport) -> Iterator[str]:
    judgement = report.verdict.judgement.value
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{text_of(f'{judgement}: {headline(report)}')}</title>\n<style>{_STYLE}</style>"
    yield f'<h1><span class="{judgement.partition(" ")[0]}">{judgement}</span> {text_of(headline(report))}</h1>'
    yield from _sentences("Why", report.verdict.reasons)
    for section in report.beside.sections:
        yield from _sentences(section.title, section.sentences, alarming=section.alarming)
        if section.lines:
            yield f"<pre>{chr(10).join(map(text_of, section.lines))}</pre>"
    if report.picture is not None:
        yield "<h2>Who worked when</h2>"
        yield as_svg(report.picture, f"{judgement}: {headline(report)}")
    yield "<h2>Figures</h2>\n<dl>"
    yield from (f"<dt>{text_of(title)}</dt><dd>{text_of(words)}</dd>" for title, words in facts(report))
    yield "</dl>"
    yield from _throughput(report.figures)
    yield from _table("Groups", groups(report.figures))
    yield from _table("Workers", workers(report.figures))
    yield from _sentences("Not counted", not_counted(report))
    yield from _sentences("What to do", next_steps(report))


def _sentences(title: str, sentences: Iterable[str], *, alarming: bool = False) -> Iterator[str]:
    several = [f"<li>{_words(sentence)}</li>" for sentence in sentences]
    if several:
        kind = ' class="alarming"' if alarming else ""
        yield "\n".join([f"<h2{kind}>{text_of(title)}</h2>", "<ul>", *several, "</ul>"])


def _words(sentence: str) -> str:
    """A sentence; what stands between backticks as code, unless a value has a backtick in it."""
    parts = text_of(sentence).split("`")
    if len(parts) % 2 == 0:
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))


def _table(title: str, table: Table | None) -> Iterator[str]:
    if table is None:
        return
    yield f"<h2>{title}</h2>\n<table>"
    yield f"<tr>{''.join(f'<th>{text_of(cell)}</th>' for cell in table.titles)}</tr>"
    yield from (f"<tr>{''.join(f'<td>{text_of(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    yield "</table>"
    if table.more:
        yield f'<p class="soft">and {table.more:,} more</p>'


def _throughput(figures: Figures) -> Iterator[str]:
    """A column for each window, and a line for how many workers were there."""
    windows = figures.windows
    if len(windows) < 2:
        return
    most, there = max(w.finished for w in windows), max(w.present for w in windows)
    wide = CHART_WIDTH / len(windows)
    yield "<h2>Throughput</h2>"
    yield f'<svg class="windows" viewBox="0 0 {CHART_WIDTH} {CHART_HEIGHT + 20}" role="img" aria-label="Throughput">'
    line = []
    for number, window in enumerate(windows):
        tall = CHART_HEIGHT * window.finished / max(most, 1)
        words = (
            f"{moment(window.start, digits=0)}: {window.finished:,} finished, {counted(window.present, 'worker')},"
            f" busy {percent(window.busy)}"
        )
        yield (
            f'<rect class="finished" x="{number * wide:.1f}" y="{CHART_HEIGHT - tall:.1f}" width="{wide * 0.85:.1f}"'
            f' height="{tall:.1f}"><title>{words}</title></rect>'
        )
        level = CHART_HEIGHT - (CHART_HEIGHT - 4) * window.present / max(there, 1)
        line.append(f"{number * wide:.1f} {level:.1f}H{(number + 0.85) * wide:.1f}")
    yield f'<path class="present" d="M{"L".join(line)}"/>'
    yield (
        f'<text x="0" y="{CHART_HEIGHT + 15}">columns: up to {most:,} finished in {_length(figures.window)};'
        f" line: up to {counted(there, 'worker')}</text>\n</svg>"
    )


def _length(microseconds: int) -> str:
    """The length of a window, which is a round number of some unit."""
    for unit, name in ((86_400_000_000, "day"), (3_600_000_000, "hour"), (60_000_000, "minute")):
        if microseconds % unit == 0:
            return counted(microseconds // unit, name)
    return counted(microseconds // 1_000_000, "second")
