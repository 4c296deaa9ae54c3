"""What a shell is told when somebody presses TAB.

click has the scripts for the shells, and asks its own objects. Here is what they do not know: the commands that are
not imported before they are called, and the words that stand for rules. A shell waits for the answer, so it imports
no more than it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SUMMARIES: Mapping[str, str] = {
    "baseline": (
        "Accept the findings in PATHS (by default the current folder): from now on, only new ones are reported."
    ),
    "cache": "Tell about what earlier checks have left behind to make later ones quick, or remove it.",
    "completion": "Print a script that makes a shell complete the words of this command.",
    "config": "Say which configuration holds for FILE (a file or folder; by default the current folder), and why.",
    "logs": "Say from the logs of workers whether they work at the same time.",
    "messages": "Say from messages of a queue whether they can be handled at the same time, and what their IDs are.",
    "queue": "Ask AWS about the queue at QUEUE_URL, and say what follows for senders and workers.",
    "server": "Serve an editor at standard input and output: findings as you type (LSP).",
}
"""Commands that are in modules of their own: what each does, as its help begins."""

LONGEST = 120
"""Characters of a help text; what is longer ends in dots."""


class Completing(click.Group):
    """A group that names its commands to a shell without importing them."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What the word may become: names of commands, and options."""
        from click.shell_completion import CompletionItem  # only if a shell asks

        names = [name for name in self.list_commands(ctx) if name.startswith(incomplete)]
        short = {name: command.get_short_help_str(LONGEST) for name, command in self.commands.items()}
        found = [CompletionItem(name, help=short.get(name) or SUMMARIES.get(name)) for name in names]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]


def rule_words(_context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Codes of rules, or their names once one is begun; of several, separated by commas, the last."""
    from click.shell_completion import CompletionItem  # only if a shell asks

    from sqsfifo_lint.rules.pages import all_pages, finding_pages  # imports all rules

    pages = finding_pages() if isinstance(parameter, click.Option) else all_pages()  # SQF001 cannot be selected
    before, comma, last = incomplete.rpartition(",")
    words = [
        (word, help_)
        for page in pages
        for word, help_ in ((page.code, page.name), (page.name, page.code))
        if word.startswith(last or "SQF")
    ]
    return [CompletionItem(f"{before}{comma}{word}", help=help_) for word, help_ in words]


def file_words(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of files, which the shell knows itself."""
    from click.shell_completion import CompletionItem  # only if a shell asks

    return [CompletionItem(incomplete, type="file")]


rules_option = partial(click.option, multiple=True, metavar="RULES", shell_complete=rule_words)
"""Makes an option that takes rules."""
