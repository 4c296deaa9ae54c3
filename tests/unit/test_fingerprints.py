"""A finding is known again after edits elsewhere, and two findings are never taken for one."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from sqsfifo_lint import fingerprints
from sqsfifo_lint.config import Config
from sqsfifo_lint.fingerprints import Identity, Outline, identities, normalised
from sqsfifo_lint.model import Problem
from sqsfifo_lint.run.engine import check

PROGRAM = """\
import time
import uuid
import boto3

GROUP = "orders"
sqs = boto3.client("sqs")


class Publisher:
    def __init__(self, url):
        self.url = url
        self.group = str(uuid.uuid4())

    def publish(self, order):
        sqs.send_message(
            QueueUrl=self.url,
            MessageBody=order["body"],
            MessageGroupId=self.group,
            MessageDeduplicationId=str(int(time.time())),
        )


def first(url, order):
    sqs.send_message(QueueUrl=url, MessageBody=order["body"], MessageGroupId=GROUP, MessageDeduplicationId=order["id"])
    sqs.send_message(QueueUrl=url, MessageBody=order["more"], MessageGroupId=GROUP, MessageDeduplicationId=order["no"])


def second(order):
    sqs.send_message(QueueUrl="https://q/1/orders.fifo", MessageBody=order["body"], MessageGroupId=order["id"])
"""

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      FifoQueue: true
  Mails:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: mails
      FifoQueue: true
"""


def found(folder: Path, files: dict[str, str]) -> list[Identity]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    report = check([folder], Config())
    assert not report.problems
    return identities(report.findings, lambda path: report.lines.get(path, ()))


BEFORE = {"app/orders.py": PROGRAM, "template.yaml": TEMPLATE}


def moved_down(files: dict[str, str]) -> dict[str, str]:
    return {name: f"# One more line.\n\n{text}" for name, text in files.items()}


def renamed(files: dict[str, str]) -> dict[str, str]:
    return {name.replace("app/orders", "lib/deeper/zz"): text for name, text in files.items()}


def formatted(files: dict[str, str]) -> dict[str, str]:
    text = files["app/orders.py"].replace('GROUP = "orders"', "GROUP = 'orders'")
    text = text.replace("str(int(time.time()))", "str(\n    int(\n        time.time(),  # now\n    )\n)")
    return {**files, "app/orders.py": text}


def other_code(files: dict[str, str]) -> dict[str, str]:
    text = files["app/orders.py"].replace("import uuid", "import os\nimport uuid")
    text = text.replace("class Publisher:", "def unrelated():\n    return os.getcwd()\n\n\nclass Publisher:")
    text = text.replace('order["body"]', 'order["text"]').replace(
        "    def publish", "    # Sends one.\n    def publish"
    )
    return {**files, "app/orders.py": text, "template.yaml": files["template.yaml"].replace("  Mails", "\n  Mails")}


def reordered(files: dict[str, str]) -> dict[str, str]:
    head, first, second = files["app/orders.py"].partition("def first")
    second, third, rest = second.partition("def second")
    return {**files, "app/orders.py": f"{head}{third}{rest}\n\n{first}{second}"}


EDITS = (moved_down, renamed, formatted, other_code, reordered)


@pytest.mark.parametrize("edit", EDITS)
def test_edits_elsewhere_change_no_identity(edit: Callable[[dict[str, str]], dict[str, str]], tmp_path: Path) -> None:
    before, after = found(tmp_path / "before", BEFORE), found(tmp_path / "after", edit(BEFORE))
    assert len(before) == 7
    assert sorted(before) == sorted(after)
    assert {one.fingerprint for one in before} == {one.fingerprint for one in after}


def test_two_findings_never_have_one_identity(tmp_path: Path) -> None:
    several = found(tmp_path, {**BEFORE, "copy/orders.py": PROGRAM, "copy/template.yaml": TEMPLATE})
    assert len({one.fingerprint for one in several}) == len(several) == 14


