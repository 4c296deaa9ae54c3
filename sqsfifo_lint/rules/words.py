"""Sentences that several rules share: how a value, an origin, a clock or a queue is named in a message."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from sqsfifo_lint.knowledge.resolutions import describe
from sqsfifo_lint.model import (
    Connection,
    Consumer,
    Declaration,
    Known,
    Lifetime,
    Material,
    Part,
    Place,
    Queue,
    Send,
    Silence,
    Slot,
    SpanPlace,
    Step,
    Trait,
)
from sqsfifo_lint.verdicts import Judgement

MAX_SHOWN = 60
"""Characters of code or of a value in a message: a longer one would hide what the message says."""
MAX_LISTED = 3
"""Things that a message lists."""
MAX_MEETING = 10_000
"""Messages in five minutes: random values that do not meet among so many count as new each time."""

ONE_AT_A_TIME = (
    "SQS delivers one message per group at a time, so all {these} wait for each other no matter how many workers run"
)
SERIAL_ON_PURPOSE = "If the queue is meant to be serial, list it under `serial-queues` in the configuration."
ENTITY_AS_GROUP = (
    "Use the ID of the entity whose messages must stay in order, such as the order or customer ID. " + SERIAL_ON_PURPOSE
)


def quoted(text: str) -> str:
    """`text` as a Python literal on one line, control characters escaped, at most 60 characters of it."""
    return repr(_shortened(text))


def code(source: str) -> str:
    """Source text between backticks, on one line, shortened and without anything that a terminal would act on."""
    line = " ".join(source.split())
    printable = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in line)
    return f"`{_shortened(printable)}`"


def origin(part: Part, seen_from: Place) -> str:
    """Where a part comes from: `uuid.uuid4()` on line 5, with the file when it is another one than the reader's."""
    name = quoted(part.text) if part.material is Material.CONSTANT else code(part.place.source)
    return name + line_of(part, seen_from)


def origins(judgement: Judgement) -> str:
    """Where the parts to blame come from that are like the one that the message is about: the first three of them."""
    part = judgement.part
    blamed = (culprit.parts[0] for culprit in judgement.culprits)
    alike = (one for one in blamed if (one.material, one.lifetime) == (part.material, part.lifetime))
    return one_or_more(dict.fromkeys(origin(one, judgement.place) for one in alike))


def one_or_more(names: Iterable[str], word: str = "or") -> str:
    """`a`, `a or b`, `a, b, c or 2 more`."""
    several = list(names)
    if len(several) > MAX_LISTED:
        several[MAX_LISTED:] = [f"{len(several) - MAX_LISTED} more"]
    return f" {word} ".join([", ".join(several[:-1]), several[-1]] if len(several) > 1 else several)


def line_of(part: Part, seen_from: Place) -> str:
    """` on line 5` or ` on line 5 of app/ids.py`; empty when the reader is looking at that line already."""
    return line_between(part.place, seen_from)


def line_between(place: Place, seen_from: Place) -> str:
    """The same for any place."""
    made, seen = place.span, seen_from.span
    if (made.path, made.line) == (seen.path, seen.line):
        return ""
    return f" on line {made.line}" if made.path == seen.path else f" on line {made.line} of {made.path}"


def clock(part: Part) -> str:
    """What is known of a clock's steps: `, which moves once a second`; empty when nothing is."""
    return "" if part.resolution is None else f", which moves once {describe(part.resolution)}"


def drawn_from(judgement: Judgement) -> int | None:
    """From how many values a random one is taken, if that is so few that messages will meet; else None."""
    part = judgement.part
    random = [one for one in judgement.culprits[0].alternative.parts if one.material is Material.UNIQUE]
    if random != [part] or part.resolution is None:
        return None
    return part.resolution if meeting(part.resolution) <= MAX_MEETING else None


def meeting(values: int) -> int:
    """How many messages it takes for two of them to get the same of so many random values, more likely than not.

    The birthday problem: the square root of `2 ln 2` times the number of values.
    """
    return math.ceil(math.sqrt(2 * math.log(2) * values))


