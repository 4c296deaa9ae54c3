"""Whether messages of one receive are worked on at the same time.

They are if one call hands several to something that runs functions at the same time, or if a loop over them starts
something for each and does not wait for it before the next. Code that reads the group where it hands messages out
puts those of a group together, as far as is known: nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.aws.deliveries import Delivery, What
from sqsfifo_lint.consumers.found import Found
from sqsfifo_lint.flow.values import Bound, Function
from sqsfifo_lint.handling.starting import body_of_loop, is_awaited, started_with_others
from sqsfifo_lint.knowledge.apis import GROUP
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.source.chunks import NodePlace


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
        if around.is_below(node, body) and not is_awaited(node, body, around):
            return loop
    return None


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
    started = started_with_others(around, found.view(one), one.node, bodies)
    if started is not None:
        yield _loss(found, one, *started)
