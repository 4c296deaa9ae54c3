"""Queues and topics in CloudFormation, SAM and serverless.yml, and in what the CDK has synthesised.

Every mapping with a `Type` and `Properties` is a resource, wherever it is: below `Resources`, in a list below
`resources` of a serverless.yml, or in a file that one includes. Property names are those of SQS and SNS:
<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html>,
<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html>.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from yaml.nodes import MappingNode, Node, ScalarNode

from sqsfifo_lint.met import met
from sqsfifo_lint.model import NAME_ATTRIBUTES, Attribute, Binding, Connection, Declaration, Feed, Worker
from sqsfifo_lint.queues import environment, feeds
from sqsfifo_lint.queues.answer import Answer
from sqsfifo_lint.queues.bounds import MAX_FUNCTION_DEPTH, MAX_TEMPLATE_STEPS, MAX_VALUE_STEPS
from sqsfifo_lint.queues.cloudformation_connections import FUNCTIONS, Connecting, is_serverless_function
from sqsfifo_lint.queues.text import ATTRIBUTES, UNKNOWN, Text, attribute, dead_letter, either, join
from sqsfifo_lint.queues.variables import interpolate, variable
from sqsfifo_lint.queues.yaml_nodes import function, get, items, mappings, pairs, scalar, span

SERVICES = {"AWS::SQS::Queue": "sqs", "AWS::SNS::Topic": "sns"}

_NAMING = frozenset({"Arn", "QueueName", "QueueUrl", "TopicArn", "TopicName"})
_INCLUDE = re.compile(rb"\$\{file\(\s*([^)\s$]++)\s*+\)")
_SSM = "AWS::SSM::Parameter"


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file."""

    path: str
    root: Node


@dataclass(frozen=True, slots=True)
class _Resource:
    path: str
    key: str
    service: str
    logical: ScalarNode
    node: Node


def included(path: str, data: bytes) -> list[str]:
    """The paths of the files that a serverless.yml includes with `${file(...)}`, in order."""
    folder = posixpath.dirname(path)
    names = [name.decode("utf-8", "replace") for name in _INCLUDE.findall(data)]
    return [posixpath.normpath(posixpath.join(folder, name)) for name in dict.fromkeys(names)]


def read(documents: Sequence[Document]) -> tuple[Answer, dict[str, str]]:
    """What the documents of one template declare; the first is the one that `${self:...}` refers to.

    The second result is the queues that it exports: what `imported` makes of the name of an export, and the queue's
    key.
    """
    template = _Template(documents)
    declarations = [template.declaration(resource) for resource in template.resources]
    bindings: list[Binding] = []
    connections: list[Connection] = []
    workers: list[Worker] = []
    fed: list[Feed] = []
    for document in documents:
        bindings += environment.bindings(document.path, document.root, template.text)
        fed += feeds.feeds(document.path, document.root, template.text)
        connecting = Connecting(document.path, document.root, template.text, template.keys)
        connections += connecting.connections()
        workers += [connecting.worker(key, node) for path, key, node in template.functions if path == document.path]
    return Answer(declarations, bindings, (), connections, workers, fed), dict(template.exports())


def imported(name: str) -> str:
    """What stands for the key of a queue that another template exports, until all templates have been read."""
    return f"Fn::ImportValue {name}"


