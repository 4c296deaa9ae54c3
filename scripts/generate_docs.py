"""Write what is made from the rule modules: a page a code in `rules/`, their index, and the table in README.md.

python scripts/generate_docs.py            write what differs
python scripts/generate_docs.py --check    write nothing, name the files that differ, exit with 1 if any does
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from sqsfifo_lint.rules.pages import Page, all_pages, render, table

ROOT = Path(__file__).resolve().parent.parent
MARKED = re.compile(r"(<!-- rules -->\n).*?(<!-- /rules -->)", re.DOTALL)
INDEX = """\
# Rules

One page for each code, made from the rule modules in `sqsfifo_lint/rules/` by `scripts/generate_docs.py`.

`error`: SQS rejects the call or messages are lost. `warning`: throughput, order or retry safety is lost.

{table}"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: the one this script is in)")
    options = parser.parse_args()

    stale = sorted(stale_files(options.root), key=lambda item: item[0])
    for path, text in stale:
        print(f"{'stale' if options.check else 'written'}: {path.relative_to(options.root).as_posix()}")
        if not options.check:
            write(path, text)
    return 1 if options.check and stale else 0


def stale_files(root: Path) -> Iterator[tuple[Path, str | None]]:
    """Each file that differs from what it should be, and its new text; None for a page that belongs to no code."""
    pages = all_pages()
    wanted = dict(generated(root, pages))
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path, text
    for path in (root / "rules").glob("*.md"):
        if path not in wanted:
            yield path, None


def generated(root: Path, pages: tuple[Page, ...]) -> Iterator[tuple[Path, str]]:
    """Each generated file and its text."""
    yield root / "rules" / "README.md", INDEX.format(table=table(pages))
    for page in pages:
        yield root / "rules" / page.file_name, render(page)
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    if MARKED.search(text):
        inner = table(pages, "rules/")
        yield readme, MARKED.sub(lambda marks: f"{marks[1]}\n{inner}\n{marks[2]}", text)
    else:
        print("warning: README.md has no <!-- rules --> and <!-- /rules --> markers", file=sys.stderr)


def write(path: Path, text: str | None) -> None:
    """Write the text, or remove the file when there is none."""
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
