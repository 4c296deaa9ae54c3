"""A queue that is visibly standard"""

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="mail")


def publish(mail: dict) -> None:
    queue.send_message(MessageBody=mail["body"], MessageGroupId=mail["tenant"])
