import json
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    order = json.loads(event["body"])
    if order["total"] < 0:
        sqs.send_message(
            QueueUrl=os.environ["REFUNDS_QUEUE_URL"],
            MessageBody=json.dumps(order),
            MessageGroupId=order["customer_id"],
        )
    else:
        sqs.send_message(
            QueueUrl=os.environ["ORDERS_QUEUE_URL"],
            MessageBody=json.dumps(order),
            MessageGroupId=order["customer_id"],
        )
    return {"statusCode": 202}
