"""The JSON schema of the configuration says what our own checks say, and other programs can use it."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqsfifo_lint.config import Config, ConfigError, parse
from sqsfifo_lint.keys import KEYS, document, for_validate_pyproject
from tests.commands import ROOT

SCHEMA = document()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)

GOOD = """
extend = "../pyproject.toml"
select = ["SQF1", "ALL"]
extend-select = ["missing-dedup-id"]
ignore = []
per-file-ignores = { "tests/" = ["SQF101"], "!a b" = [] }
severity = { "SQF1" = "error", "constant-group-id" = "warning" }
exclude = ["migrations/", "/x", "!!"]
content-based-deduplication = ["orders-*.fifo"]
serial-queues = ["ledger.fifo"]
test-files = []
audit = true
follow-links = false
[senders]
"acme.bus.Bus.publish" = { queue = "queue", group = ["key", 0], dedup = 255 }
"büro.senden" = { dedup = "x", body = "b", delay = 1 }
[sources]
"acme.ids.new_id" = "unique"
"a.b" = "data"
"""

BAD = (
    "ingore = []",
    "extend = ''",
    "select = 'SQF1'",
    "ignore = ['']",
    "exclude = ['/']",
    "exclude = ['a', ' ! ']",
    'test-files = ["a\\u0000"]',
    "per-file-ignores = { '!' = ['SQF1'] }",
    "per-file-ignores = { 'a' = 'SQF1' }",
    "severity = { SQF1 = 'info' }",
    "severity = { '' = 'error' }",
    "content-based-deduplication = 1",
    "audit = 'yes'",
    "follow-links = 0",
    "senders = { publish = { group = 'g' } }",
    "senders = { 'a.b()' = { group = 'g' } }",
    "senders = { 'a.b' = { queue = 'q' } }",
    "senders = { 'a.b' = { group = 'g', grp = 'g' } }",
    "senders = { 'a.b' = { group = 256 } }",
    "senders = { 'a.b' = { group = true } }",
    "senders = { 'a.b' = { group = ['g'] } }",
    "senders = { 'a.b' = { group = ['g', 1, 2] } }",
    "senders = { 'a.b' = { group = [1, 'g'] } }",
    "sources = { 'a.2b' = 'clock' }",
    "sources = { 'a.b' = 'uuid' }",
    "exclude = 1979-05-27",
)


def refused(table: object) -> str:
    """What our own checks say against a table; empty if it is fine."""
    try:
        parse(table, Path("pyproject.toml"), Path())
    except ConfigError as error:
        return str(error)
    return ""


def test_the_file_in_the_package_is_what_the_table_says() -> None:
    written = (ROOT / "sqsfifo_lint" / "schema.json").read_text(encoding="utf-8")
    assert json.loads(written) == SCHEMA, "run python scripts/generate_docs.py"
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_a_good_configuration_with_every_key() -> None:
    table = tomllib.loads(GOOD)
    assert table.keys() == KEYS.keys()
    assert (refused(table), list(VALIDATOR.iter_errors(table))) == ("", [])


@pytest.mark.parametrize("text", BAD)
def test_a_bad_configuration(text: str) -> None:
    table = tomllib.loads(text)
    assert refused(table)
    assert not VALIDATOR.is_valid(table)


def test_the_defaults_are_what_holds_without_a_configuration() -> None:
    table = {name: key.default for name, key in KEYS.items() if key.default is not None}
    assert refused(table) == ""
    assert VALIDATOR.is_valid(table)
    rules = [("SQF101", "constant-group-id")]
    found = parse({key: value for key, value in table.items() if key != "select"}, Path("x"), Path())
    assert found == Config()
    assert [found.enabled(*rule) for rule in rules] == [
        parse(table, Path("x"), Path()).enabled(*rule) for rule in rules
    ]


_TEXTS = st.sampled_from(
    [
        "",
        "a",
        "SQF1",
        "/",
        "!",
        " ! ",
        "!/",
        "a\0",
        "\n",
        "a.b",
        "a.b.c",
        "a.1",
        ".a",
        "a..b",
        "a b.c",
        "x[1].y",
        "a-b.c",
        "error",
        "warning",
        "clock",
        "unique",
        "é.ü",
        "group",
        "select",
        "true",
        "\\",
        "../x.toml",
    ]
)
_SCALARS = st.one_of(
    _TEXTS, st.booleans(), st.integers(-2, 300), st.sampled_from([1.5, 2**70, float("inf")]), st.dates(), st.none()
)
_NAMES = st.one_of(_TEXTS, st.sampled_from(["group", "dedup", "queue", "body", "delay", "grp"]))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_NAMES, inner, max_size=3)),
    max_leaves=6,
)
_PARAMETERS = st.one_of(_SCALARS, st.lists(_SCALARS, max_size=3))
_NEAR = st.one_of(
    _VALUES,
    st.lists(_TEXTS, max_size=3),
    st.dictionaries(_TEXTS, st.lists(_TEXTS, max_size=2), max_size=2),
    st.dictionaries(_TEXTS, _TEXTS, max_size=2),
    st.dictionaries(
        st.sampled_from(["a.b", "a.b.c", "a"]), st.dictionaries(_NAMES, _PARAMETERS, max_size=3), max_size=2
    ),
)
"""Values of any type, and those that are nearly right for one key or another."""


@settings(max_examples=150, deadline=None, derandomize=True)
@pytest.mark.parametrize("key", KEYS)
@given(value=_NEAR)
def test_the_schema_and_our_own_checks_agree(key: str, value: object) -> None:
    table = {key: value}
    said = refused(table)
    assert (said == "") == VALIDATOR.is_valid(table), said
    assert not said or key in said


def test_a_schema_knows_one_kind_of_numbers() -> None:
    """The one known difference: JSON has no integers of their own."""
    table = {"senders": {"a.b": {"group": 1.0}}}
    assert VALIDATOR.is_valid(table)
    assert "senders.'a.b'.group must be" in refused(table)


def test_characters_beyond_ascii_are_left_to_our_own_checks() -> None:
    table = {"sources": {"a.b\N{HORIZONTAL ELLIPSIS}": "clock"}}
    assert VALIDATOR.is_valid(table)
    assert "must be a qualified name" in refused(table)


def test_the_example_of_the_page_is_valid() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml\n(\[tool\.sqsfifo-lint\]\n.*?)^```", page, re.MULTILINE | re.DOTALL)
    table = tomllib.loads(example)["tool"]["sqsfifo-lint"]
    assert table.keys() | {"follow-links"} == KEYS.keys()
    assert VALIDATOR.is_valid(table)
    assert refused(table) == ""


def test_validate_pyproject_is_offered_the_schema() -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    ((name, value),) = points["validate_pyproject.tool_schema"].items()
    assert name == "sqsfifo-lint"
    assert EntryPoint(name, value, "validate_pyproject.tool_schema").load() is for_validate_pyproject


def test_validate_pyproject_uses_the_schema() -> None:
    pytest.importorskip("validate_pyproject", reason="validate-pyproject is not installed")
    from validate_pyproject.api import Validator
    from validate_pyproject.errors import ValidationError
    from validate_pyproject.plugins import PluginWrapper

    offered: Any = for_validate_pyproject
    validate = Validator(plugins=[PluginWrapper("sqsfifo-lint", offered)])
    validate({"tool": {"sqsfifo-lint": tomllib.loads(GOOD)}})
    for text in BAD[:-1]:  # it fails to tell of a date
        with pytest.raises(ValidationError, match=r"sqsfifo-lint"):
            validate({"tool": {"sqsfifo-lint": tomllib.loads(text)}})
