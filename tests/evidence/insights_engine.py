"""The part of Logs Insights that the printed queries use, after AWS's pages on its commands and functions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html: `fields`, `filter`, `parse`, `stats`,
`sort`, `limit` and `display`, each on its line. What is not in the grammar fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]

REGEX = r"/((?:\\.|[^/\\#])+)/"
"""Between slashes, which are escaped inside; a `#` would begin a comment."""
NAME = r"@?[A-Za-z][A-Za-z0-9]*"
"""Other names need backticks; those of named groups have letters and digits only."""

AGGREGATES: Mapping[str, Callable[[Sequence[Row], str], Any]] = {
    "count": lambda rows, name: sum(name == "*" or row.get(name) is not None for row in rows),
    "min": lambda rows, name: min(row[name] for row in rows),
    "max": lambda rows, name: max(row[name] for row in rows),
    "sortsLast": lambda rows, name: max((row[name] for row in rows if row.get(name) is not None), default=None),
    # "the value from the log event that has the latest timestamp"
    "latest": lambda rows, name: max(rows, key=lambda row: row["@timestamp"]).get(name),
}


def run(query: str, events: Sequence[tuple[int, str, str]]) -> list[Row]:
    """The rows that a query returns. Events: time in milliseconds, log stream and message."""
    rows: list[Row] = [{"@timestamp": time, "@logStream": stream, "@message": text} for time, stream, text in events]
    shown: list[str] | None = None
    text = "\n".join(line for line in query.splitlines() if not line.startswith("#"))
    for command in re.split(r"\n\| ", text.replace("\n  ", " ").strip()):
        word, _, rest = command.partition(" ")
        match word:
            case "fields":
                source, name = exactly(rf"toMillis\((@timestamp)\) as ({NAME})", rest)
                rows = [{**row, name: row[source]} for row in rows]
            case "filter":
                tests = [
                    exactly(rf"({NAME}) like {REGEX}", part) for part in re.split(r" or (?=@message like /)", rest)
                ]
                rows = [row for row in rows if any(python(regex).search(row[name]) for name, regex in tests)]
            case "parse":
                source, regex = exactly(rf"({NAME}) {REGEX}", rest)
                rows = [{**row, **found(python(regex), row[source])} for row in rows]
            case "stats":
                rows, shown = stats(rest, rows)
            case "sort":
                (name,) = exactly(rf"({NAME}) asc", rest)
                rows = sorted(rows, key=lambda row, name=name: row[name])  # type: ignore[misc]
            case "limit":
                rows = rows[: int(*exactly(r"(\d+)", rest))]
            case "display":
                shown = rest.split(", ")
                assert all(re.fullmatch(NAME, name) for name in shown)
            case _:
                raise AssertionError(f"no command: {command}")
    assert shown is not None
    return [{name: row[name] for name in shown if row.get(name) is not None} for row in rows]


def stats(text: str, rows: Sequence[Row]) -> tuple[list[Row], list[str]]:
    """One row for each combination of the fields after `by`."""
    what, _, by = text.partition(" by ")
    names = by.split(", ")
    wanted = [exactly(rf"(\w+)\((\*|{NAME})\) as ({NAME})", part) for part in what.split(", ")]
    together: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        together.setdefault(tuple(row.get(name) for name in names), []).append(row)
    found = [
        {**dict(zip(names, key, strict=True)), **{name: AGGREGATES[how](some, field) for how, field, name in wanted}}
        for key, some in together.items()
    ]
    return found, [*names, *(name for _, _, name in wanted)]


def exactly(pattern: str, text: str) -> tuple[str, ...]:
    match = re.fullmatch(pattern, text)
    assert match is not None, f"not in the grammar: {text}"
    return match.groups()


def python(regex: str) -> re.Pattern[str]:
    assert "(?P" not in regex
    return re.compile(re.sub(rf"\(\?<({NAME})>", r"(?P<\1>", regex))


def found(pattern: re.Pattern[str], text: str) -> Row:
    match = pattern.search(text)
    return {} if match is None else {name: value for name, value in match.groupdict().items() if value is not None}
