"""Classes: definition, inheritance, lookup."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

import libcst as cst

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_CLASSES
from sqsfifo_lint.flow.context import NOWHERE, Context, Level, Ref
from sqsfifo_lint.flow.functions import invoke
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.notes import Notes
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Bound,
    ClassValue,
    Dispatcher,
    External,
    Function,
    InstanceObject,
    Method,
    Passed,
    Value,
    join,
    only,
)
from sqsfifo_lint.knowledge import decorators
from sqsfifo_lint.met import met
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import statements

_CONTEXT_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_DISPATCHERS = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
_MARKS: Mapping[str, str] = {
    **dict.fromkeys(decorators.PROPERTIES, "property"),
    **dict.fromkeys(decorators.CACHED_PROPERTIES, "cached_property"),
    **dict.fromkeys(decorators.CACHING_DECORATORS, "cached"),
    **dict.fromkeys(_CONTEXT_MANAGERS, "contextmanager"),
    "builtins.staticmethod": "staticmethod",
    "builtins.classmethod": "classmethod",
}


# -- definition


def set_decorations(machine: Machine, function: Function, decorators: Sequence[cst.Decorator], state: State) -> Value:
    """The value that a decorated definition binds; empty when it binds nothing new (a property's setter)."""
    value: Value = (_owned(function, state),)
    for decorator in reversed(decorators):
        expression = decorator.decorator
        if isinstance(expression, cst.Attribute) and expression.attr.value in ("setter", "deleter"):
            return ()
        named = expression.func if isinstance(expression, cst.Call) else expression
        found = machine.evaluate(named, state)
        marks = {_MARKS[a.name] for a in found if isinstance(a, External) and a.name in _MARKS}
        if External("typing.overload") in found:
            return machine.unknown(expression, state, "one of several functions, by the type of an argument")
        if any(isinstance(a, External) and a.name in _DISPATCHERS for a in found):
            value = tuple(Dispatcher(a) if isinstance(a, Function) else a for a in value)
        elif marks:
            value = tuple(replace(a, marks=a.marks | marks) if isinstance(a, Function) else a for a in value)
        elif any(isinstance(a, Function | ClassValue | Bound | Ref) or _registers(a) for a in found):
            value = _wrapped(machine, found, decorator, value, state) or value
        elif isinstance(expression, cst.Call):
            machine.evaluate(expression, state)
        value = _decorated(machine, value, found, expression)
    return value


def _registers(alternative: Abstract) -> bool:
    """Whether it is the method by which a function is registered with a dispatcher."""
    return isinstance(alternative, Method) and isinstance(alternative.receiver, Dispatcher)


def _decorated(machine: Machine, value: Value, found: Value, expression: cst.BaseExpression) -> Value:
    """The functions, with the decorator noted on them where it is from outside the project and matters to a plugin."""
    several = (machine.hooks.decoration(a, expression) for a in found if isinstance(a, External))
    made = tuple(decoration for decoration in several if decoration is not None)
    if not made:
        return value
    result: list[Abstract] = []
    for alternative in value:
        if isinstance(alternative, Function):
            alternative = replace(alternative, decorations=(*alternative.decorations, *made))
            machine.hooks.on_decorated(alternative)
        result.append(alternative)
    return tuple(result)


def _owned(function: Function, state: State) -> Function:
    frame = state.frame
    return replace(function, owner=frame.owner) if frame.function is None and frame.owner is not None else function


def _wrapped(machine: Machine, found: Value, decorator: cst.Decorator, value: Value, state: State) -> Value:
    """What a decorator of the project makes of a function."""
    expression = decorator.decorator
    if isinstance(expression, cst.Call):
        found = machine.evaluate(expression, state)
    arguments = Arguments([Passed(value, state.frame.chunk, expression)])
    result = machine.call(found, arguments, decorator, state)  # not the call that made the decorator
    if not result or any(isinstance(a, Atom | External) for a in result):
        return ()
    owner = next((a.owner for a in value if isinstance(a, Function)), None)
    return tuple(replace(a, owner=owner) if isinstance(a, Function) else a for a in result)


def make_class(machine: Machine, definition: cst.ClassDef, state: State) -> ClassValue:
    """The class that a definition binds. Its body is evaluated when somebody asks for it."""
    bases = tuple(machine.evaluate(arg.value, state) for arg in definition.bases if not arg.star)
    marks = set()
    for decorator in definition.decorators:
        expression = decorator.decorator
        named = expression.func if isinstance(expression, cst.Call) else expression
        marks |= {a.name for a in machine.evaluate(named, state) if isinstance(a, External)}
    home = state.frame.key if state.frame.function is not None else NOWHERE
    if home:
        machine.closures.kept.add(home)
    return ClassValue(definition, state.frame.chunk, state.frame.module, home, bases, frozenset(marks))


def class_at(machine: Machine, module: Module, chunk: Chunk, definitions: Sequence[cst.ClassDef]) -> ClassValue | None:
    """The innermost of classes that stand in each other, the outermost first; None when there are none."""
    state = machine.fresh_state(machine.import_frame(module, chunk))
    cls: ClassValue | None = None
    for definition in definitions:
        name = definition.name.value
        found = (machine.global_value(module, name) if cls is None else class_body(machine, cls, state).get(name)) or ()
        known = (a for a in found if isinstance(a, ClassValue) and a.node is definition)
        cls = next(known, None) or make_class(machine, definition, state)
    return cls


def class_body(machine: Machine, cls: ClassValue, state: State) -> Mapping[str, Value]:
    """The class's own attributes."""
    if cls.node in machine.classes.bodies:
        return machine.classes.bodies[cls.node]
    machine.classes.bodies[cls.node] = {}
    context: Context = cls.home or machine.root.enter(Level.IMPORT, cls.module.path)
    key = context.enter(Level.CALL, cls.node)
    frame = Frame(key, cls.chunk, cls.module, owner=cls)
    if cls.home:
        machine.closures.homes[key] = cls.home
        inner = State(frame, context, {**state.environments, key: {}}, state.heap, state.base, state.facts, state.noted)
    else:
        inner = machine.fresh_state(frame)
        inner.context = context
    end = machine.execute(cls.node.body.body, inner)
    if end is not None:
        target = state.heap if cls.home else machine.imported.heap
        target.update(end.heap)
        if not cls.home:
            kept = machine.closures.kept
            machine.imported.environments.update((k, v) for k, v in end.environments.items() if k in kept)
        machine.classes.bodies[cls.node] = end.environments.get(key, {})
        _name(machine, cls, end)
        target.update(end.heap)
    return machine.classes.bodies[cls.node]


def _name(machine: Machine, cls: ClassValue, state: State) -> None:
    """What objects in the body of a class do when they are told their name: their `__set_name__`."""
    for name, value in machine.classes.bodies[cls.node].items():
        described = only(value, Ref)
        found = state.at(described) if described is not None else None
        if not isinstance(found, InstanceObject) or _NAMING not in found.cls.chunk.text:
            continue
        function = only(lookup_class(machine, found.cls, _NAMING, state) or (), Function)
        if function is not None:
            made = found.context.opened_by
            node = made if isinstance(made, cst.CSTNode) else cls.node
            told = ((cls,), machine.constant(node, state, name))
            given = Arguments([Passed(one, cls.chunk, node) for one in told])
            invoke(machine, function, given, node, state, described)


_NAMING = "__set_name__"


# -- inheritance


def mro(cls: ClassValue) -> tuple[list[ClassValue], list[str]]:
    """The project's classes in method resolution order, and the names of bases outside the project.

    Each class on the ways up is looked at once, however many of these lead to it.
    """
    outside: list[str] = []
    bases: dict[ClassValue, list[ClassValue]] = {}
    orders: dict[ClassValue, list[ClassValue]] = {}
    waiting, seen = [cls], 0
    while waiting:
        one = waiting[-1]
        if one not in bases:
            near = seen < MAX_CLASSES
            bases[one] = list(_bases(one, outside)) if near else []
            seen += len(bases[one])
            if one.bases and not near:
                met("MAX_CLASSES")
                outside.append("?")
            waiting.extend(base for base in reversed(bases[one]) if base not in bases)
            continue
        waiting.pop()
        if one not in orders:
            orders[one] = _merged(one, [orders[base] for base in bases[one] if base in orders])
    return orders[cls], outside


def _bases(cls: ClassValue, outside: list[str]) -> Iterator[ClassValue]:
    """The bases of a class that are of the project; what the others are called is added to `outside`."""
    for alternative in chain.from_iterable(cls.bases):
        match alternative:
            case ClassValue():
                yield alternative
            case External(name=name):
                outside.append(name)
            case _:
                outside.append("?")


def _merged(cls: ClassValue, orders: Sequence[Sequence[ClassValue]]) -> list[ClassValue]:
    """A class and the orders of its bases in one, as Python merges them (C3).

    <https://docs.python.org/3/howto/mro.html>. Where Python refuses to, or what a base is depends on the path, each
    stands behind all that inherit it.
    """
    if len(orders) < 2:
        return [cls, *chain.from_iterable(orders)]
    left = [deque(order) for order in (*orders, [order[0] for order in orders])]
    behind = Counter(one for order in left for one in islice(order, 1, None))
    result = [cls]
    while left:
        first = next((order[0] for order in left if not behind[order[0]]), None)
        if first is None:
            return [cls, *reversed(dict.fromkeys(reversed([*chain.from_iterable(orders)])))]
        result.append(first)
        for order in left:
            if order[0] == first:
                order.popleft()
                if order:
                    behind[order[0]] -= 1
        left = [order for order in left if order]
    return result


def lookup_class(
    machine: Machine, cls: ClassValue, name: str, state: State, after: ClassValue | None = None
) -> Value | None:
    """A class attribute by inheritance, or None; with `after`, as `super()` in that class finds it."""
    order, _ = mro(cls)
    if cls.node not in machine.classes.defined:
        for candidate in reversed(order):
            _define(machine, candidate)
    if after is not None:
        positions = [i for i, c in enumerate(order) if c.node is after.node]
        order = order[positions[0] + 1 :] if positions else order
    for candidate in order:
        written = machine.classes.writes.get(candidate.node, {}).get(name)
        found = class_body(machine, candidate, state).get(name)
        if found is not None or written is not None:
            return join(found or (), written or ())
    return None


def _define(machine: Machine, cls: ClassValue) -> None:
    """What an `__init_subclass__` does when a class is defined that inherits it.

    Of the class that has it, the heirs may be out of sight: for it, it is run with what nobody knows.
    """
    if cls.node in machine.classes.defined:
        return
    machine.classes.defined.add(cls.node)
    hooking = [
        c
        for c in mro(cls)[0]
        if SUBCLASS_HOOK in c.chunk.text and any(m.name.value == SUBCLASS_HOOK for m in methods_of(c.node))
    ]
    if not hooking:
        return
    state = machine.fresh_state(machine.import_frame(cls.module, cls.chunk))
    hook = only(class_body(machine, hooking[0], state).get(SUBCLASS_HOOK, ()), Function)
    if hook is None:
        return
    if hooking[0].node is cls.node:
        arguments = Arguments(rest=machine.unknown(cls.node, state, "given by a class out of sight"))
    else:
        inner = class_state(machine, cls, state)
        named = {arg.keyword.value: arg.value for arg in cls.node.keywords if arg.keyword is not None}
        given = {name: Passed(machine.evaluate(value, inner), cls.chunk, value) for name, value in named.items()}
        given.pop("metaclass", None)
        arguments = Arguments(keywords=given)
    outer, steps = machine.notes, machine.budget.left
    machine.notes = Notes()
    invoke(machine, hook, arguments, cls.node, state, cls)
    machine.notes, machine.budget.left = outer, steps
    machine.imported.heap.update(state.heap)


SUBCLASS_HOOK = "__init_subclass__"


def methods_of(node: cst.ClassDef) -> list[cst.FunctionDef]:
    """The methods that a class defines itself, under whatever condition."""
    return [s for s in statements(node.body.body) if isinstance(s, cst.FunctionDef)]


def is_enum(cls: ClassValue) -> bool:
    """Whether the class is an enumeration."""
    return any(name.startswith("enum.") for name in mro(cls)[1])


def class_state(machine: Machine, cls: ClassValue, state: State) -> State:
    """A state in which expressions of the class's body can be evaluated, in the running context."""
    frame = Frame(state.context.enter(Level.INIT, cls.node), cls.chunk, cls.module, owner=cls, caller=state.frame)
    environment = dict(class_body(machine, cls, state))
    environments = {**state.environments, frame.key: environment}
    if cls.home:
        machine.closures.homes[frame.key] = cls.home
    return State(frame, state.context, environments, state.heap, state.base, state.facts, state.noted)
