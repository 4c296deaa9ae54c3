"""YAML and JSON files: which of them are templates, or set variables, and which belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import yaml

from sqsfifo_lint.met import met
from sqsfifo_lint.model import Binding, Connection, Declaration, Feed, Problem, Worker
from sqsfifo_lint.queues.answer import Answer, unreadable
from sqsfifo_lint.queues.bounds import MAX_VARIABLES
from sqsfifo_lint.queues.cloudformation import Document, included, read
from sqsfifo_lint.queues.text import decode
from sqsfifo_lint.queues.yaml_nodes import documents

_RESOURCE = re.compile(rb"Type[\"']?\s*:\s*[\"']?AWS::(?:SQS::Queue|SNS::Topic)\b|\$\{file\(")
_CONNECTS = re.compile(
    rb"AWS::(?:Lambda::Ev|Events::R|Scheduler::S|Pipes::P|SNS::S|S3::B|IoT::T|AutoScaling::L|Lambda::F|Serverless::F)"
    rb"|states:::sqs:sendMessage|\bevents[\"']?\s*:"
)
"""Resources that may be connected with a queue."""
_VARIABLES = re.compile(rb"(?:^|[\s{,\"'])(?i:env(?:ironment)?(?:_?variables)?)[\"']?[ \t]*:")


def read_files(files: Mapping[str, bytes]) -> Iterator[Answer]:
    """What YAML and JSON files declare and set. A file that another one includes is read with it."""
    groups = {path: included(path, data) for path, data in files.items() if b"${file(" in data}
    taken_in = {other for path, others in groups.items() for other in others if other != path}
    declarations: list[Declaration] = []
    bindings: list[Binding] = []
    connections: list[Connection] = []
    workers: list[Worker] = []
    feeds: list[Feed] = []
    exports: dict[str, str] = {}
    for path in files:
        if path in taken_in:
            continue
        whole: list[Document] = []
        for part in dict.fromkeys([path, *groups.get(path, ())]):
            if part in files and (part != path or _speaks(files[part])):
                found, problems = _documents(part, files[part])
                whole += found
                yield Answer(problems=problems)
        if whole:
            answer, exported = read(whole)
            declarations += answer.declarations
            bindings += answer.bindings
            connections += answer.connections
            workers += answer.workers
            feeds += answer.feeds
            exports |= exported
    yield Answer(
        [replace(found, dead_letter=exports.get(found.dead_letter, found.dead_letter)) for found in declarations],
        [replace(found, queue=exports.get(found.queue, found.queue)) for found in bindings],
        (),
        [_across(found, exports) for found in connections],
        workers,
        [replace(found, queue=exports.get(found.queue, found.queue)) for found in feeds],
    )


def _across(connection: Connection, exports: Mapping[str, str]) -> Connection:
    """A connection whose ends may be declared in another template."""
    queue, topic = (replace(r, key=exports.get(r.key, r.key)) for r in (connection.queue, connection.topic))
    return replace(connection, queue=queue, topic=topic)


def _speaks(data: bytes) -> bool:
    """Whether YAML or JSON may declare or connect queues, or set variables; it is parsed only then."""
    if _RESOURCE.search(data) is not None:
        return True
    if (b".fifo" in data or b"ImportValue" in data) and _CONNECTS.search(data) is not None:
        return True
    if len(data) > MAX_VARIABLES:
        met("MAX_VARIABLES")
        return False
    return _VARIABLES.search(data) is not None


def _documents(path: str, data: bytes) -> tuple[list[Document], list[Problem]]:
    found: list[Document] = []
    try:
        found.extend(Document(path, root) for root in documents(decode(data)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = error.problem or "no YAML"
        place = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        return found, unreadable(path, data, message, *place)
    except (yaml.YAMLError, RecursionError, ValueError):
        return found, unreadable(path, data, "no YAML or JSON")
    return found, []
