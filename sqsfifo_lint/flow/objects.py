"""Objects of the project taken as data: as a dict of their fields, copied with changes."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from sqsfifo_lint.flow import containers, text
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Arguments, Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    DictObject,
    InstanceObject,
    Item,
    Passed,
    Role,
    Value,
    linked,
)
from sqsfifo_lint.records import replace


def model_method(
    machine: Machine,
    holder: Ref,
    found: InstanceObject,
    name: str,
    arguments: Arguments,
    node: cst.CSTNode,
    state: State,
) -> Value:
    """A method that a class gets with its fields: `model_dump`, `_asdict`, `_replace` ..."""
    if name in ("_replace", "model_copy", "copy"):
        update = arguments.keywords.get("update")
        changes = dict(arguments.keywords)
        if update is not None:
            merged = containers.as_dict(machine, update.value, update.node, state)
            changes = {str(k): Passed(i.value, i.chunk, i.node) for k, i in merged.items.items()}
        return copied(holder, found, changes, node, state)
    as_dict = fields_as_dict(machine, holder, found, node, state)
    if name in ("json", "model_dump_json"):
        return (text.flat(machine, as_dict, node, state),)
    return as_dict


def copied(holder: Ref, found: InstanceObject, changes: Mapping[str, Passed], node: cst.CSTNode, state: State) -> Value:
    """A copy of an object, with other values of some attributes."""
    attributes = dict(found.attributes)
    for key, passed in changes.items():
        text_of = f"replaced as `{key}`"
        attributes[key] = linked(passed.value, passed.chunk, passed.node, text_of, Role.CONSTRUCTION, state.context)
    return state.allocate(node, replace(found, attributes=attributes), extra=holder)


def fields_as_dict(machine: Machine, holder: Ref, found: InstanceObject, node: cst.CSTNode, state: State) -> Value:
    """A dict of an object's attributes."""
    chunk = state.frame.chunk
    items: dict[object, Item] = {k: Item(v, False, chunk, node) for k, v in found.attributes.items()}
    rest = machine.unknown(node, state, "fields out of sight") if found.handed_in else ()
    return state.allocate(node, DictObject(items, rest, chunk, node, state.context), extra=holder)
