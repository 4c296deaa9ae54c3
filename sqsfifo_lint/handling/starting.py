"""What a loop starts and does not wait for, so that it runs at the same time as what the next round starts."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from sqsfifo_lint.flow import name_of
from sqsfifo_lint.handling.errors import TASKS, carrying
from sqsfifo_lint.handling.surroundings import Surroundings, View
from sqsfifo_lint.knowledge.parallel import GATHERING

_GROUPS = frozenset({"create_task", "start_soon"})
_WAITING = frozenset({"result", "join", "get", "wait", "exception"})


def body_of_loop(loop: cst.CSTNode, around: Surroundings) -> cst.CSTNode:
    """What runs in each round: the block of a `for`, or the whole comprehension."""
    return loop.body if isinstance(loop, cst.For) else around.parents.get(loop, loop)


def started_with_others(
    around: Surroundings, view: View, node: cst.CSTNode, bodies: Sequence[cst.CSTNode]
) -> tuple[cst.Call, str] | None:
    """The call by which a coroutine, made by `node`, is started together with those of other rounds, and its name.

    `bodies`: what runs in each round of the loops that count.
    """
    bodies = [body for body in bodies if around.is_below(node, body)]
    for _, call in carrying(around, node) if bodies else ():
        names = view.names(call.func)
        inside = any(around.is_below(call, body) for body in bodies)
        starts = not TASKS.isdisjoint(names) or (name_of(call) in _GROUPS and isinstance(call.func, cst.Attribute))
        if starts and inside and not any(is_awaited(call, body, around) for body in bodies):
            return call, name_of(call)
        if not GATHERING.isdisjoint(names) and not inside:
            return call, min(GATHERING & names)
    return None


def is_awaited(node: cst.CSTNode, body: cst.CSTNode, around: Surroundings) -> bool:
    """Whether the loop waits for what a call starts, in the same round."""
    for child, parent in around.above(node):
        if child is body:
            return False
        match parent:
            case cst.Await() | cst.Attribute(attr=cst.Name("result" | "get" | "join")):
                return True
            case cst.Attribute(attr=cst.Name("start")):
                continue
            case (
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])
                | cst.AnnAssign(target=cst.Name(value=name))
            ):
                return any(_waits(use, around) for use in around.uses(name) if around.is_below(use, body))
            case cst.Call() if child is not parent.func:
                continue
            case cst.BaseSmallStatement():
                return False
    return False


def _waits(use: cst.Name, around: Surroundings) -> bool:
    """Whether something is waited for where its name is read."""
    for _, parent in around.above(use):
        match parent:
            case cst.Await() | cst.Attribute(attr=cst.Name("result" | "join" | "get" | "exception")):
                return True
            case cst.Call() if name_of(parent) in _WAITING:
                return True
            case cst.BaseSmallStatement():
                return False
    return False
