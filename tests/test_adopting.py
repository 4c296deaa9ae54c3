"""An old code base adopts the check: a baseline, edits, and only what is new is told, at every door."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from sqsfifo_lint.baseline import FILE
from sqsfifo_lint.run.changed import GitError, changes_since
from tests import commands
from tests.commands import Done, run
from tests.programs import CLEAN, CONSTANT_GROUP, NO_DEDUP, write

SENDER = """\
import time
import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/{name}.fifo"


class {title}:
    def created(self, order):
        sqs.send_message(
            QueueUrl=QUEUE,
            MessageBody=order["body"],
            MessageGroupId="{name}",
            MessageDeduplicationId=str(int(time.time())),
        )

    def closed(self, order):
        sqs.send_message(QueueUrl=QUEUE, MessageBody=order["body"], MessageGroupId=order["id"])
"""
"""Three findings: SQF101, SQF202 and SQF201."""

NAMES = tuple(f"team{number:02}" for number in range(13))


def sender(name: str) -> str:
    return SENDER.format(name=name, title=name.title())


def found(cwd: Path, *arguments: str) -> list[str]:
    """`file code` of what the command reports."""
    done = run(cwd, "check", "--output-format", "jsonl", *arguments)
    assert done.returncode in (0, 1), done.stderr
    return [f"{one['path']} {one['code']}" for one in map(json.loads, done.stdout.splitlines())]


def entries(root: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((root / FILE).read_text(encoding="utf-8"))["findings"]
    return rows


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A code base with 39 findings that have been accepted."""
    write(tmp_path, {f"app/{name}.py": sender(name) for name in NAMES})
    assert len(found(tmp_path)) == 39
    done = run(tmp_path, "baseline")
    assert done.returncode == 0, done.stderr
    assert "39 findings" in done.stdout
    return tmp_path


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_adoption(old: Path) -> None:
    app = old / "app"
    done = run(old, "check")
    assert (done.returncode, "39 in the baseline" in done.stdout) == (0, True)
    # Edits elsewhere, and moved lines.
    edit(app / "team00.py", "import time\n", '"""Sends orders."""\n\nimport logging\nimport time\n')
    edit(app / "team02.py", 'MessageGroupId="team02",', "MessageGroupId='team02',  # one for all")
    edit(app / "team03.py", 'MessageBody=order["body"]', 'MessageBody=order["text"]')
    head, created, closed = (
        (app / "team04.py").read_text(encoding="utf-8").replace("    def ", "\0    def ").split("\0")
    )
    (app / "team04.py").write_text(f"{head}{closed}\n{created}", encoding="utf-8")
    # A renamed file, and a class that moves to another one.
    (app / "team05.py").rename(app / "orders.py")
    (app / "team06.py").rename(old / "team06.py")
    edit(app / "team07.py", "class Team07", "class Gone")
    (app / "later.py").write_text(sender("team07"), encoding="utf-8")
    (app / "team07.py").write_text("", encoding="utf-8")
    assert found(old) == []
    # Something new: another send with a constant group, in a file that has one.
    again = sender("team08").partition("    def created")[2].partition("    def closed")[0]
    edit(app / "team08.py", "    def closed", f"    def again{again}    def closed")
    new = ["app/team08.py SQF101", "app/team08.py SQF202"]
    for arguments in ((), ("app",), ("app/team08.py",)):
        assert found(old, *arguments) == new, arguments
    assert run(old, "check", "app/team09.py").returncode == 0, "one file agrees with all"


def test_flake8_honours_it(old: Path) -> None:
    write(
        old, {"app/new.py": CONSTANT_GROUP, "app/silent.py": CONSTANT_GROUP.replace('"orders",', '"orders",  # noqa')}
    )
    done = commands.flake8(old, "--isolated", "--select", "SQF", ".")
    assert [line.partition(": ")[0] for line in done.stdout.splitlines()] == ["./app/new.py:10:24"], done.stdout


