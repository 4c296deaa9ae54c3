"""(paths, configuration) → `Report`: walks, analyses, judges and filters. Every door is a thin layer over `check`.

The analysis and the rules are imported when a file turns up that can hold a send, and not before: LibCST alone takes
longer to import than a project without sends takes to search.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqsfifo_lint.config import Config, find_config
from sqsfifo_lint.model import (
    Declaration,
    Finding,
    Infrastructure,
    Known,
    Place,
    Problem,
    Queue,
    Related,
    Send,
    Span,
)
from sqsfifo_lint.queues.infrastructure import is_infrastructure
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Judged, Report, described, distinct, merged
from sqsfifo_lint.run.discover import SUFFIXES, Found, discover, group_by_root, read_all
from sqsfifo_lint.run.memory import rare_collection
from sqsfifo_lint.run.relevance import may_declare, or_calls
from sqsfifo_lint.run.workers import in_steps

if TYPE_CHECKING:
    from sqsfifo_lint.knowledge.added import Added
    from sqsfifo_lint.rules.base import AnyRule
    from sqsfifo_lint.run.analysis import Surveyed
    from sqsfifo_lint.run.suppress import Suppressions
    from sqsfifo_lint.source.project import Project


WIDE_SEARCH = 4_000
"""Files up to which the whole project is searched for declarations; in a larger one, a folder round each send."""
ROUND = 1_000
"""Files in such a folder."""


def check(
    paths: Sequence[Path],
    config: Config | None = None,
    *,
    overlay: Mapping[Path, bytes] | None = None,
    noqa: bool = True,
    processes: int = 1,
) -> Report:
    """Check files and folders; each project that they belong to is read to find out, but only they are reported on.

    `config`: None takes what the project itself says. `overlay`: content that replaces files on disk, or adds to them.
    With `noqa` false, `# noqa` comments are left to the caller. A large analysis is shared among so many `processes`,
    which changes nothing in the report. Raises ConfigError.
    """
    buffers = {_absolute(path): data for path, data in (overlay or {}).items()}
    groups = group_by_root([_absolute(path) for path in paths])
    with rare_collection():
        reports = [
            _check_project(root, members, config, buffers, processes, noqa=noqa, alone=len(groups) == 1)
            for root, members in groups.items()
        ]
    return merged(reports)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of the sends at a line: `problems` are files that could not be read on the way."""

    root: Path
    sends: tuple[Send, ...]
    problems: tuple[Problem, ...]


def explain(path: Path, line: int, config: Config | None = None) -> Explanation:
    """The sends whose call stands at a line, or to which a call or value at that line leads. Raises ConfigError."""
    from sqsfifo_lint.run.analysis import analyze

    asked = _absolute(path)
    root = next(iter(group_by_root([asked])))
    settings = config if config is not None else find_config(root)
    found = read_project(root, [asked], settings, {})
    run = _Run(root, [asked], settings, found, True)
    sends, problems, _ = analyze(
        root, run.sources(), python_files=run.python(), added=run.added(), whole=True, survey=run.survey
    )
    here = run.name_of(str(asked))
    at_call = [send for send in sends if _covers(send.place.span, here, line)]
    chosen = at_call or [send for send in sends if any(_covers(place.span, here, line) for place in _ways(send))]
    unread = [Problem(run.name_of(file), message) for file, message in found.problems]
    return Explanation(root, tuple(chosen), (*problems, *unread))


def _covers(span: Span, path: str, line: int) -> bool:
    return span.path == path and span.line <= line <= span.end_line


def _ways(send: Send) -> Iterator[Place]:
    """Every place through which a send is reached, or through which a value reaches it."""
    yield from send.calls
    for message in send.messages:
        yield message.place
        for slot in (message.group, message.dedup, message.body, message.delay):
            for part in slot.parts():
                yield from (step.place for step in part.steps)


@dataclass(frozen=True, slots=True)
class Overview:
    """What a project says of its queues, and what it sends to them. Paths are relative to the project's root."""

    infrastructure: Infrastructure
    sends: tuple[Send, ...]
    problems: tuple[Problem, ...]
    asked: Callable[[str], bool]
    """Whether a file is one of those that somebody asked for."""
    shown: Callable[[str], str]
    """How a file is called in a report; see `Report`."""


