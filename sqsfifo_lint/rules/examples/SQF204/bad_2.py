"""A set joined in its own order"""

import boto3

sqs = boto3.client("sqs")


def publish_tags(queue_url: str, document: dict) -> None:
    tags = {tag.lower() for tag in document["tags"]}
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=document["body"],
        MessageGroupId=document["id"],
        MessageDeduplicationId=f"{document['id']}/{'+'.join(tags)}",  # error: SQF204
    )
