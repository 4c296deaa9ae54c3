"""Results that are made of the arguments and of nothing else, by the tables: `str(x)`, `md5(x)`, `json.dumps(x)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqsfifo_lint.flow import containers, hashing, text
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import constant_atom
from sqsfifo_lint.flow.values import (
    NOTHING,
    About,
    Abstract,
    Atom,
    External,
    InstanceObject,
    Passed,
    Value,
    constant_of,
    distinct,
    each,
    fold,
    mapped,
    opaque,
    unique,
)
from sqsfifo_lint.knowledge.clocks import FUNCTION_RESOLUTION
from sqsfifo_lint.knowledge.lookup import transform_of
from sqsfifo_lint.knowledge.model import SECOND, Transform
from sqsfifo_lint.knowledge.transforms import HEX_DIGITS, ORDERED, TOLD_OTHERWISE, WITH_SPACES
from sqsfifo_lint.model import Material, Trait
from sqsfifo_lint.records import replace

NUMERIC = frozenset({"builtins.abs", "builtins.max", "builtins.min", "builtins.round", "builtins.sum"})
"""What nearly always gives a number, whatever is known of the arguments."""


def transformed(call: Call, name: str) -> Value | None:
    """What the callable of this name makes of its arguments; None when no table knows it."""
    transform = transform_of(name)
    if transform is None:
        return None
    made = _made(call, name, transform)
    if name in WITH_SPACES and call.arguments.positional and _is_spaced(call):
        return _with_space(call, made)
    if name not in NUMERIC:
        return made
    return tuple(replace(a, about=About.NUMBER) if isinstance(a, Atom) and a.kind == "any" else a for a in made)


def _is_spaced(call: Call) -> bool:
    """Whether the text of the first argument has a space between two items, or between a key and its value."""
    arguments = call.arguments
    told = [arguments.keywords[name] for name in TOLD_OTHERWISE if name in arguments.keywords]
    if arguments.rest or any(passed.optional or constant_of(passed.value) is not None for passed in told):
        return False
    value = arguments.positional[0].value
    return bool(value) and all(containers.is_several(alternative, call.state) for alternative in value)


def _with_space(call: Call, made: Value) -> Value:
    space = replace(constant_atom("", call.node, call.state).pieces[0], trait=Trait.SPACED)
    return tuple(replace(a, pieces=(*a.pieces, space), kind="str") if isinstance(a, Atom) else a for a in made)


def stringified(call: Call, value: Value, methods: tuple[str, ...], name: str = "builtins.str") -> Value:
    """The text of a value: by the first of its own `methods` that is in sight, else as `name` makes it."""

    def one(alternative: Abstract) -> Value:
        found = call.state.at(alternative) if isinstance(alternative, Ref) else None
        if isinstance(alternative, Ref) and isinstance(found, InstanceObject):
            return hashing.text_of(call.machine, alternative, methods, call.node, call.state)
        if text.hides(found):
            return call.unknown("the text of what has not been gone through")
        given = Arguments([Passed((alternative,), call.state.frame.chunk, call.node)])
        return transformed(Call(call.machine, External(name), given, call.node, call.state), name) or ()

    return each(value, one)


def _made(call: Call, name: str, transform: Transform) -> Value:
    arguments = call.arguments
    values = [passed.value for passed in arguments.all()] + [v for v in (arguments.star, arguments.rest) if v]
    if name in ORDERED and any(hashing.shows_order(value, call.state) for value in values):
        values = [*values, (Atom((hashing.piece(Trait.ORDER, call.node, call.state),)),)]
    if not values:
        empty = replace(constant_atom("", call.node, call.state), kind=transform.kind, constant=NOTHING)
        return (replace(empty, length=_hex_digits(name, arguments)),)
    if len(values) == 1 or name in ("builtins.round", "builtins.int"):
        atoms = text.atoms_of(call.machine, values[0], call.node, call.state)
        return unique(_made_of_one(call, name, transform, atom) for atom in atoms)
    pieces = [piece for value in values for piece in call.flat(value).pieces]
    varying = [opaque(p) for p in pieces if p.material is not Material.CONSTANT]
    atom = Atom(distinct(varying or [opaque(p) for p in pieces]), transform.kind)
    changed = text.coarsened(atom, _resolution_after(name, atom), transform.kind)
    return (replace(changed, length=_hex_digits(name, arguments)),)


_FOLDED: Mapping[str, Callable[..., object]] = {
    "builtins.str": str,
    "builtins.int": int,
    "builtins.float": float,
    "builtins.bool": bool,
    "builtins.abs": abs,
    "builtins.len": len,
    "builtins.repr": repr,
}


def _made_of_one(call: Call, name: str, transform: Transform, atom: Atom) -> Atom:
    if atom.known and name in _FOLDED:
        value = fold(_FOLDED[name], atom.constant)
        if value is not NOTHING:
            made = constant_atom(value, call.node, call.state)
            shown = tuple(replace(p, text=str(value), verbatim=True) for p in atom.pieces[:1])
            return replace(made, pieces=shown or made.pieces)
    if name in ("builtins.int", "builtins.round", "math.floor", "math.ceil", "math.trunc") and atom.unit:
        return _whole_number(call, name, atom)
    keep = transform.verbatim and (atom.kind in ("str", "bytes") or name == "builtins.str")
    changed = mapped(atom, (lambda p: p) if keep else opaque, transform.kind)
    if atom.kind == "float" and atom.unit and name in ("builtins.float", "builtins.abs"):
        return replace(changed, unit=atom.unit)
    length = atom.length if name == "builtins.str" and atom.kind == "str" else _hex_digits(name, call.arguments)
    return replace(text.coarsened(changed, _resolution_after(name, atom), transform.kind), length=length)


def _hex_digits(name: str, arguments: Arguments) -> int:
    return 0 if "digest_size" in arguments.keywords or arguments.rest else HEX_DIGITS.get(name, 0)


def _whole_number(call: Call, name: str, atom: Atom) -> Atom:
    """`int(t)`, `round(t, n)` of a number that counts time."""
    digits = call.arguments.constant(1, "ndigits") if name == "builtins.round" else NOTHING
    places = digits if isinstance(digits, int) and 0 <= digits <= 12 else 0
    step = max(1, atom.unit // 10**places)
    return text.coarsened(atom, step, "float" if places else "int", unit=atom.unit)


def _resolution_after(name: str, atom: Atom) -> int | None:
    if atom.kind == "int" or (atom.unit and atom.unit != SECOND):
        return None
    return FUNCTION_RESOLUTION.get(name)
