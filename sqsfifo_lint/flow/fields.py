"""Fields of dataclasses, attrs classes, named tuples, models and settings: they make a class's `__init__`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.flow.annotations import about
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.classes import class_body, class_state, mro
from sqsfifo_lint.flow.context import Level, Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.settings import is_settings, settings_value
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.targets import set_attribute
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    ClassValue,
    External,
    InstanceObject,
    Role,
    Value,
    data_at,
    join,
    linked,
)
from sqsfifo_lint.knowledge.fields import DATACLASS_DECORATORS, FIELD_FUNCTIONS, MODEL_BASES
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.walk import statements


@record()
class Field:
    """A field of a dataclass, named tuple or model."""

    name: str
    cls: ClassValue
    default: cst.BaseExpression | None
    node: cst.CSTNode
    """Its name, where the class says that it has it."""
    keyword_only: bool = False
    annotation: cst.BaseExpression | None = None


def has_fields(cls: ClassValue) -> bool:
    """Whether `__init__` is made of annotated fields."""
    order, outside = mro(cls)
    return any(name in MODEL_BASES for name in outside) or any(c.marks & DATACLASS_DECORATORS for c in order)


def fields_of(cls: ClassValue) -> list[Field]:
    """The fields in the order of `__init__`'s parameters."""
    found: dict[str, Field] = {}
    for candidate in reversed(mro(cls)[0]):
        for field in _own_fields(candidate):
            found[field.name] = field
    return list(found.values())


def _own_fields(cls: ClassValue) -> Iterator[Field]:
    keyword_only = False
    for statement in statements(cls.node.body.body):
        match statement:
            case cst.AnnAssign(target=cst.Name(value="_"), annotation=cst.Annotation(annotation=cst.Name("KW_ONLY"))):
                keyword_only = True
            case cst.AnnAssign(target=cst.Name() as target, annotation=cst.Annotation(annotation=annotation)):
                if "ClassVar" not in _head(annotation):
                    yield Field(target.value, cls, statement.value, target, keyword_only, annotation)
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)], value=cst.Call() as value):
                if cls.marks & DATACLASS_DECORATORS and _head(value.func) in ("ib", "field", "attrib"):
                    yield Field(target.value, cls, value, target, keyword_only)


def _head(node: cst.BaseExpression) -> str:
    match node:
        case cst.Subscript():
            return _head(node.value)
        case cst.Attribute():
            return node.attr.value
        case cst.Name():
            return node.value
    return ""


def field_default(machine: Machine, field: Field, node: cst.CSTNode, state: State) -> Value | None:
    """The value that a field takes when nobody gives one: made at import, or by its factory now."""
    if field.default is None:
        return None
    body = class_body(machine, field.cls, state)
    made = _by_field_function(machine, field, field.default, node, state)
    value = made if made is not None else body.get(field.name)
    if value is None or (made is not None and all(_made_now(a, state) for a in made)):
        return value
    return linked(value, field.cls.chunk, field.default, f"default of `{field.name}`", Role.DEFAULT)


def _made_now(alternative: Abstract, state: State) -> bool:
    """Whether a factory made it for this object: then it is not a default that could be overridden by a better one."""
    return isinstance(alternative, Atom) and any(p.context.within(state.context) for p in alternative.pieces)


def _by_field_function(
    machine: Machine, field: Field, default: cst.BaseExpression, node: cst.CSTNode, state: State
) -> Value | None:
    if not isinstance(default, cst.Call):
        return None
    inner = class_state(machine, field.cls, state)
    names = [a.name for a in machine.evaluate(default.func, inner) if isinstance(a, External)]
    known = next((FIELD_FUNCTIONS[name] for name in names if name in FIELD_FUNCTIONS), None)
    if known is None:
        return None
    for arg in default.args:
        keyword = arg.keyword.value if arg.keyword is not None else None
        if keyword == known.factory:
            made = machine.call(machine.evaluate(arg.value, inner), Arguments(), arg.value, inner)
            state.heap.update(inner.heap)
            return made
        if keyword == known.default or (keyword is None and known.positional):
            inner.context = field.cls.home or machine.root.enter(Level.IMPORT, field.cls.module.path)
            return machine.evaluate(arg.value, inner)
    return machine.unknown(node, state, f"`{field.name}` is not given")


# -- filling


def fill_fields(
    machine: Machine, reference: Ref, cls: ClassValue, arguments: Arguments, node: cst.CSTNode, state: State
) -> None:
    """Set the fields of a new object to what its construction passes, to their defaults, or to the environment's."""
    positional = list(arguments.positional)
    outer = state.context
    for field in fields_of(cls):
        passed = arguments.keywords.get(field.name)
        if passed is None and positional and not field.keyword_only:
            passed = positional.pop(0)
        state.context = outer.enter(Level.INIT, node)
        if is_settings(cls):
            value: Value = settings_value(cls, field.name, node, state)
        elif passed is not None:
            text = f"passed as `{field.name}` to `{cls.name}()`"
            value = linked(passed.value, passed.chunk, passed.node, text, Role.CONSTRUCTION, state.context)
        else:
            value = join(arguments.rest, field_default(machine, field, node, state) or ())
        state.context = outer
        found = state.at(reference)
        if isinstance(found, InstanceObject):
            kept = value or machine.unknown(node, state, f"`{field.name}` is not given")
            set_attribute(state, reference, found, field.name, kept)


def fill_unseen(machine: Machine, reference: Ref, cls: ClassValue, node: cst.CSTNode, state: State) -> None:
    """Set the fields of an object constructed out of sight: to frozen defaults, else to what we do not know."""
    for field in fields_of(cls):
        found = state.at(reference)
        if not isinstance(found, InstanceObject):
            return
        value: Value = ()
        if field.default is not None:
            default = field_default(machine, field, node, state) or ()
            value = default if frozen(default) else ()
        unknown = data_at(field.cls.chunk, field.node, state.context, f"field `{field.name}`", handed_in=True)
        if field.annotation is not None:
            unknown = replace(unknown, about=about(field.annotation))
        kept = value or (unknown,)
        set_attribute(state, reference, found, field.name, kept)


def frozen(default: Value) -> bool:
    """Whether a default holds a clock or unique value: whoever wrote it did not mean it to be made once."""
    return bool(default) and all(
        isinstance(a, Atom) and any(p.material in (Material.CLOCK, Material.UNIQUE) for p in a.pieces) for a in default
    )
