"""An ID that is no text, or text that SQS refuses, becomes text that it takes."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from sqsfifo_lint.fixes.places import argument_of
from sqsfifo_lint.fixes.proposals import Proposal
from sqsfifo_lint.fixes.text import digest, plain, primary, stays_text
from sqsfifo_lint.fixes.tree import Tree
from sqsfifo_lint.model import Finding, Remedy

_HASH = m.Call(
    func=m.Attribute(
        value=m.Name("hashlib"),
        attr=m.OneOf(*map(m.Name, ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s"))),
    )
)
"""What has a `hexdigest` without arguments."""

_DUMPS = m.Call(func=m.Name("dumps") | m.Attribute(attr=m.Name("dumps")))
_STR = m.Call(func=m.Name("str"), args=[m.Arg(keyword=None, star="")])
_ISOFORMAT = m.Call(func=m.Attribute(attr=m.Name("isoformat")))
_STRFTIME = m.Call(func=m.Attribute(attr=m.Name("strftime")))


def to_text(tree: Tree, finding: Finding, remedy: Remedy) -> Proposal | None:
    """The conversion that a value of a kind has."""
    node = tree.at(remedy.place.span)
    if node is None or argument_of(tree, node, finding) is not node:
        return None
    match remedy.kind:
        case "int" | "uuid" if not tree.binds("str"):
            return Proposal((tree.edit(node, f"str({tree.source(node)})"),))
        case "date" | "datetime":
            return Proposal((tree.edit(node, f"{primary(tree, node)}.isoformat()"),))
        case "hash" if m.matches(node, _HASH):
            return Proposal((tree.edit(node, f"{tree.source(node)}.hexdigest()"),))
    return None


def digest_of_json(tree: Tree, finding: Finding, remedy: Remedy) -> Proposal | None:
    """The digest of what `json.dumps` makes."""
    node = tree.at(remedy.place.span)
    argument = argument_of(tree, node, finding) if node is not None else None
    if node is None or argument is None or not m.matches(node, _DUMPS) or not stays_text(tree, node, argument):
        return None
    return Proposal((tree.edit(node, digest(tree, node)),), "hashlib")


def without_space(tree: Tree, finding: Finding, remedy: Remedy) -> Proposal | None:
    """A time that is written with a `T` in place of the space."""
    node = tree.at(remedy.place.span)
    argument = argument_of(tree, node, finding) if node is not None else None
    if node is None or argument is None:
        return None
    if m.matches(node, _STRFTIME):
        assert isinstance(node, cst.Call)
        return _spelt_with_t(tree, node) if stays_text(tree, node, argument) else None
    if node is argument:
        return None
    above = tree.parent(node)
    if isinstance(above, cst.FormattedStringExpression):
        fits = plain(above) and stays_text(tree, node, argument)
        return Proposal((tree.edit(node, f"{primary(tree, node)}.isoformat()"),)) if fits else None
    call = tree.parent(above) if isinstance(above, cst.Arg | cst.Attribute) else None
    if not isinstance(call, cst.Call) or not stays_text(tree, call, argument):
        return None
    if m.matches(call, _STR) and not tree.binds("str"):
        return Proposal((tree.edit(call, f"{primary(tree, node)}.isoformat()"),))
    return _spelt_with_t(tree, call)


def _spelt_with_t(tree: Tree, call: cst.Call) -> Proposal | None:
    """A literal template of `strftime` with one space, or the separator of `isoformat`, changed."""
    if not call.args or not isinstance(call.args[0].value, cst.SimpleString):
        return None
    given, literal = call.args[0], call.args[0].value
    if m.matches(call, _ISOFORMAT) and literal.evaluated_value == " ":
        return Proposal((tree.edit(literal, literal.prefix + literal.quote + "T" + literal.quote),))
    names = (None, "format")
    keyword = given.keyword.value if given.keyword is not None else None
    if m.matches(call, _STRFTIME) and keyword in names and literal.raw_value.count(" ") == 1:
        return Proposal((tree.edit(literal, literal.value.replace(" ", "T")),))
    return None
