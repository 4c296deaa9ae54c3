"""`check --watch`: what is new, gone and still there, in sessions of a real process with real edits."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from sqsfifo_lint.commands.compared import Difference, State, difference, state_of
from sqsfifo_lint.model import Finding, Problem, Related, Severity, Span
from sqsfifo_lint.report import Report
from tests.commands import ROOT, run
from tests.programs import CLEAN, CONSTANT_GROUP, write

DEADLINE = 120
"""Seconds after which a session that hangs is killed. None comes near."""

BOUND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored, as below `nohup`
signal.signal(signal.SIGTERM, signal.SIG_DFL)
from sqsfifo_lint import cli
cli.main()
"""

END = "Watching for changes; Ctrl-C ends.\n"

needs_watchfiles = pytest.mark.skipif(find_spec("watchfiles") is None, reason="watchfiles is not installed")


class Session:
    """A process that watches a folder; standard error goes where standard output goes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def output(self) -> str:
        """What is printed up to the end of the next check."""
        assert self.process.stdout is not None
        lines = list[str]()
        while not lines or lines[-1] != END:
            lines.append(self.process.stdout.readline())
            assert lines[-1], f"the session has ended: {lines}"
        return "".join(lines[:-1])


@contextmanager
def session(folder: Path, *typed: str, script: str = BOUND) -> Iterator[Session]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    command = [sys.executable, "-P", "-c", script, "check", "--watch", "--output-format", "concise", *typed]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        timer = threading.Timer(DEADLINE, process.kill)
        timer.start()
        try:
            yield Session(process)
        finally:
            timer.cancel()
            process.kill()


TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {QueueName: orders.fifo, FifoQueue: FIFO}
"""


