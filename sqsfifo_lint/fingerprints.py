"""By what a finding is known again after the code around it was edited: in reports of two runs, and in a baseline.

An `Identity` is a rule, a qualified place, and the source of the argument and of the origin. It holds no line number
and no file, so it survives edits elsewhere in the file, moved lines, a formatter and a renamed file. Findings that are
equal in all of that are numbered in the order in which they are given. Everything here is pure.

Whoever compares the findings of a part of a project with those of the whole, as a baseline does, counts how many have
one `Identity.key`: the number of a finding is its number in its own run.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sqsfifo_lint import unreadable
from sqsfifo_lint.model import Finding, Problem, Span
from sqsfifo_lint.source.python_tree import UNREADABLE, nodes_of, tree_of

VERSION = "sqsfifoLint/v1"
"""The name of this way to make a fingerprint. Another way gets another name, so that the two are never compared."""

MAX_KEPT = 300
"""Characters of a normalised source in an identity: enough to tell two apart, and a baseline can still be read."""

PYTHON = (".py", ".pyw", ".pyi")

Lines = Callable[[str], Sequence[str]]
"""The lines of a file, by its path in the findings; none if they are not known."""


class Identity(NamedTuple):
    """What stays the same of a finding while code around it is edited."""

    rule: str
    """Its code."""
    place: str
    """The classes and functions around it, such as `Publisher.publish`; in a template, the heads of the blocks.
    Empty at the top of a file."""
    argument: str
    """The source that is reported, normalised. Of a whole call, only what is called: its other arguments may change."""
    origin: str
    """The source of the first step of the trace, normalised; empty if there is none elsewhere."""
    number: int = 1
    """Which one it is of those that are equal in all of this, from 1."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Everything but the number."""
        return self[:4]

    @property
    def fingerprint(self) -> str:
        """Forty hexadecimal digits, the same in every report."""
        return _digest(*self)


def identities(findings: Iterable[Finding], lines: Lines) -> list[Identity]:
    """The identity of each finding, in the same order. No two are equal."""
    outlines: dict[str, Outline] = {}
    seen: Counter[tuple[str, str, str, str]] = Counter()
    found: list[Identity] = []
    for finding in findings:
        path = finding.span.path
        if path not in outlines:
            outlines[path] = Outline(lines(path), python=path.endswith(PYTHON))
        one = Identity(
            finding.code, outlines[path].around(finding.span.line), _argument(finding, lines), _origin(finding, lines)
        )
        seen[one.key] += 1
        found.append(one._replace(number=seen[one.key]))
    return found


def of_problems(problems: Iterable[Problem]) -> list[str]:
    """The fingerprint of each problem: of its file, since the rest of it may be about a line. No two are equal."""
    seen: Counter[str] = Counter()
    found = []
    for problem in problems:
        seen[problem.path] += 1
        found.append(_digest(unreadable.CODE, problem.path, seen[problem.path]))
    return found


class Outline:
    """What is around each line of a file."""

    def __init__(self, lines: Sequence[str], *, python: bool) -> None:
        """`python`: blocks are those of classes and functions; otherwise, those that the indentation shows."""
        self._lines = lines
        self._python = python
        self._blocks = _blocks(lines) if python else None

    def around(self, line: int) -> str:
        """The names of the blocks around a line (from 1), the outermost first, with dots between."""
        if self._blocks is not None:
            return ".".join(name for first, last, name in self._blocks if first <= line <= last)
        return ".".join(reversed(list(self._by_indentation(line))))

    def has(self, place: str) -> bool:
        """Whether there is such a place in a Python file; not known, and so true, where Python cannot parse it."""
        return self._blocks is None or any(self.around(first) == place for first, _, _ in self._blocks)

    def _by_indentation(self, line: int) -> Iterator[str]:
        """The heads of the blocks around a line, the innermost first: lines above it that are indented less."""
        if not 0 < line <= len(self._lines):
            return
        depth = _depth(self._lines[line - 1])
        for text in reversed(self._lines[: line - 1]):
            if not text.strip() or text.lstrip().startswith(("#", "//", *")]}")) or _depth(text) >= depth:
                continue
            depth = _depth(text)
            if name := _name_in(text, python=self._python):
                yield name
            if depth == 0:
                return


