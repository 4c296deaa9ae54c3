"""Where an expression may be changed: where nothing but the ID of one send is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import libcst as cst

from sqsfifo_lint.fixes.tree import Tree, covers
from sqsfifo_lint.model import Finding

IDS = frozenset({"MessageGroupId", "MessageDeduplicationId"})
"""Keys of a message: what is stored under one of them is that ID and nothing else."""


def argument_of(tree: Tree, node: cst.BaseExpression, finding: Finding) -> cst.BaseExpression | None:
    """The whole value of which an expression is a part, and which is used for this ID alone: the argument of the send,
    the value under the ID's key, or what is assigned to a variable that only the send reads. None if it is not known.
    """
    if finding.also or finding.send is None or finding.send.path != finding.span.path:
        return None
    if tree.at(finding.send) is None:
        return None
    chain = [node, *tree.above(node)]
    if any(isinstance(one, (cst.NamedExpr, cst.Lambda)) for one in _expressions(chain)):
        return None
    for below, one in pairwise(chain):
        match one:
            case cst.Arg(keyword=cst.Name(value=keyword)) if isinstance(below, cst.BaseExpression):
                if is_argument(tree, below, finding) or (keyword in IDS and _is_of_dict(tree, one)):
                    return below
            case cst.DictElement(key=cst.SimpleString() as key) if below is not key and key.evaluated_value in IDS:
                return below if isinstance(below, cst.BaseExpression) else None
            case cst.Assign() | cst.AnnAssign():
                return _assigned(tree, one, finding)
            case cst.BaseSmallStatement() | cst.BaseCompoundStatement() | cst.CompFor():
                return None
    return None


def _expressions(chain: list[cst.CSTNode]) -> Iterator[cst.CSTNode]:
    for node in chain:
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            return
        yield node


def is_argument(tree: Tree, node: cst.CSTNode, finding: Finding) -> bool:
    """Whether it is what the finding is about, and stands in the call that sends."""
    return finding.send is not None and covers(finding.send, tree.edit(node)) and tree.at(finding.span) is node


def _is_of_dict(tree: Tree, argument: cst.Arg) -> bool:
    """Whether it is an argument of `dict`, which builds those of the send."""
    call = tree.parent(argument)
    name = call.func if isinstance(call, cst.Call) else None
    return isinstance(name, cst.Name) and name.value == "dict" and not tree.binds("dict")


def _assigned(tree: Tree, statement: cst.Assign | cst.AnnAssign, finding: Finding) -> cst.BaseExpression | None:
    """What is assigned to a variable of a function, or to the ID's key; a variable is read once, by the send."""
    targets = [one.target for one in statement.targets] if isinstance(statement, cst.Assign) else [statement.target]
    match targets:
        case [cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))])]:
            return statement.value if key.evaluated_value in IDS else None
        case [cst.Name(value=name)]:
            function = tree.enclosing(statement, cst.FunctionDef)
            used = tree.at(finding.span)
            read = [] if used is None else [one for one in _names(used) if one == name]
            if used is None or function is None or tree.enclosing(used, cst.FunctionDef) is not function:
                return None
            in_function = sum(one == name for one in _names(function))
            return statement.value if len(read) == 1 and in_function == 2 else None
    return None


def _names(node: cst.CSTNode) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value
    for child in node.children:
        yield from _names(child)
