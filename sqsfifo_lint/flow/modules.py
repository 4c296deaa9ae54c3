"""What names stand for at module level, in this file and across imports."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.flow.bounds import MAX_NAMES
from sqsfifo_lint.flow.context import Context, Level
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.state import Environment, State
from sqsfifo_lint.flow.values import Abstract, Atom, External, ModuleValue, Value, is_scalar, join, unsteady
from sqsfifo_lint.knowledge.lookup import source_of
from sqsfifo_lint.model import Material
from sqsfifo_lint.records import replace
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Import, Module
from sqsfifo_lint.source.stack import larger
from sqsfifo_lint.source.walk import parameters, statements


def import_value(machine: Machine, importer: Module, target: Import) -> Value:
    """What an import binds: a module or a name of the project, or something external.

    The packages that a plugin knows are external wherever they lie.
    """
    known = not target.level and target.name.partition(".")[0] in machine.hooks.packages
    found = machine.project.resolve(target.name, target.level, importer) if not known else None
    if found is None or (found is importer and target.attribute is None):
        if target.attribute is None:
            return (External(target.name),)
        constant = _CONSTANT.fullmatch(target.attribute) is not None
        return (External(f"{target.name}.{target.attribute}", constant=constant),)
    if target.attribute is None:
        return (ModuleValue(found),)
    return module_attribute(machine, found, target.attribute) or (External(f"{found.path}:{target.attribute}"),)


_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]+")
"""A name by which PEP 8 tells that it is bound once: https://peps.python.org/pep-0008/#constants"""


def module_attribute(machine: Machine, module: Module, name: str) -> Value | None:
    """`name` of a module of the project: something bound in it, or a submodule."""
    value = global_value(machine, module, name)
    if value is not None:
        return value
    child = machine.project.child(module, name)
    return (ModuleValue(child),) if child is not None else None


def global_value(machine: Machine, module: Module, name: str) -> Value | None:
    """What `name` is once `module` is imported; None when nothing there binds it."""
    key = (module.path, name)
    if key in machine.imported.globals:
        return machine.imported.globals[key]
    imported = machine.imported
    imported.globals[key] = None  # ends circular imports and definitions
    imported.depth += 1
    try:
        imported.globals[key] = (
            _evaluate(machine, module, name)
            if imported.depth != MAX_NAMES
            else larger(lambda: _evaluate(machine, module, name))
        )
    except RecursionError:
        del imported.globals[key]  # it is not known that nothing binds it
        raise
    finally:
        imported.depth -= 1
    return imported.globals[key]


def _evaluate(machine: Machine, module: Module, name: str) -> Value | None:
    target = module.imports.get(name)
    if target is not None:
        return import_value(machine, module, target)
    chunks = module.bindings.get(name)
    value = _run(machine, module, name, chunks) if chunks else _through_stars(machine, module, name)
    if (
        value
        and "globals()" in module.text
        and re.search(rf"globals\(\)\s*\[\s*['\"]{name}['\"]\s*\]\s*=", module.text)
    ):
        frame = machine.import_frame(module, chunks[0] if chunks else module.chunks[0])
        unknown = machine.unknown(frame.chunk.module, machine.fresh_state(frame), f"`{name}` is set by its name")
        value = join(value, unknown)
    for chunk in module.globals_declared.get(name, ()):
        later = _assigned_in_functions(machine, module, name, chunk, value or ())
        value = join(value or (), later) or None
    return value


def _run(machine: Machine, module: Module, name: str, chunks: tuple[Chunk, ...]) -> Value | None:
    """Run the statements that bind `name`, as import does; those that bind several names, once for all of them."""
    runs = machine.imported.runs
    if chunks in runs:
        return (runs[chunks] or {}).get(name)
    runs[chunks] = None
    try:
        found = runs[chunks] = _after(machine, module, chunks)
    except RecursionError:
        del runs[chunks]
        raise
    return found.get(name)


def _after(machine: Machine, module: Module, chunks: tuple[Chunk, ...]) -> Environment:
    """What a module's names are after these statements."""
    state: State | None = machine.fresh_state(machine.import_frame(module, chunks[0]))
    steps = machine.budget.left
    for chunk in chunks:
        if state is None:
            break
        state.frame = machine.import_frame(module, chunk)
        state = machine.execute(chunk.module.body, state) or state
    machine.budget.left = steps
    if state is None:
        return {}
    machine.imported.heap.update(state.heap)
    machine.imported.environments.update((k, v) for k, v in state.environments.items() if k in machine.closures.kept)
    return state.variables


def _through_stars(machine: Machine, module: Module, name: str) -> Value | None:
    for target in module.star_imports:
        found = machine.project.resolve(target.name, target.level, module)
        if found is None:
            external = f"{target.name}.{name}"
            if source_of(external) is not None:
                return (External(external),)
        elif found is not module:
            value = module_attribute(machine, found, name)
            if value is not None:
                return value
    return None


def _assigned_in_functions(machine: Machine, module: Module, name: str, chunk: Chunk, start: Value) -> Value:
    """What functions assign to a name that they declare `global`.

    An assignment behind `if name is None` fills it once; any other may come at any time, so it is unknown.
    """
    result: Value = ()
    for definition in _declaring(chunk, name):
        frame = machine.import_frame(module, chunk)
        frame.global_names |= {name}
        state = machine.fresh_state(frame)
        if is_scalar(start, "int"):
            state.bind(name, start)  # a counter starts here
        for parameter in parameters(definition):
            state.bind(parameter.name.value, machine.unknown(parameter, state, "a parameter"))
        key = machine.root.enter(Level.IMPORT, module.path)
        body_context = key.enter(Level.CALL, definition)
        state.context = body_context
        end = machine.execute(definition.body.body, state)
        ends = [end] if end is not None else []
        for one in (*ends, *(returned for _, returned in frame.returns)):
            machine.imported.heap.update(one.heap)
            found = one.environments.get(key, {}).get(name, ())
            result = join(result, tuple(_sure(a, body_context, definition) for a in found))
    return result


def _declaring(chunk: Chunk, name: str) -> Iterator[cst.FunctionDef]:
    """The functions of a statement, at any depth, that declare a name `global`."""
    for statement in statements(chunk.module.body, definitions=True):
        if isinstance(statement, cst.FunctionDef) and any(
            isinstance(inner, cst.Global) and any(item.name.value == name for item in inner.names)
            for inner in statements(statement.body.body)
        ):
            yield statement


def _sure(alternative: Abstract, body: Context, definition: cst.FunctionDef) -> Abstract:
    """Unknown in place of what an unguarded assignment makes in the function's own context."""
    if isinstance(alternative, Atom) and any(p.context is body for p in alternative.pieces):
        if alternative.kind == "int" and all(p.material is Material.INDEX for p in alternative.pieces):
            return replace(alternative, pieces=tuple(unsteady(p) for p in alternative.pieces))
        text = f"set by {definition.name.value}()"
        unknown = replace(alternative.pieces[0], material=Material.DATA, text=text, resolution=None, link=None)
        return Atom((unknown,))
    return alternative
