"""Queues and topics that shell scripts create with the AWS CLI, and the variables that scripts and `.env` files set.

A script is read line by line, as far as it is plain: assignments, loops over words, functions of the script. Nothing
is run. What a branch assigns counts as one of two values.
<https://docs.aws.amazon.com/cli/latest/reference/sqs/create-queue.html>
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import tree_sitter
import tree_sitter_bash
from tree_sitter import Node

from sqsfifo_lint.knowledge.connecting import shapes_of
from sqsfifo_lint.met import met
from sqsfifo_lint.model import NAME_ATTRIBUTES, Attribute, Binding, Connection, Declaration, Span
from sqsfifo_lint.queues.answer import Answer, broken
from sqsfifo_lint.queues.bounds import (
    MAX_ITEMS,
    MAX_SCRIPT_CALLS,
    MAX_SCRIPT_DEPTH,
    MAX_SCRIPT_STEPS,
    MAX_SHORTHAND,
    MAX_SUBSTITUTIONS,
    MAX_WORDS,
)
from sqsfifo_lint.queues.hcl import Source, down, text_of
from sqsfifo_lint.queues.shell_connections import SERVICES_OF_CLI, connected
from sqsfifo_lint.queues.text import ATTRIBUTES, UNKNOWN, Text, attribute, dead_letter, either, join

_SERVICES = {"create-queue": "sqs", "create-topic": "sns"}
_NAME_OPTIONS = {"create-queue": "--queue-name", "create-topic": "--name", "get-queue-url": "--queue-name"}
_ELSEWHERE = frozenset({"--cli-input-json", "--cli-input-yaml"})

_DEFAULTS = (":-", "-", ":=", "=")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED_ESCAPE = re.compile(r'\\([$`"\\\n])')
_CONTINUED = re.compile(r"\\\r?\n")
_PAIR = re.compile(r"(?<!\w)(\w++)=((?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^,\"'])*)(?:,|$)")

_BLOCKS = frozenset({"program", "list", "pipeline", "subshell", "do_group", "compound_statement", "else_clause"}) | {
    "redirected_statement",
    "negated_command",
}
_BRANCHES = frozenset({"if_statement", "case_statement", "while_statement", "elif_clause", "case_item"})


@cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


def read_files(files: Mapping[str, bytes]) -> Iterator[Answer]:
    """What scripts and files of variables declare and set."""
    for path, data in files.items():
        answer, where = read(path, data)
        yield answer._replace(problems=broken(path, data, where))


def read(path: str, data: bytes) -> tuple[Answer, Span | None]:
    """What a script declares, sets and connects, and the first place in it that cannot be parsed."""
    source = Source(path, data)
    root = _parser().parse(source.data).root_node
    script = _Script(path, source, everything=".env" in posixpath.basename(path))
    script.run(root)
    script.run_what_nobody_calls()
    script.end()
    wrong = next((node for node in down(root) if node.is_error), None) if root.has_error else None
    answer = Answer(list(script.declarations.values()), script.bindings, (), script.connections)
    return answer, None if wrong is None else source.span(wrong)


@dataclass(slots=True)
class _Script:
    path: str
    source: Source
    everything: bool
    """Every assignment is a binding: the file exists to be loaded into an environment."""
    variables: dict[str, Text] = field(default_factory=dict)
    lists: dict[str, list[Text]] = field(default_factory=dict)
    functions: dict[str, Node] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    declarations: dict[str, Declaration] = field(default_factory=dict)
    bindings: list[Binding] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    steps: int = 0
    skipped: bool = False
    """Some of it has not been run: it may change what was declared."""
    calls: int = 0
    substitutions: int = 0
    printed: dict[int, Text] = field(default_factory=dict)
    """What each substitution in the running outermost one prints, by the node's `id`."""

    # -- statements

    def run(self, node: Node, depth: int = 0) -> None:
        if self._is_beyond(depth):
            self.skipped = True
            return
        kind = node.type
        if kind in _BLOCKS:
            for child in node.named_children:
                self.run(child, depth + 1)
        elif kind in _BRANCHES:
            self._branch(node, depth)
        elif kind == "for_statement":
            self._loop(node, depth)
        elif kind == "function_definition":
            name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
            if body is not None:
                self.functions[text_of(name)] = body
        elif kind == "variable_assignment":
            self._assign(node, exported=self.everything)
        elif kind == "declaration_command":
            exported = node.children[0].type == "export" or "-x" in text_of(node).split()
            for child in node.named_children:
                if child.type == "variable_assignment":
                    self._assign(child, exported or self.everything)
                elif child.type == "variable_name" and exported:
                    self._bind(text_of(child), self.variables.get(text_of(child), UNKNOWN), child)
        elif kind == "command":
            self._command(node, depth)

    def _is_beyond(self, depth: int) -> bool:
        """Count a node. Whether it is beyond a bound."""
        self.steps += 1
        if self.steps <= MAX_SCRIPT_STEPS and depth <= MAX_SCRIPT_DEPTH:
            return False
        met("MAX_SCRIPT_DEPTH" if depth > MAX_SCRIPT_DEPTH else "MAX_SCRIPT_STEPS")
        return True

    def end(self) -> None:
        """Where some of the script was skipped, forget what that may change: all but the names of the queues."""
        if not self.skipped:
            return
        for key, found in self.declarations.items():
            named = NAME_ATTRIBUTES[found.service]
            attributes = {
                name: one if name == named else replace(one, value=None) for name, one in found.attributes.items()
            }
            self.declarations[key] = replace(found, attributes=attributes, complete=False)
        self.connections.clear()

    def run_what_nobody_calls(self) -> None:
        """Run functions that are meant for scripts that source this one: their arguments are unknown."""
        for name in sorted(self.functions.keys() - self.called):
            self._call(name, [], 0)

    def _branch(self, node: Node, depth: int) -> None:
        for child in node.named_children:
            before = dict(self.variables)
            self.run(child, depth + 1)
            for name, text in self.variables.items():
                if before.get(name) != text:
                    self.variables[name] = either([before.get(name, text), text]) or UNKNOWN

    def _loop(self, node: Node, depth: int) -> None:
        variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
        if variable is None or body is None:
            return
        words = [text for child in node.children_by_field_name("value") for text in self._words(child)]
        if len(words) > MAX_WORDS:
            met("MAX_WORDS")
            words = [UNKNOWN]
        for word in words or [UNKNOWN]:
            self.variables[text_of(variable)] = word
            self.run(body, depth + 1)

    def _assign(self, node: Node, exported: bool) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        variable = text_of(name)
        if value is not None and value.type == "array":
            found = [text for child in value.named_children for text in self._words(child)]
            if len(found) > MAX_ITEMS:
                met("MAX_ITEMS")
                found = [UNKNOWN]
            self.lists[variable] = found
        elif name is not None and name.type == "variable_name":
            text = Text("") if value is None else self._text(value)
            self.variables[variable] = UNKNOWN if node.children[1].type == "+=" else text
            if exported:
                self._bind(variable, self.variables[variable], value or node)

    def _bind(self, variable: str, text: Text, where: Node) -> None:
        self.bindings.append(Binding(variable, text.key or text.pattern, self.source.span(where)))

    # -- commands

    def _command(self, node: Node, depth: int) -> Text:
        """Run a command, if it is one of the known ones, and return what it prints."""
        nodes = [child for child in node.named_children if child.type not in _NO_WORDS]
        words = [text for child in nodes for text in self._words(child)]
        if not words:
            return UNKNOWN
        name = words[0].pattern
        if name in self.functions:
            return self._call(name, words[1:], depth)
        if name in ("read", "mapfile", "readarray"):
            self.variables.update((word.pattern, UNKNOWN) for word in words[1:])
        patterns = [word.pattern for word in words]
        found = next((number for number, word in enumerate(patterns[:-1]) if word in SERVICES_OF_CLI), None)
        if found is None:
            return UNKNOWN
        service, action = patterns[found : found + 2]
        options = _options(words[found + 2 :])
        shapes = shapes_of(f"{service}.{action.replace('-', '_')}")
        if shapes and not _ELSEWHERE & options.keys():
            where = self.source.span(nodes[0], nodes[-1])
            places = {option: self.source.span(_after(nodes, option)) for option in options}
            self.connections += connected(shapes, options, where, places)
        return self._aws(action, options, node, nodes) if service in ("sqs", "sns") else UNKNOWN

    def _call(self, name: str, arguments: Sequence[Text], depth: int) -> Text:
        self.called.add(name)
        if self.calls >= MAX_SCRIPT_CALLS:
            met("MAX_SCRIPT_CALLS")
            return UNKNOWN
        outer = {key: text for key, text in self.variables.items() if key.isdigit()}
        for key in outer:
            del self.variables[key]
        self.variables.update((str(number), text) for number, text in enumerate(arguments, 1))
        whole, self.lists["@"] = self.lists.get("@", []), list(arguments)
        self.calls += 1
        self.run(self.functions[name], depth + 1)
        self.calls -= 1
        self.lists["@"] = whole
        for number in range(1, len(arguments) + 1):
            del self.variables[str(number)]
        self.variables.update(outer)
        return UNKNOWN

    def _aws(self, action: str, options: dict[str, list[Text]], node: Node, nodes: Sequence[Node]) -> Text:
        given = options.get(_NAME_OPTIONS.get(action, "--queue-url"), [UNKNOWN])
        name = given[0] if given else UNKNOWN
        if action in _SERVICES:
            return self._created(_SERVICES[action], name, options, node, nodes)
        if action == "set-queue-attributes":
            self._changed(name, options, nodes)
        asks_for_arn = action == "get-queue-attributes" and "--query" in options
        return name if action == "get-queue-url" or asks_for_arn else UNKNOWN

    def _created(
        self, service: str, name: Text, options: dict[str, list[Text]], node: Node, nodes: Sequence[Node]
    ) -> Text:
        where = self.source.span(nodes[0], nodes[-1])
        key = f"{self.path}#{name.pattern}"
        if key in self.declarations and self.declarations[key].span != where:
            key = f"{key}@{where.line}:{where.column}"
        attributes, complete, letters = self._attributes(options, nodes)
        complete = complete and not node.has_error and not _ELSEWHERE & options.keys()
        option = _NAME_OPTIONS["create-queue" if service == "sqs" else "create-topic"]
        attributes[NAME_ATTRIBUTES[service]] = attribute(name, self.source.span(_after(nodes, option)))
        shown = None if name.pattern == "*" else name.pattern
        self.declarations[key] = Declaration(
            service, "AWS CLI", key, where, shown, attributes, complete, letters, as_given=True
        )
        return Text(name.pattern, key)

    def _changed(self, queue: Text, options: dict[str, list[Text]], nodes: Sequence[Node]) -> None:
        """Set attributes of a queue that this script creates, or of one that is created elsewhere."""
        attributes, complete, letters = self._attributes(options, nodes)
        key = queue.key or f"{self.path}#{queue.pattern.rpartition('/')[2]}"
        found = self.declarations.get(key)
        if found is None:
            where = self.source.span(nodes[0], nodes[-1])
            name = queue.pattern.rpartition("/")[2]
            found = Declaration("sqs", "AWS CLI", key, where, None if name == "*" else name, {}, complete=False)
        self.declarations[key] = replace(
            found,
            attributes={**found.attributes, **attributes},
            complete=found.complete and complete,
            dead_letter=letters or found.dead_letter,
        )

    def _attributes(
        self, options: dict[str, list[Text]], nodes: Sequence[Node]
    ) -> tuple[dict[str, Attribute], bool, str]:
        """The attributes, whether they are complete, and the dead-letter queue."""
        given = options.get("--attributes", [])
        where = self.source.span(_after(nodes, "--attributes"))
        attributes: dict[str, Attribute] = {}
        letters = ""
        pairs = [_pairs(text.pattern) for text in given]
        for name, value in (pair for found in pairs for pair in found or ()):
            if name == "RedrivePolicy":
                attributes[name] = Attribute(None, where)
                letters = dead_letter(Text(value))
            elif name in ATTRIBUTES:
                attributes[name] = Attribute(None if "*" in value else value, where)
        overridable = any(text.overridable for text in given)
        return attributes, None not in pairs and not overridable, letters

    # -- words

    def _words(self, node: Node) -> list[Text]:
        """The words that a word expands to: more than one for a list."""
        inner = node.named_children[0] if node.type == "string" and node.named_child_count == 1 else node
        if inner.type in ("expansion", "simple_expansion"):
            part = inner.named_children[0] if inner.named_children else inner
            name, everything = text_of(part.child_by_field_name("name") or part), text_of(inner)
            if "[@]" in everything or "[*]" in everything or name == "@":
                found = self.lists.get(name)
                return list(found) if found is not None and "#" not in everything else [UNKNOWN]
            if node is inner and name in self.variables and self.variables[name].known:
                value = self.variables[name]
                return [Text(word) for word in value.pattern.split()] if not value.key else [value]
        return [self._text(node)]

    def _text(self, node: Node, depth: int = 0) -> Text:
        if self._is_beyond(depth):
            return UNKNOWN
        source = text_of(node)
        match node.type:
            case "word" | "number" | "variable_name" | "command_name" if not node.named_children:
                return Text(_ESCAPE.sub(r"\1", _CONTINUED.sub("", source)))
            case "raw_string":
                return Text(source[1:-1])
            case "string":
                return self._string(node, depth)
            case "string_content":
                return Text(_QUOTED_ESCAPE.sub(r"\1", _CONTINUED.sub("", source)))
            case "concatenation" | "command_name" | "word":
                return join(self._text(child, depth + 1) for child in node.children)
            case "simple_expansion":
                return self.variables.get(text_of(node.named_children[0]) if node.named_children else "", UNKNOWN)
            case "expansion":
                return self._expansion(node, depth)
            case "command_substitution":
                return self._printed(node)
        return UNKNOWN

    def _string(self, node: Node, depth: int) -> Text:
        """A string in double quotes. Spaces that the grammar leaves out between its parts belong to it."""
        parts: list[Text] = []
        position = node.start_byte + 1
        for child in node.children:
            if child.type == '"':
                continue
            parts.append(self._between(position, child.start_byte))
            parts.append(self._text(child, depth + 1))
            position = child.end_byte
        parts.append(self._between(position, node.end_byte - 1))
        return join(parts)

    def _between(self, start: int, end: int) -> Text:
        return Text(_QUOTED_ESCAPE.sub(r"\1", self.source.data[start:end].decode("utf-8", "replace")))

    def _expansion(self, node: Node, depth: int) -> Text:
        """`${NAME}` and `${NAME:-default}`; every other use of braces is unknown."""
        named = node.named_children
        if not named or named[0].type != "variable_name" or node.children[0].type != "${":
            return UNKNOWN
        found = self.variables.get(text_of(named[0]))
        operator = next((child.type for child in node.children[2:-1] if not child.is_named), "")
        if not operator:
            return found or UNKNOWN
        if operator not in _DEFAULTS or len(named) > 2:
            return UNKNOWN
        default = self._text(named[1], depth + 1) if len(named) == 2 else Text("")
        return found if found is not None and found.pattern else replace(default, overridable=True)

    def _printed(self, node: Node) -> Text:
        """What a command prints: the queue that it, or a command in its arguments, creates or looks up."""
        if node.id in self.printed:
            return self.printed[node.id]
        if self.substitutions >= MAX_SUBSTITUTIONS:
            met("MAX_SUBSTITUTIONS")
            return UNKNOWN
        self.substitutions += 1
        texts: list[Text] = []
        pending = node.named_children[::-1]
        while pending:
            child = pending.pop()
            if child.type == "command_substitution":
                texts.append(self._printed(child))
                continue
            if child.type == "command":
                texts.append(self._command(child, 0))
            pending.extend(child.named_children[::-1])
        self.substitutions -= 1
        found = next((text for text in texts if text.key or text.known), UNKNOWN)
        self.printed[node.id] = found
        if not self.substitutions:  # what variables hold may be another time something else
            self.printed.clear()
        return found


