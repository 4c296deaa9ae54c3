"""The command line: options in, a report out, an exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from shutil import get_terminal_size
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

import click

from sqsfifo_lint import __version__
from sqsfifo_lint.completing import Completing, file_words, rule_words, rules_option
from sqsfifo_lint.config import Config, ConfigError, Layer, Patterns, is_file_pattern, read_config
from sqsfifo_lint.meant import command_for, no_send, shown, spot_of, unknown_rule
from sqsfifo_lint.options import (
    Fixes,
    WayIn,
    color_option,
    colored,
    config_option,
    fix_options,
    has_links,
    terminal_width,
    way_in_options,
)
from sqsfifo_lint.reporters import Readers, Style, reporter
from sqsfifo_lint.reporters.outputs import FormatChoice, Output, chosen, printed, shows_queues
from sqsfifo_lint.reporters.progress import shown_steps
from sqsfifo_lint.run.memory import collect_rarely, leave
from sqsfifo_lint.run.reading import read_stream
from sqsfifo_lint.run.workers import end_on_signals, processes
from sqsfifo_lint.terminal import name_at_start, visible
from sqsfifo_lint.told import (
    FAILED,
    TRACEBACK,
    Unwritten,
    existing,
    fail,
    tell_more,
    tell_stale,
    tell_unread,
    visible_lines,
    warn,
    write,
)

if TYPE_CHECKING:
    from sqsfifo_lint.report import Report
    from sqsfifo_lint.run.fixing import Fixing

STDIN = "<stdin>"

READER_GONE = 141
"""Exit status after whoever reads the report has closed the pipe: what a shell shows for a program ended by SIGPIPE."""


LAZY: Mapping[str, str] = {
    "baseline": "sqsfifo_lint.commands.baseline",
    "cache": "sqsfifo_lint.commands.cache",
    "completion": "sqsfifo_lint.commands.completion",
    "config": "sqsfifo_lint.commands.config",
    "logs": "sqsfifo_lint.commands.logs",
    "messages": "sqsfifo_lint.commands.messages",
    "queue": "sqsfifo_lint.commands.queue",
    "server": "sqsfifo_lint.commands.server",
}
"""Commands by name: the module that each is in.

