"""`sqsfifo-lint messages`, as users run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sqsfifo_lint.evidence.message_text import as_text
from sqsfifo_lint.evidence.reading_messages import read_report
from sqsfifo_lint.evidence.sources import sources
from tests.commands import run, run_as_process

SAMPLES = Path(__file__).parent / "messages"

EXAMPLE = SAMPLES / "worked_example.json"


@pytest.mark.parametrize("width", [80, 120])
def test_the_worked_example_in_words(width: int) -> None:
    """What it must say was computed by hand: 0x68e3777f s and 0x181f2 µs since 1970 are 2025-10-06T08:02:07.098802Z,
    103 ms before 1759737727202; the waits are 1759737727460 - 1759737727202 and 1759737728015 - 1759737727250 ms.
    """
    report = read_report(sources([EXAMPLE]), lambda _: None)
    shown = as_text(report, color=False, width=width)
    assert shown == (SAMPLES / f"worked_example_{width}.txt").read_text(encoding="utf-8")
    assert max(map(len, shown.splitlines())) <= width


def test_the_worked_example_for_programs() -> None:
    done = run(SAMPLES, "messages", "worked_example.json", "--output-format", "json")
    assert done.returncode == 1
    (queue,) = json.loads(done.stdout)["queues"]
    assert queue["judgement"] == "serial"
    assert queue["largest_share"] == 1
    assert queue["most_workers"] == 1
    assert queue["waited_ms"] == {"messages": 2, "oldest": 258, "median": 512, "longest": 765}
    assert queue["received_again"]["messages"] == 1
    assert queue["received_again"]["first"][0]["receive_count"] == 2
    (group,) = queue["group_ids"]["values"]
    assert group["value"] == "68e3777f181f2"
    assert group["readings"][0]["made"] == "2025-10-06T08:02:07.098802Z"
    assert queue["group_ids"]["made_before_sent_us"] == 103_198
    assert queue["dedup_ids"]["sequence"] is True


@pytest.mark.parametrize("output_format", ["full", "json", "html"])
def test_bodies_are_shown_only_when_asked_for(output_format: str) -> None:
    asked = ("messages", "worked_example.json", "--output-format", output_format)
    assert "4111" not in run(SAMPLES, *asked).stdout
    assert "4111" in run(SAMPLES, *asked, "--show-bodies").stdout


def test_standard_input() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for arguments in (("messages",), ("messages", "-")):
        done = run_as_process(SAMPLES, *arguments, stdin=text)
        assert (done.returncode, done.stdout[:30]) == (1, "serial  2 messages in 1 group\n"), done.stderr


def test_a_missing_end_is_told_and_the_rest_is_judged(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    (tmp_path / "in.json").write_text(text.rstrip().rstrip("]} \n"), encoding="utf-8")
    done = run(tmp_path, "messages", "in.json")
    assert done.returncode == 2
    assert "1 message in 1 group" in done.stdout
    assert "in.json:18: the input ends in the middle of this" in done.stdout
    assert done.stdout.count("in.json") == 1


HOSTILE = "::error::x<script>alert(1)</script>\x1b[31m\r\n##[command]\u202e`"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_hostile_ids_reach_neither_terminal_nor_page_nor_ci(width: int, tmp_path: Path) -> None:
    several = [
        {
            "MessageId": HOSTILE,
            "Body": HOSTILE,
            "Attributes": {
                "MessageGroupId": " " * shift + HOSTILE * 9,
                "MessageDeduplicationId": HOSTILE + str(shift),
                "DeadLetterQueueSourceArn": HOSTILE,
                "SentTimestamp": "1759737727202",
                "ApproximateReceiveCount": "2",
            },
        }
        for shift in range(12)
    ]
    (tmp_path / "in.json").write_text(json.dumps(several), encoding="utf-8")
    for output_format in ("full", "html"):
        done = run(
            tmp_path,
            "messages",
            "in.json",
            "--show-bodies",
            "--output-format",
            output_format,
            env={"COLUMNS": str(width)},
        )
        assert done.returncode == 0
        assert not set("\x1b\r\u202e") & set(done.stdout)
        assert not [line for line in done.stdout.splitlines() if line.strip().startswith(("::", "##"))]
    assert "<script" not in done.stdout


def test_colours_only_when_asked_for() -> None:
    assert "\x1b[" in run(SAMPLES, "messages", "worked_example.json", "--color", "always").stdout
    assert "\x1b[" not in run(SAMPLES, "messages", "worked_example.json").stdout


@pytest.mark.parametrize("text", ["", "{}", '{"Messages": []}', '{"Records": []}', "[]"])
@pytest.mark.parametrize("output_format", ["full", "html"])
def test_no_messages_are_said_to_be_none(text: str, output_format: str, tmp_path: Path) -> None:
    done = run(tmp_path, "messages", "--output-format", output_format, stdin=text)
    assert (done.returncode, "No messages: nothing to judge by." in done.stdout) == (0, True)
