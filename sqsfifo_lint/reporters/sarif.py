"""SARIF 2.1.0, for code scanning services: the trace of a finding becomes a code flow.

The message of a result names no line, so it stays the same while other code is edited: it links to related locations
instead (3.11.6). Results are recognised by their fingerprints, which `sqsfifo_lint.fingerprints` makes.
The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what GitHub reads of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote

from sqsfifo_lint import __version__, unreadable
from sqsfifo_lint.fingerprints import VERSION, identities
from sqsfifo_lint.model import Confidence, Finding, Problem, Severity, Span
from sqsfifo_lint.report import Fix, Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.addresses import Paths, homepage, page_url
from sqsfifo_lint.reporters.mentions import replaced
from sqsfifo_lint.reporters.records import dumps, position
from sqsfifo_lint.rules.pages import Page, finding_pages, page_of_problem
from sqsfifo_lint.rules.pages import render as page_text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

ROOT = "%SRCROOT%"

Json = dict[str, object]

RANKS = {Confidence.PROVEN: 100.0, Confidence.LIKELY: 50.0}
"""The `rank` of a result: 0.0 to 100.0, the highest priority (SARIF 2.1.0, 3.27.25)."""

PRECISIONS = {Confidence.PROVEN: "very-high", Confidence.LIKELY: "medium"}
"""By the least sure of a rule's findings: how GitHub sorts rules."""

LINKED = 3
"""Further sends to which a message links."""


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole log, in printable ASCII."""
    yield dumps(_Log(report).log(style), indent=2)


class _Log:
    """The log of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._paths = Paths(report)
        self._pages = list(finding_pages())
        self._index = {page.code: number for number, page in enumerate(self._pages)}

    def log(self, style: Style) -> Json:
        report = self._report
        driver: Json = {
            "name": "sqsfifo-lint",
            "version": __version__,
            "semanticVersion": __version__,
            "informationUri": homepage(),
            "rules": list(map(self._rule, self._pages)),
            "notifications": [_descriptor(page_of_problem(), Severity.ERROR)],
        }
        invocation = {
            "executionSuccessful": not report.problems,
            "toolExecutionNotifications": [*map(self._notification, report.problems), *map(self._note, report.links)],
        }
        run = {
            "tool": {"driver": _filled(driver)},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {ROOT: {"uri": f"{_file_uri(self._paths.root.as_posix()).rstrip('/')}/"}},
            "invocations": [invocation],
            "results": list(self._results(suppressed=style.suppressed)),
        }
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}

    def _rule(self, page: Page) -> Json:
        found = (f.confidence for f in self._report.findings if f.code == page.code)
        least = min(found, key=lambda confidence: RANKS[confidence], default=Confidence.PROVEN)
        properties = {
            "tags": ["sqs", "fifo", "correctness"],
            "precision": PRECISIONS[least],
            "problem.severity": page.severity.value,
        }
        return {**_descriptor(page, page.severity), "properties": properties}

    def _notification(self, problem: Problem) -> Json:
        line, column = position(problem)
        location = self._physical(problem.path, {"startLine": line, "startColumn": column})
        return {
            "level": "error",
            "descriptor": {"id": unreadable.CODE, "index": 0},
            "message": {"text": problem.message},
            "locations": [{"physicalLocation": location}],
        }

    def _note(self, link: str) -> Json:
        return {
            "level": "note",
            "message": {"text": "This link leads out of the project and is not followed."},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(self._paths.of(link))}}],
        }

    def _results(self, *, suppressed: bool) -> Iterator[Json]:
        """What is silenced comes last: what is not has the same fingerprints with it and without it."""
        findings = [*self._report.findings, *(self._report.silenced if suppressed else ())]
        known = identities(findings, lambda path: self._report.lines.get(path, ()))
        for number, (finding, identity) in enumerate(zip(findings, known, strict=True)):
            result = self._result(finding)
            result["partialFingerprints"] = {VERSION: identity.fingerprint}
            if suppressed:  # if one result says so, all do (3.27.23)
                silent = number >= len(self._report.findings)
                result["suppressions"] = [{"kind": "inSource", "status": "accepted"}] if silent else []
            yield result

    def _result(self, finding: Finding) -> Json:
        related = _Related(finding)
        result: Json = {
            "ruleId": finding.code,
            "level": _level(finding.severity),
            "message": {"text": related.message()},
            "locations": [self._location(finding.span)],
            "rank": RANKS[finding.confidence],
            "properties": {"help": finding.help, "confidence": finding.confidence.value},
        }
        if related.places:
            result["relatedLocations"] = [
                {"id": number, **self._location(span, text)} for number, (span, text) in enumerate(related.places, 1)
            ]
        if finding.code in self._index:
            result["ruleIndex"] = self._index[finding.code]
        if (fix := self._report.fixes.get(finding)) is not None:
            result["fixes"] = [self._fix(finding.span.path, fix)]
        if finding.trace:
            steps = [(step.span, step.text) for step in finding.trace]
            result["codeFlows"] = [{"threadFlows": [{"locations": self._flow(steps)}]}]
        return result

    def _fix(self, path: str, fix: Fix) -> Json:
        """3.55: only what is safe may be made without a look, so the others say that they are not."""
        doubt = "" if fix.safe else " (unsafe: have a look at what it changes)"
        replacements = [
            {
                "deletedRegion": {
                    "startLine": edit.line,
                    "startColumn": edit.column,
                    "endLine": edit.end_line,
                    "endColumn": edit.end_column,
                },
                "insertedContent": {"text": edit.text},
            }
            for edit in fix.edits
        ]
        change = {"artifactLocation": _artifact(self._paths.of(path)), "replacements": replacements}
        note = f". Afterwards {fix.note}" if fix.note else ""
        return {"description": {"text": f"{fix.title}{doubt}{note}."}, "artifactChanges": [change]}

    def _flow(self, steps: Sequence[tuple[Span, str]]) -> list[Json]:
        return [
            {"location": self._location(span, text), "executionOrder": number}
            for number, (span, text) in enumerate(steps, 1)
        ]

    def _location(self, span: Span, text: str = "") -> Json:
        region = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
        location: Json = {"physicalLocation": self._physical(span.path, region)}
        if text:
            location["message"] = {"text": _inert(text)}
        return location

    def _physical(self, path: str, region: dict[str, int]) -> Json:
        return {"artifactLocation": _artifact(self._paths.of(path)), "region": region}


