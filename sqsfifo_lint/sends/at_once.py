"""Whether messages of one group are sent at the same time: then their order is chance.

On the way to the send there is a call that starts something for each of several messages and does not wait for one
before it starts the next. The bodies are visibly different ones, and the group is not made by what is gone through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from sqsfifo_lint.aws import aws_of
from sqsfifo_lint.flow import Frame, Machine, name_of
from sqsfifo_lint.flow.context import Context
from sqsfifo_lint.flow.values import External, Piece
from sqsfifo_lint.handling.starting import body_of_loop, is_awaited, started_with_others
from sqsfifo_lint.handling.surroundings import Surrounded, Surroundings, View
from sqsfifo_lint.knowledge.parallel import ONE_BY_ONE, PARALLEL
from sqsfifo_lint.model import Loss, Material, Step
from sqsfifo_lint.records import record
from sqsfifo_lint.sends.identity import Past
from sqsfifo_lint.sends.paths import Draft, Path
from sqsfifo_lint.sends.slots import SlotName
from sqsfifo_lint.sends.traces import blame
from sqsfifo_lint.source.chunks import NodePlace


@record(eq=False)
class _Started:
    """A call that starts sends at the same time, and the loop whose rounds these are."""

    frame: Frame
    call: cst.CSTNode
    name: str
    loop: cst.CSTNode


def sent_at_once(surrounded: Surrounded, paths: Sequence[Path]) -> tuple[Loss, ...]:
    """The calls that start sends of one group at the same time."""
    found: dict[object, Loss] = {}
    machine = surrounded.machine
    for path in paths:
        if not any(word in frame.chunk.text for frame in path.call.frame.outward() for word in _WORDS):
            continue
        for started in _starts(machine, surrounded, path):
            loop = next((one for one in path.call.state.context.loops() if one.opened_by is started.loop), None)
            if loop is None:
                continue
            draft = next((one for one in path.drafts if _is_of_one_group(machine, path, one, loop)), None)
            if draft is not None:
                place = NodePlace(started.frame.chunk, started.call)
                group = blame(draft.slots[SlotName.GROUP].options[0]).place
                steps = (Step(group, "the group of all of them"), Step(draft.place, "the send"))
                found.setdefault(place, Loss(place, started.name, steps))
                break
    return tuple(found.values())


_WORDS = (
    *("gather", "create_task", "ensure_future", "asyncio.wait", "as_completed", "start_soon", "spawn", "submit"),
    *(".map", ".imap", ".starmap", "apply_async", "run_in_executor", "Thread", "Process"),
)
"""Without one of these words in the code on the way to a send, nothing is started."""


def _is_of_one_group(machine: Machine, path: Path, draft: Draft, loop: Context) -> bool:
    """Whether the messages of a loop differ, and their group does not."""
    past = Past(machine, path.call.state, path.call.notes)
    group, body = draft.slots[SlotName.GROUP], draft.slots[SlotName.BODY]
    if not group.options or group.absent or any(_may_vary(piece, loop, past) for piece in group.pieces):
        return False
    return any(piece.material is not Material.CONSTANT and past.is_new(piece, loop) for piece in body.pieces)


def _may_vary(piece: Piece, loop: Context, past: Past) -> bool:
    if piece.material in (Material.CONSTANT, Material.CONFIG):
        return False
    reading = piece.reading
    inside = piece.context.within(loop) or (reading is not None and not reading.again)
    return inside or past.is_new(piece, loop)


def _starts(machine: Machine, surrounded: Surrounded, path: Path) -> Iterator[_Started]:
    """The calls on the way to a send that start several at the same time, the nearest first."""
    node: cst.CSTNode | None = path.call.node
    for frame in path.call.frame.outward():
        around = surrounded.around(frame, node) if node is not None else None
        if around is None or node is None:
            return
        yield from _started_by(machine, around, View(machine, frame, path.call.state), node)
        node = frame.call


def _started_by(machine: Machine, around: Surroundings, view: View, node: cst.CSTNode) -> Iterator[_Started]:
    if not isinstance(node, cst.Call):
        return
    loops = [*_loops(around, node)]
    for callee in view.value(node.func):
        if not isinstance(callee, External) or PARALLEL.fullmatch(callee.name) is None:
            continue
        if aws_of(machine).deliveries.workers_of(callee) == 1:
            return
        name = callee.name.replace("()", "")
        if name_of(node) not in ONE_BY_ONE:
            yield _Started(view.frame, node, name, node)
        for loop in loops:
            if not is_awaited(node, body_of_loop(loop, around), around):
                yield _Started(view.frame, node, name, loop)
    for loop in loops:
        started = started_with_others(around, view, node, [body_of_loop(loop, around)])
        if started is not None:
            yield _Started(view.frame, *started, loop)


def _loops(around: Surroundings, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The loops around a node in its function, the innermost first."""
    for child, parent in around.above(node):
        match parent:
            case cst.FunctionDef() | cst.Lambda():
                return
            case cst.For() if parent.body is child:
                yield parent
            case cst.BaseComp() if child is not getattr(parent, "for_in", None):
                yield parent.for_in
