"""Sends by way of a framework: calls that decorators, keywords and qualified names show to be one.

What such a call evaluates to is not touched: it is noted, and evaluated like any other.
"""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.aws.named import NamedQueues
from sqsfifo_lint.aws.routes import Routes, is_fifo_name
from sqsfifo_lint.aws.values import Member, Signature, note_send
from sqsfifo_lint.flow import Arguments, Call, Machine, State, as_dict
from sqsfifo_lint.flow.values import (
    Decoration,
    DictObject,
    External,
    Function,
    Passed,
    Value,
)
from sqsfifo_lint.knowledge.apis import ID_KEYS, SendApi
from sqsfifo_lint.knowledge.frameworks import BEAT_ENTRY, OF_A_TASK, OF_THE_OBJECT, SENDS_A_SIGNATURE
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
        if isinstance(receiver, External) or (isinstance(receiver, Signature) and name in SENDS_A_SIGNATURE):
            continue  # it is noted when it is called
        function = receiver if isinstance(receiver, Function) else None
        decorations = function.decorations if function is not None else ()
        api = senders.of_method(name, arguments.keywords, (d.path for d in decorations))
        if api is not None:
            if any(map(by_own_class, decorations)) and not api.evidence & arguments.keywords.keys():
                return  # which may give the IDs
            note_send(machine, Member(name, function), completed(arguments, function, api, routes), node, state, api)
            return


_DESTINATION = frozenset({"queue", "exchange", "routing_key", "route_name"})
"""Options that say where a message goes, whatever the routes say."""


def completed(arguments: Arguments, task: Function | str | None, api: SendApi, routes: Routes) -> Arguments:
    """The arguments, those of the decorator that hold for every call, and the queue that the routes say."""
    keywords: dict[str, Passed] = {}
    for decoration in task.decorations if isinstance(task, Function) else ():
        if gives(api, decoration.path):
            keywords.update((k, p) for k, p in decoration.keywords.items() if k in api.inherited)
    keywords.update(arguments.keywords)
    if task is not None and api.routed and not arguments.rest:
        if "queue" in keywords:
            keywords["queue"] = routes.called(keywords["queue"])
        elif not _DESTINATION & keywords.keys() and (queue := routes.queue_of(task)) is not None:
            keywords["queue"] = queue
    return Arguments(arguments.positional, keywords, arguments.star, arguments.rest)


def is_celery_task(function: Function) -> bool:
    """Whether a decorator of Celery's makes a task of a function."""
    return any(d.path.partition(".")[0] == "celery" for d in function.decorations)


def queue_of_task(task: Function, routes: Routes) -> Passed | None:
    """The queue of a task that is sent without naming one: its decorator names it, or it is routed there."""
    passed = [d.keywords[key] for d in task.decorations for key in OF_A_TASK if key in d.keywords]
    return routes.called(passed[0]) if passed else routes.queue_of(task)


def is_for_fifo(task: Function, routes: Routes) -> bool:
    """Whether that is a FIFO queue."""
    queue = queue_of_task(task, routes)
    return queue is not None and is_fifo_name(queue.value)


def by_own_class(decoration: Decoration) -> bool:
    """Whether the function becomes an object of a class that the project names, or may name: which may do otherwise."""
    return decoration.open_ended or not decoration.keywords.keys().isdisjoint(("base", "cls"))


def note_external(call: Call, path: str, senders: Senders, routes: Routes, named: NamedQueues) -> None:
    """Note the call of something outside the project, when its qualified name or its keywords show that it sends."""
    name = path.rpartition(".")[2]
    if senders.knows(name):
        api = senders.at(path) or senders.of_method(name, call.arguments.keywords)
        if api is not None:
            given = call.arguments
            if api.routed:
                task = given.constant(0, "name")
                given = completed(given, task if isinstance(task, str) else None, api, routes)
            elif OF_THE_OBJECT in api.queue and isinstance(call.callee, External):
                given = named.completed(call.callee, given)
            note_send(call.machine, Member(name, None), given, call.node, call.state, api)


def named_queue(call: Call, aliases: dict[object, Passed]) -> Value | None:
    """`kombu.Queue(name, alias=...)`: wherever a message goes to it, its name would do as well."""
    named = call.arguments.passed(0, "name")
    alias = call.arguments.constant(None, "alias")
    if named is None:
        return None
    if isinstance(alias, str):
        aliases[alias] = named
    return named.value


def note_schedule(machine: Machine, found: DictObject, node: cst.CSTNode, state: State) -> None:
    """Note a dict that is an entry of a schedule whose messages have IDs."""
    options = as_dict(machine, found.items["options"].value, node, state)
    if ID_KEYS & options.items.keys():
        keywords = {str(k): Passed(i.value, i.chunk, i.node, i.optional) for k, i in options.items.items()}
        when = found.items["schedule"]
        keywords["schedule"] = Passed(when.value, when.chunk, when.node)
        arguments = Arguments([], keywords, (), options.rest)
        note_send(machine, Member(BEAT_ENTRY.name, None), arguments, node, state, BEAT_ENTRY)
