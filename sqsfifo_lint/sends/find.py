"""From calls of methods that may send to `Send`s: evidence, slots, lifetimes, places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeVar

import libcst as cst

from sqsfifo_lint.aws.declaring import key_of, text_of, variable_of
from sqsfifo_lint.aws.frameworks import is_celery_task, retries_of
from sqsfifo_lint.flow import containers, text
from sqsfifo_lint.flow.assembly import new_machine
from sqsfifo_lint.flow.context import NOWHERE, Context, Epoch, Level, Ref
from sqsfifo_lint.flow.machine import Machine, SendCall
from sqsfifo_lint.flow.methods import ends_with
from sqsfifo_lint.flow.search import Search
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Atom,
    DictObject,
    Function,
    Handle,
    InstanceObject,
    Link,
    ListObject,
    Passed,
    Piece,
    Role,
    TupleValue,
    Value,
    join,
)
from sqsfifo_lint.handling import Handling
from sqsfifo_lint.knowledge.added import Added
from sqsfifo_lint.knowledge.apis import ENTRY_ID, ID_KEYS, SEND_APIS, Reuse, SendApi
from sqsfifo_lint.knowledge.frameworks import OVERRIDES, Senders
from sqsfifo_lint.knowledge.model import MINUTE, SECOND
from sqsfifo_lint.model import (
    Alternative,
    Known,
    Lifetime,
    Material,
    Message,
    Part,
    Place,
    Problem,
    Queue,
    QueueReference,
    Send,
    Slot,
    Step,
    Trait,
)
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.sends import batches
from sqsfifo_lint.sends.retries import Attempt, attempt_of, attempts_of
from sqsfifo_lint.source.chunks import Chunk, NodePlace
from sqsfifo_lint.source.project import Module, Project

REMEMBERED = 5 * MINUTE // SECOND
"""Seconds for which SQS remembers a dedup ID (SendMessage, MessageDeduplicationId)."""

WORDS = frozenset(SEND_APIS) | ID_KEYS
"""Words that a statement with a send holds: one that cannot be parsed is not passed over in silence."""

T = TypeVar("T")


class FoundSends(NamedTuple):
    """What the modules send, what could not be looked into, and the search that goes on to find declarations."""

    sends: list[Send]
    problems: list[Problem]
    search: Search


def find_sends(
    project: Project,
    modules: Sequence[Module],
    *,
    overridden: AbstractSet[str] = frozenset(),
    added: Added | None = None,
    whole: bool = False,
) -> FoundSends:
    """The sends in `modules`.

    `overridden` is what `overriding` says of the whole project, `added` what the configuration knows besides. With
    `whole`, every slot gets its trace and calls, also those that no rule shows.
    """
    machine = new_machine(project, Senders(added.senders if added else ()), added.sources if added else {})
    paths: dict[SendCall, _Path | None] = {}

    def path_of(call: SendCall) -> _Path | None:
        if call not in paths:
            paths[call] = _path(machine, call, overridden)
        return paths[call]

    search = Search(machine, modules, lambda call: _depends(path_of(call)))
    handling = Handling(machine)
    grouped: dict[cst.CSTNode, list[_Path]] = {}
    for call in search.sends(machine.senders.words):
        path = path_of(call)
        if path is not None:
            grouped.setdefault(call.node, []).append(path)
    problems = list(search.problems.values())
    for module in modules:
        for chunk in module.chunks:
            if chunk.problem is not None and any(word in chunk.text for word in WORDS):
                problem = chunk.problem
                problems.append(Problem(module.path, problem.message, problem.line, problem.column))
    sends = [_handled(_send(machine, group, whole), group, handling) for group in grouped.values()]
    if "Celery" not in overridden:
        sent = {path.call.member.receiver for paths in grouped.values() for path in paths}
        sends.extend(_declared_tasks(machine, sent))
    return FoundSends(sends, problems, search)


# -- evidence


def api_of(call: SendCall) -> SendApi | None:
    """The API that a call is, or None when nothing shows that it sends to SQS or SNS."""
    if call.api is not None:
        return call.api
    api = SEND_APIS.get(call.member.name)
    if api is None:
        return None
    receiver = call.member.receiver
    if isinstance(receiver, Handle):
        return api if receiver.service == api.service and receiver.kind in api.receivers else None
    if call.arguments.positional or call.arguments.star:
        return None
    return api if api.evidence & call.arguments.keywords.keys() else None


# -- raw slots


@record()
class _Given:
    """What one path gives to a slot: alternatives as atoms, each with the expression that supplies it."""

    atoms: tuple[tuple[Atom, Chunk, cst.CSTNode], ...]
    absent: bool
    none: NodePlace | None = None
    """The argument, where None is all that is passed."""
    keyword: str = ""
    filled: str = ""
    argument: NodePlace | None = None
    verbatim: bool = True


@record(eq=False)
class _Entry:
    """One message of one path, before lifetimes are known."""

    chunk: Chunk
    node: cst.CSTNode
    context: Context
    slots: dict[str, _Given]
    once: bool = False
    """It is known to stand in its batch, and to stand there just once."""


@record(eq=False)
class _Path:
    """One way in which one send is reached."""

    call: SendCall
    api: SendApi
    queue: _Given
    facts: frozenset[tuple[tuple[Piece, ...], bool]]
    entries: tuple[_Entry, ...]
    batch: Value = ()
    """The list of entries."""


def _depends(path: _Path | None) -> AbstractSet[cst.CSTNode]:
    """Where the entry's callers hand in what a send's IDs or queue are made of."""
    if path is None:
        return frozenset()
    given = [path.queue, *(entry.slots[name] for entry in path.entries for name in ("group", "dedup"))]
    return {p.node for one in given for atom, _, _ in one.atoms for p in atom.pieces if p.handed_in}


def overriding(sources: Iterable[bytes]) -> frozenset[str]:
    """The libraries whose messages may get their IDs from other code of the project, on their way."""
    keys = [key.encode() for key in ID_KEYS]
    naming = [data for data in sources if any(key in data for key in keys)]
    return frozenset(
        library
        for library, words in OVERRIDES.items()
        if any(word.encode() in data for data in naming for word in words)
    )


def _path(machine: Machine, call: SendCall, overridden: AbstractSet[str]) -> _Path | None:
    api = api_of(call)
    if api is None:
        return None
    state = call.state
    queue = _queue_given(machine, call, api)
    batch: Value = ()
    if api.entries is None:
        keywords, rest = _named(call, api)
        entries = [_entry(machine, call.chunk, call.node, state.context, keywords, rest, api, state)]
    else:
        passed = call.arguments.keywords.get(api.entries)
        batch = passed.value if passed is not None else call.arguments.rest
        entries = list(_batch(machine, call, api, batch))
    if api.needs_ids and not any(e.slots[n].atoms for e in entries for n in ("group", "dedup")):
        atoms = [a for a, _, _ in queue.atoms]
        if api.library in overridden or not atoms or not all(ends_with(a, ".fifo") for a in atoms):
            return None
    return _Path(call, api, queue, state.facts, tuple(entries), batch)


def _named(call: SendCall, api: SendApi) -> tuple[dict[str, Passed], Value]:
    """The arguments by the names of their parameters, and the values whose names cannot be seen."""
    arguments = call.arguments
    positional = dict(zip(api.parameters, arguments.positional, strict=False))
    unseen = join(arguments.rest, arguments.star) if api.group in api.parameters else arguments.rest
    return {**positional, **arguments.keywords}, unseen


def _queue_given(machine: Machine, call: SendCall, api: SendApi) -> _Given:
    keywords, _ = _named(call, api)
    for keyword in api.queue:
        if keyword in keywords:
            return _given(machine, keywords[keyword], (), call.node, call.state)
    receiver = call.member.receiver
    if isinstance(receiver, Handle) and receiver.queue:
        passed = Passed(receiver.queue, call.chunk, call.node)
        return _given(machine, passed, (), call.node, call.state)
    return _Given((), True)


def _batch(machine: Machine, call: SendCall, api: SendApi, batch: Value) -> Iterator[_Entry]:
    """The messages of a batch: one for each expression that makes an entry."""
    state = call.state
    several, exact = containers.elements(machine, batch, call.node, state)
    seen: set[object] = set()
    for element in several:
        for alternative in element:
            found = state.at(alternative) if isinstance(alternative, Ref) else None
            if isinstance(alternative, Atom) and alternative.kind == "none":
                continue
            if not isinstance(found, DictObject):
                yield _unknown_entry(machine, call, (alternative,), api)
            elif alternative not in seen:
                seen.add(alternative)
                keywords = {str(k): Passed(i.value, i.chunk, i.node, i.optional) for k, i in found.items.items()}
                context = _longer(found.context, state.context)
                entry = _entry(machine, found.chunk, found.node, context, keywords, found.rest, api, state)
                yield replace(entry, once=exact and several.count((alternative,)) == 1)


def _longer(entry: Context, send: Context) -> Context:
    """The context in which an entry is its own: where it was made, or where it is sent if that is further in."""
    return send if send.epochs[: len(entry)] == entry.epochs else entry


def _unknown_entry(machine: Machine, call: SendCall, value: Value, api: SendApi) -> _Entry:
    rest = tuple(a for a in value if isinstance(a, Atom)) or machine.unknown(call.node, call.state, "not followed")
    return _entry(machine, call.chunk, call.node, call.state.context, {}, rest, api, call.state)


def _entry(
    machine: Machine,
    chunk: Chunk,
    node: cst.CSTNode,
    context: Context,
    keywords: dict[str, Passed],
    rest: Value,
    api: SendApi,
    state: State,
) -> _Entry:
    names = {"group": (api.group,), "dedup": (api.dedup,), "body": (api.body, *api.more_body), "delay": (api.delay,)}
    if api.entries is not None:
        names["id"] = (ENTRY_ID,)
    slots = {}
    for name, several in names.items():
        wanted = [keyword for keyword in several if keyword]
        passed = [keywords[keyword] for keyword in wanted if keyword in keywords]
        given = _slot_given(machine, passed, wanted, rest, node, state)
        stands_in = api.filled.get(name, "")
        # Only the SDK is known to refuse None; what sends by way of it may leave it out.
        none = None if api.library or stands_in else given.none
        filled = given
        if stands_in or none is not given.none or not api.verbatim:
            filled = replace(given, filled=stands_in, none=none, verbatim=api.verbatim)
        if stands_in:  # what is filled in for a FIFO queue is left out for a standard one
            passed_on = given.none is not None and api.verbatim
            unclear = machine.unknown(node, state, "None, and not what the library fills in") if passed_on else ()
            told = tuple((a, chunk, node) for a in unclear if isinstance(a, Atom))
            filled = replace(filled, atoms=(*given.atoms, *told), argument=None)
        slots[name] = _changed(filled, _filled_in) if api.templated else filled
    if api.reuse is Reuse.KEPT:
        later = machine.unknown(node, state, "may be given later")
        given_later = _Given(tuple((a, chunk, node) for a in later if isinstance(a, Atom)), True)
        slots.update((name, given_later) for name in ("group", "dedup") if not slots[name].atoms)
    elif api.reuse is Reuse.SCHEDULED:
        slots.update(_scheduled(slots["group"], slots["dedup"], keywords.get("schedule")))
    return _Entry(chunk, node, context, slots)


def _slot_given(
    machine: Machine, passed: list[Passed], wanted: list[str], rest: Value, node: cst.CSTNode, state: State
) -> _Given:
    """What the arguments that make up one slot give it; none of them is wanted when the call has no such slot."""
    if not wanted:
        return _Given((), True)
    found = _given(machine, passed[0] if passed else None, rest, node, state, wanted[0])
    for further in passed[1:]:
        more = _given(machine, further, (), node, state)
        found = _Given((*found.atoms, *more.atoms), found.absent and more.absent, keyword=wanted[0])
    return found


def _changed(given: _Given, change: Callable[[Atom], Atom]) -> _Given:
    return replace(given, atoms=tuple((change(atom), chunk, node) for atom, chunk, node in given.atoms))


def _as_data(atom: Atom, why: str) -> Atom:
    """An atom of which nothing can be said."""
    return Atom(
        tuple(replace(p, material=Material.DATA, context=NOWHERE, text=why, resolution=None) for p in atom.pieces)
    )


def _filled_in(atom: Atom) -> Atom:
    """A template's text is data: who sends fills it in."""
    template = any(p.material is Material.CONSTANT and ("{{" in p.text or "{%" in p.text) for p in atom.pieces)
    return _as_data(atom, "a template") if template else atom


