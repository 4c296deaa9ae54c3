"""What `sqsfifo-lint logs` prints and writes, and how it ends."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from sqsfifo_lint.cli import cli
from sqsfifo_lint.evidence.log_html import as_html
from sqsfifo_lint.evidence.log_json import as_json
from sqsfifo_lint.evidence.log_report import LogsReport, report_of
from sqsfifo_lint.evidence.log_text import as_text
from sqsfifo_lint.evidence.model import Event, Judgement, Mark, Span, Unread
from sqsfifo_lint.evidence.presets import PRESETS
from sqsfifo_lint.evidence.reading import Reading
from sqsfifo_lint.evidence.sections import Beside, Section
from tests.evidence.schedules import KINDS, MS, SECOND
from tests.evidence.stores import store

NOON = 1_759_752_000 * SECOND
"""2025-10-06, 12:00 UTC."""


def reading_of(spans: Iterable[Span]) -> Reading:
    kept = store(spans)
    return Reading(kept, PRESETS["plain"], files=1, lines=2 * len(kept))


def report(spans: Iterable[Span]) -> LogsReport:
    return report_of(reading_of(spans))


def turns(count: int) -> list[Span]:
    """Three workers, one after the other: 900 ms of work, 100 ms until the next begins."""
    return [
        Span(NOON + n * SECOND, NOON + n * SECOND + 900 * MS, f"worker-{n % 3}", "orders", f"m{n}")
        for n in range(count)
    ]


def test_golden() -> None:
    """20 spans of 0.9 s, each a second after the one before: every figure can be computed in the head.

    17 hand-overs are to a worker that had worked before. Were the others free to begin at any time, the chance to do
    so beside other work would be (20 x 0.9 s - 19 x 0.1 s) / (the same + 19 x (0.1 s + 0.1 s)) = 0.809, and 17 x 0.809
    = 14; none of 17 is less likely than 1 in 10**12.
    """
    text = as_text(report(turns(20)), color=False, width=100)
    assert text == (Path(__file__).parent / "golden" / "turns.txt").read_text(encoding="utf-8")


def test_all_formats_say_the_same() -> None:
    for kind, make in KINDS.items():
        one = report(make(random.Random(kind)).spans)
        value = json.loads(as_json(one))
        text = " ".join(as_text(one, color=False, width=100).split())
        page = " ".join(text_of_page(as_html(one)).split())
        assert value["judgement"] == one.verdict.judgement.value
        assert value["reasons"] == list(one.verdict.reasons)
        for reason in value["reasons"]:
            assert reason in text
            assert reason.replace("`", "") in page
        spans = f"{value['spans']:,}"
        for words in (text, page):
            assert value["judgement"] in words
            assert re.search(rf"spans of work ?{spans}, [\d.]+ m?s each", words)


class Page(HTMLParser):
    """Collects text and tags."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def text_of_page(html: str) -> str:
    page = Page()
    page.feed(html)
    return "".join(page.text)


def test_json_has_the_figures() -> None:
    value = json.loads(as_json(report(turns(20))))
    assert value["version"] == 1
    assert (value["judgement"], value["bad"], value["exit_status"]) == ("serial", True, 1)
    assert (value["spans"], value["worker_count"], value["group_count"]) == (20, 3, 1)
    assert (value["begin"], value["end"]) == ("2025-10-06T12:00:00.000000Z", "2025-10-06T12:00:19.900000Z")
    assert value["at_once"] == {
        "maximum": 1,
        "mean": 1.0,
        "two_or_more": 0.0,
        "busy_us": 18 * SECOND,
        "time_at_us": [1_900_000, 18 * SECOND],
    }
    assert value["hand_overs"] == {
        "count": 19,
        "between_workers": 19,
        "median_gap_us": 100_000,
        "within_a_second": 1.0,
    }
    assert value["groups"] == [
        {
            "name": "orders",
            "spans": 20,
            "busy_us": 18 * SECOND,
            "at_once": 1,
            "alone_us": 18 * SECOND,
            "holding_up_us": 19 * 900_000,
        }
    ]
    assert [worker["spans"] for worker in value["workers"]] == [7, 7, 6]
    assert sum(window["finished"] for window in value["windows"]) == 20
    assert len(value["timeline"]["spans"]) == 20


UNMATCHED = Event(NOON, Mark.START, "worker-9", "lost", "orders")


def test_what_is_not_counted_is_shown() -> None:
    reading = reading_of(turns(20))
    for _ in range(7):
        reading.spans.starts_without_end.add(UNMATCHED)
    reading.spans.ends_without_start.add(UNMATCHED._replace(mark=Mark.END))
    reading.spans.inferred_starts = 3
    reading.complain("a.log", 7, "is no JSON")
    one = report_of(reading)
    text = " ".join(as_text(one, color=False, width=100).split())
    assert "7 starts without an end: the first 5: 2025-10-06T12:00:00.000Z worker-9 lost group orders; " in text
    assert "1 end without a start: 2025-10-06T12:00:00.000Z worker-9 lost group orders" in text
    assert "Of 3 spans only the end was logged" in text
    assert "1 part of the input could not be read." in text
    assert "a.log:7: is no JSON" in text_of_page(as_html(one))
    value = json.loads(as_json(one))
    assert (value["starts_without_end"]["count"], len(value["starts_without_end"]["first"])) == (7, 5)
    assert value["ends_without_start"]["first"] == [
        {"time": "2025-10-06T12:00:00.000000Z", "worker": "worker-9", "work_id": "lost", "group": "orders"}
    ]
    assert value["inferred_starts"] == 3
    assert value["unread"] == {"count": 1, "first": [{"source": "a.log", "line": 7, "message": "is no JSON"}]}
    assert value["exit_status"] == 2


