"""An editor for tests: a client that checks what the server says against the specification, and its buffers."""

from __future__ import annotations

import ast
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import register_lsp_features

from tests.commands import ROOT

PATIENCE = 20
"""Seconds after which a server that says nothing hangs."""


@dataclass
class Editor:
    """A client with its buffers."""

    client: LanguageClient
    versions: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    published: dict[str, types.PublishDiagnosticsParams] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    refreshed: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    capabilities: types.ServerCapabilities = field(default_factory=types.ServerCapabilities)

    def open(self, path: Path, text: str | None = None, language: str = "python") -> None:
        uri = path.as_uri()
        self.texts[uri] = path.read_text(encoding="utf-8") if text is None else text
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, language, 1, self.texts[uri])
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def edit(self, path: Path, text: str) -> None:
        uri = path.as_uri()
        self.texts[uri] = text
        self.versions[uri] += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.versions[uri], uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def close(self, path: Path) -> None:
        uri = path.as_uri()
        del self.texts[uri], self.versions[uri]
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def say_changed(self, *paths: Path) -> None:
        """What the watcher of an editor does after files have changed on disk."""
        changes = [
            types.FileEvent(p.as_uri(), types.FileChangeType.Changed if p.exists() else types.FileChangeType.Deleted)
            for p in paths
        ]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))

    async def diagnostics(self, path: Path) -> Sequence[types.Diagnostic]:
        """What is published of a buffer as it is now."""
        uri = path.as_uri()

        def told() -> bool:
            found = self.published.get(uri)
            return found is not None and found.version == self.versions.get(uri)

        await self.until(told)
        return self.published[uri].diagnostics

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what is published."""

        async def wait() -> None:
            while not holds():
                self.news.clear()
                await self.news.wait()

        await asyncio.wait_for(wait(), PATIENCE)

    async def codes(self, path: Path) -> list[tuple[str, int]]:
        """Code and line, from 1, of what is published."""
        return [(str(one.code), one.range.start.line + 1) for one in await self.diagnostics(path)]

    async def actions(
        self, path: Path, where: types.Range, only: Sequence[str] | None = None
    ) -> Sequence[types.CodeAction]:
        """The actions at a region."""
        context = types.CodeActionContext([], only=list(only) if only is not None else None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(path.as_uri()), where, context)
        found = await self.client.text_document_code_action_async(params)
        return [_action(one) for one in found or ()]


def _action(found: types.Command | types.CodeAction) -> types.CodeAction:
    """An action; lsprotocol 2025.0 takes one with a command for a command, whose name is then a text of it."""
    if isinstance(found, types.CodeAction):
        return found
    return types.CodeAction(found.title, command=types.Command(**ast.literal_eval(found.command)))


def position(text: str, of: str) -> types.Position:
    """Where something stands in a text, in UTF-16, a few characters in."""
    before = text[: text.index(of) + 1]
    line = before.rpartition("\n")[2]
    return types.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)


def applied(text: str, edits: Sequence[types.TextEdit]) -> str:
    """A text after the edits of an answer, with positions in UTF-16."""
    lines = text.split("\n")

    def offset(place: types.Position) -> int:
        line = lines[place.line] if place.line < len(lines) else ""
        units = line.encode("utf-16-le")[: place.character * 2].decode("utf-16-le")
        return sum(len(one) + 1 for one in lines[: place.line]) + len(units)

    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def pulling() -> types.ClientCapabilities:
    """What a client can do that asks for diagnostics."""
    found = client_capabilities("visual-studio-code")
    assert found.text_document is not None
    found.text_document.diagnostic = types.DiagnosticClientCapabilities()
    return found


def _listen(editor: Editor) -> None:
    """Note what the server says and asks."""

    def published(params: types.PublishDiagnosticsParams) -> None:
        editor.published[params.uri] = params
        editor.news.set()

    def shown(params: types.ShowMessageParams) -> None:
        editor.shown.append(params.message)
        editor.news.set()

    def registered(params: types.RegistrationParams) -> None:
        editor.registered += [one.method for one in params.registrations]
        editor.news.set()

    def lenses(_: None) -> None:
        editor.refreshed.append("lenses")

    def diagnostics(_: None) -> None:
        editor.refreshed.append("diagnostics")
        editor.news.set()

    features = {
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: published,
        types.WINDOW_SHOW_MESSAGE: shown,
        types.CLIENT_REGISTER_CAPABILITY: registered,
        types.WORKSPACE_CODE_LENS_REFRESH: lenses,
        types.WORKSPACE_DIAGNOSTIC_REFRESH: diagnostics,
    }
    register_lsp_features(editor.client, features)


@asynccontextmanager
async def editing(
    *folders: Path,
    capabilities: types.ClientCapabilities | None = None,
    environment: Mapping[str, str] | None = None,
    encodings: Sequence[types.PositionEncodingKind] = (),
) -> AsyncIterator[Editor]:
    """An editor whose workspace has these folders, with a server of its own."""
    client = LanguageClient(converter_factory=default_converter)
    editor = Editor(client)
    _listen(editor)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    given = {**os.environ, "PYTHONPATH": path, **(environment or {})}
    await client.start_io(sys.executable, "-m", "sqsfifo_lint", "server", cwd=folders[0], env=given)
    can = capabilities or client_capabilities("visual-studio-code")
    if encodings:
        can.general = types.GeneralClientCapabilities(position_encodings=list(encodings))
    try:
        answer = await client.initialize_session(
            types.InitializeParams(
                can,
                process_id=os.getpid(),
                root_uri=folders[0].as_uri(),
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders],
            )
        )
        editor.capabilities = answer.capabilities
        yield editor
        await asyncio.wait_for(client.shutdown_session(), PATIENCE)
    finally:
        with suppress(Exception):  # it has ended by itself
            client.exit(None)
            untyped: Any = client
            await asyncio.wait_for(untyped.stop(), PATIENCE)


def session(work: Callable[[], Awaitable[None]]) -> None:
    """Run a session to its end; one that hangs fails."""

    async def limited() -> None:
        await asyncio.wait_for(work(), 2 * PATIENCE)

    asyncio.run(limited())
