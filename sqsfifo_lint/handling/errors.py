"""Where an exception of a send ends if it is not acted upon.

An exception goes up from the send through the calls that led to it. Along those calls, this module looks for a handler
that catches what a client raises and only logs, passes or returns something empty. It gives up, silently, as soon as
there is doubt: if the handler does anything else; if a success leaves a mark behind (see `outcome`), since other code
may notice that the mark is missing and try again; if the call is not a plain call.

The search ends at the top level of a module: that is a script, and a person reads what it prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import Frame, name_of
from sqsfifo_lint.flow.values import Abstract, External, TupleValue
from sqsfifo_lint.handling.answers import ELSEWHERE, calls_itself
from sqsfifo_lint.handling.effects import Effects, effects_of, is_logging, is_text
from sqsfifo_lint.handling.outcome import Outcome
from sqsfifo_lint.handling.surroundings import (
    Surrounded,
    Surroundings,
    View,
    after,
    body_of,
    is_plain_call,
    last_statement,
)
from sqsfifo_lint.handling.uses import Uses
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.source.chunks import NodePlace
from sqsfifo_lint.source.walk import targets

EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})
ALL_OF_A_CLIENT = EVERYTHING | {"botocore.exceptions.ClientError", "botocore.exceptions.BotoCoreError"}
NETWORK = EVERYTHING | {"botocore.exceptions.BotoCoreError"}
"""Exceptions that mean that no answer came; a `ClientError` is an answer."""
CLIENT_ERRORS = "botocore.exceptions."
"""Where the exceptions of clients are defined, including those of `client.exceptions`."""

PASS_EXCEPTIONS = frozenset({"wait_for", "shield", "run", "gather"})
"""Functions of asyncio that raise what the awaitables passed to them raise."""


def swallowed_errors(surrounded: Surrounded, call: SendCall, uses: Uses) -> Iterator[Loss]:
    """The handlers, and `contextlib.suppress`, in which an exception of a send is lost."""
    frames = [frame for frame in call.frame.outward() if frame.function is not None]
    if not any(_may_catch(frame) for frame in frames) or not _raises_here(surrounded, call):
        return
    node: cst.CSTNode = call.node
    steps: tuple[Step, ...] = (Step(NodePlace(call.chunk, call.node), "the send"),)
    for frame in frames:
        around = surrounded.around(frame, node)
        if around is None:
            return
        climb = _Climb(around, View(surrounded.machine, frame, call.state), uses, steps)
        yield from climb.losses(node)
        if climb.over or frame.call is None or frame.caller is None or not _leads_on(surrounded, frame, around):
            return
        node = frame.call
        steps = (*steps, Step(NodePlace(frame.caller.chunk, node), f"calls `{name_of(node)}()`"))


def _may_catch(frame: Frame) -> bool:
    """Whether a closer look is worthwhile: without one of the words there is no handler; with one, there may be."""
    return "except" in frame.chunk.text or "suppress" in frame.chunk.text


def _raises_here(surrounded: Surrounded, call: SendCall) -> bool:
    """Whether an exception of the send is raised at the call, and not kept in a future."""
    around = surrounded.around(call.frame, call.node)
    if around is None or not calls_itself(call, View(surrounded.machine, call.frame, call.state)):
        return False
    return name_of(call.node) not in ELSEWHERE or isinstance(around.parents[call.node], cst.Await)


def _leads_on(surrounded: Surrounded, frame: Frame, around: Surroundings) -> bool:
    """Whether what the frame's function raises is raised by the call that started it."""
    call = frame.call
    if call is None or frame.caller is None or frame.caller.function is None or not is_plain_call(frame, around):
        return False
    outside = surrounded.around(frame.caller, call)
    awaited = outside is not None and isinstance(outside.parents[call], cst.Await)
    return awaited or not (isinstance(around.root, cst.FunctionDef) and around.root.asynchronous is not None)


