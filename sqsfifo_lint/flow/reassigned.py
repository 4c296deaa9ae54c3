"""Attributes that do not stay what the constructor made them: other methods set them, or anybody outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from sqsfifo_lint.flow.class_attributes import counts_on
from sqsfifo_lint.flow.classes import SUBCLASS_HOOK, methods_of, mro
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.memo import absence, is_set_back
from sqsfifo_lint.flow.memory import Change, Changes
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Atom,
    ClassValue,
    DictObject,
    InstanceObject,
    ListObject,
    Piece,
    Value,
    data_at,
    distinct,
    is_scalar,
    join,
    unsteady,
)
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.fast_cst import DeferredBlock
from sqsfifo_lint.source.walk import children, descendants, parameters, positional
from sqsfifo_lint.source.writes import Write, in_expressions, may_put, may_set, puts, writes

_CONSTRUCTORS = frozenset({"__init__", "__post_init__", "__new__", "__attrs_post_init__"})


@record()
class Reassigned:
    """A method, other than the constructor, that sets an attribute of its object outside an "only once" test."""

    name: str | None
    """None: it may be any attribute."""
    method: cst.FunctionDef
    node: cst.CSTNode
    """The statement or call that does it."""
    inside: bool = False
    """It puts something into the container that the attribute holds."""
    once: bool = False
    """It does so only as long as the attribute is empty."""


def loosen(machine: Machine, reference: Ref, cls: ClassValue, node: cst.CSTNode, state: State) -> None:
    """Attributes that other methods set, or anybody outside, may hold anything by the time of the send."""
    found = state.at(reference)
    if not isinstance(found, InstanceObject):
        return
    attributes = dict(found.attributes)
    changing: dict[str, list[Change]] = {}
    for candidate in mro(cls)[0]:
        if candidate.node not in machine.classes.reassigned:
            machine.classes.reassigned[candidate.node] = list(reassigned(candidate))
        several = machine.classes.reassigned[candidate.node]
        for one in several:
            if one.name is not None and one.method.name.value not in _CONSTRUCTORS:
                changing.setdefault(one.name, []).append(Change(candidate, one.method))
            if one.once or (one.inside and _is_container(attributes.get(one.name or "", ()), state)):
                continue
            anything = data_at(candidate.chunk, one.method, state.context, f"set by {one.method.name.value}()")
            for name in (one.name,) if one.name is not None else tuple(attributes):
                earlier = attributes.get(name, ())
                step = _step_of_counter(name, several) if is_scalar(earlier, "int") else None
                if step is not None:
                    index = unsteady(Piece(Material.INDEX, state.context, candidate.chunk, step))
                    attributes[name] = (Atom(distinct([index, *_varying(earlier)]), "int"),)
                else:
                    attributes[name] = join(earlier, (anything,))
    for name in list(attributes):
        if cls.module.sets_outside(name):
            anyone = machine.unknown(node, state, f"`{name}` is set from outside the class")
            attributes[name] = join(attributes[name], anyone)
        _open_up(machine, attributes[name], name in changing, cls, name, node, state)
    state.heap[reference] = replace(found, attributes=attributes)
    machine.classes.changes.pop(reference, None)
    if changing:
        machine.classes.changes[reference] = Changes(state.copy(), changing)


def _open_up(
    machine: Machine, value: Value, fills: bool, cls: ClassValue, name: str, node: cst.CSTNode, state: State
) -> None:
    """Let a list of an object hold what others may have put into it: an empty one that no method fills is not empty."""
    for alternative in value:
        if not isinstance(alternative, Ref):
            continue
        held = state.at(alternative)
        if not isinstance(held, ListObject) or held.elements or not held.exact:
            continue
        if not fills or cls.module.puts_outside(name):
            unknown = machine.unknown(node, state, f"put into `{name}` out of sight")
            element = tuple(Atom(tuple(map(unsteady, a.pieces))) for a in unknown if isinstance(a, Atom))
            state.heap[alternative] = replace(held, elements=(element,), exact=False)


def _is_container(value: Value, state: State) -> bool:
    """Whether a value is a list or dict in sight, whichever it is."""
    held = [state.at(alternative) if isinstance(alternative, Ref) else None for alternative in value]
    return bool(held) and all(isinstance(one, DictObject | ListObject) for one in held)


def _varying(value: Value) -> Iterator[Piece]:
    for alternative in value:
        if isinstance(alternative, Atom):
            yield from (p for p in alternative.pieces if p.material is not Material.CONSTANT)


def _step_of_counter(name: str, several: Sequence[Reassigned]) -> cst.CSTNode | None:
    """`self.name += 1`, when that is all that methods do to an attribute."""
    steps = [one.node for one in several if (one.name == name or one.name is None) and not one.once]
    return steps[-1] if all(map(counts_on, steps)) else None


# -- by the class's text


def reassigned(cls: ClassValue) -> Iterator[Reassigned]:
    """Where methods of a class set attributes of their object again."""
    methods = methods_of(cls.node)
    expressions = in_expressions(cls.chunk.text)
    for method in methods:
        several = positional(method)
        if not several or method.name.value == SUBCLASS_HOOK:  # run when a class is defined, not on its objects
            continue
        receiver = several[0].name.value
        given = frozenset(parameter.name.value for parameter in parameters(method)) - {receiver}
        block = method.body
        constructs = method.name.value in _CONSTRUCTORS
        if not constructs:
            yield from _filled(method, receiver, block)
        if isinstance(block, DeferredBlock) and not may_set(block.text, receiver):
            continue
        found = [w for w in writes(block.body, expressions=expressions) if _is_of(w, receiver)]
        if constructs:
            found = [w for w in found if _runs_later(w, method)]
        elif found and _called_only_by_constructor(method, methods, cls):
            continue
        for write in found:
            if write.name is None or not _empties(write.node):
                once = any(_fills(part, receiver, write, given) for part in write.around)
                yield Reassigned(write.name, method, write.node, write.inside, once)


def _filled(method: cst.FunctionDef, receiver: str, block: cst.BaseSuite) -> Iterator[Reassigned]:
    """The containers of its object into which a method puts something by calling a method of theirs."""
    if isinstance(block, DeferredBlock) and not (f"{receiver}." in block.text and may_put(block.text)):
        return
    for holder, node in puts(block.body):
        match holder, node:
            case cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name)), cst.Call():
                if owner == receiver:
                    yield Reassigned(name, method, node, inside=True)


def _empties(node: cst.CSTNode) -> bool:
    """Whether a statement takes away what something holds: `self.x = None`, `self.x = []`."""
    match node:
        case cst.Assign(value=value) | cst.AnnAssign(value=value):
            match value:
                case cst.Name("None") | cst.List(elements=[]) | cst.Dict(elements=[]):
                    return True
                case cst.Call(func=cst.Name("list" | "dict" | "set" | "deque"), args=[]):
                    return True
    return False


def _is_of(write: Write, receiver: str) -> bool:
    """Whether an attribute of a method's object is set."""
    match write.holder:
        case cst.Name():
            ours = write.holder.value == receiver
        case cst.Call(func=cst.Name("super")):
            ours = True
        case _:
            ours = False
    return ours and not any(_hides(part, receiver) for part in write.around)


