"""The value of each kind of expression."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import libcst as cst

from sqsfifo_lint.flow import applications, containers, text
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_INTEGER
from sqsfifo_lint.flow.call import Call
from sqsfifo_lint.flow.comprehensions import dict_comprehension, list_comprehension
from sqsfifo_lint.flow.conditions import branch, compare, truth
from sqsfifo_lint.flow.context import NOWHERE, Context, Level, Ref
from sqsfifo_lint.flow.machine import Evaluate, Machine, constant_atom, handles
from sqsfifo_lint.flow.operators import binary_operation, unary_operation
from sqsfifo_lint.flow.state import State, join_states
from sqsfifo_lint.flow.stocked import stock
from sqsfifo_lint.flow.targets import assign
from sqsfifo_lint.flow.transforms import stringified
from sqsfifo_lint.flow.values import (
    NOTHING,
    Abstract,
    Atom,
    Bound,
    External,
    Function,
    ListKind,
    Passed,
    TupleValue,
    Value,
    as_text,
    awaited,
    constant_of,
    each,
    fold,
    join,
    mapped,
    opaque,
    unique,
)
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.chunks import literal_value
from sqsfifo_lint.source.project import BUILTINS
from sqsfifo_lint.source.walk import operands, parameters

# -- names and constants


def name(machine: Machine, node: cst.Name, state: State) -> Value:
    """A variable: of the running frame, of the functions around it, of the module, or a builtin."""
    wanted = node.value
    match wanted:
        case "None":
            return machine.constant(node, state, None)
        case "True":
            return machine.constant(node, state, True)
        case "False":
            return machine.constant(node, state, False)
    return lookup(machine, wanted, node, state)


def lookup(machine: Machine, wanted: str, node: cst.CSTNode, state: State) -> Value:
    """The value of the variable `wanted`."""
    if wanted not in state.frame.global_names:
        for key in machine.closures.scopes(state.frame.key):
            found = (state.environments.get(key) or machine.imported.environments.get(key, {})).get(wanted)
            if found is not None:
                if key is not state.frame.key and "nonlocal" in state.frame.chunk.text:
                    return _set_by_siblings(machine, found, wanted, node, state)
                return found
    module = state.frame.module
    module_key = machine.root.enter(Level.IMPORT, module.path)
    found = state.environments.get(module_key, {}).get(wanted)
    if found is None:
        found = machine.global_value(module, wanted)
        if found is not None and any(a.__class__ is Ref for a in found):
            target = module.imports.get(wanted)
            stock(machine, found, target.attribute or wanted if target is not None else wanted, state)
    if found is not None:
        return found
    if wanted in BUILTINS:
        return (External(f"builtins.{wanted}"),)
    if wanted in ("__name__", "__file__", "__doc__", "__package__"):
        return (Atom((constant_atom(wanted, node, state).pieces[0],), "str"),)
    return machine.unknown(node, state, f"`{wanted}` is not defined in sight")


def _set_by_siblings(machine: Machine, found: Value, wanted: str, node: cst.CSTNode, state: State) -> Value:
    """A variable of a function around the running one, which another function in that one may have set."""
    text = all(isinstance(a, Atom) and a.kind in ("str", "none") for a in found)
    if text and re.search(rf"\bnonlocal\b(?:(?!\bnonlocal\b)[^\n#])*\b{wanted}\b", state.frame.chunk.text):
        return join(found, machine.unknown(node, state, f"`{wanted}` may be set by another function"))
    return found


def literal(machine: Machine, node: cst.SimpleString | cst.Integer | cst.Float | cst.Imaginary, state: State) -> Value:
    """A string or number."""
    try:
        evaluated = literal_value(node)
    except (SyntaxError, ValueError, OverflowError):
        return machine.unknown(node, state, "a literal that Python refuses to read")
    if isinstance(evaluated, int) and evaluated > MAX_INTEGER and fold(str, evaluated) is NOTHING:
        return machine.unknown(node, state, "a number that Python refuses to write")
    return machine.constant(node, state, evaluated)


def ellipsis(machine: Machine, node: cst.CSTNode, state: State) -> Value:
    """`...`"""
    return machine.constant(node, state, ...)


# -- text


def concatenated_string(machine: Machine, node: cst.ConcatenatedString, state: State) -> Value:
    """Adjacent strings, however many: each stands left of all that follow it."""
    values = [machine.evaluate(node.left, state)]
    rest = node.right
    while isinstance(rest, cst.ConcatenatedString):
        machine.budget.left -= 1
        values.append(machine.evaluate(rest.left, state))
        rest = rest.right
    values.append(machine.evaluate(rest, state))
    return text.concatenate(machine, values, node, state)


def formatted_string(machine: Machine, node: cst.FormattedString, state: State) -> Value:
    """An f-string."""
    values: list[Value] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            values.append(machine.constant(part, state, fold_escapes(part.value, node.prefix)))
        elif isinstance(part, cst.FormattedStringExpression):
            values.append(_placeholder(machine, part, state))
    if not values:
        return machine.constant(node, state, "")
    return text.concatenate(machine, values, node, state)


def fold_escapes(raw: str, prefix: str) -> str:
    """The text of a literal part of an f-string."""
    plain = raw.replace("{{", "{").replace("}}", "}")
    if "r" in prefix.lower() or "\\" not in plain:
        return plain
    decoded = fold(lambda: plain.encode("latin-1", "backslashreplace").decode("unicode_escape"))
    return decoded if isinstance(decoded, str) else plain


def _placeholder(machine: Machine, part: cst.FormattedStringExpression, state: State) -> Value:
    value = machine.evaluate(part.expression, state)
    if part.conversion in ("r", "a"):
        here = Call(machine, External("builtins.repr"), Arguments(), part.expression, state)
        shown = stringified(here, value, ("__repr__",), "builtins.repr")
        value = unique(mapped(a, opaque, "str") for a in text.atoms_of(machine, shown, part.expression, state))
    if part.format_spec is None:
        here = Call(machine, External("builtins.format"), Arguments(), part.expression, state)
        return stringified(here, value, ("__format__", "__str__", "__repr__"))
    spec = _spec(machine, part.format_spec, state)
    if spec is None:
        return unique(mapped(a, opaque, "str") for a in text.atoms_of(machine, value, part.expression, state))
    return text.formatted(machine, value, spec, part.expression, state)


def _spec(machine: Machine, parts: Sequence[cst.BaseFormattedStringContent], state: State) -> str | None:
    found = ""
    for part in parts:
        if isinstance(part, cst.FormattedStringText):
            found += part.value
        elif isinstance(part, cst.FormattedStringExpression):
            constant = constant_of(machine.evaluate(part.expression, state))
            if constant is NOTHING:
                return None
            found += as_text(constant)
    return found


# -- choices


def boolean_operation(machine: Machine, node: cst.BooleanOperation, state: State) -> Value:
    """`a or b or …`, `a and b and …`: the values that can come out of it."""
    stays = isinstance(node.operator, cst.Or)
    *others, last = operands(node)
    results: Value = ()
    ends: list[State] = []
    goes_on = state
    for operand in others:
        kept, left = branch(machine, operand, goes_on)[:: 1 if stays else -1]
        if kept is not None:
            value = machine.evaluate(operand, kept)
            results = join(results, tuple(a for a in value if truth((a,), kept) is not (not stays)))
            ends.append(kept)
        if left is None:
            break
        goes_on = left
    else:
        results = join(results, machine.evaluate(last, goes_on))
        ends.append(goes_on)
    _merge(state, ends)
    return results


def _merge(state: State, ends: list[State]) -> None:
    end = join_states(ends)
    if end is not None:
        state.follow(end)


def conditional(machine: Machine, node: cst.IfExp, state: State) -> Value:
    """`a if test else b if other else …`."""
    results: Value = ()
    ends: list[State] = []
    current: cst.BaseExpression = node
    otherwise: State | None = state
    while otherwise is not None and isinstance(current, cst.IfExp):
        positive, otherwise = branch(machine, current.test, otherwise)
        if positive is not None:
            results = join(results, machine.evaluate(current.body, positive))
            ends.append(positive)
        current = current.orelse
    if otherwise is not None:
        results = join(results, machine.evaluate(current, otherwise))
        ends.append(otherwise)
    _merge(state, ends)
    return results


def comparison(machine: Machine, node: cst.Comparison, state: State) -> Value:
    """A comparison: True or False where it is known."""
    return compare(machine, node, state)


# -- containers


def dictionary(machine: Machine, node: cst.Dict, state: State) -> Value:
    """A dict display."""
    built = containers.DictBuilder(machine, node, state)
    for element in node.elements:
        if isinstance(element, cst.StarredDictElement):
            built.update(machine.evaluate(element.value, state), element.value)
        elif isinstance(element, cst.DictElement):
            key = machine.evaluate(element.key, state)
            built.set(key, machine.evaluate(element.value, state), element.value)
    machine.hooks.on_dict(machine, built.object(), node, state)
    return built.finish()


def sequence(machine: Machine, node: cst.List | cst.Tuple | cst.Set, state: State) -> Value:
    """A list, tuple or set display."""
    elements: list[Value] = []
    exact = True
    for element in node.elements:
        value = machine.evaluate(element.value, state)
        if isinstance(element, cst.StarredElement):
            several, complete = containers.elements(machine, value, element.value, state)
            elements.extend(several)
            exact = exact and complete
        else:
            elements.append(value)
    if isinstance(node, cst.Tuple) and exact:
        return (TupleValue(tuple(elements)),)
    kind = ListKind.SET if isinstance(node, cst.Set) else ListKind.LIST
    return containers.new_list(elements, exact, node, state, kind)


def _subscript(machine: Machine, node: cst.Subscript, value: Value, state: State) -> Value:
    """`value[key]` and slices."""

    def item(key: Abstract) -> Value:
        constant = key.constant if isinstance(key, Atom) else NOTHING
        kept = applications.kept(machine, value, f"[{constant!r}]", state) if isinstance(constant, str) else ()
        if kept:
            return kept
        if constant is NOTHING and isinstance(key, Atom):
            return containers.chosen_by(machine, value, key, node, state)
        return containers.subscript(machine, value, constant, node, state)

    match node.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=key))]:
            return each(machine.evaluate(key, state), item)
        case [cst.SubscriptElement(slice=cst.Slice() as bounds)]:
            lower, upper = (
                machine.constant(node, state, None) if bound is None else machine.evaluate(bound, state)
                for bound in (bounds.lower, bounds.upper)
            )
            return containers.sliced(machine, value, lower, upper, bounds.step is not None, node, state)
    return machine.unknown(node, state, "not followed")


# -- the rest


def chain(machine: Machine, node: cst.Attribute | cst.Subscript | cst.Call | cst.Await, state: State) -> Value:
    """`value.name`, `value[key]`, `value.method()` and `await` of these, from the value at the far left on."""
    links: list[cst.CSTNode] = [node]
    first = _left_of(node)
    while type(first) in _LINKS:
        links.append(first)
        first = _left_of(first)
    machine.budget.left -= len(links) - 1
    value = machine.evaluate(first, state)
    while links:
        link = links.pop()
        value = _LINKS[type(link)](machine, link, value, state)
    return value


def _left_of(link: cst.CSTNode) -> cst.CSTNode:
    """What a link of a chain is applied to: of a method's call, what the method is called on."""
    match link:
        case cst.Call(func=cst.Attribute(value=left)):
            return left
        case cst.Call(func=left) | cst.Attribute(value=left) | cst.Subscript(value=left) | cst.Await(expression=left):
            return left
    return link


