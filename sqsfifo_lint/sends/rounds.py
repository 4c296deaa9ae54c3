"""Which loop sends different messages?

A loop whose rounds send the same body is a retry, or nobody can tell. For a dedup ID, which tells messages apart, more
counts: a loop sends different messages if their bodies, groups or attributes visibly differ from round to round, be it
by an index only. It does not if its queue differs too, as each queue remembers its own IDs, if it is left after its
first message, or if it goes on after an error and only counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import libcst as cst

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import Machine
from sqsfifo_lint.flow.context import NOWHERE, Context
from sqsfifo_lint.flow.values import Piece
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.sends.identity import Identity, Past, identities, identity
from sqsfifo_lint.sends.paths import Draft, Path
from sqsfifo_lint.sends.retries import goes_on_after_error
from sqsfifo_lint.sends.slots import Given, SlotName
from sqsfifo_lint.source.walk import blocks, descendants

Rounds = AbstractSet[tuple[cst.CSTNode, cst.CSTNode]]
"""Loops and sends, such that the loop runs again after the send."""

_MAKES_A_MESSAGE = frozenset({Material.DATA, Material.UNIQUE, Material.CLOCK, Material.PROCESS})
"""Materials that make a round's body a different message; a counter is not among them, as it may count attempts."""
_MAKES_A_QUEUE = frozenset({Material.DATA, Material.INDEX})


def round_of(draft: Draft, call: SendCall, rounds: Rounds) -> Context:
    """One round of the innermost loop around a message whose rounds send different bodies; else the empty context."""
    bodies = [piece.context for piece in draft.slots[SlotName.BODY].pieces if piece.material in _MAKES_A_MESSAGE]
    for loop in draft.context.loops():
        if not _is_left(loop, draft, call, rounds) and any(made.within(loop) for made in bodies):
            return loop
    return NOWHERE


def rounds_of_ids(
    machine: Machine, paths: Sequence[Path], siblings: Mapping[Draft, Siblings]
) -> Mapping[Draft, Context]:
    """The same for dedup IDs: one round of the innermost loop whose rounds send messages that differ in anything.

    What one round shows of a loop is true of all: a counter begins with a constant.
    """
    found = {draft: _round_of_ids(machine, draft, path, siblings) for path in paths for draft in path.drafts}
    for draft, others in siblings.items():
        found[draft] = max((found[other] for other in others.drafts), key=len, default=found[draft])
    return found


def _round_of_ids(machine: Machine, draft: Draft, path: Path, several: Mapping[Draft, Siblings]) -> Context:
    call, rounds, siblings = path.call, machine.notes.rounds, several.get(draft, ALONE)
    past = Past(machine, call.state, call.notes)
    if siblings.queue:
        return NOWHERE
    for loop in draft.context.loops():
        if _is_left(loop, draft, call, rounds):
            continue
        if any(p.context.within(loop) and p.material in _MAKES_A_QUEUE for p in path.queue.pieces):
            continue
        if _differ(loop, draft, call, past) or (siblings.body and not siblings.dedup and _goes_through(loop)):
            return loop
    return NOWHERE


def _differ(loop: Context, draft: Draft, call: SendCall, past: Past) -> bool:
    """Whether the messages of a loop's rounds visibly differ."""
    body, group = list(draft.slots[SlotName.BODY].pieces), list(draft.slots[SlotName.GROUP].pieces)
    if any(p.material in _MAKES_A_MESSAGE and past.is_new(p, loop) for p in body):
        return True
    more = list(draft.more)
    if any(p.material is Material.DATA and past.is_new(p, loop) for p in (*group, *more)):
        return True
    counted = any(p.material is Material.INDEX and past.is_new(p, loop) for p in (*body, *group))
    return counted and not _may_count_attempts(loop, call)


def is_apart(draft: Draft, per_message: Context, past: Past) -> bool:
    """Whether each round of the loop that sends has a group of its own."""
    return bool(per_message) and any(past.is_new(p, per_message) for p in draft.slots[SlotName.GROUP].pieces)


