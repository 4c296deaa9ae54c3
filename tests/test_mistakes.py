"""Mistakes that users make are told, with what was meant: nothing fails silently."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.commands import run
from tests.programs import CLEAN, CONSTANT_GROUP, NO_DEDUP, write

ERROR, WARNING, NOTE = "sqsfifo-lint: error: ", "sqsfifo-lint: warning: ", "sqsfifo-lint: note: "
OURS = "[tool.sqsfifo-lint]"


BROKEN = {"broken.py": "sqs.send_message(QueueUrl=\n"}


class Mistake(NamedTuple):
    """What somebody types, what is told about it, and the exit status. `$` in front of words: on standard output."""

    typed: tuple[str, ...]
    status: int
    told: str
    files: dict[str, str] = {}  # noqa: RUF012 - never changed
    not_told: str = ""


ROWS = {
    "trace with a column": Mistake(("trace", "orders.py:10:24"), 0, "$orders.py:7:5: send_message (sqs)\n"),
    "an empty --select": Mistake(("check", "--select", ""), 2, "--select is empty: name rules, such as SQF1"),
    "an empty --select, of blanks and commas": Mistake(("check", "--select", " , "), 2, "--select is empty"),
    "an empty folder": Mistake(("check", "empty"), 0, f"{WARNING}no Python files found under empty\n"),
    "all excluded": Mistake(
        ("check", ".", "--exclude", "*.py"),
        0,
        f"{WARNING}no Python files found under .: what is there is excluded or git-ignored\n",
    ),
    "a folder that is excluded": Mistake(
        ("check", "lib"),
        0,
        f"{WARNING}no Python files found under lib: what is there is",
        {"lib/.gitignore": "*\n", "lib/b.py": NO_DEDUP},
    ),
    "a misspelt --exclude": Mistake(
        ("check", "--exclude", "ordres.py"),
        1,
        f"{WARNING}--exclude: the pattern 'ordres.py' matches nothing (did you mean 'orders.py'?)\n",
    ),
    "an --exclude of what is nowhere": Mistake(
        ("check", "--exclude", "vendor/"), 1, f"{WARNING}--exclude: the pattern 'vendor/' matches nothing\n"
    ),
    "a misspelt exclude in the configuration": Mistake(
        ("check",),
        1,
        "pyproject.toml: exclude: the pattern 'migratoins/' matches nothing (did you mean 'migrations/'?)\n",
        {"pyproject.toml": f'{OURS}\nexclude = ["migratoins/"]\n', "migrations/a.py": NO_DEDUP},
    ),
    "misspelt per-file-ignores": Mistake(
        ("check",),
        1,
        "per-file-ignores: the pattern 'app/ordres.py' matches nothing (did you mean 'app/orders.py'?)\n",
        {
            "pyproject.toml": f'{OURS}\nper-file-ignores = {{ "app/ordres.py" = ["SQF1"] }}\n',
            "app/orders.py": CONSTANT_GROUP,
        },
    ),
    "a file that is no Python": Mistake(
        ("check", "orders.txt"),
        1,
        f"{WARNING}orders.txt is read as Python although it does not end in .py\n",
        {"orders.txt": CONSTANT_GROUP},
    ),
    "an underscore in the table's name": Mistake(
        ("check",),
        1,
        f"{WARNING}pyproject.toml: [tool.sqsfifo_lint] is not read: the table is called [tool.sqsfifo-lint]\n",
        {"pyproject.toml": '[tool.sqsfifo_lint]\nignore = ["SQF1"]\n'},
    ),
    "the table's name in one word": Mistake(
        ("check",), 1, "[tool.sqsfifolint] is not read", {"pyproject.toml": '[tool.sqsfifolint]\nignore = ["SQF1"]\n'}
    ),
    "half of the table's name": Mistake(
        ("queues",), 0, "[tool.sqsfifo] is not read", {"pyproject.toml": '[tool.sqsfifo]\nignore = ["SQF1"]\n'}
    ),
    "a table without tool": Mistake(
        ("trace", "orders.py:7"), 0, "[sqsfifo-lint] is not read", {"pyproject.toml": "[sqsfifo-lint]\nignore = []\n"}
    ),
    "setup.cfg": Mistake(
        ("check",),
        1,
        f"{WARNING}setup.cfg: [sqsfifo-lint] is not read: the configuration is in pyproject.toml or sqsfifo-lint.toml",
        {"setup.cfg": "[metadata]\nname = x\n[sqsfifo-lint]\nignore = SQF1\n"},
    ),
    "a --config with the table of a pyproject.toml": Mistake(
        ("check", "--config", "sqsfifo.toml"),
        0,
        "$All clear: 1 send in 1 file",
        {"sqsfifo.toml": f'{OURS}\nignore = ["SQF101"]\n'},
    ),
    "no rule is on": Mistake(
        ("check",), 0, "`select` is an empty list, so no rule is on", {"pyproject.toml": f"{OURS}\nselect = []\n"}
    ),
    "a path in place of a command": Mistake(("orders.py",), 2, "did you mean `sqsfifo-lint check orders.py`?"),
    "a folder in place of a command": Mistake(("empty",), 2, "did you mean `sqsfifo-lint check empty`?"),
    "a prefix of rules": Mistake(("rule", "SQF1"), 0, "$SQF101  constant-group-id ", not_told="SQF201"),
    "a code that is none, of `rule`": Mistake(
        ("rule", "SQF199"), 2, "There is no rule 'SQF199'; the rules of SQF1 are SQF101, SQF102", not_told="SQF201"
    ),
    "a code that is none": Mistake(
        ("check", "--select", "SQF199"),
        2,
        f"{ERROR}--select: unknown rule 'SQF199'; the rules of SQF1 are SQF101, SQF102",
        not_told="SQF501",
    ),
    "the same in the configuration": Mistake(
        ("check", "--ignore", "SQF201"),
        2,
        "pyproject.toml: select: unknown rule 'SQF199'; the rules of SQF1 are SQF101",
        {"pyproject.toml": f'{OURS}\nselect = ["SQF199"]\n'},
        not_told="command line",
    ),
    "a code of another tool": Mistake(
        ("check", "--select", "E501"), 2, "unknown rule 'E501': a code of another tool?", not_told="SQF501"
    ),
    "a missing file": Mistake(("check", "nope.py"), 2, f"{ERROR}nope.py: no such file or folder\n", not_told="SQF001"),
    "a missing file among others": Mistake(
        ("check", "nope.py", "orders.py"), 2, f"{ERROR}nope.py: no such file or folder\n", not_told="SQF001"
    ),
    "a quoted glob": Mistake(
        ("check", "src/**/*.py"), 2, "src/**/*.py: no such file or folder; is this a pattern? The shell did not expand"
    ),
    "trace beyond the end": Mistake(("trace", "orders.py:999"), 2, "orders.py has 12 lines; sends are at line 7"),
    "trace where nothing is sent": Mistake(("trace", "orders.py:1"), 2, "sends are at line 7; line 6 leads to one\n"),
    "trace of a file without a send": Mistake(
        ("trace", "other.py:1"), 2, "there is none in this file", {"other.py": "x = 1\n"}
    ),
    "trace beside a broken file": Mistake(
        ("trace", "orders.py:7"),
        0,
        f"{NOTE}1 file could not be read, and the answer is without\n",
        BROKEN,
    ),
    "queues beside a broken file": Mistake(
        ("queues",),
        0,
        f"{NOTE}1 file could not be read, and the answer is without\n",
        BROKEN,
    ),
    "queues of what is not there": Mistake(
        ("queues", "nope"), 2, f"{ERROR}nope: no such file or folder\n", not_told="declared"
    ),
    "queues without a queue": Mistake(
        ("queues", "empty"), 0, "$no queues found; read 0 templates, 0 Python files\n", not_told="declared"
    ),
}


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
def test_a_mistake_is_told(tmp_path: Path, row: Mistake) -> None:
    project = write(tmp_path / "shop", {"orders.py": CONSTANT_GROUP, **row.files})
    (project / "empty").mkdir()
    (project / ".git").mkdir()
    done = run(project, *row.typed)
    assert done.returncode == row.status, done
    assert row.told.removeprefix("$") in (done.stdout if row.told.startswith("$") else done.stderr)
    assert not row.not_told or row.not_told not in done.stdout + done.stderr
    if row.status == 2:
        assert "All clear" not in done.stdout


def test_what_is_right_is_not_warned_of(tmp_path: Path) -> None:
    several = '["build/", "/dist", "*.pyc", "lib/**", "!x.py", "test/", "infra-b/", "app2/"]'
    config = f'{OURS}\nexclude = {several}\nper-file-ignores = {{ "tests/" = ["SQF1"] }}\n'
    files = {
        "tests/conftest.py": "x = 1\n",
        "infra-a/a.py": "x = 1\n",
        "pyproject.toml": config,
        "setup.cfg": "[flake8]\nselect = SQF\n[tool:pytest]\n",
        "tox.ini": "[testenv:sqsfifo]\n",
        "app/a.py": CLEAN,
        "lib/b.py": NO_DEDUP,
        "bin/worker": f"#!/usr/bin/env python3\n{CLEAN}",
        "infra/queue.yaml": "Resources: {}\n",
    }
    project = write(tmp_path / "shop", {**files})
    for typed in (("check",), ("check", "app", "bin/worker"), ("check", "infra/queue.yaml"), ("queues",)):
        assert run(project, *typed).stderr == "", typed
    for pattern in ("lib", "/lib/", "app/*.py", "**/b.py", "infra/"):
        assert run(project, "check", "--exclude", pattern).stderr == "", pattern


def test_others_are_checked_although_a_path_is_missing(tmp_path: Path) -> None:
    project = write(tmp_path / "shop", {"orders.py": CONSTANT_GROUP})
    done = run(project, "check", "nope.py", "orders.py", "--output-format", "jsonl")
    assert (done.returncode, [json.loads(line)["code"] for line in done.stdout.splitlines()]) == (2, ["SQF101"])


def test_a_large_project_is_not_searched_for_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = write(tmp_path / "shop", {"a.py": CLEAN, "b.py": CLEAN})
    assert "matches nothing" in run(project, "check", "--exclude", "c.py").stderr
    monkeypatch.setattr("sqsfifo_lint.run.mistakes.WIDE_SEARCH", 1)
    assert run(project, "check", "--exclude", "c.py").stderr == ""


@pytest.mark.parametrize(
    ("text", "spot"),
    [
        ("a.py:3", ("a.py", 3, None)),
        ("a.py:3:14", ("a.py", 3, 14)),
        ("a.py:3:14:", ("a.py", 3, 14)),
        ("C:/src/a.py:3", ("C:/src/a.py", 3, None)),
        ("C:/src/a.py:3:14", ("C:/src/a.py", 3, 14)),
        ("odd:7:3", ("odd:7", 3, None)),  # there is such a file
        ("odd:7:3:2", ("odd:7:3", 2, None)),  # and such a one
        ("a.py", None),
        ("a.py:", None),
        ("a.py:x", None),
        (":3", None),
        ("a.py:³", None),
    ],
)
def test_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, spot: object) -> None:
    from sqsfifo_lint.meant import spot_of

    monkeypatch.chdir(write(tmp_path / "shop", {"odd:7": "", "odd:7:3": ""}))
    assert spot_of(text) == spot


@pytest.mark.parametrize(
    ("word", "right", "slip"),
    [
        ("migratoins/", "migrations/", True),
        ("migation/", "migration/", True),
        ("ordders.py", "orders.py", True),
        ("tests/", "test/", False),
        ("service-a/", "service-b/", False),
        ("v1/", "v2/", False),
        ("build/", "bin/", False),
        ("lib/", "lib/", False),
        ("api", "app", False),
    ],
)
def test_a_slip_of_the_pen_is_no_other_name(word: str, right: str, slip: bool) -> None:
    from sqsfifo_lint.meant import is_slip

    assert is_slip(word, right) is slip
