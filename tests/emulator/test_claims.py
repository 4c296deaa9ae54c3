"""Each claim of a rule is shown by running the rule's own examples."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import AnyRule
from sqsfifo_lint.rules.pages import MEASURED_FILE, measurements_of
from tests.emulator.claims import CLAIMS, is_to_be_run
from tests.emulator.claims.model import Claim, Shown
from tests.emulator.environment import Emulator
from tests.emulator.measurements import Measurement, measure

OURS = [rule for rule in load_rules() if rule.check.__module__.startswith("sqsfifo_lint.rules.")]

every_claim = pytest.mark.parametrize(
    "claim", [pytest.param(claim, id=f"{claim.rule}-{number}") for number, claim in enumerate(CLAIMS)]
)


@every_claim
def test_examples_show_what_the_rule_claims(
    emulator: Emulator, claim: Claim, measured: Callable[[Measurement], None]
) -> None:
    first: dict[str, Shown] = {}
    faults = []
    for kind, effect in zip(("bad", "good"), claim.shows, strict=True):
        for title in getattr(claim, kind):
            words, seen = measure(emulator, claim, kind, title)
            first.setdefault(kind, words)
            if words.effect != effect:
                faults.append(f"{kind} example {title!r}: {words} instead of {effect}; {seen}")
    measured(Measurement(claim, first["bad"], first["good"]))
    assert not faults, "\n".join(["", claim.says, *faults])


@pytest.mark.parametrize("rule", OURS, ids=lambda rule: rule.code)
def test_every_example_is_run(rule: AnyRule) -> None:
    claims = [claim for claim in CLAIMS if claim.rule == rule.code]
    for kind in ("bad", "good"):
        wanted = {example.title for example in getattr(rule, kind) if is_to_be_run(rule, example)}
        run = {title for claim in claims for title in getattr(claim, kind)}
        assert run == wanted, f"Give each {kind} example of {rule.code} a row in `tests/emulator/claims/`."


def test_the_pages_quote_what_is_claimed() -> None:
    recorded = [entry for rule in OURS for entry in measurements_of(rule.code)]
    claims = sorted(CLAIMS, key=lambda claim: claim.rule)
    assert [(entry.rule, entry.claim, entry.setting) for entry in recorded] == [
        (claim.rule, claim.says, str(claim.setting)) for claim in claims
    ], f"Run `python -m tests.emulator --update`, which writes {MEASURED_FILE.name}."
    for entry, claim in zip(recorded, claims, strict=True):
        assert entry.bad.startswith(claim.shows[0])
        assert entry.good.startswith(claim.shows[1])
