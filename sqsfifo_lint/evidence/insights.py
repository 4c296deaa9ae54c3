"""The query with which Logs Insights reduces a log group to what is known of each piece of work.

Its language: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html. Of its functions only those
are used that every region has had for years: `parse`, `count`, `min`, `max`, `latest`, `sortsLast`, `toMillis`.
"""

from __future__ import annotations

import re

from sqsfifo_lint.evidence.portable import portable
from sqsfifo_lint.evidence.presets import Preset

MAX_ROWS = 10_000
"""Rows that the query returns. Where a region takes it, the number in `limit` may be raised to 100,000:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html
"""

TOOK = "tookby"
"""The field that tells how long work took is called this, and then how many microseconds its number counts in."""

FIRST, LAST = "firstms", "lastms"

RECEIVED = "receivedms"
"""Instead of `FIRST`: when the message was received, maybe long before the work began."""

_ID_MAY_BE_MISSING = frozenset({"plain", "laravel"})
"""Presets whose expression for the ID does not find one in all lines. Without an ID, only their order joins lines."""


def insights(preset: Preset) -> str:
    """The query for logs of a kind. Raises QueryError and `re.error` for its expressions."""
    by_id = bool(preset.id) and preset.name not in _ID_MAY_BE_MISSING and not preset.during
    said = [f"# {line}" for line in (preset.about, *(_LIMITS_BY_ID if by_id else _LIMITS))]
    return "\n".join([*said, *(_by_id(preset) if by_id else _event_by_event(preset))]) + "\n"


_LIMITS_BY_ID = (
    f"One row a work ID and log stream, and {MAX_ROWS:,} rows at most (100,000 where your region takes it: change",
    "`limit`). If that many come back, narrow the time range: what is beyond is missing.",
    "Work whose ID comes again in the same stream, as when it is retried, becomes one row: it is counted, not told",
    "apart. Work that crosses the ends of the time range lacks its start or end.",
    "Read the result with: sqsfifo-lint logs --from insights result.csv",
)

_LIMITS = (
    f"One row a start or end, and {MAX_ROWS:,} rows at most (100,000 where your region takes it: change `limit`).",
    "If that many come back, narrow the time range: what is beyond is missing.",
    "Work that crosses the ends of the time range lacks its start or end.",
    "Read the result with: sqsfifo-lint logs --from insights result.csv",
)


def _by_id(preset: Preset) -> list[str]:
    told = (("worker", preset.worker), ("groupid", preset.group), (f"{TOOK}{preset.took_unit}", preset.took))
    parsed = [(name, expression) for name, expression in told if expression]
    # The group may be told at the start alone: `latest` would give what the end says of it, which is nothing.
    latest = "".join(f", {'sortsLast' if name == 'groupid' else 'latest'}(a{name}) as {name}" for name, _ in parsed)
    first = RECEIVED if preset.receipt else FIRST
    return [
        "fields toMillis(@timestamp) as ms",
        f"| filter @message like {_regex(preset.end)} or @message like {_regex(preset.start)}",
        f"| parse @message {_regex(preset.end, 'endmark', whole=True)}",
        f"| parse @message {_regex(preset.id, 'workid')}",
        *(f"| parse @message {_regex(expression, f'a{name}')}" for name, expression in parsed),
        f"| stats count(*) as events, count(endmark) as ends, min(ms) as {first}, max(ms) as {LAST}{latest}",
        "  by workid, @logStream",
        f"| sort {first} asc",
        f"| limit {MAX_ROWS}",
    ]


def _event_by_event(preset: Preset) -> list[str]:
    told = (
        ("workid", preset.id),
        ("worker", preset.worker),
        ("groupid", preset.group),
        (f"{TOOK}{preset.took_unit}", preset.took),
    )
    parsed = [(name, expression) for name, expression in told if expression]
    found = [preset.end, preset.start, *([preset.group] if preset.during else [])]
    names = ["ms", "@logStream", "startmark", "endmark", *(name for name, _ in parsed)]
    return [
        "fields toMillis(@timestamp) as ms",
        "| filter " + " or ".join(f"@message like {_regex(expression)}" for expression in found),
        f"| parse @message {_regex(preset.start, 'startmark', whole=True)}",
        f"| parse @message {_regex(preset.end, 'endmark', whole=True)}",
        *(f"| parse @message {_regex(expression, name)}" for name, expression in parsed),
        "| sort ms asc",
        f"| limit {MAX_ROWS}",
        f"| display {', '.join(names)}",
    ]


_SIGNS = re.compile(r"\\(.)|[#/]")


def _regex(expression: str, name: str = "", *, whole: bool = False) -> str:
    """Between slashes. Elsewhere a `#` begins a comment, so it is written as its number."""
    return f"/{_SIGNS.sub(_sign, portable(expression, name=name, whole=whole))}/"


def _sign(match: re.Match[str]) -> str:
    match match[1] or match[0]:
        case "#":
            return r"\x23"
        case "/":
            return r"\/"
    return match[0]
