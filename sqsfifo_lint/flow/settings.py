"""Settings: classes whose fields are read from the environment, and the names of their variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from sqsfifo_lint.flow.classes import mro
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import Atom, ClassValue, Piece, Value
from sqsfifo_lint.knowledge.sources import SETTINGS_BASES
from sqsfifo_lint.model import Material
from sqsfifo_lint.source.walk import descendants, statements, targets

_NAMING = frozenset({"alias", "validation_alias", "env"})
"""Arguments of `Field()` that name a field's variable."""


def is_settings(cls: ClassValue) -> bool:
    """Whether the class's attributes are read from the environment."""
    return any(name in SETTINGS_BASES for name in mro(cls)[1])


def settings_value(cls: ClassValue, name: str, node: cst.CSTNode, state: State) -> Value:
    """A field of settings, which is read from the environment."""
    return (Atom((Piece(Material.CONFIG, state.context, state.frame.chunk, node, _variable(cls, name)),)),)


def _variable(cls: ClassValue, name: str) -> str:
    """The environment variable of a field: its name after the prefix of the settings; empty when it has another one."""
    classes = [c for c in mro(cls)[0] if "env" in c.chunk.text or "alias" in c.chunk.text]  # others name nothing
    if any(_is_named(c.node, name) for c in classes):
        return ""
    prefix = next((found for c in classes for found in _prefixes(c.node)), None)
    if prefix is None:
        return name.upper()
    return f"{prefix.evaluated_value!s}{name}".upper() if isinstance(prefix, cst.SimpleString) else ""


def _is_named(definition: cst.ClassDef, name: str) -> bool:
    """Whether `Field()`, as value or in the annotation, names the variable of a field."""
    return any(
        keyword in _NAMING
        for statement in statements(definition.body.body)
        if isinstance(statement, cst.AnnAssign) and _is_name(statement.target, name)
        for keyword, _ in _given(statement)
    )


def aliases_of(cls: ClassValue) -> Mapping[str, str] | None:
    """By the names of a model's fields, those under which it is written out; None where these cannot be seen."""
    found: dict[str, str] = {}
    for one in reversed(mro(cls)[0]):
        if "alias_generator" in one.chunk.text:
            return None
        for statement in statements(one.node.body.body):
            if not isinstance(statement, cst.AnnAssign) or not isinstance(statement.target, cst.Name):
                continue
            given = dict(_given(statement))
            alias = given.get("serialization_alias") or given.get("alias")
            if alias is not None and not isinstance(alias, cst.SimpleString):
                return None
            if isinstance(alias, cst.SimpleString):
                found[statement.target.value] = str(alias.evaluated_value)
    return found


def _prefixes(definition: cst.ClassDef) -> Iterator[cst.BaseExpression]:
    """What a class gives as `env_prefix`: in its head, in `model_config` or in its class `Config`."""
    places: list[cst.CSTNode] = list(definition.keywords)
    for statement in statements(definition.body.body):
        match statement:
            case cst.ClassDef(name=cst.Name("Config")):
                for inner in statements(statement.body.body):
                    if isinstance(inner, cst.Assign) and any(_is_name(t, "env_prefix") for t in targets(inner)):
                        yield inner.value
            case cst.Assign() | cst.AnnAssign() if any(_is_name(t, "model_config") for t in targets(statement)):
                places.append(statement)
    for place in places:
        yield from (value for keyword, value in _given(place) if keyword == "env_prefix")


def _is_name(node: cst.BaseExpression, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def _given(place: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The arguments and items that stand in an expression, by their keywords and keys."""
    for node in descendants(place):
        match node:
            case cst.Arg(keyword=cst.Name(value=keyword), value=value):
                yield keyword, value
            case cst.DictElement(key=cst.SimpleString() as key, value=value):
                yield str(key.evaluated_value), value
