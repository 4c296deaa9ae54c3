"""How bounds that are met are counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from sqsfifo_lint.cli import cli
from sqsfifo_lint.met import counting, cut, first, met, watched
from tests.programs import CONSTANT_GROUP, write


def test_bounds_are_counted_where_somebody_counts() -> None:
    counts = Counter[str]()
    met("MAX_DEPTH")
    with counting(counts):
        assert "MAX_DEPTH" in met("MAX_DEPTH")
        assert list(first(range(5), 3, "MAX_HOPS")) == [0, 1, 2]
        assert list(first(range(3), 3, "MAX_HOPS")) == [0, 1, 2]
        assert cut((1, 2, 3), 2, "MAX_OBJECTS") == (1, 2)
        assert cut((1, 2), 2, "MAX_OBJECTS") == (1, 2)
    met("MAX_DEPTH")
    assert counts == {"MAX_DEPTH": 1, "MAX_HOPS": 1, "MAX_OBJECTS": 1}


def test_what_is_counted_in_a_watched_block_is_counted_outside_too() -> None:
    counts = Counter[str]()
    with counting(counts):
        met("MAX_DEPTH")
        with watched() as within:
            met("MAX_HOPS")
    assert within == {"MAX_HOPS": 1}
    assert counts == {"MAX_DEPTH": 1, "MAX_HOPS": 1}
    with watched() as alone:
        met("MAX_HOPS")
    assert alone == {"MAX_HOPS": 1}


def test_no_bound_is_told_of_where_none_is_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path / "p", {"s.py": CONSTANT_GROUP}))
    counted = CliRunner().invoke(cli, ["check", "--statistics", "."]).output
    assert "SQF101" in counted
    assert "bound" not in counted
