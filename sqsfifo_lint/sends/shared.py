"""Two messages that differ and have one dedup ID, one sent after the other: the second is dropped.

The dedup IDs have one identity (`identity`), and nothing in between may have changed what they are read of. The queue
is the same, and the bodies visibly differ. It is not a retry in a handler of the first send's errors, does not depend
on the first one's answer, and the two do not stand under conditions that may exclude each other (`conditions`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import product

import libcst as cst

from sqsfifo_lint.flow import Frame, Machine, Noted
from sqsfifo_lint.flow.values import Atom, Piece, Role, only
from sqsfifo_lint.model import Material, Shared
from sqsfifo_lint.records import record
from sqsfifo_lint.sends.conditions import Around, One, Trees, may_both_hold
from sqsfifo_lint.sends.identity import Identity, identities, identity, may_change
from sqsfifo_lint.sends.paths import Draft, Path
from sqsfifo_lint.sends.slots import Given, Option, SlotName
from sqsfifo_lint.sends.traces import blame
from sqsfifo_lint.source.walk import descendants


@record(eq=False)
class _Sent:
    """One message, and the path that sends it."""

    draft: Draft
    path: Path

    def slot(self, name: SlotName) -> Given:
        return self.draft.slots[name]


class When(enum.Enum):
    """Whether one message is sent after the other."""

    NEVER = "never, as far as is known"
    SOMETIMES = "on some path"
    ALWAYS = "always"


def shared_ids(machine: Machine, paths: Sequence[Path]) -> Mapping[Draft, Shared]:
    """The messages whose dedup ID another one had before them, each with the first of those."""
    of_call: dict[Noted, Path] = {path.call: path for path in paths}
    found: dict[Draft, Shared] = {}
    trees = Trees()
    for path in paths:
        noted = path.call.state.noted  # a set, whose order is by chance
        earlier = [one for call, one in of_call.items() if call in noted and call is not path.call]
        if not earlier and len(path.drafts) < 2:
            continue  # the rule
        by_id: dict[object, list[_Sent]] = {}
        for one in sorted(earlier, key=lambda one: one.call.past):
            for draft in one.drafts:
                by_id.setdefault(_id_of(draft), []).append(_Sent(draft, one))
        for draft in path.drafts:
            second, key = _Sent(draft, path), _id_of(draft)
            several = (_share(machine, trees, one, second) for one in by_id.get(key, ())) if key else iter(())
            other = next((one for one in several if one is not None), None)
            if other is not None:
                found.setdefault(draft, other)
            if draft.once:
                by_id.setdefault(key, []).append(second)
    return found


def _id_of(draft: Draft) -> tuple[Identity, ...]:
    """The identity of a message's one dedup ID; empty if it may have none or several."""
    given = draft.slots[SlotName.DEDUP]
    return identities(given.options[0].atom) if len(given.options) == 1 and not given.absent else ()


def _share(machine: Machine, trees: Trees, first: _Sent, second: _Sent) -> Shared | None:
    """The first message as the one whose ID the second has, too; None if it has not."""
    if not _same_queue(first.path.queue, second.path.queue):
        return None
    if not _differ(first.slot(SlotName.BODY), second.slot(SlotName.BODY)):
        return None
    between = _between(machine, trees, first, second)
    if between is None and first.path is not second.path:
        return None
    if not _same_value(first, second, between):
        return None
    when = _when(between) if between is not None else When.ALWAYS
    return _shared(first, second, always=when is When.ALWAYS) if when is not When.NEVER else None


def _shared(first: _Sent, second: _Sent, *, always: bool) -> Shared:
    groups = [frozenset(map(identities, one.slot(SlotName.GROUP).atoms)) for one in (first, second)]
    other = first.slot(SlotName.DEDUP).options[0]
    where = blame(other).place
    own = blame(second.slot(SlotName.DEDUP).options[0]).place
    return Shared(first.draft.place if where == own else where, groups[0] != groups[1], always)


# -- one value


def _same_value(first: _Sent, second: _Sent, between: _Between | None) -> bool:
    """Whether the dedup IDs are the same, as far as can be seen, and not the same by chance of what is not seen."""
    before, after = (one.slot(SlotName.DEDUP).options[0] for one in (first, second))
    if not any(map(_says_something, before.atom.pieces)):
        return False
    if not all(p.verbatim for p in before.atom.pieces) and not _made_alike(before, after, between):
        return False
    return not any(_may_differ(piece, first, second) for piece in after.atom.pieces)


def _says_something(piece: Piece) -> bool:
    return piece.material is not Material.CONSTANT


