"""Syntax trees whose functions are parsed when somebody looks into them.

Of a class on which a value depends, a handful of methods matter; parsing the others is most of what following a value
into a large file costs. So the bodies of functions are taken out before a statement is parsed, and stand in its tree
as `DeferredBlock`, which parses its text on the first look at its `body`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import libcst as cst

from sqsfifo_lint.source.fast_cst import DeferredBlock, Parse, put

MIN_LINES = 8
"""A shorter body is parsed with what stands around it: a parse by itself costs as much as this number of lines."""

PIECE = 200
"""Lines of a body that are parsed at once, more or less: while it parses, LibCST takes 300 times the text's size."""

HEAD = "async def _():\n"
"""Makes a body a module."""

_MARK = "__body_{}__"


class Body(NamedTuple):
    """The lines of a function's body: numbers of the first and the last, and where the first is indented to."""

    first: int
    last: int
    indent: int
    cuts: tuple[int, ...]
    """The lines where its pieces begin."""


def bodies(statements: Sequence[ast.stmt]) -> Iterator[Body]:
    """The bodies of the functions that statements define, and of the methods of their classes, in order."""
    for statement in statements:
        if isinstance(statement, ast.ClassDef):
            yield from bodies(statement.body)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            start = statement.body[0]
            decorators = getattr(start, "decorator_list", None)
            first = decorators[0].lineno if decorators else start.lineno
            last = statement.end_lineno or first
            if last - first + 1 >= MIN_LINES:
                yield Body(first, last, start.col_offset, tuple(_cuts(statement.body, first, start.col_offset)))


def _cuts(body: Sequence[ast.stmt], first: int, indent: int) -> Iterator[int]:
    """Lines in which statements begin that have the line to themselves: the first, and others some way apart."""
    yield first
    for before, after in pairwise(body):
        decorators = getattr(after, "decorator_list", None)
        line = decorators[0].lineno if decorators else after.lineno
        if line - first >= PIECE and line > (before.end_lineno or line) and after.col_offset == indent:
            first = line
            yield line


class _Taken(NamedTuple):
    """A body that was taken out: what `DeferredBlock` holds."""

    text: str
    first_line: int
    start: int
    cuts: tuple[int, ...]


def parse(
    text: str, first_line: int, several: Sequence[Body], now: Parse, later: Parse
) -> tuple[cst.Module, tuple[DeferredBlock, ...]]:
    """The tree of a statement whose first line is number `first_line` of its file, and what in it is deferred.

    `several` are the bodies of functions in it, `now` parses what stands around them, `later` a body (and makes an
    empty tree of one that it cannot parse). Raises what `now` raises.
    """
    lines = [f"{line}\n" for line in text.split("\n")[:-1]]
    starts = list(accumulate(map(len, lines), initial=0))
    kept: list[str] = []
    done = 0
    taken: list[_Taken] = []
    for body in several:
        first, last = body.first - first_line, body.last - first_line + 1
        line = lines[first]
        if first < done or line[: body.indent].strip() or len(line) - len(line.lstrip(" \t")) != body.indent:
            continue  # `def f(): return [` stands in the line of its head
        kept.extend(lines[done:first])
        kept.append(line[: body.indent] + _MARK.format(len(taken)) + "\n")
        cuts = tuple(starts[line - first_line] - starts[first] for line in body.cuts)
        taken.append(_Taken("".join(lines[first:last]), body.first, starts[first], cuts))
        done = last
    kept.extend(lines[done:])
    module = now("".join(kept), first_line)
    marks = {_MARK.format(number): part for number, part in enumerate(taken)}
    return module, tuple(_deferred(module.body, marks, lambda body, line: later(HEAD + body, line - 1)))


def _deferred(body: Sequence[cst.CSTNode], marks: dict[str, _Taken], later: Parse) -> Iterator[DeferredBlock]:
    """Put a deferred block in the place of each mark."""
    for statement in body:
        match statement:
            case cst.ClassDef(body=cst.IndentedBlock(body=inner)):
                yield from _deferred(inner, marks, later)
            case cst.FunctionDef(
                body=cst.IndentedBlock(
                    body=[cst.SimpleStatementLine(body=[cst.Expr(value=cst.Name(value=mark) as name)])]
                ) as stub
            ) if mark in marks:
                taken = marks[mark]
                put(name, value=taken.text.lstrip(" \t")[:-1])
                block = DeferredBlock(stub, taken.text, taken.first_line, taken.start, later, taken.cuts)
                put(statement, body=block)
                yield block
