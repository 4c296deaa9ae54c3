"""Code that declares queues: `create_queue`, constructs of infrastructure libraries, environments that name them.

What is met is noted with the machine; `infrastructure` puts it into the project's words, with positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Arguments, Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    DictObject,
    External,
    Handle,
    Passed,
    Piece,
    Value,
)
from sqsfifo_lint.knowledge.declaring import (
    DEAD_LETTER_KEY,
    ENUMERATIONS,
    ENVIRONMENT_KEYWORDS,
    FIFO_ATTRIBUTES,
    Construct,
)
from sqsfifo_lint.model import (
    NAME_ATTRIBUTES,
    Attribute,
    Binding,
    Declaration,
    Infrastructure,
    Material,
    Span,
)
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk

DECLARED = "declared"
"""Kind of a handle that stands for a queue of an infrastructure library."""

MAX_NESTING = 4
"""Dicts inside dicts in which environment variables are looked for."""


@record()
class Given:
    """The value of one attribute, and where it stands."""

    value: Value
    chunk: Chunk
    node: cst.CSTNode
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A queue or topic, as the call that declares it was met."""

    source: str
    service: str
    chunk: Chunk
    node: cst.CSTNode
    name: Given | None
    attributes: Mapping[str, Given] = field(default_factory=dict)
    complete: bool = True
    construct: Construct | None = None

    @property
    def key(self) -> str:
        """Unique in the project; the same each time that the call is met."""
        span = self.chunk.span(self.node)
        return f"{span.path}:{span.line}:{span.column}"


@record()
class Bound:
    """An environment variable that is given a queue."""

    variable: str
    atom: Atom
    chunk: Chunk
    node: cst.CSTNode


# -- noting


def declare_by_attributes(
    machine: Machine,
    source: str,
    service: str,
    name: Passed | None,
    arguments: Arguments,
    node: cst.CSTNode,
    state: State,
) -> None:
    """`create_queue(QueueName=..., Attributes={...})`, and what changes some attributes of a queue."""
    given = arguments.keywords.get("Attributes")
    attributes: dict[str, Given] = {}
    complete = not arguments.rest and source.startswith("create")
    if given is not None:
        found = containers.as_dict(machine, given.value, given.node, state)
        complete = complete and not found.rest and not given.optional
        attributes = {
            str(k): Given(_target(i.value, state), i.chunk, i.node, i.optional) for k, i in found.items.items()
        }
    named = Given(name.value, name.chunk, name.node) if name is not None else None
    _note(machine, Declared(source, service, state.frame.chunk, node, named, attributes, complete))


