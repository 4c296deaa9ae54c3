"""The command line: options in, a report out, an exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, NoReturn, TextIO

import click

from sqsfifo_lint import __version__, unreadable
from sqsfifo_lint.config import Config, ConfigError, Layer, Patterns, did_you_mean, is_file_pattern, read_config, shown
from sqsfifo_lint.options import color_option, colored, config_option
from sqsfifo_lint.reporters import Readers, Style, reporter
from sqsfifo_lint.reporters.outputs import FormatChoice, Output, chosen, printed, shows_queues
from sqsfifo_lint.run.memory import collect_rarely, leave
from sqsfifo_lint.run.reading import read_stream
from sqsfifo_lint.run.workers import end_on_signals, processes
from sqsfifo_lint.terminal import name_at_start, no_commands, visible

if TYPE_CHECKING:
    from sqsfifo_lint.model import Problem
    from sqsfifo_lint.report import Report

STDIN = "<stdin>"

FAILED = 2
"""Exit status: something could not be done."""

READER_GONE = 141
"""Exit status after whoever reads the report has closed the pipe: what a shell shows for a program ended by SIGPIPE."""

TRACEBACK = "--traceback"

MOST_NAMED = 5
"""Links that a note names."""


LAZY: Mapping[str, str] = {
    "logs": "sqsfifo_lint.commands.logs",
    "messages": "sqsfifo_lint.commands.messages",
    "queue": "sqsfifo_lint.commands.queue",
}
"""Commands about what runs in production, by name: the module that each is in.

It is imported when the command is called, since `check` needs nothing of it.
"""


class Commands(click.Group):
    """The commands of this module, and those of `LAZY`."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. An EOFError is a bug like others, while click takes one for Ctrl-C and its status is 1."""
        try:
            return super().invoke(ctx)
        except EOFError as error:
            raise RuntimeError(f"EOFError: {error}") from error

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
@click.option(
    "--select", multiple=True, metavar="RULES", help="Only these rules: codes, prefixes or names, separated by commas."
)
@click.option("--ignore", multiple=True, metavar="RULES", help="All but these rules.")
@click.option("--extend-select", multiple=True, metavar="RULES", help="These rules on top of the configured ones.")
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
    help="What the report looks like. FORMAT=FILE writes it to a file; several formats can be given.",
)
@click.option(
    "--output-file", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to a file instead."
)
@click.option("--show-suppressed", is_flag=True, help="In sarif and html, list what comments silence as suppressed.")
@click.option(
    "--statistics", is_flag=True, help="Add the number of findings of each rule, and the bounds that were met."
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@click.option("--audit", is_flag=True, help="Report what is likely, too, and not only what is proven.")
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File name to use for standard input (`-`).",
)
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
    exit_zero: bool,
    audit: bool,
    stdin_filename: Path | None,
    color: str,
) -> None:
    """Check files and folders (by default the current one), or standard input with `-`."""
    from sqsfifo_lint.run import engine  # as in every command: `--help` does not need it

    outputs = chosen(output_format, output_file)
    overlay: dict[Path, bytes] = {}
    if Path("-") in paths:
        if len(paths) > 1:
            raise click.UsageError("`-` (standard input) cannot be checked together with other paths.")
        name = stdin_filename or Path(STDIN)
        paths, overlay = (name,), {name: _standard_input()}
    elif stdin_filename is not None:
        raise click.UsageError("--stdin-filename is about standard input: give `-` as the path.")
    paths = paths or (Path(),)
    try:
        linked = bool(follow_links)
        base = (
            read_config(config_path, base=Path.cwd())
            if config_path
            else engine.project_config(paths, follow_links=linked)
        )
        layer = Layer(_words(select) if select else None, _words(extend_select), _words(ignore))
        config = _with_options(base, layer, exclude)
        config = replace(config, respect_gitignore=not no_respect_gitignore, force_exclude=force_exclude)
        config = config if follow_links is None else replace(config, follow_links=follow_links)
        report = engine.check(paths, config, overlay=overlay, audit=audit, processes=processes())
        if shows_queues(outputs) and not overlay:
            report = replace(report, overviews=tuple(engine.overviews(paths, config)))
    except ConfigError as error:
        _fail(str(error))
    style = Style(color=colored(color), suppressed=show_suppressed)
    failed = [why for one in outputs if one.file is not None and (why := one.save(report, replace(style, color=False)))]
    _print(report, outputs, style, statistics=statistics)
    _tell_more(report.links, report.problems)
    if failed:
        _fail("\n".join(failed))
    sys.exit(report.exit_status(exit_zero=exit_zero))


