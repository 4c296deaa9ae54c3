"""Options that several commands have, and what their values mean."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import click

color_option = click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Whether to use colours.",
)
config_option = click.option(
    "--config", "config_path", type=click.Path(path_type=Path), metavar="FILE", help="A configuration file."
)


def colored(wish: str) -> bool:
    """Whether to print colours. `wish`: the value of `--color`, one of `auto`, `always` and `never`."""
    if wish == "auto":
        return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and sys.stdout.isatty()
    return wish == "always"


def terminal_width() -> int | None:
    """Columns of the terminal that is printed to, or what `COLUMNS` says; None if there is neither."""
    given = os.environ.get("COLUMNS", "")
    return get_terminal_size().columns if sys.stdout.isatty() or (given.isdigit() and int(given)) else None


LINKING: Mapping[str, tuple[str, ...]] = {
    "TERM_PROGRAM": ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby", "WarpTerminal"),
    "TERM": ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "wezterm", "contour"),
    "WT_SESSION": (),
    "KONSOLE_VERSION": (),
    "KITTY_WINDOW_ID": (),
    "DOMTERM": (),
}
"""Terminals with links (OSC 8), by the variables by which they are known and, if given, their values.

https://github.com/Alhadis/OSC8-Adoption lists them. Terminals of VTE (GNOME's and others) say their version.
"""

VTE_WITH_LINKS = 5000
"""`VTE_VERSION` from which on there are links: 0.50."""


def has_links() -> bool:
    """Whether standard output is a terminal that has links. `FORCE_HYPERLINK` says so instead, as for other tools."""
    environment = os.environ
    forced = environment.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not sys.stdout.isatty() or environment.get("TERM") == "dumb" or environment.get("CI"):
        return False
    version = environment.get("VTE_VERSION", "")
    known = (name in environment and (not values or environment[name] in values) for name, values in LINKING.items())
    return any(known) or (version.isdecimal() and int(version) >= VTE_WITH_LINKS)


@dataclass(frozen=True, slots=True)
class WayIn:
    """How an old code base adopts the check: what is reported of it, and what fails."""

    fail_on: str
    """The value of a `FailOn`."""
    quiet: bool
    no_baseline: bool
    diff: str | None
    """Only what has changed since this revision; what is staged if it is empty."""
    add_ignores: bool
    noqa: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Fixes:
    """What is done about findings that have a fix."""

    fix: bool
    diff_fixes: bool
    unsafe_fixes: bool

    @property
    def asked(self) -> bool:
        """Whether fixes are made at all, and not only counted."""
        return self.fix or self.diff_fixes


_FIXES = (
    click.option("--fix", is_flag=True, help="Fix what can be fixed for certain, and report what is left."),
    click.option("--diff-fixes", is_flag=True, help="Print what `--fix` would change as a diff; change nothing."),
    click.option("--unsafe-fixes", is_flag=True, help="Fixes, too, that change what the code does."),
)

_WAY_IN = (
    click.option(
        "--fail-on",
        type=click.Choice(("error", "warning", "never")),
        default="warning",
        show_default=True,
        help="The least severe findings that make the exit status 1.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only: no summary, no notes."),
    click.option("--no-baseline", is_flag=True, help="Report what `.sqsfifo-baseline.json` accepts, too."),
    click.option(
        "--diff",
        is_flag=False,
        flag_value="",
        metavar="[REV]",
        help="Only what changes since REV concern (`REV...`: since the branch left it); without REV, what is staged.",
    ),
    click.option("--add-ignores", is_flag=True, help="Write a comment that silences each finding into the source."),
    click.option("--noqa", is_flag=True, help="With --add-ignores: write `# noqa: CODE`."),
    click.option(
        "--reason",
        default="was here before the check",
        show_default=True,
        metavar="TEXT",
        help="With --add-ignores: the reason that the comments give.",
    ),
)


def way_in_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `WayIn`, which the command gets as its parameter `way_in`."""
    return _packed(command, "way_in", WayIn, _WAY_IN)


def fix_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `Fixes`, which the command gets as its parameter `fixes`."""
    return _packed(command, "fixes", Fixes, _FIXES)


def _packed(
    command: Callable[..., None],
    parameter: str,
    record: type[WayIn] | type[Fixes],
    options: Sequence[Callable[[Callable[..., None]], Callable[..., None]]],
) -> Callable[..., None]:
    """The command with options, which it gets as one parameter."""

    @functools.wraps(command)
    def packed(**given: Any) -> None:
        own = {one.name: given.pop(one.name) for one in fields(record)}
        command(**{parameter: record(**own)}, **given)

    for option in reversed(options):
        packed = option(packed)
    return packed
