"""`hash(x)`, which is another number in each process, becomes a digest or a checksum."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from sqsfifo_lint.fixes.places import argument_of
from sqsfifo_lint.fixes.proposals import Proposal
from sqsfifo_lint.fixes.text import is_text, primary, stays_text
from sqsfifo_lint.fixes.tree import Tree
from sqsfifo_lint.model import Finding, Remedy

_HASH = m.Call(func=m.Name("hash"), args=[m.Arg(keyword=None, star="")])
_NUMBER_TO_NUMBER = m.Call(func=m.Name("abs"), args=[m.DoNotCare()])
_NUMBER_TO_TEXT = m.Call(func=m.Name("str") | m.Name("hex") | m.Name("repr"), args=[m.DoNotCare()])
_REDUCED = m.BinaryOperation(operator=m.Modulo() | m.BitAnd())


def propose(tree: Tree, finding: Finding, remedy: Remedy) -> Proposal | None:
    """A digest where the number becomes text; for a group, a checksum where one of a few numbers is taken."""
    node = tree.at(remedy.place.span)
    if node is None or not m.matches(node, _HASH):
        return None
    assert isinstance(node, cst.Call)
    argument = argument_of(tree, node, finding)
    if argument is None:
        return None
    encoded, certain = _encoded(tree, node.args[0].value)
    if not certain and tree.binds("str"):
        return None
    number = _outermost(tree, node, argument, _NUMBER_TO_NUMBER)
    above = tree.parent(number)
    if number is not argument and isinstance(above, cst.BinaryOperation) and m.matches(above, _REDUCED):
        of_group = remedy.kind == "group" and above.left is number
        return Proposal((tree.edit(number, f"zlib.crc32({encoded})"),), "zlib", certain) if of_group else None
    text = _outermost(tree, number, argument, _NUMBER_TO_TEXT)
    is_shown = text is not number or isinstance(above, cst.FormattedStringExpression) or text is argument
    if not is_shown or not stays_text(tree, text, argument):
        return None
    return Proposal((tree.edit(text, f"hashlib.sha256({encoded}).hexdigest()"),), "hashlib", certain)


def _outermost(
    tree: Tree, node: cst.BaseExpression, argument: cst.BaseExpression, kind: m.BaseMatcherNode
) -> cst.BaseExpression:
    """The outermost of the calls of a kind that an expression is the only argument of."""
    while node is not argument:
        given = tree.parent(node)
        call = tree.parent(given) if isinstance(given, cst.Arg) and given.keyword is None else None
        if not isinstance(call, cst.Call) or not m.matches(call, kind):
            break
        node = call
    return node


def _encoded(tree: Tree, hashed: cst.BaseExpression) -> tuple[str, bool]:
    """The source of the bytes of what is hashed, and whether it is sure to be text, or bytes."""
    if m.matches(hashed, m.Call(func=m.Attribute(attr=m.Name("encode")))):
        return tree.source(hashed), True
    if is_text(tree, hashed):
        return f"{primary(tree, hashed)}.encode()", True
    return f"str({_as_argument(tree, hashed)}).encode()", False


def _as_argument(tree: Tree, node: cst.BaseExpression) -> str:
    """The source as the only argument of a call: a tuple keeps its parentheses."""
    source = tree.source(node)
    return f"({source})" if isinstance(node, cst.Tuple) and not source.startswith("(") else source
