"""`functools.partial` and its kin."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.values import Partial, Value

MODELS: dict[str, Model] = {}
model = models(MODELS)


@model("functools.partial", "func, /")
@model("functools.partialmethod", "func, /")
def partial(call: Call) -> Value:
    given = call.arguments
    rest, keywords = tuple(given.positional[1:]), tuple(given.keywords.items())
    return tuple(Partial(one, rest, keywords, given.rest) for one in call.argument("func"))
