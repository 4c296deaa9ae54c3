"""Which files a search need not read."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Sequence
from time import time_ns

from sqsfifo_lint.cache.identity import NONE, identity


class RuledOut:
    """The files that a search need not read, since it has found nothing in them as they are: by their identities."""

    def __init__(self, known: Iterable[int] = (), now: int | None = None) -> None:
        self.known = frozenset(known) - {NONE}
        self.now = time_ns() if now is None else now
        """When the run began, in nanoseconds."""
        self.met = array("Q")
        """Those of this run."""

    def add(self, found: os.stat_result) -> None:
        """Rule out a file that has been read; what `found` says of it was asked before that."""
        self.met.append(identity(found, self.now))

    def unknown(self, paths: Sequence[str]) -> Sequence[str]:
        """The paths that have to be read; the others are met."""
        if not self.known:
            return paths
        known, now, met, found = self.known, self.now, self.met, []
        for path in paths:
            try:
                one = identity(os.stat(path), now)
            except (OSError, ValueError):
                one = NONE
            if one in known:
                met.append(one)
            else:
                found.append(path)
        return found
