"""No configuration and no ignore file ends a run in a traceback, stalls it, or means something else than it says."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from sqsfifo_lint.config import ConfigError, find_config, read_config
from sqsfifo_lint.run.discover import discover
from sqsfifo_lint.run.engine import check
from sqsfifo_lint.run.gitignore import Ignoring
from tests.commands import ROOT, flake8, run
from tests.programs import CONSTANT_GROUP, write

ATOMS = [
    *("a", "b", "ab", "*", "**", "***", "/", "/", "**/", "/**", "?", "[ab]", "[!a]", "[^b-c]", "[a-c]", "[z-a]", "["),
    *("\\", "\\*", "[]a]", "[[:alpha:]]", "[[:bad:]]", "[[:x]", "[a-", "[\\]]", "[a\\-c]", "[/]", "[!/]", "-", "é"),
    *(".", "x.py", "!", "#", "\\ ", " "),
]
SEGMENTS = [
    "a",
    "b",
    "ab",
    "aab",
    "ba",
    "c",
    "x.py",
    "ab.py",
    "é",
    "*",
    "-",
    "a]",
    "[",
    "!",
    "#a",
    "abx",
    "zz",
    "a b",
    "a ",
]
ROUNDS = 120


@pytest.mark.skipif(shutil.which("git") is None, reason="git says what is right")
def test_patterns_mean_what_git_means(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    chance = random.Random(14)
    for _ in range(ROUNDS):
        patterns = [
            "".join(chance.choices(ATOMS, k=chance.randint(1, 6))) for _ in range(chance.choice([1, 1, 1, 2, 3]))
        ]
        patterns = [pattern for pattern in patterns if pattern.strip(" ")]  # git's " " fits a path that ends in "/"
        (tmp_path / ".git/info/exclude").write_text("\n".join(patterns), "utf-8")
        paths = ["/".join(chance.choices(SEGMENTS, k=chance.randint(1, 4))) for _ in range(30)]
        paths += [f"{path}/" for path in paths[:10]]
        done = subprocess.run(
            ["git", "check-ignore", "--no-index", "-z", "--stdin"],
            cwd=tmp_path,
            input="\0".join(paths).encode(),
            capture_output=True,
            check=False,
        )
        ignored = set(done.stdout.decode().split("\0"))
        ours = Ignoring(patterns)
        assert [(patterns, path) for path in paths if ours.covers(path) != (path in ignored)] == []


FOLDERS = ["", "a/", "ab/", "a/b/", "a/b/ab/", "c/", "c/a/"]
LINES = [
    *(
        "a",
        "/a",
        "a/",
        "!a",
        "*.py",
        "!x.py",
        "x.py",
        "/*",
        "!/a/",
        "a/b",
        "a/**",
        "**/b",
        "!ab",
        "b/*",
        "!b/x.py",
        "/c/",
    ),
    *("?/", "[a-c]/x.py", "!*", "# a", "\\!a", "**/x.py", "!**/ab/", "z*", "  ", "a/*/ab", "!a/b/ab/z.py"),
]


@pytest.mark.skipif(shutil.which("git") is None, reason="git says what is right")
def test_a_walk_finds_what_git_does_not_ignore(tmp_path: Path) -> None:
    """Ignore files in several folders, the nearer ones of which take back what the others say."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    write(tmp_path, {f"{folder}{name}.py": CONSTANT_GROUP for folder in FOLDERS for name in "xz"})
    chance = random.Random(7)
    for _ in range(30):
        for folder in FOLDERS:
            lines = chance.choices(LINES, k=chance.choice([0, 0, 1, 2, 4]))
            (tmp_path / folder / ".gitignore").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        command = ["git", "-c", "core.excludesFile=", "ls-files", "-z", "--others", "--exclude-standard"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True)
        expected = {name for name in done.stdout.split("\0") if name.endswith(".py")}
        walked = discover(tmp_path, [tmp_path], lambda data: True)
        ours = {Path(path).relative_to(tmp_path).as_posix() for path in walked.relevant}
        rules = {folder: (tmp_path / folder / ".gitignore").read_text("utf-8").split("\n") for folder in FOLDERS}
        assert ours == expected, rules


