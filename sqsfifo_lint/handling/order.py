"""In which order the statements of one function may run: a graph of steps.

A step is what runs without a choice: a small statement, the test of an `if` or `while`, the head of a `for`, an item of
a `with`, the head of a handler, a pattern. The graph is built from the last statement to the first, so what comes next
is known when a step is made. A `finally` is there once for each way into it, so that a `return` does not seem to go on
with what follows the `try`.

Only what is written as a constant decides a test (`if True:`, `for _ in ():`); all else may turn out either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst

from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.walk import descendants, targets


@dataclass(slots=True, eq=False)
class Step:
    """What runs without a choice, and what may run next."""

    parts: tuple[cst.CSTNode, ...] = ()
    """The code that runs, in order; none for a mere joint."""
    nexts: list[Step] = field(default_factory=list)
    fails: tuple[Step, ...] = ()
    """Where an exception that it raises goes in this function."""
    sets: cst.CSTNode | None = None
    """The part that gives variables new values, if one does."""

    def binds(self, name: str) -> bool:
        """Whether it gives a variable a value unrelated to its previous one."""
        found = targets(self.sets) if self.sets is not None else ()
        return any(isinstance(target, cst.Name) and target.value == name for target in found)


@record()
class _Ends:
    """Where each way out of a block leads."""

    after: Step
    leave: Step
    stop: Step
    again: Step
    fails: tuple[Step, ...] = ()


class Order:
    """The graph of a function, lambda, class body or module."""

    def __init__(self, root: cst.CSTNode) -> None:
        self.end = Step()
        """The function is left, by a `return` or behind its last statement."""
        self.of: dict[cst.CSTNode, list[Step]] = {}
        """The steps that run a piece of code: several if it is in a `finally`."""
        self.rounds: dict[cst.CSTNode, list[Step]] = {}
        """Joints where a round of a loop begins."""
        self.behind: dict[cst.CSTNode, list[Step]] = {}
        """What runs when a `with` statement is over."""
        self._heads: set[Step] = set()
        ends = _Ends(self.end, self.end, self.end, self.end)
        body = root if isinstance(root, cst.Module) else getattr(root, "body", root)
        if isinstance(body, cst.BaseSuite | cst.Module):
            entry = self._block(body, ends)
        else:
            entry = self._step([body], [self.end], ends)
        self._forget_dead(entry)

    # -- questions

    def at(self, nodes: Iterable[cst.CSTNode]) -> list[Step]:
        """The steps of the first of some nodes that has any: give a node, its parent and so on."""
        return next((self.of[node] for node in nodes if node in self.of), [])

    def reach(self, starts: Iterable[Step], blocked: Iterable[Step] = ()) -> dict[Step, None]:
        """All steps that run from `starts` on when nothing raises; not past `blocked`."""
        found: dict[Step, None] = {}
        waiting = list(starts)
        closed = set(blocked)
        while waiting:
            step = waiting.pop()
            if step not in found and step not in closed:
                found[step] = None
                waiting.extend(step.nexts)
        return found

    def cleanup(self, steps: Iterable[Step]) -> dict[Step, None]:
        """What an exception of some steps passes on its way out, in each `finally`, if no handler takes it."""
        found: dict[Step, None] = {}
        waiting = [way for step in steps for way in step.fails]
        while waiting:
            step = waiting.pop()
            if step not in found and step not in self._heads:
                found[step] = None
                waiting.extend(step.nexts or (step.fails if not step.parts else ()))
        return found

    # -- construction

    def _forget_dead(self, entry: Step) -> None:
        """Leave only steps that are reached, of code that is: the rest is of a `finally` that is not reached."""
        alive: set[Step] = set()
        waiting = [entry]
        while waiting:
            step = waiting.pop()
            if step not in alive:
                alive.add(step)
                waiting.extend((*step.nexts, *step.fails))
        for steps in self.of.values():
            steps[:] = [step for step in steps if step in alive] or steps

    def _step(
        self, parts: Iterable[cst.CSTNode | None], nexts: list[Step], ends: _Ends, sets: cst.CSTNode | None = None
    ) -> Step:
        run = tuple(part for part in parts if part is not None)
        step = Step(run, nexts, ends.fails if any(map(_may_raise, run)) else (), sets)
        for part in run:
            self.of.setdefault(part, []).append(step)
        return step

    def _block(self, suite: cst.CSTNode, ends: _Ends) -> Step:
        after = ends.after
        for statement in reversed(body_of(suite)):
            after = self._statement(statement, replace(ends, after=after))
        return after

    def _statement(self, node: cst.CSTNode, ends: _Ends) -> Step:
        match node:
            case cst.SimpleStatementLine():
                return self._block(node, ends)
            case cst.Return():
                return self._step([node], [ends.leave], ends)
            case cst.Raise():
                return self._step([node], [], ends)
            case cst.Break():
                return self._step([node], [ends.stop], ends)
            case cst.Continue():
                return self._step([node], [ends.again], ends)
            case cst.If():
                ways = [self._block(node.body, ends), self._else(node.orelse, ends)]
                return self._step([node.test], _open(ways, truth(node.test)), ends)
            case cst.While():
                return self._while(node, ends)
            case cst.For():
                return self._for(node, ends)
            case cst.With():
                return self._with(node, ends)
            case cst.Try() | cst.TryStar():
                return self._try(node, ends)
            case cst.Match():
                return self._match(node, ends)
        return self._step([node], [ends.after], ends, None if isinstance(node, cst.AugAssign) else node)

    def _else(self, clause: cst.If | cst.Else | None, ends: _Ends) -> Step:
        match clause:
            case cst.If():
                return self._statement(clause, ends)
            case cst.Else():
                return self._block(clause.body, ends)
        return ends.after

    def _while(self, node: cst.While, ends: _Ends) -> Step:
        joint = Step()
        head = self._step([node.test], [], ends)
        joint.nexts = [self._block(node.body, replace(ends, after=head, again=head, stop=ends.after))]
        head.nexts = _open([joint, self._else(node.orelse, ends)], truth(node.test))
        self.rounds.setdefault(node, []).append(joint)
        return head

    def _for(self, node: cst.For, ends: _Ends) -> Step:
        joint = Step()
        more = Step(fails=ends.fails)
        body = self._block(node.body, replace(ends, after=more, again=more, stop=ends.after))
        joint.nexts = [self._step([node.target], [body], ends, node.target)]
        empty = truth(node.iter) is False and isinstance(node.iter, cst.Tuple | cst.List)
        more.nexts = _open([joint, self._else(node.orelse, ends)], False if empty else None)
        self.rounds.setdefault(node, []).append(joint)
        return self._step([node.iter], [more], ends)

    def _with(self, node: cst.With, ends: _Ends) -> Step:
        self.behind.setdefault(node, []).append(ends.after)
        step = self._block(node.body, ends)
        for item in reversed(node.items):
            step = self._step([item], [step], ends, item)
        return step

    def _try(self, node: cst.Try | cst.TryStar, ends: _Ends) -> Step:
        if node.finalbody is not None:
            ends = self._finally(node.finalbody.body, ends)
        heads = []
        for handler in node.handlers:
            head = self._step([handler.type, handler.name], [self._block(handler.body, ends)], ends, handler.name)
            self.of.setdefault(handler, []).append(head)
            heads.append(head)
        self._heads.update(heads)
        after = self._block(node.orelse.body, ends) if node.orelse is not None else ends.after
        last = node.handlers[-1].type if node.handlers else ends
        passed = () if last is None or (isinstance(last, cst.Name) and last.value in _EVERYTHING) else ends.fails
        return self._block(node.body, replace(ends, after=after, fails=(*heads, *passed)))

    def _finally(self, suite: cst.CSTNode, ends: _Ends) -> _Ends:
        copies: dict[Step, Step] = {}

        def copy(target: Step) -> Step:
            if target not in copies:
                copies[target] = self._block(suite, replace(ends, after=target))
            return copies[target]

        raised = Step(fails=ends.fails)
        return _Ends(copy(ends.after), copy(ends.leave), copy(ends.stop), copy(ends.again), (copy(raised),))

    def _match(self, node: cst.Match, ends: _Ends) -> Step:
        step = ends.after
        for case in reversed(node.cases):
            body = self._block(case.body, ends)
            bare = isinstance(case.pattern, cst.MatchAs) and case.pattern.pattern is None and case.guard is None
            step = self._step([case.pattern, case.guard], [body] if bare else [body, step], ends, case.pattern)
        return self._step([node.subject], [step], ends)


_EVERYTHING = frozenset({"Exception", "BaseException"})

_RAISING = frozenset[type[cst.CSTNode]](
    {cst.Call, cst.Raise, cst.Assert, cst.Await, cst.Subscript, cst.Yield, cst.Import, cst.ImportFrom, cst.WithItem}
)
"""Syntax after which a handler is reached in practice: not each attribute or sum."""


def _may_raise(part: cst.CSTNode) -> bool:
    return any(type(node) in _RAISING for node in descendants(part))


def _open(ways: list[Step], taken: bool | None) -> list[Step]:
    """Of the ways on from a test, if it holds and if not, those that are taken."""
    return ways if taken is None else [ways[0] if taken else ways[1]]


def truth(node: cst.CSTNode) -> bool | None:
    """Whether a test always or never holds, as it is written; None if that is not said there."""
    match node:
        case cst.Name("True"):
            return True
        case cst.Name("False" | "None") | cst.Tuple(elements=[]) | cst.List(elements=[]):
            return False
        case cst.Integer():
            return node.evaluated_value != 0
    return None


def body_of(suite: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The statements directly in a block or on a line; nothing for any other node."""
    match suite:
        case cst.IndentedBlock() | cst.SimpleStatementSuite() | cst.SimpleStatementLine() | cst.Module():
            return suite.body
    return ()


def code_of(steps: Iterable[Step]) -> Iterator[cst.CSTNode]:
    """The code that some steps run."""
    return (part for step in steps for part in step.parts)
