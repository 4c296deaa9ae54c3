"""`itertools`, and what other packages add to it."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.callbacks import map_over
from sqsfifo_lint.flow.library import builtins
from sqsfifo_lint.flow.values import External, Value
from sqsfifo_lint.knowledge.chunkers import CHUNKERS

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


def batched(call: Call) -> Value:
    """Lists of some elements each."""
    given = call.arguments.positional
    named = [passed for key, passed in call.arguments.keywords.items() if key in _CUT]
    index = CHUNKERS[call.callee.name] if isinstance(call.callee, External) else 0
    passed = named[0] if named else given[index] if given else None
    if passed is None:
        return call.unknown("missing argument")
    return call.list([call.list(call.inside(passed)[0], exact=False, extra="batch")], exact=False)


_CUT = frozenset({"ary", "array", "iterable", "seq", "src"})
"""What chunkers call the parameter for what they cut."""

for _name in CHUNKERS:
    model(_name, "")(batched)


@model("itertools.starmap", "function, iterable, /")
def starmap(call: Call) -> Value:
    """Calls with the items of each row as arguments."""
    return map_over(call, call.argument("function"), call.arguments.positional[1:2], rows=True)
