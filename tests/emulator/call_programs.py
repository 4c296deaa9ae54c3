"""Call programs, each in its own process: orders come in as lines of JSON, answers go out as lines of JSON.

The processes are forked from this one, which has already loaded boto3; loading it takes longer than most programs do.

An order says where the `program` is, what to execute once (`start`), which expression to evaluate (`call`), and for
which `events`. Both see the program's names and those of `names`; the call also sees `event` (it is evaluated for each
one) or `events` (it is evaluated for every `batch` of them); with neither it is evaluated once. This is done `attempts`
times, with `pause` seconds in between. The answer has an item for each call: an `error` code and its `reason` or null,
and whether the caller was `told` anything, by an exception or by a return value. SQS may already reject a call that the
program makes when it is imported. If the program crashed, the answer is a text that says how.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3

PROGRAM_SECONDS = 60


def main() -> None:
    boto3.client("sqs")
    boto3.resource("sqs")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what programs print is not an answer
    for line in sys.stdin:
        if process := os.fork():
            _, status = os.waitpid(process, 0)
            if status:
                answers.write(json.dumps(f"it ended with status {status}") + "\n")
        else:
            signal.alarm(PROGRAM_SECONDS)
            answers.write(json.dumps(answer_to(json.loads(line))) + "\n")
        answers.flush()
        if not process:
            os._exit(0)


def answer_to(order: dict[str, Any]) -> list[dict[str, Any]] | str:
    """Carry out the order."""
    program = Path(order["program"])
    os.chdir(program.parent)
    try:
        namespace = vars(loaded(program))
        if clash := namespace.keys() & {*order["names"], "event", "events"}:
            return f"it binds names that calls use: {sorted(clash)}"
        namespace.update(order["names"])
        exec(order["start"], namespace)
        return list(answers_of_calls(order, namespace))
    except Exception as error:
        return [failure(error)] if hasattr(error, "response") else traceback.format_exc()


def loaded(path: Path) -> ModuleType:
    """The program as the module `example`."""
    spec = importlib.util.spec_from_file_location("example", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["example"] = module
    spec.loader.exec_module(module)
    return module


def answers_of_calls(order: dict[str, Any], namespace: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Make all calls."""
    code = compile(order["call"], "<call>", "eval")
    for attempt in range(order["attempts"]):
        time.sleep(order["pause"] if attempt else 0)
        for given in arguments(order, code.co_names):
            namespace.update(given)
            yield answer(code, namespace)


def arguments(order: dict[str, Any], names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The extra names that each call of an expression sees, if the expression uses `names`."""
    events, size = order["events"], order["batch"]
    if "events" in names:
        yield from ({"events": events[first : first + size]} for first in range(0, len(events), size))
    elif "event" in names:
        yield from ({"event": event} for event in events)
    else:
        yield {}


def answer(code: Any, namespace: dict[str, Any]) -> dict[str, Any]:
    """The result of one call."""
    try:
        returned = eval(code, namespace)
    except Exception as error:  # whatever it is, the caller of the program gets to see it
        return failure(error)
    return {"error": None, "reason": None, "told": bool(returned)}


def failure(error: Exception) -> dict[str, Any]:
    """The code that SQS answered with, or the name of the exception, and its text."""
    response = getattr(error, "response", None)
    code = str(response["Error"]["Code"]) if response else type(error).__name__
    return {"error": code, "reason": str(error), "told": True}


if __name__ == "__main__":
    main()
