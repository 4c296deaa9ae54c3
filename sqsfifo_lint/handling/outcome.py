"""Whether anything distinguishes a failed send from a successful one, once a handler has caught the failure.

What runs after the failure and what runs after the success are two sets of steps. What is in both is done in either
case. What is in one of them only is a mark, if it does something that others can see: a variable that is read later, a
result that is used, a call. Each set ends where a loop goes round again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from sqsfifo_lint.handling.effects import Effects, effects_of
from sqsfifo_lint.handling.order import Step, code_of
from sqsfifo_lint.handling.surroundings import Surroundings, View
from sqsfifo_lint.handling.uses import Uses
from sqsfifo_lint.records import record


@record()
class Outcome:
    """What follows a send in the code of one frame; `node` is the send, or the call that leads to it."""

    around: Surroundings
    view: View
    uses: Uses
    node: cst.CSTNode
    content: frozenset[str] = frozenset()
    """The tails of what is sent as the body: see `effects.tail_of`."""

    def is_lost(
        self, statement: cst.Try | cst.TryStar | cst.With, handler: cst.ExceptHandler | cst.ExceptStarHandler | None
    ) -> bool:
        """Whether nothing distinguishes a failure, which `statement` catches, from a success.

        It is caught in `handler` (None: `suppress` does nothing).
        """
        order = self.around.order(self.node)
        caught = order.of.get(handler, []) if handler is not None else order.behind.get(statement, [])
        blocked = self._rounds()
        failure = dict.fromkeys([*code_of(order.reach(caught, blocked)), *code_of(order.cleanup(self._sent()))])
        success = dict.fromkeys([*code_of(self._sent()), *code_of(order.reach(self._nexts(), blocked))])
        failed = self._effects(failure, success, frozenset())
        done = self._effects(success, failure, self.content)
        if failed.marks or failed.waits or failed.raised or any(not is_empty(node) for node in failed.returns):
            return False
        if done.marks or any(not self.around.is_below(node, statement.body) for node in done.raised):
            return False
        if self._is_read(failed.binds, failure, success) or self._is_read(done.binds, success, failure):
            return False
        if self._may_try_again(statement, failed, done, [node for node in success if node in failure]):
            return False
        return not self._tells(failure, success, done)

    def is_told(self) -> bool:
        """Whether something is done after a success that is not done if the exception leaves the function."""
        order = self.around.order(self.node)
        always = set(code_of(order.cleanup(self._sent())))
        success = code_of(order.reach(self._nexts(), self._rounds()))
        done = effects_of((node for node in success if node not in always), self.view, self.content)
        return done.marks or bool(done.raised)

    def raises_again(self, handler: cst.ExceptHandler | cst.ExceptStarHandler, done: Effects) -> bool:
        """Whether a handler, which does what `done` says, does no more than raise the same exception again."""
        order = self.around.order(self.node)
        steps = order.reach(order.of.get(handler, []))
        ends = order.end in steps or not all(self.around.is_below(node, handler) for node in code_of(steps))
        return not ends and not done.acts and not done.leaves and all(node.exc is None for node in done.raised)

    # -- steps

    def _sent(self) -> list[Step]:
        return self.around.steps(self.node)

    def _nexts(self) -> list[Step]:
        return [step for sent in self._sent() for step in sent.nexts]

    def _rounds(self) -> list[Step]:
        """Where the loops around the send go round again."""
        rounds = self.around.order(self.node).rounds
        return [step for _, parent in self.around.above(self.node) for step in rounds.get(parent, ())]

    def _effects(self, code: Iterable[cst.CSTNode], other: Iterable[cst.CSTNode], content: frozenset[str]) -> Effects:
        """What is done by some code that is not in the other.

        Of the statement that sends, only what it leaves behind: its calls were made when it failed, too.
        """
        besides = set(other)
        own = set(code_of(self._sent()))
        found = effects_of((node for node in code if node not in besides and node not in own), self.view, content)
        for node in code:
            if node in own and node not in besides:
                found.leave_behind(node)
        return found

    # -- marks

    def _is_read(self, bound: Sequence[cst.Name], own: Iterable[cst.CSTNode], other: Iterable[cst.CSTNode]) -> bool:
        """Whether a variable that was set in one case is read by code that does not run in this case only."""
        besides = set(other)
        only = {step for node in own if node not in besides for step in self.around.steps(node)}
        return any(
            not only.issuperset(self.around.steps(use)) or self.around.function_of(use) is not self._function(name)
            for name in bound
            for use in self.around.reached(name.value, name)
        )

    def _function(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self.around.function_of(node)

    def _may_try_again(
        self, statement: cst.CSTNode, failed: Effects, done: Effects, common: Sequence[cst.CSTNode]
    ) -> bool:
        """Whether the loop around the `try` may be there to send once more, or to stop in order."""
        loop = self._loop(statement)
        if isinstance(loop, cst.While) or loop is None:
            return loop is not None
        if done.leaves:
            return True
        stops = any(not isinstance(node, cst.Continue) for node in failed.leaves)
        return stops and effects_of(common, self.view).marks

    def _tells(self, failure: Iterable[cst.CSTNode], success: Iterable[cst.CSTNode], done: Effects) -> bool:
        """Whether the function returns something else after a success, and visible code uses it."""
        failing, sending = _returns(failure), _returns(success)
        if done.returns and any(not is_empty(node) for node in failing):
            return True
        return self._texts(failing) != self._texts(sending) and self.uses.of_result(self.view.frame)

    def _texts(self, returns: Sequence[cst.Return]) -> set[str]:
        """The source texts of what is returned."""
        values = [node.value for node in returns]
        return {"None" if value is None else self.view.frame.chunk.source(value) for value in values or [None]}

    def _loop(self, statement: cst.CSTNode) -> cst.CSTNode | None:
        """The innermost loop around a statement, in its function."""
        loops = (
            parent
            for child, parent in self.around.above(statement)
            if isinstance(parent, cst.For | cst.While) and parent.body is child
        )
        return next(loops, None)


def _returns(code: Iterable[cst.CSTNode]) -> list[cst.Return]:
    return [node for node in code if isinstance(node, cst.Return)]


def is_empty(node: cst.Return) -> bool:
    """Whether `return` gives a value that says nothing about the error: `None`, `False`, `True`, an empty container."""
    match node.value:
        case None | cst.Name("None" | "False" | "True"):
            return True
        case cst.List(elements=[]) | cst.Dict(elements=[]) | cst.Tuple(elements=[]):
            return True
        case cst.SimpleString():
            return node.value.evaluated_value in ("", b"")
    return False
