"""A tool that moves messages on"""

import boto3

sqs = boto3.client("sqs")


def move(queue_url: str, target_url: str) -> None:
    received = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)  # error: SQF604
    for message in received.get("Messages", []):
        attributes = message["Attributes"]
        sqs.send_message(
            QueueUrl=target_url,
            MessageBody=message["Body"],
            MessageGroupId=attributes["MessageGroupId"],
            MessageDeduplicationId=attributes["MessageDeduplicationId"],
        )
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
