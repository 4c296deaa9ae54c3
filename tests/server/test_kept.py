"""What is kept from check to check changes no report, does not grow, and makes a small change cheap."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from sqsfifo_lint.run import engine
from sqsfifo_lint.run.kept import Kept, keeping
from sqsfifo_lint.run.remembered import RECENT, Disk
from sqsfifo_lint.server.session import Document, Session
from tests.limits import calls_of
from tests.programs import CLEAN, CONSTANT_GROUP, NO_SEND, write
from tests.server.changes import faults

SESSIONS = range(16)
"""More by hand: `python -m tests.server.changes`."""


@pytest.mark.parametrize("seed", SESSIONS)
def test_random_changes(seed: int, tmp_path: Path) -> None:
    assert not faults(seed, tmp_path.resolve() / "project")


def test_a_change_costs_what_it_changes(tmp_path: Path) -> None:
    """The number of calls to check a project of twenty senders again, one of which has changed."""
    files: dict[str, str | bytes] = {f"m{number}/orders.py": CONSTANT_GROUP for number in range(20)}
    root = write(tmp_path, files)
    file, kept = root / "m3" / "orders.py", Kept()

    def check(text: str) -> int:
        with keeping(kept):
            return len(engine.check([root], overlay={file: text.encode()}).findings)

    _age(root)
    fresh = calls_of(lambda: check(CONSTANT_GROUP))
    assert check(CLEAN) == 19
    again = calls_of(lambda: check(CONSTANT_GROUP + "\n"))
    assert again < fresh / 3


def _age(root: Path) -> None:
    """Files that were written a moment ago are read again; make them older."""
    for path in root.rglob("*.py"):
        found = path.stat()
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns - 10 * RECENT))


def test_nothing_grows_with_edits(tmp_path: Path) -> None:
    root = write(tmp_path, {**{f"m{n}.py": CONSTANT_GROUP for n in range(4)}, "other.py": NO_SEND})
    session, file = Session(), root / "m0.py"
    session.folders = [root]
    counts = []
    for number in range(300):
        text = f"{CONSTANT_GROUP}\nLAST = {number}\n" if number % 3 else CLEAN + "broken(" * (number % 2)
        session.put(Document(file, file.as_uri(), text, number, "python"))
        session.check(root)
        session.lines(file)
        if number in (99, 299):
            gc.collect()
            counts.append(len(gc.get_objects()))
    assert counts[1] < counts[0] * 1.02


def test_a_file_that_has_just_been_written_is_read_again(tmp_path: Path) -> None:
    """Another change within the same tick of the clock need not show in its times."""
    disk, file = Disk(), tmp_path / "a.py"
    file.write_text("x = 1\n")
    assert disk.stamp(str(file)) is None
    disk.keep(str(file), b"x = 1\n")
    assert disk.data(str(file)) is None
