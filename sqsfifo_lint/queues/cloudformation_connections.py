"""What CloudFormation, SAM, serverless.yml and state machines connect with queues, and functions that queues feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sqsfifo_lint.knowledge.connecting import Tree, connections, of_state, plain, unknown
from sqsfifo_lint.knowledge.connections import (
    DEFAULT_OF_SERVERLESS,
    DEFAULT_TIMEOUT,
    RESOURCES,
    STATE_RESOURCE,
)
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Attribute, Connection, Worker
from sqsfifo_lint.queues.bounds import MAX_TREE_DEPTH, MAX_TREE_STEPS
from sqsfifo_lint.queues.embedded import Moved, is_state, states_in, substituting
from sqsfifo_lint.queues.text import Text, attribute
from sqsfifo_lint.queues.yaml_nodes import function, get, items, mappings, pairs, scalar, span

SOURCE = "CloudFormation"
FUNCTIONS = frozenset({"AWS::Lambda::Function", "AWS::Serverless::Function"})
_SERVERLESS = "serverless function"


def is_serverless_function(node: Node) -> bool:
    """Whether a node of a serverless.yml is a function with events."""
    return isinstance(node, MappingNode) and get(node, "handler") is not None and bool(items(get(node, "events")))


_DEFINITION = "DefinitionString"


@dataclass(slots=True)
class Connecting:
    """Reads one document of a template."""

    path: str
    root: Node
    text: Callable[[Node], Text | None]
    """Evaluates a value."""
    keys: Mapping[int, str]
    """The keys of resources, by the `id` of their nodes."""
    left: int = MAX_TREE_STEPS
    """How many values may still be read."""

    def connections(self) -> Iterator[Connection]:
        """Everything that the document connects, wherever it is."""
        for name, node in mappings(self.root):
            if name.value == _DEFINITION:
                yield from self._defined(name, node)
            if not isinstance(node, MappingNode):
                continue
            kind = scalar(get(node, "Type") or node) or ""
            if kind in RESOURCES:
                properties = get(node, "Properties")
                if properties is not None:
                    yield from connections(SOURCE, RESOURCES[kind], self._tree(properties, self.keys.get(id(node), "")))
            elif is_serverless_function(node):
                yield from connections(SOURCE, RESOURCES[_SERVERLESS], self._tree(node, self.keys.get(id(node), "")))
            elif is_state(node):
                tree = self._tree(node)
                yield from of_state(SOURCE, Tree(tree.span, fields=tree.fields, head=span(self.path, name)))

    def _defined(self, key: ScalarNode, node: Node) -> Iterator[Connection]:
        """The states of a definition that is written as a text, with `Fn::Sub` or without."""
        called = function(node)
        argument = called[1] if called is not None else node
        text = (items(argument) or [argument])[0]
        if not isinstance(text, ScalarNode) or STATE_RESOURCE not in text.value:
            return
        substitutes = called is not None and called[0] == "Sub" and not items(argument)
        block = text.style in ("|", ">")
        for name, state in states_in(text.value):
            if substitutes:
                substituting(state)
            tree = self._tree(state)
            moved = Moved(text.start_mark.line + (1 if block else 0), key.start_mark.column + 2 if block else None)
            where = span(self.path, text)
            yield from of_state(SOURCE, moved.tree(tree, where, span(self.path, name)))

    def worker(self, key: str, node: Node) -> Worker:
        """A function, given its resource, or what serverless.yml says of it."""
        properties = get(node, "Properties")
        given = get(properties, "Timeout") if properties is not None else get(node, "timeout")
        default = DEFAULT_TIMEOUT
        if given is None and scalar(get(node, "Type") or node) == "AWS::Serverless::Function":
            given = get(self.root, "Globals", "Function", "Timeout")
        elif given is None and properties is None:
            given, default = get(self.root, "provider", "timeout"), DEFAULT_OF_SERVERLESS
        name = get(properties, "FunctionName")
        shown = self.text(name) if name is not None else None
        return Worker(key, shown.pattern if shown is not None else "*", self._timeout(given, default, node))

    def _timeout(self, given: Node | None, default: str, node: Node) -> Attribute | None:
        if given is None:
            return Attribute(default, span(self.path, node))
        text = self.text(given)
        return attribute(text, span(self.path, given)) if text is not None else None

    def _tree(self, node: Node, key: str = "", depth: int = 0) -> Tree:
        return self._value(node, key, depth) or unknown(span(self.path, node))

    def _value(self, node: Node, key: str, depth: int) -> Tree | None:
        """A value as a tree; None if it is not given."""
        where = span(self.path, node)
        self.left -= 1
        if depth > MAX_TREE_DEPTH or self.left < 0:
            met("MAX_TREE_DEPTH" if self.left >= 0 else "MAX_TREE_STEPS")
            return unknown(where)
        if isinstance(node, ScalarNode) or function(node) is not None:
            text = self.text(node)
            if text is None:
                return None
            seen = text.pattern != "*" or bool(text.key)
            return Tree(where, text.pattern, key=text.key, whole=seen, optional=text.overridable)
        if isinstance(node, SequenceNode):
            found = (self._value(item, "", depth + 1) for item in items(node))
            return Tree(where, items=tuple(tree for tree in found if tree is not None))
        fields: dict[str, Tree] = {}
        whole = True
        for name, value in pairs(node):
            inner = self._value(value, "", depth + 1)
            whole = whole and not name.value.startswith("Fn::")
            if inner is not None:
                fields[plain(name.value)] = inner
        return Tree(where, key=key, fields=fields, whole=whole)
