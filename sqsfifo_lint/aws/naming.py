"""Whether code names an ID elsewhere than where it sends: only then can it give one to what others send."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from sqsfifo_lint.knowledge.apis import ID_KEYS, SDK_KEYS
from sqsfifo_lint.source.python_tree import UNREADABLE, nodes_of, tree_of


def names_an_id(data: str | bytes, sending: AbstractSet[str]) -> bool:
    """Whether code names an ID elsewhere than in calls of methods of these names, and in dicts of what they take."""
    try:
        nodes = list(nodes_of(tree_of(data)))
    except UNREADABLE:
        return True
    own = {id(name) for node in nodes for name in _sent(node, sending)}
    return any(id(node) not in own for node in nodes if _is_id(node))


def _is_id(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str() as name) | ast.keyword(arg=str() as name) | ast.Name(id=name):
            return name in ID_KEYS
        case ast.arg(arg=name) | ast.Attribute(attr=name):
            return name in ID_KEYS
    return False


def _sent(node: ast.AST, sending: AbstractSet[str]) -> Iterator[ast.AST]:
    """The names in a call that sends, or in a dict of what the AWS SDK sends."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in sending:
            yield from node.keywords
            yield from (key for one in node.keywords for inner in nodes_of(one.value) for key in _keys_of(inner))
        case ast.Dict():
            keys = list(_keys_of(node))
            if any(isinstance(key, ast.Constant) and key.value in SDK_KEYS for key in keys):
                yield from keys


def _keys_of(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Dict):
        yield from filter(None, node.keys)