def _scheduled(group: _Given, dedup: _Given, schedule: Passed | None) -> dict[str, _Given]:
    """The IDs of a job that is sent by a schedule: in a group of its own, and dropped only if it is sent soon again."""
    if not _is_faster_than_sqs_forgets(schedule):
        dedup = _changed(dedup, lambda atom: _as_data(atom, "sent again after SQS has forgotten it"))
    return {
        "group": _changed(group, lambda atom: _as_data(atom, "one job's own group") if atom.known else atom),
        "dedup": dedup,
    }


def _is_faster_than_sqs_forgets(schedule: Passed | None) -> bool:
    """Whether a schedule visibly sends more than once in the five minutes for which SQS remembers a dedup ID."""
    values = schedule.value if schedule is not None else ()
    return bool(values) and all(
        isinstance(a, Atom) and isinstance(a.constant, int | float) and a.constant < REMEMBERED for a in values
    )


def _given(
    machine: Machine, passed: Passed | None, rest: Value, node: cst.CSTNode, state: State, keyword: str = ""
) -> _Given:
    atoms: list[tuple[Atom, Chunk, cst.CSTNode]] = []
    absent = passed is None and not rest
    if passed is not None:
        absent = passed.optional
        for atom in _scalars(machine, passed, state):
            if atom.kind == "none":
                absent = True
            else:
                atoms.append((atom, passed.chunk, passed.node))
        if not passed.value:  # nothing arrives, as far as we can see
            atoms.extend((a, passed.chunk, passed.node) for a in machine.unknown(passed.node, state, "out of sight"))  # type: ignore[misc]
    if rest and (passed is None or passed.optional):
        # Whether a value stands under this very name cannot be seen, whatever it is.
        unseen = (_as_data(atom, "under a name out of sight") for atom in text.atoms(machine, rest, node, state))
        atoms.extend((atom, state.frame.chunk, node) for atom in unseen)
    none = NodePlace(passed.chunk, passed.node) if passed and not atoms and not passed.optional else None
    argument = NodePlace(passed.chunk, passed.node) if passed is not None else None
    return _Given(_once(atoms), absent, none, keyword, argument=argument)


