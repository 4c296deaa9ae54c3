"""Where a word stands in source text, by plain search: what rules a statement out before it is parsed."""

from __future__ import annotations

from collections.abc import Iterator


def stands_in(word: str, text: str) -> bool:
    """Whether a word, and not only a longer one with it, stands in a text."""
    return any(True for _ in _ends(word, text))


def is_handed_over(word: str, text: str) -> bool:
    """Whether something of that name may be more than called there: it stands without a bracket behind it."""
    return any(not text.startswith("(", end) for end in _ends(word, text))


def _ends(word: str, text: str) -> Iterator[int]:
    """The positions at which a whole word ends."""
    position = text.find(word)
    while position >= 0:
        end = position + len(word)
        if not _continues(text[max(0, position - 1) : position]) and not _continues(text[end : end + 1]):
            yield end
        position = text.find(word, end)


def _continues(character: str) -> bool:
    return character.isalnum() or character == "_"
