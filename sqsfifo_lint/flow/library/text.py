"""Methods of a text, and of other scalars, that say more than what the result is made of."""

from __future__ import annotations

from sqsfifo_lint.flow import containers, hashing, text
from sqsfifo_lint.flow.call import Call, Model, models
from sqsfifo_lint.flow.machine import constant_atom
from sqsfifo_lint.flow.values import About, Atom, Method, TextTest, Value, distinct, mapped, opaque
from sqsfifo_lint.model import Trait
from sqsfifo_lint.records import replace

METHODS: dict[str, Model] = {}
method = models(METHODS)


def _receiver(call: Call) -> Atom:
    assert isinstance(call.callee, Method)
    atom = call.callee.receiver
    assert isinstance(atom, Atom)
    return atom


@method("join", "iterable, /")
def join(call: Call) -> Value:
    passed = call.passed("iterable")
    if passed is None:
        return call.unknown("missing argument")
    atom = _receiver(call)
    found, exact = call.inside(passed)
    kind = atom.kind if atom.kind == "bytes" else "str"
    shuffled = hashing.shows_order(passed.value, call.state, joined=True)
    if exact and found and not shuffled:
        values: list[Value] = []
        for element in found:
            values.extend([(atom,), element] if values else [element])
        return text.concatenate(call.machine, values, call.node, call.state, kind)
    flats = (text.flat(call.machine, element, passed.node, call.state) for element in [*found, (atom,)])
    pieces = [opaque(p) for one in flats for p in one.pieces]
    if shuffled:
        pieces.append(hashing.piece(Trait.ORDER, call.node, call.state))
    return (Atom(distinct(pieces), kind),)


@method("format", "")
def format_(call: Call) -> Value:
    atom, arguments = _receiver(call), call.arguments
    if atom.kind != "str":
        return (mapped(atom, opaque, "str"),)
    parts = text.template_parts(str(atom.constant)) if atom.known else None
    if parts is None or arguments.star or arguments.rest:
        values = [(atom,), *(passed.value for passed in arguments.all())]
        return (Atom(distinct(opaque(p) for value in values for p in call.flat(value).pieces), "str"),)
    filled: list[Value] = []
    counter = 0
    for literal, field, spec in parts:
        if literal:
            pieces = tuple(replace(p, text=literal, verbatim=True) for p in atom.pieces[:1])
            filled.append((replace(constant_atom(literal, call.node, call.state), pieces=pieces),))
        if field is not None:
            name = field or str(counter)
            counter += not field
            filled.append(_field(call, name, spec))
    return text.concatenate(call.machine, filled, call.node, call.state) if filled else (atom,)


def _field(call: Call, name: str, spec: str) -> Value:
    """What stands for a field of a template: `0`, `order`, `order.id`, `items[0]`."""
    path = name.replace("[", ".")
    root = path.partition(".")[0]
    passed = call.arguments.passed(int(root)) if root.isdigit() else call.arguments.keywords.get(root)
    if passed is None:
        return call.unknown("missing argument")
    value = passed.value
    for step in path.replace("]", "").split(".")[1:]:
        if f"[{step}]" in name:
            key = int(step) if step.isdigit() else step
            value = containers.subscript(call.machine, value, key, call.node, call.state)
        else:
            value = call.attribute(value, step)
    return text.formatted(call.machine, value, spec, passed.node, call.state)


@method("endswith", "suffix, /")
def endswith(call: Call) -> Value:
    atom, suffix = _receiver(call), call.constant("suffix")
    if not isinstance(suffix, str) or not suffix:
        return (mapped(atom, opaque, "bool"),)
    known = text.ends_with(atom, suffix)
    if known is not None:
        return call.known(known)
    about = TextTest(suffix) if suffix in call.machine.hooks.texts else About.NOTHING
    return (Atom(atom.pieces, "bool", about=about),)


@method("__str__", "")
def str_(call: Call) -> Value:
    atom = _receiver(call)
    return (replace(atom, kind="str", constant=str(atom.constant)) if atom.known else replace(atom, kind="str"),)


@method("__hash__", "")
def hash_(call: Call) -> Value:
    return hashing.hashed(call, (_receiver(call),))
