"""Every fixture says what has to be found in it, and that is found. See `fixture_runner` for the grammar."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqsfifo_lint.model import Finding, Severity, Span
from tests.fixture_runner import FIXTURES, Case, Claim, VerdictError, cases, compare, read_claims, run


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.feature.partition('/')[0]}/{case.name}")
def test_fixture(case: Case) -> None:
    faults = run(case).faults
    assert not faults, "\n".join(["", *faults])


def test_every_fixture_belongs_to_a_case() -> None:
    known = {case.root / file for case in cases() for file in case.files}
    below = {path for name in ("rules", "flow", "independent", "audit") for path in (FIXTURES / name).rglob("*.py")}
    assert below <= known


def claims(line: str) -> list[Claim]:
    return list(read_claims("x.py", f"{line}\n".encode()))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a = 1", []),
        ("a = 1  # plain words", []),
        ("a = 1  # noqa: SQF101", []),
        ("a = 1  # type: ignore[assignment]", []),
        ("a = '# error: SQF101'", []),
        ("a = 1  # ok: a near miss", []),
        ("# ok: about the next line", []),
        ("a = 1  # error: SQF101", [Claim("x.py", 1, "SQF101")]),
        ('a = 1  # error: SQF101 "always"', [Claim("x.py", 1, "SQF101", "always")]),
        (
            'a = 1  # error: SQF101 "a; b"; SQF203 "c"',
            [Claim("x.py", 1, "SQF101", "a; b"), Claim("x.py", 1, "SQF203", "c")],
        ),
        (r'a = 1  # error: SQF101 "say \"x\""', [Claim("x.py", 1, "SQF101", 'say "x"')]),
        ("a = 1  # noqa: E501  # error: SQF101", [Claim("x.py", 1, "SQF101")]),
        (
            "a = 1  # error: SQF101 # todo: SQF203",
            [Claim("x.py", 1, "SQF101"), Claim("x.py", 1, "SQF203", todo=True)],
        ),
    ],
)
def test_verdicts_that_are_read(line: str, expected: list[Claim]) -> None:
    assert claims(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "a = 1  # errors: SQF101",
        "a = 1  # eror: this",
        "a = 1  # SQF101",
        "a = 1  # error:",
        "a = 1  # error: SQF1",
        "a = 1  # error: SQF101 always",
        'a = 1  # error: SQF101 "always',
        'a = 1  # error: SQF101 "a" SQF203 "b"',
        "a = 1  # todo: some day",
        "a = 1  # ok:",
        "# error: SQF101",
    ],
)
def test_verdicts_that_are_refused(line: str) -> None:
    with pytest.raises(VerdictError, match=r"^x\.py:1: "):
        claims(line)


def finding(line: int, code: str = "SQF101", message: str = "The group ID is always 'a'.") -> Finding:
    span = Span("x.py", line, 1, line, 2)
    return Finding(span, code, "constant-group-id", Severity.WARNING, message, "", span)


@pytest.mark.parametrize(
    ("claim", "found", "fault"),
    [
        (Claim("x.py", 1, "SQF101"), [finding(1)], None),
        (Claim("x.py", 1, "SQF101", "always"), [finding(1)], None),
        (Claim("x.py", 1, "SQF101"), [], "missed"),
        (Claim("x.py", 1, "SQF101"), [finding(2)], "missed"),
        (Claim("x.py", 1, "SQF101"), [finding(1, "SQF102")], "missed"),
        (Claim("y.py", 1, "SQF101"), [finding(1)], "missed"),
        (Claim("x.py", 1, "SQF101", "never"), [finding(1)], "missed"),
        (Claim("x.py", 1, "SQF101"), [finding(1), finding(1)], "unasked"),
        (Claim("x.py", 1, "SQF101", todo=True), [], None),
        (Claim("x.py", 1, "SQF101", todo=True), [finding(1)], "is found now"),
        (None, [finding(1)], "unasked"),
    ],
)
def test_comparison(claim: Claim | None, found: list[Finding], fault: str | None) -> None:
    faults = list(compare([claim] if claim else [], found))
    assert bool(faults) is (fault is not None)
    assert fault is None or any(fault in text for text in faults)


def test_folders_are_projects(tmp_path: Path) -> None:
    for name in ("rules/SQF101/bad.py", "flow/calls/one.py", "flow/calls/two/app/a.py", "flow/calls/two/b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [(case.feature, case.name, case.files) for case in cases(tmp_path)] == [
        ("rules/SQF101", "SQF101/bad.py", ("bad.py",)),
        ("flow/calls", "calls/one.py", ("one.py",)),
        ("flow/calls", "calls/two", ("app/a.py", "b.py")),
    ]
