"""What is told beside the report, on standard error: errors, warnings and notes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from sqsfifo_lint.meant import missing
from sqsfifo_lint.terminal import name_at_start, no_commands, visible

if TYPE_CHECKING:
    from sqsfifo_lint.model import Problem

FAILED = 2
"""Exit status: something could not be done."""

TRACEBACK = "--traceback"

MOST_NAMED = 5
"""Links, or entries of a baseline, that a note names."""


class Unwritten(OSError):
    """Output could not be written."""


def write(text: str, stream: TextIO | None = None) -> None:
    """Write to standard output, or to another stream. Raises Unwritten."""
    try:
        (stream or sys.stdout).write(text)
    except OSError as error:
        raise Unwritten(error.errno, error.strerror) from error


def fail(message: str) -> NoReturn:
    """Tell of an error, and end."""
    lines = no_commands("\n".join(map(visible, message.splitlines())))
    write(f"sqsfifo-lint: error: {lines}\n", sys.stderr)
    sys.exit(FAILED)


def existing(paths: Sequence[Path]) -> tuple[tuple[Path, ...], int]:
    """The paths that exist, and how many do not, each of which is told: it is no problem of the project.

    If none exists, that is the end.
    """
    absent = [path for path in paths if not os.path.lexists(path)]
    for path in absent:
        write(f"sqsfifo-lint: error: {visible(missing(path))}\n", sys.stderr)
    if absent and len(absent) == len(paths):
        sys.exit(FAILED)
    return tuple(path for path in paths if path not in absent), len(absent)


def warn(warnings: Sequence[str]) -> None:
    """Tell what may be a mistake of whoever asked."""
    for warning in warnings:
        write(f"sqsfifo-lint: warning: {visible(warning)}\n", sys.stderr)


def tell_unread(problems: Sequence[Problem]) -> None:
    """Note that there is an answer although not everything could be read."""
    if problems:
        count = len({problem.path for problem in problems})
        files = "1 file" if count == 1 else f"{count} files"
        write(f"sqsfifo-lint: note: {files} could not be read, and the answer is without\n", sys.stderr)


def tell_stale(stale: Sequence[str]) -> None:
    """Note what a baseline has that is gone."""
    if not stale:
        return
    gone = "1 finding of the baseline is gone" if len(stale) == 1 else f"{len(stale)} findings of the baseline are gone"
    some = _some(stale)
    write(f"sqsfifo-lint: note: {gone}; `sqsfifo-lint baseline --update` removes what is: {some}\n", sys.stderr)


def tell_more(links: Sequence[str], problems: Sequence[Problem], *, traceback: bool) -> None:
    """Note which links were not followed, and where our own code has failed: with `traceback`, how."""
    if links:
        leads = "1 link leads out of the project and is" if len(links) == 1 else f"{len(links)} links lead out and are"
        write(f"sqsfifo-lint: note: {leads} not followed, as `follow-links` is not set: {_some(links)}\n", sys.stderr)
    causes = [problem for problem in problems if problem.cause]
    if causes and not traceback:
        write(f"sqsfifo-lint: note: please report the internal error with what {TRACEBACK} prints\n", sys.stderr)
        return
    for problem in causes:
        write(f"{name_at_start(problem.path)}:\n{visible_lines(problem.cause)}", sys.stderr)


def _some(names: Sequence[str]) -> str:
    return ", ".join(map(visible, names[:MOST_NAMED])) + (", ..." if len(names) > MOST_NAMED else "")


def visible_lines(text: str) -> str:
    """The text with each of its lines made safe to print."""
    return no_commands("".join(f"{visible(line)}\n" for line in text.splitlines()))