It is imported when the command is called, since `check` needs nothing of it.
"""


class Commands(Completing):
    """The commands of this module, and those of `LAZY`."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. An EOFError is a bug like others, while click takes one for Ctrl-C and its status is 1."""
        try:
            return super().invoke(ctx)
        except ConfigError as error:  # of a plugin, which is loaded when it is needed
            fail(str(error))
        except EOFError as error:
            raise RuntimeError(f"EOFError: {error}") from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called. Who gives a path in its place is told of `check`."""
        asked = not ctx.resilient_parsing  # a shell that completes words wants no errors
        if asked and self.get_command(ctx, args[0]) is None and (hint := command_for(args[0])):
            raise click.UsageError(f"There is no command {visible(args[0])!r}: {visible(hint)}", ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in order."""
        return sorted([*super().list_commands(ctx), *LAZY])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name. That of the module `commands.logs` is called `logs`."""
        module = LAZY.get(cmd_name)
        found: click.Command | None
        found = super().get_command(ctx, cmd_name) if module is None else getattr(import_module(module), cmd_name)
        if found is not None and not any(option.name == "traceback" for option in found.params):
            found.params.append(_traceback())
        return found


def _traceback() -> click.Option:
    """The option that every command has; `main` looks for it among the arguments."""
    return click.Option(
        [TRACEBACK],
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="After an internal error, print where it happened.",
    )


def _remember(context: click.Context, option: click.Parameter, value: bool) -> None:
    context.meta[TRACEBACK] = value or context.meta.get(TRACEBACK, False)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", package_name="sqsfifo-lint", prog_name="sqsfifo-lint")
def cli() -> None:
    """Find the mistakes in SQS FIFO sends that lose messages or stall workers.

    \b
    Exit status: 0 nothing found, 1 findings, 2 something could not be done.
    """


cli.params.append(_traceback())


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@rules_option("--select", help="Only these rules: codes, prefixes or names, separated by commas.")
@rules_option("--ignore", help="All but these rules.")
@rules_option("--extend-select", help="These rules on top of the configured ones.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out files that match, as in a .gitignore.")
@click.option(
    "--force-exclude", is_flag=True, help="Leave out excluded and git-ignored files even when named in PATHS."
)
@click.option("--no-respect-gitignore", is_flag=True, help="Check git-ignored files too.")
@click.option(
    "--follow-links/--no-follow-links",
    default=None,
    help="Whether to read what links out of the project lead to (by default not).",
)
@click.option(
    "--config", "config_path", type=click.Path(path_type=Path), metavar="FILE", help="Use this configuration file."
)
@click.option(
    "--output-format",
    type=FormatChoice(),
    multiple=True,
    default=("full",),
    show_default="full",
    help="What the report looks like (plugins add formats). FORMAT=FILE writes it to a file; several can be given.",
)
@click.option(
    "--output-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to a file instead."
)
@click.option("--show-suppressed", is_flag=True, help="In sarif and html, list what comments silence as suppressed.")
@click.option(
    "--statistics", is_flag=True, help="Add the number of findings of each rule, and the bounds that were met."
)
@click.option("--all", "everything", is_flag=True, help="Show each finding, and not only the first of each cause.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@fix_options
@way_in_options
@click.option("--audit", is_flag=True, help="Report what is likely, too, and not only what is proven.")
@click.option("--no-cache", is_flag=True, help="Neither use nor keep what earlier runs have found.")
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File name to use for standard input (`-`).",
)
@click.option("--watch", "watching", is_flag=True, help="Check again after each change, and show what is new and gone.")
@color_option
def check(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    exclude: tuple[str, ...],
    force_exclude: bool,
    no_respect_gitignore: bool,
    follow_links: bool | None,
    config_path: Path | None,
    output_format: tuple[Output, ...],
    output_file: Path | None,
    show_suppressed: bool,
    statistics: bool,
    everything: bool,
    exit_zero: bool,
    audit: bool,
    no_cache: bool,
    stdin_filename: Path | None,
    watching: bool,
    color: str,
    fixes: Fixes,
    way_in: WayIn,
) -> None:
    """Check files and folders (by default the current one), or standard input with `-`."""
    from sqsfifo_lint.cache.results import cache_of_user  # `--help` needs none of these
    from sqsfifo_lint.report import FailOn  # likewise
    from sqsfifo_lint.run import engine  # likewise
    from sqsfifo_lint.run.changed import Changes, GitError, changes_since  # likewise
    from sqsfifo_lint.run.fixing import fix, with_fixes  # likewise

    outputs = chosen(output_format, output_file)
    overlay: dict[Path, bytes] = {}
    absent = 0
    if way_in.add_ignores and Path("-") in paths:
        raise click.UsageError("--add-ignores writes into files: give their names, and not `-`.")
    if fixes.asked and (way_in.add_ignores or way_in.diff is not None or (fixes.fix and fixes.diff_fixes)):
        raise click.UsageError("--fix and --diff-fixes go neither together nor with --add-ignores or --diff.")
    if Path("-") in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` (standard input) cannot be checked together with other paths.")
        name = stdin_filename or Path(STDIN)
        paths, overlay = (name,), {name: _standard_input()}
    elif stdin_filename is not None:
        raise click.UsageError("--stdin-filename is about standard input: give `-` as the path.")
    else:
        paths, absent = existing(paths)
    paths = paths or (Path(),)
    if select and not _words(select):
        raise click.UsageError(
            "--select is empty: name rules, such as SQF1 or constant-group-id; without it all are on."
        )
    try:
        layer = Layer(_words(select) if select else None, _words(extend_select), _words(ignore), of_command_line=True)

        def fixed() -> Config | None:
            return read_config(config_path, base=Path.cwd()) if config_path else None

        def adjusted(config: Config) -> Config:
            config = _with_options(config, layer, exclude)
            config = replace(config, respect_gitignore=not no_respect_gitignore, force_exclude=force_exclude)
            return config if follow_links is None else replace(config, follow_links=follow_links)

        def checked(contents: Mapping[Path, bytes]) -> Report:
            return engine.check(
                paths,
                fixed(),
                adjusted=adjusted,
                overlay=contents,
                audit=audit,
                baselines=not way_in.no_baseline,
                processes=processes(),
                cache=cache_of_user(off=no_cache),
            )

        if watching:
            from sqsfifo_lint.commands.watch import Watch, watch  # needed by this option alone

            together = {"`-`": bool(overlay), "--fix or --diff-fixes": fixes.asked, "--statistics": statistics}
            style = replace(_style(color), everything=everything)
            what = Watch(paths, checked, adjusted, outputs, style, config_path, way_in.diff)
            watch(what, refused={**together, "--add-ignores": way_in.add_ignores})
        changes = Changes({}) if way_in.diff is None else changes_since(way_in.diff, paths)
        overlay = {**changes.staged, **overlay}
        started = monotonic()
        with shown_steps():
            fixing = fix(checked, unsafe=fixes.unsafe_fixes, given=overlay, write=fixes.fix) if fixes.asked else None
            report = fixing.report if fixing is not None else checked(overlay)
        if shows_queues(outputs) and not overlay:
            report = replace(report, overviews=tuple(engine.overviews(paths, fixed(), adjusted=adjusted)))
    except (ConfigError, GitError) as error:
        fail(str(error))
    reported = report if way_in.diff is None else changes.reported(report)
    report = with_fixes(reported, cache_of_user(off=no_cache))
    if not way_in.quiet:
        warn(report.warnings)
    if way_in.add_ignores:
        _add_ignores(report, way_in)
    if fixing is not None:
        _tell_fixes(fixing, would=fixes.diff_fixes, quiet=way_in.quiet)
    if fixing is not None and fixes.diff_fixes:
        _print_diff(fixing)
        sys.exit(
            FAILED if absent or fixing.refused or report.problems else int(bool(fixing.contents) and not exit_zero)
        )
    style = replace(_style(color), everything=everything, suppressed=show_suppressed)
    plain = Style(everything=everything, suppressed=show_suppressed)
    failed = [why for one in outputs if one.file is not None and (why := one.save(report, plain))]
    with _source_printed(fixing, overlay):
        _print(report, outputs, style, monotonic() - started, statistics=statistics, quiet=way_in.quiet)
    if not way_in.quiet:
        tell_stale(report.stale)
        tell_more(report.links, report.problems, traceback=_traceback_wanted())
    if failed:
        fail("\n".join(failed))
    refused = fixing is not None and fixing.refused
    sys.exit(FAILED if absent or refused else report.exit_status(exit_zero=exit_zero, fail_on=FailOn(way_in.fail_on)))


@cli.command()
@click.argument("place", metavar="FILE:LINE[:COLUMN]", shell_complete=file_words)
@click.option(
    "--output-format", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to print."
)
@click.option("--full", is_flag=True, help="Print all of it, even if that is more than a screen.")
@click.option(
    "--slot",
    "slots",
    multiple=True,
    type=click.Choice(("group", "dedup", "body", "delay")),
    help="Only this argument, and the rules about it.",
)
@config_option
@color_option
def trace(
    place: str, output_format: str, full: bool, slots: tuple[str, ...], config_path: Path | None, color: str
) -> None:
    """Show what the IDs of the send at FILE:LINE are made of, and why something is or is not reported."""
    from sqsfifo_lint.reporters import trace as printed  # needed by this command alone
    from sqsfifo_lint.run import engine  # `--help` does not need it

    spot = spot_of(place)
    if spot is None:
        raise click.UsageError(f"{visible(place)!r} is not FILE:LINE or FILE:LINE:COLUMN, such as app/queue.py:42.")
    if not Path(spot.file).is_file():
        fail(f"{spot.file}: no such file")
    try:
        config = read_config(config_path, base=Path.cwd()) if config_path else None
        found = engine.explain(Path(spot.file), spot.line, config, column=spot.column)
    except ConfigError as error:
        fail(str(error))
    limit = None if full else get_terminal_size().lines - 1  # the prompt takes one
    json, style = output_format == "json", _style(color)
    for piece in printed.as_json(found, slots) if json else printed.as_text(found, limit, slots, style=style):
        write(piece)
    warn(found.warnings)
    tell_unread(found.problems)
    tell_more(found.links, found.problems, traceback=_traceback_wanted())
    if not found.sends:
        fail(no_send(spot, found.lines, found.others, found.leading))


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output-format", type=click.Choice(("table", "json")), default="table", show_default=True, help="How to print."
)
@click.option("--fifo", is_flag=True, help="Only FIFO queues and topics.")
@config_option
@color_option
def queues(paths: tuple[Path, ...], output_format: str, fifo: bool, config_path: Path | None, color: str) -> None:
    """List the queues of the projects that PATHS belong to: what is declared of them, and what is sent to them."""
    from sqsfifo_lint.run import engine  # `--help` does not need it

    paths, absent = existing(paths)
    try:
        config = read_config(config_path, base=Path.cwd()) if config_path else None
        with shown_steps():
            found = engine.overviews(paths or (Path(),), config)
    except ConfigError as error:
        fail(str(error))
    from sqsfifo_lint.reporters.queues import as_json, nothing_found, rows  # needed by this command alone

    empty = not any(True for one in found for _ in rows(one, fifo=fifo))
    if empty:
        write(f"{nothing_found(found)}\n", sys.stderr if output_format == "json" else sys.stdout)
    if output_format == "json":
        write(as_json(found, fifo=fifo))
    elif not empty:
        from sqsfifo_lint.reporters.queues_table import as_table  # rich is slow to import, and JSON does not need it

        write(as_table(found, _style(color), fifo=fifo))
    problems = [problem for one in found for problem in one.problems]
    for problem in problems:
        place = f"{name_at_start(problem.path)}:{max(problem.line, 1)}"
        write(f"{place}: {visible(problem.message)}\n", sys.stderr)
    warn([warning for one in found for warning in one.warnings])
    tell_unread(problems)
    tell_more([link for one in found for link in one.links], problems, traceback=_traceback_wanted())
    sys.exit(FAILED if absent else 0)


@cli.command()
@click.argument("code_or_name", required=False, shell_complete=rule_words)
@click.option("--all", "everything", is_flag=True, help="The whole page of every rule.")
@color_option
def rule(code_or_name: str | None, everything: bool, color: str) -> None:
    """Explain a rule, or list the rules: all of them, or those whose codes begin as given (SQF1)."""
    from sqsfifo_lint.reporters.rule_page import listed, shown_page  # rich is slow to import
    from sqsfifo_lint.rules import pages  # imports all rules, and is needed by this command alone

    if everything and code_or_name:
        raise click.UsageError("Give either a rule or --all.")
    style = _style(color)
    rendered = sys.stdout.isatty() or style.color  # a pipe gets Markdown
    every = pages.all_pages()
    if everything:
        write("\n".join(shown_page(page, style, rendered=rendered) for page in every))
        return
    page = pages.find_page(code_or_name) if code_or_name is not None else None
    if page is not None:
        write(shown_page(page, style, rendered=rendered))
        return
    wanted = pages.with_prefix(code_or_name) if code_or_name is not None else every
    if not wanted and code_or_name is not None:
        hint = unknown_rule(code_or_name, [(page.code, page.name) for page in every])
        raise click.UsageError(f"There is no rule {visible(code_or_name)!r}{hint}.")
    write(listed(wanted, style))


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: with 2, and one line, after anything that nobody foresaw."""
    collect_rarely()
    end_on_signals()
    _check_surroundings()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets an escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        try:
            cli.main(args=given, prog_name="sqsfifo-lint", standalone_mode=True)
        except SystemExit as end:
            if type(sys.stdout) is click.utils.PacifyFlushWrapper:  # click's way to remember a closed pipe
                _end_after_write_error(BrokenPipeError(errno.EPIPE, ""))
            _leave(end.code if isinstance(end.code, int) else int(end.code is not None))
        _leave(0)
    except Unwritten as error:
        _end_after_write_error(error)
    except Exception as error:
        _tell_unforeseen(error, whole=TRACEBACK in given)
        os._exit(FAILED)


