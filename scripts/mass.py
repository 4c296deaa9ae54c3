"""Check a hundred thousand files that nobody wrote for us: what crashes, stalls, swells, or is found that was not?

    python scripts/mass.py                          # all packages of mass.toml, each as a project of its own
    python scripts/mass.py --minutes 20 oci django  # these, and no further one after twenty minutes
    python scripts/mass.py --dense 300              # 300 files, each with a function that sends what its own return
    python scripts/mass.py --pin NAME==VERSION ...  # rows for mass.toml

Packages are pinned, downloaded and unpacked as by `ecosystem.py`, and kept outside of the repository, in the user's
cache folder. Nothing of them is imported or run. Findings and problems (SQF001) must be exactly those of
`mass_expected.toml`, which a person has reviewed. Processor time and the peak memory of the largest process are
measured; what a package takes beyond an empty project is divided by its size, and what takes far more than the median
of all is told as an outlier.

Exit status: 0 everything as expected, 1 a difference, a crash or a timeout, 2 the script could not do its work.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import os
import random
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import tokenize
import traceback
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecosystem import (
    SCRIPTS,
    EcosystemError,
    Package,
    Result,
    compare,
    differences,
    fetch,
    linter_command,
    pip_download,
    prepare_cache,
    read_expectations,
    read_packages,
    stanzas,
    take_output,
)
from fuzz_targets import TookTooLong, go_through, limited

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sqsfifo-lint" / "mass"

OUTLIER = 6
"""Times the median, by size, from which on a package is told as an outlier."""

FLOOR = 1 << 20
"""Bytes that every package counts for: the time of a small one says nothing about size."""

DENSE_SECONDS = 30.0
"""Processor time for one file of the dense mode; the slowest takes about a third of that."""

DENSE_SENDS = 40
"""Sends that a dense function makes: of each function and method of its file, up to this number."""

DENSE_BYTES = 150_000
"""Larger files are no candidates for the dense mode."""

NEIGHBOURS = 20
"""Files of the same folder that a dense file may import from."""


@dataclass
class Measured(Result):
    """What one package has taken."""

    size: int = 0
    """Bytes of Python."""
    cpu: float = 0.0
    """Processor seconds."""
    peak: int = 0
    """Bytes of memory of the largest process."""
    status: int = 0


# -- a package as a project


def measured(tree: Path, timeout: float, result: Measured) -> Measured:
    """Check a folder in a process of its own, and put what it says and takes into `result`."""
    for path in tree.rglob("*.py"):
        if path.is_file():
            result.files += 1
            result.size += path.stat().st_size
    command, environment = linter_command()
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=tree, env=environment, stdout=output, stderr=said)
        alarm = threading.Timer(timeout, process.kill)
        alarm.start()
        _, waited, usage = os.wait4(process.pid, 0)
        alarm.cancel()
        process.returncode = result.status = os.waitstatus_to_exitcode(waited)
        result.seconds = time.perf_counter() - started
        result.cpu = usage.ru_utime + usage.ru_stime
        result.peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        if result.seconds >= timeout:
            result.problems.append(f"no answer within {timeout:g} s")
            return result
        texts = []
        for stream in (output, said):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
        take_output(result, texts[0], texts[1], result.status)
    return result


def row(result: Measured) -> str:
    """What is printed of a package once it is done."""
    figures = f"{result.files:>7,} files {result.size / 1e6:>7.1f} MB {result.cpu:>7.1f} s {result.peak / 1e6:>6.0f} MB"
    told = f"{len(result.found):>4} findings, {'ok' if result.as_expected else 'DIFFERS'}"
    return f"{result.package.slug:<42} {figures}  status {result.status}  {told}"


def outliers(results: Sequence[Measured], empty: Measured) -> Iterator[str]:
    """The packages that take far more than others of their size, beyond what a project without files takes."""
    measures: tuple[tuple[str, str, Callable[[Measured], float]], ...] = (
        ("time", "s", lambda one: one.cpu),
        ("memory", "MB", lambda one: one.peak / 1e6),
    )
    for name, unit, taken in measures:
        base = taken(empty)
        shares = {one.package.slug: (taken(one) - base) / (max(one.size, FLOOR) / 1e6) for one in results}
        usual = statistics.median(shares.values())
        for slug, share in shares.items():
            if share > OUTLIER * max(usual, 0.01):
                yield f"outlier: {slug} takes {share:.2f} {unit} of {name} for a megabyte, the median is {usual:.2f}"


def check_packages(names: Sequence[str], minutes: float, timeout: float, cache: Path, *, update: bool) -> int:
    """Check the packages one after the other; the exit status."""
    packages = read_packages(SCRIPTS / "mass.toml")
    expectations = read_expectations(SCRIPTS / "mass_expected.toml", packages)
    unknown = sorted(set(names) - {package.name for package in packages})
    if unknown:
        raise EcosystemError(f"no such package in mass.toml: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pyproject.toml").touch()
        empty = measured(Path(folder), timeout, Measured(Package("nothing", "0", "")))
    end, results, left = time.monotonic() + minutes * 60, [], 0
    for package in packages:
        if names and package.name not in names:
            continue
        if time.monotonic() > end:
            left += 1
            continue
        tree = fetch(package, cache, timeout)
        result = measured(tree, timeout, Measured(package))
        compare(result, expectations, tree)
        results.append(result)
        print(row(result), flush=True)
        for line in differences(result):
            print(line, flush=True)
    for line in outliers(results, empty) if results else ():
        print(line)
    files, size = sum(one.files for one in results), sum(one.size for one in results)
    differing = sum(not one.as_expected for one in results)
    print(f"{len(results)} packages, {files:,} files, {size / 1e6:,.0f} MB, {sum(one.cpu for one in results):,.0f} s")
    peak = max((one.peak for one in results), default=0)
    print(f"peak memory {peak / 1e6:,.0f} MB; {differing} differ; {left} not tried for want of time")
    if update and (text := stanzas(results)):
        print(f"\n{text}")
    return 1 if differing else 0


# -- dense files


def dense(source: bytes) -> tuple[bytes, bytes] | None:
    """A file with a function that sends what the file's own functions return, and one that sends nothing of theirs.

    The second tells what is said of the file in any case. None if it is no program, or has no function.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        text = source.decode(encoding)
        calls = list(_calls(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, LookupError):
        return None
    if not calls:
        return None
    chosen = random.Random(len(calls)).sample(calls, min(len(calls), DENSE_SENDS))
    head = f"\n\nasync def dense_sends(first, second):\n{_SEND.format('first', 'second')}"
    body = "".join(_SEND.format(call, f"str({call})") for call in chosen)
    return (text + head + body).encode(encoding), (text + head).encode(encoding)


_SEND = """\
    __import__("boto3").client("sqs").send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/dense.fifo",
        MessageBody=str(second),
        MessageGroupId={0},
        MessageDeduplicationId={1},
    )
"""


def _calls(tree: ast.Module) -> Iterator[str]:
    """Calls of the functions of a module, and of the methods of its classes."""
    for statement in tree.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield _call(statement.name, statement, 0)
            case ast.ClassDef(name=name, body=body):
                methods = [one for one in body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
                made = next((one for one in methods if one.name == "__init__"), None)
                holder = _call(name, made, 1) if made is not None else f"{name}()"
                for method in methods:
                    if not method.name.startswith("__"):
                        yield _call(f"{holder}.{method.name}", method, 1)


def _call(name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, bound: int) -> str:
    parameters = [*function.args.posonlyargs, *function.args.args]
    count = max(0, len(parameters) - len(function.args.defaults) - bound)
    given = ", ".join(("first", "second")[n % 2] for n in range(count))
    made = f"{name}({given})"
    return f"(await {made})" if isinstance(function, ast.AsyncFunctionDef) else made


@dataclass
class Dense:
    """What became of a dense file."""

    path: str
    size: int
    seconds: float = 0.0
    sends: int = 0
    wrong: str = ""


def try_dense(path: str, source: bytes, beside: Mapping[str, bytes] | None = None) -> Dense | None:
    """Go through a file with a dense function, among others; None if it has nothing to send."""
    made = dense(source)
    if made is None:
        return None
    with_sends, without = made
    name = Path(path).name
    result = Dense(path, len(source))
    others = {other: data for other, data in (beside or {}).items() if other != name}
    before = time.process_time()
    try:
        with limited(DENSE_SECONDS):
            sends, problems = go_through({**others, name: with_sends})
            result.sends = len(sends)
            result.seconds = time.process_time() - before
            if problems:
                known = {(problem.path, problem.message) for problem in go_through({**others, name: without})[1]}
                new = [one for one in problems if (one.path, one.message) not in known]
                result.wrong = f"{new[0].path}: {new[0].message}" if new else ""
    except TookTooLong as error:
        result.wrong = str(error)
    except Exception as error:
        result.wrong = "".join(traceback.format_exception(error)[-3:])
    result.seconds = result.seconds or time.process_time() - before
    return result


def check_dense(count: int, seed: int, timeout: float, cache: Path) -> int:
    """Try dense files, chosen by chance among those of all packages; the exit status."""
    candidates: list[Path] = []
    for package in read_packages(SCRIPTS / "mass.toml"):
        tree = fetch(package, cache, timeout)
        several = [path for path in sorted(tree.rglob("*.py")) if path.is_file()]
        candidates += random.Random(seed).sample(several, min(len(several), 40))
    random.Random(seed).shuffle(candidates)
    tried: list[Dense] = []
    for path in candidates:
        if len(tried) == count:
            break
        if path.stat().st_size > DENSE_BYTES:
            continue
        beside = {one.name: one.read_bytes() for one in sorted(path.parent.glob("*.py"))[:NEIGHBOURS] if one.is_file()}
        result = try_dense(str(path.relative_to(cache)), path.read_bytes(), beside)
        if result is not None:
            tried.append(result)
            if result.wrong:
                print(f"{result.path}: {result.wrong}", flush=True)
    wrong = sum(bool(one.wrong) for one in tried)
    for one in sorted(tried, key=lambda one: -one.seconds)[:5]:
        print(f"slowest: {one.path}: {one.seconds:.1f} s for {one.size:,} bytes and {one.sends} sends")
    total = sum(one.sends for one in tried)
    print(f"{len(tried)} dense files, {total:,} sends, {sum(one.seconds for one in tried):,.0f} s, {wrong} went wrong")
    return 1 if wrong else 0


# -- commands


def pin(requirements: Sequence[str], cache: Path, timeout: float) -> None:
    """Print rows for `mass.toml`."""
    for requirement in requirements:
        name, _, version = requirement.partition("==")
        archive = pip_download(Package(name, version, ""), cache / "downloads" / name, timeout)
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        print(f'[[package]]\nname = "{name}"\nversion = "{version}"\nsha256 = "{digest}"\n', flush=True)


def main() -> int:
    """Run what the arguments say; see the module's docstring for the exit status."""
    parser = argparse.ArgumentParser(description="Check very many files that were not written for us.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="only these packages (default: all)")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where packages are kept")
    parser.add_argument("--minutes", type=float, default=24 * 60.0, help="begin no further package after that")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds for one download or one check")
    parser.add_argument("--dense", type=int, metavar="COUNT", help="try this number of dense files instead")
    parser.add_argument("--seed", type=int, default=0, help="which dense files are tried")
    parser.add_argument("--pin", action="store_true", help="print rows for mass.toml; packages are NAME==VERSION")
    parser.add_argument("--update", action="store_true", help="print unexpected findings as TOML, to be judged")
    options = parser.parse_args()
    cache: Path = options.cache.resolve()
    try:
        prepare_cache(cache)
        if options.pin:
            pin(options.packages, cache, options.timeout)
            return 0
        if options.dense is not None:
            return check_dense(options.dense, options.seed, options.timeout, cache)
        return check_packages(options.packages, options.minutes, options.timeout, cache, update=options.update)
    except (EcosystemError, OSError, zipfile.BadZipFile, tarfile.TarError) as error:
        print(f"mass: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
