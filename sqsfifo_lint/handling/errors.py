"""Where an exception of a send ends, when nobody acts upon it.

An exception goes up from the send through the calls that led to it. On its way this module looks for a handler that
catches what a client raises and only talks, passes or returns something empty. It gives up, silently, as soon as what
happens is open to doubt: when the handler does anything else; when a success leaves a mark behind (a call, a change,
a variable that is read later), for then somebody may find the mark missing and try again; when the call is not a
plain call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst

from sqsfifo_lint.flow.calls import name_of
from sqsfifo_lint.flow.machine import SendCall
from sqsfifo_lint.flow.state import Frame
from sqsfifo_lint.flow.values import Abstract, External, TupleValue
from sqsfifo_lint.handling.answers import ELSEWHERE, calls_itself
from sqsfifo_lint.handling.effects import Effects, Voice
from sqsfifo_lint.handling.surroundings import Surrounded, Surroundings, is_plain_call, statements
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.source.chunks import Chunk, NodePlace

EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})
ALL_OF_A_CLIENT = EVERYTHING | {"botocore.exceptions.ClientError", "botocore.exceptions.BotoCoreError"}
NETWORK = EVERYTHING | {"botocore.exceptions.BotoCoreError"}
"""What catches that no answer came; a `ClientError` is an answer."""
CLIENT_ERRORS = "botocore.exceptions."
"""Where the exceptions of clients are, those of `client.exceptions` included."""

IsUsed = Callable[[Frame], bool]
"""Whether somebody in sight uses what the frame's function returns."""


def swallowed_errors(surrounded: Surrounded, call: SendCall, is_used: IsUsed) -> Iterator[Loss]:
    """The handlers, and `contextlib.suppress`, in which an exception of a send is lost."""
    frames = [frame for frame in call.frame.outward() if frame.function is not None]
    texts = [frame.function.chunk.text for frame in frames if frame.function is not None]
    if not any("except" in text or "suppress" in text for text in texts) or not _raises_here(surrounded, call):
        return
    node: cst.CSTNode | None = call.node
    steps: tuple[Step, ...] = (Step(NodePlace(call.chunk, call.node), "the send"),)
    for frame in frames:
        found = surrounded.around(frame, node) if node is not None else None
        if node is None or found is None:
            return
        around, chunk = found
        climb = _Climb(around, chunk, Voice(surrounded, frame, call.state), is_used, steps)
        yield from climb.losses(node)
        if climb.over or not _leads_on(surrounded, frame, around):
            return
        node = frame.call
        if frame.caller is not None and frame.caller.function is not None and node is not None:
            steps = (*steps, Step(NodePlace(frame.caller.function.chunk, node), f"calls `{name_of(node)}()`"))


def _raises_here(surrounded: Surrounded, call: SendCall) -> bool:
    """Whether an exception of the send is raised where the call stands, and not kept in a future."""
    found = surrounded.around(call.frame, call.node)
    if found is None or not calls_itself(surrounded, call):
        return False
    return name_of(call.node) not in ELSEWHERE or isinstance(found[0].parents[call.node], cst.Await)


def _leads_on(surrounded: Surrounded, frame: Frame, around: Surroundings) -> bool:
    """Whether what the frame's function raises comes out of the call that started it."""
    call = frame.call
    if call is None or frame.caller is None or frame.caller.function is None or not is_plain_call(frame, around):
        return False
    found = surrounded.around(frame.caller, call)
    awaited = found is not None and isinstance(found[0].parents[call], cst.Await)
    return awaited or not (isinstance(around.root, cst.FunctionDef) and around.root.asynchronous is not None)


