"""A file that cannot be checked.

## What it does

Reports files that cannot be read, decoded or parsed: no permission, bytes that are not in the declared encoding, a
syntax error, a NUL byte. Of files that cannot contain a send, those into which a value was to be followed. The message
names the files that import it: from these, nothing is followed into it.

## Why is this bad

Nothing is known about a file that was not checked. Skipping it silently would look like a clean result, so the file is
reported, all others are checked, and the exit status is 2.

## When it is fine

When the file is meant to be broken, such as a template or a test input. Exclude it.

## What to do instead

Fix the file, declare its encoding (PEP 263), or list it in `exclude`. Python 2 is not supported.

## Example

`def publish(order` is reported with the line and column at which parsing stops.

## Options

- `exclude`: patterns of paths that are not checked.

## Sources

- [PEP 263: source code encodings](https://peps.python.org/pep-0263/)
"""

from __future__ import annotations

CODE = "SQF001"
"""The code under which a `Problem` is reported, always as an error. It is not a rule, because it judges no send."""

NAME = "unreadable-file"
SINCE = "0.1.0"
SUMMARY = "A file cannot be read, decoded or parsed, so nothing is known about its sends."
SHORT = "A file cannot be read, decoded or parsed."
HELP = "Fix the file, or list it in `exclude`."
