"""`asyncio` and its kin: what an async function returns is there from its call on, and given to who waits for it."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.values import Awaitable, Value, awaited

MODELS: dict[str, Model] = {}
model = models(MODELS)


@model("asyncio.gather", "")
def gather(call: Call) -> Value:
    star = call.arguments.star
    values = [awaited(passed.value) for passed in call.arguments.positional]
    return (Awaitable(call.list([*values, awaited(star)] if star else values, exact=not star)),)


@model("asyncio.create_task", "main, /")
@model("asyncio.ensure_future", "main, /")
@model("asyncio.wait_for", "main, /")
@model("asyncio.shield", "main, /")
@model("asyncio.TaskGroup().create_task", "main, /")
@model("asyncio.get_event_loop().create_task", "main, /")
@model("asyncio.get_running_loop().create_task", "main, /")
def scheduled(call: Call) -> Value:
    """A task: something to wait for, as the coroutine is."""
    return call.argument("main")


@model("asyncio.run", "main, /")
@model("asyncio.get_event_loop().run_until_complete", "main, /")
@model("asyncio.new_event_loop().run_until_complete", "main, /")
@model("anyio.run", "main, /")
@model("trio.run", "main, /")
def run(call: Call) -> Value:
    """What it runs gives."""
    return awaited(call.argument("main"))
