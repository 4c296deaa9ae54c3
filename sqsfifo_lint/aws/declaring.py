"""Code that declares queues: `create_queue`, constructs of infrastructure libraries, environments that name them.

What is met is noted; `infrastructure` puts it into the project's words, with positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import libcst as cst

from sqsfifo_lint.aws.names import SUFFIX, is_fifo, text_of
from sqsfifo_lint.aws.values import DECLARED, Handle
from sqsfifo_lint.flow import Call, Machine, State, as_dict
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.values import Abstract, Atom, DictObject, ListObject, Passed, Piece, Value, only
from sqsfifo_lint.knowledge.declaring import DEAD_LETTER_KEY, ENVIRONMENT_KEYWORDS, FIFO_ATTRIBUTE, Construct
from sqsfifo_lint.knowledge.frameworks import PREDEFINED
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Connection, Known, Worker
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk

MAX_DICTS = 4
"""Dicts inside dicts in which environment variables are looked for."""


@record()
class Given:
    """The value of one attribute, and where it stands."""

    value: Value
    chunk: Chunk
    node: cst.CSTNode
    optional: bool = False
    kind: str = ""
    """`dict` or `list`, if it is one."""


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
class Variable:
    """An environment variable that is given a queue."""

    name: str
    atom: Atom
    chunk: Chunk
    node: cst.CSTNode


@dataclass(slots=True, eq=False)
class Declarations:
    """The queues that are declared in sight, and the environment variables that are given one.

    They are kept for as long as the project is evaluated: a stack and the code that sends are different starts.
    """

    declared: dict[tuple[cst.CSTNode, tuple[Piece, ...]], Declared] = field(default_factory=dict)
    """By the declaring call, and what the name of the queue is made of."""
    variables: dict[tuple[str, cst.CSTNode], Variable] = field(default_factory=dict)
    connections: dict[Connection, None] = field(default_factory=dict)
    """In the order in which they were met."""
    workers: dict[Worker, None] = field(default_factory=dict)
    """Functions that queues may feed."""
    _by_name: dict[tuple[Piece, ...], Declared] = field(default_factory=dict)
    """By what the name is made of, where it is not known."""
    _by_call: dict[cst.CSTNode, Declared] = field(default_factory=dict)
    """Calls whose result refers to the queue that they declare."""
    _fetched: set[tuple[Piece, ...]] = field(default_factory=set)
    """What the names of queues are made of that may be there already, where they are not known."""

    def note(self, declared: Declared, *, referring: bool = False) -> None:
        """Keep a queue; `referring` when the result of the declaring call stands for it."""
        atoms = [a for a in declared.name.value if isinstance(a, Atom)] if declared.name is not None else []
        key = declared.node, atoms[0].pieces if atoms else ()
        earlier = self.declared.get(key)
        if earlier is not None and earlier.complete and not declared.complete:
            return  # a function that passes arguments on, evaluated without a caller: whichever comes first
        self.declared[key] = declared
        self._by_name.update((atom.pieces, declared) for atom in atoms if not atom.known)
        if referring:
            self._by_call[declared.node] = declared

    def note_fetched(self, name: Value) -> None:
        """Keep that a queue of this name is asked for: it may differ from one that is created where none is."""
        self._fetched.update(atom.pieces for atom in name if isinstance(atom, Atom) and not atom.known)

    def note_variable(self, name: str, atom: Atom, chunk: Chunk, node: cst.CSTNode) -> None:
        """Keep an environment variable, when its value is a queue."""
        if any(p.node in self._by_call for p in atom.pieces) or _names_a_queue(text_of(atom)):
            self.variables[name, node] = Variable(name, atom, chunk, node)

    def key_of(self, atom: Atom) -> str:
        """The key of the declaration that an atom comes from; empty when it comes from none."""
        for piece in atom.pieces:
            declared = self._by_call.get(piece.node)
            if declared is not None:
                return declared.key
        found = self._by_name.get(atom.pieces)
        if found is None or (atom.pieces in self._fetched and FIFO_ATTRIBUTE not in found.attributes):
            return ""
        return found.key


def _names_a_queue(text: str) -> bool:
    return text.endswith(SUFFIX) or ("//sqs." in text or text.startswith(("arn:aws:sqs:", "arn:aws:sns:")))


# -- calls that declare


def declare_by_attributes(
    call: Call, declarations: Declarations, source: str, service: str, name: Passed | None
) -> None:
    """`create_queue(QueueName=..., Attributes={...})`, and what changes some attributes of a queue."""
    arguments, state = call.arguments, call.state
    given = arguments.keywords.get("Attributes")
    attributes: dict[str, Given] = {}
    complete = not arguments.rest and source.startswith("create")
    if given is not None:
        found = as_dict(call.machine, given.value, given.node, state)
        complete = complete and not found.rest and not given.optional
        attributes = {
            str(k): Given(_target(i.value, state), i.chunk, i.node, i.optional, _container(i.value, state))
            for k, i in found.items.items()
        }
    named = Given(name.value, name.chunk, name.node) if name is not None else None
    declarations.note(Declared(source, service, state.frame.chunk, call.node, named, attributes, complete))


def construct(call: Call, declarations: Declarations, api: Construct) -> Value:
    """`sqs.Queue(self, "Orders", fifo=True)`: the object refers to what it declares."""
    given, state = call.arguments, call.state
    keywords = {**dict(zip(api.parameters, given.positional, strict=False)), **given.keywords}
    attributes = {
        attribute: Given(_target(passed.value, state), passed.chunk, passed.node, passed.optional)
        for keyword, attribute in api.attributes.items()
        if (passed := keywords.get(keyword)) is not None
    }
    name = keywords.get(api.name)
    named = Given(name.value, name.chunk, name.node, name.optional) if name is not None else None
    chunk, complete = state.frame.chunk, not given.rest
    declared = Declared(api.source, api.service, chunk, call.node, named, attributes, complete, api)
    declarations.note(declared, referring=True)
    return (Handle(api.service, DECLARED, call.unknown("a queue that is declared here")),)


def predefined(machine: Machine, found: DictObject, state: State) -> Iterator[Declared]:
    """`predefined_queues` of kombu: URLs by the names of queues. Those that disagree on the kind of a queue.

    kombu 5.7.0, `transport/SQS`, `_validate_predifined_queues`: it refuses both kinds of disagreement.
    """
    for alternative in found.items[PREDEFINED].value:
        queues = state.at(alternative) if isinstance(alternative, Ref) else None
        for name, item in queues.items.items() if isinstance(queues, DictObject) else ():
            one = only(item.value, Ref)
            queue = state.at(one) if one is not None else None
            url = queue.items.get("url") if isinstance(queue, DictObject) else None
            atom = only(url.value, Atom) if url is not None else None
            kind = is_fifo(atom, state.facts) if atom is not None else Known.UNKNOWN
            if isinstance(name, str) and kind is not Known.UNKNOWN and name.endswith(SUFFIX) != (kind is Known.YES):
                told = Given(machine.constant(item.node, state, name), item.chunk, item.node)
                flag = machine.constant(item.node, state, "true" if kind is Known.YES else "false")
                attributes = {FIFO_ATTRIBUTE: Given(flag, item.chunk, item.node)}
                yield Declared(PREDEFINED, "sqs", item.chunk, item.node, told, attributes, complete=False)


def _target(value: Value, state: State) -> Value:
    """The value of an attribute; of a redrive policy that is a dict, the queue that it names."""
    result: list[Abstract] = []
    for alternative in value:
        found = state.at(alternative) if isinstance(alternative, Ref) else None
        item = found.items.get(DEAD_LETTER_KEY) if isinstance(found, DictObject) else None
        result.extend(item.value if item is not None else (alternative,))
    return tuple(result)


def _container(value: Value, state: State) -> str:
    """What a value is in any case, if that is a container."""
    kinds = {_CONTAINERS.get(type(state.at(one))) if isinstance(one, Ref) else None for one in value}
    return kinds.pop() or "" if len(kinds) == 1 else ""


_CONTAINERS = {DictObject: "dict", ListObject: "list"}


def imported(call: Call, keyword: str, service: str) -> Value:
    """`sqs.Queue.from_queue_arn(self, "Orders", arn)`: an object for a queue that is declared elsewhere."""
    passed = call.arguments.passed(2, keyword)
    return (Handle(service, DECLARED, passed.value if passed is not None else ()),)


# -- environments that name queues


def note_environment(call: Call, declarations: Declarations) -> None:
    """The environment variables of a function or container, where they are given a queue."""
    for keyword in ENVIRONMENT_KEYWORDS & call.arguments.keywords.keys():
        for alternative in call.arguments.keywords[keyword].value:
            _note_variables(declarations, alternative, call.state, MAX_DICTS)


def _note_variables(declarations: Declarations, alternative: Abstract, state: State, nesting: int) -> None:
    found = state.at(alternative) if isinstance(alternative, Ref) else None
    if not isinstance(found, DictObject):
        return
    if not nesting:
        met("MAX_DICTS")
        return
    for key, item in found.items.items():
        for value in item.value:
            if isinstance(value, Ref):
                _note_variables(declarations, value, state, nesting - 1)
            atom = referred(value)
            if atom is not None and isinstance(key, str):
                declarations.note_variable(key, atom, item.chunk, item.node)


def note_added(call: Call, declarations: Declarations) -> None:
    """`function.add_environment("QUEUE_URL", queue.queue_url)`."""
    match call.arguments.positional:
        case [Passed(value=(Atom(constant=str() as variable),)), Passed() as given]:
            for alternative in given.value:
                atom = referred(alternative)
                if atom is not None:
                    declarations.note_variable(variable, atom, given.chunk, given.node)


def referred(value: Abstract) -> Atom | None:
    """The scalar that a value is, or that the queue it stands for is."""
    if isinstance(value, Handle) and value.kind == DECLARED:
        value = value.queue[0] if value.queue else value
    return value if isinstance(value, Atom) else None
