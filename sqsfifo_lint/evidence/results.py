"""Reads back what the printed queries return, as the services export it, into spans.

- Athena: the CSV that it leaves in S3, and the JSON of `aws athena get-query-results`.
  https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
  https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
- Logs Insights: the CSV and JSON of the console, and the JSON of `aws logs get-query-results`.
  https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqsfifo_lint.evidence import athena, insights
from sqsfifo_lint.evidence.matching import Matcher
from sqsfifo_lint.evidence.model import Event, Mark
from sqsfifo_lint.evidence.presets import Preset
from sqsfifo_lint.evidence.reading import Reading
from sqsfifo_lint.evidence.sources import MAX_LINE, Complain, Progress, Source

MAX_JSON = 256 << 20
"""Characters of a JSON file: it is decoded as a whole. Larger results come as CSV, which is read row by row."""

CUT_AT = frozenset({insights.MAX_ROWS, 10 * insights.MAX_ROWS})
"""Rows that Logs Insights returns at most: exactly as many mean that there were more."""

Row = Mapping[str, str]


class Numbered(NamedTuple):
    """A row and its line, from 1; 0 where lines say nothing."""

    row: Row
    line: int


def read_results(engine: str, sources: Sequence[Source], progress: Progress = lambda _: None) -> Reading:
    """Read what a query returned. `engine`: `athena` or `insights`."""
    taking = _ENGINES[engine]
    matcher = Matcher()
    reading = Reading(matcher.spans, Preset(engine, taking.about, "", ""))
    for source in sources:

        def complain(line: int, message: str, name: str = source.name) -> None:
            reading.complain(name, line, message)

        try:
            taking.take(_rows(source, complain, progress), matcher, reading, complain)
        except OSError as error:
            complain(0, error.strerror or str(error))
        reading.files += 1
    matcher.finish()
    return reading


def _rows(source: Source, complain: Complain, progress: Progress) -> Iterator[Numbered]:
    """The rows of a file, CSV or JSON."""
    blocks = source.blocks(complain, progress)
    first = next(blocks, "").lstrip("\ufeff")
    if not first.strip():
        complain(0, "is empty")
        return
    pieces = _chained(first, blocks)
    if first.lstrip()[0] in "[{":
        for row in _json_rows(pieces, complain):
            yield Numbered(row, 0)
    else:
        yield from _csv_rows(pieces, complain)


def _chained(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _csv_rows(pieces: Iterable[str], complain: Complain) -> Iterator[Numbered]:
    csv.field_size_limit(MAX_LINE)
    # not `splitlines`, which splits at characters that names contain, such as U+2028
    rows = csv.reader(line + "\n" for piece in pieces for line in piece.removesuffix("\n").split("\n"))
    names: Sequence[str] = ()
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            complain(rows.line_num, f"is no CSV: {error}")
            continue
        if not row:
            continue
        if not names:
            names = [name.strip() for name in row]
        elif len(row) != len(names):
            complain(rows.line_num, f"has {len(row)} fields instead of {len(names)}")
        else:
            yield Numbered(dict(zip(names, row, strict=True)), rows.line_num)


def _json_rows(pieces: Iterable[str], complain: Complain) -> Iterator[Row]:
    text, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_JSON:
            complain(0, f"has more than {MAX_JSON >> 20} Mi characters of JSON, and was not read: take CSV")
            return
        text.append(piece)
    more: object = None
    for document in _documents("".join(text), complain):
        match document:
            case {"ResultSet": {"Rows": [*rows]} as found, **rest}:
                more = rest.get("NextToken")
                yield from _athena_rows(rows, found, complain)
            case {"results": [*rows], **rest}:
                more = rest.get("nextToken")
                if rest.get("status", "Complete") != "Complete":
                    complain(0, f"the query had not ended: its status is {rest['status']}")
                yield from _insights_rows(rows, complain)
            case [*rows]:
                yield from _insights_rows(rows, complain)
            case _:
                yield from _insights_rows([document], complain)
    if more:
        complain(0, "more results follow: it ends with the token of a next page")


def _documents(text: str, complain: Complain) -> Iterator[Any]:
    """JSON documents, one after the other."""
    decoder = json.JSONDecoder()
    at = len(text) - len(text.lstrip())
    while at < len(text):
        try:
            document, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            line = text.count("\n", 0, getattr(error, "pos", at)) + 1
            complain(line, f"is no JSON from here on: {getattr(error, 'msg', 'it is nested too deeply')}")
            return
        yield document
        at += len(text[at:]) - len(text[at:].lstrip())


def _athena_rows(rows: Sequence[Any], about: Mapping[Any, Any], complain: Complain) -> Iterator[Row]:
    """Rows are lists of texts. The names are in the metadata, and in the first row of the first page."""
    names: Sequence[str] = ()
    match about:
        case {"ResultSetMetadata": {"ColumnInfo": [*columns]}}:
            names = [str(column.get("Name")) for column in columns if isinstance(column, dict)]
    for row in rows:
        match row:
            case {"Data": [*cells]}:
                texts = [str(cell.get("VarCharValue", "")) for cell in cells if isinstance(cell, dict)]
                names = names or texts
                if len(texts) != len(names):
                    complain(0, f"a row has {len(texts)} fields instead of {len(names)}")
                elif texts != names:
                    yield dict(zip(names, texts, strict=True))
            case _:
                complain(0, "a row has no Data")


def _insights_rows(rows: Sequence[Any], complain: Complain) -> Iterator[Row]:
    for row in rows:
        match row:
            case [*fields] if all(isinstance(one, dict) and "field" in one for one in fields):
                yield {str(one["field"]): str(one.get("value", "")) for one in fields}
            case dict():
                yield {str(name): "" if value is None else str(value) for name, value in row.items()}
            case _:
                complain(0, "a row is no list of fields")


def _take_athena(rows: Iterator[Numbered], matcher: Matcher, reading: Reading, complain: Complain) -> None:
    spans = matcher.spans
    for row, line in _with_columns(rows, athena.COLUMNS, "athena", complain):
        reading.lines += 1
        try:
            kind, worker, work_id = row["kind"], row["worker"], row["work_id"]
            group = row["message_group"] or None
            match kind:
                case "span" | "inferred":
                    start, end = int(row["start_us"]), int(row["end_us"])
                    if start > end:
                        raise ValueError("it ends before it starts")
                    spans.add(start, end, worker, group, work_id)
                    spans.inferred_starts += kind == "inferred"
                case "start":
                    spans.starts_without_end.add(Event(int(row["start_us"]), Mark.START, worker, work_id, group))
                case "end":
                    spans.ends_without_start.add(Event(int(row["end_us"]), Mark.END, worker, work_id, group))
                case _:
                    raise ValueError(f"{kind!r} is no kind of row")
        except ValueError as error:
            complain(line, f"a row cannot be read: {error}")
        else:
            reading.events += 1 + (kind == "span")


def _take_insights(rows: Iterator[Numbered], matcher: Matcher, reading: Reading, complain: Complain) -> None:
    count = 0
    for row, line in _with_columns(rows, ("@logStream",), "insights", complain):
        count += 1
        try:
            events = list(_by_id(row, matcher) if "events" in row else _single(row))
        except KeyError as error:
            complain(line, _no_column(str(error.args[0]), "insights"))
            if count == 1:
                return
            continue
        except (ValueError, OverflowError) as error:
            complain(line, f"a row cannot be read: {error}")
            continue
        for event in events:
            matcher.add(event)
        reading.events += len(events)
    reading.lines += count
    if count in CUT_AT:
        complain(0, f"has exactly {count:,} rows: the rest was cut off; narrow the time range, or raise `limit`")


def _single(row: Row) -> Iterator[Event]:
    """A row for each start or end. A message with the words of both tells of the end."""
    mark = Mark.END if row.get("endmark") else Mark.START if row.get("startmark") else Mark.DURING
    yield _event(row, "ms", mark)


def _by_id(row: Row, matcher: Matcher) -> Iterator[Event]:
    """A row for each work ID: with one start and one end, or else with what cannot be told apart."""
    ends = int(float(row["ends"]))
    starts = int(float(row["events"])) - ends
    first = insights.RECEIVED if insights.RECEIVED in row else insights.FIRST
    start, end = _event(row, first, Mark.START), _event(row, insights.LAST, Mark.END)
    if starts <= 1 and ends <= 1 and row.get("workid"):
        matcher.receipt = first == insights.RECEIVED
        yield from [start] * starts + [end] * ends
        return
    # Of several, only the last is known, and only if its end tells how long it took.
    if ends and end.took is not None:
        matcher.spans.inferred_starts += 1
        matcher.spans.add(end.time - end.took, end.time, end.worker, end.group, end.work_id)
        starts, ends = max(starts - 1, 0), ends - 1
    for _ in range(starts):
        matcher.spans.starts_without_end.add(start)
    for _ in range(ends):
        matcher.spans.ends_without_start.add(end)


def _event(row: Row, time: str, mark: Mark) -> Event:
    worker = " ".join(filter(None, (row["@logStream"], row.get("worker"))))
    took = None
    if mark is Mark.END:
        unit, text = next(
            ((name.removeprefix(insights.TOOK), text) for name, text in row.items() if name.startswith(insights.TOOK)),
            ("1", ""),
        )
        took = round(float(text.replace(",", "")) * int(unit)) if text else None
    moment = round(float(row[time]) * 1000)
    return Event(moment, mark, worker, row.get("workid", ""), row.get("groupid") or None, took)


def _no_column(name: str, engine: str) -> str:
    return f"the column {name} is missing: is it what `logs --query {engine}` returned?"


def _with_columns(
    rows: Iterator[Numbered], columns: Sequence[str], engine: str, complain: Complain
) -> Iterator[Numbered]:
    """The rows, if the first one has these columns."""
    for number, (row, line) in enumerate(rows):
        missing = [name for name in columns if name not in row]
        if missing:
            complain(line, _no_column(missing[0], engine))
            if number == 0:
                return
            continue
        yield Numbered(row, line)


class _Engine(NamedTuple):
    about: str
    take: Callable[[Iterator[Numbered], Matcher, Reading, Complain], None]


_ENGINES: Mapping[str, _Engine] = {
    "athena": _Engine("what Athena returned", _take_athena),
    "insights": _Engine("what Logs Insights returned", _take_insights),
}
