"""What an editor shows of a send: its trace as Markdown, and a line of a few words above it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sqsfifo_lint.model import Known, Material, Message, Place, Send, Slot, Span
from sqsfifo_lint.report import Explanation, Fate, Ruling
from sqsfifo_lint.reporters.trace import SLOTS, part_words, queue_words
from sqsfifo_lint.rules.pages import Page, render
from sqsfifo_lint.rules.words import name_of
from sqsfifo_lint.server.positions import covers
from sqsfifo_lint.terminal import visible

IDS = ("group", "dedup")

Link = Callable[[Span], str]
"""The address of a region."""

_KINDS = {
    Material.CONSTANT: "constant",
    Material.CONFIG: "configured",
    Material.CLOCK: "clock",
    Material.UNIQUE: "unique",
    Material.PROCESS: "process-bound",
    Material.INDEX: "index",
    Material.DATA: "data",
}
_TELLING = (Material.UNIQUE, Material.CLOCK, Material.PROCESS, Material.INDEX, Material.DATA, Material.CONFIG)
"""What of several materials says most of an ID: what makes it differ."""


class Asked(NamedTuple):
    """What a hover is about: a send, some of its slots, and the region that they take."""

    number: int
    """The send's, in the explanation."""
    slots: tuple[str, ...]
    span: Span


def asked(found: Explanation, here: Callable[[Span], bool], line: int, column: int) -> Asked | None:
    """What is at a position: an ID, one of its origins, or the name of a call that sends.

    `here`: whether a region is in the file of the position.
    """
    best: Asked | None = None
    for number, send in enumerate(found.sends):
        for slot, place in _places(send):
            span = place.span
            if here(span) and covers(span, line, column) and (best is None or _size(span) < _size(best.span)):
                best = Asked(number, (slot,), span)
    if best is not None:
        return best
    for number, send in enumerate(found.sends):
        span = send.place.span
        if here(span) and span.line == line and covers(span, line, column):
            return Asked(number, IDS, span)
    return None


def _places(send: Send) -> Iterator[tuple[str, Place]]:
    """The slots that are IDs, with the places where they are put together."""
    for message in send.messages:
        for name in IDS:
            slot: Slot = getattr(message, name)
            if slot.argument is not None:
                yield name, slot.argument
            for alternative in slot.alternatives:
                yield name, alternative.place
                yield from ((name, part.place) for part in alternative.parts)


def _size(span: Span) -> tuple[int, int]:
    return span.end_line - span.line, span.end_column - span.column


# -- Markdown


def trace(found: Explanation, wanted: Asked, link: Link) -> str:
    """The trace of some slots of a send."""
    return "\n".join(_trace(found, wanted, link))


def _trace(found: Explanation, wanted: Asked, link: Link) -> Iterator[str]:
    send = found.sends[wanted.number]
    yield f"**{_text(send.api)}** to {code(queue_words(send.queue))}\n"
    for number, message in enumerate(send.messages, 1):
        if len(send.messages) > 1:
            yield f"message {number} of {len(send.messages)}, {_at(message.place, link)}\n"
        yield from _slots(message, wanted.slots, link)
    rulings = found.rulings[wanted.number] if found.rulings else ()
    yield from _rulings([one for one in rulings if not one.slots or {*one.slots} & {*wanted.slots}])


def _slots(message: Message, slots: Sequence[str], link: Link) -> Iterator[str]:
    for name in slots:
        slot: Slot = getattr(message, name)
        if slot.never_given:
            yield f"**{SLOTS[name]}**: never given\n"
            continue
        yield f"**{SLOTS[name]}**{', not given on some path' if slot.absent else ''}\n"
        for alternative in slot.alternatives:
            yield f"- {code(alternative.place.source)} {_at(alternative.place, link)}"
            for part in alternative.parts:
                yield f"  - {code(part_words(part))}"
                for step in part.steps:
                    yield f"    - {_at(step.place, link)} {code(step.text)}"
        yield ""


def _rulings(rulings: Sequence[Ruling]) -> Iterator[str]:
    """What rules report, and how many find nothing."""
    said = [one for one in rulings if one.fate not in (Fate.SILENT, Fate.OFF)]
    for one in said:
        yield f"**{one.code}** {_text(one.name)} ({one.fate.value}): {sentence(one.text)}\n"
    if not said:
        yield "No rule finds anything wrong with it."


def page(found: Page) -> str:
    """The page of a rule."""
    return render(found)


def code(text: str) -> str:
    """Text from a checked file as a code span: whatever it holds, it stays text.

    https://spec.commonmark.org/0.31.2/#code-spans
    """
    shown = visible(text) or " "
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    room = " " if shown.startswith("`") or shown.endswith("`") or fence != "`" else ""
    return f"{fence}{room}{shown}{room}{fence}"


_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#+!|~&]")


def _text(text: str) -> str:
    return _MARKUP.sub(lambda match: f"\\{match[0]}", visible(text))


def sentence(text: str) -> str:
    """A sentence; what stands between backticks as code, unless a value has a backtick in it."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _text(text)
    return "".join(code(part) if number % 2 else _text(part) for number, part in enumerate(parts))


def _at(place: Place, link: Link) -> str:
    span = place.span
    name = visible(span.path.rpartition("/")[2])
    return f"[{_text(f'{name}:{span.line}')}](<{link(span)}#L{span.line}>)"


# -- the line above a send


def lens(send: Send) -> str:
    """The queue, the group ID and the dedup ID of a send in five words: `orders.fifo: group data, dedup unique`."""
    queue = name_of(send.queue) or send.queue.shown or "queue"
    by_content = send.queue.content_based_deduplication is Known.YES
    group = _word([message.group for message in send.messages], "none")
    dedup = _word([message.dedup for message in send.messages], "by content" if by_content else "none")
    return f"{visible(queue.rpartition('/')[2].rpartition(':')[2])}: group {group}, dedup {dedup}"


def _word(slots: Sequence[Slot], never: str) -> str:
    words = {never if slot.never_given else _of_slot(slot) for slot in slots}
    return words.pop() if len(words) == 1 else "varies"


def _of_slot(slot: Slot) -> str:
    words = set()
    for alternative in slot.alternatives:
        materials = {part.material for part in alternative.parts}
        words.add(_KINDS[next((one for one in _TELLING if one in materials), Material.CONSTANT)])
    if slot.absent or len(words) != 1:
        return "varies"
    return words.pop()
