"""What a project's infrastructure files say of its queues and topics. Nothing is run; parsers are imported when needed.

Three questions, from the cheapest to the dearest: by its name, can a file say anything (`is_infrastructure`)? By its
bytes (`may_declare`)? And what does it say (`read`)?
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqsfifo_lint.model import Binding, Declaration, Infrastructure, Problem, Span
from sqsfifo_lint.queues.joining import last_part
from sqsfifo_lint.queues.text import decode, names_queue

if TYPE_CHECKING:
    from sqsfifo_lint.queues.cloudformation import Document
    from sqsfifo_lint.queues.hcl import Block

MAX_SIZE = 2 * 1024 * 1024
"""Bytes. CloudFormation itself takes templates of 1 MB."""

MAX_SOURCE = 128 * 1024
"""Bytes of a script or of Terraform's language: what tree-sitter takes to recover from errors grows with the square."""

_YAML = (".yml", ".yaml", ".json", ".template")
_TERRAFORM = (".tf", ".tf.json", ".tofu", ".tofu.json")
_SHELL = (".sh", ".bash", ".env")
_HOCON = (".conf", ".hocon")
_ENV = re.compile(r"\.env(?:\.|$)")
_SCRIPTS = re.compile(r"(?:^|/)(?:ready|boot|start|init|docker-entrypoint-initaws)\.d/[^/.]+$")

_WORDS = (b"sqs", b"SQS", b"fifo", b"Fifo", b"AWS::SNS::Topic", b"aws_sns_topic", b"create-topic", b"000000000000")
_MODULES = re.compile(rb"^[ \t]*(?:module|variable|output)[ \t]+\"|^[ \t]*locals[ \t]*\{|^[ \t]*queues\b", re.MULTILINE)
"""Parts of a Terraform module that need not name a queue; and ElasticMQ's own word."""
_CLEARLY = re.compile(
    rb"AWS::SQS::Queue\b|AWS::SNS::Topic\b|resource\"?[\s:{]+\"aws_(?:sqs_queue|sns_topic)\"|\bsqs\s+create-queue\b"
)
"""A file with these words declares queues or topics, and that it cannot be read is worth telling."""
_RESOURCE = re.compile(rb"Type[\"']?\s*:\s*[\"']?AWS::(?:SQS::Queue|SNS::Topic)\b|\$\{file\(")
_VARIABLES = re.compile(rb"(?:^|[\s{,\"'])(?i:env(?:ironment)?(?:_?variables)?)[\"']?[ \t]*:")
MAX_VARIABLES = 256 * 1024
"""Bytes. A file of YAML or JSON that sets variables and declares nothing is not larger; lock files and schemas are."""
_TEMPLATE = re.compile(rb"\{\{|\{%|<%")
"""A file for a template engine, which need not be YAML before it is filled in."""


def is_infrastructure(name: str) -> bool:
    """Whether a file of this name (or path, with `/`) may declare queues or set environment variables."""
    return _kind(name) != ""


def may_declare(data: bytes) -> bool:
    """Whether a file with this content may say anything of queues. Needs one pass over the bytes, and no parser."""
    return any(word in data for word in _WORDS) or _MODULES.search(data) is not None


def read(files: Mapping[str, bytes]) -> Infrastructure:
    """What infrastructure files say, given by their paths relative to the project (with `/`).

    Files of other kinds are passed over. The same files give the same answer, whatever their order. Nothing is raised:
    a file that clearly declares queues and cannot be read is among the problems.
    """
    problems: list[Problem] = []
    kinds: dict[str, dict[str, bytes]] = {}
    for path, data in sorted(files.items()):
        kind = _kind(path)
        if kind and may_declare(data):
            too_large = len(data) > (MAX_SOURCE if kind in ("terraform", "shell") else MAX_SIZE)
            if not too_large:
                kinds.setdefault(kind, {})[path] = data
            elif _CLEARLY.search(data):
                problems.append(Problem(path, f"declares queues and is too large to be read ({len(data):,} bytes)"))
    declarations: list[Declaration] = []
    bindings: list[Binding] = []
    for kind, found in sorted(kinds.items()):
        for declared, bound, failed in _READERS[kind](found):
            declarations += declared
            bindings += bound
            problems += failed
    declarations = _distinct(declarations)
    return Infrastructure(
        tuple(sorted(declarations, key=lambda declaration: (declaration.span, declaration.key))),
        tuple(sorted(_of_queues(bindings, declarations), key=lambda binding: (binding.span, binding.variable))),
        tuple(sorted(problems, key=lambda problem: (problem.path, problem.line))),
    )


