"""`value.name` for every kind of value."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import classes, constructed, fields, settings, text
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_QUALIFIED_NAME
from sqsfifo_lint.flow.context import Level, Ref
from sqsfifo_lint.flow.functions import invoke
from sqsfifo_lint.flow.left_behind import settled
from sqsfifo_lint.flow.library.dataclasses import METHODS
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.modules import module_attribute
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.stocked import stock
from sqsfifo_lint.flow.values import (
    About,
    Abstract,
    Atom,
    Awaitable,
    Bound,
    ClassValue,
    DictObject,
    Dispatcher,
    Extension,
    External,
    Function,
    InstanceObject,
    ListObject,
    Mark,
    MemberOf,
    Method,
    ModuleValue,
    Passed,
    Piece,
    Super,
    TupleValue,
    Value,
    data_at,
    each,
    join,
    only,
    read,
)
from sqsfifo_lint.knowledge.lookup import config_attribute_of
from sqsfifo_lint.knowledge.sources import PROCESS_ENVIRONMENT
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Material, Trait
from sqsfifo_lint.records import replace


def attribute(machine: Machine, holder: Abstract, name: str, node: cst.CSTNode, state: State) -> Value:
    """The attribute `name` of one value."""
    match holder:
        case ModuleValue():
            found = module_attribute(machine, holder.module, name)
            stock(machine, found or (), name, state)
            if found and _is_plain(found) and machine.project.sets_elsewhere(holder.module.path, name):
                return join(found, machine.unknown(node, state, f"`{name}` is set from another file"))
            return found or machine.unknown(node, state, f"`{name}` is not in {holder.module.path}")
        case Ref():
            return _of_reference(machine, holder, name, node, state)
        case ClassValue():
            return _of_class(machine, holder, name, node, state)
        case External():
            return external_attribute(machine, holder, name, node, state)
        case Super():
            return _of_super(machine, holder, name, node, state)
        case Atom():
            return _of_atom(machine, holder, name, node, state)
        case Method(receiver=Atom() as atom):
            read = text.read_attribute(atom, holder.name)
            if read is None:
                return machine.unknown(node, state, f"unknown attribute `{holder.name}`")
            return attribute(machine, read, name, node, state)
        case TupleValue() | Method() | Dispatcher() | Awaitable():
            return (Method(name, holder),)
        case Bound():
            return attribute(machine, holder.function, name, node, state)
        case Function() if name in ("__name__", "__qualname__"):
            return (Atom(machine.constant(node, state, holder.name)[0].pieces, "str"),)  # type: ignore[union-attr]
        case Function(decorations=(*_, last)):  # what a framework made of the function has more attributes
            known = machine.hooks.attribute(machine, holder, name, node, state)
            return (External(f"{last.path}().{name}"),) if known is None else known
        case Extension():
            known = machine.hooks.attribute(machine, holder, name, node, state)
            return machine.unknown(node, state, "not followed") if known is None else known
    return machine.unknown(node, state, "not followed")


def _of_atom(machine: Machine, holder: Atom, name: str, node: cst.CSTNode, state: State) -> Value:
    if holder.kind == "any":
        known = machine.hooks.attribute(machine, holder, name, node, state)
        if known is not None:
            return known
        if name == "endswith":
            return (Method(name, holder),)
        step = f".{name}"
        data = read(holder.pieces, step, state.context, state.frame.chunk, node)
        if data:
            mark = (
                machine.hooks.read(machine, holder.about, step, node, state) if isinstance(holder.about, Mark) else None
            )
            return (Atom(data, about=mark or About.NOTHING),)
        return (Method(name, holder),)
    if isinstance(holder.about, MemberOf):
        return _of_member(machine, holder, holder.about, name, node, state)
    if holder.known and name in ("value", "name"):
        return (holder,)  # a member of an enumeration is kept as its value
    if holder.kind == "none":
        return ()
    return (Method(name, holder),)


def _of_member(machine: Machine, holder: Atom, member: MemberOf, name: str, node: cst.CSTNode, state: State) -> Value:
    """An attribute of a member of an enumeration: by its class, else as of its value."""
    if name == "name":
        return machine.constant(node, state, member.name)
    plain = replace(holder, about=About.NOTHING)
    inherited = classes.lookup_class(machine, member.cls, name, state) if name != "value" else None
    if inherited is None:
        if name != "value" and classes.lookup_class(machine, member.cls, "__init__", state) is not None:
            made = constructed.member(machine, member.cls, member.name, plain, node, state)
            found = state.at(made)
            if isinstance(found, InstanceObject) and name in found.attributes:
                return found.attributes[name]
        return _of_atom(machine, plain, name, node, state)

    def bound(one: Abstract) -> Value:
        if not isinstance(one, Function) or "staticmethod" in one.marks:
            return (one,)
        if not _PROPERTIES.isdisjoint(one.marks):
            return invoke(machine, one, Arguments(), node, state, holder)
        return (Bound(one, member.cls if "classmethod" in one.marks else holder),)

    return each(inherited, bound)


_PROPERTIES = frozenset({"property", "cached_property"})


def _of_reference(machine: Machine, holder: Ref, name: str, node: cst.CSTNode, state: State) -> Value:
    match state.at(holder):
        case InstanceObject() as found:
            return instance_attribute(machine, holder, found, name, node, state)
        case DictObject() | ListObject():
            return (Method(name, holder),)
    return machine.unknown(node, state, "not followed")


def instance_attribute(
    machine: Machine, holder: Ref, found: InstanceObject, name: str, node: cst.CSTNode, state: State
) -> Value:
    """An attribute of an instance: its own, or by its class."""
    own = found.attributes.get(name)
    if own is not None:
        return settled(machine, holder, name, own, state)
    if name == "__class__":
        return (found.cls,)
    if name == "__dict__":
        return (Method(name, holder),)
    inherited = classes.lookup_class(machine, found.cls, name, state)
    if inherited is not None:
        stock(machine, inherited, name, state)
        return each(inherited, lambda one: _bound(machine, one, holder, found, name, node, state))
    if settings.is_settings(found.cls):
        return settings.settings_value(found.cls, name, node, state)
    if name in METHODS and fields.has_fields(found.cls):
        return (Method(name, holder),)
    known = _passed_on(machine, holder, found, name, node, state)
    if known is None:
        known = machine.hooks.attribute(machine, holder, name, node, state)
    if known is not None:
        return known
    return machine.unknown(node, state, "an attribute out of sight", handed_in=found.handed_in)


def _passed_on(
    machine: Machine, holder: Ref, found: InstanceObject, name: str, node: cst.CSTNode, state: State
) -> Value | None:
    """The method or object that the `__getattr__` of an object gives for a name; None where that is not in sight.

    Text that it gives is what there is when nobody has set the attribute.
    """
    if name.startswith("__"):
        return None
    method = classes.lookup_class(machine, found.cls, "__getattr__", state)
    function = only(method or (), Function)
    if function is None:
        return None
    asked = Passed(machine.constant(node, state, name), state.frame.chunk, node)
    given = invoke(machine, function, Arguments([asked]), node, state, holder)
    return given if given and not any(isinstance(a, Atom) for a in given) else None


def _bound(
    machine: Machine,
    alternative: Abstract,
    holder: Ref,
    found: InstanceObject,
    name: str,
    node: cst.CSTNode,
    state: State,
) -> Value:
    if isinstance(alternative, Ref):
        return _described(machine, alternative, (holder,), (found.cls,), node, state)
    if isinstance(alternative, Dispatcher):
        return (replace(alternative, receiver=holder),)
    if not isinstance(alternative, Function):
        return (alternative,)
    if "property" in alternative.marks:
        return invoke(machine, alternative, Arguments(), node, state, holder)
    if "cached_property" in alternative.marks:
        return _cached_property(machine, alternative, holder, found, name, node, state)
    if "staticmethod" in alternative.marks:
        return (alternative,)
    if "classmethod" in alternative.marks:
        return (Bound(alternative, found.cls),)
    return (Bound(alternative, holder),)


def _described(machine: Machine, alternative: Ref, holder: Value, cls: Value, node: cst.CSTNode, state: State) -> Value:
    """An object that stands in the body of a class: what its `__get__` gives, where it has one."""
    described = state.at(alternative)
    if not isinstance(described, InstanceObject):
        return (alternative,)
    method = only(classes.lookup_class(machine, described.cls, "__get__", state) or (), Function)
    if method is None:
        return (alternative,)
    given = [Passed(value, state.frame.chunk, node) for value in (holder, cls)]
    return invoke(machine, method, Arguments(given), node, state, alternative)


def _cached_property(
    machine: Machine,
    function: Function,
    holder: Ref,
    found: InstanceObject,
    name: str,
    node: cst.CSTNode,
    state: State,
) -> Value:
    """Made once per object: as if the constructor had made it."""
    outer, state.context = state.context, found.context
    value = invoke(machine, function, Arguments(), node, state, holder, Level.INIT)
    state.context = outer
    current = state.at(holder)
    if isinstance(current, InstanceObject):
        state.heap[holder] = replace(current, attributes={**current.attributes, name: value})
    return value


def _of_class(machine: Machine, holder: ClassValue, name: str, node: cst.CSTNode, state: State) -> Value:
    found = classes.lookup_class(machine, holder, name, state)
    if found is None:
        if name == "__name__":
            return machine.constant(node, state, holder.name)
        if settings.is_settings(holder):
            return settings.settings_value(holder, name, node, state)
        return machine.unknown(node, state, f"`{name}` is not in class {holder.name}")

    stock(machine, found, name, state)
    if any(isinstance(alternative, Atom | TupleValue) for alternative in found) and classes.is_enum(holder):
        return each(found, lambda one: (_member(machine, holder, name, one, node, state),))
    if _is_plain(found) and holder.module.sets_outside(name):
        return join(found, machine.unknown(node, state, f"`{name}` is set from outside the class"))

    def bound(one: Abstract) -> Value:
        if isinstance(one, Ref):
            return _described(machine, one, machine.constant(node, state, None), (holder,), node, state)
        return (Bound(one, holder) if isinstance(one, Function) and "classmethod" in one.marks else one,)

    return each(found, bound)


def _member(machine: Machine, cls: ClassValue, name: str, one: Abstract, node: cst.CSTNode, state: State) -> Abstract:
    """What stands in the body of an enumeration, as its member: an object, where the class makes something of it."""
    match one:
        case Atom():
            return replace(one, about=MemberOf(cls, name))
        case TupleValue() if classes.lookup_class(machine, cls, "__init__", state) is not None:
            return constructed.member(machine, cls, name, one, node, state)
    return one


def _is_plain(value: Value) -> bool:
    """Whether a value is nothing but text and the like; a counter is looked at where it counts."""
    return all(isinstance(alternative, Atom) and alternative.kind != "int" for alternative in value)


def _of_super(machine: Machine, holder: Super, name: str, node: cst.CSTNode, state: State) -> Value:
    found = state.at(holder.receiver) if isinstance(holder.receiver, Ref) else None
    cls = found.cls if isinstance(found, InstanceObject) else holder.receiver
    if not isinstance(cls, ClassValue):
        return machine.unknown(node, state, "super() of something unknown")
    inherited = classes.lookup_class(machine, cls, name, state, after=holder.after)
    if inherited is None:
        known = machine.hooks.attribute(machine, holder, name, node, state)
        return (External(f"super().{name}"),) if known is None else known

    def bound(one: Abstract) -> Value:
        if isinstance(found, InstanceObject) and isinstance(holder.receiver, Ref):
            return _bound(machine, one, holder.receiver, found, name, node, state)
        return (Bound(one, holder.receiver) if isinstance(one, Function) else one,)

    return each(inherited, bound)


def external_attribute(machine: Machine, holder: External, name: str, node: cst.CSTNode, state: State) -> Value:
    """An attribute (or, as `[key]`, an item) of something outside the project."""
    dotted = f"{holder.name}.{name}"
    if name.startswith("["):
        dotted = f"{holder.name}.{name[1:-1]}"
    source = config_attribute_of(dotted)
    if source is not None and name not in ("get", "setdefault", "pop"):
        environment = holder.name in ("os.environ", "os.environb")
        variable = name.strip("[]")
        if environment and variable in PROCESS_ENVIRONMENT:
            source = replace(source, material=Material.PROCESS, trait=Trait.HOST)
        piece = Piece(source.material, state.context, state.frame.chunk, node, variable, trait=source.trait)
        return (Atom((piece,), source.kind),)
    if holder.name.startswith(("unittest.mock.", "mock.")):
        return (External("unittest.mock.Mock().anything"),)
    known = machine.hooks.attribute(machine, holder, name, node, state)
    if known is not None:
        return known
    receiver = holder.receiver
    if receiver is not None:
        step = name if name.startswith("[") else f".{name}"
        data = read(receiver.pieces, step, state.context, state.frame.chunk, node)
        receiver = replace(receiver, pieces=data) if data else receiver
    if len(dotted) > MAX_QUALIFIED_NAME or name.startswith("["):
        reason = met("MAX_QUALIFIED_NAME") if len(dotted) > MAX_QUALIFIED_NAME else "out of sight"
        unseen = data_at(state.frame.chunk, node, state.context, reason, name=dotted)
        return (unseen if receiver is None else receiver,)
    return (External(dotted, receiver),)


# -- annotations


def typed(machine: Machine, annotation: cst.BaseExpression, frame: Frame, state: State) -> Value:
    """What a parameter of this annotation holds, where the annotation says it: a client, or a project's object."""
    return _typed(machine, annotation, annotation, frame, state)


