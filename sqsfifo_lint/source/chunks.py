"""Text to LibCST: splitting into top-level statements, positions on demand.

LibCST takes about ten times as long as `ast`, and its position provider twice as long again. So a file is split into
top-level statements with `ast`, LibCST parses only the statements that the analysis asks for, and positions are
worked out only for statements that have something to report.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise

import libcst as cst

from sqsfifo_lint.met import met
from sqsfifo_lint.model import Span
from sqsfifo_lint.records import record
from sqsfifo_lint.source import deferred, fast_cst
from sqsfifo_lint.source.decoding import SyntaxProblem
from sqsfifo_lint.source.fast_cst import DeferredBlock, Layout, Way
from sqsfifo_lint.source.names import bound, declared_global
from sqsfifo_lint.source.python_tree import UNREADABLE, tree_of
from sqsfifo_lint.source.stack import or_larger
from sqsfifo_lint.source.strain import MAX_ROW, Strain, long_texts

_NONE = frozenset[str]()

SHOWN = 80
"""Longest piece of source that a message shows, in characters."""


def shorten(text: str, limit: int = SHOWN) -> str:
    """`text` on one line, at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


@dataclass(eq=False)
class Chunk:
    """One top-level statement of a file (or several that share a line)."""

    path: str
    text: str
    first_line: int
    names: tuple[str, ...] = ()
    """Names that it binds in the module's scope, or whose object it changes; see `names.bound`."""
    globals: frozenset[str] = _NONE
    """Names that functions and classes in it declare `global`."""
    imports: tuple[ast.Import | ast.ImportFrom, ...] = ()
    executes: bool = True
    """False for a lone function, class or import: running it has no effect but the names it binds."""
    bodies: tuple[deferred.Body, ...] = ()
    """The bodies of the functions in it that are parsed by themselves."""
    problem: SyntaxProblem | None = None
    strained: str = ""
    """The name of the bound beyond which it is, so that LibCST's parser is not asked; `problem` says so."""

    @property
    def module(self) -> cst.Module:
        """The chunk alone as a LibCST module; empty, with the reason in `problem`, when LibCST cannot parse it."""
        return self._tree[0]

    @cached_property
    def _tree(self) -> tuple[cst.Module, tuple[DeferredBlock, ...]]:
        if self.strained:
            met(self.strained)
            return cst.Module([]), ()
        if self.bodies:
            with suppress(SyntaxProblem):
                return deferred.parse(self.text, self.first_line, self.bodies, parse, self._parse)
        return self._parse(self.text, self.first_line), ()

    def _parse(self, text: str, first_line: int) -> cst.Module:
        try:
            return parse(text, first_line)
        except SyntaxProblem as problem:
            self.problem = problem
            return cst.Module([])

    @cached_property
    def _layouts(self) -> dict[int, Layout]:
        """How the text is made up: of the chunk (0), and of what looked-into bodies were parsed to, by `id()`."""
        return {0: Layout.of(self.module, 0)}

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def position(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where `node`, a node of this chunk, starts and ends in the chunk's text, in characters."""
        for layout in chain(self._layouts.values(), self._layouts_of_bodies()):
            if (found := layout.position(node)) is not None:
                return found
        return 0, 0

    def _layouts_of_bodies(self) -> Iterator[Layout]:
        """The layouts of bodies that were looked into since."""
        for block in self._tree[1]:
            for start, module in block.modules:
                if id(module) not in self._layouts:
                    self._layouts[id(module)] = Layout.of(module, start - len(deferred.HEAD))
                    yield self._layouts[id(module)]

    def span(self, node: cst.CSTNode) -> Span:
        """Where `node` stands in the file."""
        start, end = self.position(node)
        line, column = self._line_and_column(start)
        end_line, end_column = self._line_and_column(end)
        return Span(self.path, line, column, end_line, end_column)

    def source(self, node: cst.CSTNode) -> str:
        """The source text of `node` on one line, shortened; of a definition or parameter, its name."""
        named = node.name if isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Param) else node
        try:
            return shorten(or_larger(lambda: self.module.code_for_node(named)))
        except RecursionError:
            return "…"

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self._line_starts, offset) - 1
        return self.first_line + index, offset - self._line_starts[index] + 1


@record()
class NodePlace:
    """A node of a chunk; its position is worked out when asked for."""

    chunk: Chunk
    node: cst.CSTNode

    @property
    def path(self) -> str:
        """The file that it stands in."""
        return self.chunk.path

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.chunk.span(self.node)

    @property
    def source(self) -> str:
        """Its source on one line, shortened."""
        return self.chunk.source(self.node)


def literal_value(node: cst.SimpleString | cst.Integer | cst.Float | cst.Imaginary) -> object:
    """The Python value of a literal. Raises SyntaxError, ValueError or OverflowError where Python refuses it."""
    text = node.value
    if isinstance(node, cst.SimpleString) and text[0] in "'\"" and "\\" not in text:
        quotes = 3 if text.startswith(text[0] * 3) else 1
        return text[quotes:-quotes]  # nearly every string; LibCST compiles each
    return node.evaluated_value


