"""What checking opens, imports and runs, seen by an audit hook in a child process: the project's own files, as data.

Beside these, only what belongs to Python, to the packages that are installed and to this package is opened, and the
configuration files that are documented.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.commands import ROOT, Done
from tests.programs import CONSTANT_GROUP, NO_DEDUP, write

WATCHED = """
import json, os, sys
seen = []
def watch(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)):
        seen.append(("open", os.path.realpath(os.fsdecode(args[0])), str(args[1])))
    elif event == "exec":
        seen.append(("exec", args[0].co_filename, ""))
    elif event == "import":
        seen.append(("import", str(args[1] or ""), str(args[0])))
    elif event == "compile" and args[1] is not None:
        seen.append(("compile", str(args[1]), ""))
    elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect", "socket.bind",
                   "socket.getaddrinfo", "pickle.find_class", "ctypes.dlopen", "urllib.Request", "os.remove",
                   "os.rename", "shutil.rmtree", "marshal.loads"):
        seen.append((event, str(args[0]) if args else "", str(args[1:])))
sys.addaudithook(watch)
target, sys.argv = sys.argv[1], sys.argv[2:]
def tell(status=0):
    sys.stdout.flush()
    with open(target, "w") as file:
        json.dump(seen, file)
real = os._exit
owner = os.getpid()
def ending(status):
    if os.getpid() == owner:
        tell()
    real(status)
os._exit = ending
if sys.argv[0] == "flake8":
    from flake8.main.cli import main
    status = main(sys.argv[1:])
    tell()
    real(status)
