"""The command line: what it takes, prints and exits with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sqsfifo_lint import __version__
from tests.commands import Done, run, run_as_process, timeless
from tests.programs import CLEAN, CONSTANT_GROUP, NO_DEDUP, NO_SEND, write

ROOT = Path(__file__).parents[2]


def found(result: Done) -> list[tuple[str, int, str]]:
    """Path, line and code of each line of `concise` output."""
    places = re.findall(r"^(.+?):(\d+):\d+: (SQF\d{3}) ", result.stdout, re.MULTILINE)
    return [(path, int(line), code) for path, line, code in places]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "app/orders.py": CONSTANT_GROUP,
        "app/mail.py": NO_DEDUP,
        "clean.py": CLEAN,
        "other.py": NO_SEND,
    }
    return write(tmp_path / "project", files)


BOTH = [("app/mail.py", 7, "SQF201"), ("app/orders.py", 10, "SQF101")]


def test_checks_the_current_folder(project: Path) -> None:
    result = run_as_process(project, "check", "--output-format", "concise")
    assert found(result) == BOTH
    assert result.returncode == 1
    assert "Found 2 findings (2 warnings) in 4 files" in result.stderr


def test_full_is_the_default(project: Path) -> None:
    result = run_as_process(project, "check")
    assert "app/orders.py:10:24: SQF101 constant-group-id (warning)\n" in result.stdout
    assert '  10 |         MessageGroupId="orders",\n     |                        ^^^^^^^^ ' in result.stdout
    summary = timeless(result.stdout).partition("\nFound ")[2]
    assert summary == (
        "2 findings (2 warnings) in 4 files\n"
        "    1 warning   SQF101 constant-group-id\n"
        "    1 warning   SQF201 missing-dedup-id\n"
        "  read: 4 files, 3 of them with 3 sends, in 0.3 s\n"
        "  fixes: 1 fixable with `--fix --unsafe-fixes`\n"
        "  next: `sqsfifo-lint rule SQF201` says what is wrong and what to do instead;\n"
        "        `sqsfifo-lint trace FILE:LINE` shows where the IDs of a send come from\n"
    )
    assert result.stderr == ""


def test_all_clear(project: Path) -> None:
    result = run_as_process(project, "check", "clean.py", "other.py")
    assert (result.returncode, result.stderr) == (0, "")
    assert timeless(result.stdout) == "All clear: 1 send in 2 files (0.3 s)\n"


def test_paths_say_what_to_report_on(project: Path) -> None:
    assert found(run(project, "check", "app", "--output-format", "concise")) == BOTH
    assert found(run(project, "check", "app/mail.py", "clean.py", "--output-format", "concise")) == BOTH[:1]
    assert found(run(project, "check", str(project / "app" / "orders.py"), "--output-format", "concise")) == BOTH[1:]


def test_paths_are_relative_to_the_working_folder(project: Path) -> None:
    inside = run(project / "app", "check", "..", "--output-format", "concise")
    assert found(inside) == [("mail.py", 7, "SQF201"), ("orders.py", 10, "SQF101")]
    above = run(project.parent, "check", "project/app/mail.py", "--output-format", "concise")
    assert found(above) == [("project/app/mail.py", 7, "SQF201")]


def test_a_project_elsewhere(project: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    people = run(tmp_path / "elsewhere", "check", str(project / "app"), "--output-format", "concise")
    assert found(people) == [(f"{project.as_posix()}/{path}", line, code) for path, line, code in BOTH]
    programs = run(tmp_path / "elsewhere", "check", str(project / "app"), "--output-format", "jsonl")
    assert [json.loads(line)["path"] for line in programs.stdout.splitlines()] == [path for path, _, _ in BOTH]


def test_several_projects_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a", {"x.py": CONSTANT_GROUP})
    write(tmp_path / "b", {"x.py": CONSTANT_GROUP, "pyproject.toml": '[tool.sqsfifo-lint]\nignore = ["SQF101"]\n'})
    result = run(tmp_path, "check", "a", "b", "--output-format", "concise")
    assert ("a/x.py", 10, "SQF101") in found(result)


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--select", "SQF101"], ["SQF101"]),
        (["--select", "missing-dedup-id"], ["SQF201"]),
        (["--select", "SQF1,SQF2"], ["SQF201", "SQF101"]),
        (["--select", "SQF1", "--select", "SQF2"], ["SQF201", "SQF101"]),
        (["--ignore", "SQF1"], ["SQF201"]),
        (["--ignore", "constant-group-id,SQF201"], []),
        (["--select", "SQF1", "--extend-select", "SQF201"], ["SQF201", "SQF101"]),
        (["--select", "SQF1", "--ignore", "SQF101"], []),
    ],
)
def test_which_rules(project: Path, options: list[str], codes: list[str]) -> None:
    result = run(project, "check", "--output-format", "concise", *options)
    assert [code for _, _, code in found(result)] == codes
    assert result.returncode == (1 if codes else 0)


def test_unknown_rule(project: Path) -> None:
    result = run(project, "check", "--select", "constant-groop-id")
    assert result.returncode == 2
    assert "select: unknown rule 'constant-groop-id' (did you mean 'constant-group-id'?)" in result.stderr
    assert result.stdout == ""


def test_command_line_wins_over_the_configuration(project: Path) -> None:
    write(project, {"pyproject.toml": '[tool.sqsfifo-lint]\nignore = ["SQF101", "SQF201"]\n'})
    assert found(run(project, "check", "--output-format", "concise")) == []
    assert found(run(project, "check", "--output-format", "concise", "--extend-select", "SQF201")) == BOTH[:1]
    assert found(run(project, "check", "--output-format", "concise", "--select", "SQF101")) == BOTH[1:]


def test_configuration(project: Path) -> None:
    concise = ("check", "--output-format", "concise")
    write(project, {"pyproject.toml": '[tool.sqsfifo-lint]\nexclude = ["app/mail.py"]\n'})
    assert found(run(project, *concise)) == BOTH[1:]
    write(project, {"pyproject.toml": '[tool.sqsfifo-lint]\nper-file-ignores = { "app/" = ["SQF2"] }\n'})
    result = run(project, *concise)
    assert found(result) == BOTH[1:]
    assert "1 ignored for their files" in result.stderr
    write(project, {"pyproject.toml": "[tool.sqsfifo-lint]\ncontent-based-deduplication = true\n"})
    assert found(run(project, *concise)) == BOTH[1:]
    write(project, {"pyproject.toml": '[tool.sqsfifo-lint]\ncontent-based-deduplication = ["ord*.fifo"]\n'})
    assert found(run(project, *concise)) == BOTH[1:]
    write(project, {"pyproject.toml": '[tool.sqsfifo-lint]\ncontent-based-deduplication = ["mail.fifo"]\n'})
    assert found(run(project, *concise)) == BOTH
    write(project, {"pyproject.toml": '[tool.sqsfifo-lint]\nserial-queues = ["orders.fifo"]\n'})
    assert found(run(project, *concise)) == BOTH[:1]


def test_explicit_configuration_file(project: Path, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('select = ["SQF2"]\n')
    result = run(project, "check", "--config", "../other.toml", "--output-format", "concise")
    assert found(result) == BOTH[:1]


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("[tool.sqsfifo-lint]\nslect = []\n", "unknown key 'slect' (did you mean 'select'?)"),
        ("[tool.sqsfifo-lint]\nselect = 1\n", "select must be a list"),
        ("[tool.sqsfifo-lint\n", "is not valid TOML"),
    ],
)
def test_wrong_configuration(project: Path, text: str, fragment: str) -> None:
    write(project, {"pyproject.toml": text})
    result = run(project, "check")
    assert result.returncode == 2
    assert result.stderr.startswith("sqsfifo-lint: error: ")
    assert "pyproject.toml" in result.stderr
    assert fragment in result.stderr
    assert "Traceback" not in result.stderr


def test_exclude_and_git_ignore(project: Path) -> None:
    write(project, {".gitignore": "mail.py\n"})
    concise = ("check", "--output-format", "concise")
    assert found(run(project, *concise)) == BOTH[1:]
    assert found(run(project, *concise, "--no-respect-gitignore")) == BOTH
    assert found(run(project, *concise, "--exclude", "app/orders.py")) == []
    assert found(run(project / "app", *concise, "..", "--exclude", "/orders.py")) == []
    assert found(run(project, *concise, "app/mail.py")) == BOTH[:1]
    assert found(run(project, *concise, "--force-exclude", "app/mail.py")) == []


def test_exit_zero(project: Path) -> None:
    assert run(project, "check", "--exit-zero").returncode == 0
    write(project, {"broken.py": "sqs.send_message(QueueUrl=\n"})
    assert run(project, "check", "--exit-zero").returncode == 2, "what could not be done is no finding"


def test_statistics(project: Path) -> None:
    people = run(project, "check", "--statistics", "--output-format", "concise")
    assert "    1  SQF101  constant-group-id\n    1  SQF201  missing-dedup-id\n" in people.stdout
    programs = run(project, "check", "--statistics", "--output-format", "jsonl")
    assert [json.loads(line)["code"] for line in programs.stdout.splitlines()] == ["SQF201", "SQF101"]
    assert "    1  SQF101  constant-group-id\n" in programs.stderr


def test_standard_input(project: Path) -> None:
    result = run_as_process(project, "check", "-", "--output-format", "concise", stdin=CONSTANT_GROUP)
    assert found(result) == [("<stdin>", 10, "SQF101")]
    named = run_as_process(
        project, "check", "-", "--stdin-filename", "app/mail.py", "--output-format", "concise", stdin=CONSTANT_GROUP
    )
    assert found(named) == [("app/mail.py", 10, "SQF101")], "the buffer replaces the file"
    assert found(run_as_process(project, "check", "-", "--output-format", "concise", stdin=NO_SEND)) == []


def test_standard_input_goes_alone(project: Path) -> None:
    result = run(project, "check", "-", "app")
    assert result.returncode == 2
    assert "cannot be checked together" in result.stderr
    assert run(project, "check", "app", "--stdin-filename", "x.py").returncode == 2


def test_suppressions_are_counted(project: Path) -> None:
    write(project, {"app/orders.py": CONSTANT_GROUP.replace('"orders",', '"orders",  # noqa: SQF101')})
    result = run(project, "check")
    assert "\nFound 1 finding (1 warning) in 4 files; 1 suppressed\n" in result.stdout


@pytest.mark.parametrize(
    ("options", "env", "expected"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(project: Path, options: list[str], env: dict[str, str], expected: bool) -> None:
    assert ("\x1b[" in run_as_process(project, "check", *options, env=env).stdout) is expected


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("env", "expected"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)])
def test_colour_on_a_terminal(project: Path, env: dict[str, str], expected: bool) -> None:
    import pty

    main, terminal = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "sqsfifo_lint", "check", "app/orders.py"],
        cwd=project,
        stdout=terminal,
        stdin=terminal,
        env={**environment, "TERM": "xterm", **env},
    ):
        os.close(terminal)
        output = b""
        try:
            while block := os.read(main, 4096):
                output += block
        except OSError:  # Linux says so when the other end is closed
            pass
    os.close(main)
    assert b"SQF101" in output
    assert (b"\x1b[" in output) is expected


def test_an_ascii_terminal_gets_escapes(project: Path) -> None:
    write(project, {"app/orders.py": CONSTANT_GROUP.replace('"orders"', '"日本"')})
    result = run_as_process(project, "check", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert "\\u65e5" in result.stdout
    assert result.returncode == 1


def test_a_reader_that_goes_away_gets_no_traceback(project: Path) -> None:
    write(project, {f"many/m{number}.py": CONSTANT_GROUP for number in range(200)})
    with subprocess.Popen(
        [sys.executable, "-m", "sqsfifo_lint", "check"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert errors == b""


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(tmp_path: Path, option: str) -> None:
    result = run_as_process(tmp_path, option)
    assert result.stdout.strip() == f"sqsfifo-lint, version {__version__}"


def test_rule_list(tmp_path: Path) -> None:
    result = run(tmp_path, "rule")
    assert result.returncode == 0
    codes = [line.split()[0] for line in result.stdout.splitlines()]
    assert codes == sorted(codes)
    assert {"SQF001", "SQF101", "SQF105", "SQF203"} <= set(codes)


@pytest.mark.parametrize("name", ["SQF101", "sqf101", "constant-group-id"])
def test_rule_page(tmp_path: Path, name: str) -> None:
    result = run(tmp_path, "rule", name)
    assert result.stdout.startswith("# SQF101 constant-group-id\n")
    for heading in ("## What it does", "## Why is this bad", "## When it is fine", "## Example"):
        assert heading in result.stdout


def test_all_rule_pages(tmp_path: Path) -> None:
    listed = [line.split()[0] for line in run(tmp_path, "rule").stdout.splitlines()]
    pages = re.findall(r"^# (SQF\d{3}) ", run(tmp_path, "rule", "--all").stdout, re.MULTILINE)
    assert pages == listed


def test_unknown_rule_page(tmp_path: Path) -> None:
    result = run(tmp_path, "rule", "constant-group")
    assert result.returncode == 2
    assert "did you mean 'constant-group-id'?" in result.stderr


@pytest.mark.parametrize("arguments", [["check", "--nope"], ["nope"], ["check", "--output-format", "xml"]])
def test_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    result = run(tmp_path, *arguments)
    assert result.returncode == 2
    assert result.stdout == ""


def test_the_page_of_the_command_describes_every_option() -> None:
    from sqsfifo_lint.cli import check

    page = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    options = [option for parameter in check.params for option in parameter.opts if option.startswith("--")]
    assert len(options) >= 12
    assert [option for option in options if f"`{option}" not in page] == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_report_that_cannot_be_written_is_an_error(project: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "sqsfifo_lint", "check"]
        result = subprocess.run(command, cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr == "sqsfifo-lint: error: the report cannot be written: No space left on device\n"


def test_libcst_rich_and_pathspec_are_not_imported_when_nothing_needs_them(project: Path) -> None:
    script = (
        "import sys; sys.argv = ['sqsfifo-lint', 'check', '--output-format', 'full']\n"
        "from sqsfifo_lint import cli\n"
        "cli.leave = sys.exit\n"  # the real one ends the process immediately
        "try: cli.main()\n"
        "except SystemExit as end: status = end.code\n"
        "heavy = {'libcst', 'rich', 'pathspec', 'sqsfifo_lint.rules'} & set(sys.modules)\n"
        "assert (status, heavy) == (0, set()), (status, heavy)\n"
    )
    quiet = write(project.parent / "quiet", {"a.py": NO_SEND})
    result = subprocess.run([sys.executable, "-c", script], cwd=quiet, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert timeless(result.stdout) == "All clear: 0 sends in 1 file (0.3 s)\n"
