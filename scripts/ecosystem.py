"""Check the linter against real packages and compare its findings with verdicts written by a person.

Every package of ``ecosystem.toml`` is downloaded (pinned by version and digest, without its dependencies), unpacked
in its own folder and checked by ``python -m sqsfifo_lint check`` in its own process. The findings must be
exactly the ones in ``ecosystem_expected.toml``:

* ``[[finding]]`` is reported, with a verdict (``true`` or ``false`` alarm) and a sentence that says why;
* ``[[missed]]`` is a true alarm that the linter does not report yet; once it does, the entry has to be moved.

Exit status: 0 everything as expected, 1 a difference, a crash or a timeout, 2 the script could not do its work.

Nothing from the packages is imported or run. (There is one explicit exception: ``sdist = true`` lets pip take a
source archive, and pip runs its build backend to read the metadata.)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias

from sqsfifo_lint import unreadable

SCRIPTS: Final = Path(__file__).resolve().parent
REPOSITORY: Final = SCRIPTS.parent

MAX_UNPACKED_BYTES: Final = 1 << 30
"""A package that unpacks to more than this is refused."""

SEND_SHAPED: Final = re.compile(rb"\.(?:send_messages?|send_message_batch|publish|publish_batch)\b(?!\s*=[^=])")
"""What a plain text search would take for a send, to show how many candidates the linter has to sort out."""

TRACEBACK: Final = "Traceback (most recent call last)"

Key: TypeAlias = tuple[str, int, str]
"""Identifies a finding within a package: path, line, code."""


class EcosystemError(Exception):
    """The script cannot go on: a table is wrong, or a package cannot be obtained."""


@dataclass(frozen=True)
class Package:
    """One row of ``ecosystem.toml``."""

    name: str
    version: str
    sha256: str
    silent: bool = False
    sdist: bool = False

    @property
    def slug(self) -> str:
        """The name of the package's folder in the cache."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True)
class Expectation:
    """One reviewed entry of ``ecosystem_expected.toml``."""

    package: str
    path: str
    line: int
    code: str
    why: str
    verdict: str = ""

    @property
    def key(self) -> Key:
        """The finding that is expected."""
        return (self.path, self.line, self.code)


@dataclass(frozen=True)
class Expectations:
    """Everything that a person has recorded about the packages."""

    findings: tuple[Expectation, ...]
    missed: tuple[Expectation, ...]


@dataclass(frozen=True)
class Found:
    """One finding, as the linter printed it."""

    path: str
    line: int
    code: str
    message: str

    @property
    def key(self) -> Key:
        """What is compared."""
        return (self.path, self.line, self.code)


@dataclass
class Result:
    """The result for one package."""

    package: Package
    files: int = 0
    send_shaped: int = 0
    seconds: float = 0.0
    found: list[Found] = field(default_factory=list)
    expected: int = 0
    unexpected: list[Found] = field(default_factory=list)
    vanished: list[Expectation] = field(default_factory=list)
    seen_at_last: list[Expectation] = field(default_factory=list)
    still_missed: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def as_expected(self) -> bool:
        """Whether this package gives no reason to fail."""
        return not (self.unexpected or self.vanished or self.seen_at_last or self.problems)


# --- the two tables ---------------------------------------------------------------------------------------------------


def _rows(path: Path, name: str, allowed: Mapping[str, type]) -> list[dict[str, object]]:
    """The array of tables ``name`` in the TOML file ``path``, each row checked against ``allowed``."""
    with path.open("rb") as stream:
        try:
            document = tomllib.load(stream)
        except tomllib.TOMLDecodeError as error:
            raise EcosystemError(f"{path.name}: {error}") from error
    rows = document.get(name, [])
    if not isinstance(rows, list):
        raise EcosystemError(f"{path.name}: {name} must be written as [[{name}]]")
    checked: list[dict[str, object]] = []
    for number, row in enumerate(rows, start=1):
        where = f"{path.name}: [[{name}]] number {number}"
        if not isinstance(row, dict):
            raise EcosystemError(f"{where} is not a table")
        for key, value in row.items():
            if key not in allowed:
                raise EcosystemError(f"{where}: unknown key {key!r}; allowed are {', '.join(allowed)}")
            if type(value) is not allowed[key]:
                raise EcosystemError(f"{where}: {key} must be of type {allowed[key].__name__}")
        checked.append(row)
    return checked


