"""What a guise is, and the table of all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Files = Mapping[str, str]
"""The text of Python files, by their paths in the case."""

HANDLING = frozenset({"SQF105", "SQF201", "SQF301", "SQF302", "SQF303", "SQF304", "SQF305"})
"""What is wrong with a call, however often it is made."""
IDS = frozenset({f"SQF{number}" for number in (*range(101, 107), *range(201, 206), 303, 304, 305, 501, 502)})
"""What is wrong with what a send is given, whatever becomes of its answer."""


@dataclass(frozen=True)
class Guise:
    """A rewriting, and the codes about which it makes no difference (None: all)."""

    name: str
    change: Callable[[Files], Files]
    codes: frozenset[str] | None = None
    alone: bool = False
    """Only for a program of one file: what it changes may be known elsewhere."""
    rewords: bool = False
    """It changes code that a message may quote."""

    def applied(self, files: Files) -> Files:
        """The files that look different in this guise; none where it does not fit the program."""
        if self.alone and len(files) > 1:
            return {}
        return {path: text for path, text in self.change(files).items() if files.get(path) != text}


GUISES: dict[str, Guise] = {}
"""All guises, by their names."""


def register(
    change: Callable[[Files], Files],
    named: Callable[..., object],
    *,
    codes: frozenset[str] | None = None,
    alone: bool = False,
    rewords: bool = False,
) -> None:
    """Add a guise, which is called what the function or class that makes it is called, and says there why it must not
    matter."""
    assert named.__doc__, f"{named} does not say why it must not matter"
    name = re.sub(r"(?<!^)(?=[A-Z])|_", "-", named.__name__).lower()
    assert name not in GUISES, name
    GUISES[name] = Guise(name, change, codes, alone, rewords)


def of_files(change: Callable[[Files], Files]) -> Callable[[Files], Files]:
    """Registers a guise of all files together."""
    register(change, change)
    return change


def of_text(change: Callable[[str], str]) -> Callable[[str], str]:
    """Registers a guise of each file's text."""
    register(lambda files: {path: change(text) for path, text in files.items()}, change)
    return change