def test_identities_can_be_read(tmp_path: Path) -> None:
    first = "sqs.send_message"
    assert sorted(one for one in found(tmp_path, BEFORE) if one.rule in ("SQF101", "SQF103", "SQF201", "SQF401")) == [
        Identity("SQF101", "first", "GROUP", '"orders"', 1),
        Identity("SQF101", "first", "GROUP", '"orders"', 2),
        Identity("SQF103", "Publisher.publish", "self.group", "uuid.uuid4()", 1),
        Identity("SQF201", "second", first, '"https://q/1/orders.fifo"', 1),
        Identity("SQF401", "Resources.Mails.Properties", "mails", "", 1),
        Identity("SQF401", "Resources.Orders.Properties", "orders", "", 1),
    ]


def test_what_is_another_finding_has_another_identity(tmp_path: Path) -> None:
    before = set(found(tmp_path / "before", BEFORE))
    other = PROGRAM.replace("uuid.uuid4()", "uuid.uuid1()")
    after = set(found(tmp_path / "after", {**BEFORE, "app/orders.py": other}))
    assert {one.rule for one in before ^ after} == {"SQF103"}, "another origin"
    again = PROGRAM + PROGRAM.partition("def second")[2].join(("\n\ndef third", ""))
    more = set(found(tmp_path / "more", {**BEFORE, "app/orders.py": again}))
    assert [(one.rule, one.place) for one in more - before] == [("SQF201", "third")]
    assert before < more


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f( a,\n   b , )  # why", "f(a,b)"),
        ("a if b  else\\\n c", "a if b else c"),
        ("'x' + \"y\"", '"x"+"y"'),
        ("""'say "x"'""", """'say "x"'"""),
        ("'a  # b'", '"a  # b"'),
        ('f"{a}" "b"', 'f"{a}" "b"'),
        ("x in 'abc'", 'x in "abc"'),
        ('"""a\n  b"""', '"""a\n  b"""'),
        ("'it\\'s'", "'it\\'s'"),
        ("f(a,  # one\n)", "f(a)"),
        ("", ""),
        ("'unterminated", "'unterminated"),
    ],
)
def test_normalised(text: str, expected: str) -> None:
    assert normalised(text) == expected
    assert normalised(normalised(text)) == expected


NESTED = textwrap.dedent(
    """\
    import a
    @decorated(
        here
    )
    class One:
        x = '''
    def not_this():
        '''
        async def two(self,
            b):
            if b:
                return [
                    b
                ]
    c = 1
    """
)


@pytest.mark.parametrize(
    ("line", "place"), [(1, ""), (3, ""), (6, "One"), (7, "One"), (10, "One.two"), (13, "One.two"), (15, "")]
)
def test_the_place_of_a_line(line: int, place: str) -> None:
    assert Outline(NESTED.split("\n"), python=True).around(line) == place


def test_what_this_python_cannot_parse_has_places_by_indentation() -> None:
    lines = ["class One:", "    def two(self):", "        try: ! not python", "        send()", "x = 1"]
    assert [Outline(lines, python=True).around(line) for line in (3, 4, 5, 9, 0)] == ["One.two", "One.two", "", "", ""]


def test_places_in_terraform() -> None:
    lines = ['resource "aws_sqs_queue" "orders" {', "  # why", '  name = "orders"', "}", ""]
    assert Outline(lines, python=False).around(3) == 'resource "aws_sqs_queue" "orders'


def test_problems() -> None:
    problems = [Problem("a.py", "on line 3", 3), Problem("a.py", "other"), Problem("b.py", "on line 3", 3)]
    assert len(set(fingerprints.of_problems(problems))) == 3
    moved = [Problem("a.py", "on line 9", 9), *problems[1:]]
    assert fingerprints.of_problems(moved) == fingerprints.of_problems(problems)
