"""Programs in separate processes, with the emulator in place of AWS."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

CALL_PROGRAMS = Path(__file__).with_name("call_programs.py")


class Programs:
    """Runs orders (see `call_programs.py`), each in a new process.

    Processes with different numbers salt `hash()` differently, as the processes of a service do, but reproducibly. They
    end when the block is left.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._parents: dict[int, subprocess.Popen[str]] = {}

    def __enter__(self) -> Programs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for parent in self._parents.values():
            parent.communicate()

    def run(self, order: dict[str, Any], number: int = 0) -> list[dict[str, Any]]:
        """The answers to an order. Raises `AssertionError` if the program crashes."""
        parent = self._parents.get(number) or self._parents.setdefault(number, self._start(number))
        assert parent.stdin
        assert parent.stdout
        parent.stdin.write(json.dumps(order) + "\n")
        parent.stdin.flush()
        answers = json.loads(parent.stdout.readline() or '"its parent process ended"')
        assert isinstance(answers, list), f"the program failed: {answers}"
        return answers

    def _start(self, number: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", str(CALL_PROGRAMS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**self._environment, "PYTHONHASHSEED": str(number + 1)},
        )
