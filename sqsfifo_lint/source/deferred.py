"""Syntax trees whose functions are parsed when somebody looks into them.

Of a class on which a value depends, a handful of methods matter; parsing the others is most of what following a value
into a large file costs. So the bodies of functions are taken out before a statement is parsed, and stand in its tree
as `DeferredBlock`, which parses its text on the first look at its `body`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import libcst as cst

MIN_LINES = 8
"""A shorter body is parsed with what stands round it: a parse by itself costs as much as so many lines."""

HEAD = "async def _():\n"
"""Makes a body a module."""

_MARK = "__body_{}__"

Parse = Callable[[str, int], cst.Module]
"""Text, and the number of its first line, to tree."""


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


class DeferredBlock(cst.IndentedBlock):
    """The body of a function, parsed on the first look at `body`."""

    __slots__ = ("_later", "_module", "_stub", "first_line", "start", "text")  # type: ignore[misc]

    text: str
    """Its whole lines."""
    first_line: int
    start: int
    """Where `text` begins in the text of its statement, in characters."""
    _module: cst.Module | None
    _stub: cst.IndentedBlock
    _later: Parse

    def __init__(self, stub: cst.IndentedBlock, text: str, first_line: int, start: int, later: Parse) -> None:
        self._set(header=stub.header, indent=stub.indent, footer=stub.footer)
        self._set(_stub=stub, _later=later, _module=None, text=text, first_line=first_line, start=start)

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)  # a node does not let itself be changed

    @property
    def module(self) -> cst.Module | None:
        """What it was parsed to, below `HEAD`; None as long as nobody has looked into it."""
        return self._module

    @property
    def body(self) -> Sequence[cst.BaseStatement]:  # type: ignore[override]
        """Its statements; none when LibCST cannot parse them."""
        if self._module is None:
            self._set(_module=self._later(HEAD + self.text, self.first_line - 1))
        match self._module:
            case cst.Module(body=[cst.FunctionDef(body=cst.IndentedBlock(body=statements))]):
                return statements
        return ()

    def _codegen_impl(self, state: Any) -> None:
        self._stub._codegen_impl(state)


def parse(
    text: str, first_line: int, several: Sequence[Body], now: Parse, later: Parse
) -> tuple[cst.Module, tuple[DeferredBlock, ...]]:
    """The tree of a statement whose first line is number `first_line` of its file, and what in it is deferred.

    `several` are the bodies of functions in it, `now` parses what stands round them, `later` a body (and makes an empty
    tree of one that it cannot parse). Raises what `now` raises.
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
    return module, tuple(_deferred(module.body, marks, later)) if marks else ()


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
                object.__setattr__(name, "value", text.lstrip(" \t")[:-1])
                block = DeferredBlock(stub, text, first_line, start, later)
                object.__setattr__(statement, "body", block)
                yield block
