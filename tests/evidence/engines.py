"""Logs as an export leaves them in S3, read by the streaming reader and by the query for Athena, on DuckDB."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import sqlglot

from sqsfifo_lint.evidence.athena import COLUMNS, athena
from sqsfifo_lint.evidence.presets import Preset
from sqsfifo_lint.evidence.reading import Reading, read
from sqsfifo_lint.evidence.sources import sources

MILLISECOND = 1000
"""In microseconds."""

Logs = Mapping[str, Sequence[tuple[int, str]]]
"""By stream, messages with their times, in milliseconds since 1970."""


class Figures(NamedTuple):
    """What both must agree on."""

    spans: Counter[tuple[object, ...]]
    inferred: int
    starts_without_end: int
    ends_without_start: int


def lines(messages: Sequence[tuple[int, str]]) -> list[str]:
    """As an export writes them."""
    return [f"{stamp(time)} {message}" for time, message in messages]


def stamp(time: int) -> str:
    """A time in milliseconds, as CloudWatch writes it."""
    text = datetime.fromtimestamp(time / 1000, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def write(logs: Logs, folder: Path) -> Path:
    """A folder for each stream, and a second stream at least, as else it would not be named."""
    for stream, messages in {**logs, "other": ()}.items():
        (folder / stream).mkdir(parents=True, exist_ok=True)
        with gzip.open(folder / stream / "000000.gz", "wt", encoding="utf-8", compresslevel=1) as file:
            file.writelines(f"{line}\n" for line in lines(messages))
    return folder


def streamed(logs: Logs, preset: Preset, folder: Path) -> Figures:
    """What the streaming reader makes of them."""
    return of_reading(read(sources([write(logs, folder)]), preset, container="s3-export"))


def of_reading(reading: Reading) -> Figures:
    """The figures of what was read."""
    spans = reading.spans
    return Figures(
        Counter((one.start, one.end, one.worker, one.group, one.work_id) for one in spans),
        spans.inferred_starts,
        spans.starts_without_end.count,
        spans.ends_without_start.count,
    )


def queried(logs: Logs, preset: Preset) -> list[tuple[object, ...]]:
    """What the query for Athena returns on DuckDB."""
    rows = [
        (line, f"s3://bucket/prefix/task/{stream}/000000.gz")
        for stream, messages in logs.items()
        for event in lines(messages)
        for line in event.split("\n")
    ]
    return on_duckdb(athena(preset), rows)


def on_duckdb(sql: str, rows: Sequence[tuple[str, str]]) -> list[tuple[object, ...]]:
    """Run SQL of Athena on lines and their paths."""
    connection = _duckdb()
    connection.execute("DELETE FROM log_lines")
    if rows:
        connection.executemany("INSERT INTO log_lines VALUES (?, ?)", rows)
    found = connection.execute(_translated(sql))
    assert [column[0] for column in found.description] == [*COLUMNS]
    return found.fetchall()


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET timezone = 'UTC'; SET threads = 1")
    connection.execute('CREATE TABLE log_lines (line VARCHAR, "$path" VARCHAR)')
    return connection


@cache
def _translated(sql: str) -> str:
    (text,) = sqlglot.transpile(sql, read="athena", write="duckdb")
    return text


def of_rows(rows: Sequence[tuple[object, ...]]) -> Figures:
    """The figures of what a query returned."""
    kinds = Counter(str(row[0]) for row in rows)
    spans: Counter[tuple[object, ...]] = Counter(
        (start, end, worker, group, work_id or "")
        for kind, start, end, worker, group, work_id in rows
        if kind in {"span", "inferred"}
    )
    return Figures(spans, kinds["inferred"], kinds["start"], kinds["end"])
