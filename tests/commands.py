"""The command line and flake8, run inside the test's own process: a separate process costs half a second each.

What depends on a process (terminals, encodings, pipes, what is imported) is tested with real ones in `test_cli`,
`test_flake8` and `test_bad_input`.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from inspect import signature
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from sqsfifo_lint.cli import cli

NAME = "sqsfifo-lint"

ROOT = Path(__file__).parent.parent

Done = subprocess.CompletedProcess[str]

APART: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
"""What makes click tell output from errors. Since 8.2 it always does."""


class Flushed(click.Command):
    """The command for click's runner, which before click 8.1.8 forgets what standard error has not written yet."""

    def main(self, *arguments: Any, **named: Any) -> Any:
        try:
            return cli.main(*arguments, **named)
        finally:
            sys.stderr.flush()


_SECONDS = re.compile(r"(?<=[( ])[\d,.]+ s(?=\)?$)", re.MULTILINE)


def timeless(text: str) -> str:
    """An output with how long it took as 0.3 s: it would differ from run to run."""
    return _SECONDS.sub("0.3 s", text)


def run(cwd: Path, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Done:
    """`sqsfifo-lint` in a folder. An exception (a bug) is passed on."""
    changes: dict[str, str | None] = {"NO_COLOR": None, "FORCE_COLOR": None, "COLUMNS": None, **(env or {})}
    with contextlib.chdir(cwd):
        done = CliRunner(**APART).invoke(Flushed(cli.name), arguments, prog_name=NAME, input=stdin, env=changes)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(arguments, done.exit_code, done.stdout, done.stderr)


def run_as_process(cwd: Path, *arguments: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Done:
    """`python -m sqsfifo_lint` in a folder, as users run it."""
    environment = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    path = os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "sqsfifo_lint", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        env={**environment, "PYTHONPATH": path, **(env or {})},
    )


def flake8(cwd: Path, *arguments: str) -> Done:
    """`flake8` in a folder, with its own configuration or that of the arguments, in one job."""
    from flake8.main.cli import main

    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["-j", "1", *arguments])
    out.flush()
    buffer = out.buffer
    assert isinstance(buffer, io.BytesIO)
    return Done(arguments, status, buffer.getvalue().decode(), err.getvalue())
