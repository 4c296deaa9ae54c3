"""The exit status says what happened: 1 means findings and nothing else, whatever goes wrong around a run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.programs import CONSTANT_GROUP, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")

ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
COMMAND = f"{sys.executable} -P -m sqsfifo_lint"

BROKEN = """
import sys
sys.argv = ["sqsfifo-lint", "check", *sys.argv[1:]]
from sqsfifo_lint import cli
from sqsfifo_lint.run import engine
def check(*args, **kwargs):
    raise {error}
engine.check = check
cli.main()
"""

SLOW = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored, as below `nohup`
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
from sqsfifo_lint import cli
from sqsfifo_lint.run import engine
from sqsfifo_lint.run.workers import Team
def work(number):
    print("at work", os.getpid(), file=sys.stderr, flush=True)
    while True:
        try: time.sleep(60)
        except Exception: pass
def check(*args, **kwargs):
    with Team([0, 1, 2], 3) as team:
        team.each(work)
engine.check = check
sys.argv = ["sqsfifo-lint", "check"]
cli.main()
"""

NOHUP = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
from sqsfifo_lint import cli
from sqsfifo_lint.run import engine
checked = engine.check
def check(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGHUP)
    return checked(*args, **kwargs)
engine.check = check
sys.argv = ["sqsfifo-lint", "check"]
cli.main()
"""


def shell(cwd: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line], cwd=cwd, env=ENV, capture_output=True, text=True, check=False, timeout=60
    )


def broken(error: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = BROKEN.replace("{error}", error)
    return subprocess.run(
        [sys.executable, "-P", "-c", script, *arguments],
        env=ENV,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "error",
    ["KeyError('x')", "RecursionError()", "MemoryError()", "EOFError()", "FileNotFoundError(2, 'gone', 'some/file')"],
)
def test_what_nobody_foresaw_is_one_line_and_status_2(error: str) -> None:
    done = broken(error)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("sqsfifo-lint: error: internal error at ")
    assert error.partition("(")[0] in line
    assert "please report" in line
    assert "--traceback" in line


def test_the_rest_is_shown_on_demand() -> None:
    done = broken("KeyError('x\\x1b[31m')", "--traceback")
    assert done.returncode == 2
    assert done.stderr.startswith("Traceback")
    assert "\x1b" not in done.stderr
    assert "--traceback" not in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_run_and_its_workers_at_once(number: signal.Signals, status: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-P", "-c", SLOW], env=ENV, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        workers = [int(process.stderr.readline().split()[-1]) for _ in range(3)]
        assert len(set(workers)) == 3
        start = time.monotonic()
        process.send_signal(number)  # to the one process, not to its group
        assert process.stderr.read() == f"sqsfifo-lint: ended by {number.name}\n"
        assert process.wait() == status
        while any(map(alive, workers)) and time.monotonic() < start + 5:
            time.sleep(0.02)
        assert not any(map(alive, workers))


def test_a_signal_that_is_ignored_as_by_nohup_stays_ignored(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "a.py": CONSTANT_GROUP})
    done = subprocess.run(
        [sys.executable, "-P", "-c", NOHUP],
        cwd=tmp_path,
        env=ENV,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done
    assert "SQF101" in done.stdout


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        (f"{COMMAND} check - <&-", 2, "standard input is closed"),
        (f"{COMMAND} check . >&-", 2, "standard output is closed"),
        (f"mkdir gone; cd gone; rmdir ../gone; {COMMAND} check", 2, "the working folder cannot be used"),
        (f"{COMMAND} check . 2>&-", 1, ""),
        (f"{COMMAND} check . <&-", 1, ""),
        (f"{COMMAND} check . | true; exit ${{PIPESTATUS[0]}}", 141, ""),
        (f"{COMMAND} rule --all | true; exit ${{PIPESTATUS[0]}}", 141, ""),
        (f"{COMMAND} --help | true; exit ${{PIPESTATUS[0]}}", 141, ""),
        (f"head -c 9000000 /dev/zero | {COMMAND} check -", 2, "standard input is too large"),
    ],
)
def test_closed_streams_and_a_lost_folder_have_their_own_words(
    tmp_path: Path, line: str, status: int, words: str
) -> None:
    write(tmp_path, {"pyproject.toml": "", "a.py": CONSTANT_GROUP})
    done = shell(tmp_path, line)
    assert done.returncode == status, done
    assert done.stderr.startswith(f"sqsfifo-lint: error: {words}") if words else not done.stderr
    assert done.stderr.count("\n") == bool(words)
