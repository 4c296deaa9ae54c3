"""Whole outputs are those of the files in `golden/`, and fit on the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.golden import COMMANDS, FOLDER, WIDTHS, outputs


@pytest.fixture(scope="module")
def printed() -> dict[Path, str]:
    return dict(outputs())


def test_outputs_are_as_they_were(printed: dict[Path, str]) -> None:
    assert {path.name for path in FOLDER.iterdir()} == {path.name for path in printed}
    changed = [path.name for path, text in printed.items() if path.read_text(encoding="utf-8") != text]
    assert not changed, "run python scripts/generate_docs.py, and read what changes"


WHOLE = re.compile(r"\S+:\d+:\d+: SQF\d+ .*|\s*\S+|.*`sqsfifo-lint [^`]*`.*|  --> \S+")
"""Lines that are never broken: a place with its rule, a single word, a command."""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "concise"])
def test_lines_fit(printed: dict[Path, str], name: str, width: int) -> None:
    text = re.sub(r"\\e\[[0-9;]*m", "", printed[FOLDER / f"{name}-{width}.txt"])
    long = [line for line in text.splitlines() if cell_len(line) > width and not WHOLE.fullmatch(line)]
    assert not long


@pytest.mark.parametrize("width", WIDTHS)
def test_a_queue_takes_one_line(printed: dict[Path, str], width: int) -> None:
    table, _, summary = printed[FOLDER / f"queues-{width}.txt"].partition("\n\n")
    assert len(table.splitlines()) == 1 + 3
    assert summary == "3 queues declared; every send goes to one of them\n"
