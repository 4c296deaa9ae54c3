"""Lazy imports of what takes longer to import than most projects take to search.

LibCST alone takes a fifth of a second, and a project in which nothing sends needs neither it nor a rule. So these
modules are imported on first use; the type checker sees ordinary imports.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqsfifo_lint import rules as rules
    from sqsfifo_lint.run import checking as checking
else:

    class _Later:
        """A module that is imported on first use."""

        def __init__(self, name: str) -> None:
            self.__name = name

        def __getattr__(self, attribute: str) -> object:
            return getattr(import_module(self.__name), attribute)

    rules = _Later("sqsfifo_lint.rules")
    checking = _Later("sqsfifo_lint.run.checking")
