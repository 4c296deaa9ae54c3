"""The snippets of docs/editors.md, each given to the real thing where it is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sqsfifo_lint.terminal import name_at_start
from tests.commands import ROOT, run
from tests.programs import CONSTANT_GROUP, write

PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")

ODD_NAMES = ("a b.py", "a:1:2: b.py", "\u00fcn\u00ef.py", "(error): x.py", "-x.py", "x\ny.py", "SQF101 a-b (error).py")


def snippet(heading: str, language: str) -> str:
    """The first block of a language under a heading."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return section.partition(f"```{language}\n")[2].partition("\n```")[0]


def needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one finding in an odd folder, and `sqsfifo-lint` to be called by name."""
    program = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m sqsfifo_lint "$@"\n'
    write(tmp_path, {"pyproject.toml": "", "app/orders.py": CONSTANT_GROUP, "bin/sqsfifo-lint": program})
    (tmp_path / "bin" / "sqsfifo-lint").chmod(0o755)
    return tmp_path


def environment(project: Path) -> dict[str, str]:
    path = os.pathsep.join([str(project / "bin"), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "HOME": str(project), "XDG_CONFIG_HOME": str(project)}


# The matcher of Visual Studio Code


def matcher() -> dict[str, Any]:
    (task,) = json.loads(snippet("Visual Studio Code", "json"))["tasks"]
    assert isinstance(task["problemMatcher"], dict)
    return task["problemMatcher"]


def test_the_task_is_a_command(project: Path) -> None:
    (task,) = json.loads(snippet("Visual Studio Code", "json"))["tasks"]
    done = run(project, *task["args"])
    assert (task["command"], done.returncode) == ("sqsfifo-lint", 1)
    assert done.stdout.startswith("app/orders.py:10:24: SQF101 ")


@pytest.fixture
def odd_output(tmp_path: Path) -> list[str]:
    broken = {"broken.py": "import boto3\nboto3.client('sqs').send_message(MessageGroupId='x'\n"}
    write(tmp_path, {"pyproject.toml": "", **dict.fromkeys(ODD_NAMES, CONSTANT_GROUP), **broken})
    return run(tmp_path, "check", "--output-format", "concise").stdout.splitlines()


def test_the_matcher_reads_every_line(odd_output: list[str]) -> None:
    pattern = matcher()["pattern"]
    found = [re.fullmatch(pattern["regexp"], line) for line in odd_output]
    assert all(found)
    assert len(odd_output) == len(ODD_NAMES) + 1
    parts = [pattern[part] for part in ("file", "line", "column", "code", "severity")]
    got = [match.group(*parts) for match in found if match]
    constant = {(name_at_start(name), "10", "24", "SQF101", "warning") for name in ODD_NAMES}
    assert {one for one in got if one[3] != "SQF001"} == constant
    assert [(one[0], one[4]) for one in got if one[3] == "SQF001"] == [("broken.py", "error")]


def test_a_message_does_not_lead_the_matcher_astray() -> None:
    line = "a.py:1:2: SQF101 constant-group-id (warning): The group ID is always 'b.py:3:4: SQF203 c (error): d'."
    match = re.fullmatch(matcher()["pattern"]["regexp"], line)
    assert match is not None
    assert match.groups()[:5] == ("a.py", "1", "2", "SQF101", "warning")


def test_javascript_reads_the_same(odd_output: list[str]) -> None:
    regexp = matcher()["pattern"]["regexp"]
    script = "const [r, lines] = JSON.parse(process.argv[1]); console.log(JSON.stringify(lines.map(l => l.match(r))))"
    command = [needs("node"), "-e", script, json.dumps([regexp, odd_output])]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    expected = [re.fullmatch(regexp, line) for line in odd_output]
    assert json.loads(done.stdout) == [[match[0], *match.groups()] for match in expected if match]


# Servers


def send(server: subprocess.Popen[bytes], **message: Any) -> None:
    assert server.stdin is not None
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    server.stdin.flush()


def messages(server: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    assert server.stdout is not None
    length = 0
    while line := server.stdout.readline():
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
        elif not line.strip() and length:
            yield json.loads(server.stdout.read(length))
            length = 0


@contextmanager
def started(command: list[str], project: Path) -> Iterator[subprocess.Popen[bytes]]:
    server = subprocess.Popen(
        command,
        cwd=project,
        env=environment(project),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield server
    finally:
        server.kill()
        server.communicate()


def diagnostics(command: list[str], project: Path, settings: object, text: str) -> list[dict[str, Any]]:
    """What a language server says of an unsaved text of `app/orders.py`."""
    uri = (project / "app" / "orders.py").as_uri()
    with started(command, project) as server:
        root = {"processId": os.getpid(), "rootUri": project.as_uri(), "capabilities": {}}
        send(server, id=1, method="initialize", params=root)
        heard = messages(server)
        assert next(message for message in heard if message.get("id") == 1)["result"]
        send(server, method="initialized", params={})
        send(server, method="workspace/didChangeConfiguration", params={"settings": settings})
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        send(server, method="textDocument/didOpen", params={"textDocument": document})
        told = (one["params"]["diagnostics"] for one in heard if one.get("method") == "textDocument/publishDiagnostics")
        found: list[dict[str, Any]] = next(told)
        return found


UNSAVED = CONSTANT_GROUP.replace("\n\n\ndef", '\n\n\nNEW = "line"\n\n\ndef')
"""The finding is three lines further down."""


def test_python_lsp_server(project: Path) -> None:
    pytest.importorskip("pylsp")
    settings = json.loads(snippet("python-lsp-server", "json"))
    every = diagnostics([sys.executable, "-m", "pylsp"], project, settings, UNSAVED)
    (found,) = (one for one in every if one["code"].startswith("SQF"))
    assert (found["source"], found["code"]) == ("flake8", "SQF101")
    assert found["range"]["start"] == {"line": 12, "character": 23}
    assert "constant-group-id" in found["message"]


def test_efm(project: Path) -> None:
    config = write(project, {"efm.yaml": snippet("efm-langserver", "yaml")}) / "efm.yaml"
    (found,) = diagnostics([needs("efm-langserver"), "-c", str(config)], project, {}, UNSAVED)
    assert found["range"]["start"] == {"line": 12, "character": 23}
    assert found["message"].startswith("SQF101 constant-group-id (warning): The group ID is always 'orders'")


def test_the_pattern_for_nvim_lint_in_neovim(project: Path, odd_output: list[str]) -> None:
    """With a parser that does of nvim-lint's what matters here: it names the captures of the pattern."""
    stub = """\
package.loaded["lint"] = { linters = {}, linters_by_ft = {} }
package.loaded["lint.parser"] = {
  from_pattern = function(pattern, groups, severities)
    return function(line)
      local found, captures = {}, { line:match(pattern) }
      for i, group in ipairs(groups) do found[group] = captures[i] end
      found.severity = severities[found.severity]
      return found
    end
  end,
}
"""
    call = """
local said, linter = {}, package.loaded["lint"].linters.sqsfifo_lint
for line in io.lines("lines") do table.insert(said, linter.parser(line)) end
io.open("said", "w"):write(vim.json.encode(said)):close()
"""
    write(project, {"a.lua": stub + snippet("nvim-lint", "lua") + call, "lines": "\n".join(odd_output) + "\n"})
    command = [needs("nvim"), "--headless", "-u", "NONE", "-c", "luafile a.lua", "-c", "qa!"]
    subprocess.run(command, cwd=project, env=environment(project), check=True, capture_output=True, timeout=60)
    said = json.loads((project / "said").read_text(encoding="utf-8"))
    rows = [(one["lnum"], one["col"], one["code"], one["severity"]) for one in said]
    assert sorted(set(rows)) == [("10", "24", "SQF101", 2), (rows[0][0], rows[0][1], "SQF001", 1)]
    assert len(rows) == len(odd_output)


