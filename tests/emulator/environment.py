"""LocalStack for the tests: installed once, into its own virtual environment; started on a free port; stopped.

Its pins must not conflict with the project's, so none of it is installed where the tests run. The environment is kept
in the folder that the variable `SQSFIFO_LINT_EMULATOR` names, by default in the user's cache folder.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3

from tests.emulator.programs import Programs

VERSION = "4.13.1"
REQUIREMENTS = (f"localstack-core[base-runtime]=={VERSION}", "cbor2<6", "pyopenssl<26", "service-identity")
FOLDER_VARIABLE = "SQSFIFO_LINT_EMULATOR"

ACCOUNT = "123456789012"
"""The account in the examples' queue URLs. LocalStack uses an access key ID of twelve digits as the account."""
REGION = "eu-west-1"
FIFO, STANDARD = "events.fifo", "events"
"""The queues for programs that name none."""

INSTALL_SECONDS = 900
STARTS = 3
"""How often its start is tried."""
START_SECONDS = 90
LOG_LINES = 40

LAUNCH = """\
import os, runpy, signal, sys, threading

def end_with_parent():
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)

threading.Thread(target=end_with_parent, daemon=True).start()
runpy.run_module("localstack.runtime.main", run_name="__main__")
"""
"""Runs LocalStack until our end of the pipe is closed, which the kernel does even if we are killed."""

Tell = Callable[[str], None]


class UnavailableError(Exception):
    """Why there is no emulator on this machine."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running LocalStack: a boto3 client for it, and a way to run programs that use it."""

    sqs: Any
    programs: Programs
    log: Path


@contextmanager
def running(tell: Tell) -> Iterator[Emulator]:
    """A LocalStack that runs until the block is left. `tell` receives a line about each slow step.

    Raises `UnavailableError` if it cannot be installed or started.
    """
    if os.name != "posix":
        raise UnavailableError("LocalStack is started on POSIX systems only")
    python = _installed(tell)
    with tempfile.TemporaryDirectory(prefix="sqsfifo-lint-emulator-", ignore_cleanup_errors=True) as folder:
        process, url, log = _started(python, Path(folder), tell)
        try:
            environment = environment_of_programs(url)
            with patch.dict(os.environ, environment, clear=True):
                sqs = boto3.session.Session().client("sqs")
            with Programs(environment) as programs:
                yield Emulator(sqs, programs, log)
        finally:
            _stop(process)


def _started(python: Path, folder: Path, tell: Tell) -> tuple[subprocess.Popen[bytes], str, Path]:
    """A process that serves requests, its URL and its log. Raises `UnavailableError`.

    Now and then it ends while it starts: its threads make one certificate at the same time, and one reads what another
    has not written yet.
    """
    for attempt in range(1, STARTS + 1):
        port, own = _free_port(), folder / str(attempt)
        own.mkdir()
        url, log = f"http://127.0.0.1:{port}", own / "log"
        process = _start(python, own, port, log)
        try:
            _wait_until_ready(url, process, log)
        except BaseException as error:
            ended = process.poll() is not None
            _stop(process)
            if attempt == STARTS or not (ended and isinstance(error, UnavailableError)):
                raise
            tell(f"LocalStack ended while it started; once more. {error}")
        else:
            return process, url, log
    raise AssertionError


def _start(python: Path, folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start it as the leader of a process group."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [str(python), "-c", LAUNCH],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=_settings(folder, port),
            start_new_session=True,
        )


def environment_of_programs(url: str) -> dict[str, str]:
    """Variables that make boto3 use the emulator, whatever the user's own settings, and those that examples read."""
    return {
        **_clean_environment(),
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "NO_PROXY": "*",
        "QUEUE_URL": queue_url(FIFO),
        "MESSAGE_GROUP": "orders",
        "STAGE": "test",
    }


def queue_url(name: str) -> str:
    """The URL of a queue as AWS, and the examples, write it."""
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def _settings(folder: Path, port: int) -> dict[str, str]:
    return {
        **_clean_environment(),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "SERVICES": "sqs,sns",
        "EAGER_SERVICE_LOADING": "1",
        "PROVIDER_OVERRIDE_SNS": "v2",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "LS_LOG": "warn",
        "FILESYSTEM_ROOT": str(folder / "files"),
    }


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it serves requests. Raises `UnavailableError`, with its log, if it ends or takes too long."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise UnavailableError(f"LocalStack ended with status {process.returncode}:\n{log_tail(log)}")
        try:
            with direct.open(f"{url}/_localstack/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise UnavailableError(f"LocalStack was not ready after {START_SECONDS} s:\n{log_tail(log)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe, which ends the whole process group."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait(timeout=5)


def _installed(tell: Tell) -> Path:
    """The Python of an environment that has LocalStack, made on first use. Raises `UnavailableError`."""
    import fcntl

    base = _base_python()
    folder = _cache() / f"localstack-{VERSION}-{_version_of(base)}"
    python, complete = folder / "bin" / "python", folder / "complete"
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = "\n".join(REQUIREMENTS)
        if complete.is_file() and complete.read_text(encoding="utf-8") == wanted and python.exists():
            return python
        tell(f"installing LocalStack {VERSION} into {folder} (once, about 200 MB)")
        started = time.monotonic()
        shutil.rmtree(folder, ignore_errors=True)
        _run([base, "-m", "venv", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *REQUIREMENTS])
        complete.write_text(wanted, encoding="utf-8")
        tell(f"installed in {time.monotonic() - started:.0f} s")
    return python


def _base_python() -> str:
    """Python 3.11, for which LocalStack is made, or else the running one."""
    other = shutil.which("python3.11")
    if sys.version_info[:2] != (3, 11) and other and _version_of(other) == "3.11":
        return other
    return sys.executable


def _version_of(python: str) -> str:
    """`3.11`; empty if it does not run."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _cache() -> Path:
    """The folder that keeps the environment; a new one, for this run only, if no cache can be written."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(chosen or Path(cache, "sqsfifo-lint")).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if chosen:
            raise UnavailableError(f"{FOLDER_VARIABLE} cannot be used: {error}") from error
        return Path(tempfile.mkdtemp(prefix="sqsfifo-lint-"))
    return folder


def _run(command: list[str]) -> None:
    """Run a step of the installation. Raises `UnavailableError` with the last lines of what it printed."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_clean_environment(),
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"LocalStack was not installed after {INSTALL_SECONDS} s") from error
    if done.returncode:
        raise UnavailableError(f"LocalStack cannot be installed:\n{_tail(done.stdout.decode(errors='replace'))}")


def _clean_environment() -> dict[str, str]:
    """The environment without variables that change which Python code runs and which endpoint boto3 uses."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON", "VIRTUAL_ENV"))}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def log_tail(log: Path) -> str:
    """The last lines of LocalStack's log."""
    return _tail(log.read_text(encoding="utf-8", errors="replace"))


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-LOG_LINES:])
