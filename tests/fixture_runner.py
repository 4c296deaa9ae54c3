"""Runs fixtures: ordinary programs with comments that say what the linter has to find in them.

    MessageGroupId="orders",  # error: SQF101 "always 'orders'"; SQF203 "other"    codes, and fragments of the messages
    MessageGroupId=group_id,  # ok: the caller is out of sight                     a near miss, for the reader
    MessageGroupId=tricky(),  # todo: SQF101                                       a known missed alarm

A line without a verdict must have no finding, and a `todo` fails once it is found. A comment that looks like a verdict
but is not one fails as well. `python -m tests.fixture_runner` prints the share of cases that pass, feature by feature.

To claim what the evaluator knows about a value, a program passes it to `reveal`:

    reveal(group)  # reveal: constant 'a' | 'b-' + unique value, per message

See `tests.reveals`.

A case is a file below `tests/fixtures/rules/`, a file directly in `tests/fixtures/flow/<feature>/`, or a folder
directly in it, which is one project. `tests/fixtures/independent/<topic>/` has the same layout; its programs were
written by people who had not seen the linter. A folder in `tests/fixtures/projects/` is a project that is checked as by
the command, with its templates and scripts, which have verdicts too; for JSON, which has no comments, they are in the
project's `expected.txt`.

What is in `tests/fixtures/audit/<feature>/`, laid out like `flow`, is likely and not proven: it is found in an audit,
and nothing is found without one.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tokenize
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from sqsfifo_lint.config import Config
from sqsfifo_lint.model import Detail, Finding, Problem
from sqsfifo_lint.queues.connected import subjects
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import Options
from sqsfifo_lint.rules.judging import Subject, judge
from sqsfifo_lint.run.analysis import analyze
from sqsfifo_lint.run.engine import check as engine_check
from tests.reveals import noting

FIXTURES = Path(__file__).parent / "fixtures"

VERDICT = re.compile(r"#\s*(error|ok|todo|reveal):\s*")
ALMOST_A_VERDICT = re.compile(r"#\s*(?!(?:type|noqa|sqsfifo|fmt|pragma|nosec)\b)[A-Za-z]+\s*:|SQF\d")
SILENCER = re.compile(r"#\s*(?:noqa|sqsfifo)\b")
CLAIM = re.compile(r'(SQF\d{3})(?:\s+"((?:[^"\\]|\\.)*)")?')
LISTED = re.compile(r"(\S+):(\d+) (SQF\d{3})")
ESCAPED = re.compile(r'\\(["\\])')


class VerdictError(Exception):
    """A comment that is meant as a verdict but cannot be read as one."""


@dataclass(frozen=True)
class Claim:
    """What a verdict comment says about its line."""

    path: str
    line: int
    code: str
    fragment: str = ""
    todo: bool = False

    def holds_for(self, finding: Finding) -> bool:
        """Whether the finding is the one that is claimed."""
        at = (finding.span.path, finding.span.line, finding.code)
        return at == (self.path, self.line, self.code) and self.fragment in finding.message

    def __str__(self) -> str:
        wording = f' "{self.fragment}"' if self.fragment else ""
        return f"{self.path}:{self.line}: {self.code}{wording}"


@dataclass(frozen=True)
class Case:
    """A program of one or more files below `root`, by their paths relative to it."""

    feature: str
    name: str
    root: Path
    files: tuple[str, ...]
    whole: bool = False
    """Checked as by the command, with everything in the folder."""
    audit: bool = False
    """Nothing in it is proven."""

    def sources(self) -> list[tuple[str, bytes]]:
        """Relative path and content of each file."""
        return [(name, (self.root / name).read_bytes()) for name in self.files]


@dataclass
class Outcome:
    """The result of a case. It passes if `faults` is empty."""

    claims: int = 0
    todos: int = 0
    faults: list[str] = field(default_factory=list)


def cases(fixtures: Path = FIXTURES) -> list[Case]:
    """All cases, in order."""
    return [
        *_rule_cases(fixtures / "rules"),
        *_flow_cases(fixtures / "flow"),
        *_flow_cases(fixtures / "independent"),
        *(replace(case, audit=True) for case in _flow_cases(fixtures / "audit")),
        *_project_cases(fixtures / "projects"),
    ]


def run(case: Case) -> Outcome:
    """Check one case against its comments."""
    if not case.audit:
        return outcome_of(case.root, case.sources(), check_project if case.whole else check)
    outcome = outcome_of(case.root, case.sources(), audit)
    outcome.faults += (f"without an audit: {fault}" for fault in compare((), check(case.root, case.sources())[0]))
    return outcome


Sources = Sequence[tuple[str, bytes]]
Checked = tuple[list[Finding], list[Problem]]


def outcome_of(root: Path, sources: Sources, checked: Callable[[Path, Sources], Checked] | None = None) -> Outcome:
    """Check programs, given as relative paths and contents, against their comments."""
    outcome = Outcome()
    claims: list[Claim] = []
    for path, source in sources:
        try:
            claims.extend(read_claims(path, source))
        except VerdictError as error:
            outcome.faults.append(str(error))
    with noting(sources) as revealed:
        findings, problems = (checked or check)(root, sources)
    outcome.faults += [f"{p.path}:{p.line}: problem: {p.message}" for p in problems]
    outcome.claims = sum(not claim.todo for claim in claims)
    outcome.todos = sum(claim.todo for claim in claims)
    outcome.faults += compare(claims, findings)
    outcome.faults += revealed.faults()
    return outcome


def check_project(root: Path, sources: Sources) -> Checked:
    """All findings and problems in a folder, as the command finds them in a repository that holds nothing else."""
    with TemporaryDirectory() as folder:
        alone = Path(folder, root.name)
        copytree(root, alone)
        (alone / ".git").mkdir()
        report = engine_check([alone], Config(), noqa=False)
        prefix = f"{os.path.relpath(alone)}/".replace(os.sep, "/")
    return [_within(finding, prefix) for finding in report.findings], list(report.problems)


def _within(finding: Finding, prefix: str) -> Finding:
    path = finding.span.path.removeprefix(prefix)
    return replace(finding, span=replace(finding.span, path=path))


def audit(root: Path, sources: Sources) -> Checked:
    """The same, with what is likely."""
    return check(root, sources, Detail.LIKELY)


def check(root: Path, sources: Sources, detail: Detail = Detail.NONE) -> Checked:
    """All findings and problems, with every rule on and suppressions ignored. The files are the whole project."""
    analysis = analyze(sources, [path for path, _ in sources], detail=detail)
    judged_ones: list[Subject] = [*analysis.sends, *subjects(analysis.infrastructure), *analysis.consumers]
    judged = judge(judged_ones, load_rules(), Options(audit=Detail.LIKELY in detail))
    found = sorted(judged.findings, key=lambda finding: (finding.span, finding.code))
    return found, [*analysis.problems, *judged.problems]


def compare(claims: Iterable[Claim], findings: Iterable[Finding]) -> Iterator[str]:
    """Each claim that does not hold, and each finding that is not claimed."""
    left = list(findings)
    for claim in claims:
        match = next((finding for finding in left if claim.holds_for(finding)), None)
        if match is not None:
            left.remove(match)
        if claim.todo and match is not None:
            yield f"{claim} is found now: turn its `todo` into an `error`"
        elif not claim.todo and match is None:
            yield f"missed   {claim}"
    for finding in left:
        yield f"unasked  {finding.span.path}:{finding.span.line}: {finding.code} {finding.message!r}"


def read_claims(path: str, source: bytes) -> Iterator[Claim]:
    """The verdicts in a file's comments; Python is read by `tokenize`, so that a verdict in a string does not count."""
    if not path.endswith(".py"):
        yield from _listed(source) if path.endswith("expected.txt") else _claims_by_line(path, source)
        return
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type == tokenize.COMMENT:
            trailing = bool(token.line[: token.start[1]].strip())
            yield from _claims_of(path, token.start[0], token.string, trailing)


