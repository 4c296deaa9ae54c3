"""What a project's configuration adds to the tables, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqsfifo_lint.knowledge.apis import SendApi
from sqsfifo_lint.knowledge.model import Source
from sqsfifo_lint.model import Material


@dataclass(frozen=True, slots=True)
class Added:
    """Functions of the project, or of packages outside it, that send, and those that yield an ID."""

    senders: tuple[SendApi, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    """By qualified name."""


Slots = Mapping[str, tuple[str | None, int | None]]
"""Slot -> name and position of the parameter that fills it."""


def added(
    senders: Iterable[tuple[str, Slots]],
    sources: Mapping[str, str],
    others: Mapping[str, Source] = MappingProxyType({}),
) -> Added:
    """What the configuration says, by qualified name, as rows of the tables; `others`: sources of which it may speak
    differently.
    """
    return Added(
        tuple(_sender(name, slots) for name, slots in senders),
        {**others, **{name: source_called(word) for name, word in sources.items()}},
    )


def source_called(word: str) -> Source:
    """The row of a source for one of the words of the configuration."""
    return Source(_MATERIALS[word])


_MATERIALS = {
    "clock": Material.CLOCK,
    "unique": Material.UNIQUE,
    "config": Material.CONFIG,
    "data": Material.DATA,
}


def _sender(name: str, slots: Slots) -> SendApi:
    package, _, path = name.partition(".")
    keywords = {slot: word if word is not None else f"argument {index}" for slot, (word, index) in slots.items()}
    positions = {index: keywords[slot] for slot, (_, index) in slots.items() if index is not None}
    return SendApi(
        path.rpartition(".")[2],
        service="sqs",
        body=keywords.get("body", ""),
        queue=(keywords["queue"],) if "queue" in keywords else (),
        needs_ids=True,
        group=keywords.get("group", ""),
        dedup=keywords.get("dedup", ""),
        delay=keywords.get("delay", ""),
        parameters=tuple(positions.get(index, "") for index in range(max(positions, default=-1) + 1)),
        packages=frozenset({package}),
        path=path,
        verbatim=False,
        filled=dict.fromkeys(("group", "dedup"), "an ID of its own"),  # as far as is known
    )
