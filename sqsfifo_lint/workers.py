"""Work in steps, shared among processes.

A piece of work is a generator. It yields what it has found so far, is sent what was made of all that the pieces found,
goes on, and returns its result in the end. Where it runs makes no difference to what comes out.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
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
    """The results of pieces of work that `count` processes do, this one among them.

    Each of `steps` makes of what all have yielded, in the order of `works`, what they are sent. What is yielded, sent
    and returned has to be picklable. A process that fails is no matter: its work is done here.
    """
    hands = [range(number, len(works), count) for number in range(min(count, len(works)))]
    others = [other for hand in hands[1:] if (other := _start(hand, [works[number] for number in hand])) is not None]
    try:
        return _in_steps(works, steps, others)
    finally:
        for other in others:
            other.close()
        for other in others:  # a younger one may hold what an older one waits for the end of
            os.waitpid(other.process, 0)


class _Other(NamedTuple):
    """A process that does some of the work."""

    hand: range
    process: int
    answers: BinaryIO
    orders: BinaryIO

    def receive(self) -> list[Any] | None:
        """What its work yields or returns; None when it has failed."""
        try:
            found: list[Any] = pickle.load(self.answers)  # our own process wrote it, nobody else could
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
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
    works: Sequence[Work], steps: Sequence[Callable[[list[Any]], object]], others: Sequence[_Other]
) -> list[Any]:
    elsewhere = {number: other for other in others for number in other.hand}
    running = {number: work() for number, work in enumerate(works) if number not in elsewhere}
    sent: list[object] = []

    def answers() -> list[Any]:
        """What all the work yields or returns, once it was sent what is in `sent`."""
        found = {number: _advance(work, sent[-1:]) for number, work in running.items()}
        for other in others:
            if other.hand[0] in running:
                continue
            received = other.receive()
            for index, number in enumerate(other.hand):
                if received is not None:
                    found[number] = received[index]
                else:
                    running[number] = works[number]()
                    for past in range(len(sent) + 1):
                        found[number] = _advance(running[number], sent[:past][-1:])
        return [found[number] for number in range(len(works))]

    for step in steps:
        sent.append(step(answers()))
        for other in others:
            other.send(sent[-1])
    return answers()


def _advance(work: Generator[Any, Any, Any], sent: Sequence[object]) -> Any:
    """What a piece of work yields or returns next."""
    try:
        return work.send(sent[0]) if sent else next(work)
    except StopIteration as end:
        return end.value


def _start(hand: range, works: Sequence[Work]) -> _Other | None:
    """A process that does pieces of work; None when there can be none."""
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
        _serve(works, answering, ordered)
    os.close(answering)
    os.close(ordered)
    return _Other(hand, process, open(answers, "rb"), open(orders, "wb"))


def _serve(works: Sequence[Work], answering: int, ordered: int) -> NoReturn:
    """Do pieces of work, and end the process: it must not return to what the other one does."""
    try:
        with open(answering, "wb") as answers, open(ordered, "rb") as orders:
            running = [work() for work in works]
            sent: list[object] = []
            while True:
                found = [_advance(work, sent) for work in running]
                pickle.dump(found, answers)
                answers.flush()
                sent = [pickle.load(orders)]
    finally:
        os._exit(0)
