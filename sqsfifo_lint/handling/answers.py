"""Where the answer of a batch send ends: SQS answers with 200 and names the entries that it refused under `Failed`."""

from __future__ import annotations

import enum
from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.aws.values import Member, SendCall
from sqsfifo_lint.flow import name_of
from sqsfifo_lint.flow.values import Partial
from sqsfifo_lint.handling.effects import is_logging, is_text
from sqsfifo_lint.handling.surroundings import Surrounded, Surroundings, View, is_plain_call
from sqsfifo_lint.handling.uses import Uses
from sqsfifo_lint.model import Loss, Step
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import NodePlace


class End(enum.IntEnum):
    """What becomes of a value; if there are several uses, the highest member counts."""

    THROWN_AWAY = 0
    LOGGED = 1
    """It is only logged or printed."""
    GLANCED_AT = 2
    """Only its presence, or its HTTP status, is looked at."""
    RETURNED = 3
    """It goes to the caller."""
    OUT_OF_SIGHT = 4
    """Its failures are looked at, or may be, wherever it goes."""


PASS_RESULTS = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.gather",
        "asyncio.run",
        "asyncio.shield",
        "asyncio.wait_for",
        "anyio.run",
    }
)
"""Functions that pass on the results of the awaitables that they take."""

ELSEWHERE = frozenset({"to_thread", "run_in_executor", "run_sync", "submit"})
"""Functions and methods that call their argument, a function, in a thread, and return its result."""

SAYS_NOTHING_OF_ENTRIES = "ResponseMetadata"
"""The key of the answer with the HTTP status, which is 200 even if entries were refused."""

SUCCESSFUL = "Successful"


def lost_answers(surrounded: Surrounded, call: SendCall, uses: Uses) -> Iterator[Loss]:
    """Where the answer of a batch send is lost: in the code that sends, or in a caller that it is returned to."""
    frame, node = call.frame, call.node
    around = surrounded.around(frame, node)
    if around is None or not calls_itself(call, View(surrounded.machine, frame, call.state)):
        return
    steps: tuple[Step, ...] = ()
    while True:
        view = View(surrounded.machine, frame, call.state)
        end, name = _Following(around, view, uses).end(node)
        if end is not End.RETURNED:
            break
        if frame.caller is None or frame.call is None or not is_plain_call(frame, around):
            return
        steps = (Step(NodePlace(call.chunk, call.node), "the send"),)
        asynchronous = isinstance(around.root, cst.FunctionDef) and around.root.asynchronous is not None
        node, frame = frame.call, frame.caller
        around = surrounded.around(frame, node)
        if around is None or (asynchronous and isinstance(around.parents[node], cst.Expr)):
            return  # a coroutine that is not awaited sends nothing
    if end is not End.OUT_OF_SIGHT:
        how = f"kept in `{name}` and never looked at" if name and end is End.THROWN_AWAY else _HOW[end]
        yield Loss(NodePlace(frame.chunk, node), how, steps)


_HOW = {
    End.THROWN_AWAY: "thrown away",
    End.LOGGED: "only logged",
    End.GLANCED_AT: "not checked for `Failed`",
}


def calls_itself(call: SendCall, view: View) -> bool:
    """Whether the call's own result is the send's answer; False if the method is passed to something unknown."""
    match call.node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name))) if name == call.member.name or name in ELSEWHERE:
            return True
        case cst.Call(func=cst.Name(value=name)) if name in ELSEWHERE:
            return True
        case cst.Call(func=function):
            return any(isinstance(callee, Member | Partial) for callee in view.value(function))
    return False


