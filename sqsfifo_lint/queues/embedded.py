"""Definitions of state machines that are a text inside a template, in JSON or YAML, with places in the template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from sqsfifo_lint.knowledge.connecting import Tree
from sqsfifo_lint.knowledge.connections import RESOURCE, STATE_RESOURCE
from sqsfifo_lint.model import Span
from sqsfifo_lint.queues.yaml_nodes import documents, function, get, mappings
from sqsfifo_lint.records import replace


def is_state(node: Node) -> bool:
    """Whether a node is a state of a state machine that sends to a queue."""
    resource = get(node, RESOURCE) if isinstance(node, MappingNode) else None
    called = function(resource) if resource is not None else None
    text = called[1] if called is not None else resource
    return isinstance(text, ScalarNode) and STATE_RESOURCE in text.value


def states_in(text: str) -> Iterator[tuple[ScalarNode, Node]]:
    """The states of a definition that send to a queue, with their names; none if it cannot be read."""
    try:
        roots = list(documents(text))
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    for root in roots:
        yield from ((name, node) for name, node in mappings(root) if is_state(node))


def substituting(node: Node) -> None:
    """Let each text below a node be the argument of `Fn::Sub`, as the text around all of them is."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ScalarNode):
            if "${" in one.value:
                one.tag = "!Sub"
        elif isinstance(one, CollectionNode):
            waiting.extend(part for item in one.value for part in (item if isinstance(item, tuple) else [item]))


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a text begins in a template."""

    line: int
    """How many lines are before it."""
    column: int | None
    """By how much its lines are indented; None if it is on a single line, whose places cannot be told apart."""

    def tree(self, tree: Tree, around: Span, head: Span | None = None) -> Tree:
        """A tree of the text with its places in the template. `around`: all of the text; `head`: a place of its own."""
        return replace(
            tree,
            span=self._span(tree.span, around),
            head=None if head is None else self._span(head, around),
            fields={name: self.tree(value, around) for name, value in tree.fields.items()},
            items=tuple(self.tree(item, around) for item in tree.items),
        )

    def _span(self, span: Span, around: Span) -> Span:
        if self.column is None:
            return around
        return Span(
            around.path,
            span.line + self.line,
            span.column + self.column,
            span.end_line + self.line,
            span.end_column + self.column,
        )
