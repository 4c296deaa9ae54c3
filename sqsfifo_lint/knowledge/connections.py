"""Which services read from queues or send to them, and where a declaration names the queue: tables.

A declaration is a tree of values, whatever it is written in. Names in it are compared in small letters and without `_`
and `-`: `EventSourceArn` of CloudFormation and botocore, `event_source_arn` of Terraform, Pulumi and the CDK, and
`--event-source-arn` of the CLI are one name. A path leads through lists to each of their items.

Names are those of the CloudFormation resource reference, botocore's service models, the AWS provider of Terraform (6),
`pulumi-aws` (6, 7), `aws-cdk-lib` (2), SAM and the Serverless Framework (3, 4).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqsfifo_lint.knowledge.shapes import BATCH_SIZE, WINDOW, Shape, feeds, refuses, sends, subscribes
from sqsfifo_lint.model import Connects

MOST_IN_BATCH = 10
"""Messages that Lambda takes from a FIFO queue at once. It has no batching window there.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
"""

RULE, SCHEDULE, PIPE, STATE = "the EventBridge rule", "the schedule", "the pipe", "the state machine"
"""The first two give no dedup ID: the queue has to deduplicate by content.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_SqsParameters.html,
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_SqsParameters.html
"""

_IDS_OF_TARGETS = ("sqsparameters.messagegroupid", "sqstarget.messagegroupid")
_MAPPING = (feeds(("eventsourcearn",), function="functionname"),)
_RULE = (
    sends(RULE, ("arn",), "targets", _IDS_OF_TARGETS),
    refuses("the dead-letter queue of an EventBridge rule", "deadletterconfig.arn", at="targets"),
)
_RULE_TARGET = (
    sends(RULE, ("arn",), "", _IDS_OF_TARGETS),
    refuses("the dead-letter queue of an EventBridge rule", "deadletterconfig.arn"),
)
_SCHEDULE = (
    sends(SCHEDULE, ("arn",), "target", _IDS_OF_TARGETS),
    refuses("the dead-letter queue of a schedule", "deadletterconfig.arn", at="target"),
)
_PIPE = (
    sends(
        PIPE,
        ("target",),
        "",
        ("targetparameters.sqsqueueparameters.messagegroupid",),
        ("targetparameters.sqsqueueparameters.messagededuplicationid",),
        paths="$",
        at_queue=True,
    ),
)
_SUBSCRIPTION = (subscribes(), subscribes("notificationendpoint"))
_TOPIC = (subscribes(at="subscription", topic=("/",)),)
_FUNCTION = (refuses("the dead-letter queue of a function", "deadletterconfig.targetarn"),)
_DESTINATIONS = "the destination of a function"
_INVOKE = (
    refuses(_DESTINATIONS, "destinationconfig.onfailure.destination"),
    refuses(_DESTINATIONS, "destinationconfig.onsuccess.destination"),
)
_S3 = "an S3 event notification"
_NOTIFICATION = tuple(
    refuses(_S3, f"{kind}", f"{kind}arn", at=f"notificationconfiguration.{kind}configurations")
    for kind in ("queue", "topic")
)
_IOT = (refuses("an action of an IoT rule", "queueurl", at="topicrulepayload.actions.sqs"),)
_HOOK = (refuses("a lifecycle hook of Auto Scaling", "notificationtargetarn"),)

RESOURCES: Mapping[str, tuple[Shape, ...]] = {
    "AWS::Lambda::EventSourceMapping": _MAPPING,
    "AWS::Lambda::Function": _FUNCTION,
    "AWS::Lambda::EventInvokeConfig": _INVOKE,
    "AWS::Events::Rule": _RULE,
    "AWS::Scheduler::Schedule": _SCHEDULE,
    "AWS::Pipes::Pipe": _PIPE,
    "AWS::SNS::Subscription": _SUBSCRIPTION,
    "AWS::SNS::Topic": _TOPIC,
    "AWS::S3::Bucket": _NOTIFICATION,
    "AWS::IoT::TopicRule": _IOT,
    "AWS::AutoScaling::LifecycleHook": _HOOK,
    "AWS::Serverless::Function": (
        feeds(("properties.queue",), "events.*", only="SQS")._replace(
            attributes={
                BATCH_SIZE: ("properties.batchsize",),
                WINDOW: ("properties.maximumbatchingwindowinseconds",),
            }
        ),
        refuses("the dead-letter queue of a function", "deadletterqueue.targetarn"),
        refuses(_DESTINATIONS, "eventinvokeconfig.destinationconfig.onfailure.destination"),
        refuses(_DESTINATIONS, "eventinvokeconfig.destinationconfig.onsuccess.destination"),
    ),
    "serverless function": (
        feeds(("arn", "/"), "events.sqs", window="maximumbatchingwindow"),
        refuses("the dead-letter queue of a function", "onerror", "deadletter.targetarn", "deadletter.sqs.arn"),
        refuses(_DESTINATIONS, "destinations.onfailure.arn", "destinations.onfailure"),
        refuses(_DESTINATIONS, "destinations.onsuccess.arn", "destinations.onsuccess"),
        refuses("the dead-letter queue of an EventBridge rule", "deadletterqueuearn", at="events.eventbridge"),
    ),
    "aws_lambda_event_source_mapping": _MAPPING,
    "aws_lambda_function": _FUNCTION,
    "aws_lambda_function_event_invoke_config": _INVOKE,
    "aws_cloudwatch_event_target": _RULE_TARGET,
    "aws_scheduler_schedule": _SCHEDULE,
    "aws_pipes_pipe": _PIPE,
    "aws_sns_topic_subscription": _SUBSCRIPTION,
    "aws_s3_bucket_notification": tuple(
        refuses(_S3, f"{kind}arn", at=at) for kind in ("queue", "topic") for at in (kind, f"{kind}s")
    ),
    "aws_iot_topic_rule": (refuses("an action of an IoT rule", "queueurl", at="sqs"),),
    "aws_autoscaling_lifecycle_hook": _HOOK,
}
"""By the type of a resource in CloudFormation and SAM, or in Terraform."""

STATES = ("parameters", "arguments")
"""Where a state of a state machine has what it passes on, in JSONPath and in JSONata.

