"""An analysis that keeps what it has found for the next one, so that a small change costs little: for a server.

The sources are divided into clusters that do not lead to each other, finer than `parts`: a cluster is analysed alone,
and what was asked on the way about the files of the project is noted. As long as all of that has the same answers, its
sends are the same. If the analysis of one cluster looks into a source of another, the two become one: which sends are
found, and along which paths, may depend on the order of the two.

A bound that is shared by all of a part is kept to by giving up: then everything is analysed as usual.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqsfifo_lint.met import counting
from sqsfifo_lint.model import Consumer, Detail, Infrastructure, Problem, Send
from sqsfifo_lint.queues.connected import subjects
from sqsfifo_lint.report import Judged, summed, together
from sqsfifo_lint.rules.judging import Subject
from sqsfifo_lint.run.analysis import Analysis
from sqsfifo_lint.run.configured import added_by, judging, tests_of
from sqsfifo_lint.run.parts import parts_of
from sqsfifo_lint.run.remembered import Disk, remembering
from sqsfifo_lint.run.share import Found, Plan, Share, all_declared, surveyed_for
from sqsfifo_lint.run.survey import Surveyed, survey
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.sends import overriding
from sqsfifo_lint.source.files import Imports, Needed
from sqsfifo_lint.source.project import MAX_LOADS, Project, Statements
from sqsfifo_lint.steps import step

MOST_PROJECTS = 8
"""Projects of which something is kept: a workspace has few, and each may take a hundred megabytes."""

_SHARED = frozenset({"MAX_LOADS", "MAX_LOADED"})
"""Bounds that all of a part share."""


class Kept:
    """What a process keeps of projects, and of files on disk."""

    def __init__(self) -> None:
        self.disk = Disk()
        self._projects: dict[tuple[Path, bool, tuple[str, ...]], Clusters] = {}

    def of(self, task: Task) -> Clusters:
        """What is kept of a project."""
        key = (task.names.root, task.audit, tuple(sorted(map(str, task.found.hidden))))
        found = self._projects.pop(key, None) or Clusters()
        self._projects[key] = found
        if len(self._projects) > MOST_PROJECTS:
            del self._projects[next(iter(self._projects))]
        return found

    def drop(self, task: Task) -> None:
        """Keep nothing of a project: its analysis failed."""
        self._projects = {key: one for key, one in self._projects.items() if key[0] != task.names.root}


_kept: ContextVar[Kept | None] = ContextVar("_kept", default=None)


@contextmanager
def keeping(kept: Kept) -> Iterator[None]:
    """In the block, use what is kept, and keep what is found."""
    token = _kept.set(kept)
    try:
        with remembering(kept.disk):
            yield
    finally:
        _kept.reset(token)


def kept() -> Kept | None:
    """What is kept; None if nothing is."""
    return _kept.get()


def imports_of(task: Task) -> Imports | None:
    """What is known of the imports of a project."""
    found = _kept.get()
    return found.of(task).imports_for(task) if found is not None else None


@dataclass(slots=True, eq=False)
class _Cluster:
    """Sources that were analysed together."""

    sources: frozenset[str]
    needed: Needed
    stamps: Mapping[str, object]
    """Of the files whose content was needed."""
    share: Share
    found: Found
    declared: Infrastructure | None = None
    """What its sources declare; None: nobody wanted to know, and now it is too late."""
    whole: Infrastructure | None = None
    """What the project declared when `sends` were joined with it."""
    sends: Sequence[Send] = ()
    consumers: Sequence[Consumer] = ()
    problems: Sequence[Problem] = ()
    judged: tuple[object, Judged] | None = None
    """With which configurations, and what rules said."""
    traced: _Cluster | None = None
    """The same with all traces, once somebody has asked for them."""

    def join(self, declared: Infrastructure) -> None:
        """Join its sends with what the project declares, if that is something else now."""
        if self.whole is None or self.whole != declared:
            self.whole, self.judged = declared, None
            self.sends, self.consumers, self.problems = self.share.join(declared)

    def said(self, task: Task, judge: Callable[[Iterable[Subject]], Judged]) -> Judged:
        """What rules say of its sends, by the configurations of a task."""
        key = (list(task.configs), task.divided)
        known = self.judged
        if known is None or known[0] != key:
            said = judge([*self.sends, *self.consumers])
            found = Judged(said.findings, [*self.problems, *said.problems], bounds=self.share.bounds)
            known = self.judged = key, found
        return known[1]


class Clusters:
    """The clusters of one project."""

    def __init__(self) -> None:
        self._world: object = None
        self._clusters: list[_Cluster] = []
        self._imports = Imports(lambda path: object())
        self._statements = Statements()

    def check(self, task: Task) -> Judged | None:
        """The results for a project; None if bounds are met that are not about one cluster."""
        found = self._analysed(task, always=task.wants_declarations or task.connects)
        if found is None:
            return None
        clusters, declared, bounds = found
        judge = judging(task)
        judged = [Judged(problems=declared.problems, bounds=bounds), judge(subjects(declared))]
        for cluster in clusters:
            counted = Counter(send.place.path for send in cluster.sends)
            judged.append(cluster.said(task, judge)._replace(sends=counted))
        return together(judged)

    def analyse(self, task: Task, detail: Detail, about: str | None, *, always: bool) -> Analysis | None:
        """The sends of a project, with some detail; None as in `check`. `about`: only those that lead to this file."""
        found = self._analysed(task, always=always or bool(task.declaring))
        if found is None:
            return None
        clusters, declared, bounds = found
        if about is not None:
            clusters = [one for one in clusters if about in one.sources or about in one.needed.loads]
        if Detail.TRACES in detail:
            project = self._project(task)
            analysis = _Analysing(task, project, _plan(task, project, detail))
            for one in clusters:
                one.traced = one.traced or analysis.again(one)
                one.traced.join(declared)
            clusters = [one.traced for one in clusters if one.traced is not None]
        return Analysis(
            [send for cluster in clusters for send in cluster.sends],
            [*(problem for cluster in clusters for problem in cluster.problems), *declared.problems],
            declared,
            summed([bounds, *(cluster.share.bounds for cluster in clusters)]),
            [one for cluster in clusters for one in cluster.consumers],
        )

    def imports_for(self, task: Task) -> Imports:
        """What is known of imports, for the files as they are now."""
        self._imports.stamp = task.stamp
        return self._imports

    # -- the steps of an analysis

    def _analysed(self, task: Task, *, always: bool) -> tuple[Sequence[_Cluster], Infrastructure, Counter[str]] | None:
        """The clusters, what the project declares, and the bounds that were met in finding that out."""
        project = self._project(task)
        analysis = _Analysing(task, project, _plan(task, project, Detail.LIKELY if task.audit else Detail.NONE))
        clusters = analysis.up_to_date(self._clusters)
        if analysis.exceeds(clusters):
            return None
        bounds = Counter[str]()
        with counting(bounds):
            surveyed = surveyed_for([one.found for one in clusters], partial(survey, task), always=always)
        if surveyed.wanted:
            clusters = [one if one.declared is not None else analysis.again(one) for one in clusters]
        self._clusters = clusters
        every = [*clusters, *([analysis.beside(surveyed)] if surveyed.python else ())]
        if not _SHARED.isdisjoint(every[-1].share.bounds if every else ()):
            return None
        declared = all_declared([one.declared for one in every if one.declared is not None], surveyed)
        for cluster in every:
            cluster.join(declared)
        return every, declared, bounds

    def _project(self, task: Task) -> Project:
        """The project, with what is known of its files; nothing is, if it is another world."""
        plan = overriding(dict(task.sources).values())
        world = (
            frozenset(task.python),
            tuple(task.projects),
            tuple(task.settings.all),
            added_by(task),
            tuple(task.found.ignoring),
            frozenset(plan),
        )
        if world != self._world:
            self._world, self._clusters, self._imports = world, [], Imports(task.stamp)
        return Project(
            dict(task.sources),
            task.python,
            task.read,
            tests_of(task),
            task.projects,
            imports=self.imports_for(task),
            statements=self._statements,
        )


def _plan(task: Task, project: Project, detail: Detail) -> Plan:
    return Plan(overriding(project.sources.values()), added_by(task), detail, sources={*project.sources})


class _Analysing:
    """One analysis of a project."""

    def __init__(self, task: Task, project: Project, plan: Plan) -> None:
        self._task = task
        self._project = project
        self._plan = plan
        self._stamps: dict[str, object] = {}

    def up_to_date(self, before: Sequence[_Cluster]) -> list[_Cluster]:
        """The clusters of all sources: those that are as they were, and others anew."""
        clusters = [one for one in before if self._is_same(one)]
        known = {path for one in clusters for path in one.sources}
        left = self._project.sources.keys() - known
        for one in before:  # what belonged together once is likely to do so again
            if some := one.sources & left:
                clusters.append(self._analyse(some))
                left -= some
        clusters += [self._analyse({path}) for path in sorted(left)]
        while (apart := _together(clusters)) is not None:
            kept, sources = apart
            clusters = [*kept, *map(self._analyse, sources)]
        return self._in_order(clusters)

    def _is_same(self, cluster: _Cluster) -> bool:
        files, needed = self._project.files, cluster.needed
        return (
            cluster.sources <= self._project.sources.keys()
            and all(self._stamp(path) == stamp for path, stamp in cluster.stamps.items())
            and all(files.importers(target, near=near) == said for (target, near), said in needed.importers.items())
            and all(files.holding(*words) == said for words, said in needed.holding.items())
        )

    def _stamp(self, path: str) -> object:
        if path not in self._stamps:
            self._stamps[path] = self._project.sources.get(path) or self._task.stamp(path)
        return self._stamps[path]

    def _analyse(self, sources: Iterable[str], surveyed: Surveyed | None = None) -> _Cluster:
        """Analyse sources; with `surveyed`, what they and other files declare is asked even if they send nothing."""
        step("functions evaluated", 0)
        share, needed = Share(self._project.part(sorted(sources)), self._plan, 0, 1), Needed()
        self._project.files.needed = needed
        try:
            found = share.find()
            wanted = surveyed is not None or found.sends
            declared = share.declare(surveyed or Surveyed()) if wanted else None
        finally:
            self._project.files.needed = None
        share.let_go()
        stamps = {path: self._stamp(path) for path in needed.data}
        return _Cluster(frozenset(sources), needed, stamps, share, found, declared)

    def again(self, cluster: _Cluster) -> _Cluster:
        """A cluster of which nobody has asked yet what it declares."""
        return self._analyse(cluster.sources, Surveyed())

    def beside(self, surveyed: Surveyed) -> _Cluster:
        """What Python files declare that are no sources."""
        return self._analyse((), surveyed)

    def _in_order(self, clusters: Sequence[_Cluster]) -> list[_Cluster]:
        """The clusters as the parts of an analysis that keeps nothing come."""
        turns = {path: turn for turn, part in enumerate(parts_of(self._project)) for path in part.sources}
        return sorted(clusters, key=lambda one: min((turns[path], path) for path in one.sources))

    def exceeds(self, clusters: Sequence[_Cluster]) -> bool:
        """Whether a part of an analysis that keeps nothing might meet a bound that its clusters do not."""
        if any(not _SHARED.isdisjoint(one.share.bounds) for one in clusters):
            return True
        loads = {path for one in clusters for path in one.needed.loads} - self._project.sources.keys()
        return len(loads) > MAX_LOADS


def _together(clusters: Sequence[_Cluster]) -> tuple[list[_Cluster], list[set[str]]] | None:
    """The clusters that stay as they are, and the sources of those to be analysed together; None if all stay."""
    home = {path: number for number, one in enumerate(clusters) for path in one.sources}
    same = list(range(len(clusters)))

    def first(number: int) -> int:
        while same[number] != number:
            number = same[number]
        return number

    for number, one in enumerate(clusters):
        for path in one.needed.loads & home.keys():
            same[first(number)] = first(home[path])
    groups: dict[int, list[_Cluster]] = {}
    for number, one in enumerate(clusters):
        groups.setdefault(first(number), []).append(one)
    if all(len(group) == 1 for group in groups.values()):
        return None
    kept = [group[0] for group in groups.values() if len(group) == 1]
    return kept, [{path for one in group for path in one.sources} for group in groups.values() if len(group) > 1]
