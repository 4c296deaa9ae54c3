"""One bad file costs itself: what was found in the others without it is found with it.

An ordinary run puts each broken file into a few of the fixtures that have several files, and each of these fixtures
gets one; `--all-broken` puts each into all.
"""

from __future__ import annotations

import html
import os
import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from sqsfifo_lint.queues import elasticmq
from sqsfifo_lint.reporters import FORMATS
from sqsfifo_lint.run import engine, share
from sqsfifo_lint.sends import find_sends
from tests.commands import ROOT, run
from tests.fixture_runner import Case, cases
from tests.programs import CONSTANT_GROUP, write

SEND = b'import boto3\nboto3.client("sqs").send_message(QueueUrl="a.fifo")\n'

FLAT = 700
"""Links of a chain that is not nested, and on which Python's stack may end all the same."""

CODECS = [
    *("undefined", "idna", "punycode", "rot13", "hex", "zlib", "base64", "no-such", "unicode_escape", "utf-7", "mbcs"),
    *("raw_unicode_escape", "utf-16", "utf-32", "utf-8-sig", "ascii", "oem", "quopri", "uu", "bz2", "cp1252\0"),
]

CONTENTS: dict[str, bytes] = {
    **{f"coding {name}": b"# coding: " + name.encode() + b"\n" + SEND + b"x = '\xe9\\x'\n" for name in CODECS},
    "NUL": SEND + b"\0",
    "NULs": b"\0" * 999 + SEND,
    "open bracket": SEND + b"x = (\n",
    "open quote": SEND + b"x = '''\n",
    "open f-string": SEND + b"x = f'{'\n",
    "tabs": SEND + b"if 1:\n\tx\n        y\n\tz\n",
    "dedent": SEND + b"if 1:\n    x\n  y\n",
    "Python 2": SEND + b"print 'x'\n",
    "merge conflict": SEND + b"<<<<<<< ours\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n",
    "brackets": SEND + b"x = " + b"(" * 3000 + b")" * 3000 + b"\n",
    "lists": SEND + b"x = " + b"[" * 190 + b"]" * 190 + b"\n",
    "unary": SEND + b"x = " + b"-" * FLAT + b"1\n",
    "lambdas": SEND + b"x = " + b"lambda: " * 300 + b"1\n",
    "attributes": SEND + b"x = a" + b".b" * FLAT + b"\n",
    "calls": SEND + b"x = a" + b"()" * FLAT + b"\n",
    "sum": SEND + b"x = 1" + b" + 1" * FLAT + b"\n",
    "or": SEND + b"x = a" + b" or a" * FLAT + b"\n",
    "strings": SEND + b"x = ('a'\n" + b"'a'\n" * 5000 + b")\n",
    "elif": SEND + b"if a: pass\n" + b"elif b: pass\n" * 1500,
    "nested ifs": SEND + b"".join(b" " * n + b"if a:\n" for n in range(99)) + b" " * 99 + b"x\n",
    "nested functions": SEND + b"".join(b" " * n + b"def f():\n" for n in range(90)) + b" " * 90 + b"x\n",
    "huge number": SEND + b"x = " + b"9" * 5000 + b"\n",
    "huge power": SEND + b"x = 9 ** 9 ** 9 ** 9\ny = 'a' * 10 ** 12\nz = [0] * 10 ** 12\nw = 1 << 10 ** 12\n",
    "surrogates": SEND + b"x = '\\ud800'\nx.encode()\n",
    "bad escape": SEND + b"x = '\\N{no such name}'\n",
    "own base": SEND + b"class A(A): pass\nclass B(C): pass\nclass C(B): pass\nB().x\n",
    "own import": SEND + b"from odd import *\nfrom odd import x\nimport odd as odd\nx()\n",
    "del all": SEND + b"del boto3\nglobal x\nnonlocal y\n",
    "return": SEND + b"return\nyield\nawait x\nbreak\n",
    "form feeds": b"\f" * 50 + SEND + b"\x1a\x04\x08",
    "only BOM": b"\xef\xbb\xbf\xef\xbb\xbf" + SEND,
    "carriage": SEND.replace(b"\n", b"\r") + b"x = (\r",
    "random": random.Random(1).randbytes(5000) + SEND,
    "invalid UTF-8": SEND + b"x = '\xc3\x28\xf8\x88'\n",
    "encoded surrogate": SEND + b"x = '\xed\xa0\x80'\n",
    "cut off": CONSTANT_GROUP.encode()[:-20],
    "5,000 brackets": SEND + b"x = " + b"[" * 5000 + b"]" * 5000 + b"\n",
    "too large": SEND + b"#" * (8 << 20) + b"\n",
    "async nowhere": SEND + b"x = [await y async for y in z]\nasync x = 1\n",
    "walrus": SEND + b"(x := )\ndef f(a, a, *, **b: pass\n",
    "newer": SEND + b"match x:\n    case [1, *a, *b] if: pass\ntype X[T] = T\n",
    "backslash": SEND + b"x = 1 \\",
}
"""Odd files by what is odd about them."""


