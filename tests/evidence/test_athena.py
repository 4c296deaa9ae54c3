"""The query for Athena gives the spans and figures of the streaming reader, on the same lines."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from sqsfifo_lint.evidence.athena import athena
from sqsfifo_lint.evidence.matching import MAX_SKEW
from sqsfifo_lint.evidence.presets import PRESETS, Preset
from tests.evidence.engines import Figures, Logs, of_rows, queried, streamed

BEGIN = 1_759_737_727_000
"""Milliseconds since 1970."""

SKEW = MAX_SKEW // 1000 + 1
"""Milliseconds."""

OWN = Preset("custom", "as the options say", r"begin(?: work)?", r"end|finished", id=r"job=(\w+)", group=r"group=(\w+)")


def same(logs: Logs, preset: Preset) -> Figures:
    """The figures, on which both agree."""
    with TemporaryDirectory() as folder:
        expected = streamed(logs, preset, Path(folder))
    found = of_rows(queried(logs, preset))
    assert found == expected
    return expected


def lambda_lines(request: str, begin: int, took: float) -> list[tuple[int, str]]:
    """As Lambda writes them: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html"""
    end = begin + round(took)
    return [
        (begin, f"START RequestId: {request} Version: $LATEST"),
        (begin, "[INFO] it's at work, 100% of \\d"),
        (end, f"END RequestId: {request}"),
        (end, f"REPORT RequestId: {request}\tDuration: {took:.2f} ms\tBilled Duration: {end - begin} ms\t"),
    ]


def test_lambda() -> None:
    logs = {
        "stream-a": [*lambda_lines("aaaa-1", BEGIN, 250.25), *lambda_lines("aaaa-2", BEGIN + 300, 0.4)],
        "stream-b": lambda_lines("bbbb-1", BEGIN + 100, 90),
    }
    figures = same(logs, PRESETS["lambda"])
    micro = BEGIN * 1000
    assert figures == Figures(
        figures.spans.__class__(
            {
                (micro, micro + 250_000, "stream-a", None, "aaaa-1"): 1,
                (micro + 300_000, micro + 300_000, "stream-a", None, "aaaa-2"): 1,
                (micro + 100_000, micro + 190_000, "stream-b", None, "bbbb-1"): 1,
            }
        ),
        0,
        0,
        0,
    )


def test_what_has_no_partner_is_returned_too() -> None:
    start, _, _, report = lambda_lines("aaaa-1", BEGIN, 250)
    bare = (BEGIN + 5, "REPORT RequestId: aaaa-3")
    figures = same({"a": [report], "b": [(start[0], start[1].replace("-1", "-2"))], "c": [bare]}, PRESETS["lambda"])
    assert (figures.inferred, figures.starts_without_end, figures.ends_without_start) == (1, 1, 1)


def test_a_task_that_is_received_by_one_process_and_done_by_another() -> None:
    """Celery's main process logs the receipt, its child the end. A retry has the ID again."""
    stamp, task = "2025-10-06 08:02:07,098: INFO", "Task app.send[68e3777f]"
    logs = {
        "host-1": [
            (BEGIN, f"[{stamp}/MainProcess] {task} received"),
            (BEGIN + 40, f"[{stamp}/ForkPoolWorker-1] {task} retry: Retry in 0s"),
            (BEGIN + 41, f"[{stamp}/MainProcess] {task} received"),
            (BEGIN + 90, f"[{stamp}/ForkPoolWorker-1] {task} succeeded in 0.0301s: None"),
            (BEGIN + 95, f"[{stamp}/MainProcess] Task app.send[77] received"),
            (BEGIN + 10, f"[{stamp}/MainProcess] Task app.send[78] received"),
            (BEGIN + 120, f"[{stamp}/ForkPoolWorker-1] Task app.send[78] raised unexpected: KeyError()"),
        ]
    }
    figures = same(logs, PRESETS["celery"])
    assert figures.starts_without_end == 1
    micro, worker = BEGIN * 1000, "host-1 ForkPoolWorker-1"
    assert set(figures.spans) == {
        (micro, micro + 40_000, worker, None, "68e3777f"),
        (micro + 59_900, micro + 90_000, worker, None, "68e3777f"),
        (micro + 90_000, micro + 120_000, worker, None, "78"),  # received long before, but the worker was busy
    }


def test_a_redelivered_message_that_two_workers_handle_at_once() -> None:
    logs = {
        "a": [(BEGIN, "begin job=1"), (BEGIN + 50, "end job=1")],
        "b": [(BEGIN + 30, "begin job=1"), (BEGIN + 90, "end job=1")],
    }
    assert {span[:3] for span in same(logs, OWN).spans} == {
        (BEGIN * 1000, (BEGIN + 50) * 1000, "a"),
        ((BEGIN + 30) * 1000, (BEGIN + 90) * 1000, "b"),
    }


