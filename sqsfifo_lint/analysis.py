"""The analysis as one pure step: the files that may matter in, sends and problems out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqsfifo_lint.model import Problem, Send
from sqsfifo_lint.project import Project
from sqsfifo_lint.sends import find_sends


def analyze(
    root: Path, sources: Iterable[tuple[str, bytes]], *, python_files: Sequence[str] = ()
) -> tuple[list[Send], list[Problem]]:
    """The sends in `sources`, and the sources that cannot be read as Python.

    `sources` gives project-relative paths (with `/`) and bytes of the files that may hold a send; `python_files`
    names every Python file below `root`, which may be read from there to follow a value.
    """
    project = Project(dict(sources), python_files, _reader(root))
    with _rare_collection():
        modules = [module for path in sorted(project.sources) if (module := project.module(path)) is not None]
        sends = find_sends(project, modules)
    problems = [project.problems[path] for path in sorted(project.problems) if path in project.sources]
    return sends, problems


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Let the garbage collector run seldom: trees are large, live to the end, and it would walk them over and over."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _reader(root: Path) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        return (root / path).read_bytes()

    return read
