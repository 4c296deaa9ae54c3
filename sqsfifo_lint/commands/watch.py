"""`sqsfifo-lint check --watch`: checks again after each change, and shows what is new, gone and still there."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, strftime
from typing import NoReturn

import click

from sqsfifo_lint.baseline import FILE as BASELINE
from sqsfifo_lint.commands.compared import Difference, Known, State, difference, state_of
from sqsfifo_lint.config import OWN_FILE, PYPROJECT, Config, ConfigError, read_config
from sqsfifo_lint.queues.infrastructure import is_infrastructure
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import Readers, Style, reporter
from sqsfifo_lint.reporters.concise import path_shown
from sqsfifo_lint.reporters.outputs import Output, printed, shows_queues
from sqsfifo_lint.reporters.progress import shown_steps
from sqsfifo_lint.reporters.summary import counted, one_line, summary
from sqsfifo_lint.run import engine
from sqsfifo_lint.run.changed import Changes, GitError, changes_since
from sqsfifo_lint.run.discover import PROJECT_FILES, SUFFIXES, group_by_root, is_whole
from sqsfifo_lint.run.fixing import with_fixes
from sqsfifo_lint.run.ignores import SKIPPED, Ignores
from sqsfifo_lint.run.settings import GIT, Settings
from sqsfifo_lint.terminal import visible
from sqsfifo_lint.told import fail, warn, write

INSTALL = "--watch needs watchfiles: pip install 'sqsfifo-lint[watch]'"

DEBOUNCE = 1_000
"""Milliseconds after which a burst of changes is looked at although it goes on."""
QUIET = 50
"""Milliseconds without a change after which a burst is over: an editor writes a file in several steps."""
PERIOD = 1_000
"""Milliseconds between two looks at configuration files outside of the folders that are watched."""
MOST_NAMED = 3
"""Changed files that a headline names."""
MOST_LISTED = 20
"""Findings that are still there, of which each gets a line: more would drive what is new off the screen."""

CLEAR = "\x1b[2J\x1b[3J\x1b[H"

_SETTINGS = frozenset({*PROJECT_FILES, OWN_FILE, BASELINE, ".gitignore"})
"""Files that change what is checked, or what is reported."""
_ADDED, _DELETED = 1, 3
"""Kinds of changes: `watchfiles.Change`."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is checked again and again, and how it is shown."""

    paths: Sequence[Path]
    checked: Callable[[Mapping[Path, bytes]], Report]
    """Check, with what replaces files on disk. Raises ConfigError."""
    adjusted: Callable[[Config], Config]
    """Makes of a configuration what holds in this run."""
    outputs: Sequence[Output]
    style: Style
    config: Path | None = None
    """The configuration file that is named for all."""
    diff: str | None = None
    """Only what has changed since this revision is reported."""

    @property
    def format(self) -> str:
        """The format in which new findings are printed."""
        return next((one.format for one in self.outputs if one.file is None), "full")

    def fixed(self) -> Config | None:
        """The configuration that is named, as it is now. Raises ConfigError."""
        return None if self.config is None else read_config(self.config, base=Path.cwd())

    def once(self) -> Report:
        """Check once. Raises ConfigError and GitError."""
        changes = Changes({}) if self.diff is None else changes_since(self.diff, self.paths)
        report = self.checked(changes.staged)
        if shows_queues(self.outputs):
            overviews = engine.overviews(self.paths, self.fixed(), adjusted=self.adjusted)
            report = replace(report, overviews=tuple(overviews))
        return with_fixes(report if self.diff is None else changes.reported(report))


def watch(what: Watch, refused: Mapping[str, bool]) -> NoReturn:
    """Check, and check again after each change, until a signal ends the process.

    `refused`: other options, and whether they are given. Raises click.UsageError if one of them is.
    """
    for name, given in refused.items():
        if given:
            raise click.UsageError(f"--watch and {name} do not go together.")
    if printed(what.outputs) is Readers.PROGRAMS:
        raise click.UsageError("--watch prints for people: other formats go to files, as in --output-format json=FILE.")
    try:
        from watchfiles._rust_notify import RustNotify  # an extra; its documentation has it as "Rust backend"
    except ImportError:
        fail(INSTALL)
    roots = list(group_by_root([Path(os.path.abspath(path)) for path in what.paths]))
    deep = any(map(is_whole, roots)) or any(path.is_dir() for path in what.paths)
    outside = _outside(roots, what.config)
    try:  # it begins before the first check, so that no change is missed
        notices = RustNotify([str(root) for root in roots], False, False, 0, deep, True)
    except (OSError, RuntimeError) as error:
        fail(f"{', '.join(map(str, roots))} cannot be watched: {error}")
    seen = _stamps(outside)
    state = _checked(what, None, [])
    while True:
        found = notices.watch(DEBOUNCE, QUIET, PERIOD if outside else 0, None)
        changes = sorted(set(_relevant(found, what, roots))) if isinstance(found, set) else []
        now = _stamps(outside)
        changes += [str(path) for path, then, new in zip(outside, seen, now, strict=True) if then != new]
        seen = now
        if changes:
            state = _checked(what, state, changes)


