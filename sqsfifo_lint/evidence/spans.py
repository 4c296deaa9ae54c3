"""Keeps millions of spans of work in little memory, and gives them back in order of their start."""

from __future__ import annotations

import heapq
import struct
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import zip_longest
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from sqsfifo_lint.evidence.model import Event, Span

MAX_SAMPLES = 5
"""Events that are kept to be shown, of each kind of event that found no partner: enough to see what they look like."""

MAX_KEPT_IDS = 100_000
"""Work IDs that are kept as they are, to be shown: about 10 MB. Of all others there is the number only."""

RUN = 1 << 15
"""Spans of a run, which are sorted at once, about 8 MB while that is done."""

MAX_RUNS_IN_MEMORY = 64
"""Sorted runs (of 32,768 spans, 1 MB each) in memory. Further ones go to a temporary file."""

MAX_RUNS_AT_ONCE = 4
"""Runs that may overlap for all their rows to be held at once, 8 MB each. Logs that are nearly in order have two."""

BLOCK_OF_RUN = 512
"""Spans of a run that are decoded at once while runs are merged."""

_ROW = struct.Struct("<qqIiQ")

_Row = tuple[int, int, int, int, int]
"""As `Row`."""

NO_GROUP = -1
"""The index of the group, where no group is known."""


class Row(NamedTuple):
    """A span, with indexes instead of names. Times are in microseconds since 1970, UTC."""

    start: int
    end: int
    worker: int
    """Index in `Spans.workers`."""
    group: int
    """Index in `Spans.groups`, or NO_GROUP."""
    work_id: int
    """The same for the same work ID, and 0 for none: 64 bits of its digest, since there may be millions of them."""


@dataclass(slots=True)
class Unmatched:
    """Events that found no partner: how many, and the first few."""

    count: int = 0
    samples: list[Event] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Count one more."""
        self.count += 1
        if len(self.samples) < MAX_SAMPLES:
            self.samples.append(event)


class Names:
    """Gives each name a number, from 0 on."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, name: str) -> int:
        """The number of a name."""
        known = self._numbers.get(name)
        if known is None:
            known = self._numbers[name] = len(self.known)
            self.known.append(name)
        return known