A key that ends in `.$` has a path as its value; all other texts are passed on as they are, except `{% ... %}`.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html
"""
STATE_RESOURCE = "states:::sqs:sendMessage"
RESOURCE = "Resource"
"""The key of that in a state."""
STATE_SHAPES = tuple(
    sends(
        STATE,
        (f"{where}.queueurl",),
        "",
        (f"{where}.messagegroupid", f"{where}.messagegroupid$"),
        (f"{where}.messagededuplicationid", f"{where}.messagededuplicationid$"),
        paths="{%",
    )
    for where in STATES
)
"""A state of a state machine, in Amazon's States Language."""

CALLS: Mapping[str, tuple[Shape, ...]] = {
    "lambda.create_event_source_mapping": _MAPPING,
    "lambda.create_function": _FUNCTION,
    "lambda.update_function_configuration": _FUNCTION,
    "lambda.put_function_event_invoke_config": _INVOKE,
    "lambda.update_function_event_invoke_config": _INVOKE,
    "events.put_targets": _RULE,
    "scheduler.create_schedule": _SCHEDULE,
    "scheduler.update_schedule": _SCHEDULE,
    "pipes.create_pipe": _PIPE,
    "sns.subscribe": _SUBSCRIPTION,
    "s3.put_bucket_notification_configuration": _NOTIFICATION,
    "s3api.put_bucket_notification_configuration": _NOTIFICATION,
    "iot.create_topic_rule": _IOT,
    "iot.replace_topic_rule": _IOT,
    "autoscaling.put_lifecycle_hook": _HOOK,
}
"""By service and method of the SDK. A command of the CLI has the same name, with hyphens."""

TELLING_KEYWORDS: Mapping[str, frozenset[str]] = {
    "create_event_source_mapping": frozenset({"EventSourceArn"}),
    "put_targets": frozenset({"Rule", "Targets"}),
    "create_schedule": frozenset({"ScheduleExpression", "Target"}),
    "create_pipe": frozenset({"Source", "Target"}),
    "put_bucket_notification_configuration": frozenset({"NotificationConfiguration"}),
    "subscribe": frozenset({"TopicArn", "Protocol", "Endpoint"}),
    "put_function_event_invoke_config": frozenset({"FunctionName", "DestinationConfig"}),
    "create_function": frozenset({"FunctionName", "DeadLetterConfig"}),
    "update_function_configuration": frozenset({"FunctionName", "DeadLetterConfig"}),
}
"""Methods that their keywords show to be the SDK's, whatever they are called on."""

