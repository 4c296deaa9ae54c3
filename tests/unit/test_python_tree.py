"""Python's own parser: it warns of nothing that it is given, and lets others warn. What its trees hold."""

from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path
from threading import Thread

import pytest

import sqsfifo_lint
from sqsfifo_lint.source.python_tree import NAME, UNREADABLE, nodes_of, tree_of

ODD = "x = '\\d'\n"


def test_an_odd_escape_is_not_told() -> None:
    for _ in range(2):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            tree_of(ODD)
            tree_of(ODD.encode())
            assert not told
            ast.parse(ODD)
            assert len(told) == 1


def test_other_threads_are_warned_as_before() -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        before = [one for one in warnings.filters if NAME not in str(one)]
        threads = [Thread(target=lambda: [tree_of(ODD) for _ in range(500)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(500):
            ast.parse(ODD)
        for thread in threads:
            thread.join()
        assert len(told) == 500
        assert [one for one in warnings.filters if NAME not in str(one)] == before


@pytest.mark.parametrize("text", ["x = = 1", "x = '\0'", "(" * 100_000, "\ud800"])
def test_what_it_cannot_parse(text: str) -> None:
    with pytest.raises(UNREADABLE):
        tree_of(text)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="older versions do not warn by default")
def test_it_is_silent_by_default(recwarn: pytest.WarningsRecorder) -> None:
    tree_of(ODD)
    assert not recwarn


def test_every_node_but_marks_comes_once_and_after_what_it_is_below() -> None:
    marks = ast.expr_context | ast.operator | ast.unaryop | ast.boolop | ast.cmpop
    for file in sorted(Path(sqsfifo_lint.__file__).parent.glob("*.py")):
        tree = ast.parse(file.read_bytes())
        found = list(nodes_of(tree))
        assert {*found} == {node for node in ast.walk(tree) if not isinstance(node, marks)}
        places = {node: number for number, node in enumerate(found)}
        assert len(places) == len(found)
        for node in found:
            assert all(places[below] > places[node] for below in ast.iter_child_nodes(node) if below in places)
