"""What lies in the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

TOP = {
    *(".ci", ".gitignore", ".pre-commit-hooks.yaml", "pyproject.toml"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md"),
    *("benchmarks", "examples", "rules", "scripts", "sqsfifo_lint", "tests"),
}
"""All that has a place at the root."""


@pytest.mark.skipif(not (ROOT / ".git").exists() or shutil.which("git") is None, reason="not a git checkout")
def test_nothing_stray_lies_at_the_root() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, env=environment
    )
    assert {path.partition("/")[0] for path in done.stdout.split("\0") if path} == TOP