def _claims_by_line(path: str, source: bytes) -> Iterator[Claim]:
    for number, line in enumerate(source.decode("utf-8", "replace").splitlines(), 1):
        verdict = VERDICT.search(line)
        if verdict is not None:
            yield from _claims_of(path, number, line[verdict.start() :], bool(line[: verdict.start()].strip()))


def _listed(source: bytes) -> Iterator[Claim]:
    for line in source.decode().splitlines():
        match = LISTED.fullmatch(line.strip())
        if match is None:
            raise VerdictError(f"expected.txt: `path:line CODE` is wanted, not: {line}")
        yield Claim(match[1], int(match[2]), match[3])


def _claims_of(path: str, line: int, comment: str, trailing: bool) -> Iterator[Claim]:
    where = f"{path}:{line}"
    verdicts = list(VERDICT.finditer(comment))
    rest = comment[: verdicts[0].start()] if verdicts else comment
    if trailing and ALMOST_A_VERDICT.search(rest) and not SILENCER.search(rest):
        raise VerdictError(f"{where}: unknown verdict: {comment}")
    ends = [*(verdict.start() for verdict in verdicts[1:]), len(comment)]
    for verdict, end in zip(verdicts, ends, strict=False):
        text = comment[verdict.end() : end].strip()
        if verdict[1] == "ok":
            if not text:
                raise VerdictError(f"{where}: `ok` does not say why: {comment}")
            continue
        if verdict[1] == "reveal":
            continue  # claims about values are read by `tests.reveals`
        if not trailing:
            raise VerdictError(f"{where}: the verdict stands on a line of its own: {comment}")
        for claim in _split(text):
            if not (match := CLAIM.fullmatch(claim)):
                raise VerdictError(f"{where}: a code and a fragment in double quotes are wanted, not: {claim}")
            yield Claim(path, line, match[1], ESCAPED.sub(r"\1", match[2] or ""), todo=verdict[1] == "todo")