_DEFINITION = re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)")


def _name_in(head: str, *, python: bool) -> str:
    if python:
        found = _DEFINITION.match(head)
        return found[1] if found else ""
    return normalised(head.strip().removeprefix("- ").rstrip("{[(:= ").strip("\"'"))


def _blocks(lines: Sequence[str]) -> list[tuple[int, int, str]] | None:
    """First line, last line and name of each class and function; None if this Python cannot parse it."""
    try:
        tree = tree_of("\n".join(lines))
    except UNREADABLE:
        return None
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    found = [(n.lineno, n.end_lineno or n.lineno, n.name) for n in nodes_of(tree) if isinstance(n, kinds)]
    return sorted(found, key=lambda block: (block[0], -block[1]))


def _depth(text: str) -> int:
    expanded = text.expandtabs()
    return len(expanded) - len(expanded.lstrip())


def _argument(finding: Finding, lines: Lines) -> str:
    text = source(finding.span, lines)
    if finding.span == finding.send:
        text = text.partition("(")[0] or text
    return (normalised(text) or " ".join(text.split()))[:MAX_KEPT]  # a comment that is reported is all there is


def _origin(finding: Finding, lines: Lines) -> str:
    first = finding.trace[0].span if finding.trace else finding.span
    if first == finding.span:
        return ""
    text = source(first, lines)
    if not first.path.endswith(PYTHON):
        text = text.partition("\n")[0]  # a declaration goes on over all its attributes
    return normalised(text)[:MAX_KEPT]


def source(span: Span, lines: Lines) -> str:
    """The text of a region; empty if it is not known."""
    found = list(lines(span.path)[span.line - 1 : span.end_line])
    if not found:
        return ""
    if span.end_line - span.line < len(found):
        found[-1] = found[-1][: span.end_column - 1]
    found[0] = found[0][span.column - 1 :]
    return "\n".join(found)


# A string is one token, whatever is in it. Inside an f-string of Python 3.12 its own quote may occur: then it is taken
# for several, which is still the same for the same text.
_TOKENS = re.compile(
    r"""
    (?P<string>(?:'''|\"\"\").*?(?:'''|\"\"\")|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
    |(?P<optional>(?:(?<=\s)|^)\#[^\n]*|(?:\s|\\\n)+)
    |\w+|.
    """,
    re.VERBOSE | re.DOTALL,
)


def normalised(text: str) -> str:
    """A source without what a formatter may change: comments, line ends, optional spaces, commas and quotes."""
    tokens: list[str] = []
    gap = False
    for match in _TOKENS.finditer(text):
        if match["optional"] is not None:
            gap = True
            continue
        token = _double_quoted(match["string"]) if match["string"] is not None else match[0]
        if token in ")]}" and tokens and tokens[-1] == ",":
            tokens.pop()
        if gap and tokens and _is_wordlike(tokens[-1][-1]) and _is_wordlike(token[0]):
            tokens.append(" ")
        tokens.append(token)
        gap = False
    return "".join(tokens)


def _double_quoted(string: str) -> str:
    inner = string[1:-1]
    plain = string[0] == "'" and not string.startswith("'''") and '"' not in inner and "\\" not in inner
    return f'"{inner}"' if plain else string


def _is_wordlike(character: str) -> bool:
    """Whether a space between two of these has a meaning: a word right before a quote is the prefix of a string."""
    return character.isalnum() or character in "_'\""


def _digest(*parts: str | int) -> str:
    text = json.dumps(parts, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:40]
