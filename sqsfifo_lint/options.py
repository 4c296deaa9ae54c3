"""Options that several commands have, and what their values mean."""

from __future__ import annotations

import os
import sys
from pathlib import Path

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
