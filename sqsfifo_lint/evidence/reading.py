"""Reads log files into spans, and finds out what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from itertools import islice

from sqsfifo_lint.evidence.containers import CONTAINERS, container_of
from sqsfifo_lint.evidence.copies import copies
from sqsfifo_lint.evidence.extract import Extractor, Record, Timeless
from sqsfifo_lint.evidence.formats.container import Container, Wanted
from sqsfifo_lint.evidence.formats.plain import PLAIN
from sqsfifo_lint.evidence.matching import Matcher
from sqsfifo_lint.evidence.model import Unread
from sqsfifo_lint.evidence.presets import PRESETS, Preset
from sqsfifo_lint.evidence.sources import Progress, Source
from sqsfifo_lint.evidence.spans import Spans

MAX_UNREAD_KEPT = 10
"""Complaints that are kept to be shown; the others are counted."""

MAX_EVENTS_COMPARED = 1000
"""Starts and ends that presets are compared by: a few would do, but functions print words such as "done", too."""

MAX_MESSAGES_COMPARED = 20_000
"""Messages of all heads together in which starts and ends are looked for: a fraction of a second."""

GENERIC = "plain"
"""The preset that is tried after all others: its words are in many logs that say it better."""


class Unrecognized(Exception):
    """Nothing tells of starts and ends of work. Says what was tried."""


@dataclass(slots=True)
class Reading:
    """What was read of some log files."""

    spans: Spans
    preset: Preset
    files: int = 0
    """Files that were read, at least in part."""
    silent: list[str] = field(default_factory=list)
    """Names of files that were read, but tell of no start and no end."""
    copies: list[tuple[str, str]] = field(default_factory=list)
    """Names of files that hold the same lines as another one, each with that one's. Their workers are the same."""
    lines: int = 0
    events: int = 0
    """Messages that tell of a start or an end."""
    containers: dict[str, int] = field(default_factory=dict)
    """Names of containers, and how many files are such."""
    unread_count: int = 0
    unread: list[Unread] = field(default_factory=list)
    """The first few of them."""

    def complain(self, source: str, line: int, message: str) -> None:
        """Something could not be read."""
        self.unread_count += 1
        if len(self.unread) < MAX_UNREAD_KEPT:
            self.unread.append(Unread(source, line, message))


@dataclass(frozen=True, slots=True)
class _Head:
    """What the head of a file tells."""

    source: Source
    container: Container
    first: int
    """The first time, to read files in the order in which they were written: logs that were rotated are named the
    other way round."""


def read(
    sources: Sequence[Source],
    preset: Preset | None = None,
    *,
    container: str | None = None,
    zone: tzinfo = UTC,
    progress: Progress = lambda _: None,
) -> Reading:
    """Read log files.

    Without a preset or a container, they are found out by the heads of the files. `zone`: where times are that name no
    zone. Raises Unrecognized, `re.error` for an expression that is none, and ValueError for a time format that is none.
    """
    extractor = Extractor(preset, zone) if preset else None
    matcher = Matcher(receipt=preset.receipt if preset else False)
    reading = Reading(matcher.spans, preset or PRESETS[GENERIC])
    timing = extractor or Extractor(PRESETS[GENERIC], zone)
    heads = list(_heads(sources, container, timing, reading))
    if extractor is None:
        reading.preset = _recognized(heads, reading)
        extractor = Extractor(reading.preset, zone)
        matcher = Matcher(receipt=reading.preset.receipt)
        reading.spans = matcher.spans
    for copy, original in copies([head.source for head in heads] if len(heads) > 1 else ()):
        # a worker with a name that does the same work twice does it once: see `Spans`
        copy.stream = original.stream = original.stream or original.path.name
        reading.copies.append((copy.name, original.name))
    for head in sorted(heads, key=lambda head: head.first):
        _read_file(head, extractor, matcher, reading, progress)
        matcher.end_of_file()
    matcher.finish()
    return reading


