"""The bar of a check that takes long: on a terminal only, after a second, and gone in the end."""

from __future__ import annotations

import io
import sys

import pytest

from sqsfifo_lint.reporters import progress
from sqsfifo_lint.reporters.progress import PATIENCE, shown_steps
from sqsfifo_lint.run.workers import Team
from sqsfifo_lint.steps import listening, silent, step


class Screen(io.StringIO):
    """Standard error, on a terminal or not."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        """Whether it is one."""
        return self.terminal


class Clock:
    """A clock that goes on when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(progress, "monotonic", found)
    return found


def screen(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> Screen:
    """Standard error from now on."""
    found = Screen(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("TERM", "xterm-256color")
    return found


def test_it_appears_after_a_second(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    shown = screen(monkeypatch, terminal=True)
    with shown_steps():
        step("files read", 1, 20)
        clock.now += PATIENCE / 2
        step("files read", 2, 20)
        assert shown.getvalue() == ""
        clock.now += PATIENCE
        step("files read", 7, 20)
        assert "files read" in shown.getvalue()
        assert "7/20" in shown.getvalue()
        clock.now += 1
        step("functions evaluated", 31)
        assert "31/?" in shown.getvalue()
    assert shown.getvalue().endswith("\x1b[2K"), "the line is cleared"


def test_it_never_appears_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    shown = screen(monkeypatch, terminal=False)
    with shown_steps():
        clock.now += 60
        step("files read", 7, 20)
    assert shown.getvalue() == ""


def test_a_worker_tells_nobody() -> None:
    told: list[str] = []
    with listening(lambda what, done, total: told.append(what)):
        silent()
        step("parts done", 1)
    assert not told


def test_parts_are_told_as_they_are_taken() -> None:
    told: list[tuple[int, int | None]] = []
    with listening(lambda what, done, total: told.append((done, total))), Team([1, 2, 3], 1) as team:
        assert team.each(lambda number: number * 2) == [2, 4, 6]
    assert told == [(0, 3), (1, 3), (2, 3)]