def _check_surroundings() -> None:
    """End with an error if there is nothing to write to, or no working folder; without an input, there is an empty one.

    A file that is opened later must not get the number of a closed stream, and with it what is meant for the stream.
    """
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None:
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_RDWR), number)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the process ends
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - likewise
        fail("standard output is closed: there is nothing to write the report to")
    try:
        os.getcwd()
    except OSError as error:
        fail(f"the working folder cannot be used: {error.strerror} (has it been deleted?)")


def _tell_unforeseen(error: Exception, *, whole: bool) -> None:
    """Print what happened and where on one line, and how to report it; the rest if it is asked for."""
    import traceback  # only for a bug

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(__file__).parent in Path(frame.filename).parents] or frames
    where = f" at {os.path.basename(own[-1].filename)}:{own[-1].lineno}, in {own[-1].name}" if own else ""
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    with suppress(OSError, ValueError):
        if whole:
            write("".join(map(visible_lines, traceback.format_exception(error))), sys.stderr)
        how = "please report this line" if whole else f"please report it with what {TRACEBACK} prints"
        version = f"sqsfifo-lint {__version__}, Python {sys.version.split()[0]}"
        write(f"sqsfifo-lint: error: internal error{where}: {visible(what)}; {how} ({version})\n", sys.stderr)
        sys.stderr.flush()