_QUEUE = ("queue",)
_CDK = "aws_cdk.aws_"
_OF_CDK: Mapping[str, tuple[Shape, ...]] = {
    "lambda_event_sources.SqsEventSource": (feeds(_QUEUE, window="maxbatchingwindow"),),
    "lambda.EventSourceMapping": (feeds(("eventsourcearn",), window="maxbatchingwindow", function="target"),),
    **dict.fromkeys(
        ("lambda.Function", "lambda.DockerImageFunction"),
        (refuses("the dead-letter queue of a function", "deadletterqueue", "deadlettertopic"),),
    ),
    "events_targets.SqsQueue": (
        sends(RULE, _QUEUE),
        refuses("the dead-letter queue of an EventBridge rule", "deadletterqueue"),
    ),
    **dict.fromkeys(
        ("scheduler_targets.SqsSendMessage", "scheduler_targets_alpha.SqsSendMessage"),
        (sends(SCHEDULE, _QUEUE), refuses("the dead-letter queue of a schedule", "deadletterqueue")),
    ),
    "stepfunctions_tasks.SqsSendMessage": (
        sends(STATE, _QUEUE, "", ("messagegroupid",), ("messagededuplicationid",), paths="{%"),
    ),
    "pipes_targets_alpha.SqsTarget": (
        sends(PIPE, _QUEUE, "", ("messagegroupid",), ("messagededuplicationid",), paths="$"),
    ),
    "sns_subscriptions.SqsSubscription": (Shape(Connects.SUBSCRIBES, "the topic", _QUEUE, topic=("topic",)),),
    "sns.Subscription": (subscribes(),),
    "s3_notifications.SqsDestination": (refuses(_S3, "queue"),),
    "s3_notifications.SnsDestination": (refuses(_S3, "topic"),),
    "lambda_destinations.SqsDestination": (refuses(_DESTINATIONS, "queue"),),
    "lambda_destinations.SnsDestination": (refuses(_DESTINATIONS, "topic"),),
    "iot_actions_alpha.SqsQueueAction": (refuses("an action of an IoT rule", "queue"),),
    "autoscaling_hooktargets.QueueHook": (refuses("a lifecycle hook of Auto Scaling", "queue"),),
}
"""Constructs of the CDK, without what their names have in common."""

_PULUMI: Mapping[str, str] = {
    "lambda_.EventSourceMapping": "aws_lambda_event_source_mapping",
    "lambda_.Function": "aws_lambda_function",
    "lambda_.FunctionEventInvokeConfig": "aws_lambda_function_event_invoke_config",
    "cloudwatch.EventTarget": "aws_cloudwatch_event_target",
    "scheduler.Schedule": "aws_scheduler_schedule",
    "pipes.Pipe": "aws_pipes_pipe",
    "sns.TopicSubscription": "aws_sns_topic_subscription",
    "s3.BucketNotification": "aws_s3_bucket_notification",
    "iot.TopicRule": "aws_iot_topic_rule",
    "autoscaling.LifecycleHook": "aws_autoscaling_lifecycle_hook",
}
"""Classes of `pulumi_aws`, and the resources of Terraform that they are."""

_TROPOSPHERE: Mapping[str, str] = {
    "awslambda.EventSourceMapping": "AWS::Lambda::EventSourceMapping",
    "awslambda.Function": "AWS::Lambda::Function",
    "awslambda.EventInvokeConfig": "AWS::Lambda::EventInvokeConfig",
    "events.Rule": "AWS::Events::Rule",
    "scheduler.Schedule": "AWS::Scheduler::Schedule",
    "pipes.Pipe": "AWS::Pipes::Pipe",
    "sns.SubscriptionResource": "AWS::SNS::Subscription",
    "s3.Bucket": "AWS::S3::Bucket",
    "iot.TopicRule": "AWS::IoT::TopicRule",
    "autoscaling.LifecycleHook": "AWS::AutoScaling::LifecycleHook",
}
"""Classes of `troposphere`, and the resources of CloudFormation that they are."""


CLASSES: Mapping[str, tuple[Shape, ...]] = {
    **{f"{_CDK}{name}": shapes for name, shapes in _OF_CDK.items()},
    **{
        f"{_CDK}{kind.split('::')[1].lower()}.Cfn{kind.split('::')[2]}": shapes
        for kind, shapes in RESOURCES.items()
        if kind.startswith("AWS::") and "Serverless" not in kind
    },
    **{f"pulumi_aws.{name}": RESOURCES[kind] for name, kind in _PULUMI.items()},
    **{f"troposphere.{name}": RESOURCES[kind] for name, kind in _TROPOSPHERE.items()},
}
"""Classes of infrastructure libraries, by their qualified names."""

