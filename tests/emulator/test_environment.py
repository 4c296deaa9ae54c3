"""What happens if there is no emulator."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.emulator.environment import FOLDER_VARIABLE

REPOSITORY = Path(__file__).parents[2]


PLUGINS = [part for name in ("xdist.plugin", "pytest_timeout", "pytest_asyncio.plugin") for part in ("-p", name)]
"""Those with options in `pyproject.toml`."""


@pytest.mark.parametrize(("ci", "outcome"), [("", "1 skipped"), ("true", "1 error")])
def test_without_an_emulator_tests_are_skipped_and_fail_where_ci_is_set(tmp_path: Path, ci: str, outcome: str) -> None:
    file = tmp_path / "file"
    file.touch()
    name = "tests/emulator/test_facts.py::test_repeated_entry_ids_are_rejected"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *PLUGINS, name],
        cwd=REPOSITORY,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CI": ci, FOLDER_VARIABLE: str(file / "folder")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout, done.stdout
    assert f"no emulator: {FOLDER_VARIABLE} cannot be used" in done.stdout
