"""One history of work, written as each kind of log, after AWS's documentation and the programs' sources."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple


class Work(NamedTuple):
    """What one worker did. Times are in milliseconds since 1970."""

    worker: int
    start: int
    end: int
    id: str


class Line(NamedTuple):
    """One log message, at a time in milliseconds since 1970, of a log stream."""

    time: int
    stream: str
    message: str


T0 = 1759737727098
"""2025-10-06T08:02:07.098Z."""


def history(workers: int = 3, each: int = 4) -> list[Work]:
    """Workers who work at the same time, each on one message after the other."""
    return [
        Work(
            worker,
            T0 + 1700 * number + 150 * worker,
            T0 + 1700 * number + 150 * worker + 1200,
            f"00000000-0000-4000-8000-{worker:06}{number:06}",
        )
        for worker in range(workers)
        for number in range(each)
    ]


def stream(worker: int) -> str:
    """The log stream of an execution environment of Lambda."""
    return f"2025/10/06/[$LATEST]{worker:032x}"


def lambda_lines(works: list[Work]) -> list[Line]:
    """Lambda's text log: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""
    lines = []
    for work in works:
        name = stream(work.worker)
        report = f"REPORT RequestId: {work.id}\tDuration: {work.end - work.start}.00 ms\tBilled Duration: 1201 ms\t"
        lines += [
            Line(work.start, name, f"START RequestId: {work.id} Version: $LATEST\n"),
            Line(work.start + 1, name, 'done with {"order": [1, 2]}, "quoted"; ünï\n'),
            Line(work.end, name, f"END RequestId: {work.id}\n"),
            Line(work.end, name, f"{report}Memory Size: 128 MB\tMax Memory Used: 51 MB\t\n"),
        ]
    return sorted(lines)


def lambda_json_lines(works: list[Work]) -> list[Line]:
    """Lambda's system log in JSON: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html"""
    lines = []
    for work in works:
        events = {
            work.start: {"type": "platform.start", "record": {"requestId": work.id, "version": "$LATEST"}},
            work.end: {
                "type": "platform.report",
                "record": {
                    "requestId": work.id,
                    "metrics": {"durationMs": float(work.end - work.start), "billedDurationMs": 1201},
                    "status": "success",
                },
            },
        }
        for time, event in events.items():
            lines.append(Line(time, stream(work.worker), json.dumps({"time": zulu(time), **event}) + "\n"))
    return sorted(lines)


def when(time: int) -> datetime:
    """As a datetime in UTC."""
    return datetime.fromtimestamp(time // 1000, UTC).replace(microsecond=time % 1000 * 1000)


def zulu(time: int) -> str:
    """As AWS writes it: 2025-10-06T08:02:07.098Z."""
    return when(time).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time % 1000:03}Z"


def insights_time(time: int) -> str:
    """As Logs Insights writes it."""
    return zulu(time).replace("T", " ").rstrip("Z")


def filter_log_events(lines: list[Line]) -> str:
    """Two pages, as `aws logs filter-log-events` prints them."""
    events = [
        {"logStreamName": s, "timestamp": t, "message": m, "ingestionTime": t + 812, "eventId": f"{n:056}"}
        for n, (t, s, m) in enumerate(lines)
    ]
    half = len(events) // 2
    return "".join(
        json.dumps({"events": page, "searchedLogStreams": [], "nextToken": "Bxkq6kVGFtq2"}, indent=4) + "\n"
        for page in (events[:half], events[half:])
    )


def get_log_events(lines: list[Line]) -> str:
    """As `aws logs get-log-events` prints one log stream."""
    events = [{"timestamp": t, "message": m, "ingestionTime": t + 812} for t, _, m in lines]
    tokens = {"nextForwardToken": "f/3796", "nextBackwardToken": "b/3796"}
    return json.dumps({"events": events, **tokens}, indent=4) + "\n"


def filter_log_events_text(lines: list[Line]) -> str:
    """As `aws logs filter-log-events --output text` prints: values in the order of their names."""
    events = [f"EVENTS\t{n:056}\t{t + 812}\t{s}\t{m}\t{t}\n" for n, (t, s, m) in enumerate(lines)]
    return "Bxkq6kVGFtq2\n" + "".join(events) + f"SEARCHEDLOGSTREAMS\t{lines[0].stream}\tTrue\n"


