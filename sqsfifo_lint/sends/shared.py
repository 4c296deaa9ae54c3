"""Two messages that differ and have one dedup ID, one sent after the other: the second is dropped.

The dedup IDs have one identity (`identity`), and nothing in between may have changed what they are read of. The queue
is the same, and the bodies visibly differ. It is not a retry in a handler of the first send's errors, and the two do
not stand under conditions of their own, which may exclude each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import libcst as cst

from sqsfifo_lint.flow import Frame, Noted
from sqsfifo_lint.flow.values import Atom, Piece, only
from sqsfifo_lint.model import Material, Shared
from sqsfifo_lint.records import record
from sqsfifo_lint.sends.identity import Identity, identities, identity, may_change
from sqsfifo_lint.sends.paths import Draft, Path
from sqsfifo_lint.sends.slots import Given, SlotName
from sqsfifo_lint.sends.traces import blame
from sqsfifo_lint.source.walk import descendants


@record(eq=False)
class _Sent:
    """One message, and the path that sends it."""

    draft: Draft
    path: Path

    def slot(self, name: SlotName) -> Given:
        return self.draft.slots[name]


def shared_ids(paths: Sequence[Path]) -> Mapping[Draft, Shared]:
    """The messages whose dedup ID another one had before them, each with the first of those."""
    of_call: dict[Noted, Path] = {path.call: path for path in paths}
    found: dict[Draft, Shared] = {}
    for path in paths:
        earlier = [of_call[call] for call in path.call.state.noted if call in of_call and call is not path.call]
        if not earlier and len(path.drafts) < 2:
            continue  # the rule
        by_id: dict[object, list[_Sent]] = {}
        for one in sorted(earlier, key=lambda one: one.call.past):
            for draft in one.drafts:
                by_id.setdefault(_id_of(draft), []).append(_Sent(draft, one))
        for draft in path.drafts:
            second, key = _Sent(draft, path), _id_of(draft)
            first = next((one for one in by_id.get(key, ()) if _share(one, second)), None) if key else None
            if first is not None:
                found.setdefault(draft, _shared(first, second))
            if draft.once:
                by_id.setdefault(key, []).append(second)
    return found


def _id_of(draft: Draft) -> tuple[Identity, ...]:
    """The identity of a message's one dedup ID; empty if it may have none or several."""
    given = draft.slots[SlotName.DEDUP]
    return identities(given.options[0].atom) if len(given.options) == 1 and not given.absent else ()


def _shared(first: _Sent, second: _Sent) -> Shared:
    groups = [frozenset(map(identities, one.slot(SlotName.GROUP).atoms)) for one in (first, second)]
    other = first.slot(SlotName.DEDUP).options[0]
    where = blame(other).place
    own = blame(second.slot(SlotName.DEDUP).options[0]).place
    return Shared(first.draft.place if where == own else where, groups[0] != groups[1])


def _share(first: _Sent, second: _Sent) -> bool:
    return (
        _same_value(first, second)
        and _same_queue(first.path.queue, second.path.queue)
        and _differ(first.slot(SlotName.BODY), second.slot(SlotName.BODY))
        and not _exclude_each_other(first, second)
    )


# -- one value


def _same_value(first: _Sent, second: _Sent) -> bool:
    """Whether the dedup IDs are the same, as far as can be seen, and not the same by chance of what is not seen."""
    before, after = (one.slot(SlotName.DEDUP).options[0] for one in (first, second))
    if not any(map(_says_something, before.atom.pieces)):
        return False
    if not all(p.verbatim for p in before.atom.pieces):
        by_name = isinstance(before.place.node, cst.Name) and isinstance(after.place.node, cst.Name)
        pairs = zip(before.atom.pieces, after.atom.pieces, strict=True)
        if not by_name or not all(a.link is not None and a.link is b.link for a, b in pairs):
            return False
    return not any(_may_differ(piece, first, second) for piece in after.atom.pieces)


def _says_something(piece: Piece) -> bool:
    return piece.material is not Material.CONSTANT


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


def _exclude_each_other(first: _Sent, second: _Sent) -> bool:
    """Whether the second is a reaction to an error of the first, or each stands under a condition of its own."""
    found = _in_common(first, second)
    if found is None:
        return first.path is not second.path
    frame, one, other = found
    root = frame.function.node if frame.function is not None else frame.chunk.module
    conditional = {0: False, 1: False}
    for node in descendants(root):
        match node:
            case cst.Try() | cst.TryStar():
                caught = any(other in descendants(handler) for handler in node.handlers)
                if caught and one in descendants(node.body):
                    return True
            case cst.If() | cst.Match() | cst.IfExp():
                has = [one in descendants(node), other in descendants(node)]
                if has[0] != has[1]:
                    conditional[int(has[1])] = True
    return conditional[0] and conditional[1]


def _in_common(first: _Sent, second: _Sent) -> tuple[Frame, cst.CSTNode, cst.CSTNode] | None:
    """The innermost frame that leads to both sends, and its calls that do; None if they are one call's."""
    before = dict(_way(first))
    for key, (frame, node) in _way(second):
        if key in before and before[key][1] is not node:
            return frame, before[key][1], node
    return None


def _way(sent: _Sent) -> Iterator[tuple[object, tuple[Frame, cst.CSTNode]]]:
    node: cst.CSTNode = sent.path.call.node
    for frame in sent.path.call.frame.outward():
        yield frame.key, (frame, node)
        if frame.call is not None:
            node = frame.call
