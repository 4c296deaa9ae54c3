"""Context variables: what is put in by one function comes out in another."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.values import ListKind, Value

MODELS: dict[str, Model] = {}
model = models(MODELS)


@model("contextvars.ContextVar", "name, *, default")
def variable(call: Call) -> Value:
    """It holds its default at first. Who sets it is asked when it is read, as for any container of a module."""
    default = call.passed("default")
    several = [default.value] if default is not None else []
    return call.list(several, exact=bool(several), kind=ListKind.VARIABLE)
