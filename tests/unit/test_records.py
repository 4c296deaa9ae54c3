"""Records behave like the dataclasses that they stand for."""

from __future__ import annotations

import dataclasses

import pytest

from sqsfifo_lint import records


@records.record()
class Point:
    x: int
    y: int = 0


@records.record()
class Lone:
    value: str


def test_a_record_is_replaced_as_a_dataclass_is() -> None:
    for value, change in ((Point(1, 2), {"y": 3}), (Point(1), {}), (Lone("a"), {"value": "b"})):
        found = records.replace(value, **change)
        assert found == dataclasses.replace(value, **change)
        assert found is not value
    with pytest.raises(KeyError):
        records.replace(Point(1), z=1)  # type: ignore[call-arg]
