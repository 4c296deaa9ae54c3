"""Adds what was found out about a queue to the configuration file, and leaves everything else in it as it is."""

from __future__ import annotations

import tomllib
from collections.abc import MutableMapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from sqsfifo_lint.config import OWN_FILE, PYPROJECT, Config, ConfigError, find_config, parse, read_config
from sqsfifo_lint.keys import TABLE

KEY = "content-based-deduplication"
"""The one key that says what a queue *is*. `serial-queues` says what is *meant*, which AWS cannot know."""

INSTALL = "--write-config needs tomlkit: pip install 'sqsfifo-lint[aws]'"


def matching(patterns: Sequence[str], name: str) -> str | None:
    """The first pattern (fnmatch) that a queue's name matches."""
    return next((pattern for pattern in patterns if fnmatchcase(name, pattern)), None)


def disagreement(config: Config, name: str, by_content: bool) -> str | None:
    """Where the configuration says that a queue deduplicates by content although it does not."""
    said = config.content_based_deduplication
    if by_content or said is False:
        return None
    pattern = "true" if said is True else matching(said, name)
    if pattern is None:
        return None
    return f"{config.origin}: {KEY} says that {name} deduplicates by content ({pattern}), but it does not: change that."


def configured(path: Path | None, folder: Path) -> tuple[Config, Path]:
    """The configuration that applies in a folder, and the file that additions belong in, which may not exist yet.

    `path`: the file that the user named. Raises ConfigError.
    """
    if path is not None:
        missing = not path.exists() and path.name != PYPROJECT
        return (Config(), path) if missing else (read_config(path, base=folder), path)
    config = find_config(folder)
    if config.origin != Config().origin:
        return config, Path(config.origin)
    pyproject = folder / PYPROJECT
    return config, pyproject if pyproject.is_file() else folder / OWN_FILE


def add_queue(path: Path, config: Config, name: str, by_content: bool) -> str:
    """Add the name to the queues that deduplicate by content, if it does and is not there. Returns what was done.

    Raises ConfigError if the file cannot be read or written, or its form does not allow the addition.
    """
    said = config.content_based_deduplication
    if not by_content:
        return f"{path}: nothing to add: {name} does not deduplicate by content."
    if said is True or (said and matching(said, name)):
        return f"{path}: nothing to add: {KEY} covers {name} already."
    try:
        old = path.read_bytes().decode() if path.exists() else ""
        new = with_pattern(old, path, name, said if isinstance(said, tuple) else ())
        path.write_bytes(new.encode())
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.start})") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be changed: {error.strerror or error}") from None
    return f"{path}: {name} was added to {KEY}."


def with_pattern(text: str, path: Path, name: str, inherited: Sequence[str] = ()) -> str:
    """A configuration with one more pattern in the list, everything else as it was: comments, order, line ends.

    `inherited`: the list that holds so far, which a new one would replace. `path` tells whether our keys are in a table
    or at the top level. Raises ConfigError.
    """
    try:
        import tomlkit  # an extra, needed by this command alone
        from tomlkit.exceptions import TOMLKitError  # likewise
    except ImportError:
        raise ConfigError(INSTALL) from None
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    try:
        document = tomlkit.parse(text.removeprefix(mark))
        table: Any = document
        if path.name == PYPROJECT:
            tool: Any = document.setdefault("tool", tomlkit.table(is_super_table=True))
            table = tool.setdefault(TABLE, tomlkit.table()) if isinstance(tool, MutableMapping) else tool
        if not isinstance(table, MutableMapping):
            raise ConfigError(f"{path}: [tool.{TABLE}] must be a table")
        # False, the default, says nothing of any queue: a list takes its place.
        if isinstance(table.get(KEY), list):
            table[KEY].append(name)
        else:
            table[KEY] = [*inherited, name]
        new = mark + tomlkit.dumps(document)
    except TOMLKitError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None
    _prove(new, path, name)
    return new


def _prove(new: str, path: Path, name: str) -> None:
    """Read the new text as a configuration, before the old one is replaced. Raises ConfigError."""
    document: Any = tomllib.loads(new.removeprefix("\ufeff"))
    table = document["tool"][TABLE] if path.name == PYPROJECT else document
    said = parse(table, path, path.parent).content_based_deduplication
    if said is False or said is True or name not in said:
        raise ConfigError(f"{path}: {name} cannot be added to {KEY}")