def _text(row: Mapping[str, object], key: str, where: str) -> str:
    """A required text, which must not be empty."""
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise EcosystemError(f"{where}: {key} is missing or empty")
    return value


def read_packages(path: Path) -> tuple[Package, ...]:
    """The rows of ``ecosystem.toml``, in their order."""
    allowed = {"name": str, "version": str, "sha256": str, "silent": bool, "sdist": bool}
    packages: list[Package] = []
    for row in _rows(path, "package", allowed):
        where = f"{path.name}: package {row.get('name', '?')}"
        package = Package(
            name=_text(row, "name", where),
            version=_text(row, "version", where),
            sha256=_text(row, "sha256", where),
            silent=row.get("silent") is True,
            sdist=row.get("sdist") is True,
        )
        if any(package.name == other.name for other in packages):
            raise EcosystemError(f"{where} is listed twice")
        packages.append(package)
    return tuple(packages)


def read_expectations(path: Path, packages: Sequence[Package]) -> Expectations:
    """The entries of ``ecosystem_expected.toml``; a wrong or half-written one is an error."""
    known = {package.name: package for package in packages}
    texts = {"package": str, "path": str, "line": int, "code": str, "why": str}

    def entries(name: str, verdicts: frozenset[str]) -> tuple[Expectation, ...]:
        allowed = {**texts, "verdict": str} if verdicts else texts
        result: list[Expectation] = []
        for row in _rows(path, name, allowed):
            where = f"{path.name}: [[{name}]] {row.get('package')} {row.get('path')}:{row.get('line')}"
            line = row.get("line")
            if not isinstance(line, int) or line < 1:
                raise EcosystemError(f"{where}: line is missing or less than 1")
            verdict = _text(row, "verdict", where) if verdicts else ""
            if verdicts and verdict not in verdicts:
                raise EcosystemError(f"{where}: verdict must be one of {', '.join(sorted(verdicts))}, not {verdict!r}")
            entry = Expectation(
                package=_text(row, "package", where),
                path=_text(row, "path", where),
                line=line,
                code=_text(row, "code", where),
                why=_text(row, "why", where),
                verdict=verdict,
            )
            package = known.get(entry.package)
            if package is None:
                raise EcosystemError(f"{where}: no such package in the table of packages")
            if package.silent:
                raise EcosystemError(f"{where}: the package is marked silent, so nothing may be expected of it")
            result.append(entry)
        return tuple(result)

    return Expectations(
        findings=entries("finding", frozenset({"true", "false"})),
        missed=entries("missed", frozenset()),
    )


# --- getting a package ------------------------------------------------------------------------------------------------


def pip_download(package: Package, folder: Path, timeout: float) -> Path:
    """Let pip download one archive into an empty folder, and return its path."""
    base = [
        *(sys.executable, "-P", "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--ignore-requires-python", "--dest", str(folder)),
    ]
    ways = [["--only-binary", ":all:"]]
    if package.sdist:
        ways.append(["--no-binary", ":all:"])
    said = ""
    for way in ways:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        command = [*base, *way, f"{package.name}=={package.version}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired as error:
            raise EcosystemError(f"{package.slug}: pip download took more than {timeout:g} s") from error
        archives = sorted(folder.iterdir())
        if done.returncode == 0 and len(archives) == 1:
            return archives[0]
        said = done.stderr.strip() or done.stdout.strip()
    raise EcosystemError(f"{package.slug}: pip download failed\n{said}")


def _member_path(name: str) -> PurePosixPath:
    """The path of an archive member, refused if it could lead out of the folder it is unpacked in."""
    path = PurePosixPath(name)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0]:
        raise EcosystemError(f"archive member with an unsafe name: {name!r}")
    return path


