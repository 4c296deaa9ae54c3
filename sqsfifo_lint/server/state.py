"""The state of the server: what has changed is noted, what was found is told."""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec

from sqsfifo_lint import __version__
from sqsfifo_lint.config import ConfigError
from sqsfifo_lint.model import Span
from sqsfifo_lint.report import Explanation, described
from sqsfifo_lint.server import words
from sqsfifo_lint.server.diagnostics import diagnostics
from sqsfifo_lint.server.positions import Positions, uri_of
from sqsfifo_lint.server.schedule import Schedule
from sqsfifo_lint.server.session import Checked, Document, Session
from sqsfifo_lint.terminal import visible

logger = logging.getLogger(__name__)


class Server(LanguageServer):
    """One session with one editor."""

    def __init__(self) -> None:
        super().__init__(
            "sqsfifo-lint", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full, max_workers=2
        )
        self.session = Session()
        self.schedule = Schedule(self.session, self._tell, self._refused)
        self._told: dict[Path, tuple[str, ...]] = {}
        """What was said of a root that could not be checked, so that it is said once."""
        self._published: dict[Path, str] = {}
        """By path, the address under which something was published."""
        self._versions: dict[Path, tuple[list[types.Diagnostic], int]] = {}
        self._count = 0

    @property
    def codec(self) -> PositionCodec:
        """How this client counts."""
        return self.workspace.position_codec

    @property
    def pulls(self) -> bool:
        """Whether the client asks for diagnostics. If it does, publishing them would show them twice."""
        text = self.client_capabilities.text_document
        return text is not None and text.diagnostic is not None

    # -- what changes

    def put(self, uri: str, text: str, version: int | None, language: str = "") -> None:
        """A buffer was opened or changed."""
        path = path_of(uri)
        if path is None:
            return
        known = self.session.documents.get(path)
        document = Document(path, uri, text, version, language or (known.language if known is not None else ""))
        self.session.put(document)
        if document.matters:
            self.schedule.touch(self.session.root(path))

    def drop(self, uri: str) -> None:
        """A buffer was closed."""
        path = path_of(uri)
        if path is not None:
            self.session.drop(path)
            self._publish(path, [])
            self.touch(path)

    def touch(self, path: Path) -> None:
        """A file on disk has changed, or what is said of it."""
        roots = self.session.roots()
        for root in roots:
            if root == path or root in path.parents:
                self.schedule.touch(root)
        self.forget_others()

    def forget_others(self) -> None:
        """Forget what was found below roots of which nothing is open any more."""
        roots = self.session.roots()
        for checked in self.schedule.known():
            if checked.root not in roots:
                self.schedule.forget(checked.root)

    def touch_all(self) -> None:
        """Something has changed that may concern everything."""
        for root in self.session.roots():
            self.schedule.touch(root)

    # -- what is told

    def diagnostics_of(self, path: Path) -> list[types.Diagnostic]:
        """What is known of a file: from the check of the root nearest to it."""
        holding = [one for one in self.schedule.known() if path in one.paths]
        if not holding:
            return []
        return diagnostics(max(holding, key=lambda one: len(one.root.parts)), path, self.positions)

    @property
    def positions(self) -> Positions:
        """Turns positions round."""
        return Positions(self.codec, self.session.lines)

    def _tell(self, checked: Checked) -> None:
        self._told.pop(checked.root, None)
        for problem in checked.problems.get(checked.root, ()):  # about all of it, and no file shows it
            logger.warning("%s", visible(problem.message))
        if self.pulls:
            capability = self.client_capabilities.workspace
            if capability and capability.diagnostics and capability.diagnostics.refresh_support:
                self.workspace_diagnostic_refresh(None)
        else:
            for path in checked.versions:
                if self.session.root(path) == checked.root:
                    self._publish(path, self.diagnostics_of(path))
        capability = self.client_capabilities.workspace
        if capability and capability.code_lens and capability.code_lens.refresh_support:
            self.workspace_code_lens_refresh(None)

    def _publish(self, path: Path, found: list[types.Diagnostic]) -> None:
        if self.pulls:
            return
        document = self.session.documents.get(path)
        uri = document.uri if document is not None else self._published.pop(path, "")
        if not uri or (document is None and found):
            return
        if document is not None:
            self._published[path] = uri
        version = document.version if document is not None else None
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def _refused(self, root: Path, error: Exception) -> None:
        if isinstance(error, ConfigError):
            text = f"sqsfifo-lint: {visible(str(error))}"
        else:
            logger.error("the check of %s failed", root, exc_info=error)
            text = f"sqsfifo-lint: {visible(described(error))}"
        if self._told.get(root) != (text,):
            self._told[root] = (text,)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, text))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """What pygls could not handle is logged, and not shown: no user can do anything about it."""
        logger.error("%s", error)

    # -- reports that are pulled

    def numbered(self, path: Path) -> tuple[list[types.Diagnostic], str]:
        """What is known of a file, with an ID that stays the same while that does."""
        found = self.diagnostics_of(path)
        known = self._versions.get(path)
        if known is None or known[0] != found:
            self._count += 1
            known = self._versions[path] = found, self._count
        return found, str(known[1])

    async def explained(self, path: Path, line: int, column: int) -> tuple[Explanation, words.Asked] | None:
        """The sends at a place, and which IDs are meant by it."""
        try:
            found = await self.schedule.ask(partial(self.session.explain, path, line, column))
        except ConfigError:
            return None
        wanted = words.asked(found, lambda span: Path(os.path.abspath(span.path)) == path, line, column)
        return None if wanted is None else (found, wanted)

    def link(self, span: Span) -> str:
        """The address of a file that an explanation names."""
        return uri_of(Path(os.path.abspath(span.path)))


def path_of(uri: str) -> Path | None:
    """The file at an address; None if it is something else, such as a buffer without a name."""
    if not uri.startswith("file:"):
        return None
    found = to_fs_path(uri)
    return Path(os.path.abspath(found)) if found else None
