"""What all paths to a send together say about its messages.

Each path's drafts are judged separately: pieces become parts with a lifetime and a trace. Then the paths are merged: a
slot that no caller fills is judged over all callers together; one that a caller fills, for that caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import libcst as cst

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import MAX_BITS, Machine, name_of
from sqsfifo_lint.flow.context import NOWHERE, Context
from sqsfifo_lint.flow.values import Link, Piece, Role
from sqsfifo_lint.knowledge.apis import Reuse
from sqsfifo_lint.knowledge.sources import DRAWN_AT_ONCE
from sqsfifo_lint.model import Alternative, Detail, Lifetime, Material, Message, Part, Place, Shared, Slot
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.sends.batches import twins
from sqsfifo_lint.sends.holders import (
    Holders,
    holders_of,
    is_of_the_message,
    kept_options,
    loops_in,
    own_of_the_message,
    returned,
)
from sqsfifo_lint.sends.identity import Past
from sqsfifo_lint.sends.lifetimes import Sending, kept_by_retries, life_of
from sqsfifo_lint.sends.likely import Audit
from sqsfifo_lint.sends.paths import Draft, Path
from sqsfifo_lint.sends.retries import Attempt, attempt_of, attempts_of
from sqsfifo_lint.sends.rounds import ALONE, Siblings, is_apart, own_of_the_round, round_of, rounds_of_ids, siblings_of
from sqsfifo_lint.sends.slots import IDS, Given, Option, SlotName, unrepeated
from sqsfifo_lint.sends.stored import seen_as_stored
from sqsfifo_lint.sends.traces import blame, part_of, untraced

_SHOWN = {
    SlotName.GROUP: "the group ID",
    SlotName.DEDUP: "the dedup ID",
    SlotName.BODY: "the body",
    SlotName.DELAY: "the delay",
    SlotName.ID: "the entry's ID",
}

_BORN = (*IDS, SlotName.BODY)
"""Slots in which a unique value may be that of what comes into being."""


@record()
class _Judged:
    """A slot of one path, and whether its alternatives are the same for every caller."""

    slot: Slot
    shared: bool


class _InLoop(NamedTuple):
    """What is known of a message as one of several that a loop sends: fields of `Message`."""

    apart: bool
    same_body: bool


def messages_of(
    machine: Machine, paths: Sequence[Path], shared: Mapping[Draft, Shared], detail: Detail
) -> tuple[Message, ...]:
    """The messages of one send, put together from its paths."""
    siblings = siblings_of(paths)
    rounds = rounds_of_ids(machine, paths, siblings)
    judged = [one for path in paths for one in _judge_path(machine, path, siblings, rounds, detail)]
    several: dict[tuple[cst.CSTNode, SlotName], list[Slot]] = {}
    for draft, slots, _ in judged:
        for name, one in slots.items():
            several.setdefault((draft.place.node, name), []).append(one.slot)
    together = {key: _together(slots) for key, slots in several.items()}
    others = {draft: place for path in paths for draft, place in twins(machine, path)}
    found: list[Message] = []
    for draft, slots, loop in judged:
        merged = {name.value: _merged(one, together[draft.place.node, name]) for name, one in slots.items()}
        twin, other = others.get(draft), shared.get(draft)
        found.append(
            Message(draft.place, **merged, twin=twin, apart=loop.apart, shared=other, same_body=loop.same_body)
        )
    return unrepeated(found)


# -- one path


@record(eq=False)
class _Judging:
    """What judging a slot needs, besides its values."""

    machine: Machine
    sending: Sending
    call: SendCall
    holders: Holders
    attempts: tuple[Attempt, ...]
    siblings: Siblings
    detail: Detail
    body: Given


def _judge_path(
    machine: Machine, path: Path, siblings: Mapping[Draft, Siblings], rounds: Mapping[Draft, Context], detail: Detail
) -> Iterator[tuple[Draft, Mapping[SlotName, _Judged], _InLoop]]:
    """The messages of one path, each with its slots, and what is known of it as one of a loop."""
    call, reuse = path.call, path.api.reuse
    at_import = reuse is Reuse.KEPT and all(frame.function is None for frame in call.frame.outward())
    past = Past(machine, call.state, call.notes)
    for draft in path.drafts:
        body, dedup = draft.slots[SlotName.BODY], draft.slots[SlotName.DEDUP]
        per_message = round_of(draft, call, machine.notes.rounds)
        holders = holders_of(call, path.queue, body)
        sending = Sending(draft.context, per_message, reuse, at_import, loops_in(call, per_message), returned(call))
        judging = _Judging(machine, sending, call, holders, (), ALONE, detail, body)
        # Each queue remembers its own dedup IDs, and a retry has to use the same one.
        others = siblings.get(draft, ALONE)
        per_message = rounds[draft]
        sending = replace(
            judging.sending,
            per_message=per_message,
            looping=loops_in(call, per_message),
            notes=call.notes,
            moves=others.dedup,
        )
        attempts = attempts_of(machine, call, dedup, body)
        of_dedup = replace(judging, sending=sending, attempts=attempts, siblings=others)
        yield (
            draft,
            {
                name: _judge(name, given, of_dedup if name is SlotName.DEDUP else judging)
                for name, given in draft.slots.items()
            },
            _InLoop(is_apart(draft, per_message, past), _has_one_body(body, dedup, of_dedup)),
        )


def _has_one_body(body: Given, dedup: Given, of_dedup: _Judging) -> bool:
    """Whether the messages of a loop have one body and no dedup ID, though they differ in something else."""
    if dedup.options or not body.options or not of_dedup.sending.per_message or of_dedup.siblings.body:
        return False
    return all(life_of(piece, of_dedup.sending) in (Lifetime.CALL, Lifetime.INSTANCE) for piece in body.pieces)


def _judge(name: SlotName, given: Given, judging: _Judging) -> _Judged:
    """A slot as one path gives it: each option with the lifetimes of its parts, and the argument to blame for it."""
    alternatives: list[Alternative] = []
    shared = True
    for option in given.options:
        seen = _seen(option, name, judging, alone=name is SlotName.DEDUP and len(given.options) == 1)
        last = Link(option.place.chunk, option.place.node, f"used as {_SHOWN[name]}", Role.SLOT, None)
        parts = tuple(_part(piece, last, judging) for piece in seen.atom.pieces)
        if Detail.LIKELY in judging.detail and name in IDS:
            parts = _with_likely(parts, option, last, judging)
        blamed = blame(seen)
        shared = shared and not blamed.by_caller
        alternatives.append(Alternative(parts, blamed.place, seen.atom.kind, seen.atom.length))
    slot = Slot(
        tuple(alternatives),
        given.absent,
        given.none,
        given.keyword,
        given.filled,
        given.argument,
        given.verbatim,
        given.astray,
    )
    return _Judged(slot, shared)


def _seen(option: Option, name: SlotName, judging: _Judging, *, alone: bool) -> Option:
    """An option as its message sees it: what is the message's own, or kept for its retries, counts as data."""
    atom = option.atom
    per_message = judging.sending.per_message if alone else NOWHERE
    pieces = tuple(
        own_of_the_message(p, option, judging.call, per_message) if is_of_the_message(p, judging.holders) else p
        for p in atom.pieces
    )
    if name in _BORN:
        pieces = tuple(seen_as_stored(piece, judging.machine, judging.call) for piece in pieces)
    if name is SlotName.GROUP:
        pieces = tuple(kept_options(piece, option, judging.holders, judging.call) for piece in pieces)
    elif name is SlotName.DEDUP:
        pieces = own_of_the_round(pieces, judging.siblings, judging.sending.context)
        if not judging.siblings.dedup:
            pieces = tuple(kept_by_retries(piece, judging.sending) for piece in pieces)
    return option if pieces == atom.pieces else replace(option, atom=replace(atom, pieces=pieces))