def _typed(
    machine: Machine, annotation: cst.BaseExpression, whole: cst.BaseExpression, frame: Frame, state: State
) -> Value:
    match annotation:
        case cst.SimpleString():
            try:
                parsed = cst.parse_expression(str(annotation.evaluated_value))
            except Exception:
                return ()
            return _typed(machine, parsed, whole, frame, state)
        case cst.BinaryOperation():
            left = _typed(machine, annotation.left, whole, frame, state)
            return left or _typed(machine, annotation.right, whole, frame, state)
        case cst.Subscript(
            value=cst.Name("Optional" | "Annotated") | cst.Attribute(attr=cst.Name("Optional" | "Annotated"))
        ):
            first = annotation.slice[0].slice
            return _typed(machine, first.value, whole, frame, state) if isinstance(first, cst.Index) else ()
        case cst.Name() | cst.Attribute():
            inner = State(frame, frame.key, {frame.key: {}}, state.heap, state.base, state.facts)
            for found in machine.evaluate(annotation, inner):
                value = _typed_as(machine, found, whole, state)
                if value:
                    return value
    return ()


def _typed_as(machine: Machine, found: Abstract, annotation: cst.BaseExpression, state: State) -> Value:
    if isinstance(found, ClassValue):
        if classes.is_enum(found) or any(n.endswith("TypedDict") for n in classes.mro(found)[1]):
            return ()
        if machine.classes.inherited(found.module, found.name):
            return ()  # it may as well be an object of a subclass
        return constructed.unseen_instance(machine, found, state, handed_in=annotation)
    if not isinstance(found, External):
        return ()
    return machine.hooks.typed(found)
