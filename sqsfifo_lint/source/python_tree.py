"""What Python's own parser makes of a text, in a tenth of LibCST's time."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from typing import Any

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


_MARKS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
_LEAVES = frozenset[type](
    [kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, _MARKS)]
    + [value.__class__ for value in (None, "", b"", 0, 0.0, 0j, True, ...)]
)
"""What has nothing below it, and is not looked at: contents of literals, names, contexts and operators."""


def nodes_of(tree: ast.AST) -> Iterator[ast.AST]:
    """A tree's nodes but for contexts and operators, each before those below it. `ast.walk` takes thrice the time."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in node._fields:
            below: Any = getattr(node, name, None)
            kind = below.__class__
            if kind is list:
                waiting.extend(one for one in below if one.__class__ not in _LEAVES)
            elif kind not in _LEAVES:
                waiting.append(below)
