"""The kinds of files: which reader reads which."""

from __future__ import annotations

from importlib import import_module

import pytest

from sqsfifo_lint.queues.kinds import KINDS, Kind, kind_of, may_declare


@pytest.mark.parametrize(
    ("path", "reader"),
    [
        ("main.tf", "terraform"),
        ("infra/main.tf.json", "terraform"),
        ("Main.TOFU", "terraform"),
        ("template.json", "templates"),
        ("a/docker-compose.yml", "templates"),
        (".env.json", "templates"),
        ("deploy.sh", "shell"),
        (".env", "shell"),
        (".ENV.Local", "shell"),
        ("a/.env.conf", "shell"),
        ("local/ready.d/queues", "shell"),
        ("elasticmq.conf", "elasticmq"),
        ("environment", None),
        ("a.environment", None),
        ("ready.d", None),
        ("ready.d/a.txt", None),
        ("main.py", None),
    ],
)
def test_kind_of(path: str, reader: str | None) -> None:
    kind = kind_of(path)
    assert (kind.reader if kind is not None else None) == reader


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.reader)
def test_each_kind_has_a_reader_and_a_limit(kind: Kind) -> None:
    read_files = import_module(f"sqsfifo_lint.queues.{kind.reader}").read_files
    assert [answer for answer in read_files({}) if any(answer)] == []
    assert 100_000 < kind.max_size < 10_000_000
    assert all(suffix == suffix.lower() for suffix in kind.suffixes)


def test_parts_of_some_kinds_name_no_queue() -> None:
    assert may_declare(b"queues {")
    assert may_declare(b'  output "url" {')
    assert not may_declare(b"requeues {")
    assert not may_declare(b"")
