"""When a project is checked: a moment after the last change, and a newer one breaks off the check of an older one."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqsfifo_lint.server.session import Checked, Session, SupersededError

R = TypeVar("R")

DELAY = 0.1
"""Seconds without a change after which a check begins: less than people notice, more than lies between two keys."""

COLLECT_EVERY = 25
"""Checks after which the garbage collector runs: it takes as long as a check, and a check runs without it."""


@dataclass(slots=True)
class _Root:
    """The state of a root: which change is the last, and which one the last check was about."""

    wanted: int = 0
    done: int = 0
    checked: Checked | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class Schedule:
    """Has a session check roots, one at a time, in a thread of its own. All methods belong to the event loop."""

    def __init__(
        self, session: Session, tell: Callable[[Checked], None], refused: Callable[[Path, Exception], None]
    ) -> None:
        """`tell` is called after each check, `refused` where the configuration is not valid, or we have failed."""
        self._session, self._tell, self._refused = session, tell, refused
        self._roots: dict[Path, _Root] = {}
        self._thread = ThreadPoolExecutor(1, "sqsfifo-lint")
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._checks = 0

    def start(self) -> None:
        """Begin to check what is touched."""
        self._task = asyncio.ensure_future(self._run())

    def stop(self) -> None:
        """Check nothing more; a check that runs is broken off."""
        for state in self._roots.values():
            state.wanted += 1
        if self._task is not None:
            self._task.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def touch(self, root: Path) -> None:
        """Something below a root has changed."""
        state = self._roots.setdefault(root, _Root())
        state.wanted += 1
        state.settled.clear()
        self._changed.set()

    def forget(self, root: Path) -> None:
        """Nothing below a root is open any more."""
        state = self._roots.pop(root, None)
        if state is not None:
            state.wanted += 1
            state.settled.set()

    def known(self) -> list[Checked]:
        """The last results of all roots."""
        return [state.checked for state in self._roots.values() if state.checked is not None]

    async def settled(self, root: Path) -> Checked | None:
        """The result of a root, once it is about the last change; None if it could not be checked."""
        state = self._roots.get(root)
        if state is None:
            return None
        await state.settled.wait()
        return state.checked

    async def all_settled(self) -> None:
        """Wait until all that has changed has been checked."""
        while waiting := [state for state in self._roots.values() if not state.settled.is_set()]:
            await waiting[0].settled.wait()

    async def ask(self, question: Callable[[], R]) -> R:
        """What the session answers, in the thread in which it is asked."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            while self._changed.is_set():
                self._changed.clear()
                await asyncio.sleep(DELAY)
            for root, state in list(self._roots.items()):
                if state.done != state.wanted and not self._changed.is_set():
                    await self._check(root, state)

    async def _check(self, root: Path, state: _Root) -> None:
        number = state.wanted
        found: Checked | None = None
        try:
            found = await self.ask(lambda: self._session.check(root, lambda: state.wanted != number))
        except SupersededError:
            return
        except Exception as error:  # whatever it is, the server goes on
            self._refused(root, error)
        if state.wanted != number:
            return
        state.done = number
        if found is not None:
            state.checked = found
            try:
                self._tell(found)
            except Exception as error:  # likewise
                self._refused(root, error)
        state.settled.set()
        self._checks += 1
        if self._checks % COLLECT_EVERY == 0:
            with suppress(RuntimeError):  # the thread has been shut down
                await self.ask(gc.collect)
