"""Findings that a team has accepted for now, in a file beside its code: only what is new is reported.

An entry says what a finding is known by (see `fingerprints`) and in which file it was, and holds no line number. It
absorbs exactly one finding: of its own file, or, once that file or the function in it is gone, of another one. Whether
it is gone is looked up on disk, so that a check of one file and a check of everything agree.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqsfifo_lint.config import ConfigError, regular_bytes
from sqsfifo_lint.fingerprints import PYTHON, Identity, Outline, identities
from sqsfifo_lint.meant import shown
from sqsfifo_lint.model import Confidence, Finding
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Report

FILE = ".sqsfifo-baseline.json"
VERSION = 1

MOST_BYTES = 16 * 1024 * 1024
"""Bytes of a baseline: some 50,000 findings. Nobody accepts more of them unread."""
MOST_SOURCE = 1024 * 1024
"""Bytes of a source in which a function is looked for."""


class Entry(NamedTuple):
    """One accepted finding. Entries are sorted by these fields."""

    file: str
    """Relative to the folder of the baseline, with `/`."""
    place: str
    rule: str
    argument: str
    origin: str
    likely: bool = False
    """It was found in an audit, and is not proven."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What a finding is known by, wherever it is: as `Identity.key`."""
        return (self.rule, self.place, self.argument, self.origin)

    def __str__(self) -> str:
        return f"{self.file}: {self.rule}" + (f" in {self.place}" if self.place else "")


@dataclass(frozen=True)
class Baseline:
    """The entries of one file, each with how often it stands there."""

    folder: Path
    entries: Counter[Entry]

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / FILE


class Absorbed(NamedTuple):
    """What a baseline does to findings."""

    by: Sequence[Entry | None]
    """For each finding, the entry that absorbs it."""
    left: Counter[Entry]
    """Entries that absorb nothing."""


def absorb(found: Sequence[Entry], entries: Mapping[Entry, int], is_at_home: Callable[[Entry], bool]) -> Absorbed:
    """Which findings the entries absorb: those of their own file first, then those that seem to have moved.

    `found`: each finding, as an entry would say it. `is_at_home`: whether what an entry is about is still where it was.
    """
    left = Counter(entries)
    by: list[Entry | None] = []
    for one in found:
        same = next((entry for entry in (one, one._replace(likely=not one.likely)) if left[entry] > 0), None)
        if same is not None:
            left[same] -= 1
        by.append(same)
    left = +left
    moved: dict[tuple[str, str, str, str], list[Entry]] = {}
    wanted = {one.key for one, entry in zip(found, by, strict=True) if entry is None}
    for entry in sorted(left.elements(), reverse=True):
        if entry.key in wanted and not is_at_home(entry):
            moved.setdefault(entry.key, []).append(entry)
    for number, one in enumerate(found):
        if by[number] is None and moved.get(one.key):
            entry = moved[one.key].pop()
            left[entry] -= 1
            by[number] = entry
    return Absorbed(by, +left)


def is_at_home(folder: Path) -> Callable[[Entry], bool]:
    """Whether the file of an entry is there, and, if it is Python, has the class or function."""
    outlines: dict[str, Outline | None] = {}

    def outline_of(file: str) -> Outline | None:
        """None: there is no such file in the folder."""
        path = Path(os.path.normpath(folder / file))
        if folder not in path.parents or not path.is_file():
            return None
        return Outline(_lines(path), python=file.endswith(PYTHON))

    def answer(entry: Entry) -> bool:
        if entry.file not in outlines:
            outlines[entry.file] = outline_of(entry.file)
        outline = outlines[entry.file]
        return outline is not None and (not entry.place or not entry.file.endswith(PYTHON) or outline.has(entry.place))

    return answer


def _lines(path: Path) -> list[str]:
    """The lines of a source; none if it cannot be read."""
    try:
        data = regular_bytes(path, MOST_SOURCE)
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding).read().split("\n")
    except (OSError, ValueError, SyntaxError, LookupError):
        return []


def nearest(path: Path) -> Path | None:
    """The folder whose baseline is that of a file or folder: the nearest that has one, in the repository.

    One in the home folder, or in one for temporary files, is nobody's: others may have put it there.
    """
    for folder in _upward(path):
        if str(folder) in SHARED:
            return None
        if (folder / FILE).is_file():
            return folder
        if (folder / ".git").exists():
            return None
    return None


def home(path: Path, project: Callable[[Path], Path | None]) -> Path:
    """The folder of the baseline for a file or folder, or where one is to be made.

    That is the top of the repository, else the root of the `project` that a folder is in, else the folder itself.
    """
    known = nearest(path)
    if known is not None:
        return known
    folders = _upward(path)
    repository = next((folder for folder in folders if (folder / ".git").exists()), None)
    return repository or project(folders[0]) or folders[0]


def _upward(path: Path) -> tuple[Path, ...]:
    start = path if path.is_dir() else path.parent
    return (start, *start.parents)


SHARED = frozenset({os.path.expanduser("~"), os.environ.get("TMPDIR", "/tmp").rstrip("/"), "/tmp", "/var/tmp", "/"})
"""Folders that hold what does not belong together."""


def described(report: Report) -> list[tuple[Path, Identity, bool]]:
    """For each finding of a report: its file, what it is known by, and whether it is merely likely."""
    found = identities(report.findings, lambda path: report.lines.get(path, ()))
    return [
        (report.locations[finding.span.path], identity, finding.confidence is Confidence.LIKELY)
        for finding, identity in zip(report.findings, found, strict=True)
    ]


