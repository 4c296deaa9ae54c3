"""Whether a message is deleted before the work on it is done.

The deletion stands before a call that gets the message, or something made of it, and may fail. Nothing has been done
with the message until then but to read it: one that is given away before it is deleted may have been worked on. What
only logs, counts, or keeps something in a container is no work. Where a message may be deleted in several places, one
of them may be for those that are no use, and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import libcst as cst

from sqsfifo_lint.aws.deliveries import Delivery, What, holding
from sqsfifo_lint.consumers.found import Found, inside, is_between, made_of, names_in
from sqsfifo_lint.flow import name_of
from sqsfifo_lint.handling.effects import is_logging, is_pure, is_waiting
from sqsfifo_lint.handling.order import Step as OrderStep
from sqsfifo_lint.handling.order import code_of, truth
from sqsfifo_lint.handling.surroundings import Surroundings, View
from sqsfifo_lint.knowledge.receiving import DELETING, KEEPING, POSTPONING
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.source.chunks import NodePlace


def deleted_early(found: Found) -> Iterator[Loss]:
    """Where a message is deleted before the work on it."""
    deleted = [one for one in found.of(What.DELETED) if _has_started(found, one)]
    if len({one.node for one in deleted}) != 1:
        return
    for one in deleted:
        for start in (*found.of(What.LOOP), *found.of(What.RECEIVED)):
            work = _work_after(found, one, start)
            if work is not None:
                node, call = work
                steps = (Step(NodePlace(start.chunk, call), "the work, after the deletion"),)
                yield Loss(NodePlace(start.chunk, node), start.chunk.source(call), steps)
                break


def _has_started(found: Found, one: Delivery) -> bool:
    """Whether a deletion is reached from where its message is received, or a loop goes through several."""
    starts = (*found.of(What.LOOP), *found.of(What.RECEIVED))
    return any(found.within(one, start) is not None for start in starts)


def _work_after(found: Found, one: Delivery, start: Delivery) -> tuple[cst.CSTNode, cst.Call] | None:
    """The deletion as it stands in the code of its start, and the first work on the message that follows it."""
    node, around = found.within(one, start), found.around(start)
    if (
        node is None
        or around is None
        or node not in around.parents
        or around.function_of(node) is not around.function_of(start.node)
    ):
        return None
    loop = start.node if isinstance(start.node, cst.For) else None
    if loop is not None and not around.is_below(node, loop.body):
        return None
    direct = one.frame.key is start.frame.key
    if not direct and not _only_deletes(found, one, start):
        return None
    names = {*holding(one.state, one.receipt)} if direct else set[str]()
    if loop is not None:
        names.update(names_in([loop.target]))
    if not names:
        return None
    body = loop.body if loop is not None else around.root
    received = frozenset(holding(start.state, one.receipt, whole=True)) | frozenset(
        holding(one.state, one.receipt, whole=True)
    )
    order = _Order(around, found.view(start), made_of(names, body), received, body)
    call = order.work_after(node, start, loop)
    return (node, call) if call is not None else None


def _only_deletes(found: Found, one: Delivery, start: Delivery) -> bool:
    """Whether functions through which a message is deleted do that in any case, and give nothing back."""
    node: cst.CSTNode = one.node
    for frame in one.frame.outward():
        if frame.key is start.frame.key:
            return True
        around = found.surrounded.around(frame, node)
        if around is None or frame.call is None:
            return False
        if any(_chooses(parent, child) for child, parent in around.above(node) if parent is not around.root):
            return False
        if any(isinstance(part, cst.Return) and part.value is not None for part in inside(around.root)):
            return False
        node = frame.call
    return False


def _chooses(parent: cst.CSTNode, child: cst.CSTNode) -> bool:
    """Whether what is in a part of a statement is run in some cases only."""
    if isinstance(parent, cst.If):
        return truth(parent.test) is None
    return (isinstance(parent, cst.MatchCase) and parent.guard is not None) or is_between(parent, child)


@dataclass(slots=True)
class _Order:
    """The code in which a message is worked on and deleted."""

    around: Surroundings
    view: View
    names: frozenset[str]
    """What holds the message, or is made of it."""
    received: frozenset[str]
    """What holds all that was received."""
    body: cst.CSTNode

    def work_after(self, deletion: cst.CSTNode, start: Delivery, loop: cst.For | None) -> cst.Call | None:
        """The first work on a message that follows its deletion, if none comes before it."""
        order = self.around.order(start.node)
        own = self.around.steps(deletion)
        rounds = [step for _, parent in self.around.above(deletion) for step in order.rounds.get(parent, ())]
        first = order.rounds.get(loop, []) if loop is not None else self.around.steps(start.node)
        if self._is_an_option(deletion):
            return None
        behind = order.reach([step for one in own for step in one.nexts], rounds)
        before = order.reach([step for one in first for step in one.nexts], own)
        if any(True for _ in self._work([*(step for step in before if step not in behind), *own], deletion)):
            return None
        return next(self._work(behind, deletion), None)

    def _is_an_option(self, deletion: cst.CSTNode) -> bool:
        """Whether something that is not of the message decides whether it is deleted here."""
        for child, parent in self.around.above(deletion):
            match parent:
                case cst.If(test=test) if child is not test and truth(test) is None:
                    asked: cst.CSTNode = test
                case cst.MatchCase(guard=cst.BaseExpression() as guard) if child is parent.body:
                    asked = guard
                case _:
                    continue
            if self.around.is_below(parent, self.body) and names_in([asked]).isdisjoint(self.names | self.received):
                return True
        return False

    def _work(self, steps: Iterable[OrderStep], deletion: cst.CSTNode) -> Iterator[cst.Call]:
        for code in code_of(steps):
            if self.around.is_below(code, self.body):
                for node in inside(code):
                    if isinstance(node, cst.Call) and self._is_work(node) and not self.around.is_below(deletion, node):
                        yield node

    def _is_work(self, call: cst.Call) -> bool:
        if name_of(call) in _NO_WORK or names_in(call.args).isdisjoint(self.names):
            return False
        above = [call, *(parent for _, parent in self.around.above(call))]
        if any(isinstance(one, cst.Call) and is_logging(one, self.view) for one in above):
            return False
        if any(isinstance(one, cst.Raise) for one in above) or name_of(call)[:1].isupper():
            return False  # it makes an exception, or another object
        return not (is_pure(call, self.view) or is_waiting(call, self.view))


_NO_WORK = frozenset(DELETING) | POSTPONING | KEEPING | {"delete", "loads", "len"}
