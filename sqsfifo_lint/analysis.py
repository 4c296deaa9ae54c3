"""The analysis as one pure step: the files that may matter in, sends, declarations and problems out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqsfifo_lint.flow.declaring import infrastructure
from sqsfifo_lint.flow.search import Search
from sqsfifo_lint.knowledge.added import Added
from sqsfifo_lint.knowledge.declaring import BOTO3_SERVICES, CONSTRUCT_WORDS, INFRASTRUCTURE_PACKAGES
from sqsfifo_lint.model import Infrastructure, Problem, Send
from sqsfifo_lint.project import Module, Project
from sqsfifo_lint.queues.joining import Lookup, depends_on_declarations, join, merged
from sqsfifo_lint.relevance import may_declare
from sqsfifo_lint.sends import find_sends
from sqsfifo_lint.syntax import trusted_nodes


class Analysis(NamedTuple):
    """What the analysis knows in the end."""

    sends: list[Send]
    problems: list[Problem]
    """The sources that cannot be read as Python, and what else could not be looked into."""
    infrastructure: Infrastructure
    """What the project says of its queues; empty when no send depends on it."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What lies beside the sources: Python files that may declare queues, and what other files declare."""

    python: Sequence[str] = ()
    infrastructure: Infrastructure = field(default_factory=Infrastructure)


def nothing_else(sends: Sequence[Send]) -> Surveyed:
    """A survey that does not look any further."""
    return Surveyed()


Survey = Callable[[Sequence[Send]], Surveyed]
"""Looks for declarations outside of the sources; called when a send depends on them."""


def analyze(
    root: Path,
    sources: Iterable[tuple[str, bytes]],
    *,
    python_files: Sequence[str] = (),
    added: Added | None = None,
    whole: bool = False,
    survey: Survey = nothing_else,
    always: bool = False,
) -> Analysis:
    """The sends in `sources`, each with what the project declares of its queue.

    `sources` gives project-relative paths (with `/`) and bytes of the files that may hold a send; `python_files`
    names every Python file below `root`, which may be read from there to follow a value. `added` is what the
    configuration knows of functions. With `whole`, the sends carry the trace of every slot, also of those that no rule
    shows. With `always`, declarations are looked for even when no send depends on them.
    """
    project = Project(dict(sources), python_files, _reader(root))
    with _deep_nesting(), trusted_nodes():
        modules = [module for path in sorted(project.sources) if (module := project.module(path)) is not None]
        sends, problems, search = find_sends(project, modules, added=added, whole=whole)
        declared = Infrastructure()
        if sends or always:
            wanted = always or any(map(depends_on_declarations, sends))
            surveyed = survey(sends) if wanted else Surveyed()
            _declare(search, modules, [m for path in surveyed.python if (m := project.module(path)) is not None])
            declared = merged((infrastructure(search.machine), surveyed.infrastructure))
            lookup = Lookup(declared)
            sends = [join(send, lookup) for send in sends]
            problems.extend(declared.problems)
    unread = [project.problems[path] for path in sorted(project.problems) if path in project.sources]
    return Analysis(sends, [*unread, *problems], declared)


def _declare(search: Search, modules: Sequence[Module], others: Sequence[Module]) -> None:
    """Have the machine meet what the modules declare."""
    declaring = [*(module for module in modules if may_declare(module.text.encode())), *others]
    search.declarations(declaring, BOTO3_SERVICES, constructed=False)
    libraries = [name.rstrip(".") for name in INFRASTRUCTURE_PACKAGES]
    built = [module for module in declaring if any(library in module.text for library in libraries)]
    search.declarations(built, CONSTRUCT_WORDS, constructed=True)


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
