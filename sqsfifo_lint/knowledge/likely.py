"""What something out of sight likely is, by the names that it goes by: tables for `check --audit`, and nothing else.

A name is the way to a value, in segments: `app.settings.queue["group"]` is `app`, `settings`, `queue`, `group`. A call
ends in `()`; what cannot be seen is empty.
"""

from __future__ import annotations

SETTINGS = frozenset(
    {"settings", "config", "configs", "configuration", "conf", "cfg", "constants", "defaults", "env", "environment"}
)
"""The last words of what holds configuration: `settings`, `app_config`, `get_settings()`, `SqsConfig()`."""

SETTINGS_HANDED_IN = frozenset({"settings", "config", "configuration", "conf", "cfg"})
"""The last words of parameters, or of their types, that hold it: an `env` may be an envelope."""

LOOKUPS = frozenset({"env", "environ", "getenv", "parameter", "param", "secret", "setting", "variable"})
"""The last words of calls that look up one value of it: `get_env("GROUP")`, `ssm.get_parameter(Name="/group")`."""

READERS = frozenset({"get", "getenv", "get_str", "get_string", "get_value", "getstr", "value", "require", "str"})
"""Methods of configuration that read one value of it."""

OF_A_REQUEST = frozenset(
    {"account", "context", "ctx", "current", "customer", "g", "local", "request", "session", "tenant", "user"}
)
"""Words that say that a value is a request's: `tenant.settings`, `user_config`."""

OF_A_MESSAGE = frozenset(
    {"event", "item", "job", "message", "msg", "order", "payload", "record", "row", "state", "task"}
)
"""Segments that say that it is a message's: `order.config`, but not `order_config`."""

FOLDERS = frozenset({"db", "helpers", "models", "repositories", "services", "utils", "views"})
"""Segments below configuration that say that it is the name of a folder: `config.models.Order`."""

COMMAND_LINES = frozenset({"parse_args()", "parse_known_args()", "parse_intermixed_args()", "docopt()", "FLAGS"})
"""What holds the options of the command line."""

OPTIONS = frozenset({"args", "opts", "namespace", "cli_args", "cli_options", "parsed_args"})
"""Parameters that likely hold options of the command line; so do those of the type `Namespace`."""

COMMANDS = ("click.", "typer.", "asyncclick.", "rich_click.", "cyclopts.")
"""Libraries whose decorators make a command of a function: its parameters are options."""

UNIQUE = frozenset(
    {
        *("uuid1", "uuid4", "uuid7", "new_object_id"),
        *("uid", "uuid", "guid", "ulid", "cuid", "ksuid", "nanoid", "uniqid", "snowflake", "snowflake_id", "objectid"),
        *("short_uid", "long_uid", "short_uuid", "short_id", "unique_id", "unique_key", "unique_name", "unique_token"),
        *("random_id", "random_string", "random_str", "rand_string", "rand_str", "random_name", "random_token"),
        *("random_hex", "random_key", "get_random_string", "generate_random_string", "random_suffix", "rand_suffix"),
        *(
            f"{verb}_{noun}"
            for verb in ("new", "gen", "generate", "get", "make", "create", "random")
            for noun in ("uid", "uuid", "uuid4", "guid", "ulid", "nanoid", "unique_id", "random_id", "token", "nonce")
        ),
        *("new_id", "gen_id", "generate_id", "next_id", "nonce"),
    }
)
"""Functions that make a new value at each call, if they are given nothing of the message."""

CLOCKS = frozenset(
    {
        *("now", "utcnow", "utc_now", "now_utc", "now_ms", "now_iso", "now_str", "time_now", "time_ms", "millis"),
        *("current_time", "current_timestamp", "current_time_ms", "current_millis", "current_time_millis"),
        *("get_timestamp", "get_current_time", "get_current_timestamp", "get_now", "get_time_ms", "timestamp_ms"),
        *("unix_timestamp", "unix_now", "epoch_ms", "epoch_millis", "iso_now", "now_timestamp", "timestamp_now"),
    }
)
"""Functions that read the clock."""

MAKERS = frozenset({"self", "cls", "clock", "factory", "faker", "fake", "generator", "ids", "idgen", "time", "utils"})
"""The last words of what such a function may be a method of: an order's `unique_id()` is the order's."""

UNCHANGING = frozenset({"", "hex", "int", "value", "str", "isoformat()", "timestamp()", "upper()", "lower()"})
"""What is read of a unique value or clock, and is one itself; also a slice."""

SENDERS = frozenset(
    {
        *("bus", "client", "dispatcher", "emitter", "forwarder", "gateway", "notifier", "outbox", "producer"),
        *("publisher", "queue", "relay", "sender", "service", "sink", "sqs", "topic", "transport", "writer"),
    }
)
"""The last words of classes whose objects send many messages."""

OF_A_SENDER = frozenset({"group", "lane", "shard", "partition", "source", "service", "dedup", "deduplication"})
"""Words of what such an object is constructed with for all of its messages: one for an `order_id` is an order's."""
