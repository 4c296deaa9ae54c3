"""What whoever asked may have meant: hints for paths, places, commands and rules that do not exist.

Every function is pure but for a look at whether a file is there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

SHOWN = 80
"""Characters of a wrong value that an error message shows."""

MOST_LINES = 10
"""Lines that a hint names."""

PREFIX = "SQF"
"""What the codes of our rules begin with."""

_PATTERN = re.compile(r"[*?\[\]{}]")
_CODE = re.compile(r"(?P<letters>[A-Za-z]{1,5})(?P<digits>[0-9]{1,5})")
_OURS = re.compile(rf"{PREFIX}(?P<hundred>[0-9])[0-9]*", re.IGNORECASE)
_SPOT = re.compile(r"(?P<file>.+?):(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?:?", re.DOTALL)


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """A hint such as ` (did you mean 'select'?)`, or nothing if no known word is close: 1 is the word itself."""
    import difflib  # only for an error message

    if len(word) > SHOWN:
        return ""
    near: Sequence[str] = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f" (did you mean {near[0]!r}?)" if near else ""


def is_slip(word: str, right: str) -> bool:
    """Whether a name of a file is another one with letters out of order, or one letter too few or too many inside.

    `test` and `tests`, or `service-a` and `service-b`, are names of their own.
    """
    (word, ending), (right, other) = (os.path.splitext(name.rstrip("/")) for name in (word, right))
    if word == right or ending != other or min(len(word), len(right)) < 4:
        return False
    if len(word) == len(right):
        return sorted(word) == sorted(right)
    short, long = sorted((word, right), key=len)
    return long[-1] == short[-1] and any(long[:n] + long[n + 1 :] == short for n in range(1, len(long) - 1))


def shown(text: str) -> str:
    """A text for an error message, shortened."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def missing(path: Path) -> str:
    """That a path of the command line does not exist, and what may be the cause."""
    said = f"{path}: no such file or folder"
    if _PATTERN.search(str(path)):
        return f"{said}; is this a pattern? The shell did not expand it: name a folder, which is searched"
    return said


def command_for(word: str) -> str:
    """A hint for somebody who gives a path where a command is expected; empty if it is none."""
    is_path = word.endswith((".py", ".pyw")) or "/" in word or Path(word).exists()
    return f"did you mean `sqsfifo-lint check {word}`?" if is_path else ""


class Spot(NamedTuple):
    """A place of which somebody asks, as reports print it."""

    file: str
    line: int
    column: int | None = None


def spot_of(text: str) -> Spot | None:
    """`FILE:LINE` or `FILE:LINE:COLUMN`; None if it is neither. The name of a file may contain colons."""
    name, _, last = text.removesuffix(":").rpartition(":")
    if name and last.isascii() and last.isdigit() and Path(name).is_file():
        return Spot(name, int(last))
    found = _SPOT.fullmatch(text)
    if found is None:
        return None
    return Spot(found["file"], int(found["line"]), int(found["column"]) if found["column"] else None)


def no_send(spot: Spot, length: int, sends: Sequence[int], leading: Sequence[int]) -> str:
    """That a line has no send, and which lines of the file have one, or lead to one."""
    which = f"{spot.file}:{spot.line}: no send at this line, and none that is reached from it"
    notes = []
    if spot.line > length or not spot.line:
        notes.append(f"{spot.file} has {length} line{'' if length == 1 else 's'}")
    if sends:
        notes.append(f"sends are at {_listed(sends)}")
    if leading:
        notes.append(f"{_listed(leading)} lead{'s' if len(leading) == 1 else ''} to one")
    if not sends and not leading:
        notes.append("there is none in this file")
    return "; ".join([which, *notes])


def _listed(lines: Sequence[int]) -> str:
    word = "line" if len(lines) == 1 else "lines"
    more = f" and {len(lines) - MOST_LINES} more" if len(lines) > MOST_LINES else ""
    return f"{word} {', '.join(map(str, lines[:MOST_LINES]))}{more}"


def unknown_rule(word: str, rules: Collection[tuple[str, str]]) -> str:
    """That `word` selects none of `rules` (pairs of code and name), and what may be meant: a clause after its name."""
    codes = sorted(code for code, _ in rules)
    if found := _OURS.fullmatch(word):
        hundred = f"{PREFIX}{found['hundred']}"
        near = [code for code in codes if code.startswith(hundred)]
        return f"; {f'the rules of {hundred}' if near else 'known'} are {', '.join(near or codes)}"
    if (found := _CODE.fullmatch(word)) and not _is_ours(found["letters"]):
        return f": a code of another tool? Those of this one begin with {PREFIX}"
    hint = did_you_mean(word, [name for rule in rules for name in rule])
    return hint or f"; known are {', '.join(codes)} and their names"


def _is_ours(letters: str) -> bool:
    """Whether the letters of a code can be ours, misspelt."""
    return len(letters) > 1 and bool(did_you_mean(letters.upper(), [PREFIX]))
