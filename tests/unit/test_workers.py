"""Work in steps gives the same results wherever it runs, and whichever process fails on the way."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass

import pytest

from sqsfifo_lint.run.workers import Team

MOTHER = os.getpid()


@dataclass
class Adding:
    """Work in three steps that remembers what it was given."""

    number: int
    total: int = 0
    fatal: int = -1
    """The step that kills every process except this one."""

    def tell(self) -> int:
        if self.fatal == 0 and os.getpid() != MOTHER:
            os._exit(3)
        return self.number

    def add(self, total: int) -> int:
        if self.fatal == 1 and os.getpid() != MOTHER:
            raise RuntimeError("elsewhere")
        self.total = total
        return total + self.number

    def finish(self, largest: int) -> tuple[int, int]:
        if self.fatal == 2 and os.getpid() != MOTHER:
            os.kill(os.getpid(), 9)
        return self.total, largest


def results(works: list[Adding], count: int) -> list[tuple[int, int]]:
    with Team(works, count) as team:
        total = sum(team.each(Adding.tell))
        largest = max(team.each(Adding.add, total))
        return team.each(Adding.finish, largest)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_every_number_of_processes_gives_the_same(count: int) -> None:
    assert results([Adding(number) for number in range(5)], count) == [(10, 14)] * 5


def test_one_step_and_no_work() -> None:
    with Team(range(250), 3) as team:
        assert team.each(lambda number: number * number) == [n * n for n in range(250)]
    nothing: list[int] = []
    with Team(nothing, 2) as team:
        assert team.each(abs) == []


def test_the_work_is_shared() -> None:
    def where(number: int) -> int:
        time.sleep(0.05)
        return os.getpid()

    with Team(range(8), 2) as team:
        assert len(set(team.each(where))) == 2


def test_a_piece_stays_where_it_was_begun() -> None:
    def where(work: Adding) -> int:
        time.sleep(0.02)
        return os.getpid()

    with Team([Adding(number) for number in range(8)], 3) as team:
        begun = team.each(where)
        team.each(Adding.add, 1)
        assert team.each(process_of) == begun
    assert len(set(begun)) > 1


def process_of(work: Adding) -> int:
    assert work.total == 1
    return os.getpid()


def test_with_several_threads_one_process_works_alone() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with Team(range(8), 3) as team:
            assert set(team.each(lambda number: os.getpid())) == {MOTHER}
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("fatal", [0, 1, 2])
def test_a_process_that_dies_costs_nothing_but_time(fatal: int) -> None:
    assert results([Adding(number, fatal=fatal) for number in range(6)], 3) == [(15, 20)] * 6


def test_an_error_of_the_work_itself_is_raised_here() -> None:
    def failing(number: int) -> int:
        time.sleep(0.02)
        if number == 3:
            raise ValueError("odd")
        return number

    with Team(range(6), 2) as team, pytest.raises(ValueError, match="odd"):
        team.each(failing)


def test_large_answers_do_not_block() -> None:
    with Team([Adding(number) for number in range(4)], 2) as team:
        length = sum(map(len, team.each(large, 300_000)))
        results = team.each(large, length)
    assert [len(result) for result in results] == [1_200_000] * 4


def large(work: Adding, length: int) -> bytes:
    return bytes(length)
