"""Measure claims, print them as a table, and write them to the file that the rule pages quote."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.pages import MEASURED_FILE
from tests.emulator.claims import CLAIMS
from tests.emulator.claims.model import Claim, Shown
from tests.emulator.environment import VERSION, Emulator
from tests.emulator.experiment import Observed, observe

HEADER = f"""\
# What running the rules' examples against LocalStack {VERSION} showed, for the rule pages: one bad and one good example
# of each claim. Written by `python -m tests.emulator --update`.
"""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a bad and a good example of a claim showed, in words."""

    claim: Claim
    bad: Shown
    good: Shown


def measure(emulator: Emulator, claim: Claim, kind: str, title: str) -> tuple[Shown, Observed]:
    """Run the `bad` or `good` (`kind`) example of that title as its claim says.

    Raises `KeyError` if there is no such rule or example.
    """
    rule = {rule.code: rule for rule in load_rules()}[claim.rule]
    example = {example.title: example for example in getattr(rule, kind)}[title]
    seen = observe(emulator, example.code, getattr(claim, kind)[title], claim.setting)
    return claim.measure(claim.setting, seen), seen


def measure_first(emulator: Emulator, claims: Iterable[Claim] = CLAIMS) -> Iterator[Measurement]:
    """Measure the first bad and the first good example of each claim."""
    for claim in claims:
        bad, good = (measure(emulator, claim, kind, next(iter(getattr(claim, kind))))[0] for kind in ("bad", "good"))
        yield Measurement(claim, bad, good)


def table(rows: Iterable[Measurement]) -> str:
    """The measurements as lines of text."""
    lines: list[str] = []
    for row in rows:
        lines += [
            f"{row.claim.rule}  {row.claim.says}",
            f"        {row.claim.setting}: bad: {row.bad}; good: {row.good}",
        ]
    return "\n".join(lines)


def write(rows: Iterable[Measurement]) -> None:
    """Write the file that the pages quote."""
    blocks = [HEADER]
    for row in rows:
        pairs = {
            "rule": row.claim.rule,
            "claim": row.claim.says,
            "setting": str(row.claim.setting),
            "bad": str(row.bad),
            "good": str(row.good),
        }
        blocks.append("[[measured]]\n" + "".join(f"{key} = {json.dumps(text)}\n" for key, text in pairs.items()))
    MEASURED_FILE.write_text("\n".join(blocks), encoding="utf-8", newline="\n")
