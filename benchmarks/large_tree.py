"""A large tree with a handful of sends: what searching it costs, compared with ruff, grep and a bare walk in Python.

python -m benchmarks.large_tree --work /tmp/benchmarks
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from functools import partial
from pathlib import Path

from benchmarks.measure import (
    REPOSITORY,
    in_turn,
    linter,
    memory,
    module,
    processor,
    run,
    table,
    total_memory,
    verdict,
    wall,
)
from benchmarks.packages import DEEP, large_tree

SENDS = REPOSITORY / "examples"
"""A few programs that send, copied into the tree."""

WORDS = (b"send_message", b"MessageGroupId", b"MessageDeduplicationId")
PATTERN = "|".join(word.decode() for word in WORDS)

AT_MOST = 0.5
"""Limit as a fraction of ruff's time."""
AT_MOST_MIB = 200
AT_LEAST_FILES = 15_000


def main() -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sqsfifo-lint-benchmarks"), help="where trees are kept")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--walk", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.walk:
        return 0 if walk(str(options.walk)) else 1

    work = options.work.resolve()
    trees = (large_tree(work), large_tree(work, "deep_sends", DEEP))
    met = [measure(tree, options.rounds) for tree in trees]
    return 0 if all(met) else 1


def measure(tree: Path, rounds: int) -> bool:
    """Measure one tree, print the result, and return whether the targets are met."""
    shutil.copytree(SENDS, tree / "senders", dirs_exist_ok=True)
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F,B"]
    commands = {
        "ruff check --no-cache --select F,B": [*ruff, "."],
        "the same, --output-format concise": [*ruff, "--output-format", "concise", "."],
        "sqsfifo-lint check": linter("."),
        "walk, read and search in Python": module("large_tree", "--walk", "."),
        "grep -r": ["grep", "-rlE", "--include=*.py", PATTERN, "."],
    }
    samples = in_turn({name: partial(run, command, tree) for name, command in commands.items()}, rounds)
    files = sum(name.endswith(".py") for _, _, names in os.walk(tree) for name in names)
    print(f"\n{tree.name}: {files} files, {rounds} rounds, medians\n")
    base = wall(samples["ruff check --no-cache --select F,B"])
    rows = [
        (name, f"{wall(s):.2f}", f"{wall(s) / base:.2f}", f"{processor(s):.2f}", f"{memory(s):.0f}")
        for name, s in samples.items()
    ]
    print(table(("command", "wall (s)", "to ruff", "processor (s)", "largest process (MiB)"), rows))
    together = total_memory(linter("."), tree)
    print(f"\nall processes of sqsfifo-lint together: {together:.0f} MiB at the peak\n")
    met = [
        verdict("sqsfifo-lint to ruff", wall(samples["sqsfifo-lint check"]) / base, AT_MOST),
        verdict("peak memory", max(together, memory(samples["sqsfifo-lint check"])), AT_MOST_MIB, " MiB"),
    ]
    return all(met) and files >= AT_LEAST_FILES


def walk(top: str) -> int:
    """How many files contain one of the words: the minimum that any such tool in Python has to do."""
    found, pending = 0, [top]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                elif entry.name.endswith(".py"):
                    with open(entry.path, "rb", buffering=0) as stream:
                        data = stream.read()
                    found += any(word in data for word in WORDS)
    return found


if __name__ == "__main__":
    sys.exit(main())