from sqsfifo_lint.cli import main
main()
"""

TRAP = "raise SystemExit('this file was run')\n"
TRAPS = [
    *("setup.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "click.py", "libcst.py", "yaml.py", "rich.py"),
    *("json.py", "boto3/__init__.py", "app/__init__.py", "sqsfifo_lint_rules.py", "pathspec.py", "tree_sitter.py"),
]
FILES: dict[str, str | bytes] = {
    **dict.fromkeys(TRAPS, TRAP + NO_DEDUP),
    "app/a.py": "from app import b\nimport setup, conftest\n" + CONSTANT_GROUP,
    "app/b.py": CONSTANT_GROUP.replace('"orders"', "group()") + "def group(): return open('/etc/hostname').read()\n",
    "t.yaml": 'X: !!python/object/apply:os.system ["touch RAN"]\nQ: {Type: "AWS::SQS::Queue"}\nF: ${file(/etc/x)}\n',
    "serverless.yml": "resources: ${file(../outside/secret.yaml)}\nQ: {Type: 'AWS::SQS::Queue'}\n",
    "m.tf": 'module "m" {\n  source = "../outside"\n}\nresource "aws_sqs_queue" "q" { name = file("/etc/passwd") }\n',
    "s.sh": "source ../outside/env.sh\naws sqs create-queue --queue-name $(touch RAN).fifo\n",
    "q.conf": 'include file("/etc/passwd")\nqueues { a { fifo = true } }\n',
    ".env": "QUEUE=a.fifo\n",
    "data.pickle": b"cos\nsystem\n(S'touch RAN'\ntR.",
    "logs.txt": "2024-01-01T00:00:00Z start group=a id=1\n2024-01-01T00:00:01Z end group=a id=1\n" * 3,
    "messages.jsonl": '{"MessageId": "1", "Body": "x", "Attributes": {"MessageGroupId": "a"}}\n' * 3,
}
DOORS = {
    "check": ["sqsfifo-lint", "check", "."],
    "check in SARIF": ["sqsfifo-lint", "check", ".", "--output-format", "sarif", "--audit"],
    "check of a file": ["sqsfifo-lint", "check", "app/a.py", "t.yaml"],
    "trace": ["sqsfifo-lint", "trace", "app/b.py:7"],
    "queues": ["sqsfifo-lint", "queues", "."],
    "rule": ["sqsfifo-lint", "rule", "SQF101"],
    "rules": ["sqsfifo-lint", "rule"],
    "messages": ["sqsfifo-lint", "messages", "messages.jsonl", "--project", "."],
    "logs": ["sqsfifo-lint", "logs", "logs.txt", "--project", "."],
    "flake8": ["flake8", "-j", "1", "app"],  # it would open the link itself
}


@pytest.mark.skipif(sys.platform != "linux", reason="what Python itself opens differs")
@pytest.mark.parametrize("door", DOORS)
def test_only_the_project_is_read_and_nothing_of_it_is_run(tmp_path: Path, door: str) -> None:
    root = write(tmp_path / "project", FILES)
    write(tmp_path / "outside", {"secret.yaml": "Q: {Type: 'AWS::SQS::Queue'}\n", "env.sh": "X=1\n", "a.py": NO_DEDUP})
    for name, target in {"link.py": "../outside/a.py", "linked": "../outside", "hosts.yaml": "/etc/hosts"}.items():
        (root / name).symlink_to(target)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    told = tmp_path / "seen.json"
    (tmp_path / "tmp").mkdir()
    done = watched(root, told, DOORS[door])
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1, 2), done
    seen = json.loads(told.read_text("utf-8"))
    assert any(event == "open" and path.startswith(f"{root}{os.sep}app") for event, path, _ in seen) or "rule" in door
    assert [one for one in seen if one[0] == "open" and not may_be_opened(one[1], root, tmp_path)] == []
    inside = str(tmp_path) + os.sep
    assert [one for one in seen if one[0] in ("exec", "import") and os.path.abspath(one[1]).startswith(inside)] == []
    assert [one for one in seen if one[0] in FORBIDDEN and not allowed(one, tmp_path)] == []
    assert "this file was run" not in done.stdout + done.stderr
    assert not list(tmp_path.rglob("RAN"))
    assert {path: path.read_bytes() for path in before} == before


def watched(root: Path, told: Path, command: list[str]) -> Done:
    """Run a command in a folder; all that it opened, imported and ran is written to `told`."""
    here = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(told.parent / "tmp")}
    return subprocess.run(
        [sys.executable, "-P", "-c", WATCHED, str(told), *command],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, **here},
    )


def test_the_hook_sees_what_is_outside(tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"app/a.py": CONSTANT_GROUP})
    write(tmp_path / "outside", {"a.py": NO_DEDUP})
    (root / "link.py").symlink_to("../outside/a.py")
    watched(root, tmp_path / "seen.json", ["sqsfifo-lint", "check", ".", "--follow-links"])
    seen = json.loads((tmp_path / "seen.json").read_text("utf-8"))
    opened = [one[1] for one in seen if one[0] == "open" and not may_be_opened(one[1], root, tmp_path)]
    assert opened == [str(tmp_path / "outside" / "a.py")]


FORBIDDEN = {
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect", "socket.bind"),
    *("socket.getaddrinfo", "pickle.find_class", "urllib.Request", "os.remove", "os.rename", "shutil.rmtree"),
}
OURS = [ROOT / "sqsfifo_lint", *{Path(path) for path in sysconfig.get_paths().values()}, Path(sys.base_prefix)]
OF_THE_SYSTEM = ["/dev/null", "/usr", "/lib", "/proc/self", "/etc/localtime", "/etc/ld.so.cache", "/etc/mime.types"]


CONFIGURATION = {
    *(".gitignore", "pyproject.toml", "sqsfifo-lint.toml"),
    *("setup.cfg", "tox.ini", ".flake8"),  # flake8's own
}


def may_be_opened(path: str, root: Path, top: Path) -> bool:
    """Whether it is the project's, Python's or ours, or a configuration file, which is looked for upwards."""
    if path.startswith(str(top / "outside")):
        return False
    if Path(path).name in CONFIGURATION:
        return Path(path).parent in (root, *root.parents) or path.startswith(f"{root}{os.sep}")
    allowed_below = [str(root), str(top / "tmp"), str(top / "seen.json"), *OF_THE_SYSTEM]
    allowed_below += [os.path.realpath(one) for one in OURS]
    return path.startswith(tuple(allowed_below)) or path == "/" or path == os.path.realpath("/dev/null")


def allowed(event: tuple[str, str, str], top: Path) -> bool:
    """Our own processes send each other our own results, and temporary folders are removed."""
    ours = event[0] == "pickle.find_class" and event[1].startswith("sqsfifo_lint.")
    return ours or event[1].startswith(str(top / "tmp"))
