"""One answer for one file: the same at every door, from every working folder, whatever else is asked for.

A repository with nested projects, functions of Lambda in folders of their own, layers and a shared library, each with
files of the same names, is asked about file by file.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands import ROOT, Done, flake8, run
from tests.programs import write

Place = tuple[str, int, int, str]
"""Path from the top of the repository, line, column, code."""

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012"
WRAPPER = f"""\
import boto3

sqs = boto3.client("sqs")


def push(body, group, dedup):
    sqs.send_message(
        QueueUrl="{URL}/orders.fifo",
        MessageBody=body,
        MessageGroupId=group,
        MessageDeduplicationId=dedup,
    )
"""
FUNCTION = f"""\
import boto3
import layer_ids
from common import group_of

sqs = boto3.client("sqs")


def handler(event, context):
    sqs.send_message(
        QueueUrl="{URL}/events.fifo",
        MessageBody=event["body"],
        MessageGroupId=group_of(event),
        MessageDeduplicationId=layer_ids.new(event),
    )
"""
TEMPLATE = """\
Resources:
  Events:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: events.fifo
      FifoQueue: true
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}
  Dead:
    Type: AWS::SQS::Queue
  Mails:
    Type: AWS::SQS::Queue
    Properties: {QueueName: mails.fifo, FifoQueue: true, ContentBasedDeduplication: true}
"""
MAILS = f"""\
import boto3


def remind(user):
    boto3.client("sqs").send_message(QueueUrl="{URL}/mails.fifo", MessageBody=user.mail, MessageGroupId=user.id)
"""

TREE: dict[str, str | bytes] = {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".gitignore": "build/\ncopied_*.py\n",
    "pyproject.toml": '[tool.sqsfifo-lint]\nexclude = ["third_party/"]\nignore = ["SQF101"]\n',
    # A library that others install, and whose callers are in other projects.
    "libs/shared/pyproject.toml": '[project]\nname = "acme-shared"\n',
    "libs/shared/src/acme_shared/__init__.py": "from acme_shared.bus import push\n",
    "libs/shared/src/acme_shared/bus.py": WRAPPER,
    # Projects with a configuration of their own, and of their own over that of the repository.
    "services/orders/pyproject.toml": '[tool.sqsfifo-lint]\nextend = "../../pyproject.toml"\nignore = ["SQF103"]\n',
    "services/orders/src/orders/__init__.py": "",
    "services/orders/src/orders/handler.py": (
        "import uuid\n\nfrom acme_shared import push\n\n\ndef placed(order):\n"
        '    push(order.body, "orders", order.id)\n    push(order.body, order.customer, str(uuid.uuid4()))\n'
    ),
    "services/billing/setup.cfg": "[metadata]\nname = billing\n",
    "services/billing/sqsfifo-lint.toml": (
        'serial-queues = ["orders.fifo"]\nper-file-ignores = { "old.py" = ["SQF2"] }\n'
    ),
    "services/billing/jobs.py": (
        "import uuid\n\nfrom acme_shared.bus import push\n\n\ndef paid(invoice):\n"
        '    push(invoice.body, "orders", str(uuid.uuid4()))\n'
    ),
    "services/billing/old.py": (
        "import uuid\n\nfrom acme_shared.bus import push\n\n\ndef paid(invoice):\n"
        "    push(invoice.body, invoice.id, str(uuid.uuid4()))\n"
    ),
    # Functions whose modules have the same names, and a layer that both import.
    "functions/pyproject.toml": '[tool.sqsfifo-lint]\nselect = ["SQF1", "SQF2"]\n',
    "functions/resize/app.py": FUNCTION,
    "functions/resize/common.py": "def group_of(event):\n    return 'images'\n",
    "functions/notify/app.py": FUNCTION,
    "functions/notify/common.py": "def group_of(event):\n    return event['user']\n",
    "layers/base/python/layer_ids.py": "import time\n\n\ndef new(event):\n    return str(time.time_ns())\n",
    "functions/remind/app.py": MAILS,
    "infra/queues.yaml": TEMPLATE,
    # What is hidden calls nothing.
    "copied_orders.py": "from acme_shared.bus import push\n\npush('x', 'x', 'x')\n",
    "build/made.py": "from acme_shared.bus import push\n\npush('x', 'x', 'x')\n",
    "third_party/copy.py": "from acme_shared.bus import push\n\npush('x', 'x', 'x')\n",
}

EXPECTED = {
    ("services/orders/src/orders/handler.py", 8, "SQF202"),
    ("services/billing/jobs.py", 7, "SQF202"),
    ("functions/resize/app.py", 12, "SQF101"),
    ("functions/resize/app.py", 13, "SQF202"),
    ("functions/notify/app.py", 13, "SQF202"),
    ("infra/queues.yaml", 7, "SQF404"),
}
"""Path, line and code of all that is to be found, with no matter which door."""

HERE = (".", "services/orders", "functions/notify", "infra", "../elsewhere")
FILES = sorted(name for name in TREE if name.endswith((".py", ".yaml")) and not name.startswith("."))
HIDDEN = {"copied_orders.py", "build/made.py", "third_party/copy.py"}
HOOK = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]["entry"].split()[1:]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree, with a folder beside it that has nothing to do with it."""
    root = write(tmp_path_factory.mktemp("doors") / "repository", TREE)
    (root.parent / "elsewhere").mkdir()
    return root


