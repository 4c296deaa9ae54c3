"""Throughput per message group on a queue that deduplicates across all groups.

## What it does

Finds declarations of FIFO queues with the throughput limit `perMessageGroupId` and without the deduplication scope
`messageGroup`.

## Why is this bad

The limit `perMessageGroupId` is allowed only together with the scope `messageGroup`: SQS rejects the call that creates
or changes the queue. A queue that was meant to have high throughput and does not get it is throttled at 300 calls a
second.

## When it is fine

Never. A call that sets one attribute of a queue that already has the other is not reported.

## What to do instead

Set both. With the scope `messageGroup`, the same dedup ID in two groups is two messages.

## Example

The limit alone.

## Options

None.

## Sources

- [Amazon SQS API: SetQueueAttributes](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html)
- [Amazon SQS: throttling of FIFO queues](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-fifo-throttling-issues.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Declaration, Severity
from sqsfifo_lint.rules.base import DeclarationRule, Options, Violation

LIMIT, SCOPE = "FifoThroughputLimit", "DeduplicationScope"


def check(declaration: Declaration, options: Options) -> Iterator[Violation]:
    """Yield a violation where the limit is by group and the scope visibly is not."""
    limit, scope = declaration.attributes.get(LIMIT), declaration.attributes.get(SCOPE)
    if limit is None or limit.value != "perMessageGroupId":
        return
    if (scope is None and declaration.complete) or (scope is not None and scope.value == "queue"):
        found = "the deduplication scope is the whole queue" if scope is not None else "there is no deduplication scope"
        message = f"The throughput limit is `perMessageGroupId` and {found}: SQS rejects the queue."
        yield Violation(declaration.place(LIMIT), message, "Set `DeduplicationScope` to `messageGroup` as well.")


RULE = DeclarationRule(
    code="SQF403",
    name="throughput-without-scope",
    severity=Severity.ERROR,
    since="0.1.0",
    summary="The throughput limit is per message group and the deduplication scope is not, so the queue is rejected.",
    check=check,
    rejected=True,
)
