"""Classes: definition, inheritance, construction, fields of dataclasses and models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import cast

import libcst as cst

from sqsfifo_lint.flow.annotations import about
from sqsfifo_lint.flow.context import NOWHERE, Context, Level, Ref
from sqsfifo_lint.flow.functions import default_of, invoke
from sqsfifo_lint.flow.machine import Arguments, Machine
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.targets import set_attribute
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    ClassValue,
    Decoration,
    DictObject,
    External,
    Function,
    InstanceObject,
    Item,
    Passed,
    Piece,
    Role,
    Value,
    data_at,
    distinct,
    join,
    linked,
    unsteady,
)
from sqsfifo_lint.knowledge import caching
from sqsfifo_lint.knowledge.sources import SETTINGS_BASES
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.chunks import descendants
from sqsfifo_lint.source.deferred import DeferredBlock

_CONTEXT_MANAGERS = frozenset({"contextlib.contextmanager", "contextlib.asynccontextmanager"})
_DISPATCHERS = frozenset({"functools.singledispatch", "functools.singledispatchmethod", "typing.overload"})
_MARKS: Mapping[str, str] = {
    **dict.fromkeys(caching.PROPERTIES, "property"),
    **dict.fromkeys(caching.CACHED_PROPERTIES, "cached_property"),
    **dict.fromkeys(caching.CACHING_DECORATORS, "cached"),
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
        if any(isinstance(a, External) and a.name in _DISPATCHERS for a in found):
            return machine.unknown(expression, state, "one of several functions, by the type of an argument")
        if marks:
            value = tuple(replace(a, marks=a.marks | marks) if isinstance(a, Function) else a for a in value)
        elif any(isinstance(a, Function) for a in found):
            value = _wrapped(machine, found, expression, value, state) or value
        elif isinstance(expression, cst.Call):
            machine.evaluate(expression, state)
        value = _decorated(machine, value, found, expression)
    return value


def _decorated(machine: Machine, value: Value, found: Value, expression: cst.BaseExpression) -> Value:
    """The functions, with the decorator from outside the project noted on them that makes tasks of them."""
    paths = [a.name for a in found if isinstance(a, External) and machine.senders.is_decorator(a.name)]
    if not paths:
        return value
    arguments = machine.decorated.get(expression, Arguments())
    open_ended = bool(arguments.star or arguments.rest)
    made = tuple(Decoration(path, arguments.keywords, expression, open_ended) for path in paths)
    result: list[Abstract] = []
    for alternative in value:
        if isinstance(alternative, Function):
            alternative = replace(alternative, decorations=(*alternative.decorations, *made))
            machine.tasks[alternative.node] = alternative
        result.append(alternative)
    return tuple(result)


def _owned(function: Function, state: State) -> Function:
    frame = state.frame
    return replace(function, owner=frame.owner) if frame.function is None and frame.owner is not None else function


def _wrapped(machine: Machine, found: Value, expression: cst.BaseExpression, value: Value, state: State) -> Value:
    """What a decorator of the project makes of a function."""
    if isinstance(expression, cst.Call):
        found = machine.evaluate(expression, state)
    arguments = Arguments([Passed(value, state.frame.chunk, expression)])
    result = machine.call(found, arguments, expression, state)
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
        machine.kept.add(home)
    return ClassValue(definition, state.frame.chunk, state.frame.module, home, bases, frozenset(marks))


def class_body(machine: Machine, cls: ClassValue, state: State) -> Mapping[str, Value]:
    """The class's own attributes."""
    if cls.node in machine.class_bodies:
        return machine.class_bodies[cls.node]
    machine.class_bodies[cls.node] = {}
    context: Context = cls.home or machine.root.enter(Level.IMPORT, cls.module.path)
    key = context.enter(Level.CALL, cls.node)
    frame = Frame(key, cls.chunk, cls.module, owner=cls)
    if cls.home:
        machine.homes[key] = cls.home
        inner = State(frame, context, {**state.environments, key: {}}, state.heap, state.base, state.facts, state.sent)
    else:
        inner = machine.fresh_state(frame)
        inner.context = context
    end = machine.execute(cls.node.body.body, inner)
    if end is not None:
        target = state.heap if cls.home else machine.import_heap
        target.update(end.heap)
        machine.class_bodies[cls.node] = end.environments.get(key, {})
    return machine.class_bodies[cls.node]


