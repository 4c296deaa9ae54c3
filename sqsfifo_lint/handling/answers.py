"""Where the answer of a batch send ends: SQS answers with 200 and names the entries that it refused under `Failed`."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.aws.values import Member, SendCall
from sqsfifo_lint.flow.values import Partial
from sqsfifo_lint.handling.following import ELSEWHERE, End, Following
from sqsfifo_lint.handling.surroundings import Surrounded, View, is_plain_call
from sqsfifo_lint.handling.uses import Uses
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.source.chunks import NodePlace


def lost_answers(surrounded: Surrounded, call: SendCall, uses: Uses) -> Iterator[Loss]:
    """Where the answer of a batch send is lost: in the code that sends, or in a caller that it is returned to."""
    frame, node = call.frame, call.node
    around = surrounded.around(frame, node)
    if around is None or not calls_itself(call, View(surrounded.machine, frame, call.state)):
        return
    steps: tuple[Step, ...] = ()
    while True:
        view = View(surrounded.machine, frame, call.state)
        ends, name = Following(surrounded, around, view, uses).ends(node)
        if End.OUT_OF_SIGHT in ends or End.RETURNED not in ends:
            break
        if frame.caller is None or frame.call is None or not is_plain_call(view, around):
            return
        steps = (Step(NodePlace(call.chunk, call.node), "the send"),)
        asynchronous = isinstance(around.root, cst.FunctionDef) and around.root.asynchronous is not None
        node, frame = frame.call, frame.caller
        around = surrounded.around(frame, node)
        if around is None or (asynchronous and isinstance(around.parents[node], cst.Expr)):
            return  # a coroutine that is not awaited sends nothing
    end = _worst(ends)
    if end is not None:
        how = f"kept in `{name}` and never looked at" if name and end is End.THROWN_AWAY else _HOW[end]
        yield Loss(NodePlace(frame.chunk, node), how, steps)


_HOW = {
    End.OVERWRITTEN: "overwritten by the next one in the loop, and only the last one is looked at",
    End.FAILURES_LOGGED: "asked for `Failed` only to log or count it",
    End.GLANCED_AT: "not checked for `Failed`",
    End.LOGGED: "only logged",
    End.THROWN_AWAY: "thrown away",
}
"""The ends in which failures are lost; if there are several, the first one counts."""


def _worst(ends: frozenset[End]) -> End | None:
    """What to say of a lost answer; None if it is not lost."""
    if End.OUT_OF_SIGHT in ends:
        return None
    if End.COUNTED in ends and not ends & {End.OVERWRITTEN, End.FAILURES_LOGGED}:
        return None
    return next(end for end in _HOW if end in ends or end is End.THROWN_AWAY)


def calls_itself(call: SendCall, view: View) -> bool:
    """Whether the call's own result is the send's answer; False if the method is passed to something unknown."""
    match call.node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))) if name == call.member.name or name in ELSEWHERE:
            return True
        case cst.Call(func=cst.Name(value=name)) if name in ELSEWHERE:
            return True
        case cst.Call(func=function):
            return any(isinstance(callee, Member | Partial) for callee in view.value(function))
    return False
