"""The server as a process: what it writes where, and what it says without pygls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.commands import ROOT, run
from tests.programs import CONSTANT_GROUP, write

LOUD = """\
import os, subprocess

print("a plugin prints when it is imported", flush=True)
os.write(1, b"and writes to the descriptor\\n")
subprocess.run(["echo", "and starts what prints"])
"""
LATE = """\
import os, threading, time

def loud():
    while not os.path.sameopenfile(1, 2):
        time.sleep(0.01)
    import loud_plugin

threading.Thread(target=loud, daemon=True).start()
"""
"""The plugin is imported once the server has begun: its standard output is the standard error."""


def frames(output: bytes) -> list[dict[str, object]]:
    """The messages in an output, which has nothing else."""
    found = []
    while output:
        head, _, rest = output.partition(b"\r\n\r\n")
        (length,) = (line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        size = int(length.partition(b":")[2])
        found.append(json.loads(rest[:size]))
        output = rest[size:]
    return found


def message(**body: object) -> bytes:
    data = json.dumps({"jsonrpc": "2.0", **body}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)


def test_only_the_protocol_is_on_standard_output(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"orders.py": CONSTANT_GROUP})
    plugins = write(tmp_path / "plugins", {"loud_plugin.py": LOUD, "sitecustomize.py": LATE})
    path = os.pathsep.join([str(plugins), str(ROOT)])
    server = subprocess.Popen(
        [sys.executable, "-m", "sqsfifo_lint", "server"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert server.stdin is not None
    assert server.stderr is not None
    root = {"processId": os.getpid(), "rootUri": project.as_uri(), "capabilities": {}}
    server.stdin.write(message(id=1, method="initialize", params=root) + message(method="initialized", params={}))
    server.stdin.flush()
    heard = b""
    while b"starts what prints" not in heard:
        line = server.stderr.readline()
        assert line, heard
        heard += line
    output, rest = server.communicate(message(id=2, method="shutdown") + message(method="exit"), timeout=60)
    assert [one.get("id") for one in frames(output)] == [1, 2]
    assert b"a plugin prints" in heard
    assert b"writes to the descriptor" in heard
    assert b"Traceback" not in heard + rest
    assert server.returncode == 0


def test_a_client_that_goes_away_ends_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sqsfifo_lint", "server"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=b"",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, b"Traceback" in done.stderr) == (b"", False)


def test_without_pygls(tmp_path: Path) -> None:
    """The command says what to install."""
    write(tmp_path, {"pygls/__init__.py": "raise ModuleNotFoundError(\"No module named 'pygls'\", name='pygls')\n"})
    done = subprocess.run(
        [sys.executable, "-m", "sqsfifo_lint", "server"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = "sqsfifo-lint: error: the language server needs pygls: install `sqsfifo-lint[lsp]`\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_help(tmp_path: Path) -> None:
    done = run(tmp_path, "server", "--help")
    assert (done.returncode, "LSP" in done.stdout) == (0, True)
