"""The pieces of a run: names, what is judged separately, the content of the overlay, and merged reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sqsfifo_lint import verdicts
from sqsfifo_lint.config import Config
from sqsfifo_lint.model import Confidence, Declaration, Finding, Message, Problem, Send, Severity, Span
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Judged, Report, merged, together
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import DeclarationRule, Options, SendRule, Violation
from sqsfifo_lint.rules.judging import judge
from sqsfifo_lint.run import engine, share
from sqsfifo_lint.run.analysis import analyze
from sqsfifo_lint.run.names import Names
from sqsfifo_lint.sends import find_sends
from sqsfifo_lint.verdicts import Answer
from tests.programs import CONSTANT_GROUP, write

FILES: dict[str, str | bytes] = {
    "pyproject.toml": "",
    "a.py": CONSTANT_GROUP,
    "b.py": CONSTANT_GROUP,
    "c.py": CONSTANT_GROUP,
}


def places(report: Report) -> list[tuple[str, str]]:
    return [(Path(finding.span.path).name, finding.code) for finding in report.findings]


# -- names


@pytest.mark.parametrize(
    ("here", "alone", "shown"),
    [
        ("project", True, "pkg/a.py"),
        ("", True, "project/pkg/a.py"),
        ("project/pkg", True, "a.py"),
        ("elsewhere", True, "pkg/a.py"),
        ("elsewhere", False, "{root}/pkg/a.py"),
    ],
)
def test_a_file_is_shown_as_seen_from_the_working_folder(
    here: str, alone: bool, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    for folder in (root / "pkg", tmp_path / "elsewhere"):
        folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path / here)
    names = Names(root, alone=alone)
    path = str(root / "pkg" / "a.py")
    assert names.of(path) == "pkg/a.py"
    assert names.path("pkg/a.py") == path
    assert names.of_all([path, str(tmp_path / "b.py")]) == ["pkg/a.py", "../b.py"]
    assert names.path("../b.py") == str(tmp_path / "b.py")
    assert names.shown("pkg/a.py") == shown.format(root=root.as_posix())


# -- bugs in the linter


def test_all_but_the_file_that_the_analysis_stumbles_over_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbling(project: object, modules: object, **others: object) -> object:
        if any(module.path == "b.py" for module in modules):  # type: ignore[attr-defined]
            raise ValueError("odd")
        return find_sends(project, modules, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(share, "find_sends", stumbling)
    monkeypatch.chdir(write(tmp_path, FILES))
    report = engine.check([tmp_path])
    assert places(report) == [("a.py", "SQF101"), ("c.py", "SQF101")]
    assert report.problems == (Problem("b.py", "cannot be checked: internal error: ValueError: odd"),)
    assert report.sends == 2


def test_an_analysis_that_fails_only_as_a_whole_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbling(project: object, modules: list[object], **others: object) -> object:
        if len(modules) > 1:
            raise RecursionError
        return find_sends(project, modules, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(share, "find_sends", stumbling)
    monkeypatch.chdir(write(tmp_path, FILES))
    report = engine.check([tmp_path])
    assert places(report) == [("a.py", "SQF101"), ("b.py", "SQF101"), ("c.py", "SQF101")]
    assert report.problems == (Problem(".", "values are not followed across files: nested too deeply"),)


def test_a_rule_that_fails_is_a_problem_and_the_others_still_speak() -> None:
    def failing(send: Send, options: Options) -> Iterator[Violation]:
        yield Violation(send.place, "one", "")
        raise KeyError("two")

    def about_declarations(declaration: Declaration, options: Options) -> Iterator[Violation]:
        raise AssertionError("a send is no declaration")

    words = {"severity": Severity.ERROR, "since": "", "summary": ""}
    rules = (
        SendRule("SQF901", "failing", check=failing, **words),  # type: ignore[arg-type]
        DeclarationRule("SQF902", "other", check=about_declarations, **words),  # type: ignore[arg-type]
        *load_rules(),
    )
    sends = analyze([("a.py", CONSTANT_GROUP.encode())], ["a.py"]).sends
    judged = judge(sends, rules, Options())
    assert {finding.code for finding in judged.findings} == {"SQF901", "SQF101"}
    span = sends[0].place.span
    message = "SQF901 cannot be checked here: internal error: KeyError: 'two'"
    assert judged.problems == [Problem("a.py", message, span.line, span.column)]


# -- verdicts


def test_the_rules_work_out_each_verdict_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Message] = []
    original = verdicts.judge_group

    def counting(message: Message) -> Answer:
        asked.append(message)
        return original(message)

    monkeypatch.setattr(verdicts, "judge_group", counting)
    sends = analyze([("a.py", CONSTANT_GROUP.encode())], ["a.py"]).sends
    judge(sends, load_rules(), Options())
    assert asked == [message for send in sends for message in send.messages]
    judge(sends, load_rules(), Options())
    assert len(asked) == 2 * len(sends), "nothing is kept from one time to the next"


# -- the overlay


GROUPS = "GROUP = 'from-the-disk'\n"
SENDER = CONSTANT_GROUP.replace("import boto3", "import boto3\nfrom groups import GROUP").replace('"orders"', "GROUP")


def test_a_value_is_followed_into_the_overlay_as_onto_the_disk(tmp_path: Path) -> None:
    assert "MessageGroupId=GROUP" in SENDER
    write(tmp_path, {"pyproject.toml": "", "groups.py": GROUPS, "a.py": SENDER})
    (finding,) = engine.check([tmp_path]).findings
    assert "always 'from-the-disk'" in finding.message
    overlay = {tmp_path / "groups.py": b"\nGROUP = 'not-saved-yet'\n"}
    report = engine.check([tmp_path], overlay=overlay)
    (finding,) = report.findings
    assert "always 'not-saved-yet'" in finding.message
    step = finding.trace[0].span
    assert report.lines[step.path][step.line - 1] == "GROUP = 'not-saved-yet'"


def test_the_lines_of_a_template_are_those_of_the_overlay(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": ""})
    template = "Resources:\n  Orders:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: orders\n"
    template += "      FifoQueue: true\n"
    report = engine.check([tmp_path / "new.yaml"], Config(), overlay={tmp_path / "new.yaml": template.encode()})
    (finding,) = report.findings
    assert report.lines[finding.span.path] == template.split("\n")


# -- reports


def finding(path: str, line: int, code: str = "SQF101", send_line: int = 9) -> Finding:
    send = Span(path, send_line, 1, send_line, 2)
    return Finding(Span(path, line, 1, line, 2), code, "name", Severity.WARNING, "message", "help", send)


def test_one_cause_found_by_two_parts_is_one_finding() -> None:
    first, second, other = finding("a.py", 3), finding("a.py", 3, send_line=2), finding("a.py", 3, "SQF102")
    whole = together([Judged([first, other], [Problem("b.py", "x")], {"a.py": 1}), Judged([second], (), {"a.py": 2})])
    both = replace(second, also=(Span("a.py", 9, 1, 9, 2),))
    assert whole == Judged([both, other], [Problem("b.py", "x")], {"a.py": 3})


def test_several_sends_with_one_cause_are_all_named() -> None:
    several = [finding("a.py", 3, send_line=line) for line in (7, 4, 9, 5)]
    halves = [together([Judged(several[:2])]), together([Judged(several[2:])])]
    (found,) = together(halves).findings
    assert found.send is not None
    assert (found.send.line, [send.line for send in found.also]) == (4, [5, 7, 9])


def test_what_is_proven_outweighs_what_is_likely() -> None:
    proven, likely = finding("a.py", 3), replace(finding("a.py", 3, send_line=2), confidence=Confidence.LIKELY)
    (found,) = together([Judged([likely]), Judged([proven])]).findings
    assert (found.confidence, found.send) == (Confidence.PROVEN, proven.send)


def test_reports_are_merged_in_order() -> None:
    one = Report((finding("b.py", 1),), (Problem("z.py", "x"),), files=1, sends=2, suppressed=1, lines={"b.py": [""]})
    two = Report((finding("a.py", 1),), (Problem("y.py", "x"),), files=3, sends=1, ignored=4)
    both = merged([one, two])
    assert [finding.span.path for finding in both.findings] == ["a.py", "b.py"]
    assert [problem.path for problem in both.problems] == ["y.py", "z.py"]
    assert (both.files, both.sends, both.suppressed, both.ignored, both.lines) == (4, 3, 1, 4, {"b.py": [""]})
    assert merged([one]) is one
    assert merged([]) == Report()


def test_problems_weigh_more_than_findings() -> None:
    clean, found, broken = Report(), Report((finding("a.py", 1),)), Report((), (Problem("a.py", "x"),))
    assert [report.exit_status() for report in (clean, found, broken)] == [0, 1, 2]
    assert [report.exit_status(exit_zero=True) for report in (clean, found, broken)] == [0, 0, 2]