class _Related:
    """The related locations of a finding, and its message, which links to them by their numbers."""

    def __init__(self, finding: Finding) -> None:
        self._finding = finding
        self.places: list[tuple[Span, str]] = []
        """Spans with what is there; the first has the number 1."""
        self._numbers: dict[Span, int] = {}
        if finding.send is not None:
            self._add(finding.send, "the send")
        for send in finding.also:
            self._add(send, "also sent here")
        for step in finding.trace:
            if step.span != finding.span:
                self._add(step.span, step.text)

    def message(self) -> str:
        """The text, without line numbers. Further links follow it, to what it does not mention."""
        finding = self._finding
        mentioned: set[Span] = set()

        def link(span: Span) -> str:
            mentioned.add(span)
            return f"[there]({self._number(span)})" if span != finding.span else "here"

        text = replaced(finding, _inert(finding.message), link)
        more = [
            f"[{words}]({self._numbers[span]})"
            for span, words in self._worth_a_link()
            if span in self._numbers and span not in mentioned
        ]
        return f"{text} See {_listed(more)}." if more else text

    def _worth_a_link(self) -> Iterator[tuple[Span, str]]:
        finding = self._finding
        if finding.trace:
            yield finding.trace[0].span, "the origin"
        if finding.send is not None:
            yield finding.send, "the send"
        yield from ((send, "another send") for send in finding.also[:LINKED])

    def _number(self, span: Span) -> int:
        return self._numbers.get(span) or self._add(span, "mentioned in the message")

    def _add(self, span: Span, text: str) -> int:
        if span not in self._numbers:
            self.places.append((span, text))
            self._numbers[span] = len(self.places)
        return self._numbers[span]


def _listed(links: Sequence[str]) -> str:
    return " and ".join([*([", ".join(links[:-1])] if len(links) > 1 else []), links[-1]])


def _inert(text: str) -> str:
    """A text in which source code cannot be taken for a link."""
    return text.replace("](", "] (")


def _descriptor(page: Page, severity: Severity) -> Json:
    """A rule, with its page. Without docstrings (`python -OO`) a page has no sections."""
    paragraphs = [page.summary, *(page.sections.get(name, "") for name in ("What it does", "Why is this bad"))]
    descriptor: Json = {
        "id": page.code,
        "name": _pascal(page.name),
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.sections.get("What it does") or page.summary},
        "helpUri": page_url(page),
        "help": {
            "text": "\n\n".join(filter(None, [*paragraphs, page.sections.get("What to do instead", "")])),
            "markdown": page_text(page),
        },
        "defaultConfiguration": {"level": _level(severity)},
    }
    return _filled(descriptor)


def _filled(fields: Json) -> Json:
    """Without the addresses that are not known."""
    return {name: value for name, value in fields.items() if value != ""}


def _artifact(path: str) -> Json:
    if PurePosixPath(path).is_absolute() or path[1:3] == ":/":
        return {"uri": _file_uri(path)}
    return {"uri": _quoted(path, safe="/"), "uriBaseId": ROOT}


def _file_uri(path: str) -> str:
    return f"file:///{_quoted(path.lstrip('/'), safe='/:')}"


def _quoted(path: str, safe: str) -> str:
    try:
        return quote(path, safe=safe, errors="surrogateescape")  # bytes of a file name that is not UTF-8
    except UnicodeEncodeError:
        return quote(path, safe=safe, errors="surrogatepass")


def _level(severity: Severity) -> str:
    return "error" if severity is Severity.ERROR else "warning"


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))
