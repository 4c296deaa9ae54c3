"""(paths, configuration) → `Report`: the command and the plugin are thin layers on top of this."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from sqsfifo_lint import plugins, useless
from sqsfifo_lint.baseline import Scope, held_back, nearest
from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.config import Config
from sqsfifo_lint.model import Detail, Finding, Span
from sqsfifo_lint.queues.infrastructure import is_infrastructure
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Explanation, Fate, Judged, Overview, Report, Ruling, merged
from sqsfifo_lint.run.broken import broken, with_importers
from sqsfifo_lint.run.discover import discover, group_by_root
from sqsfifo_lint.run.heavy import checking, rules
from sqsfifo_lint.run.memory import rare_collection
from sqsfifo_lint.run.mistakes import misnamed, mistakes
from sqsfifo_lint.run.names import Names
from sqsfifo_lint.run.reached import lines_leading, sends_at
from sqsfifo_lint.run.recall import recalled
from sqsfifo_lint.run.relevance import or_calls
from sqsfifo_lint.run.settings import Settings
from sqsfifo_lint.run.silence import Comments, not_ignored, useless_ignores, with_severity
from sqsfifo_lint.run.task import Asked, Task
from sqsfifo_lint.run.texts import Texts
from sqsfifo_lint.source.files import WIDE_SEARCH


def check(
    paths: Sequence[Path],
    config: Config | None = None,
    *,
    adjusted: Callable[[Config], Config] | None = None,
    overlay: Mapping[Path, bytes] | None = None,
    noqa: bool = True,
    audit: bool = False,
    baselines: bool = True,
    processes: int = 1,
    cache: Cache | None = None,
) -> Report:
    """Check files and folders; each project that they belong to is read for that, but only they are reported on.

    `config`: None uses for each file that of its own folder, or of the nearest one above. `adjusted` makes of each
    what holds in this run. `overlay`: content that replaces files on disk, or adds to them. With `noqa`
    false, `# noqa` comments are left to the caller. With `audit`, or if the configuration says so, what is likely is
    reported too. With `baselines`, what the baselines of the files absorb is not reported. A large analysis is shared
    among `processes` processes, which does not change the report. Nor does `cache`: what earlier runs have found is
    taken from there where nothing that it depends on has changed. Raises ConfigError.
    """
    settings = Settings(config, _audited(adjusted) if audit else adjusted)
    with rare_collection():
        report = merged([_check(task, processes, noqa=noqa) for task in _tasks(paths, settings, overlay, cache)])
        if cache is not None:
            cache.save()
        return held_back(report, _scope(paths, report, settings)) if baselines else report


def scope_of(paths: Sequence[Path], report: Report, config: Config | None = None, *, audit: bool = False) -> Scope:
    """What a run was about, whose report this is; see `check`."""
    return _scope(paths, report, Settings(config, _audited(None) if audit else None))


def _scope(paths: Sequence[Path], report: Report, settings: Settings) -> Scope:
    def was_run(path: Path, code: str, likely: bool) -> bool:
        config = settings.of(str(path))
        name = next((name for known, name in labels() if known == code), "")
        return (config.audit or not likely) and config.enabled(code, name)

    return Scope(list(map(_absolute, paths)), report, was_run)


def explain(
    path: Path,
    line: int,
    config: Config | None = None,
    *,
    column: int | None = None,
    overlay: Mapping[Path, bytes] | None = None,
) -> Explanation:
    """The sends whose call is at a line, or to which a call or value at that line leads, with what rules say of them.

    The project is that which `check` reads for the file; `overlay` as for `check`. Paths can be opened from the working
    folder. Raises ConfigError.
    """
    (task,) = _tasks([path], Settings(config), overlay)
    name, names = task.names.of(str(_absolute(path))), Names(task.names.root, alone=False)
    found = checking.analyse(task, detail=Detail.TRACES | Detail.LIKELY, about=name)
    chosen = [
        checking.with_queue_of(task.config_of(send.place.path), send)
        for send in sends_at(found.sends, name, line, column)
    ]
    rulings = [tuple(checking.rulings_on(task, send)) for send in chosen]
    own, leading = lines_leading(found.sends, name)
    return Explanation(
        sends=tuple(checking.send_shown(names, send) for send in chosen),
        problems=tuple(map(names.problem_shown, with_importers(task, (*found.problems, *task.unread)))),
        bounds=found.bounds,
        links=tuple(names.shown(task.names.of(link)) for link in task.found.links),
        rulings=tuple(
            tuple(map(names.ruling_shown, several)) for several in _with_baseline(rulings, task, config, overlay)
        ),
        lines=len("\n".join(Texts(task).lines(name)).splitlines()),
        others=own,
        leading=leading,
        warnings=tuple(misnamed(task)),
    )


def _with_baseline(
    rulings: Sequence[Sequence[Ruling]], task: Task, config: Config | None, overlay: Mapping[Path, bytes] | None
) -> Sequence[Sequence[Ruling]]:
    """The rulings, with what baselines absorb of them. Only a check can tell, and it is made where there is one."""

    def path_of(ruling: Ruling) -> Path | None:
        if ruling.fate is not Fate.REPORTED or ruling.span is None:
            return None
        return Path(task.names.path(ruling.span.path))

    files = sorted({path for several in rulings for one in several if (path := path_of(one)) is not None})
    if not any(map(nearest, files)):
        return rulings
    report = check(files, config, overlay=overlay, baselines=False)
    kept = {*held_back(report, scope_of(files, report, config)).findings}
    absorbed = {
        (finding.code, report.locations[finding.span.path], finding.span.line, finding.span.column)
        for finding in report.findings
        if finding not in kept
    }
    return [
        [
            replace(one, fate=Fate.BASELINED)
            if one.span is not None and (one.code, path_of(one), one.span.line, one.span.column) in absorbed
            else one
            for one in several
        ]
        for several in rulings
    ]


def overviews(
    paths: Sequence[Path],
    config: Config | None = None,
    *,
    adjusted: Callable[[Config], Config] | None = None,
    overlay: Mapping[Path, bytes] | None = None,
    detail: Detail = Detail.NONE,
) -> list[Overview]:
    """The queues of the projects that the paths belong to, whether or not anything is sent to them.

    `config`, `adjusted` and `overlay` as for `check`; `detail` says what is worked out of the sends. Raises
    ConfigError.
    """
    with rare_collection():
        return [_overview(task, detail) for task in _tasks(paths, Settings(config, adjusted), overlay)]


def project_config(paths: Sequence[Path]) -> Config:
    """The configuration of the first of these files and folders. Raises ConfigError."""
    return Settings().demand(_folders(paths[:1]))[0]


def check_settings(paths: Sequence[Path]) -> None:
    """Raises ConfigError if the configuration of one of these files and folders is not valid."""
    Settings().demand(_folders(paths))


def _folders(paths: Sequence[Path]) -> list[str]:
    return [str(path if path.is_dir() else path.parent) for path in map(_absolute, paths)]


def _audited(adjusted: Callable[[Config], Config] | None) -> Callable[[Config], Config]:
    return lambda config: replace(adjusted(config) if adjusted is not None else config, audit=True)


def _tasks(
    paths: Sequence[Path],
    settings: Settings,
    overlay: Mapping[Path, bytes] | None = None,
    cache: Cache | None = None,
) -> Iterator[Task]:
    """The projects that the paths belong to, each read in its turn."""
    contents = {str(_absolute(path)): data for path, data in (overlay or {}).items()}
    groups = group_by_root(list(map(_absolute, paths)))
    waiting = list(groups.items())
    while waiting:
        root, members = waiting.pop(0)
        names = Names(root, alone=len(groups) == 1)
        task = _read(names, members, settings, contents, cache)
        inner = [Path(folder) for folder in task.found.repositories if folder in task.asked]
        waiting += [(folder, [folder]) for folder in inner if folder not in groups]
        # What is hidden is no part of the project: what is said of other files does not depend on it.
        hidden = task.found.hidden
        parts = [task]
        if hidden and len(hidden) < len(members):
            visible = [path for path in members if path not in hidden]
            parts = [_read(names, some, settings, contents, cache) for some in (visible, hidden)]
        for part in parts:
            yield from part.by_agreement()


def _read(
    names: Names, paths: Sequence[Path], settings: Settings, overlay: Mapping[str, bytes], cache: Cache | None
) -> Task:
    """Read everything that may be needed to check `paths`: at present, the whole project.

    A finding about a send in one file may be located in another, at the caller that passes the bad value in, so the
    files asked for are not enough even to know what to report on them.
    """

    def configured() -> Iterator[str]:
        every = (plugins.senders(), *(config.senders for config in settings.all))
        return (sender.name for senders in every for sender in senders)

    found = discover(
        names.root,
        paths,
        or_calls(configured),
        settings=settings,
        infrastructure=is_infrastructure,
        overlay=overlay,
        first=_get_ready,
        ruled_out=lambda: (
            cache.ruled_out("sends", str(names.root), *sorted(set(configured()))) if cache is not None else None
        ),
    )
    if len(found.python) > WIDE_SEARCH:  # then only what is around sends is looked at
        sends = or_calls(configured, declaring=False)
        found.relevant = {path: data for path, data in found.relevant.items() if sends(data)}
    return Task(names, Asked(paths, names.root), settings, found, overlay, cache=cache)


def _get_ready() -> None:
    """Import what is slow to import: there will be something to analyse."""
    checking.get_ready()


def _check(task: Task, processes: int, *, noqa: bool) -> Report:
    for config in task.configs:
        if config.has_selectors:
            config.check_selectors(labels())
    judged = _judged(task, processes)
    # flake8 parses every file itself and reports what is broken.
    unread = [*judged.problems, *task.unread, *(broken(task) if noqa else ())]
    problems = with_importers(task, {p for p in unread if p.path == "." or task.asks_for(p.path)})
    texts = Texts(task)
    comments = Comments(texts.lines)
    wanted = _wanted(task, judged)
    if not unread and task.found.relevant:  # what cannot be read may be what a comment is for
        wanted = sorted([*wanted, *_useless(task, comments, wanted, processes)], key=lambda finding: finding.rank)
    kept = list(not_ignored(task, wanted))
    loud = comments.not_suppressed(kept, noqa=noqa)
    left = () if noqa else {*loud} - {*comments.not_suppressed(loud, noqa=True)}
    heard = {*loud}
    silenced = [finding for finding in kept if finding not in heard]
    sending = [count for name, count in judged.sends.items() if task.asks_for(name)]
    names, places = task.names, {span.path for finding in kept for span in _spans(finding)}
    shown = {
        finding: names.finding_shown(with_severity(task.config_of(finding.span.path), finding)) for finding in loud
    }
    return Report(
        findings=tuple(shown[finding] for finding in loud),
        problems=tuple(sorted(map(names.problem_shown, problems), key=lambda problem: problem.rank)),
        files=task.files,
        sends=sum(sending),
        sending=len(sending),
        suppressed=len(silenced),
        ignored=len(wanted) - len(kept),
        bounds=judged.bounds,
        locations={names.shown(n): Path(names.path(n)) for n in places | {problem.path for problem in problems}},
        lines={names.shown(n): texts.lines(n) for n in places},
        relevant=frozenset(task.found.relevant),
        silenced=tuple(map(names.finding_shown, silenced)),
        links=_links(task),
        left=frozenset(shown[finding] for finding in left),
        warnings=tuple(dict.fromkeys(mistakes(task))) if noqa else (),
    )


def _judged(task: Task, processes: int) -> Judged:
    if not task.found.relevant and not _wants(task):
        return Judged()
    return recalled(task, lambda: checking.check(task, processes))


def _wants(task: Task) -> bool:
    return task.wants_declarations or task.connects


def _wanted(task: Task, judged: Judged) -> list[Finding]:
    """The findings in files that were asked for, in order."""
    return sorted((f for f in judged.findings if task.asks_for(f.span.path)), key=lambda finding: finding.rank)


def _useless(task: Task, comments: Comments, wanted: Sequence[Finding], processes: int) -> list[Finding]:
    """The findings about comments. One that an audit needs is not useless; that is asked only if one seems to be."""
    if not any(config.enabled(useless.CODE, useless.NAME) for config in task.configs):
        return []
    found = useless_ignores(task, comments, wanted, labels)
    if any(one.unheard for one in found) and not all(config.audit for config in task.configs):
        audit = dataclasses.replace(task, audited=True)
        found = useless_ignores(task, comments, _wanted(audit, _judged(audit, processes)), labels)
    return [one.finding for one in found]


def labels() -> list[tuple[str, str]]:
    """Code and name of everything that can be selected or silenced."""
    return [(useless.CODE, useless.NAME), *((rule.code, rule.name) for rule in rules.load_rules())]


def _overview(task: Task, detail: Detail) -> Overview:
    found = checking.analyse(task, detail=detail, always=True)
    return Overview(
        found.infrastructure,
        tuple(checking.with_queue_of(task.config_of(send.place.path), send) for send in found.sends),
        tuple(map(task.names.problem_shown, with_importers(task, (*found.problems, *task.unread)))),
        task.asks_for,
        task.names.shown,
        _links(task),
        tuple(misnamed(task)),
        (sum(path in task.asked for path in task.found.infrastructure), task.files),
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
