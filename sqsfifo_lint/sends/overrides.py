"""Whether other code of a project may set the IDs of a framework's messages, after the call that sends them."""

from __future__ import annotations

from collections.abc import Iterable

from sqsfifo_lint.aws.naming import names_an_id
from sqsfifo_lint.knowledge.apis import ID_KEYS, SEND_APIS
from sqsfifo_lint.knowledge.frameworks import OVERRIDES, OWN_CLASSES


def overriding(sources: Iterable[bytes]) -> frozenset[str]:
    """The libraries whose messages may get their IDs later, from other code of the project; routes are asked apart."""
    keys = [key.encode() for key in ID_KEYS]
    found: set[str] = set()
    for data in sources:
        if any(key in data for key in keys):
            told = [library for library, words in OVERRIDES.items() if any(word.encode() in data for word in words)]
            if not found.issuperset(told) and names_an_id(data, SEND_APIS.keys()):
                found.update(told)
            found.update(library for library, words in OWN_CLASSES.items() if any(w.encode() in data for w in words))
    return frozenset(found)
