"""The emulator of the session, and the table of what was shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.environment import Emulator, UnavailableError, log_tail, running
from tests.emulator.measurements import Measurement, table

MEASURED = pytest.StashKey[list[Measurement]]()
LOG = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def emulator(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """A running LocalStack. Without one the tests are skipped, or fail where `CI` is set."""
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")

    def tell(line: str) -> None:
        if reporter:
            reporter.ensure_newline()
            reporter.write_line(f"emulator: {line}")

    try:
        with running(tell) as started:
            yield started
            pytestconfig.stash[LOG] = log_tail(started.log)
    except UnavailableError as error:
        if os.environ.get("CI", "").lower() not in ("", "0", "false"):
            pytest.fail(f"no emulator: {error}", pytrace=False)
        pytest.skip(f"no emulator: {error}")


@pytest.fixture
def sqs(emulator: Emulator) -> Any:
    """A boto3 client of the emulator."""
    return emulator.sqs


@pytest.fixture
def measured(pytestconfig: pytest.Config) -> list[Measurement]:
    """The list to which tests add what they measured."""
    return pytestconfig.stash.setdefault(MEASURED, [])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print what was measured, and what LocalStack logged when a test of ours failed."""
    if rows := config.stash.get(MEASURED, []):
        terminalreporter.section("what the rules claim, run against LocalStack")
        terminalreporter.write_line(table(rows))
    failed = [*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")]
    log = config.stash.get(LOG, "")
    if log and any("tests/emulator/" in report.nodeid for report in failed):
        terminalreporter.section("the end of LocalStack's log")
        terminalreporter.write_line(log)