# -- inheritance


def mro(cls: ClassValue) -> tuple[list[ClassValue], list[str]]:
    """The project's classes in method resolution order, and the names of bases outside the project."""
    found: list[ClassValue] = []
    outside: list[str] = []
    _linearize(cls, found, outside, 0)
    return list(reversed(dict.fromkeys(reversed(found)))), outside


def _linearize(cls: ClassValue, found: list[ClassValue], outside: list[str], depth: int) -> None:
    found.append(cls)
    for base in cls.bases:
        for alternative in base:
            if isinstance(alternative, ClassValue) and depth < 12:
                _linearize(alternative, found, outside, depth + 1)
            elif isinstance(alternative, External):
                outside.append(alternative.name)
            else:
                outside.append("?")


def lookup_class(
    machine: Machine, cls: ClassValue, name: str, state: State, after: ClassValue | None = None
) -> Value | None:
    """A class attribute by inheritance, or None; with `after`, as `super()` in that class finds it."""
    order, _ = mro(cls)
    if after is not None:
        positions = [i for i, c in enumerate(order) if c.node is after.node]
        order = order[positions[0] + 1 :] if positions else order
    for candidate in order:
        written = machine.class_writes.get(candidate.node, {}).get(name)
        found = class_body(machine, candidate, state).get(name)
        if found is not None or written is not None:
            return join(found or (), written or ())
    return None


def is_enum(cls: ClassValue) -> bool:
    """Whether the class is an enumeration."""
    return any(name.startswith("enum.") for name in mro(cls)[1])


def is_settings(cls: ClassValue) -> bool:
    """Whether the class's attributes are read from the environment."""
    return any(name in SETTINGS_BASES for name in mro(cls)[1])


# -- fields


@record()
class Field:
    """A field of a dataclass, named tuple or model."""

    name: str
    cls: ClassValue
    default: cst.BaseExpression | None
    keyword_only: bool = False
    annotation: cst.BaseExpression | None = None


def has_fields(cls: ClassValue) -> bool:
    """Whether `__init__` is made of annotated fields."""
    order, outside = mro(cls)
    return any(name in caching.MODEL_BASES for name in outside) or any(
        c.marks & caching.DATACLASS_DECORATORS for c in order
    )


def fields_of(cls: ClassValue) -> list[Field]:
    """The fields in the order of `__init__`'s parameters."""
    found: dict[str, Field] = {}
    for candidate in reversed(mro(cls)[0]):
        for field in _own_fields(candidate):
            found[field.name] = field
    return list(found.values())


def _own_fields(cls: ClassValue) -> Iterator[Field]:
    keyword_only = False
    for line in cls.node.body.body:
        if not isinstance(line, cst.SimpleStatementLine):
            continue
        for small in line.body:
            match small:
                case cst.AnnAssign(
                    target=cst.Name(value="_"), annotation=cst.Annotation(annotation=cst.Name("KW_ONLY"))
                ):
                    keyword_only = True
                case cst.AnnAssign(target=cst.Name() as target):
                    if "ClassVar" not in _head(small.annotation.annotation):
                        yield Field(target.value, cls, small.value, keyword_only, small.annotation.annotation)
                case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)], value=cst.Call() as value):
                    if cls.marks & caching.DATACLASS_DECORATORS and _head(value.func) in ("ib", "field", "attrib"):
                        yield Field(target.value, cls, value, keyword_only)


def _head(node: cst.BaseExpression) -> str:
    match node:
        case cst.Subscript():
            return _head(node.value)
        case cst.Attribute():
            return node.attr.value
        case cst.Name():
            return node.value
    return ""


def field_default(machine: Machine, field: Field, node: cst.CSTNode, state: State) -> Value | None:
    """The value that a field takes when nobody gives one: made at import, or by its factory now."""
    if field.default is None:
        return None
    body = class_body(machine, field.cls, state)
    made = _by_field_function(machine, field, field.default, node, state)
    value = made if made is not None else body.get(field.name)
    if value is None or (made is not None and all(_made_now(a, state) for a in made)):
        return value
    return linked(value, field.cls.chunk, field.default, f"default of `{field.name}`", Role.DEFAULT)


