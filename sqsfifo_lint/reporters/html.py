"""One page that needs nothing else: findings by rule, service and cause, the way of each value, and the queues.

It may be opened anywhere, and mailed: its policy (CSP) allows no address at all, and of scripts and styles only the two
that belong to it, by their hashes. It has no inline handlers and styles. Whatever comes from checked files is text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqsfifo_lint import __version__, unreadable
from sqsfifo_lint.fingerprints import identities
from sqsfifo_lint.model import Confidence, Finding, Severity
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.addresses import Paths, homepage, page_url
from sqsfifo_lint.reporters.page_parts import Lines, flow, frame, sentence, text_of, way
from sqsfifo_lint.reporters.page_queues import Place, Queue, named, picture, place_of, queue_of, table
from sqsfifo_lint.reporters.queues import rows
from sqsfifo_lint.reporters.records import position
from sqsfifo_lint.reporters.services import Services, cause
from sqsfifo_lint.rules.pages import Page, all_pages

STYLE = Path(__file__).with_name("page.css")
SCRIPT = Path(__file__).with_name("page.js")


@dataclass(frozen=True, slots=True)
class Card:
    """A finding, and what it is filtered and grouped by."""

    finding: Finding
    fingerprint: str
    rule: str
    service: str
    cause: str
    queue: str
    suppressed: bool

    @property
    def kinds(self) -> str:
        """The boxes that all have to be ticked for it to be shown."""
        likely = ("likely",) if self.finding.confidence is Confidence.LIKELY else ()
        suppressed = ("suppressed",) if self.suppressed else ()
        return " ".join((self.finding.severity.value, *likely, *suppressed))


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole page."""
    queues = named(row for one in report.overviews for row in rows(one))
    cards = list(_cards(report, queue_of(queues), suppressed=style.suppressed))
    yield from _head()
    yield from _header(report, cards)
    yield "<main>\n"
    yield from _filters(cards)
    yield from _problems(report)
    yield '<div id="findings">\n'
    yield from _groups(report, cards)
    yield "</div>\n"
    yield from _queues(queues, report)
    address = homepage()
    tool = f'<a href="{text_of(address)}">sqsfifo-lint</a>' if address else "sqsfifo-lint"
    yield f"<footer>{tool} {__version__}</footer>\n</main>\n"
    yield f"<script>{_read(SCRIPT)}</script>\n</body>\n</html>\n"