@dataclass(slots=True)
class _Climb:
    """The way of an exception up through the code of one frame."""

    around: Surroundings
    chunk: Chunk
    voice: Voice
    is_used: IsUsed
    steps: tuple[Step, ...]
    over: bool = False
    """The exception does not get any further, or nobody can tell."""
    success: Effects = field(default_factory=Effects)
    """What is done after the send when it succeeds, and left out when it fails."""

    def losses(self, node: cst.CSTNode) -> Iterator[Loss]:
        """The handlers, on the way up from `node`, in which the exception is lost."""
        for child, parent in self.around.above(node):
            match parent:
                case cst.Try() | cst.TryStar() if parent.body is child:
                    self._succeed(statements(parent.orelse.body) if parent.orelse is not None else ())
                    if not self.over:
                        yield from self._tried(parent)
                case cst.With() if parent.body is child:
                    yield from self._suppressed(parent)
                case cst.FunctionDef() | cst.Lambda() | cst.ClassDef() if parent is not self.around.root:
                    self.over = True
                case cst.Call() if not (self.voice.is_talk(parent) or self.voice.is_text(parent)):
                    self.over = self.over or (child is not parent.func and not _hands_on(parent))
                case cst.Assign() | cst.AnnAssign() | cst.AugAssign() | cst.Return() | cst.NamedExpr():
                    self._note(_left_by(parent))
                case cst.Yield() | cst.GeneratorExp():
                    self.over = True
            self._succeed(_after(statements(parent), child))
            if self.over:
                return

    def _succeed(self, nodes: Sequence[cst.CSTNode]) -> None:
        """Note statements that are run only when the send succeeds."""
        if nodes:
            self._note(self.voice.of(nodes))

    def _note(self, done: Effects) -> None:
        self.success.binds |= done.binds
        self.success.leaves += done.leaves
        self.over = self.over or done.acts or done.raises

    # -- what catches

    def _tried(self, statement: cst.Try | cst.TryStar) -> Iterator[Loss]:
        refused = False
        for handler in statement.handlers:
            caught = self._caught(handler.type)
            if not caught:
                continue
            if refused and caught & EVERYTHING:
                return  # what SQS refuses is raised: this is for the odd rest
            done = self.voice.of(statements(handler.body))
            if self._is_lost(statement, handler, done):
                node = handler.type if handler.type is not None else handler
                yield Loss(NodePlace(self.chunk, node), _how(done), self.steps)
                self.over = True
                return
            if caught & ALL_OF_A_CLIENT:
                last = _last(handler.body)
                again = isinstance(last, cst.Raise) and last.exc is None and not done.acts and not done.leaves
                if not again or caught & NETWORK:
                    self.over = not again
                    return
                refused = True  # what tells that no answer came may still end in a later handler

    def _caught(self, kind: cst.BaseExpression | None) -> frozenset[str]:
        """The exceptions of a client that a handler of this type catches, by their qualified names."""
        if kind is None:
            return EVERYTHING
        names = frozenset(_names(self.voice.surrounded.value(kind, self.voice.frame, self.voice.state)))
        return frozenset(name for name in names if name in EVERYTHING or name.startswith(CLIENT_ERRORS))

    def _suppressed(self, statement: cst.With) -> Iterator[Loss]:
        for item in statement.items:
            call = item.item
            if not isinstance(call, cst.Call) or name_of(call) != "suppress":
                continue
            kinds = [kind for argument in call.args if (kind := self._caught(argument.value))]
            if not kinds or "contextlib.suppress" not in self.voice.surrounded.qualified(
                call.func, self.voice.frame, self.voice.state
            ):
                continue
            if self._is_lost(statement, None, Effects()):
                yield Loss(NodePlace(self.chunk, call), "drops it", self.steps)
            self.over = True

    # -- whether it is lost

    def _is_lost(
        self,
        statement: cst.Try | cst.TryStar | cst.With,
        handler: cst.ExceptHandler | cst.ExceptStarHandler | None,
        done: Effects,
    ) -> bool:
        """Whether nothing tells a failure from a success once the handler has run."""
        if done.acts or done.raises or any(not _is_empty(node) for node in done.returns):
            return False
        inside = handler if handler is not None else statement
        if any(self._read_outside(name, inside) for name in done.binds):
            return False
        returns = handler is not None and isinstance(_last(handler.body), cst.Return)
        if not returns and any(self._read_outside(name, statement.body) for name in self.success.binds):
            return False
        loop = self._loop(statement)
        if isinstance(loop, cst.While) or (loop is not None and self.success.leaves):
            return False  # it goes round again, and may send again
        rest = self.voice.of(self._after(statement, loop if _goes_on(done) else None))
        if done.leaves or self.success.leaves:  # what comes after is done only in one of the two cases
            if rest.acts or rest.raises or any(not isinstance(node, cst.Return) for node in rest.leaves):
                return False
            if any(self._read_outside(name, statement) for name in rest.binds):
                return False
        return not self._tells(done, rest)

    def _tells(self, done: Effects, rest: Effects) -> bool:
        """Whether the function returns something else after a success, and somebody in sight uses it."""
        failure = done.returns or ([] if done.leaves else rest.returns)
        success = self.success.returns or ([] if self.success.leaves else rest.returns)
        if any(not _is_empty(node) for node in failure) and self.success.returns:
            return True
        return self._texts(success) != self._texts(failure) and self.is_used(self.voice.frame)

    def _texts(self, returns: Sequence[cst.Return]) -> set[str]:
        """The sources of what is returned."""
        values = [node.value for node in returns]
        return {"None" if value is None else self.chunk.source(value) for value in values or [None]}

    def _read_outside(self, name: str, inside: cst.CSTNode) -> bool:
        """Whether a variable is read outside of a piece of code."""
        uses = self.around.uses(name)
        return any(all(parent is not inside for _, parent in self.around.above(use)) for use in uses)

    def _loop(self, statement: cst.CSTNode) -> cst.CSTNode | None:
        """The innermost loop round a statement, in its function."""
        above = (parent for _, parent in self.around.above(statement))
        return next((parent for parent in above if isinstance(parent, cst.For | cst.While)), None)

    def _after(self, statement: cst.CSTNode, end: cst.CSTNode | None) -> list[cst.CSTNode]:
        """The statements that come after one, up to the end of its function or of the loop `end`."""
        found: list[cst.CSTNode] = []
        for child, parent in self.around.above(statement):
            if parent is end:
                break
            found.extend(_after(statements(parent), child))
        return found


