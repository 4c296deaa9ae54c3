"""What each kind of statement does to the state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.class_attributes import set_elsewhere
from sqsfifo_lint.flow.classes import make_class, set_decorations
from sqsfifo_lint.flow.conditions import branch
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.expressions import make_function
from sqsfifo_lint.flow.loops import for_loop, while_loop
from sqsfifo_lint.flow.machine import Execute, Machine, handles
from sqsfifo_lint.flow.memo import memo_context
from sqsfifo_lint.flow.modules import import_value
from sqsfifo_lint.flow.operators import operate
from sqsfifo_lint.flow.patterns import match_statement
from sqsfifo_lint.flow.state import State, join_states
from sqsfifo_lint.flow.targets import assign
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    ClassValue,
    External,
    InstanceObject,
    ListKind,
    ListObject,
    Piece,
    Value,
    awaited,
    constant_of,
    distinct,
    each,
    is_scalar,
)
from sqsfifo_lint.model import Material
from sqsfifo_lint.source.project import Import
from sqsfifo_lint.source.walk import statements, targets


def simple_line(machine: Machine, node: cst.SimpleStatementLine, state: State) -> State | None:
    """One or more small statements on a line."""
    return machine.execute(node.body, state)


# -- small statements


def expression(machine: Machine, node: cst.Expr, state: State) -> State | None:
    """An expression on its own."""
    called = node.value.expression if isinstance(node.value, cst.Await) else node.value
    if isinstance(called, cst.Call):
        machine.notes.statements.add(called)
    machine.evaluate(node.value, state)
    return state


def assignment(machine: Machine, node: cst.Assign, state: State) -> State | None:
    """`a = b = value`."""
    value = machine.evaluate(node.value, state)
    for target in node.targets:
        assign(machine, target.target, value, state, node.value)
    return state


def annotated_assignment(machine: Machine, node: cst.AnnAssign, state: State) -> State | None:
    """`a: T = value`."""
    if node.value is not None:
        assign(machine, node.target, machine.evaluate(node.value, state), state, node.value)
    return state


_OPERATORS: Mapping[type[cst.CSTNode], type[cst.CSTNode]] = {
    cst.AddAssign: cst.Add,
    cst.SubtractAssign: cst.Subtract,
    cst.MultiplyAssign: cst.Multiply,
    cst.DivideAssign: cst.Divide,
    cst.FloorDivideAssign: cst.FloorDivide,
    cst.ModuloAssign: cst.Modulo,
    cst.BitOrAssign: cst.BitOr,
    cst.BitAndAssign: cst.BitAnd,
    cst.BitXorAssign: cst.BitXor,
    cst.LeftShiftAssign: cst.LeftShift,
    cst.RightShiftAssign: cst.RightShift,
}


def augmented_assignment(machine: Machine, node: cst.AugAssign, state: State) -> State | None:
    """`a += value`: a number that is counted up is an index; a list is extended in place."""
    left = machine.evaluate(node.target, state)
    right = machine.evaluate(node.value, state)
    if _counts(left, right):
        assign(machine, node.target, _counted(machine, node, left, state), state, node.value)
        return state
    holders = [a for a in left if isinstance(a, Ref) and isinstance(state.at(a), ListObject)]
    if holders and len(holders) == len(left) and isinstance(node.operator, cst.AddAssign):
        several, exact = containers.elements(machine, right, node, state)
        for holder in holders:
            containers.extend(holder, several, exact, state)
        return state
    kind = _OPERATORS.get(type(node.operator), cst.Power)
    value = machine.noted(operate(machine, kind, left, right, node, state), node, state)
    assign(machine, node.target, value, state, node.value)
    return state


def _counted(machine: Machine, node: cst.AugAssign, before: Value, state: State) -> Value:
    if _is_set_elsewhere(machine, node, state):
        return machine.unknown(node, state, "set elsewhere too")
    counted = Piece(Material.INDEX, state.context, state.frame.chunk, node)
    start = [p for a in before if isinstance(a, Atom) for p in a.pieces if p.material is not Material.CONSTANT]
    return (Atom(distinct([counted, *start]), "int"),)


def _is_set_elsewhere(machine: Machine, statement: cst.AugAssign, state: State) -> bool:
    """Whether a counter is an attribute of a class that other code sets too: then it may go on where it was left."""
    match statement.target:
        case cst.Attribute(value=holder, attr=cst.Name(value=name)):
            classes = [a for a in machine.evaluate(holder, state) if isinstance(a, ClassValue)]
            return any(set_elsewhere(machine, cls, name) for cls in classes)
    return False


def _counts(left: Value, right: Value) -> bool:
    known = all(isinstance(a, Atom) and a.known and isinstance(a.constant, int) for a in right)
    return known and is_scalar(left, "int")


def returned(machine: Machine, node: cst.Return, state: State) -> State | None:
    """`return value`."""
    expression = node.value
    value = machine.constant(node, state, None) if expression is None else machine.evaluate(expression, state)
    state.frame.returns.append((value, state))
    return None


def raised(machine: Machine, node: cst.Raise, state: State) -> State | None:
    """`raise`."""
    if node.exc is not None:
        machine.evaluate(node.exc, state)
    return None


def asserted(machine: Machine, node: cst.Assert, state: State) -> State | None:
    """`assert test`: afterwards it holds."""
    return branch(machine, node.test, state)[0]


def broken(machine: Machine, node: cst.CSTNode, state: State) -> State | None:
    """`break`."""
    if state.frame.loops:
        state.frame.loops[-1].breaks.append(state)
    return None


def continued(machine: Machine, node: cst.CSTNode, state: State) -> State | None:
    """`continue`."""
    if state.frame.loops:
        state.frame.loops[-1].continues.append(state)
    return None


def deleted(machine: Machine, node: cst.Del, state: State) -> State | None:
    """`del target`."""
    _delete(machine, node.target, state)
    return state


def _delete(machine: Machine, target: cst.BaseExpression, state: State) -> None:
    match target:
        case cst.Name():
            state.unbind(target.value)
        case cst.Tuple() | cst.List():
            for element in target.elements:
                _delete(machine, element.value, state)
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            known = constant_of(machine.evaluate(key, state))
            for holder in machine.evaluate(target.value, state):
                if isinstance(holder, Ref):
                    containers.delete(holder, known, state)


def global_names(machine: Machine, node: cst.Global, state: State) -> State | None:
    """`global a, b`."""
    state.frame.global_names |= {item.name.value for item in node.names}
    return state


def outer_names(machine: Machine, node: cst.Nonlocal, state: State) -> State | None:
    """`nonlocal a, b`."""
    state.frame.outer_names |= {item.name.value for item in node.names}
    return state


# -- imports


def import_module(machine: Machine, node: cst.Import, state: State) -> State | None:
    """`import a.b as c`."""
    for alias in node.names:
        dotted = _dotted(alias.name)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            state.bind(alias.asname.name.value, import_value(machine, state.frame.module, Import(dotted, 0, None)))
        else:
            root = dotted.partition(".")[0]
            state.bind(root, import_value(machine, state.frame.module, Import(root, 0, None)))
    return state


def import_from(machine: Machine, node: cst.ImportFrom, state: State) -> State | None:
    """`from a.b import c as d`."""
    dotted = _dotted(node.module) if node.module is not None else ""
    if isinstance(node.names, cst.ImportStar):
        return state
    for alias in node.names:
        wanted = _dotted(alias.name)
        bound = alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else wanted
        target = Import(dotted, len(node.relative), wanted)
        state.bind(bound, import_value(machine, state.frame.module, target))
    return state


def _dotted(node: cst.BaseExpression) -> str:
    names: list[str] = []
    while isinstance(node, cst.Attribute):
        names.append(node.attr.value)
        node = node.value
    return ".".join([node.value if isinstance(node, cst.Name) else "", *reversed(names)])


# -- definitions


def function_definition(machine: Machine, node: cst.FunctionDef, state: State) -> State | None:
    """`def`."""
    function = make_function(machine, node, state)
    value = set_decorations(machine, function, node.decorators, state)
    if value:
        state.bind(node.name.value, value)
    return state


def class_definition(machine: Machine, node: cst.ClassDef, state: State) -> State | None:
    """`class`."""
    state.bind(node.name.value, (make_class(machine, node, state),))
    return state


# -- branches


def if_statement(machine: Machine, node: cst.If, state: State) -> State | None:
    """`if`/`elif`/`else`."""
    ends: list[State] = []
    clause: cst.If | cst.Else | None = node
    otherwise: State | None = state
    while otherwise is not None and isinstance(clause, cst.If):
        memo = memo_context(machine, clause, otherwise)
        positive, otherwise = branch(machine, clause.test, otherwise)
        if positive is not None:
            context = positive.context
            positive.context = memo or context
            end = machine.execute(clause.body.body, positive)
            if end is not None:
                end.context = context
                ends.append(end)
        clause = clause.orelse
    if otherwise is not None:
        end = machine.execute(clause.body.body, otherwise) if clause is not None else otherwise
        if end is not None:
            ends.append(end)
    return join_states(ends)


# -- try, with


def _cannot_raise(line: cst.CSTNode) -> bool:
    """Whether a line does nothing but leave: what stands before it has then been done for good."""
    quiet = (cst.Break, cst.Continue, cst.Pass)
    return isinstance(line, cst.SimpleStatementLine) and all(
        isinstance(s, quiet) or (isinstance(s, cst.Return) and not isinstance(s.value, cst.Call)) for s in line.body
    )


def _is_for_missing(handler: cst.ExceptHandler | cst.ExceptStarHandler) -> bool:
    """Whether a handler puts into a dict what is missing there: `except KeyError: known[name] = ...`."""
    if not isinstance(handler.type, cst.Name) or handler.type.value not in ("KeyError", "LookupError"):
        return False
    return any(isinstance(t, cst.Subscript) for line in statements(handler.body.body) for t in targets(line))


def try_statement(machine: Machine, node: cst.Try | cst.TryStar, state: State) -> State | None:
    """`try`: a handler may start from any point of the body."""
    points: list[State] = []
    current: State | None = state
    outer, state.frame.expects_missing = state.frame.expects_missing, any(map(_is_for_missing, node.handlers))
    for line in node.body.body:
        if current is None:
            break
        if not points or not _cannot_raise(line):
            points.append(current.copy())
        current = machine.execute([line], current)
    state.frame.expects_missing = outer
    thrown = join_states(points)
    assert thrown is not None
    ends: list[State] = []
    if current is not None and node.orelse is not None:
        current = machine.execute(node.orelse.body.body, current)
    if current is not None:
        ends.append(current)
    for handler in node.handlers:
        start = thrown.copy()
        if handler.name is not None and isinstance(handler.name.name, cst.Name):
            assign(machine, handler.name.name, machine.unknown(handler, start, "an exception"), start, handler)
        end = machine.execute(handler.body.body, start)
        if end is not None:
            ends.append(end)
    result = join_states(ends)
    if node.finalbody is not None:
        final = machine.execute(node.finalbody.body.body, result if result is not None else thrown)
        return final if result is not None else None
    return result


def with_statement(machine: Machine, node: cst.With, state: State) -> State | None:
    """`with`: what a context manager gives is bound."""
    suppresses = False
    for item in node.items:
        value = machine.evaluate(item.item, state)
        suppresses = suppresses or any(isinstance(a, External) and a.name == "contextlib.suppress()" for a in value)
        entered = each(value, partial(_entered, machine, node=item.item, state=state))
        if item.asname is not None:
            assign(machine, item.asname.name, entered, state, item.item)
    skipped = state.copy() if suppresses else None
    end = machine.execute(node.body.body, state)
    if skipped is None:
        return end
    return join_states([skipped, end] if end is not None else [skipped])


def _entered(machine: Machine, manager: Abstract, node: cst.CSTNode, state: State) -> Value:
    """What a context manager gives: what its `__enter__` does, what its generator yields, else itself."""
    match state.at(manager) if isinstance(manager, Ref) else None:
        case ListObject(kind=ListKind.CONTEXT) as found:
            return containers.any_of(machine, list(found.elements), node, state)
        case InstanceObject():
            for name in ("__enter__", "__aenter__"):
                method = machine.attribute((manager,), name, node, state)
                if not any(isinstance(m, Atom) for m in method):
                    return awaited(machine.call(method, Arguments(), node, state))
    return (manager,)


STATEMENTS: Mapping[type[cst.CSTNode], Execute] = dict(
    (
        handles(cst.SimpleStatementLine, simple_line),
        handles(cst.Expr, expression),
        handles(cst.Assign, assignment),
        handles(cst.AnnAssign, annotated_assignment),
        handles(cst.AugAssign, augmented_assignment),
        handles(cst.Return, returned),
        handles(cst.Raise, raised),
        handles(cst.Assert, asserted),
        handles(cst.Break, broken),
        handles(cst.Continue, continued),
        handles(cst.Del, deleted),
        handles(cst.Global, global_names),
        handles(cst.Nonlocal, outer_names),
        handles(cst.Import, import_module),
        handles(cst.ImportFrom, import_from),
        handles(cst.FunctionDef, function_definition),
        handles(cst.ClassDef, class_definition),
        handles(cst.If, if_statement),
        handles(cst.Match, match_statement),
        handles(cst.For, for_loop),
        handles(cst.While, while_loop),
        handles(cst.Try, try_statement),
        handles(cst.TryStar, try_statement),
        handles(cst.With, with_statement),
    )
)
