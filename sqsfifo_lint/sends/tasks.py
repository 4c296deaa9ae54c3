"""Celery tasks that publish themselves again: without naming its IDs, a retry loses them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

import libcst as cst

from sqsfifo_lint.aws.frameworks import by_own_class, queue_of_task
from sqsfifo_lint.aws.routes import Routes, is_fifo_name
from sqsfifo_lint.flow import Machine
from sqsfifo_lint.flow.values import Atom, Function, Passed, constant_of
from sqsfifo_lint.knowledge.apis import ID_KEYS
from sqsfifo_lint.knowledge.frameworks import TASK_DECORATORS
from sqsfifo_lint.model import Known, Queue, Republished, Send
from sqsfifo_lint.sends.delays import is_in_the_future, least_delay
from sqsfifo_lint.source.chunks import NodePlace
from sqsfifo_lint.source.walk import descendants, positional

_ELSEWHERE = frozenset({"queue", "exchange", "routing_key"})
"""Keywords of a retry that goes to another queue."""


def retries_of(machine: Machine, function: Function) -> tuple[Republished, ...]:
    """Where a Celery task publishes itself again, and not to another queue: calls, or an option."""
    if not _is_celery_task(function) or any(map(by_own_class, function.decorations)):
        return ()  # a class of the project may behave differently
    return (*_by_option(function), *_by_call(machine, function))


def declared_tasks(
    machine: Machine, tasks: Iterable[Function], sent: Container[object], routes: Routes
) -> Iterator[Send]:
    """The tasks that go to a FIFO queue and publish themselves again, each as a send without messages.

    Those that are visibly `sent` are left out: there the IDs can be seen.
    """
    for task in tasks:
        if task in sent or (passed := queue_of_task(task, routes)) is None or not is_fifo_name(passed.value):
            continue
        if retries := retries_of(machine, task):
            place = NodePlace(passed.chunk, passed.node)
            queue = Queue(str(constant_of(passed.value)), place.source, Known.YES, Known.UNKNOWN, place)
            yield Send("task", "sqs", place, queue, (), library="Celery", retries=retries)


def _is_celery_task(function: Function) -> bool:
    return any(
        d.path.partition(".")[0] == "celery" and d.path.rpartition(".")[2] in TASK_DECORATORS
        for d in function.decorations
    )


def _by_option(function: Function) -> Iterator[Republished]:
    """`autoretry_for=…` of its decorators."""
    for decoration in function.decorations:
        retried = decoration.keywords.get("autoretry_for")
        more = decoration.keywords.get("retry_kwargs")
        if retried is not None and not (more and _names_an_id(more)):
            yield Republished(NodePlace(function.chunk, retried.node), without_ids=True)


def _names_an_id(passed: Passed) -> bool:
    source = passed.chunk.module.code_for_node(passed.node)
    return any(key in source for key in ID_KEYS)


def _by_call(machine: Machine, function: Function) -> Iterator[Republished]:
    """Calls of `retry` on one of the task's names for itself."""
    names = {function.name, *_receiver(function)}
    for node in descendants(function.node):
        match node:
            case cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name("retry"))) if name in names:
                given = {arg.keyword.value: arg.value for arg in node.args if arg.keyword is not None}
                if not any(arg.star for arg in node.args) and not _ELSEWHERE & given.keys():
                    delay = _delay(machine, function, given)
                    yield Republished(
                        NodePlace(function.chunk, node),
                        without_ids=not ID_KEYS & given.keys(),
                        delayed=NodePlace(function.chunk, delay) if delay is not None else None,
                    )


def _delay(machine: Machine, function: Function, given: Mapping[str, cst.BaseExpression]) -> cst.BaseExpression | None:
    """The argument of a retry that is sure to delay it."""
    seconds, due = given.get("countdown"), given.get("eta")
    if seconds is not None and least_delay(machine, function, seconds) > 0:
        return seconds
    return due if due is not None and is_in_the_future(due, function) else None


def _receiver(function: Function) -> Iterator[str]:
    """The parameter of a bound task that is the task itself."""
    bound = (decoration.keywords.get("bind") for decoration in function.decorations)
    if any(isinstance(a, Atom) and a.constant is True for passed in bound if passed is not None for a in passed.value):
        yield from (parameter.name.value for parameter in positional(function.node)[:1])
