"""`functools.partial` and its kin."""

from __future__ import annotations

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_ROUNDS
from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.containers import another
from sqsfifo_lint.flow.context import Level
from sqsfifo_lint.flow.values import Partial, Passed, Value, join, linked
from sqsfifo_lint.met import met

MODELS: dict[str, Model] = {}
model = models(MODELS)


@model("functools.partial", "func, /")
@model("functools.partialmethod", "func, /")
def partial(call: Call) -> Value:
    given = call.arguments
    rest, keywords = tuple(given.positional[1:]), tuple(given.keywords.items())
    return tuple(Partial(one, rest, keywords, given.rest) for one in call.argument("func"))


@model("functools.reduce", "function, iterable, initial, /")
def reduce(call: Call) -> Value:
    """What a function makes of the elements, one after the other; of unknown many, after none, one and two of them."""
    found, exact = call.contents("iterable")
    initial = call.passed("initial")
    if exact and len(found) <= MAX_ROUNDS:
        several = list(found) if initial is None else [initial.value, *found]
        if not several:
            return call.unknown("nothing to reduce")
        made = several[0]
        for element in several[1:]:
            made = _step(call, made, element)
        return made
    state, outer = call.state, call.state.context
    state.context = outer.enter(Level.LOOP, call.node)
    element = another(call.any_of(found), state, call.node)
    if exact:
        element = linked(element, state.frame.chunk, call.node, met("MAX_ROUNDS"))
    made = element if initial is None else initial.value
    for _ in range(2):  # as often as the body of a loop is run
        made = join(made, _step(call, made, element))
    state.context = outer
    return made


def _step(call: Call, made: Value, element: Value) -> Value:
    function = call.passed("function")
    node = call.node if function is None else function.node
    chunk = call.state.frame.chunk
    return call.again(call.argument("function"), Arguments([Passed(made, chunk, node), Passed(element, chunk, node)]))
