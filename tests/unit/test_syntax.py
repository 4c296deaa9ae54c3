"""What is done to LibCST to make it fast changes nothing in what it yields."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import libcst as cst
import pytest

from sqsfifo_lint import config, records, report
from sqsfifo_lint.run import engine
from sqsfifo_lint.source import chunks, walk

PACKAGE = Path(records.__file__).parent
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(PACKAGE.glob("*.py"))]


def below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from below(child)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[3:40])
def test_trees_are_those_of_libcst(text: str) -> None:
    tree = chunks.parse(text)
    assert tree.code == text
    assert tree.deep_equals(cst.parse_module(text))


def test_blanks_are_shared_and_nothing_else_is() -> None:
    tree = chunks.parse(TEXTS[0])
    kinds = (cst.SimpleWhitespace, cst.Newline)
    blanks = [node for node in below(tree) if isinstance(node, kinds)]
    assert len({id(node) for node in blanks}) == len({(type(node), node.value) for node in blanks}) < len(blanks)
    others = [node for node in below(tree) if not isinstance(node, kinds)]
    assert len({id(node) for node in others}) == len(others)


def test_a_class_is_back_in_its_place_after_an_error() -> None:
    before = cst.SimpleWhitespace
    with pytest.raises(chunks.SyntaxProblem):
        chunks.parse("def f(:\n")
    assert cst.SimpleWhitespace is before
    assert isinstance(before, type)


def test_threads_find_what_one_finds_and_see_nothing_of_each_other(tmp_path: Path) -> None:
    folder = Path(__file__).parents[1] / "fixtures" / "rules"
    for number, path in enumerate(sorted(folder.glob("SQF10*/*.py"))):
        (tmp_path / f"module_{number}.py").write_bytes(path.read_bytes())
    expected = engine.check([tmp_path], config.Config())
    assert expected.findings
    tree = cst.parse_module(TEXTS[0])
    found: list[report.Report] = []
    disturbed: list[object] = []
    threads = [Thread(target=lambda: found.append(engine.check([tmp_path], config.Config()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if tree.code != TEXTS[0] or isinstance(tree, cst.SimpleWhitespace):
            disturbed.append(tree)
    assert [report.findings for report in found] == [expected.findings] * 3
    assert not any(report.problems for report in found)
    assert not disturbed


@pytest.mark.parametrize("text", TEXTS[:5], ids=lambda text: text[3:40])
def test_children_are_the_nodes_right_below_that_hold_code(text: str) -> None:
    kept = 0
    for node in below(chunks.parse(text)):
        direct = node.children
        found = walk.children(node)
        kept += len(found)
        assert all(any(child is one for one in direct) for child in found)
        names = [child for child in direct if isinstance(child, cst.BaseExpression | cst.BaseStatement)]
        assert all(any(child is one for one in found) for child in names)
    assert kept


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
