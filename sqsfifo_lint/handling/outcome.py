"""Whether anything distinguishes a failed send from a successful one, once a handler has caught the failure.

A mark is a variable that is read later, a result that is used, or statements that run in only one of the two cases.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from sqsfifo_lint.handling.effects import Effects, effects_of
from sqsfifo_lint.handling.surroundings import Surroundings, View, after, body_of, last_statement
from sqsfifo_lint.handling.uses import Uses
from sqsfifo_lint.records import record


@record()
class Outcome:
    """What follows a send in the code of one frame."""

    around: Surroundings
    view: View
    uses: Uses
    success: Effects
    """What is done after the send if it succeeds, and skipped if it fails."""

    def is_lost(
        self,
        statement: cst.Try | cst.TryStar | cst.With,
        handler: cst.ExceptHandler | cst.ExceptStarHandler | None,
        done: Effects,
    ) -> bool:
        """Whether nothing distinguishes a failure from a success.

        `statement` catches the failure, in `handler`, which does what `done` says (None: `suppress` does nothing).
        """
        if done.acts or done.raises or any(not is_empty(node) for node in done.returns):
            return False
        inside = handler if handler is not None else statement
        if any(self._read_outside(name, inside) for name in done.binds):
            return False
        returns = handler is not None and isinstance(last_statement(handler.body), cst.Return)
        if not returns and any(self._read_outside(name, statement.body) for name in self.success.binds):
            return False
        loop = self._loop(statement)
        if isinstance(loop, cst.While) or (loop is not None and self.success.leaves):
            return False  # the loop runs again, and may send again
        rest = effects_of(self._after(statement, loop if _goes_on(done) else None), self.view)
        if done.leaves or self.success.leaves:  # what follows is done in only one of the two cases
            if rest.acts or rest.raises or any(not isinstance(node, cst.Return) for node in rest.leaves):
                return False
            if any(self._read_outside(name, statement) for name in rest.binds):
                return False
        return not self._tells(done, rest)

    def _tells(self, done: Effects, rest: Effects) -> bool:
        """Whether the function returns something else after a success, and visible code uses it."""
        failure = done.returns or ([] if done.leaves else rest.returns)
        success = self.success.returns or ([] if self.success.leaves else rest.returns)
        if any(not is_empty(node) for node in failure) and self.success.returns:
            return True
        return self._texts(success) != self._texts(failure) and self.uses.of_result(self.view.frame)

    def _texts(self, returns: Sequence[cst.Return]) -> set[str]:
        """The source texts of what is returned."""
        values = [node.value for node in returns]
        return {"None" if value is None else self.view.frame.chunk.source(value) for value in values or [None]}

    def _read_outside(self, name: str, inside: cst.CSTNode) -> bool:
        """Whether a variable is read outside a piece of code."""
        uses = self.around.uses(name)
        return any(all(parent is not inside for _, parent in self.around.above(use)) for use in uses)

    def _loop(self, statement: cst.CSTNode) -> cst.CSTNode | None:
        """The innermost loop around a statement, in its function."""
        above = (parent for _, parent in self.around.above(statement))
        return next((parent for parent in above if isinstance(parent, cst.For | cst.While)), None)

    def _after(self, statement: cst.CSTNode, end: cst.CSTNode | None) -> list[cst.CSTNode]:
        """The statements that come after one, up to the end of its function or of the loop `end`."""
        found: list[cst.CSTNode] = []
        for child, parent in self.around.above(statement):
            if parent is end:
                break
            found.extend(after(body_of(parent), child))
        return found


def _goes_on(done: Effects) -> bool:
    """Whether a handler continues with the next round of a loop."""
    return any(isinstance(node, cst.Continue) for node in done.leaves)


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
