"""Code that is long and not nested is followed to its end, in work that grows as its length does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sqsfifo_lint.config import Config
from sqsfifo_lint.report import Report
from sqsfifo_lint.run.engine import check
from sqsfifo_lint.source.stack import larger
from tests.limits import calls_of
from tests.programs import write

HEAD = "import os, boto3\n\nsqs = boto3.client('sqs')\n\n"
SEND = "sqs.send_message(QueueUrl='a.fifo', MessageBody=body, MessageGroupId={}, MessageDeduplicationId=order)\n"


def sending(group: str, before: str = "", around: str = "") -> dict[str, str]:
    """A function that sends, with lines before the send in it and before the function."""
    return {"s.py": f"{HEAD}{around}\ndef send(body, order, *more):\n{before}    {SEND.format(group)}"}


def joined(by: str, count: int) -> str:
    return by.join(f"order.part{n}" for n in range(count))


EXPRESSIONS: dict[str, Callable[[int], str]] = {
    "or": lambda n: joined(" or ", n),
    "and": lambda n: joined(" and ", n),
    "or in tests": lambda n: f"1 if {joined(' or ', n)} else 2",
    "plus": lambda n: joined(" + ", n),
    "plus and times": lambda n: joined(" * 2 + ", n),
    "strings": lambda n: " ".join(f"'{m}'" for m in range(n)),
    "f-strings": lambda n: " ".join(f"f'{{order.part{m}}}'" for m in range(n)),
    "attributes": lambda n: "order" + ".part" * n,
    "subscripts": lambda n: "order" + "[0]" * (n // 2),
    "methods": lambda n: "order" + ".part()" * (n // 2),
    "calls": lambda n: "order" + "()" * (n // 2),
    "comparisons": lambda n: joined(" < ", n),
    "choices": lambda n: joined(" if body else ", n // 2),
    "loops of a comprehension": lambda n: "[x " + " ".join(f"for x in order.part{m}" for m in range(n)) + "]",
}

LONG = 800


def group_of(report: Report) -> list[tuple[str, int, str]]:
    assert report.problems == ()
    return [(finding.code, finding.span.line, finding.span.path) for finding in report.findings]


def looked_at(folder: Path, files: dict[str, str]) -> Report:
    return check([write(folder, {"pyproject.toml": "[project]\nname = 'x'\n", **files})], Config())


def nested(depth: int) -> int:
    """Calls itself, with a function of C between."""
    return depth and max(map(nested, [depth - 1]))


def has_deep_calls() -> bool:
    """Whether C may call itself often. Python 3.12.1 ends that after 1,500, whatever the limit and the stack are."""
    try:
        return larger(lambda: nested(3_000)) == 0
    except RecursionError:
        return False


needs_deep_calls = pytest.mark.skipif(not has_deep_calls(), reason="this Python bounds calls of C: docs/limitations.md")


@needs_deep_calls
@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_a_long_expression_hides_no_finding_and_moves_none(tmp_path: Path, kind: str) -> None:
    files = sending("'orders'", f"    x = ({EXPRESSIONS[kind](LONG)})\n")
    line = files["s.py"].count("\n")
    assert group_of(looked_at(tmp_path / "p", files)) == [("SQF101", line, "s.py")]


def elifs(count: int) -> str:
    return "    if body == 0: g = 'a'\n" + "".join(f"    elif body == {n}: g = order.part\n" for n in range(count))


STATEMENTS: dict[str, Callable[[int], tuple[str, str]]] = {
    "elif": lambda n: (elifs(n), ""),
    "with": lambda n: (f"    with {', '.join(f'order.part{m} as p{m}' for m in range(n))}: pass\n", ""),
    "imports in one block": lambda n: (
        "    a0.look()\n",
        "if os.sep:\n" + "".join(f"    from . import a{m} as a{m}\n" for m in range(n)),
    ),
    "imports in a block each": lambda n: (
        "    a0.look()\n",
        "".join(f"if os.sep:\n    from . import a{m} as a{m}\n" for m in range(n)),
    ),
    "a dotted name": lambda n: (f"    import a{'.a' * n}\n", ""),
}


@needs_deep_calls
@pytest.mark.parametrize("kind", STATEMENTS)
def test_long_statements_hide_no_finding(tmp_path: Path, kind: str) -> None:
    before, around = STATEMENTS[kind](LONG)
    files = sending("'orders'", before, around)
    line = files["s.py"].count("\n")
    assert group_of(looked_at(tmp_path / "p", files)) == [("SQF101", line, "s.py")]


def names(count: int) -> dict[str, str]:
    chain = "X0 = os.environ['A']\n" + "".join(f"X{n} = X{n - 1}\n" for n in range(1, count + 1))
    return sending(f"X{count}", around=chain)


def names_over_files(count: int) -> dict[str, str]:
    links = {f"m{n}.py": f"from m{n - 1} import X{n - 1}\nX{n} = X{n - 1}\n" for n in range(1, count + 1)}
    first = {"m0.py": "import os\nX0 = os.environ['A']\n"}
    return {**first, **links, **sending("X", around=f"from m{count} import X{count} as X\n")}


@pytest.mark.parametrize(("chain", "length"), [(names, LONG), (names_over_files, 250)])
def test_a_name_is_followed_over_as_many_others_as_there_are(
    tmp_path: Path, chain: Callable[[int], dict[str, str]], length: int
) -> None:
    files = chain(length)
    report = looked_at(tmp_path / "p", files)
    assert group_of(report) == [("SQF102", files["s.py"].count("\n"), "s.py")]
    assert len(report.findings[0].trace) > length


def test_the_value_of_a_long_row_of_strings_is_known(tmp_path: Path) -> None:
    files = sending("G", around="G = (" + "'x' " * LONG + ")\n")
    (finding,) = looked_at(tmp_path / "p", files).findings
    assert (finding.code, "xxxxxxxx" in finding.message) == ("SQF101", True)


@needs_deep_calls
@pytest.mark.parametrize("kind", ["or", "and", "plus", "strings", "attributes", "choices", "elif", "names", "imports"])
def test_twice_the_length_is_about_twice_the_work(tmp_path: Path, kind: str) -> None:
    def made(count: int) -> dict[str, str]:
        if kind in EXPRESSIONS:
            return sending("'orders'", f"    x = ({EXPRESSIONS[kind](count)})\n")
        if kind == "names":
            return names(count)
        before, around = STATEMENTS["imports in one block" if kind == "imports" else kind](count)
        return sending("'orders'", before, around)

    looked_at(tmp_path / "first", made(LONG // 8))  # what a process does once is no part of it
    calls = [calls_of(partial(looked_at, tmp_path / str(count), made(count))) for count in (LONG // 4, LONG // 2, LONG)]
    assert calls[2] - calls[1] < 2.6 * (calls[1] - calls[0])


IN_A_ROW = "cannot be parsed: more than 3,000 operators, strings, attributes or calls in a row"
TOO_MUCH = "cannot be parsed: rows of operators, attributes or calls that are too long, or patterns nested too deeply"
FAR = 10_000
TOO_LONG: dict[str, tuple[str, frozenset[str]]] = {
    **{kind: (f"    x = ({EXPRESSIONS[kind](FAR)})\n", frozenset({IN_A_ROW, TOO_MUCH})) for kind in EXPRESSIONS},
    "in an f-string": (f"    x = f'{{{joined(' or ', FAR)}}}'\n", frozenset({IN_A_ROW})),
    "in a default": (f"    def f(x=({joined(' or ', FAR)})): pass\n", frozenset({IN_A_ROW})),
    "in a class": (f"    class A({joined(' or ', FAR)}): pass\n", frozenset({IN_A_ROW})),
    "in a test": (f"    if ({joined(' or ', FAR)}): pass\n", frozenset({IN_A_ROW})),
    "after a semicolon": (f"    'a'; x = ({joined(' or ', FAR)})\n", frozenset({IN_A_ROW})),
    "not": (f"    x = {'not ' * FAR}order\n", frozenset({IN_A_ROW})),
    "lambda": (f"    x = {'lambda: ' * FAR}order\n", frozenset({IN_A_ROW})),
    "elif": (elifs(FAR), frozenset({"cannot be parsed: more than 3,000 branches in a row"})),
    "a dotted name": (f"    import a{'.a' * FAR}\n", frozenset({IN_A_ROW})),
    "several rows": (f"    x = order{'.part()' * 700}\n" * 20, frozenset({TOO_MUCH})),
    "mappings in a pattern": (
        f"    match order:\n        case {'{1: ' * 30}_{'}' * 30}: pass\n",
        frozenset({TOO_MUCH}),
    ),
    "lists in a pattern": (f"    match order:\n        case {'[' * 60}_{']' * 60}: pass\n", frozenset({TOO_MUCH})),
    "a row, and a mistake": (
        f"    x = ({joined(' or ', FAR)})\n    x = = 1\n",
        frozenset({"cannot be parsed: invalid syntax"}),
    ),
    "formats in formats": (
        f"    x = f'{'{order:' * FAR}{'}' * FAR}'\n",
        frozenset({"cannot be parsed: f-string: expressions nested too deeply"}),
    ),
}
"""What ends LibCST's parser, or keeps it busy for minutes, and what is said of it."""


