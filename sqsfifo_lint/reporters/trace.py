"""What `sqsfifo-lint trace` prints: for each slot of a send its alternatives, their parts, and the steps of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from sqsfifo_lint.knowledge.resolutions import describe
from sqsfifo_lint.model import MAY_CHANGE, Known, Lifetime, Material, Message, Part, Place, Queue, Send, Slot
from sqsfifo_lint.report import Explanation, Ruling
from sqsfifo_lint.reporters import Style, rulings
from sqsfifo_lint.reporters.painted import painted
from sqsfifo_lint.reporters.records import dumps
from sqsfifo_lint.reporters.styled import printed
from sqsfifo_lint.rules.words import code, name_of
from sqsfifo_lint.terminal import name_at_start, visible

SLOTS = {"group": "group ID", "dedup": "dedup ID", "body": "body", "delay": "delay"}
_OFTEN = {
    Lifetime.IMPORT: "once per process",
    Lifetime.INSTANCE: "once per object",
    Lifetime.CALL: "once per call, outside the loop that sends",
    Lifetime.MESSAGE: "for each message",
}
_SAME = {
    Lifetime.IMPORT: "the same for the whole process",
    Lifetime.INSTANCE: "the same for each object",
    Lifetime.CALL: "the same for all messages of one call",
    Lifetime.MESSAGE: "differs per message",
}
_FIFO = {Known.YES: "FIFO", Known.NO: "standard", Known.UNKNOWN: "FIFO or standard, not in sight"}
_BY_CONTENT = {
    Known.YES: ", deduplicates by content",
    Known.NO: ", does not deduplicate by content",
    Known.UNKNOWN: "",
}


def as_text(
    found: Explanation, limit: int | None = None, slots: Sequence[str] = (), *, style: Style | None = None
) -> Iterator[str]:
    """A paragraph for each send, for people; in at most `limit` lines, if it is given. `slots`: only these, if any.

    What does not fit is left out: first the steps between an origin and its slot, then the end.
    """
    style = style or Style()
    lines = _painted(_lines(found, slots, steps=True), style)
    if limit is not None and len(lines) > limit:
        kept = _painted(_lines(found, slots, steps=False), style)[: max(limit - 1, 1)]
        lines = [*kept, *painted(f"... {len(lines) - len(kept)} more lines: --full shows all of them", style)]
    yield printed(lines, style)


def _painted(lines: Iterator[str], style: Style) -> list[Text]:
    return [piece for line in lines for piece in painted(line, style)]


def _lines(found: Explanation, slots: Sequence[str], *, steps: bool) -> Iterator[str]:
    for problem in found.problems:
        yield f"{name_at_start(problem.path)}:{max(problem.line, 1)}: {visible(problem.message)}"
    for number, send in enumerate(found.sends):
        about = rulings.about(found.rulings[number], slots) if found.rulings else []
        yield from visible_lines(_send(send, about, slots, steps=steps))
        yield ""
    if found.sends and found.bounds:
        yield "Bounds that the analysis of this project met; what lies beyond one is unknown:"
        for bound, count in sorted(found.bounds.items()):
            yield f"  {bound}: {count} time{'s' if count > 1 else ''}"


def visible_lines(lines: Iterator[str]) -> Iterator[str]:
    """The lines without control characters."""
    return (visible(line) for line in lines)


def _send(send: Send, about: Sequence[Ruling], slots: Sequence[str], *, steps: bool) -> Iterator[str]:
    yield f"{_where(send.place)}: {send.api} ({send.service})"
    yield f"  queue: {queue_words(send.queue)}"
    yield from rulings.findings(about)
    for number, message in enumerate(send.messages, 1):
        if len(send.messages) > 1:
            yield f"  message {number} of {len(send.messages)}, {_where(message.place)}"
        for name in slots or SLOTS:
            yield from _slot(SLOTS[name], getattr(message, name), steps=steps)
    yield from rulings.reasons(about)


def queue_words(queue: Queue) -> str:
    """The queue of a send, and what is known of it."""
    named = name_of(queue) or queue.shown or "not given in the call"
    return f"{named} ({_FIFO[queue.fifo]}{_BY_CONTENT[queue.content_based_deduplication]})"


def _slot(shown: str, slot: Slot, *, steps: bool) -> Iterator[str]:
    if slot.never_given:
        yield f"  {shown}: never given"
        return
    sometimes = ", not given on some path" if slot.absent else ""
    count = len(slot.alternatives)
    yield f"  {shown} ({'one possible value' if count == 1 else f'{count} possible values'}{sometimes})"
    for alternative in slot.alternatives:
        yield f"    given at {_where(alternative.place)}: {alternative.place.source}"
        for part in alternative.parts:
            yield f"      {part_words(part)}"
            for step in part.steps if steps else ():
                yield f"        {_where(step.place)}: {step.text}: {step.place.source}"


def part_words(part: Part) -> str:
    """What a part of a value is, and how often it is made."""
    material = part.material.value
    if part.material is Material.CONSTANT:
        return f"{material} {part.text!r}" if part.verbatim else f"{material}"
    likely = f"; likely {part_words(part.likely)}, as an audit takes it" if part.likely is not None else ""
    return f"{_data(part) if part.material is Material.DATA else _made(part)}{likely}"


def _data(part: Part) -> str:
    """How often a datum differs, and where it comes from."""
    reason = part.reason.removesuffix(MAY_CHANGE) or code(part.place.source)
    named = reason.startswith(("parameter", "`"))
    return f"{_SAME[part.lifetime]}: {'comes from ' if named else ''}{reason}"


def _made(part: Part) -> str:
    """What makes a part, how often, and why not more often."""
    source, often = " ".join(part.place.source.split()), _OFTEN[part.lifetime]
    why = f"; {part.reason}" if part.reason else ""
    match part.material:
        case Material.CLOCK:
            steps = "" if part.resolution is None else f", {_resolution(part.resolution)}"
            return f"{source}: read {often}{steps}{why}"
        case Material.CONFIG:
            return f"{source}: configuration, read {often}{why}"
        case material:
            made = "new" if part.lifetime is Lifetime.MESSAGE else "made"
            return f"{source}: {material.value}, {made} {often}{why}"


def _resolution(nanoseconds: int) -> str:
    described = describe(nanoseconds)
    article, _, unit = described.partition(" ")
    return f"{unit} resolution" if article in ("a", "an") else f"moves {described}"


def _where(place: Place) -> str:
    span = place.span
    return f"{name_at_start(span.path)}:{span.line}:{span.column}"


def as_json(found: Explanation, slots: Sequence[str] = ()) -> Iterator[str]:
    """One JSON document, for programs. `slots`: only these, if any. docs/trace-and-queues.md has its fields."""
    document = {
        "sends": [
            {
                **_send_record(send, slots),
                "rules": [rulings.record(one) for one in rulings.about(found.rulings[number], slots)],
            }
            for number, send in enumerate(found.sends)
        ],
        "problems": [{"path": p.path, "line": p.line, "message": p.message} for p in found.problems],
        "bounds": dict(sorted(found.bounds.items())),
    }
    yield dumps(document, indent=2)


def _send_record(send: Send, slots: Sequence[str]) -> dict[str, Any]:
    return {
        **_place_record(send.place),
        "api": send.api,
        "service": send.service,
        "queue": {
            "name": send.queue.name,
            "shown": send.queue.shown,
            "fifo": send.queue.fifo.value,
            "content_based_deduplication": send.queue.content_based_deduplication.value,
        },
        "calls": [_place_record(place) for place in send.calls],
        "messages": [_message_record(message, slots) for message in send.messages],
    }


def _message_record(message: Message, slots: Sequence[str]) -> dict[str, Any]:
    return {
        **_place_record(message.place),
        "slots": {name: _slot_record(getattr(message, name)) for name in slots or SLOTS},
    }


def _slot_record(slot: Slot) -> dict[str, Any]:
    return {
        "absent": slot.absent or slot.never_given,
        "alternatives": [
            {**_place_record(a.place), "kind": a.kind, "parts": [_part_record(part) for part in a.parts]}
            for a in slot.alternatives
        ],
    }


def _part_record(part: Part) -> dict[str, Any]:
    return {
        **_place_record(part.place),
        "material": part.material.name.lower(),
        "lifetime": part.lifetime.name.lower(),
        "text": part.text if part.material is Material.CONSTANT else part.place.source,
        "resolution_ns": part.resolution,
        "reason": part.reason,
        "likely": None if part.likely is None else part.likely.material.name.lower(),
        "steps": [{**_place_record(s.place), "text": s.text, "source": s.place.source} for s in part.steps],
    }


def _place_record(place: Place) -> dict[str, Any]:
    span = place.span
    return {"path": span.path, "line": span.line, "column": span.column}
