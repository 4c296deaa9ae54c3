"""Each bound that cuts something off says so."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

import sqsfifo_lint
from sqsfifo_lint.cli import cli
from sqsfifo_lint.flow import bounds
from sqsfifo_lint.met import counting, cut, first, met
from tests.programs import CONSTANT_GROUP, write

SOURCES = Path(sqsfifo_lint.__file__).parent

CUTS_NOTHING = {
    "MIN_SEARCH_STEPS": "what a start counts for",
    "MAX_NAMES": "from there on, a larger stack is taken",
    "MAX_BITS": "beyond it nothing else is true",
    "MAX_PRINTED": "what `reveal` shows, not what is known",
    "MAX_MENTION": "no name is that long",
}


def named() -> set[str]:
    """The bounds that the package says it has met: all names of bounds that stand in its code as strings."""
    trees = [ast.parse(path.read_text()) for path in SOURCES.rglob("*.py")]
    strings = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {text for text in strings if isinstance(text, str) and text in vars(bounds)}


def test_every_bound_says_when_it_is_met() -> None:
    every = {name for name in vars(bounds) if name.startswith(("MAX_", "MIN_", "VAST_"))}
    assert every - named() == set(CUTS_NOTHING)


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


HEAD = "import os, boto3\nsqs = boto3.client('sqs')\n"
SEND = "sqs.send_message(QueueUrl='a.fifo', MessageBody='b', MessageGroupId={}, MessageDeduplicationId=x)\n"

MET = {
    "MAX_DEPTH": "".join(f"def f{n}(x): return f{n + 1}(x)\n" for n in range(30))
    + f"def f30(x): return x\ndef send(x):\n    {SEND.format('f0(x)')}",
    "MAX_RECURSION": f"def f(x): return f(x) + 'a' if x else x\ndef send(x):\n    {SEND.format('f(x)')}",
    "MAX_COMBINATIONS": "def send(x):\n    a = 'a' if x else 'b'\n    b = 'c' if x.y else 'd'\n"
    "    c = 'e' if x.z else 'f'\n"
    f"    d = 'g' if x.u else 'h'\n    {SEND.format('a + b + c + d')}",
    "MAX_ALTERNATIVES": "def send(x):\n    g = 'a'\n"
    + "".join(f"    if x.a{n}: g = '{n}'\n" for n in range(20))
    + f"    {SEND.format('g')}",
}


@pytest.mark.parametrize("bound", MET)
def test_a_bound_that_is_met_stands_on_the_trace_and_in_the_statistics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    text = HEAD + MET[bound]
    line = next(number for number, one in enumerate(text.split("\n"), 1) if "send_message" in one)
    monkeypatch.chdir(write(tmp_path / "p", {"s.py": text}))
    traced = CliRunner().invoke(cli, ["trace", "--full", f"s.py:{line}"]).output
    assert f"beyond a bound of the analysis, {bound}" in traced
    counted = CliRunner().invoke(cli, ["check", "--statistics", "--output-format", "concise", "."]).output
    assert [one.split()[1] for one in counted.split("\n") if "a bound of the analysis" in one] == [bound]


def test_no_bound_is_told_of_where_none_is_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path / "p", {"s.py": CONSTANT_GROUP}))
    counted = CliRunner().invoke(cli, ["check", "--statistics", "."]).output
    assert "SQF101" in counted
    assert "bound" not in counted
