"""Where a connection stands in a declaration, and how the rows of `connections` are made.

A path is names with dots between them, which leads through lists to each of their items.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqsfifo_lint.knowledge.apis import DEDUP, GROUP
from sqsfifo_lint.model import Connects

BATCH_SIZE = "BatchSize"
WINDOW = "MaximumBatchingWindowInSeconds"


class Shape(NamedTuple):
    """Where one kind of connection stands in a declaration."""

    kind: Connects
    sender: str
    """The service, as a sentence names it."""
    queue: tuple[str, ...]
    """Paths to the queue, `/` for all of it; the first that exists counts. The same for the next ones."""
    at: str = ""
    """The path to what declares one connection: the root if empty, each of several if it is a list; `*` is any name."""
    attributes: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    topic: tuple[str, ...] = ()
    """`/` is the root."""
    function: tuple[str, ...] = ()
    """Of what feeds a function. Empty: the root is the function."""
    only: tuple[str, str] = ("", "")
    """A path, and the text that has to be there."""
    paths: str = ""
    """How a text begins that the service replaces by a part of the event."""
    at_queue: bool = False
    """It is reported where the queue is named: the declaration is more than this connection."""


def feeds(queue: tuple[str, ...], at: str = "", window: str = "maximumbatchingwindowinseconds", **more: str) -> Shape:
    """The queue feeds a function: `function` is the path to that, `only` the type of event that it is."""
    function = (more["function"],) if "function" in more else ()
    only = ("type", more["only"]) if "only" in more else ("", "")
    attributes = {BATCH_SIZE: ("batchsize",), WINDOW: (window,)}
    return Shape(Connects.FEEDS, "the event source mapping", queue, at, attributes, (), function, only)


def sends(
    sender: str,
    queue: tuple[str, ...],
    at: str = "",
    group: tuple[str, ...] = ("messagegroupid",),
    dedup: tuple[str, ...] = (),
    *,
    paths: str = "",
    at_queue: bool = False,
) -> Shape:
    """A service sends to the queue, with the IDs at these paths."""
    attributes = {GROUP: group, DEDUP: dedup} if dedup else {GROUP: group}
    return Shape(Connects.SENDS, sender, queue, at, attributes, paths=paths, at_queue=at_queue)


def refuses(sender: str, *paths: str, at: str = "") -> Shape:
    """A service sends to the queue or topic at one of these paths, and takes no FIFO one."""
    return Shape(Connects.STANDARD_ONLY, sender, paths, at)


def subscribes(queue: str = "endpoint", topic: tuple[str, ...] = ("topicarn", "topic"), at: str = "") -> Shape:
    """The queue is subscribed to a topic."""
    return Shape(Connects.SUBSCRIBES, "the topic", (queue,), at, topic=topic, only=("protocol", "sqs"))
