"""The plugin in the real flake8: the same findings at the same places as the command's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sqsfifo_lint import flake8_plugin
from sqsfifo_lint.flake8_plugin import LONGEST, Plugin, Project, Settings, text_of
from sqsfifo_lint.model import Confidence, Finding, Severity, Span
from sqsfifo_lint.rules.pages import find_page
from tests import commands
from tests.commands import Done
from tests.programs import CLEAN, CONSTANT_GROUP, NO_DEDUP, NO_SEND, write

FIXTURES = Path(__file__).parent / "fixtures"

Place = tuple[str, int, int, str, str]


FORMAT = "%(path)s:%(row)d:%(col)d: %(code)s %(text)s"


def flake8(cwd: Path, *arguments: str) -> Done:
    """Run flake8 in a folder, in this process; without `--isolated`, so that a test can configure it."""
    return commands.flake8(cwd, "--format", FORMAT, *arguments)


def flake8_as_process(cwd: Path, *arguments: str, stdin: str | bytes = "", env: dict[str, str] | None = None) -> Done:
    """The same in a separate process, which may have workers."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--format", FORMAT, *arguments],
        cwd=cwd,
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True,
        check=False,
        timeout=600,
        env={**os.environ, **(env or {})},
    )
    return Done(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def places(result: Done) -> list[Place]:
    """Our findings in flake8's output, sorted."""
    rows = re.findall(r"^(?:\./)?(.+?):(\d+):(\d+): (SQF\d{3}) (.*)$", result.stdout, re.MULTILINE)
    return sorted((path, int(line), int(column), code, text) for path, line, column, code, text in rows)


def codes(result: Done) -> list[tuple[str, str]]:
    return [(path, code) for path, _, _, code, _ in places(result)]


def command(cwd: Path, *arguments: str) -> list[Place]:
    """What the command finds, sorted, in the words of flake8."""
    done = commands.run(cwd, "check", "--output-format", "jsonl", *arguments)
    assert done.returncode in (0, 1), done.stderr + done.stdout
    found = map(json.loads, done.stdout.splitlines())
    python = [f for f in found if f["path"].endswith(".py")]  # flake8 reads only these
    return sorted((f["path"], f["line"], f["column"], f["code"], as_in_flake8(f)) for f in python)


def as_in_flake8(found: dict[str, str]) -> str:
    """The text beside the code, by the function that makes it: what it has to hold is tested below."""
    finding = Finding(
        Span("a.py", 1, 1, 1, 2), found["code"], found["name"], Severity.ERROR, found["message"], found["help"], None
    )
    return text_of(finding).removeprefix(f"{finding.code} ")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", {"a.py": CONSTANT_GROUP, "b.py": NO_DEDUP, "c.py": CLEAN, "d.py": NO_SEND})


ALL = [("a.py", "SQF101"), ("b.py", "SQF201")]


UNWANTED = shutil.ignore_patterns("__pycache__", "*.toml", "*.cfg", ".git*", "broken.*")


def silenced() -> dict[str, str | bytes]:
    """The fixtures of rules, with comments that silence their findings."""
    found: dict[str, str | bytes] = {}
    for path in sorted((FIXTURES / "rules").rglob("*.py")):
        source = re.sub(r"  # error: (SQF\d{3}).*", r"  # noqa: \1", path.read_text(encoding="utf-8"))
        found[f"noqa/{path.parent.name}/{path.name}"] = source
        found[f"own/{path.parent.name}/{path.name}"] = source.replace("# noqa: SQF", "# sqsfifo: ignore[SQF") + "\n"
    return found


def test_the_same_findings_as_the_command_over_all_fixtures(tmp_path: Path) -> None:
    """All fixtures as one project, and some of them again with silencing comments; with several workers."""
    shutil.copytree(FIXTURES, tmp_path / "fixtures", ignore=UNWANTED)
    corpus = write(tmp_path, silenced())
    expected = command(corpus)
    assert len(expected) >= 20, "there is something to compare"
    assert {code for *_, code, _ in expected} >= {"SQF101", "SQF201"}
    result = flake8_as_process(corpus, "--isolated", "--select", "SQF", "-j", "4")
    (note,) = result.stderr.splitlines()
    assert re.search(
        r"note: flake8 reads Python only and cannot show \d+ findings in fixtures/projects/\S+\.(?!py\b)\w+,", note
    )
    assert places(result) == expected


def test_the_same_findings_for_files_and_folders_by_name(tmp_path: Path) -> None:
    """The fixtures of some rules as one project, with one worker."""
    for code in ("SQF101", "SQF202", "SQF302"):
        shutil.copytree(FIXTURES / "rules" / code, tmp_path / "rules" / code, ignore=UNWANTED)
    corpus = write(tmp_path, {name: text for name, text in silenced().items() if "/SQF10" in name})
    expected = command(corpus)
    assert len(expected) >= 20, "there is something to compare"
    files = sorted(path.relative_to(corpus).as_posix() for path in (corpus / "rules").rglob("*.py"))[5:12]
    for asked in ([], ["rules"], files):
        below = [place for place in expected if not asked or place[0].startswith(tuple(asked))]
        assert command(corpus, *asked) == below
        assert places(flake8_as_process(corpus, "--isolated", "--select", "SQF", "-j", "1", *asked)) == below


@pytest.mark.parametrize(
    ("message", "confidence", "shown"),
    [
        ("It is so.", Confidence.PROVEN, "It is so. Use `a.b()`, such as x. [a-name]"),
        ("It is so.", Confidence.LIKELY, "It is so. (likely) Use `a.b()`, such as x. [a-name]"),
        (f"It is so. {'So ' * 98}it is.", Confidence.PROVEN, "It is so. Use `a.b()`, such as x. [a-name]"),
        ("word " * 99, Confidence.PROVEN, f"{'word ' * 55}... Use `a.b()`, such as x. [a-name]"),
        ("\x1b[1mIt.", Confidence.PROVEN, "\\x1b[1mIt. Use `a.b()`, such as x. [a-name]"),
    ],
    ids=["whole", "likely", "fewer sentences", "fewer words", "inert"],
)
def test_the_text_says_what_to_do_and_which_rule_it_is(message: str, confidence: Confidence, shown: str) -> None:
    advice = "Use `a.b()`, such as x. If there is none, do without."
    span = Span("a.py", 1, 1, 1, 2)
    finding = Finding(span, "SQF101", "a-name", Severity.ERROR, message, advice, None, confidence=confidence)
    assert text_of(finding) == f"SQF101 {shown}"
    assert len(text_of(finding)) <= LONGEST


def test_the_text_of_every_example_fits(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES.parent.parent / "examples", tmp_path / "examples")
    found = places(flake8(write(tmp_path, {}), "--isolated", "--select", "SQF"))
    assert len(found) >= 6
    for *_, code, text in found:
        page = find_page(code)
        assert page is not None
        assert text.endswith(f". [{page.name}]")
        assert 100 < len(f"{code} {text}") <= LONGEST


def test_columns_count_from_one_and_characters(project: Path) -> None:
    source = CONSTANT_GROUP.replace('        MessageGroupId="orders"', '        **{"ü日": 1}, MessageGroupId="orders"')
    write(project, {"a.py": source})
    expected = [place for place in command(project) if place[0] == "a.py"]
    assert [(line, column) for _, line, column, _, _ in expected] == [(10, 24 + len('**{"ü日": 1}, '))]
    assert [place for place in places(flake8(project, "--select", "SQF")) if place[0] == "a.py"] == expected


def test_flake8_shows_the_codes_by_itself(project: Path) -> None:
    assert codes(flake8_as_process(project)) == ALL


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "SQF1"], ALL[:1]),
        (["--extend-ignore", "SQF101"], ALL[1:]),
        (["--per-file-ignores", "a.py:SQF"], ALL[1:]),
        (["--extend-ignore", "S"], []),
        (["--extend-ignore", "S", "--extend-select", "SQF"], ALL),
        (["--extend-ignore", "S1,S2"], ALL),
        (["--select", "E,F,W"], []),
        (["--select", "E,F,W,SQF"], ALL),
    ],
)
def test_selection_and_the_two_traps_of_the_readme(project: Path, options: list[str], expected: list[object]) -> None:
    assert codes(flake8(project, *options)) == expected


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ('ignore = ["SQF101"]', ALL[1:]),
        ('select = ["constant-group-id"]', ALL[:1]),
        ('exclude = ["a.py"]', ALL[1:]),
        ('per-file-ignores = { "b.py" = ["SQF2"] }', ALL[:1]),
        ("content-based-deduplication = true", ALL[:1]),
    ],
)
def test_our_configuration_holds(project: Path, configuration: str, expected: list[object]) -> None:
    write(project, {"pyproject.toml": f"[tool.sqsfifo-lint]\n{configuration}\n"})
    assert codes(flake8(project)) == expected


