"""Work in steps, shared among processes.

A piece of work is a generator. It yields what it has found so far, is sent what was made of all that the pieces found,
goes on, and returns its result in the end. Where it runs makes no difference to what comes out.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, BinaryIO, NamedTuple, NoReturn

Work = Callable[[], Generator[Any, Any, Any]]

MOST = 4
"""Processes, this one included."""


def processes() -> int:
    """How many processes there may be. Forking is cheap, and safe as long as there is but one thread."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST)


def in_steps(works: Sequence[Work], steps: Sequence[Callable[[list[Any]], object]], count: int) -> list[Any]:
    """The results of pieces of work (255 at most) that `count` processes do, this one among them; one with threads.

    Each of `steps` makes of what all have yielded, in the order of `works`, what they are sent. What is yielded, sent
    and returned has to be picklable. The first piece is done here; whoever has time takes the next one. A process that
    fails is no matter: its work is done here, too.
    """
    numbers, target = os.pipe()
    os.write(target, bytes(range(1, len(works))))
    os.close(target)
    starts = range(min(count if threading.active_count() == 1 else 1, len(works)) - 1)
    others = [other for _ in starts if (other := _start(works, numbers)) is not None]
    try:
        return _in_steps(works, steps, others, numbers)
    finally:
        os.close(numbers)
        for other in others:
            other.close()
        for other in others:  # a younger one may hold what an older one waits for the end of
            os.waitpid(other.process, 0)


class _Other(NamedTuple):
    """A process that does some of the work."""

    process: int
    answers: BinaryIO
    orders: BinaryIO

    def receive(self) -> dict[int, Any]:
        """What the work yields or returns that it has taken, by its number; nothing when it has failed."""
        try:
            found: dict[int, Any] = pickle.load(self.answers)  # our own process wrote it, nobody else could
        except (EOFError, OSError, pickle.UnpicklingError):
            return {}
        return found

    def send(self, made: object) -> None:
        """Let its work go on."""
        with suppress(OSError):  # it has failed: whoever asks for its answer sees that
            pickle.dump(made, self.orders)
            self.orders.flush()

    def close(self) -> None:
        """Send nothing any more: that ends it."""
        for stream in (self.orders, self.answers):
            with suppress(OSError):
                stream.close()


def _in_steps(
    works: Sequence[Work], steps: Sequence[Callable[[list[Any]], object]], others: Sequence[_Other], numbers: int
) -> list[Any]:
    running: dict[int, Generator[Any, Any, Any]] = {}
    sent: list[object] = []

    def answers() -> list[Any]:
        """What all the work yields or returns, once it was sent what is in `sent`."""
        found = _found(works, running, chain(range(min(1, len(works))), _taken(numbers)), sent[-1:])
        for other in others:
            found.update(other.receive())
        for number in range(len(works)):
            if number not in found:  # somebody took it and failed
                running[number] = works[number]()
                for past in range(len(sent) + 1):
                    found[number] = _advance(running[number], sent[:past][-1:])
        return [found[number] for number in range(len(works))]

    for step in steps:
        sent.append(step(answers()))
        for other in others:
            other.send(sent[-1])
    return answers()


def _taken(numbers: int) -> Iterator[int]:
    """The numbers of pieces of work that nobody else has taken."""
    while number := os.read(numbers, 1):
        yield number[0]


def _found(
    works: Sequence[Work], running: dict[int, Generator[Any, Any, Any]], numbers: Iterable[int], sent: Sequence[object]
) -> dict[int, Any]:
    """What the work yields or returns that runs in this process; at first, that of these numbers is started."""
    if sent:
        return {number: _advance(work, sent) for number, work in running.items()}
    found: dict[int, Any] = {}
    for number in numbers:
        running[number] = works[number]()
        found[number] = _advance(running[number], sent)
    return found


def _advance(work: Generator[Any, Any, Any], sent: Sequence[object]) -> Any:
    """What a piece of work yields or returns next."""
    try:
        return work.send(sent[0]) if sent else next(work)
    except StopIteration as end:
        return end.value


def _start(works: Sequence[Work], numbers: int) -> _Other | None:
    """A process that takes pieces of work; None when there can be none."""
    streams: list[int] = []
    try:
        streams += os.pipe()
        streams += os.pipe()
        process = os.fork()
    except OSError:
        for stream in streams:
            os.close(stream)
        return None
    answers, answering, ordered, orders = streams
    if not process:
        os.close(answers)
        os.close(orders)
        _serve(works, numbers, answering, ordered)
    os.close(answering)
    os.close(ordered)
    return _Other(process, open(answers, "rb"), open(orders, "wb"))


def _serve(works: Sequence[Work], numbers: int, answering: int, ordered: int) -> NoReturn:
    """Do pieces of work, and end the process: it must not return to what the other one does."""
    try:
        with open(answering, "wb") as answers, open(ordered, "rb") as orders:
            running: dict[int, Generator[Any, Any, Any]] = {}
            sent: list[object] = []
            while True:
                pickle.dump(_found(works, running, _taken(numbers), sent), answers)
                answers.flush()
                sent = [pickle.load(orders)]
    finally:
        os._exit(0)