def get_log_events_text(lines: list[Line]) -> str:
    """As `aws logs get-log-events --output text` prints one log stream."""
    return "b/3796/s\tf/3796/s\n" + "".join(f"EVENTS\t{t + 812}\t{m}\t{t}\n" for t, _, m in lines)


def subscription(lines: list[Line]) -> str:
    """As Firehose stores what a subscription delivers: one document after another, without anything between."""
    return "".join(
        json.dumps(
            {
                "messageType": "DATA_MESSAGE",
                "owner": "123456789012",
                "logGroup": "/aws/lambda/orders",
                "logStream": s,
                "subscriptionFilters": ["all"],
                "logEvents": [{"id": f"{n:056}", "timestamp": t, "message": m}],
            }
        )
        for n, (t, s, m) in enumerate(lines)
    )


def tail(lines: list[Line]) -> str:
    """As `aws logs tail` prints."""
    return "".join(f"{when(t).isoformat(timespec='microseconds')} {s} {m.rstrip()}\n" for t, s, m in lines)


def tail_json(lines: list[Line]) -> str:
    """As `aws logs tail --format json` prints."""
    texts = []
    for t, s, m in lines:
        try:
            text = "\n" + json.dumps(json.loads(m), indent=4)
        except ValueError:
            text = m.rstrip()
        texts.append(f"{when(t).isoformat()} {s} {text}\n")
    return "".join(texts)


def sam(lines: list[Line]) -> str:
    """As `sam logs` prints."""
    return "".join(f"{s} {when(t).strftime('%Y-%m-%dT%H:%M:%S.%f')} {m.rstrip()}\n" for t, s, m in lines)


def s3_export(lines: list[Line]) -> str:
    """A file of an export to S3."""
    return "".join(f"{zulu(t)} {m}" for t, _, m in lines)


def insights_csv(lines: list[Line]) -> str:
    """As the console exports the results of Logs Insights, the newest first."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["@timestamp", "@message", "@logStream", "@log"])
    writer.writerows([insights_time(t), m, s, "123456789012:/aws/lambda/orders"] for t, s, m in reversed(lines))
    return file.getvalue()


def insights_json(lines: list[Line]) -> str:
    """As the console exports the results of Logs Insights: messages that are JSON are objects."""
    rows = []
    for t, s, m in lines:
        try:
            message = json.loads(m)
        except ValueError:
            message = m
        rows.append({"@timestamp": insights_time(t), "@message": message, "@logStream": s})
    return json.dumps(rows)


def get_query_results(lines: list[Line]) -> str:
    """As `aws logs get-query-results` prints."""
    rows = []
    for t, s, m in lines:
        row = {"@timestamp": insights_time(t), "@message": m, "@logStream": s, "@ptr": "CmEKJgoiMTIz"}
        rows.append([{"field": field, "value": value} for field, value in row.items()])
    statistics = {"recordsMatched": 48.0, "recordsScanned": 48.0, "bytesScanned": 5120.0}
    document = {"queryLanguage": "CWLI", "results": rows, "statistics": statistics, "status": "Complete"}
    return json.dumps(document, indent=4) + "\n"


WITH_STREAM: Mapping[str, tuple[str, Callable[[list[Line]], str]]] = {
    "filter-log-events": ("events-json", filter_log_events),
    "filter-log-events, text": ("events-text", filter_log_events_text),
    "subscription": ("events-json", subscription),
    "get-query-results": ("events-json", get_query_results),
    "insights-json": ("events-json", insights_json),
    "insights-csv": ("insights-csv", insights_csv),
    "tail": ("tail", tail),
    "tail-json": ("tail-json", tail_json),
    "sam": ("sam", sam),
}
"""Containers that tell the log stream of each message: the name of the container, and how it is written."""


def written(folder: Path, text: str, name: str = "a.log") -> Path:
    """A file with this text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def pieces(text: str, size: int) -> Iterator[str]:
    """A text in pieces of a size."""
    for at in range(0, len(text), size):
        yield text[at : at + size]
