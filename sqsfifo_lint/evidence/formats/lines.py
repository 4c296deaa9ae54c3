"""Text, one message a line: reads the lines that matter out of large blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def lines(blocks: Iterable[str], needles: Sequence[str]) -> Iterator[str]:
    """The lines that contain any of the `needles`, or all lines if there are none. Blocks end at a line's end.

    Almost all lines of a log are of no interest, and searching a large text for a word costs a fraction of splitting
    it into lines.
    """
    for block in blocks:
        if not needles:
            yield from block.splitlines()
            continue
        for begin, end in _bounds(block, needles):
            yield block[begin:end]


def _bounds(block: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    bounds = set()
    for needle in needles:
        at = block.find(needle)
        while at >= 0:
            end = block.find("\n", at)
            if end < 0:
                end = len(block)
            bounds.add((block.rfind("\n", 0, at) + 1, end))
            at = block.find(needle, end)
    return sorted(bounds)
