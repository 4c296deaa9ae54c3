"""What one run knows from earlier ones, and what it keeps for later ones."""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from time import time_ns
from typing import TypeVar

from sqsfifo_lint.cache.identity import NONE
from sqsfifo_lint.cache.plain import Unreadable, dumps, loads
from sqsfifo_lint.cache.ruled_out import RuledOut
from sqsfifo_lint.cache.store import OFF_VARIABLE, Store, folder_of_user
from sqsfifo_lint.cache.tool import fingerprint

T = TypeVar("T")

_SIGNIFICANT = 0.8
"""If a run has met so many of the files that were known to be ruled out, and no other, what is kept stays as it is."""


class Cache:
    """The values of a store for this tool, as it is installed. Nothing is written before `save`."""

    def __init__(self, store: Store, now: int | None = None) -> None:
        self._store = store
        self._now = time_ns() if now is None else now
        self._new: dict[bytes, bytes] = {}
        self._used: list[bytes] = []
        self._searches: dict[bytes, RuledOut] = {}

    @cached_property
    def _tool(self) -> bytes:
        return fingerprint()

    @property
    def now(self) -> int:
        """When the run began, in nanoseconds."""
        return self._now

    def key(self, *parts: str | bytes) -> bytes:
        """What a value that depends on these parts, and on this tool, is kept under."""
        digest = hashlib.blake2b(self._tool, digest_size=32)
        for part in parts:
            data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "little"))
            digest.update(data)
        return digest.digest()

    def get(self, key: bytes) -> bytes | None:
        """What an earlier run has kept."""
        found = self._new.get(key) or self._store.get(key)
        if found is not None:
            self._used.append(key)
        return found

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value for later runs."""
        self._new[key] = value

    def kept(self, made: Callable[[], T], *parts: str | bytes) -> T:
        """What a pure function returns that depends on these parts, now or in an earlier run."""
        key = self.key(*parts)
        with suppress(Unreadable):
            if (data := self.get(key)) is not None:
                found: T = loads(data)
                return found
        value = made()
        self.put(key, dumps(value))
        return value

    def ruled_out(self, *search: str) -> RuledOut:
        """What is known of a search, of this name and with these words, below a root."""
        key = self.key("ruled out", *search)
        if key not in self._searches:
            known = array("Q")
            data = self.get(key) or b""
            if len(data) % known.itemsize == 0:
                known.frombytes(data)
            self._searches[key] = RuledOut(known, self._now)
        return self._searches[key]

    def save(self) -> None:
        """Write what is new."""
        for key, search in self._searches.items():
            met = frozenset(search.met) - {NONE}
            if not met <= search.known or len(met) < _SIGNIFICANT * len(search.known):
                self._new[key] = array("Q", sorted(met)).tobytes()
        self._store.put(self._new, self._used)
        self._new, self._used = {}, []


def cache_of_user(*, off: bool = False) -> Cache | None:
    """The cache in the user's folder; None if it is `off`, or `SQSFIFO_LINT_NO_CACHE` is set."""
    return None if off or os.environ.get(OFF_VARIABLE) else Cache(Store(folder_of_user()))
