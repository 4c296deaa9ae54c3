"""The same history comes out of every container, whatever the messages say."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqsfifo_lint.evidence.containers import CONTAINERS, container_of
from sqsfifo_lint.evidence.extract import Record
from sqsfifo_lint.evidence.formats.container import Wanted
from sqsfifo_lint.evidence.model import Span
from sqsfifo_lint.evidence.reading import Reading, read
from sqsfifo_lint.evidence.sources import sources
from tests.evidence.logs import (
    T0,
    WITH_STREAM,
    Line,
    Work,
    filter_log_events,
    filter_log_events_text,
    get_log_events,
    get_log_events_text,
    history,
    insights_csv,
    lambda_json_lines,
    lambda_lines,
    pieces,
    s3_export,
    stream,
    tail,
    when,
    written,
)

Messages = Callable[[list[Work]], list[Line]]


def read_paths(*paths: Path) -> Reading:
    return read(sources(paths))


def expected(works: list[Work], worker: Callable[[int], str] = stream) -> list[Span]:
    spans = [Span(w.start * 1000, w.end * 1000, worker(w.worker), None, w.id) for w in works]
    return sorted(spans, key=lambda span: span.start)


@pytest.mark.parametrize(("preset", "messages"), [("lambda", lambda_lines), ("lambda-json", lambda_json_lines)])
@pytest.mark.parametrize("written_as", WITH_STREAM)
def test_one_history_in_every_container(tmp_path: Path, written_as: str, preset: str, messages: Messages) -> None:
    container, write = WITH_STREAM[written_as]
    if written_as == "tail-json" and preset == "lambda":
        container = "tail"  # the formats differ only where a message is JSON
    works = history()
    reading = read_paths(written(tmp_path, write(messages(works))))
    assert (reading.preset.name, reading.containers) == (preset, {container: 1})
    assert list(reading.spans) == expected(works)
    assert not reading.unread_count
    assert not reading.spans.inferred_starts


@pytest.mark.parametrize("messages", [lambda_lines, lambda_json_lines])
def test_an_export_to_s3_is_a_folder_for_each_stream(tmp_path: Path, messages: Messages) -> None:
    works = history()
    lines = messages(works)
    for worker in range(3):
        own = [line for line in lines if line.stream == stream(worker)]
        folder = tmp_path / "exported" / "task" / stream(worker).replace("/", "-")
        written(folder, s3_export(own[:5]), "000000")
        written(folder, s3_export(own[5:]), "000001")
    written(tmp_path, "Permission Check Successful", "exported/aws-logs-write-test")
    reading = read_paths(tmp_path / "exported")
    assert list(reading.spans) == expected(works, lambda worker: stream(worker).replace("/", "-"))
    assert (reading.files, reading.unread_count, reading.containers) == (6, 0, {"s3-export": 6})


def test_the_file_is_the_stream_where_the_container_tells_none(tmp_path: Path) -> None:
    works = history()
    paths = [
        written(tmp_path, get_log_events(lambda_lines([w for w in works if w.worker == n])), f"{n}.json")
        for n in range(3)
    ]
    assert list(read_paths(*paths).spans) == expected(works, lambda worker: f"{worker}.json")


def test_a_short_tail_has_whole_seconds_and_no_stream(tmp_path: Path) -> None:
    works = history(workers=2, each=1)
    text = "".join(f"{when(t).strftime('%Y-%m-%dT%H:%M:%S')} {m}" for t, _, m in lambda_lines(works))
    reading = read_paths(written(tmp_path, text))
    assert reading.containers == {"tail-short": 1}
    # 07.098 to 08.298, and 07.248 to 08.448; the 1.2 s that REPORT tells do not fit between whole seconds
    assert [(span.start, span.end) for span in reading.spans] == [(1759737727_000000, 1759737728_000000)] * 2
    assert reading.spans.whole_seconds == 2


def test_lambda_json_in_a_short_tail_has_its_own_better_time(tmp_path: Path) -> None:
    works = history()
    text = "".join(f"{when(t).strftime('%Y-%m-%dT%H:%M:%S')} {m}" for t, _, m in lambda_json_lines(works))
    assert [(s.start, s.end) for s in read_paths(written(tmp_path, text)).spans] == [
        (s.start, s.end) for s in expected(works)
    ]


def test_times_with_a_zone_are_what_they_say(tmp_path: Path) -> None:
    works = history()
    east = timezone(timedelta(hours=9))
    text = "".join(
        f"{(when(t) if n % 2 else when(t).astimezone(east)).isoformat(timespec='microseconds')} {s} {m}"
        for n, (t, s, m) in enumerate(lambda_lines(works))
    )
    assert list(read_paths(written(tmp_path, text)).spans) == expected(works)


def test_lines_of_another_format_in_one_file_are_read_too(tmp_path: Path) -> None:
    """Two logs were put into one file: the first looks like a tail, the second has no stream and another zone."""
    text = "".join(
        [
            "2025-10-06T10:02:07.098+02:00 worker-1 start id=1\n",
            "  and more of it\n",
            "2025-10-06T08:02:08Z worker-2 start id=2\n",
            "2025-10-06T10:02:08.098+02:00 worker-1 done id=1\n",
            "2025-10-06 04:02:09,500-0400 worker-2 done id=2\n",
        ]
    )
    reading = read_paths(written(tmp_path, text))
    assert [(s.worker, s.work_id, s.end - s.start) for s in reading.spans] == [
        ("worker-1", "1", 1_000_000),
        ("worker-2", "2", 1_500_000),
    ]
    assert not reading.unread_count


@pytest.mark.parametrize("prefix", ["worker-{}  | ", "[pod/worker-{}-x7/app] "])
def test_lines_that_begin_with_the_name_of_a_container(tmp_path: Path, prefix: str) -> None:
    """Each container has a `ForkPoolWorker-1` of its own."""
    lines = []
    for n in range(1, 4):
        begin = prefix.format(n)
        lines += [
            f"{begin}[2025-10-06 08:02:0{n},000: INFO/MainProcess] Task a.b[id-{n}] received\n",
            f"{begin}[2025-10-06 08:02:0{n},900: INFO/ForkPoolWorker-1] Task a.b[id-{n}] succeeded in 0.9s: None\n",
        ]
    reading = read_paths(written(tmp_path, "Attaching to worker-1, worker-2, worker-3\n" + "".join(lines)))
    assert reading.containers == {"prefixed": 1}
    assert len({span.worker for span in reading.spans}) == 3
    assert [span.end - span.start for span in reading.spans] == [900_000] * 3


def test_a_bar_between_the_fields_of_a_line_is_no_prefix() -> None:
    for line in ("2025-10-06T08:02:07Z | worker-1 | start\n", "INFO | 2025-10-06 08:02:07 | start\n"):
        container = container_of(line * 5)
        assert container is not None
        assert container.name != "prefixed"


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    works = history()
    text = tail(lambda_lines(works)).replace("\n", "\r\n")
    path = tmp_path / "tail.txt"
    path.write_bytes(text.encode("utf-16"))  # what PowerShell's `>` writes
    assert list(read_paths(path).spans) == expected(works)
    path.write_bytes(text.encode("utf-8-sig"))
    assert list(read_paths(path).spans) == expected(works)


def test_colours_do_not_matter(tmp_path: Path) -> None:
    """`aws logs tail --color on`."""
    works = history()
    text = "".join(
        f"\x1b[32m{when(t).isoformat(timespec='microseconds')}\x1b[0m \x1b[36m{s}\x1b[0m {m}"
        for t, s, m in lambda_lines(works)
    )
    assert list(read_paths(written(tmp_path, text)).spans) == expected(works)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pieces_of_any_size_give_the_same_events(size: int) -> None:
    text = filter_log_events(lambda_lines(history()))
    container = CONTAINERS["events-json"]

    def records(blocks: list[str]) -> list[Record]:
        return list(container.records(blocks, Wanted(), lambda line, message: pytest.fail(message)))

    whole = records([text])
    assert len(whole) == 48
    assert records(list(pieces(text, size))) == whole


def test_every_cut_of_json_gives_what_comes_before_it() -> None:
    """Nothing crashes, and no event that is complete is lost."""
    text = filter_log_events(lambda_lines(history(workers=1, each=2)))
    container = CONTAINERS["events-json"]
    for cut in range(len(text)):
        complaints: list[str] = []

        def complain(line: int, message: str, kept: list[str] = complaints) -> None:
            kept.append(message)

        read_events = list(container.records([text[:cut]], Wanted(), complain))
        # an event is complete with its closing brace, which stands on a line of its own, indented by eight
        assert len(read_events) == text[:cut].count("\n        }")
        assert len(complaints) <= 1


def test_an_event_that_is_no_json_is_complained_about_and_left_out(tmp_path: Path) -> None:
    text = filter_log_events(lambda_lines(history()))
    start = text.index('"timestamp": ')
    reading = read_paths(written(tmp_path, text[:start] + text[start:].replace('"timestamp": ', '"timestamp": x', 1)))
    assert reading.unread_count == 1
    assert reading.unread[0].line == 3
    # the first START is lost; its REPORT tells how long it took
    assert (len(reading.spans), reading.spans.inferred_starts) == (12, 1)


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_message_comes_out_as_it_went_in(message: str, name: str) -> None:
    lines = [Line(T0, name or "s", message)]
    (record,) = CONTAINERS["events-json"].records([filter_log_events(lines)], Wanted(), print)
    assert record == Record(message.rstrip(), T0 * 1000, name or "s")
    if not set(message) & set("\r\0") and not set(name) & set("\r\0"):
        blocks = insights_csv(lines).splitlines(keepends=True)
        (record,) = CONTAINERS["insights-csv"].records(["".join(blocks)], Wanted(), print)
        assert (record.message, record.stream) == (message.rstrip(), name or "s")


def test_each_container_is_told_from_the_others() -> None:
    lines = lambda_json_lines(history())
    assert {name: write(lines) for name, (_, write) in WITH_STREAM.items()}.keys() == {
        name
        for name, (container, write) in WITH_STREAM.items()
        if getattr(container_of(write(lines)), "name", "") == container
    }
    assert container_of("nothing of interest\nat all\n") is None
    assert container_of('{"Messages": [{"MessageId": "1"}]}') is None
    levels = container_of("2025-10-06T08:02:07.098000+00:00 INFO worker-1 start\n")
    assert levels is not None
    assert levels.name == "plain"


def test_a_row_with_a_field_too_few_is_complained_about(tmp_path: Path) -> None:
    text = insights_csv(lambda_lines(history())) + "2025-10-06 08:02:07.098,lonely\n"
    reading = read_paths(written(tmp_path, text))
    assert len(reading.spans) == 12
    assert [unread.message for unread in reading.unread] == ["has 2 fields instead of 4"]


def test_results_without_messages_are_complained_about(tmp_path: Path) -> None:
    document = {
        "results": [[{"field": "@message", "value": "x"}], [{"field": "bin(5m)", "value": "1"}]],
        "status": "Complete",
    }
    text = json.dumps(document) + "\n" + filter_log_events(lambda_lines(history()))
    reading = read_paths(written(tmp_path, text))
    assert len(reading.spans) == 12
    assert reading.unread_count == 2


@pytest.mark.parametrize("names", [("a.log", "a.log"), ("a.log", "b.log")])
def test_events_that_come_again_count_once(tmp_path: Path, names: tuple[str, str]) -> None:
    """Exports overlap, and a log lies beside its copy: that is no work at the same time."""
    works = history()
    whole, half = tail(lambda_lines(works)), tail(lambda_lines(works[:6]))
    written(tmp_path, whole + (half if names[0] == names[1] else ""), names[0])
    if names[0] != names[1]:
        written(tmp_path, half, names[1])
    reading = read_paths(tmp_path)
    assert list(reading.spans) == expected(works)
    assert (len(reading.spans), reading.spans.repeated) == (12, 6)


def test_the_text_of_one_stream_names_none(tmp_path: Path) -> None:
    works = history()
    paths = [
        written(tmp_path, get_log_events_text(lambda_lines([w for w in works if w.worker == n])), f"{n}.txt")
        for n in range(3)
    ]
    reading = read_paths(*paths)
    assert list(reading.spans) == expected(works, lambda worker: f"{worker}.txt")
    assert (reading.containers, reading.unread_count) == ({"events-text": 3}, 0)


def test_an_event_in_text_that_has_no_end_is_told(tmp_path: Path) -> None:
    text = filter_log_events_text(lambda_lines(history()))
    first = text.index("\tSTART") + 20
    whole = text.replace(text[first : text.index("EVENTS", first)], "\n", 1)
    reading = read_paths(written(tmp_path, whole[: whole.rindex("EVENTS") + 100]))
    assert [(one.line, one.message) for one in reading.unread] == [
        (2, "an event has no time at its end"),
        (whole.count("\n", 0, whole.rindex("EVENTS")) + 1, "ends in the middle of an event"),
    ]
    # what they told is lost: a START, whose REPORT tells how long it took, and a REPORT
    assert (len(reading.spans), reading.spans.inferred_starts) == (11, 1)
