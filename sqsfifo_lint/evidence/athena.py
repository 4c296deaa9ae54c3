"""The SQL with which Athena reduces logs to spans: it joins starts with ends as `matching` does.

The logs are those that an export task puts in S3: one folder a log stream, one line an event, which begins with its
time. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html

Athena's engine is Trino: https://docs.aws.amazon.com/athena/latest/ug/functions.html
It inlines a WITH as often as it is used, so each step uses the one before it once: the logs are read, and paid for,
once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqsfifo_lint.evidence.matching import MAX_SKEW
from sqsfifo_lint.evidence.portable import portable
from sqsfifo_lint.evidence.presets import Preset

COLUMNS = ("kind", "start_us", "end_us", "worker", "message_group", "work_id")
"""What the query returns: times in microseconds since 1970, UTC, the earlier one of which is empty for an end without
a start, the later one for a start without an end."""

TABLE = "log_lines"

_STAMP = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]+)?Z"

_HEADER = f"""\
-- {{about}}
-- From logs that an export task put in S3, as a table of their lines:
--   CREATE EXTERNAL TABLE {TABLE} (line string)
--   ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
--   WITH SERDEPROPERTIES ('input.regex' = '^(.*)$')
--   LOCATION 's3://BUCKET/PREFIX/TASK/';
-- With Athena's connector for CloudWatch, `lines` is instead:
--   SELECT log_stream AS stream, time * 1000 AS ts, message FROM "CATALOG"."LOG GROUP"."all_log_streams"
-- It reads the whole table, once. A table has no order: of lines with the same time, starts and ends take turns.
-- Read the result with: sqsfifo-lint logs --from athena result.csv"""


def athena(preset: Preset) -> str:
    """The query for logs of a kind. Raises QueryError and `re.error` for its expressions."""
    steps = [("lines", _lines()), ("events", _events(preset))]
    if preset.during:
        steps.append(("told", _told()))
    rounds = [("id, worker", 0)]
    if preset.id:
        rounds += [("coalesce(id, worker), free", 0), ("coalesce(id, worker), free", MAX_SKEW)]
    for number, (part, skew) in enumerate(rounds, 1):
        steps += _round(number, part, skew, steps[-1][0])
    with_steps = ",\n".join(f"{name} AS (\n{_indented(text)}\n)" for name, text in steps)
    return (
        f"{_HEADER.format(about=preset.about)}\nWITH\n{with_steps}\n{_result(steps[-1][0], receipt=preset.receipt)}\n"
    )


def _lines() -> str:
    return f"""\
SELECT
  regexp_extract("$path", '([^/]+)/[^/]+$', 1) AS stream,
  CAST(round(to_unixtime(from_iso8601_timestamp(regexp_extract(line, '^{_STAMP}'))) * 1000) AS bigint) * 1000 AS ts,
  regexp_extract(line, '^{_STAMP} (.*)$', 1) AS message
FROM {TABLE}
WHERE regexp_like(line, '^{_STAMP} ')"""


def _events(preset: Preset) -> str:
    """Lines that tell of a start or an end or, where it is looked for between them, of a group."""
    found = [preset.end, preset.start, *([preset.group] if preset.during else [])]
    took = "CAST(NULL AS bigint)"
    if preset.took:
        number = f"TRY_CAST(replace({_value(preset.took)}, ',', '') AS double)"
        took = f"CASE WHEN {_like(preset.end)} THEN CAST(round({number} * {preset.took_unit}) AS bigint) END"
    worker = f"concat_ws(' ', nullif(stream, ''), {_value(preset.worker)})" if preset.worker else "coalesce(stream, '')"
    return f"""\
SELECT
  ts,
  CASE WHEN {_like(preset.end)} THEN 'end' WHEN {_like(preset.start)} THEN 'start' ELSE 'note' END AS mark,
  {worker} AS worker,
  {_value(preset.id)} AS id,
  {_value(preset.group)} AS grp,
  {took} AS took,
  false AS paired,
  CAST(NULL AS bigint) AS end_ts,
  CAST(NULL AS varchar) AS end_worker,
  CAST(NULL AS varchar) AS end_grp,
  CAST(NULL AS bigint) AS end_took,
  CAST(NULL AS varchar) AS noted
FROM lines
WHERE {" OR ".join(map(_like, found))}"""


def _told() -> str:
    """A group that is told without the ID of any work is that of the worker's latest start."""
    columns = _COLUMNS.replace(
        " id,", " CASE WHEN mark = 'note' AND orphan THEN coalesce(nullif(latest, ''), id) ELSE id END AS id,"
    )
    return f"""\
SELECT {columns}
FROM (
  SELECT *,
    id IS NULL OR sum(CASE WHEN mark = 'start' THEN 1 ELSE 0 END) OVER (PARTITION BY id) = 0 AS orphan,
    last_value(CASE WHEN mark = 'start' THEN coalesce(id, '') END) IGNORE NULLS
      OVER (PARTITION BY worker ORDER BY ts RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS latest
  FROM events
)"""


_COLUMNS = "ts, mark, worker, id, grp, took, paired, end_ts, end_worker, end_grp, end_took, noted"


def _round(number: int, part: str, skew: int, source: str) -> Iterator[tuple[str, str]]:
    """Steps that join what is not joined yet. `part`: what start and end have in common; `skew`: how far, in
    microseconds, an end may come before its start.

    There are several, as a window function cannot use another. Work without an ID has its turn in the first round.
    """
    yield f"ties_{number}", _ties(part, "true" if number == 1 else "NOT paired AND id IS NOT NULL", skew, source)
    yield f"order_{number}", _order(part, f"ties_{number}")
    yield f"depth_{number}", _depth(part, f"order_{number}")
    yield f"joined_{number}", _joined(part, f"depth_{number}")


