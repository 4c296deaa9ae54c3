"""What an annotation says of a value of which nothing else is known."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.values import About

_NUMBERS = frozenset({"Decimal", "Fraction", "UUID", "bool", "complex", "float", "int", "timedelta"})
_SETS = frozenset({"AbstractSet", "FrozenSet", "MutableSet", "Set", "frozenset", "set"})
_COLLECTIONS = frozenset({"Iterable", "List", "Optional", "Sequence", "Tuple", "list", "tuple"}) | _SETS


def about(annotation: cst.BaseExpression) -> About:
    """What an annotation says of a value that nobody in sight gives."""
    match annotation:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return About.NUMBER if name in _NUMBERS else About.NOTHING
        case (
            cst.BinaryOperation(left=one, right=cst.Name("None"))
            | cst.BinaryOperation(left=cst.Name("None"), right=one)
        ):
            return about(one)
        case cst.BinaryOperation(operator=cst.BitOr()):
            return About.NUMBER if about(annotation.left) is about(annotation.right) is About.NUMBER else About.NOTHING
        case cst.Subscript(value=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))):
            if name not in _COLLECTIONS:
                return About.NOTHING
            inner = [e.slice.value for e in annotation.slice if isinstance(e.slice, cst.Index)]
            if name in _SETS and any(isinstance(i, cst.Name) and i.value in ("str", "bytes") for i in inner):
                return About.SET
            numbers = [about(i) for i in inner if not isinstance(i, cst.Ellipsis)]
            return About.NUMBER if numbers and all(n is About.NUMBER for n in numbers) else About.NOTHING
    return About.NOTHING
