"""How what logs show is printed and written to files."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from shutil import get_terminal_size

from sqsfifo_lint.commands.output import complain, show
from sqsfifo_lint.evidence.log_report import LogsReport

WIDTH = 100
"""Columns of what is not printed to a terminal."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What to print and to write."""

    output_format: str
    """`full`, `json` or `html`."""
    html: Path | None
    svg: Path | None
    color: bool

    def write(self, report: LogsReport) -> bool:
        """Print a report, and write the files that are asked for. False if one cannot be; that is complained about."""
        show(self._text(report))
        saved = [_save(self.html, _as_html(report)) if self.html else True]
        if self.svg:
            picture = _as_svg(report)
            if picture is None:
                complain(f"{self.svg}: not written, since there is nothing to draw")
            saved.append(picture is not None and _save(self.svg, picture))
        return all(saved)

    def _text(self, report: LogsReport) -> str:
        match self.output_format:
            case "json":
                from sqsfifo_lint.evidence.log_json import as_json  # each format is needed alone

                return as_json(report)
            case "html":
                return _as_html(report)
            case _:
                from sqsfifo_lint.evidence.log_text import as_text  # rich is slow to import

                width = get_terminal_size().columns if sys.stdout.isatty() else WIDTH
                return as_text(report, color=self.color, width=width)


def _as_html(report: LogsReport) -> str:
    from sqsfifo_lint.evidence.log_html import as_html  # only this format needs it

    return as_html(report)


def _as_svg(report: LogsReport) -> str | None:
    """None if there is nothing to draw."""
    from sqsfifo_lint.evidence.log_words import headline  # as above
    from sqsfifo_lint.evidence.timeline_svg import as_svg  # as above

    return as_svg(report.picture, f"{report.verdict.judgement.value}: {headline(report)}") if report.picture else None


def _save(path: Path, text: str) -> bool:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        complain(f"{path}: {error.strerror or error}")
        return False
    return True
