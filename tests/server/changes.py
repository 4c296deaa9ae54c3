"""Random changes to projects made of fixtures: after each, a check that keeps what it found must say what a fresh one
says.

    python -m tests.server.changes --sessions 2000 --first 1
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from pathlib import Path

from sqsfifo_lint.config import ConfigError
from sqsfifo_lint.report import Report
from sqsfifo_lint.run import engine
from sqsfifo_lint.run.kept import Kept, keeping
from tests.fixture_runner import Case, cases

STEPS = 8

CONFIGURATION = (
    "",
    '[tool.sqsfifo-lint]\nignore = ["SQF2"]\n',
    "[tool.sqsfifo-lint]\ncontent-based-deduplication = true\n",
    "[tool.sqsfifo-lint]\naudit = true\n",
    '[tool.sqsfifo-lint]\nexclude = ["one/"]\n',
    "[tool.sqsfifo-lint]\nnonsense = 1\n",
)


@cache
def _cases() -> Sequence[Case]:
    return [case for case in cases() if len(case.files) > 1] + random.Random(1).sample(cases(), 60)


class Session:
    """A project, an editor with unsaved buffers, and what is kept from check to check."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.chance = random.Random(seed)
        self.overlay: dict[Path, bytes] = {}
        self.kept = Kept()
        self.before: list[tuple[Path, bytes]] = []
        root.mkdir()
        (root / "pyproject.toml").touch()
        for name in ("one", "two", "three")[: self.chance.randint(1, 3)]:
            case = self.chance.choice(_cases())
            for file in case.files:
                path = root / name / file if self.chance.random() < 0.9 else root / file
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(case.root / file, path)

    def files(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_file() and path.name != "pyproject.toml")

    def content(self, path: Path) -> bytes:
        return self.overlay.get(path) or path.read_bytes()

    def change(self) -> str:
        """Make one change, and say which."""
        files = self.files()
        if not files:
            return "nothing"
        path = self.chance.choice(files)
        change: Callable[[Path], None] = self.chance.choices(
            [self.edit, self.save, self.rename, self.delete, self.configure, self.ignore, self.undo, self.swap],
            [8, 3, 1, 1, 1, 1, 2, 1],
        )[0]
        change(path)
        return f"{change.__name__} {path.relative_to(self.root)}"

    def edit(self, path: Path) -> None:
        """Another text in a buffer."""
        self.before.append((path, self.content(path)))
        self.overlay[path] = self._changed(self.content(path))

    def save(self, path: Path) -> None:
        """Another text on disk, as after a change of branches."""
        path.write_bytes(self._changed(self.content(path)))
        self.overlay.pop(path, None)

    def undo(self, path: Path) -> None:
        """The text of a buffer before the last change, or else what is on disk."""
        if self.before:
            path, data = self.before.pop()
            self.overlay[path] = data
        else:
            self.overlay.pop(path, None)

    def rename(self, path: Path) -> None:
        path.rename(path.with_name(f"renamed_{path.name}"))
        self.overlay.pop(path, None)

    def delete(self, path: Path) -> None:
        path.unlink()
        self.overlay.pop(path, None)

    def swap(self, path: Path) -> None:
        """Two files exchange their contents, at once."""
        other = self.chance.choice(self.files())
        one, two = self.content(path), self.content(other)
        path.write_bytes(two)
        other.write_bytes(one)
        self.overlay = {}

    def configure(self, _: Path) -> None:
        (self.root / "pyproject.toml").write_text(self.chance.choice(CONFIGURATION))

    def ignore(self, path: Path) -> None:
        (self.root / ".gitignore").write_text(self.chance.choice(["", f"{path.name}\n", "two/\n"]))

    def _changed(self, data: bytes) -> bytes:
        lines = data.split(b"\n")
        number = self.chance.randrange(len(lines))
        line = lines[number]
        match self.chance.randrange(9):
            case 0:
                lines.insert(number, line)
            case 1:
                del lines[number]
            case 2:
                lines[number] = line.replace(b'"', b'f"', 1)
            case 3:
                lines.append(b"import uuid\nGROUP = uuid.uuid4().hex\n")
            case 4:
                lines.insert(number, b"# a comment")
            case 5:
                lines[number] = line.replace(b"def ", b"def x", 1).replace(b"import ", b"import os, ", 1)
            case 6:
                lines[number] = line + b"  # sqsfifo: ignore[SQF101] reason"
            case 7:
                words = [word for word in line.split() if word.isalnum()]
                if words:
                    lines[number] = line.replace(self.chance.choice(words), b"other", 1)
            case _:
                lines.insert(number, b"broken(")
        return b"\n".join(lines)

    def differences(self) -> Iterator[str]:
        """What a check that keeps what it found says otherwise than one that keeps nothing."""
        fresh, warm = self._check(None), self._check(self.kept)
        if isinstance(fresh, str) or isinstance(warm, str):
            if fresh != warm:
                yield f"{fresh!r:.200} became {warm!r:.200}"
            return
        for one in fields(Report):
            was, now = getattr(fresh, one.name), getattr(warm, one.name)
            if was != now and one.name != "bounds":  # how often a bound is met depends on what is analysed together
                gone = [x for x in was if x not in now]
                yield f"{one.name}: without {gone!r:.1500}, with {[x for x in now if x not in was]!r:.1500}"

    def _check(self, kept: Kept | None) -> Report | str:
        try:
            if kept is None:
                return engine.check([self.root], overlay=self.overlay)
            with keeping(kept):
                return engine.check([self.root], overlay=self.overlay)
        except ConfigError as error:
            return str(error)


def faults(seed: int, root: Path) -> list[str]:
    """What goes wrong in a session of some steps."""
    session = Session(root, seed)
    said = ["as it is"]
    for _ in range(STEPS):
        found = list(session.differences())
        if found:
            return [f"seed {seed}, after {said}", *found]
        said.append(session.change())
    return []


def main() -> int:
    """Print what goes wrong; 1 if anything does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--first", type=int, default=1000)
    options = parser.parse_args()
    wrong = 0
    for seed in range(options.first, options.first + options.sessions):
        with tempfile.TemporaryDirectory() as folder:
            found = faults(seed, Path(folder).resolve() / "project")
        if found:
            wrong += 1
            print(*found, sep="\n  ", flush=True)
    print(f"{options.sessions} sessions, {options.sessions * STEPS} changes: {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
