"""What is known of the queues that services are connected with, and what those that send to them send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sqsfifo_lint.knowledge.apis import DEDUP, GROUP
from sqsfifo_lint.model import (
    Alternative,
    Connection,
    Connects,
    Declaration,
    Infrastructure,
    Known,
    Lifetime,
    Material,
    Message,
    Part,
    Queue,
    QueueReference,
    Send,
    Slot,
    SpanPlace,
    Worker,
)
from sqsfifo_lint.queues.joining import SUFFIX, Lookup, agreed, join
from sqsfifo_lint.records import replace


def looked_up(connections: Iterable[Connection], lookup: Lookup, workers: Iterable[Worker]) -> Iterator[Connection]:
    """The connections, with what is declared of their ends."""
    by_name = _by_name(workers)
    for one in connections:
        fifo, declarations = _known(one.queue, one.service, lookup)
        topic_fifo, _ = _known(one.topic, "sns", lookup) if one.topic != QueueReference() else (Known.UNKNOWN, ())
        worker = by_name.get(one.function)
        yield replace(
            one,
            fifo=fifo,
            service=declarations[0].service if declarations else one.service,
            topic_fifo=topic_fifo,
            declarations=declarations,
            timeout=worker.timeout if worker is not None else None,
        )


def _by_name(workers: Iterable[Worker]) -> Mapping[str, Worker | None]:
    """Functions by their keys, and by their names where only one has it."""
    found: dict[str, Worker | None] = {}
    for worker in workers:
        found[worker.key] = worker
        if "*" not in worker.name:
            found[worker.name] = worker if worker.name not in found else None
    return found


def _known(reference: QueueReference, service: str, lookup: Lookup) -> tuple[Known, tuple[Declaration, ...]]:
    """Whether a queue is FIFO, and its declarations, as far as that is proven."""
    if reference.key in lookup.by_key:
        found = tuple(lookup.by_key[reference.key])
        return agreed(declaration.fifo for declaration in found), found
    if reference.text.endswith(SUFFIX):
        return Known.YES, _named(reference, service, lookup)
    if "*" in reference.text or not (reference.text or reference.variable):
        return Known.UNKNOWN, ()
    match = lookup.look(reference, service)
    if match.joined and (match.declarations or reference.variable):
        return agreed(match.fifo), match.declarations
    return (Known.NO if _WHOLE_ARN.fullmatch(reference.text) else Known.UNKNOWN), ()


_WHOLE_ARN = re.compile(r"arn:[\w-]+:s[qn]s:[\w-]+:\d{12}:[\w-]+", re.ASCII)
"""An ARN of a standard queue or topic, and no placeholder."""


def _named(reference: QueueReference, service: str, lookup: Lookup) -> tuple[Declaration, ...]:
    match = lookup.look(reference, service)
    return match.declarations if match.joined else ()


def subjects(infrastructure: Infrastructure) -> Iterator[Send | Declaration | Connection]:
    """What rules judge of what is declared: queues, connections, and what services send."""
    yield from infrastructure.declarations
    yield from infrastructure.connections
    lookup = Lookup(infrastructure)
    for one in infrastructure.connections:
        if one.kind is Connects.SENDS and one.fifo is Known.YES:
            yield join(_send(one), lookup)


def _send(connection: Connection) -> Send:
    """What a service sends to a FIFO queue, as if code did."""
    place = SpanPlace(connection.span)
    text = connection.queue.text
    message = Message(place, _slot(connection, GROUP), _slot(connection, DEDUP), Slot(), Slot())
    queue = Queue(
        name=text if text and "*" not in text else None,
        fifo=Known.YES,
        place=SpanPlace(connection.queue_span),
        references=(connection.queue,),
    )
    return Send("target", "sqs", place, queue, (message,), expected=connection.expected, sender=connection.sender)


def _slot(connection: Connection, name: str) -> Slot:
    """What a connection gives for an ID."""
    if name not in connection.keywords:
        return Slot((), True)
    found = connection.attributes.get(name)
    keyword = connection.keywords[name]
    if found is None and connection.complete:
        return Slot((), True, keyword=keyword)
    place = SpanPlace(found.span if found is not None else connection.span)
    seen = found is not None and found.value is not None
    material = Material.CONSTANT if seen else Material.DATA
    text = (found.value or "") if found is not None else ""
    part = Part(material, Lifetime.IMPORT if seen else Lifetime.MESSAGE, text, place, reason="" if seen else "a value")
    kind = "str" if seen else "any"
    return Slot((Alternative((part,), place, kind, len(text)),), False, keyword=keyword, argument=place)