def _made_now(alternative: Abstract, state: State) -> bool:
    """Whether a factory made it for this object: then it is not a default that could be overridden by a better one."""
    now = state.context.epochs
    return isinstance(alternative, Atom) and any(p.context.epochs[: len(now)] == now for p in alternative.pieces)


def _by_field_function(
    machine: Machine, field: Field, default: cst.BaseExpression, node: cst.CSTNode, state: State
) -> Value | None:
    if not isinstance(default, cst.Call):
        return None
    inner = _class_state(machine, field.cls, state)
    names = [a.name for a in machine.evaluate(default.func, inner) if isinstance(a, External)]
    known = next((name for name in names if name in caching.FIELDS), None)
    if known is None:
        return None
    given, factory = caching.FIELDS[known]
    for arg in default.args:
        keyword = arg.keyword.value if arg.keyword is not None else None
        if keyword == factory:
            made = machine.call(machine.evaluate(arg.value, inner), Arguments(), arg.value, inner)
            state.heap.update(inner.heap)
            return made
        if keyword == given or (keyword is None and known in caching.POSITIONAL_DEFAULT_FIELDS):
            inner.context = field.cls.home or machine.root.enter(Level.IMPORT, field.cls.module.path)
            return machine.evaluate(arg.value, inner)
    return machine.unknown(node, state, f"`{field.name}` is not given")


def _class_state(machine: Machine, cls: ClassValue, state: State) -> State:
    """A state in which expressions of the class's body can be evaluated, in the running context."""
    frame = Frame(state.context.enter(Level.INIT, cls.node), cls.chunk, cls.module, owner=cls, caller=state.frame)
    environment = dict(class_body(machine, cls, state))
    environments = {**state.environments, frame.key: environment}
    if cls.home:
        machine.homes[frame.key] = cls.home
    return State(frame, state.context, environments, state.heap, state.base, state.facts, state.sent)


# -- construction


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
    machine.constructed.setdefault(cls.node, []).append((reference, state.copy()))
    return (reference,)


def _has_own_construction(machine: Machine, cls: ClassValue, state: State) -> bool:
    """Whether a metaclass of the project decides what a construction gives (one object for all, say)."""
    for candidate in mro(cls)[0]:
        for keyword in candidate.node.keywords:
            if keyword.keyword is not None and keyword.keyword.value == "metaclass":
                inner = _class_state(machine, candidate, state)
                return any(isinstance(a, ClassValue) for a in machine.evaluate(keyword.value, inner))
    return False


def initialize(
    machine: Machine, reference: Ref, cls: ClassValue, arguments: Arguments, node: cst.CSTNode, state: State
) -> None:
    """Run `__init__`, or fill the fields of a class that has none of its own."""
    method = lookup_class(machine, cls, "__init__", state)
    if method is not None:
        for function in method:
            if isinstance(function, Function):
                invoke(machine, function, arguments, node, state, reference, Level.INIT)
        return
    if has_fields(cls) or is_settings(cls):
        _fill_fields(machine, reference, cls, arguments, node, state)
        _post_init(machine, reference, cls, node, state)


def _post_init(machine: Machine, reference: Ref, cls: ClassValue, node: cst.CSTNode, state: State) -> None:
    """What a dataclass does after its fields are filled."""
    for name in ("__post_init__", "__attrs_post_init__", "model_post_init"):
        for function in lookup_class(machine, cls, name, state) or ():
            if isinstance(function, Function):
                invoke(machine, function, Arguments(), node, state, reference, Level.INIT)


def _fill_fields(
    machine: Machine, reference: Ref, cls: ClassValue, arguments: Arguments, node: cst.CSTNode, state: State
) -> None:
    positional = list(arguments.positional)
    outer = state.context
    for field in fields_of(cls):
        passed = arguments.keywords.get(field.name)
        if passed is None and positional and not field.keyword_only:
            passed = positional.pop(0)
        state.context = outer.enter(Level.INIT, node)
        if is_settings(cls):
            value: Value = settings_value(cls, field.name, node, state)
        elif passed is not None:
            text = f"passed as `{field.name}` to `{cls.name}()`"
            value = linked(passed.value, passed.chunk, passed.node, text, Role.CONSTRUCTION, state.context)
        else:
            value = join(arguments.rest, field_default(machine, field, node, state) or ())
        state.context = outer
        found = state.at(reference)
        if isinstance(found, InstanceObject):
            kept = value or machine.unknown(node, state, f"`{field.name}` is not given")
            set_attribute(state, reference, found, field.name, kept)