def differs(part: Part, seen_from: Place) -> str:
    """How a part depends on the process: a clause that follows `The group ID is`."""
    source = origin(part, seen_from)
    match part.trait:
        case Trait.ADDRESS:
            return f"made from the memory address of an object ({source}), which differs from process to process"
        case Trait.ORDER:
            return f"made from a set in the order of its iteration ({source}), which differs from process to process"
        case Trait.PROCESS:
            return f"made from the process ID ({source})"
        case Trait.THREAD:
            return f"made from the thread ID ({source})"
        case Trait.MACHINE:
            return f"made from the name of the machine or container ({source})"
        case _:
            return f"made with `hash()` ({source}), which Python salts differently in each process, except for numbers"


def texts(judgement: Judgement) -> list[str] | None:
    """The different whole texts of a constant slot, quoted; None when one cannot be shown as it arrives at SQS."""
    found: list[str] = []
    for culprit in judgement.culprits:
        text = culprit.alternative.text
        if text is None:
            return None
        if text not in found:
            found.append(text)
    return [quoted(text) for text in found]


def one_of(names: list[str]) -> str:
    """`'a'`, `'a' or 'b'`, `one of 5 constants ('a', 'b', 'c', ...)`."""
    if len(names) <= MAX_LISTED:
        return one_or_more(names)
    return f"one of {len(names)} constants ({', '.join(names[:MAX_LISTED])}, ...)"


def constants(judgement: Judgement) -> str:
    """The constants that a slot is made of, as the message shows them."""
    names = texts(judgement)
    if names is not None:
        return f"always {one_of(names)}" if judgement.always else f"{one_of(names)} wherever one is given"
    return f"always made from the same constant ({origins(judgement)})"


def how_made(judgement: Judgement) -> str:
    """Why a value that is not a constant stays the same: a clause that follows `The group ID is`."""
    part = judgement.part
    source = origins(judgement)
    if part.material is Material.PROCESS and part.lifetime >= Lifetime.CALL:
        return f"the same for the whole process ({source})"
    if part.trait is Trait.OPTION:
        return f"given on the command line ({source}), one value for the whole run"
    if part.material is Material.CONFIG:
        return f"read from the configuration ({source}), one value for the whole process"
    match part.lifetime:
        case Lifetime.IMPORT:
            kept = part.reason or "at import"
            return f"made once for the whole process ({source}; {kept})"
        case Lifetime.INSTANCE if part.material is Material.DATA:
            return f"passed in when the object is constructed ({source}) and reused for every send"
        case Lifetime.INSTANCE:
            return f"made when the object is constructed ({source}) and reused for every send"
        case _:
            return f"made outside the loop that sends ({source})"


def target(send: Send) -> str:
    """`queue` or `topic`."""
    return "topic" if send.service == "sns" else "queue"


def kind_of(declaration: Declaration) -> str:
    """`queue` or `topic`."""
    return "topic" if declaration.service == "sns" else "queue"


def named(queue: Queue) -> str:
    """The queue's name or source in brackets, with a space before it; empty when neither is known."""
    name = name_of(queue)
    if name:
        return f" ({quoted(name)})"
    return f" ({code(queue.shown)})" if queue.shown else ""


def name_of(queue: Queue) -> str:
    """The queue's name, given as such, in a URL or ARN, or by its declaration; empty when it is not known."""
    if queue.name is not None:
        return queue.name.rstrip("/").rpartition(":" if queue.name.startswith("arn:") else "/")[2] or queue.name
    declared = {one.name for one in queue.declarations} if queue.joined else set()
    only = declared.pop() if len(declared) == 1 else None
    return only if only and "*" not in only else ""


def service(send: Send) -> str:
    """Who takes the message, and deduplicates: a FIFO topic does so itself."""
    return "SNS" if send.service == "sns" else "SQS"


