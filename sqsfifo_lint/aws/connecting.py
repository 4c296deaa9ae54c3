"""Code that connects services with queues: calls of the SDK, constructs of infrastructure libraries, Chalice."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from sqsfifo_lint.aws.declaring import Declarations, referred
from sqsfifo_lint.aws.names import text_of, variable_of
from sqsfifo_lint.aws.values import DECLARED, Handle
from sqsfifo_lint.flow import Arguments, Call, State
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    DictObject,
    External,
    Item,
    ListObject,
    Passed,
    TupleValue,
    Value,
)
from sqsfifo_lint.knowledge.connecting import Tree, connections, of_state, plain, unknown
from sqsfifo_lint.knowledge.connections import (
    CALLS,
    CLASSES,
    DEFAULT_TIMEOUT,
    DURATIONS,
    FUNCTIONS,
    LIBRARIES,
    METHODS,
    NESTED,
    PARTS_OF_TROPOSPHERE,
    POSITIONAL,
    PROTOCOL,
    RESOURCE,
    STATE_RESOURCE,
    SUBSCRIBING,
    TELLING_KEYWORDS,
)
from sqsfifo_lint.knowledge.shapes import Shape
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Attribute, Span, Worker
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.expectations import expects_failure

MAX_CONNECTED = 10
"""Dicts, lists and parts of a construct inside each other, up to which one is read; a target has five."""

SUBSCRIPTION = "subscription"
"""Kind of a handle that stands for a queue that is about to be subscribed to a topic."""


# -- what infrastructure libraries make


def made(call: Call, name: str, declarations: Declarations) -> Value | None:
    """A construct that connects a queue, noted; a part of one as a dict; a time as a number; None for all others."""
    if name in DURATIONS:
        return _seconds(call, DURATIONS[name])
    if name in CLASSES:
        arguments = _by_name(call.arguments, POSITIONAL.get(name, ""))
        _note(declarations, name.partition(".")[0], CLASSES[name], arguments, call.node, call.state)
        if name in FUNCTIONS:
            _note_worker(call, declarations, FUNCTIONS[name])
        if name == SUBSCRIBING and "queue" in arguments.keywords:
            return (Handle("sns", SUBSCRIPTION, arguments.keywords["queue"].value),)
    elif name in FUNCTIONS:
        _note_worker(call, declarations, FUNCTIONS[name])
    elif name in PARTS_OF_TROPOSPHERE or (name.endswith(NESTED) and name[:1].islower()):
        return _part(call)
    return None


def _note_worker(call: Call, declarations: Declarations, keyword: str) -> None:
    """A function, with its timeout as far as it can be seen."""
    span, given = call.state.frame.chunk.span(call.node), call.arguments.keywords.get(keyword)
    tree = _Reader(declarations, call.state).of(given) if given is not None else Tree(span, DEFAULT_TIMEOUT)
    tree = tree or Tree(span, DEFAULT_TIMEOUT)  # None is the default, too
    seen = not (call.arguments.rest or tree.optional or "*" in tree.text)
    named = call.arguments.constant(None, "function_name")
    found = Attribute(tree.text, tree.span) if seen and tree.text else None
    declarations.workers[Worker(_key(span), named if isinstance(named, str) else "*", found)] = None


def _key(span: Span) -> str:
    return f"{span.path}:{span.line}:{span.column}"


def _function_of(value: Abstract) -> str:
    """The key of the function that a value is, or is an attribute of."""
    if not isinstance(value, External) or value.receiver is None or value.name.partition("()")[0] not in FUNCTIONS:
        return ""
    made = value.receiver.pieces[0]
    return _key(made.chunk.span(made.node))


def _seconds(call: Call, unit: int) -> Value | None:
    given = call.arguments.constant(0, "amount")
    return call.known(int(given * unit)) if isinstance(given, int | float) else None


def _part(call: Call) -> Value:
    """`CfnRule.TargetProperty(arn=...)`: what it is made of, as a dict."""
    arguments, state = call.arguments, call.state
    items: dict[object, Item] = {
        name: Item(passed.value, passed.optional, passed.chunk, passed.node)
        for name, passed in arguments.keywords.items()
    }
    rest = arguments.rest or (call.unknown("positional arguments") if arguments.positional else ())
    return state.allocate(call.node, DictObject(items, rest, state.frame.chunk, call.node, state.context))


def _by_name(arguments: Arguments, first: str) -> Arguments:
    if not first or not arguments.positional or first in arguments.keywords:
        return arguments
    keywords = {first: arguments.positional[0], **arguments.keywords}
    return Arguments(arguments.positional[1:], keywords, arguments.star, arguments.rest)


# -- methods


def called(
    declarations: Declarations, receivers: Value, name: str, arguments: Arguments, node: cst.CSTNode, state: State
) -> None:
    """A method of a client or construct that connects a queue, noted."""
    if name not in _METHODS:
        return
    for receiver in receivers:
        if name == _ADDING:
            _subscribed(declarations, receiver, arguments, node, state)
        elif name == _FEEDING:
            _fed(declarations, receiver, arguments)
        elif name in METHODS:
            package = LIBRARIES[name]
            if isinstance(receiver, External) and receiver.name.partition(".")[0] == package:
                _note(declarations, package, METHODS[name], arguments, node, state, _function_of(receiver))
        elif isinstance(receiver, Handle) and receiver.kind == "topic":
            topic = Passed(receiver.queue, state.frame.chunk, node)
            known = Arguments([], {"TopicArn": topic, **arguments.keywords}, arguments.star, arguments.rest)
            _note(declarations, name, _OF_TOPIC.get(name, ()), known, node, state)
        elif isinstance(receiver, Handle):
            shapes = CALLS.get(f"{receiver.service}.{name}") if receiver.kind == "client" else None
            _note(declarations, name, shapes or (), arguments, node, state)
        elif TELLING_KEYWORDS.get(name, _NOTHING) <= arguments.keywords.keys():
            _note(declarations, name, _BY_NAME[name], arguments, node, state)


_ADDING, _FEEDING = "add_subscription", "add_event_source"
_OF_TOPIC = {"subscribe": CALLS["sns.subscribe"]}
_NOTHING = frozenset({""})
_BY_NAME = {path.rpartition(".")[2]: shapes for path, shapes in CALLS.items()}
_METHODS = frozenset({*METHODS, *_BY_NAME, _ADDING, _FEEDING})


def _fed(declarations: Declarations, receiver: Abstract, arguments: Arguments) -> None:
    """`function.add_event_source(SqsEventSource(queue))`: what is known of the queue's mapping has that function."""
    function, given = _function_of(receiver), arguments.positional[0] if arguments.positional else None
    source = given.value[0] if given is not None and len(given.value) == 1 else None
    if not function or not isinstance(source, External) or source.receiver is None:
        return
    made = source.receiver.pieces[0]
    span = made.chunk.span(made.node)
    for one in [one for one in declarations.connections if one.span == span and not one.function]:
        declarations.connections[replace(one, function=function)] = None


