"""`sqsfifo-lint baseline`: accepts the findings of today, so that only new ones are reported."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from sqsfifo_lint.baseline import Absorbed, Baseline, Entry, Scope, absorb, described, entry_of, home, is_at_home, read
from sqsfifo_lint.baseline import write as write_baseline
from sqsfifo_lint.cache.results import cache_of_user
from sqsfifo_lint.commands.output import fail, show
from sqsfifo_lint.config import ConfigError, read_config
from sqsfifo_lint.options import config_option
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters.records import position
from sqsfifo_lint.run import engine
from sqsfifo_lint.run.discover import project_root
from sqsfifo_lint.run.workers import processes
from sqsfifo_lint.terminal import visible

FAILED = 2


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--update", is_flag=True, help="Only remove what is gone, and accept nothing new.")
@click.option("--audit", is_flag=True, help="Accept what is likely, too, and not only what is proven.")
@config_option
def baseline(paths: tuple[Path, ...], update: bool, audit: bool, config_path: Path | None) -> None:
    """Accept the findings in PATHS (by default the current folder): from now on, only new ones are reported.

    They are written to `.sqsfifo-baseline.json` at the top of the repository. Commit it.
    """
    paths = tuple(path.absolute() for path in paths or (Path(),))
    try:
        config = read_config(config_path, base=Path.cwd()) if config_path else None
        report = engine.check(paths, config, audit=audit, baselines=False, processes=processes(), cache=cache_of_user())
        scope = engine.scope_of(paths, report, config, audit=audit)
        for folder, found in _by_home(report, paths):
            show(_renew(read(folder), found, scope, update=update))
    except ConfigError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: cannot be written: {error.strerror or error}")
    for problem in report.problems:
        show(f"{problem.path}:{position(problem)[0]}: {visible(problem.message)}; nothing in it is accepted\n")
    sys.exit(FAILED if report.problems else 0)


def _by_home(report: Report, paths: tuple[Path, ...]) -> Iterator[tuple[Path, list[Entry]]]:
    """The findings by the folder of their baseline, as its entries."""
    found: dict[Path, list[Entry]] = {home(path, project_root): [] for path in paths}
    for path, identity, likely in described(report):
        folder = home(path, project_root)
        found.setdefault(folder, []).append(entry_of(folder, path, identity, likely))
    yield from sorted(found.items())


def _renew(old: Baseline, found: list[Entry], scope: Scope, *, update: bool) -> str:
    """Write a baseline, and say what has changed in it."""
    result = absorb(found, old.entries, is_at_home(old.folder))
    known = Counter(one for one, by in zip(found, result.by, strict=True) if by is not None)
    new = Counter(one for one, by in zip(found, result.by, strict=True) if by is None)
    gone = Counter(_gone(result, lambda entry: scope.covers(entry, old.folder)))
    entries = known + (result.left - gone) + (Counter() if update else new)
    existed = old.path.is_file()
    if not existed and not entries:
        return f"Nothing to accept, and so no {visible(str(old.path))}.\n"
    if not existed or entries != old.entries:
        write_baseline(Baseline(old.folder, entries))
    count = entries.total()
    lines = [f"{visible(str(old.path))}: {count} finding{'' if count == 1 else 's'}"]
    lines += [f"{gone.total()} removed that are gone"] if gone else []
    lines += [f"{new.total()} {'new, not accepted' if update else 'added'}"] if new and existed else []
    return "; ".join(lines) + ".\n"


def _gone(result: Absorbed, covers: Callable[[Entry], bool]) -> Iterator[Entry]:
    return (entry for entry in result.left.elements() if covers(entry))
