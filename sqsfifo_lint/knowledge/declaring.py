"""What declares a queue or topic in Python: boto3, AWS CDK, Pulumi, troposphere. Tables.

Keywords are those of `aws-cdk-lib` 2, `pulumi-aws` 6 and 7, `troposphere` 4; attributes are those of the service models
in botocore (`sqs/2012-11-05`, `sns/2010-03-31`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BOTO3_SERVICES: Mapping[str, str] = {
    "create_queue": "sqs",
    "create_topic": "sns",
    "set_queue_attributes": "sqs",
    "set_attributes": "sqs",
}
"""Methods that take the `Attributes` of a queue or topic -> its service."""

FETCHING_METHODS = frozenset({"get_queue_url", "get_queue_by_name"})
"""Those that ask for a queue that is there already."""

ATTRIBUTES_OF = "get_queue_attributes"
"""The method that asks for the attributes of a queue, among them its ARN."""

FIFO_ATTRIBUTE = "FifoQueue"

ATTRIBUTE_METHODS = frozenset({"set_queue_attributes", "set_attributes"})
"""Those that change some attributes of a queue (of a client, which takes its `QueueUrl`; of the queue itself)."""


@dataclass(frozen=True, slots=True)
class Construct:
    """A class of an infrastructure library whose objects are queues or topics."""

    source: str
    """The library, by its usual name."""
    service: str
    name: str
    """Keyword of the queue's name."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Keyword -> attribute of SQS or SNS."""
    infers_fifo: bool = False
    """It treats a queue as FIFO if its name ends in `.fifo` or it has an attribute that only FIFO queues have."""
    adds_suffix: bool = False
    """It appends `.fifo` to the names of FIFO queues and topics."""
    as_given: bool = False
    """What is false is not left out."""
    parameters: tuple[str, ...] = ()
    """Keywords of its positional arguments, where these say something of the queue."""


FIFO_ATTRIBUTES = (
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
    "FifoThroughputScope",
)
"""Attributes that only FIFO queues and topics take."""

_CAMEL_QUEUE = {
    name: name
    for name in (
        *("FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit", "DelaySeconds"),
        *("VisibilityTimeout", "RedrivePolicy"),
    )
}
_SNAKE_QUEUE = {
    "fifo_queue": "FifoQueue",
    "content_based_deduplication": "ContentBasedDeduplication",
    "deduplication_scope": "DeduplicationScope",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "delay_seconds": "DelaySeconds",
    "visibility_timeout": "VisibilityTimeout",
    "visibility_timeout_seconds": "VisibilityTimeout",
    "redrive_policy": "RedrivePolicy",
}
_SNAKE_TOPIC = {
    "fifo_topic": "FifoTopic",
    "content_based_deduplication": "ContentBasedDeduplication",
    "fifo_throughput_scope": "FifoThroughputScope",
}

CONSTRUCTS: Mapping[str, Construct] = {
    "aws_cdk.aws_sqs.Queue": Construct(
        "AWS CDK",
        "sqs",
        "queue_name",
        {
            "fifo": "FifoQueue",
            "content_based_deduplication": "ContentBasedDeduplication",
            "deduplication_scope": "DeduplicationScope",
            "fifo_throughput_limit": "FifoThroughputLimit",
            "delivery_delay": "DelaySeconds",
            "visibility_timeout": "VisibilityTimeout",
            "dead_letter_queue": "RedrivePolicy",
        },
        infers_fifo=True,
    ),
    "aws_cdk.aws_sqs.CfnQueue": Construct("AWS CDK", "sqs", "queue_name", _SNAKE_QUEUE, as_given=True),
    "aws_cdk.aws_sns.Topic": Construct(
        "AWS CDK",
        "sns",
        "topic_name",
        {
            "fifo": "FifoTopic",
            "content_based_deduplication": "ContentBasedDeduplication",
            "fifo_throughput_scope": "FifoThroughputScope",
        },
        adds_suffix=True,
    ),
    "aws_cdk.aws_sns.CfnTopic": Construct("AWS CDK", "sns", "topic_name", _SNAKE_TOPIC),
    "pulumi_aws.sqs.Queue": Construct("Pulumi", "sqs", "name", {**_SNAKE_QUEUE, "delay_seconds": "DelaySeconds"}),
    "pulumi_aws.sns.Topic": Construct("Pulumi", "sns", "name", _SNAKE_TOPIC),
    "pulumi_aws_native.sqs.Queue": Construct("Pulumi", "sqs", "queue_name", _SNAKE_QUEUE),
    "pulumi_aws_native.sns.Topic": Construct("Pulumi", "sns", "topic_name", _SNAKE_TOPIC),
    "troposphere.sqs.Queue": Construct("troposphere", "sqs", "QueueName", _CAMEL_QUEUE, as_given=True),
    "troposphere.sns.Topic": Construct(
        "troposphere",
        "sns",
        "TopicName",
        {name: name for name in ("FifoTopic", "ContentBasedDeduplication", "FifoThroughputScope")},
    ),
}
"""By qualified name."""

