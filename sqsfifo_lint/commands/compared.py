"""What is new, gone and still there, from one check to the next. All of it is pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqsfifo_lint.fingerprints import identities
from sqsfifo_lint.model import Finding, Problem
from sqsfifo_lint.report import Report


class Known(NamedTuple):
    """A finding, and by what it is known again."""

    finding: Finding
    key: tuple[str, ...]

    @property
    def path(self) -> str:
        """The file that it is in."""
        return self.finding.span.path

    def is_seen_without(self, broken: Collection[str]) -> bool:
        """Whether it could be found if these files cannot be read."""
        spans = (self.finding.span, self.finding.send, *self.finding.also, *(step.span for step in self.finding.trace))
        return not any(span.path in broken for span in spans if span is not None)


@dataclass(frozen=True, slots=True)
class State:
    """What one check found, and what it could not look for."""

    known: tuple[Known, ...] = ()
    unseen: tuple[Known, ...] = ()
    """Findings of before in files that cannot be read now: nobody knows whether they are still there."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """From one check to the next."""

    new: tuple[Known, ...]
    gone: tuple[Known, ...]
    still: tuple[Known, ...]
    unseen: tuple[Known, ...]
    broken: tuple[Problem, ...]
    """Problems that there are now."""
    mended: tuple[str, ...]
    """Files of which there is no problem any more."""


def state_of(report: Report, before: State) -> State:
    """What is known after a check, of which this is the report."""
    lines = report.lines
    found = identities(report.findings, lambda path: lines.get(path, ()))
    known = tuple(Known(finding, one.key) for finding, one in zip(report.findings, found, strict=True))
    broken = {problem.path for problem in report.problems}
    lost, _, _ = _matched((*before.known, *before.unseen), known)
    return State(known, tuple(one for one in lost if not one.is_seen_without(broken)), report.problems)


def difference(before: State, after: State) -> Difference:
    """What changes from a state to the next."""
    lost, new, still = _matched((*before.known, *before.unseen), after.known)
    unseen = set(map(id, after.unseen))
    now = {problem.path for problem in after.problems}
    return Difference(
        new=tuple(new),
        gone=tuple(one for one in lost if id(one) not in unseen),
        still=tuple(still),
        unseen=after.unseen,
        broken=after.problems,
        mended=tuple(dict.fromkeys(problem.path for problem in before.problems if problem.path not in now)),
    )


def _matched(before: Sequence[Known], after: Sequence[Known]) -> tuple[list[Known], list[Known], list[Known]]:
    """What was there and is no more, what is there and was not, and what is still there.

    Of several that are known by the same, those in the same file belong together; then a finding may have moved to
    another file.
    """
    lost, new = list(before), list(after)
    kept: set[int] = set()
    for same in (_in_file, _anywhere):
        pairs = list(_pairs(lost, new, same))
        kept.update(id(now) for _, now in pairs)
        lost = _without(lost, (then for then, _ in pairs))
        new = _without(new, (now for _, now in pairs))
    return lost, new, [one for one in after if id(one) in kept]


def _in_file(one: Known) -> tuple[str, ...]:
    return (one.path, *one.key)


def _anywhere(one: Known) -> tuple[str, ...]:
    return one.key


def _pairs(
    before: Iterable[Known], after: Iterable[Known], same: Callable[[Known], tuple[str, ...]]
) -> Iterator[tuple[Known, Known]]:
    waiting: dict[tuple[str, ...], list[Known]] = {}
    for one in before:
        waiting.setdefault(same(one), []).append(one)
    for one in after:
        if several := waiting.get(same(one)):
            yield several.pop(0), one


def _without(several: Iterable[Known], taken: Iterable[Known]) -> list[Known]:
    out = set(map(id, taken))
    return [one for one in several if id(one) not in out]