@cli.command()
@click.argument("place", metavar="FILE:LINE")
@click.option(
    "--output-format", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to print."
)
@click.option("--full", is_flag=True, help="Print all of it, even if that is more than a screen.")
@config_option
def trace(place: str, output_format: str, full: bool, config_path: Path | None) -> None:
    """Show what the IDs of the send at FILE:LINE are made of, and why something is or is not reported."""
    from sqsfifo_lint.reporters import trace as printed  # needed by this command alone
    from sqsfifo_lint.run import engine  # `--help` does not need it

    name, _, number = place.rpartition(":")
    if not name or not number.isdigit():
        raise click.UsageError(f"{visible(place)!r} is not FILE:LINE, such as app/queue.py:42.")
    if not Path(name).is_file():
        _fail(f"{name}: no such file")
    try:
        config = read_config(config_path, base=Path.cwd()) if config_path else None
        found = engine.explain(Path(name), int(number), config)
    except ConfigError as error:
        _fail(str(error))
    limit = None if full else get_terminal_size().lines - 1  # the prompt takes one
    for piece in printed.as_json(found) if output_format == "json" else printed.as_text(found, limit):
        _write(piece)
    _tell_more(found.links, found.problems)
    if not found.sends:
        _fail(f"{place}: no send at this line, and none that is reached from it")
    sys.exit(FAILED if found.problems else 0)


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output-format", type=click.Choice(("table", "json")), default="table", show_default=True, help="How to print."
)
@config_option
@color_option
def queues(paths: tuple[Path, ...], output_format: str, config_path: Path | None, color: str) -> None:
    """List the queues of the projects that PATHS belong to: what is declared of them, and what is sent to them."""
    from sqsfifo_lint.run import engine  # `--help` does not need it

    try:
        config = read_config(config_path, base=Path.cwd()) if config_path else None
        found = engine.overviews(paths or (Path(),), config)
    except ConfigError as error:
        _fail(str(error))
    if output_format == "json":
        from sqsfifo_lint.reporters.queues import as_json  # needed by this command alone

        _write(as_json(found))
    else:
        from sqsfifo_lint.reporters.queues_table import as_table  # rich is slow to import, and JSON does not need it

        width = get_terminal_size().columns if sys.stdout.isatty() else None
        _write(as_table(found, color=colored(color), width=width))
    problems = [problem for one in found for problem in one.problems]
    for problem in problems:
        place = f"{name_at_start(problem.path)}:{max(problem.line, 1)}"
        _write(f"{place}: {visible(problem.message)}\n", sys.stderr)
    _tell_more([link for one in found for link in one.links], problems)
    sys.exit(FAILED if problems else 0)


@cli.command()
@click.argument("code_or_name", required=False)
@click.option("--all", "everything", is_flag=True, help="The whole page of every rule.")
def rule(code_or_name: str | None, everything: bool) -> None:
    """Explain a rule, or list the rules."""
    from sqsfifo_lint.rules import pages  # imports all rules, and is needed by this command alone

    if everything and code_or_name:
        raise click.UsageError("Give either a rule or --all.")
    if everything:
        _write("\n".join(pages.render(page) for page in pages.all_pages()))
        return
    if code_or_name is None:
        _write(
            "".join(
                f"{page.code}  {page.name:<24} {page.severity.value:<8} {page.summary}\n" for page in pages.all_pages()
            )
        )
        return
    page = pages.find_page(code_or_name)
    if page is None:
        known = [word for page in pages.all_pages() for word in (page.code, page.name)]
        hint = did_you_mean(code_or_name.upper(), known) or did_you_mean(code_or_name.lower(), known)
        raise click.UsageError(f"There is no rule {visible(code_or_name)!r}{hint}. `sqsfifo-lint rule` lists them all.")
    _write(pages.render(page))


class _Unwritten(OSError):
    """Output could not be written."""


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
    except _Unwritten as error:
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
        _fail("standard output is closed: there is nothing to write the report to")
    try:
        os.getcwd()
    except OSError as error:
        _fail(f"the working folder cannot be used: {error.strerror} (has it been deleted?)")


def _tell_unforeseen(error: Exception, *, whole: bool) -> None:
    """Print what happened and where on one line, and how to report it; the rest if it is asked for."""
    import traceback  # only for a bug

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(__file__).parent in Path(frame.filename).parents] or frames
    where = f" at {os.path.basename(own[-1].filename)}:{own[-1].lineno}, in {own[-1].name}" if own else ""
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    with suppress(OSError, ValueError):
        if whole:
            _write("".join(map(_visible_lines, traceback.format_exception(error))), sys.stderr)
        how = "please report this line" if whole else f"please report it with what {TRACEBACK} prints"
        version = f"sqsfifo-lint {__version__}, Python {sys.version.split()[0]}"
        _write(f"sqsfifo-lint: error: internal error{where}: {visible(what)}; {how} ({version})\n", sys.stderr)
        sys.stderr.flush()


