"""No input makes the linter crash, hang, or skip a file silently; and none of it is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sqsfifo_lint.cli import cli
from sqsfifo_lint.config import Config
from sqsfifo_lint.report import Report
from sqsfifo_lint.run.engine import check
from tests.programs import CLEAN, CONSTANT_GROUP, NO_DEDUP, write

BYTES = CONSTANT_GROUP.encode()


def run(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sqsfifo_lint", "check", "--output-format", "concise", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def checked(tmp_path: Path, content: str | bytes, name: str = "a.py") -> Report:
    return check([write(tmp_path / "project", {name: content})], Config())


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        ("sqs.send_message(QueueUrl=\n", "cannot be parsed"),
        ("print 'send_message', 'boto3'\n", "cannot be parsed"),
        (BYTES + b"x = '\xff'\n", "cannot be decoded"),
        (b"# coding: utf-8\n" + BYTES.replace(b'"orders"', b'"\xe9"'), "cannot be decoded"),
        (b"# coding: no-such-codec\n" + BYTES, "cannot be decoded"),
        (b"# coding: rot13\n" + BYTES, "cannot be decoded"),
        (b"\xef\xbb\xbf# coding: latin-1\n" + BYTES, "cannot be decoded"),
        (BYTES + b"x = 1\0\n", "NUL byte"),
        (BYTES + b"\0" * 5000, "NUL byte"),
    ],
)
def test_what_cannot_be_read_is_reported_and_the_others_are_checked(
    tmp_path: Path, content: str | bytes, fragment: str
) -> None:
    write(tmp_path / "project", {"z.py": CONSTANT_GROUP})
    report = checked(tmp_path, content)
    assert [problem.path for problem in report.problems] == ["a.py"]
    assert fragment in report.problems[0].message
    assert [(finding.span.path, finding.code) for finding in report.findings] == [("z.py", "SQF101")]
    assert report.exit_status() == 2


def test_the_place_of_a_syntax_error_is_given(tmp_path: Path) -> None:
    (problem,) = checked(tmp_path, CONSTANT_GROUP + "def f(:\n    pass\n").problems
    assert problem.line == len(CONSTANT_GROUP.splitlines()) + 1


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + BYTES,
        b"# -*- coding: latin-1 -*-\n" + BYTES.replace(b"order[", b"order ["),
        BYTES.replace(b"\n", b"\r\n"),
        BYTES.replace(b"\n", b"\r"),
        b"\x0c\n" + BYTES,
        BYTES.rstrip(b"\n"),
        BYTES + b"    # trailing",
        BYTES.replace(b"    ", b"\t"),
        b"# vim: set fileencoding=cp1252 :\nname = '\x80'\n" + BYTES,
    ],
)
def test_unusual_files_are_read(tmp_path: Path, content: bytes) -> None:
    report = checked(tmp_path, content)
    assert report.problems == ()
    assert [finding.code for finding in report.findings] == ["SQF101"]
    span = report.findings[0].span
    line = report.lines["a.py"][span.line - 1]
    assert line[span.column - 1 : span.end_column - 1] == '"orders"'


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"#", b"\0", b"\xff\xfe"])
def test_files_without_a_send_are_no_problem(tmp_path: Path, content: bytes) -> None:
    report = checked(tmp_path, content)
    assert (report.problems, report.findings, report.files) == ((), (), 1)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 3000 + ")" * 3000,
        "-" * 20000 + "1",
        "+".join(["x"] * 1000),
        "[" * 300 + "]" * 300,
        "a" + ".b" * 1000,
        "f" + "()" * 1000,
        "{'a': " * 500 + "1" + "}" * 500,
        "lambda: " * 1000 + "1",
        "not " * 1000 + "x",
        "x if y else " * 1000 + "z",
        "'" + "a" * 1_000_000 + "'",
    ],
    ids=lambda expression: expression[:8],
)
def test_deep_nesting_neither_crashes_nor_hangs(tmp_path: Path, expression: str) -> None:
    project = write(tmp_path / "project", {"a.py": f"{CONSTANT_GROUP}\ndeep = {expression}\n", "z.py": CONSTANT_GROUP})
    in_value = CONSTANT_GROUP.replace('"orders"', expression)
    write(project, {"b.py": in_value})
    result = run(project)
    assert result.returncode in (1, 2), result.stderr[-2000:]
    assert result.stderr.count("\n") <= 1, result.stderr[-2000:]
    assert "z.py:10:24: SQF101" in result.stdout
    assert "internal error" not in result.stdout
    assert "a.py:10:24: SQF101" in result.stdout or "a.py:" in result.stdout.partition("SQF001")[0]


def test_deeply_nested_blocks(tmp_path: Path) -> None:
    blocks = "".join(" " * depth + "if x:\n" for depth in range(95)) + " " * 95 + "pass\n"
    too_many = "".join(" " * depth + "if x:\n" for depth in range(300)) + " " * 300 + "pass\n"
    project = write(
        tmp_path / "project",
        {"a.py": CONSTANT_GROUP + blocks, "b.py": CONSTANT_GROUP + too_many, "z.py": CONSTANT_GROUP},
    )
    result = run(project)
    assert "a.py:10:24: SQF101" in result.stdout
    assert "z.py:10:24: SQF101" in result.stdout
    assert "internal error" not in result.stdout


def test_paths_that_cannot_be_checked(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"a.py": CONSTANT_GROUP, "x.py/b.py": NO_DEDUP})
    result = run(project, "gone.py", "a.py", "no/such/folder", "x.py")
    assert result.returncode == 2
    assert "error: gone.py: no such file or folder\n" in result.stderr
    assert "error: no/such/folder: no such file or folder\n" in result.stderr
    assert "a.py:10:24: SQF101" in result.stdout
    assert "x.py/b.py:7:5: SQF201" in result.stdout


def test_only_a_missing_path(tmp_path: Path) -> None:
    result = run(tmp_path, "gone")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "sqsfifo-lint: error: gone: no such file or folder\n"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"a.py": CONSTANT_GROUP, "z.py": CONSTANT_GROUP})
    (project / "a.py").chmod(0)
    result = run(project)
    assert result.returncode == 2
    assert "a.py:1:1: SQF001 unreadable-file (error): cannot be read: Permission denied\n" in result.stdout
    assert "z.py:10:24: SQF101" in result.stdout


def test_odd_file_names(tmp_path: Path) -> None:
    project = write(
        tmp_path / "project", {"a b.py": CONSTANT_GROUP, "ü/日.py": CONSTANT_GROUP, "\x1b[31m.py": CONSTANT_GROUP}
    )
    try:
        Path(os.fsdecode(os.fsencode(project) + b"/\xff.py")).write_text(CONSTANT_GROUP)
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    for output_format in ("concise", "full", "json", "jsonl", "sarif", "github"):
        result = run(project, "--output-format", output_format)
        assert result.returncode == 1, result.stderr
        assert "\x1b" not in result.stdout
        assert "internal error" not in result.stdout
    assert run(project).stdout.count("SQF101") == 4


def test_problems_elsewhere_in_the_project_are_not_reported(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"bad/a.py": "sqs.send_message(QueueUrl=\n", "good/b.py": CLEAN})
    assert run(project, "good").returncode == 0
    assert run(project).returncode == 2


def test_nothing_of_the_checked_tree_is_imported_or_run(tmp_path: Path) -> None:
    trap = "open('RAN', 'w').close()\nimport boto3\nboto3.client('sqs').send_message(QueueUrl='q', MessageBody='b')\n"
    names = ["setup.py", "conftest.py", "app/__init__.py", "app/models.py", "click.py", "libcst.py", "rich/__init__.py"]
    names += ["pathspec.py", "tomllib.py", "tokenize.py", "rich.py", "json.py", "sitecustomize.py", "usercustomize.py"]
    project = write(tmp_path / "project", dict.fromkeys(names, trap))
    write(project, {"app/orders.py": "from app import models\n" + CONSTANT_GROUP, ".gitignore": "nothing\n"})
    for output_format in ("full", "sarif"):
        result = run(project, "--output-format", output_format)
        assert "SQF101" in result.stdout, result.stderr
    assert not list(project.rglob("RAN"))


def test_input_is_not_changed(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"a.py": CONSTANT_GROUP, "pkg/b.py": NO_DEDUP})
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    run(project)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_a_broken_file_that_is_named_is_told_even_if_it_cannot_hold_a_send(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "broken.py").write_text("def f(:\n")
    named = CliRunner().invoke(cli, ["check", "--output-format", "concise", str(tmp_path / "broken.py")])
    assert named.exit_code == 2
    assert "broken.py:1:7: SQF001 unreadable-file (error): cannot be parsed: invalid syntax" in named.output
    below = CliRunner().invoke(cli, ["check", "--output-format", "concise", str(tmp_path)])
    assert below.exit_code == 0  # a byte search has shown that it contains no send
