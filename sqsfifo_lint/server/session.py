"""What editors have open and what was found: the only module of the server that asks the engine.

Its methods that ask run one after the other, in one thread; those that note what an editor does come from another one.
So what they share is replaced as a whole and never changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqsfifo_lint.config import Config, regular_bytes
from sqsfifo_lint.model import Finding, Problem, Send
from sqsfifo_lint.queues.infrastructure import is_infrastructure
from sqsfifo_lint.report import Explanation, Fix, Report
from sqsfifo_lint.run import engine, texts
from sqsfifo_lint.run.adding import with_comments
from sqsfifo_lint.run.discover import SUFFIXES, root_of
from sqsfifo_lint.run.fixing import fix, with_fixes
from sqsfifo_lint.run.kept import Kept, keeping
from sqsfifo_lint.run.rewriting import encoding_of
from sqsfifo_lint.server.positions import lines_of
from sqsfifo_lint.source.files import MAX_SIZE
from sqsfifo_lint.steps import listening


class SupersededError(BaseException):
    """What a check was about has changed meanwhile. It is not an error of ours, so nothing on the way may catch it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A buffer of an editor."""

    path: Path
    uri: str
    """As the editor writes it."""
    text: str
    version: int | None = None
    language: str = ""

    @property
    def matters(self) -> bool:
        """Whether it is something that can be checked."""
        name = str(self.path)
        return name.endswith(SUFFIXES) or is_infrastructure(name) or self.language == "python"

    @property
    def content(self) -> bytes:
        """What would be on disk if it were saved."""
        data = self.text.encode("utf-8", "replace")
        try:
            return self.text.encode(encoding_of(data)) if str(self.path).endswith(SUFFIXES) else data
        except (SyntaxError, LookupError, UnicodeError):
            return data


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check of all that belongs to one root."""

    root: Path
    report: Report = field(default_factory=Report)
    versions: Mapping[Path, int | None] = field(default_factory=dict)
    """Those of the buffers that it is about."""
    findings: Mapping[Path, Sequence[Finding]] = field(default_factory=dict)
    problems: Mapping[Path, Sequence[Problem]] = field(default_factory=dict)

    @property
    def paths(self) -> frozenset[Path]:
        """The files with something to tell."""
        return frozenset((*self.findings, *self.problems))


class Session:
    """The buffers and folders of one editor."""

    def __init__(self) -> None:
        self.documents: Mapping[Path, Document] = {}
        self.folders: Sequence[Path] = ()
        self._memory = Kept()
        self._lines: dict[Path, tuple[object, Sequence[str]]] = {}

    # -- what the editor does

    def put(self, document: Document) -> None:
        """A buffer was opened, or has another text."""
        self.documents = {**self.documents, document.path: document}

    def drop(self, path: Path) -> None:
        """A buffer was closed."""
        self.documents = {known: one for known, one in self.documents.items() if known != path}

    def roots(self) -> set[Path]:
        """The roots of all that is to be checked."""
        return {*map(root_of, self.folders), *map(self.root, self._files())}

    def root(self, path: Path) -> Path:
        """The root of a file: of what it is checked together with."""
        return root_of(path.parent)

    def _files(self) -> Sequence[Path]:
        return [path for path, one in self.documents.items() if one.matters]

    def asked(self, root: Path) -> Sequence[Path]:
        """The folders and buffers of a root: what is reported on."""
        folders = [folder for folder in self.folders if root_of(folder) == root]
        return sorted({*folders, *(path for path in self._files() if self.root(path) == root)})

    @property
    def overlay(self) -> Mapping[Path, bytes]:
        """The contents of the buffers that can be checked."""
        return {path: one.content for path, one in self.documents.items() if one.matters}

    def lines(self, path: Path) -> Sequence[str]:
        """The lines of a file: of its buffer, or else as it is on disk; none if it cannot be read."""
        document = self.documents.get(path)
        if document is not None:
            known = self._lines.get(path)
            if known is None or known[0] is not document:
                known = self._lines[path] = document, lines_of(document.text)
            return known[1]
        self._lines.pop(path, None)
        try:
            return texts.lines_of(str(path), regular_bytes(path, MAX_SIZE))
        except (OSError, ValueError):
            return ()

    # -- what the engine is asked

    def _kept(self) -> AbstractContextManager[None]:
        return keeping(self._memory)

    def check(self, root: Path, is_superseded: Callable[[], bool] = lambda: False) -> Checked:
        """Check all that belongs to a root. Raises ConfigError, and SupersededError if it is broken off."""
        documents, asked = self.documents, self.asked(root)
        if not asked:
            return Checked(root)
        with self._kept(), _broken_off_if(is_superseded):
            report = engine.check(asked, adjusted=_adjusted, overlay=self.overlay)
        findings: dict[Path, list[Finding]] = {}
        problems: dict[Path, list[Problem]] = {}
        for finding in report.findings:
            findings.setdefault(report.locations[finding.span.path], []).append(finding)
        for problem in report.problems:
            problems.setdefault(report.locations[problem.path], []).append(problem)
        versions = {path: one.version for path, one in documents.items() if one.matters}
        return Checked(root, report, versions, findings, problems)

    def explain(self, path: Path, line: int, column: int) -> Explanation:
        """What the sends at a place are made of; see `engine.explain`. Raises ConfigError."""
        with self._kept():
            return engine.explain(path, line, column=column, overlay=self.overlay)

    def sends(self, path: Path) -> Sequence[Send]:
        """The sends of a file, with what is known of their queues. Raises ConfigError."""
        with self._kept():
            found = engine.overviews([path], adjusted=_adjusted, overlay=self.overlay)
        root = self.root(path)
        return [send for one in found for send in one.sends if root / send.place.span.path == path]

    def fixes(self, checked: Checked, path: Path) -> Mapping[Finding, Fix]:
        """The fixes of the findings in a file."""
        found = tuple(checked.findings.get(path, ()))
        return with_fixes(replace(checked.report, findings=found)).fixes

    def fixed(self, path: Path) -> str | None:
        """The text of a buffer after all fixes that are certain, as `--fix` makes them; None if there is none.

        Raises ConfigError.
        """

        def checked(contents: Mapping[Path, bytes]) -> Report:
            with self._kept():
                return engine.check([path], adjusted=_adjusted, overlay=contents)

        # Other buffers are given as well, and get no fix: only this one is reported on.
        data = fix(checked, unsafe=False, given=self.overlay, write=False).contents.get(path)
        return None if data is None else data.decode(encoding_of(data))

    def silenced(self, path: Path, finding: Finding, reason: str) -> str | None:
        """The text of a buffer with a comment that silences a finding; None if there is no place for one."""
        text, left = with_comments(path.name, self.documents[path].text, [finding], reason=reason)
        return None if left else text


def _adjusted(config: Config) -> Config:
    """An editor opens what nobody wants to be checked as well: what is excluded stays out."""
    return replace(config, force_exclude=True)


@contextmanager
def _broken_off_if(is_superseded: Callable[[], bool]) -> Iterator[None]:
    def listener(what: str, done: int, total: int | None) -> None:
        if is_superseded():
            raise SupersededError

    with listening(listener):
        yield
