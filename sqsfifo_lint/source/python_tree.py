"""What Python's own parser makes of a text, in a tenth of LibCST's time."""

from __future__ import annotations

import ast
import warnings

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `tree_of` raises for what this Python cannot parse; a newer one, or LibCST, may."""

NAME = "<checked by sqsfifo-lint>"
"""What a text is called in Python's own warnings of it."""


def tree_of(text: str | bytes) -> ast.Module:
    """The tree of a module. Raises one of `UNREADABLE`."""
    # An odd escape in somebody's string is not ours to tell. `warnings.catch_warnings` would silence other threads too,
    # and for good when two of them leave in the wrong order; a filter for this name alone may stay.
    if not warnings.filters or getattr(warnings.filters[0][3], "pattern", None) != NAME:
        warnings.filterwarnings("ignore", module=NAME)
    return ast.parse(text, NAME)