@record()
class _Following:
    """Follows a value through the code of one frame."""

    around: Surroundings
    view: View
    uses: Uses

    def end(self, node: cst.CSTNode) -> tuple[End, str]:
        """What becomes of the value of `node`, and the variable that holds it."""
        names: dict[str, None] = {}
        return self._end(node, names), next(iter(names), "")

    def _end(self, node: cst.CSTNode, names: dict[str, None]) -> End:
        parent = self.around.parents.get(node)
        match parent:
            case cst.Expr():
                return End.OUT_OF_SIGHT if self._has_to_fail(parent) else End.THROWN_AWAY
            case cst.Await():
                return self._end(parent, names)
            case cst.ListComp(elt=element) if element is node:
                return self._end(parent, names)  # a check of the list is a check of the answers
            case cst.Return() | cst.Lambda():
                return End.RETURNED if self._leaves(parent) else End.OUT_OF_SIGHT
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                return self._kept(name, node, names)
            case cst.AnnAssign(target=cst.Name(value=name)) if parent.value is node:
                return self._kept(name, node, names)
            case cst.NamedExpr(target=cst.Name(value=name)) if parent.value is node:
                return max(self._kept(name, node, names), self._end(parent, names))
            case cst.If() | cst.While() | cst.Assert():
                return End.GLANCED_AT
            case cst.UnaryOperation(operator=cst.Not()):
                return self._shown(parent)
            case cst.Arg() if parent.keyword is not node:
                return self._passed(parent, names)
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]) if value is node:
                return self._read(_text(key), parent)
            case cst.Attribute(value=value, attr=cst.Name("get")) if value is node:
                got = self.around.parents[parent]
                if isinstance(got, cst.Call) and got.func is parent and got.args:
                    return self._read(_text(got.args[0].value), got)
        return self._shown(node)

    def _leaves(self, node: cst.CSTNode) -> bool:
        """Whether a `return` or lambda body ends the running function, and not one that is defined inside it."""
        return self.around.root in (node, self.around.function_of(node))

    def _has_to_fail(self, node: cst.CSTNode) -> bool:
        """Whether a test expects an exception here: then there is no result."""
        items = (i.item for _, parent in self.around.above(node) if isinstance(parent, cst.With) for i in parent.items)
        return any(name_of(item) in _EXPECT_FAILURE for item in items)

    def _kept(self, name: str, node: cst.CSTNode, names: dict[str, None]) -> End:
        """What becomes of the value of `node` in the variable that holds it."""
        if name in names:
            return End.THROWN_AWAY
        names[name] = None
        if self._is_seen_outside(name):
            return End.OUT_OF_SIGHT
        return max((self._end(use, names) for use in self.around.reached(name, node)), default=End.THROWN_AWAY)

    def _is_seen_outside(self, name: str) -> bool:
        """Whether code that is not examined here may read a variable of the frame."""
        if any(self.around.is_declared_outer(node) for node in self.around.names.get(name, ())):
            return True  # `global`, `nonlocal`
        frame = self.view.frame
        if frame.function is not None:
            return False
        return frame.owner is not None or self.uses.of_variable(frame.module, name)  # in a class body: an attribute

    def _passed(self, argument: cst.Arg, names: dict[str, None]) -> End:
        call = self.around.parents[argument]
        assert isinstance(call, cst.Call)
        if is_logging(call, self.view):
            return End.LOGGED
        if self._passes_results(call):
            return self._end(call, names)
        return self._shown(argument)

    def _read(self, key: str | None, node: cst.CSTNode) -> End:
        """What `answer[key]` is for."""
        if key == SAYS_NOTHING_OF_ENTRIES:
            return End.GLANCED_AT
        return self._shown(node) if key == SUCCESSFUL else End.OUT_OF_SIGHT

    def _shown(self, node: cst.CSTNode) -> End:
        """For a value made from the answer: whether it is only logged, or discarded."""
        for child, parent in self.around.above(node):
            match parent:
                case cst.Expr():
                    return End.THROWN_AWAY
                case cst.If() | cst.While() if isinstance(child, cst.UnaryOperation):
                    return End.GLANCED_AT
                case cst.Call() if is_logging(parent, self.view):
                    return End.LOGGED
                case cst.Call() if not (self._passes_results(parent) or is_text(parent, self.view)):
                    return End.OUT_OF_SIGHT
                case cst.CSTNode() if not isinstance(parent, _KEEP_IT):
                    return End.OUT_OF_SIGHT
        return End.OUT_OF_SIGHT

    def _passes_results(self, call: cst.Call) -> bool:
        """Whether a call returns the answers that it takes."""
        return not PASS_RESULTS.isdisjoint(self.view.names(call.func))


_EXPECT_FAILURE = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
"""Context managers of test frameworks whose block has to raise an exception."""

_KEEP_IT = (
    cst.Arg,
    cst.Attribute,
    cst.Await,
    cst.BinaryOperation,
    cst.Call,
    cst.Element,
    cst.FormattedString,
    cst.FormattedStringExpression,
    cst.GeneratorExp,
    cst.List,
    cst.ListComp,
    cst.StarredElement,
    cst.Subscript,
    cst.Tuple,
    cst.UnaryOperation,
)
"""Syntax whose value is made of its operands, without doing anything to them."""


def _text(node: cst.CSTNode) -> str | None:
    """The value of a plain string."""
    if isinstance(node, cst.SimpleString) and isinstance(node.evaluated_value, str):
        return node.evaluated_value
    return None
