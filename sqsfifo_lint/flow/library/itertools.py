"""`itertools`, and what other packages add to it."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.library import builtins
from sqsfifo_lint.flow.values import Value

MODELS: dict[str, Model] = {}
model = models(MODELS)

model("itertools.zip_longest", "")(builtins.zip_)
model("itertools.islice", "iterable, /")(builtins.reordered)
model("itertools.cycle", "iterable, /")(builtins.reordered)


@model("itertools.count", "start=0, step=1")
def count(call: Call) -> Value:
    """What `next()` gives is counted."""
    return call.list([builtins.counted(call, call.passed("start"))], exact=False)


@model("itertools.chain", "")
def chain(call: Call) -> Value:
    found: list[Value] = []
    exact = True
    for passed in call.arguments.positional:
        several, complete = call.inside(passed)
        found.extend(several)
        exact = exact and complete
    return call.list(found, exact=exact)


@model("itertools.batched", "iterable, /")
@model("more_itertools.batched", "iterable, /")
@model("more_itertools.chunked", "iterable, /")
@model("more_itertools.ichunked", "iterable, /")
@model("boltons.iterutils.chunked", "iterable, /")
@model("toolz.partition_all", "n, iterable, /")
def batched(call: Call) -> Value:
    """Lists of some elements each."""
    return call.list([call.list(call.elements("iterable"), exact=False, extra="batch")], exact=False)
