"""Where an exception of a send ends if it is not acted upon.

An exception goes up from the send through the calls that led to it. Along those calls, this module looks for a handler
that catches what a client raises and only logs, passes or returns something empty. It gives up, silently, as soon as
there is doubt: if the handler does anything else; if a success leaves a mark behind (see `outcome`), since other code
may notice that the mark is missing and try again; if the call is not a plain call.

The search ends at the top level of a module: that is a script, and a person reads what it prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import Frame, name_of
from sqsfifo_lint.flow.values import Abstract, External, TupleValue
from sqsfifo_lint.handling.answers import calls_itself
from sqsfifo_lint.handling.effects import Effects, effects_of, is_logging, is_pure, tail_of
from sqsfifo_lint.handling.following import ELSEWHERE, NOWHERE, Following, returns_exceptions
from sqsfifo_lint.handling.order import body_of
from sqsfifo_lint.handling.outcome import Outcome
from sqsfifo_lint.handling.surroundings import (
    Surrounded,
    Surroundings,
    View,
    is_plain_call,
)
from sqsfifo_lint.handling.uses import Uses
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.chunks import NodePlace

EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})
ALL_OF_A_CLIENT = EVERYTHING | {"botocore.exceptions.ClientError", "botocore.exceptions.BotoCoreError"}
NETWORK = EVERYTHING | {"botocore.exceptions.BotoCoreError"}
"""Exceptions that mean that no answer came; a `ClientError` is an answer."""
CLIENT_ERRORS = "botocore.exceptions."
"""Where the exceptions of clients are defined, including those of `client.exceptions`."""

TASKS = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.get_event_loop().create_task",
        "asyncio.get_running_loop().create_task",
        "asyncio.new_event_loop().create_task",
        "asyncio.run_coroutine_threadsafe",
    }
)
"""Functions that start a task, which keeps what it raises until somebody asks."""

EXECUTED = frozenset({"submit", "map", "run_in_executor"})
EXECUTORS = re.compile(
    r"concurrent\.futures\.(thread\.|process\.)?\w+PoolExecutor\(\)\.(submit|map)"
    r"|asyncio\.(get_event_loop|get_running_loop|new_event_loop)\(\)\.run_in_executor"
)
"""Methods that run functions in threads, and keep what these raise until somebody asks for the results."""

PASS_EXCEPTIONS = frozenset({"wait_for", "shield", "run", "gather"})
"""Functions of asyncio that raise what the awaitables passed to them raise."""


def swallowed_errors(surrounded: Surrounded, call: SendCall, uses: Uses) -> Iterator[Loss]:
    """The handlers, `contextlib.suppress`, tasks and futures in which an exception of a send is lost."""
    frames = [frame for frame in call.frame.outward() if frame.function is not None]
    if not any(_may_lose(frame) for frame in frames):
        return
    around = surrounded.around(call.frame, call.node)
    if around is None or not calls_itself(call, View(surrounded.machine, call.frame, call.state)):
        return
    node: cst.CSTNode = call.node
    steps: tuple[Step, ...] = (Step(NodePlace(call.chunk, call.node), "the send"),)
    content = _content(call)
    for frame in frames:
        around = surrounded.around(frame, node)
        if around is None:
            return
        view = View(surrounded.machine, frame, call.state)
        following = Following(surrounded, around, view, uses)
        if name_of(node) in ELSEWHERE and not isinstance(around.parents[node], cst.Await):
            yield from _forgotten(following, node, steps)
            return
        lost = list(_forgotten(following, node, steps))
        yield from lost
        if lost and name_of(node) in EXECUTED:
            return
        climb = _Climb(around, view, uses, steps, node, content)
        yield from climb.losses()
        if climb.over or frame.call is None or frame.caller is None or around.generator:
            return
        if not _leads_on(surrounded, climb.view, around):
            above = surrounded.around(frame.caller, frame.call)
            if above is not None:
                outer = View(surrounded.machine, frame.caller, call.state)
                yield from _forgotten(Following(surrounded, above, outer, uses), frame.call, steps)
            return
        node = frame.call
        steps = (*steps, Step(NodePlace(frame.caller.chunk, node), f"calls `{name_of(node)}()`"))


_SEVERAL = frozenset({"gather", "map"})
"""What gives several results."""


def _forgotten(following: Following, node: cst.CSTNode, steps: tuple[Step, ...]) -> Iterator[Loss]:
    """The call that keeps an exception of `node` in a future or task, or in a list, if nobody asks for it."""
    keeper = _keeper(following, node)
    if keeper is None:
        return
    result = following.around.parents[keeper] if name_of(keeper) == "gather" else keeper
    ends, _ = replace(following, future=True).ends(result)
    if ends == NOWHERE:
        how = "it is kept among results" if name_of(keeper) in _SEVERAL else "it is kept in a future"
        yield Loss(NodePlace(following.view.frame.chunk, keeper), f"{how} that nobody asks for", steps)


def _keeper(following: Following, node: cst.CSTNode) -> cst.Call | None:
    """The call whose result keeps what `node` raises; None if it is raised there, or nobody knows."""
    around, view = following.around, following.view
    if isinstance(node, cst.Call) and name_of(node) in EXECUTED:
        if name_of(node) == "map" and _is_gone_through(around, node):
            return None
        if not isinstance(around.parents[node], cst.Await) and any(map(EXECUTORS.fullmatch, view.names(node.func))):
            return node
        return None
    task: cst.Call | None = None
    for child, call in carrying(around, node):
        if not TASKS.isdisjoint(view.names(call.func)):
            if isinstance(around.parents[call], cst.Await):
                return None
            task = task or call
        elif name_of(call) == "gather" and "asyncio.gather" in view.names(call.func):
            return call if returns_exceptions(call, view) else task
        elif isinstance(child, cst.Arg):
            return task
    return task


def _is_gone_through(around: Surroundings, node: cst.CSTNode) -> bool:
    """Whether somebody may go through the results of a call, and so hear of the exceptions: `list(pool.map(...))`."""
    match around.parents[node]:
        case cst.Expr():
            return False
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return any(True for _ in around.reached(name, node))
    return True


def carrying(around: Surroundings, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.Call]]:
    """The calls that an awaitable is handed to, itself or in a list, each with the part of it that holds it.

    The list may have a name, which is read once.
    """
    names: set[str] = set()
    while True:
        name = ""
        for child, parent in around.above(node):
            match parent:
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                    used = [*around.reached(name, child)]
                    break
                case cst.Call(func=cst.Attribute(value=cst.Name(value=name) as holder, attr=cst.Name("append"))):
                    used = [use for use in around.uses(name) if use is not holder]
                    break
                case cst.Call():
                    yield child, parent
                case cst.CSTNode() if not isinstance(parent, _CARRYING):
                    return
        if not name or name in names or len(used) != 1:
            return
        names.add(name)
        node = used[0]


_CARRYING = (cst.Arg, cst.List, cst.Tuple, cst.Element, cst.StarredElement, cst.ListComp, cst.GeneratorExp)
"""Syntax that hands on what it holds."""


def _content(call: SendCall) -> frozenset[str]:
    """What the body is read from: `["text"]` of `json.dumps(mail["text"])`."""
    found = set()
    for key in _BODIES:
        passed = call.arguments.keywords.get(key)
        if passed is not None:
            found.add(tail_of(_innermost(passed.node)))
    return frozenset(found - {""})


def _innermost(node: cst.CSTNode) -> cst.CSTNode:
    """What a call, and the call in it, makes something of."""
    while (
        isinstance(node, cst.Call)
        and node.args
        and isinstance(node.args[0].value, cst.Call | cst.Attribute | cst.Subscript)
    ):
        node = node.args[0].value
    return node


_BODIES = ("MessageBody", "Message")


def _may_lose(frame: Frame) -> bool:
    """Whether a closer look is worthwhile: without one of the words an exception is not caught or kept."""
    return any(word in frame.chunk.text for word in _WORDS)


_WORDS = ("except", "with", "submit", ".map(", "run_in_executor", "create_task", "ensure_future", "return_exceptions")


def _leads_on(surrounded: Surrounded, view: View, around: Surroundings) -> bool:
    """Whether what the frame's function raises is raised by the call that started it."""
    frame = view.frame
    call = frame.call
    if call is None or frame.caller is None or frame.caller.function is None or not is_plain_call(view, around):
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
    node: cst.CSTNode
    """The send, or the call that leads to it."""
    content: frozenset[str]
    """The tails of what it sends as the body."""
    over: bool = False
    """The exception gets no further, or it cannot be known whether it does."""

    def losses(self) -> Iterator[Loss]:
        """The handlers, on the way up, in which the exception is lost."""
        for child, parent in self.around.above(self.node):
            match parent:
                case cst.Try() | cst.TryStar() if parent.body is child:
                    yield from self._tried(parent)
                case cst.With() if parent.body is child:
                    yield from self._suppressed(parent)
                case cst.FunctionDef() | cst.Lambda() | cst.ClassDef() if parent is not self.around.root:
                    self.over = True
                case cst.Call() if not (is_logging(parent, self.view) or is_pure(parent, self.view)):
                    self.over = self.over or (child is not parent.func and name_of(parent) not in PASS_EXCEPTIONS)
                case cst.Yield() | cst.GeneratorExp():
                    self.over = True
            if self.over:
                return
        self.over = self._outcome.is_told()

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
            if self._outcome.is_lost(statement, handler):
                yield self._loss(handler.type or handler, _how(done))
                self.over = True
                return
            if caught & ALL_OF_A_CLIENT:
                again = self._outcome.raises_again(handler, done)
                if not again or caught & NETWORK:
                    self.over = not again
                    return
                refused = True  # the exception that no answer came may still end in a later handler

    def _suppressed(self, statement: cst.With) -> Iterator[Loss]:
        for item in statement.items:
            call = item.item
            if not isinstance(call, cst.Call) or "contextlib.suppress" not in self.view.names(call.func):
                continue
            if not any(self._caught(argument.value) for argument in call.args):
                continue
            if self._outcome.is_lost(statement, None):
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
        return Outcome(self.around, self.view, self.uses, self.node, self.content)

    def _loss(self, node: cst.CSTNode, how: str) -> Loss:
        return Loss(NodePlace(self.view.frame.chunk, node), f"the handler {how}", self.steps)


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
    told = [words for words, does in (("logs it", done.logs), ("reports it", done.reports)) if does]
    if done.returns and done.returns[0].value is not None:
        told.append(f"returns `{cst.Module([]).code_for_node(done.returns[0].value)}`")
    return f"only {' and '.join(told)}" if told else "drops it"