def _made_alike(before: Option, after: Option, between: _Between | None) -> bool:
    """Whether two values that are changed on the way, as by a digest, are changed in the same way.

    They are if one expression stands for both where the ways to the sends part, and goes into the sends as it is.
    """
    if between is None:
        return False
    around = between.around
    one, other = _expression(before, around.first.node), _expression(after, around.second.node)
    return one is not None and other is not None and around.is_the_same(one, other)


def _expression(option: Option, call: cst.CSTNode) -> cst.CSTNode | None:
    """What a call passes on to a slot without a change; None if that cannot be seen."""
    inside = set(descendants(call))
    found: set[cst.CSTNode | None] = set()
    for piece in option.atom.pieces:
        node: cst.CSTNode = option.place.node
        link = piece.link
        while node not in inside and isinstance(node, cst.Name) and link is not None and link.role in _PASSING:
            node, link = link.node, link.previous
        found.add(node if node in inside else None)
    return found.pop() if len(found) == 1 else None


_PASSING = frozenset({Role.ARGUMENT, Role.CONSTRUCTION, Role.ITEM})


def _may_differ(piece: Piece, first: _Sent, second: _Sent) -> bool:
    if piece.material is Material.INDEX:
        return True
    if piece.reading is None:
        return False
    call = second.path.call
    between = call.notes.outside[first.path.call.past : call.past]
    return not piece.reading.again or may_change(piece, between, call.notes)


def _same_queue(one: Given, other: Given) -> bool:
    before, after = only(tuple(one.atoms), Atom), only(tuple(other.atoms), Atom)
    return before is not None and after is not None and identities(before) == identities(after)


# -- two messages


def _differ(one: Given, other: Given) -> bool:
    """Whether the bodies visibly differ, whichever of their values they have."""
    pairs = list(product(one.atoms, other.atoms))
    return bool(pairs) and all(_visible(a) != _visible(b) and not _is_vague(a, b) for a, b in pairs)


def _visible(atom: Atom) -> frozenset[Identity]:
    texts = frozenset((p.text,) for p in atom.pieces if p.material is Material.CONSTANT and p.text)
    return texts or frozenset(identity(p) for p in atom.pieces if p.handed_in or p.reading is not None)


def _is_vague(one: Atom, other: Atom) -> bool:
    """Whether something in only one of two bodies cannot be seen: it may be the same text, made in another way."""
    texts = [{p.text for p in atom.pieces if p.material is Material.CONSTANT and p.text} for atom in (one, other)]
    if texts[0] and texts[1] and texts[0] != texts[1]:
        return False
    return not all(p.material is Material.CONSTANT or p.handed_in for atom in (one, other) for p in atom.pieces)


# -- where they stand


@record(eq=False)
class _Between:
    """Where the ways to two sends part."""

    around: Around
    answers: AbstractSet[cst.CSTNode]
    """The calls whose results say what became of the first."""


def _when(between: _Between) -> When:
    """Whether both may be sent, and the second is no reaction to an error of the first."""
    around = between.around
    if around.reacts_to_error():
        return When.NEVER
    own, others = around.conditions(around.second), around.conditions(around.first)
    if own is None or others is None:
        return When.SOMETIMES if own == [] or others == [] else When.NEVER
    told = around.told()
    if any(not told.isdisjoint(condition.names) for condition in own):
        return When.NEVER
    asked = [around.asked(condition) for condition in own]
    if any(one.kept or not between.answers.isdisjoint(one.nodes) for one in asked):
        return When.NEVER
    if own and others and not may_both_hold(around, own, others):
        return When.NEVER
    return When.SOMETIMES if own or others else When.ALWAYS


def _between(machine: Machine, trees: Trees, first: _Sent, second: _Sent) -> _Between | None:
    """None if both are sent by one call."""
    before = dict(_way(first))
    for key, (frame, node) in _way(second):
        if key in before and before[key][1] is not node:
            one, two = first.path.call, second.path.call
            parted, call = before[key]
            around = Around(
                machine, trees, One(parted, call, one.state), One(frame, node, two.state), two.notes.outside
            )
            answers = {made for _, made in before.values() if made in descendants(call)}
            return _Between(around, {one.node, call, *answers})
    return None


def _way(sent: _Sent) -> Iterator[tuple[object, tuple[Frame, cst.CSTNode]]]:
    node: cst.CSTNode = sent.path.call.node
    for frame in sent.path.call.frame.outward():
        yield frame.key, (frame, node)
        if frame.call is not None:
            node = frame.call
