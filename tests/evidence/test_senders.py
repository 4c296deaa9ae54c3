"""What the linter says of a project's sends, as the records that IDs are matched with."""

from __future__ import annotations

import hashlib
import time
import uuid
from pathlib import Path

import pytest

from sqsfifo_lint.commands.senders import senders
from sqsfifo_lint.evidence.shapes import Nature, Often, Sender, Shape, described, fit

START = """\
import hashlib, os, time, uuid
from uuid import uuid4 as new_id
import boto3
sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"
RUN = new_id()

def push(order):
    sqs.send_message(QueueUrl=URL, MessageBody=order.body, MessageGroupId={group}, MessageDeduplicationId={dedup})
"""


def read(folder: Path, group: str = '"a"', dedup: str = '"b"', program: str = "") -> Sender:
    (folder / "app.py").write_text(program or START.format(group=group, dedup=dedup))
    (found,) = senders([folder]).senders
    return found


def group(folder: Path, code: str) -> Shape:
    (found,) = read(folder, code).group
    return found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('"orders"', "'orders'"),
        ('"order-" + str(order.id)', "'order-' + data (order.id, created for each message)"),
        ('f"{RUN}"', "unique value (uuid.uuid4, created once per process)"),
        ("str(new_id())", "unique value (uuid.uuid4, created for each message)"),
        ("str(int(time.time()))", "clock (time.time, created for each message)"),
        ('os.environ["GROUP"]', 'configuration (os.environ["GROUP"])'),
        ("hashlib.sha256(order.body).hexdigest()", "digest (of order.body, created for each message)"),
        ('"x-" + hashlib.md5(order.body).hexdigest()', "'x-' + digest (of order.body, created for each message)"),
    ],
)
def test_a_shape_in_words(tmp_path: Path, code: str, expected: str) -> None:
    assert described(group(tmp_path, code)) == expected


def test_what_the_code_makes_fits(tmp_path: Path) -> None:
    """The same expression is evaluated by Python."""
    order = {"id": 7, "body": b"body"}
    for code in (
        '"orders"',
        """f"order-{order['id']}-{order['body']!r}" """,
        """f"u-{int(time.time()):08x}{int(time.time() % 1 * 1_000_000):05x}" """,
        '"%8x%05x" % (int(time.time()), int(time.time() % 1 * 1000000))',
        "str(uuid.uuid4())",
        '"a-" + uuid.uuid4().hex',
        'f"{time.time()}"',
        "str(time.time_ns())",
        'f"{int(time.time() * 1_000_000):013x}"',
        "str(int(time.time() * 1000))",
        'hashlib.sha1(order["body"]).hexdigest()',
    ):
        made = eval(code, {"hashlib": hashlib, "time": time, "uuid": uuid, "order": order})
        found = fit(made, group(tmp_path, code))
        assert found is not None, code
        assert found.strict, code
        assert found.exact == (made == "orders"), code
        assert found.explained, code


def test_the_start_up_group_with_its_trace(project: Path) -> None:
    (found,) = senders([project / "examples" / "start_up_group" / "trapped"]).senders
    assert found.at.path.endswith("examples/start_up_group/trapped/sqs_queue.py")
    assert (found.at.line, found.queues) == (27, ("jobs.fifo",))
    (made,) = found.group
    assert (Path(made.given.path).name, made.given.line) == ("connector.py", 17)
    prefix, clock = made.pieces
    assert (prefix.nature, prefix.text) == (Nature.TEXT, "group-")
    assert (clock.nature, clock.maker, clock.often, clock.resolution) == (
        Nature.CLOCK,
        "time.time",
        Often.IMPORT,
        1_000,
    )
    assert [(Path(step.path).name, step.line) for step in clock.steps] == [
        ("ids.py", 8),
        ("connector.py", 17),
        ("connector.py", 17),
        ("sqs_queue.py", 18),
        ("sqs_queue.py", 30),
    ]
    assert clock.steps[0].words == "read from the clock here"


def test_only_sends_below_the_paths(tmp_path: Path) -> None:
    send = 'import boto3\nboto3.client("sqs").send_message(QueueUrl="{}", MessageBody="x", MessageGroupId="{}")\n'
    (tmp_path / "pyproject.toml").write_text("")
    for folder, queue in (("one", "a.fifo"), ("two", "b.fifo"), ("fair", "standard")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "app.py").write_text(send.format(queue, folder))

    def groups(*paths: str) -> list[str]:
        found = senders([tmp_path / path for path in paths]).senders
        return [piece.text for sender in found for shape in sender.group for piece in shape.pieces]

    assert groups(".") == ["fair", "one", "two"]
    assert groups("two", "fair") == ["fair", "two"]
    assert [sender.standard for sender in senders([tmp_path]).senders] == [True, False, False]


def test_a_queue_that_deduplicates_by_content_makes_the_id(tmp_path: Path) -> None:
    send = 'import boto3\nboto3.client("sqs").send_message(QueueUrl="a.fifo", MessageBody="x", MessageGroupId="g")\n'
    (shape,) = read(tmp_path, program=send).dedup
    assert described(shape) == "digest (SHA-256 of the body, created for each message)"
    assert fit(hashlib.sha256(b"x").hexdigest(), shape) is not None


def test_what_a_library_fills_in(tmp_path: Path) -> None:
    program = 'from celery import shared_task\n@shared_task\ndef f(): ...\nf.apply_async(queue="a.fifo")\n'
    found = read(tmp_path, program=program)
    (made,), (dedup,) = found.group, found.dedup
    assert described(made) == "'default'"
    assert described(dedup) == "unique value (uuid.uuid4, created for each message)"


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("send_message(MessageGroupId=\n")
    (problem,) = senders([tmp_path]).problems
    assert problem.path == "app.py"
