"""Values by key in one file of the user's cache folder, the least recently used thrown away beyond a size.

Each access opens the file, does one transaction and closes it again, so that nothing is held while a run works, a
process that is killed leaves the file as it was before, and several runs share it. Whatever goes wrong with it, a run
goes on without: nothing depends on what it holds.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

FOLDER_VARIABLE = "SQSFIFO_LINT_CACHE_DIR"
OFF_VARIABLE = "SQSFIFO_LINT_NO_CACHE"

MOST_BYTES = 128 * 1024 * 1024
"""Bytes of all values together; beyond that, those that were not used for longest are thrown away."""
KEPT = 0.75
"""The portion of `MOST_BYTES` that is left after that, so that it does not happen in each run."""

_FILE = "results.sqlite3"
_APPLICATION = 0x53_51_46_31
"""What says that a database is ours, in this form (`PRAGMA application_id`): another one is thrown away."""
_PATIENCE = 2.0
"""Seconds to wait for another run that writes."""
_CHECKED = 16
"""Bytes of a value's own digest, which is looked at before it is believed."""


def folder_of_user() -> Path:
    """Where the cache is kept: what `SQSFIFO_LINT_CACHE_DIR` says, or the user's cache folder."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named)
    from platformdirs import user_cache_path  # no other run needs it

    return user_cache_path("sqsfifo-lint", appauthor=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a store holds. `size`: bytes of the file. `problem`: why it cannot be used, if it cannot."""

    file: Path
    entries: int = 0
    size: int = 0
    problem: str = ""


class Store:
    """The values in a folder, which is made if it does not exist."""

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self.file = folder / _FILE
        self._most = most

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None if there is none that can be believed."""
        value: bytes | None = None
        if not self.file.exists():
            return None
        with self._open() as database:
            if database is None:
                return None
            row = database.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone()
            value = row[0] if row is not None and isinstance(row[0], bytes) else None
        if value is None or _digest(key, value[_CHECKED:]) != value[:_CHECKED]:
            return None
        return value[_CHECKED:]

    def put(self, values: Mapping[bytes, bytes], used: Iterable[bytes] = ()) -> None:
        """Keep values, and note which of the others were used, all of it or nothing."""
        several, now = list(used), time.time_ns()
        if not values and not several:
            return
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.file.touch(mode=0o600)  # for nobody else: it holds names and pieces of source
        with self._open() as database:
            if database is None:
                return
            database.execute("BEGIN IMMEDIATE")
            rows = [(key, _digest(key, value) + value, len(value), now) for key, value in values.items()]
            database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", rows)
            database.executemany("UPDATE entries SET used = ? WHERE key = ?", [(now, key) for key in several])
            self._shrink(database)
            database.execute("COMMIT")

    def _shrink(self, database: sqlite3.Connection) -> None:
        """Throw away what was not used for longest, if all is too much."""
        total = database.execute("SELECT coalesce(sum(size), 0) FROM entries").fetchone()[0]
        if total <= self._most:
            return
        for key, size in database.execute("SELECT key, size FROM entries ORDER BY used").fetchall():
            if total <= self._most * KEPT:
                break
            database.execute("DELETE FROM entries WHERE key = ?", (key,))
            total -= size

    def clear(self) -> Sequence[Path]:
        """Remove the files, and return them. Raises OSError if one cannot be removed."""
        removed = []
        for path in _files(self.file):
            with suppress(FileNotFoundError):
                path.unlink()
                removed.append(path)
        return removed

    def contents(self) -> Contents:
        """How much there is."""
        if why := _unwritable(self.file.parent) or _distrusted(self.file):
            return Contents(self.file, problem=why)
        if not self.file.exists():
            return Contents(self.file)
        count = 0
        with self._open() as database:
            if database is None:
                return Contents(self.file, problem="it cannot be opened or written")
            count = database.execute("SELECT count(*) FROM entries").fetchone()[0]
        return Contents(self.file, count, sum(path.stat().st_size for path in _files(self.file) if path.exists()))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """The database, for one transaction; None if it cannot be used. What is no database of ours is removed."""
        database = self._connected()
        if database is None:
            yield None
            return
        with closing(database):
            try:
                yield database
            except sqlite3.DatabaseError as error:
                if not isinstance(error, sqlite3.OperationalError):  # it is broken, and not only busy or full
                    self._throw_away()

    def _connected(self) -> sqlite3.Connection | None:
        for _ in range(2):
            if _distrusted(self.file):
                return None
            try:
                database = sqlite3.connect(self.file, timeout=_PATIENCE, isolation_level=None)
            except sqlite3.Error:
                return None
            try:
                if _is_ours(database):
                    return database
            except sqlite3.OperationalError:  # busy, full or not to be written
                database.close()
                return None
            except sqlite3.Error:
                pass
            database.close()
            self._throw_away()
        return None

    def _throw_away(self) -> None:
        with suppress(OSError):
            self.clear()


def _is_ours(database: sqlite3.Connection) -> bool:
    """Whether a database is one of this form; an empty one becomes one."""
    database.execute("PRAGMA synchronous = OFF")  # after a crash of the machine, digests tell what is broken
    application = database.execute("PRAGMA application_id").fetchone()[0]
    if application == _APPLICATION:
        return True
    if application or database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return False
    database.execute("BEGIN IMMEDIATE")
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database.execute(
        "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, value BLOB, size INTEGER, used INTEGER)"
    )
    database.execute("COMMIT")
    return True


def _distrusted(file: Path) -> str:
    """Why a file is not opened: it is no ordinary file, or belongs to somebody else; empty if it is."""
    for path in (file.parent, file):
        try:
            found = os.lstat(path) if path is file else os.stat(path)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            return f"{path} cannot be looked at: {error}"
        if path is file and not stat.S_ISREG(found.st_mode):
            return f"{path} is no ordinary file"
        if hasattr(os, "geteuid") and found.st_uid not in (os.geteuid(), 0):
            return f"{path} belongs to another user"
    return ""


def _unwritable(folder: Path) -> str:
    """Why nothing can be kept in a folder, or in one that is to be made; empty if something can."""
    there = next((one for one in (folder, *folder.parents) if os.path.lexists(one)), folder)
    if not there.is_dir():
        return f"{there} is no folder"
    return "" if os.access(there, os.W_OK | os.X_OK) else f"{there} cannot be written"


def _files(file: Path) -> Sequence[Path]:
    return [file, *(file.with_name(f"{file.name}{end}") for end in ("-journal", "-wal", "-shm"))]


def _digest(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(value, digest_size=_CHECKED, key=key[:64]).digest()
