"""`sqsfifo-lint completion`: what shells are told, and what real ones do when somebody presses TAB."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from sqsfifo_lint.cli import LAZY, cli
from sqsfifo_lint.completing import LONGEST, SUMMARIES
from tests.commands import ROOT, run
from tests.programs import write
from tests.test_layout import HEAVY

ASK = "_SQSFIFO_LINT_COMPLETE"


def told(cwd: Path, *words: str) -> dict[str, str]:
    """What zsh is told that the last word may become, each with its help, or `file` where the shell itself knows."""
    asked = {ASK: "zsh_complete", "COMP_WORDS": " ".join(("sqsfifo-lint", *words)), "COMP_CWORD": str(len(words))}
    done = run(cwd, env=asked)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    kinds, values, helps = lines[::3], lines[1::3], lines[2::3]
    return {value if kind == "plain" else kind: text for kind, value, text in zip(kinds, values, helps, strict=True)}


def test_every_command_is_named(tmp_path: Path) -> None:
    names = cli.list_commands(click.Context(cli))
    assert [*told(tmp_path, "")] == names
    assert set(told(tmp_path, "q")) == {"queue", "queues"}


def test_commands_are_told_by_their_help(tmp_path: Path) -> None:
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    helps = {name: command.get_short_help_str(LONGEST) for name, command in commands.items() if command}
    assert set(LAZY) == set(SUMMARIES)
    assert told(tmp_path, "") == helps


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("check", "--output-f"), {"--output-format", "--output-file"}),
        (("check", "--output-format", "j"), {"json", "jsonl", "junit"}),
        (("check", "--fail-on", ""), {"error", "warning", "never"}),
        (("check", "--output-format", "sarif", "src"), {"file"}),
        (("baseline", "--u"), {"--update"}),
        (("completion", ""), {"bash", "zsh", "fish"}),
        (("check", "--select", "missing-"), {"missing-group-id", "missing-dedup-id"}),
        (("check", "--ignore", "SQF101,SQF00"), {"SQF101,SQF002"}),
        (("check", "--extend-select", "SQF101,SQF302,missing-d"), {"SQF101,SQF302,missing-dedup-id"}),
        (("rule", "SQF00"), {"SQF001", "SQF002"}),
        (("trace", "app"), {"file"}),
        (("--ver",), {"--version"}),
        (("no-such-command", "--tr"), {"--traceback"}),
        (("check", "--no-such-option", "x", "--tr"), {"--traceback"}),
        (("app/orders.py", "--tr"), {"--traceback"}),
    ],
)
def test_words_are_completed(tmp_path: Path, words: tuple[str, ...], found: set[str]) -> None:
    write(tmp_path, {"app/orders.py": ""})
    assert set(told(tmp_path, *words)) == found


def test_an_empty_word_becomes_a_code(tmp_path: Path) -> None:
    words = told(tmp_path, "rule", "")
    assert words["SQF101"] == "constant-group-id"
    assert all(word.startswith("SQF") for word in words)


@pytest.mark.parametrize("words", ["", "check --o", "check --output-format s", "check src", "rule SQF1"])
def test_an_answer_imports_nothing_heavy(words: str) -> None:
    script = (
        "import sys\n"
        "from sqsfifo_lint import cli\n"
        "cli.leave = sys.exit\n"  # the real one ends the process immediately
        "try: cli.main([])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)\n"
    )
    asked = {ASK: "bash_complete", "COMP_WORDS": f"sqsfifo-lint {words}", "COMP_CWORD": str(max(len(words.split()), 1))}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **asked, "PYTHONPATH": str(ROOT)},
    )
    loaded = set(done.stderr.split())
    assert done.stdout
    assert "click.shell_completion" in loaded
    assert not loaded & (HEAVY | {"sqsfifo_lint.run.engine"})
    assert not [name for name in loaded if name.startswith(("sqsfifo_lint.commands", "sqsfifo_lint.evidence"))]


# Real shells

STUB = f"""\
#!/bin/sh
if [ -n "${ASK}" ]; then
  PYTHONPATH="{ROOT}" exec "{sys.executable}" -m sqsfifo_lint
