"""The fields of JSON documents, and those that docs/evidence.md promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parent.parent.parent / "docs" / "evidence.md"


def fields_of(value: object, path: str = "") -> Iterator[str]:
    """The paths of all fields: `queues[].group_ids.values[].value`."""
    match value:
        case dict():
            for name, inner in value.items():
                here = f"{path}.{name}" if path else str(name)
                yield here
                yield from fields_of(inner, here)
        case list():
            for inner in value:
                yield from fields_of(inner, f"{path}[]")


class Promise(NamedTuple):
    """A field that the page promises."""

    section: str
    owner: str
    """The end of the path of the object that has it; empty for the document."""
    name: str


def promises() -> list[Promise]:
    """What the tables of the page say, below headings such as "In `queues[]` and `code`"."""
    found: list[Promise] = []
    section, owners = "", list[str]()
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section, owners = line[3:], []
        elif line.startswith("### "):
            owners = [""] if line == "### The document" else re.findall("`([^`]+)`", line)
        elif line.startswith("| `"):
            names = re.findall("`([^`]+)`", line.split("|")[1])
            found += (Promise(section, owner, name) for owner in owners for name in names)
    return found


def kept_by(field: str, section: str, promised: list[Promise]) -> list[Promise]:
    """The promises that speak of a field of the document that `section` is about."""
    owner, _, name = field.rpartition(".")
    return [
        one
        for one in promised
        if one.name == name
        and (one.section == section if not one.owner else owner == one.owner or owner.endswith(f".{one.owner}"))
        and bool(one.owner) == bool(owner)
    ]