@pytest.fixture(scope="module")
def expected(repository: Path) -> set[Place]:
    """What `check .` says at the top."""
    found = check(repository, repository, ".")
    assert {(path, line, code) for path, line, _, code in found} == EXPECTED
    return found


def check(root: Path, cwd: Path, *arguments: str, stdin: str = "") -> set[Place]:
    """What the command finds."""
    command = arguments if arguments[0] == "check" else ("check", *arguments)
    done = run(cwd, *command, "--output-format", "jsonl", stdin=stdin)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {(seen(root, cwd, row["path"]), row["line"], row["column"], row["code"]) for row in rows}


def seen(root: Path, cwd: Path, shown: str) -> str:
    """A name that is shown in a working folder, from the top: it is relative to one of the two."""
    near = os.path.normpath(cwd / shown)
    return os.path.relpath(near if os.path.exists(near) else root / shown, root)


def asked(root: Path, cwd: Path, name: str) -> str:
    return os.path.relpath(root / name, cwd)


def flaked(root: Path, cwd: Path, done: Done) -> set[Place]:
    rows = re.findall(r"^(.+?):(\d+):(\d+): (SQF\d{3}) ", done.stdout, re.MULTILINE)
    return {(os.path.relpath(cwd / path, root), int(line), int(column), code) for path, line, column, code in rows}


@pytest.mark.parametrize("here", HERE)
def test_a_file_by_name(repository: Path, expected: set[Place], here: str) -> None:
    cwd = repository / here
    for name in FILES:
        own = {place for place in expected if place[0] == name}
        file = asked(repository, cwd, name)
        if name not in HIDDEN:
            assert check(repository, cwd, file) == own, name
            text = (repository / name).read_text(encoding="utf-8")
            assert check(repository, cwd, "-", "--stdin-filename", file, stdin=text) == own, name
        assert check(repository, cwd, *HOOK, file) == own, name


@pytest.mark.parametrize("here", HERE)
def test_a_file_in_flake8(repository: Path, expected: set[Place], here: str) -> None:
    cwd, select = (
        repository / here,
        ("--isolated", "--select", "SQF", "--format", "%(path)s:%(row)d:%(col)d: %(code)s "),
    )
    python = [name for name in FILES if name.endswith(".py") and name not in HIDDEN]
    for name in python:
        done = flake8(cwd, *select, asked(repository, cwd, name))
        assert flaked(repository, cwd, done) == {place for place in expected if place[0] == name}, name
    done = flake8(cwd, *select, *(asked(repository, cwd, name) for name in python))
    assert flaked(repository, cwd, done) == {place for place in expected if place[0].endswith(".py")}


def test_flake8_tells_what_it_cannot_show(repository: Path) -> None:
    done = flake8(repository, "--isolated", "--select", "SQF", ".")
    note = "note: flake8 reads Python only and cannot show 1 finding in infra/queues.yaml: run `sqsfifo-lint check`"
    assert done.stderr == f"sqsfifo-lint: {note}\n"


@pytest.mark.parametrize("below", ["services", "services/billing", "functions", "infra", "libs", "functions/resize"])
@pytest.mark.parametrize("here", HERE)
def test_a_folder(repository: Path, expected: set[Place], below: str, here: str) -> None:
    cwd = repository / here
    own = {place for place in expected if place[0].startswith(f"{below}/")}
    assert check(repository, cwd, asked(repository, cwd, below)) == own
    if here == below:
        assert check(repository, cwd, ".") == own


def test_several_at_once_say_the_same_of_each(repository: Path, expected: set[Place]) -> None:
    some = ["services/billing/jobs.py", "functions", "libs"]
    assert check(repository, repository, *some) == {one for one in expected if one[0].startswith(tuple(some))}
    # What is hidden says nothing of others, even if it is named.
    assert check(repository, repository, ".", *sorted(HIDDEN)) - expected == check(repository, repository, *HIDDEN)


@pytest.mark.parametrize("here", HERE)
def test_trace_shows_what_is_reported(repository: Path, expected: set[Place], here: str) -> None:
    cwd = repository / here
    for name, line, _, code in sorted(expected):
        if name.endswith(".py"):
            shown = traced(cwd, f"{asked(repository, cwd, name)}:{line}")
            assert shown == traced(repository, f"{name}:{line}"), (name, line)
            assert MATERIALS[code] & set(shown), (name, line)


MATERIALS = {"SQF101": {"constant"}, "SQF202": {"clock", "unique"}}
"""What a finding is about is made of one of these."""