def policy() -> str:
    """The page's Content-Security-Policy."""
    return (
        f"default-src 'none'; style-src '{_hash(_read(STYLE))}'; script-src '{_hash(_read(SCRIPT))}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _read(file: Path) -> str:
    return f"\n{file.read_text(encoding='utf-8')}"


def _hash(text: str) -> str:
    """As https://www.w3.org/TR/CSP3/#grammardef-hash-source has it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _cards(report: Report, queues: dict[Place, str], *, suppressed: bool) -> Iterator[Card]:
    findings = [*report.findings, *(report.silenced if suppressed else ())]
    services = Services(Paths(report).root)
    known = identities(findings, lambda path: report.lines.get(path, ()))
    for number, (finding, identity) in enumerate(zip(findings, known, strict=True)):
        location = report.locations.get(finding.span.path)
        yield Card(
            finding,
            identity.fingerprint,
            f"{finding.code} {finding.name}",
            services.of(location) if location is not None else "",
            cause(finding, identity),
            queues.get(place_of(finding.send), "") if finding.send is not None else "",
            suppressed=number >= len(report.findings),
        )


def _head() -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy()}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n<title>sqsfifo-lint</title>\n'
    yield f"<style>{_read(STYLE)}</style>\n</head>\n<body>\n"


def _header(report: Report, cards: Sequence[Card]) -> Iterator[str]:
    loud = [card.finding for card in cards if not card.suppressed]
    errors = sum(finding.severity is Severity.ERROR for finding in loud)
    title = f"{_counted(len(loud), 'finding')}" if loud else "Nothing found"
    parts = [f'<span class="error">{_counted(errors, "error")}</span>'] if errors else []
    if len(loud) > errors:
        parts.append(f'<span class="warning">{_counted(len(loud) - errors, "warning")}</span>')
    parts.append(f"{_counted(report.sends, 'send')} in {_counted(report.files, 'file')}")
    parts += [f"{report.suppressed:,} suppressed"] if report.suppressed else []
    parts += [f"{_counted(len(report.problems), 'file')} not checked"] if report.problems else []
    yield f"<header>\n<h1>{title}</h1>\n<p>{' · '.join(parts)}</p>\n</header>\n"


def _filters(cards: Sequence[Card]) -> Iterator[str]:
    """Hidden until the script has come to life."""
    yield '<div class="filters" hidden>\n'
    yield '<input type="search" id="search" placeholder="Search (press /)" aria-label="Search">\n'
    yield '<label>group by <select id="by"><option value="rule">rule</option><option value="service">service</option>'
    yield '<option value="cause">cause</option></select></label>\n'
    for name in ("rule", "service", "queue"):
        values = sorted({value for card in cards if (value := getattr(card, name))})
        options = "".join(f'<option value="{text_of(value)}">{text_of(value)}</option>' for value in values)
        every = f'<option value="">every {name}</option>'
        yield f'<select data-filter="{name}" aria-label="{name}">{every}{options}</select>\n'
    kinds = {kind for card in cards for kind in card.kinds.split()}
    for kind in ("error", "warning", "likely", "suppressed"):
        if kind in kinds:
            ticked = "" if kind == "suppressed" else " checked"
            yield f'<label><input type="checkbox" data-show="{kind}"{ticked}> {kind}</label>\n'
    yield '<label><input type="checkbox" id="unfold"> ways open</label>\n'
    yield '<span id="shown" class="soft"></span>\n</div>\n'


def _problems(report: Report) -> Iterator[str]:
    if report.problems:
        yield f'<h2 class="error">Not checked <span class="count">({len(report.problems)})</span></h2>\n<ul>\n'
        for problem in report.problems:
            line, column = position(problem)
            yield f"<li><code>{text_of(f'{problem.path}:{line}:{column}')}</code> {sentence(problem.message)}</li>\n"
        yield f"</ul>\n<p>{sentence(unreadable.HELP)}</p>\n"


def _groups(report: Report, cards: Iterable[Card]) -> Iterator[str]:
    pages = {f"{page.code} {page.name}": page for page in all_pages()}
    by_rule: dict[str, list[Card]] = {}
    for card in cards:
        by_rule.setdefault(card.rule, []).append(card)

    def lines(path: str) -> Sequence[str]:
        return report.lines.get(path, ())

    for rule, several in sorted(by_rule.items()):
        yield f'<section class="group" data-key="{text_of(rule)}">\n'
        yield f'<h2>{_title(rule, pages.get(rule))} <span class="count">({len(several)})</span></h2>\n'
        if rule in pages:
            yield f'<p class="soft">{sentence(pages[rule].summary)}</p>\n'
        for card in several:
            yield from _card(card, lines)
        yield "</section>\n"


def _title(rule: str, page: Page | None) -> str:
    address = page_url(page) if page is not None else ""
    return f'<a href="{text_of(address)}">{text_of(rule)}</a>' if address else text_of(rule)


def _card(card: Card, lines: Lines) -> Iterator[str]:
    finding = card.finding
    span, severity = finding.span, finding.severity.value
    values = {name: getattr(card, name) for name in ("rule", "service", "cause", "queue", "kinds")}
    data = " ".join(f'data-{name}="{text_of(value)}"' for name, value in values.items())
    quiet = " data-suppressed" if card.suppressed else ""
    yield f'<article class="finding" id="f-{card.fingerprint}" data-severity="{severity}"{quiet} {data}>\n'
    badges = [severity, *(["likely"] if "likely" in card.kinds else []), *(["suppressed"] if card.suppressed else [])]
    shown = " ".join(f'<span class="badge {severity}">{badge}</span>' for badge in badges)
    place = f'<span class="place">{text_of(span.path)}:{span.line}:{span.column}</span>'
    yield f"<h3>{place} {shown} {text_of(finding.code)} {text_of(finding.name)}</h3>\n"
    yield f"<p>{sentence(finding.message)}</p>\n{frame(span, lines)}\n"
    if finding.help:
        yield f"<p>{sentence(finding.help)}</p>\n"
    steps = way(finding)
    if len(steps) > 1:
        files = len({step.path for step, _ in steps})
        title = f"The way of the value: {len(steps)} steps{f' through {files} files' if files > 1 else ''}"
        unfolded = " open" if files > 1 else ""
        yield f"<details{unfolded}><summary>{title}</summary>{flow(steps, lines, str)}</details>\n"
    if finding.also:
        places = ", ".join(f"<code>{text_of(send.path)}:{send.line}</code>" for send in finding.also)
        yield f'<p class="soft">{_counted(len(finding.also), "more send")}: {places}</p>\n'
    yield "</article>\n"


def _queues(queues: Sequence[Queue], report: Report) -> Iterator[str]:
    if not queues:
        return
    worst: dict[Place, Severity] = {}
    for finding in report.findings:
        for send in (*((finding.send,) if finding.send is not None else ()), *finding.also):
            if worst.get(place_of(send)) is not Severity.ERROR:
                worst[place_of(send)] = finding.severity
    yield f'<h2 id="queues">Queues: which sends go where <span class="count">({len(queues)})</span></h2>\n'
    yield f"{picture(queues, worst)}\n<details><summary>As a table</summary>{table(queues)}</details>\n"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
