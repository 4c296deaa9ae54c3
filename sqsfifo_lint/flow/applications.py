"""What a web application keeps for as long as it runs: `app.state.sender = Sender(url)`, `app["lane"] = "pings"`.

Asked when a request handler reads it, `request.app.state.sender`, `request.app["lane"]`. Whoever sets it in sight is
run: functions that run when the application starts, once; of others, only what is the same each time is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.flow.bounds import MAX_STOCKING
from sqsfifo_lint.flow.earlier import Definition, definitions, run_definition
from sqsfifo_lint.flow.functions import unseen_arguments
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.notes import Held, Notes, Written
from sqsfifo_lint.flow.state import State
from sqsfifo_lint.flow.values import Abstract, Atom, Extension, External, Value, join
from sqsfifo_lint.knowledge.applications import APPLICATION, APPLICATIONS, STARTED_BY, STARTING
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Material
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.walk import descendants

_STATES = {made + way: way for made, way in APPLICATIONS.items()}
_HOLDERS = frozenset(APPLICATIONS.values())
_MAKERS = re.compile(r"=\s*(?:\w+\.)*(?:" + "|".join({n.rpartition(".")[2][:-2] for n in APPLICATIONS}) + r")\(")
_STARTED_BY = "|".join(sorted(STARTED_BY))


def kept(machine: Machine, value: Value, step: str, state: State) -> Value:
    """What `.name` or `['key']` of an application's state is, by all in sight who set it; empty for other values."""
    holder = _holder(value[0]) if len(value) == 1 else None
    if holder is None or (holder == "") != step.startswith("["):
        return ()
    key = (holder, step, state.frame.module.path)
    if key not in machine.imported.applications:
        machine.imported.applications[key] = ()
        machine.imported.applications[key] = _find(machine, holder, step, state.frame.module)
    return machine.imported.applications[key]


def _holder(found: Abstract, *, sets: bool = False) -> str | None:
    """By which attribute an application was left to come to a value; None where it is nothing of an application.

    What `sets` something may be given the application as a parameter.
    """
    match found:
        case External(name=name):
            return _STATES.get(name)
        case Atom(pieces=[piece]):
            steps = piece.reading.steps if piece.reading is not None else ()
            node = piece.node
            if sets and isinstance(node, cst.Param) and node.name.value == APPLICATION:
                steps = (f".{APPLICATION}", *steps)
            if steps[-1:] in ((f".{APPLICATION}",), (".config_dict",)):
                return ""
            if len(steps) > 1 and steps[-1] in _HOLDERS and steps[-2] == f".{APPLICATION}":
                return steps[-1]
    return None


def _find(machine: Machine, holder: str, step: str, reader: Module) -> Value:
    outer, steps = machine.notes, machine.budget.left
    result: Value = ()
    several = [*_setting(machine, holder, step, reader)]
    if len(several) > MAX_STOCKING:
        _, chunk, module = several[MAX_STOCKING]
        state = machine.fresh_state(machine.import_frame(module, chunk))
        result = machine.unknown(chunk.module, state, met("MAX_STOCKING"))
    for definition, chunk, module in several[:MAX_STOCKING]:
        machine.notes = Notes()
        once = definition is None or _runs_once(definition, module)
        if definition is None:
            end = machine.fresh_state(machine.import_frame(module, chunk))
            machine.execute(chunk.module.body, end)
        else:
            end = run_definition(machine, definition, once=once)
            _run_inner(machine, end)
        for one in (*machine.notes.outside, *machine.notes.held):
            if isinstance(one, Written | Held) and one.step == step and _holder(one.holder, sets=True) == holder:
                result = join(result, one.value if once else _lasting(machine, one.value, chunk.module, end))
        for reference, made in end.heap.items():
            machine.imported.heap.setdefault(reference, made)
    machine.notes, machine.budget.left = outer, steps
    return result


def _run_inner(machine: Machine, state: State) -> None:
    """Run the functions that a function defined and did not call: `lifespan` in `create_app()`."""
    for function in [f for f in machine.notes.defined.values() if f.node not in machine.notes.called]:
        machine.call((function,), unseen_arguments(machine, (function,), function.node, state), function.node, state)


def _lasting(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> Value:
    """A value that may be set at any time: only what is always the same is known."""
    same = tuple(a for a in value if isinstance(a, Extension) or (isinstance(a, Atom) and _is_same(a)))
    return same if len(same) == len(value) else join(same, machine.unknown(node, state, "set by a request"))


def _is_same(atom: Atom) -> bool:
    return all(piece.material in (Material.CONSTANT, Material.CONFIG) for piece in atom.pieces)


def _setting(
    machine: Machine, holder: str, step: str, reader: Module
) -> Iterator[tuple[Definition | None, Chunk, Module]]:
    """Top-level statements and functions that may set it, in files from which the reader can be reached."""
    project = machine.project
    name = re.escape(step[1:] if step.startswith(".") else step[2:-2])
    written = rf"{re.escape(holder)}\.{name}" if holder else rf"\[\s*['\"]{name}['\"]\s*\]"
    pattern = re.compile(rf"{written}\s*(?::[^=:\n]+)?=(?!=)")
    importers = project.files.importers(reader.path, near=True)
    for path in sorted(importers.union(*map(project.files.imported, importers))):
        data = project.files.data(path) or b""
        if not project.counts(path, reader.path) or pattern.search(data.decode("utf-8", "replace")) is None:
            continue
        module = project.module(path)
        for chunk in module.chunks if module is not None else ():
            if chunk.imports or pattern.search(chunk.text) is None:
                continue
            assert module is not None
            if chunk.executes:
                yield None, chunk, module
            for one in definitions(chunk.module.body, module, chunk):
                if pattern.search(cst.Module([]).code_for_node(one.node)) is not None:
                    yield one, chunk, module


def _runs_once(definition: Definition, module: Module) -> bool:
    """Whether a function runs when an application starts: it makes it, says so by a decorator, or is handed to it."""
    node = definition.node
    for decorator in node.decorators:
        named = [n.value for n in descendants(decorator) if isinstance(n, cst.Name)]
        if not STARTING.isdisjoint(named):
            return True
    text = cst.Module([]).code_for_node(node)
    handed = re.compile(rf"\b(?:{_STARTED_BY})\b(?:(?!\b(?:{_STARTED_BY})\b)[^\n])*\b{node.name.value}\b")
    return _MAKERS.search(text) is not None or handed.search(module.text) is not None
