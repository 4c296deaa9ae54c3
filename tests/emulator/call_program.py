"""Import a program and call it, in a process of its own: `python call_program.py PROGRAM ANSWERS < order.json`.

The order says what to execute once (`start`), which expression to evaluate (`call`), and for which events. Both see the
program's names and those of `names`; the call also sees `event` (it is evaluated for each one) or `events` (for so many
at a time as `batch` says). What came of each call is written to the file ANSWERS as JSON: an `error` code and
its `reason` or null, and whether the caller was `told` anything, by an exception or by what was returned.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any


def main() -> None:
    program, answers = map(Path, sys.argv[1:])
    order = json.load(sys.stdin)
    namespace = vars(loaded(program))
    if clash := namespace.keys() & {*order["names"], "event", "events"}:
        raise SystemExit(f"the program binds names that calls use: {sorted(clash)}")
    namespace.update(order["names"])
    exec(order["start"], namespace)
    code = compile(order["call"], "<call>", "eval")
    found = []
    for attempt in range(order["attempts"]):
        time.sleep(order["pause"] if attempt else 0)
        for given in arguments(order, in_batches="events" in code.co_names):
            namespace.update(given)
            found.append(answer(code, namespace))
    answers.write_text(json.dumps(found), encoding="utf-8")


def loaded(path: Path) -> ModuleType:
    """The program as the module `example`."""
    spec = importlib.util.spec_from_file_location("example", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["example"] = module
    spec.loader.exec_module(module)
    return module


def arguments(order: dict[str, Any], in_batches: bool) -> Iterator[dict[str, Any]]:
    """The names that each call sees besides the program's."""
    events, size = order["events"], order["batch"]
    if in_batches:
        yield from ({"events": events[first : first + size]} for first in range(0, len(events), size))
    else:
        yield from ({"event": event} for event in events)


def answer(code: Any, namespace: dict[str, Any]) -> dict[str, Any]:
    """What came of one call."""
    try:
        returned = eval(code, namespace)
    except Exception as error:  # whatever it is, it is what the caller of the program gets to see
        return {"error": code_of(error), "reason": str(error), "told": True}
    return {"error": None, "reason": None, "told": bool(returned)}


def code_of(error: Exception) -> str:
    """The code that SQS answered with, or the name of the exception."""
    response = getattr(error, "response", None)
    return str(response["Error"]["Code"]) if response else type(error).__name__


if __name__ == "__main__":
    main()
