"""The examples as a project of their own: the repository around them takes long to read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.programs import write

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but `examples` in it."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copytree(EXAMPLES, copy / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    return write(copy, {})