def _attribute(machine: Machine, node: cst.Attribute, value: Value, state: State) -> Value:
    """`value.name`."""
    return text.as_read(_attribute_of(machine, value, node, state))


def _attribute_of(machine: Machine, value: Value, node: cst.Attribute, state: State) -> Value:
    kept = applications.kept(machine, value, f".{node.attr.value}", state)
    if kept:
        return kept
    found = machine.attribute(value, node.attr.value, node, state)
    if value and not found:  # None in sight, and yet asked for an attribute: somebody else sets it
        return machine.attribute(machine.unknown(node, state, "set out of sight"), node.attr.value, node, state)
    return found


def _call(machine: Machine, node: cst.Call, value: Value, state: State) -> Value:
    """A call of a value, or of a method of it."""
    function = node.func
    if not isinstance(function, cst.Attribute):
        return machine.call(value, arguments_of(machine, node.args, state), node, state)
    callee = _attribute_of(machine, value, function, state)  # a method: not read, but called
    arguments = arguments_of(machine, node.args, state)
    if not any(isinstance(found, Bound | Function) for found in callee):
        machine.hooks.on_method(machine, value, function.attr.value, arguments, node, state)
    return machine.call(callee, arguments, node, state)


def arguments_of(machine: Machine, args: Sequence[cst.Arg], state: State) -> Arguments:
    """The arguments of a call, with `*` and `**` taken apart where they can be seen."""
    found = Arguments()
    for arg in args:
        value = machine.evaluate(arg.value, state)
        if arg.star == "*":
            several, exact = containers.elements(machine, value, arg.value, state)
            if exact and not found.star:
                found.positional.extend(Passed(v, state.frame.chunk, arg.value) for v in several)
            else:
                found.star = join(found.star, containers.any_of(machine, several, arg.value, state))
        elif arg.star == "**":
            _splat(machine, found, value, arg.value, state)
        elif arg.keyword is not None:
            found.keywords[arg.keyword.value] = Passed(value, state.frame.chunk, arg.value)
        elif found.star:
            found.star = join(found.star, value)
        else:
            found.positional.append(Passed(value, state.frame.chunk, arg.value))
    return found


