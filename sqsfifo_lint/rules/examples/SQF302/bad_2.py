"""Around a call that leads to the send"""

import logging

import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, body: str) -> None:
    sqs.send_message(QueueUrl=queue_url, MessageBody=body)


def handler(event: dict, context: object) -> None:
    for record in event["Records"]:
        try:
            publish("https://sqs.eu-west-1.amazonaws.com/123456789012/mail", record["body"])
        except Exception as error:  # error: SQF302
            logging.error("not published: %s", error)
