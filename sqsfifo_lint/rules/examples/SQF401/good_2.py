"""A topic of AWS CDK, which adds the suffix itself"""

import boto3
from aws_cdk import Stack
from aws_cdk import aws_sns as sns
from constructs import Construct


class Orders(Stack):
    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        self.topic = sns.Topic(self, "Orders", topic_name="orders", fifo=True)


def publish(arn: str, order: dict) -> None:
    boto3.client("sns").publish(
        TopicArn=arn,
        Message=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
