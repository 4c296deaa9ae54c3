"""Whether other code of a project may set the IDs of a framework's messages, after the call that sends them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from sqsfifo_lint.knowledge.apis import ID_KEYS
from sqsfifo_lint.knowledge.frameworks import OVERRIDES, ROUTES
from sqsfifo_lint.source.python_tree import UNREADABLE, nodes_of, tree_of


def overriding(sources: Iterable[bytes]) -> frozenset[str]:
    """The libraries whose messages may get their IDs later, from other code of the project."""
    keys = [key.encode() for key in ID_KEYS]
    naming = [data for data in sources if any(key in data for key in keys)]
    return frozenset(
        library
        for library, words in OVERRIDES.items()
        if any(word.encode() in data and not _only_routes(data, word) for data in naming for word in words)
    )


def _only_routes(data: bytes, word: str) -> bool:
    """Whether a word stands only for routes that are written out, and give no ID."""
    if word.lower() not in ROUTES:
        return False
    try:
        tree = tree_of(data)
    except UNREADABLE:
        return False
    several = list(_values(tree, word))
    named = sum(1 for node in nodes_of(tree) if _names(node, word))
    return named == len(several) and all(map(_gives_no_id, several))


def _names(node: ast.AST, word: str) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=name) | ast.Constant(value=name):
            return name == word
    return False


def _values(tree: ast.AST, word: str) -> Iterator[ast.expr]:
    """What a variable, attribute or keyword of this name is set to."""
    for node in nodes_of(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value) if name == word:
                yield value
            case ast.keyword(arg=name, value=value) if name == word:
                yield value


def _gives_no_id(routes: ast.expr) -> bool:
    """Whether routes say no more than queues, by the names of tasks: not a function, and no options with an ID."""
    match routes:
        case ast.List(elts=several) | ast.Tuple(elts=several):
            return all(map(_gives_no_id, several))
        case ast.Dict(values=values):
            return all(map(_is_plain, values))
    return isinstance(routes, ast.Constant) and "." not in str(routes.value)  # a name of a task, or of its queue


def _is_plain(route: ast.expr) -> bool:
    """Whether a route is the name of a queue, or a dict of written names without an ID among them."""
    if not isinstance(route, ast.Dict):
        return isinstance(route, ast.Constant)
    named = [key.value for key in route.keys if isinstance(key, ast.Constant)]
    return len(named) == len(route.keys) and ID_KEYS.isdisjoint(named)
