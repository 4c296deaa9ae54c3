"""Looks up names in the tables. This is code, in its own module, because a key may cover more than one name.

A key may end in `.*`: any attribute below that name. An exact key wins over a wildcard, and the longest wildcard wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sqsfifo_lint.knowledge.model import Source, Transform
from sqsfifo_lint.knowledge.sources import CONFIG_ATTRIBUTES, NOT_SOURCES, SOURCES
from sqsfifo_lint.knowledge.transforms import ATTRIBUTES, METHODS, TRANSFORMS

_Row = TypeVar("_Row")


def matching_key(table: Mapping[str, object], name: str) -> str | None:
    """The key of `table` that covers `name`: `name` itself, else the longest `prefix.*`."""
    if name in table:
        return name
    end = name.rfind(".")
    while end > 0:
        key = f"{name[:end]}.*"
        if key in table:
            return key
        end = name.rfind(".", 0, end)
    return None


def lookup(table: Mapping[str, _Row], name: str) -> _Row | None:
    """The entry of `table` that covers `name`."""
    key = matching_key(table, name)
    return None if key is None else table[key]


def source_of(name: str) -> Source | None:
    """The source under a fully qualified name; a known transform wins over a wildcard."""
    key = matching_key(SOURCES, name)
    if key is None or name in NOT_SOURCES:
        return None
    if key != name:
        rival = matching_key(TRANSFORMS, name)
        # Both keys cover the name, so the longer one says more.
        if rival is not None and (rival == name or len(rival) > len(key)):
            return None
    return SOURCES[key]


def config_attribute_of(name: str) -> Source | None:
    """The configuration that the attribute or item `name` holds, such as `django.conf.settings.QUEUE`."""
    return lookup(CONFIG_ATTRIBUTES, name)


def transform_of(name: str) -> Transform | None:
    """The transform under a fully qualified name."""
    return lookup(TRANSFORMS, name)


def is_known(name: str) -> bool:
    """Whether a table says what a fully qualified name yields."""
    return any(found(name) is not None for found in (source_of, config_attribute_of, transform_of))


def method_of(kind: str, name: str) -> Transform | None:
    """The transform that method `name` is on a value of `kind`."""
    return METHODS.get(f"{kind}.{name}") or METHODS.get(name)


def attribute_of(kind: str, name: str) -> Transform | None:
    """The transform that attribute `name` is on a value of `kind`."""
    return ATTRIBUTES.get(f"{kind}.{name}") or ATTRIBUTES.get(name)