def _unpack_wheel(archive: Path, target: Path) -> None:
    """Unpack the regular files of a zip archive; links and devices are left out."""
    with zipfile.ZipFile(archive) as wheel:
        members = [member for member in wheel.infolist() if not member.is_dir()]
        if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            raise EcosystemError(f"{archive.name} unpacks to more than {MAX_UNPACKED_BYTES} bytes")
        for member in members:
            path = target / _member_path(member.filename)
            kind = (member.external_attr >> 16) & 0o170000
            if kind not in (0, 0o100000):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with wheel.open(member) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)


def _unpack_sdist(archive: Path, target: Path) -> None:
    """Unpack the regular files of a tar archive without its single top folder; links and devices are left out."""
    with tarfile.open(archive) as sdist:
        total = 0
        for member in sdist:
            total += member.size
            if total > MAX_UNPACKED_BYTES:
                raise EcosystemError(f"{archive.name} unpacks to more than {MAX_UNPACKED_BYTES} bytes")
            parts = _member_path(member.name).parts[1:]
            source = sdist.extractfile(member) if member.isreg() and parts else None
            if source is None:
                continue
            path = target.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)


def fetch(package: Package, cache: Path, timeout: float) -> Path:
    """The folder with the unpacked package, downloaded if the cache does not have it yet."""
    tree = cache / package.slug
    stamp = cache / f"{package.slug}.sha256"
    if tree.is_dir() and stamp.is_file() and stamp.read_text(encoding="ascii").strip() == package.sha256:
        return tree
    shutil.rmtree(tree, ignore_errors=True)
    download = cache / "downloads" / package.slug
    archive = pip_download(package, download, timeout)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise EcosystemError(f"{package.slug}: {archive.name} has digest {digest}, the table says {package.sha256}")
    partial = cache / f"{package.slug}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        if zipfile.is_zipfile(archive):
            _unpack_wheel(archive, partial)
        elif tarfile.is_tarfile(archive):
            _unpack_sdist(archive, partial)
        else:
            raise EcosystemError(f"{package.slug}: {archive.name} is neither a zip nor a tar archive")
        # The unpacked folder is the project root: the linter looks for the nearest one and must not read above it.
        root_marker = partial / "pyproject.toml"
        if not root_marker.exists():
            root_marker.write_text("[tool.sqsfifo-lint]\n", encoding="utf-8")
        partial.rename(tree)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(download, ignore_errors=True)
    stamp.write_text(package.sha256 + "\n", encoding="ascii")
    return tree


def prepare_cache(cache: Path) -> None:
    """Make the cache folder, with a .gitignore that keeps it out of git wherever it is."""
    cache.mkdir(parents=True, exist_ok=True)
    ignore = cache / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


# --- running and comparing --------------------------------------------------------------------------------------------


def _count(tree: Path) -> tuple[int, int]:
    """How many Python files there are, and how many places in them a text search would call a send."""
    files = send_shaped = 0
    for path in tree.rglob("*.py"):
        if path.is_file():
            files += 1
            send_shaped += len(SEND_SHAPED.findall(path.read_bytes()))
    return files, send_shaped


def _parse(output: str, problems: list[str]) -> list[Found]:
    """The findings in jsonl output; a line that is not a finding is a problem."""
    found: list[Found] = []
    for line in output.splitlines():
        if not line.strip():
            continue
        try:
            record: object = json.loads(line)
        except json.JSONDecodeError:
            problems.append(f"output that is not JSON: {line[:200]!r}")
            continue
        if not isinstance(record, dict):
            problems.append(f"output that is not an object: {line[:200]!r}")
            continue
        path, row, code, message = (record.get(key) for key in ("path", "line", "code", "message"))
        if isinstance(path, str) and isinstance(row, int) and isinstance(code, str) and isinstance(message, str):
            found.append(Found(path, row, code, message))
        else:
            problems.append(f"a finding without path, line, code or message: {line[:200]!r}")
    return sorted(found, key=lambda one: (one.key, one.message))


