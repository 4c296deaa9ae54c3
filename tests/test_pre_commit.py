"""The pre-commit hooks, by the real `pre-commit run` on a small repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.programs import CLEAN, CONSTANT_GROUP, NO_DEDUP, write

ROOT = Path(__file__).parent.parent

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

pytestmark = pytest.mark.xdist_group("pre-commit")


def git(cwd: Path, *arguments: str) -> str:
    """Run git without the user's configuration."""
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=cwd, capture_output=True, text=True, check=True, env=clean()
    )
    return done.stdout


def clean() -> dict[str, str]:
    """The environment without what a surrounding git hook sets, which would point git at another repository."""
    return {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository as it is on disk, committed or not, as a separate git repository."""
    copy = tmp_path_factory.mktemp("hooks") / "sqsfifo-lint"
    unwanted = shutil.ignore_patterns(
        ".git", ".venv", "venv", "__pycache__", ".*_cache", ".hypothesis", "fixtures", "*.egg-info"
    )
    shutil.copytree(ROOT, copy, ignore=unwanted)
    git(copy, "init", "-q")
    git(copy, "add", "-A")
    git(copy, "commit", "-q", "-m", "all of it")
    return copy


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where pre-commit keeps the environment that it installs, once for all tests."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One bad file that is committed, one that is staged, and a clean one that is staged."""
    root = write(tmp_path / "repo", {"old.py": CONSTANT_GROUP})
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "old")
    write(root, {"new.py": NO_DEDUP, "clean.py": CLEAN, "notes.txt": "send_message"})
    git(root, "add", "-A")
    return root


def run_hook(repository: Path, hooks: Path, home: Path, hook: str) -> subprocess.CompletedProcess[str]:
    """Run a hook of this repository on what is staged, as the configuration in the documents name it."""
    revision = git(hooks, "rev-parse", "HEAD").strip()
    named = {"repos": [{"repo": str(hooks), "rev": revision, "hooks": [{"id": hook}]}]}
    write(repository, {".pre-commit-config.yaml": yaml.safe_dump(named)})
    git(repository, "add", ".pre-commit-config.yaml")
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--verbose"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
        env={**clean(), "PRE_COMMIT_HOME": str(home), "COLUMNS": "200"},
    )


def test_the_manifest_names_both_hooks() -> None:
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in manifest] == ["sqsfifo-lint", "sqsfifo-lint-project"]
    by_id = {hook["id"]: hook for hook in manifest}
    assert by_id["sqsfifo-lint-project"]["pass_filenames"] is False
    assert by_id["sqsfifo-lint"].get("pass_filenames", True) is True


@needs_git
def test_changed_files(repository: Path, hooks: Path, home: Path) -> None:
    result = run_hook(repository, hooks, home, "sqsfifo-lint")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "new.py:7:5: SQF201 missing-dedup-id" in result.stdout
    assert "old.py" not in result.stdout
    git(repository, "rm", "-q", "--cached", "new.py")
    assert run_hook(repository, hooks, home, "sqsfifo-lint").returncode == 0


@needs_git
def test_whole_project(repository: Path, hooks: Path, home: Path) -> None:
    result = run_hook(repository, hooks, home, "sqsfifo-lint-project")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "new.py:7:5: SQF201 missing-dedup-id" in result.stdout
    assert "old.py:10:24: SQF101 constant-group-id" in result.stdout


@needs_git
def test_configured_excludes_hold_for_files_that_pre_commit_names(repository: Path, hooks: Path, home: Path) -> None:
    write(repository, {"pyproject.toml": '[tool.sqsfifo-lint]\nexclude = ["new.py"]\n'})
    git(repository, "add", "-A")
    result = run_hook(repository, hooks, home, "sqsfifo-lint")
    assert result.returncode == 0, result.stdout + result.stderr
