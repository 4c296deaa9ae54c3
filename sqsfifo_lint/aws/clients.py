"""Clients, resources and queues of the AWS SDK, and the objects of infrastructure libraries that stand for queues."""

from __future__ import annotations

from sqsfifo_lint.aws import declaring
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.callbacks import escape
from sqsfifo_lint.flow.values import Atom, DictObject, Handle, Item, Member, Passed, Piece, Value
from sqsfifo_lint.knowledge import apis
from sqsfifo_lint.knowledge.declaring import (
    ADDING_METHODS,
    ATTRIBUTE_METHODS,
    BOTO3_SERVICES,
    CONSTRUCTS,
    DEAD_LETTERS,
    IMPORTED,
    INFRASTRUCTURE_PACKAGES,
    PASSING_METHODS,
    REFERRING_CALLS,
    REFERRING_METHODS,
)
from sqsfifo_lint.knowledge.sources import AWS_CONFIG_METHODS
from sqsfifo_lint.model import Material

# -- what makes them


def outside(call: Call, name: str) -> Value | None:
    """A client, or what an infrastructure library makes; None when `name` is neither."""
    made = _client(name, call.arguments)
    if made is not None:
        return (made,)
    return _built(call, name) if name.startswith(INFRASTRUCTURE_PACKAGES) else None


def _client(name: str, arguments: Arguments) -> Handle | None:
    package, _, rest = name.partition(".")
    method = rest.rpartition(".")[2]
    if package not in apis.CLIENT_PACKAGES or method not in apis.CLIENT_METHODS:
        return None
    service = arguments.constant(0, "service_name")
    return Handle(service, apis.CLIENT_METHODS[method]) if isinstance(service, str) else None


def _built(call: Call, name: str) -> Value | None:
    """What a library for infrastructure makes: queues, and functions whose environment names them."""
    arguments = call.arguments
    declaring.note_environment(call.machine, arguments, call.state)
    if name in CONSTRUCTS:
        return declaring.construct(call.machine, CONSTRUCTS[name], arguments, call.node, call.state)
    if name in IMPORTED:
        return declaring.imported(arguments, IMPORTED[name], "sns" if ".aws_sns." in name else "sqs")
    if name in DEAD_LETTERS and DEAD_LETTERS[name] in arguments.keywords:
        return arguments.keywords[DEAD_LETTERS[name]].value
    last = name.rpartition(".")[2]
    if last in ADDING_METHODS:
        declaring.note_added(call.machine, arguments)
    if name in REFERRING_CALLS or last in PASSING_METHODS:
        passed = arguments.passed(0)
        value = call.unknown("missing argument") if passed is None else passed.value
        return tuple(declaring.referred(a) or a for a in value)
    return None


# -- their methods


def call_member(call: Call, member: Member) -> Value:
    """A method that may send, or name a queue."""
    handle, name = member.receiver, member.name
    api = call.machine.senders.at(member.path) if member.path else None
    if api is not None:
        call.machine.note_send(member, call.arguments, call.node, call.state, api)
        return call.unknown("the service's answer")
    if not isinstance(handle, Handle):
        if name not in apis.NAMING_METHODS:
            return _sent(call, member)
        return _named(call, name) if apis.NAMING_METHODS[name][0] in call.arguments.keywords else escape(call)
    return _sent(call, member) if name in apis.SEND_APIS else _called_on(call, handle, name)


def _sent(call: Call, member: Member) -> Value:
    call.machine.note_send(member, call.arguments, call.node, call.state)
    return call.unknown("the service's answer") if isinstance(member.receiver, Handle) else escape(call)


def _called_on(call: Call, handle: Handle, name: str) -> Value:
    """A method of a client, resource, queue or topic that does not send."""
    named = _queue_passed(call.arguments)
    if handle.kind == "resource" and name in apis.RESOURCE_METHODS:
        _declare(call, name, named)
        return (Handle(handle.service, apis.RESOURCE_METHODS[name], named.value if named is not None else ()),)
    if handle.kind == "client" and name in apis.NAMING_METHODS:
        return _named(call, name)
    if name in ATTRIBUTE_METHODS:
        own = Passed(handle.queue, call.state.frame.chunk, call.node) if handle.queue else None
        _declare(call, name, named or own)
    if handle.kind == declaring.DECLARED:
        return handle.queue if name in REFERRING_METHODS else escape(call)
    if name in AWS_CONFIG_METHODS.get(handle.service, ()):
        return (Atom((Piece(Material.CONFIG, call.state.context, call.state.frame.chunk, call.node),)),)
    return (handle,) if name in ("__aenter__", "__enter__") else escape(call)


def _queue_passed(arguments: Arguments) -> Passed | None:
    if arguments.positional:
        return arguments.positional[0]
    return next((arguments.keywords[k] for k in apis.NAME_KEYWORDS if k in arguments.keywords), None)


def _named(call: Call, name: str) -> Value:
    """`client.get_queue_url(QueueName=...)`: the URL ends in the name."""
    keyword, key = apis.NAMING_METHODS[name]
    passed = call.arguments.keywords.get(keyword)
    items: dict[object, Item] = {}
    if passed is not None:
        _declare(call, name, passed)
        items[key] = Item(passed.value, False, passed.chunk, passed.node)
    rest, state = call.unknown("the service's answer"), call.state
    return state.allocate(call.node, DictObject(items, rest, state.frame.chunk, call.node, state.context))


def _declare(call: Call, method: str, name: Passed | None) -> None:
    """Note a queue that a client creates, or whose attributes it sets."""
    if method in BOTO3_SERVICES:
        service = BOTO3_SERVICES[method]
        declaring.declare_by_attributes(call.machine, method, service, name, call.arguments, call.node, call.state)
