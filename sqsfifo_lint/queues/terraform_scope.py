"""What names and expressions of Terraform stand for, in a module that is evaluated with the values of its variables."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from sqsfifo_lint.met import met
from sqsfifo_lint.model import Span
from sqsfifo_lint.queues import hcl
from sqsfifo_lint.queues.bounds import (
    MAX_EXPRESSION_DEPTH,
    MAX_MODULE_CALLS,
    MAX_MODULE_DEPTH,
    MAX_TERRAFORM_STEPS,
)
from sqsfifo_lint.queues.hcl import Block, Expression, text_of
from sqsfifo_lint.queues.terraform_modules import REGISTRY
from sqsfifo_lint.queues.text import UNKNOWN, Text, either, join

SERVICES = {"aws_sqs_queue": "sqs", "aws_sns_topic": "sns"}
FUNCTION = "aws_lambda_function"

_NAMED_BY = frozenset({"arn", "id", "url", "name"})
_ESCAPES = re.compile(r'\\(["\\nrt])|([$%])\2\{')
_FIRST: Mapping[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "trimspace": str.strip}
_SAME = frozenset({"tostring", "tobool", "tonumber", "nonsensitive", "sensitive", "one", "toset", "tolist", "concat"})


@dataclass(slots=True)
class Module:
    """What the files of a folder contain."""

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


def calls(module: Module) -> Iterator[Block]:
    return (block for (kind, _), block in module.named.items() if kind == "module")


def source_of(module: Module, call: Block) -> str:
    """The folder of the module that is called, or the address of a known registry module; empty for all others."""
    text = Scope(Tree({}), module).text(call.attributes.get("source")) or UNKNOWN
    if text.pattern.startswith("."):
        return posixpath.normpath(posixpath.join(module.folder, text.pattern))
    return next((address for address in REGISTRY if re.search(address, text.pattern)), "")


@dataclass(slots=True)
class Tree:
    modules: Mapping[str, Module]
    registry: dict[str, Module] = field(default_factory=dict)
    left: int = MAX_MODULE_CALLS
    """Calls that may still be evaluated."""
    steps: int = MAX_TERRAFORM_STEPS
    """Nodes that may still be evaluated."""

    def bound(self, depth: int) -> bool:
        """Count a node. Whether it is beyond a bound."""
        self.steps -= 1
        if depth <= MAX_EXPRESSION_DEPTH and self.steps >= 0:
            return False
        met("MAX_TERRAFORM_STEPS" if self.steps < 0 else "MAX_EXPRESSION_DEPTH")
        return True

    def find(self, source: str) -> Module | None:
        if source in REGISTRY and source not in self.registry:
            self.registry[source] = Module("", hcl.parse("", REGISTRY[source].encode())[0])
        return self.registry.get(source) or self.modules.get(source)

    def below(self, scope: Scope) -> Iterator[Scope]:
        """A scope, and those of the modules that it calls."""
        yield scope
        for call in calls(scope.module):
            inner = scope.called(call.labels[0])
            if inner is not None:
                yield from self.below(inner)


@dataclass(slots=True)
class Scope:
    """A module with the values of its variables."""

    tree: Tree
    module: Module
    address: str = ""
    caller: Scope | None = None
    call: Block | None = None
    depth: int = 0
    site: Span | None = None
    """The place of everything declared here, for modules whose source is not part of the project."""
    known: dict[tuple[str, str], Text | None] = field(default_factory=dict)
    """Results of earlier lookups. During its own lookup a value is unknown, which ends cycles."""
    scopes: dict[str, Scope | None] = field(default_factory=dict)
    nesting: int = 0

    # -- values

    def elements(self, expression: Expression, depth: int = 0) -> Iterator[tuple[str, Expression]]:
        """Keys and values of an object, even if it is merged, encoded as JSON or a local value."""
        node = hcl.inner(expression.node)
        if self.tree.bound(depth):
            return
        if node.type in ("object", "tuple"):
            yield from ((text_of(key).strip('"()'), value) for key, value in hcl.elements(expression))
        elif node.type == "function_call":
            for argument in hcl.arguments(node):
                yield from self.elements(Expression(argument, expression.source), depth + 1)
        else:
            path = hcl.path(node)
            local = self.module.locals.get(path[1]) if len(path) == 2 and path[0] == "local" else None
            if local is not None:
                yield from self.elements(local, depth + 1)

    def text(self, expression: Expression | None, depth: int = 0) -> Text | None:
        """A value as a text; None if it is not given, or null."""
        if expression is None:
            return None
        return self._text(expression.node, expression, depth)

    def _text(self, node: Node, within: Expression, depth: int) -> Text | None:
        if self.tree.bound(depth):
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
                return self._path_value(hcl.path(node))
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
        operands = [self._operand(part, within, depth) for part in hcl.operands(node)]
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
            return self._path_value(hcl.path_of(nodes)) or UNKNOWN
        return (self._text(nodes[0], within, depth) if len(nodes) == 1 else None) or UNKNOWN

    def _function(self, node: Node, within: Expression, depth: int) -> Text | None:
        name = text_of(node.named_children[0])
        arguments = [self._text(argument, within, depth) for argument in hcl.arguments(node)]
        given = [argument or Text("") for argument in arguments]
        certain = bool(given) and all(argument.known and not argument.overridable for argument in given)
        match name, given:
            case "format", [Text(pattern=pattern), *rest]:
                return _formatted(pattern, rest)
            case "join", [separator, *_]:
                return self._joined(separator, hcl.arguments(node)[1:], within, depth)
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
        nodes = [item for node in rest for item in hcl.items(node)]
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
                shown = self._once(kind, name, lambda: Text(self.name_of(block) or "*")) or UNKNOWN
                return replace(shown, key=self.key_of(kind, name))
            case [kind, name, _] if kind == FUNCTION and (kind, name) in self.module.resources:
                return Text("*", self.key_of(kind, name))
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

    def _origin(self, kind: str, name: str) -> tuple[Scope, Expression | None]:
        """The expression behind a local value or a variable, and the scope to evaluate it in."""
        if kind == "local":
            return self, self.module.locals.get(name)
        if self.call is not None and self.caller is not None and name in self.call.attributes:
            return self.caller, self.call.attributes[name]
        return self, None

    def _inside(self, origin: tuple[Scope, Expression | None], keys: Sequence[str]) -> Text | None:
        """What an object has below a path of keys."""
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
            if not self.tree.bound(2 * self.nesting):  # each takes more frames than a nested expression
                self.known[kind, name] = evaluate()
            self.nesting -= 1
        return self.known[kind, name]

    def called(self, name: str) -> Scope | None:
        """The scope of a module that this one calls; None if its source cannot be seen."""
        if name not in self.scopes:
            self.scopes[name] = None
            call = self.module.named.get(("module", name))
            source = source_of(self.module, call) if call is not None else ""
            module = self.tree.find(source)
            if module is not None and self.depth >= MAX_MODULE_DEPTH:
                met("MAX_MODULE_DEPTH")
            elif module is not None and self.tree.left <= 0:
                met("MAX_MODULE_CALLS")
            elif module is not None:
                self.tree.left -= 1
                site = call.span if source in REGISTRY and call is not None else None
                address = f"{self.address}module.{name}."
                self.scopes[name] = Scope(self.tree, module, address, self, call, self.depth + 1, self.site or site)
        return self.scopes[name]

    # -- resources, and positions

    def name_of(self, block: Block) -> str | None:
        name = self.text(block.attributes.get("name"))
        if name is not None:
            return name.pattern
        prefix = self.text(block.attributes.get("name_prefix"))
        if prefix is None:
            return None
        fifo = self.text(block.attributes.get("fifo_queue") or block.attributes.get("fifo_topic"))
        ending = ".fifo" if fifo is not None and fifo.pattern == "true" and not fifo.overridable else ""
        return join([Text(prefix.pattern), UNKNOWN, Text(ending)]).pattern

    def key_of(self, kind: str, name: str) -> str:
        return f"{self._folder()}#{self.address}{kind}.{name}"

    def _folder(self) -> str:
        return self.module.folder if self.caller is None else self.caller._folder()

    def span(self, expression: Expression) -> Span:
        """Where a value is written: in the call, if it comes from there unchanged."""
        passed = self._passed(expression)
        if passed is not None and self.caller is not None:
            return self.caller.span(passed)
        return self.site or expression.span

    def _passed(self, expression: Expression) -> Expression | None:
        if self.call is None:
            return None
        node = hcl.inner(expression.node)
        choices = hcl.arguments(node) if node.type == "function_call" else [node]
        paths = [hcl.path(choice) for choice in choices]
        names = [path[1] for path in paths if len(path) == 2 and path[0] == "var"]
        return next((self.call.attributes[name] for name in names if name in self.call.attributes), None)


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
