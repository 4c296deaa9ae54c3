"""`sqsfifo-lint logs --query` and `--from`: the way through AWS's engines ends in the same report."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqsfifo_lint.evidence.athena import athena
from sqsfifo_lint.evidence.insights import insights
from sqsfifo_lint.evidence.portable import QueryError, portable
from sqsfifo_lint.evidence.presets import PRESETS
from tests.commands import run, run_as_process
from tests.evidence import insights_engine
from tests.evidence.engines import Logs, queried, write
from tests.evidence.test_results import athena_csv, events, insights_api

BEGIN = 1_759_737_727_000
LAMBDA = PRESETS["lambda"]


def serial(workers: int = 3, jobs: int = 120) -> Logs:
    """One piece of work after the other, each by whichever worker asks first."""
    chance = random.Random(1)
    logs: dict[str, list[tuple[int, str]]] = {f"stream-{n}": [] for n in range(workers)}
    time = BEGIN
    for job in range(jobs):
        stream = logs[f"stream-{chance.randrange(workers)}"]
        took = chance.randrange(80, 400)
        stream.append((time, f"START RequestId: {job:08x}-00 Version: $LATEST"))
        stream.append((time + took, f"REPORT RequestId: {job:08x}-00\tDuration: {took}.00 ms\tBilled"))
        time += took + chance.randrange(5, 20)
    return logs


def report(folder: Path, *arguments: str) -> dict[str, Any]:
    done = run(folder, "logs", "--output-format", "json", *arguments)
    assert (done.returncode, done.stderr) == (1, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_reports_are_the_same(tmp_path: Path) -> None:
    write(serial(), tmp_path / "logs")
    (tmp_path / "athena.csv").write_text(athena_csv(queried(serial(), LAMBDA)))
    rows = insights_engine.run(insights(LAMBDA), events(serial()))
    (tmp_path / "insights.json").write_text(insights_api(rows))
    streamed = report(tmp_path, "logs")
    others = [
        report(tmp_path, "--from", "athena", "athena.csv"),
        report(tmp_path, "--from", "insights", "insights.json"),
    ]
    assert streamed["judgement"] == "serial"
    assert [one.pop("read")["preset"] for one in (streamed, *others)] == ["lambda", "athena", "insights"]
    assert others == [streamed, streamed]


def test_from_standard_input(tmp_path: Path) -> None:
    done = run_as_process(tmp_path, "logs", "--from", "athena", stdin=athena_csv(queried(serial(), LAMBDA)))
    assert (done.returncode, done.stderr) == (1, "")
    assert "serial" in done.stdout


@pytest.mark.parametrize(("engine", "text"), [("athena", athena(LAMBDA)), ("insights", insights(LAMBDA))])
def test_the_query_is_printed(engine: str, text: str, tmp_path: Path) -> None:
    done = run(tmp_path, "logs", "--query", engine, "--preset", "lambda")
    assert (done.returncode, done.stdout, done.stderr) == (0, text, "")


def test_the_query_for_expressions_of_ones_own(tmp_path: Path) -> None:
    done = run(tmp_path, "logs", "--query", "insights", "--start", "beg", "--end", "fin", "--group", "g=(.)")
    assert "| filter @message like /fin/ or @message like /beg/ or @message like /g=(.)/\n" in done.stdout
    assert "| parse @message /g=(?<groupid>.)/\n" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give --preset, or --start and --end"),
        (("--preset", "lambda", "x.log"), "--query reads no FILE"),
        (("--start", "(?<=a)b", "--end", "c"), "'(?<=' in '(?<=a)b' is not understood alike by all engines"),
        (("--start", "(", "--end", "c"), "'(' is no regular expression"),
    ],
)
@pytest.mark.parametrize("engine", ["athena", "insights"])
def test_what_cannot_be_a_query(engine: str, arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = run(tmp_path, "logs", "--query", engine, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_options_about_lines_belong_to_the_query(tmp_path: Path) -> None:
    done = run(tmp_path, "logs", "--from", "athena", "--preset", "lambda", "x.csv")
    assert done.returncode == 2
    assert "what the lines say was said to --query" in done.stderr


def test_a_result_that_is_none_is_status_2(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    done = run(tmp_path, "logs", "--from", "athena", "x.csv")
    assert done.returncode == 2
    assert "x.csv:2: the column kind is missing: is it what `logs --query athena` returned?" in done.stderr


# Expressions


@pytest.mark.parametrize(
    ("expression", "expected", "named"),
    [
        (r"id=(\d+)", r"id=(\d+)", r"id=(?<x>\d+)"),
        (r"id=\d+", r"id=\d+", r"(?<x>id=\d+)"),
        (r"(?P<id>a)(b)", r"(a)(?:b)", r"(?<x>a)(?:b)"),
        (r"(?:a|b)(?i:c)", r"(?:a|b)(?i:c)", r"(?<x>(?:a|b)(?i:c))"),
        (r"a{,3}b{2,}c{4}", r"a{0,3}b{2,}c{4}", r"(?<x>a{0,3}b{2,}c{4})"),
        (r'{"a": {}}', r'\{"a": \{\}\}', r'(?<x>\{"a": \{\}\})'),
        (r"[]a[]\[", r"[\]a\[]\[", r"(?<x>[\]a\[]\[)"),
        (r"[^a&&b]", r"[^a&\&b]", r"(?<x>[^a&\&b])"),
        ("é\\é", "éé", "(?<x>éé)"),
    ],
)
@pytest.mark.filterwarnings("ignore:Possible set intersection:FutureWarning")
@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
def test_expressions_are_written_for_all_engines(expression: str, expected: str, named: str) -> None:
    assert portable(expression) == expected
    assert portable(expression, name="x") == named


PIECES = st.sampled_from(
    [
        *(
            "a",
            "b",
            ".",
            " ",
            r"\d",
            r"\w",
            r"\b",
            "^",
            "$",
            "[ab]",
            "[^b ]",
            r"[\d\]]",
            "(?:a|b)",
            "(a|1)",
            r"\[",
            "{",
            "}",
        ),
        *("a*", "b+", "(b)?", "a{2}", "a{,2}", "{1", "[[b]", "'", "|"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=5).map("".join), st.text(alphabet="ab1 [{}]'&", max_size=8))
@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
def test_a_rewritten_expression_finds_the_same(expression: str, text: str) -> None:
    """To Python and RE2, the two that are here. What stands first in a choice wins in both."""
    try:
        pattern = re.compile(expression)
    except re.error:
        return
    match, group = pattern.search(text), int(pattern.groups > 0)
    found = duckdb.execute("SELECT regexp_extract($1, $2, $3)", [text, portable(expression), group]).fetchone()
    assert found == ((match[group] if match else None) or "",)


@pytest.mark.parametrize(
    "expression",
    [
        *("(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", r"(a)\1", "a*+", "a++", "a?+", "a{2}+", "(?>a)", "(?#c)a"),
        *("(?P<n>a)(?P=n)", "(a)(?(1)b|c)", r"a\Z", "\\u0041", "(?x)a", "(?a:b)"),
    ],
)
def test_what_engines_read_differently_is_refused(expression: str) -> None:
    with pytest.raises(QueryError, match="is not understood alike"):
        portable(expression)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_the_expressions_of_presets_need_no_rewriting(preset: Any) -> None:
    for name in ("start", "end", "id", "worker", "group", "took"):
        assert portable(getattr(preset, name)) == getattr(preset, name)
