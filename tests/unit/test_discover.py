"""Discovery: which files a run looks at, and which of them it keeps."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from sqsfifo_lint.config import Config, Patterns
from sqsfifo_lint.run import discover as discover_module
from sqsfifo_lint.run import reading
from sqsfifo_lint.run.discover import Discovered, discover, group_by_root, project_root, root_of
from sqsfifo_lint.run.relevance import is_relevant
from sqsfifo_lint.run.settings import Settings
from sqsfifo_lint.source.files import MAX_SIZE

SEND = "sqs.send_message(QueueUrl=URL, MessageBody='x')\n"


def tree(root: Path, *names: str, text: str = SEND) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def walk(
    root: Path, *paths: str, exclude: Sequence[str] = (), gitignore: bool = True, force: bool = False
) -> Discovered:
    return discover(
        root,
        [root / path for path in paths or (".",)],
        is_relevant,
        settings=Settings(
            Config(
                exclude=(Patterns(tuple(exclude)),) if exclude else (),
                respect_gitignore=gitignore,
                force_exclude=force,
            )
        ),
    )


def names(root: Path, found: Discovered) -> list[str]:
    return sorted(os.path.relpath(path, root).replace(os.sep, "/") for path in found.relevant)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"sqs.send_message(QueueUrl=u)", True),
        (b"queue.send_message(MessageBody=b)", True),
        (b"import boto3\nx.send_message(**kw)", True),
        (b"client.send_message_batch(Entries=e)", True),
        (b"sns.publish(TopicArn=t, MessageGroupId=g)", True),
        (b"boto3.client('SNS').publish(**kw)", True),
        (b"topic.publish(MessageDeduplicationId=d)", True),
        (b"bot.send_message(chat_id=1, text='x')", False),
        (b"mqtt.publish('topic', 'payload')", False),
        (b"task.apply_async(MessageGroupId=g)", True),
        (b"@app.task(queue='a.fifo')  # celery", True),
        (b"from celery import shared_task\ntask.delay(x)", False),
        (b"from airflow...sqs import SqsPublishOperator as S\nS(message_group_id=g)", True),
        (b"from airflow...sns import SnsPublishOperator as S\nS(message_group_id=g)", True),
        (b"from tomodachi import aws_sns_sqs_publish as p\np(self, x, 't', group_id=g)", True),
        (b"from sqs_workers import SQSEnv\nenv.queue('a.fifo').add_raw_job('x', group_id=g)", True),
        (b"from sqs_workers import SQSEnv\nq.add_raw_job('x', group_id=g)", False),
        (b"acl.grant(group_id=7)", False),
        (b"open('a.fifo')", False),
        (b"MessageGroupId = 1", False),
        (b"", False),
    ],
)
def test_relevance(data: bytes, expected: bool) -> None:
    assert is_relevant(data) is expected


def test_keeps_the_bytes_of_relevant_python_files_only(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.pyw", "pkg/c.py", "notes.txt", "stub.pyi", "script")
    tree(tmp_path, "dull.py", text="print()\n")
    found = walk(tmp_path)
    assert names(tmp_path, found) == ["a.py", "b.pyw", "pkg/c.py"]
    assert set(found.relevant.values()) == {SEND.encode()}
    assert sorted(Path(path).name for path in found.python) == ["a.py", "b.pyw", "c.py", "dull.py"]
    assert found.problems == []


def test_folders_that_hold_no_code_of_the_project_are_not_entered(tmp_path: Path) -> None:
    tree(
        tmp_path, "a.py", ".git/x.py", "node_modules/x.py", "__pycache__/x.py", ".tox/x.py", "env/lib/x.py", "venv/x.py"
    )
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert names(tmp_path, walk(tmp_path)) == ["a.py", "venv/x.py"], (
        "a folder named venv is no virtual environment by itself"
    )


def test_git_ignored_files_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git" / "info").mkdir(parents=True)
    tree(tmp_path, "a.py", "gen/b.py", "pkg/c_pb2.py", "pkg/keep_pb2.py", "local.py", "pkg/deep/d.py", "pkg/deep/e.py")
    (tmp_path / ".gitignore").write_text("# generated\ngen/\n*_pb2.py\n")
    (tmp_path / "pkg" / ".gitignore").write_text("!keep_pb2.py\n/deep/d.py\n")
    (tmp_path / ".git" / "info" / "exclude").write_text("/local.py\n")
    assert names(tmp_path, walk(tmp_path)) == ["a.py", "pkg/deep/e.py", "pkg/keep_pb2.py"]
    everything = ["a.py", "gen/b.py", "local.py", "pkg/c_pb2.py", "pkg/deep/d.py", "pkg/deep/e.py", "pkg/keep_pb2.py"]
    assert names(tmp_path, walk(tmp_path, gitignore=False)) == everything


def test_git_ignore_files_above_the_root_count_up_to_the_repository(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    (repo / ".git").mkdir(parents=True)
    tree(repo / "sub", "a.py", "b.py")
    (repo / ".gitignore").write_text("b.py\n")
    (tmp_path / ".gitignore").write_text("a.py\n")
    assert names(repo / "sub", walk(repo / "sub")) == ["a.py"]


def test_an_invalid_pattern_does_not_hide_the_others(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.py")
    (tmp_path / ".gitignore").write_bytes(b"!\nb.py\n\xff\n")
    assert names(tmp_path, walk(tmp_path)) == ["a.py"]


def test_exclude(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "gen/b.py", "src/gen/c.py", "src/d.py")
    assert names(tmp_path, walk(tmp_path, exclude=["/gen/", "d.py"])) == ["a.py", "src/gen/c.py"]


@pytest.mark.parametrize("path", ["gen/b.py", "gen", "gen/deep"])
def test_what_is_asked_for_by_name_is_looked_at_all_the_same(tmp_path: Path, path: str) -> None:
    tree(tmp_path, "a.py", "gen/b.py", "gen/deep/c.py")
    (tmp_path / ".gitignore").write_text("gen\n")
    expected = {
        "gen/b.py": ["a.py", "gen/b.py"],
        "gen": ["a.py", "gen/b.py", "gen/deep/c.py"],
        "gen/deep": ["a.py", "gen/deep/c.py"],
    }
    assert names(tmp_path, walk(tmp_path, path)) == expected[path]
    assert names(tmp_path, walk(tmp_path, path, exclude=["gen/"])) == expected[path]
    assert names(tmp_path, walk(tmp_path, path, force=True)) == ["a.py"]
    assert names(tmp_path, walk(tmp_path, path, exclude=["gen/"], gitignore=False, force=True)) == ["a.py"]


def test_a_file_asked_for_by_name_need_not_end_in_py(tmp_path: Path) -> None:
    tree(tmp_path, "script")
    assert names(tmp_path, walk(tmp_path, "script")) == ["script"]


def test_overlay_replaces_and_adds(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.py")
    buffers = {str(tmp_path / "a.py"): b"print()", str(tmp_path / "new.py"): SEND.encode()}
    found = discover(tmp_path, [tmp_path / "a.py"], is_relevant, overlay=buffers)
    assert names(tmp_path, found) == ["b.py", "new.py"]
    assert found.problems == []


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    tree(tmp_path, "x.py/y.py")
    found = walk(tmp_path)
    assert names(tmp_path, found) == ["x.py/y.py"]
    assert found.problems == []


def test_links(tmp_path: Path) -> None:
    tree(tmp_path, "pkg/a.py")
    (tmp_path / "pkg" / "loop").symlink_to(tmp_path)
    (tmp_path / "linked.py").symlink_to(tmp_path / "pkg" / "a.py")
    (tmp_path / ".#lock.py").symlink_to("nobody@nowhere.1")
    (tmp_path / "self.py").symlink_to("self.py")
    found = walk(tmp_path)
    assert names(tmp_path, found) == ["linked.py", "pkg/a.py"]
    assert found.problems == [(str(tmp_path / "self.py"), "cannot be read: the symbolic link leads back to itself")]


def test_missing_and_odd_paths_are_problems(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    found = walk(tmp_path, "gone.py", "pipe.py", "bad\0name.py")
    problems = {Path(path).name: reason for path, reason in found.problems}
    assert problems["gone.py"] == "does not exist"
    assert problems["pipe.py"] == "is neither a file nor a folder"
    assert problems["bad\0name.py"].startswith("cannot be read: ")


def test_unreadable_files_and_folders_are_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.py", "secret.py", "closed/b.py", "ignored.py")
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    opened, scanned = os.open, os.scandir

    def refuse_file(path: str, flags: int) -> int:
        if path.endswith(("secret.py", "ignored.py")):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags)

    def refuse_folder(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scanned(path)

    monkeypatch.setattr(os, "open", refuse_file)
    monkeypatch.setattr(os, "scandir", refuse_folder)
    found = walk(tmp_path)
    assert names(tmp_path, found) == ["a.py"]
    assert sorted(found.problems) == [
        (str(tmp_path / "closed"), "cannot be read: Permission denied"),
        (str(tmp_path / "secret.py"), "cannot be read: Permission denied"),
    ]


def test_a_huge_file_is_a_problem_only_when_it_may_hold_a_send(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_SIZE", 1 << 20)
    filler = "#" * (3 << 20) + "\n"
    tree(tmp_path, "data.py", text=filler)
    tree(tmp_path, "huge.py", text=filler + SEND)
    tree(tmp_path, "large.py", text="#" * (1 << 19) + "\n" + SEND)
    found = walk(tmp_path)
    assert names(tmp_path, found) == ["large.py"]
    assert found.problems == [(str(tmp_path / "huge.py"), "is too large to be checked (the limit is 1 MiB)")]


def test_of_a_file_that_is_too_large_little_is_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(tmp_path / "sparse.py", "wb") as file:
        file.truncate(1 << 30)
    asked: list[int] = []
    original = os.read

    def counting(descriptor: int, size: int) -> bytes:
        asked.append(size)
        return original(descriptor, size)

    monkeypatch.setattr(os, "read", counting)
    assert walk(tmp_path).problems == []
    assert max(asked) <= 1 << 20
    assert sum(asked) <= MAX_SIZE + (1 << 20)


def test_a_large_tree_is_read_by_several_processes_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, *(f"p{number % 7}/m{number}.py" for number in range(50)))
    tree(tmp_path, *(f"p{number % 7}/n{number}.py" for number in range(50)), text="print()\n")
    (tmp_path / "self.py").symlink_to("self.py")
    alone = walk(tmp_path)
    monkeypatch.setattr(reading, "MANY", 10)
    monkeypatch.setattr(reading, "processes", lambda: 3)
    together = walk(tmp_path)
    assert together == alone
    assert len(together.relevant) == 50


def test_a_process_that_dies_costs_nothing_but_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, *(f"m{number}.py" for number in range(20)))
    monkeypatch.setattr(reading, "MANY", 10)
    monkeypatch.setattr(reading, "processes", lambda: 2)
    mother = os.getpid()

    def dies_elsewhere(data: bytes) -> bool:
        if os.getpid() != mother:
            os._exit(3)
        return True

    assert len(discover(tmp_path, [tmp_path], dies_elsewhere).relevant) == 20


@pytest.mark.parametrize("marker", ["pyproject.toml", "setup.cfg", "tox.ini", "sqsfifo-lint.toml", ".git"])
def test_project_root(tmp_path: Path, marker: str) -> None:
    (tmp_path / "p" / "q").mkdir(parents=True)
    (tmp_path / "p" / marker).touch()
    assert project_root(tmp_path / "p" / "q") == tmp_path / "p"


def test_the_root_of_a_path_does_not_depend_on_what_else_is_asked_for(tmp_path: Path) -> None:
    tree(tmp_path, "pyproject.toml", "a/pyproject.toml", "a/x.py", "b/pyproject.toml", "b/y.py")
    assert group_by_root([tmp_path / "a" / "x.py"]) == {tmp_path: [tmp_path / "a" / "x.py"]}
    both = [tmp_path / "a" / "x.py", tmp_path / "b"]
    assert group_by_root(both) == {tmp_path: both}


def test_the_root_is_the_nearest_repository(tmp_path: Path) -> None:
    tree(tmp_path, "pyproject.toml", "r/services/a/pyproject.toml", "r/sub/.git", "r/sub/x.py", text="")
    (tmp_path / "r" / ".git").mkdir()
    assert project_root(tmp_path / "r" / "services" / "a") == tmp_path / "r"
    assert project_root(tmp_path / "r" / "sub") == tmp_path / "r" / "sub", "a submodule has a file `.git`"


def test_a_project_far_above_is_not_looked_for(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*"abcdefghijkl")
    tree(tmp_path, "setup.cfg", "a/b/tox.ini", text="")
    tree(deep, "pyproject.toml", text="")
    assert project_root(deep) == deep
    tree(tmp_path.joinpath(*"abcdef"), "setup.py", text="")
    assert project_root(deep) == tmp_path.joinpath(*"abcdef"), "the outermost of those near it"


def test_the_home_folder_is_no_project_of_what_lies_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    tree(tmp_path, "setup.cfg", "p/setup.cfg", "p/q/a.py", "loose/b.py", text="")
    (tmp_path / ".git").mkdir()
    assert project_root(tmp_path / "p" / "q") == tmp_path / "p", "for all that its settings are in a repository"
    assert project_root(tmp_path / "loose") == tmp_path


def test_without_a_project_it_is_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a/b/x.py")
    if project_root(tmp_path) is not None:
        pytest.skip("the temporary folder lies in a project")
    monkeypatch.chdir(tmp_path / "a")
    assert root_of(tmp_path / "a" / "b") == tmp_path / "a"
    assert root_of(tmp_path) == tmp_path
    tree(tmp_path, "a/b/setup.cfg", "a/c/setup.cfg", text="")
    assert root_of(tmp_path / "a" / "b") == root_of(tmp_path / "a" / "c") == tmp_path / "a"
    (tmp_path / "a" / "c" / ".git").mkdir()
    assert root_of(tmp_path / "a" / "c") == tmp_path / "a" / "c"
    monkeypatch.setenv("HOME", str(tmp_path / "a"))
    assert root_of(tmp_path / "a" / "b") == tmp_path / "a" / "b", "not the home folder"


def test_paths_of_several_projects_are_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a/setup.cfg", "a/x.py", "b/tox.ini", "b/y.py", "c/z.py")
    monkeypatch.setattr(discover_module, "MARKERS", ("setup.cfg", "tox.ini"))
    paths = [tmp_path / "a" / "x.py", tmp_path / "b", tmp_path / "c" / "z.py"]
    assert group_by_root(paths) == {
        tmp_path / "a": paths[:1],
        tmp_path / "b": paths[1:2],
        tmp_path / "c": paths[2:],
    }


def test_a_file_that_belongs_to_no_project_is_read_with_those_beside_it(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "b.py", "below/c.py")
    if project_root(tmp_path) is not None:
        pytest.skip("the temporary folder lies in a project")
    assert sorted(Path(path).name for path in walk(tmp_path, "a.py").python) == ["a.py", "b.py"]
    assert sorted(Path(path).name for path in walk(tmp_path).python) == ["a.py", "b.py", "c.py"]
