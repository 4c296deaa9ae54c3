"""Queues and topics in Terraform and OpenTofu. The `.tf` and `.tf.json` files of one folder are one module.

A module of the project that another one calls is evaluated once for each call, with the values that the call gives it.
<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue>,
<https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sns_topic>
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from sqsfifo_lint.model import NAME_ATTRIBUTES, Attribute, Binding, Declaration, Span
from sqsfifo_lint.queues import hcl
from sqsfifo_lint.queues.hcl import Block, Expression, text_of
from sqsfifo_lint.queues.terraform_modules import REGISTRY
from sqsfifo_lint.queues.text import UNKNOWN, Text, attribute, dead_letter, either, join

SERVICES = {"aws_sqs_queue": "sqs", "aws_sns_topic": "sns"}

NAMES = {
    "fifo_queue": "FifoQueue",
    "fifo_topic": "FifoTopic",
    "content_based_deduplication": "ContentBasedDeduplication",
    "deduplication_scope": "DeduplicationScope",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "fifo_throughput_scope": "FifoThroughputScope",
    "delay_seconds": "DelaySeconds",
}
"""Arguments of the two resources, and what SQS and SNS call them."""

DEEPEST = 40
"""Expressions and references inside of each other."""

MODULES_DEEP = 6
MOST_CALLS = 500
"""Calls of modules that are evaluated in a project."""

_ENVIRONMENTS = ("environment", "environment_variables")
_NAMED_BY = frozenset({"arn", "id", "url", "name"})
_ESCAPES = re.compile(r'\\(["\\nrt])|([$%])\2\{')
_FIRST: Mapping[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "trimspace": str.strip}
_SAME = frozenset({"tostring", "tobool", "tonumber", "nonsensitive", "sensitive", "one", "toset", "tolist", "concat"})


@dataclass(slots=True)
class Module:
    """What stands in the files of a folder."""

    folder: str
    blocks: list[Block]
    resources: dict[tuple[str, str], Block] = field(default_factory=dict)
    named: dict[tuple[str, str], Block] = field(default_factory=dict)
    """Variables, outputs, calls of modules and data sources, by kind and name."""
    locals: dict[str, Expression] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for block in self.blocks:
            match block.kind, block.labels:
                case "resource", (kind, name):
                    self.resources.setdefault((kind, name), block)
                case "data", (kind, name):
                    self.named.setdefault((f"data.{kind}", name), block)
                case (("variable" | "output" | "module"), (name,)):
                    self.named.setdefault((block.kind, name), block)
                case "locals", ():
                    self.locals.update(block.attributes)


def read(folders: Mapping[str, Sequence[Block]]) -> tuple[list[Declaration], list[Binding]]:
    """What the modules of a project say, given the blocks of each folder."""
    modules = {folder: Module(folder, list(blocks)) for folder, blocks in sorted(folders.items())}
    called = {_source(module, call) for module in modules.values() for call in _calls(module)}
    declarations: list[Declaration] = []
    bindings: list[Binding] = []
    tree = _Tree(modules)
    for folder, module in modules.items():
        if folder not in called:
            for scope in tree.below(_Scope(tree, module)):
                declarations += scope.declarations()
                bindings += scope.bindings()
    return declarations, bindings


def _calls(module: Module) -> Iterator[Block]:
    return (block for (kind, _), block in module.named.items() if kind == "module")


def _source(module: Module, call: Block) -> str:
    """The folder that a call takes its module from, or the address of a module that we know; empty for all others."""
    text = _Scope(_Tree({}), module).text(call.attributes.get("source")) or UNKNOWN
    if text.pattern.startswith("."):
        return posixpath.normpath(posixpath.join(module.folder, text.pattern))
    return next((address for address in REGISTRY if re.search(address, text.pattern)), "")


@dataclass(slots=True)
class _Tree:
    modules: Mapping[str, Module]
    registry: dict[str, Module] = field(default_factory=dict)
    left: int = MOST_CALLS

    def find(self, source: str) -> Module | None:
        if source in REGISTRY and source not in self.registry:
            self.registry[source] = Module("", hcl.parse("", REGISTRY[source].encode())[0])
        return self.registry.get(source) or self.modules.get(source)

    def below(self, scope: _Scope) -> Iterator[_Scope]:
        """A scope, and those of the modules that it calls."""
        yield scope
        for call in _calls(scope.module):
            inner = scope.called(call.labels[0])
            if inner is not None:
                yield from self.below(inner)


@dataclass(slots=True)
class _Scope:
    """A module with the values of its variables."""

    tree: _Tree
    module: Module
    address: str = ""
    caller: _Scope | None = None
    call: Block | None = None
    depth: int = 0
    site: Span | None = None
    """Where everything stands that is declared here: for modules whose source is not part of the project."""
    known: dict[tuple[str, str], Text | None] = field(default_factory=dict)
    """What was looked up before. While it is being looked up, it is unknown, which ends circles."""
    scopes: dict[str, _Scope | None] = field(default_factory=dict)
    nesting: int = 0

    # -- what is declared

    def declarations(self) -> Iterator[Declaration]:
        letters = dict(self._redrive_policies())
        for (kind, name), block in self.module.resources.items():
            if kind in SERVICES and not self._none(block):
                found = self._declaration(kind, name, block)
                yield replace(found, dead_letter=letters[found.key]) if found.key in letters else found

    def _none(self, block: Block) -> bool:
        """Whether a resource visibly does not exist: `count = 0`."""
        count = self.text(block.attributes.get("count"))
        return count is not None and count.pattern == "0" and not count.overridable

    def _declaration(self, kind: str, name: str, block: Block) -> Declaration:
        attributes: dict[str, Attribute] = {}
        for argument, expression in block.attributes.items():
            if argument in NAMES:
                value = self.text(expression)
                if value is not None:
                    attributes[NAMES[argument]] = attribute(value, self.span(expression))
        for argument in ("name_prefix", "name"):
            given = self.text(block.attributes.get(argument))
            if given is not None:
                where = self.span(block.attributes[argument])
                attributes[NAME_ATTRIBUTES[SERVICES[kind]]] = attribute(Text(self._name(block) or "*"), where)
        policy, letters = block.attributes.get("redrive_policy"), ""
        if policy is not None:
            attributes["RedrivePolicy"] = Attribute(None, self.span(policy))
            letters = self._dead_letter(policy)
        return Declaration(
            SERVICES[kind],
            "Terraform",
            self._key(kind, name),
            self.site or block.span,
            self._name(block),
            attributes,
            not block.broken,
            letters,
        )

    def _name(self, block: Block) -> str | None:
        name = self.text(block.attributes.get("name"))
        if name is not None:
            return name.pattern
        prefix = self.text(block.attributes.get("name_prefix"))
        if prefix is None:
            return None
        fifo = self.text(block.attributes.get("fifo_queue") or block.attributes.get("fifo_topic"))
        ending = ".fifo" if fifo is not None and fifo.pattern == "true" and not fifo.overridable else ""
        return join([Text(prefix.pattern), UNKNOWN, Text(ending)]).pattern

    def _key(self, kind: str, name: str) -> str:
        return f"{self._folder()}#{self.address}{kind}.{name}"

    def _folder(self) -> str:
        return self.module.folder if self.caller is None else self.caller._folder()

    def _redrive_policies(self) -> Iterator[tuple[str, str]]:
        """Keys of queues, and their dead-letter queues, from the resource that links the two."""
        for (kind, _), block in self.module.resources.items():
            queue, policy = block.attributes.get("queue_url"), block.attributes.get("redrive_policy")
            if kind == "aws_sqs_queue_redrive_policy" and queue is not None and policy is not None:
                found = self.text(queue)
                if found is not None and found.key and not self._none(block):
                    yield found.key, self._dead_letter(policy)

    def _dead_letter(self, policy: Expression) -> str:
        for name, value in self.elements(policy):
            if name == "deadLetterTargetArn":
                arn = self.text(value)
                return "" if arn is None or arn == UNKNOWN else arn.key or arn.pattern
        text = self.text(policy)
        return dead_letter(text) if text is not None else ""

    def span(self, expression: Expression) -> Span:
        """Where a value is written: in the call, when it comes from there as it is."""
        passed = self._passed(expression)
        if passed is not None and self.caller is not None:
            return self.caller.span(passed)
        return self.site or expression.span

    def _passed(self, expression: Expression) -> Expression | None:
        if self.call is None:
            return None
        node = hcl.inner(expression.node)
        choices = _arguments(node) if node.type == "function_call" else [node]
        paths = [_path(choice) for choice in choices]
        names = [path[1] for path in paths if len(path) == 2 and path[0] == "var"]
        return next((self.call.attributes[name] for name in names if name in self.call.attributes), None)

    # -- what is set in the environment of functions and containers

    def bindings(self) -> Iterator[Binding]:
        for block in self.module.blocks:
            if block.kind in ("resource", "module"):
                yield from self._environment(block)

    def _environment(self, block: Block) -> Iterator[Binding]:
        for name, value in block.attributes.items():
            if name in _ENVIRONMENTS:
                yield from self._bound(self.elements(value))
            elif name == "container_definitions":
                yield from self._containers(value)
        for inner in block.blocks:
            if inner.kind == "environment":
                yield from self._bound(iter(inner.attributes.items()))

    def _bound(self, variables: Iterator[tuple[str, Expression]]) -> Iterator[Binding]:
        for variable, value in variables:
            text = self.text(value)
            if variable == "variables":
                yield from self._bound(self.elements(value))
            elif text is not None:
                yield Binding(variable, text.key or text.pattern, self.span(value))

    def _containers(self, definitions: Expression) -> Iterator[Binding]:
        for node in hcl.down(definitions.node):
            if node.type == "object":
                entry = dict(self.elements(Expression(node, definitions.source)))
                if {"name", "value"} <= entry.keys():
                    name = self.text(entry["name"])
                    if name is not None and name.known:
                        yield from self._bound(iter([(name.pattern, entry["value"])]))

    # -- values

    def elements(self, expression: Expression, depth: int = 0) -> Iterator[tuple[str, Expression]]:
        """Keys and values of an object, also of one that is merged, encoded as JSON or a local value."""
        node = hcl.inner(expression.node)
        if depth > DEEPEST:
            return
        if node.type in ("object", "tuple"):
            yield from ((text_of(key).strip('"()'), value) for key, value in hcl.elements(expression))
        elif node.type == "function_call":
            for argument in _arguments(node):
                yield from self.elements(Expression(argument, expression.source), depth + 1)
        else:
            path = _path(node)
            local = self.module.locals.get(path[1]) if len(path) == 2 and path[0] == "local" else None
            if local is not None:
                yield from self.elements(local, depth + 1)

    def text(self, expression: Expression | None, depth: int = 0) -> Text | None:
        """What a value is, as a text; None when it is not given, or null."""
        if expression is None:
            return None
        return self._text(expression.node, expression, depth)

    def _text(self, node: Node, within: Expression, depth: int) -> Text | None:
        if depth > DEEPEST:
            return UNKNOWN
        depth += 1
        parts = node.named_children
        match node.type:
            case "expression" | "template_expr" | "literal_value" if len(parts) == 1:
                return self._text(parts[0], within, depth)
            case "null_lit":
                return None
            case "bool_lit" | "numeric_lit":
                return Text(text_of(node))
            case "string_lit" | "quoted_template" | "heredoc_template" | "template_interpolation":
                return self._template(node, within, depth)
            case "template_literal":
                return Text(_ESCAPES.sub(_unescaped, text_of(node)))
            case "conditional" if len(parts) == 3:
                return self._conditional(parts, within, depth)
            case "operation" if len(parts) == 1:
                return self._operation(parts[0], within, depth)
            case "function_call":
                return self._function(node, within, depth)
            case "expression":
                return self._path_value(_path(node))
            case _:
                return UNKNOWN

    def _template(self, node: Node, within: Expression, depth: int) -> Text | None:
        parts = [
            part
            for part in node.named_children
            if part.type in ("template_literal", "template_interpolation", "template_directive", "expression")
        ]
        if node.type == "template_interpolation":
            return self._text(parts[0], within, depth) if len(parts) == 1 else UNKNOWN
        return join(self._text(part, within, depth) or Text("") for part in parts)

    def _conditional(self, parts: Sequence[Node], within: Expression, depth: int) -> Text | None:
        condition = self._text(parts[0], within, depth)
        options = [self._text(part, within, depth) for part in parts[1:]]
        if condition is not None and not condition.overridable and condition.pattern in ("true", "false"):
            return options[condition.pattern == "false"]
        return either(options)

    def _operation(self, node: Node, within: Expression, depth: int) -> Text:
        sign = text_of(next((child for child in node.children if not child.is_named), None))
        operands = [self._operand(part, within, depth) for part in _operands(node)]
        if any(not operand.known or operand.overridable for operand in operands):
            return UNKNOWN
        match sign, [operand.pattern for operand in operands]:
            case "!", ["true" | "false" as only]:
                return Text("false" if only == "true" else "true")
            case "-", [only]:
                return Text(f"-{only}")
            case (("==" | "!="), [left, right]):
                return Text("true" if (left == right) is (sign == "==") else "false")
            case "&&", [left, right]:
                return Text("true" if left == right == "true" else "false")
            case "||", [left, right]:
                return Text("true" if "true" in (left, right) else "false")
        return UNKNOWN

    def _operand(self, nodes: Sequence[Node], within: Expression, depth: int) -> Text:
        """An operand, whose parts the grammar puts directly below the operation."""
        if nodes[0].type == "variable_expr":
            return self._path_value(_path_of(nodes)) or UNKNOWN
        return (self._text(nodes[0], within, depth) if len(nodes) == 1 else None) or UNKNOWN

    def _function(self, node: Node, within: Expression, depth: int) -> Text | None:
        name = text_of(node.named_children[0])
        arguments = [self._text(argument, within, depth) for argument in _arguments(node)]
        given = [argument or Text("") for argument in arguments]
        certain = bool(given) and all(argument.known and not argument.overridable for argument in given)
        match name, given:
            case "format", [Text(pattern=pattern), *rest]:
                return _formatted(pattern, rest)
            case "join", [separator, *_]:
                return self._joined(separator, _arguments(node)[1:], within, depth)
            case "trimsuffix", [whole, part] if part.known:
                return replace(whole, pattern=whole.pattern.removesuffix(part.pattern), key="")
            case "trimprefix", [whole, part] if part.known:
                return replace(whole, pattern=whole.pattern.removeprefix(part.pattern), key="")
            case (("endswith" | "startswith"), [whole, part]) if certain:
                holds = whole.pattern.endswith if name == "endswith" else whole.pattern.startswith
                return Text("true" if holds(part.pattern) else "false")
            case (("coalesce" | "try"), [first, *_]):
                found = next((argument for argument in arguments if argument and argument.pattern), None)
                return UNKNOWN if found is not None and found.pattern == "*" and not found.key else found
            case _, [only] if name in _FIRST and certain:
                return Text(_FIRST[name](only.pattern))
            case _, [first, *_] if name in _SAME or name == "element":
                return first
        return UNKNOWN

    def _joined(self, separator: Text, rest: Sequence[Node], within: Expression, depth: int) -> Text:
        nodes = [item for node in rest for item in _items(node)]
        if not nodes:
            return UNKNOWN
        parts: list[Text] = []
        for node in nodes:
            parts += [separator, self._text(node, within, depth) or Text("")]
        return join(parts[1:])

    # -- names

    def _path_value(self, path: Sequence[str]) -> Text | None:
        match path:
            case ["var", name]:
                return self._once("var", name, lambda: self._variable(name))
            case ["local", name]:
                return self._once("local", name, lambda: self.text(self.module.locals.get(name)) or UNKNOWN)
            case [("var" | "local") as kind, name, *keys]:
                return self._inside(self._origin(kind, name), keys)
            case ["module", name, output]:
                inner = self.called(name)
                block = inner.module.named.get(("output", output)) if inner is not None else None
                return inner.text(block.attributes.get("value")) if inner is not None and block is not None else UNKNOWN
            case ["data", ("aws_sqs_queue" | "aws_sns_topic") as kind, name, wanted] if wanted in _NAMED_BY:
                source = self.module.named.get((f"data.{kind}", name))
                return UNKNOWN if source is None else self.text(source.attributes.get("name")) or UNKNOWN
            case [kind, name, wanted] if kind in SERVICES and wanted in _NAMED_BY:
                block = self.module.resources.get((kind, name))
                if block is None:
                    return UNKNOWN
                shown = self._once(kind, name, lambda: Text(self._name(block) or "*")) or UNKNOWN
                return replace(shown, key=self._key(kind, name))
        return UNKNOWN

    def _variable(self, name: str) -> Text | None:
        if self.call is not None and self.caller is not None and name in self.call.attributes:
            return self.caller.text(self.call.attributes[name])
        block = self.module.named.get(("variable", name))
        if block is None or "default" not in block.attributes:
            return UNKNOWN
        default = self.text(block.attributes["default"])
        if self.caller is not None:
            return default
        return UNKNOWN if default is None else replace(default, overridable=True)

    def _origin(self, kind: str, name: str) -> tuple[_Scope, Expression | None]:
        """The expression behind a local value or a variable, and the scope to evaluate it in."""
        if kind == "local":
            return self, self.module.locals.get(name)
        if self.call is not None and self.caller is not None and name in self.call.attributes:
            return self.caller, self.call.attributes[name]
        return self, None

    def _inside(self, origin: tuple[_Scope, Expression | None], keys: Sequence[str]) -> Text | None:
        """What stands in an object below a path of keys."""
        scope, expression = origin
        for key in keys:
            found = dict(scope.elements(expression)) if expression is not None else {}
            expression = found.get(key)
        if expression is None:
            return UNKNOWN
        value: Expression = expression
        return scope._once("inside", f"{value.source.path}@{value.node.start_byte}", lambda: scope.text(value))

    def _once(self, kind: str, name: str, evaluate: Callable[[], Text | None]) -> Text | None:
        if (kind, name) not in self.known:
            self.known[kind, name] = UNKNOWN
            self.nesting += 1
            self.known[kind, name] = evaluate() if self.nesting < DEEPEST // 2 else UNKNOWN
            self.nesting -= 1
        return self.known[kind, name]

    def called(self, name: str) -> _Scope | None:
        """The scope of a module that this one calls; None when its source cannot be seen."""
        if name not in self.scopes:
            self.scopes[name] = None
            call = self.module.named.get(("module", name))
            source = _source(self.module, call) if call is not None else ""
            module = self.tree.find(source)
            if module is not None and self.depth < MODULES_DEEP and self.tree.left > 0:
                self.tree.left -= 1
                site = call.span if source in REGISTRY and call is not None else None
                address = f"{self.address}module.{name}."
                self.scopes[name] = _Scope(self.tree, module, address, self, call, self.depth + 1, self.site or site)
        return self.scopes[name]


def _unescaped(match: re.Match[str]) -> str:
    if match[2]:
        return f"{match[2]}{{"
    return str(json.loads(f'"\\{match[1]}"'))


def _formatted(pattern: str, values: Sequence[Text]) -> Text:
    """`format` with `%s` and `%d`; every other verb is unknown."""
    parts: list[Text] = []
    left = list(values)
    for piece in re.split(r"(%%|%[^a-zA-Z%]*[a-zA-Z])", pattern):
        if piece == "%%":
            parts.append(Text("%"))
        elif piece in ("%s", "%d", "%v") and left:
            parts.append(left.pop(0))
        elif piece.startswith("%"):
            parts.append(UNKNOWN)
            left = left[1:]
        else:
            parts.append(Text(piece))
    return join(parts)


def _arguments(call: Node) -> list[Node]:
    return [
        argument
        for part in call.named_children
        if part.type == "function_arguments"
        for argument in part.named_children
        if argument.type == "expression"
    ]


def _items(node: Node) -> list[Node]:
    """The items of a tuple; a list that is no literal is one unknown item."""
    inner = hcl.inner(node)
    return [item for item in inner.named_children if item.type == "expression"] if inner.type == "tuple" else [inner]


def _operands(operation: Node) -> list[list[Node]]:
    """The named nodes on each side of an operator."""
    found: list[list[Node]] = []
    for child in operation.named_children:
        if child.type in ("get_attr", "index", "splat") and found:
            found[-1].append(child)
        elif child.type != "comment":
            found.append([child])
    return found


def _path(node: Node) -> list[str]:
    """`["var", "name"]` for `var.name`, and nothing for what is no such path.

    The index of one instance of a resource or module does not count; that of an object does (`*`, unless it is a key).
    """
    inner = hcl.inner(node)
    return _path_of([inner] if inner.type == "variable_expr" else inner.named_children)


def _path_of(nodes: Sequence[Node]) -> list[str]:
    if not nodes or nodes[0].type != "variable_expr":
        return []
    words = [text_of(nodes[0])]
    for node in nodes[1:]:
        if node.type == "index":
            key = re.fullmatch(r'\["([^"$%\\]+)"\]', text_of(node))
            words += [key[1] if key else "*"] if words[0] in ("var", "local") else []
        else:
            words += [text_of(part) for part in hcl.down(node) if part.type == "identifier"]
    return words
