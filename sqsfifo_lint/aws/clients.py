"""Clients, resources and queues of the AWS SDK, and the objects of infrastructure libraries that stand for queues."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.aws import connecting, declaring
from sqsfifo_lint.aws.declaring import Declarations
from sqsfifo_lint.aws.feeding import Feeding
from sqsfifo_lint.aws.values import DECLARED, Handle, Member, note_send
from sqsfifo_lint.flow import Arguments, Call, Machine, State, escape
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.values import Abstract, Atom, DictObject, External, Item, Passed, Piece, Super, Value, only
from sqsfifo_lint.knowledge import apis
from sqsfifo_lint.knowledge.declaring import (
    ADDING_METHODS,
    ATTRIBUTE_METHODS,
    ATTRIBUTES_OF,
    BOTO3_SERVICES,
    CONSTRUCTS,
    CONSTRUCTS_OF_CODE,
    DEAD_LETTERS,
    FETCHING_METHODS,
    IMPORTED,
    INFRASTRUCTURE_PACKAGES,
    PASSING_METHODS,
    REFERRING,
    REFERRING_CALLS,
    REFERRING_METHODS,
)
from sqsfifo_lint.knowledge.receiving import RECEIVE_APIS
from sqsfifo_lint.knowledge.senders import Senders
from sqsfifo_lint.knowledge.sources import AWS_CONFIG_METHODS
from sqsfifo_lint.model import Material

# -- what makes them


def made(call: Call, name: str, declarations: Declarations, feeding: Feeding) -> Value | None:
    """A client, or what an infrastructure library makes; None when `name` is neither."""
    client = _client(name, call.arguments)
    if client is not None:
        return (client,)
    if name in CONSTRUCTS_OF_CODE:
        return declaring.construct(call, declarations, CONSTRUCTS_OF_CODE[name])
    return _built(call, name, declarations, feeding) if name.startswith(INFRASTRUCTURE_PACKAGES) else None


def _client(name: str, arguments: Arguments) -> Handle | None:
    package, _, rest = name.partition(".")
    method = rest.rpartition(".")[2]
    if package not in apis.CLIENT_PACKAGES or method not in apis.CLIENT_METHODS:
        return None
    service = arguments.constant(0, "service_name")
    return Handle(service, apis.CLIENT_METHODS[method]) if isinstance(service, str) else None


def _built(call: Call, name: str, declarations: Declarations, feeding: Feeding) -> Value | None:
    """What a library for infrastructure makes: queues, and functions whose environment names them."""
    arguments = call.arguments
    connected = connecting.made(call, name, declarations)
    if connected is not None:
        return connected
    declaring.note_environment(call, declarations)
    feeding.note(call, name)
    if name in CONSTRUCTS:
        return declaring.construct(call, declarations, CONSTRUCTS[name])
    if name in IMPORTED:
        return declaring.imported(call, IMPORTED[name], "sns" if ".aws_sns." in name else "sqs")
    if name in DEAD_LETTERS and DEAD_LETTERS[name] in arguments.keywords:
        return arguments.keywords[DEAD_LETTERS[name]].value
    last = name.rpartition(".")[2]
    if last in ADDING_METHODS:
        declaring.note_added(call, declarations)
    if name in REFERRING_CALLS or last in PASSING_METHODS:
        passed = arguments.passed(0)
        value = call.unknown("missing argument") if passed is None else passed.value
        return tuple(declaring.referred(a) or a for a in value)
    return None


# -- their methods


def call_member(call: Call, member: Member, senders: Senders, declarations: Declarations) -> Value:
    """A method that may send, or name a queue."""
    handle, name = member.receiver, member.name
    api = senders.at(member.path) if member.path else None
    if api is not None:
        note_send(call.machine, member, call.arguments, call.node, call.state, api)
        return call.unknown("the service's answer")
    if not isinstance(handle, Handle):
        if name not in apis.NAMING_METHODS:
            return _sent(call, member)
        named = apis.NAMING_METHODS[name][0] in call.arguments.keywords
        return _named(call, name, declarations) if named else escape(call)
    return _sent(call, member) if name in apis.SEND_APIS else _called_on(call, handle, name, declarations)


def _sent(call: Call, member: Member) -> Value:
    note_send(call.machine, member, call.arguments, call.node, call.state)
    return call.unknown("the service's answer") if isinstance(member.receiver, Handle) else escape(call)


def _called_on(call: Call, handle: Handle, name: str, declarations: Declarations) -> Value:
    """A method of a client, resource, queue or topic that does not send."""
    named = _queue_passed(call.arguments)
    if handle.kind == "resource" and name in apis.RESOURCE_METHODS:
        _declare(call, declarations, name, named)
        return (Handle(handle.service, apis.RESOURCE_METHODS[name], named.value if named is not None else ()),)
    if handle.kind == "client" and name in apis.NAMING_METHODS:
        return _named(call, name, declarations)
    if handle.kind == "client" and name == ATTRIBUTES_OF:
        return _attributes(call)
    if name in ATTRIBUTE_METHODS:
        own = Passed(handle.queue, call.state.frame.chunk, call.node) if handle.queue else None
        _declare(call, declarations, name, named or own)
    if handle.kind == DECLARED:
        return handle.queue if name in REFERRING_METHODS else escape(call)
    if name in AWS_CONFIG_METHODS.get(handle.service, ()):
        return (Atom((Piece(Material.CONFIG, call.state.context, call.state.frame.chunk, call.node),)),)
    return (handle,) if name in ("__aenter__", "__enter__") else escape(call)


def _queue_passed(arguments: Arguments) -> Passed | None:
    if arguments.positional:
        return arguments.positional[0]
    return next((arguments.keywords[k] for k in apis.NAME_KEYWORDS if k in arguments.keywords), None)


def _named(call: Call, name: str, declarations: Declarations) -> Value:
    """`client.get_queue_url(QueueName=...)`: the URL ends in the name."""
    keyword, key = apis.NAMING_METHODS[name]
    passed = call.arguments.keywords.get(keyword)
    items: dict[object, Item] = {}
    if passed is not None:
        _declare(call, declarations, name, passed)
        items[key] = Item(passed.value, False, passed.chunk, passed.node)
    rest, state = call.unknown("the service's answer"), call.state
    return state.allocate(call.node, DictObject(items, rest, state.frame.chunk, call.node, state.context))


def _attributes(call: Call) -> Value:
    """`client.get_queue_attributes(QueueUrl=...)`: the ARN in it is that of the queue."""
    passed, state = call.arguments.keywords.get("QueueUrl"), call.state
    rest = call.unknown("the service's answer")
    if passed is None:
        return rest
    own: dict[object, Item] = {"QueueArn": Item(passed.value, False, passed.chunk, passed.node)}
    chunk, context = state.frame.chunk, state.context
    inner = state.allocate(call.node, DictObject(own, rest, chunk, call.node, context), "attributes")
    items: dict[object, Item] = {"Attributes": Item(inner, False, chunk, call.node)}
    return state.allocate(call.node, DictObject(items, rest, chunk, call.node, context))


def _declare(call: Call, declarations: Declarations, method: str, name: Passed | None) -> None:
    """Note a queue that a client creates, whose attributes it sets, or that it asks for."""
    if method in FETCHING_METHODS and name is not None:
        declarations.note_fetched(name.value)
    if method in BOTO3_SERVICES:
        declaring.declare_by_attributes(call, declarations, method, BOTO3_SERVICES[method], name)


# -- their attributes

CALLED_BY_NAME = frozenset({*apis.SEND_APIS, *apis.NAMING_METHODS, *RECEIVE_APIS})
"""Methods that are known by their names and keywords, whatever they are called on."""


def attribute(handle: Handle, name: str) -> Value:
    """An attribute of a client, resource, queue or topic."""
    if name == "meta":
        return (handle,)
    if name == "client" and handle.kind != "client":
        return (Handle(handle.service, "client", handle.queue),)
    if handle.queue and name in (REFERRING if handle.kind == DECLARED else ("url", "arn")):
        return handle.queue
    if name == "exceptions":
        return (External("botocore.exceptions"),)
    return (Member(name, handle),)


def member(machine: Machine, holder: Abstract, name: str, node: cst.CSTNode, state: State) -> Value | None:
    """A method that is known by its name, of something that is not known to have others."""
    match holder:
        case Atom():
            return (Member(name, holder),)
        case External():
            return (Member(name, holder.receiver, f"{holder.name}.{name}"),)
        case Super() if name in apis.SEND_APIS:
            return (Member(name, None),)
        case Ref() if name in apis.SEND_APIS or name in RECEIVE_APIS:
            unseen = machine.unknown(node, state, "an attribute out of sight")
            return (Member(name, only(unseen, Atom)),)
    return None


def typed(name: str) -> Value:
    """What a parameter holds whose annotation has this qualified name: a client or resource, by the stub packages."""
    package, last = name.partition(".")[0], name.rpartition(".")[2]
    if last in apis.TYPED:
        return (Handle(*apis.TYPED[last]),)
    if last in apis.TYPED_RESOURCES and (
        "boto3_sqs" in package or "boto3_sns" in package or "aiobotocore_s" in package
    ):
        return (Handle("sqs" if "sqs" in package else "sns", apis.TYPED_RESOURCES[last]),)
    return ()