def _subscribed(
    declarations: Declarations, receiver: Abstract, arguments: Arguments, node: cst.CSTNode, state: State
) -> None:
    """`topic.add_subscription(SqsSubscription(queue))`."""
    given = arguments.positional[0] if arguments.positional else None
    if given is None or not isinstance(receiver, Handle) or receiver.kind != DECLARED:
        return
    for alternative in given.value:
        if isinstance(alternative, Handle) and alternative.kind == SUBSCRIPTION:
            topic = Passed((receiver,), state.frame.chunk, node)
            several = {"queue": replace(given, value=alternative.queue), "topic": topic}
            _note(declarations, "AWS CDK", CLASSES[SUBSCRIBING], Arguments([], several), node, state)


def state(declarations: Declarations, found: DictObject, node: cst.CSTNode, state: State) -> None:
    """A dict that is a state of a state machine, noted where it sends to a queue."""
    reader = _Reader(declarations, state)
    resource = reader.of(found.items[RESOURCE])
    if resource is not None and STATE_RESOURCE in resource.text:
        for one in of_state("a state machine", reader.of_dict(found, found.chunk.span(node))):
            declarations.connections[one] = None


# -- in the words of declarations


def _note(
    declarations: Declarations,
    source: str,
    shapes: Sequence[Shape],
    arguments: Arguments,
    node: cst.CSTNode,
    state: State,
    function: str = "",
) -> None:
    if not shapes:
        return
    chunk = state.frame.chunk
    span = chunk.span(node)
    reader = _Reader(declarations, state)
    fields = {plain(name): tree for name, p in arguments.keywords.items() if (tree := reader.of(p)) is not None}
    root = Tree(span, key=function, fields=fields, whole=not (arguments.rest or arguments.star))
    snake = source in _SNAKE
    found = list(connections(_SOURCES.get(source, source), shapes, root, snake=snake))
    if found:
        expected = expects_failure(chunk.module, chunk.text, node)
        several = len({one.span for one in found}) > 1
        for one in found:
            # One target stands for the call that makes it; of several, each has a place of its own.
            placed = one if several else replace(one, span=span)
            declarations.connections[replace(placed, expected=expected)] = None


