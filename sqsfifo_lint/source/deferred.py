"""Syntax trees whose functions are parsed when somebody looks into them.

Of a class on which a value depends, a handful of methods matter; parsing the others is most of what following a value
into a large file costs. So the bodies of functions are taken out before a statement is parsed, and stand in its tree
as `DeferredBlock`, which parses its text on the first look at its `body`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import libcst as cst

from sqsfifo_lint.source.fast_cst import DeferredBlock, Parse, put

MIN_LINES = 8
"""A shorter body is parsed with what stands around it: a parse by itself costs as much as this number of lines."""

HEAD = "async def _():\n"
"""Makes a body a module."""

_MARK = "__body_{}__"


class Body(NamedTuple):
    """The lines of a function's body: numbers of the first and the last, and where the first is indented to."""

    first: int
    last: int
    indent: int


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
                yield Body(first, last, start.col_offset)


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
    taken: list[tuple[str, int, int]] = []
    for body in several:
        first, last = body.first - first_line, body.last - first_line + 1
        line = lines[first]
        if first < done or line[: body.indent].strip() or len(line) - len(line.lstrip(" \t")) != body.indent:
            continue  # `def f(): return [` stands in the line of its head
        kept.extend(lines[done:first])
        kept.append(line[: body.indent] + _MARK.format(len(taken)) + "\n")
        taken.append(("".join(lines[first:last]), body.first, starts[first]))
        done = last
    kept.extend(lines[done:])
    module = now("".join(kept), first_line)
    marks = {_MARK.format(number): part for number, part in enumerate(taken)}
    return module, tuple(_deferred(module.body, marks, lambda body, line: later(HEAD + body, line - 1)))


def _deferred(
    body: Sequence[cst.CSTNode], marks: dict[str, tuple[str, int, int]], later: Parse
) -> Iterator[DeferredBlock]:
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
                text, first_line, start = marks[mark]
                put(name, value=text.lstrip(" \t")[:-1])
                block = DeferredBlock(stub, text, first_line, start, later)
                put(statement, body=block)
                yield block
