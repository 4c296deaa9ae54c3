"""The flake8 plugin: the same engine on the same project, asked file by file.

flake8 passes one file at a time, but what is wrong with a send may be known only from another file. So the first file
triggers a check of the whole project, and every file gets its own findings. The worker processes of `flake8 -j` share
one such run through a folder that the parent process makes and removes.

flake8 itself handles `# noqa`, with `--select` and the like, and with files that cannot be read or parsed.
"""

from __future__ import annotations

import ast
import atexit
import io
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from flake8.exceptions import ExecutionError

from sqsfifo_lint import __version__
from sqsfifo_lint.cache.results import cache_of_user
from sqsfifo_lint.config import ConfigError
from sqsfifo_lint.model import Confidence, Finding
from sqsfifo_lint.queues.kinds import kind_of
from sqsfifo_lint.report import Report
from sqsfifo_lint.run import engine
from sqsfifo_lint.terminal import visible

if TYPE_CHECKING:
    import argparse

    from flake8.options.manager import OptionManager

Row = tuple[int, int, str]
"""A finding as flake8 wants it: line from 1, column from 0, text that begins with the code."""

RUN_FOLDER = "_SQSFIFO_LINT_FLAKE8_RUN"
"""The environment variable that tells worker processes the folder of their run."""

MOST_NAMED = 3
"""Files that a note names."""

LONGEST = 320
"""Characters of a text, with its code: editors show it beside the line or in a box of a few lines."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'])")
"""Where one ends and the next begins; a dot within code has no blank after it."""

PATIENCE = 600.0
"""How many seconds a worker waits for another one to check the project before it does so itself."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is the same for every file of a flake8 run. `paths`: what flake8 was asked to check."""

    paths: tuple[Path, ...] = (Path(),)
    stdin: bool = False
    audit: bool = False
    """What is likely is reported too; the configuration may say so as well."""
    folder: Path | None = None


Project = Mapping[str, Sequence[Row]]
"""The findings of a project by absolute path."""


