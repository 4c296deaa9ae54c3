"""Folders full of sends: the whole check compared with a bare `libcst.parse_module` of the same files.

The check is measured in one process, and shared among as many as the command line would take.

python -m benchmarks.full_of_sends --work /tmp/benchmarks
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.corpus import as_they_are, long_files
from benchmarks.measure import Sample, figures, in_turn, memory, module, run, table, verdict, wall
from sqsfifo_lint.run.memory import collect_rarely, leave
from sqsfifo_lint.run.workers import processes

AT_MOST = 2.0
"""Limit as a multiple of the parsing time, imports included on both sides."""


def main() -> int:
    """Measure and print; 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sqsfifo-lint-benchmarks"), help="where trees are kept")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--parse", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--check", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--processes", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.parse or options.check:
        print(json.dumps(parse(options.parse) if options.parse else check(options.check, options.processes)))
        leave(0)
    met = [measure(make(options.work.resolve()), options.rounds) for make in (long_files, as_they_are)]
    return 0 if all(met) else 1


def measure(folder: Path, rounds: int) -> bool:
    """Measure one folder and print the result."""
    lengths = [path.read_bytes().count(b"\n") for path in folder.rglob("*.py")]
    candidates = {
        "libcst.parse_module": module("full_of_sends", "--parse", str(folder)),
        "check, one process": module("full_of_sends", "--check", str(folder)),
    }
    if processes() > 1:
        shared = module("full_of_sends", "--check", str(folder), "--processes", str(processes()))
        candidates[f"check, {processes()} processes"] = shared
    samples = in_turn({name: partial(run, command, folder, keep=True) for name, command in candidates.items()}, rounds)
    parsing = samples["libcst.parse_module"]
    last = figures(samples["check, one process"])[-1]
    print(f"\n{folder.name}: {len(lengths)} files of {min(lengths)} to {max(lengths)} lines, {rounds} rounds, medians")
    print(", ".join(f"{last[name]:.0f} {name}" for name in ("sends", "findings", "problems")), end="\n\n")
    base, bare = wall(parsing), inner(parsing, "work")
    rows = [
        (
            name,
            f"{wall(s):.2f}",
            f"{wall(s) / base:.2f}",
            f"{inner(s, 'imports'):.2f}",
            f"{inner(s, 'work'):.2f}",
            f"{inner(s, 'work') / bare:.2f}",
            f"{memory(s):.0f}",
        )
        for name, s in samples.items()
    ]
    print(table(("", "process (s)", "ratio", "imports (s)", "work (s)", "ratio", "peak (MiB)"), rows), end="\n\n")
    met = True
    for name, several in samples.items():
        if several is not parsing:
            met &= verdict(f"{folder.name}: {name}, whole run", wall(several) / base, AT_MOST)
            met &= verdict(f"{folder.name}: {name}, without imports", inner(several, "work") / bare, AT_MOST)
    return met


def inner(samples: list[Sample], key: str) -> float:
    """The median of a figure that the process measured itself."""
    return median(one[key] for one in figures(samples))


def parse(folder: Path) -> dict[str, float]:
    """Read and parse every file, and keep no tree."""
    started = time.perf_counter()
    import libcst

    imported = time.perf_counter()
    for path in sorted(folder.rglob("*.py")):
        libcst.parse_module(path.read_bytes())
    return {"imports": imported - started, "work": time.perf_counter() - imported}


def check(folder: Path, count: int) -> dict[str, float]:
    """Check the folder as the command line does, with `count` processes."""
    started = time.perf_counter()
    collect_rarely()
    from sqsfifo_lint import rules
    from sqsfifo_lint.run import checking, engine

    rules.load_rules()
    assert checking
    imported = time.perf_counter()
    report = engine.check([folder], processes=count)
    work = time.perf_counter() - imported
    return {
        "imports": imported - started,
        "work": work,
        "sends": report.sends,
        "findings": len(report.findings),
        "problems": len(report.problems),
    }


if __name__ == "__main__":
    sys.exit(main())
