"""What one path gives to each slot of a message.

| reason | what the slot gets |
|---|---|
| the API has no such argument | nothing: `NOT_TAKEN` |
| it is given | the values that are passed; None counts as absent |
| it is absent | nothing |
| no value arrives, as far as can be seen, or only under an unknown name | something unknown |
| the library fills it in | it is never missing; if None is passed explicitly, also something unknown |
| it is given to a task, or to another message | the words for that |
| the library may leave None out | None is not reported |
| it is changed before it is sent | its type is not judged |
| its text is a template | something unknown: the sender fills it in |
| it may be given later, to the object that the call makes | something unknown, if nothing is given now |
| a schedule sends it | something unknown, where repeating it is intended |

The first four are read from the arguments; the others change what was read, one function each, in the order of
`_CHANGES`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import TypeVar

from sqsfifo_lint.flow import Machine, State, atoms_of
from sqsfifo_lint.flow.context import NOWHERE, Ref
from sqsfifo_lint.flow.values import (
    Atom,
    DictObject,
    InstanceObject,
    ListKind,
    ListObject,
    Passed,
    Piece,
    TupleValue,
    Value,
    data_at,
    only,
)
from sqsfifo_lint.knowledge.apis import ENTRY_ID, GROUP, Reuse, SendApi
from sqsfifo_lint.knowledge.frameworks import ASTRAY, GIVEN_TO_THE_TASK, WITHIN
from sqsfifo_lint.knowledge.model import MINUTE, SECOND
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.chunks import NodePlace

REMEMBERED = 5 * MINUTE // SECOND
"""How many seconds SQS remembers a dedup ID (SendMessage, MessageDeduplicationId)."""

T = TypeVar("T")


class SlotName(enum.Enum):
    """The slots of a message, by their names in `Message` and `SendApi.filled`."""

    __hash__ = object.__hash__

    GROUP = "group"
    DEDUP = "dedup"
    BODY = "body"
    DELAY = "delay"
    ID = "id"


IDS = (SlotName.GROUP, SlotName.DEDUP)


@record()
class Option:
    """One value that a slot may have, with the expression that supplies it."""

    atom: Atom
    place: NodePlace


@record()
class Given:
    """What one path gives to a slot."""

    options: tuple[Option, ...]
    absent: bool
    """It may be left out, or be None."""
    none: NodePlace | None = None
    """The argument, if only None is passed."""
    keyword: str = ""
    filled: str = ""
    """What the library uses if nothing is given, in words."""
    argument: NodePlace | None = None
    verbatim: bool = True
    """It goes to SQS as given."""
    astray: str = ""
    """What becomes of one that is given where it does not get to the message, in words."""

    @property
    def atoms(self) -> Iterator[Atom]:
        """The values that it may have."""
        return (option.atom for option in self.options)

    @property
    def pieces(self) -> Iterator[Piece]:
        """What they are made of."""
        return (piece for option in self.options for piece in option.atom.pieces)


NOT_TAKEN = Given((), True)
"""What a slot gets if the API has no argument for it."""

Slots = Mapping[SlotName, Given]


@record(eq=False)
class Fields:
    """The arguments of one message, and where they come from."""

    machine: Machine
    state: State
    """At the send."""
    api: SendApi
    named: Mapping[str, Passed]
    unnamed: Value
    """What is passed under unknown names."""
    place: NodePlace
    """The call, or the expression that makes the entry of a batch."""


def slots_of(fields: Fields) -> Slots:
    """What the arguments of a message give to each of its slots; only an entry of a batch has its own `Id`."""
    slots = {name: _read(fields, keywords) for name, keywords in _keywords(fields.api)}
    for change in _CHANGES:
        slots.update(change(fields, slots))
    return slots


def given(machine: Machine, state: State, passed: Passed, keyword: str = "") -> Given:
    """What one argument gives; `state` is that of the send."""
    atoms = _scalars(machine, passed, state)
    present = [atom for atom in atoms if atom.kind != "none"]
    absent = passed.optional or len(present) < len(atoms)
    if not passed.value:  # nothing arrives, as far as we can see
        present = [data_at(passed.chunk, passed.node, state.context, "out of sight")]
    place = NodePlace(passed.chunk, passed.node)
    options = tuple(Option(atom, place) for atom in present)
    return Given(options, absent, None if options or passed.optional else place, keyword, argument=place)


def unrepeated(several: Sequence[T]) -> tuple[T, ...]:
    """The values without duplicates. A single value, the usual case, is not hashed: that is slow."""
    return tuple(several) if len(several) < 2 else tuple(dict.fromkeys(several))


# -- read from the arguments


def _keywords(api: SendApi) -> Iterator[tuple[SlotName, list[str]]]:
    """By slot, the keywords of an API's arguments that make it up; none if it has no such argument."""
    yield SlotName.GROUP, [api.group] if api.group else []
    yield SlotName.DEDUP, [api.dedup] if api.dedup else []
    yield SlotName.BODY, [keyword for keyword in (api.body, *api.more_body) if keyword]
    yield SlotName.DELAY, [keyword for keyword in (api.delay, *api.more_delay) if keyword]
    if api.entries is not None:
        yield SlotName.ID, [ENTRY_ID]


