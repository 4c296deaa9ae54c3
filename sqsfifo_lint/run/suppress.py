"""Comments that silence a finding: `# noqa: SQF101`, and `# sqsfifo: ignore[constant-group-id] reason`.

Only real comments count, found by the tokenizer, and only files with findings are read. `# noqa` follows flake8's
rules: a comment applies to its line, and to every line of a string or continued line that ends there. Where flake8
takes `# noqa: constant-group-id` for a comment on everything, here it is about that rule.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqsfifo_lint.model import Finding, Span

# The same expressions as flake8's, so that the command and the plugin read a comment alike.
NOQA = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_NAMES = re.compile(
    r"# noqa:\s?(?P<names>[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?:[,\s]+[a-z][a-z0-9]*(?:-[a-z0-9]+)+)*)", re.IGNORECASE
)
_NOQA_FILE = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)

OWN = re.compile(r"#\s*sqsfifo\s*:\s*ignore(?![\w-])\s*(?:\[(?P<rules>[^\]]*)\])?", re.IGNORECASE)

_WISH = "ignore|disable|noqa|skip|suppress|silence|nolint"
_ATTEMPT = rf"sqs[-_ ]?fifo(?:[-_ ]?lint)?\s{{0,9}}:?\s{{0,9}}(?:{_WISH})|SQF[0-9]|disable="

MENTION = re.compile(rf"#[^\n#]*(?:{_ATTEMPT}|\bnoqa\b)", re.IGNORECASE)
"""Comments that may be meant to silence something of ours."""

OF_OURS = re.compile(rf"#[^\n#]*(?:{_ATTEMPT}|\bnoqa\b[^\n]{{0,200}}\w-\w)".encode(), re.IGNORECASE)
"""Those that may name a rule, in the bytes of a file: where there is none, nothing has to be tokenized."""

_COMMENT = re.compile(r"#\s*(?:noqa|sqsfifo)\b.*", re.IGNORECASE)

_LAYOUT = frozenset(
    {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}
)


class Comment(NamedTuple):
    """A comment: its line and column from 1, and its text."""

    line: int
    column: int
    text: str


class Silencer(NamedTuple):
    """What silences a finding: the line of a comment, and the word in it: a code, a prefix or a name. Empty: all."""

    line: int
    word: str


@dataclass(frozen=True, slots=True)
class Suppressions:
    """The suppressing comments of one file. Lines count from 1.

    `noqa`: by line, the line of the comment, and the codes, prefixes or names that are silenced; an empty tuple
    silences all.
    `own`: by line of the comment, the codes, prefixes or names; an empty tuple silences all.
    `alone`: lines that contain nothing but a comment.
    `statements`: by line, the first and last line of the statement that it is part of.
    `comments`: those that may be meant to silence something of ours, whether they do or not.
    """

    noqa: Mapping[int, tuple[int, tuple[str, ...]]]
    own: Mapping[int, tuple[str, ...]]
    alone: frozenset[int]
    statements: Mapping[int, tuple[int, int]]
    whole_file: bool = False
    comments: tuple[Comment, ...] = ()

    def silences(self, finding: Finding, *, noqa: bool = True) -> bool:
        """Whether a comment silences the finding. With `noqa` false, `# noqa` is left to flake8."""
        return (noqa and self.whole_file) or next(self.silencers(finding, noqa=noqa), None) is not None

    def silencers(self, finding: Finding, *, noqa: bool = True) -> Iterator[Silencer]:
        """The words of comments that silence the finding, but for a comment on the whole file."""
        if noqa:
            line, codes = self.noqa.get(finding.span.line, (0, (",",)))
            yield from (Silencer(line, code) for code in codes or ("",) if _noqa_names(code, finding))
        for line in self._lines(finding):
            for rule in (self.own[line] or ("",)) if line in self.own else ():
                if _names(rule, finding):
                    yield Silencer(line, rule)

    def _lines(self, finding: Finding) -> Iterator[int]:
        """Where our own comment applies: on the lines of the argument and of its call, and right above them."""
        for first, last in self._regions(finding):
            yield from range(first, last + 1)
            above = first - 1
            while above in self.alone:
                yield above
                above -= 1

    def _regions(self, finding: Finding) -> Iterator[tuple[int, int]]:
        span, send = finding.span, finding.send
        yield span.line, span.end_line
        if send is not None and send.path == span.path:
            yield send.line, send.end_line
        if send is None or not _within(span, send):
            # The argument is in another call, or where the value is put together: its statement is what a reader
            # takes for "the call".
            yield self.statements.get(span.line, (span.line, span.end_line))


def own_comment(finding: Finding, reason: str) -> str:
    """The comment that silences a finding on a line of its call, or right above it."""
    return f"# sqsfifo: ignore[{finding.name}] {reason}".rstrip()


def how_to_silence(finding: Finding) -> str:
    """In one short line: what silences a finding."""
    if finding.span.path.endswith(".json"):
        return f"`per-file-ignores` with {finding.name}, or `sqsfifo-lint baseline`"
    return own_comment(finding, "reason")


NOTHING = Suppressions({}, {}, frozenset(), {})


def find_suppressions(text: str) -> Suppressions:
    """The suppressing comments in a text whose lines end in `\\n`; none if it cannot be tokenized."""
    if MENTION.search(text) is None:
        return NOTHING
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return NOTHING
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    busy = {line for token in tokens if not _silent(token) for line in range(token.start[0], token.end[0] + 1)}
    return Suppressions(
        noqa=_noqa_by_line(tokens),
        own={token.start[0]: rules for token in comments if (rules := _own(token.string)) is not None},
        alone=frozenset(token.start[0] for token in comments if token.start[0] not in busy),
        statements=_statements(tokens),
        whole_file=any(_NOQA_FILE.match(token.line) for token in comments if token.start[0] not in busy),
        comments=tuple(
            Comment(token.start[0], token.start[1] + 1, token.string)
            for token in comments
            if MENTION.search(token.string)
        ),
    )


def find_suppressions_by_line(text: str) -> Suppressions:
    """The same for a text that is not Python (a template, a script), where `#` begins a comment anywhere.

    A comment applies to its line, or, if it is alone on a line, to the one below.
    """
    found = {
        number: line[match.start() :]
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _COMMENT.search(line)) is not None
    }
    lines = text.split("\n")
    return Suppressions(
        noqa={
            number: (number, codes) for number, comment in found.items() if (codes := _noqa_codes(comment)) is not None
        },
        own={number: rules for number, comment in found.items() if (rules := _own(comment)) is not None},
        alone=frozenset(number for number, comment in found.items() if lines[number - 1].strip() == comment.strip()),
        statements={},
        comments=tuple(
            Comment(number, lines[number - 1].find(comment) + 1, comment) for number, comment in found.items()
        ),
    )


def _silent(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.COMMENT or token.type in _LAYOUT


def _noqa_by_line(tokens: Iterable[tokenize.TokenInfo]) -> dict[int, tuple[int, tuple[str, ...]]]:
    """What `# noqa` silences on each line. As in flake8, lines that one token or a backslash joins share a comment."""
    found: dict[int, tuple[int, tuple[str, ...]]] = {}
    group: list[tokenize.TokenInfo] = []
    for token in tokens:
        if token.type in (tokenize.DEDENT, tokenize.ENDMARKER):
            continue
        group.append(token)
        if token.type in (tokenize.NL, tokenize.NEWLINE):
            comment = next(
                (
                    (t.start[0], c)
                    for t in group
                    if t.type == tokenize.COMMENT and (c := _noqa_codes(t.string)) is not None
                ),
                None,
            )
            if comment is not None:
                found.update(dict.fromkeys(range(group[0].start[0], max(t.end[0] for t in group) + 1), comment))
            group = []
    return found


def _noqa_codes(comment: str) -> tuple[str, ...] | None:
    match = NOQA.search(comment)
    if match is None:
        return None
    named = _NAMES.match(comment, match.start()) if match["codes"] is None else None
    return words_of(named["names"] if named else match["codes"] or "")


def words_of(text: str) -> tuple[str, ...]:
    """The codes or names in a list of them."""
    return tuple(word for word in re.split(r"[,\s]+", text) if word)


def _own(comment: str) -> tuple[str, ...] | None:
    match = OWN.search(comment)
    if match is None:
        return None
    if match["rules"] is None:
        return ()
    # Empty brackets name no rule, so they silence none: a bare comma keeps the tuple from meaning "all".
    return words_of(match["rules"]) or (",",)


def _names(rule: str, finding: Finding) -> bool:
    return not rule or rule.lower() == finding.name or finding.code.startswith(rule.upper())


def _noqa_names(code: str, finding: Finding) -> bool:
    return finding.code.startswith(code) or code.lower() == finding.name


def _statements(tokens: Iterable[tokenize.TokenInfo]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    first: int | None = None
    for token in tokens:
        if not _silent(token) and first is None:
            first = token.start[0]
        if token.type == tokenize.NEWLINE and first is not None:
            found.update(dict.fromkeys(range(first, token.end[0] + 1), (first, token.end[0])))
            first = None
    return found


def _within(inner: Span, outer: Span) -> bool:
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )
