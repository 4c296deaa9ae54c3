"""Where reports go: each format to standard output, or to a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sqsfifo_lint.reporters import FORMATS, Readers, Style, added_formats, format_of, reporter

if TYPE_CHECKING:
    from sqsfifo_lint.report import Report


@dataclass(frozen=True, slots=True)
class Output:
    """One report."""

    format: str
    file: Path | None = None
    """None: standard output."""

    def save(self, report: Report, style: Style) -> str:
        """Write the report to its file. Returns why that cannot be done; empty if it is done."""
        assert self.file is not None
        try:
            with self.file.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                stream.writelines(reporter(self.format).render(report, style))
        except OSError as error:
            return f"{self.file}: the report cannot be written: {error.strerror or error}"
        return ""


class FormatChoice(click.Choice):  # type: ignore[type-arg, unused-ignore]  # generic since click 8.2
    """`FORMAT`, or `FORMAT=FILE`."""

    name = "format"

    def __init__(self) -> None:
        super().__init__(tuple(FORMATS))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """The output that a value of the option means. Raises click.BadParameter."""
        if isinstance(value, Output):
            return value
        name, equals, file = str(value).partition("=")
        if equals and not file:
            self.fail(f"{value!r}: a file name follows the '=', as in {name}=report.{name}", param, ctx)
        if name not in FORMATS:  # of another package, or a mistake
            self.choices = (*FORMATS, *added_formats())
        found = Output(super().convert(name, param, ctx), Path(file) if file else None)
        format_of(found.format)  # what cannot be used is told before everything is read
        return found


def chosen(given: Sequence[Output], file: Path | None) -> list[Output]:
    """The outputs of a run: `file` is where what would be printed goes instead.

    Of several formats for standard output the last one counts, so that a script's choice can be overridden. Raises
    click.UsageError if two go to one file, or if nothing is left for `file`.
    """
    outputs = [one for one in given if one.file is not None]
    last = next((one for one in reversed(given) if one.file is None), None)
    if last is not None:
        outputs.append(replace(last, file=file))
    elif file is not None:
        raise click.UsageError("--output-file is for a format without a file: every --output-format has its own.")
    places = [one.file for one in outputs]
    for place in places:
        if places.count(place) > 1:
            raise click.UsageError(f"Two formats cannot both go to {place}.")
    return outputs


def printed(outputs: Sequence[Output]) -> Readers:
    """Who reads standard output: people if no format goes there."""
    return next((format_of(one.format).readers for one in outputs if one.file is None), Readers.PEOPLE)


def shows_queues(outputs: Sequence[Output]) -> bool:
    """Whether one of the formats needs what the projects declare and send."""
    return any(format_of(one.format).shows_queues for one in outputs)
