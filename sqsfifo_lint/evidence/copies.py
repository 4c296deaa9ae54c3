"""Finds logs that lie beside their copies, under another name: `app.log`, `app (1).log`, an older download.

Where lines do not say who works, the file is the worker, and the same work would seem to be done by two at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

from sqsfifo_lint.evidence.sources import Source

LINES = 10
"""How many lines two logs must have in common at least: two workers that begin together and log whole seconds may well
have a few."""


def copies(sources: Iterable[Source]) -> Iterator[tuple[Source, Source]]:
    """The logs that begin with all that another one's head (about 1 MiB) holds, or the reverse, each with that other.

    That other is always the first of its kind. Files that cannot be read are passed over.
    """
    firsts: dict[bytes, list[Source]] = {}
    for source in sources:
        head = _head(source)
        lines = head.split("\n", LINES)
        if len(lines) <= LINES:
            continue
        key = blake2b("\n".join(lines[:LINES]).encode(errors="surrogatepass")).digest()
        alike = firsts.setdefault(key, [])
        original = next((one for one in alike if _one_begins(head, _head(one))), None)
        if original is not None:
            yield source, original
        elif len(alike) < MAX_ALIKE:
            alike.append(source)


MAX_ALIKE = 20
"""Logs that begin alike and then differ, with which others are compared: workers may all begin with the same words."""


def _one_begins(head: str, other: str) -> bool:
    return head.startswith(other) or other.startswith(head)


def _head(source: Source) -> str:
    try:
        return source.head(lambda line, message: None)
    except (OSError, EOFError):
        return ""