def test_an_entry_absorbs_exactly_one(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": NO_DEDUP})
    run(tmp_path, "baseline")
    second = NO_DEDUP.partition("def publish(order):\n")[2]
    write(tmp_path, {"a.py": NO_DEDUP + second})
    assert found(tmp_path) == ["a.py SQF201"]
    write(tmp_path, {"a.py": NO_DEDUP, "b.py": NO_DEDUP})
    assert found(tmp_path) == found(tmp_path, "b.py") == ["b.py SQF201"], "the first one is still there"
    assert found(tmp_path, "a.py") == []


def test_what_is_gone_is_told_and_pruned(old: Path) -> None:
    edit(old / "app/team00.py", 'MessageGroupId="team00"', 'MessageGroupId=order["id"]')
    write(old, {"app/new.py": CONSTANT_GROUP})
    done = run(old, "check")
    assert done.returncode == 1
    assert "note: 1 finding of the baseline is gone" in done.stderr
    assert "app/team00.py: SQF101 in Team00.created" in done.stderr
    assert "baseline is gone" not in run(old, "check", "app/team01.py").stderr, "it was not asked for"
    assert "baseline is gone" not in run(old, "check", "--select", "SQF201").stderr, "its rule was not run"
    done = run(old, "baseline", "--update")
    assert "38 findings; 1 removed that are gone; 1 new, not accepted" in done.stdout
    assert len(entries(old)) == 38
    assert found(old) == ["app/new.py SQF101"]
    assert "39 findings; 1 added" in run(old, "baseline").stdout
    assert found(old) == []


def test_a_baseline_of_one_folder_leaves_the_others(old: Path) -> None:
    write(old, {"app/new.py": CONSTANT_GROUP, "lib/new.py": CONSTANT_GROUP})
    run(old, "baseline", "lib")
    assert found(old) == ["app/new.py SQF101"]
    assert len(entries(old)) == 40


def test_it_is_sorted_and_has_no_lines(old: Path) -> None:
    text = (old / FILE).read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if '"rule"' in line]
    assert len(rows) == 39
    keys = [(one["file"], one.get("place"), one["rule"]) for one in entries(old)]
    assert keys == sorted(keys)
    assert not {"line", "column"} & {key for one in entries(old) for key in one}
    assert entries(old)[0] == {
        "file": "app/team00.py",
        "place": "Team00.closed",
        "rule": "SQF201",
        "argument": "sqs.send_message",
        "origin": '"https://sqs.eu-west-1.amazonaws.com/123456789012/team00.fifo"',
    }
    assert run(old, "baseline").returncode == 0
    assert (old / FILE).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<<<<<<< HEAD\n{", "is no valid baseline"),
        ("[]", "is no baseline"),
        ('{"version": 99, "findings": []}', "newer sqsfifo-lint"),
        ('{"version": 1, "findings": [{"rule": 3}]}', "is no entry"),
        ('{"version": 1, "findings": [{"rule": "SQF101", "count": -1}]}', "is no entry"),
        ("[" * 100_000, "nested too deeply"),
        ("\udcff", "is no valid baseline"),
    ],
)
def test_what_is_no_baseline_is_an_error(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    (tmp_path / FILE).write_bytes(os.fsencode(text))
    done = run(tmp_path, "check")
    assert done.returncode == 2
    assert says in done.stderr


def test_nothing_to_accept(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CLEAN})
    assert "Nothing to accept" in run(tmp_path, "baseline").stdout
    assert not (tmp_path / FILE).exists()


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP, "b.py": CONSTANT_GROUP + "def ("})
    done = run(tmp_path, "baseline")
    assert (done.returncode, len(entries(tmp_path))) == (2, 1)
    assert "nothing in it is accepted" in done.stdout


