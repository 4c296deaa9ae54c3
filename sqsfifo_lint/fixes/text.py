"""What makes text of an expression, and what is made of that."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from sqsfifo_lint.fixes.tree import Tree

_PRIMARY = m.Name() | m.Attribute() | m.Call() | m.Subscript() | m.FormattedString() | m.SimpleString()
_GLUE = (
    m.FormattedStringExpression()
    | m.FormattedString()
    | m.ConcatenatedString()
    | m.BinaryOperation(operator=m.Add())
    | m.Element()
    | m.Tuple()
    | m.List()
    | m.Arg(keyword=None, star="")
    | m.Call(func=m.Attribute(value=m.SimpleString(), attr=m.Name("join") | m.Name("format")))
    | m.Call(func=m.Name("str"))
)
"""What only puts pieces of text in a row."""

_TEXT_METHODS = (
    "lower",
    "upper",
    "casefold",
    "strip",
    "join",
    "format",
    "hexdigest",
    "isoformat",
    "strftime",
    "decode",
)
_TEXT = (
    m.SimpleString()
    | m.FormattedString()
    | m.ConcatenatedString()
    | m.Call(func=m.Name("str") | m.Name("repr"))
    | m.Call(func=m.Attribute(value=m.Name("json"), attr=m.Name("dumps")))
    | m.Call(func=m.Attribute(attr=m.OneOf(*map(m.Name, _TEXT_METHODS))))
)


def primary(tree: Tree, node: cst.BaseExpression) -> str:
    """The source of an expression as that of which an attribute can be read."""
    source = tree.source(node)
    return source if m.matches(node, _PRIMARY) and not isinstance(node, cst.ConcatenatedString) else f"({source})"


def digest(tree: Tree, text: cst.BaseExpression) -> str:
    """The source of the digest of an expression that is text."""
    return f"hashlib.sha256({primary(tree, text)}.encode()).hexdigest()"


def stays_text(tree: Tree, node: cst.CSTNode, argument: cst.BaseExpression) -> bool:
    """Whether all that an expression goes through, on its way to the whole argument, takes any text."""
    below = node
    for one in tree.above(node) if node is not argument else ():
        if isinstance(one, cst.Subscript):
            if below is not one.value:
                return False
        elif isinstance(one, cst.IfExp):
            if below is one.test:
                return False
        elif not m.matches(one, _GLUE):
            return False
        if isinstance(one, cst.FormattedStringExpression) and not plain(one):
            return False
        if one is argument:
            return True
        below = one
    return node is argument


def plain(expression: cst.FormattedStringExpression) -> bool:
    """Whether it is `{x}`, and nothing says how it is formatted."""
    return expression.conversion is None and expression.format_spec is None and expression.equal is None


def is_text(tree: Tree, node: cst.BaseExpression) -> bool:
    """Whether the code shows that an expression is text."""
    if m.matches(node, _TEXT):
        return not (isinstance(node, cst.SimpleString) and "b" in node.prefix)
    match node:
        case cst.BinaryOperation(operator=cst.Add(), left=left, right=right):
            return is_text(tree, left) or is_text(tree, right)
        case cst.Name(value=name):
            return _is_annotated(tree, node, name)
    return False


def _is_annotated(tree: Tree, node: cst.Name, name: str) -> bool:
    """Whether a name is a parameter that is said to be text, and is never bound to anything else."""
    function = tree.enclosing(node, cst.FunctionDef)
    if function is None:
        return False
    parameters = function.params
    every = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
    said = next((one.annotation for one in every if one.name.value == name), None)
    stores = m.findall(function.body, m.AssignTarget(m.Name(name)) | m.CompFor(m.Name(name)) | m.For(m.Name(name)))
    return said is not None and m.matches(said.annotation, m.Name("str") | m.SimpleString("'str'")) and not stores