def settings_value(cls: ClassValue, name: str, node: cst.CSTNode, state: State) -> Value:
    """A field of settings, which is read from the environment."""
    return (Atom((Piece(Material.CONFIG, state.context, state.frame.chunk, node, _variable(cls, name)),)),)


_PREFIX = re.compile(r"""\benv_prefix["']?\s*[=:]\s*["'](\w*)["']""")
_NAMED = r"^\s+{}\s*:.*\b(?:alias|validation_alias|env)\s*="


def _variable(cls: ClassValue, name: str) -> str:
    """The environment variable of a field: its name after the prefix of the settings; empty when it has another one."""
    texts = [candidate.chunk.text for candidate in mro(cls)[0]]
    if any(re.search(_NAMED.format(re.escape(name)), text, re.MULTILINE) for text in texts):
        return ""
    prefixed = next((text for text in texts if "env_prefix" in text), None)
    if prefixed is None:
        return name.upper()
    prefix = _PREFIX.search(prefixed)
    return f"{prefix[1]}{name}".upper() if prefix is not None else ""


def entry_instance(
    machine: Machine, cls: ClassValue, state: State, node: cst.CSTNode, *, handed_in: bool = False
) -> Value:
    """An instance whose construction is out of sight: its constructor ran once, with what we do not know.

    One that is `handed_in`, to a parameter of that type, may be another one at each call: what its constructor was
    given is no more bound to it than any other argument.
    """
    context: Context = machine.root.enter(Level.INSTANCE, (cls.node, "handed in") if handed_in else cls.node)
    reference = context.reference(cls.node)
    if state.at(reference) is not None:
        return (reference,)
    state.heap[reference] = InstanceObject(cls, {}, context, handed_in=True)
    outer, state.context = state.context, context
    method = lookup_class(machine, cls, "__init__", state)
    functions = [f for f in method or () if isinstance(f, Function)]
    if functions:
        for function in functions:
            arguments = _unseen(machine, function, node, state)
            if handed_in:
                arguments.positional = [replace(p, value=_any_time(p.value)) for p in arguments.positional]
                arguments.keywords = {k: replace(p, value=_any_time(p.value)) for k, p in arguments.keywords.items()}
            invoke(machine, function, arguments, node, state, reference, Level.INIT)
    elif has_fields(cls):
        _fill_unseen(machine, reference, cls, node, state)
        _post_init(machine, reference, cls, node, state)
    state.context = outer
    _loosen(machine, reference, cls, node, state)
    return (reference,)


def _any_time(value: Value) -> Value:
    return tuple(
        Atom(unsteady(a.pieces), about=a.about)
        if isinstance(a, Atom) and any(p.material is Material.DATA for p in a.pieces)
        else a
        for a in value
    )


def _unseen(machine: Machine, function: Function, node: cst.CSTNode, state: State) -> Arguments:
    """Every parameter of a constructor, as somebody out of sight gives it."""
    parameters = function.node.params
    arguments = Arguments()
    for parameter in [*parameters.posonly_params, *parameters.params][1:]:
        arguments.positional.append(
            Passed(parameter_value(machine, parameter, function, state), function.chunk, parameter)
        )
    for parameter in parameters.kwonly_params:
        value = parameter_value(machine, parameter, function, state)
        arguments.keywords[parameter.name.value] = Passed(value, function.chunk, parameter)
    if parameters.star_kwarg is not None:
        arguments.rest = machine.unknown(node, state, "arguments of the constructor", handed_in=True)
    return arguments