@pytest.mark.parametrize(
    "pattern", ["a*" * 40 + "b", "**/a*" * 20 + "/b", "[!b]*" * 40 + "c", "?*" * 40 + "b", "*" * 4000]
)
def test_no_pattern_takes_long(pattern: str) -> None:
    path = "/".join(["a" * 120] * 30)
    start = time.process_time()
    Ignoring([pattern]).covers(path)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("line", ["[z-a]", "!", "[", "\\", "/", "[[:bad:]]", "a[", "\0", "\\ ", "**", "a" * 100_000])
def test_every_line_of_a_gitignore_is_taken(tmp_path: Path, line: str) -> None:
    write(tmp_path, {"pyproject.toml": "", ".gitignore": f"{line}\nother/\n", "other/b.py": CONSTANT_GROUP})
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    found = run(tmp_path, "check", "--output-format", "concise")
    expected = 0 if line == "**" else 1
    assert found.returncode == expected, found
    assert "other/" not in found.stdout


STRINGS = ["select", "extend-select", "ignore", "exclude", "serial-queues", "test-files"]
WRONG = ["1", "true", "[1]", '["", "SQF1"]', '""', "{}", "[[]]", "1.5", "nan", "1979-05-27", "0x" + "f" * 5000, '"a"']


@pytest.mark.parametrize("value", WRONG)
@pytest.mark.parametrize(
    "key", [*STRINGS, "per-file-ignores", "senders", "sources", "audit", "follow-links", "content-based-deduplication"]
)
def test_every_wrong_value_is_told_with_its_key(tmp_path: Path, key: str, value: str) -> None:
    flags = {"audit", "follow-links", "content-based-deduplication"}
    tables = {"per-file-ignores", "senders", "sources"}
    if (key in flags and value == "true") or (key in {*tables, *STRINGS} and value == "{}"):
        pytest.skip("allowed" if key not in STRINGS else "told below")
    (tmp_path / "pyproject.toml").write_text(f"[tool.sqsfifo-lint]\n{key} = {value}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        find_config(tmp_path)
    message = str(caught.value)
    assert f"pyproject.toml: {key}" in message
    assert "must be" in message
    assert "\n" not in message
    assert len(message) < 700


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('exclude = ["!"]', "exclude must be"),
        ('exclude = ["a", "/"]', "exclude must be"),
        ('exclude = ["a\\u0000"]', "exclude must be"),
        ('test-files = ["!"]', "test-files must be"),
        ("per-file-ignores = {'!' = ['SQF1']}", "per-file-ignores must be"),
        ('senders = {"a.b" = {group = 100000000}}', "position (0 to 255)"),
        ('senders = {"a.b" = {group = ["x", 256]}}', "position (0 to 255)"),
        ('senders = {"a.b" = {group = -1}}', "position (0 to 255)"),
        ('sources = {"a.b" = ["unique"]}', "sources.'a.b' must be"),
        (f"[tool.other]\nnumber = {'9' * 5000}", "line 3: 'number' is not valid"),
        (f"{'a' * 5000} = 1", "unknown key"),
        ("x = " + "[" * 5000, "pyproject.toml: "),
        ("x = 2020-13-45", "pyproject.toml: "),
    ],
)
def test_odd_values_in_every_door(tmp_path: Path, text: str, words: str) -> None:
    write(tmp_path, {"pyproject.toml": f"[tool.sqsfifo-lint]\n{text}\n", "a.py": CONSTANT_GROUP})
    told_in_every_door(tmp_path, words)


