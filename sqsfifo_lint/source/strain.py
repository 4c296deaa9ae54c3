"""Which text is too much for LibCST's parser, told before it is asked.

Its parser is native code: it calls itself once for each member of a row (`a or b or …`), so a very long one ends the
process; it copies what stands before each operator, call or attribute; and it parses what is nested in a `case` twice,
so its work doubles with each bracket. Python's own parser and tokenizer have none of that.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword

MAX_ROW = 3_000
"""Members of a row. LibCST refuses 3,000 strings in a row; 10,000 terms of `or` take 8 MiB of stack, which is what
most systems give."""
MAX_COPIES = 10_000_000
"""Tokens of a file that the parser copies: about six seconds."""
MAX_BRACKETS = 200
"""Brackets in brackets; Python's own parser has the same limit."""
SHORT = 2_000
"""Characters of a statement, or of its head, in which no row can be that long, and copies are few."""
MAX_NESTED_TEXTS = 100
"""F-strings in f-strings, and formats in formats. Python 3.12 allows 150 of the first, older ones two."""

_COPYING = frozenset(
    (
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "@",
        "**",
        "<<",
        ">>",
        "&",
        "|",
        "^",
        "~",
        ":=",
        "if",
        "else",
        "lambda",
        "not",
        "await",
    )
)
_LINKING = frozenset(("or", "and", "in", "is", "for", "<", ">", "<=", ">=", "==", "!="))
_ENDING = frozenset((",", ";", "="))
_PATTERN_COST = 3
"""Copies that are as much work as to parse a pattern once."""

_FORMATTED = re.compile(r"(?i)(?:f|t|rf|fr|rt|tr)['\"]")
_INNER = re.compile(r"\{([^{}]*)\}")
_DEEP_FORMAT = re.compile(r"(?:\{[^{}]*){100}")


@dataclass(slots=True)
class _Row:
    """What is open between two brackets: numbers of tokens, and how many members the rows have."""

    first: int
    """The first token of the expression."""
    primary: int
    """The first token of what attributes, calls and subscripts follow."""
    members: int = 0
    links: int = 0
    weight: int = 0
    """How often what is nested here is parsed, as a power of two."""


@dataclass(slots=True)
class Strain:
    """What the parser would have to do for one file so far."""

    copies: int = 0
    bound: str = field(default="", init=False)
    """The name of the bound that was met last."""

    def reason(self, text: str) -> str:
        """Why `text`, some statements or the head of one, is too much for the parser; empty if it is not."""
        self.bound = ""
        rows, before, unclosed, in_case, begins = [_Row(0, 0)], "", 0, False, True
        for number, token in enumerate(_tokens(text)):
            row, word, kind = rows[-1], token.string, token.type
            if begins and kind == tokenize.NAME:
                begins, in_case = False, word == "case"
            if kind == tokenize.NEWLINE:
                rows, before, begins = [_Row(number + 1, number + 1)], "", True
                continue
            if word in _ENDING:
                rows[-1] = _Row(number + 1, number + 1, weight=row.weight)
            elif _is_text(token):
                row.members += before == "text"
                unclosed += bool(_FORMATTED.match(word)) and word.count("{") != word.count("}")
                self._look_inside(word)
            else:
                self._take(row, word, number, follows=before in ("name", "text", "closed"))
            if word in ("(", "[", "{"):
                weight = row.weight + (1 + (word == "{") if in_case else 0)
                self.copies += _PATTERN_COST << min(weight, 40) if in_case else 0
                rows.append(_Row(number + 1, number + 1, weight=weight))
            elif word in (")", "]", "}") and len(rows) > 1:
                rows.pop()
            if self.bound:
                return _REASONS[self.bound]
            if len(rows) > MAX_BRACKETS or unclosed > MAX_NESTED_TEXTS:
                self.bound = "MAX_BRACKETS"
            elif max(row.members, row.links) > MAX_ROW:
                self.bound = "MAX_ROW"
            elif self.copies > MAX_COPIES:
                self.bound = "MAX_COPIES"
            if self.bound:
                return _REASONS[self.bound]
            before = _kind_of(token, word)
        return ""

    def _take(self, row: _Row, word: str, number: int, *, follows: bool) -> None:
        if word == "." or (word in ("(", "[") and follows):
            row.links += 1
            self.copies += number - row.primary
        elif word in _COPYING or word in _LINKING:
            row.members += 1
            self.copies += number - row.first if word in _COPYING else 0
            row.primary, row.links = number + 1, 0

    def _look_inside(self, word: str) -> None:
        """Before Python 3.12, an f-string is a single token."""
        if len(word) < SHORT or not _FORMATTED.match(word):
            return
        if _DEEP_FORMAT.search(word):
            self.bound = "MAX_BRACKETS"
        for inner in _INNER.findall(word):
            if len(inner) > SHORT // 2:
                self.reason(f"({inner})")


