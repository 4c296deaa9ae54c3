"""Celery's signatures: calls of tasks that are kept with the options of their messages, alone or put together.

As in celery 5.7.0, `canvas.py`: options of a group or chord go to each of its tasks, those of a chain to the first.
https://docs.celeryq.dev/en/stable/userguide/canvas.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import libcst as cst

from sqsfifo_lint.aws.frameworks import by_own_class, completed, is_celery_task
from sqsfifo_lint.aws.routes import Routes, is_fifo_name, task_at
from sqsfifo_lint.aws.values import Canvas, Member, Signature, note_send
from sqsfifo_lint.flow import MAX_ELEMENTS, Arguments, Call, Machine, State, as_dict
from sqsfifo_lint.flow.context import Level, Ref
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    DictObject,
    External,
    Function,
    Item,
    ListObject,
    Passed,
    TupleValue,
    Value,
    data_at,
    join,
)
from sqsfifo_lint.knowledge.apis import GROUP, ID_KEYS
from sqsfifo_lint.knowledge.frameworks import (
    APPLY_ASYNC,
    CANVAS,
    GIVEN_TO_THE_FIRST,
    GIVEN_TO_THE_TASK,
    HELD,
    LINKS,
    SENDS_A_SIGNATURE,
    SIGNATURES,
    UNTOUCHED_BY,
)
from sqsfifo_lint.met import met
from sqsfifo_lint.records import replace

_KINDS = {"group": Canvas.ALL, "chord": Canvas.ALL, "chain": Canvas.FIRST}
_METHODS = SENDS_A_SIGNATURE | {"set", "clone", "partial", "link", "link_error", "on_error"}
_OF_THE_CALL = frozenset({"args", "kwargs", "options", "app", "immutable", "type", "subtask_type", "task_id"})
"""Parameters of `signature` that are no options of the message, or say nothing of it."""


class _Leaf(NamedTuple):
    """One message that a signature sends."""

    task: Function | str | None
    arguments: Arguments


# -- made


def attribute(holder: Function | Signature, name: str, node: cst.CSTNode, state: State) -> Value | None:
    """A method of a task that makes a signature, a method of a signature, or its options."""
    if isinstance(holder, Function):
        return (_new(holder, {}, (), node, state, name),) if name in SIGNATURES and is_celery_task(holder) else None
    if holder.method:
        return None
    if name == "options":
        return (holder.options,)
    return (replace(holder, method=name),) if name in _METHODS else None


def _new(
    task: Function | str | None,
    items: Mapping[object, Item],
    rest: Value,
    node: cst.CSTNode,
    state: State,
    method: str = "",
) -> Signature:
    options = DictObject(dict(items), rest, state.frame.chunk, node, state.context)
    (reference,) = state.allocate(node, options, extra="options")
    assert isinstance(reference, Ref)
    return Signature(task, reference, method)


def made(call: Call, name: str) -> Value | None:
    """What `celery.signature`, `group`, `chain`, `chord` and the methods of an app of these names make."""
    given = call.arguments
    if name in CANVAS:
        held = [passed.value for passed in given.positional]
        held.extend([given.star] if given.star else [])
        if len(given.positional) == 1:  # a list, or the header of a chord
            elements, _ = call.inside(given.positional[0])
            held = list(elements) or held
        elif name == "chord" and held:
            held = [*call.inside(given.positional[0])[0], *held[1:]]
        if name == "chord" and "body" in given.keywords:
            held.append(given.keywords["body"].value)
        return put_together(call.machine, _KINDS[name], held, call.node, call.state, given)
    named = given.constant(0, "varies") if given.positional or "varies" in given.keywords else NOTHING
    if not isinstance(named, str):
        return None
    signature = _new(task_at(call.machine, named) or named, {}, (), call.node, call.state)
    _keep_options(call, signature, Arguments(given.positional[1:], given.keywords, given.star, given.rest))
    return (signature,)


def put_together(
    machine: Machine,
    kind: Canvas,
    held: Sequence[Value],
    node: cst.CSTNode,
    state: State,
    given: Arguments | None = None,
) -> Value | None:
    """Several signatures as one; None where none of them is known."""
    parts = tuple(tuple(a for a in value if isinstance(a, Signature) and not a.method) for value in held)
    if not any(parts):
        return None
    size = 1 + sum(one.size for part in parts for one in part)
    if size > MAX_ELEMENTS:
        return machine.unknown(node, state, met("MAX_ELEMENTS"))
    keywords, rest = (given.keywords, given.rest) if given is not None else ({}, ())
    together = _new(None, _items({k: p for k, p in keywords.items() if k not in _OF_THE_CALL}), rest, node, state)
    return (replace(together, canvas=kind, parts=parts, size=size),)


def either(machine: Machine, left: Value, right: Value, node: cst.CSTNode, state: State) -> Value:
    """`first.s() | second.s()`: a chain."""
    chain = put_together(machine, Canvas.FIRST, [left, right], node, state)
    return machine.unknown(node, state, "not followed") if chain is None else chain


# -- called


def called(call: Call, signature: Signature, routes: Routes) -> Value:
    """A method of a task that makes a signature, a method of one, or one that stands for several and is called."""
    given, state = call.arguments, call.state
    itself = replace(signature, method="")
    match signature.method:
        case "s" | "si":
            _put(state, itself, _of_the_task(call, [p.value for p in given.all()], given.keywords, given.rest))
        case "signature" | "subtask":
            _keep_options(call, itself, given)
        case "set":
            _put(state, itself, _items(given.keywords), given.rest)
        case "clone" | "partial":
            before = _options(state, itself)
            copy = _new(itself.task, before.items, before.rest, call.node, state)
            itself = replace(itself, options=copy.options)
            _put(state, itself, _items({k: p for k, p in given.keywords.items() if k not in _OF_THE_CALL}), given.rest)
        case "link" | "link_error" | "on_error":
            _link(call, itself)
        case "apply_async" | "delay" as method:
            return _sent(call, itself, routes, takes_options=method == "apply_async")
        case _ if signature.canvas is not Canvas.TASK:
            return _sent(call, _with_body(call, itself), routes)
        case _:
            return call.unknown("the task runs here")
    return (itself,)


def _of_the_task(
    call: Call, values: Sequence[Value], keywords: Mapping[str, Passed], rest: Value = ()
) -> dict[object, Item]:
    """What the arguments of a task say of its message: what it is about, and that an ID goes to the task."""
    chunk = call.state.frame.chunk
    about = (TupleValue((*values, rest) if rest else tuple(values)),)
    items: dict[object, Item] = {"args": Item(about, False, chunk, call.node)}
    if GROUP in keywords:
        items[GIVEN_TO_THE_TASK] = _item(keywords[GROUP])
    return items


def _keep_options(call: Call, signature: Signature, given: Arguments) -> None:
    """`task.signature(args, kwargs, options, **options)`."""
    state = call.state
    names = ("args", "kwargs", "options")
    named = {**dict(zip(names, given.positional, strict=False)), **given.keywords}
    about = [named[name].value for name in names[:2] if name in named]
    to_task = as_dict(call.machine, named["kwargs"].value, call.node, state) if "kwargs" in named else None
    keywords = {str(k): _passed(i) for k, i in to_task.items.items()} if to_task is not None else {}
    _put(state, signature, _of_the_task(call, about, keywords))
    if "options" in named:
        options = as_dict(call.machine, named["options"].value, call.node, state)
        _put(state, signature, options.items, options.rest)
    _put(state, signature, _items({k: p for k, p in named.items() if k not in _OF_THE_CALL}), given.rest)


def _link(call: Call, signature: Signature) -> None:
    """`signature.link(other)`: it is sent when the task is done, with its own options."""
    linked = call.arguments.passed(0)
    if linked is not None:
        found = _options(call.state, signature).items.get("link")
        value = join(found.value, linked.value) if found is not None else linked.value
        _put(call.state, signature, {"link": Item(value, False, linked.chunk, linked.node)})


def _with_body(call: Call, signature: Signature) -> Signature:
    """`chord(header)(body)`."""
    bodies = (tuple(a for a in p.value if isinstance(a, Signature)) for p in call.arguments.positional)
    return replace(signature, parts=(*signature.parts, *filter(None, bodies)))


def _options(state: State, signature: Signature) -> DictObject:
    found = state.at(signature.options)
    assert isinstance(found, DictObject)
    return found


def _put(state: State, signature: Signature, items: Mapping[object, Item], rest: Value = ()) -> None:
    found = _options(state, signature)
    state.heap[signature.options] = replace(found, items={**found.items, **items}, rest=join(found.rest, rest))


def _item(passed: Passed) -> Item:
    return Item(passed.value, passed.optional, passed.chunk, passed.node)


def _passed(item: Item) -> Passed:
    return Passed(item.value, item.chunk, item.node, item.optional)


def _items(keywords: Mapping[str, Passed]) -> dict[object, Item]:
    return {key: _item(passed) for key, passed in keywords.items()}


# -- sent


def _sent(call: Call, signature: Signature, routes: Routes, *, takes_options: bool = True) -> Value:
    """Note what is sent: of several messages, the one for a FIFO queue that most is wrong with stands for all."""
    given = call.arguments
    if takes_options:
        options = {key: passed for key, passed in given.keywords.items() if key not in ("args", "kwargs")}
        leaves = list(_leaves(call.state, signature, options, given.rest))
    else:
        to_task = {GIVEN_TO_THE_TASK: given.keywords[GROUP]} if GROUP in given.keywords else {}
        leaves = list(_leaves(call.state, signature, to_task, ()))
    _note(call.machine, leaves, routes, call.node, call.state)
    return call.unknown("a result of Celery's")


def linked(machine: Machine, given: Arguments, routes: Routes, node: cst.CSTNode, state: State) -> None:
    """Note what is sent when the task is done that a call of it sends: `task.apply_async(link=other.s())`."""
    several = [one for key in LINKS & given.keywords.keys() for one in _signatures(given.keywords[key].value, state)]
    leaves = [leaf for one in several for leaf in _leaves(state, one, {}, ())]
    _note(machine, leaves, routes, node, state)


def _note(machine: Machine, leaves: Iterable[_Leaf], routes: Routes, node: cst.CSTNode, state: State) -> None:
    several = [_Leaf(one.task, completed(one.arguments, one.task, APPLY_ASYNC, routes)) for one in leaves]
    if len(several) > 1:
        several = sorted(filter(_is_for_fifo, several), key=_lacking)[:1]
    for task, arguments in several:
        function = task if isinstance(task, Function) else None
        own_class = function is not None and any(map(by_own_class, function.decorations))
        if not own_class or ID_KEYS & arguments.keywords.keys():
            note_send(machine, Member(APPLY_ASYNC.name, function), arguments, node, state, APPLY_ASYNC)


def _leaves(
    state: State, signature: Signature, given: Mapping[str, Passed], rest: Value, linked: set[Ref] | None = None
) -> Iterator[_Leaf]:
    """The messages of a signature, each with the options that it is sent with: those that are given come first.

    `linked` are the options of signatures whose links were followed: a signature may be linked to itself.
    """
    followed = set[Ref]() if linked is None else linked
    found = _options(state, signature)
    options = {**{str(k): _passed(i) for k, i in found.items.items()}, **given}
    unseen = join(found.rest, rest)
    if _may_be_changed(found, state):
        unseen = join(unseen, (data_at(found.chunk, found.node, state.context, "options given by others"),))
    if signature.canvas is Canvas.TASK:
        yield _Leaf(signature.task, Arguments([], options, (), unseen))
    own = {key: passed for key, passed in options.items() if key not in LINKS}
    for index, part in enumerate(signature.parts):
        if signature.canvas is Canvas.FIRST and index:
            own = {GIVEN_TO_THE_FIRST: options[GROUP]} if GROUP in options else {}
            unseen = ()
        for one in part:
            yield from _leaves(state, one, own, unseen, followed)
    if signature.options not in followed:
        followed.add(signature.options)
        for one in (one for key in LINKS if key in options for one in _signatures(options[key].value, state)):
            yield from _leaves(state, one, {}, (), followed)


def _may_be_changed(found: DictObject, state: State) -> bool:
    """Whether other functions may give an ID to a signature: it is kept by an object or a module that says of IDs."""
    kept = bool(found.context.epochs) and found.context.epochs[0].level in (Level.IMPORT, Level.INSTANCE)
    return kept and GROUP in state.frame.module.text


def _signatures(value: Value, state: State) -> Iterator[Signature]:
    """The signatures in a value, and in the lists that it may be."""
    for alternative in value:
        match state.at(alternative) if isinstance(alternative, Ref) else alternative:
            case Signature(method="") as signature:
                yield signature
            case ListObject(elements=several) | TupleValue(items=several):
                yield from (a for element in several for a in element if isinstance(a, Signature) and not a.method)


def _is_for_fifo(leaf: _Leaf) -> bool:
    queue = leaf.arguments.keywords.get("queue")
    return queue is not None and is_fifo_name(queue.value)


def _lacking(leaf: _Leaf) -> int:
    """How little is wrong with a message for a FIFO queue."""
    given = leaf.arguments
    if GROUP not in given.keywords and not given.rest:
        return 0
    return 2 - bool(HELD & given.keywords.keys() or "eta" in given.keywords)


# -- handed to others


def handed_out(call: Call) -> None:
    """Whoever is handed a signature may give it options."""
    path = call.callee.name if isinstance(call.callee, External) else ""
    if path.partition(".")[0] in UNTOUCHED_BY:
        return
    for passed in call.arguments.all():
        for signature in _signatures(passed.value, call.state):
            _loosen(call, signature)


def _loosen(call: Call, signature: Signature) -> None:
    _put(call.state, signature, {}, call.unknown("options given out of sight"))
    for part in signature.parts:
        for one in part:
            _loosen(call, one)


def is_out_of_sight(callee: Abstract) -> bool:
    """Whether nobody can see what is done by calling a value."""
    return isinstance(callee, External | Atom)
