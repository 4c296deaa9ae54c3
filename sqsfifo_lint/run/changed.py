"""What has changed since a commit, and which findings that concerns: those on a changed line, or whose origin, trace
or send is on one.

Git is asked, and nothing in the repository is run for that: no hook, no external diff, no file-system monitor.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqsfifo_lint.model import Finding, Span
from sqsfifo_lint.queues.infrastructure import is_infrastructure
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Report
from sqsfifo_lint.run.discover import SUFFIXES

GIT = ("git", "--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.quotePath=true")
DIFF = (
    *("diff", "--no-ext-diff", "--no-textconv", "--no-color", "--unified=0", "--inter-hunk-context=0"),
    *("--find-renames", "--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/"),
)
MERGE_BASE = "..."
"""At the end of a revision: what has changed since the branch has left that revision."""

LAST = 2**31
"""A line beyond the end of every file."""


class GitError(Exception):
    """Git cannot say what has changed; the message says why."""


@dataclass(frozen=True, slots=True)
class Lines:
    """What has changed in one file: first and last lines of regions, and lines behind which something was removed."""

    regions: tuple[tuple[int, int], ...] = ()
    gaps: tuple[int, ...] = ()

    def touch(self, span: Span) -> bool:
        """Whether something in a span has changed."""
        return any(first <= span.end_line and span.line <= last for first, last in self.regions) or any(
            span.line <= gap < span.end_line for gap in self.gaps
        )


WHOLE = Lines(((1, LAST),))


@dataclass(frozen=True, slots=True)
class Changes:
    """`lines`: by real path, what has changed. `staged`: by path, content that will be committed and is not on disk."""

    lines: Mapping[str, Lines]
    staged: Mapping[Path, bytes] = field(default_factory=dict)

    def reported(self, report: Report) -> Report:
        """The report with the findings that the changes concern."""
        real = {name: os.path.realpath(path) for name, path in report.locations.items()}

        def concerned(finding: Finding) -> bool:
            return any(
                self.lines[path].touch(span)
                for span in _spans(finding)
                if (path := real.get(span.path, "")) in self.lines
            )

        return replace(report, findings=tuple(filter(concerned, report.findings)))


def _spans(finding: Finding) -> Iterator[Span]:
    yield finding.span
    if finding.send is not None:
        yield finding.send
    yield from (step.span for step in finding.trace)


def changes_since(revision: str, paths: Sequence[Path]) -> Changes:
    """What has changed in the repositories that paths lie in, on disk, since a revision; what is staged if it is empty.

    `REVISION...` means: since the branch has left that revision. A file that git does not know yet has changed as a
    whole. Raises GitError.
    """
    lines: dict[str, Lines] = {}
    staged: dict[Path, bytes] = {}
    for top in dict.fromkeys(map(_top, paths)):  # spelt as in the paths, for which links may have been followed
        if revision:
            lines |= _below(top, parse(_git(top, *DIFF, _commit(top, revision), "--")))
            new = _names(top, "ls-files", "--others", "--exclude-standard", "-z")
            lines |= {os.path.realpath(os.path.join(top, name)): WHOLE for name in new}
        else:
            lines |= _below(top, parse(_git(top, *DIFF, "--cached", "--")))
            staged |= _staged(top, lines)
    return Changes(lines, staged)


def parse(diff: bytes) -> dict[bytes, Lines]:
    """What has changed, by the name of the file after the change, from a diff without context."""
    found: dict[bytes, Lines] = {}
    name: bytes | None = None
    rest = iter(diff.split(b"\n"))
    for line in rest:
        if line.startswith(b"diff --git "):
            name = None
        elif line.startswith(b"+++ "):
            name = _name(line[4:])
        elif name is not None and (hunk := _HUNK.match(line)):
            before, start, count = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
            for _ in range(before + count):  # what the lines say is not a header, whatever it looks like
                next(rest, None)
            known = found.get(name, Lines())
            found[name] = (
                replace(known, regions=(*known.regions, (start, start + count - 1)))
                if count
                else replace(known, gaps=(*known.gaps, start))
            )
    return found


_HUNK = re.compile(rb"@@ -[0-9]+(?:,([0-9]+))? \+([0-9]+)(?:,([0-9]+))? @@")


def _name(text: bytes) -> bytes | None:
    """The name in a header; None for a file that is gone."""
    text = text.removesuffix(b"\t")  # is put behind a name with a space
    if text.startswith(b'"'):
        text = ast.literal_eval(f"b{text.decode('ascii')}")  # git quotes as C does, and so does Python
    return text[2:] if text.startswith(b"b/") else None


def _below(top: str, found: Mapping[bytes, Lines]) -> dict[str, Lines]:
    return {os.path.realpath(os.path.join(top, os.fsdecode(name))): lines for name, lines in found.items()}


def _top(path: Path) -> str:
    """The top of the repository that a file or folder lies in."""
    folder = next((one for one in (path.absolute(), *path.absolute().parents) if one.is_dir()), Path.cwd())
    try:
        top = os.fsdecode(_git(str(folder), "rev-parse", "--show-toplevel").removesuffix(b"\n"))
    except GitError as error:
        if "not a git repository" in str(error):
            raise GitError(f"--diff: {folder} is in no git repository") from None
        raise
    return os.path.normpath(os.path.join(folder, os.path.relpath(top, os.path.realpath(folder))))


def _commit(top: str, revision: str) -> str:
    """The commit that a revision names, or from which it says that the branch has gone its own way."""
    name = revision.removesuffix(MERGE_BASE)
    try:
        found = _hash(_git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"))
    except GitError:
        hint = "is it a path? Write `--diff` behind the paths, or `--diff=REV`" if os.path.exists(name) else ""
        hint = hint or "a shallow clone has few commits: fetch it first"
        raise GitError(f"--diff: {name!r} names no commit in {top} ({hint})") from None
    if name == revision:
        return found
    try:
        return _hash(_git(top, "merge-base", found, "HEAD"))
    except GitError:
        raise GitError(f"--diff: {name!r} and HEAD have no commit in common in {top}") from None


def _hash(output: bytes) -> str:
    text = output.decode("ascii", "replace").strip()
    if not re.fullmatch(r"[0-9a-f]{40,64}", text):
        raise GitError(f"--diff: git names no commit, but {text[:80]!r}")
    return text


def _staged(top: str, changed: Mapping[str, Lines]) -> dict[Path, bytes]:
    """The content of files of which only a part is staged: what is on disk is not what will be committed."""
    found: dict[Path, bytes] = {}
    for name in _names(top, "diff", "--no-ext-diff", "--ignore-submodules=all", "--name-only", "-z", "--"):
        path = os.path.join(top, name)
        if os.path.realpath(path) in changed and (name.endswith(SUFFIXES) or is_infrastructure(path)):
            found[Path(path)] = _git(top, "cat-file", "blob", f":{name}")
    return found


def _names(top: str, *arguments: str) -> list[str]:
    return [os.fsdecode(name) for name in _git(top, *arguments).split(b"\0") if name]


def _git(folder: str, *arguments: str) -> bytes:
    """What git prints, run in a folder. Raises GitError."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    # A hook is told where the index is from its own folder, which is not this one.
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        if environment.get(name):
            environment[name] = os.path.abspath(environment[name])
    try:
        done = subprocess.run(
            [*GIT, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("--diff: there is no `git` to ask what has changed") from None
    except (OSError, ValueError) as error:
        raise GitError(f"--diff: git cannot be run: {error}") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"status {done.returncode}"]
        raise GitError(f"--diff: git says: {said[0]}")
    return done.stdout
