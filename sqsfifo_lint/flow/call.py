"""One call of one value: what a model of a builtin, a library's function or a method is handed, and answers with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from sqsfifo_lint.flow import containers, text
from sqsfifo_lint.flow.arguments import Arguments, Parameters, parameters
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import NOTHING, Abstract, Atom, ListKind, Passed, Value, constant_of
from sqsfifo_lint.records import record

_NONE = parameters("")


class Call:
    """A call as it is met: what is called, with what, where, and in which state."""

    __slots__ = ("arguments", "callee", "machine", "node", "parameters", "state")

    def __init__(
        self,
        machine: Machine,
        callee: Abstract,
        arguments: Arguments,
        node: cst.CSTNode,
        state: State,
        parameters: Parameters = _NONE,
    ) -> None:
        self.machine = machine
        self.callee = callee
        self.arguments = arguments
        self.node = node
        self.state = state
        self.parameters = parameters

    # -- what is passed

    def passed(self, name: str) -> Passed | None:
        """The argument for a parameter of the model; None when it is left out, or cannot be seen."""
        return self.parameters.find(name, self.arguments)

    def argument(self, name: str) -> Value:
        """The value of that argument: its default when it is left out, unknown when it has none."""
        found = self.passed(name)
        if found is not None:
            return found.value
        default = self.parameters.defaults.get(name, NOTHING)
        return self.unknown("missing argument") if default is NOTHING else self.known(default)

    def constant(self, name: str) -> object:
        """The constant that is passed for a parameter; NOTHING when none is, or it is not known."""
        found = self.passed(name)
        return NOTHING if found is None else constant_of(found.value)

    def elements(self, name: str) -> Sequence[Value]:
        """What iterating over an argument yields."""
        return self.contents(name)[0]

    def contents(self, name: str) -> tuple[Sequence[Value], bool]:
        """What iterating over an argument yields, and whether it is known to be just that."""
        found = self.passed(name)
        if found is None:
            return containers.elements(self.machine, self.argument(name), self.node, self.state)
        return self.inside(found)

    def inside(self, passed: Passed) -> tuple[Sequence[Value], bool]:
        """The same of one of the arguments."""
        return containers.elements(self.machine, passed.value, passed.node, self.state)

    # -- what it gives

    def unknown(self, why: str) -> Value:
        """Something that cannot be seen, made by this call."""
        return self.machine.unknown(self.node, self.state, why)

    def known(self, constant: object) -> Value:
        """A constant that this call gives."""
        return self.machine.constant(self.node, self.state, constant)

    def list(
        self, elements: Sequence[Value], *, exact: bool, kind: ListKind = ListKind.LIST, extra: object = None
    ) -> Value:
        """A new list, set or generator of these elements; `extra` tells several apart that one call makes."""
        return containers.new_list(list(elements), exact, self.node, self.state, kind, extra)

    def any_of(self, elements: Sequence[Value]) -> Value:
        """Any one of several values; unknown when there is none."""
        return containers.any_of(self.machine, list(elements), self.node, self.state)

    def flat(self, value: Value) -> Atom:
        """One atom made of all that is in a value."""
        return text.flat(self.machine, value, self.node, self.state)

    def attribute(self, value: Value, name: str) -> Value:
        """An attribute of a value, read by this call."""
        return self.machine.attribute(value, name, self.node, self.state)

    def again(self, callee: Value, arguments: Arguments | None = None) -> Value:
        """What calling something else gives here; with the same arguments, unless others are given."""
        given = self.arguments if arguments is None else arguments
        return self.machine.call(callee, given, self.node, self.state)


# -- models

Answer = Callable[[Call], Value]


@record()
class Model:
    """What a callable out of sight does, and by which parameters it finds what it is given."""

    answer: Answer
    parameters: Parameters

    def __call__(self, call: Call) -> Value:
        """The result of one call."""
        call.parameters = self.parameters
        return self.answer(call)


def models(table: dict[str, Model]) -> Callable[[str, str], Callable[[Answer], Answer]]:
    """A decorator that puts models into a table: by the name of what they stand for, with its parameters."""

    def model(name: str, signature: str) -> Callable[[Answer], Answer]:
        def register(answer: Answer) -> Answer:
            table[name] = Model(answer, parameters(signature))
            return answer

        return register

    return model
