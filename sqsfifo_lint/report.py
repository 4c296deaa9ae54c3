"""The results: of a check, of a question about one send, of one about queues."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from sqsfifo_lint.model import (
    Confidence,
    Finding,
    Infrastructure,
    Problem,
    Related,
    Send,
    Severity,
    Span,
    SpanPlace,
)
from sqsfifo_lint.records import replace


class Judged(NamedTuple):
    """The results for a project, or a part of it, before anything is silenced or left out."""

    findings: Sequence[Finding] = ()
    problems: Sequence[Problem] = ()
    sends: Mapping[str, int] = {}
    """How many there are in each file that has any."""
    bounds: Mapping[str, int] = {}
    """How often each bound of the analysis was met, by its name."""
    followed: Mapping[str, str] = {}
    """The files that were read to follow values: by name, a digest of the content; empty if there is none to be had."""
    imports: Mapping[str, str] = {}
    """The same for import statements, by which files are found that may use others."""
    holding: Mapping[tuple[str, ...], Sequence[str]] = {}
    """Which files were found to hold some words."""
    answers: Mapping[tuple[str, str, str], tuple[str, bool]] = {}
    """By question, file and name: a digest of the file's content, and the answer."""
    surveyed: tuple[tuple[str, ...], str] | None = None
    """For which files declarations were looked for, and a digest of all that was read for that; None: they were not."""
    whole: bool = True
    """It is what is said of this project whenever it is checked: no bug of ours has taken anything out."""


def together(several: Iterable[Judged]) -> Judged:
    """The results of all parts. If two of them report the same cause, that is one finding."""
    parts = list(several)
    return Judged(
        distinct(finding for part in parts for finding in part.findings),
        [problem for part in parts for problem in part.problems],
        summed(part.sends for part in parts),
        summed(part.bounds for part in parts),
        {name: digest for part in parts for name, digest in part.followed.items()},
        {name: digest for part in parts for name, digest in part.imports.items()},
        {},  # all sources that could hold them are known
        {name: answer for part in parts for name, answer in part.answers.items()},
        next((part.surveyed for part in parts if part.surveyed is not None), None),
        all(part.whole for part in parts),
    )


