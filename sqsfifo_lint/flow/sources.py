"""Callables by which something comes into being, by the tables: a clock, a unique value, configuration."""

from __future__ import annotations

from math import perm

from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_BITS
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.context import Level
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import Atom, External, Piece, Value, fold, join, only
from sqsfifo_lint.knowledge.lookup import config_attribute_of, source_of
from sqsfifo_lint.knowledge.model import SECOND, Source, When
from sqsfifo_lint.knowledge.resolutions import has_space, strftime_resolution
from sqsfifo_lint.knowledge.sources import (
    CLOCK_WORDS,
    IMPORT_TIME_CONFIG,
    OVERRIDING_ARGUMENT,
    POPULATIONS,
    PROCESS_ENVIRONMENT,
)
from sqsfifo_lint.model import Material, Trait


def yielded(call: Call, name: str) -> Value | None:
    """What the callable of this name yields here and now; None when no table knows it as a source."""
    source = _source(name, call.arguments, call.state)
    if source is None:
        return None
    made: Value = (_made(call, source, name),)
    if source.material is not Material.CONFIG:
        return made
    given = call.arguments  # `os.environ.get(name, default)`: either
    default = given.keywords.get("default") or (given.positional[1] if len(given.positional) == 2 else None)
    return made if default is None else join(made, default.value)


def drawn_from(call: Call, name: str) -> int | None:
    """From how many values a random one is taken; None if that cannot be seen, or they are too many to count."""
    given = [call.arguments.constant(index) for index in range(len(call.arguments.positional))]
    found = None
    match name.rpartition(".")[2], given:
        case "choices" | "sample" as method, [_, *_]:
            found = _several_drawn(call, method)
        case _ if call.arguments.keywords:  # as of NumPy, which gives as many as it is asked for
            return None
        case "randint", [int(low), int(high)]:
            return max(1, high - low + 1)
        case "randrange" | "randbelow" | "integers", [*bounds] if bounds and all(isinstance(b, int) for b in bounds):
            count = fold(lambda: len(range(*bounds)))  # type: ignore[call-overload]
            return count if isinstance(count, int) and count else None
        case "getrandbits" | "randbits", [int(bits)] if 0 < bits <= MAX_BITS:
            return 1 << bits
        case "token_hex" | "token_urlsafe" | "token_bytes" | "randbytes" | "urandom", [int(size)] if size > 0:
            found = 256 ** min(size, MAX_BITS)
        case "choice", [_]:
            return _population(call)
    return found if found is not None and found.bit_length() <= MAX_BITS + 1 else None


def _population(call: Call) -> int | None:
    """How many elements there are to choose from."""
    letters, given = call.arguments.constant(0), call.arguments.positional[0]
    if isinstance(letters, str):
        return len(letters) or None
    named = only(given.value, External)
    if named is not None:
        return POPULATIONS.get(named.name)
    several, exact = call.inside(given)
    return len(several) or None if exact else None


def _several_drawn(call: Call, method: str) -> int | None:
    """In how many ways several elements are chosen: each anew (`choices`), or none of them twice (`sample`)."""
    size = call.arguments.constant(1, "k") if "k" in call.arguments.keywords or method == "sample" else 1
    count = _population(call)
    if count is None or not isinstance(size, int) or not 0 < size <= MAX_BITS:
        return None
    ways: int = count**size if method == "choices" else perm(count, size)
    return ways or None


def _source(name: str, arguments: Arguments, state: State) -> Source | None:
    words = CLOCK_WORDS.get(name)
    if words is not None:
        word = arguments.constant(0)
        return words.get(word) if isinstance(word, str) else None
    if name in IMPORT_TIME_CONFIG:
        at_import = len(state.context) == 1 and state.context.epochs[0].level is Level.IMPORT
        return Source(Material.CONFIG) if at_import else None
    if name == "random.Random" or name.startswith("random.Random()."):
        return source_of(name)
    source = source_of(name) or config_attribute_of(name)
    if source is None or _overridden(name, arguments) or not _holds(source.when, arguments):
        return None
    return source


def _overridden(name: str, arguments: Arguments) -> bool:
    if name not in OVERRIDING_ARGUMENT:
        return False
    position, keyword = OVERRIDING_ARGUMENT[name]
    return len(arguments.positional) > position or keyword in arguments.keywords


def _holds(when: When, arguments: Arguments) -> bool:
    match when:
        case When.NO_ARGUMENTS:
            return not (arguments.positional or arguments.keywords or arguments.star or arguments.rest)
        case When.NO_POSITIONAL:
            return not (arguments.positional or arguments.star)
        case When.NO_NAME:
            return not arguments.positional and "name" not in arguments.keywords
        case When.FEWER_THAN_THREE:
            return len(arguments.positional) + len(arguments.keywords) < 3
    return True


def _made(call: Call, source: Source, name: str) -> Atom:
    material, trait, resolution = source.material, source.trait, source.resolution
    first = call.arguments.constant(0)
    if name == "time.strftime" and isinstance(first, str):
        resolution = strftime_resolution(first) or resolution
        trait = Trait.SPACED if has_space(first) else trait
    if material is Material.UNIQUE:
        resolution = drawn_from(call, name)
    text = name if material in (Material.CLOCK, Material.UNIQUE) else ""
    if material is Material.CONFIG and isinstance(first, str):
        text = first
    if material is Material.CONFIG and first in PROCESS_ENVIRONMENT:
        material, trait = Material.PROCESS, Trait.HOST
    state = call.state
    piece = Piece(material, state.context, state.frame.chunk, call.node, text, resolution=resolution, trait=trait)
    unit = 0
    if material in (Material.CLOCK, Material.INDEX) and source.kind in ("float", "int"):
        unit = SECOND if source.kind == "float" else 1
    return Atom((piece,), source.kind, unit=unit)