def told_in_every_door(root: Path, words: str) -> None:
    """The command, what the hooks of pre-commit run, the other commands and flake8 end with one line."""
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    hooks = [
        [*shlex.split(hook["entry"])[1:], *(["a.py"] if hook.get("pass_filenames", True) else [])] for hook in manifest
    ]
    for arguments in (["check"], *hooks, ["queues"], ["trace", "a.py:7"]):
        done = run(root, *arguments)
        assert done.returncode == 2, arguments
        assert words in done.stderr
        assert done.stderr.startswith("sqsfifo-lint: error: ")
        assert len(done.stderr) < 1500
        assert done.stderr.count("\n") == 1
    there = flake8(root, "a.py")
    assert there.returncode == 1
    assert words in there.stdout + there.stderr
    assert "Traceback" not in there.stdout + there.stderr


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"audit = true # caf\xe9", "is not UTF-8 (byte 18)"),
        (b"audit = true\0", "is not valid TOML"),
        (b"\xff\xfea\0u\0", "is not UTF-8 (byte 0)"),
        (b"#" * 10_000_000, "cannot be read: it has more than 1,048,576 bytes"),
        (b"audit = true\naudit = true", "is not valid TOML"),
        (b"audit", "is not valid TOML"),
        (b"a." * 10_000 + b"b = 1", "sqsfifo-lint.toml: "),  # unknown, or too deep for tomllib
    ],
)
def test_odd_files_in_every_door(tmp_path: Path, data: bytes, words: str) -> None:
    write(tmp_path, {"sqsfifo-lint.toml": data, "a.py": CONSTANT_GROUP})
    told_in_every_door(tmp_path, words)


def test_ranges_that_match_nothing_are_taken_as_git_takes_them(tmp_path: Path) -> None:
    text = "[tool.sqsfifo-lint]\nexclude = ['[z-a]']\nper-file-ignores = {'[z-a].py' = ['SQF1']}\n"
    write(tmp_path, {"pyproject.toml": text, "a.py": CONSTANT_GROUP})
    assert run(tmp_path, "check").returncode == 1
    done = run(tmp_path, "check", "--exclude", "!")
    assert (done.returncode, "--exclude must be" in done.stderr) == (2, True)


def special(path: Path, kind: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    match kind:
        case "device":
            path.symlink_to("/dev/zero")
        case "fifo":
            os.mkfifo(path)
        case "link to a fifo":
            os.mkfifo(path.with_name("pipe"))
            path.symlink_to(path.with_name("pipe"))
        case "socket":
            with socket.socket(socket.AF_UNIX) as server:
                here = os.getcwd()
                os.chdir(path.parent)
                server.bind(path.name)
                os.chdir(here)
        case "folder":
            path.mkdir()
        case _:
            with path.open("wb") as file:
                file.truncate(1 << 30)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="files of Unix")
@pytest.mark.parametrize("kind", ["device", "fifo", "link to a fifo", "socket", "folder", "huge"])
@pytest.mark.parametrize("name", [".gitignore", ".git/info/exclude", "pyproject.toml", "sqsfifo-lint.toml", "data.py"])
def test_only_regular_files_of_some_size_are_opened(tmp_path: Path, name: str, kind: str) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP, ".git/HEAD": ""})
    special(tmp_path / name, kind)
    start = time.process_time()
    done = run(tmp_path, "check", "--output-format", "concise")
    assert time.process_time() - start < 5
    told = kind == "huge" and name != "data.py"
    assert done.returncode == (2 if told else 1), done
    assert (name in done.stdout + done.stderr) == told
    assert told or "SQF101" in done.stdout


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="files of Unix")
@pytest.mark.parametrize("kind", ["device", "fifo", "link to a fifo", "socket", "folder", "huge"])
def test_nor_as_the_configuration_that_is_named(tmp_path: Path, kind: str) -> None:
    special(tmp_path / "own.toml", kind)
    with pytest.raises(ConfigError, match="cannot be read: it "):
        read_config(tmp_path / "own.toml")


def test_an_ignore_file_may_be_in_any_encoding(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"caf\xe9/\n\xff\n")
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    (tmp_path / os.fsdecode(b"caf\xe9") / "a.py").write_text(CONSTANT_GROUP, "utf-8")
    write(tmp_path, {"b.py": CONSTANT_GROUP, "pyproject.toml": ""})
    assert [finding.span.path for finding in check([tmp_path]).findings] == ["b.py"]
