"""Work in steps, shared among processes.

A piece of work is an object, and a step is a function or method of it. A step is done for all pieces before the next
one begins, which may be given its results. The results do not depend on which process does a piece.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from types import TracebackType
from typing import Any, BinaryIO, Generic, NamedTuple, NoReturn, Self, TypeVar, TypeVarTuple

from sqsfifo_lint.steps import silent
from sqsfifo_lint.steps import step as tell

Work = TypeVar("Work")
Result = TypeVar("Result")
Given = TypeVarTuple("Given")

MOST = 4
"""The maximum number of processes, including this one."""


_running: set[int] = set()
"""The processes that work for this one at present."""

_ENDING = [found for name in ("SIGINT", "SIGTERM", "SIGHUP") if (found := getattr(signal, name, None)) is not None]


def end_on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and SIGHUP end this process and its workers at once, with status 128 + the signal's.

    A signal that is ignored, as by `nohup`, stays ignored.
    """
    owner = os.getpid()

    def end(number: int, _: object) -> None:
        if os.getpid() == owner:  # not a worker that has just been forked
            _end_all()
            with suppress(OSError):
                os.write(2, f"sqsfifo-lint: ended by {signal.Signals(number).name}\n".encode())
        os._exit(128 + number)

    for number in _ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def _end_all() -> None:
    for process in tuple(_running):
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)


def processes() -> int:
    """How many processes there may be. Forking is cheap, and safe as long as there is only one thread."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST)


class Team(Generic[Work]):
    """This process and others, forked from it, that do pieces of work together.

        with Team([Share(part) for part in parts], processes()) as team:
            found = team.each(Share.find)
            results = team.each(Share.finish, sum(found))

    A process with several threads works alone. The first piece is done here; whichever process is free takes the next
    one. If another process fails, its work is done here. An error in this process's own work is raised.
    """

    def __init__(self, works: Sequence[Work], count: int) -> None:
        """The pieces of work (255 at most), and how many processes there may be, including this one."""
        self._works = works
        self._count = min(count if threading.active_count() == 1 else 1, len(works))
        self._others: list[_Other] = []
        self._mine: list[int] = []
        self._past: list[Callable[[Work], object]] = []

    def __enter__(self) -> Self:
        self._numbers, target = os.pipe()
        os.write(target, bytes(range(1, len(self._works))))
        os.close(target)
        return self

    def each(self, step: Callable[[Work, *Given], Result], *given: *Given) -> list[Result]:
        """What the step returns for each piece of work, in order.

        Results have to be picklable; so do the steps after the first one, and their arguments.
        """

        def done(work: Work) -> Result:
            return step(work, *given)

        found = self._share(done) if not self._past else self._go_on(done, (step, given))
        self._mine = list(found)
        for other in self._others:
            found.update(other.receive())
        for number, work in enumerate(self._works):
            if number not in found:  # the process that took it has failed
                for past in self._past:
                    past(work)
                found[number] = done(work)
                self._mine.append(number)
        self._past.append(done)
        return [found[number] for number in range(len(self._works))]

    def _share(self, step: Callable[[Work], Result]) -> dict[int, Result]:
        """Start others that take pieces of work, and take some here too."""
        starts = range(self._count - 1)
        self._others = [other for _ in starts if (other := _start(self._works, step, self._numbers)) is not None]
        return _done(self._works, chain(range(min(1, len(self._works))), _taken(self._numbers)), step)

    def _go_on(self, step: Callable[[Work], Result], order: object) -> dict[int, Result]:
        """Have every process do the next step of its own work."""
        for other in self._others:
            other.send(order)
        return _done(self._works, self._mine, step)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._numbers)
        if value is not None:  # nobody asks for what they are doing
            _end_all()
        for other in self._others:
            other.close()
        for other in self._others:  # a younger one may hold the pipe whose end an older one waits for
            os.waitpid(other.number, 0)
            _running.discard(other.number)


class _Other(NamedTuple):
    """A process that does some of the work."""

    number: int
    answers: BinaryIO
    orders: BinaryIO

    def receive(self) -> dict[int, Any]:
        """The results of the work that it has taken, by number; nothing if it has failed."""
        try:
            # Only our own process can have written it; only `each` knows what is in it.
            found: dict[int, Any] = pickle.load(self.answers)
        except (EOFError, OSError, pickle.UnpicklingError):
            return {}
        return found

    def send(self, order: object) -> None:
        """Let it go on with its work."""
        with suppress(OSError):  # it has failed, as `receive` will notice
            pickle.dump(order, self.orders)
            self.orders.flush()

    def close(self) -> None:
        """Close its input, which ends it."""
        for stream in (self.orders, self.answers):
            with suppress(OSError):
                stream.close()


def _taken(numbers: int) -> Iterator[int]:
    """The numbers of pieces of work that no other process has taken."""
    while number := os.read(numbers, 1):
        yield number[0]


def _done(works: Sequence[Work], numbers: Iterable[int], step: Callable[[Work], Result]) -> dict[int, Result]:
    found = {}
    for number in numbers:
        tell("parts done", number, len(works))  # whichever process does them, they are taken in order
        found[number] = step(works[number])
    return found


def _start(works: Sequence[Work], step: Callable[[Work], object], numbers: int) -> _Other | None:
    """A process that takes pieces of work; None if none can be started."""
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
        _serve(works, step, numbers, answering, ordered)
    _running.add(process)
    os.close(answering)
    os.close(ordered)
    return _Other(process, open(answers, "rb"), open(orders, "wb"))


def _serve(
    works: Sequence[Work], step: Callable[[Work], object], numbers: int, answering: int, ordered: int
) -> NoReturn:
    """Do pieces of work, and end the process: it must not return into its parent's code."""
    _running.clear()
    silent()
    with suppress(ValueError):  # in a thread, where there are no handlers to undo
        for number in _ENDING:
            if callable(signal.getsignal(number)):
                signal.signal(number, signal.SIG_DFL)
    try:
        with open(answering, "wb") as answers, open(ordered, "rb") as orders:
            found = _done(works, _taken(numbers), step)
            while True:
                pickle.dump(found, answers)
                answers.flush()
                function, given = pickle.load(orders)
                found = {number: function(works[number], *given) for number in found}
    finally:
        os._exit(0)
