"""Calls that only say something: to a log, to a terminal. Tables."""

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
"""Names that mean a logger by a convention which all of Python keeps, where the object itself is out of sight."""

LOGGER_PACKAGES = frozenset({"logging", "structlog", "loguru", "aws_lambda_powertools", "absl", "logbook", "eliot"})
"""Packages whose objects, with a method of a logger, are loggers."""

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
"""Functions that have no effect but their result, such as are called to say something."""

TEXT_METHODS = frozenset(
    {"format", "get", "items", "join", "keys", "lower", "replace", "split", "strip", "upper", "values", "isoformat"}
)
"""Methods of built-in values that have no effect but their result."""
