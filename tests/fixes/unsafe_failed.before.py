import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(entries: list) -> None:
    if entries:
        sqs.send_message_batch(QueueUrl=QUEUE, Entries=entries)  # all
