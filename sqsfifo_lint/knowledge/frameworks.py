"""Frameworks that pass the two IDs under other names, or to SQS through a task: tables.

Taken from the sources of celery 5.7.0 and kombu 5.7.0 (`transport/SQS`, `app/task.py`), apache-airflow-providers-amazon
9.39.0, sqs-workers 0.7.3, taskiq 0.13.0, taskiq-sqs 0.1.0, taskiq-aio-sqs 2.1.1, tomodachi 0.29.0, aiosqs 1.0.6,
aws-sdk-sqs 0.12.0, propan 0.1.5.25 (`brokers/sqs`).

Not here, because they pass no ID to SQS and cannot send to a FIFO queue: dramatiq-sqs 0.4.4 (`broker.py`),
django-eb-sqs 1.44 (`aws/sqs_queue_client.py`), pyqs 1.0.1. FastStream 0.7.8 has no broker for SQS; its forerunner
propan has.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from sqsfifo_lint.knowledge.apis import DEDUP, GROUP, ID_KEYS, Reuse, SendApi

# -- Celery

_FILLED_IN_BY_KOMBU: Mapping[str, str] = {"group": "the group 'default'", "dedup": "a fresh UUID"}
"""`Channel._put`, for a queue whose name ends in `.fifo`."""

_WITH_ID: Mapping[str, str] = {GROUP: "", DEDUP: ""}
_celery = partial(
    SendApi,
    service="sqs",
    body="args",
    more_body=("kwargs",),
    queue=("queue",),
    evidence=ID_KEYS,
    needs_ids=True,
    delay="countdown",
    more_delay=("eta",),
    library="Celery",
    packages=frozenset({"celery"}),
    filled=_FILLED_IN_BY_KOMBU,
)
TASK_DECORATORS = frozenset({"task", "shared_task"})
"""Celery's. Of their options, `queue` applies to every message of the task; the IDs do not (`extract_exec_options`)."""

SIGNATURES = frozenset({"s", "si", "signature", "subtask"})
"""Methods of a task that keep a call of it. What `s` and `si` are given goes to the task, not to the message."""

CANVAS = frozenset({"chain", "chord", "group"})
"""What makes one signature of several, which sends all of them when it is called, or by `apply_async` and `delay`.

https://docs.celeryq.dev/en/stable/userguide/canvas.html
"""

MAKING_SIGNATURES = CANVAS | {"signature", "subtask", "Signature"}
"""The ends of the qualified names, in `celery`, of what makes one."""

SENDS_A_SIGNATURE = frozenset({"apply_async", "delay"})
"""Methods of a signature that send it."""

LINKS = frozenset({"link", "link_error"})
"""Options that name signatures, which are sent when the task is done."""

UNTOUCHED_BY = frozenset({"builtins", "celery", "functools", "itertools", "kombu", "logging", "typing"})
"""Packages whose functions give a signature that they are handed no options."""

GIVEN_TO_THE_TASK = " the group ID among the arguments of the task"
GIVEN_TO_THE_FIRST = " the group ID among the options of the chain"
"""Names under which a message notes an ID that is not its own."""

WITHIN = frozenset({"kwargs", "properties"})
"""Arguments that are dicts: with an ID among its items."""

ASTRAY: Mapping[str, str] = {
    GIVEN_TO_THE_TASK: "goes to the task, as an argument of its function",
    "kwargs": "goes to the task, as an argument of its function",
    GIVEN_TO_THE_FIRST: "goes to the first task of the chain only",
    "properties": "among `properties` does not get to SQS",
}
"""Where a group ID may be given that is none of the message -> what becomes of it, in words."""

_task = partial(_celery, decorators=TASK_DECORATORS, inherited=frozenset({"queue"}), routed=True)

APPLY_ASYNC = _task("apply_async", parameters=("args", "kwargs"), words={"apply_async": "", **_WITH_ID})
"""What sends a task, or a signature of one."""

