"""A large batch and a window in a call"""

import boto3

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders.fifo"


def connect(function: str) -> None:
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=QUEUE,
        FunctionName=function,
        BatchSize=100,  # error: SQF405
        MaximumBatchingWindowInSeconds=30,  # error: SQF405
    )