def _checked(what: Watch, before: State | None, changes: Sequence[str]) -> State | None:
    """Check once, and show what came out. Returns what is known now; what was known, if nothing came out."""
    began = monotonic()
    report, error = None, ""
    try:
        with shown_steps():
            report = what.once()
    except (ConfigError, GitError) as wrong:
        error = str(wrong)
    seconds = monotonic() - began
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        write(CLEAR)
    if report is None:
        write(f"{_headline(changes)}\n" if changes else "")
        _tell(error)
        state = before
    elif before is None:
        write("".join((*reporter(what.format).render(report, what.style), *_ended(summary(report, seconds)))))
        warn(report.warnings)
        state = state_of(report, State())
    else:
        state = state_of(report, before)
        write("".join(_shown(what, report, difference(before, state), changes, seconds)))
    if report is not None:
        files = (one for one in what.outputs if one.file is not None)
        for why in filter(None, (one.save(report, Style()) for one in files)):
            _tell(why)
    write("Watching for changes; Ctrl-C ends.\n")
    sys.stdout.flush()
    gc.collect()  # of the trees of this check; while it runs, the collector hardly does
    return state


def _ended(lines: Iterable[str]) -> Iterator[str]:
    return (f"{line}\n" for line in lines)


def _tell(line: str) -> None:
    sys.stdout.flush()
    write(f"sqsfifo-lint: error: {visible(line)}\n", sys.stderr)
    sys.stderr.flush()


def _shown(what: Watch, report: Report, found: Difference, changes: Sequence[str], seconds: float) -> Iterator[str]:
    """What has changed: new findings as they are usually printed, and a line for each of the others."""
    counts = ((len(found.new), "new"), (len(found.gone), "gone"), (len(found.still), "still there"))
    said = [f"{count} {word}" for count, word in counts if count]
    said += [f"{len(found.unseen)} unknown"] if found.unseen else []
    yield f"{_headline(changes)}: {', '.join(said) or 'no findings'} ({seconds:.1f} s)\n\n"
    new = replace(report, findings=tuple(one.finding for one in found.new))
    yield from reporter(what.format).render(new, what.style)
    yield from (f"mended: {visible(path)} can be checked again\n" for path in found.mended)
    yield from _listed("gone", found.gone, report)
    yield from _listed("unknown, as a file cannot be checked", found.unseen, report)
    yield from _listed("still there", found.still, report)
    yield f"{one_line(report, fixes=False)}\n"


def _listed(title: str, several: Sequence[Known], report: Report) -> Iterator[str]:
    for one in several[:MOST_LISTED]:
        finding = one.finding
        place = f"{path_shown(report, one.path)}:{finding.span.line}:{finding.span.column}"
        yield f"{title}: {place}: {finding.code} {finding.name}\n"
    if len(several) > MOST_LISTED:
        yield f"{title}: {counted(len(several) - MOST_LISTED, 'more finding')}\n"


def _headline(changes: Sequence[str]) -> str:
    """When, and which files have changed."""
    names = [visible(os.path.relpath(path).replace(os.sep, "/")) for path in changes[:MOST_NAMED]]
    more = f" and {len(changes) - MOST_NAMED} more" if len(changes) > MOST_NAMED else ""
    return f"{strftime('%H:%M:%S')} {', '.join(names)}{more} changed"


def _relevant(found: Iterable[tuple[int, str]], what: Watch, roots: Sequence[Path]) -> Iterator[str]:
    """The changed paths that may change the report: not what is ignored, nor what no check reads."""
    named = {os.path.abspath(path) for path in what.paths}
    try:
        settings = Settings(what.fixed(), what.adjusted)
    except ConfigError:
        settings = Settings(None, what.adjusted)  # the check will tell
    ignores = {root: Ignores(root, settings, settings.default.respect_gitignore) for root in roots}
    for kind, name in found:
        path = Path(name)
        root = next((root for root in roots if root in path.parents), None)
        if name in named:
            yield name
        elif root is not None and not _is_apart(path, root) and _may_be_read(kind, path):
            ignores[root].descend(path.parent)
            if path.name in _SETTINGS or not ignores[root].hides(path):
                yield name


def _may_be_read(kind: int, path: Path) -> bool:
    """Whether it is a file that a check reads. Of a folder that is renamed or removed, only the folder is told."""
    if path.suffix in SUFFIXES or path.name in _SETTINGS or is_infrastructure(str(path)):
        return True
    return path.is_dir() if kind == _ADDED else kind == _DELETED and not path.suffix


def _is_apart(path: Path, root: Path) -> bool:
    """Whether it lies where no code of the project is: what git keeps, caches, a virtual environment."""
    inner = path.relative_to(root)
    return not SKIPPED.isdisjoint(inner.parts) or any(
        (folder / "pyvenv.cfg").exists() for folder in path.parents if root in folder.parents
    )


def _outside(roots: Sequence[Path], config: Path | None) -> list[Path]:
    """Configuration files that may count and lie in no folder that is watched; they need not exist."""
    found = [] if config is None else [Path(os.path.abspath(config))]
    for root in roots:
        if not (root / GIT).exists():
            found += [folder / name for folder in root.parents for name in (PYPROJECT, OWN_FILE)]
    return [path for path in dict.fromkeys(found) if not any(root in path.parents for root in roots)]


def _stamps(paths: Iterable[Path]) -> list[tuple[int, int] | None]:
    """By what it is seen that a file has changed."""
    return [_stamp(path) for path in paths]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
