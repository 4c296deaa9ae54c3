"""Objects of the project's classes: constructed in sight, or out of sight with what we do not know."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.annotations import about
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.classes import class_state, is_enum, lookup_class, mro
from sqsfifo_lint.flow.context import HandedIn, Level, Ref
from sqsfifo_lint.flow.fields import fill_fields, fill_unseen, frozen, has_fields
from sqsfifo_lint.flow.functions import default_of, invoke
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.provided import provided
from sqsfifo_lint.flow.reassigned import loosen
from sqsfifo_lint.flow.settings import is_settings
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import (
    About,
    Abstract,
    Atom,
    ClassValue,
    DictObject,
    External,
    Function,
    InstanceObject,
    Item,
    Passed,
    TupleValue,
    Value,
    data_at,
    only,
    unsteady,
)
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.walk import positional

# -- construction in sight


def construct(machine: Machine, cls: ClassValue, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """A new instance."""
    if any(name.endswith("TypedDict") for name in mro(cls)[1]):
        items: dict[object, Item] = {
            key: Item(passed.value, passed.optional, passed.chunk, passed.node)
            for key, passed in arguments.keywords.items()
        }
        found = DictObject(items, arguments.rest, state.frame.chunk, node, state.context)
        return state.allocate(node, found)
    if _has_own_construction(machine, cls, state):
        return machine.unknown(node, state, "made by a metaclass")
    if is_enum(cls):
        return arguments.positional[0].value if arguments.positional else machine.unknown(node, state, "a member")
    context = state.context.enter(Level.INIT, node)
    reference = context.reference(cls.node)
    state.heap[reference] = InstanceObject(cls, {}, context)
    initialize(machine, reference, cls, arguments, node, state)
    if context.epochs[0].level in (Level.IMPORT, Level.INSTANCE):  # it outlives the start, so others may set it again
        loosen(machine, reference, cls, node, state)
    machine.classes.constructed.setdefault(cls.node, []).append((reference, state.copy()))
    return (reference,)


def _has_own_construction(machine: Machine, cls: ClassValue, state: State) -> bool:
    """Whether a metaclass of the project decides what a construction gives (one object for all, say)."""
    for candidate in mro(cls)[0]:
        for keyword in candidate.node.keywords:
            if keyword.keyword is not None and keyword.keyword.value == "metaclass":
                inner = class_state(machine, candidate, state)
                return any(isinstance(a, ClassValue) for a in machine.evaluate(keyword.value, inner))
    return False


def initialize(
    machine: Machine, reference: Ref, cls: ClassValue, arguments: Arguments, node: cst.CSTNode, state: State
) -> None:
    """Run `__init__`, or fill the fields of a class that has none of its own."""
    method = lookup_class(machine, cls, "__init__", state)
    if method is not None:
        for function in _functions(method):
            invoke(machine, function, arguments, node, state, reference, Level.INIT)
        return
    if has_fields(cls) or is_settings(cls):
        fill_fields(machine, reference, cls, arguments, node, state)
        _post_init(machine, reference, cls, node, state)


def _post_init(machine: Machine, reference: Ref, cls: ClassValue, node: cst.CSTNode, state: State) -> None:
    """What a dataclass does after its fields are filled."""
    for name in ("__post_init__", "__attrs_post_init__", "model_post_init"):
        for function in _functions(lookup_class(machine, cls, name, state)):
            invoke(machine, function, Arguments(), node, state, reference, Level.INIT)


def member(machine: Machine, cls: ClassValue, name: str, written: Abstract, node: cst.CSTNode, state: State) -> Ref:
    """A member of an enumeration whose `__init__` is given what is `written` for it: made once, at import.

    https://docs.python.org/3/howto/enum.html#when-to-use-new-vs-init
    """
    context = machine.root.enter(Level.IMPORT, cls.module.path).enter(Level.CALL, cls.node)
    reference = context.reference(cls.node, name)
    if state.at(reference) is not None:
        return reference
    value: Value = (written,)
    own = {"name": machine.constant(node, state, name), "value": value, "_value_": value}
    several = written.items if isinstance(written, TupleValue) else (value,)
    arguments = Arguments([Passed(one, cls.chunk, _place(one, node)) for one in several])
    outer, state.context = state.context, context
    state.heap[reference] = InstanceObject(cls, own, context)
    for function in _functions(lookup_class(machine, cls, "__init__", state)):
        function = replace(function, marks=function.marks | {"member"})
        invoke(machine, function, arguments, node, state, reference, Level.INIT)
    state.context = outer
    return reference


def _place(value: Value, otherwise: cst.CSTNode) -> cst.CSTNode:
    """The expression that gives a value, where it is a scalar."""
    atom = only(value, Atom)
    return atom.pieces[0].node if atom is not None and atom.pieces else otherwise


def _functions(found: Value | None) -> list[Function]:
    return [alternative for alternative in found or () if isinstance(alternative, Function)]


# -- construction out of sight


def unseen_instance(
    machine: Machine, cls: ClassValue, state: State, handed_in: cst.BaseExpression | None = None
) -> Value:
    """An instance whose construction is out of sight: its constructor ran once, with what we do not know.

    One that is `handed_in`, to the parameter of that annotation, may be another one at each call: what its constructor
    was given is no more bound to it than any other argument. If a constructor gets it, it lives as long as what keeps
    it.
    """
    keeper = machine.root
    if handed_in is not None and len(state.context) == 1 and state.context.has(Level.INSTANCE):
        keeper = state.context
    context = keeper.enter(Level.INSTANCE, cls.node if handed_in is None else HandedIn(cls.node, handed_in))
    reference = context.reference(cls.node)
    if state.at(reference) is not None:
        return (reference,)
    state.heap[reference] = InstanceObject(cls, {}, context, handed_in=True)
    node = cls.node  # the same construction, whichever code asks for the object
    outer, state.context = state.context, context
    functions = _functions(lookup_class(machine, cls, "__init__", state))
    if functions:
        for function in functions:
            arguments = unseen_arguments_of(machine, function, node, state)
            if handed_in is not None:
                arguments.positional = [replace(p, value=_any_time(p.value)) for p in arguments.positional]
                arguments.keywords = {k: replace(p, value=_any_time(p.value)) for k, p in arguments.keywords.items()}
            invoke(machine, function, arguments, node, state, reference, Level.INIT)
    elif has_fields(cls):
        fill_unseen(machine, reference, cls, node, state)
        _post_init(machine, reference, cls, node, state)
    state.context = outer
    loosen(machine, reference, cls, node, state)
    return (reference,)


def _any_time(value: Value) -> Value:
    return tuple(
        Atom(tuple(unsteady(p) for p in a.pieces if p.material is Material.DATA), about=a.about)
        if isinstance(a, Atom) and any(p.material is Material.DATA for p in a.pieces)
        else a
        for a in value
    )


def unseen_arguments_of(
    machine: Machine, function: Function, node: cst.CSTNode, state: State, *, bound: bool = True
) -> Arguments:
    """Every parameter of a function, as somebody out of sight gives it; but the first of one that is `bound`."""

    def passed(parameter: cst.Param) -> Passed:
        return Passed(parameter_value(machine, parameter, function, state), function.chunk, parameter)

    arguments = Arguments([passed(parameter) for parameter in positional(function.node)[bound:]])
    for parameter in function.node.params.kwonly_params:
        arguments.keywords[parameter.name.value] = passed(parameter)
    if function.node.params.star_kwarg is not None:
        arguments.rest = machine.unknown(node, state, f"arguments of `{function.name}()`", handed_in=True)
    return arguments


def parameter_value(machine: Machine, parameter: cst.Param, function: Function, state: State) -> Value:
    """What a parameter of a start holds: by its annotation, by its default when that is frozen, else unknown."""
    default = default_of(function, parameter.name.value, state.context)
    if frozen(default):
        return default
    given = provided(
        machine,
        parameter,
        default,
        function,
        state,
        lambda f: unseen_arguments_of(machine, f, parameter, state, bound=False),
    )
    if given:
        return given
    if parameter.annotation is not None and not any(isinstance(a, External) for a in default):
        module_frame = Frame(machine.root.enter(Level.IMPORT, function.module.path), function.chunk, function.module)
        typed = machine.typed(parameter.annotation.annotation, module_frame, state)
        if typed:
            return typed
    reason = f"parameter `{parameter.name.value}`"
    unknown = data_at(function.chunk, parameter, state.context, reason, handed_in=True)
    told = about(parameter.annotation.annotation) if parameter.annotation is not None else About.NOTHING
    mark = machine.hooks.handed_in(function, parameter) if told is About.NOTHING else None
    return (replace(unknown, about=mark or told),)
