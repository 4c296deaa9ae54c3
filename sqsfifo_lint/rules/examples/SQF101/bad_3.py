"""A parameter to which every caller passes a constant"""

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="mail.fifo")


def _send(body: str, event_id: str, group_id: str) -> None:
    queue.send_message(MessageBody=body, MessageGroupId=group_id, MessageDeduplicationId=event_id)


def welcome(event: dict) -> None:
    _send(event["text"], event["id"], group_id="mail")  # error: SQF101
