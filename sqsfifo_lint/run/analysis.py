"""The analysis as one pure step: the files that may matter in, sends, declarations and problems out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from sqsfifo_lint.aws import aws_of
from sqsfifo_lint.aws.infrastructure import infrastructure, together
from sqsfifo_lint.flow.search import Search
from sqsfifo_lint.knowledge.added import Added
from sqsfifo_lint.knowledge.declaring import BOTO3_SERVICES, CONSTRUCT_WORDS, INFRASTRUCTURE_PACKAGES
from sqsfifo_lint.model import Infrastructure, Problem, Send
from sqsfifo_lint.queues.joining import Lookup, depends_on_declarations, join, merged
from sqsfifo_lint.run.relevance import may_declare
from sqsfifo_lint.sends import find_sends, overriding
from sqsfifo_lint.source.chunks import trusted_nodes
from sqsfifo_lint.source.project import Module, Project

PARTS = 4
"""So many parts a large analysis is divided into, whatever the machine: the same project gives the same findings."""
LARGE = 50_000
"""Bytes of sources from which on it is."""


class Analysis(NamedTuple):
    """What the analysis knows in the end."""

    sends: list[Send]
    problems: list[Problem]
    """The sources that cannot be read as Python, and what else could not be looked into."""
    infrastructure: Infrastructure
    """What the project says of its queues; empty when no send depends on it."""


class Found(NamedTuple):
    """What a part of the analysis has found before it knows what the project declares."""

    sends: int
    senders: frozenset[str]
    """The files with sends that depend on declarations."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What lies beside the sources: Python files that may declare queues, and what other files declare."""

    python: Sequence[str] = ()
    infrastructure: Infrastructure = field(default_factory=Infrastructure)
    wanted: bool = True
    """Somebody needs to know what is declared."""


def nothing_else(senders: Collection[str]) -> Surveyed:
    """A survey that does not look any further."""
    return Surveyed()


Survey = Callable[[Collection[str]], Surveyed]
"""Looks for declarations outside of the sources; called with the files whose sends depend on them."""

Part = Generator[Any, Any, "tuple[list[Send], list[Problem]]"]
"""A part of the analysis. It yields what it has `Found`, is sent what is `Surveyed`, yields what its own files declare,
is sent all that is declared, and returns its sends and problems."""


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
    project = open_project(root, sources, python_files)
    work = analyzing(project, added=added, whole=whole)
    surveyed = surveying([next(work)], survey, always=always)
    declared = declaring([work.send(surveyed)], surveyed)
    sends, problems = finish(work, declared)
    return Analysis(sends, [*problems, *declared.problems], declared)


def open_project(root: Path, sources: Iterable[tuple[str, bytes]], python_files: Sequence[str]) -> Project:
    """The project of these files; see `analyze`."""
    return Project(dict(sources), python_files, _reader(root))


def parts_of(project: Project) -> list[Project]:
    """The project in parts that do not lead to each other, the most laborious one first; the whole if it is small."""
    groups = project.independent() if sum(map(len, project.sources.values())) >= LARGE else []
    if len(groups) < 2:
        return [project]
    efforts = [sum(_effort(project.sources[path]) for path in group) for group in groups]
    parts: list[list[str]] = [[] for _ in range(min(PARTS, len(groups)))]
    filled = [0] * len(parts)
    for effort, group in sorted(zip(efforts, groups, strict=True), reverse=True):
        least = filled.index(min(filled))
        parts[least] += group
        filled[least] += effort
    return [project.part(part) for _, part in sorted(zip(filled, parts, strict=True), reverse=True)]


def _effort(data: bytes) -> int:
    """How long a file takes beside others: each place that may send is an entry to evaluate."""
    return len(data) + 2_000 * sum(data.count(word) for word in (b"send_message", b"publish", b"MessageGroupId"))


def analyzing(
    project: Project, *, overridden: AbstractSet[str] | None = None, added: Added | None = None, whole: bool = False
) -> Part:
    """A part of the analysis, of the sources of `project`; see `Part`.

    `overridden` is what `overriding` says of the whole project, of which this may be a part.
    """
    with _deep_nesting(), trusted_nodes():
        modules = [module for path in sorted(project.sources) if (module := project.module(path)) is not None]
        libraries = overriding(project.sources.values()) if overridden is None else overridden
        sends, problems, search = find_sends(project, modules, overridden=libraries, added=added, whole=whole)
    surveyed = yield Found(len(sends), frozenset(s.place.path for s in sends if depends_on_declarations(s)))
    assert isinstance(surveyed, Surveyed)
    own = Infrastructure()
    if surveyed.wanted:
        with _deep_nesting(), trusted_nodes():
            _declare(search, modules, [m for path in surveyed.python if (m := project.module(path)) is not None])
            own = infrastructure(aws_of(search.machine).declarations)
    declared = yield own
    assert isinstance(declared, Infrastructure)
    lookup = Lookup(declared)
    unread = [project.problems[path] for path in sorted(project.problems) if path in project.sources]
    return [join(send, lookup) for send in sends], [*unread, *problems]


def surveying(found: Sequence[Found], survey: Survey, *, always: bool = False) -> Surveyed:
    """What lies beside the sources, as far as the sends that were found make it matter."""
    senders = {path for one in found for path in one.senders}
    if not always and not any(one.sends for one in found):
        return Surveyed(wanted=False)
    return survey(senders) if senders or always else Surveyed()


def declaring(own: Sequence[Infrastructure], surveyed: Surveyed) -> Infrastructure:
    """All that the project declares."""
    return merged((together(own), surveyed.infrastructure)) if surveyed.wanted else Infrastructure()


def finish(work: Part, declared: Infrastructure) -> tuple[list[Send], list[Problem]]:
    """The sends, joined with what is declared, and what could not be looked into."""
    try:
        work.send(declared)
    except StopIteration as end:
        sends, problems = end.value
        return sends, problems
    raise AssertionError("a part of the analysis yields twice")


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