class Plugin:
    """The class that flake8 instantiates for each file."""

    name = "sqsfifo-lint"
    version = __version__
    settings: ClassVar[Settings] = Settings()

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self.filename = filename
        self.lines = lines

    @classmethod
    def add_options(cls, parser: OptionManager) -> None:
        """Declare the option of flake8 that is ours."""
        parser.add_option(
            "--sqsfifo-audit",
            action="store_true",
            parse_from_config=True,
            help="SQF: report what is likely, too, and not only what is proven.",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Remember the options of the run, and report an invalid configuration now."""
        names = tuple(options.filenames or ["."])
        stdin = names == ("-",)
        paths = (Path(options.stdin_display_name),) if stdin else tuple(Path(name) for name in names if name != "-")
        try:
            engine.check_settings(paths)
        except ConfigError as error:
            raise ExecutionError(visible(str(error))) from error
        cls.settings = Settings(paths, stdin, options.sqsfifo_audit, _run_folder())
        _project.cache_clear()

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """The findings in this file. flake8 asks for them only if the file parses."""
        for line, column, text in self._rows():
            yield line, column, text, type(self)

    def _rows(self) -> Sequence[Row]:
        path = os.path.abspath(self.filename)
        if self.settings.stdin:
            return _rows(_check([Path(path)], {Path(path): _encoded(self.lines)}, self.settings)).get(path, ())
        return _project(self.settings).get(path, ())


@lru_cache(maxsize=1)
def _project(settings: Settings) -> Project:
    if settings.folder is None or multiprocessing.parent_process() is None:
        return checked(settings)
    return shared(settings, settings.folder)


def checked(settings: Settings) -> Project:
    """Check what flake8 was asked to check, and tell what it cannot show."""
    report = _check([Path(os.path.abspath(path)) for path in settings.paths], {}, settings)
    elsewhere = [finding.span.path for finding in report.findings if kind_of(finding.span.path) is not None]
    if elsewhere:
        files = sorted(set(elsewhere))
        some = ", ".join(map(visible, files[:MOST_NAMED])) + (", ..." if len(files) > MOST_NAMED else "")
        what = "1 finding" if len(elsewhere) == 1 else f"{len(elsewhere)} findings"
        sys.stderr.write(
            f"sqsfifo-lint: note: flake8 reads Python only and cannot show {what} in {some}: run `sqsfifo-lint check`\n"
        )
    return _rows(report)


def _check(paths: Sequence[Path], overlay: Mapping[Path, bytes], settings: Settings) -> Report:
    try:
        return engine.check(paths, overlay=overlay, noqa=False, audit=settings.audit, cache=cache_of_user())
    except ConfigError as error:
        raise ExecutionError(visible(str(error))) from error


def _rows(report: Report) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for finding in report.findings:
        span = finding.span
        path = str(report.locations[span.path])
        rows.setdefault(path, []).append((span.line, span.column - 1, text_of(finding)))
    return rows


def text_of(finding: Finding) -> str:
    """All that flake8 shows of a finding: code, message, the first sentence of the help, and the rule's name.

    It has at most `LONGEST` characters: of what is longer, the message loses its last sentences, or else its end.
    """
    likely = " (likely)" if finding.confidence is Confidence.LIKELY else ""
    advice = visible(_SENTENCES.split(finding.help, maxsplit=1)[0])
    end = f"{likely} {advice} [{finding.name}]"
    return f"{finding.code} {_within(visible(finding.message), LONGEST - len(finding.code) - 1 - len(end))}{end}"


def _within(message: str, most: int) -> str:
    """As many whole sentences of a message as fit; of a first one that does not fit, as many words."""
    kept, *further = _SENTENCES.split(message)
    for sentence in further:
        if len(kept) + 1 + len(sentence) > most:
            break
        kept = f"{kept} {sentence}"
    if len(kept) <= most:
        return kept
    return f"{kept[: most - 4].rpartition(' ')[0]} ..."


def _run_folder() -> Path | None:
    """The folder that the processes of this run share: the first process makes it, its workers find it."""
    if multiprocessing.parent_process() is not None:
        known = os.environ.get(RUN_FOLDER)
        return Path(known) if known else None
    try:
        folder = tempfile.mkdtemp(prefix="sqsfifo-lint-")  # readable by this user alone
    except OSError:
        return None  # each worker checks the project for itself
    os.environ[RUN_FOLDER] = folder
    atexit.register(_remove, folder, os.getpid())
    return Path(folder)


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:  # a forked worker inherits this function
        shutil.rmtree(folder, ignore_errors=True)


def shared(settings: Settings, folder: Path) -> Project:
    """The project's findings, from whichever worker comes first; the others wait for it."""
    result, lock = folder / "project.json", folder / "lock"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            return _load(result.read_bytes())
        except FileNotFoundError:
            pass
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            time.sleep(0.01)
            continue
        except OSError:
            break
        return _made(settings, result, lock)
    return checked(settings)


def _made(settings: Settings, result: Path, lock: Path) -> Project:
    try:
        with suppress(FileNotFoundError):  # another worker has finished since the result was looked for
            return _load(result.read_bytes())
        project = checked(settings)
        part = result.with_suffix(".part")
        part.write_bytes(_dump(project))
        part.replace(result)  # atomically, so that no worker reads half of it
    finally:
        lock.unlink(missing_ok=True)
    return project


def _dump(project: Project) -> bytes:
    # JSON keeps lone surrogates, from file names that are not UTF-8, as escapes.
    return json.dumps(project).encode("ascii")


def _load(data: bytes) -> Project:
    return {path: [(line, column, text) for line, column, text in rows] for path, rows in json.loads(data).items()}


def _encoded(lines: Sequence[str]) -> bytes:
    """The bytes that flake8 decoded to these lines."""
    text = "".join(lines)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(text.encode("utf-8", "replace")).readline)
        return text.encode(encoding)
    except (SyntaxError, LookupError, UnicodeEncodeError):
        return text.encode("utf-8", "replace")
