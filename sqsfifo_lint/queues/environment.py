"""Environment variables in YAML and JSON: Compose, SAM, serverless, task definitions, manifests.

environment: {QUEUE_URL: x}          environment: ["QUEUE_URL=x"]          Environment: {Variables: {QUEUE_URL: x}}
Environment: [{Name: QUEUE_URL, Value: x}]                                env: [{name: QUEUE_URL, value: x}]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from yaml.nodes import Node, ScalarNode

from sqsfifo_lint.model import Binding
from sqsfifo_lint.queues.text import Text
from sqsfifo_lint.queues.yaml_nodes import get, items, mappings, pairs, scalar, span

_KEYS = frozenset({"environment", "env", "environmentvariables", "runtimeenvironmentvariables"})


def bindings(path: str, root: Node, evaluate: Callable[[Node], Text | None]) -> Iterator[Binding]:
    """Every variable that is set below `root`, whatever it is set to. `evaluate` evaluates a value."""
    for key, value in mappings(root):
        if key.value.lower() in _KEYS:
            for variable, given in _entries(value):
                text = evaluate(given)
                if text is not None:
                    yield Binding(variable, text.key or text.pattern, span(path, given))


def _entries(node: Node) -> Iterator[tuple[str, Node]]:
    variables = get(node, "Variables")
    for key, value in pairs(node if variables is None else variables):
        yield key.value, value
    for item in items(node):
        if isinstance(item, ScalarNode):
            variable, equals, rest = item.value.partition("=")
            if equals:
                yield variable, ScalarNode("tag:yaml.org,2002:str", rest, item.start_mark, item.end_mark)
            continue
        fields = {key.value.lower(): value for key, value in pairs(item)}
        variable = scalar(fields["name"]) if "name" in fields else None
        if variable is not None and "value" in fields:
            yield variable, fields["value"]
