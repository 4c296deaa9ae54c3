"""Finds connections in a declaration, given as a tree of values: the same for whatever it is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from sqsfifo_lint.knowledge.connections import CALLS, CLASSES, RESOURCES, STATE_SHAPES
from sqsfifo_lint.knowledge.shapes import Shape
from sqsfifo_lint.model import Attribute, Connection, Connects, QueueReference, Span
from sqsfifo_lint.records import record


@record()
class Tree:
    """A value of a declaration, with what is in it."""

    span: Span
    text: str = ""
    """`*` stands for each part that cannot be seen; empty if it is no text."""
    variable: str = ""
    """The environment variable whose value it is."""
    key: str = ""
    """The declaration of the queue or function whose URL, ARN or name it is."""
    fields: Mapping[str, Tree] = field(default_factory=dict, hash=False)
    """By `plain` names."""
    items: Sequence[Tree] = field(default=(), hash=False)
    whole: bool = True
    """All of its fields and items are in sight."""
    optional: bool = False
    """It may be left out, or be replaced by a deployment."""
    head: Span | None = None
    """Where a message about all of it stands, if not at its start."""

    @property
    def reference(self) -> QueueReference:
        """What it is looked up by."""
        return QueueReference("" if self.text == "*" else self.text, self.variable, self.key)


def plain(name: str) -> str:
    """A name as paths have it: in small letters, without `_` and `-`; `$` at its end says that it has a path."""
    return name.replace("_", "").replace("-", "").replace(".$", "$").lower()


def unknown(span: Span) -> Tree:
    """A value that cannot be seen."""
    return Tree(span, "*", whole=False)


def connections(source: str, shapes: Sequence[Shape], root: Tree, *, snake: bool = False) -> Iterator[Connection]:
    """What a declaration connects. `source`: what declares it. With `snake`, it writes names as `message_group_id`."""
    for shape in shapes:
        for element in _at(root, shape.at):
            found = _connection(source, shape, root, element, snake)
            if found is not None:
                yield found


def shapes_of(name: str) -> Sequence[Shape]:
    """The shapes of a resource type, a class or a call of the SDK; none if it connects nothing."""
    return RESOURCES.get(name) or CLASSES.get(name) or CALLS.get(name) or ()


def of_state(source: str, state: Tree) -> Iterator[Connection]:
    """The connection of a state of a state machine."""
    yield from connections(source, STATE_SHAPES, state)


def _connection(source: str, shape: Shape, root: Tree, element: Tree, snake: bool) -> Connection | None:
    path, wanted = shape.only
    told = _one(element, (path,)) if path else None
    if path and (told is None or told.text.lower() != wanted.lower()):
        return None
    queue = _one(element, shape.queue)
    if queue is None or not (queue.text or queue.key or queue.variable) or queue.optional:
        return None
    topic = root if shape.topic == ("/",) else _one(element, shape.topic)
    function = _one(element, shape.function) if shape.function else root
    place = queue if shape.at_queue else element
    return Connection(
        kind=shape.kind,
        sender=shape.sender,
        source=source,
        span=place.head or place.span,
        service="sns" if queue.text.startswith("arn:") and ":sns:" in queue.text else "sqs",
        queue=queue.reference,
        queue_span=queue.span,
        attributes=dict(_attributes(element, shape)),
        keywords={name: _snake(name) if snake else name for name in shape.attributes},
        complete=_is_whole(element, shape),
        topic=topic.reference if topic is not None else QueueReference(),
        function=_function(function),
    )


def _function(tree: Tree | None) -> str:
    """The key of a function, or its name."""
    if tree is None or tree.optional:
        return ""
    return tree.key or ("" if "*" in tree.text else tree.text.rpartition(":")[2])


def _attributes(element: Tree, shape: Shape) -> Iterator[tuple[str, Attribute]]:
    for name, paths in shape.attributes.items():
        path = next((path for path in paths if _one(element, (path,)) is not None), "")
        found = _one(element, (path,)) if path else None
        if found is not None:
            yield name, _attribute(found, path, shape)


def _attribute(found: Tree, path: str, shape: Shape) -> Attribute:
    hidden = path.endswith("$") or found.text in ("", "*") or "*" in found.text or bool(found.key) or found.optional
    if shape.kind is Connects.SENDS and not hidden:
        hidden = _is_path(found.text, shape)
    return Attribute(None if hidden else found.text, found.span)


def _is_path(text: str, shape: Shape) -> bool:
    """Whether a service replaces a text by a part of the event, or may do so.

    Of rules and schedules AWS says nothing; what begins like a path is unknown there.
    """
    if shape.paths == "{%":
        return text.lstrip().startswith("{%")
    return "$." in text or "<$" in text or "<aws." in text or text.startswith("$")


def _is_whole(element: Tree, shape: Shape) -> bool:
    """Whether everything that may give one of the attributes is in sight."""
    if not element.whole:
        return False
    for paths in shape.attributes.values():
        for path in paths:
            tree: Tree | None = element
            for name in path.split("."):
                tree = tree.fields.get(name) if tree is not None else None
                if tree is not None and not tree.whole and not tree.text.strip("*"):
                    return False
    return True


def _at(tree: Tree, path: str) -> Iterator[Tree]:
    """What is at a path; in a list, of each item."""
    if tree.items:
        for item in tree.items:
            yield from _at(item, path)
        return
    if not path:
        yield tree
        return
    name, _, rest = path.partition(".")
    below = list(tree.fields.values()) if name == "*" else [tree.fields[name]] if name in tree.fields else []
    for one in below:
        yield from _at(one, rest)


def _one(tree: Tree, paths: Sequence[str]) -> Tree | None:
    """What is at the first of the paths that exists."""
    for path in paths:
        found: Tree | None = tree
        for name in path.split(".") if path != "/" else ():
            if found is not None and found.items:
                found = found.items[0] if len(found.items) == 1 else None
            found = found.fields.get(name) if found is not None else None
        if found is not None:
            return found
    return None


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
