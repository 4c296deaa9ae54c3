"""A value that an attribute of a queue cannot have.

## What it does

Finds, where queues and topics are declared, `FifoQueue` set to false in a call, a script or a template; values that are
no text among the `Attributes` of boto3's `create_queue`, `create_topic` and `set_queue_attributes`: `True`, a number, a
dict; and words that do not exist for `DeduplicationScope`, `FifoThroughputLimit` and `FifoThroughputScope`, in every
source that is read.

## Why is this bad

A standard queue has no attribute `FifoQueue`, not even a false one: SQS answers "Unknown Attribute FifoQueue." boto3
takes only text as a value and raises `ParamValidationError` before it sends anything. An unknown word is refused by
SQS, or already by the tool that makes the queue. In each case there is no queue.

## When it is fine

Never. AWS CDK's `sqs.Queue`, Terraform and Pulumi leave out what is false, so there it is not reported; nor is a
value that a parameter decides.

## What to do instead

Leave `FifoQueue` out for a standard queue. Write `"true"` for boto3, and `json.dumps(policy)` for a policy. The words
are `queue` and `messageGroup`, `perQueue` and `perMessageGroupId`, and for topics `Topic` and `MessageGroup`.

## Example

A flag that is no text, and a word that does not exist.

## Options

None.

## Sources

- [Amazon SQS API: CreateQueue](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html)
- [Amazon SNS API: CreateTopic](https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html)
- [CloudFormation: `FifoQueue` cannot be false](https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/165)
- [AWS CDK: a queue with `fifo: false` did not deploy](https://github.com/aws/aws-cdk/pull/31922)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqsfifo_lint.knowledge.declaring import BOTO3_SERVICES, FIFO_ATTRIBUTE, FIFO_ATTRIBUTES
from sqsfifo_lint.model import Attribute, Declaration, Severity, SpanPlace
from sqsfifo_lint.rules.base import DeclarationRule, Options, Violation
from sqsfifo_lint.rules.words import one_or_more, quoted

WORDS: Mapping[str, tuple[str, ...]] = {
    "DeduplicationScope": ("queue", "messageGroup"),
    "FifoThroughputLimit": ("perQueue", "perMessageGroupId"),
    "FifoThroughputScope": ("Topic", "MessageGroup"),
}
NO_TEXT: Mapping[str, str] = {
    "bool": "Write it as text: `'true'` or `'false'`.",
    "int": "Write it as text: `'30'`.",
    "float": "Write it as text: `'30'`.",
    "dict": "Pass `json.dumps(...)` of it.",
    "list": "Pass `json.dumps(...)` of it.",
}


def check(declaration: Declaration, options: Options) -> Iterator[Violation]:
    """Yield a violation for each attribute with a value that is refused."""
    for name, attribute in declaration.attributes.items():
        found = _no_text(declaration, name, attribute) or _false(declaration, name, attribute) or _word(name, attribute)
        if found is not None:
            yield Violation(SpanPlace(attribute.span), *found)


def _no_text(declaration: Declaration, name: str, attribute: Attribute) -> tuple[str, str] | None:
    if declaration.source not in BOTO3_SERVICES or attribute.kind not in NO_TEXT or name in _NAMES:
        return None
    message = f"`{name}` is a {attribute.kind}: boto3 takes only text as the value of an attribute, and raises."
    return message, NO_TEXT[attribute.kind]


def _false(declaration: Declaration, name: str, attribute: Attribute) -> tuple[str, str] | None:
    if name != FIFO_ATTRIBUTE or not declaration.as_given or attribute.overridable:
        return None
    if attribute.value is None or attribute.value.lower() != "false" or (declaration.name or "").endswith(".fifo"):
        return None  # with a name that ends so, the attribute is what is wrong
    if any(other in declaration.attributes for other in FIFO_ATTRIBUTES):
        return None  # which is told, and mended, there
    message = f"`{FIFO_ATTRIBUTE}` is false: SQS rejects the queue, since a standard one has no such attribute."
    return message, f"Leave `{FIFO_ATTRIBUTE}` out."


def _word(name: str, attribute: Attribute) -> tuple[str, str] | None:
    words = WORDS.get(name)
    if words is None or attribute.value is None or attribute.overridable or attribute.value in words:
        return None
    message = f"{quoted(attribute.value)} is no value of `{name}`: it is refused."
    return message, f"Use {one_or_more(map(repr, words))}."


_NAMES = frozenset({"QueueName", "TopicName"})

RULE = DeclarationRule(
    code="SQF407",
    name="queue-attribute-value",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="An attribute has a value that is refused: `FifoQueue` false, no text for boto3, an unknown word.",
    check=check,
    rejected=True,
)