def _ties(part: str, free: str, skew: int, source: str) -> str:
    """How many starts and ends have the same time: lines do not say in which order they were written."""
    moved = f"CASE WHEN mark = 'end' THEN ts + {skew} ELSE ts END" if skew else "ts"
    return f"""\
SELECT *,
  row_number() OVER (PARTITION BY {part}, moved, mark ORDER BY ts) AS peer,
  sum(step) OVER (PARTITION BY {part}, moved) AS net
FROM (
  SELECT {_COLUMNS},
    {free} AS free,
    {moved} AS moved,
    CASE mark WHEN 'start' THEN 1 WHEN 'end' THEN -1 ELSE 0 END AS step
  FROM {source}
)"""


def _order(part: str, source: str) -> str:
    """At the same time starts and ends take turns. An end is first if work was open before, else a start."""
    return f"""\
SELECT *, row_number() OVER (PARTITION BY {part} ORDER BY moved, peer, turn) AS seq
FROM (
  SELECT *,
    CASE WHEN coalesce(last_value(nullif(net, 0)) IGNORE NULLS OVER before, -1) > 0
      THEN CASE mark WHEN 'note' THEN 0 WHEN 'end' THEN 1 ELSE 2 END
      ELSE CASE mark WHEN 'start' THEN 0 WHEN 'note' THEN 1 ELSE 2 END END AS turn
  FROM {source}
  WINDOW before AS (PARTITION BY {part} ORDER BY moved RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)"""


def _depth(part: str, source: str) -> str:
    """How much work is open: an end at some depth belongs to the latest start there. Without an ID, all is level."""
    return f"""\
SELECT *,
  CASE WHEN mark = 'note' THEN NULL WHEN id IS NULL THEN 0 WHEN mark = 'start' THEN depth ELSE depth + 1 END AS level,
  last_value(CASE WHEN mark = 'note' THEN grp END) IGNORE NULLS
    OVER (PARTITION BY {part}, starts ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS last_note
FROM (
  SELECT *,
    sum(step) OVER so_far AS depth,
    sum(CASE WHEN mark = 'start' THEN 1 ELSE 0 END) OVER so_far AS starts
  FROM {source}
  WINDOW so_far AS (PARTITION BY {part} ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)"""


_TAKEN = (("end_ts", "ts"), ("end_worker", "worker"), ("end_grp", "grp"), ("end_took", "took"), ("noted", "last_note"))
"""What a start takes over from its end: the column of the start, and that of the end."""


def _joined(part: str, source: str) -> str:
    """A start that is followed by an end at its level, and the end, are joined."""
    return f"""\
SELECT ts, mark, worker, id, grp, took, paired OR starts_here OR ends_here AS paired,
{_list([f"CASE WHEN starts_here THEN next_{theirs} ELSE {ours} END AS {ours}" for ours, theirs in _TAKEN], 2)}
FROM (
  SELECT *,
    free AND mark = 'start' AND coalesce(lead(mark) OVER level_by_level, '') = 'end' AS starts_here,
    free AND mark = 'end' AND coalesce(lag(mark) OVER level_by_level, '') = 'start' AS ends_here,
{_list([f"lead({theirs}) OVER level_by_level AS next_{theirs}" for _, theirs in _TAKEN], 4)}
  FROM {source}
  WINDOW level_by_level AS (PARTITION BY {part}, level ORDER BY seq)
)"""


def _result(source: str, *, receipt: bool) -> str:
    """Work with an end that tells how long it took began no earlier than that, and needs no start.

    With `receipt`, it began no earlier than the worker's work before it ended.
    """
    worker = "coalesce(nullif(end_worker, ''), worker)"
    begin = "greatest(ts, coalesce(end_ts - end_took, ts))"
    if receipt:
        before = f"lag(end_ts) OVER (PARTITION BY mark, paired, {worker} ORDER BY end_ts, ts)"
        begin = f"greatest(ts, coalesce(end_ts - end_took, {before}, ts))"
    return f"""\
SELECT
  CASE WHEN mark = 'start' AND paired THEN 'span' WHEN mark = 'end' AND took IS NOT NULL THEN 'inferred' ELSE mark END
    AS kind,
  CASE WHEN mark = 'start' THEN least(coalesce(end_ts, ts), {begin})
    ELSE ts - took END AS start_us,
  CASE WHEN mark = 'start' THEN end_ts ELSE ts END AS end_us,
  {worker} AS worker,
  coalesce(noted, grp, end_grp) AS message_group,
  id AS work_id
FROM {source}
WHERE mark = 'start' OR (mark = 'end' AND NOT paired)"""


def _like(expression: str) -> str:
    return f"regexp_like(message, {_text(portable(expression))})"


def _value(expression: str) -> str:
    """What the expression finds, or NULL. DuckDB gives an empty text where Trino gives NULL, so empty is NULL."""
    if not expression:
        return "CAST(NULL AS varchar)"
    text = portable(expression)
    return f"nullif(regexp_extract(message, {_text(text)}{', 1' if re.compile(expression).groups else ''}), '')"


def _text(text: str) -> str:
    """A literal. Trino has no escapes in it but the doubled quote."""
    return "'" + text.replace("'", "''") + "'"


def _list(items: list[str], spaces: int) -> str:
    return _indented(",\n".join(items), spaces)


def _indented(text: str, spaces: int = 2) -> str:
    return "\n".join(" " * spaces + line for line in text.splitlines())
