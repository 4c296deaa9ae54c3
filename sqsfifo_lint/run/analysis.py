"""The analysis as one pure step: the files that may matter in, sends, declarations and problems out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqsfifo_lint.knowledge.added import Added
from sqsfifo_lint.met import counting
from sqsfifo_lint.model import Consumer, Detail, Infrastructure, Problem, Send
from sqsfifo_lint.run.relevance import declares_fifo
from sqsfifo_lint.run.share import Plan, Share, all_declared, surveyed_for
from sqsfifo_lint.run.survey import Survey, nothing_else
from sqsfifo_lint.sends import overriding
from sqsfifo_lint.source.project import Project
from sqsfifo_lint.source.tests import is_test_file


class Analysis(NamedTuple):
    """The result of the analysis."""

    sends: list[Send]
    problems: list[Problem]
    """The sources that cannot be read as Python, and whatever else could not be analysed."""
    infrastructure: Infrastructure
    """What the project declares about its queues; empty if no send depends on it."""
    bounds: Mapping[str, int] = {}
    """How often each bound was met, by its name."""
    consumers: Sequence[Consumer] = ()
    """Where it receives messages and something of that matters."""


def analyze(
    sources: Iterable[tuple[str, bytes]],
    python_files: Sequence[str],
    read: Callable[[str], bytes] | None = None,
    *,
    added: Added | None = None,
    detail: Detail = Detail.NONE,
    survey: Survey = nothing_else,
    always: bool = False,
    is_test: Callable[[str], bool] = is_test_file,
    projects: Sequence[str] = (),
) -> Analysis:
    """The sends in `sources`, each with what the project declares of its queue.

    `sources` gives names (relative to the project's root, with `/`) and bytes of the files that may contain a send;
    `python_files` names every Python file of the project, which `read` may read to follow a value. `added` is what the
    configuration says about functions. With `always`, or where sources declare FIFO queues, declarations are looked
    for even if no send depends on them. `is_test` says which files are tests, by their names; `projects` are folders
    that are projects by themselves.
    """
    sources = list(sources)
    always = always or any(declares_fifo(data) for _, data in sources)
    project = Project(dict(sources), python_files, read, is_test, projects)
    share = Share(project, Plan(overriding(project.sources.values()), added or Added(), detail), 0, 1)
    found = share.find()
    with counting(share.bounds):
        surveyed = surveyed_for([found], survey, always=always)
    declared = all_declared([share.declare(surveyed)], surveyed)
    sends, consumers, problems = share.join(declared)
    return Analysis(sends, [*problems, *declared.problems], declared, share.bounds, consumers)