def edit(folder: Path, files: dict[str, str]) -> None:
    """Replace files, each in one step: on a busy machine somebody else would see one that is half written."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.half")
        half.write_text(text, encoding="utf-8")
        half.replace(path)


@needs_watchfiles
def test_a_session_of_edits(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP, "pkg/b.py": CLEAN, ".git/x": "", ".gitignore": "gen/\n"})
    with session(tmp_path) as watched:
        assert "a.py:10:24: SQF101" in watched.output()
        edit(tmp_path, {"a.py": f"# moved down\n{CONSTANT_GROUP}"})
        said = watched.output()
        assert "a.py changed: 1 still there" in said
        assert "still there: a.py:11:24: SQF101 constant-group-id" in said
        edit(tmp_path, {"pkg/b.py": CONSTANT_GROUP})
        said = watched.output()
        assert "pkg/b.py changed: 1 new, 1 still there" in said
        assert "\npkg/b.py:10:24: SQF101 constant-group-id (warning): " in said
        edit(tmp_path, {"a.py": f"{CONSTANT_GROUP}\ndef f(:\n"})
        said = watched.output()
        assert "a.py changed: 1 still there, 1 unknown" in said
        assert "a.py:14:7: SQF001" in said
        assert "gone" not in said, "nobody knows that, while the file is broken"
        edit(tmp_path, {"a.py": CONSTANT_GROUP})
        said = watched.output()
        assert "a.py changed: 2 still there" in said, "what is found again is not new"
        assert "mended: a.py can be checked again" in said
        edit(tmp_path, {"a.py": CLEAN})
        assert "gone: a.py:10:24: SQF101 constant-group-id" in watched.output()
        # What is ignored, or read by no check, tells nothing; the next change is the next output.
        edit(tmp_path, {"gen/c.py": CONSTANT_GROUP, "notes.txt": "x", ".git/y.py": "", "node_modules/z.py": ""})
        (tmp_path / "pkg").rename(tmp_path / "other")
        said = watched.output()
        assert "gen" not in said.partition("\n")[0]
        assert "still there: other/b.py:10:24: SQF101" in said, "it has moved"
        assert "1 new" not in said
        shutil.rmtree(tmp_path / "other")
        assert "gone: other/b.py:10:24: SQF101" in watched.output()
        watched.process.send_signal(signal.SIGINT)
        assert watched.process.stdout is not None
        assert watched.process.stdout.read() == "sqsfifo-lint: ended by SIGINT\n"
        assert watched.process.wait() == 130


@needs_watchfiles
def test_configuration_and_templates_are_watched_too(tmp_path: Path) -> None:
    named = tmp_path / "elsewhere" / "rules.toml"
    project = tmp_path / "project"
    write(named.parent, {"rules.toml": "ingore = []\n"})
    write(project, {"a.py": CONSTANT_GROUP, ".git/x": "", "infra/template.yaml": TEMPLATE.replace("FIFO}", "true}")})
    with session(project, "--config", str(named), "--output-format", "json=found.json") as watched:
        assert "unknown key 'ingore' (did you mean 'ignore'?)" in watched.output()
        edit(named.parent, {"rules.toml": ""})
        assert "a.py:10:24: SQF101" in watched.output(), "the first check that can be made is shown whole"
        written = (project / "found.json").read_text(encoding="utf-8")
        assert "SQF101" in written
        edit(named.parent, {"rules.toml": 'ignore = ["SQF101"]\n'})
        said = watched.output()
        assert "../elsewhere/rules.toml changed: 1 gone" in said
        assert "SQF101" not in (project / "found.json").read_text(encoding="utf-8"), "files are written anew"
        edit(project, {"infra/template.yaml": TEMPLATE})
        said = watched.output()
        assert "infra/template.yaml changed: 1 new" in said, said
        edit(named.parent, {"rules.toml": "ignore = 1\n"})
        assert "ignore must be a list" in watched.output()
        edit(named.parent, {"rules.toml": 'ignore = ["SQF101"]\n'})
        assert "1 still there" in watched.output()
        watched.process.terminate()
        assert watched.process.wait() == 143


@needs_watchfiles
def test_a_burst_of_changes_is_looked_at_once_it_is_over(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CLEAN, ".git/x": ""})
    with session(tmp_path) as watched:
        watched.output()
        for number in range(40):
            edit(tmp_path, {f"m{number}.py": "", "a.py": CLEAN + f"# {number}\n"})
        edit(tmp_path, {"a.py": CONSTANT_GROUP, "last.py": ""})
        outputs = list[str]()
        while not outputs or "SQF101" not in outputs[-1]:
            outputs.append(watched.output())
        assert len(outputs) < 20, "82 changes"
        assert any(" more changed" in said.partition("\n")[0] for said in outputs)


EDITING = f"""
from pathlib import Path
from sqsfifo_lint.run import engine
checked = engine.check
def check(*args, **kwargs):
    report = checked(*args, **kwargs)
    Path("a.py").write_text({CLEAN!r})
    engine.check = checked
    return report
