"""Assignments and calls in other forms."""

from __future__ import annotations

import libcst as cst

from tests.guises.model import IDS
from tests.guises.trees import Rewriter, expression, holds, of_trees, parenthesized


@of_trees
class KeywordsReversed(Rewriter):
    """The order in which keywords are passed does not matter."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        args = list(updated_node.args)
        if len(args) < 2 or any(a.keyword is None for a in args):
            return updated_node
        spaces = [a.comma.whitespace_after if isinstance(a.comma, cst.Comma) else None for a in args]
        own = [s for s in spaces if isinstance(s, cst.ParenthesizedWhitespace)]
        if len(own) != len(args):
            return updated_node
        made = [
            arg.with_changes(comma=arg.comma.with_changes(whitespace_after=space.with_changes(last_line=at.last_line)))
            for arg, space, at in zip(reversed(args), reversed(own), own, strict=True)
            if isinstance(arg.comma, cst.Comma)
        ]
        return updated_node.with_changes(args=made)


class _Assignments(Rewriter):
    """An assignment of one value to one name, or attribute."""

    names_only = True

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        match updated_node.body:
            case [cst.Assign(targets=[cst.AssignTarget(target=target)], value=value)]:
                allowed = (cst.Name,) if self.names_only else (cst.Name, cst.Attribute)
                if isinstance(target, allowed) and not self.in_class and self.code(target) != "__all__":
                    if isinstance(value, cst.Tuple) and not value.lpar:
                        value = parenthesized(value)
                    return updated_node.with_changes(body=self.assigned(target, value))
        return updated_node

    def assigned(self, target: cst.BaseExpression, value: cst.BaseExpression) -> list[cst.BaseSmallStatement]:
        raise NotImplementedError


def statements(text: str) -> list[cst.BaseSmallStatement]:
    """The small statements of a line."""
    line = cst.parse_statement(text)
    assert isinstance(line, cst.SimpleStatementLine)
    return list(line.body)


@of_trees
class AssignedByWayOfAName(_Assignments):
    """A value that is named first is the same value."""

    codes = IDS

    names_only = False

    def assigned(self, target: cst.BaseExpression, value: cst.BaseExpression) -> list[cst.BaseSmallStatement]:
        name = self.fresh()
        first, second = statements(f"{name} = IT; TARGET = {name}")
        assert isinstance(first, cst.Assign)
        assert isinstance(second, cst.Assign)
        return [first.with_changes(value=value), second.with_changes(targets=[cst.AssignTarget(target)])]  # type: ignore[arg-type]


@of_trees
class AssignedByUnpacking(_Assignments):
    """A tuple of one that is unpacked gives the one."""

    codes = IDS

    def assigned(self, target: cst.BaseExpression, value: cst.BaseExpression) -> list[cst.BaseSmallStatement]:
        made = cst.Assign([cst.AssignTarget(expression("(IT,)", target))], expression("(IT,)", value))  # type: ignore[arg-type]
        return [made]


@of_trees
class AssignedWithAnAnnotation(_Assignments):
    """Everything is an `object`."""

    names_only = False

    def assigned(self, target: cst.BaseExpression, value: cst.BaseExpression) -> list[cst.BaseSmallStatement]:
        if (isinstance(target, cst.Name) and self.names.has(target.value, "global")) or isinstance(value, cst.Yield):
            return [cst.Assign([cst.AssignTarget(target)], value)]  # type: ignore[arg-type]
        return [cst.AnnAssign(target, cst.Annotation(cst.Name("object")), value)]  # type: ignore[arg-type]


@of_trees
class ArgumentsNamedFirst(Rewriter):
    """Arguments are evaluated in order before the call: those that have got a name are the same.

    (Not where a finding may stand on an argument of an argument: it would go with that to another line. And a handler
    that names something does more than log.)
    """

    codes = IDS
    rewords = True

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.BaseStatement]:
        call = self.call_of(updated_node)
        if call is None or not self.in_function or len(updated_node.body) > 1:
            return updated_node
        first: list[cst.BaseStatement] = []
        args: list[cst.Arg] = []
        for arg in call.args:
            if arg.star or "\n" in self.code(arg.value) or passes_on(arg.value):
                return updated_node
            name = self.fresh()
            first.append(cst.SimpleStatementLine([cst.Assign([cst.AssignTarget(cst.Name(name))], arg.value)]))
            args.append(arg.with_changes(value=cst.Name(name)))
        if not first:
            return updated_node
        line = updated_node.with_deep_changes(call, args=args)
        return cst.FlattenSentinel([*first, line])

    def call_of(self, line: cst.SimpleStatementLine) -> cst.Call | None:
        """The outermost call of the statement, where that is all there is on its right."""
        match line.body[0]:
            case cst.Expr(value=value) | cst.Assign(value=value) | cst.Return(value=value):
                inner = value.expression if isinstance(value, cst.Await) else value
                if isinstance(inner, cst.Call) and not holds(inner.func, cst.Call):
                    return inner
        return None


def passes_on(node: cst.CSTNode) -> bool:
    """Whether an expression holds others on which a finding may stand, or binds a name."""
    match node:
        case cst.Call(args=[_, *_]) | cst.GeneratorExp() | cst.Dict() | cst.List() | cst.NamedExpr():
            return True
    return any(passes_on(child) for child in node.children)
