"""What `sqsfifo-lint rule` prints: the pages of rules, rendered on a terminal, and lists of them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import ClassVar

from pygments.token import Token
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Markdown
from rich.style import Style as Look
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.text import Text
from rich.theme import Theme

from sqsfifo_lint.model import Severity
from sqsfifo_lint.reporters import Style
from sqsfifo_lint.reporters.styled import Ink, printed, text, wrapped
from sqsfifo_lint.rules import pages
from sqsfifo_lint.rules.pages import Page
from sqsfifo_lint.terminal import no_commands

WIDEST = 100
"""Columns beyond which prose is no longer pleasant to read."""

LINES_BESIDE = 60
"""Columns that summaries need beside the names; with less, they go below."""


_PROSE = Theme({"markdown.code": Ink.LABEL.value, **{f"markdown.h{n}": Ink.STRONG.value for n in range(1, 7)}})

_CODE = ANSISyntaxTheme(
    {
        token: Look.parse(ink.value)
        for token, ink in {
            Token: Ink.PLAIN,
            Token.Comment: Ink.FAINT,
            Token.Keyword: Ink.LABEL,
            Token.Literal.String: Ink.GOOD,
            Token.Name.Decorator: Ink.PLACE,
            Token.Generic.Deleted: Ink.ERROR,
            Token.Generic.Inserted: Ink.GOOD,
        }.items()
    }
)
"""Readable on light and dark, without a background of its own."""


class _Program(CodeBlock):
    """A program of a page, in our own colours."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Syntax(str(self.text).rstrip(), self.lexer_name, theme=_CODE, word_wrap=True, padding=1)


class _Page(Markdown):
    """Markdown whose programs are shown so."""

    elements: ClassVar = {**Markdown.elements, "fence": _Program, "code_block": _Program}


def shown_page(page: Page, style: Style, *, rendered: bool) -> str:
    """The page of a rule: rendered for a terminal, or as Markdown for whatever reads it."""
    source = pages.render(page)
    if not rendered:
        return source
    stream = io.StringIO()
    console = Console(
        file=stream,
        force_terminal=style.color,
        no_color=not style.color,
        color_system="256" if style.color else None,
        width=min(style.width or WIDEST, WIDEST),
        highlight=False,
        legacy_windows=False,
        emoji=False,
        theme=_PROSE,
    )
    console.print(_Page(source, hyperlinks=style.links))
    lines = (line.rstrip() for line in stream.getvalue().splitlines())
    return no_commands("\n".join(lines) + "\n")


def listed(several: Sequence[Page], style: Style) -> str:
    """A line for each rule, or two where the terminal is narrow."""
    return printed([line for page in several for line in _row(page, several, style)], style)


def _row(page: Page, several: Sequence[Page], style: Style) -> Iterator[Text]:
    names = max(len(one.name) for one in several)
    severities = max(len(one.value) for one in Severity)
    head = text(
        (page.code, Ink.of(page.severity)),
        (f"  {page.name:<{names}}", Ink.STRONG),
        (f"  {page.severity.value:<{severities}}", Ink.FAINT),
    )
    if style.width is None:
        yield Text.assemble(head, f"  {page.summary}", end="")
    elif style.width >= head.cell_len + 2 + LINES_BESIDE:
        yield from wrapped(text(page.summary), style, indent=Text.assemble(head, "  "))
    else:
        head.rstrip()
        yield head
        yield from wrapped(text(page.summary), style, indent=" " * (len(page.code) + 2))
