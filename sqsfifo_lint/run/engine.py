"""(paths, configuration) → `Report`: the command and the plugin are thin layers on top of this."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqsfifo_lint.config import Config, find_config
from sqsfifo_lint.model import Detail, Finding, Span
from sqsfifo_lint.queues.infrastructure import is_infrastructure
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Explanation, Judged, Overview, Report, merged
from sqsfifo_lint.run.broken import broken, with_importers
from sqsfifo_lint.run.discover import discover, group_by_root, project_root
from sqsfifo_lint.run.heavy import checking, rules
from sqsfifo_lint.run.memory import rare_collection
from sqsfifo_lint.run.names import Names
from sqsfifo_lint.run.reached import sends_at
from sqsfifo_lint.run.relevance import or_calls
from sqsfifo_lint.run.silence import not_ignored, not_suppressed
from sqsfifo_lint.run.task import Asked, Task
from sqsfifo_lint.run.texts import Texts


def check(
    paths: Sequence[Path],
    config: Config | None = None,
    *,
    overlay: Mapping[Path, bytes] | None = None,
    noqa: bool = True,
    audit: bool = False,
    processes: int = 1,
) -> Report:
    """Check files and folders; each project that they belong to is read for that, but only they are reported on.

    `config`: None uses the project's own. `overlay`: content that replaces files on disk, or adds to them. With `noqa`
    false, `# noqa` comments are left to the caller. With `audit`, or if the configuration says so, what is likely is
    reported too. A large analysis is shared among `processes` processes, which does
    not change the report. Raises ConfigError.
    """
    with rare_collection():
        return merged([_check(task, processes, noqa=noqa) for task in _tasks(paths, config, overlay, audit=audit)])


def explain(path: Path, line: int, config: Config | None = None) -> Explanation:
    """The sends whose call is at a line, or to which a call or value at that line leads.

    The project is that which `check` reads if it is run here, if the file is in it. Raises ConfigError.
    """
    (task,) = _tasks(_around(_absolute(path)), config)
    found = checking.analyse(task, detail=Detail.TRACES | Detail.LIKELY)
    chosen = sends_at(found.sends, task.names.of(str(_absolute(path))), line)
    problems = tuple(with_importers(task, (*found.problems, *task.unread)))
    return Explanation(tuple(chosen), problems, found.bounds, _links(task))


def overviews(paths: Sequence[Path], config: Config | None = None, *, detail: Detail = Detail.NONE) -> list[Overview]:
    """The queues of the projects that the paths belong to, whether or not anything is sent to them.

    `detail` says what is worked out of the sends. Raises ConfigError.
    """
    with rare_collection():
        return [_overview(task, detail) for task in _tasks(paths, config)]


def project_config(paths: Sequence[Path], *, follow_links: bool = False) -> Config:
    """The configuration of the project that the paths belong to (the first, if several). Raises ConfigError."""
    return find_config(next(iter(group_by_root(list(map(_absolute, paths))))), follow_links=follow_links)


def _around(path: Path) -> list[Path]:
    """What to read in order to see of a file what a check of the working folder sees."""
    here = Path.cwd()
    if here not in path.parents:
        return [path]
    if project_root(here) is not None:
        return [here, path]
    return [path] if project_root(path.parent) is not None else [here]


def _tasks(
    paths: Sequence[Path], config: Config | None, overlay: Mapping[Path, bytes] | None = None, *, audit: bool = False
) -> Iterator[Task]:
    """The projects that the paths belong to, each read in its turn."""
    contents = {str(_absolute(path)): data for path, data in (overlay or {}).items()}
    groups = group_by_root(list(map(_absolute, paths)))
    for root, members in groups.items():
        settings = config if config is not None else find_config(root)
        settings = replace(settings, audit=True) if audit else settings
        yield _read(Names(root, alone=len(groups) == 1), members, settings, contents)


def _read(names: Names, paths: Sequence[Path], config: Config, overlay: Mapping[str, bytes]) -> Task:
    """Read everything that may be needed to check `paths`: at present, the whole project.

    A finding about a send in one file may be located in another, at the caller that passes the bad value in, so the
    files asked for are not enough even to know what to report on them.
    """
    found = discover(
        names.root,
        paths,
        or_calls(sender.name for sender in config.senders),
        infrastructure=is_infrastructure,
        exclude=config.exclude,
        respect_gitignore=config.respect_gitignore,
        force_exclude=config.force_exclude,
        follow_links=config.follow_links,
        overlay=overlay,
        first=_get_ready,
    )
    return Task(names, Asked(paths, names.root), config, found, overlay)


def _get_ready() -> None:
    """Import what is slow to import: there will be something to analyse."""
    checking.get_ready()


def _check(task: Task, processes: int, *, noqa: bool) -> Report:
    if task.config.has_selectors:
        task.config.check_selectors([(rule.code, rule.name) for rule in rules.load_rules()])
    judged = checking.check(task, processes) if task.found.relevant or task.wants_declarations else Judged()
    # flake8 parses every file itself and reports what is broken.
    unread = [*judged.problems, *task.unread, *(broken(task) if noqa else ())]
    problems = with_importers(task, {p for p in unread if p.path == "." or task.asks_for(p.path)})
    texts = Texts(task)
    wanted = sorted((f for f in judged.findings if task.asks_for(f.span.path)), key=lambda finding: finding.rank)
    kept = list(not_ignored(task, wanted))
    loud = list(not_suppressed(kept, texts.lines, noqa=noqa))
    heard = set(loud)
    silenced = [finding for finding in kept if finding not in heard]
    names, places = task.names, {span.path for finding in kept for span in _spans(finding)}
    return Report(
        findings=tuple(map(names.finding_shown, loud)),
        problems=tuple(sorted(map(names.problem_shown, problems), key=lambda problem: problem.rank)),
        files=task.files,
        sends=judged.sends,
        suppressed=len(silenced),
        ignored=len(wanted) - len(kept),
        bounds=judged.bounds,
        locations={names.shown(n): Path(names.path(n)) for n in places | {problem.path for problem in problems}},
        lines={names.shown(n): texts.lines(n) for n in places},
        relevant=frozenset(task.found.relevant),
        silenced=tuple(map(names.finding_shown, silenced)),
        links=_links(task),
    )


def _overview(task: Task, detail: Detail) -> Overview:
    found = checking.analyse(task, detail=detail, always=True)
    return Overview(
        found.infrastructure,
        tuple(checking.with_queue_of(task.config, send) for send in found.sends),
        tuple(map(task.names.problem_shown, with_importers(task, (*found.problems, *task.unread)))),
        task.asks_for,
        task.names.shown,
        _links(task),
    )


def _links(task: Task) -> tuple[str, ...]:
    return tuple(map(task.names.shown, task.links))


def _spans(finding: Finding) -> Iterator[Span]:
    yield finding.span
    if finding.send is not None:
        yield finding.send
    yield from finding.also
    for step in finding.trace:
        yield step.span


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))
