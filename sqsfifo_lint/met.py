"""That a bound of the analysis was met: counted where somebody counts, and put into words for the trace.

    with counting(counts):
        if len(found) > MAX_FOUND:
            unknown(met("MAX_FOUND"))  # counts == {"MAX_FOUND": 1}

Whoever meets a bound puts the words on the value that is unknown because of it. Where the value is made further out,
`tell` leaves them for whoever evaluates the expression. It costs nothing as long as no bound is met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

BEYOND = "beyond a bound of the analysis"

told: list[str] = []
"""The words of `tell` that nobody has put on a value yet."""

_counts: ContextVar[Counter[str] | None] = ContextVar("_counts", default=None)


@contextmanager
def counting(counts: Counter[str]) -> Iterator[None]:
    """In the block, add to `counts` how often each bound is met, by its name."""
    token = _counts.set(counts)
    try:
        yield
    finally:
        _counts.reset(token)


def met(bound: str) -> str:
    """Count that the bound of this name cut something off. Returns the words for what is unknown because of it."""
    counts = _counts.get()
    if counts is not None:
        counts[bound] += 1
    return beyond(bound)


def beyond(bound: str) -> str:
    """The words for what is unknown because of a bound that was counted before."""
    return f"{BEYOND}, {bound}"


def tell(bound: str) -> None:
    """Count that the bound of this name cut something off, and leave the words for the value that is being made."""
    words = met(bound)
    if words not in told:
        told.append(words)


@contextmanager
def watched() -> Iterator[Counter[str]]:
    """How often each bound is met in the block; whoever counts outside counts it, too."""
    outer, own = _counts.get(), Counter[str]()
    try:
        with counting(own):
            yield own
    finally:
        if outer is not None:
            outer.update(own)


def first(several: Iterable[T], most: int, bound: str) -> Iterator[T]:
    """At most so many of `several`; the bound is met where there are more."""
    iterator = iter(several)
    yield from islice(iterator, most)
    for _ in iterator:
        met(bound)
        return


def cut(several: Sequence[T], most: int, bound: str) -> Sequence[T]:
    """The first of `several`, at most so many; the bound is met where there are more."""
    if len(several) <= most:
        return several
    met(bound)
    return several[:most]
