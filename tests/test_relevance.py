"""Which files are read at all: what is ruled out by its bytes costs next to nothing, and is never judged."""

from __future__ import annotations

import pytest

from sqsfifo_lint.run.relevance import declares_fifo, may_declare, or_calls

BINDING = b'''
import jsii

class Queue(_Resource, metaclass=jsii.JSIIMeta, jsii_type="aws-cdk-lib.aws_sqs.Queue"):
    """
    Example:
        queue = sqs.Queue(self, "Orders", fifo=True)
        boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body, MessageGroupId="all")
    """

    def __init__(self, scope, id, *, fifo=None):
        jsii.create(self.__class__, self, [scope, id, QueueProps(fifo=fifo)])
'''
"""As jsii-pacmak writes the modules of AWS CDK."""

OF_A_PROJECT = b"""
import boto3
import jsii
from aws_cdk import IAspect, aws_sqs as sqs

@jsii.implements(IAspect)
class Tags:
    def visit(self, node):
        sqs.Queue(node, "Orders", fifo=True)

def notify(url, body):
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody=body, MessageGroupId="all")
"""


@pytest.mark.parametrize(("data", "expected"), [(BINDING, False), (OF_A_PROJECT, True)])
def test_generated_bindings_neither_send_nor_declare(data: bytes, expected: bool) -> None:
    """AWS CDK's own modules are megabytes each, and all of it is handed to another process."""
    assert or_calls(list)(data) is expected
    assert may_declare(data) is expected
    assert declares_fifo(data) is expected
