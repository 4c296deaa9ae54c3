"""The part of an analysis that one process does, in three steps.

Between the steps all shares wait for each other: whether declarations are needed is known once all have reported what
they send (`find`), and what is declared once all have reported what their own files declare (`declare`).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from sqsfifo_lint.aws import aws_of
from sqsfifo_lint.aws.infrastructure import infrastructure, together
from sqsfifo_lint.consumers import find_consumers
from sqsfifo_lint.flow import Search
from sqsfifo_lint.knowledge.added import Added
from sqsfifo_lint.knowledge.connections import CALL_WORDS, CLASS_WORDS, STATE_MACHINE_WORDS
from sqsfifo_lint.knowledge.declaring import BOTO3_SERVICES, CONSTRUCT_WORDS, CREATING, INFRASTRUCTURE_PACKAGES
from sqsfifo_lint.knowledge.frameworks import PREDEFINED
from sqsfifo_lint.met import counting
from sqsfifo_lint.model import Consumer, Detail, Infrastructure, Problem, Send
from sqsfifo_lint.queues.connected import looked_up
from sqsfifo_lint.queues.joining import Lookup, depends_on_declarations, join, join_consumer, merged
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Judged
from sqsfifo_lint.rules.judging import Subject
from sqsfifo_lint.run.relevance import FIFO_WORD, may_declare
from sqsfifo_lint.run.survey import Survey, Surveyed
from sqsfifo_lint.sends import find_sends
from sqsfifo_lint.source.fast_cst import trusting
from sqsfifo_lint.source.files import Noted
from sqsfifo_lint.source.project import Module, Project


@dataclass(frozen=True, slots=True)
class Plan:
    """What all shares of an analysis have in common."""

    overridden: AbstractSet[str]
    """What `overriding` says about the whole project."""
    added: Added = field(default_factory=Added)
    """What the configuration says about functions."""
    detail: Detail = Detail.NONE
    judge: Callable[[Iterable[Subject]], Judged] = lambda subjects: Judged()
    """What the rules say of sends, declarations and consumers."""
    sources: AbstractSet[str] = frozenset()
    """The names of all files that can contain a send."""


class Found(NamedTuple):
    """What a share has found before it is known what the project declares."""

    sends: int
    """Sends, and places where messages are received."""
    senders: frozenset[str]
    """The files with such places that depend on declarations."""


class Share:
    """The analysis of the sources of `project`, which may be part of one. Its steps run in order, each once."""

    _modules: Sequence[Module]
    _search: Search
    _sends: Sequence[Send]
    _consumers: Sequence[Consumer]
    _problems: Sequence[Problem]

    def __init__(self, project: Project, plan: Plan, number: int = 0, of: int = 0) -> None:
        """Of what may declare queues beside the sources, this is the portion with this number, from 0, of `of`."""
        self._project = project
        self._plan = plan
        self._turn = slice(number, None, of) if of else slice(0)
        self._noted = Noted()
        self._unread: list[Problem] | None = None
        self.bounds: Counter[str] = Counter()
        """How often each bound was met, by its name."""

    def find(self) -> Found:
        """The sends, judging by the Python code alone."""
        project, plan = self._project, self._plan
        with self._working():
            self._modules = [m for path in sorted(project.sources) if (m := project.module(path)) is not None]
            self._sends, self._problems, self._search, deliveries = find_sends(
                project, self._modules, overridden=plan.overridden, added=plan.added, detail=plan.detail
            )
            self._consumers = find_consumers(self._search.machine, deliveries)
        ends: list[Send | Consumer] = [*self._sends, *self._consumers]
        return Found(len(ends), frozenset(one.place.path for one in ends if depends_on_declarations(one)))

    def declare(self, surveyed: Surveyed) -> Infrastructure:
        """What the sources declare, and this share's portion of the surveyed Python files."""
        if not surveyed.wanted:
            return Infrastructure()
        others = (self._project.module(path) for path in surveyed.python[self._turn])
        with self._working():
            declaring = [module for module in self._modules if may_declare(module.text.encode())]
            declaring += [module for module in others if module is not None]
            self._search.declarations(declaring, (*BOTO3_SERVICES, PREDEFINED, CREATING), constructed=False)
            words = (*CALL_WORDS, *STATE_MACHINE_WORDS)
            self._search.declarations(list(filter(_is_about_fifo, declaring)), words, constructed=False)
            words = (*CONSTRUCT_WORDS, *CLASS_WORDS)
            self._search.declarations(list(filter(_constructs, declaring)), words, constructed=True)
            aws = aws_of(self._search.machine)
            return infrastructure(aws.declarations, aws.feeding)

    def let_go(self) -> None:
        """Nothing more is declared: free what only that needs."""
        self._unread = self._unreadable()
        del self._project, self._modules, self._search

    def _unreadable(self) -> list[Problem]:
        return [self._project.problems[path] for path in sorted(self._project.problems)]

    def join(self, declared: Infrastructure) -> tuple[list[Send], list[Consumer], list[Problem]]:
        """The sends and consumers, joined with what the whole project declares, and what could not be analysed."""
        lookup = Lookup(declared)
        unread = self._unreadable() if self._unread is None else self._unread
        sends = [join(send, lookup) for send in self._sends]
        return sends, [join_consumer(one, lookup) for one in self._consumers], [*unread, *self._problems]

    def judge(self, declared: Infrastructure) -> Judged:
        """What the rules say about the sends, once it is known what the whole project declares. The last step."""
        with self._working():
            sends, consumers, problems = self.join(declared)
            judged = self._plan.judge([*sends, *consumers])
        counted = Counter(send.place.path for send in sends if self._counts(send))
        scanned = self._project.files.scanned or {}
        del self._project, self._modules, self._search  # memory for the shares that come after this one
        del self._sends, self._consumers
        several, noted = [*problems, *judged.problems], self._noted
        return Judged(
            judged.findings, several, counted, self.bounds, noted.contents, scanned, noted.holding, noted.answers
        )

    @contextmanager
    def _working(self) -> Iterator[None]:
        files = self._project.files
        noted = self._noted if files.scanned is not None else None  # digests are worked out for a cache alone
        with _deep_nesting(), trusting(), counting(self.bounds), files.noting(noted):
            yield

    def _counts(self, send: Send) -> bool:
        """Whether a send is counted here: one that is reached in the files of another share is counted there."""
        path = send.place.path
        return path in self._project.sources or path not in self._plan.sources


