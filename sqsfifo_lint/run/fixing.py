"""Findings mended in the files: rounds of edits and checks, until nothing is left that has a fix.

Nothing is written before the last round. What a round claims is checked by the next one: the findings whose fixes were
made must be gone, and no other may have come, or the file's edits of that round are taken back.
"""

from __future__ import annotations

import difflib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqsfifo_lint.cache.plain import dumps
from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.model import Finding
from sqsfifo_lint.report import Fix, Report
from sqsfifo_lint.run.discover import root_of
from sqsfifo_lint.run.rewriting import Original, content, replace_file, unwritable
from sqsfifo_lint.source.python_tree import UNREADABLE, tree_of

MOST_ROUNDS = 30
"""How often a project is checked for its fixes. Edits that do not meet are made in one round; where something had to be
taken back, the file gets one fix a round."""

CHANGED = "it is not what was checked: it has been changed meanwhile"
OUTSIDE = "it is a link that leads out of the project"

Overlay = Mapping[Path, bytes]
Place = tuple[str, str, int, str]
"""A finding, by the file, the code, the column and the text of the line: lines move."""


@dataclass(slots=True)
class Fixing:
    """What came of it. `report`: what is left."""

    report: Report
    made: list[tuple[Finding, Fix]] = field(default_factory=list)
    originals: dict[Path, Original] = field(default_factory=dict)
    contents: dict[Path, bytes] = field(default_factory=dict)
    """The new content of each file that is changed, by its absolute path."""
    names: dict[Path, str] = field(default_factory=dict)
    """The names in the report of the files that have a fix."""
    refused: dict[str, str] = field(default_factory=dict)
    """Why files cannot be changed, by their names in the report."""


def with_fixes(report: Report, cache: Cache | None = None) -> Report:
    """The report, with the fixes that its findings have; `cache` as for `check`."""
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.remedies:
            by_file.setdefault(finding.span.path, []).append(finding)
    if not by_file:
        return report
    found: dict[Finding, Fix] = {}
    for name, findings in by_file.items():
        found.update(_fixes_of("\n".join(report.lines[name]), findings, cache))
    if cache is not None:
        cache.save()
    return replace(report, fixes=found)


def _fixes_of(text: str, findings: Sequence[Finding], cache: Cache | None) -> Mapping[Finding, Fix]:
    """The fixes of findings in a file with this text."""

    def made() -> tuple[Fix | None, ...]:
        from sqsfifo_lint.fixes import fixes_of  # needs LibCST, which is slow to import where nothing sends

        fixes = fixes_of(text, findings)
        return tuple(map(fixes.get, findings))

    found = made() if cache is None else cache.kept(made, "fixes", text, dumps(tuple(findings)))
    return {finding: fix for finding, fix in zip(findings, found, strict=True) if fix is not None}


def fix(check: Callable[[Overlay], Report], *, unsafe: bool, given: Overlay, write: bool) -> Fixing:
    """Mend what has a fix: a safe one, or any if `unsafe`.

    `check` reports on the project with other contents of files; `given` is such content that is not on disk. With
    `write`, files are written; one that cannot be is told, and the others still are.
    """
    return _Rounds(check, unsafe, given, write).run()