def _read(fields: Fields, keywords: Sequence[str]) -> Given:
    """What the arguments under some keywords give to the slot that they make up together."""
    if not keywords:
        return NOT_TAKEN
    several = [fields.named[keyword] for keyword in keywords if keyword in fields.named]
    if not several:
        return Given(_under_names_out_of_sight(fields), not fields.unnamed, keyword=keywords[0])
    found = given(fields.machine, fields.state, several[0], keywords[0])
    if several[0].optional and fields.unnamed:
        found = replace(found, options=unrepeated((*found.options, *_under_names_out_of_sight(fields))))
    for further in several[1:]:
        more = given(fields.machine, fields.state, further)
        found = Given((*found.options, *more.options), found.absent and more.absent, keyword=keywords[0])
    return found


def _under_names_out_of_sight(fields: Fields) -> tuple[Option, ...]:
    """What may be under any name; whether it is under this one cannot be seen, whatever it is."""
    atoms = atoms_of(fields.machine, fields.unnamed, fields.place.node, fields.state) if fields.unnamed else []
    unseen = (_as_data(atom, "under a name out of sight") for atom in atoms)
    return unrepeated([Option(atom, fields.place) for atom in unseen])


def _scalars(machine: Machine, passed: Passed, state: State) -> Sequence[Atom]:
    """What is passed, as scalars; a container remains known as one, since no API takes it as an ID."""
    found: list[Atom] = []
    for alternative in passed.value:
        atoms = atoms_of(machine, (alternative,), passed.node, state)
        match state.at(alternative) if isinstance(alternative, Ref) else alternative:
            case DictObject():
                found.extend(replace(atom, kind="dict") for atom in atoms)
            case InstanceObject():
                found.extend(_as_data(atom, "an object's text") for atom in atoms)
            case ListObject() as several if several.kind is not ListKind.CONTEXT:
                found.extend(replace(atom, kind="list") for atom in atoms)
            case TupleValue():
                found.extend(replace(atom, kind="tuple") for atom in atoms)
            case _:
                found.extend(atoms)
    return unrepeated(found)


# -- changed by how the API sends


def _filled_in_by_the_library(fields: Fields, slots: Slots) -> Slots:
    """What is filled in for a FIFO queue is left out for a standard one."""
    if not fields.api.filled:
        return {}
    changed: dict[SlotName, Given] = {}
    for name, found in slots.items():
        if name.value in fields.api.filled:
            by_library = fields.api.filled[name.value]
            options = found.options
            if found.none is not None and fields.api.verbatim:  # the library passes None on
                options = (*options, _unknown(fields, "None, and not what the library fills in"))
            changed[name] = replace(found, options=options, none=None, filled=by_library, argument=None)
    return changed


