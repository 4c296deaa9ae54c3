"""A FIFO queue on a standard topic"""

import boto3

sns = boto3.client("sns")


def subscribe() -> None:
    topic = sns.create_topic(Name="orders")
    sns.subscribe(
        TopicArn=topic["TopicArn"],
        Protocol="sqs",
        Endpoint="arn:aws:sqs:eu-west-1:123456789012:orders.fifo",  # error: SQF406
    )
