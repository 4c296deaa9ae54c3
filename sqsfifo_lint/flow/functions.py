"""Running functions of the project: binding arguments, running bodies, within bounds."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import containers
from sqsfifo_lint.flow.arguments import Arguments
from sqsfifo_lint.flow.bounds import MAX_CALL_STEPS, MAX_DEPTH, MAX_IMPORT_STEPS, MAX_RECURSION, VAST_CALL_STEPS
from sqsfifo_lint.flow.context import Context, Level
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import Environment, Frame, State, join_states
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Awaitable,
    Bound,
    DictObject,
    Dispatcher,
    External,
    Function,
    Item,
    ListKind,
    Passed,
    Role,
    TupleValue,
    Value,
    join,
    linked,
)
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.walk import has_yield, positional


def invoke(
    machine: Machine,
    function: Function,
    arguments: Arguments,
    node: cst.CSTNode,
    state: State,
    receiver: Abstract | None = None,
    level: Level = Level.CALL,
) -> Value:
    """The value that a call of a project's function returns; `state` takes on its effects."""
    bound = machine.budget.bound if machine.budget.exhausted else _too_deep(function, state.frame)
    if bound is not None:
        return machine.unknown(node, state, met(bound))
    machine.notes.called.add(function.node)
    if is_stub(function):
        return machine.unknown(node, state, f"`{function.name}()` is a stub")
    base = state.context
    if "cached" in function.marks:
        level = Level.CACHED
        if _varies(arguments):
            return machine.unknown(node, state, "cached by its arguments")
    context: Context = base.enter(level, node)
    frame = Frame(context, function.chunk, function.module, function, function.owner, state.frame, node)
    given = arguments if receiver is None else _with_receiver(arguments, receiver, node, state)
    environment = bind(machine, function, given, node, state, context)
    inner = State(
        frame, context, {**state.environments, context: environment}, state.heap, state.base, state.facts, state.noted
    )
    if function.home:
        machine.closures.homes[context] = function.home
    value, end = _bounded(machine, function, inner, node)
    generator = _is_generator(function, frame)
    if generator:
        value, end = _gone_through_later(function, frame, end or frame.paused or inner)
    if end is None:
        return ()
    if context not in machine.closures.kept:
        end.environments = {k: v for k, v in end.environments.items() if k != context}
    state.follow(end)
    value = _as_annotated(machine, function, value, inner, state)
    result = linked(value, state.frame.chunk, node, f"returned by `{function.name}()`", Role.RETURN, context)
    return (Awaitable(result),) if result and not generator and _is_asynchronous(function) else result


def _is_generator(function: Function, frame: Frame) -> bool:
    """Whether a function's body has a `yield` of its own, be it reached or not."""
    return bool(frame.yields) or ("yield" in function.chunk.text and has_yield(function.node))


def _is_asynchronous(function: Function) -> bool:
    return isinstance(function.node, cst.FunctionDef) and function.node.asynchronous is not None


def _gone_through_later(function: Function, frame: Frame, after: State) -> tuple[Value, State]:
    """What a call of a generator function gives, whatever its body comes to: nothing of that has run yet."""
    kind = ListKind.CONTEXT if "contextmanager" in function.marks else ListKind.GENERATOR
    after.context = frame.key
    value = containers.new_list(list(dict.fromkeys(frame.yields)), False, function.node, after, kind)
    return value, after


def _as_annotated(machine: Machine, function: Function, value: Value, inner: State, state: State) -> Value:
    """What a function returns; an object of its annotation if it has it from a base class out of sight."""
    annotation = function.node.returns if isinstance(function.node, cst.FunctionDef) else None
    if annotation is None or not value:
        return value
    if not all(isinstance(a, External) and a.name.startswith("super().") for a in value):
        return value
    home = Frame(machine.root.enter(Level.IMPORT, function.module.path), function.chunk, function.module)
    made = State(home, inner.context, state.environments, state.heap, state.base, state.facts)
    return machine.typed(annotation.annotation, home, made) or value


