"""Every fixture of infrastructure files says what has to be found in it, and nothing else may be found."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqsfifo_lint.queues.infrastructure import read
from tests.queues.claims import FIXTURES, cases, check, load, places


def name(case: Path) -> str:
    return case.relative_to(FIXTURES).as_posix()


@pytest.mark.parametrize("case", cases(), ids=name)
def test_fixture(case: Path) -> None:
    faults = check(case)
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("case", cases(), ids=name)
def test_places_are_in_the_file(case: Path) -> None:
    files = load(case)
    infrastructure = read(files)
    for item in places(infrastructure):
        span = item.span
        lines = files[span.path].decode().split("\n")
        assert 1 <= span.line <= span.end_line <= len(lines), span
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1, span
        assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1, span
        assert (span.line, span.column) < (span.end_line, span.end_column), span


def test_keys_are_unique() -> None:
    for case in cases():
        keys = [declaration.key for declaration in read(load(case)).declarations]
        assert len(keys) == len(set(keys)), case


def test_the_order_of_the_files_does_not_matter() -> None:
    for case in cases():
        files = load(case)
        assert read(files) == read(dict(reversed(files.items()))), case