def looping(path: Path) -> None:
    path.symlink_to(path.name)


def dangling(path: Path) -> None:
    path.symlink_to("nowhere.py")


def unreadable(path: Path) -> None:
    path.write_bytes(SEND)
    path.chmod(0)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    (path / "odd.py").mkdir(parents=True)


def outward(path: Path) -> None:
    path.symlink_to("/etc/passwd")


MAKERS: list[Callable[[Path], None]] = [looping, dangling, unreadable, pipe, folder, outward]
BROKEN: dict[str, Callable[[Path], object]] = {
    **{kind: partial(lambda data, path: path.write_bytes(data), data) for kind, data in CONTENTS.items()},
    **{maker.__name__: maker for maker in MAKERS},
}
FINE = {
    *("coding raw_unicode_escape", "lists", "lambdas", "strings", "nested ifs", "nested functions", "huge number"),
    *("huge power", "surrogates", "bad escape", "own base", "own import", "del all", "return", "only BOM"),
    *("dangling", "pipe", "folder", "outward"),
}
"""Those that are Python in spite of it, or no files of the project at all."""
LONG = {"unary", "attributes", "calls", "sum", "or", "elif"}
"""Those that may be too long to be looked into, which then is told."""

SEVERAL = [case for case in cases() if len(case.files) > 1]

Found = list[tuple[str, str, int, int]]


class Before(NamedTuple):
    """A copy of a fixture, and what is found in it as it is."""

    root: Path
    findings: Found
    problems: list[str]


def found(root: Path, *, audit: bool = False) -> tuple[Found, list[str]]:
    """The findings outside of odd.py, and the files with a problem."""
    report = engine.check([root], audit=audit)
    findings = [(finding.code, finding.span) for finding in report.findings]
    places = [(code, span.path, span.line, span.column) for code, span in findings if Path(span.path).name != "odd.py"]
    return places, [Path(problem.path).name for problem in report.problems]


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Before]:
    """The fixtures of several files, each copied once."""
    known: dict[int, Before] = {}

    def copied(number: int) -> Before:
        if number not in known:
            case = SEVERAL[number]
            root = write(tmp_path_factory.mktemp("several"), dict(case.sources()))
            known[number] = Before(root, *found(root, audit=case.audit))
        return known[number]

    return copied


def test_there_are_fifty_of_them() -> None:
    assert len(BROKEN) >= 50


@pytest.mark.parametrize("kind", BROKEN)
def test_findings_of_other_files_stay(
    kind: str, before: Callable[[int], Before], request: pytest.FixtureRequest
) -> None:
    everything = request.config.getoption("--all-broken")
    start, step = (0, 1) if everything else (list(BROKEN).index(kind), len(BROKEN))
    fine = kind in FINE or (kind == "unreadable" and os.access("/", os.W_OK))  # who may do anything can read it
    for number in range(start, len(SEVERAL), step):
        case: Case = SEVERAL[number]
        root, findings, problems = before(number)
        odd = root / "odd.py"
        BROKEN[kind](odd)
        try:
            found_now, problems_now = found(root, audit=case.audit)
            if fine or kind in LONG:
                # What is declared is judged only where something is sent to it, as odd.py does then.
                found_now = [one for one in found_now if one in findings or not one[0].startswith("SQF4")]
            assert found_now == findings, case.name
            if kind not in LONG:
                assert sorted(problems_now) == sorted([*problems, *([] if fine else ["odd.py"])]), case.name
        finally:
            remove(odd)


def remove(path: Path) -> None:
    if path.is_dir():
        (path / "odd.py").rmdir()
        path.rmdir()
    else:
        path.unlink()


