"""The keys of the configuration: one table, from which come its checks, its JSON schema and its page.

The schema is for the table `[tool.sqsfifo-lint]` of a pyproject.toml, and for a whole sqsfifo-lint.toml.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqsfifo_lint.meant import did_you_mean, shown
from sqsfifo_lint.shapes import (
    Dotted,
    Either,
    Flag,
    Listed,
    Pair,
    Schema,
    Shape,
    Slots,
    Table,
    Text,
    Whole,
    Word,
    schema,
)

TABLE = "sqsfifo-lint"
"""Our table in `[tool]`."""

MOST_PARAMETERS = 255
"""The maximum position of a parameter: no function that somebody calls has more."""

SLOTS = ("queue", "group", "dedup", "body", "delay")
MATERIALS = ("clock", "unique", "config", "data")
SEVERITIES = ("error", "warning")


class Joining(enum.Enum):
    """What becomes of a key that a configuration has, and that which it extends has too."""

    REPLACES = "its value replaces the other"
    JOINS = "both tables count; of an entry that both have, its own"
    ADDS = "both tables count, each with patterns relative to its own file"
    LAYERS = "both lists count; the nearer one decides about a rule that it mentions"


class Key(NamedTuple):
    """A key of the configuration."""

    shape: Shape
    allowed: str
    """What its value may be, with an example: for error messages."""
    about: str
    """What it is for, in a sentence."""
    default: object
    """What holds if nothing is said. None: something that the other words explain."""
    joining: Joining = Joining.REPLACES


FILE_PATTERN = Text(r"^(?!\s*$)(?!\s*!/*\s*$)(?!\s*/+\s*$)[^\x00]+$", flaw="which matches nothing")
"""git takes `!` and `/` for patterns that match nothing."""

_RULES = Listed(Text())
_RULES_ALLOWED = 'a list of rule codes, prefixes or names, such as ["SQF1", "missing-dedup-id"]'
_PARAMETER = Either((Text(), Whole(MOST_PARAMETERS), Pair(Text(), Whole(MOST_PARAMETERS))))
_FUNCTION = Dotted()
_FUNCTION_ALLOWED = "a qualified name, such as acme.bus.Bus.publish"

_NOTHING: dict[str, object] = {}

KEYS: Mapping[str, Key] = {
    "extend": Key(
        Text(r"^[^\x00]+$"),
        'the path of another configuration, relative to this file, such as "../pyproject.toml"',
        "Another configuration of the repository that this one adds to.",
        None,
    ),
    "select": Key(
        _RULES, _RULES_ALLOWED, "The rules that are on; without it, all are.", ["ALL"], joining=Joining.LAYERS
    ),
    "extend-select": Key(_RULES, _RULES_ALLOWED, "Rules that are on, too.", [], joining=Joining.LAYERS),
    "ignore": Key(_RULES, _RULES_ALLOWED, "Rules that are off.", [], joining=Joining.LAYERS),
    "per-file-ignores": Key(
        Table(FILE_PATTERN, _RULES),
        'a table of file patterns and lists of rules, such as { "tests/" = ["SQF101"] }',
        "Rules that are off in some files.",
        _NOTHING,
        joining=Joining.ADDS,
    ),
    "severity": Key(
        Table(Text(), Word(SEVERITIES)),
        'a table of rules with "error" or "warning" for each, such as { "SQF1" = "error" }',
        "The severity of findings, instead of the rule's own.",
        _NOTHING,
        joining=Joining.JOINS,
    ),
    "exclude": Key(
        Listed(FILE_PATTERN),
        'a list of file patterns in the syntax of .gitignore, such as ["migrations/"]',
        "Files that are not read at all. Patterns are relative to the file that has them.",
        [],
    ),
    "content-based-deduplication": Key(
        Either((Flag(), Listed(Text()))),
        'true, false, or a list of queue-name patterns, such as ["orders-*.fifo"]',
        "Queues that deduplicate by content: true for all about which nothing else is known.",
        False,
    ),
    "serial-queues": Key(
        Listed(Text()),
        'a list of queue-name patterns, such as ["ledger.fifo"]',
        "Queues that are meant to handle one message at a time.",
        [],
    ),
    "test-files": Key(
        Listed(FILE_PATTERN),
        'a list of file patterns in the syntax of .gitignore, such as ["spec/", "check_*.py"]',
        "Which files are tests; without it, those that are called so by convention.",
        None,
    ),
    "audit": Key(Flag(), "true or false", "Report what is likely, too, and not only what is proven.", False),
    "follow-links": Key(Flag(), "true or false", "Read what links out of the project lead to.", False),
    "senders": Key(
        Table(_FUNCTION, Slots(SLOTS, ("group", "dedup"), _PARAMETER), named=_FUNCTION_ALLOWED),
        'a table of qualified names of functions, each with a table of the slots "queue", "group", "dedup", "body" and '
        '"delay" (with "group" or "dedup" at least) and the name of a parameter, its position (0 to 255) or a list of '
        'both, such as { "acme.bus.Bus.publish" = { queue = "queue", group = "key", dedup = ["dedup_key", 2] } }',
        "Functions that send, with the parameters that fill each slot.",
        _NOTHING,
        joining=Joining.JOINS,
    ),
    "sources": Key(
        Table(_FUNCTION, Word(MATERIALS), named=_FUNCTION_ALLOWED),
        'a table of qualified names of functions and what they yield, one of "clock", "unique", "config" and "data", '
        'such as { "acme.ids.new_id" = "unique" }',
        "What functions return.",
        _NOTHING,
        joining=Joining.JOINS,
    ),
}
"""Every key, in the order in which it is shown."""

ELSEWHERE: Mapping[str, str] = {
    "extend-ignore": "ignore",
    "disable": "ignore",
    "skip": "ignore",
    "enable": "extend-select",
    "extend-exclude": "exclude",
    "exclude-patterns": "exclude",
    "omit": "exclude",
    "ignore-paths": "exclude",
    "extend-per-file-ignores": "per-file-ignores",
    "extends": "extend",
    "inherit": "extend",
    "levels": "severity",
}
"""What other tools call what some of our keys say."""


def unknown_key(key: str) -> str:
    """That there is no such key, what may be meant, and which there are: a clause."""
    plain = key.lower().replace("_", "-")
    meant = plain if plain in KEYS else ELSEWHERE.get(plain)
    hint = f" (did you mean {meant!r}?)" if meant else did_you_mean(key, KEYS)
    return f"unknown key {shown(key)!r}{hint}; allowed are {', '.join(sorted(KEYS))}"


def document() -> Schema:
    """The JSON schema of the configuration."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"urn:{TABLE}:configuration",
        "title": f"{TABLE}: [tool.{TABLE}] of pyproject.toml, or all of {TABLE}.toml",
        "type": "object",
        "properties": {name: _property(key) for name, key in KEYS.items()},
        "additionalProperties": False,
    }


def for_validate_pyproject(tool_name: str) -> dict[str, Any]:
    """The schema of `[tool.sqsfifo-lint]`: validate-pyproject asks for it by its entry point."""
    return document()


def _property(key: Key) -> Schema:
    default = {} if key.default is None else {"default": key.default}
    return {"description": f"{key.about} It is {key.allowed}.", **default, **schema(key.shape)}