def test_an_end_before_its_own_start_by_clocks_that_differ() -> None:
    logs = {"a": [(BEGIN + 700, "begin job=1")], "b": [(BEGIN, "end job=1")]}
    assert list(same(logs, OWN).spans) == [(BEGIN * 1000, BEGIN * 1000, "b", None, "1")]


def test_a_group_that_is_told_between_start_and_end() -> None:
    during = replace(OWN, during=True)
    logs = {
        "a": [(BEGIN, "begin job=1"), (BEGIN + 1, "got group=red"), (BEGIN + 2, "end job=1")],
        "b": [(BEGIN, "begin"), (BEGIN + 1, "got group=blue"), (BEGIN + 2, "end"), (BEGIN + 3, "group=late")],
        "c": [(BEGIN, "begin job=2 group=red"), (BEGIN + 1, "job=2 group=green"), (BEGIN + 2, "end job=2")],
    }
    assert {span[2:4] for span in same(logs, during).spans} == {("a", "red"), ("b", "blue"), ("c", "green")}
    assert {span[2:4] for span in same(logs, OWN).spans} == {("a", None), ("b", None), ("c", "red")}


def test_messages_of_several_lines_and_what_is_no_line_of_an_export() -> None:
    logs = {"a": [(BEGIN, "begin job=1\n  end of a traceback\n\nend"), (BEGIN + 9, "end job=1")]}
    assert list(same(logs, OWN).spans) == [(BEGIN * 1000, (BEGIN + 9) * 1000, "a", None, "1")]


def schedule(seed: int, resolution: int, *, ids: bool, lost: bool) -> Logs:
    """Workers that take turns at jobs. `resolution`: milliseconds to which times are cut off; then many are equal."""
    chance = random.Random(seed)
    logs: dict[str, list[tuple[int, str]]] = {}
    for worker in range(chance.randrange(1, 4)):
        time, messages = BEGIN + chance.randrange(50), logs.setdefault(f"worker-{worker}", [])
        for number in range(chance.randrange(1, 9)):
            job = f" job={worker}x{number if not lost else chance.randrange(3)}" if ids else ""
            group = chance.choice(["", " group=red", " group=blue"])
            for text in (f"begin work{job}{group}", f"finished{job}"):
                if not (lost and chance.random() < 0.2):
                    messages.append((time // resolution * resolution, text))
                time += chance.randrange(SKEW, 3 * SKEW) if lost else chance.choice([0, 0, 1, 7, 400])
    return logs


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1 << 32), st.sampled_from([1, 10, 1000]), st.booleans())
def test_workers_that_take_turns(seed: int, resolution: int, ids: bool) -> None:
    figures = same(schedule(seed, resolution, ids=ids, lost=False), OWN)
    assert (figures.starts_without_end, figures.ends_without_start) == (0, 0)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1 << 32), st.booleans())
def test_starts_and_ends_that_are_lost_or_come_again(seed: int, ids: bool) -> None:
    """Times differ by more than clocks do: else the streaming reader takes a start for that of the end before it."""
    same(schedule(seed, 1, ids=ids, lost=True), OWN)


SOUP = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["begin", "finished", "noise", "begin and end"]),
        st.sampled_from(["", " job=1", " job=2"]),
        st.sampled_from(["", " group=red", " group=blue"]),
        st.integers(SKEW, 2 * SKEW),
    ),
    max_size=14,
)


@settings(max_examples=20, deadline=None)
@given(SOUP, st.sampled_from(["no IDs", "IDs of a worker", "received by one, done by others"]))
def test_any_order_of_lines(soup: list[tuple[str, str, str, str, int]], kind: str) -> None:
    """In one file, which the streaming reader reads in order of time: other files would come later.

    Where an ID is another worker's too, and its own start was lost, the streaming reader takes the other one's.
    """
    time, messages = BEGIN, []
    for worker, word, job, group, gap in soup:
        time += gap
        match kind:
            case "IDs of a worker":
                job = job and f"{job}{worker}"
            case "received by one, done by others":
                worker, job = "main" if word == "begin" else worker, job or " job=3"
        messages.append((time, f"{worker}: {word}{job}{group}"))
    same({"stream": messages}, replace(OWN, worker="^([a-z]+):", id="" if kind == "no IDs" else OWN.id))


@pytest.mark.parametrize("name", PRESETS)
def test_the_printed_text_is_trino(name: str) -> None:
    tree = sqlglot.parse_one(athena(PRESETS[name]), read="trino")
    assert isinstance(tree, exp.Select)
    tables = [table.name for table in tree.find_all(exp.Table)]
    steps = [step.alias for step in tree.find_all(exp.CTE)]
    # Trino runs a step as often as it is named, and Athena is paid by what it reads.
    assert sorted(tables) == sorted([*steps, "log_lines"])


def test_quotes_in_expressions_stay_inside_the_literal() -> None:
    preset = replace(OWN, start="it's '; DROP TABLE x; --", end='"done"')
    logs = {"a": [(BEGIN, "it's '; DROP TABLE x; --"), (BEGIN + 1, '"done"')]}
    assert len(same(logs, preset).spans) == 1
