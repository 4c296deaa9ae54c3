"""How the tests are run: in parallel if many are asked for, and with our own options."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

os.environ["SQSFIFO_LINT_NO_CACHE"] = "1"
"""Tests find out what a run does by itself, and leave nothing in the user's cache folder; see `test_cache`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--all-guises`: see `test_guises`; `--all-broken`: see `test_odd_file`."""
    parser.addoption("--all-guises", action="store_true", help="try every fixture in every guise (see tests/guises)")
    parser.addoption(
        "--all-broken", action="store_true", help="put every broken file into every fixture of several files"
    )


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process per core if whole folders are asked for; none for a few files, which are faster without."""
    asked = [Path(argument.partition("::")[0]) for argument in config.args]
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return cores if any(path.is_dir() for path in asked) else 0
