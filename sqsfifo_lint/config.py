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

PYPROJECT = "pyproject.toml"
OWN_FILE = "sqsfifo-lint.toml"
TABLE = "sqsfifo-lint"

MOST_BYTES = 1024 * 1024
"""Bytes of a configuration file. Nobody writes a larger one, and to parse one takes seconds."""
MOST_PARAMETERS = 255
"""The maximum position of a parameter: no function that somebody calls has more."""
SHOWN = 80
"""Characters of a wrong value that an error message shows."""


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
    unfollowed: tuple[str, ...] = field(default=(), compare=False)
    """Paths of configuration files that would apply, but are links out of the project."""
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

    def check_selectors(self, rules: Collection[tuple[str, str]]) -> None:
        """Raise ConfigError if a selector matches none of `rules`, pairs of code and name."""
        for layer in self.layers:
            for key, selectors in (
                ("select", layer.select or ()),
                ("extend-select", layer.extend_select),
                ("ignore", layer.ignore),
            ):
                for selector in selectors:
                    _check_selector(selector, rules, f"{self.origin}: {key}")
        for patterns, selectors in self.per_file_ignores:
            for selector in selectors:
                _check_selector(selector, rules, f"{self.origin}: per-file-ignores.{patterns.patterns[0]!r}")

    @property
    def has_selectors(self) -> bool:
        """Whether `check_selectors` has anything to check."""
        return bool(self.layers or self.per_file_ignores)


def matches(selector: str, code: str, name: str) -> bool:
    """Whether a selector (a code, a prefix of one, a name, or `ALL`) matches the rule."""
    return _weight(selector, code, name) > 0


def find_config(start: Path, *, follow_links: bool = False) -> Config:
    """The configuration that applies to the folder `start`: from the nearest folder, here or above, that has one.

    The search ends at the top of the git repository. A file that is a link out of the project, as somebody's link may
    be, counts only with `follow_links`; otherwise it is named in `unfollowed`.

    Raises ConfigError if a file on the way cannot be read or is not valid.
    """
    left: list[str] = []
    for folder in (start, *start.parents):
        for path in (folder / OWN_FILE, folder / PYPROJECT):
            if not path.is_file():
                continue
            if not follow_links and path.is_symlink() and _leads_out(path):
                left.append(str(path))
            elif path.name == OWN_FILE:
                return replace(read_config(path), unfollowed=tuple(left))
            elif (table := _table_of(_load(path), path)) is not None:
                return replace(parse(table, path, folder), unfollowed=tuple(left))
        if (folder / ".git").exists():
            break
    return Config(unfollowed=tuple(left))


def _leads_out(link: Path) -> bool:
    """Whether a link leads out of the repository that it lies in, or of its folder where there is none."""
    top = next((folder for folder in link.parents if (folder / ".git").exists()), link.parent)
    return not os.path.realpath(link).startswith(os.path.join(os.path.realpath(top), ""))


def read_config(path: Path, *, base: Path | None = None) -> Config:
    """The configuration in one file: a pyproject.toml, or a file whose top level holds our keys.

    `base`: the folder that patterns are relative to; by default the file's own.

    Raises ConfigError if it cannot be read or is not valid, or is a pyproject.toml without our table.
    """
    document = _load(path)
    table: object = document
    if path.name == PYPROJECT:
        table = _table_of(document, path)
        if table is None:
            raise ConfigError(f"{path}: there is no [tool.{TABLE}] in it")
    return parse(table, path, base or path.parent)


def parse(table: object, path: Path, base: Path) -> Config:
    """The configuration in a TOML table; `path` is for errors, patterns are relative to `base`. Raises ConfigError."""
    if not isinstance(table, Mapping):
        raise ConfigError(f"{path}: [tool.{TABLE}] must be a table, not {_describe(table)}")
    reader = _Reader(table, path)
    reader.check_keys()
    return Config(
        layers=reader.layers(),
        per_file_ignores=tuple((Patterns((p,), base), s) for p, s in reader.file_patterns_with_strings()),
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
    "exclude": 'a list of file patterns in the syntax of .gitignore, such as ["migrations/"]',
    "content-based-deduplication": 'true, false, or a list of queue-name patterns, such as ["orders-*.fifo"]',
    "serial-queues": 'a list of queue-name patterns, such as ["ledger.fifo"]',
    "audit": "true or false",
    "follow-links": "true or false",
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
        known = [word for rule in rules for word in rule]
        codes = ", ".join(code for code, _ in sorted(rules))
        raise ConfigError(
            f"{where}: unknown rule {shown(selector)!r}{did_you_mean(selector, known)}; "
            f"known are {codes} and their names"
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint such as ` (did you mean 'select'?)`, or nothing if no known word is close."""
    import difflib  # only for an error message

    if len(word) > SHOWN:
        return ""
    near: Sequence[str] = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


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


def shown(text: str) -> str:
    """A text for an error message, shortened."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
