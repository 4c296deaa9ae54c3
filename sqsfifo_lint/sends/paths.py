"""One way in which one send is reached: what it gives to the send's messages, and what its IDs depend on."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import libcst as cst

from sqsfifo_lint.aws.values import Handle, SendCall
from sqsfifo_lint.flow import Machine, as_dict, atoms_of, elements, ends_with
from sqsfifo_lint.flow.context import Context, Ref
from sqsfifo_lint.flow.values import Abstract, Atom, DictObject, Passed, Piece, Value, join
from sqsfifo_lint.knowledge.apis import ENTRY_ID, SendApi
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.sends.evidence import api_of
from sqsfifo_lint.sends.slots import IDS, NOT_TAKEN, Fields, Given, Slots, given, slots_of
from sqsfifo_lint.source.chunks import NodePlace


@record(eq=False)
class Draft:
    """One message of one path, before it is known how long its values are reused."""

    place: NodePlace
    """The call, or the expression that makes the entry of a batch."""
    context: Context
    """The context in which the message is its own: where it was made, or where it is sent if that is further in."""
    slots: Slots
    fields: Fields
    once: bool = False
    """It is known to be in its batch exactly once."""

    @property
    def more(self) -> Iterator[Piece]:
        """What arguments are made of that fill no slot: attributes, a subject."""
        fields, api = self.fields, self.fields.api
        slots = {*api.queue, *api.more_body, api.body, api.group, api.dedup, api.delay, api.entries, ENTRY_ID}
        for keyword, passed in fields.named.items():
            if keyword not in slots:
                for atom in atoms_of(fields.machine, passed.value, passed.node, fields.state):
                    yield from atom.pieces


@record(eq=False)
class Path:
    """One way in which one send is reached."""

    call: SendCall
    api: SendApi
    queue: Given
    drafts: tuple[Draft, ...]
    batch: Value = ()
    """The list of entries, if it sends a batch."""


def path_of(machine: Machine, call: SendCall, overridden: AbstractSet[str]) -> Path | None:
    """What a call sends; None if it sends nothing that rules examine.

    `overridden` are the libraries whose messages may get their IDs from other code.
    """
    api = api_of(call)
    if api is None:
        return None
    fields = _fields(machine, call, api)
    if not api.elsewhere.isdisjoint(fields.named):
        return None
    queue = _queue_of(fields, call)
    if api.entries is None:
        path = Path(call, api, queue, (_draft(fields, call.state.context),))
    else:
        passed = fields.named.get(api.entries)
        batch = passed.value if passed is not None else fields.unnamed
        path = Path(call, api, queue, tuple(_entries(fields, batch)), batch)
    return path if not api.needs_ids or _has_ids(path) or _misses_ids(path, overridden) else None


def depends(path: Path | None) -> AbstractSet[cst.CSTNode]:
    """Where callers, or constructions of an object, hand in what a send's IDs or queue are made of."""
    if path is None:
        return frozenset()
    several = [path.queue, *(draft.slots[name] for draft in path.drafts for name in IDS)]
    return {piece.node for one in several for piece in one.pieces if piece.handed_in}


def _has_ids(path: Path) -> bool:
    return any(draft.slots[name].options for draft in path.drafts for name in IDS)


def _misses_ids(path: Path, overridden: AbstractSet[str]) -> bool:
    """Whether it visibly goes to a FIFO queue, and no other code sets the IDs that it lacks.

    A client may as well send to a topic of which nothing is known; whether IDs are missing there is not asked.
    """
    if path.api.library in overridden or not path.queue.options:
        return False
    if isinstance(path.call.member.receiver, Handle) and all(map(_is_unknown, path.queue.atoms)):
        return True
    return all(ends_with(atom, ".fifo") for atom in path.queue.atoms)


def _is_unknown(atom: Atom) -> bool:
    """Whether nothing is known of how a text ends."""
    return bool(atom.pieces) and atom.pieces[-1].material is Material.DATA


def _fields(machine: Machine, call: SendCall, api: SendApi) -> Fields:
    """The arguments of a call, by the names of their parameters."""
    arguments = call.arguments
    named = {**dict(zip(api.parameters, arguments.positional, strict=False)), **arguments.keywords}
    unnamed = join(arguments.rest, arguments.star) if api.group in api.parameters else arguments.rest
    if arguments.positional and not api.parameters and not api.library:
        return _by_position(machine, call, api, arguments.positional[0])
    return Fields(machine, call.state, api, named, unnamed, NodePlace(call.chunk, call.node))


def _by_position(machine: Machine, call: SendCall, api: SendApi, passed: Passed) -> Fields:
    """What a dict says that is given to a method of the AWS SDK, which takes keywords only, and refuses the call.

    What else may be there is unknown: nothing is missing besides.
    """
    state, node = call.state, call.node
    given = as_dict(machine, passed.value, passed.node, state)
    named = {str(key): Passed(i.value, i.chunk, i.node, i.optional) for key, i in given.items.items()}
    unseen = machine.unknown(node, state, "given by position")
    return Fields(machine, state, api, {**named, **call.arguments.keywords}, unseen, NodePlace(call.chunk, node))


def _queue_of(fields: Fields, call: SendCall) -> Given:
    """The queue as given by the call: by an argument, or by the object whose method it is."""
    for keyword in fields.api.queue:
        if keyword in fields.named:
            return given(fields.machine, fields.state, fields.named[keyword])
    receiver = call.member.receiver
    if isinstance(receiver, Handle) and receiver.queue:
        return given(fields.machine, fields.state, Passed(receiver.queue, call.chunk, call.node))
    return NOT_TAKEN


def _draft(fields: Fields, context: Context, *, once: bool = False) -> Draft:
    return Draft(fields.place, context, slots_of(fields), fields, once)


# -- the messages of a batch


def _entries(fields: Fields, batch: Value) -> Iterator[Draft]:
    """The messages of a batch: one for each expression that makes an entry. `fields` are those of the call."""
    state = fields.state
    several, exact = elements(fields.machine, batch, fields.place.node, state)
    seen: set[Abstract] = set()
    for alternative in (alternative for element in several for alternative in element):
        found = state.at(alternative) if isinstance(alternative, Ref) else None
        if isinstance(alternative, Atom) and alternative.kind == "none":
            continue
        if not isinstance(found, DictObject):
            yield _out_of_sight(fields, alternative)
        elif alternative not in seen:
            seen.add(alternative)
            named = {str(k): Passed(i.value, i.chunk, i.node, i.optional) for k, i in found.items.items()}
            entry = replace(fields, named=named, unnamed=found.rest, place=NodePlace(found.chunk, found.node))
            context = state.context if state.context.within(found.context) else found.context
            yield _draft(entry, context, once=exact and several.count((alternative,)) == 1)


def _out_of_sight(fields: Fields, alternative: Abstract) -> Draft:
    """An entry of which at most an atom that stands for it is known."""
    seen = (alternative,) if isinstance(alternative, Atom) else ()
    unnamed = seen or fields.machine.unknown(fields.place.node, fields.state, "not followed")
    return _draft(replace(fields, named={}, unnamed=unnamed), fields.state.context)
