"""`--write-config` adds one name, and leaves the rest of the file as it is."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqsfifo_lint.commands.config_file import add_queue, configured, disagreement, with_pattern
from sqsfifo_lint.config import Config, ConfigError, find_config

OWN, PYPROJECT = Path("sqsfifo-lint.toml"), Path("pyproject.toml")
NAME = "orders.fifo"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (OWN, "", 'content-based-deduplication = ["orders.fifo"]\n'),
        (
            OWN,
            "# why\nselect = ['SQF1']  # mine\n[sources]\n'a.b'='clock'\n",
            (
                "# why\nselect = ['SQF1']  # mine\ncontent-based-deduplication = [\"orders.fifo\"]\n\n"
                "[sources]\n'a.b'='clock'\n"
            ),
        ),
        (
            OWN,
            "content-based-deduplication = false # no\nexclude = []",
            'content-based-deduplication = ["orders.fifo"] # no\nexclude = []',
        ),
        (
            PYPROJECT,
            "[tool.ruff]\nline-length = 3\n",
            '[tool.ruff]\nline-length = 3\n\n[tool.sqsfifo-lint]\ncontent-based-deduplication = ["orders.fifo"]\n',
        ),
        (
            PYPROJECT,
            (
                "[tool.sqsfifo-lint]\ncontent-based-deduplication = [\n  # first\n  'a-*.fifo', # why\n  'b.fifo'\n]\n"
                "[tool.ruff]\nx=1\n"
            ),
            (
                "[tool.sqsfifo-lint]\ncontent-based-deduplication = [\n  # first\n  'a-*.fifo', # why\n  'b.fifo',\n"
                '  "orders.fifo"\n]\n[tool.ruff]\nx=1\n'
            ),
        ),
        (
            PYPROJECT,
            "[tool.sqsfifo-lint]\r\ncontent-based-deduplication = ['a.fifo']\r\nselect = []\r\n",
            "[tool.sqsfifo-lint]\r\ncontent-based-deduplication = ['a.fifo', \"orders.fifo\"]\r\nselect = []\r\n",
        ),
        (
            PYPROJECT,
            "tool.sqsfifo-lint.select = []\n[x]\n",
            'tool.sqsfifo-lint.select = []\ntool.sqsfifo-lint.content-based-deduplication = ["orders.fifo"]\n[x]\n',
        ),
    ],
)
def test_only_the_name_is_added(path: Path, old: str, new: str) -> None:
    assert with_pattern(old, path, NAME) == new


KEYS = st.sampled_from(["project", "tool", "build", "ruff", "x", "select"])
DOCUMENTS = st.lists(
    st.one_of(
        st.sampled_from(["# a comment", "", "  ", "[tool.ruff]", "[[tool.mypy.overrides]]", "[tool.sqsfifo-lint]"]),
        st.sampled_from(["[tool.sqsfifo-lint.senders]", "[project]", "content-based-deduplication = [ 'a' , ] # x"]),
        st.sampled_from(["content-based-deduplication = false", "content-based-deduplication = [\n'a',\n# b\n'c' ]"]),
        st.builds("{} = 'x'  # kept".format, KEYS),
        st.builds("'{}' = [ 1,2 ]".format, KEYS),
    ),
    max_size=8,
).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(DOCUMENTS)
def test_every_line_that_is_not_ours_stays(text: str) -> None:
    try:
        before = tomllib.loads(text)
        new = with_pattern(text, PYPROJECT, NAME)
    except (tomllib.TOMLDecodeError, ConfigError):
        return
    after = tomllib.loads(new)
    assert after["tool"]["sqsfifo-lint"].pop("content-based-deduplication")[-1] == NAME
    table = before.setdefault("tool", {}).setdefault("sqsfifo-lint", {})
    table.pop("content-based-deduplication", None)
    assert after == before
    for line in text.splitlines():
        if "kept" in line or "comment" in line:
            assert new.count(line) == text.count(line)


def test_the_nearest_configuration_is_added_to(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.sqsfifo-lint]\nselect = ['SQF1']\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    config, path = configured(None, inner)
    assert path == tmp_path / "pyproject.toml"
    assert add_queue(path, config, NAME, True) == f"{path}: orders.fifo was added to content-based-deduplication."
    assert find_config(inner).content_based_deduplication == (NAME,)


def test_without_one_it_is_created(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    config, path = configured(None, tmp_path)
    add_queue(path, config, NAME, True)
    assert (tmp_path / "sqsfifo-lint.toml").read_text() == 'content-based-deduplication = ["orders.fifo"]\n'


def test_a_pyproject_that_has_no_table_gets_one(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    config, path = configured(None, tmp_path)
    add_queue(path, config, NAME, True)
    assert find_config(tmp_path).content_based_deduplication == (NAME,)


@pytest.mark.parametrize("said", ['["orders.fifo"]', '["ord*.fifo"]', "true"])
def test_what_is_said_already_is_not_added(tmp_path: Path, said: str) -> None:
    path = tmp_path / "sqsfifo-lint.toml"
    path.write_text(f"content-based-deduplication = {said}\n")
    config, found = configured(path, tmp_path)
    assert "nothing to add" in add_queue(found, config, NAME, True)
    assert path.read_text() == f"content-based-deduplication = {said}\n"


def test_a_queue_that_does_not_deduplicate_by_content_adds_nothing(tmp_path: Path) -> None:
    config, path = configured(None, tmp_path)
    assert "nothing to add" in add_queue(path, config, NAME, False)
    assert not path.exists()


def test_a_configuration_that_disagrees_is_told() -> None:
    config = Config(content_based_deduplication=("x", "ord*"), origin="a.toml")
    said = disagreement(config, NAME, by_content=False)
    assert said == (
        "a.toml: content-based-deduplication says that orders.fifo deduplicates by content (ord*), "
        "but it does not: change that."
    )
    assert disagreement(config, NAME, by_content=True) is None
    assert disagreement(config, "other.fifo", by_content=False) is None


def test_without_tomlkit_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "tomlkit", None)
    with pytest.raises(ConfigError, match=r"--write-config needs tomlkit: pip install 'sqsfifo-lint\[aws\]'"):
        add_queue(tmp_path / "sqsfifo-lint.toml", Config(), NAME, True)


@pytest.mark.parametrize("text", ["tool = 3\n", "[tool]\nsqsfifo-lint = 3\n", "[tool\n"])
def test_a_file_of_another_form_stays_as_it_is(text: str) -> None:
    with pytest.raises(ConfigError, match=r"must be a table|is not valid TOML"):
        with_pattern(text, PYPROJECT, NAME)


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "none" / "sqsfifo-lint.toml"
    with pytest.raises(ConfigError, match="cannot be changed: No such file or directory"):
        add_queue(path, Config(), NAME, True)


def test_what_is_inherited_stays(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('content-based-deduplication = ["a-*.fifo"]\n')
    own = tmp_path / "sqsfifo-lint.toml"
    own.write_text('extend = "base.toml"\n')
    config, path = configured(None, tmp_path)
    assert path == own
    add_queue(path, config, "b.fifo", True)
    assert own.read_text() == 'extend = "base.toml"\ncontent-based-deduplication = ["a-*.fifo", "b.fifo"]\n'
