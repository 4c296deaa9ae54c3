"""What Terraform connects with queues: event sources, targets, subscriptions; and the functions that queues feed."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node
from yaml.nodes import MappingNode
from yaml.nodes import Node as YamlNode

from sqsfifo_lint.knowledge.connecting import Tree, connections, of_state, plain, unknown
from sqsfifo_lint.knowledge.connections import DEFAULT_TIMEOUT, RESOURCES, STATE_RESOURCE
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Connection, Span, Worker
from sqsfifo_lint.queues import hcl, yaml_nodes
from sqsfifo_lint.queues.bounds import MAX_TREE_DEPTH
from sqsfifo_lint.queues.embedded import Moved, states_in
from sqsfifo_lint.queues.hcl import Block, Expression
from sqsfifo_lint.queues.terraform_scope import FUNCTION, Scope
from sqsfifo_lint.queues.text import Text, attribute

SOURCE = "Terraform"
_STATE_MACHINE = "aws_sfn_state_machine"


def is_none(scope: Scope, block: Block) -> bool:
    """Whether a resource visibly does not exist: `count = 0`."""
    count = scope.text(block.attributes.get("count"))
    return count is not None and count.pattern == "0" and not count.overridable


def connected(scope: Scope) -> Iterator[Connection]:
    """What the resources of a module connect."""
    for (kind, name), block in scope.module.resources.items():
        if kind in RESOURCES and not is_none(scope, block):
            root = _of_block(scope, block, scope.key_of(kind, name))
            yield from connections(SOURCE, RESOURCES[kind], root, snake=True)
        elif kind == _STATE_MACHINE and not is_none(scope, block):
            for state in _states(scope, block):
                yield from of_state(SOURCE, state)


def functions(scope: Scope) -> Iterator[Worker]:
    """The functions of a module."""
    for (kind, name), block in scope.module.resources.items():
        if kind != FUNCTION:
            continue
        given = block.attributes.get("timeout")
        text = scope.text(given) if given is not None else Text(DEFAULT_TIMEOUT)
        where = scope.span(given) if given is not None else scope.site or block.span
        shown = scope.text(block.attributes.get("function_name"))
        found = attribute(text, where) if text is not None and not block.broken else None
        yield Worker(scope.key_of(kind, name), shown.pattern if shown is not None else "*", found)


def _of_block(scope: Scope, block: Block, key: str = "", depth: int = 0) -> Tree:
    if depth > MAX_TREE_DEPTH:
        met("MAX_TREE_DEPTH")
        return unknown(block.span)
    several: dict[str, list[Tree]] = {}
    whole = not block.broken
    for name, expression in block.attributes.items():
        found = _of_value(scope, expression, depth + 1)
        if found is not None:
            several[plain(name)] = [found]
    for inner in block.blocks:
        if inner.kind == "dynamic":
            several.setdefault(plain("".join(inner.labels)), []).append(unknown(inner.span))
        else:
            several.setdefault(plain(inner.kind), []).append(_of_block(scope, inner, depth=depth + 1))
    span = scope.site or block.span
    fields = {n: trees[0] if len(trees) == 1 else Tree(span, items=tuple(trees)) for n, trees in several.items()}
    return Tree(span, key=key, fields=fields, whole=whole)


def _of_value(scope: Scope, expression: Expression, depth: int) -> Tree | None:
    """A value; None if it is null."""
    span = scope.span(expression)
    node = hcl.inner(expression.node)
    if depth > MAX_TREE_DEPTH:
        met("MAX_TREE_DEPTH")
        return unknown(span)
    if node.type == "tuple":
        inner = (Expression(item, expression.source) for item in node.named_children if item.type == "expression")
        return Tree(span, items=tuple(t for e in inner if (t := _of_value(scope, e, depth + 1)) is not None))
    if node.type == "object":
        values = ((plain(name), _of_value(scope, value, depth + 1)) for name, value in scope.elements(expression))
        return Tree(span, fields={name: tree for name, tree in values if tree is not None})
    text = scope.text(expression)
    if text is None:
        return None
    seen = text.pattern != "*" or bool(text.key)
    return Tree(span, text.pattern, key=text.key, optional=text.overridable, whole=seen)


def _written_out(scope: Scope, definition: Expression) -> Iterator[Tree]:
    """The states of a definition that is a text in JSON (`<<EOF`)."""
    heredoc = next((node for node in hcl.down(definition.node) if node.type == "heredoc_template"), None)
    if heredoc is None:
        return
    parts = [part for part in heredoc.named_children if part.type in ("template_literal", "template_interpolation")]
    if not parts:
        return
    text = "".join(
        hcl.text_of(part) if part.type == "template_literal" else _interpolated(scope, part, definition)
        for part in parts
    )
    around = scope.site or definition.source.span(heredoc)
    first = definition.source.span(parts[0])
    moved = Moved(first.line - 1, 0 if scope.site is None else None)
    for name, node in states_in(text):
        yield moved.tree(_of_json(node, around), around, yaml_nodes.span(around.path, name))


def _interpolated(scope: Scope, part: Node, within: Expression) -> str:
    found = scope.text(Expression(part, within.source))
    return "*" if found is None else found.pattern


def _of_json(node: YamlNode, around: Span) -> Tree:
    where = yaml_nodes.span(around.path, node)
    if isinstance(node, MappingNode):
        return Tree(where, fields={plain(key.value): _of_json(value, around) for key, value in yaml_nodes.pairs(node)})
    text = yaml_nodes.scalar(node)
    return unknown(where) if text is None else Tree(where, text)


def _states(scope: Scope, block: Block) -> Iterator[Tree]:
    """The states of a state machine's definition that send to a queue."""
    definition = block.attributes.get("definition")
    if definition is None or STATE_RESOURCE not in hcl.text_of(definition.node):
        return
    yield from _written_out(scope, definition)
    for node in hcl.down(definition.node):
        if node.type == "object":
            tree = _of_value(scope, Expression(node, definition.source), 0)
            if tree is not None and STATE_RESOURCE in tree.fields.get("resource", tree).text:
                yield tree
