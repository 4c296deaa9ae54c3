"""Logs that lie beside their copies, in which only the file tells who works."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from sqsfifo_lint.evidence.reading import read
from sqsfifo_lint.evidence.sources import sources
from tests.commands import run
from tests.evidence.logs import written


def worked(second: int, count: int = 20, extra: str = "") -> str:
    """A worker's log, without its name and without IDs: each piece of work takes 0.7 s, and begins every second."""
    return "".join(
        f"2025-10-06 08:{(second + n) // 60:02}:{(second + n) % 60:02},{ms} INFO {what}{extra}\n"
        for n in range(count)
        for ms, what in (("100", "start"), ("800", "done"))
    )


@pytest.mark.parametrize("share", [1, 0.7])
@pytest.mark.parametrize("packed", [False, True])
def test_work_in_a_log_and_its_copy_counts_once(tmp_path: Path, share: float, packed: bool) -> None:
    """Even if the copy is an older one, which lacks the end, or is compressed."""
    text = worked(0)
    written(tmp_path, text, "app.log")
    copy = text[: int(len(text) * share)].encode()
    (tmp_path / "download (1).txt").write_bytes(gzip.compress(copy) if packed else copy)
    written(tmp_path, worked(40), "other.log")
    reading = read(sources([tmp_path]))
    assert {span.worker for span in reading.spans} == {"app.log", "other.log"}
    assert (len(reading.spans), reading.spans.repeated) == (40, 20 * share)
    assert reading.copies == [(str(tmp_path / "download (1).txt"), str(tmp_path / "app.log"))] or reading.copies == [
        (str(tmp_path / "app.log"), str(tmp_path / "download (1).txt"))
    ]


def test_a_copy_of_the_same_name_counts_once(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        written(tmp_path, worked(0), f"{folder}/app.log")
    assert len(read(sources([tmp_path])).spans) == 20


def test_workers_that_begin_alike_are_no_copies(tmp_path: Path) -> None:
    """They begin with the same words, without a time; and two begin together, in whole seconds, with a few lines."""
    banner = "".join(f"library {n} was loaded\n" for n in range(30))
    for n in range(3):
        written(tmp_path, banner + worked(n), f"{n}.log")
    few = worked(0, 4).replace(",100", "").replace(",800", "")
    written(tmp_path, few, "a.log")
    written(tmp_path, few, "b.log")
    reading = read(sources([tmp_path]))
    assert not reading.copies
    assert {span.worker for span in reading.spans} >= {"0.log", "1.log", "2.log"}


def test_a_copy_is_said(tmp_path: Path) -> None:
    for name in ("app.log", "copy.log"):
        written(tmp_path, worked(0), name)
    done = run(tmp_path, "logs", "app.log", "copy.log")
    said = " ".join(done.stdout.split())
    assert (
        "copy.log begins with the same lines as app.log, so it is taken for a copy: what both hold counts once." in said
    )
    assert "1 worker" in said
