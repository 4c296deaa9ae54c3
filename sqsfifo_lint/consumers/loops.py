"""Whether a loop over messages goes on with the next one after one has failed.

A handler in the loop takes the failure, and the loop goes round again. The message that failed is one that will be
delivered again, or one that is lost; else somebody has decided what becomes of it, and nothing is said. Nor is it where
what the handler leaves behind may keep the loop from going on with the same group: see `_may_stop`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from sqsfifo_lint.aws.deliveries import Delivery, What
from sqsfifo_lint.consumers.callees import Swallowed, swallowed
from sqsfifo_lint.consumers.found import Found, dotted, inside, is_between, made_of, names_in
from sqsfifo_lint.consumers.handlers import acts, is_of_deletion, takes_everything, works
from sqsfifo_lint.handling.order import Step as OrderStep
from sqsfifo_lint.handling.order import code_of
from sqsfifo_lint.handling.surroundings import Surroundings, View
from sqsfifo_lint.knowledge.receiving import FAILURES, KEEPING
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.source.chunks import NodePlace
from sqsfifo_lint.source.walk import descendants, statements, targets

AGAIN = "reports the message as failed and goes on with the next one"
UNDELETED = "leaves the message in the queue and goes on with the next one"
RAISED = "goes on with the next message, and the failure is raised only after the last"
LOST = "goes on with the next message, and this one is lost: Lambda deletes what is not reported as failed"

_LEAVING = (cst.Raise, cst.Return, cst.Break)


def going_on(found: Found) -> Iterator[Loss]:
    """The handlers behind which the loop goes on."""
    for loop in found.of(What.LOOP):
        around = found.around(loop)
        if around is None or not isinstance(loop.node, cst.For):
            continue
        examined = Loop(found, loop, loop.node, around, found.view(loop))
        for statement in statements(loop.node.body.body):
            if isinstance(statement, cst.Try) and examined.is_own(statement):
                yield from examined.losses(statement)
        for one in swallowed(found, loop, around):
            how = examined.how_swallowed(one)
            if how and (how != LOST or examined.is_all_work(one.called.node)):
                steps = (
                    Step(NodePlace(loop.chunk, loop.node.iter), "the messages of one receive"),
                    Step(NodePlace(loop.chunk, one.called.node), "is called with each, and returns after a failure"),
                )
                yield Loss(NodePlace(one.function.chunk, one.handler.type or one.handler), how, steps)


@dataclass(slots=True)
class Loop:
    """A loop over messages."""

    found: Found
    delivery: Delivery
    node: cst.For
    around: Surroundings
    view: View

    def is_own(self, statement: cst.CSTNode) -> bool:
        """Whether no other loop, handler or function is between this loop and a statement in it."""
        for child, parent in self.around.above(statement):
            if parent is self.node:
                return child is self.node.body
            if is_between(parent, child) and not isinstance(parent, cst.Try):
                return False
        return False

    def losses(self, statement: cst.Try) -> Iterator[Loss]:
        """The handlers of a `try` behind which the loop goes on."""
        if not works(statement.body, self._of_message(), self.view):
            return
        order = self.around.order(self.node)
        rounds = order.rounds.get(self.node, [])
        for handler in statement.handlers:
            heads = order.of.get(handler, [])
            if order.reach(heads).keys().isdisjoint(rounds):
                continue
            if any(isinstance(node, _LEAVING) for node in inside(handler.body)):
                continue
            if is_of_deletion(handler, statement.body, self.view):
                continue
            changed = self._changed(handler)
            if self._may_stop(statement, changed):
                continue
            told = changed | frozenset(self._set_by(statement))
            how = self._how(handler, changed, told, [*order.reach(heads, rounds)])
            if how and (how != LOST or self.is_all_work(statement)):
                steps = (Step(NodePlace(self.delivery.chunk, self.node.iter), "the messages of one receive"),)
                yield Loss(NodePlace(self.delivery.chunk, handler.type or handler), how, steps)

    # -- the work

    def is_all_work(self, node: cst.CSTNode) -> bool:
        """Whether nothing else in the loop works on the message: else this may be done besides."""
        told = self._of_message()
        others = (part for part in inside(self.node.body) if isinstance(part, cst.Call))
        return not any(
            works(one, told, self.view)
            for one in others
            if not self.around.is_below(one, node) and not self.around.is_below(node, one)
        )

    def _of_message(self) -> frozenset[str]:
        """The names of what is made of the message."""
        return made_of({one.value for one in targets(self.node) if isinstance(one, cst.Name)}, self.node.body)

    # -- what stops it

    def _changed(self, handler: cst.ExceptHandler) -> frozenset[str]:
        """What the handler sets, or puts something into."""
        found: set[str] = set()
        for node in inside(handler.body):
            match node:
                case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign() | cst.NamedExpr():
                    found.update(dotted(one) for one in targets(node))
                case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=name))) if name in KEEPING:
                    found.add(dotted(receiver))
        return frozenset(found - {""})

    def _may_stop(self, statement: cst.Try, changed: frozenset[str]) -> bool:
        """Whether what a handler leaves behind is read in the loop such that it may pass over messages."""
        return any(
            not self._is_harmless(node, statement)
            for node in inside(self.node.body)
            if isinstance(node, cst.Name | cst.Attribute) and dotted(node) in changed
            if not any(self.around.is_below(node, handler) for handler in statement.handlers)
        )

    def _is_harmless(self, node: cst.CSTNode, statement: cst.Try) -> bool:
        parent = self.around.parents.get(node)
        match parent:
            case cst.AssignTarget() | cst.AnnAssign() | cst.AugAssign():
                return True
            case cst.Attribute(attr=cst.Name(value=name)) if name in KEEPING:
                return True
            case cst.Attribute(value=value) if value is node and isinstance(self.around.parents.get(parent), cst.Call):
                return dotted(parent) not in ("", dotted(node)) and self._is_collecting(parent)
        test = self._test_of(node)
        if test is None:
            return False
        leaving = any(isinstance(one, (*_LEAVING, cst.Continue)) for one in inside(test))
        return not leaving and not self.around.is_below(statement, test)

    def _is_collecting(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Attribute) and node.attr.value in KEEPING

    def _test_of(self, node: cst.CSTNode) -> cst.If | None:
        for child, parent in self.around.above(node):
            if isinstance(parent, cst.If) and parent.test is child:
                return parent
            if isinstance(parent, cst.BaseSuite | cst.SimpleStatementLine):
                return None
        return None

    # -- what becomes of the message

    def _set_by(self, statement: cst.Try) -> Iterator[str]:
        """Variables that are set where nothing has failed."""
        for part in (statement.body, statement.orelse):
            for node in inside(part) if part is not None else ():
                if isinstance(node, cst.AssignTarget | cst.AnnAssign):
                    yield from (dotted(one) for one in targets(node))

    def _how(
        self,
        handler: cst.ExceptHandler,
        changed: frozenset[str],
        told: frozenset[str],
        steps: Sequence[OrderStep],
    ) -> str:
        """What becomes of the message that has failed, as a clause; empty if nothing is to be said of that.

        `told`: what tells whether it has failed.
        """
        if not self.found.by_lambda:
            return UNDELETED if self._stays(changed, told, steps) and not acts(handler, self.around, self.view) else ""
        root = self.around.root
        after = [node for node in descendants(root) if self._is_outside(node)]
        collected = made_of(changed, root)
        if self._is_reported(handler, collected, after):
            return AGAIN
        if any(isinstance(node, cst.If) and self._raises(node, collected) for node in after):
            return RAISED
        if not changed and not acts(handler, self.around, self.view) and takes_everything(handler, self.view):
            return LOST
        return ""

    def how_swallowed(self, one: Swallowed) -> str:
        """The same of a message whose failure is caught in a function that is called with it."""
        if not self.found.by_lambda:
            undeleted = one.only_logs and one.is_undeleted(self.found, self.delivery, self.around)
            return UNDELETED if undeleted else ""
        after = [node for node in descendants(self.around.root) if self._is_outside(node)]
        collected = made_of(one.collected(), self.around.root)
        if self._is_named_as_failed(collected, after):
            return AGAIN
        if any(isinstance(node, cst.If) and self._raises(node, collected) for node in after):
            return RAISED
        return LOST if not one.tests and one.only_logs and one.takes_everything else ""

    def _is_outside(self, node: cst.CSTNode) -> bool:
        return not self.around.is_below(node, self.node)

    def _is_reported(self, handler: cst.ExceptHandler, changed: frozenset[str], after: Sequence[cst.CSTNode]) -> bool:
        if FAILURES not in self.delivery.chunk.text:
            return False
        for node in inside(handler.body):
            if isinstance(node, cst.SimpleString) and node.evaluated_value == FAILURES:
                return True
        return self._is_named_as_failed(changed, after)

    def _is_named_as_failed(self, changed: frozenset[str], after: Sequence[cst.CSTNode]) -> bool:
        """Whether the function gives back what was collected as the messages that have failed."""
        for node in after:
            match node:
                case cst.DictElement(key=cst.SimpleString() as key, value=value) if key.evaluated_value == FAILURES:
                    if not names_in([value]).isdisjoint(changed):
                        return True
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript() as target)], value=value):
                    texts = [one for one in descendants(target) if isinstance(one, cst.SimpleString)]
                    if any(one.evaluated_value == FAILURES for one in texts) and not names_in([value]).isdisjoint(
                        changed
                    ):
                        return True
        return False

    def _raises(self, node: cst.If, changed: frozenset[str]) -> bool:
        if names_in([node.test]).isdisjoint(changed):
            return False
        return any(isinstance(one, cst.Raise) for one in inside(node.body))

    def _stays(self, changed: frozenset[str], told: frozenset[str], steps: Sequence[OrderStep]) -> bool:
        """Whether a message is deleted after the work on it, but not behind this handler."""
        nodes = [self.found.within(one, self.delivery) for one in self.found.of(What.DELETED)]
        here = [node for node in nodes if node is not None and node in self.around.parents]
        looped = [node for node in here if self.around.is_below(node, self.node)]
        if looped:
            passed = {*steps}
            reached = [
                node
                for node in looped
                if not passed.isdisjoint(self.around.steps(node)) and not self._is_under_test(node, told)
            ]
            return not reached
        ran = {*code_of(steps)}
        for node in here:
            filled = names_in([node]) & frozenset(self._filled(ran))
            if filled and filled.isdisjoint(changed):
                return True
        return False

    def _is_under_test(self, node: cst.CSTNode, told: frozenset[str]) -> bool:
        """Whether a test of whether the message has failed decides if a node is run."""
        asking = [
            test
            for test in inside(self.node.body)
            if isinstance(test, cst.If) and not names_in([test.test]).isdisjoint(told)
        ]
        return any(
            self.around.is_below(node, test)
            or (
                any(isinstance(one, cst.Continue) for one in inside(test))
                and self.around.numbers[test] < self.around.numbers[node]
            )
            for test in asking
        )

    def _filled(self, ran: set[cst.CSTNode]) -> Iterator[str]:
        """What the loop puts something into only if nothing has failed."""
        for node in inside(self.node.body):
            match node:
                case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=name))) if name in KEEPING:
                    if not any(part in ran for part, _ in self.around.above(node)):
                        yield dotted(receiver)