def linter_command() -> tuple[list[str], dict[str, str]]:
    """The command that checks the folder it is run in, and its environment."""
    # -P: the working directory is the foreign tree, and nothing in it may be imported.
    command = [
        *(sys.executable, "-P", "-m", "sqsfifo_lint", "check"),
        *("--output-format", "jsonl", "--no-respect-gitignore", "."),
    ]
    search = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
    return command, {**os.environ, "PYTHONPATH": os.pathsep.join(search), "PYTHONUTF8": "1"}


def run_linter(tree: Path, timeout: float, result: Result) -> None:
    """Check one tree in its own process and put findings, time and problems into ``result``."""
    command, environment = linter_command()
    started = time.perf_counter()
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        result.problems.append(f"no answer within {timeout:g} s")
        return
    finally:
        result.seconds = time.perf_counter() - started
    take_output(result, done.stdout, done.stderr, done.returncode)


def take_output(result: Result, output: str, said: str, status: int) -> None:
    """Put findings and problems into ``result``: what was printed, what was said besides, and the exit status."""
    result.found = _parse(output, result.problems)
    if TRACEBACK in said or status not in (0, 1, 2):
        result.problems.append(f"crash, exit status {status}:\n{said.strip()[-4000:]}")
    elif status == 2 and all(one.code != unreadable.CODE for one in result.found):
        result.problems.append(f"exit status 2: {said.strip()[-4000:] or 'nothing said why'}")
    elif status < 2 and bool(result.found) != (status == 1):
        result.problems.append(f"exit status {status} with {len(result.found)} findings")


def _missing_lines(tree: Path, entries: Iterable[Expectation]) -> list[str]:
    """Entries that name a file or a line that the package does not have."""
    wrong: list[str] = []
    for entry in entries:
        path = tree / _member_path(entry.path)
        if not path.is_file():
            wrong.append(f"expected in a file that is not there: {entry.path}")
        elif entry.line > len(path.read_bytes().splitlines()):
            wrong.append(f"expected on a line that is not there: {entry.path}:{entry.line}")
    return wrong


def compare(result: Result, expectations: Expectations, tree: Path) -> None:
    """Sort the findings in ``result`` into expected, unexpected and vanished ones."""
    name = result.package.name
    findings = [entry for entry in expectations.findings if entry.package == name]
    missed = [entry for entry in expectations.missed if entry.package == name]
    result.problems.extend(_missing_lines(tree, [*findings, *missed]))
    open_keys = Counter(entry.key for entry in findings)
    missed_by_key = {entry.key: entry for entry in missed}
    met: Counter[Key] = Counter()
    seen: dict[Key, Expectation] = {}
    for one in result.found:
        if met[one.key] < open_keys[one.key]:
            met[one.key] += 1
        elif one.key in missed_by_key:
            seen[one.key] = missed_by_key[one.key]
        else:
            result.unexpected.append(one)
    result.expected = met.total()
    result.seen_at_last = list(seen.values())
    result.still_missed = len(missed) - len(seen)
    for entry in findings:
        if met[entry.key] > 0:
            met[entry.key] -= 1
        else:
            result.vanished.append(entry)


# --- printing ---------------------------------------------------------------------------------------------------------


