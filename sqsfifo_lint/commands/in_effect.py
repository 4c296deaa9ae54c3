"""Which configuration is in effect: each value with the file that says it, and each rule with what decides on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqsfifo_lint.config import Config, Layer, Stated, matches
from sqsfifo_lint.keys import KEYS, TABLE, Joining
from sqsfifo_lint.terminal import visible

SELECTING = tuple(key for key, row in KEYS.items() if row.joining is Joining.LAYERS)
"""Keys that turn rules on and off."""

_ESCAPED = frozenset('"\\')


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a rule is on, and why."""

    code: str
    name: str
    on: bool
    severity: str | None
    """The one that is configured."""
    file: Path | None = None
    """The file that says so; None: the default."""
    key: str = ""
    selector: str = ""
    """Empty: `select` does not name the rule."""


@dataclass(frozen=True, slots=True)
class InEffect:
    """What holds for a file or folder."""

    path: str
    config: Config
    rules: tuple[Decision, ...]
    hidden: bool
    """It is git-ignored or excluded."""

    @property
    def files(self) -> Sequence[Path]:
        """The files that say something of it, the nearest first."""
        own = () if self.config.origin == Config().origin else (Path(self.config.origin),)
        return list(dict.fromkeys((*own, *(one.file for one in reversed(self.config.stated)))))


def decisions(config: Config, rules: Collection[tuple[str, str]], covers: Callable[[int], bool]) -> Iterator[Decision]:
    """What is decided about each rule, a pair of code and name.

    `covers`: whether the entry of `per_file_ignores` at an index is about the file in question.
    """
    layers = list(_layers(config.stated))
    own = [one for one in config.stated if KEYS[one.key].joining is Joining.ADDS]
    ignored = [(one, rules) for n, (one, rules) in enumerate(_paired(own, config)) if covers(n)]
    for code, name in rules:
        severity = config.severity_of(code, name)
        found = Decision(code, name, on=True, severity=severity)
        for file, layer in reversed(layers):
            on = layer.verdict(code, name)
            if on is not None:
                key, selector = _deciding(layer, code, name, on=on)
                found = Decision(code, name, on, severity, file, key, selector)
                break
        for one, selectors in ignored if found.on else ():
            if any(matches(selector, code, name) for selector in selectors):
                found = Decision(code, name, False, severity, one.file, one.key, one.entry or "")
        yield found


def _paired(own: Sequence[Stated], config: Config) -> Iterator[tuple[Stated, Sequence[str]]]:
    yield from ((one, rules) for one, (_, rules) in zip(own, config.per_file_ignores, strict=True))


def _layers(stated: Iterable[Stated]) -> Iterator[tuple[Path, Layer]]:
    """What each file says of rules, the farthest first."""
    by_file: dict[Path, dict[str, Any]] = {}
    for one in stated:
        if one.key in SELECTING:
            by_file.setdefault(one.file, {})[one.key] = one.value
    for file, said in by_file.items():
        select = tuple(said["select"]) if "select" in said else None
        yield file, Layer(select, tuple(said.get("extend-select", ())), tuple(said.get("ignore", ())))


def _deciding(layer: Layer, code: str, name: str, *, on: bool) -> tuple[str, str]:
    """The key and the selector by which a layer turns a rule on or off."""
    lists = {"select": layer.select or (), "extend-select": layer.extend_select} if on else {"ignore": layer.ignore}
    fitting = [(key, one) for key, several in lists.items() for one in several if matches(one, code, name)]
    # The longest decides; a name counts as much as a whole code.
    return max(fitting, key=lambda item: len(code if item[1].lower() == name else item[1]), default=("select", ""))


