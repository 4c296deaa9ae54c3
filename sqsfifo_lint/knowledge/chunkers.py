"""Functions of known libraries that cut a sequence into parts: what goes in comes out, some of it at a time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_FIRST = (
    "boltons.iterutils.chunked",
    "boltons.iterutils.chunked_iter",
    "celery.utils.functional.chunks",
    "itertools.batched",
    "iteration_utilities.grouper",
    "more_itertools.batched",
    "more_itertools.chunked",
    "more_itertools.chunked_even",
    "more_itertools.constrained_batches",
    "more_itertools.grouper",
    "more_itertools.ichunked",
    "more_itertools.sliced",
    "more_itertools.split_into",
    "numpy.array_split",
    "pydash.arrays.chunk",
    "pydash.chunk",
)

_LAST = (
    "cytoolz.itertoolz.partition",
    "cytoolz.itertoolz.partition_all",
    "cytoolz.partition",
    "cytoolz.partition_all",
    "funcy.chunks",
    "funcy.lchunks",
    "funcy.lpartition",
    "funcy.partition",
    "more_itertools.distribute",
    "more_itertools.divide",
    "toolz.itertoolz.partition",
    "toolz.itertoolz.partition_all",
    "toolz.partition",
    "toolz.partition_all",
)

CHUNKERS: Mapping[str, int] = MappingProxyType({**dict.fromkeys(_FIRST, 0), **dict.fromkeys(_LAST, -1)})
"""By qualified name, which of its arguments is cut: the first, or the last (as their references say)."""
