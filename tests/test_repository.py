"""What is in the repository."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

TOP = {
    *(".ci", ".gitignore", ".pre-commit-hooks.yaml", "pyproject.toml"),
    *(".github", ".pre-commit-config.yaml", "noxfile.py", "action.yml", "templates", "Dockerfile", ".dockerignore"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"),
    *("benchmarks", "docs", "editors", "examples", "rules", "scripts", "sqsfifo_lint", "tests"),
}
"""Everything that belongs at the root."""


@pytest.mark.skipif(not (ROOT / ".git").exists() or shutil.which("git") is None, reason="not a git checkout")
def test_nothing_stray_lies_at_the_root() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, env=environment
    )
    assert {path.partition("/")[0] for path in done.stdout.split("\0") if path} == TOP


def ours(tree: ast.AST) -> dict[str, str]:
    """The names that a test imports from the package, and their names there."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqsfifo_lint")
        for alias in node.names
    }


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def private_uses(tree: ast.AST) -> Iterator[str]:
    """Where code uses a private part of the package."""
    imported = ours(tree)
    yield from (name for name in imported.values() if is_private(name))
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in imported and is_private(name):
                yield f"{owner}.{name}"
            case ast.Call(
                func=ast.Attribute(attr="setattr"), args=[ast.Name(id=owner), ast.Constant(value=str(name)), *_]
            ) if owner in imported and is_private(name):
                yield f"{owner}.{name}"


def test_private_uses_are_seen() -> None:
    text = "from sqsfifo_lint.a import b, _c\nb._d()\nb.e._f\npatch.setattr(b, '_g', 1)\nother._h\nb.__name__\n"
    assert sorted(private_uses(ast.parse(text))) == ["_c", "b._d", "b._g"]


def test_tests_go_through_what_is_public() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): sorted(private_uses(ast.parse(path.read_text(encoding="utf-8"))))
        for path in (ROOT / "tests").rglob("*.py")
        if "fixtures" not in path.parts
    }
    assert {path: uses for path, uses in found.items() if uses} == {}
