"""A file that cannot be checked.

## What it does

Reports files that cannot be read, decoded or parsed: no permission, bytes that are not in the declared encoding, a
syntax error, a NUL byte.

## Why is this bad

Nothing is known of a file that was not checked. Passing it over in silence would look like a clean result, so the
file is reported, all others are checked, and the exit status is 2.

## When it is fine

When the file is meant to be broken, such as a template or the input of a test. Exclude it.

## What to do instead

Correct the file, declare its encoding (PEP 263), or name it in `exclude`. Python 2 is not read.

## Example

`def publish(order` is reported with the line and column at which reading ends.

## Options

- `exclude`: patterns of paths that are not checked.

## Sources

- [PEP 263: source code encodings](https://peps.python.org/pep-0263/)
"""

from __future__ import annotations

from dataclasses import dataclass

from sqsfifo_lint.model import Severity


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """The code under which a `Problem` is reported. It is no rule, for no send is judged."""

    code: str
    name: str
    severity: Severity
    since: str
    summary: str


UNREADABLE_FILE = ProblemCode(
    code="SQF001",
    name="unreadable-file",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="A file cannot be read, decoded or parsed, so nothing is known of its sends.",
)
