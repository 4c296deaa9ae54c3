"""The fields of JSON documents, and those that docs/evidence.md promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

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


def promised(heading: str) -> set[str]:
    """The fields in the tables below a heading of the page: what stands between backticks in the first column."""
    text = PAGE.read_text(encoding="utf-8")
    section = re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    assert section.strip(), f"the page has no section {heading!r}"
    found: set[str] = set()
    prefix = ""
    for line in section.splitlines():
        inside = re.fullmatch(r"(?:In|Each of) `([^`]+)`.*:", line)
        if inside:
            prefix = inside[1] + "."
        elif line.startswith("| `"):
            found.update(prefix + name for name in re.findall(r"`([^`]+)`", line.split("|")[1]))
    return found
