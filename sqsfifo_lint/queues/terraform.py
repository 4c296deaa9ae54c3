"""Queues and topics in Terraform and OpenTofu. The `.tf` and `.tf.json` files of one folder are one module.

A module of the project that another one calls is evaluated once for each call, with the values that the call gives it.
<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue>,
<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic>
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqsfifo_lint.model import NAME_ATTRIBUTES, Attribute, Binding, Connection, Declaration, Feed, Worker
from sqsfifo_lint.queues import hcl
from sqsfifo_lint.queues.answer import Answer, broken
from sqsfifo_lint.queues.hcl import Block, Expression
from sqsfifo_lint.queues.kinds import names_queues
from sqsfifo_lint.queues.terraform_connections import connected, functions, is_none
from sqsfifo_lint.queues.terraform_scope import SERVICES, Module, Scope, Tree, calls, source_of
from sqsfifo_lint.queues.text import UNKNOWN, Text, attribute, dead_letter

NAMES = {
    "fifo_queue": "FifoQueue",
    "fifo_topic": "FifoTopic",
    "content_based_deduplication": "ContentBasedDeduplication",
    "deduplication_scope": "DeduplicationScope",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "fifo_throughput_scope": "FifoThroughputScope",
    "delay_seconds": "DelaySeconds",
    "visibility_timeout_seconds": "VisibilityTimeout",
}
"""Arguments of the two resources, and their names in SQS and SNS."""

_ENVIRONMENTS = ("environment", "environment_variables")


def read_files(files: Mapping[str, bytes]) -> Iterator[Answer]:
    """What the Terraform files of a project declare and set; they are parsed only if one names a queue."""
    if not any(names_queues(data) for data in files.values()):
        return
    folders: dict[str, list[Block]] = {}
    for path, data in files.items():
        blocks, where = hcl.parse(path, data)
        folders.setdefault(posixpath.dirname(path) or ".", []).extend(blocks)
        yield Answer(problems=broken(path, data, where))
    yield read(folders)


def read(folders: Mapping[str, Sequence[Block]]) -> Answer:
    """What the modules of a project declare, set and connect, given the blocks of each folder."""
    modules = {folder: Module(folder, list(blocks)) for folder, blocks in sorted(folders.items())}
    called = {source_of(module, call) for module in modules.values() for call in calls(module)}
    declarations: list[Declaration] = []
    bindings: list[Binding] = []
    connections: list[Connection] = []
    workers: list[Worker] = []
    feeds: list[Feed] = []
    tree = Tree(modules)
    for folder, module in modules.items():
        if folder not in called:
            for scope in tree.below(Scope(tree, module)):
                said = _Said(scope)
                declarations += said.declarations()
                bindings += said.bindings()
                connections += connected(scope)
                workers += functions(scope)
                feeds += said.feeds()
    return Answer(declarations, bindings, (), connections, workers, feeds)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a module declares and sets, evaluated in a scope."""

    scope: Scope

    # -- what is declared

    def declarations(self) -> Iterator[Declaration]:
        letters = dict(self._redrive_policies())
        for (kind, name), block in self.scope.module.resources.items():
            if kind in SERVICES and not is_none(self.scope, block):
                found = self._declaration(kind, name, block)
                yield replace(found, dead_letter=letters[found.key]) if found.key in letters else found

    def _declaration(self, kind: str, name: str, block: Block) -> Declaration:
        attributes: dict[str, Attribute] = {}
        for argument, expression in block.attributes.items():
            if argument in NAMES:
                value = self.scope.text(expression)
                if value is not None:
                    attributes[NAMES[argument]] = attribute(value, self.scope.span(expression))
        for argument in ("name_prefix", "name"):
            given = self.scope.text(block.attributes.get(argument))
            if given is not None:
                where = self.scope.span(block.attributes[argument])
                attributes[NAME_ATTRIBUTES[SERVICES[kind]]] = attribute(Text(self.scope.name_of(block) or "*"), where)
        policy, letters = block.attributes.get("redrive_policy"), ""
        if policy is not None:
            attributes["RedrivePolicy"] = Attribute(None, self.scope.span(policy))
            letters = self._dead_letter(policy)
        return Declaration(
            SERVICES[kind],
            "Terraform",
            self.scope.key_of(kind, name),
            self.scope.site or block.span,
            self.scope.name_of(block),
            attributes,
            not block.broken,
            letters,
            label=f"{self.scope.address}{kind}.{name}",
        )

    def _redrive_policies(self) -> Iterator[tuple[str, str]]:
        """Keys of queues, and their dead-letter queues, from the resource that links the two."""
        for (kind, _), block in self.scope.module.resources.items():
            queue, policy = block.attributes.get("queue_url"), block.attributes.get("redrive_policy")
            if kind == "aws_sqs_queue_redrive_policy" and queue is not None and policy is not None:
                found = self.scope.text(queue)
                if found is not None and found.key and not is_none(self.scope, block):
                    yield found.key, self._dead_letter(policy)

    def _dead_letter(self, policy: Expression) -> str:
        for name, value in self.scope.elements(policy):
            if name == "deadLetterTargetArn":
                arn = self.scope.text(value)
                return "" if arn is None or arn == UNKNOWN else arn.key or arn.pattern
        text = self.scope.text(policy)
        return dead_letter(text) if text is not None else ""

    # -- which functions a queue feeds

    def feeds(self) -> Iterator[Feed]:
        """Functions that are called with the messages of a queue."""
        for (kind, _), block in self.scope.module.resources.items():
            if kind != "aws_lambda_event_source_mapping" or is_none(self.scope, block):
                continue
            source, target = block.attributes.get("event_source_arn"), block.attributes.get("function_name")
            function = self._referred("aws_lambda_function", target)
            queue, handler = self.scope.text(source), self._text(function, "handler")
            if queue is None or source is None or not handler:
                continue
            size = self._text(block, "batch_size")
            yield Feed(
                handler.replace("/", "."),
                queue.key or queue.pattern,
                self.scope.span(source),
                self._code(function),
                int(size) if size.isdecimal() else None,
            )

    def _code(self, function: Block | None) -> str | None:
        """The folder that is packed for a function; None if it cannot be seen."""
        filename = function.attributes.get("filename") if function is not None else None
        archive = self._referred("archive_file", filename)
        folder = archive.attributes.get("source_dir") if archive is not None else None
        if folder is None:
            return None
        path = hcl.text_of(folder.node).strip('"').replace("${path.module}", ".")
        if "${" in path or not path.startswith("."):
            return None
        return posixpath.normpath(posixpath.join(self.scope.module.folder, path))

    def _referred(self, kind: str, expression: Expression | None) -> Block | None:
        """The resource, or source of data, of this kind that an expression names."""
        text = hcl.text_of(expression.node) if expression is not None else ""
        found = re.search(rf"\b{kind}\.([\w-]+)", text)
        if found is None:
            return None
        module = self.scope.module
        return module.resources.get((kind, found[1])) or module.named.get((f"data.{kind}", found[1]))

    def _text(self, block: Block | None, name: str) -> str:
        """The whole text of an argument; empty if it cannot be seen."""
        found = self.scope.text(block.attributes.get(name)) if block is not None else None
        return found.pattern if found is not None and found.known and not found.key else ""

    # -- what is set in the environment of functions and containers

    def bindings(self) -> Iterator[Binding]:
        for block in self.scope.module.blocks:
            if block.kind in ("resource", "module"):
                yield from self._environment(block)

    def _environment(self, block: Block) -> Iterator[Binding]:
        for name, value in block.attributes.items():
            if name in _ENVIRONMENTS:
                yield from self._bound(self.scope.elements(value))
            elif name == "container_definitions":
                yield from self._containers(value)
        for inner in block.blocks:
            if inner.kind == "environment":
                yield from self._bound(iter(inner.attributes.items()))

    def _bound(self, variables: Iterator[tuple[str, Expression]]) -> Iterator[Binding]:
        for variable, value in variables:
            text = self.scope.text(value)
            if variable == "variables":
                yield from self._bound(self.scope.elements(value))
            elif text is not None:
                yield Binding(variable, text.key or text.pattern, self.scope.span(value))

    def _containers(self, definitions: Expression) -> Iterator[Binding]:
        for node in hcl.down(definitions.node):
            if node.type == "object":
                entry = dict(self.scope.elements(Expression(node, definitions.source)))
                if {"name", "value"} <= entry.keys():
                    name = self.scope.text(entry["name"])
                    if name is not None and name.known:
                        yield from self._bound(iter([(name.pattern, entry["value"])]))
