"""Comments that silence findings, written into the sources where they work.

For each finding, places for a comment are tried in turn. One is taken if the comment then silences the finding and the
code is what it was: the same syntax tree, or the same YAML. Nothing else is written.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqsfifo_lint import useless
from sqsfifo_lint.model import Finding, Span
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Report
from sqsfifo_lint.run.discover import SUFFIXES
from sqsfifo_lint.run.rewriting import content, encoding_of, replace_file, split
from sqsfifo_lint.run.suppress import NOQA, find_suppressions, find_suppressions_by_line, own_comment
from sqsfifo_lint.source.python_tree import UNREADABLE, tree_of

WIDTH = 100
"""Columns that a line may have with a comment at its end; if it has more, the comment gets a line of its own."""

YAML = (".yaml", ".yml")

NO_PLACE = "no place was found where one works"
CHANGED = "the file on disk is not what was checked"


@dataclass(slots=True)
class Added:
    """How many comments were written, into how many files; `left`: findings without one, and why."""

    comments: int = 0
    files: int = 0
    left: list[tuple[Finding, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Words:
    """What the comments say."""

    noqa: bool
    reason: str

    def new(self, finding: Finding) -> str:
        """A comment that silences a finding."""
        if self.noqa:
            return f"# noqa: {finding.code}"
        return own_comment(finding, self.reason)

    def extended(self, line: str, finding: Finding) -> str | None:
        """A line with such a comment, which is made to silence a finding as well; None if it has none."""
        if self.noqa:
            found = NOQA.search(line)
            if found is None or found["codes"] is None:
                return None
            end = found.end("codes") - len(found["codes"]) + len(found["codes"].rstrip(", \t"))
            return f"{line[:end]}, {finding.code}{line[end:]}"
        tail = f"] {self.reason}".rstrip()
        at = line.rfind(tail)
        if "# sqsfifo: ignore[" not in line or at < 0 or line[at:].rstrip() != tail:
            return None
        return f"{line[:at]}, {finding.name}{line[at:]}"


def add_ignores(report: Report, *, noqa: bool, reason: str) -> Added:
    """Write a comment for each finding of a report. Raises OSError if a file cannot be written."""
    added = Added()
    words = Words(noqa, _one_line(reason))
    by_file: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.code == useless.CODE:
            added.left.append((finding, "it is about a comment"))
        else:
            by_file.setdefault(finding.span.path, []).append(finding)
    for name, findings in by_file.items():
        path = Path(os.path.realpath(report.locations[name]))
        try:
            source = _Source.read(path, name)
        except (OSError, *UNREADABLE, LookupError) as error:
            added.left += [(finding, str(error) or "the file cannot be read") for finding in findings]
            continue
        if [line for line, _ in source.lines] != list(report.lines[name]):
            added.left += [(finding, CHANGED) for finding in findings]
            continue
        left = source.silence(findings, words)
        added.left += [(finding, NO_PLACE) for finding in left]
        if len(left) < len(findings):
            source.write()
            added.files += 1
            added.comments += len(findings) - len(left)
    return added


def with_comments(name: str, text: str, findings: Sequence[Finding], *, reason: str) -> tuple[str, list[Finding]]:
    """The text of the file of this name, with our own comments that silence findings; those for which none works.

    Lines keep what ends them.
    """
    source = _Source(Path(name), name.endswith(SUFFIXES), "utf-8", split(text))
    left = source.silence(findings, Words(noqa=False, reason=_one_line(reason)))
    return "".join(map("".join, source.lines)), left


def _one_line(reason: str) -> str:
    return " ".join(reason.split()).replace("]", ")")


@dataclass(slots=True)
class _Source:
    """A file whose lines are being changed: each with what ends it."""

    path: Path
    python: bool
    encoding: str
    lines: list[tuple[str, str]]

    @classmethod
    def read(cls, path: Path, name: str) -> _Source:
        data = content(path)
        python = name.endswith(SUFFIXES)
        encoding = encoding_of(data) if python else "utf-8"
        return cls(path, python, encoding, split(data.decode(encoding)))

    def write(self) -> None:
        """Replace the file in one step."""
        replace_file(self.path, "".join(map("".join, self.lines)).encode(self.encoding))

    def silence(self, findings: Sequence[Finding], words: Words) -> list[Finding]:
        """Add comments, from the end of the file to its start. Returns the findings for which there is no place."""
        meaning = _meaning(self.path.name, self.python)
        before = meaning(self._text())
        return [
            finding
            for finding in sorted(findings, key=lambda one: one.rank, reverse=True)
            if before is None or not self._silence(finding, words, lambda text: meaning(text) == before)
        ]

    def _silence(self, finding: Finding, words: Words, is_same: Callable[[str], bool]) -> bool:
        find = find_suppressions if self.python else find_suppressions_by_line
        if find(self._text()).silences(finding):
            return True  # by the comment for another finding
        old = self.lines
        for lines, moved in list(self._candidates(finding, words)):
            self.lines = lines
            text = self._text()
            if find(text).silences(_moved(finding, moved)) and is_same(text):
                return True
        self.lines = old
        return False

    def _candidates(self, finding: Finding, words: Words) -> Iterator[tuple[list[tuple[str, str]], int]]:
        """The file with a comment in each place to be tried, and the line from which lines have moved down by one."""
        span, send = finding.span, finding.send
        statement = find_suppressions(self._text()).statements.get(span.line, (span.line, span.end_line))
        call = (send.line, send.end_line) if send is not None and send.path == span.path else statement
        lines = list(dict.fromkeys((span.line, *range(call[0], call[1] + 1), *range(span.line, statement[1] + 1))))
        nowhere = len(self.lines) + 1
        comment = words.new(finding)
        at_end = f"{self.lines[span.line - 1][0].rstrip()}  {comment}"
        extended = [(n, text) for n in lines if (text := words.extended(self.lines[n - 1][0], finding)) is not None]
        for number, text in extended:
            if number == span.line:
                yield self._with(number, text), nowhere
        if words.noqa or len(at_end) <= WIDTH:
            yield self._with(span.line, at_end), nowhere
        for number, text in extended:
            yield self._with(number, text), nowhere
        if words.noqa:
            for number in lines:
                yield self._with(number, f"{self.lines[number - 1][0].rstrip()}  {comment}"), nowhere
            return
        for number in dict.fromkeys((span.line, call[0], statement[0])):
            text, end = self.lines[number - 1]
            line = text[: len(text) - len(text.lstrip())] + comment
            yield [*self.lines[: number - 1], (line, end or "\n"), *self.lines[number - 1 :]], number
        yield self._with(span.line, at_end), nowhere

    def _with(self, number: int, text: str) -> list[tuple[str, str]]:
        return [*self.lines[: number - 1], (text, self.lines[number - 1][1]), *self.lines[number:]]

    def _text(self) -> str:
        return "\n".join(line for line, _ in self.lines)


def _meaning(name: str, python: bool) -> Callable[[str], object]:
    """What must stay the same of a text; None for one that is not understood."""
    if python:
        return _tree
    if name.endswith(YAML):
        return _events
    return (lambda text: None if "<<" in text else "") if name.endswith(".tf") else lambda text: None


def _tree(text: str) -> str | None:
    try:
        return ast.dump(tree_of(text))
    except UNREADABLE:
        return None


def _events(text: str) -> list[tuple[str, object, object]] | None:
    import yaml  # only for a template with a finding

    try:
        return [
            (type(event).__name__, getattr(event, "tag", None), getattr(event, "value", None))
            for event in yaml.parse(text, yaml.SafeLoader)
        ]
    except (yaml.YAMLError, RecursionError):
        return None


def _moved(finding: Finding, line: int) -> Finding:
    """The finding after a line was put in front of a line."""

    def moved(span: Span) -> Span:
        first, last = (number + (number >= line) for number in (span.line, span.end_line))
        return replace(span, line=first, end_line=last)

    send = finding.send
    send = moved(send) if send is not None and send.path == finding.span.path else send
    return replace(finding, span=moved(finding.span), send=send)