def test_what_fails(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    statuses = {value: run(tmp_path, "check", "--fail-on", value).returncode for value in ("error", "warning", "never")}
    assert statuses == {"error": 0, "warning": 1, "never": 0}
    write(tmp_path, {"sqsfifo-lint.toml": '[severity]\n"SQF1" = "warning"\nconstant-group-id = "error"\n'})
    done = run(tmp_path, "check", "--fail-on", "error")
    assert (done.returncode, "(error)" in done.stdout) == (1, True)
    write(tmp_path, {"sqsfifo-lint.toml": '[severity]\nSQF199 = "error"\n'})
    assert "severity: unknown rule 'SQF199'" in run(tmp_path, "check").stderr
    write(tmp_path, {"sqsfifo-lint.toml": '[severity]\nSQF101 = "fatal"\n'})
    assert 'with "error" or "warning" for each' in run(tmp_path, "check").stderr


def test_quiet(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    done = run(tmp_path, "check", "-q", "--output-format", "concise")
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")
    write(tmp_path, {"a.py": CLEAN})
    assert run(tmp_path, "check", "--quiet").stdout == ""


# Changes


def git(cwd: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    write(tmp_path, {"app/ids.py": 'GROUP = "orders"\n', "app/a b.py": NO_DEDUP, "app/ä.py": CONSTANT_GROUP})
    write(
        tmp_path,
        {
            "app/far.py": CONSTANT_GROUP.replace('"orders",', "GROUP,").replace(
                "sqs =", "from app.ids import GROUP\nsqs ="
            )
        },
    )
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def test_only_what_a_change_concerns_is_reported(repository: Path) -> None:
    assert len(found(repository)) == 3
    assert found(repository, "--diff", "HEAD") == []
    (repository / "app/far.py").write_text(
        "\n\n" + (repository / "app/far.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert found(repository, "--diff", "HEAD") == [], "lines have moved"
    edit(repository / "app/ids.py", '"orders"', '"all"')
    assert found(repository, "--diff", "HEAD") == ["app/far.py SQF101"], "its origin has changed"
    edit(repository / "app/ä.py", 'MessageGroupId="orders"', 'MessageGroupId="more"')
    write(repository, {"app/new.py": NO_DEDUP})
    wanted = ["app/far.py SQF101", "app/new.py SQF201", "app/ä.py SQF101"]
    assert found(repository, "--diff", "HEAD") == wanted
    assert found(repository / "app", "--diff", "HEAD") == [one.removeprefix("app/") for one in wanted]
    git(repository, "mv", "app/a b.py", "app/c d.py")
    assert found(repository, "--diff", "HEAD") == wanted, "a renamed file has not changed"


def test_a_line_that_was_removed_concerns_what_is_around_it(repository: Path) -> None:
    edit(repository / "app/ä.py", '        MessageDeduplicationId=order["id"],\n', "")
    assert found(repository, "--diff", "HEAD") == ["app/ä.py SQF201", "app/ä.py SQF101"]


def test_what_is_staged(repository: Path) -> None:
    file = repository / "app/ä.py"
    edit(file, 'MessageGroupId="orders"', 'MessageGroupId="more"')
    assert found(repository, "--diff") == []
    git(repository, "add", ".")
    assert found(repository, "--diff") == ["app/ä.py SQF101"]
    file.write_text(
        "# not staged\n\n\n\n" + file.read_text(encoding="utf-8").replace('"more"', 'order["id"]'), encoding="utf-8"
    )
    assert found(repository, "--diff") == ["app/ä.py SQF101"], "what will be committed is checked"
    git(repository, "add", ".")
    assert found(repository, "--diff") == []


def test_since_a_branch_was_left(repository: Path) -> None:
    git(repository, "checkout", "-qb", "topic")
    write(repository, {"app/new.py": NO_DEDUP})
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "two")
    git(repository, "checkout", "-q", "main")
    edit(repository / "app/ä.py", "def publish", "def put")
    git(repository, "commit", "-qam", "three")
    git(repository, "checkout", "-q", "topic")
    assert found(repository, "--diff", "main...") == ["app/new.py SQF201"]


@pytest.mark.parametrize("revision", ["nope", "app"])
def test_a_revision_that_is_none(repository: Path, revision: str) -> None:
    done = run(repository, "check", f"--diff={revision}")
    assert done.returncode == 2
    assert f"--diff: '{revision}' names no commit" in done.stderr
    assert ("is it a path?" in done.stderr) == (revision == "app")


def test_a_revision_is_no_option_of_git(repository: Path) -> None:
    for revision in ("--output=x", "-x", "--", "HEAD\n--output=x"):
        with pytest.raises(GitError, match="names no commit"):
            changes_since(revision, [repository])
    assert not (repository / "x").exists()


def test_no_repository_and_no_git(tmp_path: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = write(tmp_path_factory.mktemp("elsewhere"), {"a.py": CONSTANT_GROUP})
    done = run(elsewhere, "check", "--diff")
    assert (done.returncode, "is in no git repository" in done.stderr) == (2, True)
    done = run(repository, "check", "--diff", env={"PATH": ""})
    assert (done.returncode, "there is no `git`" in done.stderr) == (2, True)


def test_git_runs_nothing_of_the_repository(repository: Path) -> None:
    trap = repository / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{repository}/sprung'\ncat\n", encoding="utf-8")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "diff.x.textconv", "diff.x.command", "core.pager"):
        git(repository, "config", key, str(trap))
    write(repository, {".gitattributes": "*.py diff=x\n"})
    edit(repository / "app/ä.py", 'MessageGroupId="orders"', 'MessageGroupId="more"')
    (repository / "sprung").unlink(missing_ok=True)
    assert found(repository, "--diff", "HEAD") == ["app/ä.py SQF101"]
    assert not (repository / "sprung").exists()


# Comments


def added(cwd: Path, *arguments: str) -> Done:
    done = run(cwd, "check", "--add-ignores", *arguments)
    assert done.returncode in (0, 1), done.stderr
    return done


def test_comments_are_written_where_they_work(old: Path) -> None:
    done = added(old, "--no-baseline")
    assert "Added 39 comments in 13 files" in done.stdout
    assert found(old, "--no-baseline") == []
    text = (old / "app/team00.py").read_text(encoding="utf-8")
    assert 'MessageGroupId="team00",  # sqsfifo: ignore[constant-group-id] was here before the check\n' in text
    assert "        # sqsfifo: ignore[missing-dedup-id] was here before the check\n        sqs.send" in text
    assert "Added 0 comments" in added(old, "--no-baseline").stdout


ODD = """\
import time
import boto3

sqs = boto3.client("sqs")


def a(url, o):
    sqs.send_message(QueueUrl=url, MessageBody='''
    text''', MessageGroupId="g", MessageDeduplicationId=str(int(time.time())))  # noqa: E501


def b(url, o): sqs.send_message(QueueUrl=url, MessageBody=o["body"], \\
    MessageGroupId="h", \\
    MessageDeduplicationId=o["id"])


def c(url, o):
    return [sqs.send_message(
        QueueUrl=url, MessageBody=o["body"], MessageGroupId=(
            "i"
            "j"  # two
        ), MessageDeduplicationId=o["id"],
    )]
"""


@pytest.mark.parametrize("noqa", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_comments_in_odd_places(tmp_path: Path, noqa: bool, end: str) -> None:
    write(tmp_path, {})
    file = tmp_path / "a.py"
    file.write_bytes(b"\xef\xbb\xbf" + ODD.replace("\n", end).encode())
    file.chmod(0o640)
    assert len(found(tmp_path)) == 4
    added(tmp_path, "--reason", "known]\n x", *(["--noqa"] if noqa else []))
    assert found(tmp_path) == [], file.read_text(encoding="utf-8")
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == (data.count(b"\n") if end == "\r\n" else 0)
    assert file.stat().st_mode & 0o777 == 0o640
    if noqa:
        assert b"# noqa: E501, SQF" in data
        assert b"sqsfifo" not in data
    else:
        assert b"known) x" in data


def test_comments_in_templates(tmp_path: Path) -> None:
    queue = "Type: AWS::SQS::Queue\n    Properties:\n      QueueName: orders\n      FifoQueue: true\n"
    write(tmp_path, {"a.py": CLEAN, "template.yaml": f"Resources:\n  Orders:\n    {queue}"})
    row = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "mails", "FifoQueue": True}}
    write(tmp_path, {"other.template.json": json.dumps({"Resources": {"Mails": row}})})
    before = found(tmp_path)
    assert "template.yaml SQF401" in before
    done = added(tmp_path)
    assert "# sqsfifo: ignore[fifo-name] was here" in (tmp_path / "template.yaml").read_text(encoding="utf-8")
    assert found(tmp_path) == [one for one in before if ".json" in one]
    assert done.stderr.count("gets no comment") == len(found(tmp_path))


# Useless comments

USELESS = """\
import boto3

sqs = boto3.client("sqs")


def publish(url, order):
    sqs.send_message(
        QueueUrl=url,
        MessageBody=order["body"],
        MessageGroupId="orders",{on}
        MessageDeduplicationId=order["id"],
    ){last}


x = 1{far}
"""


def told(root: Path, *arguments: str, **comments: str) -> list[str]:
    """`line message` of SQF002 for a program with comments."""
    slots = {slot: f"  {comments[slot]}" if slot in comments else "" for slot in ("on", "last", "far")}
    write(root, {"a.py": USELESS.format(**slots)})
    done = run(root, "check", "--output-format", "jsonl", *arguments)
    rows = map(json.loads, done.stdout.splitlines())
    return [f"{row['line']} {row['message']} {row['help']}" for row in rows if row["code"] == "SQF002"]


@pytest.mark.parametrize(
    "comments",
    [
        {"on": "# sqsfifo: ignore[constant-group-id] why"},
        {"on": "# noqa: SQF101"},
        {"on": "# noqa: SQF1, E501"},
        {"last": "# sqsfifo: ignore[SQF101]"},
        {"last": "# sqsfifo: ignore"},
        {"on": "# noqa"},
        {"far": "# noqa"},
        {"far": "# noqa: E501"},
        {"far": "# noqa: too-many-words"},
        {"far": "# type: ignore[arg-type]"},
        {"far": "# pylint: disable=line-too-long"},
        {"far": "# sqsfifo-lint reads this file"},
        {"far": "# see the docs of sqsfifo: a linter"},
        {"far": "# nosec B101"},
        {"far": "# Silence it by `# sqsfifo: ignore[SQF101] why`."},
        {"far": "# as with `# noqa: SQF101`"},
        {"on": "# noqa: constant-group-id"},
        {"far": "# sqsfifo: ignore[useless-ignore, SQF201] later"},
    ],
)
def test_comments_that_are_fine(tmp_path: Path, comments: dict[str, str]) -> None:
    assert told(tmp_path, **comments) == []


@pytest.mark.parametrize(
    ("comments", "line", "says"),
    [
        ({"far": "# sqsfifo: ignore[SQF101] x"}, 15, "SQF101 is reported on another line"),
        ({"last": "# noqa: SQF101"}, 12, "`# noqa` works at the end of line 10 alone"),
        ({"on": "# sqsfifo: ignore[SQF101, SQF202]"}, 10, "`SQF202` is not reported here"),
        ({"on": "# sqsfifo: ignore[constant-group]"}, 10, "no such rule (did you mean 'constant-group-id'?)"),
        (
            {"on": "# sqsfifo-lint: ignore[SQF101]"},
            10,
            "is misspelt, and so silences nothing Write `# sqsfifo: ignore[SQF101]`",
        ),
        ({"on": "# sqsfifo: disable=constant-group-id"}, 10, "Write `# sqsfifo: ignore[constant-group-id]`"),
        ({"on": "# pylint: disable=SQF101"}, 10, "is not read by this linter"),
        ({"on": "# type: ignore[SQF101]"}, 10, "is not read by this linter"),
        ({"on": "#noqa: SQF101"}, 10, "is not read by this linter"),
        ({"on": "# sqsfifo: ignore[]"}, 10, "names no rule"),
        ({"far": "# noqa: E501, SQF999"}, 15, "names `SQF999`, and there is no such rule"),
        ({"on": "# noqa: E501, constant-group-id"}, 10, "Write `SQF101` instead"),
        ({"far": "# noqa: SQF201"}, 15, "`SQF201` is not reported here"),
    ],
)
def test_useless_comments(tmp_path: Path, comments: dict[str, str], line: int, says: str) -> None:
    (one,) = told(tmp_path, **comments)
    assert one.startswith(f"{line} ")
    assert says in one


def test_only_rules_that_were_run_are_judged(tmp_path: Path) -> None:
    comment = "# noqa: SQF201"
    assert len(told(tmp_path, far=comment)) == 1
    assert told(tmp_path, "--ignore", "SQF201", far=comment) == []
    assert told(tmp_path, "--select", "SQF101,SQF002", far=comment) == []
    assert told(tmp_path, "--ignore", "useless-ignore", far=comment) == []
    write(tmp_path, {"sqsfifo-lint.toml": '[per-file-ignores]\n"a.py" = ["SQF2"]\n'})
    assert told(tmp_path, far=comment) == []


def test_a_comment_that_an_audit_needs_is_not_useless(tmp_path: Path) -> None:
    text = USELESS.format(on="", last="", far="").replace('"orders"', "settings.group")
    text = text.replace("import boto3", "import boto3\nfrom elsewhere import settings")
    silent = text.replace("settings.group,", "settings.group,  # sqsfifo: ignore[constant-group-id, SQF102, SQF103] x")
    write(tmp_path, {"a.py": text})
    (likely,) = found(tmp_path, "--audit")
    silent = silent.replace("constant-group-id, SQF102, SQF103", likely.partition(" ")[2])
    write(tmp_path, {"a.py": silent})
    assert found(tmp_path, "--audit") == found(tmp_path) == []


def test_a_file_from_which_the_send_has_gone(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 1  # sqsfifo: ignore[constant-group-id] why\n"})
    assert found(tmp_path) == ["a.py SQF002"]


def test_a_name_after_noqa_is_one_rule(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP.replace('"orders",', '"orders",  # noqa: missing-dedup-id')})
    assert found(tmp_path, "--ignore", "SQF002") == ["a.py SQF101"]
    write(tmp_path, {"a.py": CONSTANT_GROUP.replace('"orders",', '"orders",  # noqa: constant-group-id')})
    assert found(tmp_path) == []


def test_reports_know_the_code(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "x = 1  # sqsfifo: ignore[constant-group-id] why\n"})
    for output in ("full", "concise", "json", "jsonl", "sarif", "github"):
        done = run(tmp_path, "check", "--output-format", output)
        assert (done.returncode, "SQF002" in done.stdout) == (1, True), output
    assert "useless-ignore" in run(tmp_path, "rule", "SQF002").stdout