def table(results: Sequence[Result]) -> str:
    """One line per package, columns aligned."""
    head = ("package", "files", "send-like", "findings", "expected", "unexpected", "vanished", "missed", "seconds", "")
    rows = [
        (
            result.package.slug,
            str(result.files),
            str(result.send_shaped),
            str(len(result.found)),
            str(result.expected),
            str(len(result.unexpected)),
            str(len(result.vanished)),
            str(result.still_missed),
            f"{result.seconds:.2f}",
            "ok" if result.as_expected else "DIFFERS",
        )
        for result in results
    ]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = []
    for row in [head, *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text from a package without anything that a terminal would act on; line breaks stay."""
    return "".join(char if char.isprintable() or char == "\n" else f"\\x{ord(char):02x}" for char in text)


def differences(result: Result) -> list[str]:
    """What is wrong with one package, one or more lines for each problem."""

    def place(one: Found | Expectation) -> str:
        return f"{one.path}:{one.line}: {one.code}"

    silent = " (the package is marked silent)" if result.package.silent else ""
    lines = [
        *result.problems,
        *(f"unexpected{silent}: {place(one)} {one.message}" for one in result.unexpected),
        *(f"vanished: {place(one)} (verdict {one.verdict}: {one.why})" for one in result.vanished),
        *(f"found now, so move it from [[missed]] to [[finding]]: {place(one)}" for one in result.seen_at_last),
    ]
    return [_plain(f"{result.package.slug}: {line}") for line in lines]


def _toml_string(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but TOML does not allow a bare delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def stanzas(results: Iterable[Result]) -> str:
    """Unexpected findings, ready to paste; verdict and reason are left to the person who reads the code."""
    blocks = [
        "\n".join(
            [
                _plain(f"# {result.package.slug}: " + " ".join(one.message.split())),
                "[[finding]]",
                f"package = {_toml_string(result.package.name)}",
                f"path = {_toml_string(one.path)}",
                f"line = {one.line}",
                f"code = {_toml_string(one.code)}",
                'verdict = "?"',
                'why = ""',
            ]
        )
        for result in results
        for one in result.unexpected
    ]
    return "\n\n".join(blocks)


def verdict_summary(findings: Sequence[Expectation], results: Sequence[Result]) -> str:
    """How many of the reported findings a person judged true, and how many known ones are missed."""
    checked = {result.package.name for result in results}
    verdicts = Counter(entry.verdict for entry in findings if entry.package in checked)
    missed = sum(result.still_missed for result in results)
    return f"expected: {verdicts['true']} true alarms, {verdicts['false']} false alarms; {missed} known to be missed"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison; see the module's docstring for the exit status."""
    parser = argparse.ArgumentParser(description="Check the linter against real, pinned packages.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="only these packages (default: all)")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".ecosystem-cache", help="where packages are kept")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for one download or one check")
    parser.add_argument("--update", action="store_true", help="print unexpected findings as TOML, to be judged")
    options = parser.parse_args(arguments)
    cache: Path = options.cache.resolve()
    timeout: float = options.timeout
    wanted: list[str] = options.packages
    results: list[Result] = []
    try:
        packages = read_packages(SCRIPTS / "ecosystem.toml")
        expectations = read_expectations(SCRIPTS / "ecosystem_expected.toml", packages)
        unknown = sorted(set(wanted) - {package.name for package in packages})
        if unknown:
            raise EcosystemError(f"no such package in ecosystem.toml: {', '.join(unknown)}")
        prepare_cache(cache)
        for package in packages:
            if wanted and package.name not in wanted:
                continue
            tree = fetch(package, cache, timeout)
            result = Result(package)
            result.files, result.send_shaped = _count(tree)
            run_linter(tree, timeout, result)
            compare(result, expectations, tree)
            results.append(result)
    except (EcosystemError, OSError, zipfile.BadZipFile, tarfile.TarError) as error:
        print(f"ecosystem: {error}", file=sys.stderr)
        return 2
    print(table(results))
    print(verdict_summary(expectations.findings, results))
    for result in results:
        for line in differences(result):
            print(line)
    if options.update and (text := stanzas(results)):
        print()
        print(text)
    return 0 if all(result.as_expected for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
