"""Calls that only log or print. Tables."""

from __future__ import annotations

import re

LOGGING_METHODS = frozenset(
    {
        *("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "trace", "success"),
        # structlog
        *("adebug", "ainfo", "awarning", "aerror", "aexception", "acritical", "msg"),
    }
)
"""Methods of loggers."""

LOGGER_NAMES = re.compile(r"_*(\w+_)?logger|_*log|logging", re.IGNORECASE)
"""Names that by convention mean a logger, for objects that are out of sight."""

LOGGER_PACKAGES = frozenset({"logging", "structlog", "loguru", "aws_lambda_powertools", "absl", "logbook", "eliot"})
"""Packages whose objects are loggers if they have a method of one."""

PRINTING = frozenset(
    {
        "builtins.print",
        "click.echo",
        "click.secho",
        "pprint.pp",
        "pprint.pprint",
        "rich.print",
        "sys.stderr.flush",
        "sys.stderr.write",
        "sys.stdout.flush",
        "sys.stdout.write",
        "traceback.print_exc",
        "traceback.print_exception",
        "traceback.print_stack",
        "typer.echo",
        "typer.secho",
        "warnings.warn",
    }
)
"""Functions that print."""

TEXTS = frozenset(
    {
        "builtins.dict",
        "builtins.format",
        "builtins.getattr",
        "builtins.isinstance",
        "builtins.len",
        "builtins.list",
        "builtins.repr",
        "builtins.str",
        "builtins.type",
        "json.dumps",
        "pprint.pformat",
        "traceback.format_exc",
        "traceback.format_exception",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "time.monotonic",
        "time.perf_counter",
        "time.time",
    }
)
"""Functions without side effects, of the kind that is called for logging."""

TEXT_METHODS = frozenset(
    {"format", "get", "items", "join", "keys", "lower", "replace", "split", "strip", "upper", "values", "isoformat"}
)
"""Methods of built-in values without side effects."""
