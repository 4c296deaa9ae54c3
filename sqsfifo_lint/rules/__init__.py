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
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from sqsfifo_lint.plugins import Group, PluginError, loaded, named, points
from sqsfifo_lint.rules.base import AnyRule

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

ENTRY_POINT_GROUP = Group.RULE.value
CODE = re.compile(r"SQF[0-9]{3}")
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class RuleError(PluginError):
    """A rule that cannot be used; the message names it and says why."""


@cache
def load_rules() -> tuple[AnyRule, ...]:
    """All rules, sorted by code.

    Raises `RuleError` when a rule of another package cannot be loaded, or when two rules share a code or a name.
    """
    return in_order([*_own_rules(), *foreign_rules(points(Group.RULE))])


@cache
def owners() -> Mapping[str, str]:
    """Where the rules of other packages come from, by code. Raises like `load_rules`."""
    return {rule.code: source for source, rule in foreign_rules(points(Group.RULE))}


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


def foreign_rules(registered: Iterable[EntryPoint]) -> Iterator[tuple[str, AnyRule]]:
    """The rules that entry points name, each with where it comes from. Raises `RuleError` for one that names none."""
    for point in registered:
        source = named(point)
        try:
            found = loaded(point)
        except PluginError as error:
            raise RuleError(str(error)) from error
        rule = getattr(found, "RULE", found)
        if not isinstance(rule, AnyRule):
            raise RuleError(
                f"{source} is neither a SendRule, CaseRule, DeclarationRule, ConnectionRule or ConsumerRule of "
                "sqsfifo_lint.rules.base, nor a module that binds one as RULE"
            )
        yield source, rule
