"""All that `sqsfifo-lint logs` has to say, before it is printed."""

from __future__ import annotations

from dataclasses import dataclass

from sqsfifo_lint.evidence.figures import Figures
from sqsfifo_lint.evidence.measure import CLOCK_SKEW, measure
from sqsfifo_lint.evidence.model import Judgement, Unread, Verdict
from sqsfifo_lint.evidence.reading import Reading
from sqsfifo_lint.evidence.sections import NOTHING_BESIDE, Beside
from sqsfifo_lint.evidence.spans import Unmatched
from sqsfifo_lint.evidence.timeline import MAX_DRAWN, MAX_DRAWN_IN_TEXT, Near, Timeline, timeline
from sqsfifo_lint.evidence.verdict import judge


@dataclass(frozen=True, slots=True)
class LogsReport:
    """What logs show."""

    figures: Figures
    verdict: Verdict
    picture: Timeline | None
    """For SVG and HTML; None if there are no spans."""
    small_picture: Timeline | None
    """For a terminal."""
    preset: str
    files: int
    lines: int
    silent: tuple[str, ...]
    """Files that tell of no start and no end."""
    copies: tuple[tuple[str, str], ...]
    """Files that hold the same lines as another one, and which."""
    starts_without_end: Unmatched
    ends_without_start: Unmatched
    inferred_starts: int
    """Spans of which only the end was logged, with how long they took."""
    repeated: int
    """Spans that were logged once more, as where exports overlap, and that count once."""
    unread_count: int
    unread: tuple[Unread, ...]
    """The first few parts that could not be read."""
    beside: Beside = NOTHING_BESIDE

    @property
    def bad(self) -> bool:
        """Whether workers wait for each other, or what stands beside the logs is bad."""
        return self.beside.bad or self.verdict.judgement in (Judgement.SERIAL, Judgement.PARTLY)

    def exit_status(self) -> int:
        """2 if something could not be read, else 1 if it is bad, else 0."""
        return 2 if self.unread_count else int(self.bad)


def report_of(reading: Reading, *, clock_skew: int = CLOCK_SKEW) -> LogsReport:
    """What follows from what was read. `clock_skew`: by how many microseconds the workers' clocks may differ.

    A command that knows more puts it beside: `replace(report, beside=…)`.
    """
    spans = reading.spans
    figures = measure(spans, clock_skew=clock_skew)
    verdict = judge(figures)
    near = Near(figures.waiting.tolerance, figures.waiting.reach)
    beside = verdict.judgement is Judgement.PARALLEL
    return LogsReport(
        figures=figures,
        verdict=verdict,
        picture=timeline(spans, near, most=MAX_DRAWN, beside=beside),
        small_picture=timeline(spans, near, most=MAX_DRAWN_IN_TEXT, beside=beside),
        preset=reading.preset.name,
        files=reading.files,
        lines=reading.lines,
        silent=tuple(reading.silent),
        copies=tuple(reading.copies),
        starts_without_end=spans.starts_without_end,
        ends_without_start=spans.ends_without_start,
        inferred_starts=spans.inferred_starts,
        repeated=spans.repeated,
        unread_count=reading.unread_count,
        unread=tuple(reading.unread),
    )
