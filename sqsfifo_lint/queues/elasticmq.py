"""Queues in ElasticMQ's configuration: `queues { "orders.fifo" { fifo = true } }`.

Read as HOCON (<https://github.com/lightbend/config/blob/main/HOCON.md>), as far as ElasticMQ's own file needs it. The
HOCON parser for Python opens whatever `include` names, including web addresses, takes values from the environment, and
keeps no positions. This reader does none of the former, and keeps positions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqsfifo_lint.model import Attribute, Declaration, Span
from sqsfifo_lint.queues.answer import Answer
from sqsfifo_lint.queues.text import decode

_NAMES = {"fifo": "FifoQueue", "contentBasedDeduplication": "ContentBasedDeduplication", "delay": "DelaySeconds"}
"""Settings of a queue, and their SQS names; ElasticMQ has neither scope nor throughput limit."""

_LONGEST_PATH = 6
"""The maximum number of keys. `queues.NAME.deadLettersQueue.name` has four; deeper ones must not be mistaken for it."""

_TOKEN = re.compile(
    r"""
    (?P<skip>[^\S\n]+ | \#[^\n]* | //[^\n]*)
    | (?P<end>[\n,])
    | (?P<string>\"\"\".*?\"\"\" | "(?:[^"\\\n]|\\.)*")
    | (?P<substitution>\$\{[^}\n]*\})
    | (?P<punctuation>\+?= | [:{}\[\]])
    | (?P<word>(?:(?!//)[^\s"${}\[\]:=,\#+])+)
    | (?P<other>"(?:[^"\\\n]|\\.)*+ | .)      # a string that is not closed, in one piece
    """,
    re.VERBOSE | re.DOTALL,
)
_SECONDS = re.compile(r"(\d+)\s*(?:s|seconds?)")


@dataclass(slots=True)
class _Setting:
    """The value at a path of keys; None if it cannot be evaluated."""

    path: tuple[str, ...]
    value: str | None
    start: int
    end: int


@dataclass(slots=True)
class _Reader:
    """Turns tokens into settings, statement by statement. It keeps its own stack, so no nesting is too deep."""

    settings: list[_Setting] = field(default_factory=list)
    objects: list[tuple[tuple[str, ...], int, int]] = field(default_factory=list)
    """Path, start and end of the key of each object."""
    open: list[tuple[str, ...] | None] = field(default_factory=lambda: [()])
    """Paths of the braces that are open; None for a bracket."""
    key: list[tuple[str, int, int]] = field(default_factory=list)
    value: list[tuple[str | None, int, int]] | None = None
    included: bool = False

    def take(self, kind: str, text: str, start: int, end: int) -> None:
        if kind == "punctuation" and text in "{}[]":
            self._bracket(text)
        elif self.open[-1] is None or kind == "skip":
            return
        elif kind == "end":
            self.finish()
        elif kind == "punctuation":
            if self.key and self.value is None:
                self.value = [(None, start, end)] if text == "+=" else []
            elif self.value is not None:
                self.value.append((None, start, end))
        else:
            plain = {"string": _unquoted(text), "word": text}.get(kind)
            if self.value is not None:
                self.value.append((plain, start, end))
            else:
                self.key.append((plain if plain is not None and kind == "string" else text, start, end))

    def _bracket(self, text: str) -> None:
        if text == "{":
            path = self._path()
            if path is not None and self.key:
                self.objects.append((path, self.key[0][1], self.key[-1][2]))
            self.open.append(path)
            self.key, self.value = [], None
        elif text == "[":
            if self.value is not None:
                self.value.append((None, 0, 0))
            self.open.append(None)
        else:
            if self.open[-1] is not None:
                self.finish()
            if len(self.open) > 1:
                self.open.pop()

    def _path(self) -> tuple[str, ...] | None:
        if self.open[-1] is None:
            return None
        return (*self.open[-1], *(word for word, _, _ in self.key if word))[:_LONGEST_PATH]

    def finish(self) -> None:
        path = self._path()
        words = [word for word, _, _ in self.key[:2]]
        if words[:1] == ["include"] and words[1:] != ["classpath("]:  # what ElasticMQ itself ships has no queues
            self.included = True
        if path and self.key and self.value:
            texts = [text for text, _, _ in self.value]
            whole = " ".join(text for text in texts if text is not None)
            places = [(start, end) for _, start, end in self.value if end]
            start, end = (places[0][0], places[-1][1]) if places else self.key[0][1:]
            self.settings.append(_Setting(path, None if None in texts else whole, start, end))
        self.key, self.value = [], None


def read_files(files: Mapping[str, bytes]) -> Iterator[Answer]:
    """What configuration files declare, if they are ElasticMQ's."""
    for path, data in files.items():
        yield Answer(read(path, data))


def read(path: str, data: bytes) -> list[Declaration]:
    """The queues of a configuration file; none if it is something else."""
    text = decode(data)
    reader = _Reader()
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        for part, start, end in _keys(token) if kind == "word" and reader.value is None else [(None, *token.span())]:
            reader.take(kind, token[0] if part is None else part, start, end)
    reader.finish()
    places = _Places(path, text)
    queues: dict[str, Declaration] = {}
    for keys, start, end in reader.objects:
        if len(keys) == 2 and keys[0] == "queues" and keys[1] not in queues:
            queues[keys[1]] = _queue(path, keys[1], places.span(start, end), not reader.included)
    for setting in reader.settings:
        if len(setting.path) > 2 and setting.path[0] == "queues":
            where = places.span(setting.start, setting.end)
            name = setting.path[1]
            queue = queues.get(name) or _queue(path, name, where, not reader.included)
            queues[name] = _with(queue, setting, where)
    return [_named(queue) for queue in queues.values()]


def _keys(token: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """The keys of an unquoted path, which are separated by dots."""
    position = token.start()
    for word in token[0].split("."):
        if word:
            yield word, position, position + len(word)
        position += len(word) + 1


def _unquoted(text: str) -> str:
    if text.startswith('"""') and len(text) >= 6:
        return text[3:-3]
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _queue(path: str, name: str, span: Span, complete: bool) -> Declaration:
    named = {"QueueName": Attribute(name, span)}
    return Declaration("sqs", "ElasticMQ", f"{path}#{name}", span, name, named, complete)


def _with(queue: Declaration, setting: _Setting, span: Span) -> Declaration:
    match setting.path[2:], setting.value:
        case ("deadLettersQueue", "name"), value:
            policy = {"RedrivePolicy": Attribute(None, span)}
            return replace(queue, dead_letter=value or "", attributes={**queue.attributes, **policy})
        case (name,), value if name in _NAMES:
            if name == "delay" and value is not None:
                seconds = _SECONDS.fullmatch(value)
                value = seconds[1] if seconds else None
            given = {_NAMES[name]: Attribute(value, span)}
            return replace(queue, attributes={**queue.attributes, **given})
    return queue


def _named(queue: Declaration) -> Declaration:
    """ElasticMQ adds the ending to the name of a queue with `fifo = true` (`addSuffixWhenFifoQueue` in its source)."""
    given, name = queue.attributes.get("FifoQueue"), queue.name or ""
    if given is None or name.endswith(".fifo") or given.value == "false":
        return queue
    return replace(queue, name=f"{name}.fifo" if given.value == "true" else f"{name}*")


class _Places:
    """Lines and columns of offsets."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def span(self, start: int, end: int) -> Span:
        return Span(self._path, *self._point(start), *self._point(end))

    def _point(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
