"""Options that several commands have, and what their values mean."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import get_terminal_size

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
