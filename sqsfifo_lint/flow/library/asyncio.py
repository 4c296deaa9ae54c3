"""`asyncio` and its kin: calls of async functions are evaluated as they stand."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.values import Value

MODELS: dict[str, Model] = {}
model = models(MODELS)


@model("asyncio.gather", "")
def gather(call: Call) -> Value:
    star = call.arguments.star
    values = [passed.value for passed in call.arguments.positional]
    return call.list([*values, star] if star else values, exact=not star)


@model("asyncio.run", "main, /")
@model("asyncio.create_task", "main, /")
@model("asyncio.ensure_future", "main, /")
@model("asyncio.wait_for", "main, /")
@model("asyncio.shield", "main, /")
@model("asyncio.TaskGroup().create_task", "main, /")
@model("asyncio.get_event_loop().run_until_complete", "main, /")
@model("asyncio.get_event_loop().create_task", "main, /")
@model("asyncio.new_event_loop().run_until_complete", "main, /")
@model("asyncio.get_running_loop().create_task", "main, /")
@model("anyio.run", "main, /")
@model("trio.run", "main, /")
def run(call: Call) -> Value:
    """What it runs."""
    return call.argument("main")
