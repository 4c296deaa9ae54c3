"""Write what is generated from the code: a page per code in `rules/` with what the command prints for its examples,
their index, the bounds, the configuration's keys and what commands print in README.md and `docs/`, the JSON schema of
the configuration in the package, the tables of rooms in CONTRIBUTING.md, the pictures in `docs/` of what SQS does, of
what the workers of the examples did and of terminals, and whole outputs of commands in `tests/golden/`.

python scripts/generate_docs.py            write what differs
python scripts/generate_docs.py --check    write nothing, list the files that differ, exit with 1 if there are any
"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import io
import json
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sqsfifo_lint.config import Config
from sqsfifo_lint.evidence.log_report import report_of
from sqsfifo_lint.evidence.log_words import headline
from sqsfifo_lint.evidence.reading import read
from sqsfifo_lint.evidence.sources import sources
from sqsfifo_lint.evidence.timeline_svg import as_svg
from sqsfifo_lint.flow.bounds import (
    MAX_CALL_STEPS,
    MAX_DEPTH,
    MAX_HOPS,
    MAX_IMPORT_STEPS,
    MAX_SEARCH_STEPS,
    MAX_STEPS,
)
from sqsfifo_lint.keys import KEYS, document
from sqsfifo_lint.reporters import Style, reporter
from sqsfifo_lint.rules import load_rules, pages
from sqsfifo_lint.rules.pages import OUTPUT_FILE, Page, all_pages, render, table
from sqsfifo_lint.run.engine import check
from sqsfifo_lint.source.files import WIDE_SEARCH

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the table of rooms belongs to the tests that enforce it

import pictures  # noqa: E402

from tests import golden  # noqa: E402
from tests.commands import run, timeless  # noqa: E402
from tests.layout import contributing  # noqa: E402

INDEX = """\
# Rules

One page per code, generated from the rule modules in `sqsfifo_lint/rules/` by `scripts/generate_docs.py`.

`error`: SQS rejects the call or messages are lost. `warning`: throughput, order or retry safety is lost.
All rules are on by default. `sqsfifo-lint rule SQF101` explains one, with examples.

{table}"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: the one this script is in)")
    options = parser.parse_args()

    shown = list(stale_outputs()) if options.root == ROOT else []
    for output, printed in shown if not options.check else ():
        write(output, printed)  # first, for the pages quote them
        pages.forget_outputs()
    stale: list[tuple[Path, str | None]] = [*shown, *sorted(stale_files(options.root), key=lambda item: item[0])]
    for path, text in stale:
        print(f"{'stale' if options.check else 'written'}: {path.relative_to(options.root).as_posix()}")
        if not options.check:
            write(path, text)
    return 1 if options.check and stale else 0


def stale_outputs() -> Iterator[tuple[Path, str]]:
    """What the command prints for the bad examples, if it differs from what is recorded."""
    text = "# Written by scripts/generate_docs.py.\n" + "".join(outputs())
    if not OUTPUT_FILE.is_file() or OUTPUT_FILE.read_text(encoding="utf-8") != text:
        yield OUTPUT_FILE, text


def outputs() -> Iterator[str]:
    """An entry for each bad example of each rule."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        program = Path(folder, "example.py")
        for rule in load_rules():
            for example in rule.bad:
                program.write_text(example.code, encoding="utf-8")
                found = "".join(reporter("concise").render(check([program], Config()), Style())).rstrip()
                values = (("rule", rule.code), ("example", example.title), ("text", found))
                yield "\n[[output]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values)


def stale_files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Each file that is out of date, with its new text; None for a page that belongs to no code."""
    wanted = dict(generated(root, all_pages()))
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path, text
    for path in (root / "rules").glob("*.md"):
        if path not in wanted:
            yield path, None


def generated(root: Path, every: tuple[Page, ...]) -> Iterator[tuple[Path, str]]:
    """Each generated file and its text."""
    yield root / "rules" / "README.md", INDEX.format(table=table(every))
    for page in every:
        yield root / "rules" / page.file_name, render(page, "../docs/")
    yield root / "sqsfifo_lint" / "schema.json", schema()
    for (name, marker), text in (
        *printed(),
        (BOUNDS, bounds_in_words()),
        (KEYS_TABLE, keys()),
        (ROOMS, contributing()),
    ):
        yield from marked(root / name, marker, text)
    yield root / "docs" / "groups.svg", pictures.groups_picture()
    yield root / "docs" / "window.svg", pictures.window_picture()
    for recorded, name in (("trapped", "serial.svg"), ("mended", "parallel.svg")):
        yield root / "docs" / name, picture(RECORDED / recorded / "workers.log")
    for width in SCREENS:
        yield root / "docs" / f"terminal-{width}.svg", screenshot(width, "check", "examples/start_up_group")
    if root == ROOT:
        yield from golden.outputs()