def _may_count_attempts(loop: Context, call: SendCall) -> bool:
    statement = loop.opened_by
    if isinstance(statement, cst.While):
        return not isinstance(statement.test, cst.Comparison) or goes_on_after_error(statement, _calls(call))
    return isinstance(statement, cst.For) and goes_on_after_error(statement, _calls(call))


def _calls(call: SendCall) -> set[cst.CSTNode]:
    return {call.node, *(frame.call for frame in call.frame.outward() if frame.call is not None)}


def _goes_through(loop: Context) -> bool:
    return isinstance(loop.opened_by, cst.For | cst.CompFor)


def _is_left(loop: Context, draft: Draft, call: SendCall, rounds: Rounds) -> bool:
    """Whether a loop is always left after its first message."""
    statement = loop.opened_by
    if not isinstance(statement, cst.For | cst.While):
        return False
    if call.state.context.within(loop):
        return (statement, call.node) not in rounds
    return _leaves(statement.body, draft.place.node)


def _leaves(body: cst.BaseSuite, node: cst.CSTNode) -> bool:
    """Whether the block with a node, or one around it, ends with leaving the loop."""
    statements = body.body
    around = next((line for line in statements if node in descendants(line)), None)
    if around is None:
        return False
    last = statements[-1]
    small = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    return isinstance(small, cst.Break | cst.Return | cst.Raise) or any(
        _leaves(block, node) for block in blocks(around)
    )


# -- rounds that were met one by one


@record(eq=False)
class Siblings:
    """What visibly moves between the rounds in which one message was met."""

    dedup: bool = False
    body: bool = False
    """No two rounds have a body in common: the elements of the loop are in sight."""
    queue: bool = False
    common: frozenset[Identity] = frozenset()
    """What the dedup IDs of all rounds are made of."""
    drafts: tuple[Draft, ...] = ()


ALONE = Siblings()
"""What is met once."""


def siblings_of(paths: Sequence[Path]) -> Mapping[Draft, Siblings]:
    """For each message that was met in several rounds of a loop, how the rounds differ."""
    met: dict[tuple[cst.CSTNode, Context], list[tuple[Draft, Path]]] = {}
    for path in paths:
        for draft in path.drafts:
            if any(True for _ in draft.context.loops()):
                met.setdefault((draft.place.node, draft.context), []).append((draft, path))
    found: dict[Draft, Siblings] = {}
    for several in met.values():
        one = _compared(several)
        found.update((draft, one) for draft, _ in several)
    return found


def _compared(several: Sequence[tuple[Draft, Path]]) -> Siblings:
    dedups = [_all(draft.slots[SlotName.DEDUP]) for draft, _ in several]
    first, path = several[0]
    if len(several) == 1 and path.call.state.context.within(first.context):
        return ALONE
    if len(several) == 1:  # an entry of the rounds that a loop ran: what the last one left is what all of them made
        return Siblings(dedup=len({_data(found) for found in dedups[0]}) > 1)
    bodies = {_all(draft.slots[SlotName.BODY]) for draft, _ in several}
    queues = {_all(path.queue) for _, path in several}
    made_of = [{one for several in found for one in several} for found in dedups]
    common = frozenset(set.intersection(*made_of))
    apart = len(bodies) == len(several) and len(frozenset().union(*bodies)) == sum(map(len, bodies))
    return Siblings(len(set(dedups)) > 1, apart, len(queues) > 1, common, tuple(draft for draft, _ in several))


def _all(given: Given) -> frozenset[tuple[Identity, ...]]:
    return frozenset(identities(atom) for atom in given.atoms)


def _data(found: tuple[Identity, ...]) -> tuple[Identity, ...]:
    return tuple(one for one in found if one[0] is Material.DATA)


def own_of_the_round(pieces: Sequence[Piece], siblings: Siblings, context: Context) -> tuple[Piece, ...]:
    """The pieces of a dedup ID; beside others, a constant that other rounds do not have is the number of its round."""
    if not siblings.dedup or all(piece.material is Material.CONSTANT for piece in pieces):
        return tuple(pieces)
    return tuple(
        replace(piece, material=Material.INDEX, context=context)
        if piece.material is Material.CONSTANT and identity(piece) not in siblings.common
        else piece
        for piece in pieces
    )
