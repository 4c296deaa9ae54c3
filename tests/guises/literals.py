"""Literals in other forms."""

from __future__ import annotations

import re

import libcst as cst

from tests.guises.model import IDS
from tests.guises.trees import Rewriter, expression, is_docstring, of_trees, parenthesized


class _Literals(Rewriter):
    """Literals that are values: no docstrings, annotations, parts of other literals, targets, `__all__`."""

    rewords = True
    in_pattern = False

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        return not is_docstring(node) and "__all__" not in self.code(node) and "__slots__" not in self.code(node)

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return False

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
        return False

    def visit_AssignTarget(self, node: cst.AssignTarget) -> bool:
        return False

    def visit_MatchCase_pattern(self, node: cst.MatchCase) -> None:
        self.in_pattern = True

    def leave_MatchCase_pattern(self, node: cst.MatchCase) -> None:
        self.in_pattern = False


@of_trees
class DictOfADict(_Literals):
    """`dict()` of a dict is a copy that holds the same."""

    def leave_Dict(self, original_node: cst.Dict, updated_node: cst.Dict) -> cst.BaseExpression:
        return updated_node if self.binds("dict") else expression("dict(IT)", updated_node)


@of_trees
class ListOfAList(_Literals):
    """`list()` of a list is a copy that holds the same."""

    def visit_For_target(self, node: cst.For) -> None:
        self.in_pattern = True

    def leave_For_target(self, node: cst.For) -> None:
        self.in_pattern = False

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.BaseExpression:
        return updated_node if self.binds("list") or self.in_pattern else expression("list(IT)", updated_node)


@of_trees
class StrOfAStr(_Literals):
    """`str()` of a text is the text."""

    codes = IDS

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.BaseExpression:
        if self.binds("str") or self.in_pattern or "b" in updated_node.prefix:
            return updated_node
        return expression("str(IT)", updated_node)


@of_trees
class StringsInTwo(_Literals):
    """Literals beside each other are one."""

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.BaseExpression:
        value = updated_node.evaluated_value
        if not isinstance(value, str) or self.in_pattern or len(value) < 2 or not value.isascii():
            return updated_node
        if re.search("Message|send|ublish|Queue|Entries|Topic|[sS][qQnN][sS]|boto", value):
            return updated_node  # a word that makes a file relevant has to stand in it
        left, right = cst.SimpleString(repr(value[0])), cst.SimpleString(repr(value[1:]))
        return cst.ConcatenatedString(left, right, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def pieces_of(node: cst.FormattedString) -> list[str | cst.BaseExpression] | None:
    """Texts (with braces doubled, and escapes) and expressions of an f-string; None where it formats them specially."""
    found: list[str | cst.BaseExpression] = []
    for part in node.parts:
        match part:
            case cst.FormattedStringText(value=text):
                found.append(text)
            case cst.FormattedStringExpression(expression=inner, format_spec=None, equal=None, conversion=None):
                found.append(inner)
            case _:
                return None
    return found


@of_trees
class FormatForFStrings(_Literals):
    """`"{}".format(x)` is `f"{x}"`."""

    wanted = r"""\bf['"]"""

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        pieces = pieces_of(updated_node)
        if pieces is None or self.in_pattern:
            return updated_node
        text = "".join(p if isinstance(p, str) else "{}" for p in pieces)
        args = [cst.Arg(p) for p in pieces if not isinstance(p, str)]
        literal = cst.SimpleString(updated_node.start.replace("f", "").replace("F", "") + text + updated_node.end)
        return cst.Call(cst.Attribute(literal, cst.Name("format")), args)


@of_trees
class JoinedForFStrings(_Literals):
    """`"".join(["a", format(x)])` is `f"a{x}"`."""

    wanted = r"""\bf['"]"""

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        pieces = pieces_of(updated_node)
        if pieces is None or self.in_pattern or self.binds("format") or "\n" in self.code(updated_node):
            return updated_node
        start, end = updated_node.start.replace("f", "").replace("F", ""), updated_node.end
        elements = [
            cst.SimpleString(start + p.replace("{{", "{").replace("}}", "}") + end)
            if isinstance(p, str)
            else expression("format(IT)", p)
            for p in pieces
        ]
        joined = cst.List([cst.Element(element) for element in elements])
        return expression('"".join(IT)', joined)


@of_trees
class AddedForFStrings(_Literals):
    """`"a" + format(x)` is `f"a{x}"`."""

    wanted = r"""\bf['"]"""

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        pieces = pieces_of(updated_node)
        if not pieces or self.in_pattern or self.binds("format"):
            return updated_node
        start, end = updated_node.start.replace("f", "").replace("F", ""), updated_node.end
        terms = [
            cst.SimpleString(start + p.replace("{{", "{").replace("}}", "}") + end)
            if isinstance(p, str)
            else expression("format(IT)", p)
            for p in pieces
        ]
        total: cst.BaseExpression = terms[0]
        for term in terms[1:]:
            total = cst.BinaryOperation(total, cst.Add(), term)
        return parenthesized(total)
