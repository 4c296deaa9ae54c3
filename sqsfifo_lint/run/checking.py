"""Checks or analyses a project, once it is known that something in it can send.

Everything here needs LibCST; see `heavy`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from sqsfifo_lint.met import counting
from sqsfifo_lint.model import Detail, Problem
from sqsfifo_lint.queues import text
from sqsfifo_lint.queues.connected import subjects
from sqsfifo_lint.queues.infrastructure import is_infrastructure
from sqsfifo_lint.report import Judged, failed, together
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.run.analysis import Analysis, analyze
from sqsfifo_lint.run.configured import added_by, judging, tests_of, with_queue_of
from sqsfifo_lint.run.kept import imports_of, kept
from sqsfifo_lint.run.parts import parts_of
from sqsfifo_lint.run.rulings import rulings_on
from sqsfifo_lint.run.share import Plan, Share, all_declared, surveyed_for
from sqsfifo_lint.run.shown import send_shown
from sqsfifo_lint.run.survey import survey
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.run.workers import Team
from sqsfifo_lint.sends import overriding
from sqsfifo_lint.source.chunks import SyntaxProblem, decode, split
from sqsfifo_lint.source.project import Project

__all__ = [
    "analyse",
    "check",
    "get_ready",
    "imports_of",
    "lines_of",
    "rulings_on",
    "send_shown",
    "syntax_problem",
    "with_queue_of",
]


def get_ready() -> None:
    """Import the rules; this module has already imported everything else."""
    load_rules()


def check(task: Task, count: int) -> Judged:
    """The results for a project. A large one is shared among `count` processes."""
    memory = kept()
    try:
        found = memory.of(task).check(task) if memory is not None else None
        return _together(task, task.sources, task.python, count) if found is None else found
    except Exception as error:
        if memory is not None:
            memory.drop(task)
        return _without_the_odd(task, error, count)


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


def _together(task: Task, sources: Sequence[tuple[str, bytes]], python: Sequence[str], count: int) -> Judged:
    """Check sources in parts that do not lead to each other, as far as there are any."""
    project, judge = Project(dict(sources), python, task.read, tests_of(task), task.projects), judging(task)
    plan = Plan(
        overriding(project.sources.values()),
        added_by(task),
        detail=Detail.LIKELY if task.audit else Detail.NONE,
        judge=judge,
        sources={name for name, _ in task.sources},
        asks_for=task.asks_for,
    )
    parts = parts_of(project)
    shares = [Share(part, plan, number, len(parts)) for number, part in enumerate(parts)]
    with Team(shares, count) as team:
        found = team.each(Share.find)
        bounds = Counter[str]()
        with counting(bounds):
            surveyed = surveyed_for(found, partial(survey, task), always=task.wants_declarations or task.connects)
        declared = all_declared(team.each(Share.declare, surveyed), surveyed)
        about_sends = team.each(Share.judge, declared)
    about_declarations = judge(subjects(declared))
    return together([Judged(problems=declared.problems, bounds=bounds), about_declarations, *about_sends])


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


def lines_of(name: str, data: bytes) -> list[str]:
    """The lines of a file, as it is read: a template or script is UTF-8, with replacements, whatever is in it."""
    if is_infrastructure(name):
        return text.decode(data).split("\n")
    try:
        return decode(data).split("\n")
    except SyntaxProblem:
        return text.decode(data).split("\n")


def syntax_problem(name: str, data: bytes) -> Problem | None:
    """Why a source cannot be parsed, or None if it can."""
    try:
        split(name, decode(data))
    except SyntaxProblem as problem:
        return Problem(name, problem.message, problem.line, problem.column)
    return None
