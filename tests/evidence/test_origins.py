"""Which sends can have made the IDs that were seen."""

from __future__ import annotations

from sqsfifo_lint.evidence.origins import DELAYED, FEW_PROCESSES, MAX_IDS, Joined, Seen, join
from sqsfifo_lint.evidence.shapes import Nature, Often, Piece, Place, Sender, Shape

UNIQID = "68e3777f181f2"
"""Made at 2025-10-06T08:02:07.098Z."""


def at(line: int) -> Place:
    return Place("app.py", line, 1)


def shape(line: int, *pieces: Piece) -> Shape:
    return Shape(pieces, at(line))


def text(value: str) -> Piece:
    return Piece(Nature.TEXT, Often.IMPORT, value)


def clock(often: Often, resolution: int = 1_000) -> Piece:
    return Piece(Nature.CLOCK, often, "time.time()", "time.time", resolution)


def unique(often: Often) -> Piece:
    return Piece(Nature.UNIQUE, often, "uuid4()", "uuid.uuid4")


DATA = Piece(Nature.DATA, Often.MESSAGE, "order.id")


def sender(line: int, group: Shape, dedup: Shape | None = None, queue: str = "") -> Sender:
    dedups = (dedup,) if dedup is not None else ()
    return Sender(at(line), "send_message", (queue,) if queue else (), (group,), dedups)


ORDERS = sender(10, shape(11, text("orders")), shape(12, clock(Often.MESSAGE)))
BY_ORDER = sender(20, shape(21, text("order-"), DATA), shape(22, DATA))
AT_START = sender(30, shape(31, clock(Often.IMPORT)), shape(32, unique(Often.MESSAGE)))


def lines(joined: Joined, slot: str = "group") -> list[tuple[int, int, list[int]]]:
    """For each source: IDs, messages, and the lines of the best candidates."""
    sources = getattr(joined, slot)
    return [(one.ids, one.messages, [found.sender.at.line for found in one.candidates]) for one in sources]


def test_a_constant_names_its_send() -> None:
    joined = join([ORDERS, BY_ORDER, AT_START], [Seen("orders", 8)])
    assert lines(joined) == [(1, 8, [10])]
    assert joined.blamed is not None
    assert joined.blamed.certain
    assert joined.blamed.candidates[0].shape.given == at(11)


def test_the_same_constant_in_two_places_could_be_either() -> None:
    twin = sender(40, shape(41, text("orders")))
    joined = join([ORDERS, twin], [Seen("orders", 8)])
    assert lines(joined) == [(1, 8, [10, 40])]
    assert joined.blamed is not None
    assert not joined.blamed.certain


def test_a_prefix_beats_data_and_others_are_counted() -> None:
    anything = sender(50, shape(51, DATA))
    joined = join([BY_ORDER, anything], [Seen("order-1", 1), Seen("order-2", 2), Seen("user-1", 4)])
    assert lines(joined) == [(1, 4, [50]), (2, 3, [20])]
    assert [source.others for source in joined.group] == [0, 1]
    assert [source.known for source in joined.group] == [False, True]


def test_a_group_of_many_messages_was_not_created_for_each() -> None:
    each_time = sender(60, shape(61, clock(Often.MESSAGE)))
    joined = join([each_time, AT_START], [Seen(UNIQID, 2)])
    assert lines(joined) == [(1, 2, [30])]
    only = join([each_time], [Seen(UNIQID, 2)])
    assert only.group[0].candidates[0].against == "it creates a new one for each message, and 2 messages have this one"
    assert not only.group[0].known


def test_a_clock_of_seconds_gives_one_value_to_many() -> None:
    coarse = sender(60, shape(61, clock(Often.MESSAGE, 1_000_000_000)))
    assert join([coarse], [Seen("1759737727", 2)]).group[0].candidates[0].against == ""


def test_an_old_time_was_not_made_for_its_message() -> None:
    made = 1_759_737_727_098_802
    each_time = sender(60, shape(61, clock(Often.MESSAGE)))
    soon, late = Seen(UNIQID, 1, made + DELAYED, made), Seen(UNIQID, 1, made + DELAYED + 1, made)
    assert lines(join([each_time, AT_START], [soon])) == [(1, 1, [60, 30])]
    assert lines(join([each_time, AT_START], [late])) == [(1, 1, [30])]


def test_many_ids_were_not_each_made_at_the_start_of_a_process() -> None:
    many = [Seen(f"68e3777f18{number:03x}", 1) for number in range(FEW_PROCESSES + 1)]
    each_time = sender(60, shape(61, clock(Often.MESSAGE)))
    assert lines(join([AT_START, each_time], many)) == [(9, 9, [60])]
    assert lines(join([AT_START, each_time], many[1:])) == [(8, 8, [30, 60])]


def test_what_nothing_explains_is_said_last() -> None:
    joined = join([ORDERS], [Seen("invoices", 9), Seen("orders", 1)])
    assert lines(joined) == [(1, 1, [10]), (1, 9, [])]
    assert joined.blamed is not None
    assert joined.blamed.candidates == ()
    assert joined.blamed.example == "invoices"


def test_the_source_of_the_blamed_group_is_not_that_of_most_messages() -> None:
    seen = [Seen("orders", 5), *(Seen(f"order-{number}", 2) for number in range(9))]
    joined = join([ORDERS, BY_ORDER], seen)
    assert lines(joined) == [(9, 18, [20]), (1, 5, [10])]
    assert joined.blamed is not None
    assert joined.blamed.candidates[0].sender is ORDERS


def test_both_ids_are_looked_at() -> None:
    seen = [Seen(f"0f8fad5b-d9cb-469f-a165-70867728950{number}", 1) for number in range(3)]
    joined = join([ORDERS, AT_START], [], seen)
    assert (lines(joined), lines(joined, "dedup")) == ([], [(3, 3, [30])])
    assert joined.blamed is None


def test_a_send_to_another_queue_is_not_meant() -> None:
    arn = "arn:aws:sqs:eu-west-1:123456789012:orders.fifo"
    url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"
    mine = [sender(n, shape(n, DATA), queue=queue) for n, queue in enumerate(("*/orders.fifo", "", url, "*"), 1)]
    other = sender(9, shape(9, DATA), queue="*-refunds.fifo")
    joined = join([*mine, other], [Seen("a", 1)], queue=arn)
    assert (joined.senders, lines(joined)) == (4, [(1, 1, [1, 2, 3, 4])])
    assert join([*mine, other], [Seen("a", 1)]).senders == 5


def test_a_send_to_a_standard_queue_explains_nothing_of_a_fifo_queue() -> None:
    fair = ORDERS._replace(standard=True)
    seen = [Seen("orders", 9)]
    assert lines(join([fair], seen, fifo=True)) == [(1, 9, [])]
    assert lines(join([fair], seen, fifo=False)) == lines(join([fair], seen)) == [(1, 9, [10])]


def test_what_is_not_looked_at_is_counted() -> None:
    joined = join([BY_ORDER], (Seen(f"order-{number}", 1) for number in range(MAX_IDS + 3)))
    assert (joined.beyond, lines(joined)) == (3, [(MAX_IDS, MAX_IDS, [20])])


def test_another_group_than_the_largest_may_be_to_blame() -> None:
    joined = join([ORDERS, BY_ORDER], [Seen("order-1", 9), Seen("orders", 5)], blamed="orders")
    assert joined.blamed is not None
    assert (joined.blamed.example, joined.blamed.ids, joined.blamed.candidates[0].sender) == ("orders", 1, ORDERS)
