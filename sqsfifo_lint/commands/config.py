"""`sqsfifo-lint config`: says which configuration is in effect, and where each value comes from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from sqsfifo_lint.commands.in_effect import InEffect, as_record, as_text, decisions, shown_from
from sqsfifo_lint.commands.output import fail, show
from sqsfifo_lint.config import Config, ConfigError, read_config
from sqsfifo_lint.keys import document
from sqsfifo_lint.options import config_option
from sqsfifo_lint.run import engine
from sqsfifo_lint.run.discover import root_of
from sqsfifo_lint.run.ignores import Ignores
from sqsfifo_lint.run.settings import Settings, covering


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--show", "shows", is_flag=True, help="Print each value in effect, and the file that says it (default).")
@click.option("--schema", is_flag=True, help="Print the JSON schema of the configuration.")
@click.option(
    "--output-format", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to print."
)
@config_option
def config(path: Path | None, shows: bool, schema: bool, output_format: str, config_path: Path | None) -> None:
    """Say which configuration holds for FILE (a file or folder; by default the current folder), and why."""
    if schema and (shows or path is not None):
        raise click.UsageError("--schema is about no file: give it alone.")
    if schema:
        show(json.dumps(document(), indent=2, ensure_ascii=False) + "\n")
        return
    try:
        found = in_effect(path or Path(), read_config(config_path, base=Path.cwd()) if config_path else None)
    except ConfigError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{path}: {error.strerror or error}")
    named = shown_from(Path.cwd())
    if output_format == "json":
        show(json.dumps(as_record(found, named), indent=2) + "\n")
    else:
        show("".join(f"{line}\n" for line in as_text(found, named)))


def in_effect(path: Path, fixed: Config | None) -> InEffect:
    """What holds for a file or folder; `fixed`: the configuration of every file. Raises ConfigError and OSError."""
    path.stat()
    whole = path.absolute()
    settings = Settings(fixed)
    folder = whole if whole.is_dir() else whole.parent
    (found,) = settings.demand([str(folder)])
    labels = engine.labels()
    found.check_selectors(labels)
    root = root_of(folder)
    covers = _covering(found, str(whole), root) if whole.is_file() else lambda index: False
    ignores = Ignores(root, settings, found.respect_gitignore)
    ignores.descend(folder)
    return InEffect(str(path), found, tuple(decisions(found, labels, covers)), ignores.hides(whole))


def _covering(config: Config, path: str, root: Path) -> Callable[[int], bool]:
    """Whether an entry of the configuration's `per_file_ignores` is about a file."""
    return lambda index: covering(config.per_file_ignores[index][0], str(root))(path)
