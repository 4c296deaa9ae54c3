"""Folders full of sends, made from the programs that the tests check."""

from __future__ import annotations

import ast
import io
import shutil
import tokenize
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import REPOSITORY

FIXTURES = REPOSITORY / "tests" / "fixtures"

LINES = 200
"""At this length a file is full, and the next one begins."""


def as_they_are(folder: Path) -> Path:
    """Copy the Python files of the fixtures: more than a thousand short ones, most of them with a send.

    Those of `projects` are left out: without their templates they would be different projects.
    """
    target = folder / "as_they_are"
    shutil.rmtree(target, ignore_errors=True)
    for name in ("rules", "flow"):
        shutil.copytree(FIXTURES / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    (target / "pyproject.toml").touch()
    return target


def long_files(folder: Path) -> Path:
    """Combine the single-file fixtures into modules of the usual length, 200 to 400 lines.

    Each name that a fixture binds at the top level gets a number, so that it does not clash with another fixture's.
    """
    target = folder / "long_files"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / "pyproject.toml").touch()
    pieces: list[str] = []
    count = 0
    for number, program in enumerate(programs()):
        pieces.append(numbered(program, number))
        if sum(piece.count("\n") for piece in pieces) >= LINES:
            write(target / f"module_{count:03}.py", pieces)
            pieces, count = [], count + 1
    return target


def programs() -> Iterator[str]:
    """The fixtures that are a single file; those that are folders depend on the names of their modules."""
    rules = sorted((FIXTURES / "rules").rglob("*.py"))
    flow = sorted(FIXTURES.glob("flow/*/*_bad*.py"))
    good = sorted(set(FIXTURES.glob("flow/*/*.py")) - set(flow))
    for path in [*rules, *flow, *good]:
        text = path.read_text(encoding="utf-8")
        if "send_message" in text or "publish" in text:
            yield text


def numbered(program: str, number: int) -> str:
    """The program with `_number` appended to each name that it binds at the top level, except imports."""
    own = set(_bound(ast.parse(program)))
    lines = program.splitlines(keepends=True)
    after_dot = False
    edits: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(program).readline):
        if token.type == tokenize.NAME and token.string in own and not after_dot:
            edits.append((token.end[0] - 1, token.end[1]))
        after_dot = token.string == "."
    for row, column in reversed(edits):
        lines[row] = f"{lines[row][:column]}_{number}{lines[row][column:]}"
    return "".join(line for line in lines if not line.startswith("from __future__"))


def _bound(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name
            case ast.Assign():
                yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def write(path: Path, pieces: list[str]) -> None:
    """Write a module, and check that it is valid Python, or the corpus would not be worth measuring."""
    text = "from __future__ import annotations\n\n" + "\n\n".join(piece.strip("\n") + "\n" for piece in pieces)
    compile(text, str(path), "exec", dont_inherit=True)
    path.write_text(text, encoding="utf-8")
