"""`senders` and `sources` in the configuration: a project's own functions, and those of other packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqsfifo_lint.run.engine import check, explain
from tests.commands import flake8

CONFIGURATION = """
[tool.sqsfifo-lint.senders]
"acme.bus.Bus.publish" = { queue = "queue", group = "key", dedup = "dedup_key", body = "body" }
"acme.bus.push" = { group = "key", dedup = "dedup_key" }
"vendor.Broker.put" = { queue = 0, group = ["group", 1], dedup = 2 }
"vendor.Event" = { group = "group" }

[tool.sqsfifo-lint.sources]
"acme.ids.new_id" = "unique"
"acme.ids.now" = "clock"
"acme.ids.tenant" = "config"
"vendor.ids.make" = "unique"
"acme.ids.Row.key" = "data"
"""

BUS = """
class Bus:
    def __init__(self, transport):
        self.transport = transport

    def publish(self, body, queue, key="everything", dedup_key=None):
        self.transport.deliver(body, queue, key, dedup_key)


def push(body, key, dedup_key):
    print(body, key, dedup_key)
"""

IDS = """
def new_id():
    return "constant, for all that can be seen"


def now():
    return 1


def tenant():
    return load("tenant")


class Row:
    def key(self):
        return "the same"
"""


def write(root: Path, code: str, configuration: str = CONFIGURATION) -> None:
    """A project with a bus, IDs, and `code` as app.py."""
    files = {"pyproject.toml": configuration, "acme/__init__.py": "", "acme/bus.py": BUS, "acme/ids.py": IDS}
    for name, text in {**files, "app.py": code}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found(root: Path) -> list[str]:
    """`path:line code` of each finding."""
    report = check([root])
    assert not report.problems
    return [f"{report.locations[f.span.path].relative_to(root)}:{f.span.line} {f.code}" for f in report.findings]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from acme.bus import push\ndef f(b, e):\n    push(b, 'all', e)\n", ["3 SQF101"]),
        ("from acme.bus import push\ndef f(b, e):\n    push(b, e.key, e.id)\n", []),
        ("from acme.bus import push\ndef f(b, e):\n    push(b, key=e.key, dedup_key='x')\n", ["3 SQF203"]),
        ("import acme.bus\ndef f(b, a):\n    acme.bus.push(*a)\n", []),
        ("import acme.bus\ndef f(b, a):\n    acme.bus.push(b, 'all', **a)\n", ["3 SQF101"]),
        (
            (
                "from acme.bus import Bus\nfrom acme import ids\n"
                "def f(t, e):\n    Bus(t).publish(e.body, 'q.fifo', e.key, ids.new_id())\n"
            ),
            ["4 SQF202"],
        ),
        (
            (
                "from acme.bus import Bus\nfrom acme.ids import now, tenant\n"
                "def f(t: Bus, e):\n    t.publish(e.body, 'q.fifo', tenant(), dedup_key=now())\n"
            ),
            ["4 SQF102", "4 SQF202"],
        ),
        (
            (
                "from acme.bus import Bus\nfrom acme.ids import Row\n"
                "def f(t: Bus, e):\n    t.publish(e.body, 'q.fifo', Row().key(), e.id)\n"
            ),
            [],
        ),
        ("from acme.bus import Bus\ndef f(t: Bus, e):\n    t.publish(e.body, 'q', 'all')\n", []),
        ("def f(bus, e):\n    bus.publish(e.body, 'q.fifo', 'all', 'x')  # Bus, out of sight\n", []),
        ("import vendor\nB = vendor.Broker()\ndef f(e):\n    B.put('q.fifo', 'all', e.id)\n", ["4 SQF101"]),
        ("import vendor\nB = vendor.Broker()\ndef f(e):\n    B.put('q.fifo', e.key, e.id)\n", []),
        (
            (
                "import vendor\nfrom vendor.ids import make\ndef f(e):\n"
                "    vendor.Broker().put('q.fifo', group=make(), dedup=e)\n"
            ),
            ["4 SQF104"],
        ),
        ("from vendor import Event\ndef f(e):\n    return Event(e.body, group='all')\n", ["3 SQF101"]),
        ("from other import Broker\ndef f(e):\n    Broker().put('q.fifo', 'all', e.id)  # vendor\n", []),
    ],
)
def test_configured_functions(tmp_path: Path, code: str, expected: list[str]) -> None:
    write(tmp_path, code)
    assert found(tmp_path) == [f"app.py:{finding}" for finding in expected]


def test_a_default_of_the_projects_own_sender_counts(tmp_path: Path) -> None:
    write(tmp_path, "from acme.bus import Bus\ndef f(t: Bus, e):\n    t.publish(e.body, 'q.fifo', dedup_key=e.id)\n")
    assert found(tmp_path) == ["acme/bus.py:6 SQF101"]


def test_nothing_is_known_of_them_without_the_configuration(tmp_path: Path) -> None:
    code = "from acme.bus import push\nfrom acme.ids import new_id\ndef f(b, e):\n    push(b, 'all', new_id())\n"
    write(tmp_path, code)
    assert found(tmp_path) == ["app.py:4 SQF101", "app.py:4 SQF202"]
    write(tmp_path, code, "[project]\nname = 'x'\n")
    assert found(tmp_path) == []


def test_trace_knows_them_too(tmp_path: Path) -> None:
    write(tmp_path, "from acme.bus import push\ndef f(b, e):\n    push(b, 'all', e)\n")
    assert [send.api for send in explain(tmp_path / "app.py", 3).sends] == ["push"]


def test_flake8_reads_the_same(tmp_path: Path) -> None:
    write(tmp_path, "from acme.bus import push\n\n\ndef f(b, e):\n    push(b, 'all', e)\n")
    done = flake8(tmp_path, "--isolated", "--extend-select", "SQF", "app.py")
    assert [line.split(" ")[:2] for line in done.stdout.splitlines()] == [["app.py:5:13:", "SQF101"]], done.stderr