def _splat(machine: Machine, found: Arguments, value: Value, node: cst.CSTNode, state: State) -> None:
    merged = containers.as_dict(machine, value, node, state)
    for key, item in merged.items.items():
        if not isinstance(key, str):
            continue
        earlier = found.keywords.get(key)
        passed = Passed(item.value, item.chunk, item.node, item.optional)
        if item.optional and earlier is not None:
            passed = replace(passed, value=join(passed.value, earlier.value), optional=earlier.optional)
        found.keywords[key] = passed
    found.rest = join(found.rest, merged.rest)


def lambda_expression(machine: Machine, node: cst.Lambda, state: State) -> Value:
    """A lambda."""
    return (make_function(machine, node, state),)


def make_function(machine: Machine, node: cst.FunctionDef | cst.Lambda, state: State) -> Function:
    """The function object that a definition makes in `state`: its defaults are evaluated now."""
    home = home_of(machine, state)
    if home:
        machine.closures.kept.add(home)
    defaults = {p.name.value: _default(machine, p.default, state) for p in parameters(node) if p.default is not None}
    made = Function(node, state.frame.chunk, state.frame.module, home, defaults)
    if state.frame.function is not None:
        machine.notes.defined[node] = made
    return made


def _default(machine: Machine, node: cst.BaseExpression, state: State) -> Value:
    """The value of a default; of a constant out of sight, with the place where it is written."""
    value = machine.evaluate(node, state)
    if not any(isinstance(a, External) and a.constant for a in value):
        return value
    held = text.bound_once(machine, node, state)
    return tuple(replace(a, receiver=held) if isinstance(a, External) and a.constant else a for a in value)