def _scalars(machine: Machine, passed: Passed, state: State) -> list[Atom]:
    """What is passed, as scalars; a container stays known as one, for no API takes it as an ID."""
    found: list[Atom] = []
    for alternative in passed.value:
        held = state.at(alternative) if isinstance(alternative, Ref) else alternative
        for atom in text.atoms(machine, (alternative,), passed.node, state):
            match held:
                case DictObject():
                    found.append(replace(atom, kind="dict"))
                case ListObject() | TupleValue():
                    found.append(replace(atom, kind="tuple" if isinstance(held, TupleValue) else "list"))
                case _:
                    found.append(atom)
    return found if len(found) < 2 else list(dict.fromkeys(found))


# -- lifetimes


def shared_prefix(origin: Context, send: Context) -> int:
    """How many levels two contexts have in common."""
    ours, theirs = origin.epochs, send.epochs
    common = 0
    while common < min(len(ours), len(theirs)) and ours[common] == theirs[common]:
        common += 1
    return common


def lifetime(origin: Context, send: Context, counted: frozenset[int]) -> Lifetime:
    """How long a value made in the context `origin` is used again by a send in the context `send`.

    `counted` are the positions in `send` of the loops that send different messages.
    """
    common = shared_prefix(origin, send)
    rest = origin.epochs[common:]
    if any(epoch.level is Level.CACHED for epoch in rest):
        return Lifetime.IMPORT
    if common == 0 and len(origin):
        return Lifetime.IMPORT if origin.epochs[0].level in (Level.IMPORT, Level.SCRIPT) else Lifetime.INSTANCE
    if any(epoch.level is Level.LOOP for epoch in rest):
        return Lifetime.MESSAGE
    if not any(position >= common for position in counted):
        return Lifetime.MESSAGE
    if len(origin) == 1 and origin.epochs[0].level is Level.SCRIPT:
        return Lifetime.IMPORT
    if any(epoch.level is Level.INIT for epoch in rest):
        return Lifetime.INSTANCE
    return Lifetime.CALL


