"""Functions that Lambda calls with the messages of a queue, in CloudFormation, SAM and serverless.yml.

Type: AWS::Serverless::Function, Events: {Orders: {Type: SQS, Properties: {Queue: x}}}
Type: AWS::Lambda::EventSourceMapping, EventSourceArn: x, FunctionName: !Ref Function
functions: {orders: {handler: app.handle, events: [{sqs: {arn: x}}]}}
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from yaml.nodes import MappingNode, Node, ScalarNode

from sqsfifo_lint.model import Feed
from sqsfifo_lint.queues.text import Text
from sqsfifo_lint.queues.yaml_nodes import function, get, items, mappings, pairs, scalar, span

Evaluate = Callable[[Node], Text | None]

_FUNCTIONS = frozenset({"AWS::Lambda::Function", "AWS::Serverless::Function"})
_MAPPING = "AWS::Lambda::EventSourceMapping"


def feeds(path: str, root: Node, evaluate: Evaluate) -> Iterator[Feed]:
    """Every function of a document that a queue feeds. `evaluate` evaluates a value."""
    resources = {key.value: node for key, node in mappings(root) if isinstance(node, MappingNode)}
    defaults = get(root, "Globals", "Function")
    for node in resources.values():
        kind = scalar(get(node, "Type") or node)
        if kind in _FUNCTIONS:
            for _, event in pairs(get(node, "Properties", "Events")):
                if scalar(get(event, "Type") or event) == "SQS":
                    given = get(event, "Properties")
                    yield from _feed(path, node, defaults, get(given, "Queue"), get(given, "BatchSize"), evaluate)
        elif kind == _MAPPING:
            given = get(node, "Properties")
            fed = resources.get(_referred(get(given, "FunctionName")))
            if fed is not None:
                source = get(given, "EventSourceArn")
                yield from _feed(path, fed, defaults, source, get(given, "BatchSize"), evaluate)
    yield from _of_serverless(path, root, evaluate)


def _feed(
    path: str, resource: Node, defaults: Node | None, queue: Node | None, batch: Node | None, evaluate: Evaluate
) -> Iterator[Feed]:
    """What one event source says of the function that is a resource."""
    handler = get(resource, "Properties", "Handler") or get(defaults, "Handler")
    folder = get(resource, "Properties", "CodeUri") or get(defaults, "CodeUri")
    code = _known(folder, evaluate) if folder is not None else ""
    of_sam = scalar(get(resource, "Type") or resource) == "AWS::Serverless::Function"
    inside = of_sam and "://" not in code and not code.endswith(".zip")
    below = posixpath.join(posixpath.dirname(path), code) if inside and (code or folder is None) else None
    yield from _made(path, handler, queue, batch, below, evaluate)


def _of_serverless(path: str, root: Node, evaluate: Evaluate) -> Iterator[Feed]:
    for _, node in pairs(get(root, "functions")):
        for event in items(get(node, "events")):
            source = get(event, "sqs")
            if source is not None:
                queue = get(source, "arn") if isinstance(source, MappingNode) and function(source) is None else source
                yield from _made(
                    path, get(node, "handler"), queue, get(source, "batchSize"), posixpath.dirname(path), evaluate
                )


def _made(
    path: str, handler: Node | None, queue: Node | None, batch: Node | None, folder: str | None, evaluate: Evaluate
) -> Iterator[Feed]:
    name = _known(handler, evaluate)
    source = evaluate(queue) if queue is not None else None
    if not name or source is None or queue is None:
        return
    size = _known(batch, evaluate)
    dotted = name.replace("/", ".")
    number = int(size) if size.isdecimal() else None
    yield Feed(dotted, source.key or source.pattern, span(path, queue), folder, number)


def _known(node: Node | None, evaluate: Evaluate) -> str:
    """The whole text of a value; empty if it cannot be seen, or a deployment may replace it."""
    found = evaluate(node) if node is not None else None
    return found.pattern if found is not None and found.known and not found.key else ""


def _referred(node: Node | None) -> str:
    """The logical ID of the resource that a value refers to; empty if it refers to none."""
    called = function(node) if node is not None else None
    if called is None:
        return ""
    name, argument = called
    parts = items(argument)
    text = scalar(parts[0]) if parts else argument.value if isinstance(argument, ScalarNode) else ""
    return (text or "").strip("${}").partition(".")[0] if name in ("Ref", "GetAtt", "Sub") else ""
