"""Which declarations a send's queue has: by its name or URL, by the variable that holds it, or by what is plausible.

A declaration is *joined* to a send if the send names its queue. If the send does not say where it goes, any FIFO queue
of the project may be meant: then the declarations are kept as plausible, and prove nothing.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from sqsfifo_lint.model import (
    Consumer,
    Declaration,
    Feed,
    Handler,
    Infrastructure,
    Known,
    Queue,
    QueueReference,
    Send,
    SpanPlace,
)
from sqsfifo_lint.records import replace

SUFFIX = ".fifo"
"""How the name of every FIFO queue and topic ends."""


def merged(parts: Iterable[Infrastructure]) -> Infrastructure:
    """Several parts merged, with the dead-letter queues looked up."""
    several = list(parts)
    declarations = tuple(d for part in several for d in part.declarations)
    bindings = tuple(b for part in several for b in part.bindings)
    problems = tuple(p for part in several for p in part.problems)
    feeds = tuple(f for part in several for f in part.feeds)
    lookup = Lookup(Infrastructure(declarations, bindings))
    return Infrastructure(
        tuple(_with_dead_letter(d, lookup) for d in declarations),
        bindings,
        problems,
        connections=tuple(dict.fromkeys(c for part in several for c in part.connections)),
        workers=tuple(w for part in several for w in part.workers),
        feeds=feeds,
    )


def _with_dead_letter(declaration: Declaration, lookup: Lookup) -> Declaration:
    if not declaration.dead_letter:
        return declaration
    found = lookup.named(declaration.dead_letter, declaration.service)
    return replace(declaration, dead_letter_queue=found[0]) if len(found) == 1 else declaration


def depends_on_declarations(send: Send | Consumer) -> bool:
    """Whether declarations could change what is reported about a send or receive; not if its queue is standard."""
    return send.queue.fifo is not Known.NO


def join(send: Send, lookup: Lookup) -> Send:
    """The send with its queue's declarations, and with what they say.

    A send that goes to one of several queues is judged by the queue that rejects a message without a dedup ID, if one
    is declared so.
    """
    known = _known(send.queue, send.service, lookup)
    return send if known is send.queue else replace(send, queue=known)


def join_consumer(consumer: Consumer, lookup: Lookup) -> Consumer:
    """The same of messages that are received; of a function that several queues feed, one that is FIFO counts."""
    if consumer.handler is None:
        known = _known(consumer.queue, "sqs", lookup)
        return consumer if known is consumer.queue else replace(consumer, queue=known)
    for feed in lookup.infrastructure.feeds:
        if feed.batch == 1 or not feeding(feed, consumer.handler):
            continue
        queue = _fed(feed, lookup)
        if queue.fifo is Known.YES:
            return replace(consumer, queue=queue)
    return consumer


def _fed(feed: Feed, lookup: Lookup) -> Queue:
    """The queue that feeds a function."""
    keyed = feed.queue in lookup.by_key
    name = "" if keyed else last_part(feed.queue)
    fifo = Known.YES if name.endswith(".fifo") else Known.UNKNOWN
    reference = QueueReference(key=feed.queue) if keyed else QueueReference(text=feed.queue)
    known = name if name and "*" not in name else None
    place = SpanPlace(feed.span, name)
    return _known(Queue(known, fifo=fifo, place=place, references=(reference,)), "sqs", lookup)


def feeding(feed: Feed, handler: Handler) -> bool:
    """Whether a declaration means this function. One whose code lies out of sight is known by the name of its file."""
    module, _, name = feed.handler.rpartition(".")
    if name != handler.name or not module:
        return False
    file = f"{module.replace('.', '/')}.py"
    if feed.folder is not None and posixpath.normpath(posixpath.join(feed.folder, file)) == handler.path:
        return True
    return feed.folder is None and handler.alone and f"/{handler.path}".endswith(f"/{file}")


def _known(queue: Queue, service: str, lookup: Lookup) -> Queue:
    if not lookup.infrastructure.declarations and not lookup.infrastructure.bindings:
        return queue
    found = [lookup.look(reference, service) for reference in queue.references or (QueueReference(),)]
    found = [match for match in found if match.rejects] or found
    joined = all(match.joined for match in found)
    fifo = queue.fifo
    if fifo is Known.UNKNOWN and joined:
        fifo = agreed(answer for match in found for answer in match.fifo)
    declarations = _together(found)
    if fifo is Known.YES or not joined:
        of_type = tuple(d for d in declarations if d.fifo is not Known.NO)
        declarations = of_type if of_type or fifo is Known.YES else declarations
    by_content = queue.content_based_deduplication
    if by_content is Known.UNKNOWN and joined:
        by_content = agreed(d.content_based_deduplication for d in declarations)
    return replace(
        queue,
        name=queue.name or _only(match.name for match in found),
        fifo=fifo,
        content_based_deduplication=by_content,
        declarations=declarations,
        joined=joined and bool(declarations),
    )


@dataclass(frozen=True)
class Match:
    """What a reference leads to."""

    declarations: tuple[Declaration, ...]
    joined: bool
    """They are declarations of the queue that is meant."""
    fifo: tuple[Known, ...] = ()
    """What they, and the names that a variable is set to, say about the queue's type."""
    name: str = ""

    @cached_property
    def rejects(self) -> bool:
        """Whether a message without a dedup ID is certainly rejected."""
        return self.joined and bool(self.declarations) and not any(map(may_do_without_dedup_id, self.declarations))


