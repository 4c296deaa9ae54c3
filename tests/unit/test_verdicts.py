"""The verdict table, row by row. Each row that is reported has a twin that is not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sqsfifo_lint import verdicts
from sqsfifo_lint.knowledge.model import DAY, MICROSECOND, MINUTE, SECOND
from sqsfifo_lint.model import (
    Alternative,
    Known,
    Lifetime,
    Material,
    Message,
    Part,
    Place,
    Queue,
    Send,
    Slot,
    Span,
    Step,
)
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import Options, Violation
from sqsfifo_lint.rules.judging import check
from sqsfifo_lint.verdicts import Case, Verdict

PROCESS, INSTANCE, CALL, MESSAGE = Lifetime
CONSTANT, CONFIG, CLOCK, UNIQUE, OWN, INDEX, DATA = Material
"""`OWN` is `Material.PROCESS`, a process-dependent value; `PROCESS` is the lifetime."""


@dataclass(frozen=True)
class FakePlace:
    """A place that needs no source."""

    line: int = 1
    path: str = "app.py"
    source: str = "x"

    @property
    def span(self) -> Span:
        return Span(self.path, self.line, 5, self.line, 9)


def part(
    material: Material,
    lifetime: Lifetime = MESSAGE,
    text: str = "",
    *,
    line: int = 1,
    resolution: int | None = None,
    steps: tuple[Step, ...] = (),
    verbatim: bool = True,
    reason: str = "",
) -> Part:
    text = text or f"{material.name.lower()}()"
    written = text if material is CONSTANT else ""
    return Part(material, lifetime, written, FakePlace(line, source=text), steps, resolution, verbatim, reason)


def constant(text: str = "orders", *, line: int = 1, verbatim: bool = True) -> Part:
    return part(CONSTANT, PROCESS, text, line=line, verbatim=verbatim)


def either(*alternatives: Part | tuple[Part, ...], absent: bool = False) -> Slot:
    """A slot with one alternative for each argument, on lines 1, 2, ..."""
    made = [
        Alternative(parts if isinstance(parts, tuple) else (parts,), FakePlace(line))
        for line, parts in enumerate(alternatives, 1)
    ]
    return Slot(tuple(made), absent)


def clock(lifetime: Lifetime = MESSAGE, resolution: int | None = SECOND) -> Part:
    return part(CLOCK, lifetime, "now()", resolution=resolution)


NOT_GIVEN = Slot(absent=True)
data = part(DATA)

GROUPS: list[tuple[str, Slot, Verdict | None]] = [
    ("not given", NOT_GIVEN, None),
    ("data", either(data), None),
    # constant
    ("a constant", either(constant()), Verdict.CONSTANT),
    ("constants joined", either((constant("a"), constant("b"))), Verdict.CONSTANT),
    ("a constant beside data", either((constant(), data)), None),
    ("two constants", either(constant("a"), constant("b")), Verdict.CONSTANT),
    ("a constant or data", either(constant(), data), None),
    ("a constant or not given", either(constant(), absent=True), Verdict.CONSTANT),
    ("a constant or unknown at import", either(constant(), part(DATA, PROCESS)), None),
    ("a hash of a constant", either(constant(verbatim=False)), Verdict.CONSTANT),
    # module-level
    ("configuration", either(part(CONFIG, PROCESS)), Verdict.MODULE_LEVEL),
    ("configuration read at the send", either(part(CONFIG, MESSAGE)), Verdict.MODULE_LEVEL),
    ("configuration read at construction", either(part(CONFIG, INSTANCE)), Verdict.MODULE_LEVEL),
    ("configuration beside data", either((part(CONFIG), data)), None),
    ("configuration or data", either(part(CONFIG), data), None),
    ("configuration or a constant", either(constant(), part(CONFIG)), Verdict.MODULE_LEVEL),
    ("a unique value at import", either(part(UNIQUE, PROCESS)), Verdict.MODULE_LEVEL),
    ("a clock at import", either(clock(PROCESS)), Verdict.MODULE_LEVEL),
    ("a process's own value at import", either(part(OWN, PROCESS)), Verdict.MODULE_LEVEL),
    ("a process's own value at the send", either(part(OWN, MESSAGE)), Verdict.PROCESS_DEPENDENT),
    ("a counter at import", either(part(INDEX, PROCESS)), Verdict.MODULE_LEVEL),
    ("a counter at the send", either(part(INDEX, MESSAGE)), None),
    ("a unique value at import beside data", either((part(UNIQUE, PROCESS), data)), None),
    ("unknown at import", either(part(DATA, PROCESS)), None),
    ("a unique value at import beside unknown", either((part(UNIQUE, PROCESS), part(DATA, PROCESS))), None),
    # instance-bound
    ("made at construction", either(part(UNIQUE, INSTANCE)), Verdict.INSTANCE_BOUND),
    ("a clock at construction", either(clock(INSTANCE)), Verdict.INSTANCE_BOUND),
    ("handed in at construction", either(part(DATA, INSTANCE)), Verdict.INSTANCE_BOUND),
    ("handed in at construction beside data", either((part(DATA, INSTANCE), data)), None),
    ("handed in at construction, or to the call", either(part(DATA, INSTANCE), part(DATA, CALL)), None),
    ("handed in, with a default", either(part(DATA, INSTANCE), constant()), Verdict.INSTANCE_BOUND),
    (
        "made at construction beside configuration",
        either((part(CONFIG), part(UNIQUE, INSTANCE))),
        Verdict.INSTANCE_BOUND,
    ),
    ("made at construction beside unknown at import", either((part(DATA, PROCESS), part(UNIQUE, INSTANCE))), None),
    ("made at construction beside a counter", either((part(UNIQUE, INSTANCE), part(INDEX, MESSAGE))), None),
    ("a counter at construction", either(part(INDEX, INSTANCE)), Verdict.INSTANCE_BOUND),
    # generated
    ("a unique value at the send", either(part(UNIQUE)), Verdict.GENERATED),
    ("a unique value in the call", either(part(UNIQUE, CALL)), Verdict.GENERATED),
    ("a clock at the send", either(clock()), Verdict.GENERATED),
    ("a slow clock at the send", either((data, clock(resolution=DAY))), Verdict.GENERATED),
    ("a unique value beside data", either((data, part(UNIQUE))), Verdict.GENERATED),
    ("a unique value or data", either(data, part(UNIQUE)), Verdict.GENERATED),
    ("a unique value or a constant", either(constant(), part(UNIQUE)), Verdict.GENERATED),
    ("made at construction beside a clock", either((part(UNIQUE, INSTANCE), clock())), Verdict.GENERATED),
]

DEDUPS: list[tuple[str, Slot, Verdict | None]] = [
    ("not given", NOT_GIVEN, None),
    ("data", either(data), None),
    # fixed
    ("a constant", either(constant()), Verdict.FIXED),
    ("a constant beside data", either((constant(), data)), None),
    ("a constant or data", either(constant(), data), None),
    ("a constant or not given", either(constant(), absent=True), Verdict.FIXED),
    ("configuration read at the send", either(part(CONFIG, MESSAGE)), Verdict.FIXED),
    ("a unique value at import", either(part(UNIQUE, PROCESS)), Verdict.FIXED),
    ("a unique value at construction", either(part(UNIQUE, INSTANCE)), Verdict.FIXED),
    ("a unique value outside the loop", either(part(UNIQUE, CALL)), Verdict.FIXED),
    ("a clock outside the loop", either(clock(CALL)), Verdict.FIXED),
    ("handed in at construction", either(part(DATA, INSTANCE)), Verdict.FIXED),
    ("handed in outside the loop", either(part(DATA, CALL)), Verdict.FIXED),
    ("handed in outside the loop, beside data", either((part(DATA, CALL), data)), None),
    ("unknown at import", either(part(DATA, PROCESS)), None),
    ("unknown at import beside a constant", either((constant(), part(DATA, PROCESS))), None),
    ("a counter", either(part(INDEX, MESSAGE)), Verdict.REPEATING),
    ("a counter beside data", either((data, part(INDEX, MESSAGE))), None),
    ("made at construction beside a counter", either((part(UNIQUE, INSTANCE), part(INDEX, MESSAGE))), None),
    ("a counter outside the loop", either(part(INDEX, CALL)), Verdict.FIXED),
    # generated
    ("a unique value at the send", either(part(UNIQUE)), Verdict.GENERATED),
    ("a clock at the send", either(clock()), Verdict.GENERATED),
    ("a clock of unknown resolution beside data", either((data, clock(resolution=None))), Verdict.GENERATED),
    ("seconds beside data", either((data, clock())), Verdict.GENERATED),
    ("minutes beside data", either((data, clock(resolution=MINUTE))), Verdict.GENERATED),
    ("five minutes beside data", either((data, clock(resolution=5 * MINUTE))), None),
    ("days beside data", either((data, clock(resolution=DAY))), None),
    ("days alone", either(clock(resolution=DAY)), Verdict.GENERATED),
    ("days beside data of the whole loop", either((part(DATA, CALL), clock(resolution=DAY))), Verdict.GENERATED),
    ("days and a unique value beside data", either((data, clock(resolution=DAY), part(UNIQUE))), Verdict.GENERATED),
    ("a unique value outside the loop beside a counter", either((part(UNIQUE, CALL), part(INDEX))), Verdict.GENERATED),
    ("a unique value or data", either(data, part(UNIQUE)), Verdict.GENERATED),
    ("a unique value or a constant", either(constant(), part(UNIQUE)), Verdict.GENERATED),
]


@pytest.mark.parametrize(("slot", "verdict"), [row[1:] for row in GROUPS], ids=[row[0] for row in GROUPS])
def test_group(slot: Slot, verdict: Verdict | None) -> None:
    judgement = verdicts.verdict_on_group(slot)
    assert (judgement.verdict if judgement else None) is verdict


@pytest.mark.parametrize(("slot", "verdict"), [row[1:] for row in DEDUPS], ids=[row[0] for row in DEDUPS])
def test_dedup(slot: Slot, verdict: Verdict | None) -> None:
    judgement = verdicts.verdict_on_dedup(slot)
    assert (judgement.verdict if judgement else None) is verdict


@pytest.mark.parametrize(
    ("slot", "line"),
    [
        (either(constant("a"), constant("b")), 1),
        (either(constant(), part(CONFIG)), 2),
        (either(part(CONFIG), part(UNIQUE, PROCESS)), 1),
        (either(constant(), part(UNIQUE, INSTANCE)), 2),
        (either(data, part(UNIQUE)), 2),
    ],
)
def test_a_finding_stands_on_the_first_alternative_to_blame(slot: Slot, line: int) -> None:
    judgement = verdicts.verdict_on_group(slot)
    assert judgement is not None
    assert judgement.place.span.line == line


def test_the_message_is_about_the_freshest_part() -> None:
    old, fine, unique = part(UNIQUE, INSTANCE), clock(resolution=MICROSECOND), part(UNIQUE, MESSAGE)
    assert blamed(either((constant(), old, clock(CALL)))).lifetime is CALL
    assert blamed(either((clock(), fine))) is fine
    assert blamed(either((fine, unique))) is unique


def blamed(slot: Slot) -> Part:
    judgement = verdicts.verdict_on_group(slot)
    assert judgement is not None
    return judgement.part


def test_the_trace_has_each_step_once() -> None:
    shared, first, second = (Step(FakePlace(line), "a step") for line in (3, 4, 5))
    one = part(UNIQUE, INSTANCE, steps=(shared, first))
    two = part(UNIQUE, INSTANCE, steps=(shared, second))
    judgement = verdicts.verdict_on_group(either(one, two))
    assert judgement is not None
    assert judgement.steps == (shared, first, second)


def message(group: Slot, dedup: Slot) -> Message:
    return Message(FakePlace(7), group, dedup, either(data), NOT_GIVEN)


GIVEN = either(data)
YES, NO, UNKNOWN = Known


@pytest.mark.parametrize(
    ("group", "dedup", "fifo", "by_content", "missing"),
    [
        (NOT_GIVEN, NOT_GIVEN, YES, UNKNOWN, "SQF105 SQF201"),
        (NOT_GIVEN, NOT_GIVEN, YES, YES, "SQF105"),
        (NOT_GIVEN, NOT_GIVEN, UNKNOWN, UNKNOWN, None),
        (NOT_GIVEN, NOT_GIVEN, NO, UNKNOWN, None),
        (NOT_GIVEN, GIVEN, YES, UNKNOWN, "SQF105"),
        (NOT_GIVEN, GIVEN, UNKNOWN, UNKNOWN, "SQF105"),
        (NOT_GIVEN, GIVEN, NO, UNKNOWN, None),
        (GIVEN, NOT_GIVEN, YES, UNKNOWN, "SQF201"),
        (GIVEN, NOT_GIVEN, YES, NO, "SQF201"),
        (GIVEN, NOT_GIVEN, YES, YES, None),
        (GIVEN, NOT_GIVEN, UNKNOWN, UNKNOWN, "SQF201"),
        (GIVEN, NOT_GIVEN, UNKNOWN, YES, None),
        (GIVEN, NOT_GIVEN, NO, UNKNOWN, None),
        (GIVEN, GIVEN, YES, NO, None),
        (GIVEN, either(data, absent=True), YES, UNKNOWN, None),
        (either(data, absent=True), GIVEN, YES, UNKNOWN, None),
    ],
)
def test_missing(group: Slot, dedup: Slot, fifo: Known, by_content: Known, missing: str | None) -> None:
    send = sent(message(group, dedup), Queue("orders.fifo", fifo=fifo, content_based_deduplication=by_content))
    found = list(violations(send))
    assert [code for code, _ in found] == (missing.split() if missing else [])
    assert all(violation.place.span.line == 7 for _, violation in found)


def sent(message: Message, queue: Queue, api: str = "send_message", service: str = "sqs") -> Send:
    return Send(api, service, FakePlace(6), queue, (message,))


def violations(send: Send, options: Options | None = None) -> list[tuple[str, Violation]]:
    chosen = options or Options()
    return [(rule.code, violation) for rule in load_rules() for violation in check(rule, Case(send), chosen)]


def codes(group: Slot, dedup: Slot = GIVEN, queue: Queue | None = None, serial: tuple[str, ...] = ()) -> list[str]:
    send = sent(message(group, dedup), queue or Queue())
    return [code for code, _ in violations(send, Options(serial_queues=serial))]


@pytest.mark.parametrize(
    ("group", "dedup", "code"),
    [
        (either(constant()), GIVEN, "SQF101"),
        (either(part(CONFIG)), GIVEN, "SQF102"),
        (either(part(UNIQUE, INSTANCE)), GIVEN, "SQF103"),
        (either(part(UNIQUE)), GIVEN, "SQF104"),
        (GIVEN, either(part(UNIQUE)), "SQF202"),
        (GIVEN, either(constant()), "SQF203"),
    ],
)
def test_one_verdict_is_one_rule_and_none_speaks_on_a_standard_queue(group: Slot, dedup: Slot, code: str) -> None:
    assert codes(group, dedup) == [code]
    assert codes(group, dedup, Queue(fifo=YES, name="orders.fifo")) == [code]
    assert codes(group, dedup, Queue(fifo=NO, name="orders")) == []


URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/ledger.fifo"
ARN = "arn:aws:sqs:eu-west-1:123456789012:ledger.fifo"


@pytest.mark.parametrize(
    ("name", "pattern", "serial"),
    [
        (URL, "ledger.fifo", True),
        (URL, "ledger*", True),
        (URL, "https://*/ledger.fifo", True),
        (ARN, "ledger.fifo", True),
        (ARN, "arn:*", True),
        ("ledger.fifo", "ledger.*", True),
        (URL, "ledger", False),
        (URL, "LEDGER.fifo", False),
        (URL, "eu-west-1*", False),
        (None, "*", False),
    ],
)
def test_serial_queues(name: str | None, pattern: str, serial: bool) -> None:
    queue = Queue(name, fifo=YES)
    assert verdicts.is_serial(queue, (pattern,)) is serial
    for slot in (either(constant()), either(part(CONFIG)), either(part(UNIQUE, INSTANCE))):
        assert bool(codes(slot, queue=queue, serial=(pattern,))) is not serial
    assert codes(either(part(UNIQUE)), queue=queue, serial=(pattern,)) == ["SQF104"]


def text_of(group: Slot, dedup: Slot = GIVEN, queue: Queue | None = None, api: str = "send_message") -> str:
    service = "sns" if api.startswith("publish") else "sqs"
    _, violation = violations(sent(message(group, dedup), queue or Queue(), api, service))[0]
    assert "\n" not in violation.message + violation.help
    return violation.message


@pytest.mark.parametrize(
    ("slot", "fragment"),
    [
        (either(constant("a\n\x1b[1m")), r"always 'a\n\x1b[1m'"),
        (either(constant("\N{RIGHT-TO-LEFT OVERRIDE}x")), r"always '\u202ex'"),
        (either(constant("x" * 99)), f"always '{'x' * 57}...': "),
        (either(constant("a"), constant("b"), constant("a")), "always 'a' or 'b': "),
        (either(*map(constant, "abc")), "always 'a', 'b' or 'c'"),
        (either(*map(constant, "abcde")), "one of 5 constants ('a', 'b', 'c', ...)"),
        (either((constant("a"), constant("-b"))), "always 'a-b'"),
        (either(constant("a", line=3, verbatim=False)), "made from the same constant ('a' on line 3)"),
        (either(part(CONFIG, text='os.environ["G"]')), 'read from the configuration (`os.environ["G"]`)'),
        (either(part(UNIQUE, PROCESS, line=3)), "once for the whole process (`unique()` on line 3; at import)"),
        (either(part(UNIQUE, PROCESS, reason="default argument")), "(`unique()`; default argument)"),
        (either(part(UNIQUE, INSTANCE)), "made when the object is constructed"),
        (either(part(DATA, INSTANCE, line=3)), "passed in when the object is constructed"),
        (either(part(UNIQUE, MESSAGE)), "new for every message"),
        (either(part(UNIQUE, CALL)), "new on every call"),
        (either(part(UNIQUE), data), "The group ID can be new for every message"),
        (either(clock()), "a clock (`now()`, which moves once a second)"),
        (either(clock(resolution=None)), "a clock (`now()`)"),
        (either(part(UNIQUE, text="f(\n    1,\x07\n)")), r"`f( 1,\x07 )`"),
    ],
)
def test_wording_of_groups(slot: Slot, fragment: str) -> None:
    assert fragment in text_of(slot)


@pytest.mark.parametrize(
    ("slot", "fragment"),
    [
        (either(constant("a")), "always 'a'"),
        (either(constant("a"), part(CONFIG)), "not new for each message ('a' or `config()`)"),
        (either(part(CONFIG)), "read from the configuration"),
        (either(part(UNIQUE, CALL, line=3)), "made outside the loop that sends (`unique()` on line 3)"),
        (either(part(DATA, CALL, "job_id")), "the same for all messages of the loop that sends (`job_id`)"),
        (either(part(UNIQUE)), "new each time this code runs (`unique()`)"),
        (either(data, part(UNIQUE)), "The dedup ID can be new each time this code runs"),
        (
            either(clock(resolution=DAY)),
            "Two messages within five minutes get the same ID and SQS drops the second: at 10 messages/s, 2,999",
        ),
        (either(clock()), "which moves once a second). Two messages within the same second get the same ID"),
        (either((data, clock())), "which moves once a second): SQS recognises a retry only by this ID"),
        (either(clock(resolution=MICROSECOND)), "a retry after the clock has moved on"),
        (either(clock(resolution=None)), "a retry after the clock has moved on"),
    ],
)
def test_wording_of_dedups(slot: Slot, fragment: str) -> None:
    assert fragment in text_of(GIVEN, slot)


@pytest.mark.parametrize(
    ("group", "dedup", "queue", "api", "fragment"),
    [
        (
            NOT_GIVEN,
            NOT_GIVEN,
            Queue(URL, fifo=YES),
            "send_message",
            "The queue ('ledger.fifo')",
        ),
        (NOT_GIVEN, NOT_GIVEN, Queue(shown="self.url", fifo=YES), "send_message", "queue (`self.url`) is FIFO"),
        (NOT_GIVEN, GIVEN, Queue(), "send_message", "SQS rejects the call, because a FIFO queue requires both"),
        (NOT_GIVEN, GIVEN, Queue(), "publish", "SNS rejects the call, because a FIFO topic requires both"),
        (NOT_GIVEN, GIVEN, Queue(), "send_message_batch", "SQS rejects the whole batch"),
        (GIVEN, NOT_GIVEN, Queue(fifo=YES), "send_message", "unless the FIFO queue deduplicates by content."),
        (
            GIVEN,
            NOT_GIVEN,
            Queue(fifo=YES, content_based_deduplication=NO),
            "send_messages",
            "the whole batch, because the FIFO queue is declared without content-based deduplication.",
        ),
        (
            GIVEN,
            NOT_GIVEN,
            Queue(),
            "send_message",
            "unless this is a standard queue or one that deduplicates by content.",
        ),
        (GIVEN, NOT_GIVEN, Queue(content_based_deduplication=NO), "publish", "unless this is a standard topic."),
    ],
)
def test_wording_of_missing_ids(group: Slot, dedup: Slot, queue: Queue, api: str, fragment: str) -> None:
    assert fragment in text_of(group, dedup, queue, api)


def test_a_missing_id_is_traced_to_the_queue() -> None:
    place: Place = FakePlace(2)
    send = sent(message(NOT_GIVEN, NOT_GIVEN), Queue(URL, fifo=YES, place=place))
    found = violations(send)
    assert [code for code, _ in found] == ["SQF105", "SQF201"]
    assert all(violation.steps == (Step(place, "the queue is FIFO"),) for _, violation in found)


def test_an_origin_in_another_file_is_named_with_it() -> None:
    made = Part(CONFIG, PROCESS, "", FakePlace(9, "shop/settings.py", "environ['G']"))
    assert "(`environ['G']` on line 9 of shop/settings.py)" in text_of(either(made))
