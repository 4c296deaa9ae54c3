"""What `sqsfifo-lint logs --output-format json` prints: all that `full` says in words, as fields.

Fields may be added, but none is renamed, removed or given another meaning without a new version. Fields that end in
`_us` are in microseconds, shares are from 0 to 1, times are UTC in ISO 8601.
"""

from __future__ import annotations

import json
from typing import Any

from sqsfifo_lint.evidence.figures import Figures
from sqsfifo_lint.evidence.log_report import LogsReport
from sqsfifo_lint.evidence.model import Event
from sqsfifo_lint.evidence.moments import moment
from sqsfifo_lint.evidence.spans import Unmatched
from sqsfifo_lint.evidence.timeline import Timeline
from sqsfifo_lint.evidence.verdict import SIGNIFICANCE, hot_group

VERSION = 1
"""Of the promised fields."""

LEVELS = 101
"""How many numbers of spans at once are listed with their time: none, 1, 2 … 100."""


def as_json(report: LogsReport) -> str:
    """The report."""
    hot = hot_group(report.figures)
    value = {
        "version": VERSION,
        "judgement": report.verdict.judgement.value,
        "reasons": list(report.verdict.reasons),
        "bad": report.bad,
        "exit_status": report.exit_status(),
        "hot_group": hot.name if hot else None,
        **_figures(report.figures),
        "starts_without_end": _unmatched(report.starts_without_end),
        "ends_without_start": _unmatched(report.ends_without_start),
        "inferred_starts": report.inferred_starts,
        "repeated_spans": report.repeated,
        "read": {
            "preset": report.preset,
            "files": report.files,
            "lines": report.lines,
            "files_without_events": list(report.silent),
            "copies": [{"file": copy, "of": original} for copy, original in report.copies],
        },
        "unread": {
            "count": report.unread_count,
            "first": [{"source": one.source, "line": one.line, "message": one.message} for one in report.unread],
        },
        "timeline": None if report.picture is None else _timeline(report.picture),
        "code": None,
        **report.beside.fields,
    }
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def _figures(figures: Figures) -> dict[str, Any]:
    at_once, hand_overs, runs, waiting = figures.at_once, figures.hand_overs, figures.runs, figures.waiting
    return {
        "spans": figures.spans,
        "handled_again": figures.handled_again,
        "begin": _time(figures.begin),
        "end": _time(figures.end),
        "resolution_us": figures.resolution,
        "median_duration_us": figures.median_duration,
        "at_once": {
            "maximum": at_once.maximum,
            "mean": at_once.mean,
            "two_or_more": at_once.two_or_more,
            "busy_us": at_once.busy,
            "time_at_us": list(at_once.time_at[:LEVELS]),
        },
        "hand_overs": {
            "count": hand_overs.count,
            "between_workers": hand_overs.between_workers,
            "median_gap_us": hand_overs.median_gap,
            "within_a_second": hand_overs.within_a_second,
        },
        "runs": {
            "count": runs.count,
            "longest": runs.longest,
            "longest_by": runs.longest_by,
            "mean": runs.mean,
        },
        "waiting": {
            "tolerance_us": waiting.tolerance,
            "reach_us": waiting.reach,
            "starts_during": waiting.during,
            "starts_after": waiting.after,
            "expected_during": waiting.expected_during,
            "likelihood": waiting.likelihood,
            "threshold": SIGNIFICANCE,
            "beside": waiting.beside,
            "gap_follows_duration": waiting.following,
            "holding_up": waiting.holding_up,
        },
        **_named(figures),
        "window_us": figures.window,
        "windows": [
            {"start": _time(one.start), "finished": one.finished, "workers": one.present, "busy": one.busy}
            for one in figures.windows
        ],
        "scaling": None
        if figures.scaling is None
        else {
            "few_workers": figures.scaling.few,
            "few_per_hour": figures.scaling.few_per_hour,
            "many_workers": figures.scaling.many,
            "many_per_hour": figures.scaling.many_per_hour,
        },
    }


def _named(figures: Figures) -> dict[str, Any]:
    return {
        "worker_count": figures.worker_count,
        "workers": [
            {
                "name": one.name,
                "spans": one.spans,
                "busy_us": one.busy,
                "first": _time(one.first),
                "last": _time(one.last),
            }
            for one in figures.workers
        ],
        "group_count": figures.group_count,
        "spans_without_group": figures.ungrouped,
        "groups": [
            {
                "name": one.name,
                "spans": one.spans,
                "busy_us": one.busy,
                "at_once": one.maximum,
                "alone_us": one.alone,
                "holding_up_us": one.holding_up,
            }
            for one in figures.groups
        ],
    }


def _time(time: int | None) -> str | None:
    return None if time is None else moment(time, digits=6)


def _unmatched(events: Unmatched) -> dict[str, Any]:
    return {"count": events.count, "first": [_event(event) for event in events.samples]}


def _event(event: Event) -> dict[str, Any]:
    return {"time": _time(event.time), "worker": event.worker, "work_id": event.work_id, "group": event.group}


def _timeline(picture: Timeline) -> dict[str, Any]:
    return {
        "begin": _time(picture.begin),
        "end": _time(picture.end),
        "whole": picture.whole,
        "lanes": list(picture.lanes),
        "spans": [
            {
                "lane": bar.lane,
                "start": _time(bar.span.start),
                "end": _time(bar.span.end),
                "group": bar.span.group,
                "work_id": bar.span.work_id,
            }
            for bar in picture.bars
        ],
        "hand_overs": [
            {
                "from_lane": one.from_lane,
                "ended": _time(one.ended),
                "to_lane": one.to_lane,
                "started": _time(one.started),
            }
            for one in picture.passings
        ],
        "left_out": picture.left_out,
    }
