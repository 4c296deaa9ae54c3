"""What an editor can ask: LSP's requests and notifications, each answered by the state of the server."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from lsprotocol import types

from sqsfifo_lint.config import ConfigError
from sqsfifo_lint.rules.pages import find_page
from sqsfifo_lint.server import words
from sqsfifo_lint.server.actions import EXPLAIN, FIX_ALL, Actions
from sqsfifo_lint.server.positions import covers, uri_of
from sqsfifo_lint.server.session import Checked, Document
from sqsfifo_lint.server.state import Server, path_of

WATCHED = "**/*"
"""What clients are asked to watch: besides sources and templates, names of configuration, ignore files and folders."""

_NOTHING = types.Range(types.Position(0, 0), types.Position(0, 0))


def new_server() -> Server:
    """A server with all that it can do."""
    server = Server()
    _notifications(server)
    _reports(server)
    _questions(server)
    _actions(server)
    return server


def _notifications(server: Server) -> None:
    feature = server.feature

    @feature(types.INITIALIZED)
    def initialized(_: types.InitializedParams) -> None:
        folders = [path for uri in server.workspace.folders if (path := path_of(uri)) is not None]
        root = path_of(server.workspace.root_uri or "")
        server.session.folders = folders or ([root] if root is not None else [])
        server.schedule.start()
        server.touch_all()
        _watch(server)

    @feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        one = params.text_document
        server.put(one.uri, one.text, one.version, str(one.language_id))

    @feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        one = params.text_document
        server.put(one.uri, server.workspace.get_text_document(one.uri).source, one.version)

    @feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is not None:
            server.touch(path)

    @feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.drop(params.text_document.uri)

    @feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        for path in {path for change in params.changes if (path := path_of(change.uri)) is not None}:
            server.touch(path)

    @feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders_changed(params: types.DidChangeWorkspaceFoldersParams) -> None:
        gone = {path_of(folder.uri) for folder in params.event.removed}
        added = [path for folder in params.event.added if (path := path_of(folder.uri)) is not None]
        before = [folder for folder in server.session.folders if folder not in gone]
        server.session.folders = list(dict.fromkeys([*before, *added]))
        server.forget_others()
        server.touch_all()

    @feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(_: types.DidChangeConfigurationParams) -> None:
        server.touch_all()


def _watch(server: Server) -> None:
    """Ask the client to say what changes on disk, if it can be asked."""
    workspace = server.client_capabilities.workspace
    watched = workspace.did_change_watched_files if workspace is not None else None
    if watched is None or not watched.dynamic_registration:
        return
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(WATCHED)])
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    registration = types.Registration("sqsfifo-lint.files", method, options)
    server.client_register_capability(types.RegistrationParams([registration]))


def _reports(server: Server) -> None:
    options = types.DiagnosticOptions(True, True, "sqsfifo-lint")

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def of_document(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        path = path_of(params.text_document.uri)
        if path is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        await server.schedule.settled(server.session.root(path))
        found, number = server.numbered(path)
        if params.previous_result_id == number:
            return types.RelatedUnchangedDocumentDiagnosticReport(number)
        return types.RelatedFullDocumentDiagnosticReport(found, result_id=number)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def of_workspace(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        await server.schedule.all_settled()
        known = {path: one for one in params.previous_result_ids if (path := path_of(one.uri)) is not None}
        paths = {path for checked in server.schedule.known() for path in checked.paths if not path.is_dir()}
        items: list[types.WorkspaceDocumentDiagnosticReport] = []
        for path in sorted({*paths, *known}):
            document = server.session.documents.get(path)
            uri = known[path].uri if path in known else document.uri if document is not None else uri_of(path)
            version = document.version if document is not None else None
            found, number = server.numbered(path)
            if path in known and known[path].value == number:
                items.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, number, version))
            else:
                items.append(types.WorkspaceFullDocumentDiagnosticReport(uri, found, version, result_id=number))
        return types.WorkspaceDiagnosticReport(items)


async def _current(server: Server, uri: str) -> tuple[Checked, Document] | None:
    """A buffer, and a check that is about it as it is."""
    path = path_of(uri)
    if path is None:
        return None
    checked = await server.schedule.settled(server.session.root(path))
    document = server.session.documents.get(path)
    if checked is None or document is None or checked.versions.get(path, -1) != document.version:
        return None
    return checked, document


def _questions(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        path = path_of(params.text_document.uri)
        if path is None or path not in server.session.documents:
            return None
        line, column = server.positions.place(path, params.position)
        found = await server.explained(path, line, column)
        if found is None:
            return None
        text = words.trace(*found, server.link)
        markup = types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.Hover(markup, server.positions.range(path, found[1].span))

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location] | None:
        current = await _current(server, params.text_document.uri)
        if current is None:
            return None
        checked, document = current
        line, column = server.positions.place(document.path, params.position)
        here = [one for one in checked.findings.get(document.path, ()) if covers(one.span, line, column)]
        origins = dict.fromkeys(one.trace[0].span for one in here if one.trace and one.trace[0].span != one.span)
        locations = checked.report.locations
        return [server.positions.location(locations[span.path], span) for span in origins] or None

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        current = await _current(server, params.text_document.uri)
        if current is None:
            return []
        uri, path = params.text_document.uri, current[1].path
        try:
            sends = await server.schedule.ask(partial(server.session.sends, path))
        except ConfigError:
            return []
        found = []
        for send in sends:
            region = server.positions.range(path, send.place.span)
            arguments = ["", uri, region.start.line, region.start.character]
            found.append(types.CodeLens(region, types.Command(words.lens(send), EXPLAIN, arguments=arguments)))
        return found


def _actions(server: Server) -> None:
    kinds: Sequence[types.CodeActionKind | str] = [types.CodeActionKind.QuickFix, FIX_ALL]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(list(kinds)))
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        current = await _current(server, params.text_document.uri)
        if current is None:
            return []
        several = Actions(server.session, *current, server.positions)
        only = params.context.only
        found: list[types.CodeAction] = []
        if only is None or any(_within(types.CodeActionKind.QuickFix.value, str(_value(kind))) for kind in only):
            found += await server.schedule.ask(lambda: list(several.within(params.range)))
        # To fix all takes several checks: only who asks for it by its kind gets it, as editors do on saving.
        if only is not None and any(_within(FIX_ALL, str(_value(kind))) for kind in only):
            found += await server.schedule.ask(lambda: list(several.all()))
        return found

    @server.command(EXPLAIN)
    async def explain(code: str, uri: str, line: int, character: int) -> str:
        parts: list[str] = []
        path = path_of(uri)
        if path is not None:
            place = server.positions.place(path, types.Position(line, character))
            found = await server.explained(path, *place)
            parts += [words.trace(*found, server.link)] if found is not None else []
        page = find_page(code) if code else None
        parts += [words.page(page)] if page is not None else []
        summary = f"{page.code} {page.name}: {page.summary}" if page is not None else ""
        if summary:
            server.window_show_message(types.ShowMessageParams(types.MessageType.Info, summary))
        return "\n\n---\n\n".join(parts)


def _value(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _within(kind: str, wanted: str) -> bool:
    """Whether a kind of actions is one that is wanted, or below one."""
    return f"{kind}.".startswith(f"{wanted}." if wanted else "")