def parse(text: str, first_line: int = 1) -> cst.Module:
    """Parse `text`, whose first line is number `first_line` of its file. Raises SyntaxProblem."""
    try:
        return or_larger(lambda: fast_cst.parse_module(text))
    except cst.ParserSyntaxError as error:
        message = f"cannot be parsed: {error.message}"
        raise SyntaxProblem(message, error.raw_line + first_line - 1, error.raw_column + 1) from error
    except RecursionError as error:
        raise SyntaxProblem(f"cannot be parsed: {_DEEP}", first_line, 1) from error
    except Exception as error:  # LibCST raises ValueError, IndexError and others on odd input
        raise SyntaxProblem(f"cannot be parsed: {error}", first_line, 1) from error


LARGE = 300
"""Lines. Somebody looks into most functions of a file that can hold a send, but not into those of so large a class."""


def split(path: str, text: str, *, deferring: bool = False) -> list[Chunk]:
    """The top-level statements of a file, in order. Raises SyntaxProblem when it cannot be parsed.

    The bodies of functions in a large statement, or with `deferring` in any, are parsed when somebody looks into them.
    `ast` of the running Python may be older than the file's syntax: then the whole file is one chunk.
    """
    cut = [0, *_cuts(text), len(text)]
    if len(cut) > 2:
        with suppress(*UNREADABLE):  # else it was cut in a string: as a whole
            pieces = ("\n" * text.count("\n", 0, start) + text[start:end] for start, end in pairwise(cut))
            return [chunk for piece in pieces for chunk in _chunks(path, piece, deferring)]
    try:
        return _chunks(path, text, deferring)
    except (RecursionError, MemoryError) as error:
        raise SyntaxProblem(f"cannot be parsed: {Strain().reason(text) or _branches(text) or _DEEP}") from error
    except (SyntaxError, ValueError) as error:
        _parse_newer(text, error)
        words = frozenset(re.findall(r"[^\W\d]\w*", text))  # nothing less is certain
        return [Chunk(path, text, 1, names=tuple(sorted(words)), globals=words if "global" in words else _NONE)]


PIECE = 1 << 18
"""Characters of a file that Python's own parser gets at once, more or less: its trees take fifty times as much."""
_DEFINITION = re.compile(r"^(?:class|def|@)", re.MULTILINE)


def _cuts(text: str) -> Iterator[int]:
    """Where a very large file may be cut in pieces: before definitions at its top level, or in a string.

    A piece that can be parsed ends where a statement ends.
    """
    start = PIECE
    while start < len(text) and (found := _DEFINITION.search(text, start)) is not None:
        yield found.start()
        start = found.start() + PIECE


def _chunks(path: str, text: str, deferring: bool) -> list[Chunk]:
    """The top-level statements of a text. Raises one of `UNREADABLE`."""
    body = tree_of(text).body
    lines = text.split("\n")
    may_defer = Way.DEFERRED in fast_cst.ways
    chunks: list[Chunk] = []
    strain = Strain()
    for first, last, statements in _groups(body):
        source = "\n".join(lines[first - 1 : last]) + "\n"
        names = tuple(dict.fromkeys(bound(statements, source)))
        declared = frozenset(declared_global(statements)) if "global" in source else _NONE
        imports = tuple(s for s in statements if isinstance(s, ast.Import | ast.ImportFrom))
        executes = not all(isinstance(s, _DECLARATIONS) for s in statements)
        lone = imports if len(imports) == len(statements) else ()
        taken_out = may_defer and (deferring or last - first >= LARGE)
        bodies = tuple(deferred.bodies(statements)) if taken_out else ()
        problem = _strained(strain, statements, lines)
        bound_met = strain.bound if problem else ""
        chunks.append(Chunk(path, source, first, names, declared, lone, executes, bodies, problem, bound_met))
    return chunks


_DEEP = "nested too deeply"


def _branches(text: str) -> str:
    """What is wrong where Python's parser, too, gives up on a row of branches."""
    many = len(re.findall(r"(?m)^[ \t]*elif\b", text)) > MAX_ROW
    return f"more than {MAX_ROW:,} branches in a row" if many else ""


def _strained(strain: Strain, statements: Sequence[ast.stmt], lines: Sequence[str]) -> SyntaxProblem | None:
    """Why statements are too much for LibCST's parser; None if they are not."""
    for line, text in long_texts(statements, lines):
        if reason := strain.reason(text):
            return SyntaxProblem(f"cannot be parsed: {reason}", line, 1)
    return None


def _parse_newer(text: str, error: SyntaxError | ValueError) -> None:
    """Let LibCST judge what `ast` of this Python refuses: it may be newer. Raises SyntaxProblem with `ast`'s words."""
    line, column = getattr(error, "lineno", None) or 0, getattr(error, "offset", None) or 0
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    too_deep = any(word in message for word in ("too many nested", "too many statically nested", "nested too deeply"))
    if too_deep or Strain().reason(text):
        raise SyntaxProblem(f"cannot be parsed: {message}", line, column) from error
    try:
        parse(text)
    except SyntaxProblem:
        raise SyntaxProblem(f"cannot be parsed: {message}", line, max(column, 1)) from error


_DECLARATIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def _groups(body: Sequence[ast.stmt]) -> Iterator[tuple[int, int, list[ast.stmt]]]:
    """Top-level statements with their first and last line; statements that share a line go together."""
    first, last, group = 0, 0, list[ast.stmt]()
    for statement in body:
        decorators = getattr(statement, "decorator_list", None)
        start = decorators[0].lineno if decorators else statement.lineno
        end = statement.end_lineno or start
        if group and start <= last:
            group.append(statement)
            last = max(last, end)
            continue
        if group:
            yield first, last, group
        first, last, group = start, end, [statement]
    if group:
        yield first, last, group
