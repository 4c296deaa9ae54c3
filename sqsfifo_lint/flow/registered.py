"""Registries: functions that top-level statements hand to something of the project that keeps them.

A decorator that is called, or a call that stands by itself, runs at import, in whichever file it is. Two questions are
answered: what a container then holds (`registrations`), and by what name a function is kept (`keepers`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import libcst as cst

from sqsfifo_lint.flow.bounds import MAX_REGISTERING
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import ClassValue, Function, InstanceObject, ModuleValue, Value
from sqsfifo_lint.met import met
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import descendants
from sqsfifo_lint.source.writes import puts

_HEAD = re.compile(r"^(?:async\s+def|def|class)\b", re.MULTILINE)
"""Where the decorators of a top-level definition end."""

_AT_TOP_LEVEL = r"^(?:@[\w.]*?{0}|(?!(?:def|class|async|from|import)\b)\w[^\n]*?{0}\s*\()"
"""In a file, a decorator or the first line of a statement, at the left margin, that calls something."""

Kept = tuple[str, str]
"""A name under which a function is kept, and the file in which it has that name."""


# -- what containers hold


def registrations(machine: Machine, home: str, names: Collection[str], behind: str = "") -> Iterator[State]:
    """The states after top-level statements that call what has one of some names, each by itself.

    Only those of files that can name what `home`, a file, defines. `behind` is a pattern of what follows the name.
    """
    pattern = re.compile(rf"\b(?:{'|'.join(sorted(names))}){behind}\b")
    words = [name.encode() for name in names]
    outermost = re.compile(_AT_TOP_LEVEL.format(pattern.pattern).encode(), re.MULTILINE)
    left = MAX_REGISTERING
    for path in sorted({home, *machine.project.files.importers(home)}):
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
                kept = machine.closures.kept
                machine.imported.environments.update((k, v) for k, v in state.environments.items() if k in kept)
                yield state


def _run_at_import(chunk: Chunk) -> str:
    """The text of a statement that runs at import, and may call what is defined elsewhere."""
    if chunk.imports:
        return ""
    text = chunk.text.lstrip()
    if text.startswith("@"):
        head = _HEAD.search(text)
        return text[: head.start()] if head is not None else text
    return text if chunk.executes else ""


# -- by what names functions are kept


def keepers(machine: Machine, module: Module, function: cst.FunctionDef) -> Iterator[Kept]:
    """The names under which a function is kept by the decorators that it has."""
    for decorator in function.decorators:
        yield from _kept_by(machine, module, decorator.decorator)


def keepers_by_call(machine: Machine, module: Module, name: str) -> Iterator[Kept]:
    """The names under which it is kept by top-level calls, in a file, that are given what is called `name`."""
    for chunk in module.chunks:
        if chunk.executes and not chunk.imports and name in chunk.text:
            for statement in chunk.module.body:
                for node in descendants(statement):
                    if isinstance(node, cst.Call) and any(_is_named(argument.value, name) for argument in node.args):
                        yield from _kept_by(machine, module, node)


def _is_named(node: cst.BaseExpression, name: str) -> bool:
    match node:
        case cst.Name(value=word) | cst.Attribute(attr=cst.Name(value=word)):
            return word == name
    return False


def _kept_by(machine: Machine, module: Module, node: cst.BaseExpression) -> Iterator[Kept]:
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
    word, value = node.value, machine.global_value(module, node.value)
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
