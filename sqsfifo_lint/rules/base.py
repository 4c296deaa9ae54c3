"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqsfifo_lint.model import Declaration, Place, Send, Severity, Step


@dataclass(frozen=True, slots=True)
class Options:
    """The part of the configuration that rules may see.

    `serial_queues`: queue-name patterns (fnmatch) of queues that are meant to be serial.
    """

    serial_queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule found, before it becomes a `Finding` with the rule's code and worked-out positions."""

    place: Place
    message: str
    help: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A program that is a test, a page and the text of `sqsfifo-lint rule` at once.

    Lines that the rule reports carry a trailing `# error: CODE`; a good example carries none.
    """

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's metadata, its examples and its one pure function. Each rule module binds exactly one, as `RULE`."""

    code: str
    name: str
    severity: Severity
    since: str
    summary: str
    check: Callable[[Any, Options], Iterator[Violation]]
    """What it takes first is a `Send`, or whatever `about` says."""
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    about: type[Send] | type[Declaration] = Send
    """What the rule judges: a send, or the declaration of a queue."""