_SOURCES = {"aws_cdk": "AWS CDK", "pulumi_aws": "Pulumi", "chalice": "Chalice"}
_SNAKE = frozenset({"aws_cdk", "pulumi_aws", "chalice"})


class _Reader:
    """Makes trees of values, as they are at one call."""

    def __init__(self, declarations: Declarations, state: State) -> None:
        self._declarations = declarations
        self._state = state

    def of(self, passed: Passed | Item, depth: int = 0) -> Tree | None:
        """The tree of what is passed; None if that is None."""
        return self._tree(passed.value, passed.chunk, passed.node, passed.optional, depth)

    def of_dict(self, found: DictObject, span: Span, optional: bool = False, depth: int = 0) -> Tree:
        """The tree of a dict."""
        several = ((plain(str(name)), self.of(item, depth + 1)) for name, item in found.items.items())
        fields = {name: tree for name, tree in several if tree is not None}
        return Tree(span, fields=fields, whole=not found.rest, optional=optional)

    def _tree(self, value: Value, chunk: Chunk, node: cst.CSTNode, optional: bool, depth: int) -> Tree | None:
        span: Span = chunk.span(node)
        if depth > MAX_CONNECTED:
            met("MAX_CONNECTED")
        if len(value) != 1 or depth > MAX_CONNECTED:
            return unknown(span)
        only = value[0]
        atom = referred(only)
        if atom is not None:
            return self._scalar(atom, span, optional)
        match self._state.at(only) if isinstance(only, Ref) else only:
            case DictObject() as found:
                return self.of_dict(found, span, optional, depth)
            case ListObject(elements=elements, exact=exact):
                return self._several(elements, chunk, node, span, exact and not optional, depth)
            case TupleValue(items=elements):
                return self._several(elements, chunk, node, span, not optional, depth)
            case External(name=name) if name.startswith(PROTOCOL):
                return Tree(span, name.removeprefix(PROTOCOL).lower(), optional=optional)
            case External() as thing if function := _function_of(thing):
                return Tree(span, "*", key=function, whole=False, optional=optional)
        return unknown(span)

    def _several(
        self, elements: Sequence[Value], chunk: Chunk, node: cst.CSTNode, span: Span, whole: bool, depth: int
    ) -> Tree:
        places = [(chunk, one) for one in _elements(node)]
        if len(places) != len(elements):
            places = [self._place_of(element, chunk, node) for element in elements]
        trees = (
            self._tree(element, *place, not whole, depth + 1) for element, place in zip(elements, places, strict=True)
        )
        return Tree(span, items=tuple(tree for tree in trees if tree is not None), whole=whole)

    def _place_of(self, element: Value, chunk: Chunk, node: cst.CSTNode) -> tuple[Chunk, cst.CSTNode]:
        """Where an element of a list is made, if the list is not written out."""
        found = self._state.at(element[0]) if len(element) == 1 and isinstance(element[0], Ref) else None
        return (found.chunk, found.node) if isinstance(found, DictObject) else (chunk, node)

    def _scalar(self, atom: Atom, span: Span, optional: bool) -> Tree | None:
        if atom.kind == "none":
            return None
        match atom.constant if atom.known else None:
            case bool() as flag:
                text = str(flag).lower()
            case int() | float() as number:
                text = str(number)
            case _:
                text = text_of(atom) or "*"
        key = self._declarations.key_of(atom)
        return Tree(span, text, variable_of(atom), key, whole=text != "*" or bool(key), optional=optional)


def _elements(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    match node:
        case cst.List(elements=elements) | cst.Tuple(elements=elements):
            return [element.value for element in elements]
    return ()
