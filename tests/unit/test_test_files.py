"""Which files are tests, by convention and as configured."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqsfifo_lint.config import ConfigError, find_config
from sqsfifo_lint.run.engine import check
from sqsfifo_lint.source.tests import is_test_file

LIBRARY = """\
import boto3

sqs = boto3.client("sqs")


def push(url, text, group, key):
    sqs.send_message(QueueUrl=url, MessageBody=text, MessageGroupId=group, MessageDeduplicationId=key)
"""
CALLER = """\
from outbox import push


def run(url, order):
    push(url, "text", "customer-1", order)
"""


@pytest.mark.parametrize(
    "name",
    ["tests/values.py", "a/tests/b/values.py", "test_orders.py", "a/orders_test.py", "conftest.py", "docs/first.py"],
)
def test_tests_by_convention(name: str) -> None:
    assert is_test_file(name)


@pytest.mark.parametrize("name", ["orders.py", "attests/orders.py", "contest.py", "testing_ground.py", "latest.py"])
def test_other_files(name: str) -> None:
    assert not is_test_file(name)


@pytest.mark.parametrize(
    ("caller", "configured", "found"),
    [
        ("jobs.py", "", True),
        ("test_jobs.py", "", False),
        ("spec/jobs.py", "", True),
        ("spec/jobs.py", 'test-files = ["spec/"]', False),
        ("test_jobs.py", 'test-files = ["spec/"]', True),
        ("test_jobs.py", "test-files = []", True),
    ],
)
def test_what_a_caller_passes(tmp_path: Path, caller: str, configured: str, found: bool) -> None:
    (tmp_path / "sqsfifo-lint.toml").write_text(configured)
    (tmp_path / "outbox.py").write_text(LIBRARY)
    (tmp_path / caller).parent.mkdir(exist_ok=True)
    (tmp_path / caller).write_text(CALLER)
    report = check([tmp_path], find_config(tmp_path))
    assert [finding.code for finding in report.findings] == ["SQF101"] * found


def test_a_wrong_value_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sqsfifo-lint.toml").write_text('test-files = "spec/"')
    with pytest.raises(ConfigError, match="test-files must be a list of file patterns"):
        find_config(tmp_path)