PROTOCOL = f"{_CDK}sns.SubscriptionProtocol."
"""How the names of the protocols of subscriptions begin."""

SUBSCRIBING = f"{_CDK}sns_subscriptions.SqsSubscription"
"""What subscribes a queue once it is added to a topic."""

POSITIONAL: Mapping[str, str] = {
    name: "topic" if name.endswith("SnsDestination") else "queue"
    for name, shapes in CLASSES.items()
    if shapes[0].queue in (("queue",), ("topic",))
    and not name.endswith(("stepfunctions_tasks.SqsSendMessage", "Function"))
}
"""Those of them that take the queue or topic as their first argument -> its keyword; others take a scope and an ID."""

METHODS: Mapping[str, tuple[Shape, ...]] = {
    "on_sqs_message": (feeds(("queuearn", "queue"), window="maximumbatchingwindowinseconds"),),
    "add_event_source_mapping": (feeds(("eventsourcearn",), window="maxbatchingwindow"),),
}
"""Methods of objects of such libraries, by their names, and a decorator of Chalice."""

LIBRARIES: Mapping[str, str] = {"on_sqs_message": "chalice", "add_event_source_mapping": "aws_cdk"}
"""The packages whose objects have these methods."""

DURATIONS: Mapping[str, int] = {
    f"aws_cdk.Duration.{name}": seconds
    for name, seconds in (("seconds", 1), ("minutes", 60), ("hours", 3_600), ("days", 86_400))
}
"""What makes a time of a number -> its unit in seconds."""

FUNCTIONS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *(f"{_CDK}lambda.{name}" for name in ("Function", "DockerImageFunction")),
            *("aws_cdk.aws_lambda_python_alpha.PythonFunction", "aws_cdk.aws_lambda_python.PythonFunction"),
        ),
        "timeout",
    ),
    "pulumi_aws.lambda_.Function": "timeout",
}
"""Classes whose objects are functions -> keyword of the timeout."""
DEFAULT_TIMEOUT, DEFAULT_OF_SERVERLESS = "3", "6"
"""Seconds of a function that says nothing, and of one of the Serverless Framework.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html,
https://www.serverless.com/framework/docs/providers/aws/guide/functions
"""

VISIBILITY, DEFAULT_VISIBILITY = "VisibilityTimeout", 30
"""The attribute of a queue, and its value in seconds where it is not given (SetQueueAttributes)."""
ADVISED = 6
"""How many times the function's timeout AWS advises the visibility timeout to be.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

NESTED = ("Property", "Args")
"""How the names of classes end whose objects are parts of a resource: of the CDK, and of Pulumi."""

PARTS_OF_TROPOSPHERE = frozenset(
    {
        *("troposphere.events.Target", "troposphere.events.SqsParameters", "troposphere.events.DeadLetterConfig"),
        *("troposphere.scheduler.Target", "troposphere.scheduler.SqsParameters"),
        *("troposphere.pipes.PipeTargetParameters", "troposphere.pipes.PipeTargetSqsQueueParameters"),
        *("troposphere.awslambda.DeadLetterConfig", "troposphere.awslambda.DestinationConfig"),
        *("troposphere.awslambda.OnFailure", "troposphere.awslambda.OnSuccess", "troposphere.sns.Subscription"),
        *("troposphere.s3.NotificationConfiguration", "troposphere.s3.QueueConfigurations"),
        *("troposphere.s3.TopicConfigurations",),
    }
)
"""The same of troposphere, whose names have nothing in common."""

CLASS_WORDS = tuple(sorted({path.rpartition(".")[2] for path in (*CLASSES, *FUNCTIONS)}))
"""Identifiers, one of which is needed to connect anything with an infrastructure library."""

CALL_WORDS = tuple(sorted({*METHODS, *(path.rpartition(".")[2] for path in CALLS)}))
"""The same of other code."""

STATE_MACHINE_WORDS = ("StartAt", "CustomState")
"""Identifiers or keys, one of which is in code that has the definition of a state machine, or of a state, as a dict."""

SAYING_LITTLE: Mapping[str, str] = {"subscribe": "sns", "create_function": "lambda", "create_topic_rule": "iot"}
"""Those that many files have -> what else is in a file of ours."""
