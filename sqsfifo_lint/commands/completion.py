"""`sqsfifo-lint completion`: what teaches a shell the words of the command."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

SHELLS = ("bash", "zsh", "fish")

PROGRAM = "sqsfifo-lint"
VARIABLE = "_SQSFIFO_LINT_COMPLETE"
"""The variable by which a shell asks; click makes it of the program's name, and answers before a command runs."""


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print a script that makes a shell complete the words of this command.

    \b
    bash  eval "$(sqsfifo-lint completion bash)"            in ~/.bashrc; bash 4.4 or newer
    zsh   eval "$(sqsfifo-lint completion zsh)"             in ~/.zshrc, below compinit
    fish  sqsfifo-lint completion fish > ~/.config/fish/completions/sqsfifo-lint.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, f"click knows {shell}"
    asked = kind(click.get_current_context().find_root().command, {}, PROGRAM, VARIABLE)
    # The base class's: that for bash would start a bash first, to ask for its version.
    click.echo(ShellComplete.source(asked), nl=False)
