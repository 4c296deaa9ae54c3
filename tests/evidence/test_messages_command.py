"""`sqsfifo-lint messages`, as users run it."""

from __future__ import annotations

from pathlib import Path

from tests.commands import run

SAMPLES = Path(__file__).parent / "messages"


def test_the_worked_example_is_serial() -> None:
    done = run(SAMPLES, "messages", "worked_example.json")
    assert done.returncode == 1
    assert done.stdout.startswith("serial  2 messages in 1 group")
    assert "2025-10-06T08:02:07.098Z, 0.1 s before the first of these" in done.stdout
    assert "a sequence of numbers" in done.stdout
    assert "4111" not in done.stdout  # bodies are people's data