fi
printf 'typed:%s.\\n' "$*"
"""
"""A program that answers shells as the real one does, and otherwise prints with which words it was called."""

READY = "ready> "


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write(tmp_path, {"bin/sqsfifo-lint": STUB, "orders_app.py": ""})
    (tmp_path / "bin" / "sqsfifo-lint").chmod(0o755)
    return tmp_path


def surroundings(home: Path) -> dict[str, str]:
    path = os.pathsep.join([str(home / "bin"), os.environ["PATH"]])
    return {"PATH": path, "HOME": str(home), "ZDOTDIR": str(home), "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def needs(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    return found


@contextmanager
def at_a_terminal(command: list[str], home: Path) -> Iterator[int]:
    """A program that runs at a terminal of its own; gives the other end of it."""
    if sys.platform == "win32":
        pytest.skip("there are no pseudo-terminals")
    ours, theirs = os.openpty()
    shell = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=home, env=surroundings(home), start_new_session=True
    )
    os.close(theirs)
    try:
        yield ours
    finally:
        shell.kill()
        shell.wait()
        os.close(ours)


def read_until(terminal: int, text: str) -> None:
    """Read what is printed up to a text. A terminal that says nothing for a minute never will."""
    printed = ""
    while text not in printed:
        assert select.select([terminal], [], [], 60)[0], f"{text!r} is not printed after {printed!r}"
        printed += os.read(terminal, 4096).decode(errors="replace")


def what_tab_makes(command: list[str], home: Path, keys: str, words: str) -> None:
    """Type at a shell, and demand that the program is called with these words."""
    with at_a_terminal(command, home) as terminal:
        read_until(terminal, READY)
        os.write(terminal, f"{keys}\n".encode())
        read_until(terminal, f"typed:{words}.")


TYPED = pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("sqsfifo-lint comp\tfi\t", "completion fish"),
        ("sqsfifo-lint check --output-fo\tgitl\torders\t", "check --output-format gitlab orders_app.py"),
        ("sqsfifo-lint rule missing-d\t", "rule missing-dedup-id"),
        ("sqsfifo-lint trace orders\t", "trace orders_app.py"),
    ],
    ids=["completion", "check", "rule", "trace"],
)


@TYPED
def test_bash(home: Path, keys: str, words: str) -> None:
    bash = needs("bash")
    write(home, {"rc": f"PS1='{READY}'\n{run(home, 'completion', 'bash').stdout}"})
    what_tab_makes([bash, "--noprofile", "--rcfile", "rc", "-i"], home, keys, words)


@TYPED
def test_zsh(home: Path, keys: str, words: str) -> None:
    zsh = needs("zsh")
    begin = f"autoload -Uz compinit\ncompinit -u -D\nPROMPT='{READY}'\n"
    write(home, {".zshrc": f"{begin}{run(home, 'completion', 'zsh').stdout}"})
    what_tab_makes([zsh, "-i"], home, keys, words)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("completion fi", ["fish"]),
        ("check --output-format gitl", ["gitlab"]),
        ("rule missing-d", ["missing-dedup-id\tSQF201"]),
        ("trace orders", ["orders_app.py"]),
    ],
)
def test_fish(home: Path, line: str, found: list[str]) -> None:
    """fish says itself what it would propose."""
    fish = needs("fish")
    write(home, {"sqsfifo-lint.fish": run(home, "completion", "fish").stdout})
    script = f"source sqsfifo-lint.fish; complete -C 'sqsfifo-lint {line}'"
    done = subprocess.run([fish, "-c", script], cwd=home, env=surroundings(home), capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()) == (0, found)


def test_a_script_is_printed_without_starting_a_shell(tmp_path: Path) -> None:
    assert run(tmp_path, "completion", "bash", env={"PATH": ""}).stderr == ""