def _astray(fields: Fields, slots: Slots) -> Slots:
    """A group ID that is given to a task, or to another message."""
    group = slots[SlotName.GROUP]
    if fields.api.library != "Celery" or group.options:
        return {}
    named = {GIVEN_TO_THE_TASK: fields.named[GROUP], **fields.named} if GROUP in fields.named else fields.named
    for keyword, words in ASTRAY.items():
        if keyword in named and (keyword not in WITHIN or GROUP in _dict_in(fields, named[keyword])):
            return {SlotName.GROUP: replace(group, astray=words)}
    return {}


def _dict_in(fields: Fields, passed: Passed) -> Container[object]:
    one = only(passed.value, Ref)
    found = fields.state.at(one) if one is not None else None
    return found.items if isinstance(found, DictObject) else ()


def _none_left_out_by_the_library(fields: Fields, slots: Slots) -> Slots:
    """Only the SDK is known to refuse None; libraries on top of it may leave it out."""
    if not fields.api.library:
        return {}
    return {name: replace(found, none=None) for name, found in slots.items() if found.none is not None}


def _changed_on_the_way(fields: Fields, slots: Slots) -> Slots:
    if fields.api.verbatim:
        return {}
    return {name: replace(found, verbatim=False) for name, found in slots.items()}


def _templates(fields: Fields, slots: Slots) -> Slots:
    """A template's text is data: the sender fills it in."""
    if not fields.api.templated:
        return {}
    return {name: _each_atom(found, _filled_by_who_sends) for name, found in slots.items()}


def _filled_by_who_sends(atom: Atom) -> Atom:
    template = any(p.material is Material.CONSTANT and ("{{" in p.text or "{%" in p.text) for p in atom.pieces)
    return _as_data(atom, "a template") if template else atom


def _kept_for_later(fields: Fields, slots: Slots) -> Slots:
    """An object that sends later may be given its IDs later."""
    if fields.api.reuse is not Reuse.KEPT:
        return {}
    later = Given((_unknown(fields, "may be given later"),), True)
    return {name: later for name in IDS if not slots[name].options}


def _scheduled(fields: Fields, slots: Slots) -> Slots:
    """The IDs of a scheduled job: in its own group, and dropped only if it is sent again soon."""
    if fields.api.reuse is not Reuse.SCHEDULED:
        return {}
    changed = {SlotName.GROUP: _each_atom(slots[SlotName.GROUP], _in_its_own_group)}
    if not _is_faster_than_sqs_forgets(fields.named.get("schedule")):
        changed[SlotName.DEDUP] = _each_atom(slots[SlotName.DEDUP], _forgotten_before)
    return changed


def _in_its_own_group(atom: Atom) -> Atom:
    return _as_data(atom, "one job's own group") if atom.known else atom


def _forgotten_before(atom: Atom) -> Atom:
    return _as_data(atom, "sent again after SQS has forgotten it")


def _is_faster_than_sqs_forgets(schedule: Passed | None) -> bool:
    """Whether a schedule visibly sends more than once in the five minutes that SQS remembers a dedup ID."""
    values = schedule.value if schedule is not None else ()
    return bool(values) and all(
        isinstance(a, Atom) and isinstance(a.constant, int | float) and a.constant < REMEMBERED for a in values
    )


_CHANGES: tuple[Callable[[Fields, Slots], Slots], ...] = (
    _filled_in_by_the_library,
    _astray,
    _none_left_out_by_the_library,
    _changed_on_the_way,
    _templates,
    _kept_for_later,
    _scheduled,
)
"""Each gives the slots that it changes."""


# -- what cannot be seen


def _unknown(fields: Fields, why: str) -> Option:
    """Something that cannot be seen, supplied by the message as a whole."""
    place = fields.place
    return Option(data_at(place.chunk, place.node, fields.state.context, why), place)


def _as_data(atom: Atom, why: str) -> Atom:
    """An atom about which nothing is known."""
    return Atom(
        tuple(replace(p, material=Material.DATA, context=NOWHERE, text=why, resolution=None) for p in atom.pieces)
    )


def _each_atom(found: Given, change: Callable[[Atom], Atom]) -> Given:
    return replace(found, options=tuple(replace(option, atom=change(option.atom)) for option in found.options))
