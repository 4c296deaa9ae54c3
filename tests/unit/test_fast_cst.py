"""What makes LibCST fast is invisible to other code, does not change any result, and can be turned off."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import libcst as cst
import pytest

from sqsfifo_lint import config
from sqsfifo_lint.report import Report
from sqsfifo_lint.run import engine
from sqsfifo_lint.source import chunks, fast_cst
from sqsfifo_lint.source.decoding import SyntaxProblem
from sqsfifo_lint.source.fast_cst import WAYS, Layout, Way
from sqsfifo_lint.source.walk import descendants
from tests.fixture_runner import Case, cases, run

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "sqsfifo_lint"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted((PACKAGE / "source").glob("*.py"))]
PROGRAM = """
import boto3

def send(order):
    boto3.client("sqs").send_message(QueueUrl="a.fifo", MessageBody=order, MessageGroupId="all")
"""


@pytest.fixture(params=[frozenset(), *(frozenset(Way) - {way} for way in Way)], ids=["none", *(w.name for w in Way)])
def plainly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the fast ways, or all but one."""
    monkeypatch.setattr(fast_cst, "ways", request.param)


def untouched() -> bool:
    """Whether LibCST is as it was imported."""
    return (
        type(cst) is ModuleType
        and cst.CSTNode.__post_init__ is fast_cst.POST_INIT
        and isinstance(cst.SimpleWhitespace, type)
    )


# -- other code does not see it


def seen_by_another_thread() -> dict[str, object]:
    """What LibCST is to a thread of its own."""
    seen: dict[str, object] = {}

    def look() -> None:
        try:
            seen["made"] = cst.Name("")
        except cst.CSTValidationError:
            seen["refused"] = True
        seen["blank"] = isinstance(cst.SimpleWhitespace, type) and cst.SimpleWhitespace(" ")
        seen["the same blank"] = cst.SimpleWhitespace(" ") is cst.SimpleWhitespace(" ")
        seen["an instance"] = isinstance(cst.Newline(), cst.Newline)

    thread = Thread(target=look)
    thread.start()
    thread.join()
    return seen


def test_a_thread_that_is_started_during_a_check_finds_libcst_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app.py").write_text(PROGRAM, encoding="utf-8")
    seen: list[dict[str, object]] = []
    parse_module = cst.parse_module

    def parse(text: str) -> cst.Module:
        seen.append(seen_by_another_thread())
        return parse_module(text)

    monkeypatch.setattr(cst, "parse_module", parse)
    report = engine.check([tmp_path], config.Config())
    assert [finding.code for finding in report.findings if finding.code == "SQF101"]
    assert seen
    for one in seen:
        assert one["refused"]
        assert "made" not in one
        assert isinstance(one["blank"], cst.SimpleWhitespace)
        assert not one["the same blank"]
        assert one["an instance"]
    assert untouched()


