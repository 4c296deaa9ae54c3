"""Templates and scripts that are made to be slow are not; and a byte that is not UTF-8 costs itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sqsfifo_lint.queues.infrastructure import read
from sqsfifo_lint.run.engine import check
from tests.commands import run
from tests.limits import no_hang
from tests.programs import write

QUEUE = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      FifoQueue: true\n      QueueName: "


def laughs(function: str, times: int) -> str:
    aliases = (f"  a{n}: &a{n} {function.format(', '.join([f'*a{n - 1}'] * times))}\n" for n in range(1, 40))
    return f"X:\n  a0: &a0 x\n{''.join(aliases)}{QUEUE}*a39\n"


SLOW: dict[str, tuple[str, Callable[[int], str]]] = {
    "joins": ("a.yaml", lambda n: laughs("!Join ['', [{}]]", 10)),
    "choices": ("a.yaml", lambda n: laughs("!If [c, {}]", 2)),
    "marks": ("a.yaml", lambda n: f'{QUEUE}"{"{{" * n}"\n'),
    "other marks": ("a.yaml", lambda n: f'{QUEUE}"{"{%" * n}{"<%" * n}{"#{" * n}"\n'),
    "braces": ("a.yaml", lambda n: f'{QUEUE}"{"${" * n}"\n'),
    "includes": ("serverless.yml", lambda n: f"{QUEUE}a\n# {'${file(' * n}"),
    "includes of spaces": ("serverless.yml", lambda n: f"{QUEUE}a\n# {'${file(a' * n}{' ' * n}"),
    "quotes": ("a.conf", lambda n: 'queues { a { fifo = true }\n x = sqs "' + '\\"' * n),
    "open quotes": ("a.conf", lambda n: "queues { a { fifo = true }\n x = sqs " + '"""' * n),
    "pairs": ("a.sh", lambda n: f"aws sqs create-queue --queue-name x.fifo --attributes '{'a' * n}'\n"),
    "open pairs": ("a.sh", lambda n: f"aws sqs create-queue --queue-name x.fifo --attributes 'a={'a=' * n}\"'\n"),
    "substitutions": ("a.sh", lambda n: f"aws sqs create-queue --queue-name {'$(a ' * 40}x.fifo{')' * 40}\n"),
    "many substitutions": ("a.sh", lambda n: f"aws sqs create-queue --queue-name {'$(a ' * n}x.fifo{')' * n}\n"),
    "arrays": ("a.sh", lambda n: "a=(sqs sqs)\n" + 'a=("${a[@]}" "${a[@]}")\n' * 60),
}


@pytest.mark.parametrize("kind", SLOW)
def test_no_text_takes_long(kind: str) -> None:
    name, made = SLOW[kind]
    data = made(20_000).encode()
    with no_hang(20):  # of these, most took minutes; none takes a second
        read({name: data})


@pytest.mark.parametrize("depth", [1, 3, 12])
def test_a_queue_is_seen_through_nested_substitutions(depth: int) -> None:
    created = "aws sqs create-queue --queue-name orders.fifo --attributes FifoQueue=true"
    data = f"URL={'$(echo ' * depth}$({created}){')' * depth}\n".encode()
    (declared,) = read({"a.sh": data}).declarations
    assert declared.name == "orders.fifo"


def test_what_a_substitution_prints_is_asked_in_each_round_of_a_loop() -> None:
    data = b"for q in a b; do\n  U=$(echo $(aws sqs create-queue --queue-name $q.fifo))\ndone\n"
    assert [one.name for one in read({"a.sh": data}).declarations] == ["a.fifo", "b.fifo"]


TEMPLATES = {
    "t.yaml": QUEUE.encode() + b"x # caf\xe9 \n",
    "a.tf": b'resource "aws_sqs_queue" "a" {\n  # caf\xe9\n  fifo_queue = true\n  name = "x"\n}\n',
}


@pytest.mark.parametrize(("name", "line"), [("t.yaml", 6), ("a.tf", 4)])
def test_a_template_in_another_encoding_is_shown_and_silenced(tmp_path: Path, name: str, line: int) -> None:
    write(tmp_path, {"pyproject.toml": "", name: TEMPLATES[name]})
    done = run(tmp_path, "check", name)
    assert done.returncode == 1
    assert "SQF401" in done.stdout
    shown = TEMPLATES[name].decode("utf-8", "replace").split("\n")[line - 1]
    assert shown.strip() in done.stdout
    lines = TEMPLATES[name].split(b"\n")
    lines[line - 1] += b" # noqa: SQF401"
    (tmp_path / name).write_bytes(b"\n".join(lines))
    assert run(tmp_path, "check", name).returncode == 0


ENDS = {
    "t.yaml": TEMPLATES["t.yaml"].replace(b"\xe9", b"e"),
    "a.tf": TEMPLATES["a.tf"],
    "s.sh": b"X=1\naws sqs create-queue --queue-name x --attributes FifoQueue=true\n",
    "q.conf": b'queues {\n  "a.fifo" { fifo = true\n    deadLettersQueue { name = "b" }\n  }\n  b { }\n}\n',
}


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\n"])
@pytest.mark.parametrize(
    "head", [b"", b"# coding: utf-16\n", b"# coding: latin-1\n", b"# caf\xe9 \xe2\x80\xa8 \xc2\x85\n"]
)
@pytest.mark.parametrize("name", ENDS)
def test_the_line_that_is_shown_and_silenced_is_the_one_that_was_read(
    tmp_path: Path, name: str, head: bytes, end: bytes
) -> None:
    data = head + ENDS[name]
    write(tmp_path, {"pyproject.toml": "", name: data.replace(b"\n", end)})
    (finding,) = check([tmp_path / name]).findings
    lines = data.decode("utf-8", "replace").split("\n")
    report = check([tmp_path / name])
    assert report.lines[report.findings[0].span.path][finding.span.line - 1] == lines[finding.span.line - 1]
    silenced = data.split(b"\n")
    silenced[finding.span.line - 1] += b" # noqa: SQF4"
    (tmp_path / name).write_bytes(end.join(silenced))
    assert check([tmp_path / name]).findings == ()