def _leave(status: int) -> NoReturn:
    try:
        leave(status)
    except OSError as error:
        _end_after_write_error(error)


def _end_after_write_error(error: OSError) -> NoReturn:
    """End after output could not be written. A reader that has gone away (`| head`) wants to hear nothing more."""
    if error.errno in (errno.EPIPE, errno.EINVAL):
        os._exit(READER_GONE)
    with suppress(OSError):
        write(f"sqsfifo-lint: error: the report cannot be written: {error.strerror or error}\n", sys.stderr)
        sys.stderr.flush()
    os._exit(FAILED)


def _standard_input() -> bytes:
    """What is to be checked instead of a file, of which no more than the limit is kept."""
    if sys.stdin is None:
        fail("standard input is closed: there is nothing to check")
    try:
        return read_stream(sys.stdin.buffer)
    except ValueError as error:
        fail(f"standard input {error}")


def _words(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for value in values for word in value.replace(",", " ").split())


def _with_options(config: Config, layer: Layer, exclude: Sequence[str]) -> Config:
    """The configuration plus the command line; `--select` replaces what the file selects and ignores."""
    layers = config.layers
    if layer != Layer():
        layers = (layer,) if layer.select is not None else (*layers, layer)
        config = replace(config, layers=layers)
    wrong = next((pattern for pattern in exclude if not is_file_pattern(pattern)), None)
    if wrong is not None:
        raise ConfigError(f"--exclude must be a file pattern in the syntax of .gitignore, not {shown(wrong)!r}")
    if exclude:
        config = replace(config, exclude=(*config.exclude, Patterns(tuple(exclude), Path.cwd(), of_command_line=True)))
    return config


