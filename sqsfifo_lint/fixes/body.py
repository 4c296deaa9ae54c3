"""The dedup ID is made of the body."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from sqsfifo_lint.fixes.places import argument_of
from sqsfifo_lint.fixes.proposals import Proposal
from sqsfifo_lint.fixes.text import digest
from sqsfifo_lint.fixes.tree import Tree, covers
from sqsfifo_lint.model import Finding, Remedy
from sqsfifo_lint.report import Edit

BODIES = ("MessageBody", "Message")
DEDUP = "MessageDeduplicationId"

_PURE_CALL = m.Call(func=m.Attribute(value=m.Name("json"), attr=m.Name("dumps")) | m.Name("str"))
_ACTS = m.Await() | m.NamedExpr() | m.Yield() | m.Lambda() | m.CompFor()


def propose(tree: Tree, finding: Finding, remedy: Remedy) -> Proposal | None:
    """The digest in place of the ID, or behind the body if there is no ID: the body stands in the same send."""
    body = tree.at(remedy.body.span) if remedy.body is not None else None
    if body is None or finding.send is None or not covers(finding.send, tree.edit(body)) or not _is_pure(body):
        return None
    element = tree.parent(body)
    place = tree.at(remedy.place.span)
    if place is None:
        return None
    if remedy.kind == "missing":
        return _added(tree, element, body)
    argument = argument_of(tree, place, finding)
    mate = tree.parent(argument) if argument is not None else None
    if argument is not place or mate is None or tree.parent(mate) is not tree.parent(element or body):
        return None
    return Proposal((tree.edit(place, digest(tree, body)),), "hashlib")


def _added(tree: Tree, element: cst.CSTNode | None, body: cst.BaseExpression) -> Proposal | None:
    """A new argument behind that of the body, laid out as it is."""
    match element:
        case cst.Arg(keyword=cst.Name(value=name)) if name in BODIES:
            text = f"{DEDUP}={digest(tree, body)}"
        case cst.DictElement(key=cst.SimpleString() as key) if key.evaluated_value in BODIES:
            quote = key.quote
            text = f"{quote}{DEDUP}{quote}: {digest(tree, body)}"
        case _:
            return None
    here = tree.edit(element)
    before = tree.lines[here.line - 1][: here.column - 1]
    between = f",\n{before}" if not before.strip() else ", "
    end = (here.end_line, here.end_column)
    return Proposal((Edit(*end, *end, f"{between}{text}"),), "hashlib")


def _is_pure(body: cst.BaseExpression) -> bool:
    """Whether it can be evaluated once more, with the same result."""
    calls = m.findall(body, m.Call())
    return all(m.matches(call, _PURE_CALL) for call in calls) and not m.findall(body, _ACTS)
