"""Work in steps gives the same results wherever it runs, and whoever fails on the way."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from functools import partial

import pytest

from sqsfifo_lint.run.workers import in_steps

MOTHER = os.getpid()


def adding(number: int) -> Generator[int, int, tuple[int, int]]:
    total = yield number
    largest = yield total + number
    return total, largest


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_every_number_of_processes_gives_the_same(count: int) -> None:
    works = [partial(adding, number) for number in range(5)]
    assert in_steps(works, (sum, max), count) == [(10, 14)] * 5


def test_no_steps_and_no_work() -> None:
    def at_once(number: int) -> Generator[None, None, int]:
        yield from ()
        return number * number

    assert in_steps([partial(at_once, number) for number in range(250)], (), 3) == [n * n for n in range(250)]
    assert in_steps([], (), 2) == []


def test_the_work_is_shared() -> None:
    def where(number: int) -> Generator[None, None, int]:
        yield from ()
        time.sleep(0.05)
        return os.getpid()

    assert len(set(in_steps([partial(where, number) for number in range(8)], (), 2))) == 2


@pytest.mark.parametrize("fatal", [0, 1, 2])
def test_a_process_that_dies_costs_nothing_but_time(fatal: int) -> None:
    def dying(number: int) -> Generator[int, int, int]:
        if fatal == 0 and os.getpid() != MOTHER:
            os._exit(3)
        total = yield number
        if fatal == 1 and os.getpid() != MOTHER:
            raise RuntimeError("elsewhere")
        more = yield total + number
        if fatal == 2 and os.getpid() != MOTHER:
            os.kill(os.getpid(), 9)
        return more

    works = [partial(dying, number) for number in range(6)]
    assert in_steps(works, (sum, max), 3) == [20] * 6


def test_an_error_of_the_work_itself_is_raised_here() -> None:
    def failing(number: int) -> Generator[None, None, int]:
        yield from ()
        time.sleep(0.02)
        if number == 3:
            raise ValueError("odd")
        return number

    with pytest.raises(ValueError, match="odd"):
        in_steps([partial(failing, number) for number in range(6)], (), 2)


def test_large_answers_do_not_block() -> None:
    def large(number: int) -> Generator[bytes, int, bytes]:
        length = yield bytes(300_000)
        return bytes(length)

    results = in_steps([partial(large, n) for n in range(4)], (lambda found: sum(map(len, found)),), 2)
    assert [len(result) for result in results] == [1_200_000] * 4
