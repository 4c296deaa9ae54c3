"""What the rules claim about SQS: a row for each claim, with the rule's own examples that show it.

A row names the rule, says the claim, the setting and what is measured, and how each bad and each good example is called
(by its title). What a run shows is a short text, and all bad examples of a row show the same, as do all good ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqsfifo_lint.rules.base import Example
from tests.emulator.claims import declarations, dedup_ids, group_ids
from tests.emulator.claims.model import Claim

CLAIMS: tuple[Claim, ...] = (*group_ids.CLAIMS, *dedup_ids.CLAIMS, *declarations.CLAIMS)

NOT_RUN: Mapping[str, str] = {
    "SQF403": "LocalStack takes a throughput limit without its scope",
    "SQF404": "LocalStack takes a dead-letter queue of the other type",
}
"""The rules whose examples no row runs, and why not."""

DECLARING_PACKAGES = ("aws_cdk", "pulumi", "troposphere")
"""What declares queues, and does not create them by a call."""


def can_be_run(example: Example) -> bool:
    """Whether an example does something against SQS when it is called, and not only when it is deployed."""
    return not any(f"{word} {package}" in example.code for word in ("from", "import") for package in DECLARING_PACKAGES)
