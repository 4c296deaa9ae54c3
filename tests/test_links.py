"""What a link leads to outside of the project is not read, unless that is wanted; nor are git-ignored files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sqsfifo_lint.reporters import FORMATS
from tests.commands import Done, flake8, run
from tests.programs import CONSTANT_GROUP, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")

NO_DEDUP_CALL = "import boto3\nboto3.client('sqs').send_message(QueueUrl=U, MessageBody=b, MessageGroupId=g)\n"
BY_CONTENT = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties: {QueueName: orders.fifo, FifoQueue: true, ContentBasedDeduplication: true}
"""
TO_ORDERS = NO_DEDUP_CALL.replace("=U,", "='https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo',")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a link to a file, a folder and a template outside of it, and to a file and folder inside."""
    write(tmp_path / "out", {"a.py": CONSTANT_GROUP, "lib/b.py": CONSTANT_GROUP, "t.yaml": BY_CONTENT})
    (tmp_path / "out" / "pyproject.toml").unlink()
    root = write(tmp_path / "in", {"own/c.py": CONSTANT_GROUP, "d.py": TO_ORDERS})
    links = {"a.py": "../out/a.py", "lib": "../out/lib", "t.yaml": "../out/t.yaml", "same.py": "own/c.py", "o": "own"}
    for name, target in links.items():
        (root / name).symlink_to(target)
    return root


def found(done: Done) -> set[str]:
    return {" ".join(line.split(" ")[:2]) for line in done.stdout.splitlines()}


OWN = {"own/c.py:10:24: SQF101", "same.py:10:24: SQF101"}
OUTSIDE = {"a.py:10:24: SQF101", "lib/b.py:10:24: SQF101"}
CONCISE = ("--output-format", "concise")


def test_links_out_of_the_project_are_not_followed_and_a_note_says_so(project: Path) -> None:
    done = run(project, "check", *CONCISE)
    assert found(done) == {*OWN, "d.py:2:1: SQF201"}
    note = next(line for line in done.stderr.splitlines() if "note:" in line)
    assert note.endswith("3 links lead out and are not followed, as `follow-links` is not set: a.py, lib, t.yaml")
    assert done.returncode == 1


def test_they_are_on_demand(project: Path) -> None:
    done = run(project, "check", *CONCISE, "--follow-links")
    assert found(done) == OWN | OUTSIDE
    assert "note:" not in done.stderr
    (project / "sqsfifo-lint.toml").write_text("follow-links = true\n")
    assert found(run(project, "check", *CONCISE)) == OWN | OUTSIDE
    assert found(run(project, "check", *CONCISE, "--no-follow-links")) == {*OWN, "d.py:2:1: SQF201"}
    assert "lib/b.py:10:24: SQF101" in flake8(project, "lib/b.py").stdout


@pytest.mark.parametrize("name", FORMATS)
def test_the_note_is_beside_every_format(project: Path, name: str) -> None:
    done = run(project, "check", "--output-format", name)
    assert "note: 3 links lead out" in done.stderr
    for arguments in (["queues"], ["trace", "d.py:2"]):
        assert "note: 3 links lead out" in run(project, *arguments).stderr


def test_what_is_named_is_read_wherever_it_lies(project: Path) -> None:
    done = run(project, "check", *CONCISE, "a.py", "lib")
    assert found(done) == OUTSIDE
    assert "note:" not in done.stderr


def test_links_that_lead_round_and_round_end(project: Path) -> None:
    out = project.parent / "out"
    (out / "lib" / "again").symlink_to("..")
    (out / "lib" / "back").symlink_to(project)
    (project / "up").symlink_to("..")
    (project / "lib2").symlink_to("lib")
    done = run(project, "check", *CONCISE, "--follow-links")
    places = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert sorted(Path(place).name for place in places) == ["a.py", "a.py", "b.py", "c.py", "same.py"], places


def test_a_hidden_link_is_not_worth_a_note(project: Path) -> None:
    write(project, {".git/HEAD": "", ".gitignore": "a.py\nlib\nt.yaml\n"})
    assert "note:" not in run(project, "check").stderr


@pytest.mark.parametrize("hidden", [".gitignore", "exclude", "none"])
def test_a_hidden_template_is_not_read(tmp_path: Path, hidden: str) -> None:
    write(tmp_path, {".git/HEAD": "", "t.yaml": BY_CONTENT, "d.py": TO_ORDERS})
    if hidden == ".gitignore":
        write(tmp_path, {".gitignore": "*.yaml\n"})
    elif hidden == "exclude":
        write(tmp_path, {"sqsfifo-lint.toml": "exclude = ['*.yaml']\n"})
    assert run(tmp_path, "check", *CONCISE).returncode == (0 if hidden == "none" else 1)


def test_a_template_in_a_hidden_folder_that_is_named_is_read(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", ".gitignore": "made/\n", "made/t.yaml": BY_CONTENT, "made/d.py": TO_ORDERS})
    assert run(tmp_path, "check", *CONCISE, "made").returncode == 0
    write(tmp_path, {"made/.gitignore": "t.yaml\n"})
    assert run(tmp_path, "check", *CONCISE, "made").returncode == 1


@pytest.fixture(params=["pyproject.toml", "sqsfifo-lint.toml"])
def linked(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A configuration that is a link out of the project, and would silence its finding."""
    name: str = request.param
    table = "[tool.sqsfifo-lint]\n" if name == "pyproject.toml" else ""
    write(tmp_path / "out", {name: f'{table}ignore = ["SQF101"]\n'})
    root = write(tmp_path / "in", {"c.py": CONSTANT_GROUP})
    (root / name).unlink(missing_ok=True)
    (root / name).symlink_to(f"../out/{name}")
    return root / name


def test_a_configuration_that_is_a_link_out_of_the_project_does_not_count_and_a_note_says_so(linked: Path) -> None:
    done = run(linked.parent, "check", *CONCISE)
    assert found(done) == {"c.py:10:24: SQF101"}
    assert "note: 1 link leads out of the project and is not followed" in done.stderr
    assert done.stderr.rstrip().endswith(f": {linked.name}")
    assert "c.py:10:24: SQF101" in flake8(linked.parent, "c.py").stdout
    assert "note: 1 link leads out" in run(linked.parent, "queues").stderr


def test_it_counts_on_demand_or_where_it_is_named(linked: Path) -> None:
    for option in (["--follow-links"], ["--config", linked.name]):
        done = run(linked.parent, "check", *CONCISE, *option)
        assert (done.stdout, done.stderr, done.returncode) == ("", "All clear: 1 send in 1 file\n", 0)


def test_a_configuration_may_be_a_link_inside_the_repository(linked: Path) -> None:
    (linked.parent.parent / ".git").mkdir()
    done = run(linked.parent, "check", *CONCISE)
    assert (done.stdout, done.stderr, done.returncode) == ("", "All clear: 1 send in 1 file\n", 0)


@pytest.mark.parametrize("kind", ["device", "fifo", "folder", "huge"])
def test_a_configuration_that_is_no_file_to_read_is_one_line(tmp_path: Path, kind: str) -> None:
    root = write(tmp_path / "p", {"c.py": CONSTANT_GROUP, "huge": b"#" * 10_000_000, "folder/x.py": ""})
    os.mkfifo(root / "fifo")
    done = run(root, "check", "--config", "/dev/zero" if kind == "device" else kind)
    assert (done.stdout, done.returncode, done.stderr.count("\n")) == ("", 2, 1)
    said = "it has more than 1,048,576 bytes" if kind == "huge" else "it is not a regular file"
    assert done.stderr.endswith(f"cannot be read: {said}\n")
