"""Whether `record.get("id")` may give None: where nothing else in its module speaks of that key, to make sure of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.python_tree import UNREADABLE, nodes_of, tree_of

if TYPE_CHECKING:
    from sqsfifo_lint.flow.call import Call

_KEY = re.compile(r"[\w.-]+")


class Keys:
    """The keys of which nothing makes sure, module by module. Kept from one start to the next: the text stays."""

    __slots__ = ("_known", "_spoken")

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bool] = {}
        self._spoken: dict[Chunk, Spoken] = {}

    def may_give_none(self, call: Call) -> bool:
        """Whether a call of `get` on something unknown asks for a key that may be missing, and has no default."""
        given = call.arguments
        key = given.constant(0)
        if not isinstance(key, str) or given.keywords or given.rest:
            return False
        if len(given.positional) > 1 and given.constant(1) is not None:
            return False
        # What is no word is more like an address: `session.get("https://...")`.
        return _KEY.fullmatch(key) is not None and not self._made_sure_of(call.state.frame.module, key)

    def _made_sure_of(self, module: Module, key: str) -> bool:
        found = self._known.get((module.path, key))
        if found is None:
            found = self._known[module.path, key] = self._is_made_sure_of(module, key)
        return found

    def _is_made_sure_of(self, module: Module, key: str) -> bool:
        """Whether an expression of the module speaks of the key, other than to make a text of what it gets by it."""
        quoted = (f'"{key}"', f"'{key}'")
        if sum(map(module.text.count, quoted)) < 2:
            return False  # there is but the call itself
        spoken: list[bool] = []
        for chunk in module.chunks:
            if any(one in chunk.text for one in quoted):
                if chunk not in self._spoken:
                    self._spoken[chunk] = _spoken(chunk.text)
                found = self._spoken[chunk]
                spoken.extend((False, False) if found is None else found.get(key, ()))
                if len(spoken) > 1 and not all(spoken):
                    return True
        return False


Spoken = Mapping[str, Sequence[bool]] | None
"""For each text that is an expression in some code, how often it is, and whether a text is made at once of what is
got by it: `str(record.get(key))`. None: the code cannot be read, and may speak of anything."""


def _spoken(text: str) -> Spoken:
    """What the expressions of some code speak of.

    A docstring is no expression, nor is what stands between the placeholders of an f-string.
    """
    try:
        tree = tree_of(text)
    except UNREADABLE:
        return None
    found: dict[str, list[bool]] = {}
    passed_over: set[ast.AST] = set()
    made_text: set[ast.AST] = set()
    for node in nodes_of(tree):  # what is above comes first
        match node:
            case ast.Expr(value=ast.Constant() as constant):
                passed_over.add(constant)
            case ast.JoinedStr(values=parts):
                passed_over.update(part for part in parts if isinstance(part, ast.Constant))
            case (
                ast.Call(func=ast.Name("str"), args=[ast.Call(func=ast.Attribute(attr="get"), args=[asked, *_])])
                | ast.FormattedValue(value=ast.Call(func=ast.Attribute(attr="get"), args=[asked, *_]))
            ):
                made_text.add(asked)
            case ast.Constant(value=str() as value) if node not in passed_over:
                found.setdefault(value, []).append(node in made_text)
    return found