def _heads(sources: Iterable[Source], container: str | None, timing: Extractor, reading: Reading) -> Iterator[_Head]:
    for source in sources:
        text = _head_text(source, reading)
        if not text.strip():
            continue
        found = CONTAINERS[container] if container else container_of(text)
        if found is None and _first_time(_messages(PLAIN, text), timing):
            found = PLAIN  # times as the options say
        if found is None or "\0" in text[:1000]:
            reading.complain(
                source.name,
                0,
                "is no log that is known: no time in its first lines (--time says how it is written), no log events",
            )
            continue
        yield _Head(source, found, _first_time(_messages(found, text), timing))


def _head_text(source: Source, reading: Reading) -> str:
    """The head of a file. If there is nothing to read, it is said why."""
    problems: list[str] = []

    def keep(line: int, message: str) -> None:
        problems.append(message)

    try:
        text = source.head(keep)
    except (OSError, EOFError) as error:
        problems, text = [getattr(error, "strerror", None) or str(error)], ""
    if text.strip():
        return text  # problems come again when the whole file is read
    for problem in problems:
        reading.complain(source.name, 0, problem)
    if not problems:
        reading.files += 1
        reading.silent.append(source.name)
    return ""


def _messages(container: Container, text: str) -> Iterator[Record]:
    return container.records([text], Wanted(), _ignore)


def _ignore(line: int, message: str) -> None:
    """What is wrong with a head is said when the whole file is read."""


def _first_time(records: Iterable[Record], timing: Extractor) -> int:
    for record in islice(records, 100):
        try:
            return timing.time(record)
        except Timeless:
            continue
    return 0


def _recognized(heads: Sequence[_Head], reading: Reading) -> Preset:
    """The preset that finds the most starts and ends in the heads of the files. Raises Unrecognized."""
    special = [preset for preset in PRESETS.values() if preset.name != GENERIC]
    for presets in (special, [PRESETS[GENERIC]]):
        counts = _counts(heads, {preset.name: Extractor(preset).mark for preset in presets})
        best = max(counts, key=counts.__getitem__)
        if counts[best]:
            return PRESETS[best]
    if not heads:
        reasons = "; ".join(f"{one.source} {one.message}" for one in reading.unread) or "all files are empty"
        raise Unrecognized(f"there is nothing to read: {reasons}")
    looked = ", ".join(sorted({head.container.about for head in heads}))
    tried = "; ".join(f"{preset.name} ({preset.about})" for preset in PRESETS.values())
    raise Unrecognized(
        f"no line tells that work starts or ends, in the heads of {len(heads)} files ({looked})."
        f" Tried: {tried}. Say what your lines look like with --start and --end"
    )


def _counts(heads: Sequence[_Head], finders: Mapping[str, Callable[[str], object]]) -> dict[str, int]:
    counts = dict.fromkeys(finders, 0)
    left = MAX_MESSAGES_COMPARED
    for head in heads:
        try:
            text = head.source.head(_ignore)
        except OSError:
            continue  # it is complained about when the file is read
        for record in islice(_messages(head.container, text), left):
            left -= 1
            for name, mark in finders.items():
                if mark(record.message) is not None:
                    counts[name] += 1
        if left <= 0 or max(counts.values()) >= MAX_EVENTS_COMPARED:
            break
    return counts


def _read_file(head: _Head, extractor: Extractor, matcher: Matcher, reading: Reading, progress: Progress) -> None:
    source, container = head.source, head.container
    reading.files += 1
    reading.containers[container.name] = reading.containers.get(container.name, 0) + 1

    def complain(line: int, message: str) -> None:
        reading.complain(source.name, line, message)

    def counted() -> Iterator[str]:
        for block in source.blocks(complain, progress):
            yield block
            reading.lines += block.count("\n") + (not block.endswith("\n"))

    wanted = Wanted(extractor.preset.needles, source.stream)
    events, extract, add = 0, extractor.event, matcher.add
    try:
        for record in container.records(counted(), wanted, complain):
            try:
                event = extract(record)
            except Timeless as error:
                complain(wanted.line(), str(error))
                continue
            if event is not None:
                events += 1
                add(event)
    except OSError as error:
        complain(0, error.strerror or str(error))
    reading.events += events
    if not events:
        reading.silent.append(source.name)
