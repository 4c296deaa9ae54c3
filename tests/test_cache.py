"""What is kept between runs changes no report, whatever happens to the files in between or to what is kept."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sqsfifo_lint.cache.identity import NONE, SETTLED, identity
from sqsfifo_lint.cache.plain import Unreadable, dumps, loads
from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.cache.store import FOLDER_VARIABLE, OFF_VARIABLE, Store
from sqsfifo_lint.config import ConfigError
from sqsfifo_lint.model import Problem, Span
from sqsfifo_lint.report import Judged, Report
from sqsfifo_lint.run import engine
from sqsfifo_lint.run.share import Found, Share
from tests.edited import FILES, Edited

EDITS = int(os.environ.get("SQSFIFO_LINT_EDITS", "120"))
"""Edits after which a warm report is compared with a cold one. Ten thousand take a quarter of an hour."""
PER_PROJECT = 40

KILLS = int(os.environ.get("SQSFIFO_LINT_KILLS", "200"))

LATER = SETTLED + 10**9
"""Nanoseconds: a run so much later trusts the times of all files."""


def cached(folder: Path, *, later: int = LATER, most: int = 1 << 27) -> Cache:
    return Cache(Store(folder, most), time.time_ns() + later)


def reported(root: Path, cache: Cache | None = None) -> Report | str:
    try:
        return engine.check([root], cache=cache)
    except ConfigError as error:
        return str(error)


@pytest.fixture
def project(tmp_path: Path) -> Edited:
    return Edited(tmp_path / "project", random.Random(1))


# -- warm equals cold


@pytest.mark.parametrize("number", range(max(1, EDITS // PER_PROJECT)))
def test_a_warm_report_equals_a_cold_one_after_each_edit(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if number % 2:  # divided into parts, as larger projects are
        monkeypatch.setattr("sqsfifo_lint.run.parts.LARGE", 0)
    chance = random.Random(number)
    project = Edited(tmp_path / "project", chance)
    edits: list[str] = []
    for _ in range(PER_PROJECT):
        later = chance.choice((LATER, 0))
        warm = reported(project.root, cached(tmp_path / "cache", later=later))
        assert warm == reported(project.root), edits
        edits.append(project.edit())


def test_the_edits_change_reports(tmp_path: Path) -> None:
    project = Edited(tmp_path / "project", random.Random(3))
    found = set()
    for _ in range(PER_PROJECT):
        report = reported(project.root)
        found.add(report if isinstance(report, str) else (report.findings, report.problems))
        project.edit()
    assert len(found) > PER_PROJECT / 4


def test_an_unchanged_project_is_not_analysed_again(
    project: Edited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reported(project.root, cached(tmp_path / "cache"))
    monkeypatch.setattr("sqsfifo_lint.run.checking.check", None)
    assert isinstance(first, Report)
    assert first.findings
    assert reported(project.root, cached(tmp_path / "cache")) == first


def test_what_is_ruled_out_is_not_read_and_libcst_is_not_imported(project: Edited, tmp_path: Path) -> None:
    for number in range(20):
        project.write(f"app/other_{number}.py", "print(1)\n")
    script = f"""
import sys, time
opened = []
sys.addaudithook(lambda event, arguments: opened.append(arguments[0]) if event == "open" else None)
from pathlib import Path
from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.cache.store import Store
from sqsfifo_lint.run import engine
from sqsfifo_lint.run.fixing import with_fixes
cache = Cache(Store(Path({str(tmp_path / "cache")!r})), time.time_ns() + {LATER})
report = with_fixes(engine.check([Path({str(project.root)!r})], cache=cache), cache)
print(len(report.findings) > 0, "libcst" in sys.modules, len({{path for path in opened if "/app/other_" in str(path)}}))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    printed = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
        for _ in range(2)
    ]
    assert [one.stdout.split() for one in printed] == [["True", "True", "20"], ["True", "False", "0"]]


