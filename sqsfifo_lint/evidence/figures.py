"""What is counted and measured in spans of work. All times and durations are in microseconds, shares from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass

SECOND = 1_000_000
"""Microseconds."""


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """What one worker did."""

    name: str
    spans: int
    busy: int
    """The durations of its spans, added up."""
    first: int
    """Its first start. From here to `last` it counts as present."""
    last: int
    """Its last end."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """How many spans were open at the same time. A span includes its start, but not its end: touching is no overlap."""

    time_at: tuple[int, ...]
    """How long none, one, two … were open, from the first start to the last end."""

    @property
    def maximum(self) -> int:
        """The largest number that were open for any time at all."""
        return max((level for level, time in enumerate(self.time_at) if time), default=0)

    @property
    def busy(self) -> int:
        """How long at least one was open."""
        return sum(self.time_at[1:])

    @property
    def mean(self) -> float:
        """How many were open on average, while any was."""
        return sum(level * time for level, time in enumerate(self.time_at)) / self.busy if self.busy else 0.0

    @property
    def two_or_more(self) -> float:
        """For which share of the time in which at least one was open there were two or more."""
        return sum(self.time_at[2:]) / self.busy if self.busy else 0.0


@dataclass(frozen=True, slots=True)
class HandOvers:
    """The moments when work began while nobody else was at work, after some had ended.

    An overlap that differing clocks explain (`Waiting.tolerance`) counts as a hand-over without a gap.
    """

    count: int
    between_workers: int
    """How many went from one worker to another."""
    median_gap: int | None
    """From the end of one span to the start of the next; None if there are none."""
    within_a_second: float
    """The share of gaps that are shorter than a second."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Spans of the same worker in a row, in order of start."""

    count: int
    longest: int
    """In spans."""
    longest_by: str
    """The worker's name."""
    mean: float
    """In spans."""


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """What was done for one message group."""

    name: str
    spans: int
    busy: int
    """How long work for it was going on."""
    maximum: int
    """The most of its pieces of work that were open at once. SQS hands out one message of a group at a time, or one
    batch to one consumer, so more than one comes from a visibility timeout (if the log has no work IDs to tell that),
    differing clocks, or threads that share a batch.
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
    """
    alone: int
    """How long nothing else was going on."""
    holding_up: int
    """How much of `alone` was work that began as soon as the group's work before it had ended, so was waiting for it.
    What would begin that soon by chance is taken off: as much as begins in the same time after that."""


@dataclass(frozen=True, slots=True)
class Window:
    """Throughput in a part of the time. All windows have the same length."""

    start: int
    finished: int
    """Spans that ended in it."""
    present: int
    """Workers that were present for some of it."""
    busy: float
    """The share of its time in which at least one worked."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """Throughput with few and with many workers, in windows in which there was always work to do."""

    few: int
    """Workers."""
    few_per_hour: float
    """Spans that ended in an hour."""
    many: int
    many_per_hour: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether the workers wait for each other: what the verdict rests on. See `evidence/verdict.py`."""

    tolerance: int
    """Overlaps up to this long may come from differing clocks, and do not count."""
    reach: int
    """Work that begins within this time after other work counts as following at once."""
    during: int
    """Starts while another span was open."""
    after: int
    """Starts of another worker, when none was open, within `reach` after the end. A worker's first start does not
    count: it may have come into being only then, and so have waited for nobody. Nor does a start after work that seems
    to have taken no time, since the log's times are coarse: nobody could be seen beside it."""
    expected_during: float
    """How many of these starts (`during` and `after`) would be `during` if nobody waited for anybody."""
    likelihood: float
    """At most how likely as few `during` would be then."""
    beside: float
    """The share of the busy time in which two or more spans were open, but for overlaps within `tolerance`."""
    following: float
    """Correlation of how long work took with the gap after it. Near -1, work begins when a clock says so."""
    holding_up: float
    """The share of the busy time in which one span was open that had begun as soon as the one before had ended."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it. Tuples of workers and groups hold those with the most spans first."""

    spans: int
    handled_again: int
    """Spans that began while another of the same work ID was open: the message was handed out again since its
    visibility timeout was over. Together they are one piece of work, and count as one in all that is "at once"."""
    begin: int | None
    """The first start; None if there are no spans."""
    end: int | None
    """The last end."""
    resolution: int
    """All times are multiples of this: a second, a millisecond or a microsecond."""
    median_duration: int | None
    worker_count: int
    workers: tuple[WorkerFigures, ...]
    """At most `MAX_NAMED`."""
    at_once: AtOnce
    hand_overs: HandOvers
    runs: Runs
    ungrouped: int
    """Spans whose group the log does not tell."""
    group_count: int
    groups: tuple[GroupFigures, ...]
    """At most `MAX_NAMED`."""
    window: int
    """The length of a window."""
    windows: tuple[Window, ...]
    scaling: Scaling | None
    """None if the number of workers hardly changed, or nothing was waiting."""
    waiting: Waiting


MAX_NAMED = 100
"""The maximum number of workers, and of groups, whose figures are kept: there may be a million, and nobody reads more.
Those with the most spans are kept."""
