"""What the names of methods and flags say of an object out of sight: tables of names."""

from __future__ import annotations

READING = frozenset(
    {
        # of dicts, texts and dates
        *("get", "items", "keys", "values", "copy", "index", "count", "format", "join", "split", "strip", "replace"),
        *("lower", "upper", "title", "encode", "decode", "hex", "startswith", "endswith", "isoformat", "strftime"),
        # of records of the usual libraries
        *("dict", "json", "model_dump", "model_dump_json", "to_dict", "to_json", "as_dict", "asdict", "_asdict"),
        *("dump", "dumps", "serialize", "SerializeToString", "HasField", "getlist", "get_all"),
    }
)
"""They only read: what their object holds is the same afterwards."""

OF_TEXT = frozenset(
    {
        *("encode", "decode", "hex", "lower", "upper", "casefold", "title", "strip", "lstrip", "rstrip", "isoformat"),
        *("removeprefix", "removesuffix", "replace", "zfill", "strftime", "date", "timestamp"),
    }
)
"""Methods of texts and dates that give the same whenever they are called."""

FETCHING = frozenset(
    {
        *("get", "get_nowait", "pop", "popleft", "popitem", "lpop", "rpop", "blpop", "brpop", "next", "anext"),
        *("__next__", "__anext__", "send", "take", "poll", "consume", "fetch", "fetchone", "fetchmany", "fetchrow"),
        *("read", "readline", "readlines", "recv", "receive", "receive_message", "receive_messages", "next_batch"),
    }
)
"""They give something else each time, whatever they are given."""

FETCHING_WORDS = frozenset({"next", "pop", "dequeue", "receive", "recv", "consume"})
"""So do those whose names begin with these: `next_row`."""

MOVING = frozenset({".now", ".utcnow", ".today"})
"""Attributes that are other ones each time."""

TELLING = frozenset(
    {
        *("set_attribute", "set_attributes", "set_tag", "set_tags", "set_context", "add_event", "put_annotation"),
        *("put_metadata", "bind", "bind_contextvars", "append_keys", "increment", "incr", "timing", "gauge", "append"),
        *("extend", "assert_called_with", "assert_called_once_with", "send_message", "send_message_batch"),
        *("send_messages", "publish", "publish_batch", "sleep"),
    }
)
"""They tell somebody, or keep a value in memory, and store nothing."""

STORING = frozenset(
    {
        *(
            "add",
            "bulk_create",
            "create",
            "execute",
            "executemany",
            "hset",
            "insert",
            "insert_many",
            "insert_one",
            "put",
        ),
        *("put_item", "put_object", "replace_one", "save", "set", "setex", "setnx", "store", "transact_write_items"),
        *("update_item", "update_one", "upsert", "write", "write_bytes", "write_text", "writerow", "writelines"),
    }
)
"""They store what they are given, even if something is made of their results."""

COMMITTING = frozenset({"commit", "flush", "save", "put"})
"""They store what their object, or what was handed to it before, has been assigned."""

STATES = frozenset(
    {
        # of what happened
        *("new", "old", "insert", "inserted", "create", "created", "add", "added", "update", "updated", "modify"),
        *("modified", "replace", "replaced", "delete", "deleted", "remove", "removed", "unchanged", "dirty"),
        # of how it ended
        *("success", "successful", "succeeded", "ok", "error", "errors", "err", "exception", "fail", "failed"),
        *("failure", "failures", "valid", "invalid", "passed", "accepted", "rejected", "approved", "declined"),
        *("denied", "allowed", "result", "value", "timeout", "cancelled", "canceled", "aborted", "skipped"),
        # of where it stands
        *("pending", "queued", "running", "open", "opened", "closed", "done", "finished", "complete", "completed"),
        *("active", "inactive", "enabled", "disabled", "online", "offline", "draft", "empty", "started", "stopped"),
        *("connected", "disconnected", "missing", "present", "found", "known", "unknown", "exists", "seen"),
        # of several, one
        *("first", "last", "next", "full", "partial", "incremental", "single", "multiple", "public", "private"),
        *("internal", "external", "anonymous", "guest", "sandbox", "production", "prod", "staging", "test", "live"),
    }
)
"""Words for states of which a thing is often in one at a time, though each may have a flag of its own."""