def _hands_on(call: cst.Call) -> bool:
    return name_of(call) in {"wait_for", "shield", "run", "gather"}


def _after(siblings: Sequence[cst.CSTNode], child: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """The siblings that come after a node."""
    return siblings[siblings.index(child) + 1 :] if child in siblings else ()


def _left_by(statement: cst.CSTNode) -> Effects:
    """What the statement that sends leaves behind by itself."""
    found = Effects()
    match statement:
        case cst.Return():
            found.leaves.append(statement)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            found.binds.add(name)
        case cst.AnnAssign(target=cst.Name(value=name)) | cst.NamedExpr(target=cst.Name(value=name)):
            found.binds.add(name)
        case _:
            found.acts = True
    return found


def _goes_on(done: Effects) -> bool:
    """Whether a handler goes on to the next round of a loop."""
    return any(isinstance(node, cst.Continue) for node in done.leaves)


def _last(suite: cst.CSTNode) -> cst.CSTNode | None:
    """The last small statement of a block."""
    body = statements(suite)
    if not body:
        return None
    return _last(body[-1]) or body[-1]


def _names(values: Sequence[Abstract]) -> Iterator[str]:
    for value in values:
        match value:
            case External():
                yield value.name
            case TupleValue():
                for item in value.items:
                    yield from _names(item)


def _is_empty(node: cst.Return) -> bool:
    """Whether `return` gives a value that says nothing of the error: `None`, `False`, `True`, an empty container."""
    match node.value:
        case None | cst.Name("None" | "False" | "True"):
            return True
        case cst.List(elements=[]) | cst.Dict(elements=[]) | cst.Tuple(elements=[]):
            return True
        case cst.SimpleString():
            return node.value.evaluated_value in ("", b"")
    return False


def _how(done: Effects) -> str:
    """What a handler does, as a clause that follows its type."""
    if done.returns and done.returns[0].value is not None:
        value = cst.Module([]).code_for_node(done.returns[0].value)
        return f"{'only logs it and ' if done.talks else 'only '}returns `{value}`"
    return "only logs it" if done.talks else "drops it"
