"""What the project's Python code declares, in the project's words, with positions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import libcst as cst

from sqsfifo_lint.aws.declaring import Declarations, Declared, Given, Variable, referred
from sqsfifo_lint.aws.feeding import Feeding
from sqsfifo_lint.aws.names import text_of
from sqsfifo_lint.flow.values import Abstract, Atom, External, Value
from sqsfifo_lint.knowledge.apis import GROUP
from sqsfifo_lint.knowledge.declaring import ENUMERATIONS, FIFO_ATTRIBUTES
from sqsfifo_lint.model import (
    NAME_ATTRIBUTES,
    Attribute,
    Binding,
    Connection,
    Declaration,
    Infrastructure,
    Material,
    Span,
)
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.expectations import expects_failure


def infrastructure(declarations: Declarations, feeding: Feeding) -> Infrastructure:
    """What was noted, in the order of files and lines."""
    met = [one for declared in declarations.declared.values() for one in _declarations(declarations, declared)]
    bindings = [_binding(declarations, variable) for variable in declarations.variables.values()]
    return together(
        [
            Infrastructure(
                tuple(met),
                tuple(bindings),
                connections=tuple(_each_by_itself(declarations.connections)),
                workers=tuple(declarations.workers),
                feeds=tuple(feeding.feeds(declarations)),
            )
        ]
    )


def _each_by_itself(connections: Iterable[Connection]) -> Iterator[Connection]:
    """The connections; a group ID that a loop gives to each of its targets in turn is not one for all."""
    several = list(connections)
    groups: dict[Span, set[str | None]] = {}
    for one in several:
        if GROUP in one.attributes:
            groups.setdefault(one.attributes[GROUP].span, set()).add(one.attributes[GROUP].value)
    for one in several:
        given = one.attributes.get(GROUP)
        if given is not None and len(groups[given.span]) > 1:
            one = replace(one, attributes={**one.attributes, GROUP: replace(given, value=None)})
        yield one


def together(parts: Sequence[Infrastructure]) -> Infrastructure:
    """What parts of the project's Python code declare, in the order of files and lines."""
    declarations = [one for part in parts for one in part.declarations]
    bindings = {one for part in parts for one in part.bindings}
    feeds = [one for part in parts for one in part.feeds]
    return Infrastructure(
        tuple(sorted(dict.fromkeys(_known_best(declarations)), key=lambda d: (d.span, d.name or ""))),
        tuple(sorted(bindings, key=lambda b: (b.span, b.variable))),
        connections=tuple(dict.fromkeys(one for part in parts for one in part.connections)),
        workers=tuple(dict.fromkeys(one for part in parts for one in part.workers)),
        feeds=tuple(sorted(dict.fromkeys(feeds), key=lambda f: (f.span, f.handler, f.folder or ""))),
    )


def _known_best(declarations: list[Declaration]) -> Iterator[Declaration]:
    """A call met with what its callers pass, and also without, counts as it was met with it."""
    named = {d.key for d in declarations if d.name is not None and "*" not in d.name}
    for one in declarations:
        if one.key not in named or (one.name is not None and "*" not in one.name):
            yield one


def _declarations(declarations: Declarations, declared: Declared) -> Iterator[Declaration]:
    attributes = {name: _attribute(given) for name, given in declared.attributes.items() if not _left_out(given)}
    span = declared.chunk.span(declared.node)
    names: list[str | None] = [None]
    if declared.name is not None and not _left_out(declared.name):
        names = [_name(text_of(a)) for a in declared.name.value if isinstance(a, Atom)] or [None]
    if declared.name is not None:
        attributes[NAME_ATTRIBUTES[declared.service]] = _attribute(declared.name)
    policy = declared.attributes.get("RedrivePolicy")
    for name in names:
        yield Declaration(
            declared.service,
            declared.source,
            declared.key,
            span,
            _with_suffix(name, declared, attributes),
            _inferred(name, declared, attributes, span),
            declared.complete,
            _dead_letter(declarations, policy.value) if policy is not None else "",
            expected=expects_failure(declared.chunk.module, declared.chunk.text, declared.node),
            label=_label(declared),
            as_given=declared.construct is None or declared.construct.as_given,
        )


