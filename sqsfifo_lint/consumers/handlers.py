"""What a handler of a message's failure does."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.consumers.found import inside, names_in
from sqsfifo_lint.flow import name_of
from sqsfifo_lint.flow.values import External, TupleValue, Value
from sqsfifo_lint.handling.effects import is_logging, is_pure, is_waiting
from sqsfifo_lint.handling.errors import CLIENT_ERRORS, EVERYTHING
from sqsfifo_lint.handling.surroundings import Surroundings, View
from sqsfifo_lint.knowledge.receiving import DELETING, KEEPING, POSTPONING

_NO_WORK = frozenset(DELETING) | POSTPONING | {"delete", "append", "get", "add"}


def works(body: cst.CSTNode, names: frozenset[str], view: View) -> bool:
    """Whether some code does something with a message, which `names` stand for, besides deleting it."""
    return any(
        isinstance(node, cst.Call)
        and name_of(node) not in _NO_WORK
        and not is_logging(node, view)
        and not names_in([node]).isdisjoint(names)
        for node in inside(body)
    )


def acts(handler: cst.ExceptHandler, around: Surroundings, view: View) -> bool:
    """Whether a handler does something else than to log, collect, wait, or say when the message comes again."""
    return any(
        isinstance(node, cst.Call)
        and name_of(node) not in KEEPING | POSTPONING
        and not (is_logging(node, view) or is_pure(node, view) or is_waiting(node, view))
        and not _is_within_log(node, handler, around, view)
        for node in inside(handler.body)
    )


def _is_within_log(node: cst.CSTNode, handler: cst.ExceptHandler, around: Surroundings, view: View) -> bool:
    """Whether a call only makes what is logged."""
    for _, parent in around.above(node):
        if parent is handler:
            return False
        if isinstance(parent, cst.Call) and is_logging(parent, view):
            return True
    return False


def takes_everything(handler: cst.ExceptHandler, view: View) -> bool:
    """Whether it catches whatever is raised."""
    return handler.type is None or not EVERYTHING.isdisjoint(_names(view.value(handler.type)))


def is_of_deletion(handler: cst.ExceptHandler, body: cst.CSTNode, view: View) -> bool:
    """Whether a handler is for what the client raises, of a `try` that deletes: then the work may be done."""
    caught = [*_names(view.value(handler.type))] if handler.type is not None else []
    if not caught or not all(name.startswith(CLIENT_ERRORS) for name in caught):
        return False
    return any(isinstance(node, cst.Call) and name_of(node) in _DELETING for node in inside(body))


_DELETING = frozenset(DELETING) | {"delete"}


def _names(value: Value) -> Iterator[str]:
    for one in value:
        match one:
            case External():
                yield one.name
            case TupleValue():
                for item in one.items:
                    yield from _names(item)
