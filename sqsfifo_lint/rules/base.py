"""What a rule is, and where its examples are."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from sqsfifo_lint.model import Change, Connection, Consumer, Declaration, Place, Remedy, Send, Severity, Silence, Step
from sqsfifo_lint.verdicts import Case, Judgement

Subject = TypeVar("Subject", Send, Case, Declaration, Connection, Consumer)

EXAMPLES = "examples"
"""The folder beside a rule's module that has a folder of programs for each code."""

KINDS = ("bad", "good", "mended")
"""How the names of the programs begin."""


@dataclass(frozen=True, slots=True)
class Options:
    """The part of the configuration that rules may see.

    `serial_queues`: queue-name patterns (fnmatch) of queues that are meant to be serial.
    `audit`: what is likely is reported too, and not only what is proven.
    """

    serial_queues: tuple[str, ...] = ()
    audit: bool = False


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule found, before it becomes a `Finding` with the rule's code and worked-out positions."""

    place: Place
    message: str
    help: str
    steps: tuple[Step, ...] = ()
    severity: Severity | None = None
    """None: the rule's."""
    remedies: tuple[Remedy, ...] = ()
    """Changes that may mend it, all together."""


@dataclass(frozen=True, slots=True)
class Example:
    """A program that is a test, a page and the text of `sqsfifo-lint rule` at once.

    Lines that the rule reports carry a trailing `# error: CODE`; a good example carries none.
    """

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Examples:
    """The programs that a rule reports, and near them those that it does not."""

    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()
    mended: tuple[Example, ...] = ()
    """The first bad one as it should be, where the first good one is another program."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A rule's metadata and its one pure function. Each rule module binds one of the four kinds as `RULE`.

    Its page is the docstring of the module that defines `check`. Its examples are the programs `bad_1.py`, `good_1.py`
    and so on in `examples/CODE/` beside that module, unless it is made with `examples` of its own. `good_1.py` is
    `bad_1.py` as it should be; where it is another program, `mended_1.py` is.
    """

    code: str
    name: str
    severity: Severity
    since: str
    summary: str
    check: Callable[[Subject, Options], Iterator[Violation | Silence]]
    """Yields what is wrong, and, for `trace`, why nothing is: a rule that has no reason to tell may just be silent."""
    examples: Examples | None = None
    slots: tuple[str, ...] = ()
    """The slots of a message that it judges, by their names in `Message`; none if it judges the whole send."""
    rejected: bool = False
    """AWS refuses the call that it reports: where a test expects a failure, that is no mistake."""
    changes: tuple[Change, ...] = ()
    """What its remedies change."""

    @property
    def bad(self) -> tuple[Example, ...]:
        """The examples that it reports. Raises `ValueError` when the file of one does not begin with a title."""
        return self._found().bad

    @property
    def good(self) -> tuple[Example, ...]:
        """Those that it does not report. Raises like `bad`."""
        return self._found().good

    @property
    def mended(self) -> Example | None:
        """The first bad example as it should be. Raises like `bad`."""
        candidates = (*self._found().mended, *self.good)
        return candidates[0] if candidates else None

    def _found(self) -> Examples:
        if self.examples is not None:
            return self.examples
        file = getattr(sys.modules.get(self.check.__module__), "__file__", None)
        return read_examples(Path(file).with_name(EXAMPLES) / self.code) if file else Examples()


class SendRule(Rule[Send]):
    """A rule that judges each send."""

    __slots__ = ()


class CaseRule(Rule[Case]):
    """A rule that judges each send by the verdicts on its IDs."""

    __slots__ = ()


class DeclarationRule(Rule[Declaration]):
    """A rule that judges each declaration of a queue or topic."""

    __slots__ = ()


class ConsumerRule(Rule[Consumer]):
    """A rule that judges each place where messages are received."""

    __slots__ = ()


def each(
    answers: Iterable[Judgement | Silence], violation: Callable[[Judgement], Violation]
) -> Iterator[Violation | Silence]:
    """A violation for each judgement, and what is silent as it is."""
    return (answer if isinstance(answer, Silence) else violation(answer) for answer in answers)


class ConnectionRule(Rule[Connection]):
    """A rule that judges each service that is connected with a queue or topic."""

    __slots__ = ()


AnyRule = SendRule | CaseRule | DeclarationRule | ConnectionRule | ConsumerRule


@cache
def read_examples(folder: Path) -> Examples:
    """The examples in a folder, by their numbers; none when there is no such folder."""
    return Examples(*(tuple(map(_read_example, sorted(folder.glob(f"{kind}_*.py")))) for kind in KINDS))


_TITLED = re.compile(r'"""(?P<title>[^\n]+)"""\n\n(?P<code>.+)', re.DOTALL)
"""Readers of a page get to see the program without its title, and lines are counted as they see them."""


def _read_example(path: Path) -> Example:
    found = _TITLED.fullmatch(path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{path}: an example begins with a docstring of one line, its title, and an empty line")
    return Example(**found.groupdict())
