"""`sqsfifo-lint config`: which value is in effect, and which file says it."""

from __future__ import annotations

import json
import random
import tomllib
from pathlib import Path

import pytest

from sqsfifo_lint.commands.in_effect import decisions
from sqsfifo_lint.config import parse, read_config
from sqsfifo_lint.keys import KEYS, document
from tests.commands import run
from tests.programs import write
from tests.test_schema import GOOD

BASE = """
[tool.sqsfifo-lint]
ignore = ["SQF104", "missing-dedup-id"]
exclude = ["migrations/"]
serial-queues = ["a.fifo"]
per-file-ignores = { "tests/" = ["SQF101"] }
sources = { "a.b" = "clock", "a.c" = "clock" }
"""
INNER = """
extend = "../pyproject.toml"
extend-select = ["SQF104"]
ignore = ["SQF5"]
serial-queues = ["b.fifo"]
per-file-ignores = { "tests/" = ["SQF102"] }
sources = { "a.b" = "unique" }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {"pyproject.toml": BASE, ".gitignore": "*_pb2.py\n", "svc/sqsfifo-lint.toml": INNER}
    files |= dict.fromkeys(("svc/a.py", "svc/tests/test_a.py", "svc/a_pb2.py", "b.py", "migrations/c.py"), "")
    (tmp_path / ".git").mkdir()
    return write(tmp_path, {**files})


def settings(folder: Path, *typed: str) -> dict[tuple[str, str | None], tuple[object, str | None]]:
    """What `config` says, by key and entry; of a key that several files say, the last."""
    document = json.loads(run(folder, "config", "--show", *typed, "--output-format", "json").stdout)
    return {(one["key"], one["entry"]): (one["value"], one["file"]) for one in document["settings"]}


def test_each_value_has_the_file_that_says_it(project: Path) -> None:
    found = settings(project, "svc/a.py")
    assert found["serial-queues", None] == (["b.fifo"], "svc/sqsfifo-lint.toml")
    assert found["exclude", None] == (["migrations/"], "pyproject.toml")
    assert found["sources", "a.b"] == ("unique", "svc/sqsfifo-lint.toml")
    assert found["sources", "a.c"] == ("clock", "pyproject.toml")
    assert found["audit", None] == (False, None)
    assert found["severity", None] == ({}, None)
    outer = settings(project, "b.py")
    assert outer["serial-queues", None] == (["a.fifo"], "pyproject.toml")
    assert {key for key, _ in outer} == KEYS.keys() - {"extend"}


def test_files_are_named_from_where_the_command_runs(project: Path) -> None:
    assert settings(project / "svc", "a.py")["exclude", None] == (["migrations/"], "../pyproject.toml")
    assert settings(project / "svc")["audit", None] == (False, None)


def test_rules_say_what_decides_on_them(project: Path) -> None:
    document = json.loads(run(project, "config", "svc/tests/test_a.py", "--output-format", "json").stdout)
    rules = {rule["code"]: rule for rule in document["rules"]}
    said = {
        code: (rules[code]["on"], rules[code]["file"], rules[code]["key"], rules[code]["selector"]) for code in rules
    }
    own = "svc/sqsfifo-lint.toml"
    assert said["SQF101"] == (False, "pyproject.toml", "per-file-ignores", "tests/")
    assert said["SQF102"] == (False, own, "per-file-ignores", "tests/")
    assert said["SQF104"] == (True, own, "extend-select", "SQF104")
    assert said["SQF201"] == (False, "pyproject.toml", "ignore", "missing-dedup-id")
    assert said["SQF501"] == (False, own, "ignore", "SQF5")
    assert said["SQF202"] == (True, None, None, None)
    others = json.loads(run(project, "config", "svc/a.py", "--output-format", "json").stdout)
    assert {rule["code"]: rule["on"] for rule in others["rules"]}["SQF101"]


def test_a_file_that_is_not_checked_is_told(project: Path) -> None:
    told = "It is excluded or git-ignored"
    for name, hidden in (("svc/a_pb2.py", True), ("migrations/c.py", True), ("svc/a.py", False), ("b.py", False)):
        assert (told in run(project, "config", name).stdout) is hidden, name


def test_the_text_is_a_configuration_of_the_same_meaning(tmp_path: Path) -> None:
    hostile = '"a\\\\b\\"c\\u001b[31m\\u202e" = ["SQF101"]'
    text = GOOD.replace('"tests/" = ["SQF101"]', hostile).replace('extend = "../pyproject.toml"', "")
    write(tmp_path, {"sqsfifo-lint.toml": text, ".git/x": ""})
    printed = run(tmp_path, "config", "--show").stdout
    assert "\x1b" not in printed
    table = tomllib.loads(printed)
    assert parse(table, tmp_path / "x", tmp_path) == read_config(tmp_path / "sqsfifo-lint.toml")
    assert printed.count("# sqsfifo-lint.toml") == len([line for line in printed.splitlines() if " = " in line])


def test_without_a_configuration_all_are_defaults(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    done = run(tmp_path, "config")
    assert "from no file: these are the defaults" in done.stdout
    values = tomllib.loads(done.stdout)
    assert values == {name: key.default for name, key in KEYS.items() if key.default is not None}
    lines = [line for line in done.stdout.splitlines() if " = " in line]
    assert all(line.endswith("# default") for line in lines)


def test_a_nearer_select_makes_the_others_lists_count_for_nothing(project: Path) -> None:
    write(project, {"svc/sqsfifo-lint.toml": 'extend = "../pyproject.toml"\nselect = ["SQF2"]\n'})
    found = settings(project, "svc")
    assert found["select", None] == (["SQF2"], "svc/sqsfifo-lint.toml")
    assert found["ignore", None] == ([], None)
    assert "# off, not in select (svc/sqsfifo-lint.toml): SQF002, SQF101, " in run(project, "config", "svc").stdout


SELECTORS = ["ALL", "SQF", "SQF1", "SQF101", "sqf102", "constant-group-id", "SQF2", "fixed-dedup-id"]
RULES = [("SQF101", "constant-group-id"), ("SQF102", "b"), ("SQF201", "c"), ("SQF203", "fixed-dedup-id")]


def test_what_is_said_of_rules_is_what_the_check_does(tmp_path: Path) -> None:
    """Over chains of three files with random lists."""
    chance = random.Random(6)
    for _ in range(300):
        for n in range(3):
            keys = chance.sample(["select", "extend-select", "ignore"], k=chance.randint(0, 3))
            lines = [f"{key} = {json.dumps(chance.choices(SELECTORS, k=chance.randint(0, 2)))}" for key in keys]
            lines += ['extend = "0.toml"' if n == 1 else 'extend = "1.toml"'] if n else []
            (tmp_path / f"{n}.toml").write_text("\n".join(lines), encoding="utf-8")
        config = read_config(tmp_path / "2.toml")
        for rule in decisions(config, RULES, lambda index: False):
            assert rule.on == config.enabled(rule.code, rule.name), config.stated
            said = [one for one in config.stated if (one.file, one.key) == (rule.file, rule.key)]
            assert len(said) == (rule.file is not None)
            assert not rule.selector or all(rule.selector in one.value for one in said if isinstance(one.value, list))


@pytest.mark.parametrize(
    ("typed", "files", "fragment"),
    [
        (("nope.py",), {}, "nope.py: No such file or directory"),
        ((), {"sqsfifo-lint.toml": "ingore = []"}, "unknown key 'ingore' (did you mean 'ignore'?)"),
        ((), {"sqsfifo-lint.toml": 'ignore = ["SQF1O1"]'}, "unknown rule 'SQF1O1' (did you mean 'SQF101'?)"),
        (("--config", "no.toml"), {}, "no.toml: cannot be read"),
        (("--schema", "--show"), {}, "--schema is about no file"),
    ],
)
def test_mistakes_end_with_one_line(
    tmp_path: Path, typed: tuple[str, ...], files: dict[str, str], fragment: str
) -> None:
    write(tmp_path, {**files})
    done = run(tmp_path, "config", *typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert fragment in done.stderr


def test_a_configuration_that_is_named_holds_for_every_file(project: Path) -> None:
    write(project, {"other.toml": "audit = true"})
    assert settings(project, "svc/a.py", "--config", "other.toml")["audit", None] == (True, "other.toml")


def test_the_schema_is_printed(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "config", "--schema").stdout) == document()
