"""Which argument has to be changed, and what the steps of a trace say."""

from __future__ import annotations

import libcst as cst
import pytest

from sqsfifo_lint.flow.context import NOWHERE, Context, Level
from sqsfifo_lint.flow.values import Atom, Link, Piece, Role
from sqsfifo_lint.model import Lifetime, Material, Step, Trait
from sqsfifo_lint.sends.slots import Option
from sqsfifo_lint.sends.traces import blame, culprit, part_of
from sqsfifo_lint.source.chunks import Chunk, NodePlace

CHUNK = Chunk("app.py", "", 1)
NODES = {name: cst.Name(name) for name in ("origin", "slot", "outer", "inner", "default", "item", "result", "step")}
PUSH = Context().enter(Level.CALL, "push()")
MAKE = Context().enter(Level.CALL, "make()")


def piece(*ways: tuple[str, Role, Context], material: Material = Material.UNIQUE, trait: Trait | None = None) -> Piece:
    """A piece that went through these links, in order."""
    link: Link | None = None
    for name, role, call in ways:
        link = Link(CHUNK, NODES[name], name, role, link, call)
    return Piece(material, NOWHERE, CHUNK, NODES["origin"], link=link, trait=trait)


def place(name: str) -> NodePlace:
    return NodePlace(CHUNK, NODES[name])


def passed(name: str, call: Context = PUSH) -> tuple[str, Role, Context]:
    return name, Role.ARGUMENT, call


def returned(name: str, call: Context) -> tuple[str, Role, Context]:
    return name, Role.RETURN, call


STEP = ("step", Role.STEP, NOWHERE)


@pytest.mark.parametrize(
    ("ways", "expected", "by_caller"),
    [
        pytest.param((), "slot", False, id="written in the call"),
        pytest.param((STEP,), "slot", False, id="kept in a variable: the call can be given another one"),
        pytest.param((passed("outer"),), "outer", True, id="passed by a caller"),
        pytest.param((passed("outer", MAKE), passed("inner")), "outer", True, id="passed on: the outermost call"),
        pytest.param((("outer", Role.CONSTRUCTION, MAKE),), "outer", True, id="handed to a constructor"),
        pytest.param((("default", Role.DEFAULT, PUSH),), "default", False, id="a default is no caller's"),
        pytest.param((("item", Role.ITEM, NOWHERE),), "item", False, id="an item of a dict"),
        pytest.param((("item", Role.ITEM, NOWHERE), passed("outer")), "item", False, id="a dict's item, passed on"),
        pytest.param(
            (passed("inner", MAKE), returned("result", MAKE)), "slot", False, id="returned: where the result is used"
        ),
        pytest.param(
            (passed("inner", MAKE), returned("result", MAKE), passed("outer")),
            "outer",
            True,
            id="returned, and the result passed on",
        ),
        pytest.param(
            (passed("outer"), passed("inner", MAKE), returned("result", MAKE)),
            "outer",
            True,
            id="passed by a caller, and through a function on the way",
        ),
    ],
)
def test_blame(ways: tuple[tuple[str, Role, Context], ...], expected: str, by_caller: bool) -> None:
    found = blame(Option(Atom((piece(*ways),)), place("slot")))
    assert (found.place, found.by_caller) == (place(expected), by_caller)


def test_nothing_to_blame_but_the_slot() -> None:
    assert blame(Option(Atom(()), place("slot"))).place == place("slot")


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param(
            [piece(material=Material.CONSTANT), piece(material=Material.CLOCK)], 1, id="what varies by itself"
        ),
        pytest.param([piece(passed("outer"), material=Material.DATA), piece()], 1, id="also after what is passed"),
        pytest.param(
            [piece(material=Material.CONSTANT), piece(passed("outer"), material=Material.DATA)], 1, id="passed"
        ),
        pytest.param(
            [piece(material=Material.DATA), piece(material=Material.CONSTANT, trait=Trait.NONE)],
            1,
            id="the text of None",
        ),
        pytest.param([piece(material=Material.CONSTANT), piece(material=Material.DATA)], 0, id="else the first"),
    ],
)
def test_culprit(pieces: list[Piece], expected: int) -> None:
    assert culprit(Atom(tuple(pieces))) is pieces[expected]


def test_steps_go_from_the_origin_to_the_slot() -> None:
    last = Link(CHUNK, NODES["slot"], "used as the group ID", Role.SLOT, None)
    found = part_of(piece(STEP, passed("outer")), Lifetime.MESSAGE, last)
    assert found.steps == (
        Step(place("origin"), "made here, new at each evaluation"),
        Step(place("step"), "step"),
        Step(place("outer"), "outer"),
        Step(place("slot"), "used as the group ID"),
    )


def test_what_happens_in_one_place_is_one_step() -> None:
    last = Link(CHUNK, NODES["step"], "used as the group ID", Role.SLOT, None)
    found = part_of(piece(STEP), Lifetime.MESSAGE, last)
    assert found.steps[-1] == Step(place("step"), "step, used as the group ID")


def test_a_retry_stands_before_the_slot() -> None:
    last = Link(CHUNK, NODES["slot"], "used as the dedup ID", Role.SLOT, None)
    again = Step(place("outer"), "runs `push()` again after an error")
    found = part_of(piece(STEP), Lifetime.MESSAGE, last, again)
    assert found.steps[-2:] == (again, Step(place("slot"), "used as the dedup ID"))
    assert found.retried is again


@pytest.mark.parametrize(
    ("made", "life", "reason"),
    [
        (piece(("default", Role.DEFAULT, PUSH)), Lifetime.IMPORT, "default argument"),
        (piece(("default", Role.DEFAULT, PUSH)), Lifetime.CALL, ""),
        (piece(material=Material.DATA), Lifetime.MESSAGE, ""),
    ],
)
def test_the_reason_tells_what_keeps_a_value(made: Piece, life: Lifetime, reason: str) -> None:
    last = Link(CHUNK, NODES["slot"], "", Role.SLOT, None)
    assert part_of(made, life, last).reason == reason
