"""`${...}` in texts, as the Serverless Framework and Compose write it. No spelling has a meaning in both.

Serverless: <https://www.serverless.com/framework/docs/guides/variables>, `${self:custom.name}`, `${opt:stage, 'dev'}`.
Compose: <https://docs.docker.com/reference/compose-file/interpolation/>, `${NAME}`, `${NAME:-default}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from sqsfifo_lint.met import met
from sqsfifo_lint.queues.bounds import MAX_PATTERN, MAX_VARIABLE_DEPTH
from sqsfifo_lint.queues.text import UNKNOWN, Text, join

_MARKS = re.compile(r"\$\$|\$\{|\$[A-Za-z_]\w*|#\{[^}]*\}|\{\{.*?\}\}|\{%.*?%\}|<%.*?%>", re.DOTALL)
"""Serverless and Compose, pseudo parameters of a serverless plugin, and the templates of Jinja, Helm and ERB."""
_MAY_MARK = re.compile(r"\$[${A-Za-z_]|#\{|\{\{|\{%|<%")
"""What each of these begins with."""
_BRACE = re.compile(r"\$\{|\}")
_WITH_DEFAULT = re.compile(r"\w+:?-(.*)", re.DOTALL)
_OUTSIDE = re.compile(r"(?:opt|env|param|sls|ssm|cf|s3|aws|file|output|stage)\b")


def interpolate(text: str, inner: Callable[[str], Text]) -> Text:
    """The text with each `${...}` replaced by `inner` of its content; what templates fill in is unknown."""
    if len(text) > MAX_PATTERN:  # before it is searched, which for some texts takes quadratic time
        if _MAY_MARK.search(text) is None:
            return Text(text)
        met("MAX_PATTERN")
        return UNKNOWN
    return join(_parts(text, inner)) if _MARKS.search(text) else Text(text)


def _parts(text: str, inner: Callable[[str], Text]) -> Iterator[Text]:
    position = 0
    while (mark := _MARKS.search(text, position)) is not None:
        yield Text(text[position : mark.start()])
        position = mark.end()
        if mark[0] == "$$":
            yield Text("$")
        elif mark[0] != "${":
            yield UNKNOWN
        else:
            end = _closing(text, position)
            yield inner(text[position : end - 1])
            position = end
    yield Text(text[position:])


def _closing(text: str, position: int) -> int:
    """The position after the brace that closes the one before `position`."""
    depth = 1
    while depth and (brace := _BRACE.search(text, position)) is not None:
        depth += -1 if brace[0] == "}" else 1
        position = brace.end()
    return position if not depth else len(text) + 1


def variable(content: str, own: Callable[[str], Text | None], depth: int = 0) -> Text:
    """What `${content}` stands for. `own` looks up a path such as `custom.name` in the file itself."""
    if depth > MAX_VARIABLE_DEPTH:
        met("MAX_VARIABLE_DEPTH")
        return UNKNOWN
    with_default = _WITH_DEFAULT.fullmatch(content)
    if with_default is not None:
        return replace(interpolate(with_default[1], lambda name: variable(name, own, depth + 1)), overridable=True)
    overridable = False
    for choice in _choices(content):
        if choice.startswith("self:"):
            if "$" in choice:
                return UNKNOWN
            found = own(choice.removeprefix("self:"))
            if found is not None:
                return replace(found, overridable=found.overridable or overridable)
        elif choice[:1] in ("'", '"') or choice in ("true", "false"):
            return Text(choice.strip("'\""), overridable=overridable)
        elif choice.startswith("${"):
            nested = interpolate(choice, lambda name: variable(name, own, depth + 1))
            return replace(nested, overridable=nested.overridable or overridable)
        elif _OUTSIDE.match(choice):
            overridable = True
        else:
            return UNKNOWN
    return UNKNOWN


def _choices(content: str) -> list[str]:
    """The content split at commas that are not inside a nested `${...}` or parentheses."""
    found, depth, start = [], 0, 0
    for index, character in enumerate(content):
        depth += (character in "{(") - (character in "})")
        if character == "," and depth == 0:
            found.append(content[start:index].strip())
            start = index + 1
    return [*found, content[start:].strip()]
