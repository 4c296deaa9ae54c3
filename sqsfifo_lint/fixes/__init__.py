"""Fixes: (source text, findings) → edits. Pure, so that commands and editors make the same ones.

A rule proposes a change, since it knows what the values are (`Finding.remedies`). Whether it is made depends on the
source: only where the expression stands at the send, or where nothing but this ID is made of it (`places`). Positions
are LibCST's, and what is not edited stays as it is, to the letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import libcst as cst

from sqsfifo_lint.fixes import as_text, body, delay, failed, stable_hash
from sqsfifo_lint.fixes.imports import importing
from sqsfifo_lint.fixes.proposals import Proposal
from sqsfifo_lint.fixes.tree import Source, Tree
from sqsfifo_lint.model import Change, Finding, Remedy
from sqsfifo_lint.remedies import WORDS
from sqsfifo_lint.report import Edit, Fix
from sqsfifo_lint.source.python_tree import UNREADABLE
from sqsfifo_lint.source.stack import or_larger

__all__ = ["applied", "fixes_of", "together"]

_MAKERS: Mapping[Change, Callable[[Tree, Finding, Remedy], Proposal | None]] = {
    Change.STABLE_HASH: stable_hash.propose,
    Change.TEXT: as_text.to_text,
    Change.JSON_DIGEST: as_text.digest_of_json,
    Change.NO_SPACE: as_text.without_space,
    Change.NO_DELAY: delay.propose,
    Change.RAISE: failed.propose,
    Change.BODY_DIGEST: body.propose,
}


def fixes_of(text: str, findings: Iterable[Finding]) -> dict[Finding, Fix]:
    """The fixes of those of the findings that have one. `text`: their file, with `\\n` at the ends of lines."""
    wanted = [finding for finding in findings if finding.remedies]
    if not wanted:
        return {}
    try:
        source = or_larger(lambda: Source(text))
        found = or_larger(lambda: {finding: _fix(source, finding) for finding in wanted})
    except (cst.ParserSyntaxError, *UNREADABLE):
        return {}
    return {finding: fix for finding, fix in found.items() if fix is not None}


def _fix(source: Source, finding: Finding) -> Fix | None:
    tree = source.tree(finding.span)
    parts = [_part(tree, finding, remedy) for remedy in finding.remedies]
    known = [part for part in parts if part is not None]
    chosen, edits = together(known)
    if len(chosen) < len(parts):
        return None
    return Fix(tuple(edits), known[0].title, all(part.safe for part in known), known[0].note)


def _part(tree: Tree, finding: Finding, remedy: Remedy) -> Fix | None:
    """What one of a finding's remedies amounts to."""
    proposal = _MAKERS[remedy.change](tree, finding, remedy)
    imports = importing(tree.file, proposal.module) if proposal is not None and proposal.module else ()
    if proposal is None or imports is None:
        return None
    words = WORDS[remedy.change]
    return Fix((*imports, *proposal.edits), words.title, words.safe and proposal.safe, remedy.note)


def together(fixes: Sequence[Fix]) -> tuple[list[Fix], list[Edit]]:
    """Those of the fixes, the first before others, that can be made at once, and all their edits, each once."""
    chosen: list[Fix] = []
    edits: list[Edit] = []
    for fix in fixes:
        new = [edit for edit in fix.edits if edit not in edits]
        if not any(_meet(edit, other) for edit in new for other in edits):
            chosen.append(fix)
            edits += new
    return chosen, sorted(edits)


def _meet(one: Edit, other: Edit) -> bool:
    """Whether two edits overlap, or begin at one place."""
    first, second = sorted((one, other))
    start, end = (second.line, second.column), (first.end_line, first.end_column)
    return start < end or (first.line, first.column) == start


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text after edits that do not overlap. It has `\\n` at the ends of its lines."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for edit in sorted(edits, reverse=True):
        start = starts[edit.line - 1] + edit.column - 1
        end = starts[edit.end_line - 1] + edit.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return text
