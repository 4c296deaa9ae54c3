"""Two contexts make a lifetime: each row is a program in a nutshell, judged by hand."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst
import pytest

from sqsfifo_lint.flow.context import NOWHERE, Context, Level
from sqsfifo_lint.flow.values import Link, Piece, Reading, Role
from sqsfifo_lint.knowledge.apis import Reuse
from sqsfifo_lint.model import Lifetime, Material
from sqsfifo_lint.sends.lifetimes import Sending, kept_by_retries, life_of, lifetime
from sqsfifo_lint.source.chunks import Chunk

IMPORT, INSTANCE, CALL, MESSAGE = Lifetime

ROOT = Context()
MODULE = ROOT.enter(Level.IMPORT, "app.py")
"""`x = …` at the top of a module that is imported."""
SCRIPT = ROOT.enter(Level.SCRIPT, "app.py")
"""The same, if the module's own statements send."""
HANDLER = ROOT.enter(Level.CALL, "def handle(orders)")
HELPER = HANDLER.enter(Level.CALL, "helper()")
ORDERS = HANDLER.enter(Level.LOOP, "for order in orders")
LINES = ORDERS.enter(Level.LOOP, "for line in order.lines")
IN_ORDERS = ORDERS.enter(Level.CALL, "helper()")
OTHER_LOOP = HANDLER.enter(Level.LOOP, "for other in others")
BUS = ROOT.enter(Level.INSTANCE, "class Bus")
"""An object whose construction is out of sight."""
MAKER = ROOT.enter(Level.CALL, "def make_bus()")
"""Another function than the one that sends."""
BUILT_HERE = HANDLER.enter(Level.INIT, "Bus()")
BUILT_IN_LOOP = ORDERS.enter(Level.INIT, "Bus()")


@dataclass(frozen=True)
class Row:
    """A value made in `origin`, sent in `message`."""

    why: str
    origin: Context
    message: Context
    per_message: Context
    expected: Lifetime


