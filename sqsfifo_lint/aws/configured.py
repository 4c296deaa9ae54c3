"""What calling a function gives that the configuration names: an ID, or a send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqsfifo_lint.aws.values import Member, note_send
from sqsfifo_lint.flow import Arguments, Call
from sqsfifo_lint.flow.values import Atom, Bound, ClassValue, Function, Passed, Piece, Value
from sqsfifo_lint.knowledge.model import Source
from sqsfifo_lint.knowledge.senders import Senders


def of_outside(call: Call, path: str, sources: Mapping[str, Source]) -> Value | None:
    """What something outside the project yields, by its qualified name; None when the configuration does not say."""
    source = sources.get(path.replace("()", ""))
    return None if source is None else _yielded(call, source)


def of_project(call: Call, senders: Senders, sources: Mapping[str, Source]) -> Value | None:
    """What a function or class of the project gives; None when the configuration does not say."""
    callee = call.callee
    if not isinstance(callee, Bound | Function | ClassValue):
        return None
    dotted = _dotted(callee.function if isinstance(callee, Bound) else callee)
    api = senders.of_project(dotted)
    if api is not None:
        named = _by_name(callee, call.arguments)
        note_send(call.machine, Member(api.name, None), named, call.node, call.state, api)
        return call.unknown("what a configured sender returns is out of sight")
    source = next((s for name, s in sources.items() if f".{dotted}".endswith(f".{name}")), None)
    return None if source is None else _yielded(call, source)


def _yielded(call: Call, source: Source) -> Value:
    here = call.state
    piece = Piece(source.material, here.context, here.frame.chunk, call.node, "configured as data", source.resolution)
    return (Atom((piece,), source.kind),)


def _dotted(callee: Function | ClassValue) -> str:
    module = callee.module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    owner = f"{callee.owner.name}." if isinstance(callee, Function) and callee.owner is not None else ""
    return f"{module}.{owner}{callee.name}"


def _by_name(callee: Function | Bound | ClassValue, arguments: Arguments) -> Arguments:
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