def construct(machine: Machine, api: Construct, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
    """`sqs.Queue(self, "Orders", fifo=True)`: the object refers to what it declares."""
    keywords = arguments.keywords
    attributes = {
        attribute: Given(_target(passed.value, state), passed.chunk, passed.node, passed.optional)
        for keyword, attribute in api.attributes.items()
        if (passed := keywords.get(keyword)) is not None
    }
    name = keywords.get(api.name)
    named = Given(name.value, name.chunk, name.node, name.optional) if name is not None else None
    declared = Declared(api.source, api.service, state.frame.chunk, node, named, attributes, not arguments.rest, api)
    _note(machine, declared)
    piece = Piece(Material.DATA, state.context, state.frame.chunk, node, "a queue that is declared here")
    machine.declaring_nodes[node] = declared
    return (Handle(api.service, DECLARED, (Atom((piece,)),)),)


def _target(value: Value, state: State) -> Value:
    """The value of an attribute; of a redrive policy that is a dict, the queue that it names."""
    result: list[Abstract] = []
    for alternative in value:
        found = state.at(alternative) if isinstance(alternative, Ref) else None
        item = found.items.get(DEAD_LETTER_KEY) if isinstance(found, DictObject) else None
        result.extend(item.value if item is not None else (alternative,))
    return tuple(result)


def imported(arguments: Arguments, keyword: str, service: str) -> Value:
    """`sqs.Queue.from_queue_arn(self, "Orders", arn)`: an object for a queue that is declared elsewhere."""
    passed = arguments.keywords.get(keyword)
    if passed is None and len(arguments.positional) > 2:
        passed = arguments.positional[2]
    return (Handle(service, DECLARED, passed.value if passed is not None else ()),)


def _note(machine: Machine, declared: Declared) -> None:
    atoms = [a for a in declared.name.value if isinstance(a, Atom)] if declared.name is not None else []
    pieces = atoms[0].pieces if atoms else ()
    machine.declared[declared.node, pieces] = declared
    for atom in atoms:
        if not atom.known:
            machine.declared_names[atom.pieces] = declared


def note_environment(machine: Machine, arguments: Arguments, state: State) -> None:
    """The environment variables of a function or container, where they are given a queue."""
    for keyword in ENVIRONMENT_KEYWORDS & arguments.keywords.keys():
        passed = arguments.keywords[keyword]
        for alternative in passed.value:
            _note_variables(machine, alternative, state, MAX_NESTING)


def _note_variables(machine: Machine, alternative: Abstract, state: State, nesting: int) -> None:
    found = state.at(alternative) if isinstance(alternative, Ref) else None
    if not isinstance(found, DictObject) or not nesting:
        return
    for key, item in found.items.items():
        for value in item.value:
            if isinstance(value, Ref):
                _note_variables(machine, value, state, nesting - 1)
            atom = referred(value)
            if atom is not None and isinstance(key, str):
                note_variable(machine, key, atom, item.chunk, item.node)


def note_variable(machine: Machine, variable: str, atom: Atom, chunk: Chunk, node: cst.CSTNode) -> None:
    """One environment variable: kept when its value is a queue."""
    if any(p.node in machine.declaring_nodes for p in atom.pieces) or _names_a_queue(text_of(atom)):
        machine.bound[variable, node] = Bound(variable, atom, chunk, node)


def note_added(machine: Machine, arguments: Arguments) -> None:
    """`function.add_environment("QUEUE_URL", queue.queue_url)`."""
    match arguments.positional:
        case [Passed(value=(Atom(constant=str() as variable),)), Passed() as given]:
            for alternative in given.value:
                atom = referred(alternative)
                if atom is not None:
                    note_variable(machine, variable, atom, given.chunk, given.node)


def _names_a_queue(text: str) -> bool:
    return text.endswith(".fifo") or ("//sqs." in text or text.startswith(("arn:aws:sqs:", "arn:aws:sns:")))


def referred(value: Abstract) -> Atom | None:
    """The scalar that a value is, or that the queue it stands for is."""
    if isinstance(value, Handle) and value.kind == DECLARED:
        value = value.queue[0] if value.queue else value
    return value if isinstance(value, Atom) else None


# -- what names a queue


def text_of(atom: Atom) -> str:
    """The text of an atom; `*` stands for each part that cannot be seen. Empty when there is nothing to see."""
    if atom.known:
        return atom.constant if isinstance(atom.constant, str) else ""
    parts: list[str] = []
    for piece in atom.pieces:
        seen = piece.text if piece.material is Material.CONSTANT and piece.verbatim else "*"
        if not (seen == "*" and parts[-1:] == ["*"]):
            parts.append(seen)
    text = "".join(parts)
    return text if text.strip("*") else ""


def variable_of(atom: Atom) -> str:
    """The environment variable or setting that an atom is the whole value of; empty when it is none."""
    match atom.pieces:
        case (Piece(material=Material.CONFIG, text=variable),):
            return variable
    return ""


def key_of(machine: Machine, atom: Atom) -> str:
    """The key of the declaration that an atom comes from; empty when it comes from none."""
    for piece in atom.pieces:
        declared = machine.declaring_nodes.get(piece.node)
        if declared is not None:
            return declared.key
    found = machine.declared_names.get(atom.pieces)
    return found.key if found is not None else ""


# -- in the project's words


def infrastructure(machine: Machine) -> Infrastructure:
    """What was noted, in the order of files and lines."""
    met = [one for declared in machine.declared.values() for one in _declarations(machine, declared)]
    bindings = [_binding(machine, bound) for bound in machine.bound.values()]
    return together([Infrastructure(tuple(one for one in met if _says_something(one)), tuple(bindings))])


def together(parts: Sequence[Infrastructure]) -> Infrastructure:
    """What parts of the project's Python code declare, in the order of files and lines."""
    declarations = [one for part in parts for one in part.declarations]
    bindings = {one for part in parts for one in part.bindings}
    return Infrastructure(
        tuple(sorted(dict.fromkeys(_known_best(declarations)), key=lambda d: (d.span, d.name or ""))),
        tuple(sorted(bindings, key=lambda b: (b.span, b.variable))),
    )


def _says_something(declaration: Declaration) -> bool:
    """Whether anything is known of a queue: a function that passes on a name and attributes declares none by itself."""
    known = (attribute.value for attribute in declaration.attributes.values())
    return declaration.complete or declaration.name is not None or any(value is not None for value in known)


def _known_best(declarations: list[Declaration]) -> Iterator[Declaration]:
    """A call met with what its callers pass, and also without, counts as it was met with it."""
    named = {d.key for d in declarations if d.name is not None and "*" not in d.name}
    for one in declarations:
        if one.key not in named or (one.name is not None and "*" not in one.name):
            yield one


def _declarations(machine: Machine, declared: Declared) -> Iterator[Declaration]:
    attributes = {name: _attribute(given) for name, given in declared.attributes.items() if not _left_out(given)}
    span = declared.chunk.span(declared.node)
    names: list[str | None] = [None]
    if declared.name is not None and not _left_out(declared.name):
        names = [_name(text_of(a)) for a in declared.name.value if isinstance(a, Atom)] or [None]
    if declared.name is not None:
        attributes[NAME_ATTRIBUTES[declared.service]] = _attribute(declared.name)
    policy = declared.attributes.get("RedrivePolicy")
    for name in names:
        yield Declaration(
            declared.service,
            declared.source,
            declared.key,
            span,
            _with_suffix(name, declared, attributes),
            _inferred(name, declared, attributes, span),
            declared.complete,
            _dead_letter(machine, policy.value) if policy is not None else "",
        )


def _left_out(given: Given) -> bool:
    return bool(given.value) and all(isinstance(a, Atom) and a.kind == "none" for a in given.value)


def _name(text: str) -> str | None:
    return text.replace(":", "/").rpartition("/")[2] or None


def _with_suffix(name: str | None, declared: Declared, attributes: Mapping[str, Attribute]) -> str | None:
    fifo = attributes.get("FifoTopic")
    if declared.construct is None or not declared.construct.adds_suffix or name is None or fifo is None:
        return name
    return f"{name}.fifo" if _is_true(fifo) and not name.endswith((".fifo", "*")) else name


def _inferred(
    name: str | None, declared: Declared, attributes: Mapping[str, Attribute], span: Span
) -> Mapping[str, Attribute]:
    """With `FifoQueue` added, where the library takes the queue for FIFO without being told."""
    if declared.construct is None or not declared.construct.infers_fifo or "FifoQueue" in attributes:
        return attributes
    signs = [attributes[sign] for sign in FIFO_ATTRIBUTES if sign in attributes]
    told = any(sign.value is not None and sign.value.lower() != "false" for sign in signs)
    if told or (name or "").endswith(".fifo"):
        return {**attributes, "FifoQueue": Attribute("true", span)}
    if signs:
        return {**attributes, "FifoQueue": Attribute(None, span)}
    return attributes


def _is_true(attribute: Attribute) -> bool:
    return attribute.value is not None and attribute.value.lower() == "true"


def _attribute(given: Given) -> Attribute:
    return Attribute(None if given.optional else _text(given.value), given.chunk.span(given.node))


def _text(value: Value) -> str | None:
    match value:
        case (Atom(constant=str() | bool() | int() as constant),):
            return str(constant)
        case (External(name=name),):
            return ENUMERATIONS.get(name.rpartition(".")[2])
    return None


def _binding(machine: Machine, bound: Bound) -> Binding:
    queue = key_of(machine, bound.atom) or text_of(bound.atom)
    return Binding(bound.variable, queue, bound.chunk.span(bound.node))


def _dead_letter(machine: Machine, policy: Value) -> str:
    """Key or text of the queue that a redrive policy names."""
    for alternative in policy:
        atom = referred(alternative)
        if atom is None:
            continue
        key = key_of(machine, atom)
        if key:
            return key
        arns = [p.text for p in atom.pieces if p.material is Material.CONSTANT and p.text.startswith("arn:")]
        if arns:
            return arns[0]
    return ""