_NO_WORDS = frozenset({"variable_assignment", "file_redirect", "heredoc_redirect", "herestring_redirect", "comment"})


def _options(words: Sequence[Text]) -> dict[str, list[Text]]:
    """Values by option: `--name value value` and `--name=value`."""
    found: dict[str, list[Text]] = {}
    option = ""
    for word in words:
        name, equals, value = word.pattern.partition("=")
        if name.startswith("--"):
            option = name
            found[option] = [Text(value, word.key, word.overridable)] if equals else []
        elif option:
            found[option].append(word)
    return found


def _after(nodes: Sequence[Node], option: str) -> Node:
    """The word after an option, or the option itself when its value is attached to it; else the command."""
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        if text_of(node) == option and following is not None:
            return following
        if text_of(node).startswith(f"{option}="):
            return node
    return nodes[0]


def _pairs(text: str) -> list[tuple[str, str]] | None:
    """Names and values in the CLI's shorthand (`Name=value,Name=value`) or in JSON; None if they cannot be seen."""
    if text.lstrip().startswith("{"):
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in loaded.items()]
    if len(text) > MAX_SHORTHAND:
        met("MAX_SHORTHAND")
        return None
    found = [(match[1], match[2].strip("\"'")) for match in _PAIR.finditer(text)]
    return found if found and sum(map(len, _PAIR.findall(text))) and not _PAIR.sub("", text).strip() else None