_MAKES_A_MESSAGE = frozenset({Material.DATA, Material.UNIQUE, Material.CLOCK, Material.PROCESS})
"""What makes the body of one round another message; a counter in it may as well count attempts."""


Rounds = AbstractSet[tuple[cst.CSTNode, cst.CSTNode]]


def _counted(entry: _Entry, queue: _Given | None, call: SendCall, rounds: Rounds) -> frozenset[int]:
    """The loops round the send whose rounds send different messages, and to one queue where `queue` is given.

    A loop whose rounds send the same body is a retry, and one that goes through queues sends each its own.
    """
    body = [p for atom, _, _ in entry.slots["body"].atoms for p in atom.pieces if p.material in _MAKES_A_MESSAGE]
    queues = [
        p
        for atom, _, _ in (queue.atoms if queue is not None else ())
        for p in atom.pieces
        if p.material in (Material.DATA, Material.INDEX)
    ]
    context = entry.context
    positions = set()
    for index, epoch in enumerate(context):
        sends = isinstance(epoch.key, cst.For | cst.While) and epoch in call.state.context.epochs
        once = sends and (epoch.key, call.node) not in rounds  # it is left as soon as the message is sent
        if epoch.level is Level.LOOP and not once:
            inside = context.epochs[: index + 1]
            varies = any(p.context.epochs[: index + 1] == inside for p in body)
            if varies and not any(p.context.epochs[: index + 1] == inside for p in queues):
                positions.add(index)
    return frozenset(positions)


