"""The one dispatch of all calls: what each kind of value does when it is called."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import constructed
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.callbacks import by_default, escape, name_of, parts_of
from sqsfifo_lint.flow.containers import DictBuilder
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.dispatched import dispatch, register
from sqsfifo_lint.flow.functions import invoke
from sqsfifo_lint.flow.library import dataclasses, dicts, lists
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.methods import call_method
from sqsfifo_lint.flow.outside import call_external
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    Awaitable,
    Bound,
    ClassValue,
    DictObject,
    Dispatcher,
    External,
    Function,
    InstanceObject,
    ListObject,
    Mark,
    Method,
    Partial,
    TupleValue,
    Value,
    join,
    opaque,
    read,
)
from sqsfifo_lint.knowledge.reading import OF_TEXT
from sqsfifo_lint.records import replace


def call(machine: Machine, callee: Abstract, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """The result of calling one value."""
    this = Call(machine, callee, arguments, node, state)
    known = machine.hooks.on_call(this)
    if known is not None:
        return known
    match callee:
        case Function():
            return invoke(machine, callee, arguments, node, state)
        case Bound():
            return invoke(machine, callee.function, arguments, node, state, callee.receiver)
        case ClassValue():
            return constructed.construct(machine, callee, arguments, node, state)
        case Partial():
            return _call_partial(this, callee)
        case Dispatcher():
            return dispatch(this, callee)
        case Method():
            return _call_method(this, callee)
        case External():
            return call_external(this, callee)
        case Ref():
            return _call_instance(this)
        case Atom():
            return _call_unknown(this, callee)
    return escape(this)


def _call_partial(call: Call, partial: Partial) -> Value:
    """What `functools.partial` made."""
    given = call.arguments
    merged = Arguments(
        [*partial.positional, *given.positional],
        {**dict(partial.keywords), **given.keywords},
        given.star,
        join(partial.rest, given.rest),
    )
    return call.again((partial.function,), merged)


def _call_method(call: Call, method: Method) -> Value:
    """A method of a built-in type, or of one that classes get with their fields."""
    receiver, name = method.receiver, method.name
    match receiver:
        case Atom():
            return call_method(call, receiver, name)
        case Ref():
            match call.state.at(receiver):
                case DictObject() if name in dicts.METHODS:
                    return dicts.METHODS[name](call)
                case ListObject() if name in lists.METHODS:
                    return lists.METHODS[name](call)
                case InstanceObject() if name in dataclasses.METHODS:
                    return dataclasses.METHODS[name](call)
        case Method(name="__dict__", receiver=Ref() as holder) if name == "update":
            return _update_attributes(call, holder)
        case Awaitable() if name in ("result", "get"):
            return receiver.value
        case TupleValue() if name in ("index", "count"):
            return call.unknown("not followed")
        case Dispatcher() if name == "register":
            return register(call, receiver)
    return escape(call)


def _update_attributes(call: Call, holder: Ref) -> Value:
    """`self.__dict__.update(options)`: attributes are set, any where the keys are not known."""
    found = call.state.at(holder)
    if isinstance(found, InstanceObject):
        builder = DictBuilder(call.machine, call.node, call.state)
        builder.fill(call.arguments)
        attributes = {name: join(value, builder.rest) for name, value in found.attributes.items()}
        for key, item in builder.items.items():
            earlier = found.attributes.get(str(key), ()) if item.optional else ()
            attributes[str(key)] = join(item.value, earlier)
        call.state.heap[holder] = replace(found, attributes=attributes)
    return call.known(None)


def _call_instance(call: Call) -> Value:
    """An object of the project: by its `__call__`."""
    method = call.attribute((call.callee,), "__call__")
    if method and not any(isinstance(m, Atom | Method) for m in method):
        return call.again(method)
    return escape(call)


def _call_unknown(call: Call, callee: Atom) -> Value:
    if callee.kind == "none":
        return ()
    name = name_of(call.node)
    call.machine.notes.unresolved.add(name)
    parts = parts_of(call)
    if parts is not None:
        return parts
    result = _of_text(call, callee) if name in OF_TEXT else ()
    result = _marked(call, callee, result or escape(call))
    default = by_default(call)
    if default:
        return join(result, default)
    return join(result, call.known(None)) if name == "get" and call.machine.keys.may_give_none(call) else result


def _marked(call: Call, callee: Atom, result: Value) -> Value:
    """What a method of something marked gives, with what a plugin knows of that."""
    if not isinstance(callee.about, Mark):
        return result
    key = call.arguments.constant(0)
    step = f"({key!r})" if key is not NOTHING else "()"
    mark = call.machine.hooks.read(call.machine, callee.about, step, call.node, call.state)
    if mark is None:
        return result
    return tuple(replace(one, about=mark) if isinstance(one, Atom) else one for one in result)


def _of_text(call: Call, callee: Atom) -> Value:
    """What a method of texts makes of something out of sight: the same each time, as long as that is the same.

    `callee` is the method as it is read. No value arrives if it is given anything but constants.
    """
    given = call.arguments
    constants = [given.constant(index) for index in range(len(given.positional))]
    if NOTHING in constants or given.keywords or given.star or given.rest:
        return ()
    step = f"({', '.join(map(repr, constants))})"
    pieces = read(callee.pieces, step, call.state.context, call.state.frame.chunk, call.node)
    return (Atom(tuple(map(opaque, pieces))),) if len(pieces) == len(callee.pieces) else ()
