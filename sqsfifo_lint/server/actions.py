"""What an editor offers to do about a finding: to fix it, to silence it, to explain it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from lsprotocol import types

from sqsfifo_lint import useless
from sqsfifo_lint.model import Finding
from sqsfifo_lint.report import Edit, Fix
from sqsfifo_lint.server.diagnostics import SOURCE, of_finding
from sqsfifo_lint.server.positions import Positions, ends_of, lines_of
from sqsfifo_lint.server.session import Checked, Document, Session

EXPLAIN = "sqsfifo-lint.explain"
"""The command that explains a rule, and the IDs of the send at a place."""

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"

REASON = "TODO: say why"
"""The reason of a comment that silences something; the next edit is to change it."""


class Actions:
    """The actions for one buffer, whose last check is about it as it is."""

    def __init__(self, session: Session, checked: Checked, document: Document, positions: Positions) -> None:
        self._session = session
        self._checked = checked
        self._document = document
        self._positions = positions
        self._path = document.path

    def within(self, region: types.Range) -> Iterator[types.CodeAction]:
        """Those for the findings that a region touches."""
        found = [one for one in self._checked.findings.get(self._path, ()) if self._touches(one, region)]
        if not found:
            return
        fixes = self._session.fixes(self._checked, self._path)
        for finding in found:
            diagnostic = of_finding(finding, self._checked, self._path, self._positions)
            if finding in fixes:
                yield self._fix(fixes[finding], diagnostic)
            if finding.code != useless.CODE and (silencing := self._silence(finding, diagnostic)) is not None:
                yield silencing
            yield self._explain(finding, diagnostic)

    def all(self) -> Iterator[types.CodeAction]:
        """All fixes that are certain, at once."""
        text = self._session.fixed(self._path)
        if text is not None:
            yield types.CodeAction(
                "Fix all that sqsfifo-lint can fix for certain",
                kind=FIX_ALL,
                edit=self._changed(_line_edits(self._document.text, text)),
            )

    def _touches(self, finding: Finding, region: types.Range) -> bool:
        own = self._positions.range(self._path, finding.span)
        return _order(own.start) <= _order(region.end) and _order(region.start) <= _order(own.end)

    def _fix(self, fix: Fix, diagnostic: types.Diagnostic) -> types.CodeAction:
        end = ends_of(self._document.text)
        edits = [
            types.TextEdit(self._positions.range(self._path, edit), edit.text.replace("\n", end)) for edit in fix.edits
        ]
        return types.CodeAction(
            fix.title if fix.safe else f"{fix.title} (unsafe: look at what it changes)",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            is_preferred=fix.safe or None,
            edit=self._edit(edits),
        )

    def _silence(self, finding: Finding, diagnostic: types.Diagnostic) -> types.CodeAction | None:
        text = self._session.silenced(self._path, finding, REASON)
        if text is None:
            return None
        return types.CodeAction(
            f"Silence {finding.code} here, with a reason",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            edit=self._changed(_line_edits(self._document.text, text)),
        )

    def _explain(self, finding: Finding, diagnostic: types.Diagnostic) -> types.CodeAction:
        place = diagnostic.range.start
        arguments = [finding.code, self._document.uri, place.line, place.character]
        title = f"Explain {finding.code} {finding.name}"
        return types.CodeAction(
            title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic],
            command=types.Command(title, EXPLAIN, arguments=arguments),
        )

    def _changed(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        return self._edit([types.TextEdit(self._positions.range(self._path, edit), edit.text) for edit in edits])

    def _edit(self, edits: Sequence[types.TextEdit]) -> types.WorkspaceEdit:
        return types.WorkspaceEdit(changes={self._document.uri: list(edits)})


def _order(position: types.Position) -> tuple[int, int]:
    return position.line, position.character


def _line_edits(before: str, after: str) -> Iterator[Edit]:
    """The edits of whole lines that make a text of another, with the ends of lines of the other."""
    old, new, end = lines_of(before), lines_of(after), ends_of(before)
    for tag, first, last, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        text = "".join(line + end for line in new[start:stop])
        if last < len(old):
            yield Edit(first + 1, 1, last + 1, 1, text)
        elif first:  # at the end of the text, which has no line behind it
            tail = end.join(new[start:stop])
            yield Edit(first, len(old[first - 1]) + 1, last, len(old[-1]) + 1, f"{end}{tail}" if stop > start else "")
        else:
            yield Edit(1, 1, last, len(old[-1]) + 1, end.join(new[start:stop]))
