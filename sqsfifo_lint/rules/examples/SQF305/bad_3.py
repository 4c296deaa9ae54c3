"""A colon"""

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="mail")


def publish_all(mails: list[dict]) -> list[dict]:
    response = queue.send_messages(
        Entries=[
            {"Id": f"mail:{number}", "MessageBody": mail["body"]}  # error: SQF305 "':'"
            for number, mail in enumerate(mails[:10])
        ]
    )
    return response.get("Failed", [])