CLIENT = "def push(client, body, group):\n    client.send_message(QueueUrl='a.fifo', MessageBody=body, {})\n"
LED: dict[str, str | bytes] = {
    "pyproject.toml": "",
    "sending.py": "import boto3\n" + CLIENT.format("MessageGroupId=group, MessageDeduplicationId=body"),
    "calling.py": "import boto3\nfrom sending import push\npush(boto3.client('sqs'), input(), 'orders')\n",
    "odd.py": CONSTANT_GROUP + "odd = 1\n",
}


def test_the_others_are_judged_together_after_an_internal_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path, {name: text for name, text in LED.items() if name != "odd.py"}))
    expected = found(tmp_path)[0]
    assert [code for code, *_ in expected] == ["SQF101"]

    def stumbling(project: object, modules: object, **others: object) -> object:
        if any(module.path == "odd.py" for module in modules):  # type: ignore[attr-defined]
            raise ValueError("odd")
        return find_sends(project, modules, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(share, "find_sends", stumbling)
    write(tmp_path, LED)
    assert found(tmp_path) == (expected, ["odd.py"])


def test_a_template_at_which_its_reader_fails_costs_the_others_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = elasticmq.read

    def stumbling(path: str, data: bytes) -> object:
        if path == "odd.conf":
            raise KeyError("odd")
        return original(path, data)

    monkeypatch.setattr(elasticmq, "read", stumbling)
    queue = 'queues { "%s.fifo" { fifo = true, contentBasedDeduplication = true } }\n'
    send = CONSTANT_GROUP.replace("MessageDeduplicationId", "MessageAttributes")
    monkeypatch.chdir(write(tmp_path, {"a.py": send, "odd.conf": queue % "x", "b.conf": queue % "orders"}))
    report = engine.check([tmp_path])
    assert [(problem.path, problem.message) for problem in report.problems] == [
        ("odd.conf", "cannot be read: internal error: KeyError")
    ]


BROKEN_HELPER: dict[str, str | bytes] = {
    "ids.py": b"# coding: undefined\ndef group(): return 'orders'\n",
    "sending.py": "import boto3\n" + CLIENT.format("MessageGroupId=group, MessageDeduplicationId=body"),
    **{
        f"calling{number}.py": "import boto3\nimport ids\nfrom sending import push\n"
        "push(boto3.client('sqs'), input(), ids.group())\n"
        for number in range(5)
    },
}


def test_what_is_not_followed_is_told_in_every_format(tmp_path: Path) -> None:
    """`ids.py` cannot hold a send, but what it returns would have been a finding."""
    write(tmp_path, BROKEN_HELPER)
    words = "not followed: imported by calling0.py, calling1.py, calling2.py and 2 more"
    for name in FORMATS:
        done = run(tmp_path, "check", "--output-format", name)
        assert done.returncode == 2
        assert words in html.unescape(done.stdout.replace("%2C", ",")), name
        assert "ids.py" in done.stdout
    assert words in run(tmp_path, "trace", "sending.py:3").stdout
    assert words in run(tmp_path, "queues").stderr
    (tmp_path / "sub").mkdir()
    assert "imported by ../calling0.py" in run(tmp_path / "sub", "check", "..").stdout


def test_a_broken_file_that_nobody_imports_and_that_cannot_send_is_no_problem(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP, "legacy.py": "print 'x'\n"})
    assert run(tmp_path, "check").returncode == 1


FAILING_RULE = """
import sys
from sqsfifo_lint import cli
from sqsfifo_lint.rules import constant_group_id as rule
def check(case, options):
    raise ValueError("some \x1b[31m::error::words")
    yield
object.__setattr__(rule.RULE, "check", check)
sys.argv = ["sqsfifo-lint", "check", *sys.argv[1:]]
cli.main()
"""


def test_an_internal_error_in_one_file_is_shown_on_demand(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    (tmp_path / "script").write_text(FAILING_RULE, "utf-8")
    for arguments in ([], ["--traceback"]):
        done = subprocess.run(
            [sys.executable, "script", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert "a.py:7:5: SQF001 SQF101 cannot be checked here: internal error: ValueError: some" in done.stdout
        assert ("in check" in done.stderr) == bool(arguments), done.stderr
        assert ("please report" in done.stderr) != bool(arguments)
        assert "\x1b" not in done.stderr
