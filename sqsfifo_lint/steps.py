"""How a run tells how far it is, for whoever wants to show it.

    with listening(show):
        ...
        step("files read", 300, 2_000)  # calls show("files read", 300, 2_000)

It costs next to nothing as long as nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is, if that is known."""

_listener: ContextVar[Listener | None] = ContextVar("_listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """In the block, tell `listener` of each step."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def step(what: str, done: int, total: int | None = None) -> None:
    """Say that so much of something is done."""
    listener = _listener.get()
    if listener is not None:
        listener(what, done, total)


def silent() -> None:
    """From now on tell nobody: in a process that was forked from one that somebody listens to."""
    _listener.set(None)