def test_what_a_command_adds_is_in_all_formats() -> None:
    section = Section("In the code", ("See `a.py:3`.",), lines=("a.py:3  group = <'x'>",))
    one = replace(report(turns(20)), beside=Beside((section,), {"senders": [{"line": 3}]}))
    assert "In the code\n  - See `a.py:3`.\n    a.py:3  group = <'x'>\n" in as_text(one, color=False, width=100)
    html = as_html(one)
    assert "<h2>In the code</h2>\n<ul>\n<li>See <code>a.py:3</code>.</li>" in html
    assert "<pre>a.py:3  group = &lt;&#x27;x&#x27;&gt;</pre>" in html
    assert json.loads(as_json(one))["senders"] == [{"line": 3}]
    quiet = report(turns(3))
    assert [replace(quiet, beside=Beside(bad=bad)).exit_status() for bad in (False, True)] == [0, 1]


HOSTILE = "::error::x<script>alert(1)</script>\x1b[31m\r\n##[command]\u202e"


def test_hostile_names() -> None:
    spans = [span._replace(worker=HOSTILE + span.worker, group=HOSTILE, work_id=HOSTILE) for span in turns(20)]
    reading = reading_of(spans)
    reading.spans.starts_without_end.add(Event(NOON, Mark.START, HOSTILE, HOSTILE, HOSTILE))
    reading.unread.append(Unread(HOSTILE, 1, HOSTILE))
    reading.unread_count = 1
    one = report_of(reading)
    for width in (30, 60, 100):
        text = as_text(one, color=False, width=width)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
        assert not [line for line in text.splitlines() if line.strip().startswith(("::", "##"))]
    html = as_html(one)
    page = Page()
    page.feed(html)
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in "".join(page.text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", html)
    json.loads(as_json(one))


def test_the_page_needs_nothing_else() -> None:
    html = as_html(report(turns(20)))
    assert set(re.findall(r"https?://[^\"'<]*", html)) == {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"<(script|link|img|iframe)\b", html)


def log(spans: Iterable[Span]) -> str:
    """A line for the start and one for the end of each span."""
    lines = []
    for span in spans:
        for time, word in ((span.start, "START"), (span.end, "END")):
            at = datetime.fromtimestamp(time / SECOND, UTC).isoformat(timespec="milliseconds")
            lines.append((time, f"{at} [{span.worker}] {word} id={span.work_id} group={span.group}"))
    return "".join(f"{line}\n" for _, line in sorted(lines))


OPTIONS = (
    *("--start", "START", "--end", "END", "--worker", r"\[(\S+)\]", "--group", r"group=(\S+)", "--id", r"id=(\S+)"),
)


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["logs", str(path), *OPTIONS, *options])


@pytest.mark.parametrize(
    ("kind", "judgement", "status"),
    [("serial", "serial", 1), ("hot_group", "partly", 1), ("parallel", "parallel", 0), ("quiet", "too little data", 0)],
)
def test_the_command_ends_as_the_verdict_says(tmp_path: Path, kind: str, judgement: str, status: int) -> None:
    path = tmp_path / "workers.log"
    spans = [span._replace(work_id=f"m{n}") for n, span in enumerate(KINDS[kind](random.Random(f"{kind} 5")).spans)]
    path.write_text(log(spans), encoding="utf-8")
    done = run(path)
    assert (done.exit_code, done.stdout.splitlines()[0].split("  ")[0]) == (status, judgement)


def test_files_are_written(tmp_path: Path) -> None:
    path, html, svg = tmp_path / "workers.log", tmp_path / "report.html", tmp_path / "timeline.svg"
    path.write_text(log(turns(20)), encoding="utf-8")
    done = run(path, "--html", str(html), "--svg", str(svg), "--output-format", "json")
    assert (done.exit_code, done.stderr) == (1, "")
    assert json.loads(done.stdout)["judgement"] == Judgement.SERIAL.value
    assert "3 workers, one at a time" in html.read_text(encoding="utf-8")
    root = ElementTree.fromstring(svg.read_text(encoding="utf-8"))
    assert len([one for one in root.iter() if one.get("class", "").startswith("bar ")]) == 20
    done = run(path, "--svg", str(tmp_path / "missing" / "timeline.svg"))
    assert done.exit_code == 2
    assert done.stderr.startswith("sqsfifo-lint: error: ")
    assert done.stderr.endswith("timeline.svg: No such file or directory\n")


def test_the_clocks_that_are_given_count(tmp_path: Path) -> None:
    path = tmp_path / "workers.log"
    path.write_text(log([span._replace(end=span.end + 150 * MS) for span in turns(30)]), encoding="utf-8")
    assert run(path).stdout.startswith("serial")
    assert run(path, "--clock-skew", "20").stdout.startswith("parallel")
