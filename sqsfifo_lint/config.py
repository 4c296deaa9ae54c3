"""The configuration, which is data and never code: `[tool.sqsfifo-lint]` of pyproject.toml, or sqsfifo-lint.toml."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISREG
from typing import Any

from sqsfifo_lint import unreadable
from sqsfifo_lint.meant import SHOWN, did_you_mean, shown, unknown_rule

PYPROJECT = "pyproject.toml"
OWN_FILE = "sqsfifo-lint.toml"
TABLE = "sqsfifo-lint"

MOST_BYTES = 1024 * 1024
"""Bytes of a configuration file. Nobody writes a larger one, and to parse one takes seconds."""
MOST_PARAMETERS = 255
"""The maximum position of a parameter: no function that somebody calls has more."""


class ConfigError(Exception):
    """The configuration is invalid. The message names the file, the key and what is allowed."""


def regular_bytes(path: Path, most: int) -> bytes:
    """The content of a regular file. Devices, pipes and sockets are not opened: they may never end, or do something.

    Raises OSError if it cannot be read or is no regular file, and ValueError if it has more than `most` bytes.
    """
    if not S_ISREG(os.stat(path).st_mode):
        raise OSError(None, "it is not a regular file")
    # What has taken its place in the meantime must not make us wait.
    with open(
        os.open(str(path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb"
    ) as file:
        found = os.fstat(file.fileno())
        if not S_ISREG(found.st_mode):
            raise OSError(None, "it is not a regular file")
        data = file.read(most + 1) if found.st_size <= most else b""
    if found.st_size > most or len(data) > most:
        raise ValueError(f"it has more than {most:,} bytes")
    return data


@dataclass(frozen=True, slots=True)
class Layer:
    """What one source (the file, the command line) says about which rules are on, by code, prefix or name."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    of_command_line: bool = field(default=False, compare=False)
    """For error messages."""

    def verdict(self, code: str, name: str) -> bool | None:
        """Whether this layer turns the rule on or off, or None. The longer selector wins; if equal, `ignore`."""
        chosen = _longest((*(self.select or ()), *self.extend_select), code, name)
        ignored = _longest(self.ignore, code, name)
        if chosen or ignored:
            return chosen > ignored
        return None if self.select is None else False


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns in the syntax of .gitignore, relative to the folder `base` (None: the project root)."""

    patterns: tuple[str, ...]
    base: Path | None = None
    of_command_line: bool = field(default=False, compare=False)
    """For warnings."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A function or method that sends, by its qualified name.

    `slots`: for each of `queue`, `group`, `dedup`, `body` and `delay` that it takes, the name of the parameter and, for
    calls that do not name it, its position (from 0, without `self`); either may be None.
    """

    name: str
    slots: Mapping[str, tuple[str | None, int | None]]


SLOTS = ("queue", "group", "dedup", "body", "delay")
MATERIALS = ("clock", "unique", "config", "data")


@dataclass(frozen=True, slots=True)
class Config:
    """All settings.

    `content_based_deduplication`: True, or patterns (fnmatch) of the names of queues that deduplicate by content.
    `serial_queues`: patterns (fnmatch) of the names of queues that are meant to be serial.
    """

    layers: tuple[Layer, ...] = ()
    per_file_ignores: tuple[tuple[Patterns, tuple[str, ...]], ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    """By code, prefix or name: the severity of findings, instead of the rule's own."""
    exclude: tuple[Patterns, ...] = ()
    content_based_deduplication: bool | tuple[str, ...] = False
    serial_queues: tuple[str, ...] = ()
    audit: bool = False
    """What is likely is reported too, and not only what is proven."""
    test_files: Patterns | None = None
    """Which files are tests; None: those that are called so by convention."""
    senders: tuple[Sender, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    """By qualified name, one of `MATERIALS`: what a function returns."""
    respect_gitignore: bool = True
    force_exclude: bool = False
    """Leave out excluded and git-ignored files even when they are named explicitly."""
    follow_links: bool = False
    """Read what links lead to that is not in the project."""
    origin: str = field(default="the configuration", compare=False)
    """The file it was read from, for error messages."""

    def enabled(self, code: str, name: str) -> bool:
        """Whether a rule is on. The last layer that mentions it decides; every rule is on by default."""
        for layer in reversed(self.layers):
            verdict = layer.verdict(code, name)
            if verdict is not None:
                return verdict
        return True

    def severity_of(self, code: str, name: str) -> str | None:
        """The severity that is configured for a rule: that of the longest selector. None: the rule's own."""
        fitting = [selector for selector in self.severities if matches(selector, code, name)]
        return self.severities[max(fitting, key=lambda one: _weight(one, code, name))] if fitting else None

    def check_selectors(self, rules: Collection[tuple[str, str]]) -> None:
        """Raise ConfigError if a selector matches none of `rules`, pairs of code and name."""
        for layer in self.layers:
            for key, selectors in (
                ("select", layer.select or ()),
                ("extend-select", layer.extend_select),
                ("ignore", layer.ignore),
            ):
                where = f"--{key}" if layer.of_command_line else f"{self.origin}: {key}"
                for selector in selectors:
                    _check_selector(selector, rules, where)
        for patterns, selectors in self.per_file_ignores:
            for selector in selectors:
                _check_selector(selector, rules, f"{self.origin}: per-file-ignores.{patterns.patterns[0]!r}")
        for selector in self.severities:
            _check_selector(selector, rules, f"{self.origin}: severity")

    @property
    def has_selectors(self) -> bool:
        """Whether `check_selectors` has anything to check."""
        return bool(self.layers or self.per_file_ignores or self.severities)


def matches(selector: str, code: str, name: str) -> bool:
    """Whether a selector (a code, a prefix of one, a name, or `ALL`) matches the rule."""
    return _weight(selector, code, name) > 0


def find_config(start: Path) -> Config:
    """The configuration that applies to the folder `start`: from the nearest folder, here or above, that has one.

    The search ends at the top of the git repository.

    Raises ConfigError if a file on the way cannot be read or is not valid.
    """
    for folder in (start, *start.parents):
        found = config_in(folder)
        if found is not None:
            return found
        if (folder / ".git").exists():
            break
    return Config()


def config_in(folder: Path, *, follow_links: bool = False) -> Config | None:
    """The configuration that a folder itself has; None if it has none.

    A file that is a link out of the project, as somebody's link may be, counts only with `follow_links`.

    Raises ConfigError if a file that may hold it cannot be read or is not valid.
    """
    left = () if follow_links else links_out(folder)
    own, pyproject = folder / OWN_FILE, folder / PYPROJECT
    if own.is_file() and own not in left:
        return read_config(own)
    if pyproject.is_file() and pyproject not in left:
        table = _table_of(_load(pyproject), pyproject)
        if table is not None:
            return _extended(table, pyproject, folder)
    return None


def links_out(folder: Path) -> Sequence[Path]:
    """The configuration files of a folder that are links out of its repository, or out of it where there is none."""
    links = [path for name in (OWN_FILE, PYPROJECT) if (path := folder / name).is_symlink() and path.is_file()]
    if not links:
        return links
    top = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
    inside = os.path.join(os.path.realpath(top), "")
    return [link for link in links if not os.path.realpath(link).startswith(inside)]


def read_config(path: Path, *, base: Path | None = None) -> Config:
    """The configuration in one file, with what it extends: a pyproject.toml, or a file with our keys at its top level.

    `base`: the folder that patterns are relative to; by default the file's own.

    Raises ConfigError if it cannot be read or is not valid, or is a pyproject.toml without our table.
    """
    return _extended(_required(path), path, base or path.parent)


def _required(path: Path) -> object:
    """The table with our keys in a file that must have one. Raises ConfigError."""
    document = _load(path)
    # A file of another name may be written as a pyproject.toml is, by mistake or not.
    table = _table_of(document, path) if path.name == PYPROJECT or document.keys() == {"tool"} else document
    if table is None:
        raise ConfigError(f"{path}: there is no [tool.{TABLE}] in it")
    return table


def _extended(table: object, path: Path, base: Path) -> Config:
    """The configuration in a table, over those that it extends. Raises ConfigError."""
    chain = [(table, path, base)]
    seen = {os.path.realpath(path)}
    while (target := _base_of(*chain[-1][:2])) is not None:
        inner = chain[-1][1]
        if os.path.realpath(target) in seen:
            raise ConfigError(f"{inner}: extend leads round in a circle, back to {target}")
        seen.add(os.path.realpath(target))
        try:
            chain.append((_required(target), target, target.parent))
        except ConfigError as error:
            raise ConfigError(f"{inner}: extend: {error}") from None
    config = Config()
    for one, origin, folder in reversed(chain):
        config = _over(config, parse(one, origin, folder), one)
    return config


def _base_of(table: object, path: Path) -> Path | None:
    """The file that a configuration extends, which lies in the same repository. Raises ConfigError."""
    if not isinstance(table, Mapping) or "extend" not in table:
        return None
    named = _Reader(table, path).path_named("extend")
    target = Path(os.path.normpath(path.parent / named))
    top = next((folder for folder in path.absolute().parents if (folder / ".git").exists()), None)
    if top is not None and not os.path.realpath(target).startswith(os.path.join(os.path.realpath(top), "")):
        raise ConfigError(f"{path}: extend must lead to a file of the repository {top}, not to {shown(named)!r}")
    return target


def _over(base: Config, config: Config, table: object) -> Config:
    """A configuration over one that it extends: its keys replace those, and join them where they are tables."""
    given = table.keys() if isinstance(table, Mapping) else ()
    inherited = {field: getattr(base, field) for field in _REPLACED if field.replace("_", "-") not in given}
    own = {sender.name for sender in config.senders}
    return replace(
        config,
        layers=(*base.layers, *config.layers),
        per_file_ignores=(*base.per_file_ignores, *config.per_file_ignores),
        senders=(*(sender for sender in base.senders if sender.name not in own), *config.senders),
        sources={**base.sources, **config.sources},
        **inherited,
    )


_REPLACED = ("exclude", "content_based_deduplication", "serial_queues", "audit", "follow_links", "test_files")
"""What a configuration says instead of one that it extends, if it says it at all."""


def parse(table: object, path: Path, base: Path) -> Config:
    """The configuration in a TOML table; `path` is for errors, patterns are relative to `base`. Raises ConfigError."""
    if not isinstance(table, Mapping):
        raise ConfigError(f"{path}: [tool.{TABLE}] must be a table, not {_describe(table)}")
    reader = _Reader(table, path)
    reader.check_keys()
    if "extend" in table:
        reader.path_named("extend")
    return Config(
        layers=reader.layers(),
        per_file_ignores=tuple((Patterns((p,), base), s) for p, s in reader.file_patterns_with_strings()),
        severities=dict(reader.severities()),
        exclude=_as_patterns(reader.file_patterns("exclude"), base),
        content_based_deduplication=reader.flag_or_strings("content-based-deduplication"),
        serial_queues=reader.strings("serial-queues"),
        audit=reader.flag("audit"),
        follow_links=reader.flag("follow-links"),
        test_files=Patterns(reader.file_patterns("test-files"), base) if "test-files" in table else None,
        senders=tuple(reader.senders()),
        sources=dict(reader.sources()),
        origin=str(path),
    )


_KEYS: dict[str, str] = {
    "select": 'a list of rule codes, prefixes or names, such as ["SQF1", "missing-dedup-id"]',
    "extend-select": 'a list of rule codes, prefixes or names, such as ["SQF1", "missing-dedup-id"]',
    "ignore": 'a list of rule codes, prefixes or names, such as ["SQF1", "missing-dedup-id"]',
    "per-file-ignores": 'a table of file patterns and lists of rules, such as { "tests/" = ["SQF101"] }',
    "severity": 'a table of rules with "error" or "warning" for each, such as { "SQF1" = "error" }',
    "exclude": 'a list of file patterns in the syntax of .gitignore, such as ["migrations/"]',
    "content-based-deduplication": 'true, false, or a list of queue-name patterns, such as ["orders-*.fifo"]',
    "serial-queues": 'a list of queue-name patterns, such as ["ledger.fifo"]',
    "audit": "true or false",
    "follow-links": "true or false",
    "extend": 'the path of another configuration, relative to this file, such as "../pyproject.toml"',
    "test-files": 'a list of file patterns in the syntax of .gitignore, such as ["spec/", "check_*.py"]',
    "senders": (
        'a table of qualified names of functions, each with a table of the slots "queue", "group", "dedup", "body" and '
        '"delay" (with "group" or "dedup" at least) and the name of a parameter, its position (0 to 255) or a list of '
        'both, such as { "acme.bus.Bus.publish" = { queue = "queue", group = "key", dedup = ["dedup_key", 2] } }'
    ),
    "sources": (
        'a table of qualified names of functions and what they yield, one of "clock", "unique", "config" and "data", '
        'such as { "acme.ids.new_id" = "unique" }'
    ),
}
"""Each key with its allowed values."""


class _Reader:
    """Reads typed values from a table, or raises a ConfigError that says which key is wrong and what is allowed."""

    def __init__(self, table: Mapping[str, object], path: Path) -> None:
        self.table = table
        self.path = path

    def check_keys(self) -> None:
        for key in self.table:
            if key not in _KEYS:
                allowed = ", ".join(sorted(_KEYS))
                raise ConfigError(
                    f"{self.path}: unknown key {shown(key)!r}{did_you_mean(key, _KEYS)}; allowed are {allowed}"
                )

    def layers(self) -> tuple[Layer, ...]:
        layer = Layer(
            select=self.strings("select") if "select" in self.table else None,
            extend_select=self.strings("extend-select"),
            ignore=self.strings("ignore"),
        )
        return () if layer == Layer() else (layer,)

    def strings(self, key: str) -> tuple[str, ...]:
        return self._strings(key, self.table.get(key, []), key)

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, key, value)
        return value

    def path_named(self, key: str) -> str:
        value = self.table[key]
        if not isinstance(value, str) or not value or "\0" in value:
            raise self._wrong(key, key, value)
        return value

    def flag_or_strings(self, key: str) -> bool | tuple[str, ...]:
        value = self.table.get(key, False)
        return value if isinstance(value, bool) else self._strings(key, value, key)

    def file_patterns(self, key: str) -> tuple[str, ...]:
        patterns = self.strings(key)
        for pattern in patterns:
            if not is_file_pattern(pattern):
                raise self._wrong(key, key, patterns, f"a list with {_describe(pattern)} in it, which matches nothing")
        return patterns

    def file_patterns_with_strings(self) -> list[tuple[str, tuple[str, ...]]]:
        key = "per-file-ignores"
        value = self.table.get(key, {})
        if not isinstance(value, Mapping):
            raise self._wrong(key, key, value)
        for pattern in value:
            if not is_file_pattern(pattern):
                raise self._wrong(key, key, value, f"a table with {_describe(pattern)}, which matches nothing")
        return [
            (pattern, self._strings(key, selectors, f"{key}.{shown(pattern)!r}"))
            for pattern, selectors in value.items()
        ]

    def severities(self) -> Iterator[tuple[str, str]]:
        """The severities of rules."""
        value = self.table.get("severity", {})
        if not isinstance(value, Mapping):
            raise self._wrong("severity", "severity", value)
        for selector, severity in value.items():
            if severity not in ("error", "warning"):
                raise self._wrong("severity", f"severity.{shown(selector)!r}", severity)
            yield selector, severity

    def senders(self) -> Iterator[Sender]:
        """The configured functions that send."""
        for name, slots in self._named("senders"):
            where = f"senders.{shown(name)!r}"
            if not isinstance(slots, Mapping):
                raise self._wrong("senders", where, slots)
            for slot in sorted(slots.keys() - {*SLOTS}):
                hint, allowed = did_you_mean(slot, SLOTS), ", ".join(SLOTS)
                raise ConfigError(f"{self.path}: {where} has no slot {shown(slot)!r}{hint}; allowed are {allowed}")
            if not slots.keys() & {"group", "dedup"}:
                raise ConfigError(f"{self.path}: {where} must say what fills group or dedup")
            yield Sender(name, {slot: self._parameter(value, f"{where}.{slot}") for slot, value in slots.items()})

    def _parameter(self, value: object, where: str) -> tuple[str | None, int | None]:
        match value:
            case str() if value:
                return value, None
            case int() if 0 <= value <= MOST_PARAMETERS and not isinstance(value, bool):
                return None, value
            case [str() as name, int() as position] if (
                name and 0 <= position <= MOST_PARAMETERS and not isinstance(position, bool)
            ):
                return name, position
        raise self._wrong("senders", where, value)

    def sources(self) -> Iterator[tuple[str, str]]:
        """What functions return."""
        for name, material in self._named("sources"):
            if not (isinstance(material, str) and material in MATERIALS):
                raise self._wrong("sources", f"sources.{shown(name)!r}", material)
            yield name, material

    def _named(self, key: str) -> Iterator[tuple[str, Any]]:
        """The items of a table whose keys are qualified names."""
        value = self.table.get(key, {})
        if not isinstance(value, Mapping):
            raise self._wrong(key, key, value)
        for name, item in value.items():
            if "." not in name or not all(part.isidentifier() for part in name.split(".")):
                raise ConfigError(
                    f"{self.path}: {key}.{shown(name)!r} must be a qualified name, such as acme.bus.Bus.publish"
                )
            yield name, item

    def _strings(self, key: str, value: object, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self._wrong(key, where, value)
        return tuple(value)

    def _wrong(self, key: str, where: str, value: object, described: str = "") -> ConfigError:
        return ConfigError(f"{self.path}: {where} must be {_KEYS[key]}, not {described or _describe(value)}")


def is_file_pattern(text: str) -> bool:
    """Whether a text can be meant as a pattern of files: git takes `!` and `/` for patterns that match nothing."""
    return bool(text.strip().removeprefix("!").strip("/")) and "\0" not in text


def _as_patterns(patterns: tuple[str, ...], base: Path) -> tuple[Patterns, ...]:
    return (Patterns(patterns, base),) if patterns else ()


def _load(path: Path) -> dict[str, object]:
    text = ""
    try:
        data = regular_bytes(path, MOST_BYTES)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    try:
        text = data.decode("utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        reason = str(error).replace("at end of document", f"at the end, line {len(text.splitlines())}")
        raise ConfigError(f"{path}: is not valid TOML: {reason}") from None
    except RecursionError:
        raise ConfigError(f"{path}: is nested too deeply") from None
    except (ValueError, OverflowError) as error:  # an integer of more digits than Python reads, for example
        raise ConfigError(f"{path}: {_place_of_digits(text)}{shown(str(error))}") from None


def _place_of_digits(text: str) -> str:
    """Where a file has a number that is too long, with the key."""
    found = re.search(r"[0-9][0-9_]{4000}", text)
    if found is None:
        return "is not valid TOML: "
    start = text.rfind("\n", 0, found.start()) + 1
    key = text[start : found.start()].partition("=")[0].strip()
    return f"line {text.count(chr(10), 0, start) + 1}: {shown(key)!r} is not valid: "


def _table_of(document: Mapping[str, object], path: Path) -> object | None:
    """Our table in a pyproject.toml, or None if there is none."""
    tool = document.get("tool", {})
    if not isinstance(tool, Mapping):
        raise ConfigError(f"{path}: [tool] must be a table, not {_describe(tool)}")
    table: object | None = tool.get(TABLE)
    return table


def _longest(selectors: Iterable[str], code: str, name: str) -> int:
    return max((_weight(selector, code, name) for selector in selectors), default=0)


def _weight(selector: str, code: str, name: str) -> int:
    """How specifically a selector names the rule: 0 not at all; a name counts as much as the whole code."""
    if selector.lower() == name:
        return len(code)
    if selector == "ALL":
        return 1
    return len(selector) if code.startswith(selector.upper()) else 0


def _check_selector(selector: str, rules: Collection[tuple[str, str]], where: str) -> None:
    if selector.upper() == unreadable.CODE:
        raise ConfigError(
            f"{where}: {unreadable.CODE} (a file that cannot be checked) is no rule; use `exclude` for such files"
        )
    if not any(matches(selector, code, name) for code, name in rules):
        raise ConfigError(f"{where}: unknown rule {shown(selector)!r}{unknown_rule(selector, rules)}")


def _describe(value: object) -> str:
    match value:
        case bool():
            return f"{value}".lower()
        case list() if not value:
            return "an empty list"
        case list():
            wrong = next((item for item in value if not (isinstance(item, str) and item)), None)
            return f"a list with {_describe(wrong)} in it" if wrong is not None else "a list"
        case Mapping():
            return "a table"
        case str():
            return f"the text {shown(value)!r}" if value else "an empty text"
        case int() if value.bit_length() > 4 * SHOWN:
            return "a huge integer"
        case _:
            return shown(repr(value))
