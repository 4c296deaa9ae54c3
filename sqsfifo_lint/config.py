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
from sqsfifo_lint.keys import FILE_PATTERN, KEYS, TABLE, Joining, unknown_key
from sqsfifo_lint.meant import shown, unknown_rule
from sqsfifo_lint.shapes import described, fault, fits

PYPROJECT = "pyproject.toml"
OWN_FILE = "sqsfifo-lint.toml"

MOST_BYTES = 1024 * 1024
"""Bytes of a configuration file. Nobody writes a larger one, and to parse one takes seconds."""


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


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file says about a key, or about one entry of a table."""

    key: str
    value: object
    file: Path
    entry: str | None = None


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
    stated: tuple[Stated, ...] = field(default=(), compare=False)
    """What counts of what its file, and those that it extends, say: from the farthest to the nearest."""

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
    _Reader(table, path).check_value("extend")
    named = table["extend"]
    target = Path(os.path.normpath(path.parent / named))
    top = next((folder for folder in path.absolute().parents if (folder / ".git").exists()), None)
    if top is not None and not os.path.realpath(target).startswith(os.path.join(os.path.realpath(top), "")):
        raise ConfigError(f"{path}: extend must lead to a file of the repository {top}, not to {shown(named)!r}")
    return target


def _over(base: Config, config: Config, table: object) -> Config:
    """A configuration over one that it extends: see `Joining`."""
    given = table.keys() if isinstance(table, Mapping) else ()
    inherited = {field: getattr(base, field) for key, field in _REPLACED.items() if key not in given}
    own = {sender.name for sender in config.senders}
    return replace(
        config,
        layers=(*base.layers, *config.layers),
        per_file_ignores=(*base.per_file_ignores, *config.per_file_ignores),
        severities={**base.severities, **config.severities},
        senders=(*(sender for sender in base.senders if sender.name not in own), *config.senders),
        sources={**base.sources, **config.sources},
        stated=tuple(_stated_over(base.stated, config.stated)),
        **inherited,
    )


_REPLACED = {
    key: key.replace("-", "_") for key, row in KEYS.items() if row.joining is Joining.REPLACES and key != "extend"
}
"""The keys of which one configuration's value replaces another's, and the fields that they are in."""


def _stated_over(base: Iterable[Stated], own: Sequence[Stated]) -> Iterator[Stated]:
    """What counts of what two configurations state, one of which extends the other."""
    said = {(one.key, one.entry) for one in own if KEYS[one.key].joining in {Joining.REPLACES, Joining.JOINS}}
    shadowed = any(one.key == "select" for one in own)
    for one in base:
        if (one.key, one.entry) not in said and not (shadowed and KEYS[one.key].joining is Joining.LAYERS):
            yield one
    yield from own


def parse(table: object, path: Path, base: Path) -> Config:
    """The configuration in a TOML table; `path` is for errors, patterns are relative to `base`. Raises ConfigError."""
    if not isinstance(table, Mapping):
        raise ConfigError(f"{path}: [tool.{TABLE}] must be a table, not {described(table)}")
    reader = _Reader(table, path)
    reader.check()
    ignores = reader.items("per-file-ignores")
    return Config(
        layers=reader.layers(),
        per_file_ignores=tuple((Patterns((pattern,), base), tuple(rules)) for pattern, rules in ignores.items()),
        severities=reader.items("severity"),
        exclude=_as_patterns(reader.strings("exclude"), base),
        content_based_deduplication=reader.flag_or_strings("content-based-deduplication"),
        serial_queues=reader.strings("serial-queues"),
        audit=reader.flag("audit"),
        follow_links=reader.flag("follow-links"),
        test_files=Patterns(reader.strings("test-files"), base) if "test-files" in table else None,
        senders=reader.senders(),
        sources=reader.items("sources"),
        origin=str(path),
        stated=tuple(reader.stated()),
    )


class _Reader:
    """The typed values of a table. What the table of keys allows is checked first; what does not fit is a ConfigError
    that says which key is wrong and what is allowed.
    """

    def __init__(self, table: Mapping[str, Any], path: Path) -> None:
        self.table = table
        self.path = path

    def check(self) -> None:
        """Raises ConfigError if there is a key that does not exist, or a value that does not fit."""
        for key in self.table:
            if key not in KEYS:
                raise ConfigError(f"{self.path}: {unknown_key(key)}")
        for key in self.table:
            self.check_value(key)

    def check_value(self, key: str) -> None:
        """The same for one key that exists."""
        wrong = fault(KEYS[key].shape, self.table[key], key)
        if wrong is not None:
            said = wrong.said or f"must be {KEYS[key].allowed}, not {wrong.found}"
            raise ConfigError(f"{self.path}: {wrong.where} {said}")

    def layers(self) -> tuple[Layer, ...]:
        layer = Layer(
            select=self.strings("select") if "select" in self.table else None,
            extend_select=self.strings("extend-select"),
            ignore=self.strings("ignore"),
        )
        return () if layer == Layer() else (layer,)

    def strings(self, key: str) -> tuple[str, ...]:
        return tuple(self.table.get(key, ()))

    def flag(self, key: str) -> bool:
        return bool(self.table.get(key, False))

    def flag_or_strings(self, key: str) -> bool | tuple[str, ...]:
        value = self.table.get(key, False)
        return value if isinstance(value, bool) else tuple(value)

    def items(self, key: str) -> Mapping[str, Any]:
        return dict(self.table.get(key, {}))

    def senders(self) -> tuple[Sender, ...]:
        """The configured functions that send."""
        return tuple(senders_of(self.items("senders")))

    def stated(self) -> Iterator[Stated]:
        """What the table says, entry by entry where it is about several things."""
        for key, value in self.table.items():
            match KEYS[key].joining, value:
                case ((Joining.JOINS | Joining.ADDS), Mapping()):
                    yield from (Stated(key, inner, self.path, entry) for entry, inner in value.items())
                case _ if key != "extend":
                    yield Stated(key, value, self.path)


def senders_of(table: Mapping[str, Mapping[str, object]]) -> Iterator[Sender]:
    """The functions that a table of `senders` names, which fits its shape."""
    for name, slots in table.items():
        yield Sender(name, {slot: _parameter(value) for slot, value in slots.items()})


def _parameter(value: object) -> tuple[str | None, int | None]:
    match value:
        case str() as name:
            return name, None
        case int() as position:
            return None, position
        case [str() as name, int() as position]:
            return name, position
    raise AssertionError(value)  # the shape allows nothing else


def is_file_pattern(text: str) -> bool:
    """Whether a text can be meant as a pattern of files."""
    return fits(FILE_PATTERN, text)


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
        raise ConfigError(f"{path}: [tool] must be a table, not {described(tool)}")
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
