"""Containers that make services: what their providers give when they are called."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.library.functools import partial
from sqsfifo_lint.flow.values import External, Partial, Passed, Value
from sqsfifo_lint.knowledge.decorators import SINGLETONS
from sqsfifo_lint.records import replace

MODELS: dict[str, Model] = {}
model = models(MODELS)

_GIVEN = "sqsfifo_lint.given"
"""Our own name for a callable that gives back what it is bound to."""

model("dependency_injector.providers.Factory", "func, /")(partial)
model("dependency_injector.providers.Callable", "func, /")(partial)


def _singleton(call: Call) -> Value:
    """`providers.Singleton(Queue, client)`: called any number of times, it gives one object."""
    given = call.arguments
    if not given.positional:
        return call.unknown("a provider of something out of sight")
    made = call.again(given.positional[0].value, replace(given, positional=given.positional[1:]))
    return (Partial(External(_GIVEN), (Passed(made, call.state.frame.chunk, call.node),), ()),)


for _name in SINGLETONS:
    model(_name, "")(_singleton)


@model(_GIVEN, "value, /")
def _given(call: Call) -> Value:
    return call.argument("value")
