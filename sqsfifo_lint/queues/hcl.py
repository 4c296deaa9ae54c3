"""Terraform's language, parsed by tree-sitter: blocks, attributes and expressions with positions.

A file in its JSON form is an object of the language itself, and its strings are templates too:
<https://developer.hashicorp.com/terraform/language/syntax/json>.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

import tree_sitter
import tree_sitter_hcl
from tree_sitter import Node

from sqsfifo_lint.model import Span


@dataclass(slots=True)
class Block:
    """`kind "label" "label" { ... }`"""

    kind: str
    labels: tuple[str, ...]
    span: Span
    """The span of its head."""
    attributes: dict[str, Expression] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    broken: bool = False
    """Part of it cannot be parsed, so it may have attributes that are not seen."""


class Source:
    """The text of one file, for positions: tree-sitter counts bytes, and we count characters."""

    def __init__(self, path: str, data: bytes, before: bytes = b"") -> None:
        """`before` is prepended to the text to be parsed, on its first line."""
        self.path = path
        text = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self.data = before + text
        self._indent = len(before)

    @cached_property
    def _lines(self) -> list[bytes]:
        return self.data.split(b"\n")

    def span(self, first: Node, last: Node | None = None) -> Span:
        """From the start of one node to the end of another, or of the same one."""
        start, end = first.start_point, (last or first).end_point
        return Span(self.path, start.row + 1, self._column(start), end.row + 1, self._column(end))

    def _column(self, point: tree_sitter.Point) -> int:
        column = len(self._lines[point.row][: point.column].decode("utf-8", "replace")) + 1
        return max(1, column - self._indent) if point.row == 0 else column


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression, and the file that it is in."""

    node: Node
    source: Source

    @property
    def span(self) -> Span:
        """Its region."""
        return self.source.span(self.node)


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def parse(path: str, data: bytes) -> tuple[list[Block], Span | None]:
    """The top-level blocks of a file, and the first place in it that cannot be parsed."""
    in_json = path.endswith(".json")
    source = Source(path, data, b"x = " if in_json else b"")
    root = _parser().parse(source.data).root_node
    top = Block("", (), source.span(root))
    for child in root.children:
        if child.type == "body":
            _fill(top, child, source)
    blocks = list(_from_json(top)) if in_json else top.blocks
    return blocks, _error(root, source) if root.has_error else None


def text_of(node: Node | None) -> str:
    """The source text of a node."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def down(node: Node) -> Iterator[Node]:
    """A node and everything in it, in source order."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _error(root: Node, source: Source) -> Span:
    broken = next((node for node in down(root) if node.is_error or node.is_missing), root)
    return source.span(broken)


def _fill(block: Block, body: Node, source: Source) -> None:
    waiting = [(block, body)]
    while waiting:
        block, body = waiting.pop()
        for child in body.children:
            if child.type == "attribute" and len(child.children) >= 3:
                block.attributes[text_of(child.children[0])] = Expression(child.children[2], source)
            elif child.type == "block":
                inner = _block(child, source)
                block.blocks.append(inner)
                waiting += [(inner, part) for part in child.children if part.type == "body"]


def _block(node: Node, source: Source) -> Block:
    head = [child for child in node.children if child.type in ("identifier", "string_lit")]
    words = [text_of(child).strip('"') for child in head]
    if not head:
        return Block("", (), source.span(node), broken=True)
    return Block(words[0], tuple(words[1:]), source.span(head[0], head[-1]), broken=node.has_error)


_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "locals": 0}


def _from_json(top: Block) -> Iterator[Block]:
    whole = top.attributes.get("x")
    for key, value in elements(whole) if whole is not None else ():
        kind = text_of(key).strip('"')
        if kind in _LABELS:
            yield from _labelled(kind, (), key, value, _LABELS[kind])


def _labelled(kind: str, labels: tuple[str, ...], key: Node, value: Expression, left: int) -> Iterator[Block]:
    if left:
        for label, inner in elements(value):
            yield from _labelled(kind, (*labels, text_of(label).strip('"')), label, inner, left - 1)
    else:
        attributes = {text_of(name).strip('"'): given for name, given in elements(value)}
        yield Block(kind, labels, value.source.span(key), attributes, broken=value.node.has_error)


def elements(expression: Expression) -> Iterator[tuple[Node, Expression]]:
    """Keys and values of an object, or of the objects in a list."""
    node = inner(expression.node)
    if node.type == "tuple":
        for item in node.named_children:
            yield from elements(Expression(item, expression.source))
    elif node.type == "object":
        for element in node.named_children:
            parts = [part for part in element.named_children if part.type != "comment"]
            if element.type == "object_elem" and len(parts) == 2:
                yield parts[0], Expression(parts[1], expression.source)


def inner(node: Node) -> Node:
    """An expression without the nodes around it that add nothing."""
    while node.type in ("expression", "collection_value") and node.named_child_count == 1:
        node = node.named_children[0]
    return node


# -- expressions


def arguments(call: Node) -> list[Node]:
    """The arguments of a function call."""
    return [
        argument
        for part in call.named_children
        if part.type == "function_arguments"
        for argument in part.named_children
        if argument.type == "expression"
    ]


def items(node: Node) -> list[Node]:
    """The items of a tuple; a list that is not a literal is one unknown item."""
    bare = inner(node)
    return [item for item in bare.named_children if item.type == "expression"] if bare.type == "tuple" else [bare]


def operands(operation: Node) -> list[list[Node]]:
    """The named nodes on each side of an operator."""
    found: list[list[Node]] = []
    for child in operation.named_children:
        if child.type in ("get_attr", "index", "splat") and found:
            found[-1].append(child)
        elif child.type != "comment":
            found.append([child])
    return found


def path(node: Node) -> list[str]:
    """`["var", "name"]` for `var.name`, and nothing if it is not such a path.

    The index of one instance of a resource or module is skipped; that of an object is kept (`*`, unless it is a key).
    """
    bare = inner(node)
    return path_of([bare] if bare.type == "variable_expr" else bare.named_children)


def path_of(nodes: Sequence[Node]) -> list[str]:
    """The same for nodes that the grammar puts next to each other."""
    if not nodes or nodes[0].type != "variable_expr":
        return []
    words = [text_of(nodes[0])]
    for node in nodes[1:]:
        if node.type == "index":
            key = re.fullmatch(r'\["([^"$%\\]+)"\]', text_of(node))
            words += [key[1] if key else "*"] if words[0] in ("var", "local") else []
        else:
            words += [text_of(part) for part in down(node) if part.type == "identifier"]
    return words
