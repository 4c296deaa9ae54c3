"""Dicts, lists and tuples: building, reading, changing."""

from __future__ import annotations

import operator
from collections.abc import Sequence

import libcst as cst

from sqsfifo_lint.flow import text
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_NESTING
from sqsfifo_lint.flow.context import Context, Ref
from sqsfifo_lint.flow.machine import Machine, constant_atom
from sqsfifo_lint.flow.state import State, join_items, join_objects
from sqsfifo_lint.flow.values import (
    NOTHING,
    About,
    Abstract,
    Atom,
    Awaitable,
    ClassValue,
    DictObject,
    External,
    InstanceObject,
    Item,
    ListKind,
    ListObject,
    Mark,
    Passed,
    Piece,
    Role,
    TupleValue,
    Value,
    constant_of,
    each,
    fold,
    join,
    linked,
    mapped,
    opaque,
    read,
    told_apart,
    unsteady,
)
from sqsfifo_lint.knowledge.model import DAY, HOUR, MINUTE, SECOND
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.chunks import Chunk

# -- building


class DictBuilder:
    """Builds one dict step by step, then puts it on the heap."""

    def __init__(self, machine: Machine, node: cst.CSTNode, state: State, start: DictObject | None = None) -> None:
        self.machine = machine
        self.node = node
        self.state = state
        self.items: dict[object, Item] = dict(start.items) if start else {}
        self.rest: Value = start.rest if start else ()

    def set(self, key: Value, value: Value, node: cst.CSTNode, optional: bool = False) -> None:
        """`d[key] = value`."""
        chunk = self.state.frame.chunk
        for alternative in key:
            constant = alternative.constant if isinstance(alternative, Atom) else NOTHING
            if constant is NOTHING:
                self.rest = join(self.rest, value)
                continue
            maybe = optional or len(key) > 1
            item = new_item(self.machine, constant, value, maybe, chunk, node)
            earlier = self.items.get(constant)
            if maybe and earlier is not None:
                item = replace(join_items(earlier, item), optional=earlier.optional)
            self.items[constant] = item

    def update(self, value: Value, node: cst.CSTNode) -> None:
        """`**value` in a display, or `d.update(value)`."""
        other = as_dict(self.machine, value, node, self.state)
        for key, item in other.items.items():
            earlier = self.items.get(key)
            merged = item
            if item.optional and earlier is not None:
                merged = Item(join(earlier.value, item.value), earlier.optional, item.chunk, item.node)
            self.items[key] = merged
        self.rest = join(self.rest, other.rest)

    def fill(self, arguments: Arguments) -> None:
        """What `dict(...)` is made of, and what `d.update(...)` adds."""
        for passed in arguments.positional:
            self.update(_from_pairs(self.machine, passed.value, passed.node, self.state), passed.node)
        for key, passed in arguments.keywords.items():
            self.items[key] = new_item(self.machine, key, passed.value, passed.optional, passed.chunk, passed.node)
        self.rest = join(self.rest, arguments.rest)

    def object(self) -> DictObject:
        """What was built."""
        return DictObject(self.items, self.rest, self.state.frame.chunk, self.node, self.state.context)

    def finish(self) -> Value:
        """What was built, as a value."""
        return self.state.allocate(self.node, self.object())


