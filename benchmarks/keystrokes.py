"""Keystrokes in a large project: what the language server computes until the diagnostics of a buffer are there.

    python -m benchmarks.keystrokes --work /tmp/benchmarks
    python -m benchmarks.keystrokes --minutes 60     # the memory of a server process while somebody types

Two projects of 2,000 files, of which 80 send. In the first, nothing leads from one chain of senders to another, but all
share what they import. In the second, one function calls them all, so all senders are one cluster: a key in a file that
matters costs the analysis of all of them, without parsing what has not changed.

Half of the keys are typed into files that matter to a send. Each key is one check, as if it were the last of a burst.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import libcst
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.workspace import PositionCodec

from benchmarks.large_project import generate, that_matter
from benchmarks.measure import REPOSITORY, table, verdict
from sqsfifo_lint.server.diagnostics import diagnostics
from sqsfifo_lint.server.positions import Positions
from sqsfifo_lint.server.session import Document, Session

MEDIAN_AT_MOST, LAST_AT_MOST = 200, 500
"""Milliseconds of processor time: the median, and the 95th percentile."""

FILES = 2_000
CODEC = PositionCodec()
TYPED = "value = order.get('id')  # \U0001f600"


def main() -> int:
    """Measure and print; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sqsfifo-lint-benchmarks"), help="where trees are kept")
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=0)
    options = parser.parse_args()
    work = options.work.resolve()
    project = generate(work / f"keystrokes_{FILES}", FILES)
    if options.minutes:
        return asyncio.run(typing(project, options.minutes))
    whole = generate(work / f"keystrokes_{FILES}_joined", FILES)
    join(whole)
    rows, met = [], []
    for name, folder in {"chains apart": project, "all called by one function": whole}.items():
        first, taken = measure(folder, options.keys)
        costs = sorted(1_000 * cost for cost, _ in taken)
        ratios = [cost / parsing for cost, parsing in taken]
        last = quantiles(costs, n=20)[-1]
        rows.append(
            (name, f"{first:.2f}", f"{median(costs):.0f}", f"{last:.0f}", f"{costs[-1]:.0f}", f"{median(ratios):.1f}")
        )
        if folder == project:
            met = [
                verdict("median", median(costs), MEDIAN_AT_MOST, " ms"),
                verdict("95th percentile", last, LAST_AT_MOST, " ms"),
            ]
    print(f"\n{options.keys} keys, processor time\n")
    head = ("project", "first check (s)", "median (ms)", "95 % (ms)", "longest (ms)", "to parsing the file")
    print(table(head, rows))
    return 0 if all(met) else 1


def join(folder: Path) -> None:
    """One function that calls everything that sends."""
    jobs = [path for path in that_matter(folder) if path.parent.name == "jobs"]
    lines = [f"from {path.parent.parent.name}.jobs.{path.stem} import run_{path.stem}" for path in jobs]
    calls = [f"    run_{path.stem}(config['{path.stem}'], events)" for path in jobs]
    text = "\n".join([*lines, "", "", "def main(config, events):", *calls, ""])
    (folder / "main.py").write_text(text, encoding="utf-8")


def keys(folder: Path, chance: random.Random) -> Iterator[tuple[Path, str]]:
    """A file and its text after each key: comments and statements are typed into functions of files here and there."""
    matter = that_matter(folder)
    others = sorted({*folder.rglob("*.py")} - {*matter})
    while True:
        path = chance.choice(matter if chance.random() < 0.5 else others)
        lines = path.read_text(encoding="utf-8").split("\n")
        returns = [number for number, line in enumerate(lines) if line.startswith("    return")]
        number = chance.choice(returns) if returns else len(lines) - 1
        for end in range(1, len(TYPED) + 1):
            yield path, "\n".join([*lines[:number], f"    {TYPED[:end]}", *lines[number:]])


def measure(folder: Path, count: int) -> tuple[float, list[tuple[float, float]]]:
    """Seconds of the first check, and for each key, of its check and of parsing the file."""
    session = Session()
    session.folders = [folder]
    started = time.process_time()
    session.check(folder)
    first = time.process_time() - started
    taken = []
    for number, (path, text) in enumerate(keys(folder, random.Random(1))):
        if number == count * 3:  # every third one: as many different files in less time
            break
        if number % 3:
            continue
        session.put(Document(path, path.as_uri(), text, number, "python"))
        started = time.process_time()
        checked = session.check(folder)
        diagnostics(checked, path, Positions(CODEC, session.lines))
        cost = time.process_time() - started
        session.drop(path)
        taken.append((cost, parsing(path)))
    return first, taken


def parsing(path: Path) -> float:
    """Seconds of parsing a file, as it is on disk, with LibCST."""
    text = path.read_text(encoding="utf-8")
    started = time.process_time()
    libcst.parse_module(text)
    return time.process_time() - started


async def typing(folder: Path, minutes: float) -> int:
    """Type into a server process, and print its memory from time to time; 1 if it grows by more than a fifth."""
    client = LanguageClient("keystrokes", "1")
    told = asyncio.Event()

    def published(_: types.PublishDiagnosticsParams) -> None:
        told.set()

    client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    await client.start_io(sys.executable, "-m", "sqsfifo_lint", "server", cwd=folder, env=environment)
    capabilities = types.ClientCapabilities()
    await client.initialize_async(types.InitializeParams(capabilities, os.getpid(), root_uri=folder.as_uri()))
    client.initialized(types.InitializedParams())
    server: asyncio.subprocess.Process = vars(client)["_server"]
    ends, opened = time.monotonic() + 60 * minutes, ""
    figures: list[float] = []
    for count, (path, text) in enumerate(keys(folder, random.Random(2)), 1):
        if time.monotonic() > ends:
            break
        told.clear()
        uri = path.as_uri()
        if uri != opened:
            if opened:
                client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(opened)))
            opened = uri
            client.text_document_did_open(
                types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", count, text))
            )
        else:
            change = types.TextDocumentContentChangeWholeDocument(text)
            version = types.VersionedTextDocumentIdentifier(count, uri)
            client.text_document_did_change(types.DidChangeTextDocumentParams(version, [change]))
        await asyncio.wait_for(told.wait(), 60)
        if count % 250 == 0:
            figures.append(resident(server.pid))
            print(f"{count} keys: {figures[-1]:.0f} MiB", flush=True)
    await client.shutdown_async(None)
    client.exit(None)
    early, late = figures[len(figures) // 4 :][:3], figures[-3:]
    return 0 if verdict("memory at the end to memory after a quarter", median(late) / median(early), 1.2) else 1


def resident(process: int) -> float:
    """MiB of memory that a process has (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
