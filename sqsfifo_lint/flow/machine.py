"""The abstract machine: dispatch by kind of node, and what it works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import libcst as cst

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import Budget
from sqsfifo_lint.flow.context import Context, Level
from sqsfifo_lint.flow.hooks import Hooks
from sqsfifo_lint.flow.memory import Classes, Closures, Imported
from sqsfifo_lint.flow.missing import Keys
from sqsfifo_lint.flow.notes import Notes
from sqsfifo_lint.flow.state import Environment, Frame, State
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Piece,
    Value,
    as_text,
    linked,
    unique,
)
from sqsfifo_lint.met import told
from sqsfifo_lint.model import Material, Trait
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module, Project

N = TypeVar("N", bound=cst.CSTNode)
R = TypeVar("R")

Evaluate = Callable[["Machine", Any, State], Value]
"""What gives the value of nodes of one type, and takes only those."""
Execute = Callable[["Machine", Any, State], "State | None"]
"""What gives the state after statements of one type; None when their end is not reached."""


def handles(
    kind: type[N], function: Callable[[Machine, N, State], R]
) -> tuple[type[cst.CSTNode], Callable[[Machine, Any, State], R]]:
    """A row of a table of instructions; the function has to take nodes of that type."""
    return kind, function


@record()
class Instructions:
    """The tables that the machine works by: one function for each node type, and the operations on values."""

    expressions: Mapping[type[cst.CSTNode], Evaluate]
    statements: Mapping[type[cst.CSTNode], Execute]
    call: Callable[[Machine, Abstract, Arguments, cst.CSTNode, State], Value]
    attribute: Callable[[Machine, Abstract, str, cst.CSTNode, State], Value]
    global_value: Callable[[Machine, Module, str], Value | None]
    typed: Callable[[Machine, cst.BaseExpression, Frame, State], Value]


class Machine:
    """Evaluates code of one project. Never raises on odd code: what it does not know is DATA.

    `begin` renews `budget` and `notes`; all else is kept from one start to the next.
    """

    def __init__(self, project: Project, instructions: Instructions, hooks: Hooks) -> None:
        self.project = project
        self.instructions = instructions
        self.hooks = hooks
        self.root = Context()
        self.budget = Budget()
        self.notes = Notes()
        self.imported = Imported()
        self.closures = Closures()
        self.classes = Classes(project)
        self.keys = Keys()
        self.vast: set[cst.CSTNode] = set()
        """Functions that do much and in which nothing is noted: a call of one used up what there was."""

    def begin(self) -> None:
        """Make ready for another start."""
        told.clear()
        self.budget = Budget()
        self.notes = self.notes.renewed()

    # -- dispatch

    def evaluate(self, node: cst.CSTNode, state: State) -> Value:
        """The value of an expression; `state` takes on its side effects."""
        self.budget.left -= 1
        evaluate = self.instructions.expressions.get(type(node))
        if evaluate is None:
            return self.unknown(node, state, "not followed")
        value = evaluate(self, node, state)
        return value if not told else self.noted(value, node, state)

    def noted(self, value: Value, node: cst.CSTNode, state: State) -> Value:
        """The value, with the bounds on its trace that were met as it was made."""
        if not told:
            return value
        words = ", ".join(told)
        told.clear()
        return linked(value, state.frame.chunk, node, words)

    def execute(self, body: Sequence[cst.CSTNode], state: State) -> State | None:
        """The state after the statements; None when their end is not reached."""
        current: State | None = state
        for statement in body:
            if current is None:
                return None
            self.budget.left -= 1
            execute = self.instructions.statements.get(type(statement))
            if execute is not None:
                current = execute(self, statement, current)
        return current

    def call(self, callee: Value, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
        """The results of calling any of `callee`."""
        if len(callee) == 1:
            return self.instructions.call(self, callee[0], arguments, node, state)
        results: list[Abstract] = []
        for alternative in callee:
            results.extend(self.instructions.call(self, alternative, arguments, node, state))
        return unique(results)

    def attribute(self, value: Value, name: str, node: cst.CSTNode, state: State) -> Value:
        """The attribute `name` of any of `value`."""
        if len(value) == 1:
            return self.instructions.attribute(self, value[0], name, node, state)
        results: list[Abstract] = []
        for alternative in value:
            results.extend(self.instructions.attribute(self, alternative, name, node, state))
        return unique(results)

    def global_value(self, module: Module, name: str) -> Value | None:
        """What `name` stands for in `module` after import; None when nothing binds it."""
        return self.instructions.global_value(self, module, name)

    def typed(self, annotation: cst.BaseExpression, frame: Frame, state: State) -> Value:
        """What a parameter of this annotation holds; empty when the annotation does not say."""
        return self.instructions.typed(self, annotation, frame, state)

    # -- atoms

    def unknown(self, node: cst.CSTNode, state: State, reason: str, handed_in: bool = False) -> Value:
        """Something that cannot be seen, met here and now."""
        return (Atom((Piece(Material.DATA, state.context, state.frame.chunk, node, reason, handed_in=handed_in),)),)

    def constant(self, node: cst.CSTNode, state: State, value: object) -> Value:
        """A constant of the program's text."""
        return (constant_atom(value, node, state),)

    # -- frames

    def import_frame(self, module: Module, chunk: Chunk) -> Frame:
        """The frame of a module's body at import."""
        return Frame(self.root.enter(Level.IMPORT, module.path), chunk, module)

    def fresh_state(self, frame: Frame) -> State:
        """A state with nothing in it but what import made."""
        environments: dict[Context, Environment] = {frame.key: {}}
        return State(frame, frame.key, environments, {}, self.imported.heap)


def constant_atom(value: object, node: cst.CSTNode, state: State) -> Atom:
    """The atom of a Python constant written at `node`."""
    kind = "none" if value is None else type(value).__name__
    text = _text_of(value)
    trait = Trait.NONE if value is None else None
    known = text is not None
    piece = Piece(Material.CONSTANT, state.context, state.frame.chunk, node, text or "", verbatim=known, trait=trait)
    return Atom((piece,), kind, value)


def _text_of(value: object) -> str | None:
    """How a constant looks inside a string; None for an integer of more digits than Python is willing to write."""
    try:
        return as_text(value)
    except ValueError:
        return None
