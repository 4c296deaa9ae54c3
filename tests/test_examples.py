"""The examples that ship with the project, and what the README shows of them."""

from __future__ import annotations

import json
from pathlib import Path

from tests import commands
from tests.commands import Done

REPOSITORY = Path(__file__).parent.parent
STORY = REPOSITORY / "examples" / "start_up_group"


def run(*arguments: str) -> Done:
    """The command line, in the repository's root and without colours."""
    return commands.run(REPOSITORY, *arguments)


def test_the_readme_shows_what_the_linter_prints() -> None:
    done = run("check", "examples/start_up_group")
    assert done.returncode == 1, done.stderr
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    block = readme.partition("<!-- start_up_group -->\n")[2].partition("<!-- /start_up_group -->")[0]
    assert block == f"```console\n$ sqsfifo-lint check examples/start_up_group\n{done.stdout}```\n"


def test_the_readme_shows_the_queues_that_are_declared() -> None:
    done = run("queues", "examples/declared")
    assert done.returncode == 0, done.stderr
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    block = readme.partition("<!-- queues -->\n")[2].partition("<!-- /queues -->")[0]
    assert block == f"```console\n$ sqsfifo-lint queues examples/declared\n{done.stdout}```\n"


def test_the_declaration_tells_the_right_send_from_the_wrong_one() -> None:
    done = run("check", "examples/declared", "--output-format", "jsonl")
    (found,) = map(json.loads, done.stdout.splitlines())
    assert (found["code"], found["line"]) == ("SQF201", 12)
    assert {step["path"] for step in found["trace"]} == {
        "examples/declared/src/orders/handler.py",
        "examples/declared/template.yaml",
    }


def test_the_start_up_group_is_found_where_it_is_made() -> None:
    done = run("check", "examples/start_up_group/trapped", "--output-format", "concise")
    found = [line.split(": ")[0].rpartition("/")[2] + " " + line.split()[1] for line in done.stdout.splitlines()]
    assert found == ["connector.py:17:48 SQF102", "sqs_queue.py:31:40 SQF202"]


def test_the_mended_version_is_silent() -> None:
    done = run("check", "examples/start_up_group/mended", "--output-format", "concise")
    assert (done.returncode, done.stdout) == (0, "")


def test_paths_limit_what_is_reported_not_what_is_read() -> None:
    done = run("check", str(STORY / "trapped" / "connector.py"), "--output-format", "concise")
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["SQF102"]
    silent = run("check", str(STORY / "trapped" / "scheduler.py"), "--output-format", "concise")
    assert (silent.returncode, silent.stdout) == (0, "")
