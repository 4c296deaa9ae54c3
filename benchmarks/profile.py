"""Where the time of a check goes: each phase, then the functions that take the most time themselves.

    python -m benchmarks.profile --work /tmp/benchmarks

Run it as a module, as shown: a folder with a `profile.py` in it must not be the first on Python's path.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, TypeVar
from unittest.mock import patch

from benchmarks.corpus import as_they_are, long_files
from benchmarks.measure import table

P = ParamSpec("P")
R = TypeVar("R")


class Watch:
    """The time in watched functions. Time that one of them spends in another counts only for the inner one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self._running: list[str] = []
        self._since = time.perf_counter()

    def of(self, phase: str, function: Callable[P, R]) -> Callable[P, R]:
        """The function, watched as part of a phase."""

        def watched(*args: P.args, **kwargs: P.kwargs) -> R:
            self._book()
            self._running.append(phase)
            self.calls[phase] = self.calls.get(phase, 0) + 1
            try:
                return function(*args, **kwargs)
            finally:
                self._book()
                self._running.pop()

        return watched

    def _book(self) -> None:
        now = time.perf_counter()
        if self._running:
            self.seconds[self._running[-1]] = self.seconds.get(self._running[-1], 0.0) + now - self._since
        self._since = now


def main() -> int:
    """Print the phases, measured without the profiler, then the profile."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sqsfifo-lint-benchmarks"), help="where trees are kept")
    parser.add_argument("--as-they-are", action="store_true", help="the many short files in place of the long ones")
    parser.add_argument("--folder", type=Path, help="any other folder")
    parser.add_argument("--top", type=int, default=30, help="how many functions are printed")
    parser.add_argument("--sort", choices=("tottime", "cumulative"), default="tottime")
    options = parser.parse_args()
    folder = options.folder or (as_they_are if options.as_they_are else long_files)(options.work.resolve())
    phases(folder)
    profile(folder, options.top, options.sort)
    return 0


def phases(folder: Path) -> None:
    """Check the folder once and print what each phase took."""
    watch = Watch()
    watch.of("imports", _imports)()
    from sqsfifo_lint.run import configured, engine, share
    from sqsfifo_lint.source import chunks, project

    bare = watch.of("(for comparison: libcst.parse_module of the files that can send)", _parse_all)
    with ExitStack() as patches:
        for owner, name, phase in (
            (engine, "discover", "discovery and reading"),
            (project, "decode", "decoding"),
            (project, "split", "splitting into statements"),
            (chunks, "parse", "parsing statements"),
            (share, "find_sends", "evaluating"),
            (chunks.Chunk, "span", "positions"),
            (chunks.Chunk, "source", "positions"),
            (configured, "judge", "rules"),
            (engine, "check", "the rest"),
        ):
            patches.enter_context(patch.object(owner, name, watch.of(phase, getattr(owner, name))))
        for name in ("_layouts", "_line_starts"):
            found = vars(chunks.Chunk)[name]
            assert isinstance(found, cached_property)
            patches.enter_context(patch.object(found, "func", watch.of("positions", found.func)))
        report = engine.check([folder])
    total = sum(watch.seconds.values())
    bare(report.relevant)
    rows = [
        (name, f"{seconds:.3f}", f"{seconds / total:.0%}", f"{watch.calls[name]}")
        for name, seconds in watch.seconds.items()
    ]
    print(f"{folder}: {report.files} files, {report.sends} sends, {len(report.findings)} findings, {total:.2f} s\n")
    print(table(("phase", "seconds", "share", "calls"), rows), end="\n\n")


def profile(folder: Path, top: int, sort: str) -> None:
    """Check the folder under the profiler."""
    from sqsfifo_lint.run import engine

    profiler = cProfile.Profile()
    profiler.runcall(engine.check, [folder])
    pstats.Stats(profiler, stream=sys.stdout).sort_stats(sort).print_stats(top)


def _imports() -> None:
    from sqsfifo_lint import rules
    from sqsfifo_lint.run import checking, engine

    assert checking
    assert engine
    rules.load_rules()


def _parse_all(paths: Iterable[str]) -> None:
    import libcst

    for path in sorted(paths):
        libcst.parse_module(Path(path).read_bytes())


if __name__ == "__main__":
    sys.exit(main())