def test_a_change_that_touches_nothing_that_was_followed_leaves_the_result(
    project: Edited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("alone/plain.py", "print(1)\n")
    reported(project.root, cached(tmp_path / "cache"))
    project.write("alone/plain.py", "print(2)\n")
    monkeypatch.setattr("sqsfifo_lint.run.checking.check", None)
    assert reported(project.root, cached(tmp_path / "cache")) == reported(project.root, cached(tmp_path / "cache"))


def test_one_result_serves_each_choice_of_files(
    project: Edited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [name for name in FILES if name.startswith("app/send") and (project.root / name).exists()]
    plain = {name: engine.check([project.root / name]) for name in names}
    reported(project.root, cached(tmp_path / "cache"))
    monkeypatch.setattr("sqsfifo_lint.run.checking.check", None)
    assert {name: engine.check([project.root / name], cache=cached(tmp_path / "cache")) for name in names} == plain
    assert len(names) > 1


def test_after_an_edit_only_its_part_is_analysed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqsfifo_lint.run.parts.LARGE", 0)
    root, chance = tmp_path / "project", random.Random(4)
    project = Edited(root, chance)
    for number in range(12):
        project.write(f"alone/send_{number}.py", FILES["app/send_0.py"](chance))
    reported(root, cached(tmp_path / "cache"))
    project.write("alone/send_3.py", FILES["app/send_0.py"](chance) + "X = 1\n")
    found: list[int] = []
    real = Share.find

    def counted(share: Share) -> Found:
        result = real(share)
        found.append(result.sends)
        return result

    monkeypatch.setattr(Share, "find", counted)
    warm = reported(root, cached(tmp_path / "cache"))
    again, found[:] = sum(found), []
    assert warm == reported(root)
    assert isinstance(warm, Report)
    assert 0 < again < sum(found) / 2


# -- the identity of a file


def test_a_file_that_has_just_changed_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("x")
    found = path.stat()
    assert identity(found, time.time_ns()) == NONE
    assert identity(found, time.time_ns() + LATER) != NONE
    os.utime(path, ns=(0, time.time_ns() + 10 * LATER))
    assert identity(path.stat(), time.time_ns() + LATER) == NONE


def test_a_file_is_another_one_after_any_change(tmp_path: Path) -> None:
    path, now = tmp_path / "a", time.time_ns() + LATER
    path.write_text("x")
    before = path.stat()
    seen = {identity(before, now)}
    time.sleep(0.02)  # for the clock of the file system to tick
    path.write_text("y")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    seen.add(identity(path.stat(), now))
    assert len(seen) == 2


# -- what is kept


def test_records_come_back_as_they_were() -> None:
    span = Span("a\udcff.py", 1, 2, 3, 4)
    judged = Judged(problems=(Problem("a.py", "wrong", 1),), sends={"a.py": 2}, surveyed=(("a.py",), "0f"))
    for value in (judged, (span, frozenset({1, 2}), None, 1.5, {"a": (True,)}, ("(", ":"))):
        assert loads(dumps(value)) == value
    assert loads(dumps([1])) == (1,)


@pytest.mark.parametrize(
    "text", [b"", b"[", b'["Nothing"]', b'["Span",1]', b"[[]]", b"[1]", b"\xff", b'["os.system","x"]']
)
def test_what_is_no_record_is_not_made(text: bytes) -> None:
    with pytest.raises(Unreadable):
        loads(text)


def test_what_is_no_record_is_not_written() -> None:
    with pytest.raises(TypeError):
        dumps(Path("x"))


def corrupted(file: Path) -> Iterator[bytes]:
    data = file.read_bytes()
    chance = random.Random(5)
    yield b""
    yield b"not a database" * 100
    for size in range(0, len(data), max(1, len(data) // 12)):
        yield data[:size]
    for _ in range(25):
        place = chance.randrange(len(data))
        yield data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
    for _ in range(5):
        place = chance.randrange(len(data))
        yield data[:place] + chance.randbytes(2000) + data[place + 2000 :]


def test_a_broken_cache_changes_no_report(project: Edited, tmp_path: Path) -> None:
    cold = reported(project.root)
    folder = tmp_path / "cache"
    reported(project.root, cached(folder))
    file = folder / "results.sqlite3"
    for data in list(corrupted(file)):
        file.write_bytes(data)
        assert reported(project.root, cached(folder)) == cold
        assert reported(project.root, cached(folder)) == cold


def test_a_database_of_others_is_thrown_away(project: Edited, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    with sqlite3.connect(folder / "results.sqlite3") as database:
        database.execute("CREATE TABLE entries (a)")
    database.close()
    reported(project.root, cached(folder))
    assert Store(folder).contents().entries > 0


def test_a_value_of_another_key_is_not_believed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put({b"a": b"1", b"b": b"2"})
    with sqlite3.connect(store.file) as database:
        value = database.execute("SELECT value FROM entries WHERE key = ?", (b"a",)).fetchone()[0]
        database.execute("UPDATE entries SET value = ? WHERE key = ?", (value, b"b"))
    database.close()
    assert (store.get(b"a"), store.get(b"b")) == (b"1", None)


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    store = Store(tmp_path, most=1000)
    for number in range(9):
        store.put({bytes([number]): bytes(100)})
        time.sleep(0.001)
    store.put({b"x": bytes(250)}, used=[bytes([0])])
    left = [number for number in range(9) if store.get(bytes([number])) is not None]
    assert left[0] == 0
    assert left[1:] == list(range(9 - len(left) + 1, 9))
    assert 1 < len(left) < 9
    assert store.get(b"x") is not None


@pytest.mark.skipif(os.name != "posix", reason="links need no rights there")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "results.sqlite3").symlink_to(target)
    store = Store(tmp_path / "cache")
    store.put({b"a": b"1"})
    assert store.get(b"a") is None
    assert target.read_text() == "mine"
    assert "no ordinary file" in store.contents().problem


def test_a_folder_that_cannot_be_made_is_done_without(project: Edited, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert reported(project.root, cached(tmp_path / "file" / "cache")) == reported(project.root)
    told = linted("cache", folder=project.root, environment={FOLDER_VARIABLE: str(tmp_path / "file" / "cache")})
    assert told.returncode == 2
    assert f"It is not used: {tmp_path / 'file'} is no folder." in told.stdout


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights there")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    store.put({b"a": b"1"})
    store.put({b"b": b"2"})
    assert [oct(path.stat().st_mode & 0o777) for path in (tmp_path / "cache", store.file)] == ["0o700", "0o600"]
    assert store.get(b"a") == b"1"


def test_nothing_else_is_written(project: Edited, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    reported(project.root, cached(tmp_path / "cache"))
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert after.items() - before.items() == {(path, after[path]) for path in [tmp_path / "cache" / "results.sqlite3"]}


# -- several runs, and runs that are killed

_KILLED = """
import os, random, signal, sys, time
from pathlib import Path
sys.path[:0] = {path!r}
from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.cache.store import Store
from sqsfifo_lint.run import engine
from tests.edited import Edited
root, folder, later = Path({root!r}), Path({folder!r}), {later}
def check(cached=True):
    cache = Cache(Store(folder), time.time_ns() + later) if cached else None
    return engine.check([root], cache=cache)
chance = random.Random(7)
project = Edited(root, chance)
check()
wrong = 0
for number in range({kills}):
    child = os.fork()
    if child == 0:
        while True:
            project.write("app/settings.py", "GROUP = " + repr("x" * chance.randrange(9)) + chr(10))
            check()
            Store(folder).put({{bytes([chance.randrange(99)]) * 32: chance.randbytes(chance.randrange(200000))}})
    time.sleep(chance.random() * 0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    wrong += check() != check(cached=False)
print({kills}, wrong, Store(folder).contents().problem or "sound")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_run_that_is_killed_at_any_moment_leaves_a_sound_cache(tmp_path: Path) -> None:
    script = _KILLED.format(
        path=[str(Path(__file__).parents[1])],
        root=str(tmp_path / "project"),
        folder=str(tmp_path / "cache"),
        later=LATER,
        kills=KILLS,
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == [str(KILLS), "0", "sound"], done.stderr


def test_several_runs_at_once(project: Edited, tmp_path: Path) -> None:
    script = """
import sys, time
from pathlib import Path
from sqsfifo_lint.cache.results import Cache
from sqsfifo_lint.cache.store import Store
from sqsfifo_lint.run import engine
cold = engine.check([Path(sys.argv[1])])
for _ in range(15):
    assert engine.check([Path(sys.argv[1])], cache=Cache(Store(Path(sys.argv[2])), time.time_ns())) == cold
"""
    command = [sys.executable, "-c", script, str(project.root), str(tmp_path / "cache")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [(one.communicate()[1], one.returncode) for one in running] == [("", 0)] * 4


# -- the doors


def linted(*arguments: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sqsfifo_lint", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), OFF_VARIABLE: "", **environment},
    )


def test_the_command_keeps_tells_and_clears(project: Edited, tmp_path: Path) -> None:
    named = {FOLDER_VARIABLE: str(tmp_path / "cache")}
    off = linted("check", "--no-cache", folder=project.root, environment=named)
    also_off = linted("check", folder=project.root, environment={**named, OFF_VARIABLE: "1"})
    assert not (tmp_path / "cache").exists()
    first, second = (linted("check", folder=project.root, environment=named) for _ in range(2))
    assert off.returncode == also_off.returncode == first.returncode == second.returncode
    info = linted("cache", "--info", folder=project.root, environment=named)
    assert str(tmp_path / "cache") in info.stdout
    assert "entries: 0" not in info.stdout
    assert "Removed" in linted("cache", "--clear", folder=project.root, environment=named).stdout
    assert "entries: 0" in linted("cache", folder=project.root, environment=named).stdout
    assert "There is no cache" in linted("cache", "--clear", folder=project.root, environment=named).stdout