CREATING = "create_fifo_queue"
"""A function of sqs-workers (0.7.3, `sqs_manage.py`) that creates a queue."""

CONSTRUCTS_OF_CODE: Mapping[str, Construct] = dict.fromkeys(
    (f"sqs_workers.{CREATING}", f"sqs_workers.sqs_manage.{CREATING}"),
    Construct(
        "sqs-workers",
        "sqs",
        "queue_name",
        {"content_based_deduplication": "ContentBasedDeduplication", "visibility_timeout": "VisibilityTimeout"},
        infers_fifo=True,
        parameters=("env", "queue_name", "content_based_deduplication"),
    ),
)
"""The same of functions that create a queue when they are called."""

IMPORTED: Mapping[str, str] = {
    "aws_cdk.aws_sqs.Queue.from_queue_arn": "queue_arn",
    "aws_cdk.aws_sqs.Queue.from_queue_attributes": "queue_arn",
    "aws_cdk.aws_sns.Topic.from_topic_arn": "topic_arn",
    "aws_cdk.aws_sns.Topic.from_topic_attributes": "topic_arn",
}
"""Callables that return an object for a queue declared elsewhere -> keyword of its ARN (or the third argument)."""

INFRASTRUCTURE_PACKAGES = ("aws_cdk.", "pulumi", "troposphere")
"""Prefixes of the qualified names of these libraries."""

REFERRING = frozenset(
    {
        *("queue_url", "queue_arn", "queue_name", "topic_arn", "topic_name"),
        *("ref", "attr_arn", "attr_queue_name", "attr_queue_url", "attr_topic_arn", "attr_topic_name"),
        *("url", "arn", "id", "name", "queue_id"),
    }
)
"""Attributes of such an object that refer to its queue or topic."""

REFERRING_CALLS = frozenset({"troposphere.Ref", "troposphere.GetAtt", "troposphere.Sub"})
"""Callables whose result refers to the queue that is their first argument."""

PASSING_METHODS = frozenset({"add_resource"})
"""Methods that return their first argument: `template.add_resource(queue)`."""

REFERRING_METHODS = frozenset({"Ref", "ref", "GetAtt", "get_att"})
"""Methods that do the same."""

DEAD_LETTERS: Mapping[str, str] = {
    "aws_cdk.aws_sqs.DeadLetterQueue": "queue",
    "troposphere.sqs.RedrivePolicy": "deadLetterTargetArn",
}
"""Callables whose result stands for the dead-letter queue that they take as this keyword."""

DEAD_LETTER_KEY = "deadLetterTargetArn"
"""The key of the queue in a redrive policy (SetQueueAttributes, RedrivePolicy)."""

ENUMERATIONS: Mapping[str, str] = {
    "MESSAGE_GROUP": "messageGroup",
    "QUEUE": "queue",
    "PER_QUEUE": "perQueue",
    "PER_MESSAGE_GROUP_ID": "perMessageGroupId",
    "TOPIC": "Topic",
}
"""Members of the enumerations of AWS CDK (`sqs.DeduplicationScope`, `sqs.FifoThroughputLimit`) -> value of SQS."""

ENVIRONMENT_KEYWORDS = frozenset(
    {"environment", "Environment", "environment_variables", "env", "variables", "Variables", "container_environment"}
)
"""Keywords of functions and containers for their environment variables."""

ADDING_METHODS = frozenset({"add_environment"})
"""Methods that add one environment variable, given its name and value."""

CONSTRUCT_WORDS = ("Queue", "Topic", "CfnQueue", "CfnTopic")
"""Identifiers, one of which is needed to declare anything with an infrastructure library."""

FUNCTIONS = frozenset({"aws_cdk.aws_lambda.Function", "aws_cdk.aws_lambda.DockerImageFunction"})
"""Constructs of Lambda functions whose code lies in an asset."""

FUNCTIONS_BY_FOLDER = frozenset({"aws_cdk.aws_lambda_python_alpha.PythonFunction"})
"""Those that are given the folder (`entry`), the file (`index`) and the function (`handler`)."""

ASSETS = frozenset({"from_asset", "asset"})
"""Methods that make code of a folder."""

EVENT_SOURCES = frozenset({"aws_cdk.aws_lambda_event_sources.SqsEventSource"})
EVENT_SOURCE_MAPPINGS = frozenset({"aws_cdk.aws_lambda.EventSourceMapping"})
"""What feeds a function from a queue."""
