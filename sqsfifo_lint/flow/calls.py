"""The one dispatch of all calls: what each kind of value does when it is called."""

from __future__ import annotations

import re

import libcst as cst

from sqsfifo_lint.aws import declaring, frameworks
from sqsfifo_lint.flow import constructed, containers, hashing, methods
from sqsfifo_lint.flow.callbacks import escape
from sqsfifo_lint.flow.callbacks import name_of as name_of
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.externals import call_external
from sqsfifo_lint.flow.functions import invoke
from sqsfifo_lint.flow.machine import Arguments, Machine
from sqsfifo_lint.flow.objects import model_method
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Bound,
    ClassValue,
    DictObject,
    External,
    Function,
    Handle,
    InstanceObject,
    Item,
    Member,
    Method,
    Partial,
    Passed,
    Piece,
    TupleValue,
    Value,
    join,
)
from sqsfifo_lint.knowledge import apis
from sqsfifo_lint.knowledge.declaring import (
    ATTRIBUTE_METHODS,
    BOTO3_SERVICES,
    REFERRING_METHODS,
)
from sqsfifo_lint.knowledge.sources import (
    AWS_CONFIG_METHODS,
)
from sqsfifo_lint.model import Material


def call(machine: Machine, callee: Abstract, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """The result of calling one value."""
    named = frameworks.configured(machine, callee, arguments, node, state)
    if named is not None:
        return named
    match callee:
        case Function():
            return invoke(machine, callee, arguments, node, state)
        case Bound():
            return invoke(machine, callee.function, arguments, node, state, callee.receiver)
        case ClassValue():
            return constructed.construct(machine, callee, arguments, node, state)
        case Partial():
            return _call_partial(machine, callee, arguments, node, state)
        case Member():
            return _call_member(machine, callee, arguments, node, state)
        case Method():
            return _call_method(machine, callee, arguments, node, state)
        case External():
            return call_external(machine, callee, arguments, node, state)
        case Ref():
            return _call_instance(machine, callee, arguments, node, state)
        case Atom() if callee.kind == "none":
            return ()
        case Atom():
            machine.unresolved.add(name_of(node))
            if _may_give_none(arguments, node, state):
                return join(escape(machine, arguments, node, state), machine.constant(node, state, None))
    return escape(machine, arguments, node, state)


_KEY = re.compile(r"[\w.-]+")


def _may_give_none(arguments: Arguments, node: cst.CSTNode, state: State) -> bool:
    """`record.get("id")`, where nothing else in the module speaks of that key, and so nothing makes sure of it."""
    key = methods.constant_of(arguments, 0)
    if name_of(node) != "get" or not isinstance(key, str) or not key or arguments.keywords or arguments.rest:
        return False
    if len(arguments.positional) > 1 and methods.constant_of(arguments, 1) is not None:
        return False
    if not _KEY.fullmatch(key):
        return False  # more like an address: `session.get("https://...")`
    return sum(state.frame.module.text.count(f"{quote}{key}{quote}") for quote in ("'", '"')) == 1


def _call_instance(machine: Machine, callee: Ref, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    method = machine.attribute((callee,), "__call__", node, state)
    if method and not any(isinstance(m, Atom | Method) for m in method):
        return machine.call(method, arguments, node, state)
    return escape(machine, arguments, node, state)


# -- methods


def _call_method(machine: Machine, callee: Method, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    receiver = callee.receiver
    match receiver:
        case Atom() if callee.name == "__hash__":
            return hashing.hashed(machine, Arguments([Passed((receiver,), state.frame.chunk, node)]), node, state)
        case Atom():
            return methods.call_method(machine, receiver, callee.name, arguments, node, state)
        case Ref():
            found = state.at(receiver)
            if isinstance(found, InstanceObject):
                return model_method(machine, receiver, found, callee.name, arguments, node, state)
            table = containers.DICT_METHODS if isinstance(found, DictObject) else containers.LIST_METHODS
            if callee.name in table:
                return table[callee.name](machine, receiver, arguments, node, state)
        case TupleValue() if callee.name in ("index", "count"):
            return machine.unknown(node, state, "not followed")
    return escape(machine, arguments, node, state)


def _call_member(machine: Machine, callee: Member, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    handle = callee.receiver
    api = machine.senders.at(callee.path) if callee.path else None
    if api is not None:
        machine.note_send(callee, arguments, node, state, api)
        return machine.unknown(node, state, "the service's answer")
    if callee.name in apis.NAMING_METHODS and not isinstance(handle, Handle):
        if apis.NAMING_METHODS[callee.name][0] in arguments.keywords:
            return _named(machine, callee.name, arguments, node, state)
        return escape(machine, arguments, node, state)
    if callee.name in apis.SEND_APIS or not isinstance(handle, Handle):
        return _send(machine, callee, arguments, node, state)
    if handle.kind == "resource" and callee.name in apis.RESOURCE_METHODS:
        _declare(machine, callee.name, _queue_passed(arguments), arguments, node, state)
        return (Handle(handle.service, apis.RESOURCE_METHODS[callee.name], _queue_name(arguments)),)
    if handle.kind == "client" and callee.name in apis.NAMING_METHODS:
        return _named(machine, callee.name, arguments, node, state)
    if callee.name in ATTRIBUTE_METHODS:
        named = _queue_passed(arguments) or _of_handle(handle, node, state)
        _declare(machine, callee.name, named, arguments, node, state)
    if handle.kind == declaring.DECLARED:
        return _referring(machine, handle, callee.name, arguments, node, state)
    if callee.name in AWS_CONFIG_METHODS.get(handle.service, ()):
        return (Atom((Piece(Material.CONFIG, state.context, state.frame.chunk, node),)),)
    if callee.name in ("__aenter__", "__enter__"):
        return (handle,)
    return escape(machine, arguments, node, state)


def _queue_passed(arguments: Arguments) -> Passed | None:
    if arguments.positional:
        return arguments.positional[0]
    return next((arguments.keywords[k] for k in apis.NAME_KEYWORDS if k in arguments.keywords), None)


def _queue_name(arguments: Arguments) -> Value:
    passed = _queue_passed(arguments)
    return passed.value if passed is not None else ()


def _of_handle(handle: Handle, node: cst.CSTNode, state: State) -> Passed | None:
    return Passed(handle.queue, state.frame.chunk, node) if handle.queue else None


def _referring(
    machine: Machine, handle: Handle, name: str, arguments: Arguments, node: cst.CSTNode, state: State
) -> Value:
    """A method of a queue of an infrastructure library."""
    return handle.queue if name in REFERRING_METHODS else escape(machine, arguments, node, state)


def _named(machine: Machine, name: str, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """`client.get_queue_url(QueueName=...)`: the URL ends in the name."""
    keyword, key = apis.NAMING_METHODS[name]
    passed = arguments.keywords.get(keyword)
    rest = machine.unknown(node, state, "the service's answer")
    items: dict[object, Item] = {}
    if passed is not None:
        _declare(machine, name, passed, arguments, node, state)
        items[key] = Item(passed.value, False, passed.chunk, passed.node)
    return state.allocate(node, DictObject(items, rest, state.frame.chunk, node, state.context))


def _declare(
    machine: Machine, method: str, name: Passed | None, arguments: Arguments, node: cst.CSTNode, state: State
) -> None:
    """Note a queue that a client creates, or whose attributes it sets."""
    if method in BOTO3_SERVICES:
        declaring.declare_by_attributes(machine, method, BOTO3_SERVICES[method], name, arguments, node, state)


def _call_partial(machine: Machine, partial: Partial, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """Call what `functools.partial` made."""
    merged = Arguments(
        [*partial.positional, *arguments.positional],
        {**dict(partial.keywords), **arguments.keywords},
        arguments.star,
        join(partial.rest, arguments.rest),
    )
    return machine.call((partial.function,), merged, node, state)


def _send(machine: Machine, member: Member, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """A method that may send: it is noted, and what it returns is unknown."""
    machine.note_send(member, arguments, node, state)
    if isinstance(member.receiver, Handle):
        return machine.unknown(node, state, "the service's answer")
    return escape(machine, arguments, node, state)
