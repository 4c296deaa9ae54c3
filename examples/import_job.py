"""A nightly import in batches: the dedup ID is made once, outside the loop that sends, so SQS drops all but one."""

import json
import uuid

import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="imports.fifo")


def import_rows(rows: list[dict]) -> None:
    run_id = str(uuid.uuid4())
    for row in rows:
        queue.send_message(
            MessageBody=json.dumps(row),
            MessageGroupId=f"customer-{row['customer_id']}",
            MessageDeduplicationId=run_id,
        )