def _bounded(machine: Machine, function: Function, inner: State, node: cst.CSTNode) -> tuple[Value, State | None]:
    """Run a function's body within the bounds of a call."""
    budget, caller = machine.budget, inner.frame.caller
    floor, bound, left, noted = budget.floor, budget.bound, budget.left, len(machine.notes.calls)
    if function.node in machine.vast:
        budget.narrow(VAST_CALL_STEPS, "VAST_CALL_STEPS")
    elif caller is not None and caller.caller is None:
        at_import = caller.key.epochs[0].level is Level.IMPORT and caller.function is None
        if at_import:
            budget.narrow(MAX_IMPORT_STEPS, "MAX_IMPORT_STEPS")
        else:
            budget.narrow(MAX_CALL_STEPS, "MAX_CALL_STEPS")
    result = run_body(machine, function, inner, node)
    if budget.exhausted and left - budget.left >= MAX_CALL_STEPS // 2 and len(machine.notes.calls) == noted:
        machine.vast.add(function.node)
    budget.floor, budget.bound = floor, bound
    return result


def is_stub(function: Function) -> bool:
    """Whether a function only says that others implement it: `...`, `pass`, or `raise NotImplementedError`."""
    if isinstance(function.node, cst.Lambda):
        return False
    statements = [
        small
        for line in function.node.body.body
        for small in (line.body if isinstance(line, cst.SimpleStatementLine) else [line])
    ]
    rest = [s for s in statements if not (isinstance(s, cst.Expr) and isinstance(s.value, _SAYS_NOTHING))]
    return all(isinstance(s, cst.Pass | cst.Raise) for s in rest)


_SAYS_NOTHING = (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis)


def run_body(machine: Machine, function: Function, inner: State, node: cst.CSTNode) -> tuple[Value, State | None]:
    """Run a function whose variables are bound; its result, and the state after it (None: it never returns)."""
    frame = inner.frame
    if isinstance(function.node, cst.Lambda):
        return machine.evaluate(function.node.body, inner), inner
    end = machine.execute(function.node.body.body, inner)
    if end is not None:
        frame.returns.append((machine.constant(function.node, end, None), end))
    if not frame.returns:
        return (), None
    value: Value = ()
    for one, _ in frame.returns:
        value = join(value, one)
    after = join_states([returned for _, returned in frame.returns])
    assert after is not None
    return value, after


def _too_deep(function: Function, frame: Frame | None) -> str | None:
    """The name of the bound that a call would pass, if it would."""
    depth, same = 0, 0
    while frame is not None:
        depth += 1
        same += frame.function is not None and frame.function.node is function.node
        frame = frame.caller
    if same >= MAX_RECURSION:
        return "MAX_RECURSION"
    return "MAX_DEPTH" if depth > MAX_DEPTH else None


def _varies(arguments: Arguments) -> bool:
    """Whether a cache would keep several results apart."""
    values = [passed.value for passed in arguments.all()]
    return bool(arguments.star or arguments.rest) or any(
        isinstance(a, Atom) and any(p.material is not Material.CONSTANT for p in a.pieces) for v in values for a in v
    )


def _with_receiver(arguments: Arguments, receiver: Abstract, node: cst.CSTNode, state: State) -> Arguments:
    first = Passed((receiver,), state.frame.chunk, node)
    return replace(arguments, positional=[first, *arguments.positional])


# -- binding


def parameters_of(function: Function) -> cst.Parameters:
    """The parameters of a function or lambda."""
    return function.node.params


def bind(
    machine: Machine, function: Function, arguments: Arguments, node: cst.CSTNode, state: State, call: Context
) -> Environment:
    """The variables that a function starts with."""
    parameters = parameters_of(function)
    found: Environment = {}
    positional = list(arguments.positional)
    keywords = dict(arguments.keywords)
    for parameter in (*parameters.posonly_params, *parameters.params):
        wanted = parameter.name.value
        if positional:
            found[wanted] = _given(positional.pop(0), wanted, function, call)
        else:
            found[wanted] = _by_keyword(machine, function, keywords, wanted, arguments, node, state, call)
    for parameter in parameters.kwonly_params:
        wanted = parameter.name.value
        unstarred = replace(arguments, star=())
        found[wanted] = _by_keyword(machine, function, keywords, wanted, unstarred, node, state, call)
    if isinstance(parameters.star_arg, cst.Param):
        found[parameters.star_arg.name.value] = _rest_of_positional(positional, arguments, function, state, call)
    if parameters.star_kwarg is not None:
        found[parameters.star_kwarg.name.value] = _rest_of_keywords(keywords, arguments, parameters.star_kwarg, state)
    return found