def _part(piece: Piece, last: Link, judging: _Judging) -> Part:
    life = life_of(piece, judging.sending)
    if piece.material is Material.UNIQUE and piece.resolution is not None:
        piece = replace(piece, resolution=_in_all(piece, piece.resolution, judging.sending.context))
    if piece.material is Material.DATA and life is Lifetime.MESSAGE and Detail.TRACES not in judging.detail:
        return untraced(piece, life)
    part = part_of(piece, life, last, attempt_of(piece, judging.attempts))
    unseen = judging.machine.notes.unseen.get(piece.node) if piece.handed_in else None
    return part if unseen is None else replace(part, reason=f"{part.reason}, {unseen}")


def _with_likely(parts: tuple[Part, ...], option: Option, last: Link, judging: _Judging) -> tuple[Part, ...]:
    """The parts of an option, each with what it likely is."""
    audit = Audit(judging.machine, judging.call, judging.sending, judging.body)
    found = (audit.likely(piece) for piece in option.atom.pieces)
    return tuple(
        part if likely is None else replace(part, likely=part_of(*likely, last))
        for part, likely in zip(parts, found, strict=True)
    )


def _in_all(piece: Piece, values: int, sent: Context) -> int | None:
    """From how many values something is taken of which each round of a loop gives one of so many; None if unknown."""
    for loop in piece.context.loops(piece.context.common(sent)):
        times = _times(loop, piece)
        values = values**times if times and values.bit_length() * times <= MAX_BITS else 0
    return values or None


def _times(loop: Context, piece: Piece) -> int | None:
    """How often a comprehension goes round: `for _ in range(4)`. What is drawn at once, and then joined, is counted."""
    match loop.opened_by:
        case cst.CompFor(
            iter=cst.Call(func=cst.Name(value="range"), args=[cst.Arg(value=cst.Integer() as times)]), ifs=[]
        ):
            return min(times.evaluated_value, MAX_BITS)
        case cst.Call() as call if name_of(call) == "join" and piece.text.endswith(DRAWN_AT_ONCE):
            return 1
    return None


# -- all paths


@record(eq=False)
class _Together:
    """What all paths give to one slot of one message, each alternative once."""

    slot: Slot
    by_place: Mapping[Place, Sequence[Alternative]]


def _together(slots: Sequence[Slot]) -> _Together:
    first = slots[0]
    alternatives = unrepeated([alternative for slot in slots for alternative in slot.alternatives])
    by_place: dict[Place, list[Alternative]] = {}
    for alternative in alternatives:
        by_place.setdefault(alternative.place, []).append(alternative)
    absent = any(slot.absent for slot in slots)
    none = first.none if all(slot.none is not None for slot in slots) and not alternatives else None
    if absent == first.absent and none is first.none and alternatives == first.alternatives:
        return _Together(first, by_place)
    return _Together(replace(first, alternatives=alternatives, absent=absent, none=none), by_place)


def _merged(judged: _Judged, all_paths: _Together) -> Slot:
    """A slot that no caller fills is judged over all callers together; one that a caller fills, for that caller.

    What the same argument passes in other rounds of a loop is included: a counter is 0 in the first round, and a number
    later.
    """
    if judged.shared:
        return all_paths.slot
    places = dict.fromkeys(alternative.place for alternative in judged.slot.alternatives)
    return replace(judged.slot, alternatives=tuple(a for place in places for a in all_paths.by_place[place]))
