"""YAML and JSON as nodes with positions. Nothing is constructed, so no tag in a file can have any effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from sqsfifo_lint.met import met
from sqsfifo_lint.model import Span
from sqsfifo_lint.queues.bounds import MAX_YAML_DEPTH

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "tag:yaml.org,2002:merge"
_LINE_BREAKS = str.maketrans({"\x85": " ", "\u2028": " ", "\u2029": " "})
"""YAML 1.1 ends lines at these; editors do not."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_FUNCTION = re.compile(r"Fn::(\w+)|(Ref)")


def documents(text: str) -> Iterator[Node]:
    """The documents of a YAML or JSON text.

    Raises `yaml.YAMLError` at the place that cannot be parsed, and RecursionError if LibYAML is missing and the text
    is nested too deeply.
    """
    text = text.translate(_LINE_BREAKS)
    if text.lstrip()[:1] in ("{", "["):  # JSON is YAML except for tabs and escaped surrogates
        text = _SURROGATE.sub(r"\\ufffd", text.replace("\t", " "))
    yield from yaml.compose_all(text, _LOADER)


def span(path: str, node: Node) -> Span:
    """The region of a node. A block ends with the last thing in it, not after the blank space that follows."""
    last = node
    for _ in range(MAX_YAML_DEPTH):
        if not isinstance(last, CollectionNode) or last.flow_style or not last.value:
            break
        last = last.value[-1][1] if isinstance(last, MappingNode) else last.value[-1]
    start, end = node.start_mark, last.end_mark
    if (end.line, end.column) <= (start.line, start.column):  # the last thing is an alias of something before
        end = node.end_mark
    return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def scalar(node: Node) -> str | None:
    """The text of a scalar, with `true` and `false` for all YAML 1.1 spellings of them; None for null and others."""
    if not isinstance(node, ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        return None
    if node.tag == "tag:yaml.org,2002:bool":
        return "true" if node.value.lower() in ("true", "yes", "on") else "false"
    return str(node.value)


def pairs(node: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
    """Keys and values of a mapping, with those of `<<` that it does not replace first; nothing for other nodes."""
    if not isinstance(node, MappingNode):
        return
    own = _own(node)
    if len(own) < len(node.value):
        replaced = {key.value for key, _ in own}
        for part in _merged(node):
            for key, value in _own(part):
                if key.value not in replaced:
                    replaced.add(key.value)
                    yield key, value
    yield from own


def _own(node: MappingNode) -> list[tuple[ScalarNode, Node]]:
    return [(key, value) for key, value in node.value if isinstance(key, ScalarNode) and key.tag != _MERGE]


def _merged(node: MappingNode) -> Iterator[MappingNode]:
    """The mappings that are merged into one, recursively: each once, those that take precedence first."""
    seen = {id(node)}
    waiting = [node]
    while waiting:
        taken = waiting.pop()
        if taken is not node:
            yield taken
        parts = [value for key, value in taken.value if key.tag == _MERGE]
        several = [part for value in parts for part in (items(value) or [value])]
        for part in reversed(several):
            if isinstance(part, MappingNode) and id(part) not in seen:
                seen.add(id(part))
                waiting.append(part)


def get(node: Node | None, *keys: str) -> Node | None:
    """The value at the end of a path of keys."""
    for wanted in keys:
        found = None
        for key, value in pairs(node):
            if key.value == wanted:
                found = value
        node = found
    return node


def items(node: Node | None) -> list[Node]:
    """The items of a sequence; none for others."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def function(node: Node) -> tuple[str, Node] | None:
    """Name and argument of a CloudFormation function, in its short form (`!Ref x`) or its long one (`Ref: x`)."""
    if node.tag.startswith("!") and len(node.tag) > 1:
        return node.tag[1:], node
    if isinstance(node, MappingNode) and len(node.value) == 1 and isinstance(node.value[0][0], ScalarNode):
        found = _FUNCTION.fullmatch(node.value[0][0].value)
        if found is not None:
            return found[found.lastindex or 0], node.value[0][1]
    return None


def mappings(root: Node) -> Iterator[tuple[ScalarNode, Node]]:
    """Each key and value of each mapping at any depth. A node to which aliases point is looked at once."""
    seen: set[int] = set()
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if id(node) in seen or isinstance(node, ScalarNode):
            continue
        if depth > MAX_YAML_DEPTH:
            met("MAX_YAML_DEPTH")
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            yield from ((key, value) for key, value in node.value if isinstance(key, ScalarNode))
            waiting.extend((value, depth + 1) for _, value in reversed(node.value))
        else:
            waiting.extend((item, depth + 1) for item in reversed(items(node)))