def _label(declared: Declared) -> str:
    """The ID of a construct, `Orders` of `sqs.Queue(self, "Orders")`; otherwise the name as the source gives it."""
    match declared.node:
        case cst.Call(args=args) if declared.construct is not None:
            given = [one.value for one in args if one.keyword is None or one.keyword.value in _LABELS]
            found = next((one for one in given if isinstance(one, cst.SimpleString | cst.FormattedString)), None)
            if found is not None:
                return re.sub(r"\{[^{}]*\}", "*", declared.chunk.source(found)).strip("rRfFbBuU").strip("'\"")
    return declared.chunk.source(declared.name.node) if declared.name is not None else ""


_LABELS = ("id", "id_", "construct_id", "resource_name", "title")
"""Keywords of the ID in AWS CDK, Pulumi and troposphere."""


def _left_out(given: Given) -> bool:
    return bool(given.value) and all(isinstance(a, Atom) and a.kind == "none" for a in given.value)


def _name(text: str) -> str | None:
    return text.replace(":", "/").rpartition("/")[2] or None


def _with_suffix(name: str | None, declared: Declared, attributes: Mapping[str, Attribute]) -> str | None:
    fifo = attributes.get("FifoTopic")
    if declared.construct is None or not declared.construct.adds_suffix or name is None or fifo is None:
        return name
    return f"{name}.fifo" if _is_true(fifo) and not name.endswith((".fifo", "*")) else name


def _inferred(
    name: str | None, declared: Declared, attributes: Mapping[str, Attribute], span: Span
) -> Mapping[str, Attribute]:
    """With `FifoQueue` added, where the library takes the queue for FIFO without being told."""
    if declared.construct is None or not declared.construct.infers_fifo or "FifoQueue" in attributes:
        return attributes
    signs = [attributes[sign] for sign in FIFO_ATTRIBUTES if sign in attributes]
    told = any(sign.value is not None and sign.value.lower() != "false" for sign in signs)
    if told or (name or "").endswith(".fifo"):
        return {**attributes, "FifoQueue": Attribute("true", span)}
    if signs:
        return {**attributes, "FifoQueue": Attribute(None, span)}
    return attributes


def _is_true(attribute: Attribute) -> bool:
    return attribute.value is not None and attribute.value.lower() == "true"


def _attribute(given: Given) -> Attribute:
    kinds = {_kind(one) for one in given.value}
    kind = given.kind or (kinds.pop() if len(kinds) == 1 else "any")
    return Attribute(None if given.optional else _text(given.value), given.chunk.span(given.node), kind=kind)


def _kind(value: Abstract) -> str:
    return value.kind if isinstance(value, Atom) else "any"


def _text(value: Value) -> str | None:
    match value:
        case (Atom(constant=str() | bool() | int() as constant),):
            return str(constant)
        case (External(name=name),):
            return ENUMERATIONS.get(name.rpartition(".")[2])
    return None


def _binding(declarations: Declarations, variable: Variable) -> Binding:
    queue = declarations.key_of(variable.atom) or text_of(variable.atom)
    return Binding(variable.name, queue, variable.chunk.span(variable.node))


def _dead_letter(declarations: Declarations, policy: Value) -> str:
    """Key or text of the queue that a redrive policy names."""
    for alternative in policy:
        atom = referred(alternative)
        if atom is None:
            continue
        key = declarations.key_of(atom)
        if key:
            return key
        arns = [p.text for p in atom.pieces if p.material is Material.CONSTANT and p.text.startswith("arn:")]
        if arns:
            return arns[0]
    return ""