def _visible_lines(text: str) -> str:
    """The text with each of its lines made safe to print."""
    return no_commands("".join(f"{visible(line)}\n" for line in text.splitlines()))


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
        _write(f"sqsfifo-lint: error: the report cannot be written: {error.strerror or error}\n", sys.stderr)
        sys.stderr.flush()
    os._exit(FAILED)


def _standard_input() -> bytes:
    """What is to be checked instead of a file, of which no more than the limit is kept."""
    if sys.stdin is None:
        _fail("standard input is closed: there is nothing to check")
    try:
        return read_stream(sys.stdin.buffer)
    except ValueError as error:
        _fail(f"standard input {error}")


def _words(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for value in values for word in value.replace(",", " ").split())


def _with_options(config: Config, layer: Layer, exclude: Sequence[str]) -> Config:
    """The configuration plus the command line; `--select` replaces what the file selects and ignores."""
    layers = config.layers
    if layer != Layer():
        layers = (layer,) if layer.select is not None else (*layers, layer)
        config = replace(config, layers=layers, origin=f"{config.origin} or the command line")
    wrong = next((pattern for pattern in exclude if not is_file_pattern(pattern)), None)
    if wrong is not None:
        raise ConfigError(f"--exclude must be a file pattern in the syntax of .gitignore, not {shown(wrong)!r}")
    if exclude:
        config = replace(config, exclude=(*config.exclude, Patterns(tuple(exclude), Path.cwd())))
    return config


def _print(report: Report, outputs: Sequence[Output], style: Style, *, statistics: bool) -> None:
    for one in outputs:
        if one.file is None:
            for piece in reporter(one.format).render(report, style):
                _write(piece)
    readers = printed(outputs)
    if statistics:
        _write("".join(_statistics(report)), sys.stderr if readers is Readers.PROGRAMS else sys.stdout)
    if readers is not Readers.PROGRAMS:
        _write(_summary(report) + "\n", sys.stdout if readers is Readers.PEOPLE else sys.stderr)


def _tell_more(links: Sequence[str], problems: Sequence[Problem]) -> None:
    """Tell, on standard error, which links were not followed, and where our own code has failed."""
    if links:
        some = ", ".join(map(visible, links[:MOST_NAMED])) + (", ..." if len(links) > MOST_NAMED else "")
        leads = "1 link leads out of the project and is" if len(links) == 1 else f"{len(links)} links lead out and are"
        _write(f"sqsfifo-lint: note: {leads} not followed, as `follow-links` is not set: {some}\n", sys.stderr)
    causes = [problem for problem in problems if problem.cause]
    if causes and not click.get_current_context().meta.get(TRACEBACK):
        _write(f"sqsfifo-lint: note: please report the internal error with what {TRACEBACK} prints\n", sys.stderr)
        return
    for problem in causes:
        _write(f"{name_at_start(problem.path)}:\n{_visible_lines(problem.cause)}", sys.stderr)


def _statistics(report: Report) -> Iterator[str]:
    counts: dict[tuple[str, str], int] = {}
    for finding in report.findings:
        counts[finding.code, finding.name] = counts.get((finding.code, finding.name), 0) + 1
    if report.problems:
        counts[unreadable.CODE, unreadable.NAME] = len(report.problems)
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:>5}  {code}  {name}\n"
    for bound, count in sorted(report.bounds.items()):
        yield f"{count:>5}  {bound}  a bound of the analysis: what lies beyond it is unknown, and silent\n"


def _summary(report: Report) -> str:
    errors = sum(1 for finding in report.findings if finding.severity.value == "error")
    warnings = len(report.findings) - errors
    notes = []
    if report.suppressed:
        notes.append(f"{report.suppressed} suppressed")
    if report.ignored:
        notes.append(f"{report.ignored} ignored for their files")
    if report.problems:
        notes.append(f"{_counted(len(report.problems), 'problem')} kept files from being checked")
    if report.findings:
        kinds = " and ".join(_counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n)
        start = f"Found {_counted(len(report.findings), 'finding')} ({kinds}) in {_counted(report.files, 'file')}"
    elif report.problems:
        looked_at = f"{_counted(report.sends, 'send')} in {_counted(report.files, 'file')}"
        start = f"Nothing found in what could be checked: {looked_at}"
    else:
        start = f"All clear: {_counted(report.sends, 'send')} in {_counted(report.files, 'file')}"
    return "; ".join([start, *notes])


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _write(text: str, stream: TextIO | None = None) -> None:
    try:
        (stream or sys.stdout).write(text)
    except OSError as error:
        raise _Unwritten(error.errno, error.strerror) from error


def _fail(message: str) -> NoReturn:
    lines = no_commands("\n".join(map(visible, message.splitlines())))
    _write(f"sqsfifo-lint: error: {lines}\n", sys.stderr)
    sys.exit(FAILED)