_REASONS = {
    "MAX_ROW": f"more than {MAX_ROW:,} operators, strings, attributes or calls in a row",
    "MAX_COPIES": "rows of operators, attributes or calls that are too long, or patterns nested too deeply",
    "MAX_BRACKETS": "nested too deeply",
}


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of a text that mean something; up to the first mistake in it."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
                yield token
    except (tokenize.TokenError, SyntaxError):
        return


def _is_text(token: tokenize.TokenInfo) -> bool:
    return token.type == tokenize.STRING or tokenize.tok_name[token.type] in ("FSTRING_START", "TSTRING_START")


def _kind_of(token: tokenize.TokenInfo, word: str) -> str:
    if token.type == tokenize.STRING or tokenize.tok_name[token.type] in ("FSTRING_END", "TSTRING_END"):
        return "text"
    if word in (")", "]", "}"):
        return "closed"
    return "name" if token.type in (tokenize.NAME, tokenize.NUMBER) and not iskeyword(word) else ""


# -- statements that are worth a look


def long_texts(body: Sequence[ast.stmt], lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """First line and text of statements, and of heads of statements with a block, that may be too much.

    Heads of `case` are short already, for work there may double with each bracket.
    """
    for node, last, end in _parts(body):
        first, column = _start(node)
        is_case = isinstance(node, ast.pattern)
        if not is_case and (end - column if last == first else sum(map(len, lines[first - 1 : last]))) < SHORT:
            continue
        text = "\n".join((_after(lines[first - 1], column), *lines[first:last]))
        if not is_case or text.count("(") + text.count("[") + text.count("{") > 4:
            yield first, f"case {text}" if is_case else text


def _parts(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt | ast.excepthandler | ast.pattern, int, int]]:
    """The statements of blocks, at any depth, with where they, or their heads, end: line and column."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.match_case):
            yield (node.pattern, *_start(node.body[0]))
            waiting.extend(node.body)
            continue
        assert isinstance(node, ast.stmt | ast.excepthandler)
        below: list[ast.AST] = getattr(node, "body", [])
        waiting.extend(below)
        if isinstance(node, ast.Match):
            waiting.extend(node.cases)
            below = [node.cases[0].pattern]
        elif below:
            for name in ("handlers", "orelse", "finalbody"):
                waiting.extend(getattr(node, name, ()))
        if below:
            yield (node, *_start(below[0]))
        else:
            yield node, node.end_lineno or node.lineno, node.end_col_offset or 0


def _start(node: ast.AST) -> tuple[int, int]:
    """Line and column of a node with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = decorators[0] if decorators else node
    assert isinstance(first, ast.stmt | ast.expr | ast.excepthandler | ast.pattern)
    return first.lineno, first.col_offset


def _after(line: str, column: int) -> str:
    """What a line has from a column on, which Python's parser counts in bytes."""
    return line.encode("utf-8", "surrogatepass")[column:].decode("utf-8", "replace")