# -- from pieces to parts


def _part(piece: Piece, slot: Link, life: Lifetime, whole: bool, attempts: tuple[Attempt, ...]) -> Part:
    place = NodePlace(piece.chunk, piece.node)
    if piece.material is Material.DATA and life is Lifetime.MESSAGE and not whole:
        return Part(piece.material, life, "", place, reason=piece.text)  # nothing is said of it, and steps take time
    steps = [Step(place, _ORIGINS[piece.material])]
    retried = attempt_of(piece, attempts) if piece.material in _ANEW else None
    for link in (*reversed(_links(piece)), slot):
        here = NodePlace(link.chunk, link.node)
        if steps[-1].place == here:
            steps[-1] = Step(here, f"{steps[-1].text}, {link.text}")
        else:
            steps.append(Step(here, link.text))
    if retried is not None:
        steps.insert(-1, retried)
    return Part(
        piece.material,
        life,
        piece.text if piece.material is Material.CONSTANT else "",
        place,
        tuple(steps),
        piece.resolution,
        piece.verbatim,
        _reason(piece, life),
        piece.trait,
        retried,
    )


_ANEW = frozenset({Material.CLOCK, Material.UNIQUE, Material.PROCESS})
"""What is another value when the same code runs again for the same message."""

_ORIGINS = {
    Material.CONSTANT: "written here",
    Material.CONFIG: "read from the configuration here",
    Material.CLOCK: "read from the clock here",
    Material.UNIQUE: "made here, new at each evaluation",
    Material.PROCESS: "depends on the process here",
    Material.INDEX: "counted here",
    Material.DATA: "comes from here",
}


def _links(piece: Piece) -> list[Link]:
    """The links of a piece, newest first."""
    found: list[Link] = []
    link = piece.link
    while link is not None:
        found.append(link)
        link = link.previous
    return found


def _reason(piece: Piece, life: Lifetime) -> str:
    if piece.material is Material.DATA:
        return f"{piece.text}, read from an object that may change" if piece.unsteady else piece.text
    if life is Lifetime.IMPORT:
        if any(link.role is Role.DEFAULT for link in _links(piece)):
            return "default argument"
        for epoch in piece.context:
            if epoch.level is Level.CACHED:
                return "kept from its first use on" if isinstance(epoch.key, cst.If) else "cached function"
    return ""


def _blame(piece: Piece, chunk: Chunk, node: cst.CSTNode) -> tuple[Chunk, cst.CSTNode, bool]:
    """The argument that a person has to change, and whether a caller passed it.

    Going back from the slot: a value that came in through a parameter is put right where it was passed, at the
    outermost call; a value that a function returned is put right where the result is used.
    """
    left: set[Context] = set()
    passed = False
    for link in _links(piece):
        if link.role is Role.RETURN:
            left.add(link.call)
        elif link.role in _CHANGED_THERE and link.call not in left:
            chunk, node = link.chunk, link.node
            passed = link.role in _PASSED
    return chunk, node, passed


_PASSED = (Role.ARGUMENT, Role.CONSTRUCTION)
_CHANGED_THERE = (*_PASSED, Role.DEFAULT, Role.ITEM)


_VARYING = (Material.UNIQUE, Material.CLOCK, Material.PROCESS, Material.INDEX)


def _culprit(atom: Atom) -> Piece | None:
    """The piece by which an alternative is put right: what varies by itself, else what a caller passed."""
    for piece in atom.pieces:
        if piece.material in _VARYING:
            return piece
    for piece in atom.pieces:
        if piece.trait is Trait.NONE or any(link.role in _PASSED for link in _links(piece)):
            return piece
    return atom.pieces[0] if atom.pieces else None


@record()
class _Judged:
    """A slot of one path, and whether its alternatives are the same for every caller."""

    slot: Slot
    shared: bool


def _senders(call: SendCall) -> set[Epoch]:
    """The objects whose methods are running: a message that only carries its queue's name is not one of them."""
    found: set[Epoch] = set()
    for frame in call.frame.outward():
        if frame.owner is None or frame.function is None:
            continue
        parameters = frame.function.node.params
        for parameter in [*parameters.posonly_params, *parameters.params][:1]:
            for held in call.state.environments.get(frame.key, {}).get(parameter.name.value, ()):
                instance = call.state.at(held) if isinstance(held, Ref) else None
                if isinstance(instance, InstanceObject):
                    found.add(instance.context.epochs[0])
    return found