def _kind(path: str) -> str:
    name = posixpath.basename(path).lower()
    if name.endswith(_TERRAFORM):
        return "terraform"
    if name.endswith(_YAML):
        return "yaml"
    if name.endswith(_SHELL) or _ENV.match(name) or _SCRIPTS.search(path):
        return "shell"
    return "hocon" if name.endswith(_HOCON) else ""


def _distinct(declarations: Sequence[Declaration]) -> list[Declaration]:
    """Declarations with keys of their own: the second one of the same name gets a number."""
    seen: dict[str, int] = {}
    found = []
    for declaration in declarations:
        seen[declaration.key] = number = seen.get(declaration.key, 0) + 1
        found.append(declaration if number == 1 else replace(declaration, key=f"{declaration.key}#{number}"))
    return found


def _of_queues(bindings: Sequence[Binding], declarations: Sequence[Declaration]) -> Iterator[Binding]:
    """The bindings that are about a queue or topic, once each."""
    keys = {declaration.key for declaration in declarations}
    names = {declaration.name for declaration in declarations}
    for binding in dict.fromkeys(bindings):
        queue = binding.queue
        if queue in keys or names_queue(queue) or ("*" not in queue and {queue, last_part(queue)} & names):
            yield binding


_Answer = tuple[Sequence[Declaration], Sequence[Binding], Sequence[Problem]]


def _problem(path: str, data: bytes, message: str, line: int = 0, column: int = 0) -> list[Problem]:
    """A problem, if it is one that the file's owner wants to hear of."""
    if not _CLEARLY.search(data) or _TEMPLATE.search(data):
        return []
    return [Problem(path, f"declares queues and cannot be read: {message}", line, column)]


def _unparsed(path: str, data: bytes, where: Span | None) -> list[Problem]:
    return [] if where is None else _problem(path, data, "syntax error", where.line, where.column)


def _yaml(files: Mapping[str, bytes]) -> Iterator[_Answer]:
    from sqsfifo_lint.queues import cloudformation

    groups = {path: cloudformation.included(path, data) for path, data in files.items() if b"${file(" in data}
    taken_in = {other for path, others in groups.items() for other in others if other != path}
    declarations: list[Declaration] = []
    bindings: list[Binding] = []
    exports: dict[str, str] = {}
    for path in files:
        if path in taken_in:
            continue
        whole: list[Document] = []
        for part in dict.fromkeys([path, *groups.get(path, ())]):
            if part in files and (part != path or _speaks(files[part])):
                documents, problems = _documents(part, files[part])
                whole += documents
                yield (), (), problems
        if whole:
            declared, bound, exported = cloudformation.read(whole)
            declarations += declared
            bindings += bound
            exports |= exported
    yield (
        [replace(found, dead_letter=exports.get(found.dead_letter, found.dead_letter)) for found in declarations],
        [replace(found, queue=exports.get(found.queue, found.queue)) for found in bindings],
        (),
    )


def _speaks(data: bytes) -> bool:
    """Whether YAML or JSON declares queues or sets variables: it is parsed only then."""
    return _RESOURCE.search(data) is not None or (len(data) <= MAX_VARIABLES and _VARIABLES.search(data) is not None)


def _documents(path: str, data: bytes) -> tuple[list[Document], list[Problem]]:
    import yaml

    from sqsfifo_lint.queues.cloudformation import Document
    from sqsfifo_lint.queues.yaml_nodes import documents

    found: list[Document] = []
    try:
        found.extend(Document(path, root) for root in documents(decode(data)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = error.problem or "no YAML"
        place = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        return found, _problem(path, data, message, *place)
    except (yaml.YAMLError, RecursionError, ValueError):
        return found, _problem(path, data, "no YAML or JSON")
    return found, []


def _terraform(files: Mapping[str, bytes]) -> Iterator[_Answer]:
    from sqsfifo_lint.queues import hcl, terraform

    if not any(any(word in data for word in _WORDS) for data in files.values()):
        return
    folders: dict[str, list[Block]] = {}
    for path, data in files.items():
        blocks, broken = hcl.parse(path, data)
        folders.setdefault(posixpath.dirname(path) or ".", []).extend(blocks)
        yield (), (), _unparsed(path, data, broken)
    yield *terraform.read(folders), ()


def _shell(files: Mapping[str, bytes]) -> Iterator[_Answer]:
    from sqsfifo_lint.queues import shell

    for path, data in files.items():
        declarations, bindings, broken = shell.read(path, data)
        yield declarations, bindings, _unparsed(path, data, broken)


def _hocon(files: Mapping[str, bytes]) -> Iterator[_Answer]:
    from sqsfifo_lint.queues import elasticmq

    for path, data in files.items():
        yield elasticmq.read(path, data), (), ()


_READERS = {"hocon": _hocon, "shell": _shell, "terraform": _terraform, "yaml": _yaml}
