"""Functions that are handed to what is not in sight, and may be called by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.context import Level, Ref
from sqsfifo_lint.flow.functions import unseen_arguments
from sqsfifo_lint.flow.notes import Outside
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Awaitable,
    Bound,
    DictObject,
    Dispatcher,
    Extension,
    Function,
    ListKind,
    ListObject,
    Partial,
    Passed,
    Value,
    constant_of,
    only,
    unique,
)
from sqsfifo_lint.met import BEYOND
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.walk import positional

_BY_ROWS = frozenset({"starmap", "starmap_async"})
_LATER_NAMES = frozenset({"apply_async", "run_in_executor", "run_in_threadpool", "submit", "to_thread"})
"""What is called so gives something to wait for, and not what the function that it is handed returns."""
_MAPPING_NAMES = _BY_ROWS | {"map", "imap", "imap_unordered", "amap", "map_async"}


def escape(call: Call) -> Value:
    """Something unknown is called: a function handed to it may be called by it.

    Arguments that stand after a function are taken as the function's own (`submit(f, x)`, `to_thread(f, x=1)`), as
    nearly everything that takes a function does.
    """
    state = call.state
    call.machine.notes.outside.append(Outside(call.callee, call.arguments, call.node, state.context))
    for index, passed in enumerate(call.arguments.positional):
        callbacks = functions_in([passed.value])
        if callbacks:
            return _hand_over(call, callbacks, index)
    for passed in call.arguments.keywords.values():
        callbacks = functions_in([passed.value])
        if callbacks:
            return _call_back(call, callbacks, _keyword_arguments(call))
    pieces = call.callee.pieces if isinstance(call.callee, Atom) else ()
    return call.unknown(next((piece.text for piece in pieces if piece.text.startswith(BEYOND)), "unknown callee"))


def parts_of(call: Call) -> Value | None:
    """What an unknown function makes of a list of messages and a whole number: the list in parts; None for others.

    A message is a dict with a key that a plugin looks out for. Whatever else is passed, nothing else could come out.
    """
    given = [passed.value for passed in call.arguments.all()]
    if len(given) != 2 or not any(isinstance(constant_of(value), int) for value in given):
        return None
    for reference in (only(value, Ref) for value in given):
        found = call.state.at(reference) if reference is not None else None
        if isinstance(found, ListObject) and found.elements and all(_is_message(call, e) for e in found.elements):
            part = call.list(found.elements, exact=False, extra="part")
            return call.list([part], exact=False)
    return None


def by_default(call: Call) -> Value:
    """What `get` or `pop` of something out of sight gives where there is nothing under a key; empty for other calls.

    What has other signs than a word's in it is an address, or a path: `session.get("https://...", headers)`.
    """
    given = call.arguments
    key = given.constant(0)
    if len(given.positional) != 2 or given.keywords or name_of(call.node) not in ("get", "pop"):
        return ()
    return given.positional[1].value if isinstance(key, str) and _KEY.fullmatch(key) else ()


_KEY = re.compile(r"[A-Za-z_][\w-]*")


def _is_message(call: Call, element: Value) -> bool:
    reference = only(element, Ref)
    found = call.state.at(reference) if reference is not None else None
    return isinstance(found, DictObject) and any(key in call.machine.hooks.keys for key in found.items)


def functions_in(values: Iterable[Value]) -> Value:
    """What among some values can be called later."""
    return unique(a for value in values for a in value if _is_callback(a))


def _is_callback(alternative: Abstract) -> bool:
    if isinstance(alternative, Extension):
        return alternative.is_callback
    return isinstance(alternative, Function | Bound | Partial | Dispatcher)


def _hand_over(call: Call, callbacks: Value, index: int) -> Value:
    arguments = call.arguments
    after = arguments.positional[index + 1 :]
    if name_of(call.node) in _MAPPING_NAMES:
        by_rows = name_of(call.node) in _BY_ROWS
        return map_over(call, callbacks, after[:1] if by_rows else after, rows=by_rows)
    later = replace(arguments, positional=after)
    if (after or arguments.keywords or arguments.star or arguments.rest) and all(_fits(c, later) for c in callbacks):
        value = call.again(callbacks, later)
        return (Awaitable(value),) if value and name_of(call.node) in _LATER_NAMES else value
    return _call_back(call, callbacks, Arguments(), later)


def _fits(callback: Abstract, arguments: Arguments) -> bool:
    """Whether a function can be called with these arguments: others are for whoever calls it."""
    match callback:
        case Bound(function=function):
            bound = 1
        case Function() as function:
            bound = 0
        case _:
            return True
    params = function.node.params
    several = positional(function.node)
    number = bound + len(arguments.positional)
    named = {param.name.value for param in (*params.params, *params.kwonly_params)}
    if number > len(several) and not isinstance(params.star_arg, cst.Param):
        return False
    if params.star_kwarg is None and not arguments.keywords.keys() <= named:
        return False
    if arguments.star or arguments.rest:
        return True
    missing = [param for param in (*several[number:], *params.kwonly_params) if param.default is None]
    return all(param.name.value in arguments.keywords for param in missing)


def map_over(
    call: Call,
    callbacks: Value,
    iterables: Sequence[Passed],
    *,
    rows: bool = False,
    kind: ListKind = ListKind.LIST,
) -> Value:
    """Call `callbacks` for the elements of `iterables`; with `rows`, an element is a row of arguments."""
    state = call.state
    outer = state.context
    state.context = outer.enter(Level.LOOP, call.node)
    given = Arguments()
    for one in iterables:
        several, _ = call.inside(one)
        if rows:
            _give_row(call, given, several, one)
            continue
        element = containers.any_of(call.machine, list(several), one.node, state)
        given.positional.append(Passed(containers.made_in_loop(element, state, one.node), one.chunk, one.node))
    value = call.again(callbacks, given)
    state.context = outer
    return call.list([value], exact=False, kind=kind)


def _give_row(call: Call, given: Arguments, several: Sequence[Value], one: Passed) -> None:
    """The columns of some rows as arguments; where they cannot be told apart, any item for any parameter."""
    rows = [call.inside(Passed(row, one.chunk, one.node)) for row in several]
    columns = [items for items, exact in rows if exact]
    if columns and len(columns) == len(rows) and len({len(items) for items in columns}) == 1:
        for column in zip(*columns, strict=True):
            value = containers.any_of(call.machine, list(column), one.node, call.state)
            given.positional.append(Passed(containers.made_in_loop(value, call.state, one.node), one.chunk, one.node))
        return
    mixed = [item for items, _ in rows for item in items]
    value = containers.any_of(call.machine, mixed, one.node, call.state)
    given.star = containers.made_in_loop(value, call.state, one.node)


def name_of(node: cst.CSTNode) -> str:
    """The last part of the name that a call calls."""
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name)):
            return name
    return ""


def _keyword_arguments(call: Call) -> Arguments:
    """`Thread(target=f, args=(...), kwargs={...})`"""
    later = Arguments()
    given = call.arguments.keywords.get("args")
    if given is not None:
        several, exact = call.inside(given)
        if exact:
            later.positional = [Passed(value, given.chunk, given.node) for value in several]
    named = call.arguments.keywords.get("kwargs")
    if named is not None:
        for key, item in containers.as_dict(call.machine, named.value, named.node, call.state).items.items():
            later.keywords[str(key)] = Passed(item.value, item.chunk, item.node, item.optional)
    return later


def _call_back(call: Call, callbacks: Value, later: Arguments, beside: Arguments | None = None) -> Value:
    """Call a callback as somebody else may call it: any number of times, with what we cannot see.

    Arguments that stand `beside` it do not fit it as they are; but some of them may be meant for it.
    """
    state = call.state
    outer = state.context
    complete = all(isinstance(c, Partial | Extension) for c in callbacks)
    if not complete and not later.positional and not later.keywords:
        state.context = outer.enter(Level.LOOP, call.node)
        later = unseen_arguments(call.machine, callbacks, call.node, state, beside)
    call.again(callbacks, later)
    state.context = outer
    return call.unknown("unknown callee")
