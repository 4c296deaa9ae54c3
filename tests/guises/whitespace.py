"""Other white space, and statements that do nothing."""

from __future__ import annotations

import ast
import re

import libcst as cst

from tests.guises.model import of_text
from tests.guises.text import below_head, inside_strings, parsed
from tests.guises.trees import Rewriter, of_trees


@of_text
def comments_and_blank_lines(text: str) -> str:
    """Comments and blank lines between statements say nothing."""
    starts = {node.lineno for node in ast.walk(parsed(text)) if isinstance(node, ast.stmt)}
    starts |= {d.lineno for node in ast.walk(parsed(text)) for d in getattr(node, "decorator_list", [])}
    strings = inside_strings(text)
    lines = []
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if number in starts and number not in strings and line.lstrip() == line[len(line) - len(line.lstrip()) :]:
            lines.append("\n        # a remark\n")
        lines.append(line)
    return "".join(lines)


@of_text
def carriage_returns(text: str) -> str:
    """A line may end in CR LF."""
    return text.replace("\n", "\r\n")


@of_text
def byte_order_mark(text: str) -> str:
    """A byte order mark says how the file is encoded."""
    return f"\ufeff{text}"


@of_text
def tabs(text: str) -> str:
    """Blocks may be indented by tabs."""
    strings = inside_strings(text)
    return "".join(
        line if number in strings else re.sub(r"^(?: {4})+", lambda found: "\t" * (len(found[0]) // 4), line)
        for number, line in enumerate(text.splitlines(keepends=True), 1)
    )


@of_text
def no_last_newline(text: str) -> str:
    """The last line may end with the file."""
    return text.rstrip("\n")


@of_text
def future_annotations(text: str) -> str:
    """Annotations that are not evaluated say the same."""
    line = "from __future__ import annotations\n"
    body = parsed(text).body
    if any(isinstance(s, ast.ImportFrom) and s.module == "__future__" for s in body):
        return text
    return below_head(text, line)


@of_trees
class TrailingSemicolons(Rewriter):
    """A semicolon after a statement ends it as the line does."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        *before, last = updated_node.body
        return updated_node.with_changes(body=[*before, last.with_changes(semicolon=cst.Semicolon())])


@of_trees
class StatementsThatDoNothing(Rewriter):
    """`pass`, a text and an assertion that holds change nothing."""

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        if not self.in_function:
            return updated_node
        idle = [cst.parse_statement(line) for line in ("pass", "assert True", "...")]
        body = [part for statement in updated_node.body for part in (*idle, statement)]
        return updated_node.with_changes(body=body)
