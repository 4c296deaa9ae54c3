"""A Chromium without a window, for tests and for pictures in the documentation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowserError(Exception):
    """There is no Chromium that can be started; the message says why."""


@contextmanager
def browser() -> Iterator[Browser]:
    """The machine's own Chromium, else that of `playwright install chromium`. Raises NoBrowserError."""
    installed = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=installed)
        except Error as error:
            raise NoBrowserError(str(error).partition("\n")[0]) from error
        try:
            yield started
        finally:
            started.close()
