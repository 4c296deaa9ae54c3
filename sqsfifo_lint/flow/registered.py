"""Registries: functions that top-level statements hand to something of the project that keeps them.

A decorator that is called, or a call that stands by itself, runs at import, in whichever file it is. Two questions are
answered: what a container then holds (`registrations`), and by what name a function is kept (`keepers`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import libcst as cst

from sqsfifo_lint.flow.bounds import MAX_REGISTERING
from sqsfifo_lint.flow.classes import class_body
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import (
    Abstract,
    ClassValue,
    Dispatcher,
    Function,
    InstanceObject,
    ModuleValue,
    Value,
)
from sqsfifo_lint.met import met
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import descendants, parameters
from sqsfifo_lint.source.writes import puts

_HEAD = re.compile(r"^(?:async\s+def|def|class)\b", re.MULTILINE)
"""Where the decorators of a top-level definition end."""

_AT_IMPORT = r"^(?:[ \t]*@[\w.]*?{0}|(?!(?:def|class|async|from|import)\b)\w[^\n]*?{0}\s*\()"
"""In a file, a decorator, or the first line of a statement at the left margin, that calls something."""

_GIVEN = r"\(\s*(?:[^()]*[\s,=])?(?:{0})\s*[,)]"
"""Something is called with a name as one of its arguments."""

_DECORATORS = re.compile(r"^[ \t]*@[^\n]*(?:\n|\Z)", re.MULTILINE)
"""The first line of each decorator in a class."""

Kept = tuple[str, str]
"""A name under which a function is kept, and the file in which it has that name."""

_NOTHING: Mapping[str, Value] = {}


# -- what containers hold


def registrations(
    machine: Machine, home: str, names: Collection[str], behind: str = "", *, handed: bool = False
) -> Iterator[State]:
    """The states after top-level statements that call what has one of some names, each by itself.

    Only those of files that can name what `home`, a file, defines. `behind` is a pattern of what follows the name.
    With `handed`, also those that pass what has the name to something else.
    """
    called = rf"\b(?:{'|'.join(sorted(names))}){behind}\b"
    given = _GIVEN.format("|".join(sorted(names)))
    pattern = re.compile(f"{called}|{given}" if handed else called)
    words = [name.encode() for name in names]
    wanted = _AT_IMPORT.format(called)
    outermost = re.compile((f"{wanted}|{given}" if handed else wanted).encode(), re.MULTILINE)
    left = MAX_REGISTERING
    for path in sorted({home, *machine.project.files.importers(home, near=True)}):
        data = machine.project.files.data(path) or b""
        if not any(word in data for word in words) or outermost.search(data) is None:
            continue
        if not machine.project.counts(path, home):
            continue
        module = machine.project.module(path)
        for chunk in module.chunks if module is not None else ():
            if pattern.search(_run_at_import(chunk)) is not None:
                if left <= 0:
                    met("MAX_REGISTERING")
                    return
                left -= 1
                assert module is not None
                state = machine.fresh_state(machine.import_frame(module, chunk))
                machine.execute(chunk.module.body, state)
                for cls in (a for name in chunk.names for a in state.variables.get(name, ()) if _has_body(a, pattern)):
                    assert isinstance(cls, ClassValue)
                    class_body(machine, cls, state)
                kept = machine.closures.kept
                machine.imported.environments.update((k, v) for k, v in state.environments.items() if k in kept)
                yield state


def _run_at_import(chunk: Chunk) -> str:
    """The text of a statement that runs at import, and may call what is defined elsewhere."""
    if chunk.imports:
        return ""
    text = chunk.text.lstrip()
    head = _HEAD.search(text) if text.startswith(("@", "class")) else None
    if head is not None:
        inside = "".join(_DECORATORS.findall(text[head.start() :])) if head[0] == "class" else ""
        return text[: head.start()] + inside
    return text if chunk.executes else ""


def _has_body(alternative: Abstract, pattern: re.Pattern[str]) -> bool:
    """Whether it is a class whose body may call what is looked for."""
    return isinstance(alternative, ClassValue) and pattern.search(alternative.chunk.text) is not None


# -- by what names functions are kept


def keepers(
    machine: Machine, module: Module, function: cst.FunctionDef, around: Mapping[str, Value] = _NOTHING
) -> Iterator[Kept]:
    """The names under which a function is kept by the decorators that it has; `around`: those of its class's body."""
    for decorator in function.decorators:
        yield from _kept_by(machine, module, decorator.decorator, around)


