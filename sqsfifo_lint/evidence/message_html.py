"""What `sqsfifo-lint messages --output-format html` prints: one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from sqsfifo_lint.evidence.groups import MessagesReport, QueueFacts
from sqsfifo_lint.evidence.message_words import NOTHING, sections, title
from sqsfifo_lint.evidence.sections import Bar, Section
from sqsfifo_lint.evidence.wording import percent
from sqsfifo_lint.terminal import visible

_STYLE = """
:root { color-scheme: light dark; --bar: #2a7de1; --bad: #c62828; --good: #2e7d32; --soft: #8884; }
@media (prefers-color-scheme: dark) { :root { --bar: #6cb0ff; --bad: #ff8a80; --good: #81c784; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
h2.alarming, .serial { color: var(--bad); } .parallel { color: var(--good); }
ul { margin: .3rem 0; padding-left: 1.2rem; } li { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0; }
th { text-align: left; font-weight: normal; font-family: ui-monospace, monospace; overflow-wrap: anywhere; width: 30%; }
td { padding: .1rem .4rem; } td.number { text-align: right; white-space: nowrap; width: 1%; }
.bar { display: block; height: 1rem; min-width: 2px; background: var(--bar); border-radius: 2px; }
pre { overflow-x: auto; background: var(--soft); padding: .5rem; border-radius: 3px; }
code { background: var(--soft); padding: 0 .2em; border-radius: 3px; overflow-wrap: anywhere; }
"""


def as_html(report: MessagesReport, *, bodies: bool = False) -> str:
    """The page. `bodies`: whether to show bodies where they tell something."""
    return "\n".join(_page(report, bodies)) + "\n"


def _page(report: MessagesReport, bodies: bool) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Messages</title>\n<style>{_STYLE}</style>"
    for facts in report.queues:
        yield from _queue(facts, bodies)
    if not report.queues and not report.unread_count:
        yield f"<p>{_words(NOTHING)}</p>"
    if report.unread_count:
        yield f'<h2 class="alarming">Not read: {report.unread_count:,}</h2>\n<ul>'
        for unread in report.unread:
            yield f"<li>{_code(f'{unread.source}:{unread.line}')} {_words(unread.message)}</li>"
        yield "</ul>"


def _queue(facts: QueueFacts, bodies: bool) -> Iterator[str]:
    judgement = facts.verdict.judgement
    kind = judgement.name.lower().replace("_", "-")
    yield f'<h1><span class="{kind}">{escape(judgement.value)}</span> {_words(title(facts))}</h1>'
    for section in sections(facts, bodies=bodies):
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    kind = ' class="alarming"' if section.alarming else ""
    yield f"<h2{kind}>{_words(section.title)}</h2>"
    if section.bars:
        yield "<table>"
        yield from map(_bar, section.bars)
        yield "</table>"
    yield "<ul>"
    yield from (f"<li>{_words(sentence)}</li>" for sentence in section.sentences)
    yield "</ul>"
    if section.lines:
        yield f"<pre>{escape(chr(10).join(map(visible, section.lines)))}</pre>"


def _bar(bar: Bar) -> str:
    return (
        f'<tr><th scope="row">{escape(visible(bar.label))}</th>'
        f'<td><span class="bar" style="width:{bar.share:.1%}"></span></td>'
        f'<td class="number">{bar.messages:,}</td><td class="number">{percent(bar.share)}</td></tr>'
    )


def _code(text: str) -> str:
    return f"<code>{escape(visible(text))}</code>"


def _words(text: str) -> str:
    """A sentence, with what stands between backticks as code."""
    parts = escape(visible(text)).split("`")
    if len(parts) % 2 == 0:  # a value has a backtick in it
        return "`".join(parts)
    return "".join(f"<code>{part}</code>" if n % 2 else part for n, part in enumerate(parts))
