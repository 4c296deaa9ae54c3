"""Whole sessions: what an editor does, and what it is told."""

from __future__ import annotations

from pathlib import Path

from tests.programs import CLEAN, CONSTANT_GROUP, write
from tests.server.editor import editing, session

SHARED = """\
GROUP = "orders"


def group_of(order):
    return GROUP
"""


def test_open_edit_undo_break_and_mend(tmp_path: Path) -> None:
    root = write(tmp_path, {"orders.py": CONSTANT_GROUP})
    file = root / "orders.py"

    async def work() -> None:
        async with editing(root) as editor:
            editor.open(file)
            assert await editor.codes(file) == [("SQF101", 10)]
            editor.edit(file, CLEAN)
            assert await editor.codes(file) == []
            editor.edit(file, CONSTANT_GROUP)
            assert await editor.codes(file) == [("SQF101", 10)]
            editor.edit(file, CONSTANT_GROUP + "def broken(:\n")
            assert await editor.codes(file) == [("SQF001", 13)]
            editor.edit(file, CONSTANT_GROUP + "\n")
            assert await editor.codes(file) == [("SQF101", 10)]
            editor.close(file)
            await editor.until(lambda: not editor.published[file.as_uri()].diagnostics)

    session(work)
