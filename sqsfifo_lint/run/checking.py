"""Checks or analyses a project, once it is known that something in it can send.

Everything here needs LibCST; see `heavy`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import partial

from sqsfifo_lint.cache.plain import dumps
from sqsfifo_lint.met import counting
from sqsfifo_lint.model import Detail, Problem
from sqsfifo_lint.queues.connected import subjects
from sqsfifo_lint.report import Judged, failed, together
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.run.analysis import Analysis, analyze
from sqsfifo_lint.run.configured import added_by, judging, tests_of, with_queue_of
from sqsfifo_lint.run.kept import imports_of, kept
from sqsfifo_lint.run.parts import BESIDE, parts_of
from sqsfifo_lint.run.rulings import rulings_on
from sqsfifo_lint.run.share import Plan, Share, all_declared, surveyed_for
from sqsfifo_lint.run.shown import send_shown
from sqsfifo_lint.run.survey import survey
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.run.units import Unit, Units
from sqsfifo_lint.run.workers import Team
from sqsfifo_lint.sends import overriding
from sqsfifo_lint.source.chunks import split
from sqsfifo_lint.source.decoding import SyntaxProblem, decode
from sqsfifo_lint.source.files import digest_of
from sqsfifo_lint.source.project import Project

__all__ = [
    "analyse",
    "check",
    "get_ready",
    "imports_of",
    "rulings_on",
    "send_shown",
    "syntax_problem",
    "with_queue_of",
]


def get_ready() -> None:
    """Import the rules; this module has already imported everything else."""
    load_rules()


def check(task: Task, count: int) -> Judged:
    """The results for a project. A large one is shared among `count` processes. Raises PluginError."""
    get_ready()
    added_by(task)  # here, for what is wrong with a plugin is no fault of a file
    memory = kept()
    try:
        found = memory.of(task).check(task) if memory is not None else None
        return _together(task, task.sources, task.python, count) if found is None else found
    except Exception as error:
        if memory is not None:
            memory.drop(task)
        return _without_the_odd(task, error, count)._replace(whole=False)


def analyse(task: Task, *, detail: Detail = Detail.NONE, always: bool = False, about: str | None = None) -> Analysis:
    """What a project sends and declares; see `analyze`. `about`: nobody asks of sends that do not lead to this file."""
    memory = kept()
    if memory is not None and (found := memory.of(task).analyse(task, detail, about, always=always)) is not None:
        return found
    return analyze(
        task.sources,
        task.python,
        task.read,
        added=added_by(task),
        detail=detail,
        survey=partial(survey, task),
        always=always,
        is_test=tests_of(task),
        projects=task.projects,
    )


def _together(
    task: Task,
    sources: Sequence[tuple[str, bytes]],
    python: Sequence[str],
    count: int,
    anew: AbstractSet[int] = frozenset(),
) -> Judged:
    """Check sources in parts that do not lead to each other, as far as there are any.

    What an earlier run has found in a part is taken from there, except for the parts `anew`, by their numbers.
    """
    project = Project(dict(sources), python, task.read, tests_of(task), task.projects)
    if task.cache is not None:
        project.files.note_imports()
    judge, overridden = judging(task), overriding(project.sources.values())
    plan = Plan(
        overridden,
        added_by(task),
        detail=Detail.LIKELY if task.audit else Detail.NONE,
        judge=judge,
        sources={name for name, _ in task.sources},
    )
    parts = parts_of(project)
    units, kept = None, dict[int, Unit]()
    if task.cache is not None and len(parts) > 1 and not project.files.are_many:
        units = Units(task, task.cache, project, sorted(overridden))
        known = ((number, units.known(part)) for number, part in enumerate(parts) if number not in anew)
        kept = {number: unit for number, unit in known if unit is not None}
    made = [number for number in range(len(parts)) if number not in kept]
    shares = [Share(parts[number], plan) for number in made]
    if len(parts) > 1:  # declarations beside the sources are no part's own
        shares += [Share(project.part(()), plan, number, BESIDE) for number in range(BESIDE)]
    else:
        shares = [Share(parts[0], plan, 0, 1)]
    with Team(shares, count) as team:
        found = team.each(Share.find)
        bounds = Counter[str]()
        with counting(bounds):
            every = [*(unit.found for unit in kept.values()), *found]
            surveyed = surveyed_for(every, partial(survey, task), always=task.wants_declarations or task.connects)
        own = team.each(Share.declare, surveyed)
        of_parts = {**{number: unit.declared for number, unit in kept.items()}, **dict(zip(made, own, strict=False))}
        declared = all_declared([*(of_parts[n] for n in sorted(of_parts)), *own[len(made) :]], surveyed)
        joined = digest_of(dumps(declared)) if units is not None else ""
        late = {number for number, unit in kept.items() if not unit.fits(surveyed.wanted, joined)}
        about_sends = team.each(Share.judge, declared) if not late else []
    if late:
        return _together(task, sources, python, count, late | anew)
    if units is not None:
        for number, one, what, judged in zip(made, found, own, about_sends, strict=False):
            units.keep(parts[number], Unit(one, surveyed.wanted, what, joined, judged))
    about_declarations = judge(subjects(declared))
    beside = Judged(problems=declared.problems, bounds=bounds, surveyed=surveyed.seen)
    return together([beside, about_declarations, *(unit.judged for unit in kept.values()), *about_sends])


MOST_TRIES = 64
"""How often parts of a project are analysed to find the files at which the analysis fails: all tries together take as
long as a few analyses of the whole."""

Sources = Sequence[tuple[str, bytes]]


def _without_the_odd(task: Task, error: Exception, count: int) -> Judged:
    """The analysis failed, which is a bug of ours. Find the files that cause it, and check all others together."""
    groups, odd = _groups_that_pass(task)
    apart: list[Judged] = []
    problems: list[Problem] = []
    for source in odd:
        try:
            apart.append(_together(task, [source], (), 1))
            problems.append(failed(source[0], "can only be checked by itself", error, taken_out=True))
        except Exception as cause:
            problems.append(failed(source[0], "cannot be checked", cause, taken_out=True))
    out = {name for name, _ in odd}
    python = [name for name in task.python if name not in out]
    if out:
        try:
            whole = _together(task, [source for group in groups for source in group], python, count)
            return together([whole, *apart, Judged(problems=problems)])
        except Exception as again:
            error = again
    problems.append(failed(".", "values are not followed across files", error))
    for group in groups:
        try:
            apart.append(_together(task, group, python, 1))
        except Exception as cause:  # it led to one that was taken out
            problems += [failed(name, "cannot be checked", cause, taken_out=True) for name, _ in group]
    return together([*apart, Judged(problems=problems)])


def _groups_that_pass(task: Task) -> tuple[list[Sources], Sources]:
    """The sources in groups that can be analysed, and those that cannot even be analysed one by one."""
    groups: list[Sources] = []
    odd: list[tuple[str, bytes]] = []
    middle = len(task.sources) // 2
    waiting: list[Sources] = [task.sources[middle:], task.sources[:middle]]
    tries = 0
    while waiting:
        group = waiting.pop()
        tries += 1
        try:
            if tries <= MOST_TRIES and group:
                _together(task, group, task.python, 1)
                groups.append(group)
                continue
        except Exception:  # whatever it is: one of these files causes it
            middle = len(group) // 2
        if len(group) < 2 or tries > MOST_TRIES:
            odd += group
        else:
            waiting += [group[middle:], group[:middle]]
    return groups, odd


def syntax_problem(name: str, data: bytes) -> Problem | None:
    """Why a source cannot be parsed, or None if it can."""
    try:
        split(name, decode(data))
    except SyntaxProblem as problem:
        return Problem(name, problem.message, problem.line, problem.column)
    return None
