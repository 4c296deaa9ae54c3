"""Which findings are silenced: by the configuration for their files, or by a comment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqsfifo_lint.config import Config, matches
from sqsfifo_lint.model import Finding
from sqsfifo_lint.run.discover import SUFFIXES
from sqsfifo_lint.run.settings import covering
from sqsfifo_lint.run.suppress import Suppressions, find_suppressions, find_suppressions_by_line
from sqsfifo_lint.run.task import Task


def not_ignored(task: Task, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that `per-file-ignores` leaves: those of the configuration of the file that each is in."""
    root = str(task.names.root)
    known: dict[int, Sequence[tuple[Sequence[str], Callable[[str], bool]]]] = {}

    def ignores_of(config: Config) -> Sequence[tuple[Sequence[str], Callable[[str], bool]]]:
        if id(config) not in known:
            known[id(config)] = [(chosen, covering(patterns, root)) for patterns, chosen in config.per_file_ignores]
        return known[id(config)]

    for finding in findings:
        path = task.names.path(finding.span.path)
        ignores = ignores_of(task.config_of(finding.span.path))
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
            find = find_suppressions if name.endswith(SUFFIXES) else find_suppressions_by_line
            comments[name] = find("\n".join(lines(name)))
        if not comments[name].silences(finding, noqa=noqa):
            yield finding


def _fit(selectors: Iterable[str], finding: Finding) -> bool:
    return any(matches(selector, finding.code, finding.name) for selector in selectors)
