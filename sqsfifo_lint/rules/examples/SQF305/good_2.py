"""A unique value for each entry"""

import uuid

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="mail")


def publish_all(mails: list[dict]) -> list[dict]:
    response = queue.send_messages(
        Entries=[{"Id": uuid.uuid4().hex, "MessageBody": mail["body"]} for mail in mails[:10]]
    )
    return response.get("Failed", [])
