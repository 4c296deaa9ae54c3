"""Sends by way of a framework: calls that decorators, keywords and qualified names show to be one.

What such a call evaluates to is not touched: it is noted, and evaluated like any other.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Bound,
    ClassValue,
    Decoration,
    DictObject,
    External,
    Function,
    Member,
    Passed,
    Piece,
    Value,
)
from sqsfifo_lint.knowledge.apis import ID_KEYS, SendApi
from sqsfifo_lint.knowledge.frameworks import BEAT_ENTRY


def note_method(
    machine: Machine, receivers: Value, name: str, arguments: Arguments, node: cst.CSTNode, state: State
) -> None:
    """Note `receiver.name(...)` when a keyword, or the receiver's decorator, shows that it sends."""
    if not machine.senders.knows(name):
        return
    for receiver in receivers:
        if isinstance(receiver, External):
            continue  # it is called by its qualified name
        function = receiver if isinstance(receiver, Function) else None
        decorations = function.decorations if function is not None else ()
        api = machine.senders.of_method(name, arguments.keywords, (d.path for d in decorations))
        if api is not None:
            if any(d.by_own_class for d in decorations) and not api.evidence & arguments.keywords.keys():
                return  # which may give the IDs
            member = Member(name, function)
            machine.note_send(member, _completed(arguments, decorations, api), node, state, api)
            return


def _completed(arguments: Arguments, decorations: tuple[Decoration, ...], api: SendApi) -> Arguments:
    """The arguments, and those of the decorator that hold for every call."""
    keywords: dict[str, Passed] = {}
    for decoration in decorations:
        if api.is_given_by(decoration.path):
            keywords.update((k, p) for k, p in decoration.keywords.items() if k in api.inherited)
    keywords.update(arguments.keywords)
    return Arguments(arguments.positional, keywords, arguments.star, arguments.rest)


def note_external(machine: Machine, path: str, arguments: Arguments, node: cst.CSTNode, state: State) -> None:
    """Note the call of something outside the project, when its qualified name or its keywords show that it sends."""
    name = path.rpartition(".")[2]
    if not machine.senders.knows(name):
        return
    api = machine.senders.at(path) or machine.senders.of_method(name, arguments.keywords)
    if api is not None:
        machine.note_send(Member(name, None), arguments, node, state, api)


def note_schedule(machine: Machine, found: DictObject, node: cst.CSTNode, state: State) -> None:
    """Note a dict that is an entry of a schedule whose messages have IDs."""
    if not found.items.keys() >= {"task", "schedule", "options"}:
        return
    options = containers.as_dict(machine, found.items["options"].value, node, state)
    if ID_KEYS & options.items.keys():
        keywords = {str(k): Passed(i.value, i.chunk, i.node, i.optional) for k, i in options.items.items()}
        when = found.items["schedule"]
        keywords["schedule"] = Passed(when.value, when.chunk, when.node)
        arguments = Arguments([], keywords, (), options.rest)
        machine.note_send(Member(BEAT_ENTRY.name, None), arguments, node, state, BEAT_ENTRY)


# -- what the configuration names


def on_call(call: Call) -> Value | None:
    """Note a call that sends; what it gives, when the configuration says so."""
    named = configured(call.machine, call.callee, call.arguments, call.node, call.state)
    if named is None and isinstance(call.callee, External):
        path = call.callee.name
        note_external(call.machine, path, call.arguments, call.node, call.state)
        if call.machine.senders.is_decorator(path):
            call.machine.decorated[call.node] = call.arguments
    return named


def configured(
    machine: Machine, callee: Abstract, arguments: Arguments, node: cst.CSTNode, state: State
) -> Value | None:
    """What calling something gives that the configuration names; None when it does not name it."""
    if not machine.senders.configured and not machine.sources:
        return None
    match callee:
        case External():
            dotted = callee.name.replace("()", "")
            source = machine.sources.get(dotted)
        case Bound() | Function() | ClassValue():
            function = callee.function if isinstance(callee, Bound) else callee
            dotted = _dotted(function)
            source = next((s for name, s in machine.sources.items() if f".{dotted}".endswith(f".{name}")), None)
            api = machine.senders.of_project(dotted)
            if api is not None:
                named = _by_name(callee, arguments, state)
                machine.note_send(Member(api.name, None), named, node, state, api)
                return machine.unknown(node, state, "what a configured sender returns is out of sight")
        case _:
            return None
    if source is None:
        return None
    piece = Piece(source.material, state.context, state.frame.chunk, node, "configured as data", source.resolution)
    return (Atom((piece,), source.kind),)


def _dotted(callee: Function | ClassValue) -> str:
    module = callee.module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    owner = f"{callee.owner.name}." if isinstance(callee, Function) and callee.owner is not None else ""
    return f"{module}.{owner}{callee.name}"


def _by_name(callee: Function | Bound | ClassValue, arguments: Arguments, state: State) -> Arguments:
    """The arguments of a function of the project under the names of its parameters, with the defaults of the others."""
    if isinstance(callee, ClassValue):
        return arguments
    function = callee.function if isinstance(callee, Bound) else callee
    parameters = function.node.params
    positional = [*parameters.posonly_params, *parameters.params]
    if function.owner is not None and "staticmethod" not in function.marks:
        taken = arguments.positional if isinstance(callee, Bound) else arguments.positional[1:]
        positional = positional[1:]
    else:
        taken = arguments.positional
    names = [p.name.value for p in positional]
    keywords = dict(_defaults(function))
    keywords.update(zip(names, taken, strict=False))
    keywords.update(arguments.keywords)
    unseen = arguments.star or arguments.rest
    if unseen:
        given = {*names[: len(taken)], *arguments.keywords}
        keywords = {k: p for k, p in keywords.items() if k in given}
    return Arguments([], keywords, arguments.star, arguments.rest)


def _defaults(function: Function) -> Iterator[tuple[str, Passed]]:
    parameters = function.node.params
    for parameter in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params):
        if parameter.default is not None and parameter.name.value in function.defaults:
            name = parameter.name.value
            yield name, Passed(function.defaults[name], function.chunk, parameter.default)
