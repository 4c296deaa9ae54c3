"""Whether messages of one receive are worked on at the same time.

They are if one call hands several to something that runs functions at the same time, or if a loop over them starts
something for each and does not wait for it before the next. Code that reads the group where it hands messages out
puts those of a group together, as far as is known: nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.aws.deliveries import Delivery, What
from sqsfifo_lint.consumers.found import Found, body_of_loop
from sqsfifo_lint.flow import name_of
from sqsfifo_lint.flow.values import Bound, Function
from sqsfifo_lint.handling.errors import TASKS, carrying
from sqsfifo_lint.handling.surroundings import Surroundings
from sqsfifo_lint.knowledge.apis import GROUP
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.source.chunks import NodePlace

_GATHERING = frozenset({"asyncio.gather", "asyncio.wait", "asyncio.as_completed"})
_GROUPS = frozenset({"create_task", "start_soon"})
_WAITING = frozenset({"result", "join", "get", "wait", "exception"})


def handed_out(found: Found) -> Iterator[Loss]:
    """Where messages are handed to what works on them at the same time."""
    for one in found.of(What.HANDED):
        if (one.several or _loop_around(found, one) is not None) and not _by_group(found, one):
            yield _loss(found, one, one.node, one.text)
    for one in found.of(What.CALLED):
        if _is_asynchronous(found, one):
            yield from _tasks(found, one)


def _loss(found: Found, one: Delivery, node: cst.CSTNode, what: str) -> Loss:
    loops = (loop for loop in found.of(What.LOOP) if found.within(one, loop) is not None)
    loop = next(loops, None)
    steps = () if loop is None else (Step(NodePlace(loop.chunk, _iterated(loop)), "the messages of one receive"),)
    return Loss(NodePlace(one.chunk, node), what.replace("()", ""), steps)


def _iterated(loop: Delivery) -> cst.CSTNode:
    return loop.node.iter if isinstance(loop.node, cst.For | cst.CompFor) else loop.node


def _by_group(found: Found, one: Delivery) -> bool:
    """Whether the function that hands messages out, or one that calls it, reads their groups."""
    frames = {frame.key for frame in one.frame.outward()}
    return any(read.text == GROUP and read.frame.key in frames for read in found.of(What.READ))


def _loop_around(found: Found, one: Delivery) -> Delivery | None:
    """The loop over messages that starts something in each round, and does not wait for it there."""
    for loop in found.of(What.LOOP):
        node, around = found.within(one, loop), found.around(loop)
        if node is None or around is None or node not in around.parents:
            continue
        body = body_of_loop(loop.node, around)
        if around.is_below(node, body) and not _is_awaited(node, body, around):
            return loop
    return None


def _is_awaited(node: cst.CSTNode, body: cst.CSTNode, around: Surroundings) -> bool:
    """Whether the loop waits for what a call starts, in the same round."""
    for child, parent in around.above(node):
        if child is body:
            return False
        match parent:
            case cst.Await() | cst.Attribute(attr=cst.Name("result" | "get" | "join")):
                return True
            case cst.Attribute(attr=cst.Name("start")):
                continue
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
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


def _is_asynchronous(found: Found, one: Delivery) -> bool:
    if not isinstance(one.node, cst.Call):
        return False
    functions = [a.function if isinstance(a, Bound) else a for a in found.view(one).value(one.node.func)]
    return bool(functions) and all(
        isinstance(a, Function) and isinstance(a.node, cst.FunctionDef) and a.node.asynchronous is not None
        for a in functions
    )


def _tasks(found: Found, one: Delivery) -> Iterator[Loss]:
    """Where a coroutine for a message is started together with those for the others."""
    around = found.around(one)
    if around is None or _by_group(found, one):
        return
    loops = [loop for loop in found.of(What.LOOP) if loop.frame.key is one.frame.key and loop.node in around.parents]
    bodies = [body_of_loop(loop.node, around) for loop in loops]
    bodies = [body for body in bodies if around.is_below(one.node, body)]
    if not bodies:
        return
    view = found.view(one)
    for _, call in carrying(around, one.node):
        names = view.names(call.func)
        inside = any(around.is_below(call, body) for body in bodies)
        starts = not TASKS.isdisjoint(names) or (name_of(call) in _GROUPS and isinstance(call.func, cst.Attribute))
        if starts and inside and not any(_is_awaited(call, body, around) for body in bodies):
            yield _loss(found, one, call, name_of(call))
            return
        if not _GATHERING.isdisjoint(names) and not inside:
            yield _loss(found, one, call, next(iter(_GATHERING & names)))
            return
