"""One constant as the group ID of every message.

## What it does

Finds sends whose `MessageGroupId` is a constant on every path that reaches them: a literal, a module or class constant,
or a parameter to which all visible callers pass constants. What sends without code counts as well: EventBridge rules,
schedules and pipes, and states of state machines, in which `"MessageGroupId": "$.order"` is text, and no path.

## Why is this bad

While one message of a group is in flight, SQS delivers no other message of that group. With one group for everything,
the queue is processed one message at a time: more workers, more pods or a higher Lambda concurrency change nothing, and
a message that fails holds up everything that was sent after it. A high-throughput FIFO queue is partitioned by group
ID, so one group also stays on one partition.

## When it is fine

When all messages of the queue really must be handled one after another, as in AWS's own single-group scenario. List
such a queue under `serial-queues`, or suppress the line and give the reason.

## What to do instead

Use the ID of the entity whose messages must stay in order: the order, the customer, the account. Messages of different
entities are then handled in parallel, and those of one entity still in order. There is no limit on the number of
groups.

## Example

The group ID is written in the call, is a constant defined elsewhere in the file, or comes from the only callers.

## Options

- `serial-queues`: name patterns of queues that are meant to be serial; the rule is silent for them.
- `audit`: the constant default of a parameter is reported, too, if nobody in sight calls the function.

## Sources

- [Amazon SQS: FIFO queue delivery logic](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html)
- [Amazon SQS: interleaving multiple ordered message groups](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/interleaving-multiple-ordered-message-groups.html)
- [AWS Step Functions: parameters and paths](https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html)
- [EventBridge Pipes: SqsQueueParameters](https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetSqsQueueParameters.html)
- [AWS Lambda: scaling of SQS event sources](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html)
- [Amazon SQS: message quotas](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.knowledge.connections import PIPE, STATE
from sqsfifo_lint.model import Severity, Silence
from sqsfifo_lint.rules.base import CaseRule, Options, Violation, each
from sqsfifo_lint.rules.words import ENTITY_AS_GROUP, ONE_AT_A_TIME, constants, quoted, texts
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

PATH_AS_TEXT = (
    "A state machine takes {text} as it stands. Write `MessageGroupId.$` as the key, `JsonPath.string_at(...)` in AWS "
    "CDK, or `{{% $states.input... %}}` in JSONata."
)
PATH_OF_PIPE = "A pipe reads a path from each event, such as `$.dynamodb.Keys.pk.S`. "


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message whose group ID is a constant."""
    return each(
        case.groups(Verdict.CONSTANT, options.serial_queues),
        lambda judgement: Violation(judgement.place, _message(judgement), _help(case, judgement), judgement.steps),
    )


def _help(case: Case, judgement: Judgement) -> str:
    """How to write a path where it is taken as text; else what to use as the group."""
    sender, text = case.send.sender, judgement.culprits[0].alternative.text
    if sender == STATE and text is not None and text.startswith("$"):
        return PATH_AS_TEXT.format(text=quoted(text))
    return f"{PATH_OF_PIPE if sender == PIPE else ''}{ENTITY_AS_GROUP}"


def _message(judgement: Judgement) -> str:
    count = len(texts(judgement) or [""])
    these = "of these" if count == 1 else "messages of one group"
    return f"The group ID is {constants(judgement)}: {ONE_AT_A_TIME.format(these=these)}."


RULE = CaseRule(
    code="SQF101",
    name="constant-group-id",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="The group ID is a constant, so messages are handled one at a time.",
    check=check,
    slots=("group",),
)
