"""The emulator of the session, and the table of what was shown.

All tests in this folder run in one process, since they share one emulator. Their measurements are part of their
reports, so that the process that prints the table has them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.environment import Emulator, UnavailableError, log_tail, running
from tests.emulator.measurements import Measurement, table

MEASURED = "measured"
"""The property of a test's report with lines of the table."""
LOG = pytest.StashKey[Path]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that need the emulator in one process."""
    for item in items:
        if "emulator" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("emulator"))


@pytest.fixture(scope="session")
def emulator(pytestconfig: pytest.Config) -> Iterator[Emulator]:
    """A running LocalStack. Without one the tests are skipped, or fail if `CI` is set."""
    capture: Any = pytestconfig.pluginmanager.get_plugin("capturemanager")

    def tell(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"emulator: {line}", file=sys.stderr)

    try:
        with running(tell) as started:
            pytestconfig.stash[LOG] = started.log
            yield started
    except UnavailableError as error:
        if os.environ.get("CI", "").lower() not in ("", "0", "false"):
            pytest.fail(f"no emulator: {error}", pytrace=False)
        pytest.skip(f"no emulator: {error}")


@pytest.fixture
def sqs(emulator: Emulator) -> Any:
    """A boto3 client of the emulator."""
    return emulator.sqs


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[Measurement], None]:
    """Adds what a test measured to the table."""
    return lambda measurement: record_property(MEASURED, table([measurement]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add LocalStack's last log lines to the report of a failing test."""
    report = yield
    log = item.config.stash.get(LOG, None) if "emulator" in getattr(item, "fixturenames", ()) else None
    if report.failed and log is not None:
        report.sections.append(("the end of LocalStack's log", log_tail(log)))
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what was measured."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [text for report in reports for name, text in report.user_properties if name == MEASURED]
    if lines:
        terminalreporter.section("what the rules claim, run against LocalStack")
        terminalreporter.write_line("\n".join(sorted(dict.fromkeys(lines))))
