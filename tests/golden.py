"""Whole outputs of commands on terminals of several widths, kept in files.

`scripts/generate_docs.py` writes them; whoever changes an output reads what changes in them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.commands import ROOT, run, timeless
from tests.programs import write

FOLDER = Path(__file__).parent / "golden"

WIDTHS = (60, 80, 120, 200)

COMMANDS = {
    "check": ("check", "examples"),
    "check-all": ("check", "examples", "--all", "--select", "SQF202"),
    "concise": ("check", "examples", "--output-format", "concise"),
    "queues": ("queues", "examples/declared"),
    "trace": ("trace", "examples/notifier.py:15", "--full"),
    "rules": ("rule",),
    "rules-of-a-prefix": ("rule", "SQF4"),
    "rule": ("rule", "SQF101", "--color", "always"),
}
"""What is called, by the name of its file."""


def copy_of_examples(folder: Path) -> Path:
    """A project that is nothing but the examples: the repository around them takes long to read. The plugin is none."""
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__", "plugin"))
    return write(folder, {})


def outputs() -> Iterator[tuple[Path, str]]:
    """Each file with what the command prints now, escapes of the terminal written as `\\e`."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_of_examples(Path(folder).resolve())
        for name, arguments in COMMANDS.items():
            for width in WIDTHS:
                done = run(root, *arguments, env={"COLUMNS": str(width)})
                yield FOLDER / f"{name}-{width}.txt", timeless(done.stdout + done.stderr).replace("\x1b", "\\e")