Place = tuple[str, str]
"""A file, and a marker in it."""

SHOWN: dict[Place, tuple[str, ...]] = {
    ("README.md", "orders"): ("check", "examples/orders.py", "--select", "SQF101"),
    ("docs/example.md", "start_up_group"): ("check", "examples/start_up_group"),
    ("docs/queues.md", "queues"): ("queues", "examples/declared"),
}
"""Commands whose output the documents show, by where."""

BOUNDS: Place = ("docs/limitations.md", "bounds")
KEYS_TABLE: Place = ("docs/configuration.md", "keys")
ROOMS: Place = ("CONTRIBUTING.md", "layout")

SCREENS = (80, 200)
"""Columns of the terminals of which there are pictures."""


def printed() -> Iterator[tuple[Place, str]]:
    """What the commands print, as the documents show it."""
    with tempfile.TemporaryDirectory() as folder:
        project = golden.copy_of_examples(Path(folder).resolve())
        for place, arguments in SHOWN.items():
            output = timeless(run(project, *arguments).stdout)
            yield place, f"```console\n$ sqsfifo-lint {' '.join(arguments)}\n{output}```"


def screenshot(width: int, *arguments: str) -> str:
    """A picture of a terminal of so many columns, after a command. It needs no network: without a font of its own."""
    with tempfile.TemporaryDirectory() as folder:
        project = golden.copy_of_examples(Path(folder).resolve())
        output = run(project, *arguments, "--color", "always", env={"COLUMNS": str(width)}).stdout
    console = Console(file=io.StringIO(), record=True, width=width, force_terminal=True, legacy_windows=False)
    console.print(Text.from_ansi(f"$ sqsfifo-lint {' '.join(arguments)}\n{timeless(output)}"))
    svg = console.export_svg(title="sqsfifo-lint", code_format=FORMAT, unique_id=f"terminal-{width}")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


_USUAL = inspect.signature(Console.export_svg).parameters["code_format"].default

FORMAT = re.sub(r"\s*@font-face \{\{.*?\}\}", "", _USUAL, flags=re.DOTALL)
"""rich's page without the fonts, which it takes from another server."""


RECORDED = ROOT / "examples" / "start_up_group" / "recorded"
"""Logs and messages of the examples at work. `tests/emulator/workers.py` has recorded them."""


def picture(log: Path) -> str:
    """What `sqsfifo-lint logs --svg` writes."""
    report = report_of(read(sources([log])))
    assert report.picture is not None
    return as_svg(report.picture, f"{report.verdict.judgement.value}: {headline(report)}")


def bounds_in_words() -> str:
    """The limitation about bounds."""
    sentences = (
        f"The analysis is bounded: {MAX_STEPS:,} expressions for each function that sends, and {MAX_SEARCH_STEPS:,}",
        f"more for its callers; {MAX_CALL_STEPS:,} for each call that it makes, {MAX_IMPORT_STEPS:,} for each that a",
        f"module makes at import; {MAX_DEPTH} calls deep, {MAX_HOPS} callers up. What lies beyond is unknown. In a",
        f"project of more than {WIDE_SEARCH:,} Python files, callers are looked for only below the top-level folder of",
        "the function that they call, and who sets an attribute or fills a container only in the folder of the class",
        "or module that it belongs to. If many files send and do not lead to each other, they are divided into parts,",
        "which know nothing of each other except the queues that they declare.",
    )
    return textwrap.fill(" ".join(sentences), 130, initial_indent="- ", subsequent_indent="  ")


def schema() -> str:
    """The JSON schema of the configuration, which comes with the package for editors."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def keys() -> str:
    """The table of the configuration's keys."""
    rows = ["| key | meaning | default | where a configuration extends another |", "|---|---|---|---|"]
    for name, key in KEYS.items():
        default = "" if key.default is None else f"`{json.dumps(key.default)}`"
        joining = "" if name == "extend" else key.joining.value
        rows.append(f"| `{name}` | {key.about} | {default} | {joining} |")
    return "\n".join(rows)


def marked(path: Path, marker: str, inner: str) -> Iterator[tuple[Path, str]]:
    """A file with what stands between the two comments of a marker replaced."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, start, rest = text.partition(f"<!-- {marker} -->\n")
    _, end, after = rest.partition(f"<!-- /{marker} -->")
    if end:
        yield path, f"{before}{start}\n{inner.rstrip()}\n\n{end}{after}"
    else:
        print(f"warning: {path.name} has no <!-- {marker} --> and <!-- /{marker} --> markers", file=sys.stderr)


def write(path: Path, text: str | None) -> None:
    """Write the text, or remove the file if there is none."""
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
