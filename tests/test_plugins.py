"""What other packages add by entry points: the worked example, and everything that can be wrong with one."""

from __future__ import annotations

import csv
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from sqsfifo_lint import plugins, reporters, rules
from sqsfifo_lint.plugins import Group
from sqsfifo_lint.reporters import Style
from tests.commands import ROOT, Done, flake8, run, run_as_process
from tests.programs import CONSTANT_GROUP, write

PLUGIN = ROOT / "examples" / "plugin"

Points = Mapping[str, Mapping[str, str]]
"""By group: names and values of entry points."""


def forget() -> None:
    plugins.forget()
    for known in (rules.load_rules, rules.owners, reporters.foreign):
        known.cache_clear()


def metadata(folder: Path, name: str, points: Points, *, kind: str = "dist-info") -> None:
    """Write what an installer writes of a distribution."""
    lines = [
        line
        for group, named in points.items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in named.items()))
    ]
    inner = folder / f"{name.replace('-', '_')}-1.0.{kind}"
    file = "METADATA" if kind == "dist-info" else "PKG-INFO"
    texts = {file: f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "entry_points.txt": "\n".join(lines)}
    write(inner, {**texts})


Install = Callable[..., None]


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install modules, by name, with entry points of one group; they are gone after the test."""
    added = {"acme_sqsfifo"}

    def installed(group: Group, points: Mapping[str, str], *, name: str = "acme-x", **modules: str) -> None:
        folder = tmp_path_factory.mktemp("site")
        added.update(modules)
        write(folder, {f"{module}.py": text for module, text in modules.items()})
        metadata(folder, name, {group.value: points})
        monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
        forget()

    yield installed
    monkeypatch.undo()
    forget()
    for module in [one for one in sys.modules if one.partition(".")[0] in added]:
        del sys.modules[module]


# The worked example


def by_hand(folder: Path) -> None:
    """The package as an installer leaves it, from its own pyproject.toml."""
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    shutil.copytree(PLUGIN / "acme_sqsfifo", folder / "acme_sqsfifo")
    metadata(folder, project["name"], project["entry-points"])


def by_pip(folder: Path) -> None:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling, which builds the example, is not installed")
    source = folder.with_name("source")
    shutil.copytree(PLUGIN, source)
    alone = ("--no-index", "--no-build-isolation", "--no-deps", "--disable-pip-version-check", "--quiet")
    command = [sys.executable, "-m", "pip", "install", *alone, "--target", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@pytest.mark.parametrize("installed", [by_hand, by_pip])
def test_the_example_adds_a_rule_senders_sources_and_a_report(
    installed: Callable[[Path], None], tmp_path: Path
) -> None:
    site, project = tmp_path / "site", tmp_path / "project"
    site.mkdir()
    installed(site)
    project.mkdir()
    shutil.copy(PLUGIN / "orders.py", project)
    (project / ".git").mkdir()

    def typed(*arguments: str) -> Done:
        return run_as_process(project, *arguments, env={"PYTHONPATH": os.pathsep.join([str(ROOT), str(site)])})

    done = typed("check", "--output-format", "acme-csv")
    assert done.stderr == ""
    header, *rows = csv.reader(done.stdout.splitlines())
    assert header == ["code", "severity", "file", "line", "message"]
    assert [(row[0], row[2], row[3]) for row in rows] == [("SQF202", "orders.py", "9"), ("SQF901", "orders.py", "10")]
    assert done.returncode == 1
    if installed is by_hand:  # the rest does not depend on how it was installed
        assert "Nobody answers for a queue" in typed("rule", "acme-queue-name").stdout
        assert typed("check", "--ignore", "SQF9,SQF202").returncode == 0
    alone = run_as_process(project, "check")
    assert (alone.returncode, "0 sends" in alone.stdout) == (0, True), "without the plugin nothing is known of acme_bus"


def test_the_examples_of_the_example_are_what_they_say(tmp_path: Path, install: Install) -> None:
    install(Group.RULE, {"acme-queue-name": "acme_sqsfifo.queue_name"})
    shutil.copytree(PLUGIN / "acme_sqsfifo", Path(sys.path[-1]) / "acme_sqsfifo")
    (rule,) = (rule for rule in rules.load_rules() if rule.code == "SQF901")
    for kind, examples in (("bad", rule.bad), ("good", rule.good)):
        (example,) = examples
        expected = [
            f"{kind}.py:{n}" for n, line in enumerate(example.code.splitlines(), 1) if "# error: SQF901" in line
        ]
        write(tmp_path, {f"{kind}.py": example.code})
        found = run(tmp_path, "check", f"{kind}.py", "--output-format", "concise").stdout
        assert [
            line.rpartition(": SQF901")[0].rpartition(":")[0] for line in found.splitlines() if "SQF" in line
        ] == expected


def test_the_page_shows_what_the_example_has() -> None:
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    groups = tomllib.loads((PLUGIN / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    assert groups.keys() == {group.value for group in Group}
    for group, named in groups.items():
        ((name, value),) = named.items()
        assert f'[project.entry-points."{group}"]\n{name} = "{value}"\n' in page


# Who is right


OURS = 'import acme_y\nacme_y.push("orders.fifo", key=order.customer, token={token})\n'
SENDERS = "SENDERS = {'acme_y.push': {'queue': 0, 'group': 'key', 'dedup': 'token'}}"


def codes(done: Done) -> set[str]:
    return {word for word in done.stdout.split() if word.startswith("SQF")}


def test_the_configuration_wins_over_a_plugin(tmp_path: Path, install: Install) -> None:
    install(Group.SENDERS, {"x": "acme_senders:SENDERS"}, acme_senders=SENDERS)
    write(tmp_path, {"a.py": OURS.format(token="'one'"), ".git/x": ""})
    typed = ("check", "--output-format", "concise")
    assert "SQF203" in codes(run(tmp_path, *typed))
    write(tmp_path, {"sqsfifo-lint.toml": '[senders]\n"acme_y.push" = { group = "token" }\n'})
    assert codes(run(tmp_path, *typed)) == {"SQF101"}


def test_a_word_and_a_row_are_sources(tmp_path: Path, install: Install) -> None:
    rows = (
        "from sqsfifo_lint.knowledge.model import HOUR, Source\nfrom sqsfifo_lint.model import Material\n"
        "ROWS = {'acme_y.new': 'unique', 'acme_y.hour': Source(Material.CLOCK, 'str', HOUR)}\n"
    )
    install(Group.SENDERS, {"x": "acme_senders:SENDERS"}, acme_senders=SENDERS)
    install(Group.SOURCES, {"x": "acme_sources:ROWS"}, name="acme-y", acme_sources=rows)
    for token, fragment in (("acme_y.new()", "is new each time"), ("acme_y.hour()", "hour"), ("acme_y.other()", "")):
        write(tmp_path, {"a.py": OURS.format(token=token), ".git/x": ""})
        found = run(tmp_path, "check", "--output-format", "concise").stdout
        assert (fragment in found) if fragment else ("SQF" not in found), found
    write(
        tmp_path, {"sqsfifo-lint.toml": '[sources]\n"acme_y.new" = "data"\n', "a.py": OURS.format(token="acme_y.new()")}
    )
    assert codes(run(tmp_path, "check", "--output-format", "concise")) == set()


# Broken ones


RULE = """
from sqsfifo_lint.model import Severity
from sqsfifo_lint.rules.base import SendRule
RULE = SendRule({code!r}, {name!r}, Severity.WARNING, "1", "x", lambda send, options: {check})
"""


@pytest.mark.parametrize(
    ("group", "text", "told"),
    [
        (Group.RULE, "1 / 0", "cannot be loaded: ZeroDivisionError: division by zero"),
        (Group.RULE, "raise SystemExit(0)", "cannot be loaded: SystemExit: 0"),
        (
            Group.RULE,
            "import no_such_module",
            "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'",
        ),
        (Group.RULE, "def f(:", "cannot be loaded: SyntaxError: "),
        (Group.RULE, "X = 1", "is neither a SendRule, "),
        (Group.RULE, RULE.format(code="SQF101", name="x", check="()"), "'SQF101' is already taken by "),
        (
            Group.RULE,
            RULE.format(code="SQF901", name="constant-group-id", check="()"),
            "'constant-group-id' is already",
        ),
        (Group.SENDERS, "X = ['acme.push']", "must be a mapping, not a list"),
        (Group.SENDERS, "X = {'acme.push': {'grp': 'g'}}", "has no slot 'grp' (did you mean 'group'?)"),
        (Group.SENDERS, "X = {'push': {'group': 'g'}}", "it.'push' must be a qualified name"),
        (Group.SENDERS, "X = {1: {'group': 'g'}}", "it.'1' must be a qualified name"),
        (
            Group.SENDERS,
            "X = {'celery.Celery.send_task': {'group': 'g'}}",
            "cannot be defined again: sqsfifo-lint",
        ),
        (Group.SOURCES, "X = {'uuid.uuid4': 'data'}", "'uuid.uuid4' cannot be defined again: sqsfifo-lint knows it"),
        (Group.SOURCES, "X = {'acme.x': 'uuid'}", "'acme.x' must be a Source or one of clock, unique, config, data"),
        (Group.SOURCES, "X = {'acme.x': []}", "'acme.x' must be a Source or one of clock, unique, config, data"),
        (Group.SOURCES, "X = {'new_id': 'unique'}", "'new_id' is no qualified name"),
        (Group.SOURCES, "X = None", "must be a mapping, not None"),
        (Group.REPORTER, "1 / 0", "cannot be loaded: ZeroDivisionError: division by zero"),
        (Group.REPORTER, "X = 1", "has no `render(report, style)`"),
        (Group.REPORTER, "class X:\n READERS = 'people'\n render = print", "READERS must be one of"),
        (
            Group.REPORTER,
            "class X:\n def render(report, style):\n  1 / 0",
            "fails: ZeroDivisionError: division by zero",
        ),
        (Group.REPORTER, "class X:\n def render(report, style):\n  yield 1", "fails: TypeError: render yields int"),
        (
            Group.REPORTER,
            "class X:\n def render(report, style):\n  raise SystemExit(0)\n  yield ''",
            "fails: SystemExit",
        ),
    ],
)
def test_a_broken_plugin_is_told_in_one_line_with_its_name(
    group: Group, text: str, told: str, tmp_path: Path, install: Install
) -> None:
    value = "acme_broken:X" if "X" in text else "acme_broken"
    install(group, {"theirs": value}, acme_broken=text)
    write(tmp_path, {"a.py": CONSTANT_GROUP, "b.py": "x = 1\n"})
    chosen = ("--output-format", "theirs") if group is Group.REPORTER else ()
    done = run(tmp_path, "check", *chosen)
    assert (done.returncode, done.stdout) == (2, "")
    line = f"sqsfifo-lint: error: acme-x 1.0: {group.name.lower()} 'theirs' ({value})"
    assert done.stderr.startswith(line), done.stderr
    assert told in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_two_plugins_define_is_refused(tmp_path: Path, install: Install) -> None:
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    for name in ("acme-a", "acme-b"):
        install(Group.SOURCES, {name: "acme_twice:X"}, name=name, acme_twice="X = {'acme.x': 'data'}")
    assert "acme-b 1.0: sources 'acme-b' (acme_twice:X): 'acme.x' cannot be" in run(tmp_path, "check").stderr


@pytest.mark.parametrize("name", ["full", "Theirs", "my csv"])
def test_a_format_has_a_name_of_its_own(name: str, tmp_path: Path, install: Install) -> None:
    install(Group.REPORTER, {name: "acme_report"}, acme_report="render = print")
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    done = run(tmp_path, "check", "--output-format", "theirs")
    assert (done.returncode, "acme-x 1.0: reporter" in done.stderr) == (2, True), done
    assert run(tmp_path, "check", "--output-format", "concise").returncode == 1, "others can be used"


def test_a_rule_that_fails_somewhere_is_a_problem_there(tmp_path: Path, install: Install) -> None:
    install(Group.RULE, {"theirs": "acme_failing"}, acme_failing=RULE.format(code="SQF901", name="x", check="1 / 0"))
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    done = run(tmp_path, "check", "--output-format", "concise")
    assert done.returncode == 2
    assert (
        "acme-x 1.0: rule 'theirs' (acme_failing): SQF901 cannot be checked here: internal error: Zero" in done.stdout
    )
    assert "SQF101" in done.stdout, "other rules still speak"
    assert "Traceback" not in done.stdout + done.stderr


def test_flake8_tells_of_a_broken_plugin(tmp_path: Path, install: Install) -> None:
    install(Group.RULE, {"theirs": "acme_bad"}, acme_bad="1 / 0")
    write(tmp_path, {"a.py": CONSTANT_GROUP})
    done = flake8(tmp_path, "--select", "SQF", "a.py")
    assert done.returncode
    assert "acme-x 1.0: rule 'theirs' (acme_bad) cannot be loaded" in done.stdout + done.stderr


# What it costs, and where it looks


def test_without_plugins_nothing_of_importlib_metadata_is_imported(tmp_path: Path) -> None:
    """Where there is something to find, and so rules, senders and sources are asked for."""
    write(tmp_path, {"a.py": CONSTANT_GROUP, "b.py": "x = 1\n"})
    script = (
        "import sys\nfrom sqsfifo_lint import cli\ncli.leave = sys.exit\n"
        "try: cli.main()\nexcept SystemExit as end: print(end.code, *sys.modules, file=sys.stderr)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-c", script, "check", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    status, *loaded = done.stderr.split()
    assert (status, "sqsfifo_lint.plugins" in loaded, "importlib.metadata" in loaded) == ("1", True, False)


@pytest.mark.parametrize("kind", ["dist-info", "egg-info"])
def test_metadata_of_either_kind_is_found_on_the_path(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata(
        tmp_path, "acme-z", {"sqsfifo_lint.rules": {"z": "acme_z"}, "console_scripts": {"z": "acme_z:main"}}, kind=kind
    )
    monkeypatch.setattr(sys, "path", [*sys.path, "", str(tmp_path / "none"), str(tmp_path)])
    forget()
    found = [(point.name, point.value) for point in plugins.points(Group.RULE)]
    monkeypatch.undo()
    forget()
    assert ("z", "acme_z") in found
    assert len(found) == len(rules.owners()) + 1


def test_the_first_of_one_name_on_the_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, value in (("a", "first"), ("b", "second")):
        metadata(tmp_path / folder, "acme-z", {"sqsfifo_lint.rules": {"z": value}})
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "a"), str(tmp_path / "b")])
    forget()
    values = [point.value for point in plugins.points(Group.RULE)]
    monkeypatch.undo()
    forget()
    assert [value for value in values if value in {"first", "second"}] == ["first"]


def test_the_folder_that_is_checked_adds_nothing(tmp_path: Path) -> None:
    """`python -m` puts the working folder on the path; what lies in it is not ours to run."""
    metadata(tmp_path, "evil", {group.value: {"x": "evil"} for group in Group})
    write(tmp_path, {"evil.py": "raise SystemExit('it was run')", "a.py": CONSTANT_GROUP})
    done = run_as_process(tmp_path, "check", "--output-format", "concise")
    assert done.returncode == 1, done.stderr
    script = "import sys; from sqsfifo_lint import plugins; print(plugins.points(plugins.Group.RULE))"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONSAFEPATH"}
    first = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "PYTHONPATH": str(ROOT)},
    )
    assert "evil" not in first.stdout


def test_a_reporter_of_a_plugin_says_who_reads_it(install: Install) -> None:
    text = (
        "from sqsfifo_lint.reporters import Readers\nREADERS = Readers.PEOPLE\n"
        "def render(report, style):\n yield 'x\\n'\n"
    )
    install(Group.REPORTER, {"theirs": "acme_people"}, acme_people=text)
    assert reporters.format_of("theirs").readers is reporters.Readers.PEOPLE
    assert list(reporters.reporter("theirs").render(None, Style())) == ["x\n"]  # type: ignore[arg-type]
