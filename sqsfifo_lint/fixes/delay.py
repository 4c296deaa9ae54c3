"""`DelaySeconds` is taken out of the call."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from sqsfifo_lint.fixes.proposals import Proposal
from sqsfifo_lint.fixes.tree import Tree, covers
from sqsfifo_lint.model import Finding, Remedy
from sqsfifo_lint.report import Edit

NAME = "DelaySeconds"
_ACTS = m.Call() | m.Await() | m.NamedExpr() | m.Yield()
"""What may do something, besides having a value."""


def propose(tree: Tree, finding: Finding, remedy: Remedy) -> Proposal | None:
    """Without the argument, or the entry of the dict."""
    node = tree.at(remedy.place.span)
    if node is None or finding.also or finding.send is None or finding.send.path != finding.span.path:
        return None
    if not covers(finding.send, tree.edit(node)) or m.findall(node, _ACTS):
        return None
    element = tree.parent(node)
    match element, tree.parent(element) if element is not None else None:
        case cst.Arg(keyword=cst.Name(value=name)), cst.Call(args=elements) if name == NAME:
            edit = _without(tree, element, elements)
        case cst.DictElement(key=cst.SimpleString() as key), cst.Dict(elements=elements) if key.evaluated_value == NAME:
            edit = _without(tree, element, elements)
        case _:
            return None
    return Proposal((edit,)) if edit is not None else None


def _without(tree: Tree, element: cst.CSTNode, elements: object) -> Edit | None:
    """The edit that removes one of several elements; whole lines, if it has them for itself."""
    assert isinstance(elements, list | tuple)
    index = next(number for number, one in enumerate(elements) if one is element)
    here = tree.edit(element)
    start, end = (here.line, here.column), (here.end_line, here.end_column)
    before, after = tree.lines[here.line - 1][: here.column - 1], tree.lines[here.end_line - 1][here.end_column - 1 :]
    code, _, _ = after.partition("#")
    if not before.strip() and code.strip() == "," and here.end_line < len(tree.lines):
        return Edit(here.line, 1, here.end_line + 1, 1, "")
    if index + 1 < len(elements):
        following = tree.edit(elements[index + 1])
        end = (following.line, following.column)
    elif index:
        previous = tree.edit(elements[index - 1])
        start = (previous.end_line, previous.end_column)
    elif code.startswith(","):
        end = (here.end_line, here.end_column + 1)
    gap = tree.file.between(start, (here.line, here.column)) + tree.file.between((here.end_line, here.end_column), end)
    return None if "#" in gap else Edit(*start, *end, "")