engine.check = check
"""
"""The first check ends with an edit of what it has read."""


@needs_watchfiles
def test_a_change_while_a_check_runs_is_not_missed(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP, ".git/x": ""})
    with session(tmp_path, script=EDITING + BOUND) as watched:
        assert "a.py:10:24: SQF101 constant-group-id (warning)" in watched.output()
        assert "a.py changed: 1 gone" in watched.output()


@needs_watchfiles
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_terminal_is_cleared_and_nothing_else_is(tmp_path: Path) -> None:
    import pty

    write(tmp_path, {"a.py": CONSTANT_GROUP, ".git/x": ""})
    master, slave = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    command = [sys.executable, "-P", "-c", BOUND, "check", "--watch", "--color", "never"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    ) as process:
        os.close(slave)
        timer = threading.Timer(DEADLINE, process.kill)
        timer.start()
        try:
            first = until(master, "Ctrl-C ends.")
            edit(tmp_path, {"a.py": CLEAN})
            second = until(master, "Ctrl-C ends.")
        finally:
            timer.cancel()
            process.kill()
    os.close(master)
    clear = "\x1b[2J\x1b[3J\x1b[H"
    assert (first.count(clear), second.count(clear)) == (1, 1)
    assert "SQF101" in first
    assert "gone: a.py:10:24: SQF101" in second.partition(clear)[2]


def until(stream: int, mark: str) -> str:
    """What a terminal shows up to a mark."""
    text = ""
    with suppress(OSError):  # the other side has ended
        while mark not in text:
            text += os.read(stream, 65_536).decode()
    assert mark in text, text
    return text


def test_without_the_package_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    monkeypatch.setitem(sys.modules, "watchfiles._rust_notify", None)
    done = run(tmp_path, "check", "--watch")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "sqsfifo-lint: error: --watch needs watchfiles: pip install 'sqsfifo-lint[watch]'\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("-",), "--watch and `-` do not go together"),
        (("--fix",), "--watch and --fix or --diff-fixes do not go together"),
        (("--diff-fixes",), "--watch and --fix or --diff-fixes do not go together"),
        (("--add-ignores",), "--watch and --add-ignores do not go together"),
        (("--statistics",), "--watch and --statistics do not go together"),
        (("--output-format", "json"), "other formats go to files, as in --output-format json=FILE"),
        (("nope.py",), "nope.py: no such file or folder"),
    ],
)
def test_what_does_not_go_together_is_told(typed: Sequence[str], told: str, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    done = run(tmp_path, "check", "--watch", *typed, stdin=CONSTANT_GROUP)
    assert done.returncode == 2
    assert told in done.stderr


# The comparison


def finding(path: str, line: int, code: str = "SQF101", step: str = "") -> Finding:
    trace = (Related(Span(step, 1, 1, 1, 2), "made here"),) if step else ()
    return Finding(Span(path, line, 1, line, 4), code, "name", Severity.WARNING, "m", "h", None, trace)


def compared(*reports: tuple[Sequence[Finding], Sequence[str]]) -> Difference:
    """What changes with the last of several reports: findings, and the files that are broken."""
    states = [State()]
    for findings, broken in reports:
        problems = tuple(Problem(path, "broken") for path in broken)
        lines = {path: ["abc"] * 9 for path in ("a.py", "b.py", "c.py")}
        report = Report(findings=tuple(findings), problems=problems, lines=lines)
        states.append(state_of(report, states[-1]))
    return difference(*states[-2:])


def counts(found: Difference) -> tuple[int, int, int, int]:
    return len(found.new), len(found.gone), len(found.still), len(found.unseen)


def test_equal_findings_are_counted_and_those_of_one_file_belong_together() -> None:
    one, two, three = finding("a.py", 1), finding("a.py", 2), finding("b.py", 1)
    assert counts(compared(([one, two], []), ([one, two, three], []))) == (1, 0, 2, 0)
    found = compared(([one, three], []), ([three], []))
    assert counts(found) == (0, 1, 1, 0)
    assert [known.path for known in found.gone] == ["a.py"]
    assert counts(compared(([one], []), ([three], []))) == (0, 0, 1, 0), "it has moved to another file"
    assert counts(compared(([one], []), ([finding("a.py", 1, "SQF102")], []))) == (1, 1, 0, 0)


def test_what_a_broken_file_hides_is_neither_gone_nor_new() -> None:
    own, through, other = finding("a.py", 1), finding("b.py", 1, "SQF102", step="a.py"), finding("b.py", 2, "SQF103")
    start: tuple[Sequence[Finding], Sequence[str]] = ([own, through, other], [])
    assert counts(compared(start, ([other], ["a.py"]))) == (0, 0, 1, 2)
    assert counts(compared(start, ([], ["a.py"]))) == (0, 1, 0, 2)
    assert counts(compared(start, ([other], ["a.py"]), ([other], ["a.py"]))) == (0, 0, 1, 2)
    back = compared(start, ([other], ["a.py"]), ([own, through, other], []))
    assert (counts(back), back.mended) == ((0, 0, 3, 0), ("a.py",))
    mended = compared(start, ([other], ["a.py"]), ([other], []))
    assert counts(mended) == (0, 2, 1, 0), "once it can be read, they are gone"
