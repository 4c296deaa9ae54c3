"""Functions that are handed to what is not in sight, and may be called by it."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.context import Level
from sqsfifo_lint.flow.functions import unseen_arguments
from sqsfifo_lint.flow.machine import Arguments, Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Bound,
    Function,
    Member,
    Partial,
    Passed,
    Value,
    unique,
)
from sqsfifo_lint.records import replace

_MAPPING_NAMES = frozenset({"map", "imap", "imap_unordered", "starmap", "amap", "map_async", "starmap_async"})


def escape(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """Something unknown is called: a function handed to it may be called by it.

    Arguments that stand after a function are taken as the function's own (`submit(f, x)`, `to_thread(f, x=1)`), as
    nearly everything that takes a function does.
    """
    for index, passed in enumerate(arguments.positional):
        callbacks = tuple(a for a in passed.value if isinstance(a, Function | Bound | Partial | Member))
        if callbacks:
            return _hand_over(machine, callbacks, arguments, index, node, state)
    for passed in arguments.keywords.values():
        callbacks = tuple(a for a in passed.value if isinstance(a, Function | Bound | Partial | Member))
        if callbacks:
            later = _keyword_arguments(machine, arguments, node, state)
            return _call_back(machine, callbacks, later, node, state)
    return machine.unknown(node, state, "unknown callee")


def _hand_over(
    machine: Machine, callbacks: Value, arguments: Arguments, index: int, node: cst.CSTNode, state: State
) -> Value:
    after = arguments.positional[index + 1 :]
    if name_of(node) in _MAPPING_NAMES:
        return map_over(machine, callbacks, after, node, state)
    if after or arguments.keywords or arguments.star or arguments.rest:
        return machine.call(callbacks, replace(arguments, positional=list(after)), node, state)
    return _call_back(machine, callbacks, Arguments(), node, state)


def map_over(machine: Machine, callbacks: Value, iterables: list[Passed], node: cst.CSTNode, state: State) -> Value:
    """Call `callbacks` for the elements of `iterables`."""
    outer = state.context
    state.context = outer.enter(Level.LOOP, node)
    passed = []
    for one in iterables:
        several, _ = containers.elements(machine, one.value, one.node, state)
        element = containers.made_in_loop(containers.any_of(machine, several, one.node, state), state, one.node)
        passed.append(Passed(element, one.chunk, one.node))
    value = machine.call(callbacks, Arguments(passed), node, state)
    state.context = outer
    return containers.new_list([value], False, node, state)


def name_of(node: cst.CSTNode) -> str:
    """The last part of the name that a call calls."""
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name)):
            return name
    return ""


def _keyword_arguments(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Arguments:
    """`Thread(target=f, args=(...), kwargs={...})`"""
    later = Arguments()
    given = arguments.keywords.get("args")
    if given is not None:
        several, exact = containers.elements(machine, given.value, given.node, state)
        if exact:
            later.positional = [Passed(v, given.chunk, given.node) for v in several]
    named = arguments.keywords.get("kwargs")
    if named is not None:
        for key, item in containers.as_dict(machine, named.value, named.node, state).items.items():
            later.keywords[str(key)] = Passed(item.value, item.chunk, item.node, item.optional)
    return later


def _call_back(machine: Machine, callbacks: Value, later: Arguments, node: cst.CSTNode, state: State) -> Value:
    """Call a callback as somebody else may call it: any number of times, with what we cannot see."""
    outer = state.context
    complete = all(isinstance(c, Partial | Member) for c in callbacks)
    if not complete and not later.positional and not later.keywords:
        state.context = outer.enter(Level.LOOP, node)
        later = unseen_arguments(machine, callbacks, node, state)
    machine.call(callbacks, later, node, state)
    state.context = outer
    return machine.unknown(node, state, "unknown callee")


def functions_in(values: Iterable[Value]) -> Value:
    """The functions among some values."""
    return unique(a for value in values for a in value if isinstance(a, Function | Bound | Partial | Member))
