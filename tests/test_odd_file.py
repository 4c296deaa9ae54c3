"""One bad file costs itself: what was found in the others without it is found with it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sqsfifo_lint.queues import elasticmq
from sqsfifo_lint.run import engine, share
from sqsfifo_lint.sends import find_sends
from tests.fixture_runner import FIXTURES
from tests.programs import CONSTANT_GROUP, write

SEND = b'import boto3\nboto3.client("sqs").send_message(QueueUrl="a.fifo")\n'

CODECS = [
    *("undefined", "idna", "punycode", "rot13", "hex", "zlib", "base64", "no-such", "unicode_escape", "utf-7", "mbcs"),
    *("raw_unicode_escape", "utf-16", "utf-32", "utf-8-sig", "ascii", "oem", "quopri", "uu", "bz2", "cp1252\0"),
]

BROKEN: dict[str, bytes] = {
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
    "unary": SEND + b"x = " + b"-" * 5000 + b"1\n",
    "lambdas": SEND + b"x = " + b"lambda: " * 2000 + b"1\n",
    "attributes": SEND + b"x = a" + b".b" * 5000 + b"\n",
    "calls": SEND + b"x = a" + b"()" * 5000 + b"\n",
    "sum": SEND + b"x = 1" + b" + 1" * 5000 + b"\n",
    "or": SEND + b"x = a" + b" or a" * 5000 + b"\n",
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
}
PROJECTS = sorted(path for path in (FIXTURES / "projects").iterdir() if path.is_dir())


def found(root: Path) -> list[tuple[str, str, int, int]]:
    findings = engine.check([root]).findings
    return [
        (finding.code, finding.span.path, finding.span.line, finding.span.column)
        for finding in findings
        if Path(finding.span.path).name != "odd.py"
    ]


def copied(project: Path, root: Path) -> Path:
    files = (path for path in project.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return write(root, {path.relative_to(project).as_posix(): path.read_bytes() for path in files})


def test_there_are_fifty_of_them() -> None:
    assert len(BROKEN) >= 50


@pytest.mark.parametrize("kind", BROKEN)
def test_findings_of_other_files_stay(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each broken file meets one of the projects."""
    monkeypatch.chdir(tmp_path)
    number = list(BROKEN).index(kind)
    project = PROJECTS[number * 5 % len(PROJECTS)]
    root = copied(project, tmp_path / project.name)
    before = found(root)
    (root / "odd.py").write_bytes(BROKEN[kind])
    assert found(root) == before, project.name


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
    expected = found(tmp_path)
    assert [code for code, *_ in expected] == ["SQF101"]

    def stumbling(project: object, modules: object, **others: object) -> object:
        if any(module.path == "odd.py" for module in modules):  # type: ignore[attr-defined]
            raise ValueError("odd")
        return find_sends(project, modules, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(share, "find_sends", stumbling)
    write(tmp_path, LED)
    report = engine.check([tmp_path])
    assert found(tmp_path) == expected
    assert [problem.path for problem in report.problems] == ["odd.py"]


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
