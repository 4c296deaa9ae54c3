"""Assignment to names, attributes, items and patterns of them."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.context import Level, Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.notes import Held, Written
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    NOTHING,
    About,
    Abstract,
    Atom,
    ClassValue,
    External,
    InstanceObject,
    TupleValue,
    Value,
    constant_of,
    join,
    linked,
    unsteady,
)
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace


def assign(machine: Machine, target: cst.BaseExpression, value: Value, state: State, node: cst.CSTNode) -> None:
    """`target = value`; `node` is the expression that gave the value."""
    match target:
        case cst.Name():
            kept = linked(value, state.frame.chunk, target, f"kept in `{target.value}`")
            moved = (
                kept if isinstance(node, cst.Name) else _moved_on(state.variables.get(target.value, ()), kept, state)
            )
            assign_name(machine, target, moved, state)
        case cst.Attribute():
            assign_attribute(machine, target, value, state)
        case cst.Subscript():
            _assign_item(machine, target, value, state, node)
        case cst.Tuple() | cst.List():
            _unpack(machine, target, value, state, node)
        case cst.StarredElement():
            assign(machine, target.value, value, state, node)


def assign_name(machine: Machine, target: cst.Name, value: Value, state: State) -> None:
    """Bind a variable in the frame that it belongs to."""
    wanted = target.value
    frame = state.frame
    if wanted in frame.global_names:
        state.bind(wanted, value, machine.root.enter(Level.IMPORT, frame.module.path))
    elif wanted in frame.outer_names:
        around = [key for key in machine.closures.scopes(frame.key) if key != frame.key]
        homes = [key for key in around if wanted in state.environments.get(key, {})]
        state.bind(wanted, value, (homes or around or [frame.key])[0])
    else:
        state.bind(wanted, value)


def _moved_on(earlier: Value, value: Value, state: State) -> Value:
    """In a loop, a variable that is made of its own earlier value (`n += 1`) may be another one in each round."""
    if not earlier or not any(epoch.level is Level.LOOP for epoch in state.context):
        return value
    before = {p.node for a in earlier if isinstance(a, Atom) for p in a.pieces if p.material is Material.DATA}
    return tuple(
        replace(a, pieces=tuple(unsteady(p) if p.node in before else p for p in a.pieces))
        if isinstance(a, Atom) and any(p.node in before for p in a.pieces)
        else a
        for a in value
    )


def assign_attribute(machine: Machine, target: cst.Attribute, value: Value, state: State) -> None:
    """`holder.name = value`."""
    holders = machine.evaluate(target.value, state)
    wanted = target.attr.value
    kept = linked(value, state.frame.chunk, target, f"kept in `{_dotted(target)}`")
    for holder in holders:
        if isinstance(holder, Ref):
            found = state.at(holder)
            if isinstance(found, InstanceObject):
                if _is_set_again(wanted, state):
                    kept = join(kept, machine.unknown(target, state, f"`{wanted}` is set from elsewhere"))
                set_attribute(state, holder, found, wanted, kept, sure=len(holders) == 1)
        elif isinstance(holder, ClassValue):
            machine.classes.writes.setdefault(holder.node, {})[wanted] = kept
        elif isinstance(holder, Atom):
            machine.notes.outside.append(Written(holder, f".{wanted}", value, state.context))
        elif isinstance(holder, External):
            machine.notes.held.append(Held(holder, f".{wanted}", kept))


def _is_set_again(name: str, state: State) -> bool:
    """Whether what a module sets of an object while it is imported may be set again by other code."""
    frame = state.frame
    at_import = frame.function is None and frame.key.epochs[0].level is Level.IMPORT
    return at_import and frame.module.sets_besides(name, frame.chunk)


def set_attribute(
    state: State, holder: Ref, found: InstanceObject, wanted: str, value: Value, sure: bool = True
) -> None:
    """Keep a value in an instance."""
    earlier = found.attributes.get(wanted, ())
    attributes = {**found.attributes, wanted: value if sure else join(earlier, value)}
    state.heap[holder] = replace(found, attributes=attributes)


def _dotted(target: cst.Attribute) -> str:
    holder = target.value
    if isinstance(holder, cst.Name):
        return f"{holder.value}.{target.attr.value}"
    return f"{_dotted(holder)}.{target.attr.value}" if isinstance(holder, cst.Attribute) else target.attr.value


def _assign_item(machine: Machine, target: cst.Subscript, value: Value, state: State, node: cst.CSTNode) -> None:
    holders = machine.evaluate(target.value, state)
    if len(target.slice) != 1 or not isinstance(target.slice[0].slice, cst.Index):
        return
    key = machine.evaluate(target.slice[0].slice.value, state)
    for holder in holders:
        if isinstance(holder, Ref):
            containers.store(machine, holder, key, value, node, state, sure=len(holders) == 1)
        elif isinstance(holder, Atom | External):
            constant = constant_of(key)
            step = "[]" if constant is NOTHING else f"[{constant!r}]"
            if isinstance(holder, Atom):
                machine.notes.outside.append(Written(holder, step, value, state.context))
            else:
                machine.notes.held.append(Held(holder, step, value))


def _unpack(machine: Machine, target: cst.Tuple | cst.List, value: Value, state: State, node: cst.CSTNode) -> None:
    wanted = [element.value for element in target.elements]
    star = next((i for i, e in enumerate(target.elements) if isinstance(e, cst.StarredElement)), None)
    parts = [_unpacked(machine, alternative, len(wanted), star, node, state) for alternative in value]
    for index, one in enumerate(wanted):
        merged: Value = ()
        for part in parts:
            merged = join(merged, part[index])
        assign(machine, one, merged or machine.unknown(node, state, "unpacked"), state, node)


def _unpacked(
    machine: Machine, alternative: Abstract, count: int, star: int | None, node: cst.CSTNode, state: State
) -> list[Value]:
    """One value for each of `count` targets, the one at `star` taking what is left."""
    items, exact = containers.elements(machine, (alternative,), node, state)
    if isinstance(alternative, TupleValue):
        items, exact = list(alternative.items), True
    if not exact:
        any_item = containers.any_of(machine, items, node, state)
        if isinstance(alternative, Atom) and alternative.constant is NOTHING:
            any_item = (replace(alternative, constant=NOTHING, kind="any", about=About.NOTHING),)
        return [any_item] * count
    if star is None:
        return items if len(items) == count else [containers.any_of(machine, items, node, state)] * count
    after = count - star - 1
    middle = items[star : len(items) - after]
    rest = containers.new_list(middle, True, node, state, extra=star)
    found = [*items[:star], rest, *items[len(items) - after :]] if len(items) >= count - 1 else []
    return found or [machine.unknown(node, state, "unpacked")] * count
