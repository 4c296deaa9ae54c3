"""What a result depends on besides the checked files: this tool, its plugins, the libraries that parse, and Python."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

PARSERS = ("libcst", "yaml", "tree_sitter", "tree_sitter_bash", "tree_sitter_hcl")
"""Packages that read the checked files: with another release of them results may be others."""

_PLUGS = b"sqsfifo_lint."
"""How the names of our groups of entry points begin."""
_PACKAGE = Path(__file__).parents[1]


def fingerprint() -> bytes:
    """A digest that changes with anything that is installed and that a result depends on.

    Code is told by the sizes and times of its files, lest a changed tool of the same version believe what another one
    has found. Distributions that add to us by entry points count with all their files.
    """
    folders = [_PACKAGE, *(folder for name in PARSERS if (folder := _folder_of(name)) is not None)]
    found = [sys.version, sys.implementation.cache_tag or "", *map(str, folders)]
    found += _stamps(_PACKAGE, deep=True)
    for folder in folders[1:]:
        found += _stamps(folder, deep=False)
    for text, names in _plugged(sys.path):
        found.append(text)
        for name in names:
            folder = _folder_of(name)
            found += _stamps(folder, deep=True) if folder is not None else ()
    return hashlib.blake2b("\n".join(found).encode("utf-8", "replace"), digest_size=16).digest()


def _folder_of(name: str) -> Path | None:
    """The folder of a top-level package, or the file of a module, without importing it."""
    with suppress(ImportError, ValueError):
        spec = find_spec(name)
        if spec is not None and spec.origin:
            origin = Path(spec.origin)
            return origin.parent if origin.stem == "__init__" else origin
    return None


def _stamps(top: Path, *, deep: bool) -> Iterator[str]:
    """Path, size and time of the Python files in a folder, or of one file."""
    if not top.is_dir():
        with suppress(OSError):
            found = top.stat()
            yield f"{top} {found.st_size} {found.st_mtime_ns}"
        return
    pending = [str(top)]
    while pending:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name.endswith((".py", ".so", ".pyd", ".json", ".toml")):
                    stamp = entry.stat()
                    yield f"{entry.path} {stamp.st_size} {stamp.st_mtime_ns}"
                elif deep and entry.is_dir() and entry.name != "__pycache__":
                    pending.append(entry.path)


def _plugged(folders: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Distributions that add to us: folder and entry points, and the top-level names of the modules that these name.

    Reading the few files by hand takes a tenth of importing `importlib.metadata`.
    """
    for folder in folders:
        with suppress(OSError):
            for name in sorted(os.listdir(folder or ".")):
                if not name.endswith((".dist-info", ".egg-info")):
                    continue
                with suppress(OSError):
                    data = Path(folder, name, "entry_points.txt").read_bytes()
                    if _PLUGS in data:
                        text = data.decode("utf-8", "replace")
                        yield f"{folder}/{name}\n{text}", _modules(text)


def _modules(text: str) -> list[str]:
    """The top-level modules of the entry points in our groups."""
    found, ours = set(), False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            ours = line.startswith(f"[{_PLUGS.decode()}")
        elif ours and "=" in line:
            found.add(line.partition("=")[2].strip().partition(":")[0].partition(".")[0])
    return sorted(found - {"sqsfifo_lint", ""})
