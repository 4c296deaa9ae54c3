"""Calls of what is outside the project: by a library's model, by what a plugin knows, by the tables, else unknown."""

from __future__ import annotations

from collections.abc import Mapping

from sqsfifo_lint.flow.bounds import MAX_QUALIFIED_NAME
from sqsfifo_lint.flow.call import Call, Model
from sqsfifo_lint.flow.callbacks import by_default, escape, functions_in, parts_of
from sqsfifo_lint.flow.library import (
    asyncio,
    builtins,
    collections,
    contextlib,
    contextvars,
    dataclasses,
    dependency_injector,
    fastapi,
    functools,
    itertools,
    json,
    namespaces,
    operators,
)
from sqsfifo_lint.flow.sources import yielded
from sqsfifo_lint.flow.transforms import transformed
from sqsfifo_lint.flow.values import External, Value, data_at, join
from sqsfifo_lint.knowledge.decorators import NEVER_CALLING
from sqsfifo_lint.knowledge.transforms import RETURNED_ARGUMENT
from sqsfifo_lint.met import met

LIBRARIES = (
    *(asyncio, builtins, collections, contextlib, contextvars, dataclasses, dependency_injector, fastapi, functools),
    *(itertools, json, namespaces, operators),
)

MODELS: Mapping[str, Model] = {name: model for library in LIBRARIES for name, model in library.MODELS.items()}


def call_external(call: Call, callee: External) -> Value:
    """The result of calling something outside the project."""
    name = callee.name
    model = MODELS.get(name)
    if model is not None:
        return model(call)
    plugged = call.machine.hooks.on_outside(call, name)
    if plugged is not None:
        return plugged
    if name in RETURNED_ARGUMENT:
        passed = call.arguments.passed(RETURNED_ARGUMENT[name])
        return passed.value if passed is not None else ()
    found = yielded(call, name)
    if found is None:
        found = transformed(call, name)
    return _unseen(call, name) if found is None else found


def _unseen(call: Call, name: str) -> Value:
    """Nothing is known of it: callbacks may run; the result is an object that may still be known by name."""
    parts = parts_of(call)
    if parts is not None:
        return parts
    outcome = call.unknown(f"what `{name}` returns") if name in NEVER_CALLING else escape(call)
    default = by_default(call)
    if default:
        return join(outcome, default)
    callbacks = functions_in(passed.value for passed in call.arguments.all())
    if callbacks and name.rpartition(".")[2][:1].islower():
        return outcome
    if len(name) + 2 > MAX_QUALIFIED_NAME:
        return call.unknown(met("MAX_QUALIFIED_NAME"))
    made, reason = f"{name}()", f"what `{name}` returns is out of sight"
    return (External(made, data_at(call.state.frame.chunk, call.node, call.state.context, reason, name=made)),)
