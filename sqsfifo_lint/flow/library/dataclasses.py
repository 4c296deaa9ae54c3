"""Objects taken as data: a dict of their fields, or a copy with changes (dataclasses, attrs, named tuples, models)."""

from __future__ import annotations

from collections.abc import Mapping

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.classes import mro
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.settings import aliases_of
from sqsfifo_lint.flow.values import (
    Abstract,
    ClassValue,
    DictObject,
    InstanceObject,
    Item,
    Method,
    Passed,
    Role,
    Value,
    constant_of,
    each,
    linked,
)
from sqsfifo_lint.records import replace as replaced

MODELS: dict[str, Model] = {}
model = models(MODELS)

METHODS: dict[str, Model] = {}
"""Methods that a class gets with its fields."""
method = models(METHODS)

# -- functions


@model("dataclasses.asdict", "obj, /")
@model("attr.asdict", "obj, /")
@model("attrs.asdict", "obj, /")
def asdict(call: Call) -> Value:
    def one(alternative: Abstract) -> Value:
        found = _instance(call, alternative)
        return (alternative,) if found is None else _fields(call, *found)

    return each(call.argument("obj"), one)


@model("dataclasses.replace", "obj, /")
@model("attr.evolve", "obj, /")
@model("attrs.evolve", "obj, /")
def replace(call: Call) -> Value:
    def one(alternative: Abstract) -> Value:
        found = _instance(call, alternative)
        return (alternative,) if found is None else _copied(call, *found, call.arguments.keywords)

    return each(call.argument("obj"), one)


# -- methods


@method("_asdict", "")
@method("dict", "")
@method("model_dump", "")
def dumped(call: Call) -> Value:
    """A dict of the fields of the object that has the method; a model may name them otherwise, or leave some out."""
    holder, found = _holder(call)
    value = _fields(call, holder, found)
    (reference,) = value
    plain = call.state.at(reference) if isinstance(reference, Ref) else None
    keywords = call.arguments.keywords
    if isinstance(plain, DictObject) and isinstance(reference, Ref):
        if _names_by_alias(call, found.cls):
            plain = _renamed(call, plain, aliases_of(found.cls))
        if not _LEAVING_OUT.isdisjoint(keywords):
            items = {key: replaced(item, optional=True) for key, item in plain.items.items()}
            plain = replaced(plain, items=items)
        call.state.heap[reference] = plain
    return value


_LEAVING_OUT = frozenset({"exclude", "include", "exclude_unset", "exclude_defaults"})
"""Arguments by which a model leaves fields out: https://docs.pydantic.dev/latest/concepts/serialization/"""


def _names_by_alias(call: Call, cls: ClassValue) -> bool:
    """Whether a model may give its fields other names than they have in the class."""
    passed = call.arguments.keywords.get("by_alias")
    if passed is not None:
        return constant_of(passed.value) is not False
    return any("serialize_by_alias" in one.chunk.text for one in mro(cls)[0])


def _renamed(call: Call, found: DictObject, names: Mapping[str, str] | None) -> DictObject:
    """The fields under other names; `names` is None where these cannot be seen."""
    if names is None:
        unseen = call.unknown("fields under names out of sight")
        return replaced(found, items={}, rest=unseen)
    return replaced(found, items={names.get(str(key), key): item for key, item in found.items.items()})


@method("json", "")
@method("model_dump_json", "")
def dumped_as_text(call: Call) -> Value:
    return (call.flat(dumped(call)),)


@method("_replace", "")
@method("model_copy", "*, update")
@method("copy", "*, update")
def copied(call: Call) -> Value:
    """A copy, with other values of some fields."""
    changes: Mapping[str, Passed] = call.arguments.keywords
    update = call.passed("update")
    if update is not None:
        merged = containers.as_dict(call.machine, update.value, update.node, call.state)
        changes = {str(key): Passed(item.value, item.chunk, item.node) for key, item in merged.items.items()}
    return _copied(call, *_holder(call), changes)


# -- what both do


def _instance(call: Call, alternative: Abstract) -> tuple[Ref, InstanceObject] | None:
    found = call.state.at(alternative) if isinstance(alternative, Ref) else None
    return (alternative, found) if isinstance(alternative, Ref) and isinstance(found, InstanceObject) else None


def _holder(call: Call) -> tuple[Ref, InstanceObject]:
    assert isinstance(call.callee, Method)
    found = _instance(call, call.callee.receiver)
    assert found is not None
    return found


def _fields(call: Call, holder: Ref, found: InstanceObject) -> Value:
    chunk, node = call.state.frame.chunk, call.node
    items: dict[object, Item] = {name: Item(value, False, chunk, node) for name, value in found.attributes.items()}
    rest = call.unknown("fields out of sight") if found.handed_in else ()
    return call.state.allocate(node, DictObject(items, rest, chunk, node, call.state.context), extra=holder)


def _copied(call: Call, holder: Ref, found: InstanceObject, changes: Mapping[str, Passed]) -> Value:
    attributes = dict(found.attributes)
    for name, passed in changes.items():
        step, context = f"replaced as `{name}`", call.state.context
        attributes[name] = linked(passed.value, passed.chunk, passed.node, step, Role.CONSTRUCTION, context)
    return call.state.allocate(call.node, replaced(found, attributes=attributes), extra=holder)