def parameter_value(machine: Machine, parameter: cst.Param, function: Function, state: State) -> Value:
    """What an entry's parameter holds: by its annotation, by its default when that is frozen, else unknown."""
    default = default_of(function, parameter.name.value, state.context)
    if default and all(isinstance(a, Atom) and _frozen(a) for a in default):
        return default
    if parameter.annotation is not None and not any(isinstance(a, External) for a in default):
        module_frame = Frame(machine.root.enter(Level.IMPORT, function.module.path), function.chunk, function.module)
        typed = machine.typed(parameter.annotation.annotation, module_frame, state)
        if typed:
            return typed
    reason = f"parameter `{parameter.name.value}`"
    unknown = data_at(function.chunk, parameter, state.context, reason, handed_in=True)
    return (replace(unknown, about=about(parameter.annotation.annotation)) if parameter.annotation else unknown,)


def _frozen(atom: Atom) -> bool:
    """A clock or unique value in a default argument: whoever wrote it did not mean it to be made once."""
    return any(p.material in (Material.CLOCK, Material.UNIQUE) for p in atom.pieces)


def _fill_unseen(machine: Machine, reference: Ref, cls: ClassValue, node: cst.CSTNode, state: State) -> None:
    for field in fields_of(cls):
        found = state.at(reference)
        if not isinstance(found, InstanceObject):
            return
        value: Value = ()
        if field.default is not None:
            default = field_default(machine, field, node, state) or ()
            value = default if all(isinstance(a, Atom) and _frozen(a) for a in default) else ()
        place = field.default or field.cls.node.name
        unknown = data_at(field.cls.chunk, place, state.context, f"field `{field.name}`", handed_in=True)
        if field.annotation is not None:
            unknown = replace(unknown, about=about(field.annotation))
        kept = value or (unknown,)
        set_attribute(state, reference, found, field.name, kept)


# -- attributes that do not stay what the constructor made them


def _loosen(machine: Machine, reference: Ref, cls: ClassValue, node: cst.CSTNode, state: State) -> None:
    """Attributes that other methods set, or anybody outside, may hold anything by the time of the send."""
    found = state.at(reference)
    if not isinstance(found, InstanceObject):
        return
    attributes = dict(found.attributes)
    for candidate in mro(cls)[0]:
        if candidate.node not in machine.reassigned:
            machine.reassigned[candidate.node] = reassigned(candidate)
        several = machine.reassigned[candidate.node]
        for name, method in several:
            earlier = attributes.get(name, ())
            step = _step_of_counter(name, several) if _is_int(earlier) else None
            if step is not None:
                index = Piece(Material.INDEX, state.context, candidate.chunk, step, unsteady=True)
                attributes[name] = (Atom(distinct([index, *_varying(earlier)]), "int"),)
                continue
            anything = data_at(candidate.chunk, method, state.context, f"set by {method.name.value}()")
            attributes[name] = join(earlier, (anything,))
    for name in list(attributes):
        if machine.written_outside(cls.module, name):
            anyone = machine.unknown(node, state, f"`{name}` is set from outside the class")
            attributes[name] = join(attributes[name], anyone)
    state.heap[reference] = replace(found, attributes=attributes)


def _is_int(value: Value) -> bool:
    return bool(value) and all(isinstance(a, Atom) and a.kind == "int" for a in value)


def _varying(value: Value) -> Iterator[Piece]:
    for alternative in value:
        if isinstance(alternative, Atom):
            yield from (p for p in alternative.pieces if p.material is not Material.CONSTANT)


def _step_of_counter(name: str, several: Sequence[tuple[str, cst.FunctionDef]]) -> cst.AugAssign | None:
    """`self.name += 1`, when that is all that methods do to an attribute."""
    written = sum(1 for other, _ in several if other == name)
    methods = {method: None for other, method in several if other == name}
    steps = [node for method in methods for node in descendants(method.body) if _counts(node, name)]
    return cast(cst.AugAssign, steps[0]) if len(steps) == written else None


def _counts(node: cst.CSTNode, name: str) -> bool:
    match node:
        case cst.AugAssign(
            target=cst.Attribute(attr=cst.Name(value=attribute)), operator=cst.AddAssign(), value=cst.Integer()
        ):
            return attribute == name
    return False


_CONSTRUCTORS = frozenset({"__init__", "__post_init__", "__new__", "__attrs_post_init__"})


