"""Imports go one way: from room to room, and inside a room from shelf to shelf. The table is in `layout.py`."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sqsfifo_lint import flow
from tests.layout import CLOSED, EVERYWHERE, FOLDERS, ROOMS, SHELVES, contributing

BY_NAME = {room.name: room for room in ROOMS}

PACKAGE = Path(__file__).parent.parent / "sqsfifo_lint"

HEAVY = {"libcst", "rich", "pathspec", "yaml", "tree_sitter", "tree_sitter_bash", "tree_sitter_hcl"}
"""What must not be imported at the top of a module that every run imports."""

LIGHT = (
    "__init__",
    "__main__",
    "cli",
    "config",
    "keys",
    "plugins",
    "shapes",
    "run/broken",
    "run/discover",
    "run/engine",
    "run/heavy",
    "run/ignores",
    "run/names",
    "run/reading",
    "run/reached",
    "run/silence",
    "run/suppress",
    "run/useless",
    "run/adding",
    "run/changed",
    "baseline",
    "fingerprints",
    "useless",
    "run/survey",
    "run/task",
    "run/texts",
    "run/workers",
    "flake8_plugin",
    "run/memory",
    "model",
    "report",
    "reporters/__init__",
    "reporters/full",
    "reporters/outputs",
    "queues/answer",
    "queues/infrastructure",
    "queues/kinds",
    "queues/text",
    "run/relevance",
    "terminal",
    "unreadable",
)


def modules() -> list[Path]:
    """The package's modules, without the rules' examples, which are not code of the linter."""
    return sorted(path for path in PACKAGE.rglob("*.py") if PACKAGE / "rules" / "examples" not in path.parents)


def layer(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names that the code imports, anywhere; imports for the type checker count too."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=0) if module:
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.ImportFrom():
                yield "." * node.level + (node.module or "")


def own_layers(tree: ast.AST) -> Iterator[str]:
    for name in imported(tree):
        parts = name.split(".")
        if parts[0] == "sqsfifo_lint":
            known = len(parts) > 1 and ((PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").is_file())
            yield parts[1] if known else "__init__"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_direction(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [name for name in imported(tree) if name.startswith(".")], (
        "imports are absolute, so that they can be read"
    )
    assert layer(path) in BY_NAME, f"say in layout.py where {layer(path)} stands"
    allowed = BY_NAME[layer(path)].imports | EVERYWHERE | {layer(path)}
    assert set(own_layers(tree)) <= allowed


@pytest.mark.parametrize("path", sorted((PACKAGE / "flow").rglob("*.py")), ids=lambda path: path.name)
def test_the_evaluator_knows_nothing_of_aws(path: Path) -> None:
    names = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    tables = ("apis", "frameworks", "declaring")
    assert not [name for name in names for table in tables if name.startswith(f"sqsfifo_lint.knowledge.{table}")]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_inside_stays_inside(path: Path) -> None:
    names = list(imported(ast.parse(path.read_text(encoding="utf-8"))))
    private = [name for name in names if name.rpartition(".")[2].startswith("_") and "__" not in name]
    assert not [name for name in private if name.startswith("sqsfifo_lint.")], (
        "a name that others use has no underscore"
    )
    for room in CLOSED - {layer(path)}:
        inside = {f"sqsfifo_lint.{room}.{module.stem}" for module in (PACKAGE / room).glob("*.py")}
        assert not [name for name in names if any(f"{name}.".startswith(f"{module}.") for module in inside)]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_evaluator_has_a_face(path: Path) -> None:
    """Other rooms use what `flow` exports, and its types, but not its internals."""
    if layer(path) == "flow":
        return
    words = ("sqsfifo_lint.flow.values.", "sqsfifo_lint.flow.context.")
    names = imported(ast.parse(path.read_text(encoding="utf-8")))
    used = {name for name in names if name.startswith("sqsfifo_lint.flow.") and not name.startswith(words)}
    assert used <= {f"sqsfifo_lint.flow.{name}" for name in flow.__all__}


def test_every_room_exists_and_stands_above_those_that_it_imports() -> None:
    assert set(BY_NAME) == {layer(path) for path in modules()}
    assert {room.name for room in ROOMS if (PACKAGE / room.name).is_dir()} == FOLDERS
    names = [room.name for room in ROOMS]
    for room in ROOMS:
        assert all(names.index(other) < names.index(room.name) for other in room.imports)


def test_doors_do_not_import_each_other() -> None:
    doors = {"reporters", "cli", "flake8_plugin"}
    assert "flake8_plugin" not in BY_NAME["cli"].imports
    assert not BY_NAME["flake8_plugin"].imports & doors
    assert not BY_NAME["run"].imports & doors


@pytest.mark.parametrize("room", SHELVES)
def test_inside_a_room_imports_go_one_way(room: str) -> None:
    """Imports only for the type checker may go the other way: this is how two kinds of values refer to each other."""
    order = ["__init__", *(module for shelf in SHELVES[room] for module in shelf.modules)]
    folder = PACKAGE / room
    files = {
        path.relative_to(folder).with_suffix("").as_posix().replace("/", "."): path for path in folder.rglob("*.py")
    }
    files = {name: path for name, path in files.items() if not name.endswith(".__init__")}
    assert sorted(files) == sorted(order), "each module stands on one shelf of layout.py"
    for name, path in files.items():
        if name == "__init__":
            continue  # the room's exports, above all shelves
        inside = {found for found in run_time_imports(path, f"sqsfifo_lint.{room}.") if found in files}
        above = {found for found in inside if found != name and order.index(found) > order.index(name)}
        assert not above, f"{room}/{name} imports what stands above it"


def run_time_imports(path: Path, prefix: str) -> Iterator[str]:
    """The modules below `prefix` that a file imports when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_the_type_checker = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and isinstance(block.test, ast.Name) and block.test.id == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in for_the_type_checker:
            for name in imported(node):
                inner = name.removeprefix(prefix)
                if inner != name:
                    yield inner
                    yield inner.rpartition(".")[0]