def summed(several: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    """What several parts have counted, by the same names, together."""
    total: Counter[str] = Counter()
    for counts in several:
        total.update(counts)
    return total


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """The findings; of several with the same cause (one code at one place), what is proven before the first in order.

    It names the sends of all of them.
    """
    found: dict[tuple[str, Span], Finding] = {}
    for finding in findings:
        key = (finding.code, finding.span)
        found[key] = finding if key not in found else _both(found[key], finding)
    return list(found.values())


def _both(one: Finding, other: Finding) -> Finding:
    """One finding for two with the same cause."""
    kept = min(one, other, key=lambda finding: (finding.confidence is Confidence.LIKELY, finding.rank))
    sends = {*one.also, *other.also, *(finding.send for finding in (one, other) if finding.send is not None)}
    also = tuple(sorted(sends - {kept.send}))
    return kept if kept.also == also else replace(kept, also=also)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A region of a file, as in `Span`, and the text that takes its place. Its lines end in `\\n`."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a finding: edits of its file, made together."""

    edits: tuple[Edit, ...]
    """In order; no two of them overlap."""
    title: str
    """What they do, as an imperative sentence without its full stop."""
    safe: bool
    """They do what was certainly meant. Otherwise they change what the code does, and want a look."""
    note: str = ""
    """What is still wrong afterwards, as in `Remedy`."""


class FailOn(enum.Enum):
    """The least severe findings that make a run fail."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"

    def fails(self, finding: Finding) -> bool:
        """Whether a run with this finding fails."""
        match self:
            case FailOn.ERROR:
                return finding.severity is Severity.ERROR
            case FailOn.WARNING:
                return True
            case FailOn.NEVER:
                return False


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check.

    Paths in `findings` and `problems` have `/` and are relative: to the working folder if the project lies in it or
    around it, else to the project's root. `locations` gives the absolute path of each.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: int = 0
    """Python files that were searched and asked for."""
    sends: int = 0
    """Sends in these files."""
    sending: int = 0
    """How many of these files have a send."""
    suppressed: int = 0
    """Findings silenced by a comment."""
    ignored: int = 0
    """Findings silenced by `per-file-ignores`."""
    baselined: int = 0
    """Findings that a baseline absorbs."""
    stale: tuple[str, ...] = ()
    """Entries of baselines that absorb nothing, in words."""
    bounds: Mapping[str, int] = field(default_factory=dict)
    """How often each bound of the analysis was met, by its name: what lies beyond is unknown, and silent."""
    locations: Mapping[str, Path] = field(default_factory=dict)
    lines: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The source lines of each file that a finding or its trace names."""
    relevant: frozenset[str] = frozenset()
    """Absolute paths of the files that can contain a send, asked for or not."""
    silenced: tuple[Finding, ...] = ()
    """The findings that `suppressed` counts, in order of position."""
    overviews: tuple[Overview, ...] = ()
    """The queues of the projects, if they were asked for."""
    links: tuple[str, ...] = ()
    """Links that lead out of the project, and so are not followed."""
    left: frozenset[Finding] = frozenset()
    """Findings that a `# noqa` silences, which was left to the caller."""
    warnings: tuple[str, ...] = ()
    """What may be a mistake of whoever asked: an empty folder, a misspelt pattern."""
    fixes: Mapping[Finding, Fix] = field(default_factory=dict)
    """The fixes of findings that have one, if they were asked for; see `sqsfifo_lint.run.fixing`."""

    def exit_status(self, *, exit_zero: bool = False, fail_on: FailOn = FailOn.WARNING) -> int:
        """2 if something could not be done, else 1 if findings make the run fail (never with `exit_zero`), else 0."""
        if self.problems:
            return 2
        return int(not exit_zero and any(fail_on.fails(finding) for finding in self.findings))


def merged(reports: Sequence[Report]) -> Report:
    """One report on several projects."""
    if len(reports) == 1:
        return reports[0]
    return Report(
        findings=tuple(sorted((f for report in reports for f in report.findings), key=lambda finding: finding.rank)),
        problems=tuple(sorted({p for report in reports for p in report.problems}, key=lambda problem: problem.rank)),
        files=sum(report.files for report in reports),
        sends=sum(report.sends for report in reports),
        sending=sum(report.sending for report in reports),
        suppressed=sum(report.suppressed for report in reports),
        ignored=sum(report.ignored for report in reports),
        left=frozenset().union(*(report.left for report in reports)),
        bounds=summed(report.bounds for report in reports),
        locations={name: path for report in reports for name, path in report.locations.items()},
        lines={name: lines for report in reports for name, lines in report.lines.items()},
        relevant=frozenset().union(*(report.relevant for report in reports)),
        silenced=tuple(sorted((f for report in reports for f in report.silenced), key=lambda finding: finding.rank)),
        overviews=tuple(one for report in reports for one in report.overviews),
        links=tuple(dict.fromkeys(link for report in reports for link in report.links)),
        warnings=tuple(dict.fromkeys(warning for report in reports for warning in report.warnings)),
    )


def renamed(finding: Finding, name: Callable[[str], str]) -> Finding:
    """The finding, with what `name` makes of the names of files."""

    def there(span: Span) -> Span:
        shown = name(span.path)
        return span if shown == span.path else replace(span, path=shown)

    return replace(
        finding,
        span=there(finding.span),
        send=there(finding.send) if finding.send is not None else None,
        trace=tuple(Related(there(step.span), step.text) for step in finding.trace),
        also=tuple(map(there, finding.also)),
        remedies=tuple(one.at(lambda place: SpanPlace(there(place.span))) for one in finding.remedies),
    )


class Fate(Enum):
    """What becomes of what a rule says."""

    REPORTED = "reported"
    LIKELY = "likely"
    """reported in an audit only"""
    SUPPRESSED = "suppressed"
    """by a comment"""
    IGNORED = "ignored"
    """by `per-file-ignores`"""
    BASELINED = "baselined"
    """a baseline accepts it"""
    OFF = "off"
    """the rule is not selected"""
    SILENT = "silent"
    """it finds nothing wrong, for a reason"""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule says of a send, and what becomes of that."""

    code: str
    name: str
    fate: Fate
    text: str
    """The message of the finding, or the reason why there is none: a clause."""
    span: Span | None = None
    """Where the finding is, or what shows the reason."""
    slots: tuple[str, ...] = ()
    """The slots that the rule judges; none if it judges the whole send."""
    comment: int | None = None
    """SUPPRESSED: the line of the comment; 0 if it is about the whole file."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known about the sends at a line; `problems` are files that could not be read in the process."""

    sends: tuple[Send, ...]
    problems: tuple[Problem, ...]
    bounds: Mapping[str, int] = field(default_factory=dict)
    """How often each bound was met in the analysis of the project, by its name."""
    links: tuple[str, ...] = ()
    """As in `Report`."""
    rulings: tuple[tuple[Ruling, ...], ...] = ()
    """For each of the sends, what the rules say of it."""
    lines: int = 0
    """How many lines the file has."""
    others: tuple[int, ...] = ()
    """The lines of the file on which sends begin."""
    leading: tuple[int, ...] = ()
    """The other lines of the file that lead to a send."""
    warnings: tuple[str, ...] = ()
    """As in `Report`."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What a project declares about its queues, and sends to them. Paths are relative to the project's root."""

    infrastructure: Infrastructure
    sends: tuple[Send, ...]
    problems: tuple[Problem, ...]
    asked: Callable[[str], bool]
    """Whether a file was asked for."""
    shown: Callable[[str], str]
    """The name of a file in a report; see `Report`."""
    links: tuple[str, ...] = ()
    """As in `Report`."""
    warnings: tuple[str, ...] = ()
    """As in `Report`."""
    read: tuple[int, int] = (0, 0)
    """How many templates and scripts there are, and how many Python files."""


def failed(path: str, what: str, error: Exception, *, taken_out: bool = False) -> Problem:
    """The problem that an unexpected error in our own code makes of a file."""
    return Problem(path, f"{what}: {described(error)}", taken_out=taken_out, cause=cause_of(error))


def cause_of(error: Exception) -> str:
    """The traceback of an internal error; nothing if the error only says that code is nested too deeply."""
    import traceback  # only for a bug

    return "" if isinstance(error, RecursionError) else "".join(traceback.format_exception(error))


def described(error: Exception) -> str:
    """The text of a problem for an unexpected error."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    name = f"internal error: {type(error).__name__}"
    return f"{name}: {error}" if str(error) else name
