"""What Python's own parser makes of a text, in a tenth of LibCST's time."""

from __future__ import annotations

import ast
import warnings

UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `tree_of` raises for what this Python cannot parse; a newer one, or LibCST, may."""


def tree_of(text: str | bytes) -> ast.Module:
    """The tree of a module. Raises one of `UNREADABLE`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in somebody's string is not ours to tell
        return ast.parse(text)
