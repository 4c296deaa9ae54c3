"""Fixes: twins before and after; whatever is fixed parses, has no other findings, and is not fixed twice."""

from __future__ import annotations

import ast
import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from sqsfifo_lint.config import Config
from sqsfifo_lint.report import Report
from sqsfifo_lint.run.engine import check
from sqsfifo_lint.run.fixing import fix, with_fixes
from tests.commands import run
from tests.fixture_runner import FIXTURES
from tests.programs import write

TWINS = Path(__file__).with_name("fixes")
SEND = """\
import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/1/orders.fifo"


def publish(customer: str, body: str, event: str) -> None:
    sqs.send_message(
        QueueUrl=QUEUE, MessageBody=body, MessageGroupId=GROUP, MessageDeduplicationId=event, DelaySeconds=5
    )
""".replace("GROUP", "customer")
FIXED = SEND.replace(", DelaySeconds=5", "")


def names() -> list[str]:
    return sorted(path.name.removesuffix(".before.py") for path in TWINS.glob("*.before.py"))


@pytest.mark.parametrize("name", names())
def test_twins(tmp_path: Path, name: str) -> None:
    before, after = ((TWINS / f"{name}.{when}.py").read_text(encoding="utf-8") for when in ("before", "after"))
    options = ["--unsafe-fixes"] if name.startswith("unsafe") else []
    write(tmp_path, {"app.py": before})
    planned = run(tmp_path, "check", "--diff-fixes", *options)
    assert (tmp_path / "app.py").read_text(encoding="utf-8") == before
    assert (planned.returncode, bool(planned.stdout)) == (int(before != after), before != after)
    run(tmp_path, "check", "--fix", *options)
    assert (tmp_path / "app.py").read_text(encoding="utf-8") == after
    again = run(tmp_path, "check", "--fix", *options)
    assert "Nothing was fixed" in again.stderr
    assert (tmp_path / "app.py").read_text(encoding="utf-8") == after


def test_every_change_has_a_twin_and_needs_its_option(tmp_path: Path) -> None:
    for name in names():
        if name.startswith("unsafe_"):
            before = (TWINS / f"{name}.before.py").read_text(encoding="utf-8")
            write(tmp_path, {"app.py": before})
            assert "Nothing would be fixed" in run(tmp_path, "check", "--diff-fixes").stderr


SAMPLES = sorted(FIXTURES.rglob("*.py"))


@pytest.mark.parametrize("start", range(8))
def test_what_is_fixed_parses_gains_nothing_and_is_done(tmp_path: Path, start: int) -> None:
    """A share of the fixtures, each file as a project of its own."""
    for path in SAMPLES[start * 5 :: 40]:
        holds(tmp_path, path.read_bytes())


def holds(folder: Path, data: bytes) -> int:
    """Whether the promises hold for a program; how many of its findings were fixed."""
    file = folder / "app.py"
    file.write_bytes(data)

    def checked(contents: Mapping[Path, bytes]) -> Report:
        return check([file], Config(audit=False), overlay=contents)

    before = checked({})
    done = fix(checked, unsafe=True, given={}, write=False)
    if not done.contents:
        return 0
    (content,) = done.contents.values()
    ast.parse(content)
    counts = Counter(finding.code for finding in before.findings)
    told = any(how.note for _, how in done.made)
    assert told or not Counter(finding.code for finding in done.report.findings) - counts
    again = fix(lambda contents: checked({file: content, **contents}), unsafe=True, given={file: content}, write=False)
    assert not again.contents
    return len(done.made)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
        lambda text: ("# coding: latin-1\n# é\n" + text).encode("latin-1"),
        lambda text: text.rstrip("\n").encode(),
    ],
)
def test_bytes_are_kept(tmp_path: Path, encode: object) -> None:
    assert callable(encode)
    write(tmp_path, {"app.py": encode(SEND)})
    os.chmod(tmp_path / "app.py", 0o755)
    assert run(tmp_path, "check", "--fix").returncode == 0
    assert (tmp_path / "app.py").read_bytes() == encode(FIXED)
    assert (tmp_path / "app.py").stat().st_mode & 0o777 == 0o755
    assert sorted(os.listdir(tmp_path)) == ["app.py", "pyproject.toml"]


