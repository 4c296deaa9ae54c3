"""A function that is called with each message catches the failure and returns, and the loop goes on.

What it returns may tell the loop: then the loop asks for it in tests, and is not left there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from sqsfifo_lint.aws.deliveries import Delivery, What
from sqsfifo_lint.consumers.found import Found, dotted, inside, is_between, is_test_part, made_of
from sqsfifo_lint.consumers.handlers import acts, takes_everything, works
from sqsfifo_lint.flow.values import Bound, Function
from sqsfifo_lint.handling.order import Step as OrderStep
from sqsfifo_lint.handling.outcome import is_empty
from sqsfifo_lint.handling.surroundings import Surroundings, View
from sqsfifo_lint.knowledge.receiving import KEEPING
from sqsfifo_lint.source.walk import parameters, statements

_LEAVING = (cst.Raise, cst.Return, cst.Break)

Test = cst.If | cst.Match
"""A statement that asks for a value: `if done:`, `match done:`."""


@dataclass(slots=True)
class Swallowed:
    """A handler in a function that is called with a message, behind which the function returns."""

    called: Delivery
    function: Function
    handler: cst.ExceptHandler
    around: Surroundings
    view: View
    reached: dict[OrderStep, None]
    """What runs behind it."""
    tests: Sequence[Test]
    """Where the loop asks for what the function returned."""

    @property
    def only_logs(self) -> bool:
        """Whether the handler does nothing else with the message."""
        return not acts(self.handler, self.around, self.view)

    @property
    def takes_everything(self) -> bool:
        """Whether it catches whatever is raised."""
        return takes_everything(self.handler, self.view)

    def collected(self) -> frozenset[str]:
        """What the loop puts something into where it asks."""
        found = set[str]()
        for test in self.tests:
            for node in inside(test):
                match node:
                    case cst.Call(func=cst.Attribute(value=receiver, attr=cst.Name(value=name))) if name in KEEPING:
                        found.add(dotted(receiver))
        return frozenset(found - {""})

    def is_undeleted(self, found: Found, loop: Delivery, around: Surroundings) -> bool:
        """Whether a message on which the work has failed is not deleted, though others are."""
        nodes = [(one, found.within(one, loop)) for one in found.of(What.DELETED)]
        here = [(one, node) for one, node in nodes if node is not None and around.is_below(node, loop.node)]
        if not here:
            return False
        skips = any(isinstance(node, cst.Continue) for test in self.tests for node in inside(test))
        for one, node in here:
            if node is self.called.node:
                if self._is_reached(one, loop):
                    return False
            elif not skips and not any(around.is_below(node, test) for test in self.tests):
                return False
        return True

    def _is_reached(self, deleted: Delivery, loop: Delivery) -> bool:
        """Whether the function deletes the message behind the handler."""
        node: cst.CSTNode = deleted.node
        for frame in deleted.frame.outward():
            if frame.caller is not None and frame.caller.key is loop.frame.key:
                steps = self.around.steps(node) if node in self.around.parents else []
                return not steps or any(step in self.reached for step in steps)
            if frame.call is None:
                return True
            node = frame.call
        return True


def swallowed(found: Found, loop: Delivery, around: Surroundings) -> Iterator[Swallowed]:
    """The handlers in functions that a loop calls with each message, behind which the loop goes on."""
    assert isinstance(loop.node, cst.For)
    for called in found.of(What.CALLED):
        if found.within(called, loop) is not called.node or not isinstance(called.node, cst.Call):
            continue
        if not is_own(called.node, loop.node, around) or not _goes_round(called.node, loop.node, around):
            continue
        tests = _tests_of(called.node, loop.node, around)
        if tests is None or any(isinstance(node, _LEAVING) for test in tests for node in inside(test)):
            continue
        for function, node in _functions(found, called):
            yield from _of_function(found, called, function, node, tests)


def _goes_round(call: cst.CSTNode, loop: cst.For, around: Surroundings) -> bool:
    order = around.order(loop)
    behind = order.reach(step for one in around.steps(call) for step in one.nexts)
    return not behind.keys().isdisjoint(order.rounds.get(loop, []))


def _functions(found: Found, called: Delivery) -> Iterator[tuple[Function, cst.FunctionDef]]:
    assert isinstance(called.node, cst.Call)
    match found.view(called).value(called.node.func):
        case (Function() as function,) | (Bound(function=function),) if not function.decorations:
            if isinstance(function.node, cst.FunctionDef) and not function.node.decorators:
                yield function, function.node


def _of_function(
    found: Found, called: Delivery, function: Function, node: cst.FunctionDef, tests: Sequence[Test]
) -> Iterator[Swallowed]:
    around, view = found.surrounded.of_function(function), found.view(called).inside(function)
    order = around.order(node.body)
    given = made_of((one.name.value for one in parameters(node)), node.body)
    for statement in statements(node.body.body):
        if not isinstance(statement, cst.Try) or not _is_plain(statement, around):
            continue
        if not works(statement.body, given, view):
            continue
        for handler in statement.handlers:
            reached = order.reach(order.of.get(handler, []))
            if order.end in reached and _says_nothing(handler):
                yield Swallowed(called, function, handler, around, view, reached, tests)


def _says_nothing(handler: cst.ExceptHandler) -> bool:
    """Whether a handler raises nothing, and gives nothing back but that something has failed."""
    found = [*inside(handler.body)]
    given = (node for node in found if isinstance(node, cst.Return))
    return not any(isinstance(node, cst.Raise) for node in found) and all(map(is_empty, given))


def _is_plain(statement: cst.Try, around: Surroundings) -> bool:
    """Whether a `try` stands in its function itself, in no loop or other `try`."""
    above = ((child, parent) for child, parent in around.above(statement) if parent is not around.root)
    return not any(is_between(parent, child) for child, parent in above)


def _tests_of(call: cst.Call, loop: cst.For, around: Surroundings) -> list[Test] | None:
    """The tests that ask for the result of a call in a loop; None if something else may ask."""
    for child, parent in around.above(call):
        match parent:
            case cst.If(test=asked) | cst.Match(subject=asked) if asked is child:
                return [parent]
            case (
                cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))])
                | cst.AnnAssign(target=cst.Name(value=name))
            ):
                asking = [(use, _test_of(use, around)) for use in around.uses(name) if around.is_below(use, loop)]
                return None if any(test is None for _, test in asking) else [test for _, test in asking if test]
            case cst.Expr():
                return []
            case cst.Await() | cst.SimpleStatementLine():
                continue
        if not is_test_part(parent):
            return None
    return None


def _test_of(node: cst.CSTNode, around: Surroundings) -> Test | None:
    for child, parent in around.above(node):
        match parent:
            case cst.If(test=asked) | cst.Match(subject=asked) if asked is child:
                return parent
        if not is_test_part(parent):
            return None
    return None


def is_own(node: cst.CSTNode, loop: cst.For, around: Surroundings) -> bool:
    """Whether no other loop, function or `try` is between a loop and what is in it."""
    for child, parent in around.above(node):
        if parent is loop:
            return child is loop.body
        if is_between(parent, child):
            return False
    return False
