"""Which findings are silenced: by the configuration for their files, or by a comment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from sqsfifo_lint.config import Patterns, matches
from sqsfifo_lint.model import Finding
from sqsfifo_lint.run.discover import SUFFIXES
from sqsfifo_lint.run.gitignore import Ignoring
from sqsfifo_lint.run.suppress import Suppressions, find_suppressions, find_suppressions_by_line
from sqsfifo_lint.run.task import Task


def not_ignored(task: Task, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that `per-file-ignores` leaves."""
    ignores = [(selectors, _matcher(patterns, task.names.root)) for patterns, selectors in task.config.per_file_ignores]
    for finding in findings:
        path = task.names.path(finding.span.path)
        if not any(_fit(selectors, finding) and fits(path) for selectors, fits in ignores):
            yield finding


def not_suppressed(
    findings: Iterable[Finding], lines: Callable[[str], Sequence[str]], *, noqa: bool
) -> Iterator[Finding]:
    """The findings that no comment silences. `lines`: those of a file, by name. `noqa`: see `silences`."""
    comments: dict[str, Suppressions] = {}
    for finding in findings:
        name = finding.span.path
        if name not in comments:
            comments[name] = _comments(name, lines)
        if not comments[name].silences(finding, noqa=noqa):
            yield finding


def silencer(finding: Finding, lines: Callable[[str], Sequence[str]]) -> int | None:
    """The line of the comment that silences a finding, 0 if it is about the whole file; None if there is none."""
    found = _comments(finding.span.path, lines)
    if not found.silences(finding):
        return None
    return next((one.line for one in found.silencers(finding)), 0)


def _comments(name: str, lines: Callable[[str], Sequence[str]]) -> Suppressions:
    find = find_suppressions if name.endswith(SUFFIXES) else find_suppressions_by_line
    return find("\n".join(lines(name)))


def _fit(selectors: Iterable[str], finding: Finding) -> bool:
    return any(matches(selector, finding.code, finding.name) for selector in selectors)


def _matcher(patterns: Patterns, root: Path) -> Callable[[str], bool]:
    ignoring = Ignoring(patterns.patterns)
    prefix = os.path.join(str(patterns.base or root), "")
    return lambda path: path.startswith(prefix) and ignoring.covers(path[len(prefix) :].replace(os.sep, "/"))
