"""What becomes of a value in the code of one frame: of an answer, and of the failures that are taken out of it."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import libcst as cst

from sqsfifo_lint.flow import name_of
from sqsfifo_lint.flow.values import constant_of
from sqsfifo_lint.handling.effects import Effects, effects_of, is_logging, is_pure
from sqsfifo_lint.handling.order import code_of
from sqsfifo_lint.handling.surroundings import Surrounded, Surroundings, View
from sqsfifo_lint.handling.uses import Uses
from sqsfifo_lint.knowledge.logs import PASS_THROUGH
from sqsfifo_lint.met import met
from sqsfifo_lint.records import record
from sqsfifo_lint.source.expectations import EXPECTATIONS


class End(enum.Enum):
    """What becomes of an answer in one place; it may have several ends."""

    THROWN_AWAY = enum.auto()
    LOGGED = enum.auto()
    """It is only logged or printed."""
    GLANCED_AT = enum.auto()
    """Only its presence, or its HTTP status, is looked at."""
    FAILURES_LOGGED = enum.auto()
    """Its failures are only logged or counted."""
    COUNTED = enum.auto()
    """Its successes are counted for somebody."""
    OVERWRITTEN = enum.auto()
    """The next round of a loop puts another answer in its place before it is looked at."""
    RETURNED = enum.auto()
    """It goes to the caller."""
    OUT_OF_SIGHT = enum.auto()
    """Its failures are looked at, or may be, wherever it goes."""


Ends = frozenset[End]

NOWHERE = frozenset({End.THROWN_AWAY})
LOGGED = frozenset({End.LOGGED})
GLANCED_AT = frozenset({End.GLANCED_AT})
FAILURES_LOGGED = frozenset({End.FAILURES_LOGGED})
COUNTED = frozenset({End.COUNTED})
OVERWRITTEN = frozenset({End.OVERWRITTEN})
RETURNED = frozenset({End.RETURNED})
OUT_OF_SIGHT = frozenset({End.OUT_OF_SIGHT})

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

FAILED = "Failed"
SUCCESSFUL = "Successful"


def returns_exceptions(call: cst.Call, view: View) -> bool:
    """Whether a call gives back exceptions among results: `gather(..., return_exceptions=True)`."""
    given = (arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "return_exceptions")
    return any(constant_of(view.value(value)) is True for value in given)


MAX_HELPERS = 3
"""Functions that an answer is handed to, one by the other."""


@record(eq=False)
class Following:
    """Follows a value through the code of one frame, and of the functions that it is handed to."""

    surrounded: Surrounded
    around: Surroundings
    view: View
    uses: Uses
    depth: int = 0
    future: bool = False
    """It is a future, or a task: whoever awaits it hears of its exception."""

    def ends(self, node: cst.CSTNode) -> tuple[Ends, str]:
        """What becomes of the value of `node`, and the variable that holds it."""
        names: dict[str, None] = {}
        return self._ends(node, names), next(iter(names), "")

    def _ends(self, node: cst.CSTNode, names: dict[str, None]) -> Ends:
        parent = self.around.parents.get(node)
        match parent:
            case cst.Expr():
                return OUT_OF_SIGHT if self._has_to_fail(parent) else NOWHERE
            case cst.Await():
                return OUT_OF_SIGHT if self.future and not self._keeps(node) else self._ends(parent, names)
            case cst.ListComp(elt=element) if element is node:
                return self._ends(parent, names)  # a check of the list is a check of the answers
            case cst.Return() | cst.Lambda():
                return RETURNED if self._leaves(parent) else OUT_OF_SIGHT
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                return self._kept(name, node, names)
            case cst.AnnAssign(target=cst.Name(value=name)) if parent.value is node:
                return self._kept(name, node, names)
            case cst.NamedExpr(target=cst.Name(value=name)) if parent.value is node:
                return self._kept(name, node, names) | self._ends(parent, names)
            case cst.ComparisonTarget(operator=cst.In() | cst.NotIn()):
                asked = self.around.parents[parent]
                if isinstance(asked, cst.Comparison):
                    return self._read(self._text(asked.left), asked)
            case cst.Arg() if parent.keyword is not node:
                return self._passed(parent, names)
            case cst.Subscript(value=value, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]) if value is node:
                return self._read(self._text(key), parent)
            case cst.Attribute(value=value, attr=cst.Name("get")) if value is node:
                got = self.around.parents[parent]
                if isinstance(got, cst.Call) and got.func is parent and got.args:
                    return self._read(self._text(got.args[0].value), got)
        if self._is_tested(node):
            return GLANCED_AT
        return self._shown(node)

    def _keeps(self, node: cst.CSTNode) -> bool:
        """Whether a call gives exceptions back among the results."""
        return isinstance(node, cst.Call) and returns_exceptions(node, self.view)

    def _leaves(self, node: cst.CSTNode) -> bool:
        """Whether a `return` or lambda body ends the running function, and not one that is defined inside it."""
        return self.around.root in (node, self.around.function_of(node))

    def _has_to_fail(self, node: cst.CSTNode) -> bool:
        """Whether a test expects an exception here: then there is no result."""
        items = (i.item for _, parent in self.around.above(node) if isinstance(parent, cst.With) for i in parent.items)
        return any(name_of(item) in EXPECTATIONS for item in items)

    def _is_tested(self, node: cst.CSTNode) -> bool:
        """Whether a statement asks only if there is a value."""
        for _, parent in self.around.above(node):
            match parent:
                case cst.If() | cst.While() | cst.Assert() | cst.MatchCase():
                    return True
                case cst.BooleanOperation() | cst.UnaryOperation(operator=cst.Not()):
                    continue
                case cst.Comparison(comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.IsNot())]):
                    continue
                case cst.Arg() | cst.Call(func=cst.Name("bool")):
                    continue
            return False
        return False

    def _kept(self, name: str, node: cst.CSTNode, names: dict[str, None]) -> Ends:
        """What becomes of the value of `node` in the variable that holds it."""
        if name in names:
            return NOWHERE
        names[name] = None
        if self._is_seen_outside(name):
            return OUT_OF_SIGHT
        found = {use: self._ends(use, names) for use in self.around.reached(name, node)}
        again = self.around.overwritten(name, node)
        if again is not None and not any(found[use] & _LOOKED_AT for use in again if use in found):
            looked_at = any(ends & _LOOKED_AT for ends in found.values())
            return OVERWRITTEN if looked_at else _union(found.values())
        return _union(found.values())

    def _is_seen_outside(self, name: str) -> bool:
        """Whether code that is not examined here may read a variable of the frame."""
        if any(self.around.is_declared_outer(node) for node in self.around.names.get(name, ())):
            return True  # `global`, `nonlocal`
        frame = self.view.frame
        if frame.function is not None:
            return False
        return frame.owner is not None or self.uses.of_variable(frame.module, name)  # in a class body: an attribute

    def _passed(self, argument: cst.Arg, names: dict[str, None]) -> Ends:
        call = self.around.parents[argument]
        assert isinstance(call, cst.Call)
        if is_logging(call, self.view):
            return LOGGED | self._handed_back(call, names)
        if self._passes_results(call):
            return self._ends(call, names)
        if is_pure(call, self.view):
            return self._shown(argument)
        return self._in_helper(call, argument, names)

    def _handed_back(self, call: cst.Call, names: dict[str, None]) -> Ends:
        """What becomes of the value if the call that prints it gives it back."""
        if isinstance(self.around.parents[call], cst.Expr) or PASS_THROUGH.isdisjoint(self.view.names(call.func)):
            return frozenset()
        return self._ends(call, names)

    def _in_helper(self, call: cst.Call, argument: cst.Arg, names: dict[str, None]) -> Ends:
        """What the functions do with it that it is handed to."""
        found: set[End] = set()
        if self.depth >= MAX_HELPERS:
            met("MAX_HELPERS")
            return OUT_OF_SIGHT
        for function, name in self.view.receivers(call, argument):
            around = self.surrounded.of_function(function)
            helper = Following(self.surrounded, around, self.view.inside(function), self.uses, self.depth + 1)
            ends = _union(helper._ends(use, {name: None}) for use in around.uses(name))
            if End.RETURNED in ends:
                ends = (ends - RETURNED) | self._ends(call, names)
            found |= ends
        return frozenset(found) or OUT_OF_SIGHT

    def _text(self, key: cst.BaseExpression) -> str | None:
        """The text of a key, if it is known."""
        text = constant_of(self.view.value(key))
        return text if isinstance(text, str) else None

    def _read(self, key: str | None, node: cst.BaseExpression) -> Ends:
        """What `answer[key]` is for."""
        match key:
            case "ResponseMetadata":
                return GLANCED_AT
            case "Failed":
                return _Failures(self).ends(node)
            case "Successful":
                return self._shown(node)
        return OUT_OF_SIGHT

    def _shown(self, node: cst.CSTNode) -> Ends:
        """For a value made from the answer: whether it is only logged, counted, or discarded."""
        for child, parent in self.around.above(node):
            match parent:
                case cst.Expr():
                    return NOWHERE
                case cst.If() | cst.While() if isinstance(child, cst.UnaryOperation):
                    return GLANCED_AT
                case cst.AugAssign(target=cst.Name()):
                    return COUNTED
                case cst.Call() if is_logging(parent, self.view):
                    return LOGGED
                case cst.Call() if not (self._passes_results(parent) or is_pure(parent, self.view)):
                    return OUT_OF_SIGHT
                case cst.CSTNode() if not isinstance(parent, _KEEP_IT):
                    return OUT_OF_SIGHT
        return OUT_OF_SIGHT

    def _passes_results(self, call: cst.Call) -> bool:
        """Whether a call returns the answers that it takes."""
        return not PASS_RESULTS.isdisjoint(self.view.names(call.func))


_LOOKED_AT = frozenset({End.RETURNED, End.OUT_OF_SIGHT, End.COUNTED})


@record(eq=False)
class _Failures:
    """Follows the failures that are taken out of an answer, and what is made of them."""

    answer: Following

    def ends(self, node: cst.CSTNode, names: frozenset[str] = frozenset()) -> Ends:
        """Whether the failures in `node` are only logged or counted."""
        around = self.answer.around
        parent = around.parents.get(node)
        match parent:
            case cst.Expr():
                return OUT_OF_SIGHT  # asked on purpose: `answer["Failed"]` may raise
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
                return self._kept(name, node, names)
            case cst.AnnAssign(target=cst.Name(value=name)) | cst.AugAssign(target=cst.Name(value=name)):
                return self._kept(name, node, names)
            case cst.NamedExpr(target=cst.Name(value=name)) if parent.value is node:
                return self._kept(name, node, names) | self.ends(parent, names)
            case cst.If(test=test) | cst.MatchCase(guard=test) if test is node:
                return self._branches(parent, node, names)
            case cst.For() if parent.iter is node:
                return self._rounds(parent, names)
            case cst.CompFor() if parent.iter is node:
                return self.ends(around.parents[parent], names)
            case cst.Arg() if parent.keyword is not node:
                return self._passed(around.parents[parent], names)
            case cst.Attribute() if parent.value is node:
                call = around.parents[parent]
                if isinstance(call, cst.Call) and call.func is parent and is_pure(call, self.answer.view):
                    return self.ends(call, names)
            case cst.CSTNode() if isinstance(parent, _MADE_OF_IT):
                return self.ends(parent, names)
        return OUT_OF_SIGHT

    def _kept(self, name: str, node: cst.CSTNode, names: frozenset[str]) -> Ends:
        if name in names:
            return FAILURES_LOGGED
        if self.answer._is_seen_outside(name):
            return OUT_OF_SIGHT
        return self._read_at(self.answer.around.reached(name, node), names | {name})

    def _read_at(self, uses: Iterable[cst.CSTNode], names: frozenset[str]) -> Ends:
        return FAILURES_LOGGED.union(*(self.ends(use, names) for use in uses))

    def _passed(self, call: cst.CSTNode, names: frozenset[str]) -> Ends:
        if not isinstance(call, cst.Call):
            return OUT_OF_SIGHT
        view = self.answer.view
        if is_logging(call, view):
            back = isinstance(self.answer.around.parents[call], cst.Expr) or PASS_THROUGH.isdisjoint(
                view.names(call.func)
            )
            return FAILURES_LOGGED if back else self.ends(call, names)
        return self.ends(call, names) if is_pure(call, view) else OUT_OF_SIGHT

    def _rounds(self, loop: cst.For, names: frozenset[str]) -> Ends:
        """What is done for each failure."""
        around = self.answer.around
        order = around.order(loop)
        code = dict.fromkeys(code_of(order.reach(order.rounds.get(loop, ()))))
        inside = [node for node in code if around.is_below(node, loop.body)]
        return self._of_effects(effects_of(inside, self.answer.view), loop, names)

    def _branches(self, statement: cst.CSTNode, test: cst.CSTNode, names: frozenset[str]) -> Ends:
        """What is done only if a test holds, or only if it does not."""
        around = self.answer.around
        order = around.order(test)
        blocked = [step for _, parent in around.above(test) for step in order.rounds.get(parent, ())]
        ways = [way for step in around.steps(test) for way in step.nexts]
        ends = FAILURES_LOGGED
        reached = [dict.fromkeys(code_of(order.reach([way], blocked))) for way in ways]
        for code in reached:
            others = {node for other in reached if other is not code for node in other}
            only = [node for node in code if node not in others]
            ends |= self._of_effects(effects_of(only, self.answer.view), statement, names)
        return ends

    def _of_effects(self, done: Effects, inside: cst.CSTNode, names: frozenset[str]) -> Ends:
        """Whether what is done because of failures is no more than logging and counting."""
        if done.acts or done.raised or any(not isinstance(node, cst.Continue) for node in done.leaves):
            return OUT_OF_SIGHT
        ends = FAILURES_LOGGED
        around = self.answer.around
        for bound in done.binds:
            if bound.value not in names:
                if self.answer._is_seen_outside(bound.value):
                    return OUT_OF_SIGHT
                uses = [use for use in around.reached(bound.value, bound) if not around.is_below(use, inside)]
                ends |= self._read_at(uses, names | {bound.value})
        return ends


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

_MADE_OF_IT = (
    *(kind for kind in _KEEP_IT if kind not in (cst.Arg, cst.Attribute, cst.Call)),
    cst.BooleanOperation,
    cst.Comparison,
    cst.ComparisonTarget,
    cst.CompIf,
    cst.ConcatenatedString,
    cst.Dict,
    cst.DictElement,
    cst.IfExp,
    cst.Index,
    cst.Set,
    cst.SetComp,
    cst.SubscriptElement,
)
"""The same for failures: what is compared with them, or chosen by them, tells of them."""


def _union(several: Iterable[Ends]) -> Ends:
    """All ends; a value that is never used is thrown away."""
    return frozenset[End]().union(*several) or NOWHERE