@dataclass(slots=True)
class _Template:
    documents: Sequence[Document]
    resources: list[_Resource] = field(default_factory=list)
    by_logical_id: dict[str, _Resource] = field(default_factory=dict)
    parameters: dict[str, Node] = field(default_factory=dict)
    tables: dict[str, Node] = field(default_factory=dict)
    functions: list[tuple[str, str, Node]] = field(default_factory=list)
    """Path, key and node of each function."""
    function_keys: dict[str, str] = field(default_factory=dict)
    """By logical ID."""
    keys: dict[int, str] = field(default_factory=dict)
    """The keys of queues, topics and functions, by the `id` of their nodes."""
    known: dict[tuple[str, str], Text | None] = field(default_factory=dict)
    """Results of earlier lookups. During its own lookup a value is unknown, which ends cycles."""
    nesting: int = 0
    steps: int = 0
    """How many nodes have been evaluated for the present value."""
    left: int = MAX_TEMPLATE_STEPS
    """How many may be evaluated for this value and all after it."""

    def __post_init__(self) -> None:
        keys: set[str] = set()
        for document in self.documents:
            self.parameters.update((key.value, value) for key, value in pairs(get(document.root, "Parameters")))
            self.tables.update((key.value, value) for key, value in pairs(get(document.root, "Mappings")))
            for logical, node in mappings(document.root):
                kind = scalar(get(node, "Type") or node) or ""
                if (kind in FUNCTIONS and isinstance(node, MappingNode)) or is_serverless_function(node):
                    self._note_function(document.path, logical, node)
                service = SERVICES.get(kind)
                if service is not None and isinstance(node, MappingNode):
                    key = f"{document.path}#{logical.value}"
                    if key in keys:
                        key = f"{key}@{logical.start_mark.line + 1}:{logical.start_mark.column + 1}"
                    keys.add(key)
                    self.resources.append(_Resource(document.path, key, service, logical, node))
                    self.by_logical_id.setdefault(logical.value, self.resources[-1])
                    self.keys[id(node)] = key

    def _note_function(self, path: str, logical: ScalarNode, node: Node) -> None:
        key = f"{path}#function {logical.value}@{logical.start_mark.line + 1}"
        self.functions.append((path, key, node))
        self.function_keys.setdefault(logical.value, key)
        self.keys[id(node)] = key

    # -- declarations

    def declaration(self, resource: _Resource) -> Declaration:
        properties = get(resource.node, "Properties")
        attributes: dict[str, Attribute] = {}
        name, letters = None, ""
        complete = properties is None or (isinstance(properties, MappingNode) and function(properties) is None)
        for key, node in pairs(properties):
            value = self.text(node)
            if key.value.startswith("Fn::"):
                complete = False
            elif value is None:
                attributes.pop(key.value, None)
            elif key.value == NAME_ATTRIBUTES[resource.service]:
                name = value.pattern
                attributes[key.value] = attribute(value, span(resource.path, node))
            elif key.value == "RedrivePolicy":
                attributes[key.value] = Attribute(None, span(resource.path, node))
                letters = self._dead_letter(node, value)
            elif key.value in ATTRIBUTES:
                given = attribute(value, span(resource.path, node))
                twice = key.value in attributes and attributes[key.value].value != given.value
                attributes[key.value] = replace(given, value=None) if twice else given
        where = span(resource.path, resource.logical)
        return Declaration(
            resource.service,
            "CloudFormation",
            resource.key,
            where,
            name,
            attributes,
            complete,
            letters,
            label=resource.logical.value,
            as_given=True,
        )

    def _dead_letter(self, node: Node, value: Text) -> str:
        target = get(node, "deadLetterTargetArn")
        if target is None:
            return dead_letter(value)
        arn = self.text(target)
        return "" if arn in (None, UNKNOWN) else arn.key or arn.pattern

    def exports(self) -> Iterator[tuple[str, str]]:
        for document in self.documents:
            for _, output in pairs(get(document.root, "Outputs")):
                name, value = get(output, "Export", "Name"), get(output, "Value")
                exported = None if name is None else self.text(name)
                queue = None if value is None else self.text(value)
                if exported is not None and exported.known and queue is not None and queue.key:
                    yield imported(exported.pattern), queue.key

    # -- values

    def text(self, node: Node, depth: int = 0) -> Text | None:
        """A value as a text; None if it is not given (null, `AWS::NoValue`)."""
        if not depth and not self.nesting:
            self.steps = 0
        self.steps += 1
        self.left -= 1
        bound = self._bound(depth)
        if bound is not None:
            met(bound)
            return UNKNOWN
        called = function(node)
        if called is not None:
            return self._call(*called, depth + 1)
        if not isinstance(node, ScalarNode):
            return UNKNOWN
        text = scalar(node)
        return None if text is None else interpolate(text, self._variable)

    def _bound(self, depth: int) -> str | None:
        """The name of the bound that is met, if one is."""
        if depth > MAX_FUNCTION_DEPTH or self.nesting >= MAX_FUNCTION_DEPTH:
            return "MAX_FUNCTION_DEPTH"
        if self.left < 0:
            return "MAX_TEMPLATE_STEPS"
        return "MAX_VALUE_STEPS" if self.steps > MAX_VALUE_STEPS else None

    def _call(self, name: str, argument: Node, depth: int) -> Text | None:
        parts = items(argument)
        match name:
            case "Ref":
                return self._reference(str(argument.value)) if isinstance(argument, ScalarNode) else UNKNOWN
            case "GetAtt":
                path = ".".join(scalar(part) or "*" for part in parts) if parts else scalar(argument)
                return self._resource_attribute(path or "")
            case "Sub":
                return self._substitute(argument, parts, depth)
            case "Join" if len(parts) == 2:
                return self._joined(scalar(parts[0]) or "", items(parts[1]), depth)
            case "If" if len(parts) == 3:
                return either(self.text(part, depth) for part in parts[1:])
            case "FindInMap" if len(parts) >= 3:
                return self._found_in_map([self.text(part, depth) for part in parts[:3]], depth)
            case "ImportValue":
                exported = self._argument(argument, depth)
                return Text("*", imported(exported.pattern)) if exported and exported.known else UNKNOWN
            case _:
                return UNKNOWN

    def _argument(self, node: Node, depth: int) -> Text | None:
        """The only argument of a function; in the short form it carries the function's tag."""
        if isinstance(node, ScalarNode):
            return interpolate(node.value, self._variable)
        return self.text(node, depth) if not node.tag.startswith("!") else UNKNOWN

    def _joined(self, separator: str, parts: Sequence[Node], depth: int) -> Text:
        if not parts:
            return UNKNOWN
        texts: list[Text] = []
        for part in parts:
            texts += [Text(separator), self.text(part, depth) or Text("")]
        return join(texts[1:])

    def _substitute(self, argument: Node, parts: Sequence[Node], depth: int) -> Text:
        template = parts[0] if parts else argument
        names = {key.value: self.text(value, depth) for part in parts[1:2] for key, value in pairs(part)}
        if not isinstance(template, ScalarNode):
            return UNKNOWN

        def inner(content: str) -> Text:
            if content.startswith("!"):
                return Text(f"${{{content[1:]}}}")
            if content in names:
                return names[content] or Text("")
            if ":" in content and not content.startswith("AWS::"):
                return self._variable(content)
            found = self._resource_attribute(content) if "." in content else self._reference(content)
            return found or Text("")

        return interpolate(template.value, inner)

    def _found_in_map(self, path: Sequence[Text | None], depth: int) -> Text | None:
        keys = [step.pattern for step in path if step is not None and step.known and not step.overridable]
        found = get(self.tables.get(keys[0]), *keys[1:]) if len(keys) == 3 else None
        return UNKNOWN if found is None else self.text(found, depth)

    # -- names

    def _reference(self, name: str) -> Text | None:
        if name == "AWS::NoValue":
            return None
        if name in self.parameters:
            parameter = self.parameters[name]
            kind, default = scalar(get(parameter, "Type") or parameter), get(parameter, "Default")
            text = None if default is None or (kind or "").startswith(_SSM) else scalar(default)
            return UNKNOWN if text is None else Text(text, overridable=True)
        if name in self.function_keys:
            return Text("*", self.function_keys[name])
        return self._named(self.by_logical_id.get(name))

    def _resource_attribute(self, path: str) -> Text:
        logical, _, wanted = path.partition(".")
        if logical in self.function_keys and wanted == "Arn":
            return Text("*", self.function_keys[logical])
        return self._named(self.by_logical_id.get(logical)) if wanted in _NAMING else UNKNOWN

    def _named(self, resource: _Resource | None) -> Text:
        """The URL, ARN or name of a resource. Amid other text it counts as its name, with which all three end."""
        if resource is None:
            return UNKNOWN
        name = self._once("resource", resource.key, get(resource.node, "Properties", NAME_ATTRIBUTES[resource.service]))
        return replace(name or UNKNOWN, key=resource.key)

    def _variable(self, content: str) -> Text:
        return variable(content, self._own)

    def _own(self, path: str) -> Text | None:
        """What `${self:path}` stands for; None if the file has no such path."""
        return self._once("self", path, get(self.documents[0].root, *path.split(".")))

    def _once(self, kind: str, name: str, node: Node | None) -> Text | None:
        if node is None:
            return None
        if (kind, name) not in self.known:
            self.known[kind, name] = UNKNOWN
            self.nesting += 1
            self.known[kind, name] = self.text(node)
            self.nesting -= 1
        return self.known[kind, name]