def test_the_server_in_neovim(project: Path) -> None:
    """Neovim shows the findings of an unsaved buffer, with their places."""
    pytest.importorskip("pygls")
    section = PAGE.partition("\n## Neovim\n")[2].partition("\n## ")[0]
    said = """
vim.cmd("edit app/orders.py")
vim.api.nvim_buf_set_lines(0, 0, 0, false, { "# one line more" })
vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 20)
local found = vim.diagnostic.get(0)
io.open("said", "w"):write(vim.json.encode(found)):close()
"""
    write(project, {"a.lua": section.split("```lua\n")[2].partition("```")[0] + said})
    command = [needs("nvim"), "--headless", "-u", "NONE", "-c", "filetype on", "-c", "luafile a.lua", "-c", "qa!"]
    subprocess.run(command, cwd=project, env=environment(project), check=True, capture_output=True, timeout=120)
    (found,) = json.loads((project / "said").read_text(encoding="utf-8"))
    assert (found["lnum"], found["col"], found["source"], found["severity"]) == (10, 23, "sqsfifo-lint", 2)
    assert found["message"].startswith("The group ID is always 'orders'")


def test_settings_for_servers_can_be_read() -> None:
    helix, zed = tomllib.loads(snippet("Helix", "toml")), json.loads(snippet("Zed", "json"))
    command = [helix["language-server"]["sqsfifo-lint"]["command"], *helix["language-server"]["sqsfifo-lint"]["args"]]
    binary = zed["lsp"]["pylsp"]["binary"]
    assert command == [binary["path"], *binary["arguments"]] == ["sqsfifo-lint", "server"]
    assert all("sqsfifo-lint" in one["language-servers"] for one in helix["language"])


