"""What the code of a project, and the logs of the workers, say of the same queue as some messages or logs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from sqsfifo_lint.commands.output import complain_of, fail
from sqsfifo_lint.commands.progress import shown_progress
from sqsfifo_lint.commands.senders import senders
from sqsfifo_lint.config import ConfigError
from sqsfifo_lint.evidence.agreement import Side, together
from sqsfifo_lint.evidence.blame import as_record, as_sections
from sqsfifo_lint.evidence.groups import MessagesReport, QueueFacts
from sqsfifo_lint.evidence.id_columns import Ids
from sqsfifo_lint.evidence.log_report import LogsReport
from sqsfifo_lint.evidence.measure import measure
from sqsfifo_lint.evidence.model import Judgement, Unread, Verdict
from sqsfifo_lint.evidence.origins import Seen, join
from sqsfifo_lint.evidence.reading import Unrecognized, read
from sqsfifo_lint.evidence.sections import Beside, Section
from sqsfifo_lint.evidence.shapes import Sender
from sqsfifo_lint.evidence.sources import sources
from sqsfifo_lint.evidence.verdict import hot_group, judge

project_option = click.option(
    "--project",
    "projects",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="PATH",
    help="Look in this code for the sends that made the IDs.",
)


class Code:
    """The sends of projects, and whether all of their files could be read."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Analyse them; ends the command if that cannot be done."""
        try:
            found = senders(paths)
        except ConfigError as error:
            fail(str(error))
        self.senders: tuple[Sender, ...] = found.senders
        complain_of([Unread(one.path, one.line, one.message) for one in found.problems], len(found.problems))
        self.complete = not found.problems

    def of_messages(self, facts: QueueFacts) -> Beside:
        """Where the IDs of messages come from."""
        serial = facts.verdict.judgement in _HELD_UP
        return self._beside(_seen(facts.groups), _seen(facts.dedups), facts.queue, serial=serial, fifo=facts.fifo)

    def of_logs(self, report: LogsReport) -> Beside:
        """Where the groups that logs name come from."""
        hot = hot_group(report.figures)
        groups = [Seen(group.name, group.spans) for group in report.figures.groups]
        serial = report.verdict.judgement in _HELD_UP
        # In a standard queue, no group makes workers wait.
        return self._beside(groups, serial=serial, blamed=None if hot is None else hot.name, fifo=serial or None)

    def _beside(
        self,
        groups: Iterable[Seen],
        dedups: Iterable[Seen] = (),
        queue: str | None = None,
        *,
        serial: bool,
        blamed: str | None = None,
        fifo: bool | None = None,
    ) -> Beside:
        joined = join(self.senders, groups, dedups, queue, blamed, fifo=fifo)
        return Beside(tuple(as_sections(joined, serial=serial)), {"code": as_record(joined, serial=serial)})


_HELD_UP = frozenset({Judgement.SERIAL, Judgement.PARTLY})


def _seen(ids: Ids) -> list[Seen]:
    return [
        Seen(
            one.value,
            one.use.messages,
            None if one.use.first_sent is None else one.use.first_sent * 1000,
            one.readings[0].made,
        )
        for one in ids.values
    ]


class Logs:
    """What the logs of the workers show."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read files and folders; ends the command if nothing in them tells of work."""
        files = sources(paths)
        try:
            with shown_progress(files) as progress:
                reading = read(files, progress=progress)
        except Unrecognized as error:
            fail(str(error))
        complain_of(reading.unread, reading.unread_count)
        self.complete = not reading.unread_count
        figures = measure(reading.spans)
        self.verdict: Verdict = judge(figures)
        self.side = Side(self.verdict.judgement, frozenset(reading.spans.groups), figures.begin, figures.end)

    def of_messages(self, facts: QueueFacts) -> Beside:
        """Whether they agree with messages."""
        sent = [None if time is None else time * 1000 for time in (facts.first_sent, facts.last_sent)]
        groups = frozenset(one.value for one in facts.groups.values)
        found = together(Side(facts.verdict.judgement, groups, *sent), self.side)
        serial = found.verdict.judgement is Judgement.SERIAL
        return Beside(
            (
                Section(
                    f"Together with the logs: {found.verdict.judgement.value}", found.verdict.reasons, alarming=serial
                ),
                Section(f"The logs: {self.verdict.judgement.value}", self.verdict.reasons),
            ),
            {
                "logs": {
                    "judgement": self.verdict.judgement.value,
                    "reasons": list(self.verdict.reasons),
                    "agree": found.agree,
                    "together": {
                        "judgement": found.verdict.judgement.value,
                        "reasons": list(found.verdict.reasons),
                    },
                }
            },
            bad=serial,
        )


def with_beside(report: MessagesReport, several: Sequence[Code | Logs]) -> MessagesReport:
    """The report, with what other evidence says of each queue."""
    return replace(report, queues=tuple(_with_beside(facts, several) for facts in report.queues))


def _with_beside(facts: QueueFacts, several: Sequence[Code | Logs]) -> QueueFacts:
    found = [one.of_messages(facts) for one in several]
    return replace(
        facts,
        beside=Beside(
            tuple(section for one in found for section in one.sections),
            {name: value for one in found for name, value in one.fields.items()},
            any(one.bad for one in found),
        ),
    )