def test_threads_find_what_one_finds_and_see_nothing_of_each_other(tmp_path: Path) -> None:
    folder = REPOSITORY / "tests" / "fixtures" / "flow" / "classes"
    for number, path in enumerate(sorted(folder.rglob("*.py"))[:20]):
        (tmp_path / f"module_{number}.py").write_bytes(path.read_bytes())
    expected = engine.check([tmp_path], config.Config())
    assert expected.findings
    tree = cst.parse_module(TEXTS[0])
    found: list[Report] = []
    disturbed: list[object] = []
    threads = [Thread(target=lambda: found.append(engine.check([tmp_path], config.Config()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if tree.code != TEXTS[0] or isinstance(tree, cst.SimpleWhitespace):
            disturbed.append(tree)
        with pytest.raises(cst.CSTValidationError):
            cst.Name("")
    assert [report.findings for report in found] == [expected.findings] * 3
    assert not any(report.problems for report in found)
    assert not disturbed
    assert untouched()


def test_the_thread_that_checks_is_trusted_only_while_it_parses() -> None:
    with fast_cst.trusting():
        assert not untouched()
        fast_cst.parse_module("x = 1\n")
        with pytest.raises(cst.CSTValidationError):
            cst.Name("")
    assert untouched()


def test_libcst_is_as_it_was_after_an_error_and_when_the_last_check_is_done() -> None:
    with fast_cst.trusting():
        with pytest.raises(ZeroDivisionError), fast_cst.trusting():
            raise ZeroDivisionError
        assert not untouched()
        with pytest.raises(SyntaxProblem):
            chunks.parse("def f(:\n")
    assert untouched()


# -- the results


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[3:40])
def test_trees_are_those_of_libcst(text: str) -> None:
    with fast_cst.trusting():
        tree = chunks.parse(text)
    assert tree.code == text
    assert tree.deep_equals(cst.parse_module(text))


def below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from below(child)


def test_blanks_are_shared_and_nothing_else_is() -> None:
    tree = chunks.parse(TEXTS[1])
    kinds = (cst.SimpleWhitespace, cst.Newline)
    blanks = [node for node in below(tree) if isinstance(node, kinds)]
    assert len({id(node) for node in blanks}) == len({(type(node), node.value) for node in blanks}) < len(blanks)
    others = [node for node in below(tree) if not isinstance(node, kinds)]
    assert len({id(node) for node in others}) == len(others)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[3:40])
def test_positions_are_those_of_libcst(text: str) -> None:
    module = cst.parse_module(text)
    fast, plain = Layout.recorded(module, 7), Layout.provided(module, 7)
    places = [(fast.position(node), plain.position(node)) for node in descendants(module)]
    blocks = [isinstance(node, cst.BaseSuite) for node in descendants(module)]  # there is no promise about these
    assert [one for one, block in zip(places, blocks, strict=True) if one[0] != one[1] and not block] == []
    assert len(places) > 3
    assert fast.position(cst.Name("x")) is None


# -- the plain ways


@pytest.mark.usefixtures("plainly")
def test_the_plain_ways_make_the_same_chunks() -> None:
    for chunk in chunks.split("x.py", TEXTS[2], deferring=True):
        expressions = [node for node in descendants(chunk.module) if isinstance(node, cst.BaseExpression)]
        plain = [(chunk.position(node), chunk.source(node)) for node in expressions]
        (again,) = chunks.split("x.py", chunk.text)
        whole = [node for node in descendants(again.module) if isinstance(node, cst.BaseExpression)]
        assert plain == [(again.position(node), again.source(node)) for node in whole]
    assert untouched()


def test_nothing_is_altered_when_the_ways_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_cst, "ways", frozenset())
    seen: list[bool] = []
    parse_module = cst.parse_module

    def parse(text: str) -> cst.Module:
        seen.append(untouched())
        return parse_module(text)

    monkeypatch.setattr(cst, "parse_module", parse)
    with fast_cst.trusting():
        tree = chunks.parse(TEXTS[1])
        assert untouched()
        (chunk, *_) = chunks.split("x.py", "def f():\n" + "    x = 1\n" * 20, deferring=True)
        assert not any(isinstance(node, fast_cst.DeferredBlock) for node in descendants(chunk.module))
    blanks = [node for node in below(tree) if isinstance(node, cst.SimpleWhitespace)]
    assert len({id(node) for node in blanks}) == len(blanks)
    assert seen == [True, True]


@pytest.fixture(scope="module")
def programs() -> list[Case]:
    return cases()


@pytest.mark.parametrize("part", range(4))
def test_all_fixtures_have_the_same_verdicts_the_plain_way(
    part: int, programs: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_cst, "ways", frozenset())
    faults = {case.name: outcome.faults for case in programs[part::4] if (outcome := run(case)).faults}
    assert not faults
    assert len(programs) > 1_000


# -- another LibCST


def imported_again() -> Any:
    """The module as it is when it is imported now."""
    spec = importlib.util.spec_from_file_location("_fast_cst_again", fast_cst.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setitem(sys.modules, "_fast_cst_again", module)
    try:
        spec.loader.exec_module(module)
    finally:
        monkeypatch.undo()
    return module


def names(module: Any) -> set[str]:
    return {way.name for way in module.ways}


def test_all_ways_are_taken_with_this_libcst() -> None:
    assert names(imported_again()) == {way.name for way in Way} == {way.name for way in WAYS}


def test_a_variable_of_the_environment_switches_them_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fast_cst.PLAIN, "1")
    assert not names(imported_again())
    monkeypatch.setenv(fast_cst.PLAIN, "")
    assert names(imported_again())


def test_a_module_of_libcst_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libcst._nodes.internal", None)
    again = imported_again()
    assert names(again) == {"TRUST", "BLANKS", "DEFERRED"}
    module = again.parse_module("x = f(1)\n")
    assert again.Layout.of(module, 0).position(module.body[0].body[0].value) == (4, 8)


@pytest.mark.parametrize(
    ("owners", "name", "way"),
    [
        ([cst.CSTNode], "__post_init__", "TRUST"),
        ([cst], "Newline", "BLANKS"),
        ([cst.CSTNode], "_codegen", "POSITIONS"),
        ([cst.IndentedBlock, cst.BaseSuite, cst.CSTNode], "_codegen_impl", "DEFERRED"),
    ],
)
def test_a_part_of_libcst_that_is_gone(owners: list[Any], name: str, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patches:
        for owner in owners:
            if name in vars(owner):
                patches.delattr(owner, name)
        again = imported_again()
    assert {one.name for one in Way} - names(again) == {way}
    with again.trusting():
        module = again.parse_module("x = f(1)\n")
    assert again.Layout.of(module, 0).position(module.body[0].body[0].value) == (4, 8)
    assert untouched()


def test_a_part_of_libcst_that_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    def recorded(module: cst.Module, start: int) -> Layout:
        raise AttributeError(f"{module} is not {start}")

    monkeypatch.setattr(Layout, "recorded", recorded)
    module = cst.parse_module("x = f(1)\n")
    assert [Layout.of(module, 0).position(n) for n in descendants(module) if isinstance(n, cst.Call)] == [(4, 8)]


# -- nowhere else


def private_uses(tree: ast.AST) -> Iterator[str]:
    """Imports of private parts of LibCST, uses of their names, and what changes LibCST's objects."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("libcst._"):
                yield module
            case ast.Attribute(attr="_codegen" | "_codegen_impl" | "_validate" | "_nodes" | "__setattr__" as name):
                yield name
            case ast.Attribute(value=ast.Name("cst" | "libcst"), ctx=ast.Store() | ast.Del(), attr=name):
                yield name
            case ast.Attribute(
                value=ast.Attribute(value=ast.Name("cst" | "libcst")), ctx=ast.Store() | ast.Del(), attr=name
            ):
                yield name
            case ast.Call(func=ast.Name("vars" | "setattr"), args=[ast.Name("cst" | "libcst"), *_]):
                yield "vars"


def test_no_other_file_alters_libcst_or_uses_its_private_parts() -> None:
    found = {
        str(path.relative_to(PACKAGE)): sorted(set(private_uses(ast.parse(path.read_text(encoding="utf-8")))))
        for path in PACKAGE.rglob("*.py")
    }
    assert {path: names for path, names in found.items() if names and path != "source/fast_cst.py"} == {}
    assert len(found["source/fast_cst.py"]) > 4
