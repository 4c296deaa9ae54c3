"""What the rules claim about SQS: a row for each claim, with the rule's own examples that show it.

A row names the rule, the claim, the setting and what is measured, and says how each bad and each good example (given by
its title) is called. What a run shows is a short text; all bad examples of a row show the same, as do all good ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import AnyRule, Example
from tests.emulator.claims import consumers, declarations, dedup_ids, frameworks, group_ids, handling
from tests.emulator.claims.model import Claim

FAMILIES = (group_ids, dedup_ids, handling, declarations, frameworks, consumers)

CLAIMS: tuple[Claim, ...] = tuple(
    claim for family in FAMILIES for claim in family.CLAIMS if claim.rule in {rule.code for rule in load_rules()}
)
"""All rows. A row whose rule does not exist yet is left out."""

NOT_RUN: Mapping[str, str] = {
    "SQF403": "LocalStack takes a throughput limit without its scope",
    "SQF404": "LocalStack takes a dead-letter queue of the other type",
    "SQF405": "a mapping needs a function, which LocalStack runs in a container",
    "SQF408": "it is about functions, which LocalStack runs in containers",
    "SQF503": "a worker of Celery holds the messages, which the queue does not show",
    "SQF602": "Powertools is not installed, and LocalStack calls functions in containers, which tests have not got",
    "SQF502 A standard queue": "there is no group to lose",
}
"""The rules, and examples of rules, that no row runs, with the reason."""

DECLARING_PACKAGES = ("aws_cdk", "pulumi", "troposphere")
"""What declares queues without creating them by a call."""


def is_to_be_run(rule: AnyRule, example: Example) -> bool:
    """Whether an example does something with SQS when called, and an emulator can show the effect."""
    declares = any(
        f"from {name} import" in example.code or f"import {name}" in example.code for name in DECLARING_PACKAGES
    )
    return not declares and rule.code not in NOT_RUN and f"{rule.code} {example.title}" not in NOT_RUN
