"""What a plugin adds to the evaluator: what it knows of names, and what it wants to be told of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import libcst as cst

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import Abstract, Decoration, DictObject, External, Function, Mark, Value

if TYPE_CHECKING:
    from sqsfifo_lint.flow.call import Call
    from sqsfifo_lint.flow.machine import Machine


class Hooks:
    """The places at which a plugin is asked. As they stand here, nothing is known and nothing is noted.

    What a plugin learns on the way it keeps itself, for as long as the machine lives.
    """

    packages: frozenset[str] = frozenset()
    """Top-level packages that are outside of the project wherever they lie."""
    keys: frozenset[object] = frozenset()
    """Keys of dicts whose values remember the item that gives them: that is the place which a person changes."""
    texts: frozenset[str] = frozenset()
    """Texts of which it is remembered, behind a test, that a value ends in one of them or holds it."""

    def on_call(self, call: Call) -> Value | None:
        """Any call, before anything else is tried; what it gives, when the plugin knows it."""
        return None

    def on_outside(self, call: Call, name: str) -> Value | None:
        """A call of something outside the project that no library has a model of; `name` is its qualified name."""
        return None

    def on_method(
        self, machine: Machine, receivers: Value, name: str, arguments: Arguments, node: cst.CSTNode, state: State
    ) -> None:
        """A call `receiver.name(...)` that leads to no function in sight, before it is made."""

    def on_dict(self, machine: Machine, found: DictObject, node: cst.CSTNode, state: State) -> None:
        """A dict display."""

    def on_or(self, machine: Machine, left: Value, right: Value, node: cst.CSTNode, state: State) -> Value:
        """What `left | right` gives, one of which is a value that the plugin brought."""
        return machine.unknown(node, state, "not followed")

    def attribute(self, machine: Machine, holder: Abstract, name: str, node: cst.CSTNode, state: State) -> Value | None:
        """An attribute of a value that the plugin brought, or that does not say itself what its attributes are."""
        return None

    def typed(self, annotation: External) -> Value:
        """What a parameter of this annotation holds; empty when the plugin does not know it."""
        return ()

    def decoration(self, found: External, node: cst.CSTNode) -> Decoration | None:
        """A decorator from outside the project, as it stands at `node`, where it matters to the plugin."""
        return None

    def sent_by_name(self) -> Iterable[tuple[str, str]]:
        """Functions, each with its file, of which anything that names them may send."""
        return ()

    def on_decorated(self, function: Function) -> None:
        """A function with such a decorator."""

    def handed_in(self, function: Function, parameter: cst.Param) -> Mark | None:
        """What is known of a parameter of a start that nobody in sight passes."""
        return None

    def read(self, machine: Machine, mark: Mark, step: str, node: cst.CSTNode, state: State) -> Mark | None:
        """What is known of what one step, as in a `Reading`, reads of something marked."""
        return None

    def gives(self, value: Value, state: State) -> bool:
        """Whether what a start returns is something whose further way matters to the plugin."""
        return False

    def on_loop(self, machine: Machine, element: Value, node: cst.CSTNode, state: State) -> None:
        """A loop or comprehension over something that is not known one by one; `element` is any one of it."""