def as_text(found: InEffect, shown: Callable[[Path], str]) -> Iterator[str]:
    """The configuration as a sqsfifo-lint.toml, whose comments say where each value comes from, in lines.

    `shown`: the name of a file.
    """
    files = [_named(file, shown) for file in found.files]
    source = ", which extends ".join(files) if files else "no file: these are the defaults"
    yield f"# What holds for {visible(found.path)}, from {source}"
    if found.hidden:
        yield "# It is excluded or git-ignored: it is checked only if it is named."
    yield ""
    tables = []
    for key, row in KEYS.items():
        own = [one for one in found.config.stated if one.key == key]
        if row.joining in {Joining.JOINS, Joining.ADDS} and own:
            tables.append((key, own))
        elif row.joining is Joining.LAYERS and len({one.file for one in own}) > 1:
            yield f"{key} = ["
            yield from (f"    {_toml(item)},  # {_named(one.file, shown)}" for one, item in _items(own))
            yield "]"
        elif own:
            yield f"{key} = {_toml(own[-1].value)}  # {_named(own[-1].file, shown)}"
        elif row.default is not None:
            yield f"{key} = {_toml(row.default)}  # default"
        elif key != "extend":
            yield f"# {key}: default"
    for key, own in tables:
        yield ""
        yield f"[{key}]"
        yield from _entries(own, shown)
    yield ""
    yield from _rules(found.rules, shown)


def as_record(found: InEffect, shown: Callable[[Path], str]) -> dict[str, object]:
    """The same for programs."""
    return {
        "path": found.path,
        "files": [shown(file) for file in found.files],
        "hidden": found.hidden,
        "settings": list(_settings(found.config, shown)),
        "rules": [
            {
                "code": rule.code,
                "name": rule.name,
                "on": rule.on,
                "severity": rule.severity,
                "file": None if rule.file is None else shown(rule.file),
                "key": rule.key or None,
                "selector": rule.selector or None,
            }
            for rule in found.rules
        ],
    }


def _settings(config: Config, shown: Callable[[Path], str]) -> Iterator[dict[str, object]]:
    for key, row in KEYS.items():
        own = [one for one in config.stated if one.key == key]
        for one in own:
            yield {"key": key, "entry": one.entry, "value": one.value, "file": shown(one.file)}
        if not own and key != "extend":
            yield {"key": key, "entry": None, "value": row.default, "file": None}


def _items(own: Iterable[Stated]) -> Iterator[tuple[Stated, object]]:
    for one in own:
        yield from ((one, item) for item in one.value) if isinstance(one.value, list) else ()


def _entries(own: Iterable[Stated], shown: Callable[[Path], str]) -> Iterator[str]:
    """The entries of a table. A pattern that two files have counts twice, each time beside its file: TOML has no room
    for a second one."""
    seen = set()
    for one in own:
        again = "# " if one.entry in seen else ""
        seen.add(one.entry)
        yield f"{again}{_toml(one.entry)} = {_toml(one.value)}  # {_named(one.file, shown)}"


def _rules(rules: Sequence[Decision], shown: Callable[[Path], str]) -> Iterator[str]:
    yield f"# Rules that are on: {sum(rule.on for rule in rules)} of {len(rules)}"
    reasons: dict[str, list[Decision]] = {}
    for rule in rules:
        if not rule.on and rule.file is not None:
            said = f"{rule.key} {_toml(rule.selector)}" if rule.selector else f"not in {rule.key}"
            reasons.setdefault(f"{said} ({_named(rule.file, shown)})", []).append(rule)
    for reason, several in reasons.items():
        named = f"{several[0].code} {several[0].name}" if len(several) == 1 else ", ".join(r.code for r in several)
        yield f"# off, {reason}: {named}"


def _named(file: Path, shown: Callable[[Path], str]) -> str:
    where = f" [tool.{TABLE}]" if file.name == "pyproject.toml" else ""
    return f"{visible(shown(file))}{where}"


def _toml(value: object) -> str:
    """A value as TOML."""
    match value:
        case bool():
            return f"{value}".lower()
        case str():
            return f'"{"".join(map(_character, value))}"'
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case Mapping() if value:
            return f"{{ {', '.join(f'{_toml(key)} = {_toml(inner)}' for key, inner in value.items())} }}"
        case Mapping():
            return "{}"
    return str(value)


def _character(one: str) -> str:
    if one in _ESCAPED:
        return f"\\{one}"
    return one if one.isprintable() and visible(one) == one else f"\\U{ord(one):08X}"


def shown_from(folder: Path) -> Callable[[Path], str]:
    """Names files from a folder."""
    return lambda file: os.path.relpath(file, folder).replace(os.sep, "/")