def test_the_shelves_are_those_that_people_are_told_of() -> None:
    text = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert contributing() in text, "run python scripts/generate_docs.py"


@pytest.mark.parametrize("name", LIGHT)
def test_what_every_run_imports_is_light(name: str) -> None:
    tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
    at_the_top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert not [n for node in at_the_top for n in imported(node) if n.split(".")[0] in HEAVY]


def test_a_bound_has_one_name_and_a_reason() -> None:
    places: dict[str, list[str]] = {}
    for path in modules():
        body = ast.parse(path.read_text(encoding="utf-8")).body
        for statement, following in zip(body, [*body[1:], ast.Pass()], strict=True):
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)]) if name.startswith("MAX_"):
                    places.setdefault(name, []).append(str(path.relative_to(PACKAGE)))
                    said = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
                    assert said, f"{path.name} does not say what {name} bounds, in which unit, and why"
    assert len(places) > 20
    assert not {name: several for name, several in places.items() if len(several) > 1}


def test_help_imports_little() -> None:
    script = "import sys, sqsfifo_lint.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "sqsfifo_lint.cli" in loaded
    assert not loaded & (HEAVY | {"sqsfifo_lint.model", "sqsfifo_lint.rules", "sqsfifo_lint.run.engine"})


def test_check_loads_nothing_of_what_reads_messages_and_logs() -> None:
    """Not even where there is something to find and to print."""
    script = (
        "import sys\n"
        "from sqsfifo_lint import cli\n"
        "cli.leave = sys.exit\n"  # the real one ends the process immediately
        "try: cli.main()\n"
        "except SystemExit as end: print(end.code, *sys.modules, file=sys.stderr)\n"
    )
    sends = PACKAGE.parent / "examples" / "start_up_group" / "trapped"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, "check", str(sends)], capture_output=True, text=True, check=True
    )
    status, *loaded = done.stderr.split()
    assert (status, "sqsfifo_lint.run.engine" in loaded) == ("1", True)
    assert not [name for name in loaded if name.startswith(("sqsfifo_lint.evidence", "sqsfifo_lint.commands"))]


def test_evidence_imports_nothing_of_the_linter_but_the_terminal() -> None:
    """Wherever a file imports it. It can be used, and read, without the analysis of code."""
    found = {
        name.split(".")[1]
        for path in (PACKAGE / "evidence").rglob("*.py")
        for name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.startswith("sqsfifo_lint.")
    }
    assert found == {"evidence", "terminal"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_one_door_leads_to_what_is_heavy(path: Path) -> None:
    if path != PACKAGE / "run" / "heavy.py":
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not [name for name in imported(tree) if name.startswith("sqsfifo_lint.run.checking")]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_import_in_a_function_says_why(path: Path) -> None:
    """On the same line, or on the line above."""
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    inner = [n for function in functions for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
    starts = (node.lineno - 1 for node in inner)
    assert not [lines[n] for n in starts if "  # " not in lines[n] and not lines[n - 1].lstrip().startswith("# ")]