class _Rounds:
    def __init__(self, check: Callable[[Overlay], Report], unsafe: bool, given: Overlay, write: bool) -> None:
        self._checked = check
        self._unsafe, self._write = unsafe, write
        self._given = {Path(os.path.abspath(path)): data for path, data in given.items()}
        self._barred: set[Place] = set()
        self._careful: set[str] = set()
        """Files that get one fix a round."""
        self._done = Fixing(self._check(self._given))

    def _check(self, contents: Overlay) -> Report:
        return with_fixes(self._checked(contents))

    def run(self) -> Fixing:
        done = self._done
        for _ in range(MOST_ROUNDS):
            chosen = dict(self._chosen())
            if not chosen:
                break
            self._round(chosen)
        if self._write and done.contents and not self._given:
            unwritten = {name: why for name, why in self._written() if why}
            done.refused.update(unwritten)
            if unwritten:
                done.report = self._check({})
                done.made = [(one, how) for one, how in done.made if one.span.path not in unwritten]
        return done

    def _chosen(self) -> Iterator[tuple[str, list[tuple[Finding, Fix]]]]:
        """By the name of a file, the fixes that can be made at once."""
        from sqsfifo_lint.fixes import together  # see `with_fixes`

        report = self._done.report
        by_file: dict[str, list[tuple[Finding, Fix]]] = {}
        for finding in report.findings:
            found = report.fixes.get(finding)
            if found is None or not (found.safe or self._unsafe) or self._place(finding) in self._barred:
                continue
            if self._may_change(finding.span.path):
                by_file.setdefault(finding.span.path, []).append((finding, found))
        for name, several in by_file.items():
            kept, _ = together([found for _, found in several])
            kept = kept[:1] if name in self._careful else kept
            yield name, [(finding, found) for finding, found in several if any(found is one for one in kept)]

    def _round(self, chosen: Mapping[str, list[tuple[Finding, Fix]]]) -> None:
        """Make fixes, and keep those that do as they claim."""
        from sqsfifo_lint.fixes import applied, together  # see `with_fixes`

        done, before = self._done, self._done.report
        tried: dict[Path, bytes] = {}
        for name, several in chosen.items():
            _, edits = together([found for _, found in several])
            text = applied("\n".join(before.lines[name]), edits)
            try:
                tree_of(text)
                tried[before.locations[name]] = done.originals[before.locations[name]].encoded(text)
            except (*UNREADABLE, UnicodeError):
                self._take_back(name, several)
        after = self._check({**self._given, **done.contents, **tried})
        worse = [
            name for name in chosen if before.locations[name] in tried and _is_worse(name, chosen[name], before, after)
        ]
        for name in worse:
            self._take_back(name, chosen[name])
            del tried[before.locations[name]]
        done.contents.update(tried)
        done.made += [one for name in chosen if before.locations[name] in tried for one in chosen[name]]
        done.report = self._check({**self._given, **done.contents}) if worse else after

    def _take_back(self, name: str, several: list[tuple[Finding, Fix]]) -> None:
        """Do not try the same again: not at once, or if it was alone, not at all."""
        self._careful.add(name)
        if len(several) == 1:
            self._barred.add(self._place(several[0][0]))

    def _place(self, finding: Finding) -> Place:
        span = finding.span
        return span.path, finding.code, span.column, self._done.report.lines[span.path][span.line - 1]

    def _may_change(self, name: str) -> bool:
        """Whether a file can be changed; if not, why is kept."""
        done = self._done
        path = done.report.locations[name]
        done.names[path] = name
        if name not in done.refused and path not in done.originals:
            try:
                data = self._given[path] if path in self._given else content(path)
                done.originals[path] = original = Original.of(data)
            except (OSError, ValueError, SyntaxError, LookupError) as error:
                done.refused[name] = str(error) or "it cannot be read"
                return False
            why = "" if path in self._given else self._refusal(path)
            if original.text != "\n".join(done.report.lines[name]):
                why = why or CHANGED
            if why:
                done.refused[name] = why
        return name not in done.refused

    def _refusal(self, path: Path) -> str:
        real, root = Path(os.path.realpath(path)), Path(os.path.realpath(root_of(path.parent)))
        if root not in real.parents:
            return OUTSIDE
        return unwritable(real) if self._write else ""

    def _written(self) -> Iterator[tuple[str, str]]:
        """Write the files. For each, its name in the report, and why it could not be; empty if it was."""
        done = self._done
        for path, data in done.contents.items():
            try:
                real = Path(os.path.realpath(path))
                changed = content(real) != done.originals[path].data
                if not changed:
                    replace_file(real, data)
                yield done.names[path], CHANGED if changed else ""
            except (OSError, ValueError) as error:
                yield done.names[path], getattr(error, "strerror", None) or str(error)


def diff(fixing: Fixing) -> Iterator[str]:
    """The changes as a unified diff, in the order of the files' names."""
    for path, data in sorted(fixing.contents.items()):
        original = fixing.originals[path]
        before, after = (_kept(one.decode(original.encoding)) for one in (original.data, data))
        name = fixing.names[path]
        for line in difflib.unified_diff(before, after, name, name):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _kept(text: str) -> list[str]:
    """The lines of a text with their ends: those that `\\n` makes, which is what `patch` counts."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _is_worse(name: str, made: list[tuple[Finding, Fix]], before: Report, after: Report) -> bool:
    """Whether a finding of which a fix was made is still there, or another has come that was not told."""
    if any(problem.path == name for problem in after.problems):
        return True
    counts, now = (Counter(f.code for f in report.findings if f.span.path == name) for report in (before, after))
    counts.subtract(Counter(finding.code for finding, _ in made))
    mended = {finding.code for finding, _ in made}
    told = any(found.note for _, found in made)
    return any(now[code] > counts[code] for code in now if code in mended or not told)
