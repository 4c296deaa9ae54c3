"""What the queries return is read back from each form in which the services export it."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sqsfifo_lint.evidence.athena import COLUMNS
from sqsfifo_lint.evidence.insights import MAX_ROWS, insights
from sqsfifo_lint.evidence.presets import PRESETS, Preset
from sqsfifo_lint.evidence.results import read_results
from sqsfifo_lint.evidence.sources import Source
from tests.evidence.engines import Figures, Logs, of_reading, of_rows, queried, streamed
from tests.evidence.insights_engine import run

BEGIN = 1_759_737_727_000
"""Milliseconds since 1970."""

OWN = Preset("custom", "as the options say", r"begin(?: work)?", r"end|finished", id=r"job=(\w+)", group=r"group=(\w+)")


def athena_csv(rows: Sequence[Sequence[Any]]) -> str:
    """As Athena leaves it in S3: every value in quotes, and nothing at all for NULL."""
    lines = [",".join("" if cell is None else '"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows]
    return "\n".join([",".join(f'"{name}"' for name in COLUMNS), *lines]) + "\n"


def athena_json(rows: Sequence[Sequence[Any]], token: str = "", *, header: bool = True) -> str:
    """As `aws athena get-query-results` prints a page; the first one begins with the names."""
    data = [COLUMNS, *rows] if header else rows
    page = {
        "UpdateCount": 0,
        "ResultSet": {
            "Rows": [{"Data": [{} if cell is None else {"VarCharValue": str(cell)} for cell in row]} for row in data],
            "ResultSetMetadata": {"ColumnInfo": [{"CatalogName": "hive", "Name": name} for name in COLUMNS]},
        },
    }
    return json.dumps({**page, "NextToken": token} if token else page, indent=4)


def athena_pages(rows: Sequence[Sequence[Any]]) -> str:
    return athena_json(rows[:1], "more") + "\n" + athena_json(rows[1:], header=False)


def insights_csv(rows: Sequence[dict[str, Any]]) -> str:
    """As the console downloads it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def insights_api(rows: Sequence[dict[str, Any]], status: str = "Complete") -> str:
    """As `aws logs get-query-results` prints it."""
    results = [[{"field": name, "value": str(value)} for name, value in row.items()] for row in rows]
    return json.dumps({"queryLanguage": "CWLI", "results": results, "statistics": {}, "status": status}, indent=4)


def insights_json(rows: Sequence[dict[str, Any]]) -> str:
    """As the console copies it."""
    return json.dumps(rows)


def read_text(engine: str, text: str, folder: Path) -> Any:
    path = folder / "result"
    path.write_text(text, encoding="utf-8")
    return read_results(engine, [Source(path)])


def some_logs(seed: int = 7) -> Logs:
    """Three workers, lost starts and ends, and groups."""
    chance = random.Random(seed)
    logs: dict[str, list[tuple[int, str]]] = {}
    for worker in "abc":
        time, logs[worker] = BEGIN + chance.randrange(100), []
        for number in range(20):
            for text in (f"begin job={worker}{number} group={chance.choice('xy')}", f"finished job={worker}{number}"):
                if chance.random() < 0.9:
                    logs[worker].append((time, text))
                time += chance.randrange(1, 900)
    return logs


def events(logs: Logs) -> list[tuple[int, str, str]]:
    return sorted((time, stream, text) for stream, messages in logs.items() for time, text in messages)


@pytest.mark.parametrize("export", [athena_csv, athena_json, athena_pages])
def test_what_athena_returns(export: Callable[[Sequence[Sequence[Any]]], str], tmp_path: Path) -> None:
    rows = queried(some_logs(), OWN)
    reading = read_text("athena", export(rows), tmp_path)
    assert reading.unread == []
    assert of_reading(reading) == of_rows(rows) == streamed(some_logs(), OWN, tmp_path / "logs")


