"""Where code runs again for the same message: decorators that retry, and loops that try until it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import Frame, Machine, names_of
from sqsfifo_lint.flow.context import Context
from sqsfifo_lint.flow.values import Piece
from sqsfifo_lint.knowledge.retries import RETRY_DECORATORS, RETRY_ITERATORS, Retry
from sqsfifo_lint.model import Material, Step
from sqsfifo_lint.records import record
from sqsfifo_lint.sends.slots import Given
from sqsfifo_lint.source.chunks import NodePlace
from sqsfifo_lint.source.walk import descendants

RETRIED = frozenset({Material.CLOCK, Material.UNIQUE, Material.PROCESS})
"""Materials that give a different value if the same code runs again for the same message."""


@record()
class Attempt:
    """A scope that runs again: everything made in `context`, or further in, is made again at each attempt."""

    context: Context
    step: Step


def attempts_of(machine: Machine, call: SendCall, dedup: Given, body: Given) -> tuple[Attempt, ...]:
    """The retried scopes around a send of one message, the innermost first.

    They do not matter if nothing in the dedup ID is made again by an attempt.
    """
    if not any(piece.material in RETRIED for piece in dedup.pieces):
        return ()
    frames = list(call.frame.outward())
    found = [attempt for frame in frames for attempt in _by_decorator(machine, frame)]
    calls = {call.node, *(frame.call for frame in frames if frame.call is not None)}
    made = [piece.context for piece in body.pieces if piece.material is Material.DATA]
    for around in call.state.context.loops():
        loop = around.opened_by
        if not isinstance(loop, cst.For | cst.While) or any(context.within(around) for context in made):
            continue
        owner = next((frame for frame in frames if around.within(frame.key)), frames[-1])
        left_when_sent = (loop, call.node) not in machine.notes.rounds and goes_on_after_error(loop, calls)
        if left_when_sent or _iterates_over_attempts(machine, loop, owner):
            header = loop.iter if isinstance(loop, cst.For) else loop.test
            text = "lets the loop run again after an error, with the same message"
            found.append(Attempt(around, Step(NodePlace(owner.chunk, header), text)))
    return tuple(sorted(found, key=lambda attempt: -len(attempt.context)))


def attempt_of(piece: Piece, attempts: Iterable[Attempt]) -> Step | None:
    """The innermost scope that makes a piece again for the same message."""
    if piece.material not in RETRIED:
        return None
    return next((attempt.step for attempt in attempts if piece.context.within(attempt.context)), None)


# -- decorators


def _by_decorator(machine: Machine, frame: Frame) -> Iterator[Attempt]:
    function = frame.function.node if frame.function is not None else None
    if not isinstance(function, cst.FunctionDef):
        return
    for decorator in function.decorators:
        if _retries(machine, decorator.decorator, function, frame):
            place = NodePlace(frame.chunk, decorator.decorator)
            yield Attempt(frame.key, Step(place, f"runs `{function.name.value}()` again after an error"))


def _retries(machine: Machine, decorator: cst.BaseExpression, function: cst.FunctionDef, frame: Frame) -> bool:
    named = decorator.func if isinstance(decorator, cst.Call) else decorator
    names = _names(machine, named, frame)
    return any(_runs_again(RETRY_DECORATORS[name], decorator, function) for name in names & RETRY_DECORATORS.keys())


def _runs_again(retry: Retry, decorator: cst.BaseExpression, function: cst.FunctionDef) -> bool:
    if retry.always:
        return True
    if isinstance(decorator, cst.Call) and any(_asks_for(arg, retry.keywords) for arg in decorator.args):
        return True
    return bool(retry.method) and _calls_method(function, retry.method)


def _names(machine: Machine, node: cst.BaseExpression, frame: Frame) -> frozenset[str]:
    """The qualified names, outside the project, of an expression in the frame's module."""
    names = names_of(machine, node, machine.fresh_state(machine.import_frame(frame.module, frame.chunk)))
    return names | {name.removesuffix("()") for name in names}  # `again = tenacity.retry(...)`, and then `@again`


def _asks_for(arg: cst.Arg, wanted: frozenset[str]) -> bool:
    """Whether an argument turns retries on: `autoretry_for=(Timeout,)`, but not `autoretry_for=()`."""
    match arg.value:
        case cst.Tuple(elements=[]) | cst.Name("False" | "None") | cst.Integer("0"):
            return False
    return arg.keyword is not None and arg.keyword.value in wanted


def _calls_method(function: cst.FunctionDef, name: str) -> bool:
    return any(
        isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == name
        for node in descendants(function.body)
    )


# -- loops


def goes_on_after_error(loop: cst.For | cst.While, calls: set[cst.CSTNode]) -> bool:
    """Whether the loop catches an error of its send, and then runs again."""
    return any(
        isinstance(node, cst.Try)
        and any(_ends_in_next_round(handler) for handler in node.handlers)
        and any(below in calls for below in descendants(node.body))
        for node in descendants(loop.body)
    )


def _ends_in_next_round(handler: cst.ExceptHandler) -> bool:
    """Whether a handler can reach the next round: it does not always leave by `raise`, `return` or `break`."""
    last = handler.body.body[-1] if handler.body.body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return not isinstance(last, cst.Raise | cst.Return | cst.Break)


def _iterates_over_attempts(machine: Machine, loop: cst.For | cst.While, frame: Frame) -> bool:
    if not isinstance(loop, cst.For) or not isinstance(loop.iter, cst.Call):
        return False
    return any(name in RETRY_ITERATORS for name in _names(machine, loop.iter.func, frame))
