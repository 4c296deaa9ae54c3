"""Functions of which one of several runs, by the class of an argument: `functools.singledispatch` and its kin.

https://docs.python.org/3/library/functools.html#functools.singledispatch
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.classes import mro
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.functions import invoke, is_stub
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.memory import Registered
from sqsfifo_lint.flow.registered import registrations
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    ClassValue,
    DictObject,
    Dispatcher,
    External,
    Function,
    InstanceObject,
    ListKind,
    ListObject,
    Partial,
    TupleValue,
    Value,
    join,
    only,
)
from sqsfifo_lint.source.walk import positional


def register(call: Call, dispatcher: Dispatcher) -> Value:
    """`f.register(cls, g)`, `f.register(cls)` and `f.register`, the latter two to be given a function."""
    given = call.arguments.positional
    function = only(given[-1].value, Function) if given else None
    if function is None:
        return (Partial(call.callee, tuple(given), ()),)
    types = given[0].value if len(given) > 1 else _annotated(call, dispatcher, function)
    several = call.machine.classes.dispatched.setdefault(dispatcher.function.node, {})
    several[function.node] = Registered(function, types)
    return (function,)


def _annotated(call: Call, dispatcher: Dispatcher, function: Function) -> Value:
    """The classes that the annotation of a function's first argument names."""
    several = positional(function.node)
    index = dispatcher.function.owner is not None
    annotation = several[index].annotation if len(several) > index else None
    found: Value = ()
    for one in _united(annotation.annotation) if annotation is not None else ():
        found = join(found, call.machine.evaluate(one, call.state))
    return found


def _united(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    match node:
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            yield from _united(left)
            yield from _united(right)
        case _:
            yield node


def dispatch(call: Call, dispatcher: Dispatcher) -> Value:
    """The results of the functions that a call may run."""
    machine, state = call.machine, call.state
    _complete(machine, dispatcher)
    several = list(machine.classes.dispatched.get(dispatcher.function.node, {}).values())
    first = call.arguments.positional[0].value if call.arguments.positional else ()
    chosen: dict[cst.CSTNode, Function] = {}
    for alternative in first or (None,):
        for function in _for(alternative, several, dispatcher, state):
            chosen[function.node] = function
    result: Value = ()
    for function in chosen.values():
        made = invoke(machine, function, call.arguments, call.node, state, dispatcher.receiver)
        result = join(result, made)
    return result


def _complete(machine: Machine, dispatcher: Dispatcher) -> None:
    """Have all registered that top-level statements register; those of a class its body has registered."""
    function = dispatcher.function
    if function.owner is not None or function.node in machine.classes.completed:
        return
    machine.classes.completed.add(function.node)
    outer, steps = machine.notes, machine.budget.left
    for _ in registrations(machine, function.module.path, {function.name}, r"\.register"):
        pass  # it is registered
    machine.notes, machine.budget.left = outer, steps


def _for(
    argument: Abstract | None, several: list[Registered], dispatcher: Dispatcher, state: State
) -> Iterator[Function]:
    """The functions that may run for an argument: one, where its class is known."""
    classes, known = _classes_of(argument, state)
    for cls in classes:
        exact = [one.function for one in several if any(_is(named, cls) for named in one.types)]
        if exact:
            yield exact[-1]
            return
    if not known:
        yield from (one.function for one in several)
    else:
        yield from (one.function for one in several if any(isinstance(named, Atom) for named in one.types))
    if known or not is_stub(dispatcher.function):
        yield dispatcher.function


def _is(named: Abstract, cls: Abstract) -> bool:
    match named, cls:
        case ClassValue(node=node), ClassValue(node=other):
            return node is other
    return named == cls


def _classes_of(argument: Abstract | None, state: State) -> tuple[list[Abstract], bool]:
    """The classes of an argument, its own first; whether these are all."""
    match argument:
        case TupleValue():
            return [External("builtins.tuple")], True
        case Atom(kind=kind) if kind in _BUILT_IN:
            return [External(f"builtins.{kind}")], True
        case Atom(constant=constant) if constant is not NOTHING and constant is not None:
            return [External(f"builtins.{type(constant).__name__}")], True
        case Ref():
            match state.at(argument):
                case InstanceObject(cls=cls):
                    order, outside = mro(cls)
                    return [*order, *map(External, outside)], True
                case DictObject():
                    return [External("builtins.dict")], True
                case ListObject(kind=ListKind.LIST):
                    return [External("builtins.list")], True
    return [], False


_BUILT_IN = frozenset({"str", "bytes", "int", "float", "bool"})
