"""Where evaluation starts: functions, methods and scripts, with what is known of who calls them."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import classes, constructed
from sqsfifo_lint.flow.bounds import MAX_UNCALLED
from sqsfifo_lint.flow.context import NOWHERE, Level, Ref
from sqsfifo_lint.flow.expressions import make_function
from sqsfifo_lint.flow.functions import run_body, unseen_arguments
from sqsfifo_lint.flow.left_behind import softened
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.notes import Noted, Notes
from sqsfifo_lint.flow.reassigned import loosen
from sqsfifo_lint.flow.state import Environment, Frame, State, join_objects
from sqsfifo_lint.flow.values import (
    ClassValue,
    DictObject,
    Extension,
    Function,
    InstanceObject,
    ListObject,
    Partial,
    Value,
)
from sqsfifo_lint.met import met
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import assigned, parameters, positional, statements
from sqsfifo_lint.source.writes import puts


@record(eq=False)
class Start:
    """A function or method that evaluation can start from; `node` is None for the module's own statements."""

    module: Module
    chunk: Chunk
    node: cst.FunctionDef | None
    classes: tuple[cst.ClassDef, ...] = ()
    """The classes around a method, the outermost first."""

    @property
    def key(self) -> object:
        """The same for starts that are the same."""
        if self.node is not None:
            return self.node
        return self.classes[0] if self.classes else self.module.path


Receiver = tuple[Ref, State] | ClassValue | str | None
"""What a method is called on: an object, in the state in which it was made; one of this class that is made out of
sight, or of the method's own class; or something unknown, and the words for why."""


def run_start(machine: Machine, start: Start, receiver: Receiver = None) -> tuple[Noted, ...]:
    """Evaluate a start and give the sends that it reaches.

    `receiver` is what a method is called on.
    """
    machine.begin()
    if start.node is None and start.classes:
        _run_class_body(machine, start)
    elif start.node is None:
        _run_script(machine, start)
    else:
        _run_function(machine, start, start.node, receiver)
    return tuple(machine.notes.calls)


def _run_script(machine: Machine, start: Start) -> None:
    key = machine.root.enter(Level.SCRIPT, start.module.path)
    state: State | None = machine.fresh_state(Frame(key, start.chunk, start.module))
    for chunk in start.module.chunks:
        if state is None:
            return
        if chunk.executes or _decorated(chunk):
            state.frame = Frame(key, chunk, start.module)
            state = machine.execute(chunk.module.body, state)
    if state is not None:
        _run_uncalled(machine, state)


def _decorated(chunk: Chunk) -> bool:
    """Whether a definition does more than bind a name."""
    return not chunk.imports and chunk.text.lstrip().startswith("@")


def _run_class_body(machine: Machine, start: Start) -> None:
    cls = class_of(machine, start)
    if cls is not None:
        state = machine.fresh_state(machine.import_frame(start.module, start.chunk))
        machine.classes.bodies.pop(cls.node, None)  # what an earlier evaluation met was noted elsewhere, or not at all
        heap = machine.imported.heap
        stocked = {reference: heap[reference] for reference in machine.imported.stocked if reference in heap}
        body = classes.class_body(machine, cls, state)
        heap.update(stocked)  # the body makes its containers anew, and empty
        own = classes.methods_of(cls.node)
        for function in (a for value in body.values() for a in value if isinstance(a, Function)):
            if function.home and not any(
                function.node is method for method in own
            ):  # what a decorator makes of a method
                machine.notes.called.add(function.node)
                _called(machine, function, state)


def class_of(machine: Machine, start: Start) -> ClassValue | None:
    """The class that a method start belongs to."""
    return classes.class_at(machine, start.module, start.chunk, start.classes)


def _run_function(machine: Machine, start: Start, node: cst.FunctionDef, receiver: Receiver) -> None:
    frame = machine.import_frame(start.module, start.chunk)
    state = machine.fresh_state(frame)
    owner = class_of(machine, start)
    function = _function_value(machine, start, node, owner, state)
    key = machine.root.enter(Level.CALL, node)
    first = Frame(key, start.chunk, start.module, function, owner)
    inner = State(first, key, {key: {}}, state.heap, state.base)
    this: Value = ()
    if isinstance(receiver, tuple):
        reference, made = receiver
        inner.heap.update(made.heap)
        inner.environments.update(made.environments)
        this = (reference,)
        found = inner.at(reference)
        if isinstance(found, InstanceObject):
            loosen(machine, reference, found.cls, node, inner)
    elif isinstance(receiver, str):
        this = machine.unknown(node, inner, receiver)
    elif owner is not None and "staticmethod" not in function.marks:
        cls = receiver if receiver is not None else owner
        this = (cls,) if "classmethod" in function.marks else constructed.unseen_instance(machine, cls, inner)
    inner.environments[key] = _start_variables(machine, function, this, inner)
    machine.notes.called.add(node)
    value, end = run_body(machine, function, inner, node)
    later = any(isinstance(alternative, Partial | Extension) for alternative in value)
    machine.notes.gives = later or machine.hooks.gives(value, end if end is not None else inner)
    _run_uncalled(machine, end if end is not None else inner)