def test_our_configuration_holds_for_workers(project: Path) -> None:
    write(project, {"pyproject.toml": '[tool.sqsfifo-lint]\nignore = ["SQF101"]\n'})
    assert codes(flake8_as_process(project, "-j", "2")) == ALL[1:]


def test_wrong_configuration_is_said_plainly(project: Path) -> None:
    write(project, {"pyproject.toml": "[tool.sqsfifo-lint]\nslect = []\n"})
    result = flake8(project)
    assert result.returncode == 1
    assert "unknown key 'slect' (did you mean 'select'?)" in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_noqa_is_flake8s_own(project: Path) -> None:
    write(project, {"a.py": CONSTANT_GROUP.replace('"orders",', '"orders",  # noqa: SQF101')})
    assert codes(flake8(project)) == ALL[1:]
    assert codes(flake8(project, "--disable-noqa")) == ALL


def test_our_own_comment_holds(project: Path) -> None:
    write(
        project,
        {"a.py": CONSTANT_GROUP.replace("    sqs.send", "    # sqsfifo: ignore[constant-group-id] why\n    sqs.send")},
    )
    assert codes(flake8(project)) == ALL[1:]


def test_standard_input_replaces_the_file(project: Path) -> None:
    named = flake8_as_process(project, "--stdin-display-name", "b.py", "-", stdin=CONSTANT_GROUP)
    assert codes(named) == [("b.py", "SQF101")]
    assert codes(flake8_as_process(project, "-", stdin=NO_DEDUP)) == [("stdin", "SQF201")]
    assert codes(flake8_as_process(project, "--stdin-display-name", "a.py", "-", stdin=NO_SEND)) == []


