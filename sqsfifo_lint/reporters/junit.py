"""JUnit's XML, which CI systems show as test results: a suite for each file, a failed case for each finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from sqsfifo_lint import unreadable
from sqsfifo_lint.fingerprints import Identity, identities
from sqsfifo_lint.model import Finding, Problem
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.addresses import Paths
from sqsfifo_lint.reporters.concise import in_one_line
from sqsfifo_lint.reporters.records import position
from sqsfifo_lint.terminal import name_at_start, visible

NOT_XML = {code: f"\\u{code:04x}" for code in (0xFFFE, 0xFFFF)}
"""What XML 1.0 does not allow besides control characters: https://www.w3.org/TR/xml/#charsets"""


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole document. Where nothing is wrong it has one case that passed: CI systems complain of an empty one."""
    document = JUnitXml("sqsfifo-lint")
    paths = Paths(report)
    known = identities(report.findings, lambda path: report.lines.get(path, ()))
    cases = [
        *((problem.path, _problem(problem, paths)) for problem in report.problems),
        *(
            (finding.span.path, _finding(finding, identity, paths))
            for finding, identity in zip(report.findings, known, strict=True)
        ),
    ]
    for path, members in groupby(sorted(cases, key=lambda case: case[0]), key=lambda case: case[0]):
        document.add_testsuite(_suite(paths.of(path), [case for _, case in members]))
    if not cases:
        document.add_testsuite(_suite("sqsfifo-lint", [TestCase("no findings", "sqsfifo-lint")]))
    written: bytes = document.tostring()  # type: ignore[no-untyped-call]
    text = written.decode("utf-8").encode("ascii", "xmlcharrefreplace").decode("ascii")
    yield f"{text.rstrip()}\n"


def _suite(name: str, cases: list[TestCase]) -> TestSuite:
    suite = TestSuite(_text(name))
    for case in cases:
        suite.add_testcase(case)
    return suite


def _problem(problem: Problem, paths: Paths) -> TestCase:
    case = _case(f"{unreadable.CODE} {unreadable.NAME}", paths.of(problem.path), position(problem)[0])
    case.result = [Error(_text(problem.message), unreadable.CODE)]
    return case


def _finding(finding: Finding, identity: Identity, paths: Paths) -> TestCase:
    span = finding.span
    place, number = f" in {identity.place}" if identity.place else "", identity.number
    title = f"{finding.code} {finding.name}{place}: {identity.argument}{f' ({number})' if number > 1 else ''}"
    case = _case(title, paths.of(span.path), span.line)
    failure = Failure(_text(in_one_line(finding)), finding.severity.value)
    steps = [
        f"{name_at_start(paths.of(step.span.path))}:{step.span.line}:{step.span.column}  {step.text}"
        for step in finding.trace
    ]
    failure.text = "\n".join(map(_text, (*steps, *([f"help: {finding.help}"] if finding.help else ()))))
    case.result = [failure]
    return case


def _case(title: str, path: str, line: int) -> TestCase:
    """A case. Its title has no line, so that CI systems know it again.

    `file` and `line`, which GitLab, Jenkins and others read, are no standard attributes.
    """
    case = TestCase(_text(title), _text(path), 0)
    case._elem.set("file", _text(path))
    case._elem.set("line", str(line))
    return case


def _text(text: str) -> str:
    return visible(text).translate(NOT_XML)