def overviews(paths: Sequence[Path], config: Config | None = None) -> list[Overview]:
    """The queues of the projects that the paths belong to, whether something is sent to them or not.

    Raises ConfigError.
    """
    groups = group_by_root([_absolute(path) for path in paths])
    with rare_collection():
        return [_overview(root, members, config, len(groups) == 1) for root, members in groups.items()]


def _overview(root: Path, paths: Sequence[Path], config: Config | None, alone: bool) -> Overview:
    from sqsfifo_lint.run.analysis import analyze

    settings = config if config is not None else find_config(root)
    run = _Run(root, paths, settings, read_project(root, paths, settings, {}), alone)
    found = analyze(
        root,
        run.sources(),
        python_files=run.python(),
        survey=run.survey,
        always=True,
        added=run.added(),
    )
    sends = tuple(_with_deduplication(send, settings) for send in found.sends)
    unread = [Problem(run.name_of(file), message) for file, message in run.found.problems]
    problems = tuple(replace(p, path=run.display(p.path)) for p in (*found.problems, *unread))
    return Overview(found.infrastructure, sends, problems, run.asked_for, run.display)


def project_config(paths: Sequence[Path]) -> Config:
    """The configuration of the project that the paths belong to, of the first of several. Raises ConfigError."""
    return find_config(next(iter(group_by_root([_absolute(path) for path in paths]))))


def apply(
    sends: Iterable[Send],
    rules: Sequence[AnyRule],
    config: Config,
    problems: list[Problem],
    declarations: Iterable[Declaration] = (),
) -> list[Finding]:
    """What the rules that are on say about sends and declarations. One cause, reported by several, is one finding.

    A rule that fails is a bug of the rule; it becomes one of `problems`, and the other rules still speak.
    """
    from sqsfifo_lint.rules.base import Options
    from sqsfifo_lint.rules.judging import judge

    chosen = [rule for rule in rules if config.enabled(rule.code, rule.name)]
    subjects: list[Send | Declaration] = [_with_deduplication(send, config) for send in sends]
    judged = judge([*subjects, *declarations], chosen, Options(serial_queues=config.serial_queues))
    problems += judged.problems
    return list(judged.findings)


def _check_project(
    root: Path,
    paths: Sequence[Path],
    config: Config | None,
    overlay: Mapping[Path, bytes],
    processes: int,
    *,
    noqa: bool,
    alone: bool,
) -> Report:
    settings = config if config is not None else find_config(root)
    if settings.has_selectors:
        settings.check_selectors([(rule.code, rule.name) for rule in _rules()])
    found = read_project(root, paths, settings, overlay)
    buffers = {str(path): data for path, data in overlay.items()}
    return _Run(root, paths, settings, found, alone, buffers, processes).report(noqa=noqa)


def read_project(root: Path, paths: Sequence[Path], config: Config, overlay: Mapping[Path, bytes]) -> Found:
    """Everything that may be read to find out about `paths`: at present, the whole project.

    A finding about a send in one file may stand in another, at the caller that hands the bad value in, so the files
    asked for are not enough even to know what to report on them.
    """
    return discover(
        root,
        paths,
        or_calls(sender.name for sender in config.senders),
        infrastructure=is_infrastructure,
        exclude=config.exclude,
        respect_gitignore=config.respect_gitignore,
        force_exclude=config.force_exclude,
        overlay={str(path): data for path, data in overlay.items()},
        first=_get_ready,
    )


def _get_ready() -> None:
    """Import what takes long to import: there will be something to analyse."""
    import sqsfifo_lint.run.analysis  # noqa: F401

    _rules()


