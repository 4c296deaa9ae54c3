"""The names of a project's files.

A file has a *path*, which is absolute, and a *name*, which is relative to the project's root and has `/`. In a report
it is *shown* as `Report` describes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from sqsfifo_lint.model import Finding, Problem, Span
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Ruling, renamed


class Names:
    """The names of the files of one project."""

    def __init__(self, root: Path, *, alone: bool) -> None:
        """`alone`: the report has no other project."""
        self.root = root
        self.shown: Callable[[str], str] = cache(_shown_from(root, alone))
        """How a report shows a file, by its name."""
        self._prefix = os.path.join(str(root), "")

    def path(self, name: str) -> str:
        """The path of a file of this name."""
        return os.path.normpath(os.path.join(self.root, name))

    def of(self, path: str) -> str:
        """The name of the file at a path."""
        if path.startswith(self._prefix):
            name = path[len(self._prefix) :]
            return name if os.sep == "/" else name.replace(os.sep, "/")
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def of_all(self, paths: Sequence[str]) -> list[str]:
        """The names of files at many paths: all Python files of a project."""
        if os.sep != "/":
            return list(map(self.of, paths))
        prefix, start = self._prefix, len(self._prefix)
        return [path[start:] if path.startswith(prefix) else self.of(path) for path in paths]

    def finding_shown(self, finding: Finding) -> Finding:
        """The finding, with names as a report shows them."""
        return renamed(finding, self.shown)

    def problem_shown(self, problem: Problem) -> Problem:
        """The problem, with a name as a report shows it."""
        return replace(problem, path=self.shown(problem.path))

    def ruling_shown(self, ruling: Ruling) -> Ruling:
        """The ruling, with names as a report shows them."""
        return replace(ruling, span=self.span_shown(ruling.span)) if ruling.span is not None else ruling

    def span_shown(self, span: Span) -> Span:
        """The region, with the name of its file as a report shows it."""
        shown = self.shown(span.path)
        return span if shown == span.path else replace(span, path=shown)


def _shown_from(root: Path, alone: bool) -> Callable[[str], str]:
    here = Path.cwd()
    if root == here:
        return lambda name: name
    if root in here.parents or here in root.parents:
        return lambda name: os.path.relpath(os.path.join(root, name), here).replace(os.sep, "/")
    if alone:
        return lambda name: name
    return lambda name: Path(root, name).as_posix()
