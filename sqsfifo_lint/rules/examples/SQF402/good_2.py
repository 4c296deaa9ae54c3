"""None of these attributes"""

import boto3

sqs = boto3.client("sqs")


def set_up() -> str:
    created = sqs.create_queue(QueueName="mail", Attributes={"DelaySeconds": "5"})
    return created["QueueUrl"]


def publish(mail: dict) -> None:
    sqs.send_message(QueueUrl=set_up(), MessageBody=mail["body"])