def test_standard_input_in_another_encoding(project: Path) -> None:
    source = "# coding: latin-1\nNAME = 'ü'\n" + CONSTANT_GROUP
    result = flake8_as_process(project, "--stdin-display-name", "a.py", "-", stdin=source.encode("latin-1"))
    assert [(line, code) for _, line, _, code, _ in places(result)] == [(12, "SQF101")]


def test_a_file_by_name_is_checked_even_when_the_project_ignores_it(project: Path) -> None:
    write(project, {".gitignore": "a.py\n", "script": CONSTANT_GROUP})
    assert codes(flake8(project)) == ALL[1:]
    assert codes(flake8(project, "a.py", "script")) == [("a.py", "SQF101"), ("script", "SQF101")]


def test_files_of_several_projects(tmp_path: Path) -> None:
    write(tmp_path / "one", {"a.py": CONSTANT_GROUP})
    write(tmp_path / "two", {"b.py": NO_DEDUP})
    result = flake8(tmp_path, "--isolated", "one", "two")
    assert codes(result) == [("one/a.py", "SQF101"), ("two/b.py", "SQF201")]


def test_files_that_cannot_be_parsed_are_left_to_flake8(project: Path) -> None:
    write(project, {"broken.py": "sqs.send_message(QueueUrl=\n"})
    result = flake8(project)
    assert codes(result) == ALL
    assert "broken.py" in result.stdout
    assert "E999" in result.stdout


def test_worker_processes_leave_nothing_behind(project: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    write(project, {f"many/m{number}.py": CONSTANT_GROUP for number in range(20)})
    result = flake8_as_process(project, "-j", "4", env={"TMPDIR": str(scratch)})
    assert len(places(result)) == 22
    assert list(scratch.iterdir()) == []


def test_libcst_is_not_imported_without_a_send(tmp_path: Path) -> None:
    quiet = write(tmp_path / "quiet", {"a.py": NO_SEND})
    script = (
        "import sys\nfrom flake8.main.cli import main\n"
        "status = main(['-j', '1', '--select', 'SQF', '.'])\n"
        "heavy = {'libcst', 'rich', 'sqsfifo_lint.rules'} & set(sys.modules)\n"
        "assert 'sqsfifo_lint.run.engine' in sys.modules, 'the plugin did run'\n"
        "assert (status, heavy) == (0, set()), (status, heavy)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


FOUND: Project = {"/p/a.py": [(1, 2, "SQF101 it")], "/p/\udcff.py": [(3, 0, "SQF102 ü")]}


def test_workers_check_the_project_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Settings] = []
    begun = threading.Event()

    def checked(settings: Settings) -> Project:
        calls.append(settings)
        begun.wait(0.2)
        return FOUND

    monkeypatch.setattr(flake8_plugin, "checked", checked)
    results: list[Project] = []
    workers = [
        threading.Thread(target=lambda: results.append(flake8_plugin.shared(Settings(), tmp_path))) for _ in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(calls) == 1
    assert [dict(result) for result in results] == [FOUND] * 8


def test_a_worker_that_comes_as_another_one_finishes_takes_its_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has looked for the result, and then the other one writes it and gives back the lock."""
    real = os.open

    def locking(path: Path, flags: int) -> int:
        (tmp_path / "project.json").write_text(json.dumps(FOUND))
        return real(path, flags)

    monkeypatch.setattr(os, "open", locking)
    monkeypatch.setattr(flake8_plugin, "checked", lambda settings: pytest.fail("it was checked again"))
    assert flake8_plugin.shared(Settings(), tmp_path) == FOUND
    assert [path.name for path in tmp_path.iterdir()] == ["project.json"]


def test_a_worker_that_fails_leaves_the_work_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(settings: Settings) -> Project:
        raise MemoryError

    monkeypatch.setattr(flake8_plugin, "checked", fails)
    with pytest.raises(MemoryError):
        flake8_plugin.shared(Settings(), tmp_path)
    monkeypatch.setattr(flake8_plugin, "checked", lambda settings: FOUND)
    assert flake8_plugin.shared(Settings(), tmp_path) == FOUND


def test_a_worker_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lock").touch()
    monkeypatch.setattr(flake8_plugin, "PATIENCE", 0.05)
    monkeypatch.setattr(flake8_plugin, "checked", lambda settings: FOUND)
    assert flake8_plugin.shared(Settings(), tmp_path) == FOUND


def test_the_plugin_says_what_it_is() -> None:
    assert (Plugin.name, Plugin.version) == ("sqsfifo-lint", "0.1.0")
