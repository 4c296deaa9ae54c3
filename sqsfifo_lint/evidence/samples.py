"""Medians of any number of values in bounded memory."""

from __future__ import annotations

from array import array

MAX_SAMPLE = 1 << 17
"""The maximum number of values of which a sample keeps all (1 MiB of them). Of more, it keeps every second, then every
fourth, and so on: the same ones in each run, and enough for a median that is off by less than a hundredth of the rank.
"""


class Sample:
    """Some of the values added to it, evenly spread over their order. Values are whole numbers below 2**63."""

    __slots__ = ("_kept", "_step", "_wait", "count")

    def __init__(self) -> None:
        self.count = 0
        self._kept = array("q")
        self._step = 1
        self._wait = 0

    def add(self, value: int) -> None:
        """Take `value` into account."""
        self.count += 1
        if self._wait:
            self._wait -= 1
            return
        self._kept.append(value)
        self._wait = self._step - 1
        if len(self._kept) == MAX_SAMPLE:
            self._kept = self._kept[::2]
            self._step *= 2
            self._wait = self._step - 1

    def quantile(self, share: float) -> int | None:
        """The value that `share` (0 to 1) of the values do not exceed; None if there is none."""
        if not self._kept:
            return None
        ordered = sorted(self._kept)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    def median(self) -> int | None:
        """The middle value, or the mean of the two middle ones, rounded down."""
        if not self._kept:
            return None
        ordered = sorted(self._kept)
        half = len(ordered) // 2
        return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2
