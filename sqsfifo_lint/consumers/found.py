"""What was met of the messages of one receive, or of one Lambda function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from sqsfifo_lint.aws.deliveries import Delivery, What
from sqsfifo_lint.handling.surroundings import Surrounded, Surroundings, View
from sqsfifo_lint.records import record
from sqsfifo_lint.source.walk import descendants, targets


@record(eq=False)
class Found:
    """Deliveries of one receive call, or of one function, in the order in which they were met."""

    surrounded: Surrounded
    deliveries: Sequence[Delivery]
    by_lambda: bool
    """They are handed to a function: SQS takes for done what it does not tell of."""

    def of(self, what: What) -> Iterator[Delivery]:
        """Those of one kind."""
        return (one for one in self.deliveries if one.what is what)

    def around(self, delivery: Delivery) -> Surroundings | None:
        """What is around it."""
        return self.surrounded.around(delivery.frame, delivery.node)

    def view(self, delivery: Delivery) -> View:
        """The code that it is in."""
        return View(self.surrounded.machine, delivery.frame, delivery.state)

    def within(self, delivery: Delivery, other: Delivery) -> cst.CSTNode | None:
        """The node by which a delivery is reached in the code of another: its own, or a call that leads to it."""
        node: cst.CSTNode = delivery.node
        for frame in delivery.frame.outward():
            if frame.key is other.frame.key:
                return node
            if frame.call is None:
                return None
            node = frame.call
        return None


def dotted(node: cst.CSTNode) -> str:
    """`self.failed` as text; of an item, what it is an item of; empty for what is no name."""
    match node:
        case cst.Name(value=name):
            return name
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            owner = dotted(value)
            return f"{owner}.{name}" if owner else ""
        case cst.Subscript(value=value):
            return dotted(value)
    return ""


def names_in(nodes: Iterable[cst.CSTNode]) -> frozenset[str]:
    """The names and dotted names in some code."""
    found = {dotted(one) for node in nodes for one in descendants(node) if isinstance(one, cst.Name | cst.Attribute)}
    return frozenset(found - {""})


SCOPES = (cst.FunctionDef, cst.Lambda, cst.ClassDef)


def inside(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and what is below it, but not in a function that is defined there."""
    waiting: list[cst.CSTNode] = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if not isinstance(current, SCOPES) or current is node:
            waiting.extend(reversed(current.children))


_PASSES = 2
"""How often code is gone through for what is made of what: something may be made further down than it is used."""


def made_of(names: Iterable[str], body: cst.CSTNode) -> frozenset[str]:
    """Some variables, and those that some code sets to what is made of them."""
    found = {*names}
    for _ in range(_PASSES):
        for node in inside(body):
            if not isinstance(node, cst.Assign | cst.AnnAssign | cst.NamedExpr) or node.value is None:
                continue
            if not names_in([node.value]).isdisjoint(found):
                found.update(one.value for one in targets(node) if isinstance(one, cst.Name))
    return frozenset(found)


def is_between(parent: cst.CSTNode, child: cst.CSTNode) -> bool:
    """Whether something around a statement runs it again, takes its exceptions, or runs it at another time."""
    match parent:
        case cst.For() | cst.While():
            return child is parent.body
        case cst.Try() | cst.TryStar():
            return child is parent.body and bool(parent.handlers)
    return isinstance(parent, (cst.ExceptHandler, *SCOPES))


def is_test_part(node: cst.CSTNode) -> bool:
    """Whether a part of a test is as true or false as what is in it: `not`, `and`, `or`, `bool()`."""
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Name) and node.func.value == "bool"
    return isinstance(node, cst.UnaryOperation | cst.BooleanOperation | cst.Arg)
