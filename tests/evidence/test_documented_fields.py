"""docs/evidence.md lists every field that the commands print for programs, and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sqsfifo_lint.evidence.model import Judgement, Verdict
from sqsfifo_lint.evidence.queue_consequences import consequences
from sqsfifo_lint.evidence.queue_facts import DeadLetter, Figure, Metrics, Queue
from sqsfifo_lint.evidence.queue_printed import Report, as_json
from tests.commands import run
from tests.evidence.fields import Promise, fields_of, kept_by, promises

RECORDED = "examples/start_up_group/recorded/trapped"
CODE = ("--project", "examples/start_up_group")


def message(number: int, **attributes: str) -> dict[str, object]:
    """A message that came back, with a body that others have, too."""
    known = {"SentTimestamp": "1759737727202", "ApproximateReceiveCount": "2"}
    return {"MessageId": f"m{number}", "Body": f"body {number // 3}", "Attributes": {**known, **attributes}}


@pytest.fixture
def documents(project: Path, tmp_path: Path) -> dict[str, list[object]]:
    """By command: documents that together have every field."""
    several = [message(n, MessageGroupId="a", MessageDeduplicationId=f"d{n % 4}") for n in range(12)]
    several += [message(n, MessageGroupId="b", MessageDeduplicationId="same") for n in (12, 13)]
    (tmp_path / "several.json").write_text(json.dumps({"Messages": several}) + "\n{")
    (tmp_path / "broken.log").write_text("2025-10-06T08:02:07Z job 1 done\n2025-10-06T08:02:08Z job 2 start\n\nstart\n")
    asked = {
        "messages": [
            (f"{RECORDED}/messages.json", *CODE, "--logs", f"{RECORDED}/workers.log"),
            (str(tmp_path / "several.json"), "--show-bodies"),
        ],
        "logs": [
            (f"{RECORDED}/workers.log", *CODE),
            (str(tmp_path / "broken.log"),),
            (f"{RECORDED}/workers.log", f"{RECORDED}/workers.log"),
        ],
    }
    printed = {
        command: [json.loads(run(project, command, *one, "--output-format", "json").stdout) for one in several]
        for command, several in asked.items()
    }
    return {**printed, "queue": [json.loads(as_json(a_queue()))]}


def a_queue() -> Report:
    """What AWS might say of a queue."""
    url = "https://sqs.eu-west-1.amazonaws.com/123456789012/a.fifo"
    queue = Queue(url, "a.fifo", True, dead_letter=DeadLetter("b", 3))
    metrics = Metrics(1, {Figure.GROUPS: {0: 1.0}})
    return Report(queue, metrics, Verdict(Judgement.SERIAL, ("why",)), tuple(consequences(queue, metrics)))


def test_every_field_is_promised_and_every_promise_kept(documents: dict[str, list[object]]) -> None:
    promised = promises()
    kept: set[Promise] = set()
    for command, several in documents.items():
        for field in {field for document in several for field in fields_of(document)}:
            speaking = kept_by(field, command, promised)
            assert speaking, f"docs/evidence.md says nothing of {field!r}, which `{command}` prints"
            kept.update(speaking)
    broken = [one for one in promised if one not in kept]
    assert not broken, "docs/evidence.md promises what is not printed"
