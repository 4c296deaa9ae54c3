"""Sends by way of a framework: calls that decorators, keywords and qualified names show to be one.

What such a call evaluates to is not touched: it is noted, and evaluated like any other.
"""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.aws.routes import Routes, is_fifo_name
from sqsfifo_lint.aws.values import Member, Signature, note_send
from sqsfifo_lint.flow import Arguments, Call, Machine, State, as_dict
from sqsfifo_lint.flow.values import (
    Abstract,
    Decoration,
    DictObject,
    External,
    Function,
    Passed,
    Value,
)
from sqsfifo_lint.knowledge.apis import ID_KEYS, SendApi
from sqsfifo_lint.knowledge.frameworks import BEAT_ENTRY
from sqsfifo_lint.knowledge.senders import Senders, gives


def note_method(
    machine: Machine,
    receivers: Value,
    name: str,
    arguments: Arguments,
    node: cst.CSTNode,
    state: State,
    senders: Senders,
    routes: Routes,
) -> None:
    """Note `receiver.name(...)` when a keyword, or the receiver's decorator, shows that it sends."""
    for receiver in receivers:
        if isinstance(receiver, External):
            continue  # it is called by its qualified name
        function = _task_of(receiver)
        decorations = function.decorations if function is not None else ()
        api = senders.of_method(name, arguments.keywords, (d.path for d in decorations))
        if api is not None:
            if any(map(by_own_class, decorations)) and not api.evidence & arguments.keywords.keys():
                return  # which may give the IDs
            member = Member(name, function)
            given = _completed(arguments, decorations, api)
            queue = routes.queue_of(function) if function is not None and "queue" in api.inherited else None
            if queue is not None and not given.rest and not _DESTINATION & given.keywords.keys():
                given.keywords["queue"] = queue
            note_send(machine, member, given, node, state, api)
            return


_DESTINATION = frozenset({"queue", "exchange", "routing_key", "route_name"})
"""Options that say where a message goes, whatever the routes say."""


def _task_of(receiver: Abstract) -> Function | None:
    """The function whose message a method of it, or of a signature, sends."""
    match receiver:
        case Function():
            return receiver
        case Signature(task=task, made=True):
            return task
    return None


def is_celery_task(function: Function) -> bool:
    """Whether a decorator of Celery's makes a task of a function."""
    return any(d.path.partition(".")[0] == "celery" for d in function.decorations)


def signed(call: Call, signature: Signature) -> Value:
    """`task.s(...)`: all that it is given goes to the task, and only `signature` may take options of the message."""
    method = call.node.func if isinstance(call.node, cst.Call) else None
    takes_options = isinstance(method, cst.Attribute) and method.attr.value in ("signature", "subtask")
    given = call.arguments
    if signature.made or (takes_options and (given.rest or given.keywords.keys() - {"args", "kwargs"})):
        return call.unknown("not followed")
    return (Signature(signature.task, made=True),)


def together(call: Call, routes: Routes) -> Value | None:
    """`group(task.s(x), ...)`, or of a list: of the tasks in it, the first that goes to a FIFO queue stands for all."""
    given = call.arguments.positional
    held = [passed.value for passed in given]
    if len(given) == 1 or call.arguments.keywords:  # a list, or the header of a chord
        held.extend(element for passed in given for element in call.inside(passed)[0])
    for value in held:
        for alternative in value:
            if isinstance(alternative, Signature) and alternative.made and is_for_fifo(alternative.task, routes):
                return (Signature(alternative.task, made=True, several=True),)
    return None


def is_for_fifo(task: Function, routes: Routes) -> bool:
    """Whether a task goes to a FIFO queue: its decorator names it, or it is routed there."""
    passed = [d.keywords["queue"] for d in task.decorations if "queue" in d.keywords]
    queue = passed[0] if passed else routes.queue_of(task)
    return queue is not None and is_fifo_name(queue.value)


def sent_together(call: Call, signature: Signature, senders: Senders, routes: Routes) -> Value:
    """`group(...)()`: sends each task, without options."""
    if not (call.arguments.keywords or call.arguments.rest):
        note_method(call.machine, (signature,), "apply_async", Arguments(), call.node, call.state, senders, routes)
    return call.unknown("a result of Celery's")


def by_own_class(decoration: Decoration) -> bool:
    """Whether the function becomes an object of a class that the project names, or may name: which may do otherwise."""
    return decoration.open_ended or not decoration.keywords.keys().isdisjoint(("base", "cls"))


def _completed(arguments: Arguments, decorations: tuple[Decoration, ...], api: SendApi) -> Arguments:
    """The arguments, and those of the decorator that hold for every call."""
    keywords: dict[str, Passed] = {}
    for decoration in decorations:
        if gives(api, decoration.path):
            keywords.update((k, p) for k, p in decoration.keywords.items() if k in api.inherited)
    keywords.update(arguments.keywords)
    return Arguments(arguments.positional, keywords, arguments.star, arguments.rest)


def note_external(call: Call, path: str, senders: Senders) -> None:
    """Note the call of something outside the project, when its qualified name or its keywords show that it sends."""
    name = path.rpartition(".")[2]
    if senders.knows(name):
        api = senders.at(path) or senders.of_method(name, call.arguments.keywords)
        if api is not None:
            note_send(call.machine, Member(name, None), call.arguments, call.node, call.state, api)


def note_schedule(machine: Machine, found: DictObject, node: cst.CSTNode, state: State) -> None:
    """Note a dict that is an entry of a schedule whose messages have IDs."""
    options = as_dict(machine, found.items["options"].value, node, state)
    if ID_KEYS & options.items.keys():
        keywords = {str(k): Passed(i.value, i.chunk, i.node, i.optional) for k, i in options.items.items()}
        when = found.items["schedule"]
        keywords["schedule"] = Passed(when.value, when.chunk, when.node)
        arguments = Arguments([], keywords, (), options.rest)
        note_send(machine, Member(BEAT_ENTRY.name, None), arguments, node, state, BEAT_ENTRY)
