"""What may be a mistake of whoever asked: folders without Python, patterns that match nothing, misnamed tables.

Each is a warning, and none changes what is checked.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sqsfifo_lint.config import MOST_BYTES, OWN_FILE, PYPROJECT, Config, Patterns, regular_bytes
from sqsfifo_lint.keys import TABLE
from sqsfifo_lint.meant import did_you_mean, is_slip
from sqsfifo_lint.run.discover import SUFFIXES
from sqsfifo_lint.run.gitignore import Ignoring
from sqsfifo_lint.run.names import Names
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.source.files import WIDE_SEARCH

_INI_FILES = ("setup.cfg", "tox.ini", ".flake8")
_HEADER = re.compile(r"^\[(?P<name>[^\]\n]+)\]", re.MULTILINE)
_WILD = re.compile(r"[*?\[\\]")
_SHEBANG = re.compile(rb"#!.*\bpython")
_NAMES = ("sqsfifo", "fifolint", "sqslint")
"""Short for our name."""


def mistakes(task: Task) -> Iterator[str]:
    """What may be a mistake in the paths, the options and the configuration of a check."""
    yield from _without_python(task)
    yield from _not_called_python(task)
    yield from _idle_patterns(task)
    if any(layer.select == () and not layer.extend_select for config in task.configs for layer in config.layers):
        yield "`select` is an empty list, so no rule is on"
    yield from misnamed(task)


def _without_python(task: Task) -> Iterator[str]:
    """Folders that were asked for, and have no Python file that is not ignored."""
    found = task.found
    for path in sorted(task.asked.exact):
        if not os.path.isdir(path):
            continue
        below = os.path.join(path, "")
        files = [file for file in found.python if file.startswith(below)]
        if all(map(found.hides, files)):
            hidden = files or any(folder.startswith(below) for folder in found.ignored_folders)
            why = ": what is there is excluded or git-ignored" if hidden else ""
            yield f"no Python files found under {_shown(task, path)}{why}"


def _not_called_python(task: Task) -> Iterator[str]:
    """Files that were asked for, and are read as Python although nothing says that they are."""
    for path in sorted(task.asked.exact.intersection(task.found.python)):
        if not path.endswith(SUFFIXES) and path not in task.overlay and not _is_script(path):
            yield f"{_shown(task, path)} is read as Python although it does not end in .py"


def _is_script(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return _SHEBANG.match(file.readline(200)) is not None
    except OSError:
        return True  # this has been reported


def _shown(task: Task, path: str) -> str:
    return Names(task.names.root, alone=False).shown(task.names.of(path))


def _idle_patterns(task: Task) -> Iterator[str]:
    """Patterns of files that match nothing: each of the command line; a configured one if it is a slip of the pen.

    What is configured may be there elsewhere, such as the folder of a build. Large projects are not searched.
    """
    found = task.found
    if len(found.python) > WIDE_SEARCH:
        return
    for config, key, several in _patterns(task):
        base = os.path.join(str(several.base or task.names.root), "")
        for pattern in several.patterns:
            if pattern.startswith("!") or _matches_any(pattern, base, _everything(task)):
                continue
            names = set() if _WILD.search(pattern) else _written_like(pattern, base, _everything(task))
            if several.of_command_line:
                yield f"--{key}: the pattern {pattern!r} matches nothing{did_you_mean(pattern, names)}"
            elif meant := [name for name in sorted(names) if is_slip(pattern, name)]:
                hint = f"(did you mean {meant[0]!r}?)"
                yield f"{config.origin}: {key}: the pattern {pattern!r} matches nothing {hint}"


def _patterns(task: Task) -> Iterator[tuple[Config, str, Patterns]]:
    """The patterns of files of each configuration, with their keys."""
    for config in task.configs:
        yield from ((config, "exclude", patterns) for patterns in config.exclude)
        yield from ((config, "per-file-ignores", patterns) for patterns, _ in config.per_file_ignores)


def _everything(task: Task) -> Iterator[str]:
    """Every path that there is: of an ignored folder itself, with `/`, and not what is in it."""
    yield from task.found.ignored_folders
    yield from task.found.python
    yield from task.found.infrastructure


def _matches_any(pattern: str, base: str, paths: Iterable[str]) -> bool:
    ignoring = Ignoring((pattern,))
    return any(path.startswith(base) and ignoring.covers(path[len(base) :].replace(os.sep, "/")) for path in paths)


def _written_like(pattern: str, base: str, paths: Iterable[str]) -> set[str]:
    """The names of files and folders, or their paths, written as the pattern is."""
    start, end = ("/" if pattern.startswith("/") else ""), ("/" if pattern.endswith("/") else "")
    whole = "/" in pattern.strip("/")
    found: set[str] = set()
    for path in paths:
        names = path.removeprefix(base).strip(os.sep).split(os.sep)
        folders = names if path.endswith(os.sep) or not end else names[:-1]
        found.update("/".join(names[: n + 1]) if whole else name for n, name in enumerate(folders))
    return {f"{start}{name}{end}" for name in found}


def misnamed(task: Task) -> Iterator[str]:
    """Tables that are called nearly as ours, from the folders of what was asked for upward to the repository's top."""
    folders = {path if os.path.isdir(path) else os.path.dirname(path) for path in task.asked.exact}
    seen: set[Path] = set()
    for start in map(Path, sorted(folders)):
        for folder in (start, *start.parents):
            if folder in seen:
                break
            seen.add(folder)
            for file, name, right in _misnamed_in(folder):
                yield f"{_shown(task, str(file))}: {name} is not read: {right}"
            if (folder / ".git").exists():
                break


def _misnamed_in(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """The files of a folder with a table that is not ours, but nearly so: the file, its header, what would be read."""
    file = folder / PYPROJECT
    try:
        document = tomllib.loads(_text_with_our_name(file))
    except (ValueError, RecursionError):  # whoever reads the configuration says so
        document = {}
    tool = document.get("tool")
    for name in tool if isinstance(tool, Mapping) else ():
        if name != TABLE and _is_near(name):
            yield file, f"[tool.{name}]", f"the table is called [tool.{TABLE}]"
    for name in document:
        if _is_near(name):
            yield file, f"[{name}]", f"the table is called [tool.{TABLE}]"
    for file in (folder / name for name in _INI_FILES):
        for found in _HEADER.finditer(_text_with_our_name(file)):
            if _is_near(found["name"].removeprefix("tool:").removeprefix("tool.")):
                yield file, f"[{found['name']}]", f"the configuration is in {PYPROJECT} or {OWN_FILE}"


def _text_with_our_name(file: Path) -> str:
    """The text of a file that may name us; empty for any other, and if there is none."""
    try:
        data = regular_bytes(file, MOST_BYTES) if file.exists() else b""
    except (OSError, ValueError):
        return ""
    return data.decode("utf-8", "replace") if b"sqs" in data.lower() or b"fifo" in data.lower() else ""


def _is_near(name: str) -> bool:
    """Whether a name is ours but for case, hyphens, underscores, a letter, or half of it."""
    plain, ours = re.sub(r"[^a-z0-9]", "", name.lower()), TABLE.replace("-", "")
    return plain in _NAMES or bool(did_you_mean(plain, [ours], cutoff=0.85))