def _given(passed: Passed, wanted: str, function: Function, call: Context) -> Value:
    if isinstance(passed.node, cst.Param):
        return passed.value  # nobody in sight passes it
    text = f"passed as `{wanted}` to `{function.name}()`"
    role = Role.CONSTRUCTION if function.name == "__init__" else Role.ARGUMENT
    if "member" in function.marks:  # the class itself gives it
        role = Role.STEP
    return linked(passed.value, passed.chunk, passed.node, text, role, call)


def _by_keyword(
    machine: Machine,
    function: Function,
    keywords: dict[str, Passed],
    wanted: str,
    arguments: Arguments,
    node: cst.CSTNode,
    state: State,
    call: Context,
) -> Value:
    default = default_of(function, wanted, call)
    passed = keywords.pop(wanted, None)
    if passed is not None and not passed.optional:
        return _given(passed, wanted, function, call)
    unseen = join(arguments.star, arguments.rest)
    if passed is not None:
        return join(join(_given(passed, wanted, function, call), unseen), default)
    if unseen:
        return join(unseen, default)
    return default or machine.unknown(node, state, f"`{wanted}` is not passed")


def default_of(function: Function, wanted: str, call: Context) -> Value:
    """A parameter's default, as nobody's argument; empty when it has none."""
    value = function.defaults.get(wanted, ())
    parameters = function.node.params
    for parameter in (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params):
        if value and parameter.name.value == wanted and parameter.default is not None:
            text = f"default of `{wanted}`"
            return linked(value, function.chunk, parameter.default, text, Role.DEFAULT, call)
    return value


def _rest_of_positional(
    positional: list[Passed], arguments: Arguments, function: Function, state: State, call: Context
) -> Value:
    star = function.node.params.star_arg
    assert isinstance(star, cst.Param)
    values = [_given(passed, star.name.value, function, call) for passed in positional]
    if not arguments.star:
        return (TupleValue(tuple(values)),)
    return containers.new_list([*values, arguments.star], False, star, state)


def _rest_of_keywords(keywords: dict[str, Passed], arguments: Arguments, node: cst.Param, state: State) -> Value:
    items: dict[object, Item] = {
        name: Item(passed.value, passed.optional, passed.chunk, passed.node) for name, passed in keywords.items()
    }
    found = DictObject(items, arguments.rest, state.frame.chunk, node, state.context)
    return state.allocate(node, found)


def unseen_arguments(
    machine: Machine, callbacks: Value, node: cst.CSTNode, state: State, beside: Arguments | None = None
) -> Arguments:
    """Arguments for a call that cannot be seen: required parameters are unknown, defaults stay.

    Defaults of as many parameters as there are arguments `beside`, and of those that these name, do not stay.
    """
    required = 0
    keywords: set[str] = set()
    others = beside if beside is not None else Arguments()
    for callback in callbacks:
        function, bound = callback, False
        if isinstance(callback, Bound | Dispatcher):
            function, bound = callback.function, callback.receiver is not None
        if isinstance(function, Function):
            parameters = function.node.params
            needed = [p for p in (*parameters.posonly_params, *parameters.params) if p.default is None]
            several = positional(function.node)[bound:]
            required = max(required, len(needed) - bound, min(len(others.positional), len(several)))
            keywords.update(p.name.value for p in (*several[required:], *parameters.kwonly_params))
    passed = Passed(machine.unknown(node, state, "called from elsewhere"), state.frame.chunk, node)
    named = dict.fromkeys(keywords & others.keywords.keys(), passed)
    return Arguments([passed] * required, named)