class Spans:
    """Completed spans, and what found no partner. Iterating gives `Span`s in order of start, as often as one likes.

    Work with the same ID (or, without one, worker), start and end counts once: exports overlap, and a log lies beside
    its copy. Were it counted twice, it would look as if two had worked at the same time.

    Memory is bounded: beyond some two million spans, they lie in a temporary file.
    """

    def __init__(self) -> None:
        self.starts_without_end = Unmatched()
        self.ends_without_start = Unmatched()
        self.inferred_starts = 0
        """Spans of which only the end was logged, with how long they took."""
        self.whole_seconds = 0
        """Spans whose start and end both fall on a whole second: about all of them if the log has whole seconds only,
        about none otherwise."""
        self._workers = Names()
        self._groups = Names()
        self._ids: dict[int, str] = {}
        self._rows: list[_Row] = []
        self._runs: list[_Run] = []
        self._file: IO[bytes] | None = None
        self._count = 0
        self._repeated: int | None = 0

    @property
    def repeated(self) -> int:
        """Spans that were added once more, and do not count."""
        if self._repeated is None:
            for _ in self._merged():
                pass
        return self._repeated or 0

    @property
    def workers(self) -> list[str]:
        """Their names, by index. Only [""] if the log does not tell."""
        return self._workers.known

    @property
    def groups(self) -> list[str]:
        """Their names, by index."""
        return self._groups.known

    def add(self, start: int, end: int, worker: str, group: str | None = None, work_id: str = "") -> None:
        """Add a completed span. Times are in microseconds since 1970, UTC; `end` is not before `start`."""
        number = _number(work_id) if work_id else 0
        if number and len(self._ids) < MAX_KEPT_IDS:
            self._ids[number] = work_id
        group_number = NO_GROUP if group is None else self._groups.number(group)
        self._rows.append((start, end, self._workers.number(worker), group_number, number))
        self._count += 1
        self._repeated = None
        if not start % 1_000_000 and not end % 1_000_000:
            self.whole_seconds += 1
        if len(self._rows) == RUN:
            self._close_run()

    def __len__(self) -> int:
        return self._count - self.repeated

    def __iter__(self) -> Iterator[Span]:
        workers, groups, ids = self.workers, [*self.groups, None], self._ids  # index -1, no group, is the last
        for start, end, worker, group, number in self._merged():
            yield Span(start, end, workers[worker], groups[group], ids.get(number, ""))

    def rows(self) -> Iterator[Row]:
        """The same in the same order, with indexes instead of names: faster where there are millions."""
        return map(Row._make, self._merged())

    def _merged(self) -> Iterator[_Row]:
        """All rows in order, those that came again once."""
        repeated = 0
        start_before = end_before = None
        known: set[int] = set()
        workers = self.workers
        for row in self._all():
            start, end, worker, _, number = row
            same = number or ~worker  # without IDs, a worker does one thing at a time
            if start != start_before or end != end_before:
                start_before, end_before = start, end
                known.clear()
            elif same in known and (number or (end > start and workers[worker])):
                repeated += 1
                continue
            known.add(same)
            yield row
        self._repeated = repeated

    def _all(self) -> Iterator[_Row]:
        self._rows.sort()
        if not self._runs:
            return iter(self._rows)
        runs = sorted(self._runs, key=lambda run: run.first)
        if _most_at_once(runs) > MAX_RUNS_AT_ONCE:
            return heapq.merge(iter(self._rows), *map(self._read, runs))
        return heapq.merge(iter(self._rows), self._one_after_the_other(runs))

    def _one_after_the_other(self, runs: Sequence[_Run]) -> Iterator[_Row]:
        """The rows of runs that hardly overlap, as those of a log that is nearly in order: much faster than a merge."""
        rows: list[_Row] = []
        for run, following in zip_longest(runs, runs[1:]):
            rows += self._read(run)
            rows.sort()
            cut = len(rows) if following is None else bisect_left(rows, (following.first,))
            yield from rows[:cut]
            del rows[:cut]

    def _close_run(self) -> None:
        self._rows.sort()
        data = b"".join([_ROW.pack(*row) for row in self._rows])
        first, last = self._rows[0][0], self._rows[-1][0]
        self._rows.clear()
        if len(self._runs) < MAX_RUNS_IN_MEMORY:
            self._runs.append(_Run(first, last, data, 0))
            return
        if self._file is None:
            self._file = TemporaryFile(prefix="sqsfifo-lint-")  # noqa: SIM115 - it lives as long as this object
        self._runs.append(_Run(first, last, None, self._file.seek(0, 2)))
        self._file.write(data)

    def _read(self, run: _Run) -> Iterator[_Row]:
        if run.data is not None:
            yield from _ROW.iter_unpack(run.data)
            return
        assert self._file is not None
        size = min(BLOCK_OF_RUN, RUN) * _ROW.size
        for offset in range(run.offset, run.offset + RUN * _ROW.size, size):
            self._file.seek(offset)
            yield from _ROW.iter_unpack(self._file.read(size))


def _number(work_id: str) -> int:
    return int.from_bytes(blake2b(work_id.encode("utf-8", "surrogatepass"), digest_size=8).digest())


class _Run(NamedTuple):
    """Some rows, in order."""

    first: int
    """Where its first row starts."""
    last: int
    data: bytes | None
    """None if it is in the file."""
    offset: int
    """Where it is in the file."""


def _most_at_once(runs: Sequence[_Run]) -> int:
    """How many runs overlap at most. They are in order of their first row."""
    ends: list[int] = []
    most = 0
    for run in runs:
        while ends and ends[0] < run.first:
            heapq.heappop(ends)
        heapq.heappush(ends, run.last)
        most = max(most, len(ends))
    return most
