"""Stops with the group"""

from typing import Any

import boto3
from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from aws_lambda_powertools.utilities.batch import (
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from constructs import Construct

PYTHON = lambda_.Runtime.PYTHON_3_13
table = boto3.resource("dynamodb").Table("entries")
processor = SqsFifoPartialProcessor(skip_group_on_error=True)


def post(record: SQSRecord) -> None:
    table.put_item(Item=record.json_body)


def handle(event: dict, context: Any) -> Any:
    return process_partial_response(event, post, processor, context)


class Ledger(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        queue = sqs.Queue(self, "Entries", queue_name="entries.fifo")
        code = lambda_.Code.from_asset(".")
        book = lambda_.Function(self, "Book", handler="example.handle", code=code, runtime=PYTHON)
        book.add_event_source(SqsEventSource(queue, report_batch_item_failures=True))
