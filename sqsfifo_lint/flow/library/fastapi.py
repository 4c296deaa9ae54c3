"""Dependencies of FastAPI and of what works like it: the function that a parameter's value comes from."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.values import External, Partial, Passed, Value
from sqsfifo_lint.knowledge.decorators import DEPENDENCIES, DEPENDENCY

MODELS: dict[str, Model] = {}
model = models(MODELS)


def _depends(call: Call) -> Value:
    """`Depends(get_sender)`: nothing is called yet."""
    dependency = call.argument("dependency")
    return (Partial(External(DEPENDENCY), (Passed(dependency, call.state.frame.chunk, call.node),), ()),)


for _name in DEPENDENCIES:
    model(_name, "dependency=None, /")(_depends)
