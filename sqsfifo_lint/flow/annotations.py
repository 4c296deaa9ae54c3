"""What an annotation says of a value of which nothing else is known."""

from __future__ import annotations

import libcst as cst

_NUMBERS = frozenset({"Decimal", "Fraction", "UUID", "bool", "complex", "float", "int", "timedelta"})
_SETS = frozenset({"AbstractSet", "FrozenSet", "MutableSet", "Set", "frozenset", "set"})
_COLLECTIONS = frozenset({"Iterable", "List", "Optional", "Sequence", "Tuple", "list", "tuple"}) | _SETS


def about(annotation: cst.BaseExpression) -> str:
    """What an annotation says of a value that nobody in sight gives.

    `number` for a number or a collection of numbers, `set` for a set of text; empty for everything else.
    """
    match annotation:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return "number" if name in _NUMBERS else ""
        case (
            cst.BinaryOperation(left=one, right=cst.Name("None"))
            | cst.BinaryOperation(left=cst.Name("None"), right=one)
        ):
            return about(one)
        case cst.BinaryOperation(operator=cst.BitOr()):
            return "number" if about(annotation.left) == about(annotation.right) == "number" else ""
        case cst.Subscript(value=cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name))):
            if name not in _COLLECTIONS:
                return ""
            inner = [e.slice.value for e in annotation.slice if isinstance(e.slice, cst.Index)]
            if name in _SETS and any(isinstance(i, cst.Name) and i.value in ("str", "bytes") for i in inner):
                return "set"
            numbers = [about(i) for i in inner if not isinstance(i, cst.Ellipsis)]
            return "number" if numbers and all(n == "number" for n in numbers) else ""
    return ""
