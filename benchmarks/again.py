"""Checking again what has been checked before: a large tree beside ruff, and a folder full of sends.

python -m benchmarks.again --work /tmp/benchmarks
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.corpus import long_files
from benchmarks.large_tree import SENDS
from benchmarks.measure import Sample, in_turn, linter, memory, processor, run, table, verdict, wall
from benchmarks.packages import large_tree
from sqsfifo_lint.cache.identity import SETTLED
from sqsfifo_lint.cache.store import FOLDER_VARIABLE, OFF_VARIABLE

PLAIN, FIRST, AGAIN, CHANGED = "check, without a cache", "with an empty one", "unchanged", "one file changed"
RUFF, RUFF_AGAIN = "ruff check --no-cache --select F,B", "ruff check, unchanged"

TO_RUFF = 0.15
"""Limit of an unchanged run over a large tree, as a fraction of ruff's time without a cache."""
TO_COLD, TO_COLD_CHANGED = 0.1, 0.2
"""Limits of an unchanged run over a folder full of sends, and of one after an edit, as fractions of a first run."""
FIRST_RUN = 1.05
"""Limit of a run that fills the cache, as a multiple of one without."""


def main() -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sqsfifo-lint-benchmarks"), help="where trees are kept")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    work = options.work.resolve()
    kept = work / "cache"
    os.environ[OFF_VARIABLE] = ""
    met = [in_a_large_tree(large_tree(work), kept, options.rounds), full_of_sends(work, kept, options.rounds)]
    return 0 if all(met) else 1


def in_a_large_tree(tree: Path, kept: Path, rounds: int) -> bool:
    """Few sends among very many files: what costs is looking at the files."""
    shutil.copytree(SENDS, tree / "senders", dirs_exist_ok=True)
    settle()
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F,B", "."]
    candidates: dict[str, Callable[[], Sample]] = {
        RUFF: partial(run, [*ruff, "--no-cache"], tree),
        RUFF_AGAIN: partial(run, [*ruff, "--cache-dir", str(kept / "ruff")], tree),
        **checks(tree, kept),
    }
    samples = told(tree.name, candidates, rounds)
    return all(
        [
            verdict("unchanged, to ruff without a cache", wall(samples[AGAIN]) / wall(samples[RUFF]), TO_RUFF),
            verdict("unchanged, to ruff unchanged", wall(samples[AGAIN]) / wall(samples[RUFF_AGAIN]), 1.0),
            verdict("filling the cache, to none", wall(samples[FIRST]) / wall(samples[PLAIN]), FIRST_RUN),
        ]
    )


def full_of_sends(work: Path, kept: Path, rounds: int) -> bool:
    """Files that all have to be analysed."""
    folder = long_files(work)
    settle()
    files = sorted(folder.glob("*.py"))
    edits = iter(range(10_000))

    def changed() -> Sample:
        number = next(edits)
        path = files[number * 7 % len(files)]
        path.write_text(path.read_text(encoding="utf-8") + f"\nEDIT_{number} = {number}\n", encoding="utf-8")
        return run(linter("."), folder)

    samples = told(folder.name, {**checks(folder, kept), CHANGED: changed}, rounds)
    base = wall(samples[PLAIN])
    return all(
        [
            verdict("unchanged, to a first run", wall(samples[AGAIN]) / base, TO_COLD),
            verdict("one file changed, to a first run", wall(samples[CHANGED]) / base, TO_COLD_CHANGED),
            verdict("filling the cache, to none", wall(samples[FIRST]) / base, FIRST_RUN),
        ]
    )


def checks(folder: Path, kept: Path) -> dict[str, Callable[[], Sample]]:
    """A run without a cache, one that fills it, and one that finds it as it needs it."""
    os.environ[FOLDER_VARIABLE] = str(kept / folder.name)

    def first() -> Sample:
        shutil.rmtree(kept / folder.name, ignore_errors=True)
        return run(linter("."), folder)

    def again() -> Sample:
        run(linter("."), folder)
        return run(linter("."), folder)

    return {PLAIN: partial(run, linter("--no-cache", "."), folder), FIRST: first, AGAIN: again}


def told(name: str, candidates: dict[str, Callable[[], Sample]], rounds: int) -> dict[str, list[Sample]]:
    """The samples, printed."""
    samples = in_turn(candidates, rounds)
    base = wall(samples[PLAIN])
    rows = [
        (one, f"{wall(s):.2f}", f"{wall(s) / base:.2f}", f"{processor(s):.2f}", f"{memory(s):.0f}")
        for one, s in samples.items()
    ]
    print(f"\n{name}: {rounds} rounds, medians\n")
    print(table(("", "wall (s)", "ratio", "processor (s)", "largest process (MiB)"), rows), end="\n\n")
    return samples


def settle() -> None:
    """Wait until the times of files that were just written are trusted."""
    time.sleep(SETTLED / 10**9 + 0.5)


if __name__ == "__main__":
    sys.exit(main())
