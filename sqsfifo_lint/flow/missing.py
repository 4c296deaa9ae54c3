"""Whether `record.get("id")` may give None: where nothing else in its module speaks of that key, to make sure of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqsfifo_lint.source.project import Module

if TYPE_CHECKING:
    from sqsfifo_lint.flow.call import Call

_KEY = re.compile(r"[\w.-]+")


class Keys:
    """The keys of which nothing makes sure, module by module. Kept from one start to the next: the text stays."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bool] = {}

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
            found = self._known[module.path, key] = _is_made_sure_of(module, key)
        return found


def _is_made_sure_of(module: Module, key: str) -> bool:
    """Whether an expression of the module speaks of the key, other than to make a text of what it gets by it."""
    quoted = (f'"{key}"', f"'{key}'")
    if sum(map(module.text.count, quoted)) < 2:
        return False  # there is but the call itself
    spoken = [
        made_text
        for chunk in module.chunks
        if any(one in chunk.text for one in quoted)
        for made_text in _mentions(chunk.text, key)
    ]
    return len(spoken) > 1 and not all(spoken)


def _mentions(text: str, key: str) -> Iterator[bool]:
    """For each expression that is this key, whether a text is made at once of what it gets: `str(record.get(key))`.

    A docstring is no expression, nor is what stands between the placeholders of an f-string.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from (False, False)  # there may be any
        return
    passed_over: set[ast.AST] = set()
    made_text: set[ast.AST] = set()
    for node in ast.walk(tree):  # what is above comes first
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
            case ast.Constant(value=value) if value == key and node not in passed_over:
                yield node in made_text
