"""Whether other code of a project may set the IDs of a framework's messages, after the call that sends them."""

from __future__ import annotations

from collections.abc import Iterable

from sqsfifo_lint.knowledge.apis import ID_KEYS
from sqsfifo_lint.knowledge.frameworks import OVERRIDES


def overriding(sources: Iterable[bytes]) -> frozenset[str]:
    """The libraries whose messages may get their IDs later, from other code of the project; routes are asked apart."""
    keys = [key.encode() for key in ID_KEYS]
    naming = [data for data in sources if any(key in data for key in keys)]
    return frozenset(
        library
        for library, words in OVERRIDES.items()
        if any(word.encode() in data for data in naming for word in words)
    )