@dataclass(slots=True)
class _Climb:
    """An exception on its way up through the code of one frame."""

    around: Surroundings
    view: View
    uses: Uses
    steps: tuple[Step, ...]
    over: bool = False
    """The exception gets no further, or it cannot be known whether it does."""
    success: Effects = field(default_factory=Effects)
    """What is done after the send if it succeeds, and skipped if it fails."""

    def losses(self, node: cst.CSTNode) -> Iterator[Loss]:
        """The handlers, on the way up from `node`, in which the exception is lost."""
        for child, parent in self.around.above(node):
            match parent:
                case cst.Try() | cst.TryStar() if parent.body is child:
                    self._succeed(body_of(parent.orelse.body) if parent.orelse is not None else ())
                    if not self.over:
                        yield from self._tried(parent)
                case cst.With() if parent.body is child:
                    yield from self._suppressed(parent)
                case cst.FunctionDef() | cst.Lambda() | cst.ClassDef() if parent is not self.around.root:
                    self.over = True
                case cst.Call() if not (is_logging(parent, self.view) or is_text(parent, self.view)):
                    self.over = self.over or (child is not parent.func and name_of(parent) not in PASS_EXCEPTIONS)
                case cst.Assign() | cst.AnnAssign() | cst.AugAssign() | cst.Return() | cst.NamedExpr():
                    self._note(_left_by(parent))
                case cst.Yield() | cst.GeneratorExp():
                    self.over = True
            self._succeed(after(body_of(parent), child))
            if self.over:
                return

    def _succeed(self, nodes: Sequence[cst.CSTNode]) -> None:
        """Note statements that run only if the send succeeds."""
        if nodes:
            self._note(effects_of(nodes, self.view))

    def _note(self, done: Effects) -> None:
        self.success.binds |= done.binds
        self.success.leaves += done.leaves
        self.over = self.over or done.acts or done.raises

    # -- handlers

    def _tried(self, statement: cst.Try | cst.TryStar) -> Iterator[Loss]:
        refused = False
        for handler in statement.handlers:
            caught = self._caught(handler.type)
            if not caught:
                continue
            if refused and caught & EVERYTHING:
                return  # refusals by SQS are raised: this handles what remains
            done = effects_of(body_of(handler.body), self.view)
            if self._outcome.is_lost(statement, handler, done):
                yield self._loss(handler.type or handler, _how(done))
                self.over = True
                return
            if caught & ALL_OF_A_CLIENT:
                last = last_statement(handler.body)
                again = isinstance(last, cst.Raise) and last.exc is None and not done.acts and not done.leaves
                if not again or caught & NETWORK:
                    self.over = not again
                    return
                refused = True  # the exception that no answer came may still end in a later handler

    def _suppressed(self, statement: cst.With) -> Iterator[Loss]:
        for item in statement.items:
            call = item.item
            if not isinstance(call, cst.Call) or name_of(call) != "suppress":
                continue
            kinds = [kind for argument in call.args if (kind := self._caught(argument.value))]
            if not kinds or "contextlib.suppress" not in self.view.names(call.func):
                continue
            if self._outcome.is_lost(statement, None, Effects()):
                yield self._loss(call, "drops it")
            self.over = True

    def _caught(self, kind: cst.BaseExpression | None) -> frozenset[str]:
        """The exceptions of a client that a handler of this type catches, by their qualified names."""
        if kind is None:
            return EVERYTHING
        names = frozenset(_names(self.view.value(kind)))
        return frozenset(name for name in names if name in EVERYTHING or name.startswith(CLIENT_ERRORS))

    @property
    def _outcome(self) -> Outcome:
        return Outcome(self.around, self.view, self.uses, self.success)

    def _loss(self, node: cst.CSTNode, how: str) -> Loss:
        return Loss(NodePlace(self.view.frame.chunk, node), how, self.steps)


def _left_by(statement: cst.CSTNode) -> Effects:
    """What the sending statement itself leaves behind."""
    found = Effects()
    if isinstance(statement, cst.Return):
        found.leaves.append(statement)
    for target in targets(statement):
        found.bind(target)
    return found


def _names(values: Sequence[Abstract]) -> Iterator[str]:
    for value in values:
        match value:
            case External():
                yield value.name
            case TupleValue():
                for item in value.items:
                    yield from _names(item)


def _how(done: Effects) -> str:
    """What a handler does, as a clause that follows its type."""
    if done.returns and done.returns[0].value is not None:
        value = cst.Module([]).code_for_node(done.returns[0].value)
        return f"{'only logs it and ' if done.logs else 'only '}returns `{value}`"
    return "only logs it" if done.logs else "drops it"