def _add_ignores(report: Report, way_in: WayIn) -> NoReturn:
    """Write comments into the sources, tell how many, and end."""
    from sqsfifo_lint.reporters.summary import counted  # needed by this option alone
    from sqsfifo_lint.run.adding import add_ignores  # likewise

    added = add_ignores(report, noqa=way_in.noqa, reason=way_in.reason)
    for finding, why in added.left:
        place = f"{name_at_start(finding.span.path)}:{finding.span.line}:{finding.span.column}"
        write(f"{place}: {finding.code} gets no comment: {why}\n", sys.stderr)
    comments, files = counted(added.comments, "comment"), counted(added.files, "file")
    if not way_in.quiet:
        write(f"Added {comments} in {files}; {counted(len(added.left), 'finding')} without one\n")
    sys.exit(FAILED if report.problems else int(bool(added.left)))


def _tell_fixes(fixing: Fixing, *, would: bool, quiet: bool) -> None:
    from sqsfifo_lint.reporters.fixed import refusals, summary  # needed by fixes alone

    for line in [*([] if quiet else summary(fixing, would=would)), *refusals(fixing)]:
        write(f"sqsfifo-lint: {visible(line)}\n", sys.stderr)


def _print_diff(fixing: Fixing) -> None:
    """Print the changes: to a terminal without control characters, otherwise as they are, for `patch`."""
    from sqsfifo_lint.run.fixing import diff  # needed by this option alone

    for line in diff(fixing):
        write(visible_lines(line) if sys.stdout.isatty() else line)


@contextmanager
def _source_printed(fixing: Fixing | None, given: Mapping[Path, bytes]) -> Iterator[None]:
    """Standard input is printed as fixed, and the report goes to standard error instead."""
    if fixing is None or not given:
        yield
        return
    (data,) = fixing.contents.values() or given.values()
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    with redirect_stdout(sys.stderr):
        yield


def _style(color: str) -> Style:
    """How to print to standard output. `color`: the value of `--color`."""
    return Style(color=colored(color), width=terminal_width(), links=has_links())


def _print(
    report: Report, outputs: Sequence[Output], style: Style, seconds: float, *, statistics: bool, quiet: bool
) -> None:
    from sqsfifo_lint.reporters.summary import one_line, statistics_of, summary  # `--help` does not need it

    for one in outputs:
        if one.file is None:
            for piece in reporter(one.format).render(report, style):
                write(piece)
    readers = printed(outputs)
    if statistics:
        write("".join(statistics_of(report)), sys.stderr if readers is Readers.PROGRAMS else sys.stdout)
    match readers:
        case _ if quiet:
            pass
        case Readers.PEOPLE:
            write("".join(f"{line}\n" for line in summary(report, seconds)))
        case Readers.BOTH:
            write(f"{one_line(report)}\n", sys.stderr)
        case Readers.PROGRAMS:
            pass


def _traceback_wanted() -> bool:
    return bool(click.get_current_context().meta.get(TRACEBACK))