def surveyed_for(found: Sequence[Found], survey: Survey, *, always: bool = False) -> Surveyed:
    """What there is beside the sources, as far as it matters to the sends that were found."""
    senders = {path for one in found for path in one.senders}
    if not always and not any(one.sends for one in found):
        return Surveyed(wanted=False)
    return survey(senders) if senders or always else Surveyed()


def all_declared(own: Sequence[Infrastructure], surveyed: Surveyed) -> Infrastructure:
    """All that the project declares: in the sources of each share, and beside them."""
    if not surveyed.wanted:
        return Infrastructure()
    whole = merged((together(own), surveyed.infrastructure))
    connected = looked_up(whole.connections, Lookup(whole), whole.workers)
    return replace(whole, connections=tuple(connected)) if whole.connections else whole


def _constructs(module: Module) -> bool:
    """Whether a module may build queues as objects of a library, such as AWS CDK."""
    return any(package.rstrip(".") in module.text for package in INFRASTRUCTURE_PACKAGES)


def _is_about_fifo(module: Module) -> bool:
    """Whether a module may connect a queue that is known to be FIFO: its ARN is there, or what creates it."""
    return FIFO_WORD.decode() in module.text


MAX_FRAMES = 1_775
"""Python frames. LibCST's parser uses this limit too, and from about 3,000 on it runs out of C stack first."""


@contextmanager
def _deep_nesting() -> Iterator[None]:
    """Allow more recursion than Python does by default: the same amount, however deep the caller is."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _depth() + MAX_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _depth() -> int:
    """How many calls are running."""
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth
