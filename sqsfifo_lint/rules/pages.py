"""The page of a rule: its module's docstring, its metadata and its examples as one Markdown text.

The docstring's grammar is fixed: a first line that says what is wrong, then a `## ` heading for each of `SECTIONS`,
in that order. `scripts/generate_docs.py` writes the pages to `rules/`; `sqsfifo-lint rule` prints them.
"""

from __future__ import annotations

import difflib
import inspect
import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from sqsfifo_lint import unreadable, useless
from sqsfifo_lint.model import Change, Severity
from sqsfifo_lint.remedies import WORDS, Words
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import AnyRule, DeclarationRule, Example

SECTIONS = (
    "What it does",
    "Why is this bad",
    "When it is fine",
    "What to do instead",
    "Example",
    "Options",
    "Sources",
)

MEASURED_FILE = Path(__file__).with_name("measured.toml")
OUTPUT_FILE = Path(__file__).with_name("output.toml")
"""What the command prints for the bad examples; `scripts/generate_docs.py` writes it."""
MEASURED_BELOW = "Why is this bad"
INSTEAD = "What to do instead"

GUIDE = "Choosing the two IDs"
GUIDE_FILE = "choosing-ids.md"
"""The page in `docs/` that a team reads before it writes a send."""
GUIDE_SECTIONS: dict[tuple[str, ...], str] = {
    ("group",): "#the-group-which-entity-must-stay-in-order",
    ("dedup",): "#the-dedup-id-which-event-is-it",
    ("body",): "#the-dedup-id-which-event-is-it",
}
"""By the slots that a rule judges, the part of that page; of the others, the whole."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What running a rule's examples against an emulator showed: a bad one and a good one, in the same setting."""

    rule: str
    claim: str
    setting: str
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader gets to see of a code: metadata, the sections of the docstring by heading, and the examples."""

    code: str
    name: str
    severity: Severity
    since: str
    summary: str
    sections: dict[str, str]
    bad: tuple[Example, ...] = ()
    good: tuple[Example, ...] = ()
    mended: Example | None = None
    """The first bad example as it should be."""
    guide: str | None = None
    """The part of `GUIDE_FILE` that says more: empty for the whole page, None if it has nothing to do with this."""
    changes: tuple[Change, ...] = ()
    """What its fixes change."""

    @property
    def title(self) -> str:
        """Code and name, as in headings and in the index."""
        return f"{self.code} {self.name}"

    @property
    def file_name(self) -> str:
        """The page's file in `rules/`."""
        return f"{self.code}-{self.name}.md"


def all_pages() -> tuple[Page, ...]:
    """A page for each code that a user can meet, sorted by code: SQF001, and what findings have."""
    return (page_of_problem(), *finding_pages())


def finding_pages() -> tuple[Page, ...]:
    """A page for each code that a finding can have, sorted by code: the rules, and SQF002."""
    pages = [page_of_useless_ignore(), *map(page_of, load_rules())]
    return tuple(sorted(pages, key=lambda page: page.code))


def find_page(code_or_name: str) -> Page | None:
    """The page of a code or name in any spelling of upper and lower case, or None."""
    wanted = code_or_name.casefold()
    return next((page for page in all_pages() if wanted in (page.code.casefold(), page.name.casefold())), None)


def with_prefix(prefix: str) -> tuple[Page, ...]:
    """The pages whose codes begin with a prefix that ends in a digit, as `--select` takes it: `SQF1`, `sqf20`."""
    wanted = prefix.upper()
    return tuple(page for page in all_pages() if wanted[-1:].isdigit() and page.code.startswith(wanted))


def page_of(rule: AnyRule) -> Page:
    """The page of a rule. Without docstrings (`python -OO`) it has no sections."""
    sections = parse_sections(_docstring(sys.modules.get(rule.check.__module__)))
    measured = measurements_of(rule.code)
    if measured and MEASURED_BELOW in sections:
        sections[MEASURED_BELOW] = "\n\n".join([sections[MEASURED_BELOW], *map(_table_of, measured)])
    return Page(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        since=rule.since,
        summary=rule.summary,
        sections=sections,
        bad=rule.bad,
        good=rule.good,
        mended=rule.mended,
        guide=None if isinstance(rule, DeclarationRule) else GUIDE_SECTIONS.get(rule.slots, ""),
        changes=rule.changes,
    )


def page_of_problem() -> Page:
    """The page of SQF001."""
    return Page(
        code=unreadable.CODE,
        name=unreadable.NAME,
        severity=Severity.ERROR,
        since=unreadable.SINCE,
        summary=unreadable.SUMMARY,
        sections=parse_sections(_docstring(unreadable)),
    )


def page_of_useless_ignore() -> Page:
    """The page of SQF002."""
    return Page(
        code=useless.CODE,
        name=useless.NAME,
        severity=Severity.WARNING,
        since=useless.SINCE,
        summary=useless.SUMMARY,
        sections=parse_sections(_docstring(useless)),
    )