def rejected(send: Send, *, named_already: bool = False) -> str:
    """What is rejected: one entry without an ID fails its whole batch (HTTP 400, not an item of `Failed`).

    With `named_already`, the sentence has named whoever sends.
    """
    if send.sender:
        return f"{service(send)} rejects what {'it' if named_already else send.sender} sends"
    return f"{service(send)} rejects the whole batch" if is_batch(send) else f"{service(send)} rejects the call"


def has_no(send: Send, what: str) -> str:
    """`this message has no group ID`; for what sends without code, `the pipe gives no group ID`."""
    return f"{send.sender} gives no {what}" if send.sender else f"this message has no {what}"


def capital(sentence: str) -> str:
    """With a capital letter."""
    return sentence[:1].upper() + sentence[1:]


def argument(slot: Slot, usual: str) -> str:
    """What the argument of a slot is called in this call; `usual` where the call names none."""
    return f"`{slot.keyword or usual}`"


def is_batch(send: Send) -> bool:
    """Whether the send takes a list of entries."""
    return send.api in ("send_message_batch", "send_messages", "publish_batch")


OF_THE_SDK = Silence("it is not sent by a task framework that this rule is about")
NOT_KNOWN_AS_FIFO = Silence("the queue is not known to be FIFO")


def is_known_fifo(queue: Queue) -> bool:
    """Whether it is certain to be FIFO."""
    return queue.fifo is Known.YES


def steps_of_queue(send: Send) -> tuple[Step, ...]:
    """The queue's place as a trace, where it is known: there is nothing else to show for an ID that is missing."""
    if send.queue.place is None:
        return steps_of_declarations(send)
    what = f"the {target(send)} is FIFO" if is_known_fifo(send.queue) else f"the {target(send)} it goes to"
    return (Step(send.queue.place, what), *steps_of_declarations(send))


def steps_of_receive(consumer: Consumer) -> tuple[Step, ...]:
    """Where messages are received, and what shows that the queue is FIFO."""
    what = "receives the messages" if consumer.handler is None else "Lambda calls this function with the messages"
    queue = consumer.queue
    named_at = (Step(queue.place, "the queue is FIFO"),) if queue.place is not None else ()
    return (*named_at, *_declared(queue), Step(consumer.place, what))


def steps_of_declarations(send: Send) -> tuple[Step, ...]:
    """Where the queue is declared, as what."""
    return _declared(send.queue)


def _declared(queue: Queue) -> tuple[Step, ...]:
    if not queue.joined:
        return ()
    return _declared_at(queue.declarations)


def _declared_at(declarations: Sequence[Declaration]) -> tuple[Step, ...]:
    return tuple(
        Step(SpanPlace(one.span, one.name or ""), f"declared here ({one.source}): {_declared_as(one)}")
        for one in declarations[:MAX_LISTED]
    )


def _declared_as(declaration: Declaration) -> str:
    by_content = {
        Known.YES: ", deduplicates by content",
        Known.NO: ", no content-based deduplication",
        Known.UNKNOWN: "",
    }
    kind = {Known.YES: "FIFO", Known.NO: "standard", Known.UNKNOWN: "FIFO or standard"}[declaration.fifo]
    return kind + (by_content[declaration.content_based_deduplication] if declaration.fifo is Known.YES else "")


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 3] + "..."


def end_of(connection: Connection) -> str:
    """The queue or topic of a connection: `the queue ('jobs.fifo')`."""
    noun = "topic" if connection.service == "sns" else "queue"
    names = {one.name for one in connection.declarations}
    declared = names.pop() if len(names) == 1 else None
    text = connection.queue.text.replace(":", "/").rpartition("/")[2] or declared or ""
    return f"the {noun} ({quoted(text)})" if text.strip("*") and "*" not in text else f"the {noun}"


def steps_of_end(connection: Connection) -> tuple[Step, ...]:
    """Where the queue or topic of a connection is named and declared."""
    noun = "topic" if connection.service == "sns" else "queue"
    named_at = Step(SpanPlace(connection.queue_span), f"the {noun} is named here")
    return (named_at, *_declared_at(connection.declarations))