BEAT_ENTRY = _celery("beat_schedule", body="", more_body=(), reuse=Reuse.SCHEDULED, words=_WITH_ID)
"""The `options` of an entry of Celery's `beat_schedule`: a dict, recognised by the keys beside it."""

SCHEDULE_KEYS = frozenset({"task", "schedule", "options"})
"""The keys of such an entry."""

_CELERY = (
    APPLY_ASYNC,
    _task(
        "delay",
        evidence=frozenset(),
        group="",
        dedup="",
        delay="",
        more_delay=(),
        body="",
        more_body=(),
        words={"delay": ".fifo"},
    ),
    _celery(
        "send_task",
        path="send_task",
        routed=True,
        parameters=("name", "args", "kwargs", "countdown", "eta"),
        words={"send_task": "", **_WITH_ID},
    ),
    _celery("signature", parameters=("args", "kwargs"), reuse=Reuse.KEPT, words=_WITH_ID),
    _celery("set", body="", more_body=(), reuse=Reuse.KEPT, words=_WITH_ID),
    _celery(
        "add_periodic_task", parameters=("schedule", "sig", "args", "kwargs"), reuse=Reuse.SCHEDULED, words=_WITH_ID
    ),
    _celery(
        "publish",
        body="body",
        more_body=(),
        delay="",
        more_delay=(),
        parameters=("body",),
        queue=(),
        evidence=frozenset(),
        library="kombu",
        packages=frozenset({"kombu", "celery"}),
        path="publish",
    ),
)

OVERRIDES: Mapping[str, tuple[str, ...]] = {
    "Celery": ("before_task_publish", "def apply_async(", "def send_task(", "def delay("),
}
"""Library -> words of code that may set the IDs of each message later; it does in a file whose code names an ID."""

OWN_CLASSES: Mapping[str, tuple[str, ...]] = {"Celery": ("task_cls", "TASK_CLS", "transport.SQS", "def _put(")}
"""The same for words that name a class of tasks, or make a transport, which may; it does in a file that says anything
of an ID, be it in a call of boto3."""

ROUTES = frozenset({"task_routes", "celery_routes"})
"""Ends of the names of settings, in lower case, that give tasks their queues: as a dict by task, or by functions."""

DEFAULT_QUEUE = frozenset({"task_default_queue", "celery_default_queue"})
"""The same for the queue of the others."""

QUEUES = frozenset({"task_queues", "celery_queues"})
"""The same for the queues that there are: of them, aliases matter."""

NAMED_QUEUES = frozenset({"Queue", "entity.Queue"})
"""Classes of kombu's whose objects stand for a queue, and are taken where its name is (`app/routes.py`)."""

PREDEFINED = "predefined_queues"
"""Of kombu's `transport_options`: the URLs of queues by their names.

https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html#predefined-queues
"""

SETTINGS = frozenset({PREDEFINED, *ROUTES, *DEFAULT_QUEUE})
"""Words of files that configure Celery."""

HELD = frozenset({"countdown", "delay"})
"""Names of delays that a framework does not hand to SQS as `DelaySeconds`."""

# -- Airflow: each run of a task parses the DAG file in a process of its own (task-sdk `task_runner.parse`)