def home_of(machine: Machine, state: State) -> Context:
    """The frame whose variables a function defined here sees; NOWHERE for a module's own names."""
    frame = state.frame
    if frame.function is not None or (frame.key.epochs[0].level is Level.SCRIPT and len(frame.key) == 1):
        return frame.key
    return machine.closures.homes.get(frame.key, NOWHERE)


def walrus(machine: Machine, node: cst.NamedExpr, state: State) -> Value:
    """`name := value`."""
    value = machine.evaluate(node.value, state)
    assign(machine, node.target, value, state, node.value)
    return value


def _awaited(machine: Machine, node: cst.Await, value: Value, state: State) -> Value:
    """`await value`: an async function has run as it was called; this gives what it returned."""
    return awaited(value)


_LINKS: Mapping[type[cst.CSTNode], Callable[[Machine, Any, Value, State], Value]] = {
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.Await: _awaited,
}
"""What a link of a chain makes of the value to its left."""


def yielded(machine: Machine, node: cst.Yield, state: State) -> Value:
    """`yield`: noted as an element of the generator."""
    expression = node.value
    if isinstance(expression, cst.From):
        value = machine.evaluate(expression.item, state)
        several, _ = containers.elements(machine, value, expression.item, state)
        state.frame.yields.extend(several)
    else:
        given = machine.constant(node, state, None) if expression is None else machine.evaluate(expression, state)
        state.frame.yields.append(given)
    state.frame.paused = state
    return machine.unknown(node, state, "sent into a generator")


EXPRESSIONS: Mapping[type[cst.CSTNode], Evaluate] = dict(
    (
        handles(cst.Name, name),
        handles(cst.SimpleString, literal),
        handles(cst.Integer, literal),
        handles(cst.Float, literal),
        handles(cst.Imaginary, literal),
        handles(cst.Ellipsis, ellipsis),
        handles(cst.ConcatenatedString, concatenated_string),
        handles(cst.FormattedString, formatted_string),
        handles(cst.BinaryOperation, binary_operation),
        handles(cst.UnaryOperation, unary_operation),
        handles(cst.BooleanOperation, boolean_operation),
        handles(cst.Comparison, comparison),
        handles(cst.IfExp, conditional),
        handles(cst.Dict, dictionary),
        handles(cst.List, sequence),
        handles(cst.Tuple, sequence),
        handles(cst.Set, sequence),
        handles(cst.Subscript, chain),
        handles(cst.ListComp, list_comprehension),
        handles(cst.SetComp, list_comprehension),
        handles(cst.GeneratorExp, list_comprehension),
        handles(cst.DictComp, dict_comprehension),
        handles(cst.Attribute, chain),
        handles(cst.Call, chain),
        handles(cst.Lambda, lambda_expression),
        handles(cst.NamedExpr, walrus),
        handles(cst.Await, chain),
        handles(cst.Yield, yielded),
    )
)
