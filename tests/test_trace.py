"""`sqsfifo-lint trace`: what a send's IDs are made of, and where the analysis can see no further."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sqsfifo_lint.cli import cli

SENDER = """\
import boto3

sqs = boto3.client("sqs")


def push(body, group_id, dedup_id=None):
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
        MessageBody=body,
        MessageGroupId=group_id,
        MessageDeduplicationId=dedup_id,
    )
"""
CALLER = """\
from uuid import uuid4

from shop.sender import push
from vendor import ticket


def on_order(order):
    push(order["body"], "orders", str(uuid4()))


def on_ticket(body):
    push(body, ticket(body))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "sender.py").write_text(SENDER)
    (tmp_path / "shop" / "caller.py").write_text(CALLER)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def traced(place: str) -> dict[str, Any]:
    done = CliRunner().invoke(cli, ["trace", place, "--output-format", "json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert isinstance(found, dict)
    return found


def slot(found: dict[str, Any], message: int, name: str) -> Any:
    return found["sends"][0]["messages"][message]["slots"][name]


@pytest.mark.parametrize("line", [7, 8, 12])
def test_every_line_of_the_call_leads_to_it(project: Path, line: int) -> None:
    (send,) = traced(f"shop/sender.py:{line}")["sends"]
    assert (send["path"], send["line"], send["api"]) == ("shop/sender.py", 7, "send_message")
    assert send["queue"]["fifo"] == "yes"
    assert [(call["path"], call["line"]) for call in send["calls"]] == [("shop/caller.py", 8), ("shop/caller.py", 12)]


def test_each_part_tells_its_material_lifetime_and_steps(project: Path) -> None:
    found = traced("shop/sender.py:7")
    (alternative,) = slot(found, 0, "dedup")["alternatives"]
    assert (alternative["path"], alternative["line"]) == ("shop/caller.py", 8)
    (part,) = alternative["parts"]
    assert (part["material"], part["lifetime"], part["text"]) == ("unique", "message", "uuid4()")
    steps = [(step["path"], step["line"], step["text"]) for step in part["steps"]]
    assert steps == [
        ("shop/caller.py", 8, "made here, new at each evaluation"),
        ("shop/caller.py", 8, "passed as `dedup_id` to `push()`"),
        ("shop/sender.py", 11, "used as the dedup ID"),
    ]


def test_the_call_of_a_wrapper_leads_to_its_send(project: Path) -> None:
    (send,) = traced("shop/caller.py:8")["sends"]
    assert (send["path"], send["line"]) == ("shop/sender.py", 7)


def test_where_knowledge_ends_is_told(project: Path) -> None:
    found = traced("shop/caller.py:12")
    (alternative,) = slot(found, 1, "group")["alternatives"]
    (part,) = alternative["parts"]
    assert part["material"] == "data"
    assert part["reason"] == "what `vendor.ticket` returns is out of sight"
    assert slot(found, 1, "dedup")["absent"] is True


def test_the_text_says_the_same(project: Path) -> None:
    done = CliRunner().invoke(cli, ["trace", "shop/sender.py:7", "--full"])
    assert done.exit_code == 0
    assert "constant 'orders'" in done.output
    assert "differs per message: what `vendor.ticket` returns is out of sight" in done.output
    assert "shop/caller.py:8:39: made here, new at each evaluation: uuid4()" in done.output


def test_a_line_without_a_send(project: Path) -> None:
    done = CliRunner().invoke(cli, ["trace", "shop/sender.py:1"])
    assert done.exit_code == 2
    assert "no send at this line" in done.output


@pytest.mark.parametrize("place", ["shop/sender.py", "shop/sender.py:x", ":3"])
def test_a_place_that_is_none(project: Path, place: str) -> None:
    assert CliRunner().invoke(cli, ["trace", place]).exit_code == 2


def test_a_file_that_is_not_there(project: Path) -> None:
    done = CliRunner().invoke(cli, ["trace", "nowhere.py:3"])
    assert done.exit_code == 2
    assert "nowhere.py: no such file" in done.output


def test_control_characters_do_not_reach_the_terminal(project: Path) -> None:
    (project / "shop" / "sender.py").write_text(SENDER.replace("MessageBody=body", 'MessageBody="\x1b[31m"'))
    done = CliRunner().invoke(cli, ["trace", "shop/sender.py:7"])
    assert "\x1b" not in done.output


ENTRIES = """\
def entry(order, extra):
    return {"Id": order.id, "MessageBody": order.body, **extra}
"""
BATCH = """\
import boto3

from shop.entries import entry

sqs = boto3.client("sqs")


def push(orders, extra):
    sqs.send_message_batch(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
        Entries=[entry(order, extra) for order in orders],
    )
"""


def test_what_cannot_be_seen_of_an_entry_is_shown_in_the_file_that_makes_it(project: Path) -> None:
    (project / "shop" / "entries.py").write_text(ENTRIES)
    (project / "shop" / "batch.py").write_text(BATCH)
    (alternative,) = slot(traced("shop/batch.py:9"), 0, "group")["alternatives"]
    last = alternative["parts"][0]["steps"][-1]
    assert (last["path"], last["line"], last["text"]) == ("shop/entries.py", 2, "used as the group ID")


def test_the_text_is_a_screen_at_most(project: Path) -> None:
    long, short = (CliRunner().invoke(cli, ["trace", "shop/sender.py:7", *more]).output for more in (["--full"], []))
    lines = short.splitlines()
    assert len(lines) == 23 < len(long.splitlines())  # of 24, where the terminal does not say how many it has
    assert lines[-1] == f"... {len(long.splitlines()) - 22} more lines: --full shows all of them"
    assert "made here" not in short, "the steps go first"
    assert "unique value, new for each message" in short


def test_a_queue_is_shown_by_its_name(project: Path) -> None:
    shown = CliRunner().invoke(cli, ["trace", "shop/sender.py:7"]).output
    assert "  queue: orders.fifo (FIFO)\n" in shown


def test_it_reads_the_project_that_a_check_of_the_folder_reads(project: Path) -> None:
    (project / "shop" / "pyproject.toml").write_text("")
    (send,) = traced("shop/sender.py:7")["sends"]
    assert [(call["path"], call["line"]) for call in send["calls"]] == [("shop/caller.py", 8), ("shop/caller.py", 12)]
    (project / "pyproject.toml").unlink()
    (project / "shop" / "pyproject.toml").unlink()
    (send,) = traced("shop/sender.py:7")["sends"]
    assert [call["line"] for call in send["calls"]] == [8, 12]


def test_it_is_in_colour_if_asked(project: Path) -> None:
    plain, coloured = (
        CliRunner().invoke(cli, ["trace", "shop/sender.py:7", "--full", "--color", wish]).output
        for wish in ("never", "always")
    )
    assert "\x1b" not in plain
    assert "\x1b[1mshop/sender.py:7:5\x1b[0m: send_message (sqs)\n" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_values_are_told_in_short_words(project: Path) -> None:
    (project / "shop" / "caller.py").write_text(
        "import os\nimport time\n\nfrom shop.sender import push\n\nSTARTED = time.time()\n\n\n"
        'def on_order(order):\n    push(order["body"], f"{STARTED}-{os.getpid()}", order["id"])\n'
    )
    text = CliRunner().invoke(cli, ["trace", "shop/sender.py:7", "--full"]).output
    assert "  group ID (one possible value)\n" in text
    assert "      time.time(): read once per process, microsecond resolution\n" in text
    assert "      differs per message: comes from parameter `order`\n" in text
    assert "alternative" not in text


def rules(place: str, *more: str) -> dict[str, list[tuple[str, str]]]:
    """By code: what the rules say of the one send at a place, and what becomes of that."""
    done = CliRunner().invoke(cli, ["trace", place, "--output-format", "json", *more])
    assert done.exit_code == 0, done.output
    (send,) = json.loads(done.stdout)["sends"]
    found: dict[str, list[tuple[str, str]]] = {}
    for one in send["rules"]:
        found.setdefault(one["code"], []).append((one["verdict"], one["text"]))
    return found


JOB = """\
import uuid

import boto3

sqs = boto3.resource("sqs").get_queue_by_name(QueueName="jobs.fifo")


def run(job):
    sqs.send_message(
        MessageBody=job.text,
        MessageGroupId="jobs",
        MessageDeduplicationId=uuid.uuid4().hex,
    )


def ask(job, key):
    sqs.send_message(MessageBody=job.text, MessageGroupId=key or job.kind)
"""


@pytest.fixture
def jobs(project: Path) -> Path:
    (project / "jobs.py").write_text(JOB)
    return project


def test_what_is_reported_is_what_a_check_reports(jobs: Path) -> None:
    done = CliRunner().invoke(cli, ["check", "jobs.py", "--output-format", "jsonl"])
    reported = {(one["code"], one["message"]) for one in map(json.loads, done.stdout.splitlines())}
    told = [rules(f"jobs.py:{line}") for line in (9, 17)]
    assert {(c, text) for one in told for c, said in one.items() for f, text in said if f == "reported"} == reported
    assert {code for code, _ in reported} == {"SQF101", "SQF202", "SQF201"}


def test_a_silent_rule_says_which_part_is_data(jobs: Path) -> None:
    assert rules("jobs.py:17")["SQF101"] == [
        ("silent", "the group ID is not made of constants alone: `key` is data (parameter `key`)")
    ]
    assert rules("jobs.py:9")["SQF201"] == [("silent", "a dedup ID is given")]
    assert rules("jobs.py:9")["SQF103"][0][1] == "the group ID is judged constant, and one slot gets one verdict"


def test_a_silent_rule_says_which_setting_or_queue_keeps_it_silent(jobs: Path) -> None:
    config = jobs / "pyproject.toml"
    config.write_text('[tool.sqsfifo-lint]\nserial-queues = ["jobs.fifo"]\n')
    assert rules("jobs.py:9")["SQF101"] == [("silent", "`serial-queues` names the queue")]
    config.write_text('[tool.sqsfifo-lint]\ncontent-based-deduplication = ["jobs.fifo"]\n')
    assert rules("jobs.py:17")["SQF201"] == [("silent", "the queue deduplicates by content")]
    config.write_text("")
    (jobs / "queue.tf").write_text(
        'variable "dedup" {}\nresource "aws_sqs_queue" "jobs" {\n  name = "jobs.fifo"\n  fifo_queue = true\n'
        "  content_based_deduplication = var.dedup\n}\n"
    )
    assert rules("jobs.py:17")["SQF201"] == [("silent", "the queue may deduplicate by content, or be standard")]
    (jobs / "queue.tf").unlink()
    (jobs / "jobs.py").write_text(JOB.replace("jobs.fifo", "jobs"))
    (jobs / "queue.tf").write_text('resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n')
    assert rules("jobs.py:9")["SQF101"] == [("silent", "the queue is standard")]


def test_a_finding_that_is_not_shown_says_what_hides_it(jobs: Path) -> None:
    text = JOB.replace('"jobs",', '"jobs",  # noqa: SQF101').replace(
        "    sqs.send_message(\n", "    # sqsfifo: ignore[SQF202] x\n    sqs.send_message(\n"
    )
    (jobs / "jobs.py").write_text(text)
    done = CliRunner().invoke(cli, ["trace", "jobs.py:10"])
    assert "  suppressed by line 12: SQF101 constant-group-id, jobs.py:12:24\n" in done.stdout
    assert "  suppressed by line 9: SQF202 generated-dedup-id, jobs.py:13:32\n" in done.stdout
    (jobs / "jobs.py").write_text(f"# flake8: noqa\n{JOB}")
    assert (
        "suppressed by a comment on the whole file: SQF101" in CliRunner().invoke(cli, ["trace", "jobs.py:10"]).stdout
    )
    (jobs / "jobs.py").write_text(JOB)
    (jobs / "pyproject.toml").write_text(
        '[tool.sqsfifo-lint]\nignore = ["SQF202"]\nper-file-ignores = { "jobs.py" = ["SQF101"] }\n'
    )
    found = rules("jobs.py:9")
    assert (found["SQF202"], found["SQF101"][0][0]) == ([("off", "it is not selected")], "ignored")


def test_what_a_baseline_accepts_is_told_as_such(jobs: Path) -> None:
    assert CliRunner().invoke(cli, ["baseline"]).exit_code == 0
    found = rules("jobs.py:9")
    assert (found["SQF101"][0][0], found["SQF202"][0][0]) == ("baselined", "baselined")
    text = CliRunner().invoke(cli, ["trace", "jobs.py:9"]).stdout
    assert "  accepted by the baseline: SQF101 constant-group-id, jobs.py:11:24\n" in text
    (jobs / "jobs.py").write_text(JOB.replace("key or job.kind", '"asked"'))
    assert rules("jobs.py:17")["SQF101"][0][0] == "reported"


def test_what_is_likely_is_told_as_such(jobs: Path) -> None:
    text = JOB.replace("import uuid\n", "import uuid\nfrom shop import settings\n").replace(
        '"jobs",\n', "settings.group,\n"
    )
    (jobs / "jobs.py").write_text(text)
    (jobs / "shop" / "settings.py").write_text("from vendor import *\n")
    assert rules("jobs.py:10")["SQF102"][0][0] == "likely"


def test_a_column_chooses_among_the_sends_of_a_line(jobs: Path) -> None:
    (jobs / "jobs.py").write_text(JOB + "\n\ndef both(a, b):\n    run(a); ask(a, b)\n")
    assert len(traced("jobs.py:21")["sends"]) == 2
    assert [send["line"] for send in traced("jobs.py:21:5")["sends"]] == [9]
    assert [send["line"] for send in traced("jobs.py:21:14")["sends"]] == [17]
    assert len(traced("jobs.py:21:3")["sends"]) == 2, "nothing is at this column"


def test_only_the_slot_that_is_asked_for(jobs: Path) -> None:
    (message,) = json.loads(
        CliRunner().invoke(cli, ["trace", "jobs.py:9", "--slot", "dedup", "--output-format", "json"]).stdout
    )["sends"][0]["messages"]
    assert list(message["slots"]) == ["dedup"]
    said = rules("jobs.py:9", "--slot", "dedup")
    assert {"SQF202", "SQF304"} <= said.keys()
    assert said.keys().isdisjoint({"SQF101", "SQF301", "SQF207"})
    text = CliRunner().invoke(cli, ["trace", "jobs.py:9", "--slot", "dedup"]).stdout
    assert "dedup ID" in text
    assert "group ID: " not in text


@pytest.mark.parametrize("where", ["shop", "..", "../elsewhere", "/"])
def test_paths_can_be_opened_from_here(jobs: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    (jobs / ".git").mkdir()  # what lies beside it is of other tests
    (jobs.parent / "elsewhere").mkdir(exist_ok=True)
    monkeypatch.chdir(jobs / where)
    document = traced(str(jobs / "shop" / "caller.py") + ":8")
    assert document["sends"]
    paths = set(_paths(document))
    assert {Path(path).resolve().name for path in paths} >= {"caller.py", "sender.py"}
    assert all(Path(path).is_file() for path in paths)


def _paths(value: Any) -> list[str]:
    match value:
        case dict():
            own = [value["path"]] if "path" in value else []
            return own + [path for inner in value.values() for path in _paths(inner)]
        case list():
            return [path for inner in value for path in _paths(inner)]
    return []


def test_every_rule_about_sends_says_something(jobs: Path) -> None:
    from sqsfifo_lint.rules import load_rules
    from sqsfifo_lint.rules.base import CaseRule, SendRule

    expected = {rule.code for rule in load_rules() if isinstance(rule, SendRule | CaseRule)}
    for place in ("jobs.py:9", "jobs.py:17", "shop/caller.py:8"):
        said = rules(place)
        assert said.keys() == expected
        assert all(text and "{" not in text for several in said.values() for _, text in several)
