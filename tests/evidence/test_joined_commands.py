"""`messages` with `--project` and `--logs`: the code and the logs of the same queue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands import run

RECORDED = "examples/start_up_group/recorded/trapped"
MESSAGES, LOGS = f"{RECORDED}/messages.json", f"{RECORDED}/workers.log"

SENDER = """\
import boto3
def push(order):
    boto3.client("sqs").send_message(
        QueueUrl="orders.fifo", MessageBody=order.body, MessageGroupId={group}, MessageDeduplicationId=order.id
    )
"""


def messages(folder: Path, groups: list[str], queue: str = "orders.fifo") -> None:
    """A file of messages with these groups, sent 100 ms apart."""
    (folder / "messages.json").write_text(
        json.dumps(
            {
                "Records": [
                    {
                        "messageId": f"m{number}",
                        "body": "body",
                        "attributes": {
                            "MessageGroupId": group,
                            "MessageDeduplicationId": f"d{number}",
                            "SentTimestamp": str(1_759_737_727_202 + number * 100),
                        },
                        "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{queue}",
                    }
                    for number, group in enumerate(groups)
                ]
            }
        )
    )


def log(folder: Path, *, at_once: bool) -> None:
    """A log of two workers in turns, of 100 ms each with 1 ms in between; or at the same time."""
    lines = []
    for number in range(60):
        begin = number * (50 if at_once else 101)
        for moment, word in ((begin, "start"), (begin + 100, "done")):
            when = f"2025-10-06T08:02:{8 + moment // 1000:02d}.{moment % 1000:03d}Z"
            lines.append(f"{when} worker-{number % 2} {word} message=m{number}")
    (folder / "worker.log").write_text("\n".join(sorted(lines)) + "\n")


def report(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = run(folder, "messages", *arguments, "--output-format", "json")
    (queue,) = json.loads(done.stdout)["queues"]
    return done.returncode, queue


def test_the_recorded_start_up_group_in_words(project: Path) -> None:
    done = run(project, "messages", MESSAGES, "--project", "examples/start_up_group", "--logs", LOGS)
    assert done.returncode == 1, done.stderr
    words = " ".join(done.stdout.split())
    assert "Together with the logs: serial - Both agree" in words
    assert "This is the group that makes the workers wait." in words
    assert "Change `examples/start_up_group/trapped/connector.py:17`." in words
    assert "examples/start_up_group/trapped/ids.py:8:27 read from the clock here: time.time()" in words


def test_the_page_shows_what_is_printed(project: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "production.md").read_text(encoding="utf-8")
    block = page.partition("<!-- evidence -->\n```console\n$ sqsfifo-lint ")[2].partition("```\n<!-- /evidence -->")[0]
    command, _, shown = block.replace("\\\n", " ").partition("\n")
    done = run(project, *command.split())
    first, end = shown.rsplit("\n  ...\n", 1)
    assert done.stdout.startswith(f"{first}\n")
    assert end == ""


def test_the_recorded_start_up_group_as_data(project: Path) -> None:
    status, queue = report(project, MESSAGES, "--project", "examples/start_up_group", "--logs", LOGS)
    assert (status, queue["judgement"]) == (1, "serial")
    assert (queue["logs"]["judgement"], queue["logs"]["agree"]) == ("serial", True)
    assert queue["logs"]["together"]["judgement"] == "serial"
    assert [len(queue["logs"][part]["reasons"]) for part in ("together",)] == [1]
    (candidate,) = queue["code"]["blamed_group"]["candidates"]
    assert candidate["given"]["path"] == "examples/start_up_group/trapped/connector.py"
    assert [source["match"] for source in queue["code"]["dedup_ids"]] == ["form"]


def test_html_has_the_same_sentences(project: Path) -> None:
    arguments = ("--project", "examples/start_up_group", "--logs", LOGS, "--output-format", "html")
    page = run(project, "messages", MESSAGES, *arguments).stdout
    assert "Change <code>examples/start_up_group/trapped/connector.py:17</code>." in page
    assert "config.get(&quot;group&quot;) or uniqid(&quot;group-&quot;)" in page


def test_nothing_beside_the_messages(project: Path) -> None:
    _, queue = report(project, MESSAGES)
    assert (queue["code"], queue["logs"]) == (None, None)


@pytest.mark.parametrize(
    ("groups", "at_once", "status", "agree", "judgement"),
    [
        pytest.param(["a"] * 20, False, 1, True, "serial", id="both serial"),
        pytest.param([f"g{n}" for n in range(20)], True, 0, True, "parallel", id="both parallel"),
        pytest.param(["a"] * 20, True, 1, False, "partly", id="one group, at the same time all the same"),
        pytest.param([f"g{n}" for n in range(20)], False, 1, False, "serial", id="many groups, one after the other"),
        pytest.param(["a"], False, 1, None, "serial", id="one message"),
    ],
)
def test_messages_and_logs(
    tmp_path: Path, groups: list[str], at_once: bool, status: int, agree: bool | None, judgement: str
) -> None:
    messages(tmp_path, groups)
    log(tmp_path, at_once=at_once)
    found, queue = report(tmp_path, "messages.json", "--logs", "worker.log")
    assert (found, queue["logs"]["agree"], queue["logs"]["together"]["judgement"]) == (status, agree, judgement)
    assert queue["bad"] == bool(status)


def test_a_constant_group_of_the_code(tmp_path: Path) -> None:
    messages(tmp_path, ["orders"] * 20)
    (tmp_path / "app.py").write_text(SENDER.format(group='"orders"'))
    status, queue = report(tmp_path, "messages.json", "--project", "app.py")
    assert (status, queue["code"]["blamed_group"]["match"]) == (1, "text")
    (candidate,) = queue["code"]["blamed_group"]["candidates"]
    assert (candidate["path"], candidate["line"], candidate["given"]["line"]) == ("app.py", 3, 4)
    (dedups,) = queue["code"]["dedup_ids"]
    assert (dedups["match"], dedups["ids"], dedups["example"]) == ("any", 20, "d0")


def test_what_is_not_from_the_code_is_said(tmp_path: Path) -> None:
    messages(tmp_path, ["orders"] * 20)
    (tmp_path / "app.py").write_text(SENDER.format(group='"invoices"'))
    done = run(tmp_path, "messages", "messages.json", "--project", ".")
    assert "nothing in the code makes it" in done.stdout
    assert "it is not from this code" in " ".join(done.stdout.split())


def test_a_send_to_another_queue_is_not_blamed(tmp_path: Path) -> None:
    messages(tmp_path, ["orders"] * 20, queue="refunds.fifo")
    (tmp_path / "app.py").write_text(SENDER.format(group='"orders"'))
    _, queue = report(tmp_path, "messages.json", "--project", "app.py")
    assert (queue["code"]["sends"], queue["code"]["blamed_group"]["match"]) == (0, "none")


def test_code_that_cannot_be_read_is_an_error_and_the_rest_is_told(tmp_path: Path) -> None:
    messages(tmp_path, [f"order-{n}" for n in range(20)])
    (tmp_path / "app.py").write_text(SENDER.format(group='f"order-{order.id}"'))
    (tmp_path / "broken.py").write_text("send_message(MessageGroupId=\n")
    done = run(tmp_path, "messages", "messages.json", "--project", ".", "--output-format", "json")
    assert done.returncode == 2
    assert done.stderr.startswith("sqsfifo-lint: error: broken.py:")
    (queue,) = json.loads(done.stdout)["queues"]
    assert [source["ids"] for source in queue["code"]["group_ids"]] == [20]


def test_code_and_messages_give_no_commands_to_ci(tmp_path: Path) -> None:
    for shift in range(12):
        hostile = "x" * shift + "::error::boo" * 9
        messages(tmp_path, [hostile] * 20)
        (tmp_path / "app.py").write_text(SENDER.format(group=repr(hostile)))
        shown = run(tmp_path, "messages", "messages.json", "--project", ".").stdout
        assert "the text of `app.py:3`" in " ".join(shown.split())
        assert not [line for line in shown.splitlines() if line.lstrip().startswith(("::", "##"))]


def test_logs_of_nothing_are_an_error(tmp_path: Path) -> None:
    messages(tmp_path, ["a"] * 3)
    (tmp_path / "worker.log").write_text("2025-10-06T08:02:07Z hello\n")
    done = run(tmp_path, "messages", "messages.json", "--logs", "worker.log")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no line tells that work starts or ends" in done.stderr


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    messages(tmp_path, ["a"])
    for option in ("--project", "--logs"):
        done = run(tmp_path, "messages", "messages.json", option, "nowhere")
        assert done.returncode == 2
        assert "'nowhere' does not exist" in done.stderr
