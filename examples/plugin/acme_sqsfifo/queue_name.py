"""A queue whose name does not say whose it is.

## What it does

Finds sends to queues whose name is known and does not begin with `acme-`.

## Why is this bad

Whoever is on call for a queue is found by the first word of its name. Nobody answers for a queue without it.

## When it is fine

For queues of other companies.

## What to do instead

Name the queue after its service: `acme-invoices.fifo`.

## Example

The name is part of the queue's URL.

## Options

None.

## Sources

- Acme's handbook, page 12
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Send, Severity, Silence
from sqsfifo_lint.rules.base import Options, SendRule, Violation


def check(send: Send, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for a send to a queue with another name."""
    name = (send.queue.name or "").rpartition("/")[2].rpartition(":")[2]
    if not name:
        yield Silence("the name of the queue is not known")
    elif not name.startswith("acme-"):
        yield Violation(
            send.place,
            f"The queue {name!r} does not say whose it is: nobody is called when it fails.",
            f"Name it `acme-{name}`.",
        )


RULE = SendRule(
    code="SQF901",
    name="acme-queue-name",
    severity=Severity.WARNING,
    since="1.0",
    summary="The name of the queue does not begin with acme-.",
    check=check,
)