ROWS = (
    Row("of what is nowhere nothing is said", NOWHERE, ORDERS, ORDERS, MESSAGE),
    Row("made when the module is imported, by whatever sends", MODULE, ORDERS, ORDERS, IMPORT),
    Row("also where there is no loop", MODULE, HANDLER, NOWHERE, IMPORT),
    Row("a loop at import ran long ago", MODULE.enter(Level.LOOP, "for x in y"), HANDLER, NOWHERE, IMPORT),
    Row(
        "a class body, or a default argument, runs at import",
        MODULE.enter(Level.CALL, "class A"),
        HELPER,
        HELPER,
        IMPORT,
    ),
    Row(
        "an object made at import lives as long as the module",
        MODULE.enter(Level.INIT, "Bus()"),
        HANDLER,
        NOWHERE,
        IMPORT,
    ),
    Row("the script that is not the sender's is run once", SCRIPT, HANDLER, NOWHERE, IMPORT),
    Row("a cached function keeps its first result", HANDLER.enter(Level.CACHED, "tenant()"), HANDLER, NOWHERE, IMPORT),
    Row("even one that is called in the loop", ORDERS.enter(Level.CACHED, "tenant()"), ORDERS, ORDERS, IMPORT),
    Row(
        "a cached function that sends does so once",
        SCRIPT.enter(Level.CACHED, "f()"),
        SCRIPT.enter(Level.CACHED, "f()"),
        NOWHERE,
        MESSAGE,
    ),
    Row("an object out of sight is constructed once and sends often", BUS, HANDLER, NOWHERE, INSTANCE),
    Row(
        "as does one that a function makes which does not send",
        MAKER.enter(Level.INIT, "Bus()"),
        HANDLER,
        NOWHERE,
        INSTANCE,
    ),
    Row("the handler makes it for each message that it handles", HANDLER, HANDLER, NOWHERE, MESSAGE),
    Row("so does what the handler calls", HELPER, HANDLER, NOWHERE, MESSAGE),
    Row("and what calls the function that sends", HANDLER, HELPER, NOWHERE, MESSAGE),
    Row("an object made in the handler lives for one message, without a loop", BUILT_HERE, HANDLER, NOWHERE, MESSAGE),
    Row("made before the loop, and sent in each round of it", HANDLER, ORDERS, ORDERS, CALL),
    Row("also where a function called before the loop makes it", HELPER, ORDERS, ORDERS, CALL),
    Row("a loop that tries again sends one message only", HANDLER, ORDERS, NOWHERE, MESSAGE),
    Row("made in the round that sends", ORDERS, ORDERS, ORDERS, MESSAGE),
    Row("by a function that is called in it", IN_ORDERS, ORDERS, ORDERS, MESSAGE),
    Row("made in the outer loop, and sent in each round of the inner one", ORDERS, LINES, LINES, CALL),
    Row("the inner loop tries one order's message again", ORDERS, LINES, ORDERS, MESSAGE),
    Row("collected in another loop: each message may have its own", OTHER_LOOP, ORDERS, ORDERS, MESSAGE),
    Row("an object that is constructed before the loop serves all its rounds", BUILT_HERE, ORDERS, ORDERS, INSTANCE),
    Row(
        "a constructor that sends in a loop is a function like any other",
        BUILT_HERE,
        BUILT_HERE.enter(Level.LOOP, "for order in orders"),
        BUILT_HERE.enter(Level.LOOP, "for order in orders"),
        CALL,
    ),
    Row("one that is constructed in the round, only this one", BUILT_IN_LOOP, ORDERS, ORDERS, MESSAGE),
    Row(
        "a script's own variable, used by its loop",
        SCRIPT,
        SCRIPT.enter(Level.LOOP, "for"),
        SCRIPT.enter(Level.LOOP, "for"),
        IMPORT,
    ),
    Row("a script that sends one message makes it for that", SCRIPT, SCRIPT, NOWHERE, MESSAGE),
    Row(
        "what the script's function makes before its loop is made by each call",
        SCRIPT.enter(Level.CALL, "main()"),
        SCRIPT.enter(Level.CALL, "main()").enter(Level.LOOP, "for"),
        SCRIPT.enter(Level.CALL, "main()").enter(Level.LOOP, "for"),
        CALL,
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.why)
def test_two_contexts_make_a_lifetime(row: Row) -> None:
    assert lifetime(row.origin, row.message, row.per_message) is row.expected


def test_every_lifetime_has_rows_on_both_sides_of_the_loop() -> None:
    assert {row.expected for row in ROWS} == set(Lifetime)
    assert {row.expected for row in ROWS if row.per_message} == set(Lifetime)


# -- what else a piece says

CHUNK = Chunk("app.py", "x\n", 1)
NODE = cst.Name("x")


def piece(material: Material, context: Context, *, unsteady: bool = False, role: Role | None = None) -> Piece:
    link = None if role is None else Link(CHUNK, NODE, "", role, None)
    reading = Reading((".id",), context) if unsteady else None
    return Piece(material, context, CHUNK, NODE, reading=reading, link=link)


IN_A_LOOP = Sending(ORDERS, ORDERS)
BY_ITSELF = Sending(HANDLER, NOWHERE)


def test_a_constructors_argument_lives_with_the_object() -> None:
    assert life_of(piece(Material.UNIQUE, HANDLER), IN_A_LOOP) is CALL
    assert life_of(piece(Material.UNIQUE, HANDLER, role=Role.CONSTRUCTION), IN_A_LOOP) is INSTANCE
    assert life_of(piece(Material.UNIQUE, ORDERS, role=Role.CONSTRUCTION), IN_A_LOOP) is MESSAGE


def test_an_object_out_of_sight_may_have_changed() -> None:
    assert life_of(piece(Material.DATA, HANDLER), IN_A_LOOP) is CALL
    assert life_of(piece(Material.DATA, HANDLER, unsteady=True), IN_A_LOOP) is MESSAGE
    assert life_of(piece(Material.DATA, MODULE, unsteady=True), IN_A_LOOP) is IMPORT
    assert life_of(piece(Material.INDEX, MODULE, unsteady=True), IN_A_LOOP) is MESSAGE


def test_a_function_that_makes_the_object_may_run_for_each_request() -> None:
    made = MAKER.enter(Level.INIT, "Bus()")
    assert life_of(piece(Material.DATA, made), BY_ITSELF) is MESSAGE
    assert life_of(piece(Material.UNIQUE, made), BY_ITSELF) is INSTANCE
    assert life_of(piece(Material.DATA, BUS), BY_ITSELF) is INSTANCE
    assert life_of(piece(Material.DATA, BUILT_HERE), IN_A_LOOP) is INSTANCE


@pytest.mark.parametrize(
    ("reuse", "at_import", "origin", "expected"),
    [
        (Reuse.NONE, False, HANDLER, MESSAGE),
        (Reuse.SCHEDULED, False, HANDLER, IMPORT),
        (Reuse.KEPT, False, HANDLER, MESSAGE),
        (Reuse.KEPT, True, HANDLER, IMPORT),
        (Reuse.OWN_PROCESS, False, MODULE, MESSAGE),
    ],
)
def test_how_the_api_uses_its_arguments_again(
    reuse: Reuse, at_import: bool, origin: Context, expected: Lifetime
) -> None:
    sending = Sending(HANDLER, NOWHERE, reuse, at_import)
    assert life_of(piece(Material.UNIQUE, origin), sending) is expected
    constant = life_of(piece(Material.CONSTANT, origin), sending)
    assert constant is lifetime(origin, HANDLER), "what does not vary is the same however often it is sent"


# -- what a retry needs

TRIES = HANDLER.enter(Level.LOOP, cst.ensure_type(cst.parse_statement("while True: pass"), cst.While))
"""A loop that sends one message until it works: all of the handler runs per message."""


def test_a_dedup_id_made_before_the_attempts_is_kept_by_them() -> None:
    kept = kept_by_retries(piece(Material.UNIQUE, HANDLER), Sending(TRIES, NOWHERE))
    assert (kept.material, kept.text) == (Material.DATA, "made once for every attempt")


@pytest.mark.parametrize(
    ("made", "sending"),
    [
        pytest.param(piece(Material.UNIQUE, TRIES), Sending(TRIES, NOWHERE), id="made by each attempt"),
        pytest.param(piece(Material.UNIQUE, HANDLER), Sending(TRIES, TRIES), id="the loop sends different messages"),
        pytest.param(piece(Material.UNIQUE, HANDLER), BY_ITSELF, id="no loop"),
        pytest.param(
            piece(Material.UNIQUE, HANDLER), Sending(ORDERS, NOWHERE), id="a comprehension tries nothing again"
        ),
        pytest.param(piece(Material.UNIQUE, MODULE), Sending(TRIES, NOWHERE), id="made at import"),
        pytest.param(piece(Material.UNIQUE, OTHER_LOOP), Sending(TRIES, NOWHERE), id="collected by another loop"),
        pytest.param(piece(Material.INDEX, HANDLER), Sending(TRIES, NOWHERE), id="a counter"),
    ],
)
def test_what_is_not_kept_by_attempts(made: Piece, sending: Sending) -> None:
    assert kept_by_retries(made, sending) is made
