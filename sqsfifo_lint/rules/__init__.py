"""The rules, found by being there: one module a rule in this package, and those that other packages register.

Another package adds a rule with an entry point in the group `sqsfifo_lint.rules` that names its `SendRule`, `CaseRule`,
`DeclarationRule`, `ConnectionRule` or `ConsumerRule`, or a module that binds one as `RULE`. It is laid out like ours
(see `Rule` in `base.py`): the page is the module's docstring, the examples are in `examples/CODE/` beside the module,
or passed as `Examples`.

Importing this package imports no rule; `load_rules` does, once.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from sqsfifo_lint.rules.base import AnyRule

ENTRY_POINT_GROUP = "sqsfifo_lint.rules"
CODE = re.compile(r"SQF[0-9]{3}")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class RuleError(Exception):
    """A rule that cannot be used; the message names it and says why."""


@cache
def load_rules() -> tuple[AnyRule, ...]:
    """All rules, sorted by code.

    Raises `RuleError` when a rule of another package cannot be loaded, or when two rules share a code or a name.
    """
    found = [*_own_rules(), *foreign_rules(entry_points(group=ENTRY_POINT_GROUP))]
    return in_order(found)


def in_order(found: Iterable[tuple[str, AnyRule]]) -> tuple[AnyRule, ...]:
    """The rules of pairs `(where it comes from, rule)`, sorted by code.

    Raises `RuleError` when a code or a name is malformed or used twice.
    """
    rules: list[AnyRule] = []
    owners: dict[str, str] = {}
    for source, rule in found:
        if not CODE.fullmatch(rule.code):
            raise RuleError(f"{source}: the code {rule.code!r} is not SQF and three digits")
        if not NAME.fullmatch(rule.name):
            raise RuleError(
                f"{source}: the name {rule.name!r} of {rule.code} is not made of lower-case words and hyphens"
            )
        for label in (rule.code, rule.name):
            if label in owners:
                raise RuleError(f"{source}: {label!r} is already taken by {owners[label]}")
            owners[label] = source
        rules.append(rule)
    return tuple(sorted(rules, key=lambda rule: rule.code))


def _own_rules() -> Iterator[tuple[str, AnyRule]]:
    for info in pkgutil.iter_modules(__path__, f"{__name__}."):
        rule = getattr(importlib.import_module(info.name), "RULE", None)
        if isinstance(rule, AnyRule):
            yield info.name, rule


def foreign_rules(points: Iterable[EntryPoint]) -> Iterator[tuple[str, AnyRule]]:
    """The rules that entry points name, each with where it comes from. Raises `RuleError` for one that names none."""
    for point in points:
        source = f"rule {point.name!r} ({point.value})"
        try:
            loaded = point.load()
        except Exception as error:  # whatever a foreign module raises, the user needs to hear which one it was
            raise RuleError(f"{source} cannot be loaded: {type(error).__name__}: {error}") from error
        rule = getattr(loaded, "RULE", loaded)
        if not isinstance(rule, AnyRule):
            raise RuleError(
                f"{source} is neither a SendRule, CaseRule, DeclarationRule or ConsumerRule of "
                "sqsfifo_lint.rules.base, nor a module that binds one as RULE"
            )
        yield source, rule
