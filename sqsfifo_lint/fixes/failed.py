"""The answer of a batch send is asked for what was refused."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.fixes.proposals import Proposal
from sqsfifo_lint.fixes.tree import Tree
from sqsfifo_lint.model import Finding, Remedy
from sqsfifo_lint.report import Edit

ANSWER = "response"
"""The name that the answer gets if it has none."""


def propose(tree: Tree, finding: Finding, remedy: Remedy) -> Proposal | None:
    """Raise an error right after the statement, if the statement does nothing but send."""
    call = tree.at(remedy.place.span)
    if call is None or tree.binds("RuntimeError"):
        return None
    above = tree.parent(call)
    statement = tree.parent(above) if isinstance(above, cst.Await) and above is not None else above
    line = tree.parent(statement) if statement is not None else None
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) > 1 or statement is None:
        return None
    edits: tuple[Edit, ...] = ()
    match statement:
        case cst.Expr(value=value):
            name = _new_name(tree)
            whole = tree.edit(value)
            edits = (Edit(whole.line, whole.column, whole.line, whole.column, f"{name} = "),)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            pass
        case _:
            return None
    first, last = tree.edit(statement), tree.edit(statement).end_line
    indent = tree.lines[first.line - 1][: first.column - 1]
    if indent.strip():
        return None  # it stands behind a colon
    step = "\t" if indent.startswith("\t") else tree.indent
    check = (
        f'\n{indent}if {name}.get("Failed"):'
        f"\n{indent}{step}raise RuntimeError(f\"entries were rejected: {{{name}['Failed']}}\")"
    )
    end = len(tree.lines[last - 1]) + 1
    return Proposal((*edits, Edit(last, end, last, end, check)))


def _new_name(tree: Tree) -> str:
    """A name that the file has not yet."""
    names = (ANSWER, *(f"{ANSWER}_{number}" for number in range(2, len(tree.file.names) + 3)))
    return next(name for name in names if name not in tree.file.names)
