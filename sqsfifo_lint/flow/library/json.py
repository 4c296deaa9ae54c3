"""JSON: what a text was made of comes out again when the text is read."""

from __future__ import annotations

from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.transforms import transformed
from sqsfifo_lint.flow.values import Abstract, Atom, DictObject, Dumped, External, ListObject, Value, each, only
from sqsfifo_lint.knowledge.transforms import JSON_READERS, JSON_WRITERS
from sqsfifo_lint.records import replace

MODELS: dict[str, Model] = {}
model = models(MODELS)


_HOOKS = frozenset({"cls", "object_hook", "object_pairs_hook"})
"""What is read is made by others then."""


def dumps(call: Call) -> Value:
    """A text made of a value; that of a dict or list remembers it."""
    made = _by_table(call)
    given = call.arguments.positional
    text = only(made, Atom)
    if len(given) != 1 or text is None or not all(isinstance(a, Ref) for a in given[0].value):
        return made
    return (replace(text, about=Dumped(given[0].value)),)


def loads(call: Call) -> Value:
    """What the text was made of, as a copy."""
    given = call.arguments.positional
    text = only(given[0].value, Atom) if len(given) == 1 else None
    if text is None or not _HOOKS.isdisjoint(call.arguments.keywords) or not isinstance(text.about, Dumped):
        return _by_table(call)
    return each(text.about.value, lambda alternative: _copied(call, alternative))


def _copied(call: Call, alternative: Abstract) -> Value:
    reference = alternative
    assert isinstance(reference, Ref)
    match call.state.at(reference):
        case DictObject() | ListObject() as found:
            return call.state.allocate(call.node, replace(found, context=call.state.context), extra=reference)
    return call.unknown("not followed")


def _by_table(call: Call) -> Value:
    assert isinstance(call.callee, External)
    return transformed(call, call.callee.name) or call.unknown("not followed")


for _name in JSON_WRITERS:
    model(_name, "")(dumps)
for _name in JSON_READERS:
    model(_name, "")(loads)
