"""flake8 with and without the plugin, over a tree without sends.

    python -m benchmarks.flake8_overhead --work /tmp/benchmarks

`--select` does not unload a plugin, so there are two virtual environments with the same flake8, and the linter is
installed in one of them (a copy of the current checkout).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from functools import partial
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import REPOSITORY, fastest, in_turn, memory, note, processor, run, table, verdict
from benchmarks.packages import unpacked

AT_MOST = 2.0
"""The limit for the growth of flake8's processor time, in percent."""


def main() -> int:
    """Measure and print; 1 if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sqsfifo-lint-benchmarks"), help="where trees are kept")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--package", default="django==5.2.19", help="what is checked")
    options = parser.parse_args()
    work = options.work.resolve()
    tree = unpacked(options.package, work)
    (tree / "pyproject.toml").touch()
    flake8 = f"flake8=={version('flake8')}"
    pythons = {
        "flake8": environment(work / "flake8_without", [flake8]),
        "flake8 with the plugin": environment(work / "flake8_with", [flake8, str(REPOSITORY)]),
    }
    met = True
    for jobs in ("1", "auto"):
        commands = {
            name: [str(python), "-P", "-m", "flake8", "--isolated", "-q", "-j", jobs, "."]
            for name, python in pythons.items()
        }
        samples = in_turn(
            {name: partial(run, command, tree, installed=True) for name, command in commands.items()},
            options.rounds,
        )
        base, other = samples.values()
        print(f"\nflake8 -j {jobs} on {options.package}, fastest of {options.rounds} and median processor time\n")
        rows = [
            (
                name,
                f"{fastest(s):.2f}",
                f"{fastest(s) / fastest(base) - 1:+.1%}",
                f"{processor(s):.2f}",
                f"{processor(s) / processor(base) - 1:+.1%}",
                f"{memory(s):.0f}",
            )
            for name, s in samples.items()
        ]
        print(table(("", "fastest (s)", "grows", "processor (s)", "grows", "peak (MiB)"), rows), end="\n\n")
        growth = (processor(other) / processor(base) - 1) * 100
        met = verdict(f"processor time with -j {jobs} grows by", growth, AT_MOST, " %") and met
    return 0 if met else 1


def environment(folder: Path, requirements: list[str]) -> Path:
    """The interpreter of a virtual environment with these packages; this checkout is always reinstalled."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    note(f"installing {', '.join(requirements)} in {folder}")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *requirements], check=True)
    local = [name for name in requirements if Path(name).is_dir()]
    if local:
        subprocess.run([*pip, "--no-deps", "--force-reinstall", *local], check=True)
    return python


if __name__ == "__main__":
    sys.exit(main())