def _from_pairs(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> Value:
    """A dict made of a list of pairs, or the value itself."""
    if len(value) != 1 or not isinstance(value[0], Ref | TupleValue):
        return value
    if isinstance(value[0], Ref) and not isinstance(state.at(value[0]), ListObject):
        return value
    builder = DictBuilder(machine, node, state)
    several, exact = elements(machine, value, node, state)
    for pair in several:
        for one in pair:
            if isinstance(one, TupleValue) and len(one.items) == 2:
                builder.set(one.items[0], one.items[1], node, optional=not exact)
            else:
                builder.rest = join(builder.rest, machine.unknown(node, state, "not a pair in sight"))
    return builder.finish()


def new_item(machine: Machine, key: object, value: Value, optional: bool, chunk: Chunk, node: cst.CSTNode) -> Item:
    """A value under a key. That of a key which a plugin looks out for remembers the item: the place to change."""
    if key in machine.hooks.keys:
        value = linked(value, chunk, node, f"kept under {key!r}", Role.ITEM)
    return Item(value, optional, chunk, node)


def new_list(
    elements: list[Value],
    exact: bool,
    node: cst.CSTNode,
    state: State,
    kind: ListKind = ListKind.LIST,
    extra: object = None,
) -> Value:
    """A new list of these elements."""
    chunk = state.frame.chunk
    kept, exact = told_apart(elements, exact, chunk, node, state.context)
    found = ListObject(kept, exact, chunk, node, state.context, kind)
    return state.allocate(node, found, extra)


def merge(
    machine: Machine, kind: type[cst.CSTNode], left: Value, right: Value, node: cst.CSTNode, state: State
) -> Value | None:
    """`dict | dict`, `list + list`, `list * n`, `tuple + tuple`; None when these are not containers."""
    if len(left) != 1 or len(right) != 1:
        return None
    first, second = left[0], right[0]
    if isinstance(first, TupleValue) and isinstance(second, TupleValue) and kind is cst.Add:
        return (TupleValue((*first.items, *second.items)),)
    found = state.at(first) if isinstance(first, Ref) else None
    if isinstance(found, DictObject) and kind is cst.BitOr:
        builder = DictBuilder(machine, node, state, found)
        builder.update(right, node)
        return builder.finish()
    if isinstance(found, ListObject) and kind in (cst.Add, cst.Multiply, cst.BitOr):
        if kind is cst.Multiply:
            return new_list(list(found.elements), False, node, state)
        more, exact = elements(machine, right, node, state)
        return new_list([*found.elements, *more], found.exact and exact, node, state)
    if isinstance(second, Ref) and kind is cst.BitOr and isinstance(state.at(second), DictObject):
        builder = DictBuilder(machine, node, state)
        builder.update(left, node)
        builder.update(right, node)
        return builder.finish()
    return None


# -- reading


def as_dict(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> DictObject:
    """The one dict that stands for all alternatives; what is not a visible dict has unknown keys."""
    result: DictObject | None = None
    for alternative in value:
        found = state.at(alternative) if isinstance(alternative, Ref) else None
        if isinstance(alternative, Atom) and alternative.kind == "none":
            continue
        if not isinstance(found, DictObject):
            unknown = tuple(_unread(machine, alternative, node, state))
            found = DictObject({}, unknown, state.frame.chunk, node, state.context)
        joined = found if result is None else join_objects(result, found)
        assert isinstance(joined, DictObject)
        result = joined
    return result or DictObject({}, (), state.frame.chunk, node, state.context)


def _unread(machine: Machine, alternative: Abstract, node: cst.CSTNode, state: State, step: str = "[]") -> Value:
    """What may be found inside something that is not a visible container, by one step."""
    if isinstance(alternative, Atom) and alternative.pieces:
        data = read(alternative.pieces, step, state.context, state.frame.chunk, node)
        if data:
            about = alternative.about
            mark = machine.hooks.read(machine, about, step, node, state) if isinstance(about, Mark) else None
            return (Atom(data, about=mark or _kept(about)),)
        if not alternative.known:
            return (mapped(alternative, opaque, "any"),)
    return machine.unknown(node, state, "not a container in sight")


def _kept(about: object) -> About:
    """What of what is known of a collection is known of its elements, too."""
    return About.NUMBER if about is About.NUMBER else About.NOTHING


def any_of(machine: Machine, values: list[Value], node: cst.CSTNode, state: State) -> Value:
    """Any one of several values; unknown when there is none."""
    result: Value = ()
    for value in values:
        result = join(result, value)
    return result or machine.unknown(node, state, "empty in sight")


def chosen(machine: Machine, values: list[Value], node: cst.CSTNode, state: State) -> Value:
    """One of several values by a key that is not known: the choice is made by data, whatever is chosen from."""
    found = any_of(machine, values, node, state)
    if len(found) > 1 and all(isinstance(a, Atom) for a in found):
        return join(found, machine.unknown(node, state, "chosen by a key that is not known"))
    return found


def elements(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> tuple[list[Value], bool]:
    """What iterating over the value yields, and whether it is known to be just that."""
    result: list[Value] = []
    exact = len(value) == 1
    for alternative in value:
        several, complete = _elements_of(machine, alternative, node, state)
        result.extend(v for v in several if exact or v not in result)
        exact = exact and complete
    return result, exact


def _elements_of(machine: Machine, alternative: Abstract, node: cst.CSTNode, state: State) -> tuple[list[Value], bool]:
    match alternative:
        case TupleValue():
            return list(alternative.items), True
        case Ref():
            match state.at(alternative):
                case ListObject() as found:
                    return list(found.elements), found.exact
                case DictObject() as found:
                    keys: list[Value] = [(constant_atom(key, found.node, state),) for key in found.items]
                    if is_object(found.rest):
                        return [*keys, machine.unknown(node, state, "a key")], False
                    return ([*keys, found.rest], False) if found.rest else (keys, True)
                case InstanceObject() as found if _is_named_tuple(found):
                    return list(found.attributes.values()), True
                case InstanceObject():
                    method = machine.attribute((alternative,), "__iter__", node, state)
                    if not any(isinstance(m, Atom) for m in method):
                        return elements(machine, machine.call(method, Arguments(), node, state), node, state)
        case Atom() if alternative.kind == "none":
            return [], True
        case ClassValue():
            return [machine.unknown(node, state, "a member of a class")], False
    return [_unread(machine, alternative, node, state)], False


def _is_named_tuple(found: InstanceObject) -> bool:
    return any(isinstance(a, External) and a.name == "typing.NamedTuple" for base in found.cls.bases for a in base)


def is_several(alternative: Abstract, state: State, nesting: int = MAX_NESTING) -> bool:
    """Whether it is a dict with an item or a list with two, or holds one."""
    if isinstance(alternative, TupleValue):
        return len(alternative.items) > 1 or any(_holds_several(item, state, nesting) for item in alternative.items)
    match state.at(alternative) if isinstance(alternative, Ref) else None:
        case DictObject() as found:
            return any(not item.optional for item in found.items.values())
        case ListObject(exact=True) as found:
            return len(found.elements) > 1 or any(_holds_several(item, state, nesting) for item in found.elements)
    return False


def _holds_several(value: Value, state: State, nesting: int) -> bool:
    return bool(nesting and value) and all(is_several(alternative, state, nesting - 1) for alternative in value)


def made_in_loop(value: Value, state: State, node: cst.CSTNode) -> Value:
    """An element of something that is iterated over: another one in each round."""

    def anew(piece: Piece) -> Piece:
        if piece.material not in (Material.DATA, Material.INDEX):
            return piece
        reading = piece.reading
        if piece.material is Material.DATA and reading is not None and not reading.again:
            return replace(piece, context=state.context, reading=replace(reading, again=True))
        return replace(piece, context=state.context)

    result: list[Abstract] = []
    for alternative in value:
        match alternative:
            case Atom():
                result.append(replace(alternative, pieces=tuple(anew(p) for p in alternative.pieces)))
            case TupleValue():
                result.append(TupleValue(tuple(made_in_loop(item, state, node) for item in alternative.items)))
            case Awaitable():
                result.append(Awaitable(made_in_loop(alternative.value, state, node)))
            case _:
                result.append(alternative)
    return tuple(result)


def subscript(machine: Machine, value: Value, key: object, node: cst.CSTNode, state: State) -> Value:
    """`value[key]`, where `key` is a constant or NOTHING."""
    result = each(value, lambda one: _subscript_of(machine, one, key, node, state))
    return another(result, state, node) if key is NOTHING else result


def another(value: Value, state: State, node: cst.CSTNode) -> Value:
    """An element that may be another one each time that this is evaluated, by whatever it is called."""
    return tuple(
        replace(a, pieces=tuple(unsteady(p) if p.material is Material.DATA else p for p in a.pieces))
        if isinstance(a, Atom)
        else a
        for a in made_in_loop(value, state, node)
    )


def chosen_by(machine: Machine, value: Value, key: Atom, node: cst.CSTNode, state: State) -> Value:
    """`value[key]`, where the key is not known: which of several constants it is, is as random as the key."""
    varying = tuple(opaque(p) for p in key.pieces if p.material is not Material.CONSTANT)
    drawn = tuple(p for p in varying if p.material in (Material.UNIQUE, Material.CLOCK))

    def one(alternative: Abstract) -> Value:
        if isinstance(alternative, Atom) and alternative.known and varying:
            return (Atom(varying, alternative.kind),)
        several, _ = elements(machine, (alternative,), node, state) if drawn else ([], True)
        atoms = [a for element in several for a in element]
        if atoms and all(isinstance(a, Atom) and a.known for a in atoms):
            return (Atom(drawn, atoms[0].kind if isinstance(atoms[0], Atom) else "any"),)
        return subscript(machine, (alternative,), NOTHING, node, state)

    return each(value, one)


def _subscript_of(machine: Machine, alternative: Abstract, key: object, node: cst.CSTNode, state: State) -> Value:
    match alternative:
        case TupleValue():
            return _indexed(machine, list(alternative.items), True, key, node, state)
        case Ref():
            match state.at(alternative):
                case DictObject() as found:
                    return dict_get(machine, found, key, node, state)
                case ListObject() as found:
                    return _indexed(machine, list(found.elements), found.exact, key, node, state)
                case InstanceObject() as found if _is_named_tuple(found):
                    return _indexed(machine, list(found.attributes.values()), True, key, node, state)
                case InstanceObject():
                    method = machine.attribute((alternative,), "__getitem__", node, state)
                    given = (
                        machine.unknown(node, state, "a key") if key is NOTHING else (constant_atom(key, node, state),)
                    )
                    arguments = Arguments([Passed(given, state.frame.chunk, node)])
                    return machine.call(method, arguments, node, state)
        case External():
            return machine.attribute((alternative,), "[]" if key is NOTHING else f"[{key}]", node, state)
        case ClassValue():
            return machine.attribute((alternative,), key, node, state) if isinstance(key, str) else (alternative,)
        case Atom():
            folded = fold(operator.getitem, alternative.constant, key) if alternative.known else NOTHING
            if folded is not NOTHING:
                return (constant_atom(folded, node, state),)
            if alternative.kind in ("any", "none"):
                return _unread(machine, alternative, node, state, "[]" if key is NOTHING else f"[{key!r}]")
            return (mapped(alternative, opaque, alternative.kind),)
    return machine.unknown(node, state, "not followed")


def _indexed(machine: Machine, found: list[Value], exact: bool, key: object, node: cst.CSTNode, state: State) -> Value:
    if exact and isinstance(key, int) and -len(found) <= key < len(found):
        return found[key]
    return chosen(machine, found, node, state) if key is NOTHING else any_of(machine, found, node, state)


def dict_get(machine: Machine, found: DictObject, key: object, node: cst.CSTNode, state: State) -> Value:
    """`d[key]`, where `key` is a constant or NOTHING."""
    if key is NOTHING:
        return chosen(machine, [*(i.value for i in found.items.values()), found.rest], node, state)
    item = found.items.get(key)
    if item is not None:
        return item.value
    if not found.rest and state.frame.expects_missing:
        return ()
    return found.rest or machine.unknown(node, state, f"no key {key!r} in sight")


_TEXT_RESOLUTION = {19: SECOND, 16: MINUTE, 13: HOUR, 10: DAY}
"""What a slice `[:n]` of an ISO date and time leaves."""


def sliced(
    machine: Machine, value: Value, first: Value, last: Value, stepped: bool, node: cst.CSTNode, state: State
) -> Value:
    """`value[first:last]`. Where a bound moves with a loop, it is another part in each round."""
    lower, upper = constant_of(first), constant_of(last)
    known = NOTHING not in (lower, upper) and not stepped
    cut = slice(*(bound if isinstance(bound, int) else None for bound in (lower, upper)))
    moves = not known and _moves((*first, *last), state.context)

    def part(alternative: Abstract) -> Value:
        match state.at(alternative) if isinstance(alternative, Ref) else alternative:
            case TupleValue() as found:
                return (TupleValue(found.items[cut]),) if known else new_list(list(found.items), False, node, state)
            case ListObject() as found:
                exact = found.exact and known
                kept = list(found.elements[cut] if exact else found.elements)
                return new_list([made_in_loop(e, state, node) for e in kept] if moves else kept, exact, node, state)
            case Atom() as found if found.known and known:
                return (_cut(found, cut),)
            case Atom() as found:
                resolution = _TEXT_RESOLUTION.get(upper) if isinstance(upper, int) and lower in (None, 0) else None
                clock = len(found.pieces) == 1 and found.kind == "str"
                coarse = text.coarsened(found, resolution if clock else None, found.kind)
                about = found.about if isinstance(found.about, Mark) else About.NOTHING
                shortened = (replace(mapped(coarse, opaque, found.kind), about=about),)
                return made_in_loop(shortened, state, node) if moves else shortened
        return machine.unknown(node, state, "not followed")

    return each(value, part)


def _moves(bounds: Value, context: Context) -> bool:
    """Whether some of the values were made in the running round of a loop."""
    loop = next(context.loops(), None)
    pieces = (p for a in bounds if isinstance(a, Atom) for p in a.pieces if p.material is not Material.CONSTANT)
    return loop is not None and any(p.context.within(loop) for p in pieces)


def _cut(atom: Atom, cut: slice) -> Atom:
    folded = fold(operator.getitem, atom.constant, cut)
    if folded is NOTHING:
        return mapped(atom, opaque, atom.kind)
    return Atom((replace(atom.pieces[0], text=str(folded), verbatim=True),), atom.kind, folded)


# -- changing


def store(
    machine: Machine, reference: Ref, key: Value, value: Value, node: cst.CSTNode, state: State, sure: bool
) -> None:
    """`container[key] = value`; not `sure` when the container is only one of several."""
    found = state.at(reference)
    match found:
        case DictObject():
            builder = DictBuilder(machine, found.node, state, found)
            outlives = not found.context.within(state.frame.key)
            if outlives and not all(isinstance(k, Atom) and k.known for k in key) and not is_object(value):
                value = machine.unknown(node, state, "kept under a key that is not known")
            builder.set(key, value, node)
            changed = DictObject(builder.items, builder.rest, found.chunk, found.node, found.context)
            write(state, reference, changed, sure)
        case ListObject():
            index = constant_of(key)
            if found.exact and isinstance(index, int) and -len(found.elements) <= index < len(found.elements):
                several = list(found.elements)
                several[index] = value
                write(state, reference, replace(found, elements=tuple(several)), sure)
            else:
                write(state, reference, replace(found, elements=(*found.elements, value), exact=False), sure)


def is_object(value: Value) -> bool:
    """Whether a value is nothing but objects: by whichever key one is found, it is one of those."""
    return bool(value) and not any(isinstance(alternative, Atom) for alternative in value)


def write(state: State, reference: Ref, changed: DictObject | ListObject | InstanceObject, sure: bool) -> None:
    """Replace an object on the heap; when not `sure`, it may also stay as it is."""
    found = state.at(reference)
    state.heap[reference] = changed if sure or found is None else join_objects(found, changed)


def extend(reference: Ref, several: Sequence[Value], exact: bool, state: State) -> None:
    """`list.extend(several)`; not `exact` when it may be more or fewer."""
    found = state.at(reference)
    assert isinstance(found, ListObject)
    looping = len(state.context) > len(found.context)
    added = [value for value in several if not looping or value not in found.elements]
    sure = found.exact and exact and not looping
    kept, sure = told_apart((*found.elements, *added), sure, found.chunk, found.node, found.context)
    kind = ListKind.FILLED if found.kind is ListKind.LIST and not exact else found.kind
    state.heap[reference] = replace(found, elements=kept, exact=sure, kind=kind)


def delete(reference: Ref, key: object, state: State) -> None:
    """`del container[key]`."""
    found = state.at(reference)
    if isinstance(found, DictObject) and key is not NOTHING:
        items = {k: item for k, item in found.items.items() if k != key}
        state.heap[reference] = replace(found, items=items)
    elif isinstance(found, ListObject):
        state.heap[reference] = replace(found, exact=False)