def _split(text: str) -> list[str]:
    """The claims of a verdict, separated by semicolons outside quotes."""
    return [part.strip() for part in re.findall(r'(?:[^;"]|"(?:[^"\\]|\\.)*"|")+', text)] or [text]


def _rule_cases(folder: Path) -> Iterator[Case]:
    for file in sorted(folder.rglob("*.py")):
        feature = f"rules/{file.relative_to(folder).parts[0]}"
        yield Case(feature, file.relative_to(folder).as_posix(), file.parent, (file.name,))


def _flow_cases(folder: Path) -> Iterator[Case]:
    for feature in sorted(path for path in folder.glob("*") if path.is_dir()):
        for item in sorted(feature.iterdir()):
            name = item.relative_to(folder).as_posix()
            if item.suffix == ".py":
                yield Case(f"{folder.name}/{feature.name}", name, feature, (item.name,))
            elif item.is_dir() and item.name != "__pycache__":
                files = tuple(sorted(file.relative_to(item).as_posix() for file in item.rglob("*.py")))
                yield Case(f"{folder.name}/{feature.name}", name, item, files)


def _project_cases(folder: Path) -> Iterator[Case]:
    for item in sorted(path for path in folder.glob("*") if path.is_dir()):
        files = (file for file in sorted(item.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)
        names = tuple(file.relative_to(item).as_posix() for file in files)
        yield Case("projects", item.relative_to(folder.parent).as_posix(), item, names, whole=True)


def main() -> int:
    """Print cases, verdicts, todos and the passing share of each feature, then what went wrong; 1 if anything did."""
    counts: dict[str, Counter[str]] = {}
    faults: list[str] = []
    for case in cases():
        try:
            outcome = run(case)
        except Exception:  # the report has to continue with the next case
            outcome = Outcome(faults=[traceback.format_exc()])
        count = counts.setdefault(case.feature, Counter())
        count.update(cases=1, verdicts=outcome.claims, todos=outcome.todos, passing=not outcome.faults)
        if outcome.faults:
            faults.append("\n  ".join([case.name, *outcome.faults]))

    total: Counter[str] = sum(counts.values(), Counter())
    width = max([len("feature"), *map(len, counts)])
    print(f"{'feature':<{width}}  cases  verdicts  todos  passing")
    for feature, count in [*counts.items(), ("all", total)]:
        share = f"{count['passing'] / count['cases']:.0%}" if count["cases"] else "-"
        print(f"{feature:<{width}}  {count['cases']:>5}  {count['verdicts']:>8}  {count['todos']:>5}  {share:>7}")
    print("".join(f"\n{fault}" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