def test_mixed_ends_of_lines_stay(tmp_path: Path) -> None:
    data = SEND.encode().replace(b"import boto3\n", b"import boto3\r\n").replace(b"QUEUE = ", b"QUEUE  =  ", 1)
    write(tmp_path, {"app.py": data})
    run(tmp_path, "check", "--fix")
    assert (tmp_path / "app.py").read_bytes() == data.replace(b", DelaySeconds=5", b"")


def test_what_cannot_be_written_is_told_and_others_are_fixed(tmp_path: Path) -> None:
    write(tmp_path, {"inside/.git/HEAD": "", "inside/app.py": SEND, "inside/kept.py": SEND, "outside.py": SEND})
    (tmp_path / "inside" / "link.py").symlink_to(tmp_path / "outside.py")
    os.chmod(tmp_path / "inside" / "kept.py", 0o444)
    done = run(tmp_path / "inside", "check", "--fix", "--follow-links", ".", "link.py")
    assert done.returncode == 2
    assert "kept.py is not fixed: it is not writable" in done.stderr
    assert "link.py is not fixed: it is a link that leads out of the project" in done.stderr
    assert (tmp_path / "inside" / "app.py").read_text(encoding="utf-8") == FIXED
    assert (tmp_path / "outside.py").read_text(encoding="utf-8") == SEND


def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": SEND, "other.py": SEND})

    def checked(contents: Mapping[Path, bytes]) -> Report:
        if contents:
            write(tmp_path, {"app.py": SEND + "# more\n"})
        return check([tmp_path], overlay=contents)

    done = fix(checked, unsafe=False, given={}, write=True)
    assert list(done.refused.values()) == ["it is not what was checked: it has been changed meanwhile"]
    assert (tmp_path / "app.py").read_text(encoding="utf-8") == SEND + "# more\n"
    assert (tmp_path / "other.py").read_text(encoding="utf-8") == FIXED
    assert len(done.report.findings) == 1


@pytest.mark.parametrize("how", ["noqa", "baseline", "ignore"])
def test_what_is_not_reported_is_not_fixed(tmp_path: Path, how: str) -> None:
    text = SEND.replace("DelaySeconds=5\n", "DelaySeconds=5  # noqa: SQF303\n") if how == "noqa" else SEND
    write(tmp_path, {"app.py": text})
    if how == "baseline":
        run(tmp_path, "baseline")
    done = run(tmp_path, "check", "--fix", *(["--ignore", "SQF303"] if how == "ignore" else []))
    assert (done.returncode, (tmp_path / "app.py").read_text(encoding="utf-8")) == (0, text)


def test_standard_input_is_printed_as_fixed(tmp_path: Path) -> None:
    done = run(tmp_path, "check", "-", "--fix", stdin=SEND)
    assert (done.returncode, done.stdout) == (0, FIXED)
    assert "All clear" in done.stderr


def test_reports_say_what_is_fixable(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": SEND})
    assert "1 fixable with `--fix`" in run(tmp_path, "check").stdout
    (line,) = run(tmp_path, "check", "--output-format", "jsonl").stdout.splitlines()
    assert json.loads(line)["fix"]["safe"] is True
    log = json.loads(run(tmp_path, "check", "--output-format", "sarif").stdout)
    (result,) = log["runs"][0]["results"]
    (replacement,) = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement["insertedContent"] == {"text": ""}


def test_a_new_finding_is_told(tmp_path: Path) -> None:
    text = (
        SEND.replace(", DelaySeconds=5", "")
        .replace("=event", "=uuid.uuid4()")
        .replace("import boto3", "import uuid\n\nimport boto3")
    )
    write(tmp_path, {"app.py": text})
    done = run(tmp_path, "check", "--fix", "--select", "SQF304")
    assert done.returncode == 0
    assert "is fixed (SQF304), but the dedup ID is still generated" in done.stderr
    assert "str(uuid.uuid4())" in (tmp_path / "app.py").read_text(encoding="utf-8")


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    for other in ("--diff-fixes", "--add-ignores", "--diff"):
        assert run(tmp_path, "check", "--fix", other).returncode == 2


def test_edits_are_pure(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": SEND})
    report = check([tmp_path])
    assert len(with_fixes(report).fixes) == 1
    assert (tmp_path / "app.py").read_text(encoding="utf-8") == SEND
