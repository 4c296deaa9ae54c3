"""What a name likely means, by the tables in `likely`. This is code, in its own module.

A name is the way to a value, in segments: see there.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

from sqsfifo_lint.knowledge.likely import (
    CLOCKS,
    COMMAND_LINES,
    FOLDERS,
    LOOKUPS,
    OF_A_MESSAGE,
    OF_A_REQUEST,
    READERS,
    SETTINGS,
    UNCHANGING,
    UNIQUE,
)

Segments = Sequence[str]


class Meaning(enum.Enum):
    """What a value likely is."""

    SETTING = "setting"
    """Configuration: one value for the process."""
    OPTION = "option"
    """Given on the command line: one value for the run."""
    UNIQUE = "unique value"
    CLOCK = "clock"


_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]{2,}")
_OF_MEMBERS = ("value", "name")
"""What is read of a member of an enumeration."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def meaning_of(segments: Segments) -> Meaning | None:
    """What is likely found on the way of these segments."""
    made = _made(segments)
    if made is not None or not segments or not all(segments):
        return made
    if COMMAND_LINES.intersection(segments) or [*segments[:2]] == ["sys", "argv"]:
        return Meaning.OPTION
    return Meaning.SETTING if _is_setting(segments[:-1], segments[-1]) else None


def _made(segments: Segments) -> Meaning | None:
    """What a call likely makes, if that is only changed afterwards."""
    several = list(segments)
    while several and several[-1] in UNCHANGING:
        several.pop()
    if not several or not all(several) or not several[-1].endswith("()"):
        return None
    name = snake(several[-1])
    return Meaning.UNIQUE if name in UNIQUE else Meaning.CLOCK if name in CLOCKS else None


def _is_setting(holders: Segments, last: str) -> bool:
    if _is_of_a_request(holders, last) or FOLDERS.intersection(holders[-1:]):
        return False
    if last.endswith("()") and snake(last) not in READERS:
        return _is_lookup(last)
    if any(last_word(holder) in SETTINGS or _is_lookup(holder) for holder in holders[-2:]):
        return True
    *owners, member = holders if last in _OF_MEMBERS and holders else (*holders, last)
    return bool(owners) and _CONSTANT.fullmatch(member) is not None and not any("(" in owner for owner in owners)


def _is_of_a_request(holders: Segments, last: str) -> bool:
    near = [snake(holder) for holder in holders[-3:]]
    words = {word for name in near for word in name.split("_")}
    return bool(words & OF_A_REQUEST or OF_A_MESSAGE.intersection(near) or snake(last) in OF_A_REQUEST | OF_A_MESSAGE)


def _is_lookup(segment: str) -> bool:
    return segment.endswith("()") and last_word(segment) in LOOKUPS | SETTINGS


def snake(name: str) -> str:
    """A name in lower case, its words joined by `_`, without the `()` of a call: `newUuid()` is `new_uuid`."""
    name = name.removesuffix("()")
    return name.strip("_") if name.islower() else "_".join(_WORD.findall(name)).lower()


def last_word(name: str) -> str:
    """The last word of a name: `config` of `SqsConfig()`."""
    return snake(name).rpartition("_")[2]
