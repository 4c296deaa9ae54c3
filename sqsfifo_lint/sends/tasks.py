"""Celery tasks that publish themselves again: without naming its IDs, a retry loses them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

import libcst as cst

from sqsfifo_lint.aws.frameworks import by_own_class
from sqsfifo_lint.flow.values import Atom, Function, Passed, constant_of
from sqsfifo_lint.knowledge.apis import ID_KEYS
from sqsfifo_lint.knowledge.frameworks import TASK_DECORATORS
from sqsfifo_lint.model import Known, Place, Queue, Send
from sqsfifo_lint.source.chunks import NodePlace
from sqsfifo_lint.source.walk import descendants, positional

_ELSEWHERE = ID_KEYS | {"queue", "exchange", "routing_key"}
"""Keywords of a retry that has IDs, or goes to another queue."""


def retries_of(function: Function) -> tuple[Place, ...]:
    """Where a Celery task publishes itself again without naming an ID or another queue: calls, or an option."""
    if not _is_celery_task(function) or any(map(by_own_class, function.decorations)):
        return ()  # a class of the project may behave differently
    nodes = [*_by_option(function), *_by_call(function)]
    return tuple(NodePlace(function.chunk, node) for node in nodes)


def declared_tasks(tasks: Iterable[Function], sent: Container[object]) -> Iterator[Send]:
    """The tasks that are declared on a FIFO queue and publish themselves again, each as a send without messages.

    Those that are visibly `sent` are left out: there the IDs can be seen.
    """
    for task in tasks:
        retries = retries_of(task) if task not in sent else ()
        passed = next((d.keywords["queue"] for d in task.decorations if "queue" in d.keywords), None)
        name = constant_of(passed.value) if passed is not None else None
        if retries and passed is not None and isinstance(name, str) and name.endswith(".fifo"):
            place = NodePlace(passed.chunk, passed.node)
            queue = Queue(name, place.source, Known.YES, Known.UNKNOWN, place)
            yield Send("task", "sqs", place, queue, (), library="Celery", retries=retries)


def _is_celery_task(function: Function) -> bool:
    return any(
        d.path.partition(".")[0] == "celery" and d.path.rpartition(".")[2] in TASK_DECORATORS
        for d in function.decorations
    )


def _by_option(function: Function) -> Iterator[cst.CSTNode]:
    """`autoretry_for=…` of its decorators."""
    for decoration in function.decorations:
        retried = decoration.keywords.get("autoretry_for")
        more = decoration.keywords.get("retry_kwargs")
        if retried is not None and not (more and _names_an_id(more)):
            yield retried.node


def _names_an_id(passed: Passed) -> bool:
    source = passed.chunk.module.code_for_node(passed.node)
    return any(key in source for key in ID_KEYS)


def _by_call(function: Function) -> Iterator[cst.Call]:
    """Calls of `retry` on one of the task's names for itself."""
    names = {function.name, *_receiver(function)}
    for node in descendants(function.node):
        match node:
            case cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name("retry"))) if name in names:
                if not any(arg.star or (arg.keyword and arg.keyword.value in _ELSEWHERE) for arg in node.args):
                    yield node


def _receiver(function: Function) -> Iterator[str]:
    """The parameter of a bound task that is the task itself."""
    bound = (decoration.keywords.get("bind") for decoration in function.decorations)
    if any(isinstance(a, Atom) and a.constant is True for passed in bound if passed is not None for a in passed.value):
        yield from (parameter.name.value for parameter in positional(function.node)[:1])
