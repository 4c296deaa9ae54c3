"""Which files are analysed: the words come from the rows of the knowledge tables."""

from __future__ import annotations

import pytest

from sqsfifo_lint.knowledge.apis import SEND_APIS, SendApi
from sqsfifo_lint.knowledge.declaring import BOTO3_SERVICES, CONSTRUCTS
from sqsfifo_lint.knowledge.frameworks import FRAMEWORK_APIS
from sqsfifo_lint.run.relevance import Relevance, is_relevant, may_declare


@pytest.mark.parametrize("api", SEND_APIS.values(), ids=lambda api: api.name)
def test_each_method_of_the_sdk_with_each_keyword_that_shows_it(api: SendApi) -> None:
    for keyword in api.evidence:
        assert is_relevant(f"x.{api.name}({keyword}=y)".encode())
        assert is_relevant(f"call(getattr(x, '{api.name}'), {keyword}=y)".encode())
    assert is_relevant(f"import boto3\nx.{api.name}(**y)".encode())
    assert is_relevant(f"{api.service}.{api.name}(**y)".encode())
    assert not is_relevant(f"x.{api.name}(**y)".encode())


@pytest.mark.parametrize("api", FRAMEWORK_APIS, ids=lambda api: f"{api.library} {api.name}")
def test_each_call_of_a_framework_in_a_file_with_a_sign_of_fifo(api: SendApi) -> None:
    for package in api.packages:
        assert is_relevant(f"import {package}\nx = 'orders.fifo'".encode())
    assert is_relevant(f"x.{api.name}(y)\nz = 'MessageGroupId'\nimport {min(api.packages)}".encode())


def test_an_entry_of_a_schedule_is_known_by_its_keys() -> None:
    assert is_relevant(b"x = {'task': t, 'schedule': 30, 'options': {'MessageGroupId': g}}")
    assert is_relevant(b"x = dict(task=t, schedule=30, options=dict(MessageGroupId=g))")
    assert not is_relevant(b"x = {'target': t, 'schedule': 30, 'options': {'MessageGroupId': g}}")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x.publish(y)  # sns", True),
        (b"x.publish(\n)  # sns", False),
        (b"publish = x.publish  # sns", True),
        (b"x.published(y)  # sns", False),
        (b"getattr(x, 'publish')  # sns", True),
        (b"# how to publish to sns", False),
        (b"published_sns = 1", False),
        (b"x.set(y)\n# MessageGroupId", True),
        (b"x = set(y)\n# MessageGroupId", False),
        (b"f(_group_id=g)\n# .fifo", True),
        (b"f(message_group_id=g)\n# .fifo", False),
    ],
)
def test_a_word_of_the_language_counts_as_a_call_only(data: bytes, expected: bool) -> None:
    assert is_relevant(data) is expected


def test_a_new_row_is_all_that_a_new_call_takes() -> None:
    of_sqs = SendApi("enqueue_order", service="sqs", evidence=frozenset({"OrderBody"}))
    of_another = SendApi("put_rows", service="streams", evidence=frozenset({"Rows"}))
    of_a_framework = SendApi("push_job", service="sqs", packages=frozenset({"jobs_on_sqs"}), library="Jobs")
    grown = Relevance((*SEND_APIS.values(), of_sqs, of_another), (*FRAMEWORK_APIS, of_a_framework))
    for data in (
        b"x.enqueue_order(OrderBody=b)",
        b"x.put_rows(Rows=r)",
        b"streams.put_rows(**r)",
        b"from jobs_on_sqs import q  # 'a.fifo'",
        b"x.push_job(MessageGroupId=g)",
    ):
        assert grown(data)
        assert not is_relevant(data)
    assert grown(b"sqs.send_message(QueueUrl=u)")
    assert not grown(b"x.put_rows(r)")


@pytest.mark.parametrize("path", CONSTRUCTS)
def test_each_construct_declares(path: str) -> None:
    module, _, name = path.rpartition(".")
    package, _, rest = module.rpartition(".")
    assert may_declare(f"import {module}".encode())
    assert may_declare(f"from {module} import {name}".encode())
    assert may_declare(f"from {package} import {rest}".encode()) or not package


def test_what_is_declared_with_boto3() -> None:
    assert {name for name in BOTO3_SERVICES if not may_declare(name.encode())} == {"set_attributes"}  # of any span
    assert not may_declare(b"import boto3\nx.send_message()")