def _function_value(
    machine: Machine, start: Start, node: cst.FunctionDef, owner: ClassValue | None, state: State
) -> Function:
    if owner is None:
        found: Value = machine.global_value(start.module, node.name.value) or ()
    else:
        found = classes.class_body(machine, owner, state).get(node.name.value, ())
    if (known := _made_of(node, found)) is not None:
        return known
    plain = make_function(machine, node, state)
    function = _made_of(node, classes.set_decorations(machine, plain, node.decorators, state)) or plain
    return Function(node, start.chunk, start.module, NOWHERE, function.defaults, owner, function.marks)


def _made_of(node: cst.FunctionDef, value: Value) -> Function | None:
    return next((a for a in value if isinstance(a, Function) and a.node is node), None)


def _start_variables(machine: Machine, function: Function, this: Value, state: State) -> Environment:
    """What the parameters of a start hold: `this` is what a method is called on; the rest comes from out of sight."""
    parameters = function.node.params
    found: Environment = {}
    named = positional(function.node)
    if this and named:
        found[named.pop(0).name.value] = this
    for parameter in (*named, *parameters.kwonly_params):
        found[parameter.name.value] = constructed.parameter_value(machine, parameter, function, state)
    if isinstance(parameters.star_arg, cst.Param):
        star = parameters.star_arg
        unknown = machine.unknown(star, state, "positional arguments", handed_in=True)
        elements = ListObject((unknown,), False, function.chunk, star, state.context)
        found[star.name.value] = state.allocate(star, elements)
    if parameters.star_kwarg is not None:
        kwargs = parameters.star_kwarg
        unknown = machine.unknown(kwargs, state, "keyword arguments", handed_in=True)
        several = DictObject({}, unknown, function.chunk, kwargs, state.context)
        found[kwargs.name.value] = state.allocate(kwargs, several)
    return found


def _run_uncalled(machine: Machine, state: State) -> None:
    """Nested functions that nothing in sight calls: somebody may, any number of times.

    What some of them put into containers of the function around them, the others find there.
    """
    for _ in range(MAX_UNCALLED):
        waiting = [f for f in machine.notes.defined.values() if f.node not in machine.notes.called]
        if not waiting:
            return
        if len(waiting) > 1:
            outer, machine.notes = machine.notes, Notes()
            for function in filter(_puts_around, waiting):
                _keep_filled(state, _called(machine, function, state))
            machine.notes = outer
        for function in waiting:
            machine.notes.called.add(function.node)
            _called(machine, function, state)
    if any(f.node not in machine.notes.called for f in machine.notes.defined.values()):
        met("MAX_UNCALLED")


def _called(machine: Machine, function: Function, state: State) -> State:
    """The state after a call of a nested function by somebody out of sight."""
    home = function.home or state.frame.key
    later = state.copy()
    later.context = home.enter(Level.LOOP, function.node)
    arguments = unseen_arguments(machine, (function,), function.node, later)
    machine.call((function,), arguments, function.node, later)
    return later


def _puts_around(function: Function) -> bool:
    """Whether a nested function puts something into what is not its own."""
    if not isinstance(function.node, cst.FunctionDef):
        return False
    block = function.node.body.body
    held = {holder.value for holder, _ in puts(block) if isinstance(holder, cst.Name)}
    own = {target.value for line in statements(block) for target in assigned(line) if isinstance(target, cst.Name)}
    return not held <= own | {parameter.name.value for parameter in parameters(function.node)}


def _keep_filled(state: State, later: State) -> None:
    """Let the containers of a state hold what an earlier call of a nested function put into them."""
    for reference, made in later.heap.items():
        current = state.heap.get(reference)
        if current is None:
            state.heap[reference] = made
        elif current is not made and isinstance(current, DictObject | ListObject):
            state.heap[reference] = join_objects(current, softened(made))
