"""`sqsfifo-lint logs` on what people have and on what they mistype."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sqsfifo_lint.commands.progress import shown_progress
from sqsfifo_lint.evidence.reading import read
from sqsfifo_lint.evidence.sources import sources
from tests import commands
from tests.commands import Done
from tests.evidence.logs import filter_log_events, history, lambda_lines, tail, written


def run(folder: Path, *arguments: str | Path, stdin: str = "") -> Done:
    return commands.run(folder, "logs", *map(str, arguments), stdin=stdin)


def found(done: Done) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = json.loads(done.stdout)
    return answer


def test_a_pipe_is_read_like_a_file_and_has_no_progress_bar(tmp_path: Path) -> None:
    text = filter_log_events(lambda_lines(history()))
    piped = run(tmp_path, "--output-format", "json", stdin=text)
    named = run(tmp_path, "--output-format", "json", written(tmp_path, text))
    assert found(piped)["spans"] == found(named)["spans"] == 12
    assert piped.stderr == named.stderr == ""
    assert piped.returncode == named.returncode == 0


def test_the_group_of_a_preset_may_be_in_lines_between(tmp_path: Path) -> None:
    lines = [
        line._replace(message=f"handling group=customer-{n % 2}\n") if line.message.startswith("done") else line
        for n, line in enumerate(lambda_lines(history()))
    ]
    done = run(
        tmp_path,
        "--output-format",
        "json",
        "--preset",
        "lambda",
        "--group",
        r"group=(\S+)",
        written(tmp_path, tail(lines)),
    )
    assert {group["name"] for group in found(done)["groups"]} <= {"customer-0", "customer-1"}
    assert found(done)["spans_without_group"] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--start", "("], "--start and --end belong together"),
        (["--start", "(", "--end", "x"], "'(' is no regular expression"),
        (["--preset", "lambda", "--start", "x", "--end", "y"], "Give either --preset or --start and --end"),
        (["--worker", "x"], "give --preset, or --start and --end"),
        (["--preset", "lambda", "--time", "%Q"], "'%Q' is no time format"),
        (["--preset", "lambda", "--time", "soon"], "no time format: iso, epoch"),
        (["--timezone", "Nowhere"], "There is no time zone 'Nowhere'"),
        (["missing.log"], "missing.log: No such file"),
    ],
)
def test_what_is_mistyped_is_said(tmp_path: Path, options: list[str], message: str) -> None:
    done = run(tmp_path, *options, written(tmp_path, tail(lambda_lines(history()))))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_read(tmp_path: Path) -> None:
    text = filter_log_events(lambda_lines(history()))
    done = run(tmp_path, "--output-format", "json", written(tmp_path, text), written(tmp_path, text[:-700], "cut.json"))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cut.json:" in done.stderr
    assert "ends in the middle of an event" in done.stderr
    assert (found(done)["spans"], found(done)["repeated_spans"]) == (
        12,
        11,
    )  # the cut one is a copy without the last end


def test_contents_of_messages_are_not_printed(tmp_path: Path) -> None:
    secret = "card=4111111111111111"
    lines = [
        line._replace(message=f"{line.message.rstrip()} {secret}\n") for line in lambda_lines(history())
    ]  # Lambda itself prints none, but others' starts and ends may hold anything
    for arguments in (["--output-format", "json"], ["--output-format", "html"], ["--color", "always"]):
        done = run(tmp_path, *arguments, written(tmp_path, tail(lines).replace("+00:00 2025", "+99:00 2025", 1)))
        assert secret not in done.stdout + done.stderr


def test_on_a_terminal_a_bar_shows_how_much_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    files = sources([written(tmp_path, tail(lambda_lines(history())))])
    size = files[0].path.stat().st_size
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with shown_progress(files) as progress:
        read(files, progress=progress)
    assert f"{size / 1000:.1f}/{size / 1000:.1f} kB" in terminal.getvalue()