def traced(cwd: Path, place: str) -> list[str]:
    """What the IDs are made of, in order, by a trace."""
    done = run(cwd, "trace", place, "--output-format", "json")
    assert done.returncode == 0, done.stderr
    return list(materials(json.loads(done.stdout)))


def test_what_is_hidden_calls_nothing(repository: Path) -> None:
    done = run(repository, "trace", "libs/shared/src/acme_shared/bus.py:7", "--output-format", "json")
    (send,) = json.loads(done.stdout)["sends"]
    callers = {"services/orders/src/orders/handler.py", "services/billing/jobs.py", "services/billing/old.py"}
    assert {call["path"] for call in send["calls"]} == callers


def materials(found: Any) -> Iterator[str]:
    match found:
        case {"material": material}:
            yield material
        case dict():
            for inner in found.values():
                yield from materials(inner)
        case list():
            for inner in found:
                yield from materials(inner)


@pytest.mark.parametrize("here", HERE)
def test_queues_lists_the_same_for_a_file(repository: Path, here: str) -> None:
    cwd = repository / here
    everything = queues(repository, repository, ".")
    assert {queue for queue, _, _ in everything} >= {"events.fifo", "mails.fifo"}
    for name in FILES:
        if name not in HIDDEN:
            own = {(queue, declared, send) for queue, declared, send in everything if name in (declared, send)}
            found = queues(repository, cwd, asked(repository, cwd, name))
            assert {row for row in found if name in row[1:]} == own, name


def queues(root: Path, cwd: Path, path: str) -> set[tuple[str, str, str]]:
    """Each queue with where it is declared and a file that sends to it, of those that are known."""
    done = run(cwd, "queues", path, "--output-format", "json")
    assert done.returncode == 0, done.stderr
    found = set()
    for row in json.loads(done.stdout):
        declared = seen(root, cwd, row["declared"]["path"]) if row["declared"] else ""
        found |= {(row["queue"], declared, seen(root, cwd, send["path"])) for send in row["sends"]} or {
            (row["queue"], declared, "")
        }
    return found


@pytest.mark.parametrize("here", HERE)
def test_github_and_sarif_name_files_from_the_top(repository: Path, expected: set[Place], here: str) -> None:
    cwd = repository / here
    names = {place[0] for place in expected}
    done = run(cwd, "check", "--output-format", "github", asked(repository, cwd, "."))
    assert set(re.findall(r"file=([^,]+),", done.stdout)) == names
    done = run(cwd, "check", "--output-format", "sarif", asked(repository, cwd, "."))
    (log,) = json.loads(done.stdout)["runs"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in log["results"]]
    assert {(one["uri"], one["uriBaseId"]) for one in places} == {(name, "%SRCROOT%") for name in names}


def test_a_repository_in_a_repository_is_another_project(tmp_path: Path) -> None:
    root = write(tmp_path / "outer", {".git/HEAD": "", "app.py": "from bus import push\n\npush('x', 'x', 'y')\n"})
    write(
        root / "sub", {".git": "gitdir: ../.git/modules/sub\n", "bus.py": WRAPPER, "own.py": TREE["copied_orders.py"]}
    )
    write(root / "sub", {"own.py": "from bus import push\n\n\ndef f(x):\n    push(x, 'x', x.id)\n"})
    whole = check(root, root, ".")
    assert {(path, line, code) for path, line, _, code in whole} == {("sub/own.py", 5, "SQF101")}
    assert check(root, root, "sub") == check(root, root / "sub", "own.py") == whole


def test_a_wrong_configuration_is_told_for_its_own_files_only(tmp_path: Path) -> None:
    root = write(
        tmp_path, {".git/HEAD": "", "a/x.py": MAILS, "b/x.py": MAILS, "b/pyproject.toml": "[tool.sqsfifo-lint]\nx=1"}
    )
    assert run(root, "check", "a/x.py").returncode == 1
    for door in (["check", "b/x.py"], ["check", "."], ["trace", "b/x.py:5"], ["queues", "b"]):
        done = run(root, *door)
        assert (done.returncode, "b/pyproject.toml: unknown key 'x'" in done.stderr) == (2, True), door


def test_senders_are_those_of_the_configuration_of_the_file(tmp_path: Path) -> None:
    call = "from acme.bus import push\n\n\ndef f(x):\n    push(x, 'one')\n"
    says = '[tool.sqsfifo-lint.senders]\n"acme.bus.push" = { body = 0, group = 1 }\n'
    root = write(tmp_path, {".git/HEAD": "", "a/x.py": call, "b/x.py": call, "a/pyproject.toml": says})
    assert check(root, root, ".") == check(root, root, "a/x.py") == {("a/x.py", 5, 13, "SQF101")}
    assert check(root, root, "b/x.py") == set()


def test_the_bounds_of_a_search_upward(tmp_path: Path) -> None:
    with contextlib.chdir(write(tmp_path, {"deep/x.py": MAILS})):
        assert check(tmp_path, tmp_path, "deep/x.py") == check(tmp_path, tmp_path / "deep", ".") != set()
