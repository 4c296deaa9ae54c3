"""How much work something is, without looking at the wall clock: a busy machine must not change a test's result."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest


class TookTooLong(BaseException):
    """Not an Exception, so that no code in between catches it."""


@contextmanager
def no_hang(seconds: float) -> Iterator[None]:
    """Fail if the block uses more than this much processor time, if the system can interrupt it.

    Time that the block spends waiting, and the work of other processes, do not count.
    """
    if not hasattr(signal, "ITIMER_VIRTUAL") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(number: int, frame: object) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except TookTooLong:
        pytest.fail(f"not done after {seconds:g} s of the processor's time")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called during some work: the same on every machine."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