class Lookup:
    """Finds declarations by key, by name and by variable."""

    def __init__(self, infrastructure: Infrastructure) -> None:
        self.infrastructure = infrastructure
        self.by_key: dict[str, list[Declaration]] = {}
        for declaration in infrastructure.declarations:
            self.by_key.setdefault(declaration.key, []).append(declaration)
        self.by_variable: dict[str, list[str]] = {}
        for binding in infrastructure.bindings:
            self.by_variable.setdefault(binding.variable.upper(), []).append(binding.queue)
        self._matches: dict[tuple[QueueReference, str], Match] = {}

    def look(self, reference: QueueReference, service: str) -> Match:
        """The declarations of the queue that a reference means, or those of the queues that it may mean."""
        key = (reference, service)
        if key not in self._matches:
            self._matches[key] = self._look(reference, service)
        return self._matches[key]

    def _look(self, reference: QueueReference, service: str) -> Match:
        if reference.key in self.by_key:
            found = tuple(self.by_key[reference.key])
            return Match(found, True, tuple(d.fifo for d in found), _known_name(found))
        queues = self.by_variable.get(reference.variable.upper(), []) if reference.variable else []
        if reference.text:
            queues = [reference.text]
        if not queues:
            return Match(self._plausible(service), False)
        several = [self._match(queue, service) for queue in dict.fromkeys(queues)]
        return Match(
            _together(several),
            all(one.joined for one in several),
            tuple(fifo for one in several for fifo in one.fifo),
            _only(one.name for one in several) or "",
        )

    def named(self, queue: str, service: str) -> tuple[Declaration, ...]:
        """The declarations with this key, or of a queue with this name, URL or ARN."""
        if queue in self.by_key:
            return tuple(self.by_key[queue])
        name = last_part(queue)
        return tuple(d for d in self._of(service) if d.name is not None and may_be_same(name, d.name))

    def _match(self, queue: str, service: str) -> Match:
        found = self.named(queue, service)
        name = "" if queue in self.by_key else last_part(queue)
        if found:
            shown = name if name and "*" not in name else _known_name(found)
            return Match(found, True, tuple(d.fifo for d in found), shown)
        if not says_something(name):
            return Match(self._plausible(service), False)
        fifo = Known.YES if name.endswith(".fifo") else Known.UNKNOWN if name.endswith("*") else Known.NO
        nameless = tuple(d for d in self._of(service) if d.name is None or not says_something(d.name))
        return Match(nameless, not nameless, (fifo,), name if "*" not in name else "")

    def _plausible(self, service: str) -> tuple[Declaration, ...]:
        return tuple(self._of(service))

    def _of(self, service: str) -> Iterator[Declaration]:
        return (d for d in self.infrastructure.declarations if d.service == service and d.tells)


def _together(matches: Sequence[Match]) -> tuple[Declaration, ...]:
    """The declarations of several matches, each once. Usually there is only one match."""
    if len(matches) == 1:
        return matches[0].declarations
    return tuple(dict.fromkeys(d for match in matches for d in match.declarations))


def last_part(queue: str) -> str:
    """The name of a queue or topic, from its URL or ARN."""
    return queue.replace(":", "/").rstrip("/").rpartition("/")[2]


def says_something(name: str) -> bool:
    """Whether a name with `*` for its unknown parts distinguishes one queue from another."""
    return bool(name.removesuffix(".fifo").strip("*-_"))


def may_be_same(one: str, other: str) -> bool:
    """Whether two names, with `*` for their unknown parts, may be of one queue, judging by the known parts."""
    if not says_something(one) or not says_something(other):
        return False
    return one == other or fnmatchcase(one, other) or fnmatchcase(other, one)


def may_do_without_dedup_id(declaration: Declaration) -> bool:
    """Whether a queue that is declared like this may accept a message without a dedup ID."""
    return declaration.fifo is not Known.YES or declaration.content_based_deduplication is not Known.NO


def _known_name(declarations: Iterable[Declaration]) -> str:
    """The one name that they all have, if it is completely known."""
    name = _only(declaration.name or "" for declaration in declarations) or ""
    return name if "*" not in name else ""


def agreed(answers: Iterable[Known]) -> Known:
    """What all of them say; unknown if they do not say the same."""
    found = set(answers)
    return found.pop() if len(found) == 1 else Known.UNKNOWN


def _only(names: Iterable[str]) -> str | None:
    found = set(names)
    return found.pop() or None if len(found) == 1 else None
