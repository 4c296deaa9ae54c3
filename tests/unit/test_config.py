"""Configuration: where it is found, what it may contain, and how mistakes are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqsfifo_lint.config import Config, ConfigError, Layer, Patterns, Sender, find_config, matches, parse, read_config

RULES = [("SQF101", "constant-group-id"), ("SQF104", "generated-group-id"), ("SQF203", "fixed-dedup-id")]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "pyproject.toml",
        """
        [tool.sqsfifo-lint]
        select = ["SQF1"]
        extend-select = ["fixed-dedup-id"]
        ignore = ["SQF104"]
        per-file-ignores = { "tests/" = ["SQF101"] }
        exclude = ["gen/"]
        content-based-deduplication = ["orders-*.fifo"]
        serial-queues = ["ledger.fifo"]
        senders = { "acme.bus.Bus.publish" = { queue = "queue", group = ["key", 1], dedup = 2 } }
        sources = { "acme.ids.new_id" = "unique" }
        """,
    )
    assert read_config(path) == Config(
        layers=(Layer(("SQF1",), ("fixed-dedup-id",), ("SQF104",)),),
        per_file_ignores=((Patterns(("tests/",), tmp_path), ("SQF101",)),),
        exclude=(Patterns(("gen/",), tmp_path),),
        content_based_deduplication=("orders-*.fifo",),
        serial_queues=("ledger.fifo",),
        senders=(Sender("acme.bus.Bus.publish", {"queue": ("queue", None), "group": ("key", 1), "dedup": (None, 2)}),),
        sources={"acme.ids.new_id": "unique"},
    )


def test_own_file_has_the_keys_at_its_top_and_wins_over_pyproject(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.sqsfifo-lint]\nserial-queues = ["theirs"]\n')
    write(tmp_path / "sqsfifo-lint.toml", 'serial-queues = ["own"]\n')
    assert find_config(tmp_path).serial_queues == ("own",)


def test_nearest_configuration_counts(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.sqsfifo-lint]\nserial-queues = ["outer"]\n')
    write(tmp_path / "a" / "pyproject.toml", '[project]\nname = "a"\n')
    write(tmp_path / "b" / "pyproject.toml", '[tool.sqsfifo-lint]\nserial-queues = ["inner"]\n')
    assert find_config(tmp_path / "a").serial_queues == ("outer",), "a pyproject.toml without our table is passed over"
    assert find_config(tmp_path / "b").serial_queues == ("inner",)


def test_search_ends_at_the_top_of_the_repository(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.sqsfifo-lint]\nserial-queues = ["outside"]\n')
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    assert find_config(tmp_path / "repo").serial_queues == ()


@pytest.mark.parametrize(
    ("table", "fragments"),
    [
        ({"selct": []}, ["unknown key 'selct'", "did you mean 'select'?", "per-file-ignores", "serial-queues"]),
        ({"zzz": 1}, ["unknown key 'zzz';", "allowed are"]),
        ({"ingore": []}, ["unknown key 'ingore' (did you mean 'ignore'?)"]),
        ({"Extend_Select": []}, ["unknown key 'Extend_Select' (did you mean 'extend-select'?)"]),
        ({"extend-ignore": []}, ["unknown key 'extend-ignore' (did you mean 'ignore'?)"]),
        ({"sources": {"acme.new_id": "uniqe"}}, ["not the text 'uniqe' (did you mean 'unique'?)"]),
        ({"severity": {"SQF1": "warn"}}, ["severity.'SQF1' must be", "not the text 'warn' (did you mean 'warning'?)"]),
        ({"select": "SQF1"}, ["select must be a list of rule codes", "not the text 'SQF1'"]),
        ({"ignore": [1]}, ["ignore must be a list", "not a list with 1 in it"]),
        ({"exclude": {"a": 1}}, ["exclude must be a list of file patterns", "not a table"]),
        ({"exclude": [""]}, ["exclude must be", "not a list with an empty text in it"]),
        (
            {"content-based-deduplication": "yes"},
            ["content-based-deduplication must be true, false, or a list", "'yes'"],
        ),
        ({"content-based-deduplication": 1}, ["content-based-deduplication must be true", "not 1"]),
        ({"per-file-ignores": ["tests"]}, ["per-file-ignores must be a table"]),
        ({"per-file-ignores": {"tests/": "SQF101"}}, ["per-file-ignores.'tests/' must be a table", "'SQF101'"]),
        ({"serial-queues": True}, ["serial-queues must be a list of queue-name patterns", "not true"]),
        ({"senders": ["acme.bus.publish"]}, ["senders must be a table of qualified names", "not a list"]),
        ({"senders": {"publish": {"group": "g"}}}, ["senders.'publish' must be a qualified name"]),
        ({"senders": {"acme.publish()": {"group": "g"}}}, ["senders.'acme.publish()' must be a qualified name"]),
        ({"senders": {"acme.publish": "group"}}, ["senders.'acme.publish' must be", "not the text 'group'"]),
        ({"senders": {"acme.publish": {"queue": "q"}}}, ["senders.'acme.publish' must say", "group or dedup"]),
        (
            {"senders": {"acme.publish": {"grp": "g", "dedup": "d"}}},
            ["senders.'acme.publish' has no slot 'grp' (did you mean 'group'?)", "allowed are queue, group"],
        ),
        ({"senders": {"acme.publish": {"group": True}}}, ["senders.'acme.publish'.group must be", "not true"]),
        ({"senders": {"acme.publish": {"group": -1}}}, ["senders.'acme.publish'.group must be", "not -1"]),
        ({"senders": {"acme.publish": {"group": ["g"]}}}, ["senders.'acme.publish'.group must be", "not a list"]),
        ({"sources": "unique"}, ["sources must be a table", "not the text 'unique'"]),
        ({"sources": {"acme.new_id": "uuid"}}, ["sources.'acme.new_id' must be", '"unique"', "not the text 'uuid'"]),
        ({"sources": {"acme.new_id": ["unique"]}}, ["sources.'acme.new_id' must be", "not a list"]),
        ([], ["must be a table, not an empty list"]),
    ],
)
def test_mistakes_are_named(table: object, fragments: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(table, Path("conf/pyproject.toml"), Path("conf"))
    for fragment in ["conf/pyproject.toml", *fragments]:
        assert fragment in str(caught.value)


def test_broken_toml_names_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path / "sqsfifo-lint.toml", 'select = ["SQF1"]\nignore = [\n')
    with pytest.raises(ConfigError, match=r"sqsfifo-lint\.toml: is not valid TOML: .*line \d"):
        find_config(tmp_path)
    path.write_bytes(b"select = ['\xff']\n")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        find_config(tmp_path)


def test_explicit_file_must_exist_and_hold_our_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        read_config(tmp_path / "missing.toml")
    path = write(tmp_path / "pyproject.toml", "[project]\n")
    with pytest.raises(ConfigError, match=r"there is no \[tool.sqsfifo-lint\] in it"):
        read_config(path)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("SQF101", True),
        ("sqf101", True),
        ("SQF1", True),
        ("S", True),
        ("ALL", True),
        ("constant-group-id", True),
        ("Constant-Group-Id", True),
        ("SQF2", False),
        ("SQF1011", False),
        ("constant", False),
        ("", False),
    ],
)
def test_selectors(selector: str, expected: bool) -> None:
    assert matches(selector, "SQF101", "constant-group-id") is expected


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], {"SQF101", "SQF104", "SQF203"}),
        ([Layer(select=("SQF1",))], {"SQF101", "SQF104"}),
        ([Layer(select=())], set()),
        ([Layer(ignore=("SQF1",))], {"SQF203"}),
        ([Layer(select=("SQF1",), ignore=("SQF104",))], {"SQF101"}),
        ([Layer(select=("SQF101",), ignore=("SQF1",))], {"SQF101"}),
        ([Layer(select=("SQF101",), ignore=("SQF101",))], set()),
        ([Layer(select=("SQF2",), extend_select=("constant-group-id",))], {"SQF203", "SQF101"}),
        ([Layer(ignore=("SQF1",)), Layer(extend_select=("SQF104",))], {"SQF203", "SQF104"}),
        ([Layer(select=("SQF1",)), Layer(ignore=("SQF104",))], {"SQF101"}),
    ],
)
def test_which_rules_are_on(layers: list[Layer], expected: set[str]) -> None:
    config = Config(layers=tuple(layers))
    assert {code for code, name in RULES if config.enabled(code, name)} == expected


@pytest.mark.parametrize(
    ("config", "fragments"),
    [
        (
            Config((Layer(select=("SQF9",)),), origin="x.toml"),
            ["x.toml: select: unknown rule 'SQF9'", "SQF101, SQF104"],
        ),
        (Config((Layer(ignore=("constant-groop-id",)),)), ["ignore", "did you mean 'constant-group-id'?"]),
        (Config((Layer(extend_select=("E501",)),)), ["extend-select: unknown rule 'E501'"]),
        (Config((Layer(ignore=("SQF001",)),)), ["SQF001", "is no rule; use `exclude`"]),
        (Config(per_file_ignores=((Patterns(("t/",)), ("nope",)),)), ["per-file-ignores.'t/'", "unknown rule 'nope'"]),
    ],
)
def test_unknown_rules_are_errors(config: Config, fragments: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        config.check_selectors(RULES)
    for fragment in fragments:
        assert fragment in str(caught.value)


def test_known_rules_are_none() -> None:
    Config((Layer(("SQF1", "ALL"), ("fixed-dedup-id",), ("sqf203",)),)).check_selectors(RULES)


def test_a_configuration_over_another(tmp_path: Path) -> None:
    write(
        tmp_path / "base.toml",
        'select = ["SQF1"]\nexclude = ["gen/"]\naudit = true\nserial-queues = ["a"]\n'
        'per-file-ignores = { "x.py" = ["SQF2"] }\nseverity = { SQF1 = "error", SQF2 = "error" }\n'
        '[sources]\n"a.b" = "clock"\n"a.c" = "clock"\n',
    )
    write(
        tmp_path / "p" / "pyproject.toml",
        '[tool.sqsfifo-lint]\nextend = "../base.toml"\nextend-select = ["SQF203"]\nserial-queues = ["b"]\n'
        'per-file-ignores = { "y.py" = ["SQF1"] }\nsources = { "a.b" = "unique" }\nseverity = { SQF2 = "warning" }\n',
    )
    inner = tmp_path / "p" / "q"
    write(inner / "sqsfifo-lint.toml", 'extend = "../pyproject.toml"\naudit = false\n')
    found = find_config(inner)
    assert [code for code, name in RULES if found.enabled(code, name)] == ["SQF101", "SQF104", "SQF203"]
    assert found.exclude == (Patterns(("gen/",), tmp_path),), "patterns stay relative to the file that has them"
    assert [patterns.base for patterns, _ in found.per_file_ignores] == [tmp_path, tmp_path / "p"]
    assert (found.serial_queues, found.audit) == (("b",), False)
    assert found.sources == {"a.b": "unique", "a.c": "clock"}
    assert found.severities == {"SQF1": "error", "SQF2": "warning"}
    assert found.origin == str(inner / "sqsfifo-lint.toml")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.toml": 'extend = "a.toml"'}, "a.toml: extend leads round in a circle, back to {0}/a.toml"),
        ({"a.toml": 'extend = "b.toml"', "b.toml": 'extend = "./a.toml"'}, "b.toml: extend leads round in a circle"),
        ({"a.toml": 'extend = "no.toml"'}, "a.toml: extend: {0}/no.toml: cannot be read: No such file or directory"),
        ({"a.toml": 'extend = "b"', "b/x": ""}, "a.toml: extend: {0}/b: cannot be read: it is not a regular file"),
        ({"a.toml": "extend = 1"}, "a.toml: extend must be the path of another configuration"),
        ({"a.toml": 'extend = ""'}, "a.toml: extend must be the path of another configuration"),
        (
            {"a.toml": 'extend = "pyproject.toml"', "pyproject.toml": ""},
            "extend: {0}/pyproject.toml: there is no [tool.",
        ),
        ({"a.toml": 'extend = "b.toml"', "b.toml": "x = 1"}, "{0}/b.toml: unknown key 'x'"),
        ({"a.toml": 'extend = "b.toml"', "b.toml": "x ="}, "a.toml: extend: {0}/b.toml: is not valid TOML"),
        ({"a.toml": 'extend = "../out.toml"', ".git": ""}, "extend must lead to a file of the repository {0}, not to"),
    ],
)
def test_what_cannot_be_extended_is_told_in_one_line(tmp_path: Path, files: dict[str, str], message: str) -> None:
    root = tmp_path / "root"
    for name, text in {**files, "../out.toml": ""}.items():
        write(root / name, text)
    with pytest.raises(ConfigError) as caught:
        read_config(root / "a.toml")
    assert message.format(root) in str(caught.value)
    assert "\n" not in str(caught.value)