def _holders(call: SendCall, queue: _Given) -> frozenset[Epoch]:
    """The objects, constructed out of sight, that hold the client or queue that the call goes through."""
    receiver = call.member.receiver
    holds_queue = {p.context.epochs[0] for atom, _, _ in queue.atoms for p in atom.pieces if p.context}
    found = holds_queue & _senders(call)
    if isinstance(receiver, Atom):
        return frozenset(found | {p.context.epochs[0] for p in receiver.pieces if p.context})
    for held in (*call.state.heap.values(), *call.state.base.values()):
        if isinstance(held, InstanceObject) and any(isinstance(a, Handle) for v in held.attributes.values() for a in v):
            found.add(held.context.epochs[0])
    return frozenset(found)


def _seen_from(piece: Piece, holders: frozenset[Epoch]) -> Piece:
    """An attribute of an object that does not hold the client (an order that sends itself) is the message's own."""
    if piece.material in (Material.CONSTANT, Material.CONFIG):
        return piece
    if piece.context and piece.context.epochs[0].level is Level.INSTANCE and piece.context.epochs[0] not in holders:
        return replace(piece, material=Material.DATA, context=NOWHERE, text="an attribute of the message's own object")
    return piece


def _kept_by_retries(piece: Piece, entry: _Entry, counted: frozenset[int]) -> Piece:
    """A dedup ID that is made before a loop which sends one message again and again is what a retry needs."""
    if piece.material not in (Material.UNIQUE, Material.CLOCK) or _life(piece, entry, counted) is not Lifetime.MESSAGE:
        return piece
    common = shared_prefix(piece.context, entry.context)
    if any(epoch.level is Level.LOOP for epoch in piece.context.epochs[common:]):
        return piece
    if common and any(isinstance(epoch.key, cst.For | cst.While) for epoch in entry.context.epochs[common:]):
        return replace(piece, material=Material.DATA, text="made once for every attempt", resolution=None)
    return piece


def _life(piece: Piece, entry: _Entry, counted: frozenset[int]) -> Lifetime:
    if not piece.context:
        return Lifetime.MESSAGE
    found = lifetime(piece.context, entry.context, counted)
    if found is Lifetime.CALL and any(link.role is Role.CONSTRUCTION for link in _links(piece)):
        found = Lifetime.INSTANCE
    constructing = found is Lifetime.INSTANCE and piece.context.epochs[0].level is Level.CALL
    if constructing and piece.material is Material.DATA and not shared_prefix(piece.context, entry.context):
        return Lifetime.MESSAGE  # the function that constructs the object may run for each request
    if piece.unsteady and (found in (Lifetime.CALL, Lifetime.INSTANCE) or piece.material is Material.INDEX):
        return Lifetime.MESSAGE
    return found


def _reused(piece: Piece, path: _Path, life: Lifetime) -> Lifetime:
    """The lifetime, where what a call is given is not sent by it, at once and once."""
    if piece.material not in _VARYING:
        return life
    match path.api.reuse:
        case Reuse.SCHEDULED:
            return Lifetime.IMPORT
        case Reuse.KEPT if all(frame.function is None for frame in path.call.frame.outward()):
            return Lifetime.IMPORT
        case Reuse.OWN_PROCESS:
            return Lifetime.MESSAGE
    return life


def _judged(
    given: _Given,
    name: str,
    entry: _Entry,
    counted: frozenset[int],
    holders: frozenset[Epoch],
    path: _Path,
    whole: bool,
    attempts: tuple[Attempt, ...],
) -> _Judged:
    alternatives: list[Alternative] = []
    shared = True
    for met, chunk, node in given.atoms:
        pieces = tuple(_seen_from(p, holders) for p in met.pieces)
        if name == _SHOWN["dedup"]:
            pieces = tuple(_kept_by_retries(p, entry, counted) for p in pieces)
        atom = met if pieces == met.pieces else replace(met, pieces=pieces)
        slot = Link(chunk, node, f"used as {name}", Role.SLOT, None)
        culprit = _culprit(atom)
        place_chunk, place_node, passed = chunk, node, False
        if culprit is not None:
            place_chunk, place_node, passed = _blame(culprit, chunk, node)
        shared = shared and not passed
        parts = tuple(_part(p, slot, _reused(p, path, _life(p, entry, counted)), whole, attempts) for p in atom.pieces)
        alternatives.append(Alternative(parts, NodePlace(place_chunk, place_node), atom.kind, atom.length))
    return _Judged(
        Slot(
            tuple(alternatives), given.absent, given.none, given.keyword, given.filled, given.argument, given.verbatim
        ),
        shared,
    )


