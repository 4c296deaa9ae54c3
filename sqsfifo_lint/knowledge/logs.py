"""Calls that only log, print, or tell a service that collects errors. Tables."""

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
        "devtools.debug",
        "icecream.ic",
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
        "warnings.warn_explicit",
    }
)
"""Functions that print."""

PASS_THROUGH = frozenset({"devtools.debug", "icecream.ic"})
"""Those of them that give back what they print."""

REPORTING_METHODS = frozenset(
    {
        # Sentry, Elastic APM, Raven, PostHog
        *("capture_exception", "capture_message", "captureException", "captureMessage"),
        # Rollbar, Datadog, OpenTelemetry, New Relic
        *("report_exc_info", "set_exc_info", "record_exception", "notice_error", "record_exc_info"),
    }
)
"""Functions and methods, of whatever object, that tell a service of an error."""

REPORTING_PACKAGES = frozenset(
    {
        *("sentry_sdk", "raven", "rollbar", "bugsnag", "newrelic", "ddtrace", "datadog", "elasticapm"),
        *("honeybadger", "airbrake", "pybrake", "raygun4py", "opentelemetry", "logfire", "appsignal"),
    }
)
"""Packages of such services."""

REPORTING_WORDS = frozenset(
    {
        # Sentry, Bugsnag, Honeybadger, Airbrake, Rollbar, Raygun
        *("capture_event", "add_breadcrumb", "set_tag", "set_extra", "set_context", "set_user", "set_level"),
        *("notify", "auto_notify", "leave_breadcrumb", "report_message", "report_exception", "send_exception"),
        # New Relic, Datadog, OpenTelemetry
        *("record_custom_event", "add_custom_attribute", "set_traceback", "set_status", "set_attribute"),
        *("current_span", "current_root_span", "get_current_span", "report"),
        *("push_scope", "new_scope", "isolation_scope", "configure_scope"),
    }
)
"""What only these packages' own functions and objects are called by."""

COUNTING_PACKAGES = frozenset(
    {
        *("prometheus_client", "statsd", "datadog", "datadog_lambda", "pystatsd", "aiostatsd", "markus"),
        *("aws_embedded_metrics", "aws_lambda_powertools", "opentelemetry", "django_statsd", "ddtrace"),
    }
)
"""Packages whose objects count for somebody who looks at a diagram."""

COUNTING_METHODS = frozenset(
    {
        *("inc", "incr", "increment", "dec", "decr", "decrement", "observe", "gauge", "histogram", "distribution"),
        *("add_metric", "put_metric", "timing", "lambda_metric", "count", "labels", "record"),
        *("set_to_current_time", "add"),
    }
)
"""Their functions and methods, which count or measure, and do nothing else."""

PURE = frozenset(
    {
        *("builtins.abs", "builtins.all", "builtins.any", "builtins.bool", "builtins.dict", "builtins.enumerate"),
        *("builtins.float", "builtins.format", "builtins.frozenset", "builtins.getattr", "builtins.hasattr"),
        *("builtins.int", "builtins.isinstance", "builtins.issubclass", "builtins.len", "builtins.list"),
        *("builtins.max", "builtins.min", "builtins.range", "builtins.repr", "builtins.reversed", "builtins.round"),
        *("builtins.set", "builtins.sorted", "builtins.str", "builtins.sum", "builtins.tuple", "builtins.type"),
        *("builtins.vars", "builtins.zip"),
        "contextlib.nullcontext",
        "contextlib.suppress",
        "json.dumps",
        "pprint.pformat",
        "traceback.format_exc",
        "sys.exc_info",
        "traceback.format_exception",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "time.monotonic",
        "time.perf_counter",
        "time.time",
    }
)
"""Functions without side effects, of the kind that is called for logging."""

WAITING = frozenset({"anyio.sleep", "asyncio.sleep", "gevent.sleep", "time.sleep", "trio.sleep"})
"""Functions that only wait."""

STORING = re.compile(r"(\w+_)?(archive|back_?up|dump|insert|put|save|store|upload|write)(_\w+)?")
"""Names of functions that keep what they are given. To mark something as done is called otherwise."""

TEXT_METHODS = frozenset(
    {"format", "get", "items", "join", "keys", "lower", "replace", "split", "strip", "upper", "values", "isoformat"}
)
"""Methods of built-in values without side effects."""