def keepers_by_call(machine: Machine, module: Module, body: Iterable[cst.CSTNode], name: str) -> Iterator[Kept]:
    """The names under which it is kept by calls in some code of a file that are given what is called `name`."""
    for statement in body:
        for node in descendants(statement):
            if isinstance(node, cst.Call) and any(_is_named(argument.value, name) for argument in node.args):
                yield from _kept_by(machine, module, node)


def holders(function: cst.FunctionDef, name: str) -> Iterator[str]:
    """The parameters of a function, or of its class's constructor, to whose methods it hands what is called `name`.

    `bus.subscribe("paid", self.on_paid)`, `self.bus.subscribe("paid", self.on_paid)`.
    """
    given = {parameter.name.value for parameter in parameters(function)}
    for node in descendants(function.body):
        match node:
            case cst.Call(func=cst.Attribute(value=cst.Name(value=word)), args=args) if word in given:
                pass
            case cst.Call(func=cst.Attribute(value=cst.Attribute(value=cst.Name(), attr=attribute)), args=args):
                word = attribute.value.lstrip("_")
            case _:
                continue
        if any(_is_named(argument.value, name) for argument in args):
            yield word


def keepers_by_argument(
    machine: Machine, module: Module, body: Iterable[cst.CSTNode], callee: str, parameter: str, index: int | None
) -> Iterator[Kept]:
    """The names of what calls of `callee` in some code give for a parameter, which has an index among all."""
    for statement in body:
        for node in descendants(statement):
            if not isinstance(node, cst.Call) or not _is_named(node.func, callee):
                continue
            for position, argument in enumerate(node.args):
                keyword = argument.keyword.value if argument.keyword is not None else None
                if keyword == parameter or (keyword is None and position == index and not argument.star):
                    yield from _kept_by(machine, module, argument.value)


def _is_named(node: cst.BaseExpression, name: str) -> bool:
    match node:
        case cst.Name(value=word) | cst.Attribute(attr=cst.Name(value=word)):
            return word == name
    return False


def _kept_by(
    machine: Machine, module: Module, node: cst.BaseExpression, around: Mapping[str, Value] = _NOTHING
) -> Iterator[Kept]:
    """The names under which what a decorator or call is given is kept."""
    path: list[str] = []
    while not isinstance(node, cst.Name):
        match node:
            case cst.Call(func=inner):
                node = inner
            case cst.Attribute(value=inner, attr=cst.Name(value=word)):
                path.insert(0, word)
                node = inner
            case _:
                return
    word = node.value
    value = around[word] if word in around else machine.global_value(module, word)
    target = module.imports.get(word)
    while path and value and isinstance(value[0], ModuleValue):
        word, target = path.pop(0), None
        value = machine.global_value(value[0].module, word)
    yield from _of_value(machine, value or (), target.attribute or word if target is not None else word)


def _of_value(machine: Machine, value: Value, word: str) -> Iterator[Kept]:
    for alternative in value:
        match alternative:
            case ClassValue():
                yield alternative.name, alternative.module.path
            case Dispatcher(function=one):
                yield one.name, one.module.path
            case Function(node=cst.FunctionDef() as node, module=home):
                for holder, _ in puts(node.body.body):
                    match holder:
                        case cst.Name(value=name) if name in home.bindings:
                            yield name, home.path
                        case cst.Attribute(attr=cst.Name(value=name)):
                            yield name, home.path
            case Ref():
                found = machine.imported.heap.get(alternative)
                if isinstance(found, InstanceObject):
                    yield word, found.cls.module.path
