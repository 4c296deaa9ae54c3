"""Methods by what calling them again gives, where the object is out of sight: tables of names."""

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

FETCHING = frozenset(
    {
        *("get", "get_nowait", "pop", "popleft", "popitem", "lpop", "rpop", "blpop", "brpop", "next", "anext"),
        *("__next__", "__anext__", "send", "take", "poll", "consume", "fetch", "fetchone", "fetchmany", "fetchrow"),
        *("read", "readline", "readlines", "recv", "receive", "receive_message", "receive_messages", "next_batch"),
    }
)
"""They give something else each time, whatever they are given."""
