"""Rewriting syntax trees: the base of all guises that do, and small helpers."""

from __future__ import annotations

import re

import libcst as cst

from tests.guises.model import Files, register
from tests.guises.text import below_head, names_of


class Rewriter(cst.CSTTransformer):
    """Rewrites one file. Annotations and decorators are left as they are, unless a guise says otherwise."""

    codes: frozenset[str] | None = None
    alone = False
    rewords = False
    """See `Guise`."""
    wanted = ""
    """A pattern; a file in which it is not found need not be looked at."""

    def __init__(self, module: cst.Module, text: str) -> None:
        super().__init__()
        self.module = module
        self.text = text
        self.names = names_of(text)
        self.head = ""
        """Lines that the rewritten program needs below its imports of `__future__`."""
        self.scopes: list[cst.CSTNode] = []
        """The functions, lambdas, comprehensions and classes around the node, outermost first."""
        self.count = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        going_in = super().on_visit(node)
        if isinstance(node, SCOPES):
            self.scopes.append(node)
        return going_in

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> object:  # type: ignore[override]
        if isinstance(original_node, SCOPES):
            self.scopes.pop()
        return super().on_leave(original_node, updated_node)

    def visit_Annotation(self, node: cst.Annotation) -> bool:
        return False

    def visit_Decorator(self, node: cst.Decorator) -> bool:
        return False

    @property
    def in_function(self) -> bool:
        """Whether the statement stands in a function, and not in a class body."""
        return bool(self.scopes) and isinstance(self.scopes[-1], cst.FunctionDef)

    @property
    def in_class(self) -> bool:
        """Whether the statement stands directly in a class body."""
        return bool(self.scopes) and isinstance(self.scopes[-1], cst.ClassDef)

    def fresh(self, kind: str = "held") -> str:
        """A name that occurs nowhere else."""
        self.count += 1
        return f"{kind}_{self.count}_"

    def code(self, node: cst.CSTNode) -> str:
        return self.module.code_for_node(node)

    def binds(self, *names: str) -> bool:
        """Whether the file gives any of these names a meaning of its own."""
        return any(not self.names.only(name, "load", "attribute", "keyword", "text") for name in names)


SCOPES = (cst.FunctionDef, cst.ClassDef, cst.Lambda, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)


def rewritten(files: Files, rewriter: type[Rewriter]) -> Files:
    """Each file as the rewriter makes it."""
    result = {}
    for path, text in files.items():
        if re.search(rewriter.wanted, text) is None:
            continue
        module = cst.parse_module(text)
        work = rewriter(module, text)
        code = module.visit(work).code
        result[path] = below_head(code, work.head) if work.head and code != text else code
    return result


def holds(node: cst.CSTNode, *kinds: type[cst.CSTNode]) -> bool:
    """Whether a node of one of these kinds is in the tree, nested functions and classes left out."""
    if isinstance(node, kinds):
        return True
    return any(holds(child, *kinds) for child in node.children if not isinstance(child, cst.FunctionDef | cst.ClassDef))


def loose(node: cst.CSTNode) -> bool:
    """Whether an expression may be moved into a function of its own."""
    return not holds(node, cst.Await, cst.Yield, cst.NamedExpr)


SPACE = cst.SimpleWhitespace(" ")
SUSPENDS = (cst.Yield, cst.Await)


def is_docstring(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString()), *_]):
            return True
    return False


def stays(statement: cst.CSTNode) -> bool:
    """Whether a statement has to stay where it is."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.ImportFrom(module=cst.Name("__future__")), *_]):
            return True
        case cst.SimpleStatementLine(body=[cst.Global() | cst.Nonlocal(), *_]):
            return True
    return is_docstring(statement)


def of_trees(rewriter: type[Rewriter]) -> type[Rewriter]:
    """Registers a guise of each file's syntax tree."""
    register(
        lambda files: rewritten(files, rewriter),
        rewriter,
        codes=rewriter.codes,
        alone=rewriter.alone,
        rewords=rewriter.rewords,
    )
    return rewriter


def parenthesized(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression in parentheses."""
    if isinstance(node, cst.GeneratorExp):
        return node
    return node.with_changes(lpar=[cst.LeftParen(), *node.lpar], rpar=[*node.rpar, cst.RightParen()])


def expression(template: str, node: cst.BaseExpression) -> cst.BaseExpression:
    """A template with an expression in place of its `IT`."""

    class Put(cst.CSTTransformer):
        def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
            return node if original_node.value == "IT" else updated_node

    made = cst.parse_expression(template).visit(Put())
    assert isinstance(made, cst.BaseExpression)
    return made