def entry_of(folder: Path, path: Path, identity: Identity, likely: bool) -> Entry:
    """The entry that would absorb a finding."""
    file = os.path.relpath(path, folder).replace(os.sep, "/")
    return Entry(file, identity.place, identity.rule, identity.argument, identity.origin, likely)


class Scope:
    """What a run was about, and so which entries it can call stale."""

    def __init__(self, paths: Sequence[Path], report: Report, was_run: Callable[[Path, str, bool], bool]) -> None:
        """`paths`: what was asked for, absolute. `was_run`: whether a rule was run on a file, by its code, and
        for what is likely."""
        self.paths = paths
        self._below = tuple(os.path.join(path, "") for path in paths)
        self._was_run = was_run
        self._broken = {str(report.locations.get(problem.path, problem.path)) for problem in report.problems}

    def covers(self, entry: Entry, folder: Path) -> bool:
        """Whether the run would have found what an entry of the baseline in a folder says, if it were still there."""
        path = os.path.normpath(folder / entry.file)
        if path in self._broken or "." in self._broken:
            return False
        asked = Path(path) in self.paths or path.startswith(self._below)
        # What is in no file any more may be in any other.
        all_asked = asked if os.path.isfile(path) else os.path.join(folder, "").startswith(self._below)
        return all_asked and self._was_run(Path(path), entry.rule, entry.likely)


def held_back(report: Report, scope: Scope) -> Report:
    """The report without what baselines absorb. Raises ConfigError if a baseline is not valid."""
    ours = [finding for finding in report.findings if finding not in report.left]
    folders = {folder for path in scope.paths if (folder := nearest(path)) is not None}
    homes = {finding.span.path: nearest(report.locations[finding.span.path]) for finding in ours}
    absorbed: set[Finding] = set()
    stale: list[str] = []
    for folder in sorted(folders | {one for one in homes.values() if one is not None}):
        mine = [finding for finding in ours if homes[finding.span.path] == folder]
        entries = [entry_of(folder, *one) for one in described(replace(report, findings=tuple(mine)))]
        result = absorb(entries, read(folder).entries, is_at_home(folder))
        absorbed.update(finding for finding, by in zip(mine, result.by, strict=True) if by is not None)
        stale += [str(entry) for entry in sorted(result.left.elements()) if scope.covers(entry, folder)]
    kept = tuple(finding for finding in report.findings if finding not in absorbed)
    return replace(report, findings=kept, baselined=len(absorbed), stale=tuple(stale))


_WORDS = ("file", "place", "rule", "argument", "origin")


def read(folder: Path) -> Baseline:
    """The baseline in a folder; an empty one if there is none. Raises ConfigError if it cannot be read."""
    path = folder / FILE
    try:
        document = json.loads(regular_bytes(path, MOST_BYTES).decode("utf-8"))
    except FileNotFoundError:
        return Baseline(folder, Counter())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from None
    except RecursionError:
        raise ConfigError(f"{path}: is nested too deeply") from None
    except ValueError as error:
        reason = shown(str(error))
        raise ConfigError(f"{path}: is no valid baseline ({reason}); mend it, or delete it") from None
    return Baseline(folder, Counter(dict(_entries(document, path))))


def _entries(document: object, path: Path) -> Iterable[tuple[Entry, int]]:
    match document:
        case {"version": int() as version, "findings": list() as rows} if version == VERSION:
            found: Counter[Entry] = Counter()
            for row in rows:
                entry, count = _entry(row, path)
                found[entry] += count
            return found.items()
        case {"version": int() as version} if version > VERSION:
            raise ConfigError(f"{path}: was written by a newer sqsfifo-lint (version {version} of baselines)")
    raise ConfigError(f'{path}: is no baseline: "version": {VERSION} and "findings" are expected')


def _entry(row: object, path: Path) -> tuple[Entry, int]:
    if isinstance(row, dict) and all(isinstance(row.get(word, ""), str) for word in _WORDS) and row.get("rule"):
        count = row.get("count", 1)
        if isinstance(count, int) and count > 0:
            file, place, rule, argument, origin = (row.get(word, "") for word in _WORDS)
            return Entry(file, place, rule, argument, origin, row.get("likely") is True), count
    raise ConfigError(f"{path}: {shown(json.dumps(row))} is no entry of a baseline")


def written(entries: Mapping[Entry, int]) -> str:
    """The text of a baseline: sorted, an entry a line, so that a diff shows what has come and gone."""
    rows = []
    for entry, count in sorted(entries.items()):
        row: dict[str, object] = {word: text for word in _WORDS if (text := getattr(entry, word))}
        row |= {"likely": True} if entry.likely else {}
        row |= {"count": count} if count > 1 else {}
        rows.append(f"    {json.dumps(row)}")
    inner = ",\n".join(rows)
    return f'{{\n  "version": {VERSION},\n  "findings": [\n{inner}\n  ]\n}}\n' if rows else _EMPTY


_EMPTY = f'{{\n  "version": {VERSION},\n  "findings": []\n}}\n'


def write(baseline: Baseline) -> None:
    """Write the file, or replace it in one step; a link is replaced, not followed. Raises OSError."""
    number, name = tempfile.mkstemp(prefix=FILE, dir=baseline.folder)
    try:
        with open(number, "w", encoding="ascii", newline="\n") as file:
            file.write(written(baseline.entries))
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, baseline.path)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
