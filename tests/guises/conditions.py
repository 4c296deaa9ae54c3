"""`if` in other forms."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from tests.guises.trees import SPACE, SUSPENDS, Rewriter, holds, of_trees, parenthesized


class _Conditions(Rewriter):
    """`if` in another form. `elif` belongs to the `if` before it."""

    wanted = r"\bif\b.*:"

    def __init__(self, module: cst.Module, text: str) -> None:
        super().__init__(module, text)
        self.continued: set[cst.If] = set()

    def visit_If(self, node: cst.If) -> None:
        if isinstance(node.orelse, cst.If):
            self.continued.add(node.orelse)

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.BaseStatement:
        return updated_node if original_node in self.continued else self.changed(updated_node)

    def changed(self, node: cst.If) -> cst.BaseStatement:
        """The whole `if`, with all that belongs to it, in its other form."""
        raise NotImplementedError


def branches_of(node: cst.If) -> tuple[list[cst.If], cst.Else | None]:
    """The `if` and each `elif`, and the `else`."""
    found = [node]
    while isinstance(found[-1].orelse, cst.If):
        found.append(found[-1].orelse)
    return found, found[-1].orelse if isinstance(found[-1].orelse, cst.Else) else None


Guard = cst.BaseExpression | None


def matching(
    subject: cst.BaseExpression,
    node: cst.If,
    case: Callable[[cst.If], tuple[cst.MatchPattern, cst.BaseExpression | None]],
) -> cst.Match:
    """A `match` with a case for each branch."""
    several, otherwise = branches_of(node)
    cases = []
    for branch in several:
        pattern, guard = case(branch)
        cases.append(
            cst.MatchCase(
                pattern=pattern,
                guard=guard,
                body=branch.body,
                leading_lines=() if branch is node else branch.leading_lines,
                whitespace_before_if=SPACE,
                whitespace_after_if=SPACE,
            )
        )
    if otherwise is not None:
        cases.append(cst.MatchCase(cst.MatchAs(), otherwise.body, leading_lines=otherwise.leading_lines))
    return cst.Match(subject, cases, leading_lines=node.leading_lines)


@of_trees
class IfAsGuards(_Conditions):
    """The first case whose guard holds is taken, as the first branch whose test does."""

    def changed(self, node: cst.If) -> cst.BaseStatement:
        return matching(cst.Name("None"), node, lambda branch: (cst.MatchAs(), branch.test))


@of_trees
class IfAsLiteralCases(_Conditions):
    """A literal pattern compares by `==`, and None by `is`."""

    wanted = r"\bif .*(==|is None)"

    def changed(self, node: cst.If) -> cst.BaseStatement:
        several, _ = branches_of(node)
        subjects = {self.code(left) for branch in several if (left := self.subject(branch.test)) is not None}
        compared = [self.subject(branch.test) for branch in several]
        if None in compared or len(subjects) != 1 or compared[0] is None:
            return node
        return matching(compared[0], node, lambda branch: (self.pattern(branch.test), None))

    def subject(self, test: cst.BaseExpression) -> cst.BaseExpression | None:
        """What a test compares with a literal; None where it does not, or where it may be another value each time."""
        match test:
            case cst.Comparison(
                left=left,
                comparisons=[
                    cst.ComparisonTarget(cst.Equal(), cst.SimpleString() | cst.Integer())
                    | cst.ComparisonTarget(cst.Is(), cst.Name("None"))
                ],
            ) if not holds(left, cst.Call, *SUSPENDS):
                return left
        return None

    def pattern(self, test: cst.BaseExpression) -> cst.MatchPattern:
        assert isinstance(test, cst.Comparison)
        literal = test.comparisons[0].comparator
        return cst.MatchSingleton(literal) if isinstance(literal, cst.Name) else cst.MatchValue(literal)


@of_trees
class IfAsTrueAndFalse(_Conditions):
    """`is`, `in` and `not` give True or False, and nothing else."""

    wanted = r"\bif .*\b(is|in|not)\b"

    def changed(self, node: cst.If) -> cst.BaseStatement:
        several, _ = branches_of(node)
        if len(several) > 1 or not self.gives_bool(node.test):
            return node
        return matching(node.test, node, lambda _: (cst.MatchSingleton(cst.Name("True")), None))

    def gives_bool(self, test: cst.BaseExpression) -> bool:
        match test:
            case cst.UnaryOperation(operator=cst.Not()):
                return True
            case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=operator)]):
                return isinstance(operator, cst.Is | cst.IsNot | cst.In | cst.NotIn)
        return False


@of_trees
class IfTheOtherWayRound(_Conditions):
    """`if a: x else: y` is `if not a: y else: x`."""

    wanted = r"\belse:"

    def changed(self, node: cst.If) -> cst.BaseStatement:
        if not isinstance(node.orelse, cst.Else):
            return node
        test = cst.UnaryOperation(cst.Not(), parenthesized(node.test))
        otherwise = node.orelse.with_changes(body=node.body)
        return node.with_changes(test=test, body=node.orelse.body, orelse=otherwise, whitespace_before_test=SPACE)


class _Tests(Rewriter):
    wanted = r"\bif\b"
    rewords = True

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        return updated_node.with_changes(test=self.test(updated_node.test), whitespace_before_test=SPACE)

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.IfExp:
        test = self.test(updated_node.test)
        return updated_node.with_changes(test=test, whitespace_after_if=SPACE, whitespace_before_else=SPACE)

    def test(self, test: cst.BaseExpression) -> cst.BaseExpression:
        raise NotImplementedError


@of_trees
class TestsNotNot(_Tests):
    """What is not not true is true."""

    def test(self, test: cst.BaseExpression) -> cst.BaseExpression:
        return cst.UnaryOperation(cst.Not(), parenthesized(cst.UnaryOperation(cst.Not(), parenthesized(test))))


@of_trees
class TestsAndTrue(_Tests):
    """What holds, holds beside what holds always."""

    def test(self, test: cst.BaseExpression) -> cst.BaseExpression:
        return cst.BooleanOperation(parenthesized(test), cst.And(), cst.Name("True"))


@of_trees
class TestsOfBool(_Tests):
    """An `if` asks for the truth of a value, and so does `bool()`."""

    def test(self, test: cst.BaseExpression) -> cst.BaseExpression:
        return test if self.binds("bool") else cst.Call(cst.Name("bool"), [cst.Arg(parenthesized(test))])
