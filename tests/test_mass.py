"""A share of what `scripts/mass.py` does with a hundred thousand files: packages of Python's library, and dense files.

The files differ from one version of Python to the next, and must be silent in each.
"""

from __future__ import annotations

import random
import shutil
import sysconfig
from pathlib import Path

import fuzz
import pytest
from ecosystem import Package
from fuzz_targets import KINDS
from mass import Measured, dense, measured, outliers, row, try_dense

LIBRARY = Path(sysconfig.get_path("stdlib"))
MEGABYTE = 1 << 20


@pytest.mark.parametrize("name", ["email", "asyncio"])
def test_a_package_as_a_project(name: str, tmp_path: Path) -> None:
    shutil.copytree(LIBRARY / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").touch()
    result = measured(tmp_path, 300, Measured(Package(name, "0", "")))
    assert (result.status, result.found, result.problems) == (0, [], []), row(result)
    assert result.files > 10
    assert result.cpu > 0
    assert result.peak > MEGABYTE


@pytest.mark.parametrize("seed", range(2))
def test_dense_files(seed: int) -> None:
    """The evaluator walks code that nobody wrote for it, and says nothing of it that it would not say anyway."""
    several = [path for path in sorted(LIBRARY.glob("*.py")) if path.stat().st_size < 40_000]
    tried = 0
    for path in random.Random(seed).sample(several, 12):
        result = try_dense(path.name, path.read_bytes())
        if result is not None:
            assert not result.wrong, f"{path.name}: {result.wrong}"
            assert result.sends, path.name
            tried += 1
    assert tried > 5


PROGRAM = b"""
def label(order, *, size=1): return f"{order}-{size}"
async def fetch(order): return order
class Shop:
    def __init__(self, name): self.name = name
    def key(self, order, sep="-"): return self.name + sep + order
    async def load(self): return self.name
    def __len__(self): return 0
"""


def test_a_dense_function_calls_what_its_file_has() -> None:
    made = dense(PROGRAM)
    assert made is not None
    with_sends, without = made
    assert with_sends.startswith(without)
    assert without.startswith(PROGRAM)
    added = with_sends.removeprefix(without).decode()
    calls = [line.strip().removeprefix("MessageGroupId=").removesuffix(",") for line in added.splitlines()]
    for call in ("label(first)", "(await fetch(first))", "Shop(first).key(first)", "(await Shop(first).load())"):
        assert call in calls
    assert "__len__" not in added


@pytest.mark.parametrize("source", [b"x = 1\n", b"def f(:\n", b"# coding: nothing\n", b"\xff\n"])
def test_what_is_not_made_dense(source: bytes) -> None:
    assert dense(source) is None


def test_outliers_are_told_by_size() -> None:
    def taking(name: str, size: int, cpu: float) -> Measured:
        return Measured(Package(name, "1", ""), size=size * MEGABYTE, cpu=cpu, peak=100 * MEGABYTE)

    empty = taking("nothing", 0, 0.5)
    usual = [taking(f"p{n}", 2**n, 0.5 + 2**n) for n in range(6)]
    slow = taking("slow", 3, 60.5)
    assert list(outliers([*usual, slow], empty)) == [
        "outlier: slow-1 takes 19.07 s of time for a megabyte, the median is 0.95"
    ]
    assert not list(outliers(usual, empty))


def test_what_fails_is_made_small() -> None:
    data = b"first line\nsecond (bad) line\nthird line\n" * 5
    assert fuzz.smallest(data, lambda tried: b"(bad)" in tried) == b"(bad)"


def test_a_mistake_is_named_by_where_it_happens() -> None:
    def fail(data: bytes) -> None:
        raise KeyError(data)

    broken = type(KINDS["python"])("broken", fail, written=(b"x",), pieces=(b"y",))
    assert fuzz.mistake_of(broken, b"") == "KeyError at a target"
    tally = fuzz.Tally(broken, deadline=float("inf"))
    fuzz.by_mutation(tally, seed=1, count=30)
    assert tally.inputs >= 30
    assert list(tally.mistakes) == ["KeyError at a target"]
    assert fuzz.mistake_of(KINDS["gitignore"], b"*.py\n") == ""


def test_the_kinds_that_can_be_asked_for_are_those_that_there_are() -> None:
    assert tuple(KINDS) == fuzz.KIND_NAMES
