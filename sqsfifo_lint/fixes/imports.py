"""The edit that imports a module of the standard library at the top of a file."""

from __future__ import annotations

import ast

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from sqsfifo_lint.fixes.tree import Source, lines_of
from sqsfifo_lint.report import Edit


def importing(source: Source, module: str) -> tuple[Edit, ...] | None:
    """The edit, if one is needed. None if the name of the module may be something else in the file."""
    imported = source.imports_alone(module)
    if imported is None:
        return None
    if imported:
        return ()
    return _in_order(source, module) or _by_libcst(source, module)


def _in_order(source: Source, module: str) -> tuple[Edit, ...]:
    """Before the first import at the top that comes after it in the alphabet, if those before are in that order."""
    start, end = _block(source)
    names: list[str] = []
    before: ast.stmt | None = None
    for statement in source.module.body[start:end]:
        apart = before is not None and lines_of(statement)[0] > lines_of(before)[1] + 1
        match statement:
            case ast.Import(names=[ast.alias(name=name)]) if not (names and apart):
                names.append(name)
                if name > module and names == sorted(names):
                    return (Edit(statement.lineno, 1, statement.lineno, 1, f"import {module}\n"),)
            case _ if names:
                return ()
        before = statement
    return ()


def _block(source: Source) -> tuple[int, int]:
    """Of the statements at the top, which are imports: from one number up to another."""
    body = source.module.body
    start = int(ast.get_docstring(source.module, clean=False) is not None)
    imports = (isinstance(one, ast.Import | ast.ImportFrom) for one in body[start:])
    return start, start + next((number for number, one in enumerate(imports) if not one), len(body) - start)


def _by_libcst(source: Source, module: str) -> tuple[Edit, ...] | None:
    """Where LibCST puts it: after the first block of imports, and so after the docstring and `__future__`."""
    following = source.module.body[_block(source)[1] :]
    head = source.lines[: lines_of(following[0])[0] - 1] if following else source.lines
    before = "\n".join([*head, "pass\n"] if following else head)  # it stands for what follows
    context = CodemodContext()
    AddImportsVisitor.add_needed_import(context, module)
    after = AddImportsVisitor(context).transform_module(cst.parse_module(before)).code
    if before == after:
        return None
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    first, last = before[:start], before[: len(before) - end]
    return (Edit(*_position(first), *_position(last), after[start : len(after) - end]),)


def _common(one: str, other: str) -> int:
    """How many characters are the same at the start of two texts."""
    same = (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(same, min(len(one), len(other)))


def _position(text: str) -> tuple[int, int]:
    """Line and column behind a text."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")