_SHOWN = {
    "group": "the group ID",
    "dedup": "the deduplication ID",
    "body": "the body",
    "delay": "the delay",
    "id": "the entry's ID",
}


def _attempts(machine: Machine, call: SendCall, entry: _Entry) -> tuple[Attempt, ...]:
    """The retried scopes round a send whose dedup ID has something in it that they make anew."""
    pieces = [p for atom, _, _ in entry.slots["dedup"].atoms for p in atom.pieces]
    if not any(p.material in _ANEW for p in pieces):
        return ()
    return attempts_of(machine, call, (p for atom, _, _ in entry.slots["body"].atoms for p in atom.pieces))


def _send(machine: Machine, paths: list[_Path], whole: bool) -> Send:
    first, rounds = paths[0], machine.rounds
    judged: list[tuple[_Entry, dict[str, _Judged]]] = []
    twins: dict[_Entry, Place] = {}
    for path in paths:
        twins.update(_twins(machine, path))
        holders = _holders(path.call, path.queue)
        for entry in path.entries:
            counted = _counted(entry, None, path.call, rounds)
            loops = {"dedup": _counted(entry, path.queue, path.call, rounds)}
            attempts = {"dedup": _attempts(machine, path.call, entry)}
            slots = {
                n: _judged(
                    entry.slots[n], shown, entry, loops.get(n, counted), holders, path, whole, attempts.get(n, ())
                )
                for n, shown in _SHOWN.items()
                if n in entry.slots
            }
            judged.append((entry, slots))
    together: dict[tuple[cst.CSTNode, str], list[Slot]] = {}
    for entry, slots in judged:
        for name, one in slots.items():
            together.setdefault((entry.node, name), []).append(one.slot)
    all_paths = {key: _together(several) for key, several in together.items()}
    found: list[Message] = []
    for entry, slots in judged:
        merged = {name: _merged(one, all_paths[entry.node, name]) for name, one in slots.items()}
        found.append(Message(NodePlace(entry.chunk, entry.node), **merged, twin=twins.get(entry)))
    place = NodePlace(first.call.chunk, first.call.node)
    calls = tuple(dict.fromkeys(_calls(paths))) if whole else ()
    least = max((batches.least(machine, path.batch, path.call.state) for path in paths if path.batch), default=0)
    return Send(
        first.api.name,
        first.api.service,
        place,
        _queue(machine, paths),
        _once(found),
        calls,
        least,
        library=first.api.library,
        retries=tuple(dict.fromkeys(_retries(paths))),
    )


def _handled(send: Send, paths: list[_Path], handling: Handling) -> Send:
    """The send, with what the code round it does with its answer and its errors."""
    if send.library and paths[0].api.reuse is not Reuse.NONE:
        return send  # the call sends nothing yet
    calls = [path.call for path in paths]
    unread = handling.unread(calls) if paths[0].api.entries is not None else ()
    swallowed = handling.swallowed(calls)
    return replace(send, unread=unread, swallowed=swallowed) if unread or swallowed else send


def _twins(machine: Machine, path: _Path) -> Iterator[tuple[_Entry, Place]]:
    """The entries whose `Id` another of the batch has too: with that other, or with itself where a loop makes both."""
    known: dict[object, _Entry] = {}
    for entry in path.entries:
        given = entry.slots.get("id")
        if given is None or not given.atoms or given.absent:
            continue
        state = path.call.state
        if entry.once:
            other = known.setdefault(_fixed(given), entry) if _fixed(given) is not None else entry
            if other is not entry:
                yield entry, NodePlace(other.chunk, other.node)
            continue
        atoms = [atom for atom, _, _ in given.atoms]
        common = shared_prefix(entry.context, state.context)
        if batches.repeats_in_loop(machine, entry.context, common, atoms, given.atoms[0][2], state):
            yield entry, NodePlace(entry.chunk, entry.node)


def _fixed(given: _Given) -> object:
    """The one constant that a slot is given; None when it is not known."""
    return given.atoms[0][0].constant if len(given.atoms) == 1 and given.atoms[0][0].known else None


def _retries(paths: list[_Path]) -> Iterator[NodePlace]:
    """Where the task that is sent publishes itself again."""
    for path in paths:
        receiver = path.call.member.receiver
        if isinstance(receiver, Function) and is_celery_task(receiver):
            yield from (NodePlace(receiver.chunk, node) for node in retries_of(receiver))