_airflow = partial(
    SendApi,
    service="sqs",
    group="message_group_id",
    dedup="message_deduplication_id",
    delay="delay_seconds",
    library="Airflow",
    packages=frozenset({"airflow"}),
    reuse=Reuse.OWN_PROCESS,
)
_operator = partial(_airflow, templated=True)
_hook = partial(
    _airflow,
    body="message_body",
    queue=("queue_url",),
    parameters=(
        *("queue_url", "message_body", "delay_seconds", "message_attributes"),
        *("message_group_id", "message_deduplication_id"),
    ),
)
_sns_hook = partial(
    _airflow,
    service="sns",
    body="message",
    queue=("target_arn",),
    delay="",
    needs_ids=True,
    parameters=(
        *("target_arn", "message", "subject", "message_attributes"),
        *("message_deduplication_id", "message_group_id"),
    ),
)
_AIRFLOW = (
    *(
        _operator(name, path=name, body="message_content", queue=("sqs_queue",))
        for name in ("SqsPublishOperator", "SQSPublishOperator")
    ),
    *(
        _operator(name, path=name, body="message_body", queue=("queue_url",), dedup="", filled={"dedup": "nothing"})
        for name in ("SqsNotifier", "send_sqs_notification")
    ),
    _operator(
        "SnsPublishOperator",
        path="SnsPublishOperator",
        service="sns",
        body="message",
        queue=("target_arn",),
        delay="",
        needs_ids=True,
    ),
    _hook("send_message", path="SqsHook.send_message"),
    _hook("asend_message", path="SqsHook.asend_message"),
    _sns_hook("publish_to_target", path="SnsHook.publish_to_target"),
    _sns_hook("apublish_to_target", path="SnsHook.apublish_to_target"),
)

# -- queues of jobs

_UNDERSCORED = frozenset({"_group_id", "_deduplication_id"})
OF_THE_OBJECT = " queue of the object"
"""Name under which a message notes the queue that the object stands for whose method sends it."""


class Telling(NamedTuple):
    """Where a function is told the name of a queue."""

    position: int
    keyword: str


TELLING_A_QUEUE: Mapping[str, Telling] = {
    "sqs_workers:SQSEnv.queue": Telling(0, "queue_name"),
    "sqs_workers:SQSEnv.processor": Telling(0, "queue_name"),
    "sqs_workers:SQSEnv.add_job": Telling(0, "queue_name"),
    "sqs_workers:SQSEnv.add_raw_job": Telling(0, "queue_name"),
}
"""By package and end of the qualified name: what makes an object that stands for a queue, or sends to one it is told.

sqs-workers 0.7.3, `sqs_env.py`.
"""

_sqs_workers = partial(
    SendApi,
    service="sqs",
    evidence=_UNDERSCORED,
    needs_ids=True,
    queue=(OF_THE_OBJECT,),
    group="_group_id",
    dedup="_deduplication_id",
    delay="_delay_seconds",
    library="sqs-workers",
    verbatim=False,  # it calls str()
    packages=frozenset({"sqs_workers"}),
    decorators=frozenset({"processor", "connect_processor"}),
    inherited=frozenset({OF_THE_OBJECT}),
    filled={"group": "the group 'default'"},
    words=dict.fromkeys(_UNDERSCORED, ""),
)
_SQS_WORKERS = (
    _sqs_workers("delay", words={"delay": ".fifo", **dict.fromkeys(_UNDERSCORED, "")}),
    _sqs_workers("bake", reuse=Reuse.KEPT),
    _sqs_workers("add_job", path="add_job", words={"add_job": "sqs_workers", **dict.fromkeys(_UNDERSCORED, "")}),
    _sqs_workers(
        "add_raw_job",
        path="add_raw_job",
        evidence=frozenset({"group_id", "deduplication_id"}),
        body="message_body",
        group="group_id",
        dedup="deduplication_id",
        delay="delay_seconds",
        words=None,
    ),
)

_TASKIQ = (
    SendApi(
        "kiq",
        service="sqs",
        body="args",
        queue=("queue",),
        needs_ids=True,
        group="group_id",
        dedup="deduplication_id",
        delay="delay",
        library="taskiq",
        verbatim=False,  # it checks them itself
        packages=frozenset({"taskiq_sqs", "taskiq_aio_sqs"}),
        decorators=frozenset({"task"}),
        filled={"group": "the task's name as group", "dedup": "the task's ID where the broker is told to"},
        words={"kiq": "", "kicker": "", "SQSBroker": ".fifo"},
    ),
)


