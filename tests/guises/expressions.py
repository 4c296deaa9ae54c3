"""What is passed, assigned and returned, in other forms."""

from __future__ import annotations

import libcst as cst

from tests.guises.model import IDS
from tests.guises.trees import SPACE, Rewriter, expression, loose, of_trees, parenthesized


class _Values(Rewriter):
    """What is passed, assigned and returned, in another form. Bases of classes are left as they are."""

    rewords = True
    codes: frozenset[str] | None = IDS
    """What becomes of an answer is followed through names and calls of functions, and no further: see *Limitations*."""
    functions_only = False
    moves = False
    """The other form evaluates the expression in a function of its own."""
    needs: tuple[str, ...] = ()
    """Built-in names that it uses."""

    def __init__(self, module: cst.Module, text: str) -> None:
        super().__init__(module, text)
        self.left: set[cst.CSTNode] = set()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.left.update((*node.bases, *node.keywords))

    def visit_Assign(self, node: cst.Assign) -> None:
        if any(isinstance(t.target, cst.Name) and t.target.value in ("__all__", "__slots__") for t in node.targets):
            self.left.add(node)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        if original_node in self.left or updated_node.star:
            return updated_node
        return updated_node.with_changes(value=self.other(original_node.value, updated_node.value))

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        if original_node in self.left:
            return updated_node
        return updated_node.with_changes(value=self.other(original_node.value, updated_node.value))

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:
        if original_node.value is None or updated_node.value is None:
            return updated_node
        return updated_node.with_changes(
            value=self.other(original_node.value, updated_node.value), whitespace_after_return=SPACE
        )

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return False

    def other(self, original: cst.BaseExpression, node: cst.BaseExpression) -> cst.BaseExpression:
        """The other form of an expression, where it may have one."""
        if (self.functions_only and not self.in_function) or self.binds(*self.needs):
            return node
        if isinstance(node, cst.GeneratorExp | cst.Yield) or (self.moves and (self.in_class or not loose(original))):
            return node
        if isinstance(node, cst.Tuple | cst.NamedExpr) and not node.lpar:
            node = parenthesized(node)
        return self.form(node)

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        raise NotImplementedError


@of_trees
class ValuesInParentheses(_Values):
    """Parentheses only say what belongs together."""

    codes = None

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return parenthesized(node)


@of_trees
class ValuesIfTrue(_Values):
    """A condition that always holds chooses the first value always."""

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return expression("(IT if True else None)", parenthesized(node))


@of_trees
class ValuesOutOfAList(_Values):
    """The first element of a list of one is this one."""

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return expression("[IT][0]", node)


@of_trees
class ValuesOutOfATuple(_Values):
    """The first element of a tuple of one is this one."""

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return expression("(IT,)[0]", node)


@of_trees
class ValuesOutOfADict(_Values):
    """What stands under a key is found under it."""

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return expression('{"it": IT}["it"]', node)


@of_trees
class ValuesOfALambda(_Values):
    """A lambda that is called at once gives what it is made of."""

    moves = True

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return expression("(lambda: IT)()", node)


@of_trees
class ValuesThroughAFunction(_Values):
    """A function that returns what it is given changes nothing."""

    def __init__(self, module: cst.Module, text: str) -> None:
        super().__init__(module, text)
        self.head = "def same_(it):\n    return it\n\n\n"

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return expression("same_(IT)", node)


@of_trees
class ValuesCast(_Values):
    """`typing.cast` gives back what it is given."""

    def __init__(self, module: cst.Module, text: str) -> None:
        super().__init__(module, text)
        self.head = "import typing as typing_\n"

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return expression('typing_.cast("object", IT)', node)


@of_trees
class ValuesNamedInPlace(_Values):
    """`:=` gives the value that it binds."""

    functions_only = True

    def form(self, node: cst.BaseExpression) -> cst.BaseExpression:
        return cst.NamedExpr(cst.Name(self.fresh()), node, lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