def _declared_tasks(machine: Machine, sent: AbstractSet[object]) -> Iterator[Send]:
    """The tasks that are declared on a FIFO queue and publish themselves again, each as a send without messages.

    Those that are `sent` in sight are left out: there the IDs can be seen.
    """
    for task in machine.tasks.values():
        if task in sent:
            continue
        retries = tuple(NodePlace(task.chunk, node) for node in retries_of(task)) if is_celery_task(task) else ()
        passed = next((d.keywords["queue"] for d in task.decorations if "queue" in d.keywords), None)
        if not retries or passed is None or len(passed.value) != 1:
            continue
        atom, place = passed.value[0], NodePlace(passed.chunk, passed.node)
        if isinstance(atom, Atom) and isinstance(atom.constant, str) and atom.constant.endswith(".fifo"):
            queue = Queue(atom.constant, place.source, Known.YES, Known.UNKNOWN, place)
            yield Send("task", "sqs", place, queue, (), library="Celery", retries=retries)


def _calls(paths: list[_Path]) -> Iterator[NodePlace]:
    """The calls on the way to a send, the nearest first."""
    for path in paths:
        for frame in path.call.frame.outward():
            if frame.caller is not None and frame.call is not None:
                yield NodePlace(frame.caller.chunk, frame.call)


@record(eq=False)
class _Together:
    """What all paths make of one slot of one entry, each alternative once."""

    slot: Slot
    by_place: dict[Place, list[Alternative]]


def _together(slots: Sequence[Slot]) -> _Together:
    first = slots[0]
    alternatives = _once([alternative for slot in slots for alternative in slot.alternatives])
    by_place: dict[Place, list[Alternative]] = {}
    for alternative in alternatives:
        by_place.setdefault(alternative.place, []).append(alternative)
    absent = any(slot.absent for slot in slots)
    none = first.none if all(slot.none is not None for slot in slots) and not alternatives else None
    if absent == first.absent and none is first.none and alternatives == first.alternatives:
        return _Together(first, by_place)
    return _Together(replace(first, alternatives=alternatives, absent=absent, none=none), by_place)


def _merged(judged: _Judged, all_paths: _Together) -> Slot:
    """A slot that no caller fills is judged by what all callers make of it; one that a caller fills, on its own.

    What the same argument passes in another round of a loop belongs to it: a counter is 0 in the first, and a number
    after it.
    """
    if judged.shared:
        return all_paths.slot
    places = dict.fromkeys(alternative.place for alternative in judged.slot.alternatives)
    return replace(judged.slot, alternatives=tuple(a for place in places for a in all_paths.by_place[place]))


def _once(several: Sequence[T]) -> tuple[T, ...]:
    """The values without repetitions. A lone one, which is the rule, is not hashed: there is much in it."""
    return tuple(several) if len(several) < 2 else tuple(dict.fromkeys(several))


# -- the queue


def _queue(machine: Machine, paths: list[_Path]) -> Queue:
    answers = {_fifo(atom, path) for path in paths for atom, _, _ in path.queue.atoms}
    answers |= {Known.UNKNOWN for path in paths if not path.queue.atoms}
    fifo = answers.pop() if len(answers) == 1 else Known.UNKNOWN
    atoms = [(atom, chunk, node) for path in paths for atom, chunk, node in path.queue.atoms]
    unseen = (QueueReference(),) if not all(path.queue.atoms for path in paths) else ()
    if not atoms:
        return Queue(fifo=fifo, references=unseen)
    atom, chunk, node = atoms[0]
    names = {str(a.constant) for a, _, _ in atoms if a.known}
    name = names.pop() if len(names) == 1 and all(a.known for a, _, _ in atoms) else None
    culprit = _culprit(atom)
    place = NodePlace(culprit.chunk, culprit.node) if culprit is not None else NodePlace(chunk, node)
    references = tuple(dict.fromkeys(_reference(machine, a) for a, _, _ in atoms)) + unseen
    return Queue(name, place.source, fifo, place=place, references=references)


def _reference(machine: Machine, atom: Atom) -> QueueReference:
    return QueueReference(text_of(atom), variable_of(atom), key_of(machine, atom))


def _fifo(atom: Atom, path: _Path) -> Known:
    if atom.known and not atom.constant:
        return Known.UNKNOWN
    by_text = ends_with(atom, ".fifo")
    if by_text is not None:
        return Known.YES if by_text else Known.NO
    if (atom.pieces, True) in path.facts:
        return Known.YES
    if (atom.pieces, False) in path.facts:
        return Known.NO
    return Known.UNKNOWN
