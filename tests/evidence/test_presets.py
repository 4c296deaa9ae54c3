"""What messages say: each preset on lines as their programs print them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sqsfifo_lint.cli import cli
from sqsfifo_lint.evidence import times
from sqsfifo_lint.evidence.extract import Extractor, Record, Timeless
from sqsfifo_lint.evidence.model import Event, Mark
from sqsfifo_lint.evidence.moments import moment
from sqsfifo_lint.evidence.presets import PRESETS, Preset
from sqsfifo_lint.evidence.reading import read
from sqsfifo_lint.evidence.sources import sources
from tests.evidence.logs import written

T0 = 1759737727_000000
"""2025-10-06T08:02:07Z, in microseconds."""

ID = "4b8bb7ea-d8a4-4a6c-9d5c-4f9d0f8e3b11"


def event(preset: str, line: str) -> Event | None:
    return Extractor(PRESETS[preset]).event(Record(line))


LINES = [
    # Celery: `DEFAULT_PROCESS_LOG_FMT` of celery.app.defaults, and the messages of celery.app.trace
    (
        "celery",
        f"[2025-10-06 08:02:07,098: INFO/MainProcess] Task shop.tasks.pay[{ID}] received",
        Event(T0 + 98_000, Mark.START, "MainProcess", ID),
    ),
    (
        "celery",
        f"[2025-10-06 08:02:09,298: INFO/ForkPoolWorker-2] Task shop.tasks.pay[{ID}] succeeded in 2.2s: None",
        Event(T0 + 2_298_000, Mark.END, "ForkPoolWorker-2", ID, None, 2_200_000),
    ),
    (
        "celery",
        f"[2025-10-06 08:02:09,298: INFO/ForkPoolWorker-2] Task shop.tasks.pay[{ID}] succeeded in 8.1e-05s: None",
        Event(T0 + 2_298_000, Mark.END, "ForkPoolWorker-2", ID, None, 81),
    ),
    (
        "celery",
        f"[2025-10-06 08:02:09,298: ERROR/ForkPoolWorker-2] Task shop.tasks.pay[{ID}] raised unexpected: KeyError('x')",
        Event(T0 + 2_298_000, Mark.END, "ForkPoolWorker-2", ID),
    ),
    (
        "celery",
        f"[2025-10-06 08:02:09,298: INFO/ForkPoolWorker-2] Task shop.tasks.pay[{ID}] retry: Retry in 10s",
        Event(T0 + 2_298_000, Mark.END, "ForkPoolWorker-2", ID),
    ),
    ("celery", f"[2025-10-06 08:02:08,000: INFO/ForkPoolWorker-2] shop.tasks.pay[{ID}]: paying", None),
    # Laravel up to 9.20: WorkCommand::writeStatus pads the status to eleven characters
    (
        "laravel",
        rf"[2025-10-06 08:02:07][{ID}] Processing: App\Jobs\Pay",
        Event(T0, Mark.START, "", ID),
    ),
    ("laravel", rf"[2025-10-06 08:02:08][{ID}] Processed:  App\Jobs\Pay", Event(T0 + 1_000_000, Mark.END, "", ID)),
    ("laravel", r"[2025-10-06 08:02:08][17] Failed:     App\Jobs\Pay", Event(T0 + 1_000_000, Mark.END, "", "17")),
    # Laravel since 9.21
    ("laravel", r"  2025-10-06 08:02:07 App\Jobs\Pay ........................... RUNNING", Event(T0, Mark.START, "")),
    (
        "laravel",
        r"  2025-10-06 08:02:08 App\Jobs\Pay ..................... 1,012.35ms DONE",
        Event(T0 + 1_000_000, Mark.END, "", "", None, 1_012_350),
    ),
    (
        "laravel",
        r"  2025-10-06 08:02:08 App\Jobs\Pay ..................... 2s DONE",
        Event(T0 + 1_000_000, Mark.END, ""),
    ),
    (
        "laravel",
        rf"  2025-10-06 08:02:08 App\Jobs\Pay {ID} sqs orders.fifo ... 12.35ms FAIL",
        Event(T0 + 1_000_000, Mark.END, "", ID, None, 12_350),
    ),
    ("laravel", r"[2025-10-06 08:02:08] production.INFO: Processing started", None),
    # Laravel's WorkCommand::writeOutputAsJson
    (
        "laravel-json",
        (
            f'{{"level":"info","id":"{ID}","uuid":"0d1c","connection":"sqs","queue":"orders.fifo","job":"App",'
            '"status":"starting","attempts":1,"timestamp":"2025-10-06T10:02:07.098000+02:00"}'
        ),
        Event(T0 + 98_000, Mark.START, "", ID),
    ),
    (
        "laravel-json",
        (
            f'{{"level":"info","id":"{ID}","uuid":"0d1c","connection":"sqs","queue":"orders.fifo","job":"App",'
            '"status":"success","result":"deleted","attempts":1,"timestamp":"2025-10-06T08:02:09.098001+00:00",'
            '"duration":1.999001}'
        ),
        Event(T0 + 2_098_001, Mark.END, "", ID, None, 1_999_001),
    ),
    (
        "laravel-json",
        (
            '{"level":"warning","id":17,"connection":"database","queue":"default","job":"App","status":"failed",'
            '"result":"failed","attempts":3,"exception":"Error","message":"it was \\"starting\\" to fail",'
            '"timestamp":"2025-10-06T08:02:09.098001+00:00","duration":8.1e-5}'
        ),
        Event(T0 + 2_098_001, Mark.END, "", "17", None, 81),
    ),
    (
        "laravel-json",
        '{"level":"info","id":"a","job":"App","status":"restarting","timestamp":"2025-10-06T08:02:09Z"}',
        None,
    ),
    ("laravel-json", '{"msg":"done","job":"App","status_code":200,"status":"success"}', None),
    # Python's logging: the default of `basicConfig` has no time; this is the format that its HOWTO shows
    (
        "plain",
        "2025-10-06 08:02:07,098 - worker-3 - INFO - Start message 17 group=customer-9",
        Event(T0 + 98_000, Mark.START, "worker-3", "17", "customer-9"),
    ),
    (
        "plain",
        "2025-10-06 08:02:07,098 INFO Thread-12 finished processing job_id=a1b2, group_id: 'g-1'",
        Event(T0 + 98_000, Mark.END, "Thread-12", "a1b2", "g-1"),
    ),
    (
        "plain",
        '{"time": "2025-10-06T10:02:07.098+02:00", "msg": "handling", "job_id": "17", "worker": "w7", "group": "a"}',
        Event(T0 + 98_000, Mark.START, 'worker": "w7', "17", "a"),
    ),
    ("plain", "2025/10/06 08:02:07 worker 2 done 17", Event(T0, Mark.END, "worker 2")),
    ("plain", "2025-10-06T08:02:07Z the depends, unfinished, abandoned, restarting, sender", None),
    ("plain", "1759737727.098 consumer-1 begin", Event(T0 + 98_000, Mark.START, "consumer-1")),
    ("plain", "[1759737727098] consumer-1 ended", Event(T0 + 98_000, Mark.END, "consumer-1")),
    ("plain", '10.0.0.1 - - [06/Oct/2025:10:02:07 +0200] "POST /done" pid=7', Event(T0, Mark.END, "pid=7")),
    (
        "lambda",
        "2025-10-06T08:02:07Z REPORT RequestId: not at the beginning",
        None,
    ),
]


@pytest.mark.parametrize(("preset", "line", "said"), LINES)
def test_a_line_says(preset: str, line: str, said: Event | None) -> None:
    assert event(preset, line) == said


@pytest.mark.parametrize(("preset", "line", "said"), [row for row in LINES if row[2]])
def test_what_is_said_has_a_needle(preset: str, line: str, said: Event | None) -> None:
    """Lines without one are not even looked at."""
    assert any(needle in line for needle in PRESETS[preset].needles)


@given(st.lists(st.sampled_from(["start", "restart", "Begins", "end", "depend", "-", "_", " ", "é", "7"]), max_size=6))
def test_a_mark_is_where_the_expression_finds_it(words: list[str]) -> None:
    """However it is searched for."""
    preset, line = PRESETS["plain"], "".join(words)
    expected = Mark.END if re.search(preset.end, line) else Mark.START if re.search(preset.start, line) else None
    assert Extractor(preset).mark(line) is expected


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from([".", ","]),
    st.text("0123456789", min_size=1, max_size=9),
    st.sampled_from(["", "Z", "+02:00", "-0930"]),
)
def test_fractions_of_seconds_are_cut_to_microseconds(time: datetime, sign: str, digits: str, zone: str) -> None:
    at = time.replace(microsecond=0, tzinfo=datetime.fromisoformat(f"2025-10-06T00:00:00{zone or '+09:00'}").tzinfo)
    text = f"{at:%Y-%m-%dT%H:%M:%S}{sign}{digits}{zone}"
    expected = round(at.timestamp()) * 1_000_000 + int(digits[:6].ljust(6, "0"))
    assert times.iso(text, timezone(timedelta(hours=9))) == expected


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_expressions_are_in_what_all_engines_understand(preset: Preset) -> None:
    """No lookaround, named group, flag, possessive quantifier or back reference; values have one group."""
    values = (preset.id, preset.worker, preset.group, preset.took, preset.time)
    for expression in (preset.start, preset.end, *values):
        assert not re.search(r"\(\?[^:]|[*+?}]\+|\\[1-9]", expression), expression
        re.compile(expression)
    assert {re.compile(expression).groups for expression in values if expression} <= {1}


def test_a_start_without_a_time_is_an_error() -> None:
    with pytest.raises(Timeless):
        event("lambda", f"START RequestId: {ID} Version: $LATEST")
    with pytest.raises(Timeless):
        event("celery", f"[2025-13-06 08:02:07,098: INFO/MainProcess] Task a.b[{ID}] received")


def test_a_time_without_a_zone_is_where_one_says() -> None:
    """In Berlin it was 10:02, an hour later in winter."""
    extractor = Extractor(PRESETS["laravel"], ZoneInfo("Europe/Berlin"))
    start = extractor.event(Record(rf"[2025-10-06 10:02:07][{ID}] Processing: App\Jobs\Pay"))
    assert start is not None
    assert start.time == T0


@pytest.mark.parametrize(
    ("time_format", "text", "time"),
    [
        ("iso", "2025-10-06 08:02:07.098765432", T0 + 98_765),
        ("epoch", "1759737727", T0),
        ("epoch", "1759737727.5", T0 + 500_000),
        ("epoch-ms", "1759737727098", T0 + 98_000),
        ("epoch-us", "1759737727098001", T0 + 98_001),
        ("epoch-ns", "1759737727098001999", T0 + 98_001),
        ("%d.%m.%Y %H:%M:%S", "06.10.2025 08:02:07", T0),
    ],
)
def test_time_formats(time_format: str, text: str, time: int) -> None:
    preset = Preset("custom", "", "go", "stop", time=r"<([^>]+)>", time_format=time_format)
    said = Extractor(preset).event(Record(f"go <{text}>"))
    assert said is not None
    assert said.time == time


@pytest.mark.parametrize(
    ("time_format", "text", "time"),
    [
        ("%d.%m.%Y %H:%M:%S", "06.10.2025 08:02:07", T0),
        ("%d/%b/%Y %I:%M:%S.%f %p", "06/Oct/2025 08:02:07.098 AM", T0 + 98_000),
        ("%Y%m%d-%H%M%S%z", "20251006-100207+0200", T0),
        ("epoch", "1759737727.5", T0 + 500_000),
        ("epoch-ms", "1759737727098", T0 + 98_000),
    ],
)
def test_a_time_format_finds_its_time_in_the_line(tmp_path: Path, time_format: str, text: str, time: int) -> None:
    path = written(tmp_path, f"worker 7: go at {text}\nworker 7: stop at {text}\n")
    options = ["logs", str(path), "--start", "go", "--end", "stop", "--time", time_format, "--output-format", "json"]
    result = CliRunner().invoke(cli, options)
    assert json.loads(result.stdout)["begin"] == moment(time, digits=6), result.stderr


def test_a_time_format_goes_before_what_the_preset_says(tmp_path: Path) -> None:
    line = "[06/10/2025 08:02:0{}: INFO/ForkPoolWorker-1] Task a.pay[id-1] {}\n"
    path = written(tmp_path, line.format(7, "received") + line.format(9, "succeeded in 1.5s: None"))
    options = ["--preset", "celery", "--time", "%d/%m/%Y %H:%M:%S", "--output-format", "json"]
    result = CliRunner().invoke(cli, ["logs", str(path), *options])
    assert json.loads(result.stdout)["end"] == moment(T0 + 2_000_000, digits=6), result.stderr


def test_syslog_names_no_year() -> None:
    """It is the latest that has been: neither in the future, nor more than a year ago."""
    now = datetime.now(UTC)
    for days in (-300, -1, 0, 40):
        day = now + timedelta(days=days)
        if (day.month, day.day) == (2, 29):
            continue
        found = times.found(f"{day:%b} {day.day:2} 08:02:07 host app[7]: job 1 started", UTC)
        assert found is not None
        assert timedelta(days=-367) < datetime.fromtimestamp(found / 1e6, UTC) - now < timedelta(days=2)
        assert f"{datetime.fromtimestamp(found / 1e6, UTC):%m-%d %H:%M:%S}" == f"{day:%m-%d} 08:02:07"


@pytest.mark.parametrize(
    ("key", "value", "time"),
    [
        ("timestamp", '"2025-10-06T08:02:07.098Z"', T0 + 98_000),
        ("@timestamp", '"2025-10-06T10:02:07+02:00"', T0),
        ("time", "1759737727098", T0 + 98_000),
        ("ts", "1759737727.098", T0 + 98_000),
    ],
)
def test_the_time_of_a_json_line_is_that_of_its_field(key: str, value: str, time: int) -> None:
    """Wherever it stands, and whichever other times the object has."""
    line = f'{{"due": "2020-01-01T00:00:00Z", "text": "{"x" * 300}", "{key}": {value}}}'
    assert times.found(line, UTC) == time


def test_prefetched_tasks_of_celery_begin_when_the_one_before_ends(tmp_path: Path) -> None:
    """Four are received at once; one succeeds after 2.0 s, one fails 1.5 s later, without saying how long it took."""
    process = "INFO/ForkPoolWorker-1]"
    text = "".join(
        [
            *(f"[2025-10-06 08:02:07,{n:03}: INFO/MainProcess] Task a.pay[id-{n}] received\n" for n in range(4)),
            f"[2025-10-06 08:02:09,000: {process} Task a.pay[id-0] succeeded in 1.9s: None\n",
            f"[2025-10-06 08:02:10,500: {process} Task a.pay[id-1] raised unexpected: KeyError('x')\n",
        ]
    )
    reading = read(sources([written(tmp_path, text)]))
    assert [(span.start - T0, span.end - T0, span.worker) for span in reading.spans] == [
        (100_000, 2_000_000, "ForkPoolWorker-1"),
        (2_000_000, 3_500_000, "ForkPoolWorker-1"),
    ]
    assert reading.spans.starts_without_end.count == 2


def test_the_time_may_be_wherever_with_own_expressions(tmp_path: Path) -> None:
    text = "".join(
        f"{when} [{who}] {what} order {number}\n"
        for when, who, what, number in [
            ("2025-10-06T08:02:07Z", "a", ">>", 1),
            ("2025-10-06T08:02:08Z", "b", ">>", 2),
            ("2025-10-06T08:02:09Z", "a", "<<", 1),
            ("2025-10-06T08:02:10Z", "b", "<<", 2),
        ]
    )
    preset = Preset("custom", "", ">>", "<<", worker=r"\[(\w+)\]", id=r"order (\d+)")
    reading = read(sources([written(tmp_path, text)]), preset)
    assert [(s.worker, s.work_id, s.start - T0, s.end - T0) for s in reading.spans] == [
        ("a", "1", 0, 2_000_000),
        ("b", "2", 1_000_000, 3_000_000),
    ]