@pytest.mark.parametrize("export", [insights_csv, insights_api, insights_json])
@pytest.mark.parametrize("preset", [OWN, replace(OWN, id=""), replace(OWN, during=True)])
def test_what_insights_returns(
    export: Callable[[Sequence[dict[str, Any]]], str], preset: Preset, tmp_path: Path
) -> None:
    rows = run(insights(preset), events(some_logs()))
    reading = read_text("insights", export(rows), tmp_path)
    assert reading.unread == []
    assert of_reading(reading) == streamed(some_logs(), preset, tmp_path / "logs")


def lambda_logs() -> Logs:
    took = [round(random.Random(stream).uniform(1, 500), 2) for stream in range(40)]
    logs: dict[str, list[tuple[int, str]]] = {"a": [], "b": []}
    time = BEGIN
    for number, duration in enumerate(took):
        stream, request = logs["ab"[number % 2]], f"{number:08x}-0000"
        stream.append((time, f"START RequestId: {request} Version: $LATEST"))
        stream.append((time + round(duration), f"REPORT RequestId: {request}\tDuration: {duration} ms\tBilled"))
        time += 300
    return logs


def celery_logs() -> Logs:
    def line(process: str, text: str) -> str:
        return f"[2025-10-06 08:02:07,098: INFO/{process}] Task app.send[{text}"

    return {
        "host": [
            (BEGIN, line("MainProcess", "id-1] received")),
            (BEGIN, line("MainProcess", "id-2] received")),
            (BEGIN + 90, line("ForkPoolWorker-1", "id-1] succeeded in 0.0801s: None")),
            (BEGIN + 120, line("ForkPoolWorker-1", "id-2] raised unexpected: KeyError()")),
        ]
    }


@pytest.mark.parametrize(
    ("name", "logs"),
    [("lambda", lambda_logs()), ("celery", celery_logs()), ("plain", {"a": [(BEGIN, "begin 1"), (BEGIN + 5, "end")]})],
)
def test_presets_by_insights(name: str, logs: Logs, tmp_path: Path) -> None:
    rows = run(insights(PRESETS[name]), events(logs))
    expected = streamed(logs, PRESETS[name], tmp_path / "logs")
    assert of_reading(read_text("insights", insights_csv(rows), tmp_path)) == expected
    assert expected.spans


@pytest.mark.parametrize("name", PRESETS)
def test_each_query_is_in_the_grammar(name: str) -> None:
    query = insights(PRESETS[name])
    assert run(query, []) == []
    assert f"| limit {MAX_ROWS}\n" in query
    assert "10,000 rows at most" in query


def test_expressions_with_slashes_and_number_signs(tmp_path: Path) -> None:
    preset = Preset(
        "custom", "", r"POST /jobs\/(\d+) #start", r"POST /jobs/\d+ \#end", id=r"jobs/(\d+)", group=r"\\#(.)"
    )
    logs = {"a": [(BEGIN, r"POST /jobs/7 #start \#g"), (BEGIN + 5, "POST /jobs/7 #end")]}
    rows = run(insights(preset), events(logs))
    expected = streamed(logs, preset, tmp_path / "logs")
    assert of_reading(read_text("insights", insights_json(rows), tmp_path)) == expected
    assert list(expected.spans) == [(BEGIN * 1000, (BEGIN + 5) * 1000, "a", "g", "7")]


def test_work_whose_id_comes_again_is_counted(tmp_path: Path) -> None:
    """Only the last attempt is known, by its end that tells how long it took."""
    logs = lambda_logs()
    first, last = "START RequestId: 00000000-0000", "REPORT RequestId: 00000000-0000\tDuration: 20 ms"
    again = {"c": [(BEGIN, first), (BEGIN + 50, last), (BEGIN + 90_000, first), (BEGIN + 90_020, last)]}
    rows = run(insights(PRESETS["lambda"]), events({**logs, **again}))
    figures = of_reading(read_text("insights", insights_csv(rows), tmp_path))
    assert (figures.starts_without_end, figures.ends_without_start, figures.inferred) == (1, 1, 1)
    assert ((BEGIN + 90_000) * 1000, (BEGIN + 90_020) * 1000, "c", None, "00000000-0000") in figures.spans


# What cannot be read