def parse_sections(docstring: str) -> dict[str, str]:
    """The text below each `## ` heading, in the order of the docstring; what comes before the first is left out."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in docstring.splitlines():
        if line.startswith("## "):
            lines = sections.setdefault(line.removeprefix("## ").strip(), [])
        else:
            lines.append(line)
    return {heading: "\n".join(text).strip() for heading, text in sections.items()}


def measurements_of(code: str) -> tuple[Measured, ...]:
    """What was measured with the examples of a rule, in the order of the file."""
    return tuple(measured for measured in _all_measured() if measured.rule == code)


@cache
def _all_measured() -> tuple[Measured, ...]:
    with MEASURED_FILE.open("rb") as file:
        return tuple(Measured(**entry) for entry in tomllib.load(file).get("measured", ()))


def output_of(code: str, title: str) -> str:
    """What the command prints for an example of a rule, one finding a line; empty when it was not written down."""
    return _all_outputs().get((code, title), "")


def forget_outputs() -> None:
    """Read them again when they are asked for the next time."""
    _all_outputs.cache_clear()


@cache
def _all_outputs() -> dict[tuple[str, str], str]:
    if not OUTPUT_FILE.is_file():
        return {}
    with OUTPUT_FILE.open("rb") as file:
        found = tomllib.load(file).get("output", ())
    return {(entry["rule"], entry["example"]): entry["text"] for entry in found}


def _table_of(measured: Measured) -> str:
    rows = ("example", "measured"), ("---", "---"), ("reported below", measured.bad), ("not reported", measured.good)
    introduction = f"{measured.claim} Measured on an SQS emulator, with {measured.setting}:"
    return "\n".join([introduction, "", *(f"| {name} | {value} |" for name, value in rows)])


def render_markdown(rule: AnyRule) -> str:
    """The whole page of a rule as Markdown."""
    return render(page_of(rule))


def render(page: Page, docs: str | None = None) -> str:
    """The whole page as Markdown, ending in a newline. `docs`: the folder of other pages, if they can be linked to."""
    blocks = [
        f"# {page.title}",
        page.summary,
        f"Severity: {page.severity.value}. Since {page.since}.{_proof(page)}",
        *(_fix(WORDS[change]) for change in page.changes),
    ]
    for heading, text in page.sections.items():
        blocks += [f"## {heading}", text]
        if heading == INSTEAD:
            blocks += _instead(page, docs)
        if heading == "Example":
            blocks += _examples(page)
    if "Example" not in page.sections:
        blocks += _examples(page)
    return "\n\n".join(block for block in blocks if block) + "\n"


_MARK = re.compile(r"  # error: .*$", re.MULTILINE)
"""What tells the tests where a finding is."""


def _instead(page: Page, docs: str | None) -> list[str]:
    """The first bad example and what it becomes, as a diff; and where to read more."""
    blocks: list[str] = []
    if page.bad and page.mended is not None:
        blocks += ["The first example below, before and after:", f"```diff\n{diff(page.bad[0], page.mended)}\n```"]
    if page.guide is not None:
        name = GUIDE if docs is None else f"[{GUIDE}]({docs}{GUIDE_FILE}{page.guide})"
        where = f", which is `docs/{GUIDE_FILE}` of the project" if docs is None else ""
        blocks.append(f"Before you write a send, read *{name}*{where}.")
    return blocks


def diff(bad: Example, mended: Example) -> str:
    """Two programs as a unified diff with two lines of context, `@@` between its parts."""
    before, after = (_MARK.sub("", example.code).splitlines() for example in (bad, mended))
    lines = list(difflib.unified_diff(before, after, lineterm="", n=2))[3:]
    return "\n".join("@@" if line.startswith("@@") else line for line in lines)


def _fix(words: Words) -> str:
    """What a fix of a rule's findings does, and with which options."""
    options = "`--fix`" if words.safe else "`--fix --unsafe-fixes`"
    return f"Fix ({options}): {words.page}"


def _proof(page: Page) -> str:
    """That no finding is merely likely, where the options do not say which ones are."""
    likely = "`audit`" in page.sections.get("Options", "")
    return "" if likely or not page.bad else " Every finding is proven."


def table(pages: Iterable[Page], folder: str = "") -> str:
    """A Markdown table of the codes, each linked to its page in `folder` (empty, or ending in `/`)."""
    rows = ["| code | name | severity | finds |", "|---|---|---|---|"]
    for page in pages:
        link = f"[{page.code}]({folder}{page.file_name})"
        rows.append(f"| {link} | {page.name} | {page.severity.value} | {page.summary} |")
    return "\n".join(rows) + "\n"


def _docstring(module: ModuleType | None) -> str:
    return (inspect.getdoc(module) if module else None) or ""


def _examples(page: Page) -> list[str]:
    blocks: list[str] = []
    for heading, examples in (("Reported", page.bad), ("Not reported", page.good)):
        for example in examples:
            blocks += [f"### {heading}: {_uncapitalised(example.title)}", f"```python\n{example.code.rstrip()}\n```"]
            output = output_of(page.code, example.title)
            if output:
                blocks.append(f"```console\n$ sqsfifo-lint check example.py --output-format concise\n{output}\n```")
    return blocks


def _uncapitalised(title: str) -> str:
    return title[:1].lower() + title[1:]
