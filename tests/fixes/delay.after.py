import boto3

sqs = boto3.client("sqs")
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"


def publish(order: dict, pause: int = 5) -> None:
    sqs.send_message(
        QueueUrl=QUEUE,
        MessageBody=order["body"],
        MessageGroupId=order["id"],
        MessageDeduplicationId=order["event"],
    )
    sqs.send_message(
        QueueUrl=QUEUE, MessageBody=order["body"], MessageGroupId=order["id"],
        MessageDeduplicationId=order["event"])
