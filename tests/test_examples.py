"""The examples that ship with the project, and what the documents show of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands import run, timeless
from tests.programs import write

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is nothing but the examples: the repository around them takes long to read."""
    copy = tmp_path_factory.mktemp("examples")
    shutil.copytree(REPOSITORY / "examples", copy / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    return write(copy, {})


def test_a_page_shows_what_the_linter_prints(root: Path) -> None:
    done = run(root, "check", "examples/start_up_group")
    assert done.returncode == 1, done.stderr
    page = (REPOSITORY / "docs" / "example.md").read_text(encoding="utf-8")
    block = page.partition("<!-- start_up_group -->\n")[2].partition("<!-- /start_up_group -->")[0]
    assert block.strip() == f"```console\n$ sqsfifo-lint check examples/start_up_group\n{timeless(done.stdout)}```"


def test_a_page_shows_the_queues_that_are_declared(root: Path) -> None:
    done = run(root, "queues", "examples/declared")
    assert done.returncode == 0, done.stderr
    page = (REPOSITORY / "docs" / "queues.md").read_text(encoding="utf-8")
    block = page.partition("<!-- queues -->\n")[2].partition("<!-- /queues -->")[0]
    assert block.strip() == f"```console\n$ sqsfifo-lint queues examples/declared\n{done.stdout}```"


def test_the_declaration_tells_the_right_send_from_the_wrong_one(root: Path) -> None:
    done = run(root, "check", "examples/declared", "--output-format", "jsonl")
    (found,) = map(json.loads, done.stdout.splitlines())
    assert (found["code"], found["line"]) == ("SQF201", 12)
    assert {step["path"] for step in found["trace"]} == {
        "examples/declared/src/orders/handler.py",
        "examples/declared/template.yaml",
    }


def test_the_start_up_group_is_found_where_it_is_made(root: Path) -> None:
    done = run(root, "check", "examples/start_up_group/trapped", "--output-format", "concise")
    found = [line.split(": ")[0].rpartition("/")[2] + " " + line.split()[1] for line in done.stdout.splitlines()]
    assert found == ["connector.py:17:48 SQF102", "sqs_queue.py:31:40 SQF202"]


def test_the_mended_version_is_silent(root: Path) -> None:
    done = run(root, "check", "examples/start_up_group/mended", "--output-format", "concise")
    assert (done.returncode, done.stdout) == (0, "")


def test_paths_limit_what_is_reported_not_what_is_read(root: Path) -> None:
    done = run(root, "check", "examples/start_up_group/trapped/connector.py", "--output-format", "concise")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["SQF102"]
    silent = run(root, "check", "examples/start_up_group/trapped/scheduler.py", "--output-format", "concise")
    assert (silent.returncode, silent.stdout) == (0, "")