@pytest.mark.parametrize("kind", TOO_LONG)
def test_what_is_too_much_for_the_parser_is_told_and_costs_no_other_file(tmp_path: Path, kind: str) -> None:
    before, messages = TOO_LONG[kind]
    other = sending("'orders'")["s.py"]
    report = looked_at(tmp_path / "p", {**sending("'orders'", before), "other.py": other})
    assert [(problem.path, problem.message in messages) for problem in report.problems] == [("s.py", True)]
    assert [(finding.code, finding.span.path) for finding in report.findings] == [("SQF101", "other.py")]


@pytest.mark.parametrize("kind", ["or", "strings"])
def test_what_is_too_much_costs_no_other_statement_of_its_file(tmp_path: Path, kind: str) -> None:
    files = sending("'orders'", around=f"DATA = ({EXPRESSIONS[kind](FAR)})\n")
    report = looked_at(tmp_path / "p", files)
    assert group_of(report) == [("SQF101", files["s.py"].count("\n"), "s.py")]


@pytest.mark.parametrize("many", ["order, " * 50_000, "1: order, " * 20_000, "(order.a, order.b()), " * 10_000])
def test_a_long_list_is_no_row(tmp_path: Path, many: str) -> None:
    around = f"order = 1\nDATA = {'{' if ':' in many else '['}{many}{'}' if ':' in many else ']'}\n"
    files = sending("DATA[0] and 'orders'", around=around)
    assert looked_at(tmp_path / "p", files).problems == ()


def test_the_larger_stack_leaves_the_limit_as_it_was(tmp_path: Path) -> None:
    before = sys.getrecursionlimit()
    looked_at(tmp_path / "p", names(LONG))
    assert sys.getrecursionlimit() == before
