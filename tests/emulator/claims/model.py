"""What a row in the table of claims is, and what can be measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tests.emulator.experiment import Observed, Run, Setting


class Shown(NamedTuple):
    """What was observed, in words: the `effect` is compared, the `detail` varies from run to run and is only shown."""

    effect: str
    detail: str = ""

    def __str__(self) -> str:
        return ", ".join(filter(None, self))


Measure = Callable[[Setting, Observed], Shown]


def at_once(setting: Setting, seen: Observed) -> Shown:
    """How many messages were handled at the same time, if all arrived."""
    if seen.arrived != setting.messages:
        return delivered(setting, seen)
    return Shown(f"{seen.at_once} at once", f"{seen.seconds:.1f} s")


def groups(setting: Setting, seen: Observed) -> Shown:
    """Whether the messages went into one group or several."""
    return Shown("one group") if seen.groups == 1 else Shown("several groups", str(seen.groups))


def delivered(setting: Setting, seen: Observed) -> Shown:
    """What answer the sender got, and how many messages then arrived."""
    if seen.errors and not seen.arrived:
        return Shown(f"rejected: {', '.join(seen.errors)}")
    answer = ", ".join(seen.errors) or "every send accepted"
    return Shown(f"{answer}, {seen.arrived} delivered")


def told(setting: Setting, seen: Observed) -> Shown:
    """How many messages arrived, and whether the program's caller learns about those that did not."""
    return Shown(f"{seen.arrived} delivered, the caller is {'told' if seen.told else 'not told'}")


def answered(setting: Setting, seen: Observed) -> Shown:
    """What answer the program got."""
    return Shown(f"rejected: {', '.join(seen.errors)}" if seen.errors else "accepted")


def lost(setting: Setting, seen: Observed) -> Shown:
    """Whether messages are lost although every send was accepted; how many depends on timing."""
    if seen.errors:
        return delivered(setting, seen)
    loss = setting.messages - seen.arrived
    if not loss:
        return Shown("every send accepted, none lost")
    return Shown("every send accepted, messages lost", f"{loss} of {setting.messages}")


@dataclass(frozen=True, slots=True)
class Claim:
    """A row: what a rule `says` about SQS, and what running its examples shows.

    `bad` and `good` give the call of an example by its title. `shows`: the effect of bad ones, and of good ones.
    """

    rule: str
    says: str
    setting: Setting
    measure: Measure
    bad: Mapping[str, Run]
    good: Mapping[str, Run]
    shows: tuple[str, str]
