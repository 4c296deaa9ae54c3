"""Calls of what is not the project's: builtins, the standard library, boto3, and the rest by the knowledge tables."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import libcst as cst

from sqsfifo_lint.aws import declaring, frameworks
from sqsfifo_lint.flow import containers, hashing, methods, text
from sqsfifo_lint.flow.attributes import MAX_NAME
from sqsfifo_lint.flow.callbacks import escape, functions_in, map_over
from sqsfifo_lint.flow.context import NOWHERE, Level, Ref
from sqsfifo_lint.flow.machine import Arguments, Machine, constant_atom
from sqsfifo_lint.flow.objects import copied, fields_as_dict
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    NOTHING,
    Atom,
    ClassValue,
    External,
    Handle,
    InstanceObject,
    ListObject,
    Partial,
    Passed,
    Piece,
    Super,
    TupleValue,
    Value,
    distinct,
    fold,
    join,
    mapped,
    opaque,
    unique,
)
from sqsfifo_lint.knowledge import apis
from sqsfifo_lint.knowledge.caching import NEVER_CALLING, SINGLETONS
from sqsfifo_lint.knowledge.clocks import FUNCTION_RESOLUTION, has_space, strftime_resolution
from sqsfifo_lint.knowledge.declaring import (
    ADDING_METHODS,
    CONSTRUCTS,
    DEAD_LETTERS,
    IMPORTED,
    INFRASTRUCTURE_PACKAGES,
    PASSING_METHODS,
    REFERRING_CALLS,
)
from sqsfifo_lint.knowledge.model import SECOND, Source, When
from sqsfifo_lint.knowledge.sources import (
    CLOCK_WORDS,
    IMPORT_TIME_CONFIG,
    OVERRIDING_ARGUMENT,
    PROCESS_ENVIRONMENT,
    config_attribute_of,
    source_of,
)
from sqsfifo_lint.knowledge.transforms import HEX_DIGITS, ORDERED, RETURNED_ARGUMENT, transform_of
from sqsfifo_lint.model import Material, Trait
from sqsfifo_lint.records import replace

Call = Callable[[Machine, Arguments, cst.CSTNode, State], Value]


# -- externals


def call_external(machine: Machine, callee: External, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """The result of calling something outside the project."""
    name = callee.name
    frameworks.note_external(machine, name, arguments, node, state)
    if machine.senders.is_decorator(name):
        machine.decorated[node] = arguments
    special = _SPECIAL.get(name)
    if special is not None:
        return special(machine, arguments, node, state)
    client = _client(name, arguments)
    if client is not None:
        return (client,)
    if name.startswith(INFRASTRUCTURE_PACKAGES):
        built = _built(machine, name, arguments, node, state)
        if built is not None:
            return built
    if name in RETURNED_ARGUMENT:
        index = RETURNED_ARGUMENT[name]
        return arguments.positional[index].value if index < len(arguments.positional) else ()
    source = _source(name, arguments, node, state)
    if source is not None:
        return _with_default(_made(source, name, arguments, node, state), source, arguments)
    transform = transform_of(name)
    if transform is not None:
        return transformed(machine, name, arguments, node, state)
    return _other(machine, callee, arguments, node, state)


def _built(machine: Machine, name: str, arguments: Arguments, node: cst.CSTNode, state: State) -> Value | None:
    """What a library for infrastructure makes: queues, and functions whose environment names them."""
    declaring.note_environment(machine, arguments, state)
    if name in CONSTRUCTS:
        return declaring.construct(machine, CONSTRUCTS[name], arguments, node, state)
    if name in IMPORTED:
        return declaring.imported(arguments, IMPORTED[name], "sns" if ".aws_sns." in name else "sqs")
    if name in DEAD_LETTERS and DEAD_LETTERS[name] in arguments.keywords:
        return arguments.keywords[DEAD_LETTERS[name]].value
    last = name.rpartition(".")[2]
    if last in ADDING_METHODS:
        declaring.note_added(machine, arguments)
    if name in REFERRING_CALLS or last in PASSING_METHODS:
        return tuple(declaring.referred(a) or a for a in _first(machine, arguments, node, state))
    return None


def _client(name: str, arguments: Arguments) -> Handle | None:
    package, _, rest = name.partition(".")
    method = rest.rpartition(".")[2]
    if package not in apis.CLIENT_PACKAGES or method not in apis.CLIENT_METHODS:
        return None
    service = methods.constant_of(arguments, 0, "service_name")
    if not isinstance(service, str):
        return None
    return Handle(service, apis.CLIENT_METHODS[method])


def _source(name: str, arguments: Arguments, node: cst.CSTNode, state: State) -> Source | None:
    words = CLOCK_WORDS.get(name)
    if words is not None:
        word = methods.constant_of(arguments, 0)
        return words.get(word) if isinstance(word, str) else None
    if name in IMPORT_TIME_CONFIG:
        at_import = len(state.context) == 1 and state.context.epochs[0].level is Level.IMPORT
        return Source(Material.CONFIG) if at_import else None
    if name == "random.Random" or name.startswith("random.Random()."):
        return source_of(name)
    source = source_of(name) or config_attribute_of(name)
    if source is None or _overridden(name, arguments) or not _holds(source.when, arguments):
        return None
    return source


def _overridden(name: str, arguments: Arguments) -> bool:
    if name not in OVERRIDING_ARGUMENT:
        return False
    position, keyword = OVERRIDING_ARGUMENT[name]
    return len(arguments.positional) > position or keyword in arguments.keywords


def _holds(when: When, arguments: Arguments) -> bool:
    match when:
        case When.NO_ARGUMENTS:
            return not (arguments.positional or arguments.keywords or arguments.star or arguments.rest)
        case When.NO_POSITIONAL:
            return not (arguments.positional or arguments.star)
        case When.NO_NAME:
            return not arguments.positional and "name" not in arguments.keywords
        case When.FEWER_THAN_THREE:
            return len(arguments.positional) + len(arguments.keywords) < 3
    return True


def _made(source: Source, name: str, arguments: Arguments, node: cst.CSTNode, state: State) -> Atom:
    """What a source yields, here and now."""
    resolution = source.resolution
    template = methods.constant_of(arguments, 0)
    if name == "time.strftime":
        resolution = (strftime_resolution(template) if isinstance(template, str) else None) or resolution
    material, trait = source.material, source.trait
    if material is Material.CONFIG and methods.constant_of(arguments, 0) in PROCESS_ENVIRONMENT:
        material, trait = Material.PROCESS, Trait.HOST
    if name == "time.strftime" and isinstance(template, str) and has_space(template):
        trait = Trait.SPACED
    key = methods.constant_of(arguments, 0) if material is Material.CONFIG else ""
    variable = key if isinstance(key, str) else ""
    piece = Piece(material, state.context, state.frame.chunk, node, variable, resolution=resolution, trait=trait)
    unit = 0
    if material in (Material.CLOCK, Material.INDEX) and source.kind in ("float", "int"):
        unit = SECOND if source.kind == "float" else 1
    return Atom((piece,), source.kind, unit=unit)


def _with_default(made: Atom, source: Source, arguments: Arguments) -> Value:
    """`os.environ.get(name, default)`: either."""
    if source.material is not Material.CONFIG:
        return (made,)
    default = arguments.keywords.get("default") or (arguments.positional[1] if len(arguments.positional) == 2 else None)
    return join((made,), default.value) if default is not None else (made,)


NUMERIC = frozenset({"builtins.abs", "builtins.max", "builtins.min", "builtins.round", "builtins.sum"})
"""What nearly always gives a number, whatever is known of the arguments."""


def transformed(machine: Machine, name: str, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """The result of a callable that makes its result of its arguments and nothing else."""
    made = _transformed(machine, name, arguments, node, state)
    if name not in NUMERIC:
        return made
    return tuple(replace(a, about="number") if isinstance(a, Atom) and a.kind == "any" else a for a in made)


def _transformed(machine: Machine, name: str, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    transform = transform_of(name)
    assert transform is not None
    values = [passed.value for passed in arguments.all()] + [v for v in (arguments.star, arguments.rest) if v]
    if name in ORDERED and any(hashing.shows_order(value, state) for value in values):
        values = [*values, (Atom((hashing.piece(Trait.ORDER, node, state),)),)]
    if not values:
        empty = replace(constant_atom("", node, state), kind=transform.kind, constant=NOTHING)
        return (replace(empty, length=_hex_digits(name, arguments)),)
    if len(values) == 1 or name in ("builtins.round", "builtins.int"):
        results = [
            _one_transformed(machine, name, atom, arguments, node, state)
            for atom in text.atoms(machine, values[0], node, state)
        ]
        return unique(results)
    pieces = list(itertools.chain.from_iterable(text.flat(machine, value, node, state).pieces for value in values))
    varying = [opaque(p) for p in pieces if p.material is not Material.CONSTANT]
    atom = Atom(distinct(varying or [opaque(p) for p in pieces]), transform.kind)
    changed = text.coarsened(atom, _resolution_after(name, atom), transform.kind)
    return (replace(changed, length=_hex_digits(name, arguments)),)


_FOLDED: Mapping[str, Callable[..., object]] = {
    "builtins.str": str,
    "builtins.int": int,
    "builtins.float": float,
    "builtins.bool": bool,
    "builtins.abs": abs,
    "builtins.len": len,
    "builtins.repr": repr,
}


def _one_transformed(
    machine: Machine, name: str, atom: Atom, arguments: Arguments, node: cst.CSTNode, state: State
) -> Atom:
    transform = transform_of(name)
    assert transform is not None
    if atom.known and name in _FOLDED:
        value = fold(_FOLDED[name], atom.constant)
        if value is not NOTHING:
            made = constant_atom(value, node, state)
            shown = tuple(replace(p, text=str(value), verbatim=True) for p in atom.pieces[:1])
            return replace(made, pieces=shown or made.pieces)
    if name in ("builtins.int", "builtins.round", "math.floor", "math.ceil", "math.trunc") and atom.unit:
        return _whole_number(name, atom, arguments)
    keep = transform.verbatim and (atom.kind in ("str", "bytes") or name == "builtins.str")
    changed = mapped(atom, (lambda p: p) if keep else opaque, transform.kind)
    if atom.kind == "float" and atom.unit and name in ("builtins.float", "builtins.abs"):
        return replace(changed, unit=atom.unit)
    length = atom.length if name == "builtins.str" and atom.kind == "str" else _hex_digits(name, arguments)
    return replace(text.coarsened(changed, _resolution_after(name, atom), transform.kind), length=length)


def _hex_digits(name: str, arguments: Arguments) -> int:
    return 0 if "digest_size" in arguments.keywords or arguments.rest else HEX_DIGITS.get(name, 0)


def _whole_number(name: str, atom: Atom, arguments: Arguments) -> Atom:
    """`int(t)`, `round(t, n)` of a number that counts time."""
    digits = methods.constant_of(arguments, 1, "ndigits") if name == "builtins.round" else NOTHING
    places = digits if isinstance(digits, int) and 0 <= digits <= 12 else 0
    step = max(1, atom.unit // 10**places)
    return text.coarsened(atom, step, "float" if places else "int", unit=atom.unit)


def _resolution_after(name: str, atom: Atom) -> int | None:
    if atom.kind == "int" or (atom.unit and atom.unit != SECOND):
        return None
    return FUNCTION_RESOLUTION.get(name)


def _other(machine: Machine, callee: External, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """Nothing is known of it: callbacks may run; the result is an object that may still be known by name."""
    if callee.name not in NEVER_CALLING:
        outcome = escape(machine, arguments, node, state)
    else:
        outcome = machine.unknown(node, state, f"what `{callee.name}` returns")
    callbacks = functions_in(passed.value for passed in arguments.all())
    if callbacks and callee.name.rpartition(".")[2][:1].islower():
        return outcome
    name = f"{callee.name}()"
    unknown = machine.unknown(node, state, f"what `{callee.name}` returns is out of sight")[0]
    if len(name) > MAX_NAME or not isinstance(unknown, Atom):
        return (unknown,)
    return (External(name, unknown),)


# -- callables with a meaning of their own


def _first(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State, index: int = 0) -> Value:
    if index < len(arguments.positional):
        return arguments.positional[index].value
    return machine.unknown(node, state, "missing argument")


def _dict(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    builder = containers.DictBuilder(machine, node, state)
    for passed in arguments.positional:
        builder.update(containers.from_pairs(machine, passed.value, passed.node, state), passed.node)
    for key, passed in arguments.keywords.items():
        builder.items[key] = containers.new_item(key, passed.value, passed.optional, passed.chunk, passed.node)
    builder.rest = join(builder.rest, arguments.rest)
    return builder.finish()


def _list(kind: str) -> Call:
    def make(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
        if not arguments.positional:
            return containers.new_list([], True, node, state, kind)
        passed = arguments.positional[0]
        found, exact = containers.elements(machine, passed.value, passed.node, state)
        if kind == "tuple" and exact:
            return (TupleValue(tuple(found)),)
        made = "shuffled" if kind != "set" and hashing.is_shuffled(passed.value, state) else kind
        return containers.new_list(found, exact and kind != "set", node, state, made)

    return make


def _reordered(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """`sorted`, `reversed`: the same elements."""
    found, _ = containers.elements(machine, _first(machine, arguments, node, state), node, state)
    return containers.new_list(found, False, node, state)


def _index_atom(machine: Machine, start: Passed | None, node: cst.CSTNode, state: State) -> Value:
    """A number that is counted. One that goes on from a `start` that is read somewhere is made of that, too."""
    index = Piece(Material.INDEX, state.context, state.frame.chunk, node)
    read = text.flat(machine, start.value, node, state).pieces if start is not None else ()
    return (Atom(distinct([index, *(p for p in read if p.material is not Material.CONSTANT)]), "int"),)


def _enumerate(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    found, exact = containers.elements(machine, _first(machine, arguments, node, state), node, state)
    start = arguments.keywords.get("start") or (arguments.positional[1] if len(arguments.positional) > 1 else None)
    index = _index_atom(machine, start, node, state)
    pairs: list[Value] = [(TupleValue((index, element)),) for element in found]
    return containers.new_list(pairs, exact, node, state)


def _range(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    start = arguments.positional[0] if len(arguments.positional) > 1 else None
    return containers.new_list([_index_atom(machine, start, node, state)], False, node, state)


def _count(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """`itertools.count()`: what `next()` gives is counted."""
    start = arguments.keywords.get("start") or (arguments.positional[0] if arguments.positional else None)
    return containers.new_list([_index_atom(machine, start, node, state)], False, node, state)


def _zip(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    columns = [containers.elements(machine, passed.value, passed.node, state) for passed in arguments.positional]
    if arguments.star:  # `zip_longest(*[iter(entries)] * 10)`: rows of unknown length
        several, _ = containers.elements(machine, arguments.star, node, state)
        columns.append((several, False))
        mixed = [value for found, _ in columns for value in found]
        return containers.new_list([containers.new_list(mixed, False, node, state, extra="row")], False, node, state)
    if columns and all(exact for _, exact in columns):
        rows = [(TupleValue(tuple(row)),) for row in zip(*(found for found, _ in columns), strict=False)]
        return containers.new_list(list(rows), True, node, state)
    row = tuple(containers.any_of(machine, found, node, state) for found, _ in columns)
    return containers.new_list([(TupleValue(row),)], False, node, state)


def _map(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    callbacks = _first(machine, arguments, node, state)
    return map_over(machine, callbacks, arguments.positional[1:], node, state)


def _filter(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    found, _ = containers.elements(machine, _first(machine, arguments, node, state, 1), node, state)
    return containers.new_list(found, False, node, state)


def _next(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    value = _first(machine, arguments, node, state)
    result: Value = ()
    for alternative in value:
        if isinstance(alternative, External):
            method = External(f"{alternative.name}.__next__", alternative.receiver)
            result = join(result, call_external(machine, method, Arguments(), node, state))
        else:
            found, _ = containers.elements(machine, (alternative,), node, state)
            result = join(result, containers.made_in_loop(containers.any_of(machine, found, node, state), state, node))
    if len(arguments.positional) > 1:
        result = join(result, arguments.positional[1].value)
    return result


def _iter(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    return _first(machine, arguments, node, state)


def _getattr(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    name = methods.constant_of(arguments, 1)
    if not isinstance(name, str):
        return machine.unknown(node, state, "an attribute whose name is not in sight")
    found = machine.attribute(_first(machine, arguments, node, state), name, node, state)
    if len(arguments.positional) > 2 and any(isinstance(a, Atom) and not a.known for a in found):
        return join(found, arguments.positional[2].value)
    return found


def _setattr(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    name = methods.constant_of(arguments, 1)
    for holder in _first(machine, arguments, node, state):
        found = state.at(holder) if isinstance(holder, Ref) else None
        if isinstance(holder, Ref) and isinstance(found, InstanceObject) and isinstance(name, str):
            value = _first(machine, arguments, node, state, 2)
            state.heap[holder] = replace(found, attributes={**found.attributes, name: value})
    return machine.constant(node, state, None)


def _super(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    frame = state.frame
    while frame.function is not None and frame.owner is None and frame.caller is not None:
        frame = frame.caller
    if frame.owner is None or frame.function is None:
        return machine.unknown(node, state, "super() outside a class")
    if len(arguments.positional) == 2:
        receiver = arguments.positional[1].value
    else:
        first = [*frame.function.node.params.posonly_params, *frame.function.node.params.params][:1]
        receiver = state.environments.get(frame.key, {}).get(first[0].name.value, ()) if first else ()
    return tuple(Super(one, frame.owner) for one in receiver)


def _partial(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    rest = arguments.positional[1:]
    keywords = tuple(arguments.keywords.items())
    return tuple(Partial(one, tuple(rest), keywords, arguments.rest) for one in _first(machine, arguments, node, state))


def _identity(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    return _first(machine, arguments, node, state)


_GIVEN = "sqsfifo_lint.given"
"""Our own name for a callable that gives back what it is bound to."""


def _singleton(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """`providers.Singleton(Queue, client)`: called any number of times, it gives one object."""
    if not arguments.positional:
        return machine.unknown(node, state, "a provider of something out of sight")
    made = machine.call(
        arguments.positional[0].value, replace(arguments, positional=arguments.positional[1:]), node, state
    )
    return (Partial(External(_GIVEN), (Passed(made, state.frame.chunk, node),), ()),)


def _several(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    values = [passed.value for passed in arguments.positional]
    return containers.new_list([*values, arguments.star] if arguments.star else values, not arguments.star, node, state)


def _chain(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    found: list[Value] = []
    exact = True
    for passed in arguments.positional:
        several, complete = containers.elements(machine, passed.value, passed.node, state)
        found.extend(several)
        exact = exact and complete
    return containers.new_list(found, exact, node, state)


def _batched(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    found, _ = containers.elements(machine, _first(machine, arguments, node, state), node, state)
    inner = containers.new_list(found, False, node, state, extra="batch")
    return containers.new_list([inner], False, node, state)


def _asdict(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    result: Value = ()
    for holder in _first(machine, arguments, node, state):
        found = state.at(holder) if isinstance(holder, Ref) else None
        if isinstance(holder, Ref) and isinstance(found, InstanceObject):
            result = join(result, fields_as_dict(machine, holder, found, node, state))
        else:
            result = join(result, (holder,))
    return result


def _replace(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    result: Value = ()
    for holder in _first(machine, arguments, node, state):
        found = state.at(holder) if isinstance(holder, Ref) else None
        if isinstance(holder, Ref) and isinstance(found, InstanceObject):
            result = join(result, copied(holder, found, arguments.keywords, node, state))
        else:
            result = join(result, (holder,))
    return result


def _str(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    if not arguments.positional:
        return machine.constant(node, state, "")
    return _as_text(machine, arguments, ("__str__", "__repr__"), "builtins.str", node, state)


def _as_text(
    machine: Machine, arguments: Arguments, names: tuple[str, ...], name: str, node: cst.CSTNode, state: State
) -> Value:
    results: Value = ()
    for alternative in _first(machine, arguments, node, state):
        found = state.at(alternative) if isinstance(alternative, Ref) else None
        if isinstance(alternative, Ref) and isinstance(found, InstanceObject):
            results = join(results, hashing.text_of(machine, alternative, names, node, state))
        else:
            one = Passed((alternative,), state.frame.chunk, node)
            results = join(results, transformed(machine, name, Arguments([one]), node, state))
    return results


FORMATTED = "sqsfifo_lint.formatted"
"""Our own name for what an f-string does with a value."""


def _formatted(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    return _as_text(machine, arguments, ("__format__", "__str__", "__repr__"), "builtins.str", node, state)


def _repr(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    return _as_text(machine, arguments, ("__repr__",), "builtins.repr", node, state)


def _namedtuple(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """`namedtuple("Name", fields)`: the class is written out, so that it is a class like any other."""
    name = methods.constant_of(arguments, 0, "typename")
    wanted = arguments.keywords.get("field_names") or (
        arguments.positional[1] if len(arguments.positional) > 1 else None
    )
    if not isinstance(name, str) or wanted is None:
        return machine.unknown(node, state, "a named tuple out of sight")
    text_of = methods.constant_of(Arguments([wanted]), 0)
    if isinstance(text_of, str):
        names = text_of.replace(",", " ").split()
    else:
        found, exact = containers.elements(machine, wanted.value, wanted.node, state)
        parts = [_field_name(element) for element in found]
        names = [p for p in parts if p is not None] if exact else []
    if not names or not all(n.isidentifier() for n in (name, *names)):
        return machine.unknown(node, state, "a named tuple out of sight")
    key = (node, tuple(names))
    definition = machine.written_classes.get(key)
    if definition is None:
        body = "".join(f"    {field}: object\n" for field in names)
        parsed = cst.parse_statement(f"class {name}:\n{body}")
        assert isinstance(parsed, cst.ClassDef)
        definition = machine.written_classes[key] = parsed
    base: Value = (External("typing.NamedTuple"),)
    return (ClassValue(definition, state.frame.chunk, state.frame.module, NOWHERE, (base,)),)


def _field_name(element: Value) -> str | None:
    if len(element) == 1 and isinstance(element[0], TupleValue) and element[0].items:
        return _field_name(element[0].items[0])
    if len(element) == 1 and isinstance(element[0], Atom) and isinstance(element[0].constant, str):
        return element[0].constant
    return None


def _isinstance(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    return machine.unknown(node, state, "a test of a type")


def _type(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    if len(arguments.positional) == 1 and len(arguments.positional[0].value) == 1:
        holder = arguments.positional[0].value[0]
        found = state.at(holder) if isinstance(holder, Ref) else None
        if isinstance(found, InstanceObject):
            return (found.cls,)
    return machine.unknown(node, state, "a type out of sight")


def _gather(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    return _several(machine, arguments, node, state)


def _len(machine: Machine, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    value = _first(machine, arguments, node, state)
    if len(value) == 1 and isinstance(value[0], Atom) and isinstance(value[0].constant, str | bytes):
        return machine.constant(node, state, len(value[0].constant))
    found = state.at(value[0]) if len(value) == 1 and isinstance(value[0], Ref) else None
    if isinstance(found, ListObject):
        ours = found.context.epochs[: len(state.frame.key)] == state.frame.key.epochs
        if not ours:
            return machine.unknown(node, state, "the length of what others may have changed")
        if found.exact:
            return machine.constant(node, state, len(found.elements))
        if found.kind == "list" and isinstance(found.node, cst.List):  # begun in sight and appended to
            return _index_atom(machine, None, node, state)
    pieces = text.flat(machine, value, node, state).pieces
    varying = tuple(opaque(p) for p in pieces if p.material is not Material.CONSTANT)
    return (Atom(varying, "int"),) if varying else machine.unknown(node, state, "a length")


_SPECIAL: Mapping[str, Call] = {
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.list": _list("list"),
    "builtins.tuple": _list("tuple"),
    "builtins.set": _list("set"),
    "builtins.frozenset": _list("set"),
    "collections.deque": _list("list"),
    "builtins.sorted": _reordered,
    "builtins.reversed": _reordered,
    "builtins.enumerate": _enumerate,
    "builtins.range": _range,
    "itertools.count": _count,
    "builtins.zip": _zip,
    "itertools.zip_longest": _zip,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "builtins.next": _next,
    "builtins.anext": _next,
    "builtins.iter": _iter,
    "builtins.aiter": _iter,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.super": _super,
    "builtins.str": _str,
    FORMATTED: _formatted,
    "builtins.repr": _repr,
    "builtins.hash": hashing.hashed,
    "builtins.id": hashing.identified,
    "builtins.len": _len,
    "builtins.isinstance": _isinstance,
    "builtins.type": _type,
    "builtins.vars": _asdict,
    "functools.partial": _partial,
    "dependency_injector.providers.Factory": _partial,
    "dependency_injector.providers.Callable": _partial,
    **dict.fromkeys(SINGLETONS, _singleton),
    _GIVEN: _identity,
    "functools.partialmethod": _partial,
    "collections.namedtuple": _namedtuple,
    "typing.NamedTuple": _namedtuple,
    "dataclasses.asdict": _asdict,
    "attr.asdict": _asdict,
    "attrs.asdict": _asdict,
    "dataclasses.replace": _replace,
    "attr.evolve": _replace,
    "attrs.evolve": _replace,
    "itertools.chain": _chain,
    "itertools.islice": _reordered,
    "itertools.cycle": _reordered,
    "itertools.batched": _batched,
    "more_itertools.chunked": _batched,
    "more_itertools.ichunked": _batched,
    "more_itertools.batched": _batched,
    "toolz.partition_all": _batched,
    "boltons.iterutils.chunked": _batched,
    "asyncio.gather": _gather,
    **dict.fromkeys(
        (
            "asyncio.run",
            "asyncio.create_task",
            "asyncio.ensure_future",
            "asyncio.wait_for",
            "asyncio.shield",
            "asyncio.TaskGroup().create_task",
            "asyncio.get_event_loop().run_until_complete",
            "asyncio.get_event_loop().create_task",
            "asyncio.new_event_loop().run_until_complete",
            "asyncio.get_running_loop().create_task",
            "anyio.run",
            "trio.run",
            "contextlib.closing",
            "contextlib.aclosing",
            "contextlib.nullcontext",
            "contextlib.ExitStack().enter_context",
            "contextlib.AsyncExitStack().enter_context",
            "contextlib.AsyncExitStack().enter_async_context",
        ),
        _identity,
    ),
}
