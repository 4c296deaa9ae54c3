"""What log lines say: one row for each way to log that work starts and ends.

The expressions are written for Python, RE2 (DuckDB), Java (Athena) and PCRE (Logs Insights) alike: no lookaround, no
named groups, no possessive quantifiers, no inline flags. Each is searched for in the message of one event, so `^` is
the beginning of the message. Expressions that give a value have exactly one capturing group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqsfifo_lint.evidence.times import ISO


@dataclass(frozen=True, slots=True)
class Preset:
    """How the messages of some kind of worker tell what it does. Expressions that are empty tell nothing."""

    name: str
    about: str
    start: str
    """Found in a message that tells of the start of work."""
    end: str
    """Found in a message that tells of its end, good or bad."""
    id: str = ""
    """What joins start and end."""
    worker: str = ""
    """Who works, besides the log stream. Empty: the log stream, or the file, is the worker."""
    group: str = ""
    """The message group, in the start, the end or, where `during` is set, in any message between them."""
    took: str = ""
    """How long the work took, in the message of its end: a number."""
    took_unit: int = 1
    """How many microseconds `took` counts in."""
    time: str = ""
    """The time in the message itself, for containers without a time of their own. Empty: wherever one is found."""
    time_format: str = "iso"
    """A name in `times.FORMATS`, or a format of `strptime`."""
    needles: tuple[str, ...] = ()
    """Texts of which every start and every end has one; empty if there are none. They only make reading faster."""
    during: bool = False
    """Whether `group` is looked for in messages between start and end, too. That makes reading slower."""
    receipt: bool = False
    """Starts tell that a message was received, which may be long before the work begins."""


_ALL = (
    Preset(
        "lambda",
        "Lambda's START and REPORT lines",
        # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
        start=r"^START RequestId: ",
        end=r"^REPORT RequestId: ",
        id=r"RequestId: ([0-9a-f-]+)",
        took=r"\tDuration: ([0-9.]+) ms",
        took_unit=1000,
        needles=("T RequestId: ",),
    ),
    Preset(
        "lambda-json",
        "Lambda's system log in JSON: platform.start and platform.report",
        # https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
        start=r'"type" ?: ?"platform\.start"',
        end=r'"type" ?: ?"platform\.report"',
        id=r'"requestId" ?: ?"([0-9a-f-]+)"',
        took=r'"durationMs" ?: ?([0-9.]+)',
        took_unit=1000,
        time=r'"time" ?: ?"([^"]+)"',
        needles=('"platform.start"', '"platform.report"'),
    ),
    Preset(
        "celery",
        "Celery's worker log: Task x[id] received, and succeeded, raised or retried",
        # The formats are in `celery.app.trace` and `celery.app.defaults`:
        # https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-log-format
        start=r"Task [^ \[]+\[[^\]]+\] received",
        end=r"Task [^ \[]+\[[^\]]+\] (?:succeeded in|raised|retry: |ignored|rejected)",
        id=r"Task [^ \[]+\[([^\]]+)\]",
        worker=r"^\[[^\]]*/([^\]/]+)\] ",
        took=r" succeeded in ([0-9.e-]+)s",
        took_unit=1_000_000,
        time=r"^\[" + ISO,
        needles=("Task ",),
        receipt=True,
    ),
    Preset(
        "laravel",
        "Laravel's `queue:work`: Processing, Processed and Failed, since 9.21 RUNNING, DONE and FAIL",
        # https://github.com/laravel/framework/blob/8.x/src/Illuminate/Queue/Console/WorkCommand.php
        # https://github.com/laravel/framework/blob/12.x/src/Illuminate/Queue/Console/WorkCommand.php
        # The job's ID is in the newer ones only with `-v`.
        start=r"^\[[^\]]+\]\[[^\]]*\] Processing: |^ *[0-9-]+ [0-9:]+ .* RUNNING *$",
        end=r"^\[[^\]]+\]\[[^\]]*\] (?:Processed|Failed): |^ *[0-9-]+ [0-9:]+ .* (?:DONE|FAIL) *$",
        id=r"^(?:\[[^\]]+\]\[| *[0-9-]+ [0-9:]+ [^ ]+ )([0-9A-Za-z-]+)[\] ]",
        took=r" ([0-9,]+\.[0-9]+)ms (?:DONE|FAIL) *$",
        took_unit=1000,
        time=r"^(?:\[| *)" + ISO,
        needles=("] Processing:", "] Processed:", "] Failed:", " RUNNING", " DONE", " FAIL"),
    ),
    Preset(
        "laravel-json",
        "Laravel's `queue:work --json`",
        # `writeOutputAsJson`, since 11.26, and of Horizon's workers:
        # https://github.com/laravel/framework/blob/12.x/src/Illuminate/Queue/Console/WorkCommand.php
        # Other programs' JSON has a status, too: here it stands behind the job.
        start=r'"job" ?: ?"[^"]*", ?"status" ?: ?"starting"',
        end=r'"job" ?: ?"[^"]*", ?"status" ?: ?"(?:success|failed|released_after_exception)"',
        id=r'"id" ?: ?"?([^",}]+)',
        took=r'"duration" ?: ?([0-9.]+(?:[eE]-?[0-9]+)?)',
        took_unit=1_000_000,
        time=r'"timestamp" ?: ?"([^"]+)"',
        needles=('"starting"', '"success"', '"failed"', '"released_after_exception"'),
    ),
    Preset(
        "plain",
        "Lines that say start, begin, process, and end, finish, done, fail",
        # The first letters stand in front, since Python searches three times as fast for `[Ss](?:tart|...)`.
        start=r"\b[SsBbPpHh](?:tart(?:ed|ing|s)?|TART(?:ED)?|eg[aiu]ns?|eginning|EGIN|rocessing|andling)\b",
        end=r"\b[EeDdFfCcPpHh](?:nd(?:ed|s)?|ND(?:ED)?|one|ONE|inish(?:ed|es)?|INISHED|ompleted?|rocessed|andled|ailed)\b",
        id=r"(?:[MmJjTtRr](?:essage|sg|ob|ask|equest)(?:[_ -]?(?:id|Id|ID))?|\b(?:id|Id|ID))"
        r"[\"']?[ =:#]+[\"']?([0-9A-Za-z_-]*[0-9][0-9A-Za-z_.-]*)",
        worker=r"([WwTtPpCc](?:orker|hread|rocess|onsumer)(?:PoolExecutor)?(?:[_ -]?(?:id|Id|ID))?"
        r"[\"']?[ =:#_-]*[\"']?[0-9A-Za-z_.-]*[0-9]|\bpid[\"']?[ =:]+[0-9]+)",
        needles=(
            *("tart", "TART", "egin", "egan", "egun", "EGIN", "rocessing", "rocessed", "andling", "andled"),
            *("end", "End", "END", "one", "ONE", "inish", "omplete", "ailed"),
        ),
        group=r"[Gg]roup(?:[_ -]?(?:id|Id|ID))?[\"']?[ =:]+[\"']?([^ ,;\"'\])]+)",
    ),
)

PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _ALL}
"""By name, in the order in which they are tried."""