OF_THE_BROKER = " queue of the broker"
"""Name under which a task notes the queue of its broker."""

OF_A_TASK = ("queue", "queue_name", OF_THE_BROKER, OF_THE_OBJECT)
"""Names under which a decorator, or the object whose method it is, says to which queue a task goes."""


class Broker(NamedTuple):
    """How a class of brokers is told its queue, and a message another one of its queues."""

    parameter: str
    """The first one."""
    label: str
    several: bool = False
    """It takes queues as dicts, the first of which is the default."""
    delay: str = ""
    """A parameter: the delay of each message that has none of its own."""


BROKERS: Mapping[str, Broker] = {
    "taskiq_aio_sqs.SQSBroker": Broker("sqs_queue_name", "queue", delay="delay_seconds"),
    "taskiq_sqs.SQSBroker": Broker("queues", "queue_name", several=True),
}
"""The brokers of taskiq that send to SQS. They refuse a delay on a FIFO queue (`_resolve_delay_seconds`,
`_build_kick_kwargs`)."""

KICKER_METHODS = frozenset({"with_labels", "with_broker", "with_task_id", "with_schedule_id", "kiq"})
"""taskiq 0.13.0, `taskiq/kicker.py`: the first four change the kicker and give it back."""

# -- clients

_tomodachi = partial(
    SendApi,
    body="data",
    needs_ids=True,
    group="group_id",
    dedup="deduplication_id",
    library="tomodachi",
    verbatim=False,
    filled={"dedup": "a fresh UUID"},
    packages=frozenset({"tomodachi"}),
)
_TOMODACHI = (
    *(
        _tomodachi(
            name,
            path=name,
            service="sqs",
            queue=("queue_name",),
            delay="delay_seconds",
            parameters=("service", "data", "queue_name"),
        )
        for name in ("sqs_send_message", "aws_sns_sqs_send_message", "awssnssqs_send_message")
    ),
    *(
        # With a group ID the topic is a FIFO topic, whether or not its name says so.
        _tomodachi(name, path=name, service="sns", queue=(), delay="", parameters=("service", "data", "topic"))
        for name in ("sns_publish", "aws_sns_sqs_publish", "awssnssqs_publish")
    ),
)

_snake_case = partial(
    SendApi,
    service="sqs",
    body="message_body",
    queue=("queue_url",),
    group="message_group_id",
    dedup="message_deduplication_id",
    delay="delay_seconds",
    verbatim=False,  # neither uses botocore
)
_PROPAN = (
    SendApi(
        "publish",
        service="sqs",
        path="SQSBroker.publish",
        body="message",
        queue=("queue",),
        parameters=("message", "queue"),
        needs_ids=True,
        group="group_id",
        dedup="deduplication_id",
        delay="delay_seconds",
        library="propan",
        packages=frozenset({"propan"}),
        filled={"dedup": "nothing"},  # its `FifoQueue` deduplicates by content unless told otherwise
    ),
)
_CLIENTS = (
    _snake_case(
        "send_message",
        library="aiosqs",
        packages=frozenset({"aiosqs"}),
        path="SQSClient.send_message",
        parameters=(
            *("queue_url", "message_body", "delay_seconds"),
            *("message_group_id", "message_deduplication_id"),
        ),
    ),
    _snake_case("SendMessageInput", packages=frozenset({"aws_sdk_sqs"}), path="SendMessageInput"),
    _snake_case(
        "SendMessageBatchRequestEntry",
        packages=frozenset({"aws_sdk_sqs"}),
        path="SendMessageBatchRequestEntry",
        queue=(),
        needs_ids=True,
    ),
)

FRAMEWORK_APIS: tuple[SendApi, ...] = (*_CELERY, *_AIRFLOW, *_SQS_WORKERS, *_TASKIQ, *_TOMODACHI, *_PROPAN, *_CLIENTS)

TELLING = ID_KEYS | _UNDERSCORED
"""Keywords that no other call has."""