def reassigned(cls: ClassValue) -> list[tuple[str, cst.FunctionDef]]:
    """Attributes of `self` that methods other than the constructor assign, outside an "only once" test."""
    found: list[tuple[str, cst.FunctionDef]] = []
    methods = [s for s in cls.node.body.body if isinstance(s, cst.FunctionDef)]
    for method in methods:
        if method.name.value in _CONSTRUCTORS or not method.params.params:
            continue
        if _called_only_by_constructor(method, methods, cls):
            continue
        receiver = method.params.params[0].name.value
        if type(method.body) is DeferredBlock and not _assigning(receiver).search(method.body.text):
            continue
        found.extend((name, method) for name in _assigned_attributes(method.body.body, receiver))
    return found


@cache
def _assigning(receiver: str) -> re.Pattern[str]:
    """Matches text that may assign attributes of a receiver."""
    return re.compile(rf"\b{re.escape(receiver)}\s*\.\s*\w+\s*(?:\[|[^\n]*=)")


def _called_only_by_constructor(method: cst.FunctionDef, methods: list[cst.FunctionDef], cls: ClassValue) -> bool:
    name = method.name.value
    if not name.startswith("_"):
        return False
    uses = cls.chunk.text.count(f".{name}(")
    if not uses:
        return False
    constructors = [m for m in methods if m.name.value in _CONSTRUCTORS]
    if not constructors:
        return False
    return uses == sum(cls.chunk.module.code_for_node(m).count(f".{name}(") for m in constructors)


def _assigned_attributes(body: Sequence[cst.CSTNode], receiver: str) -> Iterator[str]:
    for statement in body:
        match statement:
            case cst.SimpleStatementLine():
                for small in statement.body:
                    yield from _attribute_targets(small, receiver)
            case cst.If():
                once = _once(statement.test, receiver)
                yield from (n for n in _assigned_attributes(statement.body.body, receiver) if n != once)
                if isinstance(statement.orelse, cst.If):
                    yield from _assigned_attributes([statement.orelse], receiver)
                elif statement.orelse is not None:
                    yield from _assigned_attributes(statement.orelse.body.body, receiver)
            case cst.For() | cst.While() | cst.With():
                yield from _assigned_attributes(statement.body.body, receiver)
            case cst.Try() | cst.TryStar():
                yield from _assigned_attributes(statement.body.body, receiver)
                for handler in statement.handlers:
                    yield from _assigned_attributes(handler.body.body, receiver)
                for part in (statement.orelse, statement.finalbody):
                    if part is not None:
                        yield from _assigned_attributes(part.body.body, receiver)


def _attribute_targets(small: cst.CSTNode, receiver: str) -> Iterator[str]:
    match small:
        case cst.Assign():
            targets: list[cst.BaseExpression] = [t.target for t in small.targets]
        case cst.AnnAssign(value=cst.BaseExpression()) | cst.AugAssign():
            targets = [small.target]
        case _:
            return
    for target in targets:
        several = [e.value for e in target.elements] if isinstance(target, cst.Tuple | cst.List) else [target]
        for one in several:
            holder = one.value if isinstance(one, cst.Subscript) else one
            if (
                isinstance(holder, cst.Attribute)
                and isinstance(holder.value, cst.Name)
                and holder.value.value == receiver
            ):
                yield holder.attr.value


def _once(test: cst.BaseExpression, receiver: str) -> str | None:
    """The attribute that a test finds empty: what its body sets is set once."""
    match test:
        case cst.Comparison(
            left=cst.Attribute(value=cst.Name(value=holder), attr=cst.Name(value=name)),
            comparisons=[cst.ComparisonTarget(operator=cst.Is(), comparator=cst.Name("None"))],
        ) if holder == receiver:
            return name
        case cst.UnaryOperation(
            operator=cst.Not(), expression=cst.Attribute(value=cst.Name(value=holder), attr=cst.Name(value=name))
        ) if holder == receiver:
            return name
        case cst.UnaryOperation(
            operator=cst.Not(),
            expression=cst.Call(
                func=cst.Name("hasattr" | "getattr"), args=[_, cst.Arg(value=cst.SimpleString() as text), *_]
            ),
        ):
            return str(text.evaluated_value)
    return None
