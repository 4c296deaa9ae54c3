"""What other packages add: rules, senders, sources and reporters, each by an entry point of a group.

Only packages that are installed where the linter is installed count: never the tree that is checked. Almost nobody has
one, and importlib.metadata takes longer to say so than a small check takes. So the folders on Python's path are looked
through here, for distributions whose file of entry points names one of our groups; only those are loaded.
"""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqsfifo_lint.config import ConfigError, Sender, senders_of
from sqsfifo_lint.keys import KEYS, MATERIALS
from sqsfifo_lint.shapes import Dotted, described, fault, fits

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from sqsfifo_lint.knowledge.model import Source


class Group(enum.Enum):
    """A group of entry points, by what one of it is."""

    RULE = "sqsfifo_lint.rules"
    """A rule, or a module that binds one as `RULE`."""
    SENDERS = "sqsfifo_lint.senders"
    """A mapping, as `senders` in the configuration."""
    SOURCES = "sqsfifo_lint.sources"
    """A mapping from qualified names to a word, as `sources` in the configuration, or to a `Source`."""
    REPORTER = "sqsfifo_lint.reporters"
    """A module or object with `render(report, style)`; the name of the entry point is that of the format."""


class PluginError(ConfigError):
    """What another package adds cannot be used. The message names the package, the entry point and the reason."""


_HEADER = b"[sqsfifo_lint."
_OURS = ("sqsfifo_lint-", "sqsfifo-lint-", "sqsfifo.lint-")
_METADATA = (".dist-info", ".egg-info")


def forget() -> None:
    """Look for plugins anew the next time; what a module of theirs holds stays imported."""
    for known in (_every, senders, sources):
        known.cache_clear()


def points(group: Group) -> tuple[EntryPoint, ...]:
    """The entry points of a group, in the order of their packages on Python's path, then by name."""
    return tuple(sorted((one for one in _every() if one.group == group.value), key=lambda one: one.name))


def named(point: EntryPoint) -> str:
    """What an entry point is, for error messages: `acme-sqsfifo 1.0: rule 'stale-id' (acme.rules)`."""
    kind = next((group.name.lower() for group in Group if group.value == point.group), point.group)
    owner = "" if point.dist is None else f"{point.dist.name} {point.dist.version}: "
    return f"{owner}{kind} {point.name!r} ({point.value})"


def loaded(point: EntryPoint) -> object:
    """What an entry point names. Raises PluginError, whatever its module raises."""
    try:
        return point.load()
    except (Exception, SystemExit) as error:
        raise PluginError(f"{named(point)} cannot be loaded: {reason(error)}") from error


def reason(error: BaseException) -> str:
    """What an exception of other people's code says, on one line."""
    return " ".join(f"{type(error).__name__}: {error}".rstrip(": ").split())


@cache
def senders() -> tuple[Sender, ...]:
    """The functions that other packages name as senders. Raises PluginError."""
    tables = _tables(Group.SENDERS)
    if not tables:
        return ()
    from sqsfifo_lint.knowledge.senders import Senders  # only where there is a plugin

    known, found = Senders(), dict[str, Any]()
    for point, table in tables:
        wrong = fault(KEYS["senders"].shape, dict(table), "it")
        if wrong is not None:
            raise PluginError(f"{named(point)}: {wrong.where} {wrong.said or f'must not be {wrong.found}'}")
        found |= _new(point, table, lambda name: known.at(name) is not None, found)
    return tuple(senders_of(found))


@cache
def sources() -> Mapping[str, Source]:
    """What functions that other packages name return. Raises PluginError."""
    tables = _tables(Group.SOURCES)
    if not tables:
        return MappingProxyType({})
    from sqsfifo_lint.knowledge.added import source_called  # only where there is a plugin
    from sqsfifo_lint.knowledge.lookup import is_known  # likewise
    from sqsfifo_lint.knowledge.model import Source  # likewise

    found: dict[str, Source] = {}
    for point, table in tables:
        for name, value in table.items():
            if not fits(Dotted(), name):
                raise PluginError(f"{named(point)}: {name!r} is no qualified name, such as acme.ids.new_id")
            if not isinstance(value, Source) and value not in MATERIALS:
                words = ", ".join(MATERIALS)
                raise PluginError(
                    f"{named(point)}: {name!r} must be a Source or one of {words}, not {described(value)}"
                )
        new = _new(point, table, is_known, found)
        found |= {name: value if isinstance(value, Source) else source_called(value) for name, value in new.items()}
    return MappingProxyType(found)


def _tables(group: Group) -> list[tuple[EntryPoint, Mapping[Any, Any]]]:
    """The mappings that a group names. Raises PluginError."""
    found = []
    for point in points(group):
        table = loaded(point)
        if not isinstance(table, Mapping):
            raise PluginError(f"{named(point)} must be a mapping, not {described(table)}")
        found.append((point, table))
    return found


def _new(
    point: EntryPoint, table: Mapping[str, Any], is_known: Callable[[str], bool], found: Collection[str]
) -> Mapping[str, Any]:
    """The table, if nobody else has one of its names. Raises PluginError."""
    for name in table:
        if name in found or is_known(name):
            whose = "another package names it" if name in found else "sqsfifo-lint knows it"
            raise PluginError(f"{named(point)}: {name!r} cannot be defined again: {whose}")
    return table


@cache
def _every() -> tuple[EntryPoint, ...]:
    """All entry points of our groups."""
    folders = list(_registering(sys.path))
    if not folders:
        return ()
    from importlib.metadata import PathDistribution  # only where there is a plugin

    groups = {group.value for group in Group}
    every = (point for folder in folders for point in PathDistribution(folder).entry_points)
    return tuple(point for point in every if point.group in groups)


def _registering(path: Iterable[str]) -> Iterator[Path]:
    """The metadata folders of the distributions that register something with us; of one name, the first on the path.

    The working folder, which `python -m` puts in front, is passed over: it may be what is to be checked.
    """
    seen = set()
    for place in _without_working_folder(path):
        with suppress(OSError), os.scandir(place) as listing:
            for entry in listing:
                if not entry.name.endswith(_METADATA) or entry.name.lower().startswith(_OURS):
                    continue
                name = entry.name.partition("-")[0].removesuffix(".egg-info").replace(".", "_").lower()
                if name not in seen:
                    seen.add(name)
                    if _registers(entry.path):
                        yield Path(entry.path)


def _without_working_folder(path: Iterable[str]) -> Iterator[str]:
    """The folders of a path, but never the working folder, which is often what is checked: an empty entry in
    PYTHONPATH, too, puts it there.
    """
    try:
        here = os.getcwd()
    except OSError:  # it has been deleted
        here = ""
    return (place for place in path if place and os.path.realpath(place) != here)


def _registers(metadata: str) -> bool:
    try:
        with open(os.path.join(metadata, "entry_points.txt"), "rb") as file:
            return _HEADER in file.read()
    except OSError:
        return False
