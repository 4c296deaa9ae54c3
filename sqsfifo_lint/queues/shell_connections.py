"""What commands of the AWS CLI connect with queues: options as a tree, in JSON or in the CLI's shorthand.

<https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html>
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from sqsfifo_lint.knowledge.connecting import Tree, connections, plain, unknown
from sqsfifo_lint.knowledge.connections import CALLS
from sqsfifo_lint.knowledge.shapes import Shape
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Connection, Span
from sqsfifo_lint.queues.bounds import MAX_SHORTHAND, MAX_TREE_DEPTH
from sqsfifo_lint.queues.text import Text

SOURCE = "AWS CLI"
SERVICES_OF_CLI = frozenset({"sqs", *(call.partition(".")[0] for call in CALLS)})

_PAIR = re.compile(r"(?<![\w\"'])[\"']?(\w+)[\"']?=(\{[^{}]*\}|\"[^\"]*\"|'[^']*'|[^,{}\[\]\"']*)(?:,|$)")


def connected(
    shapes: Sequence[Shape], options: Mapping[str, Sequence[Text]], where: Span, places: Mapping[str, Span]
) -> Iterator[Connection]:
    """What a command connects. `options`: its values by option; `places`: where each stands."""
    fields = {plain(option): _of_option(values, places[option]) for option, values in options.items()}
    yield from connections(SOURCE, shapes, Tree(where, fields=fields))


def _of_option(values: Sequence[Text], where: Span) -> Tree:
    trees = tuple(_of_text(text, where) for text in values)
    return trees[0] if len(trees) == 1 else Tree(where, items=trees)


def _of_text(text: Text, where: Span) -> Tree:
    """A value: JSON, shorthand, or a plain text."""
    start = text.pattern.lstrip()[:1]
    if text.key or text.pattern == "*":
        return Tree(where, text.pattern, key=text.key, whole=bool(text.key), optional=text.overridable)
    if start in ("{", "["):
        try:
            return _of_json(json.loads(text.pattern), where)
        except (ValueError, RecursionError):
            return unknown(where)
    if text.pattern.startswith("file:"):
        return unknown(where)
    if "=" in text.pattern and ("Arn" in text.pattern or "Type=" in text.pattern):
        return _of_shorthand(text.pattern, where)
    return Tree(where, text.pattern, optional=text.overridable)


def _of_json(value: object, where: Span, depth: int = 0) -> Tree:
    if depth > MAX_TREE_DEPTH:
        met("MAX_TREE_DEPTH")
        return unknown(where)
    match value:
        case dict():
            return Tree(where, fields={plain(str(n)): _of_json(v, where, depth + 1) for n, v in value.items()})
        case list():
            return Tree(where, items=tuple(_of_json(item, where, depth + 1) for item in value))
        case bool():
            return Tree(where, str(value).lower())
    return Tree(where, str(value)) if value is not None else unknown(where)


def _of_shorthand(text: str, where: Span) -> Tree:
    """`Id=1,Arn=arn:...,SqsParameters={MessageGroupId=jobs}`; what is written otherwise cannot be seen."""
    if len(text) > MAX_SHORTHAND:
        met("MAX_SHORTHAND")
        return unknown(where)
    if _PAIR.sub("", text).strip():
        return unknown(where)
    fields = {}
    for name, value in _PAIR.findall(text):
        inner = value[1:-1] if value[:1] in ("{", '"', "'") else value
        fields[plain(name)] = _of_shorthand(inner, where) if value.startswith("{") else Tree(where, inner)
    return Tree(where, fields=fields)
