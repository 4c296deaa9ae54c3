"""What a program of many equal parts costs grows with their number, and what a bound cuts off is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqsfifo_lint.flow.bounds import MAX_NOTED
from sqsfifo_lint.source.chunks import split
from tests.commands import run
from tests.limits import no_hang
from tests.programs import write

HEAD = "import boto3\nsqs = boto3.client('sqs')\n"
SEND = "sqs.send_message(QueueUrl='x.fifo', MessageBody=o, MessageGroupId={}, MessageDeduplicationId=o)\n"


def sends(number: int) -> str:
    return f"{HEAD}def f(o):\n" + "".join("    " + SEND.format(f"'g{n}'") for n in range(number))


def test_sends_beyond_the_bound_are_told(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "s.py": sends(MAX_NOTED + 2)})
    done = run(tmp_path, "check", "--output-format", "concise", ".")
    assert done.returncode == 2
    assert done.stdout.count("SQF101") == MAX_NOTED
    assert f"s.py:{MAX_NOTED + 4}:5: SQF001" in done.stdout
    assert f"more than {MAX_NOTED} calls that may send" in done.stdout


def test_as_many_as_the_bound_are_all_checked(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "s.py": sends(MAX_NOTED)})
    assert run(tmp_path, "check", ".").returncode == 1


def test_one_send_that_is_reached_often_is_checked(tmp_path: Path) -> None:
    body = "    " + SEND.format("'g'")
    calls = "    send(o)\n" * (MAX_NOTED + 50)
    write(tmp_path, {"pyproject.toml": "", "s.py": f"{HEAD}def send(o):\n{body}\ndef f(o):\n{calls}"})
    done = run(tmp_path, "check", ".")
    assert done.returncode == 1
    assert "SQF001" not in done.stdout


INTERLOCKED = "class A0:\n    pass\n" + "".join(
    f"class A{n}({', '.join(f'A{m}' for m in range(n - 1, max(-1, n - 4), -1))}):\n    pass\n" for n in range(1, 90)
)


def test_interlocking_classes_are_looked_at_once(tmp_path: Path) -> None:
    last = "class P(A89):\n    def go(self, o):\n        " + SEND.format("self.g") + "P().go(input())\n"
    write(tmp_path, {"pyproject.toml": "", "s.py": HEAD + INTERLOCKED + last})
    with no_hang(30):
        assert run(tmp_path, "check", ".").returncode != 2


@pytest.mark.parametrize("line", ["import a;", "a = 1;"])
def test_a_line_of_many_statements_takes_linear_time(line: str) -> None:
    text = line * 50_000 + "\n"
    with no_hang(30):  # took a minute, and four times as much at twice the length
        (chunk,) = split("x.py", text)
    assert "a" in chunk.names