class _Run:
    """The steps for one project, and the names by which its files go: absolute, relative to the root, as displayed."""

    def __init__(
        self,
        root: Path,
        paths: Sequence[Path],
        config: Config,
        found: Found,
        alone: bool,
        buffers: Mapping[str, bytes] = MappingProxyType({}),
        processes: int = 1,
    ) -> None:
        self.root = root
        self.processes = processes
        self.buffers = buffers
        self.config = config
        self.found = found
        self.prefix = os.path.join(str(root), "")
        self.asked = _Asked(paths, root)
        self.display = cache(_display_of(root, alone))
        self.problems: list[Problem] = []
        self.texts: dict[str, list[str]] = {}

    def report(self, *, noqa: bool) -> Report:
        judged = self._judge() if self.found.relevant or self._named_infrastructure() else Judged()
        self.problems += judged.problems
        if noqa:  # flake8, which sees to `# noqa` itself, also parses every file and reports what is broken
            self._parse_named()
        wanted = sorted((f for f in judged.findings if self.asked_for(f.span.path)), key=lambda finding: finding.rank)
        kept = list(self._not_ignored(wanted))
        loud = list(self._not_suppressed(kept, noqa=noqa))
        findings = tuple(self._displayed(finding) for finding in loud)
        problems = self._displayed_problems()
        names = {span.path for finding in loud for span in _spans(finding)}
        return Report(
            findings=findings,
            problems=problems,
            files=sum(self.asked.everything or path in self.asked for path in self.found.python),
            sends=judged.sends,
            suppressed=len(kept) - len(loud),
            ignored=len(wanted) - len(kept),
            locations={self.display(name): self._absolute(name) for name in names | {p.path for p in self.problems}},
            lines={self.display(name): self._lines(name) for name in names},
            relevant=frozenset(self.found.relevant),
        )

    def _parse_named(self) -> None:
        """A file that is asked for by its name is parsed even if it cannot hold a send: broken, it is no clean file."""
        import ast

        named = self.asked.exact - self.found.relevant.keys()
        for path in sorted(named.intersection(self.found.python)):
            data = self.buffers[path] if path in self.buffers else _read(Path(path))
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    ast.parse(data)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._parse_again(self.name_of(path), data)

    def _parse_again(self, name: str, data: bytes) -> None:
        """What this Python's own parser refuses may be newer syntax: LibCST has the last word."""
        from sqsfifo_lint.source.chunks import SyntaxProblem, decode, split

        try:
            split(name, decode(data))
        except SyntaxProblem as problem:
            self.problems.append(Problem(name, problem.message, problem.line, problem.column))

    def sources(self) -> list[tuple[str, bytes]]:
        """Name and content of each file that can hold a send."""
        return sorted((self.name_of(path), data) for path, data in self.found.relevant.items())

    def python(self) -> list[str]:
        """The names of all Python files."""
        prefix, start = self.prefix, len(self.prefix)
        if os.sep != "/":
            return list(map(self.name_of, self.found.python))
        return [path[start:] if path.startswith(prefix) else self.name_of(path) for path in self.found.python]

    def _named_infrastructure(self) -> bool:
        """Whether a file that may declare queues is asked for by its name: then it is read, whatever is sent."""
        return not self.asked.exact.isdisjoint(self.found.infrastructure)

    def _judge(self) -> Judged:
        sources = self.sources()
        try:
            return self._judge_together(sources, self.python())
        except Exception as error:
            return self._judge_apart(sources, error)

    def _judge_together(self, sources: Sequence[tuple[str, bytes]], python: Sequence[str]) -> Judged:
        """What there is to report. A large analysis is done in parts, as far as its files do not lead to each other."""
        from sqsfifo_lint.run.analysis import Surveyed, declaring, open_project, parts_of, surveying
        from sqsfifo_lint.sends import overriding

        always = self._named_infrastructure()
        overridden = overriding(data for _, data in sources)
        parts = parts_of(open_project(self.root, sources, python))
        surveyed, declared = Surveyed(), Infrastructure()

        def survey(found: list[Any]) -> Surveyed:
            nonlocal surveyed
            surveyed = surveying(found, self.survey, always=always)
            return surveyed

        def declare(own: list[Any]) -> Infrastructure:
            nonlocal declared
            declared = declaring(own, surveyed)
            return declared

        works = [
            partial(self._judging, part, overridden, slice(number, None, len(parts)))
            for number, part in enumerate(parts)
        ]
        several: list[Judged] = in_steps(works, (survey, declare), self.processes)
        problems = [*declared.problems, *(problem for one in several for problem in one.problems)]
        about_declarations = apply((), _rules(), self.config, problems, declared.declarations)
        findings = distinct((*about_declarations, *(finding for one in several for finding in one.findings)))
        return Judged(findings, problems, sum(one.sends for one in several))

    def _judging(self, project: Project, overridden: frozenset[str], share: slice) -> Generator[Any, Any, Judged]:
        """A part of the work, see `sqsfifo_lint.run.analysis.Part`, and a share of what is surveyed."""
        from sqsfifo_lint.run.analysis import analyzing, finish

        work = analyzing(project, overridden=overridden, added=self.added())
        surveyed = yield next(work)
        declared = yield work.send(replace(surveyed, python=surveyed.python[share]))
        sends, problems = finish(work, declared)
        # A send that is reached in the files of another part is counted there.
        own = [send for send in sends if send.place.path in project.sources or not self._is_source(send.place.path)]
        return Judged(apply(sends, _rules(), self.config, problems), problems, self._count(own))

    def _is_source(self, name: str) -> bool:
        return str(self._absolute(name)) in self.found.relevant

    def survey(self, senders: Collection[str]) -> Surveyed:
        """What lies beside the files that can hold a send: Python files that may declare queues, and templates."""
        from sqsfifo_lint.queues import infrastructure
        from sqsfifo_lint.run.analysis import Surveyed

        modules = [path for path in self._beside(self.found.python, senders) if path not in self.found.relevant]
        python, _ = read_all(modules, may_declare)
        templates = self._beside(self.found.infrastructure, senders)
        contents, problems = read_all([p for p in templates if p not in self.buffers], infrastructure.may_declare)
        contents += [(path, self.buffers[path]) for path in templates if path in self.buffers]
        hidden = self.found.hides
        self.found.problems.extend(problem for problem in problems if not hidden(problem[0]))
        named = {self.name_of(path): data for path, data in contents if path in self.asked.exact or not hidden(path)}
        return Surveyed(
            sorted(self.name_of(path) for path, _ in python if not hidden(path)), infrastructure.read(named)
        )

    def _beside(self, files: Sequence[str], senders: Collection[str]) -> Sequence[str]:
        """The files of a project; of a very large one, those in a folder round each send that is not too large."""
        if len(files) <= WIDE_SEARCH:
            return files
        below: dict[str, Sequence[str]] = {self.prefix: files}
        found = set(files) & self.asked.exact
        for folder in set(map(os.path.dirname, senders)):
            # The largest folder, on the way down to the send, that holds at most `ROUND` of them.
            prefix = self.prefix
            for name in folder.split("/"):
                inner = os.path.join(prefix, name, "")
                if inner not in below:
                    below[inner] = [path for path in below[prefix] if path.startswith(inner)]
                prefix = inner
                if len(below[prefix]) <= ROUND:
                    break
            found.update(below[prefix])
        return sorted(found)

    def added(self) -> Added:
        """What the configuration knows of functions."""
        from sqsfifo_lint.knowledge.added import added

        return added(((sender.name, sender.slots) for sender in self.config.senders), self.config.sources)

    def _judge_apart(self, sources: Sequence[tuple[str, bytes]], error: Exception) -> Judged:
        """The analysis failed: a bug of ours. Find the file that it stumbles over, and check all the others."""
        several: list[Judged] = []
        failures: list[Problem] = []
        for source in sources:
            try:
                several.append(self._judge_together([source], ()))
            except Exception as cause:
                failures.append(Problem(source[0], f"cannot be checked: {described(cause)}"))
        if not failures:
            failures.append(Problem(".", f"values are not followed across files: {described(error)}"))
        return Judged(
            distinct(finding for one in several for finding in one.findings),
            [*(problem for one in several for problem in one.problems), *failures],
            sum(one.sends for one in several),
        )

    def asked_for(self, name: str) -> bool:
        """Whether the file of this name is reported on."""
        return str(self._absolute(name)) in self.asked

    def _not_ignored(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        ignores = [
            (patterns, selectors, _matcher(patterns.patterns, patterns.base or self.root))
            for patterns, selectors in self.config.per_file_ignores
        ]
        from sqsfifo_lint.config import matches

        for finding in findings:
            path = str(self._absolute(finding.span.path))
            if not any(
                any(matches(selector, finding.code, finding.name) for selector in selectors) and fits(path)
                for _, selectors, fits in ignores
            ):
                yield finding

    def _not_suppressed(self, findings: Iterable[Finding], *, noqa: bool) -> Iterator[Finding]:
        from sqsfifo_lint.run.suppress import find_suppressions, find_suppressions_by_line

        comments: dict[str, Suppressions] = {}
        for finding in findings:
            path = finding.span.path
            if path not in comments:
                find = find_suppressions if path.endswith(SUFFIXES) else find_suppressions_by_line
                comments[path] = find("\n".join(self._lines(path)))
            if not comments[path].silences(finding, noqa=noqa):
                yield finding

    def _count(self, sends: Sequence[Send]) -> int:
        if self.asked.everything:
            return len(sends)
        return sum(1 for send in sends if self.asked_for(send.place.path))

    def _lines(self, name: str) -> list[str]:
        if name not in self.texts:
            path = self._absolute(name)
            data = self.found.relevant.get(str(path))
            self.texts[name] = _decoded(data if data is not None else _read(path)).split("\n")
        return self.texts[name]

    def _displayed(self, finding: Finding) -> Finding:
        return replace(
            finding,
            span=self._displayed_span(finding.span),
            send=self._displayed_span(finding.send) if finding.send is not None else None,
            trace=tuple(Related(self._displayed_span(step.span), step.text) for step in finding.trace),
        )

    def _displayed_span(self, span: Span) -> Span:
        name = self.display(span.path)
        return span if name == span.path else replace(span, path=name)

    def _displayed_problems(self) -> tuple[Problem, ...]:
        for path, message in self.found.problems:
            self.problems.append(Problem(self.name_of(path), message))
        self.problems = [p for p in self.problems if p.path == "." or self.asked_for(p.path)]
        return tuple(
            sorted(
                (replace(p, path=self.display(p.path)) for p in set(self.problems)),
                key=lambda p: p.rank,
            )
        )

    def name_of(self, path: str) -> str:
        if path.startswith(self.prefix):
            name = path[len(self.prefix) :]
            return name if os.sep == "/" else name.replace(os.sep, "/")
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def _absolute(self, name: str) -> Path:
        return Path(os.path.normpath(os.path.join(self.root, name)))


class _Asked:
    """The files that a run reports on: `path in asked`, with an absolute path."""

    def __init__(self, paths: Sequence[Path], root: Path) -> None:
        self.everything = root in paths
        self.exact = {str(path) for path in paths}
        self.below = tuple(os.path.join(str(path), "") for path in paths)

    def __contains__(self, path: str) -> bool:
        return self.everything or path in self.exact or path.startswith(self.below)


def _with_deduplication(send: Send, config: Config) -> Send:
    """The send, with what the configuration says about its queue added."""
    says = config.content_based_deduplication
    if not says or send.queue.content_based_deduplication is Known.YES:
        return send
    # `true` is a default for queues of which nothing is known; a pattern is about the very queue.
    applies = send.queue.content_based_deduplication is Known.UNKNOWN if says is True else _named(send.queue, says)
    if not applies:
        return send
    return replace(send, queue=replace(send.queue, content_based_deduplication=Known.YES))


def _named(queue: Queue, patterns: bool | tuple[str, ...]) -> bool:
    """Whether a pattern fits the queue's name, which may be known as a URL or an ARN."""
    if not queue.name or isinstance(patterns, bool):
        return False
    names = {queue.name, queue.name.rpartition("/")[2], queue.name.rpartition(":")[2]}
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _spans(finding: Finding) -> Iterator[Span]:
    yield finding.span
    if finding.send is not None:
        yield finding.send
    for step in finding.trace:
        yield step.span


def _display_of(root: Path, alone: bool) -> Callable[[str], str]:
    """How a file of the project is called in a report, from its path relative to the root. See `Report`."""
    here = Path.cwd()
    if root == here:
        return lambda name: name
    if root in here.parents or here in root.parents:
        return lambda name: os.path.relpath(os.path.join(root, name), here).replace(os.sep, "/")
    if alone:
        return lambda name: name
    return lambda name: Path(root, name).as_posix()


def _matcher(patterns: Sequence[str], base: Path) -> Callable[[str], bool]:
    from pathspec import GitIgnoreSpec

    spec = GitIgnoreSpec.from_lines(patterns)
    prefix = os.path.join(str(base), "")
    return lambda path: path.startswith(prefix) and spec.match_file(path[len(prefix) :])


def _rules() -> tuple[AnyRule, ...]:
    from sqsfifo_lint.rules import load_rules

    return load_rules()


def _decoded(data: bytes) -> str:
    from sqsfifo_lint.source.chunks import SyntaxProblem, decode

    try:
        return decode(data)
    except SyntaxProblem:
        return ""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))
