"""Whole sessions: what an editor does, and what it is told."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcRequestCancelled
from pytest_lsp import client_capabilities

from sqsfifo_lint.run import engine
from tests.programs import CLEAN, CONSTANT_GROUP, NO_DEDUP, write
from tests.server.editor import Editor, applied, editing, position, pulling, session

QUEUE = """\
import boto3

sqs = boto3.client("sqs")


def send(order, group):
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo",
        MessageBody=order["body"],
        MessageGroupId=group,
        MessageDeduplicationId=order["id"],
    )
"""
"""What it sends is good or bad by its caller."""

CALLER = """\
from app.queue import send


def handle(order):
    send(order, {})
"""

GOOD, BAD = CALLER.format('order["id"]'), CALLER.format('"orders"')

TEMPLATE = """\
Resources:
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: orders
      FifoQueue: true
"""
"""SQF401: the name of a FIFO queue ends in `.fifo`."""


def test_open_edit_undo_break_and_mend(tmp_path: Path) -> None:
    root = write(tmp_path, {"orders.py": CONSTANT_GROUP})
    file = root / "orders.py"

    async def work() -> None:
        async with editing(root) as editor:
            editor.open(file)
            assert await editor.codes(file) == [("SQF101", 10)]
            editor.edit(file, CLEAN)
            assert await editor.codes(file) == []
            editor.edit(file, CONSTANT_GROUP)
            assert await editor.codes(file) == [("SQF101", 10)]
            editor.edit(file, CONSTANT_GROUP + "def broken(:\n")
            assert await editor.codes(file) == [("SQF001", 13)]
            editor.edit(file, CONSTANT_GROUP + "\n")
            assert await editor.codes(file) == [("SQF101", 10)]
            editor.close(file)
            await editor.until(lambda: not editor.published[file.as_uri()].diagnostics)

    session(work)


def test_a_finding_moves_to_the_caller_in_another_buffer(tmp_path: Path) -> None:
    """Renames, deletions and a change of branches, too: what a buffer shows depends on files that are not open."""
    root = write(tmp_path, {"app/queue.py": QUEUE, "app/orders.py": GOOD})
    queue, orders, moved = (root / "app" / name for name in ("queue.py", "orders.py", "moved.py"))

    async def work() -> None:
        async with editing(root) as editor:
            editor.open(queue)
            editor.open(orders)
            assert (await editor.codes(queue), await editor.codes(orders)) == ([], [])
            editor.edit(orders, BAD)
            assert await editor.codes(orders) == [("SQF101", 5)]
            editor.close(orders)
            orders.rename(moved)
            moved.write_text(BAD)
            editor.say_changed(orders, moved)
            editor.open(moved)
            assert await editor.codes(moved) == [("SQF101", 5)]
            editor.close(moved)
            moved.unlink()
            editor.say_changed(moved)
            editor.edit(queue, QUEUE + "\n")
            assert await editor.codes(queue) == []
            # Another branch: many files change at once, and the open buffer does not.
            names = [f"app/other_{number}.py" for number in range(30)]
            write(root, {**dict.fromkeys(names, NO_DEDUP), "app/queue.py": QUEUE.replace("group,", '"always",')})
            editor.say_changed(queue, *(root / name for name in names))
            editor.edit(queue, QUEUE.replace("group,", '"always",'))
            assert await editor.codes(queue) == [("SQF101", 10)]
            await _equals_a_fresh_check(editor, root, queue)

    session(work)


async def _equals_a_fresh_check(editor: Editor, root: Path, file: Path) -> None:
    report = engine.check([root], overlay={file: editor.texts[file.as_uri()].encode()})
    fresh = [(one.code, one.span.line) for one in report.findings if report.locations[one.span.path] == file]
    assert await editor.codes(file) == fresh


def test_two_roots_and_a_folder_that_comes_and_goes(tmp_path: Path) -> None:
    one, two, three = (write(tmp_path / name, {"a.py": CONSTANT_GROUP}) for name in ("one", "two", "three"))
    write(two, {"pyproject.toml": '[tool.sqsfifo-lint]\nignore = ["SQF101"]\n'})
    files = [root / "a.py" for root in (one, two, three)]

    async def work() -> None:
        async with editing(one, two, capabilities=pulling()) as editor:
            assert await _everything(editor) == [files[0]]
            added = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(three.as_uri(), "three")], [])
            editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(added))
            assert await _everything(editor) == [files[0], files[2]]
            gone = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(one.as_uri(), "one")])
            editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(gone))
            assert await _everything(editor) == [files[2]]

    session(work)


async def _everything(editor: Editor) -> list[Path]:
    answer = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
    return sorted(Path(item.uri.removeprefix("file://")) for item in answer.items)


def test_diagnostics_that_are_pulled(tmp_path: Path) -> None:
    """Nothing is published then, and what has not changed is not sent again."""
    root = write(tmp_path, {"app/queue.py": QUEUE, "app/orders.py": BAD})
    orders = root / "app" / "orders.py"
    identifier = types.TextDocumentIdentifier(orders.as_uri())

    async def work() -> None:
        async with editing(root, capabilities=pulling()) as editor:
            editor.open(orders)
            ask = editor.client.text_document_diagnostic_async
            first = await ask(types.DocumentDiagnosticParams(identifier))
            assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
            assert [one.code for one in first.items] == ["SQF101"]
            again = await ask(types.DocumentDiagnosticParams(identifier, previous_result_id=first.result_id))
            assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
            editor.edit(orders, GOOD)
            mended = await ask(types.DocumentDiagnosticParams(identifier, previous_result_id=first.result_id))
            assert isinstance(mended, types.RelatedFullDocumentDiagnosticReport)
            assert not mended.items
            assert first.result_id is not None
            known = [types.PreviousResultId(orders.as_uri(), first.result_id)]
            (item,) = (await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))).items
            assert (item.uri, item.kind) == (orders.as_uri(), "full")
            assert not editor.published

    session(work)


def test_templates(tmp_path: Path) -> None:
    root = write(tmp_path, {"template.yaml": TEMPLATE})
    file = root / "template.yaml"

    async def work() -> None:
        async with editing(root) as editor:
            editor.open(file, language="yaml")
            (found,) = await editor.diagnostics(file)
            assert (found.code, found.severity) == ("SQF401", types.DiagnosticSeverity.Error)
            editor.edit(file, TEMPLATE.replace("orders", "orders.fifo"))
            assert await editor.codes(file) == []

    session(work)


def test_a_configuration_that_is_wrong_is_told_once(tmp_path: Path) -> None:
    root = write(tmp_path, {"orders.py": CONSTANT_GROUP})
    file, settings = root / "orders.py", root / "pyproject.toml"

    async def work() -> None:
        async with editing(root) as editor:
            editor.open(file)
            assert await editor.codes(file) == [("SQF101", 10)]
            settings.write_text("[tool.sqsfifo-lint]\nnonsense = 1\n")
            editor.say_changed(settings)
            await editor.until(lambda: len(editor.shown) == 1)
            assert "nonsense" in editor.shown[0]
            before = editor.published[file.as_uri()]
            editor.edit(file, CONSTANT_GROUP + "\n")
            await asyncio.sleep(0.5)
            assert (len(editor.shown), editor.published[file.as_uri()]) == (1, before)
            settings.write_text('[tool.sqsfifo-lint]\nignore = ["SQF101"]\n')
            editor.say_changed(settings)
            assert await editor.codes(file) == []

    session(work)


def test_what_is_beyond_the_first_plane_counts_twice(tmp_path: Path) -> None:
    """U+1F600 is two units of UTF-16, one of UTF-32, four of UTF-8."""
    root = write(tmp_path, {"orders.py": ""})
    file = root / "orders.py"
    text = CONSTANT_GROUP.replace(
        'MessageGroupId="orders"', '**{"\U0001f600": 1}, MessageGroupId="\U0001f600\U0001f600"'
    )
    kinds = types.PositionEncodingKind

    async def columns(*encodings: types.PositionEncodingKind) -> tuple[int, int]:
        async with editing(root, encodings=encodings) as editor:
            editor.open(file, text)
            found = next(one for one in await editor.diagnostics(file) if one.code == "SQF101")
            return found.range.start.character, found.range.end.character

    async def work() -> None:
        start = text.split("\n")[9].index('"\U0001f600\U0001f600"')
        assert await columns() == (start + 1, start + 1 + 6)
        assert await columns(kinds.Utf32, kinds.Utf16) == (start, start + 4)
        assert await columns(kinds.Utf8) == (start + 3, start + 3 + 10)

    session(work)


def test_hover_definition_lens_and_actions(tmp_path: Path) -> None:
    root = write(tmp_path, {"app/queue.py": QUEUE, "app/orders.py": BAD})
    queue, orders = root / "app" / "queue.py", root / "app" / "orders.py"
    origin = BAD.replace('send(order, "orders")', "group = GROUP\n    send(order, group)") + '\n\nGROUP = "orders"\n'

    async def work() -> None:
        async with editing(root) as editor:
            editor.open(queue)
            editor.open(orders, origin)
            client, identifier = editor.client, types.TextDocumentIdentifier(queue.as_uri())
            here = position(QUEUE, "group,\n")
            hover = await client.text_document_hover_async(types.HoverParams(identifier, here))
            assert hover is not None
            assert isinstance(hover.contents, types.MarkupContent)
            text = hover.contents.value
            assert "**group ID**" in text
            assert "dedup" not in text
            assert "[orders.py:9](<" in text
            nowhere = types.HoverParams(identifier, types.Position(0, 3))
            assert await client.text_document_hover_async(nowhere) is None

            (lens,) = await client.text_document_code_lens_async(types.CodeLensParams(identifier)) or ()
            assert lens.command is not None
            assert lens.command.title == "orders.fifo: group constant, dedup data"
            assert lens.range.start == types.Position(6, 4)

            (found,) = await editor.diagnostics(orders)
            own = types.TextDocumentIdentifier(orders.as_uri())
            led = await client.text_document_definition_async(types.DefinitionParams(own, found.range.start))
            assert isinstance(led, list)
            assert [one.range.start.line for one in led if isinstance(one, types.Location)] == [8]
            assert found.related_information
            assert queue.as_uri() in {one.location.uri for one in found.related_information}

            silence, explain = await editor.actions(orders, found.range)
            assert silence.edit is not None
            assert silence.edit.changes is not None
            editor.edit(orders, applied(origin, silence.edit.changes[orders.as_uri()]))
            assert "# sqsfifo: ignore[constant-group-id] TODO: say why" in editor.texts[orders.as_uri()]
            assert await editor.codes(orders) == []

            assert explain.command is not None
            order = types.ExecuteCommandParams(explain.command.command, explain.command.arguments)
            page = str(await client.workspace_execute_command_async(order))
            assert "**group ID**" in page
            assert "## Why is this bad" in page
            assert editor.shown[-1].startswith("SQF101 constant-group-id")

    session(work)


def test_fixes(tmp_path: Path) -> None:
    """A certain one is preferred, one that is not says so; both make what `--fix` makes, in a text with CRLF."""
    text = CONSTANT_GROUP.replace('"orders",', 'hash(str(order["id"])),').replace("\n", "\r\n")
    root = write(tmp_path, {"orders.py": text})
    file = root / "orders.py"

    async def work() -> None:
        async with editing(root) as editor:
            editor.open(file, text)
            found = next(one for one in await editor.diagnostics(file) if one.code == "SQF106")
            fixes = [one for one in await editor.actions(file, found.range) if one.is_preferred]
            (all_of_them,) = await editor.actions(file, found.range, only=["source.fixAll.sqsfifo-lint"])
            (hashing,) = (one for one in fixes if one.title.startswith("Replace `hash()`"))
            for action in (hashing, all_of_them):
                assert action.edit is not None
                assert action.edit.changes is not None
                mended = applied(text, action.edit.changes[file.as_uri()])
                assert "hashlib.sha256(" in mended
                assert mended.count("\n") == mended.count("\r\n")
            editor.edit(file, mended)
            assert await editor.codes(file) == []

    session(work)


def test_a_newer_edit_supersedes_an_older_check_and_a_request_can_be_cancelled(tmp_path: Path) -> None:
    root = write(tmp_path, {f"m{number}.py": CONSTANT_GROUP for number in range(40)})
    file = root / "m0.py"

    async def work() -> None:
        async with editing(root) as editor:
            editor.open(file)
            for number in range(20):
                editor.edit(file, CONSTANT_GROUP + "\n" * number)
                await asyncio.sleep(0.01)
            params = types.CodeLensParams(types.TextDocumentIdentifier(file.as_uri()))
            untyped: Any = editor.client.protocol
            request = untyped.send_request_async(types.TEXT_DOCUMENT_CODE_LENS, params, "ours")
            asked = asyncio.ensure_future(request)
            await asyncio.sleep(0)
            editor.client.cancel_request(types.CancelParams("ours"))
            with pytest.raises(JsonRpcRequestCancelled):
                await asked
            editor.edit(file, CLEAN)
            assert await editor.codes(file) == []

    session(work)


def test_clients_of_other_abilities(tmp_path: Path) -> None:
    """Neovim 0.7 watches no files; whoever can is asked to."""
    root = write(tmp_path, {"orders.py": CONSTANT_GROUP, "notes.txt": "send_message(MessageGroupId='x')\n"})
    file, notes = root / "orders.py", root / "notes.txt"

    async def work() -> None:
        async with editing(root, capabilities=client_capabilities("neovim@v0.7.0")) as editor:
            editor.open(file)
            editor.open(notes, language="plaintext")
            assert await editor.codes(file) == [("SQF101", 10)]
            assert notes.as_uri() not in editor.published
            assert not editor.registered
        async with editing(root) as editor:
            await editor.until(lambda: bool(editor.registered))
            assert editor.registered == ["workspace/didChangeWatchedFiles"]

    session(work)
