"""Where a test expects a failure."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.source.walk import descendants

EXPECTATIONS = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
"""Methods and functions of test frameworks that say that a block, or a call of what they are given, has to fail."""

_WORDS = ("raises", "assertRaises")


def expects_failure(tree: cst.CSTNode, text: str, node: cst.CSTNode) -> bool:
    """Whether a test expects that `node`, in the tree of a statement with this text, raises an exception."""
    if not any(word in text for word in _WORDS):
        return False
    return any(one is node for part in descendants(tree) if _is_expectation(part) for one in descendants(part))


def _is_expectation(node: cst.CSTNode) -> bool:
    match node:
        case cst.With():
            return any(_called(item.item) in EXPECTATIONS for item in node.items)
        case cst.Call():
            return _called(node) in EXPECTATIONS
    return False


def _called(node: cst.CSTNode) -> str:
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name)):
            return name
    return ""