def _hides(part: cst.CSTNode, receiver: str) -> bool:
    """Whether a function in a method has a parameter that is called like the method's object."""
    return isinstance(part, cst.FunctionDef | cst.Lambda) and any(p.name.value == receiver for p in parameters(part))


def _fills(part: cst.CSTNode, receiver: str, write: Write, given: frozenset[str]) -> bool:
    """Whether a clause runs only as long as the attribute is empty: what it sets there is set once.

    Not where what it sets is `given` by a caller: until somebody calls the method, the attribute is empty.
    """
    if not isinstance(part, cst.If) or write.name is None:
        return False
    missing = absence(part.test)
    if missing is None or missing.path != (receiver, write.name) or is_set_back(part.body, missing.path):
        return False
    named = {node.value for node in descendants(write.node) if isinstance(node, cst.Name)}
    return named.isdisjoint(given)


def _runs_later(write: Write, constructor: cst.FunctionDef) -> bool:
    """Whether what a constructor defines sets an attribute, and others than the constructor call that."""
    for part in write.around:
        if isinstance(part, cst.FunctionDef):
            return not _is_called(part.name.value, constructor)
        if isinstance(part, cst.Lambda):
            return True
    return False


def _is_called(name: str, function: cst.FunctionDef) -> bool:
    for node in descendants(function.body):
        match node:
            case cst.Call(func=cst.Name(value=called)) if called == name:
                return True
    return False


def _called_only_by_constructor(method: cst.FunctionDef, methods: Sequence[cst.FunctionDef], cls: ClassValue) -> bool:
    name = method.name.value
    if not name.startswith("_"):
        return False
    calls = sum(_direct_calls(m.body, name) for m in methods if m.name.value in _CONSTRUCTORS)
    return calls > 0 and calls == _uses(cls.chunk.module, name)


def _direct_calls(block: cst.BaseSuite, name: str) -> int:
    """How often a body calls a method of this name itself: not in a function, and not handed to others to call."""
    found = 0
    waiting: list[cst.CSTNode] = [block]
    while waiting:
        match waiting.pop():
            case cst.FunctionDef() | cst.Lambda():
                continue
            case cst.Call(func=cst.Attribute(attr=cst.Name(value=called))) as node if called == name:
                found += 1
            case node:
                pass
        waiting.extend(children(node))
    return found


def _uses(node: cst.CSTNode, name: str) -> int:
    """How often an attribute of this name is asked for."""
    found = 0
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.__class__ is cst.Attribute and current.attr.value == name:
            found += 1
        if current.__class__ is not DeferredBlock or name in current.text:
            waiting.extend(children(current))
    return found
