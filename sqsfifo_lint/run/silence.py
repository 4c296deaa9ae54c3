"""Which findings are silenced: by the configuration for their files, or by a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqsfifo_lint import useless
from sqsfifo_lint.config import Config, matches
from sqsfifo_lint.model import Finding, Severity
from sqsfifo_lint.records import replace
from sqsfifo_lint.run.discover import SUFFIXES
from sqsfifo_lint.run.settings import covering
from sqsfifo_lint.run.suppress import (
    NOTHING,
    OF_OURS,
    Suppressions,
    find_suppressions,
    find_suppressions_by_line,
)
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.run.useless import Commented, Rules, Useless, useless_in


def ignoring(task: Task) -> Callable[[str, str, str], bool]:
    """Whether `per-file-ignores` ignores a rule, by code and name, in the file of a name: by its own configuration."""
    root = str(task.names.root)
    known: dict[int, Sequence[tuple[Sequence[str], Callable[[str], bool]]]] = {}

    def ignores_of(config: Config) -> Sequence[tuple[Sequence[str], Callable[[str], bool]]]:
        if id(config) not in known:
            known[id(config)] = [(chosen, covering(patterns, root)) for patterns, chosen in config.per_file_ignores]
        return known[id(config)]

    def ignores_rule(code: str, name: str, file: str) -> bool:
        path = task.names.path(file)
        ignores = ignores_of(task.config_of(file))
        return any(any(matches(one, code, name) for one in selectors) and fits(path) for selectors, fits in ignores)

    return ignores_rule


def not_ignored(task: Task, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that `per-file-ignores` leaves."""
    ignores = ignoring(task)
    return (finding for finding in findings if not ignores(finding.code, finding.name, finding.span.path))


class Comments:
    """The suppressing comments of files, each read once. `lines`: those of a file, by name."""

    def __init__(self, lines: Callable[[str], Sequence[str]]) -> None:
        self._lines = lines
        self._known: dict[str, Suppressions] = {}

    def of(self, name: str) -> Suppressions:
        """Those of the file of this name."""
        if name not in self._known:
            find = find_suppressions if name.endswith(SUFFIXES) else find_suppressions_by_line
            self._known[name] = find("\n".join(self._lines(name)))
        return self._known[name]

    def silencer(self, finding: Finding) -> int | None:
        """The line of the comment that silences a finding, 0 if it is about the whole file; None if there is none."""
        found = self.of(finding.span.path)
        if not found.silences(finding):
            return None
        return next((one.line for one in found.silencers(finding)), 0)

    def not_suppressed(self, findings: Iterable[Finding], *, noqa: bool) -> list[Finding]:
        """The findings that no comment silences; of those about comments, all. `noqa`: see `silences`."""
        return [
            finding
            for finding in findings
            if finding.code == useless.CODE or not self.of(finding.span.path).silences(finding, noqa=noqa)
        ]


def useless_ignores(
    task: Task, comments: Comments, findings: Sequence[Finding], known: Callable[[], Sequence[tuple[str, str]]]
) -> list[Useless]:
    """The comments in files that were asked for that silence none of the findings. `known` loads all rules."""
    ignores = ignoring(task)

    def was_run(rule: tuple[str, str], name: str) -> bool:
        return task.config_of(name).enabled(*rule) and not ignores(*rule, name)

    by_file: dict[str, list[Finding]] = {finding.span.path: [] for finding in findings}
    for finding in findings:
        by_file[finding.span.path].append(finding)
    found: list[Useless] = []
    for name in sorted({*by_file, *(name for name, data in task.sources if OF_OURS.search(data))}):
        suppressions = comments.of(name) if task.asks_for(name) else NOTHING
        if suppressions.comments and was_run((useless.CODE, useless.NAME), name):
            found += useless_in(Commented(name, suppressions, by_file.get(name, ()), findings), Rules(known(), was_run))
    return found


def with_severity(config: Config, finding: Finding) -> Finding:
    """The finding, with the severity that the configuration gives its rule: that of the longest selector."""
    chosen = config.severity_of(finding.code, finding.name)
    return finding if chosen is None else replace(finding, severity=Severity(chosen))
