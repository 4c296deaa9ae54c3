"""The analysis as one pure step: the files that may matter in, sends and problems out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqsfifo_lint.model import Problem, Send
from sqsfifo_lint.project import Project
from sqsfifo_lint.sends import find_sends


def analyze(
    root: Path, sources: Iterable[tuple[str, bytes]], *, python_files: Sequence[str] = (), whole: bool = False
) -> tuple[list[Send], list[Problem]]:
    """The sends in `sources`, and the sources that cannot be read as Python.

    `sources` gives project-relative paths (with `/`) and bytes of the files that may hold a send; `python_files`
    names every Python file below `root`, which may be read from there to follow a value. With `whole`, the sends carry
    the trace of every slot, also of those that no rule shows.
    """
    project = Project(dict(sources), python_files, _reader(root))
    with _deep_nesting():
        modules = [module for path in sorted(project.sources) if (module := project.module(path)) is not None]
        sends, problems = find_sends(project, modules, whole=whole)
    unread = [project.problems[path] for path in sorted(project.problems) if path in project.sources]
    return sends, [*unread, *problems]


MAX_RECURSION = 1_800
"""Python frames. LibCST's parser goes by this limit too, and from about 3,000 on it runs out of C stack first."""


@contextmanager
def _deep_nesting() -> Iterator[None]:
    """Allow for more recursion than Python does by itself."""
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, MAX_RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(depth)


def _reader(root: Path) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        return (root / path).read_bytes()

    return read
