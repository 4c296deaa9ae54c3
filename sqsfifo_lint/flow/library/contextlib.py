"""Context managers that give what they are handed."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.values import Value

MODELS: dict[str, Model] = {}
model = models(MODELS)


@model("contextlib.closing", "thing, /")
@model("contextlib.aclosing", "thing, /")
@model("contextlib.nullcontext", "thing, /")
@model("contextlib.ExitStack().enter_context", "thing, /")
@model("contextlib.AsyncExitStack().enter_context", "thing, /")
@model("contextlib.AsyncExitStack().enter_async_context", "thing, /")
def entered(call: Call) -> Value:
    return call.argument("thing")