def complaints(engine: str, text: str, folder: Path) -> list[tuple[int, str]]:
    return [(one.line, one.message) for one in read_text(engine, text, folder).unread]


ROW = ("span", BEGIN, BEGIN + 1, "a", None, "1")
TRUNCATED = athena_json([ROW])[:-30]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "is empty")]),
        ("a,b\n1,2\n", [(2, "the column kind is missing: is it what `logs --query athena` returned?")]),
        (athena_csv([ROW]) + '"span","1"\n', [(3, "has 2 fields instead of 6")]),
        (
            athena_csv([("span", "x", 1, "a", None, "")]),
            [(2, "a row cannot be read: invalid literal for int() with base 10: 'x'")],
        ),
        (athena_csv([("span", 2, 1, "a", None, "")]), [(2, "a row cannot be read: it ends before it starts")]),
        (athena_csv([("maybe", 2, 1, "a", None, "")]), [(2, "a row cannot be read: 'maybe' is no kind of row")]),
        (athena_json([ROW], "more"), [(0, "more results follow: it ends with the token of a next page")]),
        (TRUNCATED, [(TRUNCATED.count("\n") + 1, "is no JSON from here on: Expecting ',' delimiter")]),
        ("[" * 100_000, [(1, "is no JSON from here on: it is nested too deeply")]),
        ('{"ResultSet": {"Rows": [3]}}', [(0, "a row has no Data")]),
    ],
)
def test_what_is_wrong_with_a_result_of_athena(text: str, expected: list[tuple[int, str]], tmp_path: Path) -> None:
    assert complaints("athena", text, tmp_path) == expected


EVENT = {"ms": BEGIN, "@logStream": "a", "startmark": "begin"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (insights_api([EVENT], "Running"), "the query had not ended: its status is Running"),
        (insights_csv([{"ms": 1}]), "the column @logStream is missing: is it what `logs --query insights` returned?"),
        (insights_csv([{**EVENT, "ms": "soon"}]), "a row cannot be read: could not convert string to float: 'soon'"),
        (insights_csv([{**EVENT, "ms": "inf"}]), "a row cannot be read: cannot convert float infinity to integer"),
        (
            insights_csv([EVENT] * MAX_ROWS),
            "has exactly 10,000 rows: the rest was cut off; narrow the time range, or raise `limit`",
        ),
        ('{"results": [3]}', "a row is no list of fields"),
    ],
)
def test_what_is_wrong_with_a_result_of_insights(text: str, expected: str, tmp_path: Path) -> None:
    assert [message for _, message in complaints("insights", text, tmp_path)] == [expected]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    reading = read_results("athena", [Source(tmp_path / "none")])
    assert [one.message for one in reading.unread] == ["No such file or directory"]


def test_rows_around_a_bad_one_are_read(tmp_path: Path) -> None:
    later = ("span", BEGIN + 1, BEGIN + 2, "a", None, "1")
    reading = read_text("athena", athena_csv([ROW, ("span", "x", 1, "a", None, ""), later]), tmp_path)
    assert (len(reading.spans), reading.unread_count) == (2, 1)


@pytest.mark.parametrize("cut", range(0, 400, 23))
def test_a_truncated_result_never_crashes(cut: int, tmp_path: Path) -> None:
    rows = queried({"a": [(BEGIN, "begin job=1"), (BEGIN + 1, "end job=1")]}, OWN)
    for engine in ("athena", "insights"):
        for text in (athena_csv(rows), athena_json(rows), insights_api([EVENT])):
            assert isinstance(of_reading(read_text(engine, text[:cut], tmp_path)), Figures)


def test_messages_of_insights_are_not_what_its_query_returns(tmp_path: Path) -> None:
    """Said once, of the first row."""
    text = "@timestamp,@message,@logStream\n" + "2025-10-06 08:02:07.098,START RequestId: 1,a\n" * 3
    reading = read_text("insights", text, tmp_path)
    assert [one.message for one in reading.unread] == [
        "the column ms is missing: is it what `logs --query insights` returned?"
    ]
