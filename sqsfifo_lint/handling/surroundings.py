"""What is around a node: its parents, the block it is in, where a name is used."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import takewhile

import libcst as cst
from libcst.helpers import get_full_name_for_node

from sqsfifo_lint.flow import Frame, Machine, State, name_of, names_of, value_of
from sqsfifo_lint.flow.values import Bound, Function, Value
from sqsfifo_lint.handling.order import Order, Step
from sqsfifo_lint.records import record
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import descendants, positional, walk

_FUNCTIONS = (cst.FunctionDef, cst.Lambda)


class Surroundings(cst.CSTVisitor):
    """The parent of each node of a function, of a class body, or of a whole module."""

    def __init__(self, root: cst.CSTNode) -> None:
        self.root = root
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self.names: dict[str, list[cst.Name]] = {}
        self.numbers: dict[cst.CSTNode, int] = {}
        """In source order."""
        self.generator = False
        self._orders: dict[cst.CSTNode, Order] = {}
        self._stack: list[cst.CSTNode] = []
        walk(root, self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._stack:
            self.parents[node] = self._stack[-1]
        self._stack.append(node)
        self.numbers[node] = len(self.numbers)
        if type(node) is cst.Name:
            self.names.setdefault(node.value, []).append(node)
        elif type(node) is cst.Yield:
            self.generator = True
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self._stack.pop()

    def above(self, node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
        """The pairs of child and parent from `node` up to the root."""
        while (parent := self.parents.get(node)) is not None:
            yield node, parent
            node = parent

    def is_below(self, node: cst.CSTNode, top: cst.CSTNode) -> bool:
        """Whether a node is part of another."""
        return node is top or any(parent is top for _, parent in self.above(node))

    def function_of(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The function or lambda that contains a node; None if none below this root does."""
        above = (parent for _, parent in self.above(node))
        return next((parent for parent in above if isinstance(parent, _FUNCTIONS)), None)

    # -- names

    def uses(self, name: str) -> Iterator[cst.Name]:
        """Where the root's variable of this name is read.

        Not where it is bound, nor where the name means something else: an attribute, a keyword, a local variable of an
        inner function.
        """
        found = self.names.get(name, ())
        own = {self.function_of(node) for node in found if self._is_bound_by_function(node)} - {None, self.root}
        own -= {self.function_of(node) for node in found if self.is_declared_outer(node)}
        for node in found:
            if not self._binds(node) and not self._is_word(node) and own.isdisjoint(self._bodies(node)):
                yield node

    def is_declared_outer(self, node: cst.Name) -> bool:
        """Whether a name is in a `global` or `nonlocal` statement."""
        return isinstance(self.parents.get(node), cst.NameItem)

    def _is_bound_by_function(self, node: cst.Name) -> bool:
        return self._binds(node) and not isinstance(self.parents.get(node), cst.CompFor)

    def _bodies(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The functions whose bodies contain a node: not those whose defaults or decorators it belongs to."""
        for child, parent in self.above(node):
            if isinstance(parent, _FUNCTIONS) and parent.body is child:
                yield parent

    def _is_word(self, node: cst.Name) -> bool:
        """Whether a name is that of an attribute, or of a parameter in a call."""
        match self.parents.get(node):
            case cst.Attribute(attr=word) | cst.Arg(keyword=word):
                return word is node
        return False

    def _binds(self, node: cst.Name) -> bool:
        match self.parents.get(node):
            case cst.Param(name=name):
                return name is node
            case cst.AssignTarget() | cst.AsName() | cst.Del():
                return True
            case cst.AnnAssign(target=target) | cst.NamedExpr(target=target) | cst.For(target=target):
                return target is node
            case cst.CompFor(target=target):
                return target is node
        return False

    # -- order

    def order(self, node: cst.CSTNode) -> Order:
        """The order of the function that contains a node, or of the root."""
        function = self.function_of(node) or self.root
        if function not in self._orders:
            self._orders[function] = Order(function)
        return self._orders[function]

    def steps(self, node: cst.CSTNode) -> list[Step]:
        """The steps that run a node, in the order of its function."""
        return self.order(node).at(self._upward(node))

    def _upward(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        yield node
        for _, parent in self.above(node):
            yield parent

    def reached(self, name: str, node: cst.CSTNode) -> Iterator[cst.Name]:
        """Where the variable of this name that is set to the value of `node` is read.

        Not where another value has been given to it on every way there. Inner functions may be called at any time.
        """
        below = takewhile(lambda pair: not isinstance(pair[1], _FUNCTIONS), self.above(node))
        if any(isinstance(parent, cst.BaseComp) for _, parent in below):
            yield from self.uses(name)
            return
        function = self.function_of(node)
        starts = self.steps(node)
        seen = self._seen(name, starts)
        for use in self.uses(name):
            if self.function_of(use) is not function:
                yield use
                continue
            steps = self.steps(use)
            here = any(step in starts for step in steps) and self._is_named_in_place(name, node, use)
            if here or any(step in seen for step in steps):
                yield use

    def overwritten(self, name: str, node: cst.CSTNode) -> list[cst.Name] | None:
        """Where a variable set to the value of `node` is read before a loop comes back and sets it again.

        None if that does not happen. What inner functions read counts as read there.
        """
        starts = self.steps(node)
        ahead = self._seen(name, starts, raising=False)
        if not ahead.intersection(starts) or not all(step.binds(name) for step in starts):
            return None
        round_ = {step for step in ahead if not self.order(node).reach([step]).keys().isdisjoint(starts)}
        function = self.function_of(node)
        inside = round_.union(starts)
        return [
            use
            for use in self.reached(name, node)
            if self.function_of(use) is not function or not inside.isdisjoint(self.steps(use))
        ]

    def _seen(self, name: str, starts: Sequence[Step], *, raising: bool = True) -> set[Step]:
        """The steps that begin with the value that `starts` give to a variable."""
        found: set[Step] = set()
        waiting = [step for start in starts for step in start.nexts]
        while waiting:
            step = waiting.pop()
            if step not in found:
                found.add(step)
                waiting.extend(step.fails if raising else ())
                waiting.extend(() if step.binds(name) else step.nexts)
        return found

    def _is_named_in_place(self, name: str, node: cst.CSTNode, use: cst.Name) -> bool:
        """Whether `(name := node)` is read further on in its own statement."""
        above = [parent for _, parent in self.above(node)]
        named = any(isinstance(p, cst.NamedExpr) and p.target.deep_equals(cst.Name(name)) for p in above)
        return named and self.numbers[node] < self.numbers[use]


class Surrounded:
    """The surroundings of what frames run, each computed once."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self._found: dict[object, Surroundings] = {}

    def around(self, frame: Frame, node: cst.CSTNode) -> Surroundings | None:
        """What is around `node`, which `frame` ran; None if it is not in sight."""
        if frame.function is not None:
            found = self.of_function(frame.function)
        elif frame.owner is not None:
            found = self._of(frame.owner.node)
        else:
            found = self._of_module(frame.module)
        return found if node in found.parents else None

    def of_function(self, function: Function) -> Surroundings:
        """What is in a function."""
        return self._of(function.node)

    def _of(self, root: cst.CSTNode) -> Surroundings:
        if root not in self._found:
            self._found[root] = Surroundings(root)
        return self._found[root]

    def _of_module(self, module: Module) -> Surroundings:
        """A module's name may be used in any of its statements, so they are examined together."""
        if module.path not in self._found:
            whole = cst.Module([line for chunk in module.chunks for line in chunk.module.body])
            self._found[module.path] = Surroundings(whole)
        return self._found[module.path]


@record()
class View:
    """The code of one frame, as seen from a send that was reached through it: what its names stand for."""

    machine: Machine
    frame: Frame
    state: State
    """The state at the send."""
    imported: Mapping[str, str] = field(default_factory=dict)
    """What is imported only later, as in a handler: names, with what they stand for."""

    def value(self, node: cst.CSTNode) -> Value:
        """What an expression stands for; nothing if that is too deep."""
        return value_of(self.machine, node, self.state, self.frame)

    def inside(self, function: Function) -> View:
        """The code of another function, of whose variables nothing is known."""
        frame = self.machine.import_frame(function.module, function.chunk)
        return View(self.machine, dataclasses.replace(frame, function=function), self.machine.fresh_state(frame))

    def receivers(self, call: cst.Call, argument: cst.Arg) -> list[tuple[Function, str]]:
        """The functions that are handed an argument, each with its parameter's name; none if any is out of sight."""
        if any(arg.star for arg in call.args):
            return []
        position = None if argument.keyword else call.args.index(argument)
        found = []
        for callee in self.value(call.func):
            function = callee.function if isinstance(callee, Bound) else callee
            if not isinstance(function, Function) or not isinstance(function.node, cst.FunctionDef):
                return []
            if function.decorations or function.node.decorators:
                return []
            name = _parameter(function.node, argument, position, bound=isinstance(callee, Bound))
            if name is None:
                return []
            found.append((function, name))
        return found

    def names(self, node: cst.CSTNode) -> frozenset[str]:
        """The qualified names, outside the project, that an expression may stand for."""
        known = _qualified(node, self.imported) if self.imported else None
        if known is not None:
            return frozenset({known})
        return names_of(self.machine, node, self.state, self.frame)


def _qualified(node: cst.CSTNode, imported: Mapping[str, str]) -> str | None:
    """The name of what an expression reads, if it begins with something imported."""
    match node:
        case cst.Name(value=name):
            return imported.get(name)
        case cst.Attribute(value=value, attr=cst.Name(value=name)):
            owner = _qualified(value, imported)
            return None if owner is None else f"{owner}.{name}"
        case cst.Call(func=function):
            called = _qualified(function, imported)
            return None if called is None else f"{called}()"
    return None


def imports_of(statement: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that a statement imports, with what each stands for; none of a relative import."""
    if isinstance(statement.names, cst.ImportStar) or (isinstance(statement, cst.ImportFrom) and statement.relative):
        return
    module = (
        get_full_name_for_node(statement.module) if isinstance(statement, cst.ImportFrom) and statement.module else ""
    )
    for alias in statement.names:
        name = alias.evaluated_name
        known_as = alias.evaluated_alias
        if isinstance(statement, cst.Import):
            yield (known_as, name) if known_as else (name.partition(".")[0],) * 2
        else:
            yield known_as or name, f"{module}.{name}"


def _parameter(node: cst.FunctionDef, argument: cst.Arg, position: int | None, *, bound: bool) -> str | None:
    """The parameter that an argument fills; None if it is one of many."""
    if position is None:
        assert argument.keyword is not None
        name = argument.keyword.value
        return (
            name if any(name == param.name.value for param in [*positional(node), *node.params.kwonly_params]) else None
        )
    several = positional(node)[bound:]
    return several[position].name.value if position < len(several) else None


PLAIN = frozenset({"staticmethod", "classmethod", "override", "wraps"})
"""Decorators that do not change a function's results and exceptions."""


def is_plain_call(view: View, around: Surroundings) -> bool:
    """Whether the view's frame was started by a call whose result and exceptions are those of its function.

    A decorated function is called so by the wrapper that its decorator, in sight, made of it.
    """
    frame = view.frame
    if frame.function is None or frame.caller is None or around.generator or not isinstance(frame.call, cst.Call):
        return False
    special = [d.decorator for d in _decorators(frame.function) if not _is_plain(d)]
    if not special and name_of(frame.call) == frame.function.name:
        return True
    wrapper = frame.caller.function
    if len(special) > 1 or wrapper is None:
        return False
    if special and not _is_made_by(view, special[0], wrapper):
        return False
    called = View(view.machine, frame.caller, view.state).value(frame.call.func)
    functions = [callee.function if isinstance(callee, Bound) else callee for callee in called]
    return bool(functions) and all(isinstance(f, Function) and f.node is frame.function.node for f in functions)


def _is_made_by(view: View, decorator: cst.BaseExpression, wrapper: Function) -> bool:
    """Whether a wrapper is defined in the decorator."""
    named = decorator.func if isinstance(decorator, cst.Call) else decorator
    makers = [a.node for a in view.value(named) if isinstance(a, Function)]
    return len(makers) == 1 and any(node is wrapper.node for node in descendants(makers[0]))


def _decorators(function: Function) -> Sequence[cst.Decorator]:
    return function.node.decorators if isinstance(function.node, cst.FunctionDef) else ()


def _is_plain(decorator: cst.Decorator) -> bool:
    match decorator.decorator:
        case cst.Name(value=name) | cst.Call(func=cst.Name(value=name)):
            return name in PLAIN
        case cst.Attribute(attr=cst.Name(value=name)) | cst.Call(func=cst.Attribute(attr=cst.Name(value=name))):
            return name in PLAIN
    return False
