"""What a call passes, and how a list of parameters finds it there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from sqsfifo_lint.flow.values import NOTHING, Passed, Value, constant_of
from sqsfifo_lint.records import record


@dataclass(slots=True)
class Arguments:
    """What a call passes, in the caller's words."""

    positional: list[Passed] = field(default_factory=list)
    keywords: dict[str, Passed] = field(default_factory=dict)
    star: Value = ()
    """Positional arguments of unknown number."""
    rest: Value = ()
    """Values under keywords that are not known."""

    def all(self) -> list[Passed]:
        """Positional and keyword arguments that are known."""
        return [*self.positional, *self.keywords.values()]

    def passed(self, position: int | None, keyword: str = "") -> Passed | None:
        """The argument under a keyword, else the one at a position; None when there is neither."""
        found = self.keywords.get(keyword)
        if found is None and position is not None and position < len(self.positional):
            return self.positional[position]
        return found

    def constant(self, position: int | None, keyword: str = "") -> object:
        """The same argument's constant; NOTHING when it is not passed, or not known."""
        found = self.passed(position, keyword)
        return NOTHING if found is None else constant_of(found.value)


@record()
class Parameters:
    """The parameters of a callable whose code nobody reads: where an argument may stand, and what stands in for it."""

    positions: Mapping[str, int]
    named: frozenset[str]
    """Those that may be given by keyword."""
    defaults: Mapping[str, object]

    def find(self, name: str, arguments: Arguments) -> Passed | None:
        """The argument for a parameter; None when it is left out, or cannot be seen."""
        return arguments.passed(self.positions.get(name), name if name in self.named else "")


@cache
def parameters(signature: str) -> Parameters:
    """The parameters that stand between the parentheses of a definition: `iterable, /, start=0`."""
    parsed = ast.parse(f"lambda {signature}: 0", mode="eval").body
    assert isinstance(parsed, ast.Lambda)
    several = parsed.args
    by_position = [one.arg for one in (*several.posonlyargs, *several.args)]
    defaults = dict(zip(reversed(by_position), map(ast.literal_eval, reversed(several.defaults)), strict=False))
    for one, default in zip(several.kwonlyargs, several.kw_defaults, strict=True):
        if default is not None:
            defaults[one.arg] = ast.literal_eval(default)
    named = frozenset(one.arg for one in (*several.args, *several.kwonlyargs))
    return Parameters({name: position for position, name in enumerate(by_position)}, named, defaults)