VSCODE = ROOT / "editors" / "vscode"


def test_the_extension_for_vs_code(tmp_path: Path) -> None:
    """It is built where npm's packages are: `npm install` in its folder."""
    node = needs("node")
    described = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
    (setting,) = described["contributes"]["configuration"]["properties"].items()
    assert setting[0] == "sqsfifo-lint.command"
    assert setting[1]["default"] == ["sqsfifo-lint", "server"]
    assert setting[1]["scope"] == "machine"  # a workspace must not say what is run
    subprocess.run([node, "--check", str(VSCODE / "extension.js")], check=True, capture_output=True, timeout=60)
    bundler = VSCODE / "node_modules" / ".bin" / "esbuild"
    if not bundler.exists():
        pytest.skip("npm's packages are not there: npm install in editors/vscode")
    built = tmp_path / "extension.js"
    words = [word for word in described["scripts"]["build"].split()[1:] if not word.startswith("--outfile")]
    command = [str(bundler), *words, f"--outfile={built}"]
    subprocess.run(command, cwd=VSCODE, check=True, capture_output=True, timeout=60)
    assert "sqsfifo-lint.restart" in built.read_text(encoding="utf-8")


def test_vim(project: Path) -> None:
    write(project, {"a.vim": snippet("Vim's quickfix list", "vim")})
    entry = "[bufname(v:val.bufnr), v:val.lnum, v:val.col, v:val.text]"
    say = f"call writefile([json_encode(map(getqflist(), '{entry}'))], 'said')"
    command = [needs("vim"), "-es", "-u", "NONE", "-c", "source a.vim", "-c", "silent make!", "-c", say, "-c", "qa!"]
    subprocess.run(command, cwd=project, env=environment(project), check=False, capture_output=True, timeout=60)
    ((name, line, column, text),) = json.loads((project / "said").read_text(encoding="utf-8"))
    assert (name, line, column) == ("app/orders.py", 10, 24)
    assert text.startswith("SQF101 constant-group-id (warning): ")
