"""Where evaluation starts: functions, methods and scripts, with what is known of who calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import libcst as cst

from sqsfifo_lint.flow import classes, constructed
from sqsfifo_lint.flow.context import NOWHERE, Level, Ref
from sqsfifo_lint.flow.expressions import make_function
from sqsfifo_lint.flow.functions import run_body, unseen_arguments
from sqsfifo_lint.flow.machine import Machine, SendCall
from sqsfifo_lint.flow.state import Environment, Frame, State
from sqsfifo_lint.flow.values import (
    ClassValue,
    DictObject,
    Function,
    ListObject,
    Value,
)
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.deferred import DeferredBlock
from sqsfifo_lint.source.project import Module


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


@record()
class Mention:
    """Where an identifier occurs: the outermost function (None: a module's or class's body), the classes around it."""

    function: cst.FunctionDef | None
    classes: tuple[cst.ClassDef, ...]
    aliases: tuple[str, ...]
    """Names under which what it stands for is kept: `send` of `send = client.send_message`."""


_TOLD_OF = frozenset(
    {cst.Name, cst.SimpleString, cst.FunctionDef, cst.ClassDef, cst.Call, cst.Assign, cst.AnnAssign, cst.Lambda}
    | {DeferredBlock}
)
"""The nodes that an index of mentions looks at."""


class MentionIndex(cst.CSTVisitor):
    """Notes every identifier, and every string that could be one, of a top-level statement.

    Deferred bodies are passed over: `bodies` holds an index for each, to be filled when somebody needs it.
    """

    def __init__(self, classes: Sequence[cst.ClassDef] = (), function: cst.FunctionDef | None = None) -> None:
        self.found: dict[str, dict[Mention, None]] = {}
        self.classes = list(classes)
        self.function = function
        self.bodies: dict[DeferredBlock, MentionIndex] = {}
        self.assignments: list[cst.Assign | cst.AnnAssign] = []
        self.called: set[cst.CSTNode] = set()
        self.lambdas = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if type(node) not in _TOLD_OF:
            return True  # nearly all; LibCST's classes are abstract ones, and `match` on them takes long
        match node:
            case cst.Name():
                self._note(node.value, node)
                return False
            case cst.SimpleString():
                if len(node.value) < MAX_NAME:
                    self._note(node.value.strip("'\""), node)
                return False
            case cst.FunctionDef():
                if self.function is None:
                    self.function = node
            case cst.ClassDef():
                if self.function is None:
                    self.classes.append(node)
            case cst.Call(func=cst.Name() as name) | cst.Call(func=cst.Attribute(attr=name)):
                self.called.add(name)
            case cst.Assign() | cst.AnnAssign():
                self.assignments.append(node)
            case cst.Lambda():
                self.lambdas += 1
            case DeferredBlock():
                self.bodies[node] = MentionIndex(self.classes, self.function)
                return False
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if original_node is self.function:
            self.function = None
        elif self.classes and original_node is self.classes[-1]:
            self.classes.pop()
        elif self.assignments and original_node is self.assignments[-1]:
            self.assignments.pop()
        elif type(original_node) is cst.Lambda:
            self.lambdas -= 1

    def _note(self, word: str, node: cst.CSTNode) -> None:
        kept = self.assignments and (node not in self.called or self.lambdas)
        aliases = tuple(_target_names(self.assignments[-1])) if kept else ()
        mention = Mention(self.function, tuple(self.classes), aliases)
        self.found.setdefault(word, {})[mention] = None


MAX_NAME = 40
"""Characters of a string that is taken for a possible name."""


def _target_names(assignment: cst.Assign | cst.AnnAssign) -> Iterator[str]:
    """The names and attributes that an assignment binds."""
    targets = [t.target for t in assignment.targets] if isinstance(assignment, cst.Assign) else [assignment.target]
    for target in targets:
        match target:
            case cst.Name():
                yield target.value
            case cst.Attribute():
                yield target.attr.value
            case cst.Subscript(value=cst.Name() as holder) | cst.Subscript(value=cst.Attribute(attr=holder)):
                yield holder.value


@record()
class Mentions:
    """Where an identifier occurs in a module: starts, and other names under which what it stands for is kept."""

    starts: tuple[Start, ...]
    aliases: frozenset[str]


IndexOf = Callable[[Chunk, str], Iterable[MentionIndex]]
"""The indexes of a statement in which a word may occur."""


def mentions(module: Module, word: str, indexes: IndexOf) -> Mentions:
    """The starts of a module in which `word` occurs as an identifier or string."""
    script = False
    starts: dict[object, Start] = {}
    aliases: set[str] = set()
    for chunk in module.chunks:
        if word not in chunk.text or chunk.imports:
            continue
        function = _lone_function(chunk)
        if function is not None:
            starts[function] = Start(module, chunk, function)  # its local names are its own: no need to look inside
            continue
        for mention in (mention for index in indexes(chunk, word) for mention in index.found.get(word, ())):
            aliases.update(mention.aliases)
            if mention.function is not None:
                starts[mention.function] = Start(module, chunk, mention.function, mention.classes)
            elif mention.classes:
                starts[mention.classes[0]] = Start(module, chunk, None, mention.classes)
            if mention.function is None:
                script = True
    if script:
        starts[None] = Start(module, module.chunks[0], None)
    return Mentions(tuple(starts.values()), frozenset(aliases) - {word})


def _lone_function(chunk: Chunk) -> cst.FunctionDef | None:
    """The function that a statement defines and does nothing else."""
    if chunk.executes:
        return None
    match chunk.module.body:
        case [cst.FunctionDef(decorators=[]) as function]:
            return function
    return None


# -- running


@record(eq=False)
class Run:
    """What evaluating an start met."""

    start: Start
    sends: tuple[SendCall, ...]
    receiver: ClassValue | None = None


def run_start(
    machine: Machine, start: Start, receiver: tuple[Ref, State] | ClassValue | None = None
) -> tuple[SendCall, ...]:
    """Evaluate an start and give the sends that it reaches.

    `receiver` is a constructed object that a method is called on, or the class of one whose construction is not seen.
    """
    machine.begin()
    if start.node is None and start.classes:
        _run_class_body(machine, start)
    elif start.node is None:
        _run_script(machine, start)
    else:
        _run_function(machine, start, start.node, receiver)
    return tuple(machine.sends)


def _run_script(machine: Machine, start: Start) -> None:
    key = machine.root.enter(Level.SCRIPT, start.module.path)
    frame = Frame(key, start.chunk, start.module)
    state: State | None = machine.fresh_state(frame)
    for chunk in start.module.chunks:
        if state is None:
            return
        if chunk.executes or _decorated(chunk):
            frame.chunk = chunk
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
        machine.class_bodies.pop(cls.node, None)  # what an earlier evaluation met was noted elsewhere, or not at all
        classes.class_body(machine, cls, state)


def class_of(machine: Machine, start: Start) -> ClassValue | None:
    """The class that a method start belongs to."""
    frame = machine.import_frame(start.module, start.chunk)
    state = machine.fresh_state(frame)
    cls: ClassValue | None = None
    for definition in start.classes:
        cls = _class_value(machine, start, definition, cls, state)
    return cls


def _class_value(
    machine: Machine, start: Start, definition: cst.ClassDef, outer: ClassValue | None, state: State
) -> ClassValue:
    if outer is None:
        found = machine.global_value(start.module, definition.name.value) or ()
    else:
        found = classes.class_body(machine, outer, state).get(definition.name.value, ())
    for alternative in found:
        if isinstance(alternative, ClassValue) and alternative.node is definition:
            return alternative
    return classes.make_class(machine, definition, state)


def _run_function(
    machine: Machine, start: Start, node: cst.FunctionDef, receiver: tuple[Ref, State] | ClassValue | None
) -> None:
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
    elif owner is not None and "staticmethod" not in function.marks:
        cls = receiver if receiver is not None else owner
        this = (cls,) if "classmethod" in function.marks else constructed.unseen_instance(machine, cls, inner, node)
    inner.environments[key] = _start_variables(machine, function, this, inner)
    machine.called.add(node)
    _, end = run_body(machine, function, inner, node)
    _run_uncalled(machine, end if end is not None else inner)


def _function_value(
    machine: Machine, start: Start, node: cst.FunctionDef, owner: ClassValue | None, state: State
) -> Function:
    if owner is None:
        found: Value = machine.global_value(start.module, node.name.value) or ()
    else:
        found = classes.class_body(machine, owner, state).get(node.name.value, ())
    for alternative in found:
        if isinstance(alternative, Function) and alternative.node is node:
            return alternative
    function = make_function(machine, node, node.params, state)
    marked = classes.set_decorations(machine, function, node.decorators, state)
    for alternative in marked:
        if isinstance(alternative, Function) and alternative.node is node:
            function = alternative
    return Function(node, start.chunk, start.module, NOWHERE, function.defaults, owner, function.marks)


def _start_variables(machine: Machine, function: Function, this: Value, state: State) -> Environment:
    assert isinstance(function.node, cst.FunctionDef)
    parameters = function.node.params
    found: Environment = {}
    named = [*parameters.posonly_params, *parameters.params]
    if this and named:
        found[named[0].name.value] = this
        named = named[1:]
    for parameter in (*named, *parameters.kwonly_params):
        found[parameter.name.value] = constructed.parameter_value(machine, parameter, function, state)
    if isinstance(parameters.star_arg, cst.Param):
        star = parameters.star_arg
        unknown = machine.unknown(star, state, "positional arguments", handed_in=True)
        several = ListObject((unknown,), False, function.chunk, star, state.context)
        found[star.name.value] = state.allocate(star, several)
    if parameters.star_kwarg is not None:
        kwargs = parameters.star_kwarg
        unknown = machine.unknown(kwargs, state, "keyword arguments", handed_in=True)
        found[kwargs.name.value] = state.allocate(
            kwargs, DictObject({}, unknown, function.chunk, kwargs, state.context)
        )
    return found


def _run_uncalled(machine: Machine, state: State) -> None:
    """Nested functions that nothing in sight calls: somebody may, any number of times."""
    for _ in range(3):
        waiting = [f for f in machine.defined.values() if f.node not in machine.called]
        if not waiting:
            return
        for function in waiting:
            machine.called.add(function.node)
            home = function.home or state.frame.key
            later = state.copy()
            later.context = home.enter(Level.LOOP, function.node)
            arguments = unseen_arguments(machine, (function,), function.node, later)
            machine.call((function,), arguments, function.node, later)
