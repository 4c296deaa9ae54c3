"""What holds for every rule: its metadata, its page, its examples, and that all places list the same codes."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from sqsfifo_lint import rules
from sqsfifo_lint.rules import RuleError, in_order, load_rules, pages
from sqsfifo_lint.rules.base import AnyRule, Example, Examples, read_examples
from sqsfifo_lint.rules.pages import SECTIONS, Page, all_pages, find_page, page_of, render, render_markdown
from tests import commands
from tests.fixture_runner import outcome_of

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "sqsfifo_lint" / "rules" / "examples"
GENERATE = ROOT / "scripts" / "generate_docs.py"


def mended_of(rule: AnyRule) -> list[Example]:
    """The first bad example as it should be, if it is a program of its own."""
    return [] if rule.mended is None or rule.mended in rule.good else [rule.mended]


every_rule = pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.code)
every_page = pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.code)
every_example = pytest.mark.parametrize(
    ("rule", "example"),
    [
        pytest.param(rule, example, id=f"{rule.code}-{kind}-{number}")
        for rule in load_rules()
        for kind, examples in (("bad", rule.bad), ("good", rule.good), ("mended", mended_of(rule)))
        for number, example in enumerate(examples)
    ],
)


def load(path: Path) -> ModuleType:
    """Run a module that is not on the path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the repository, on the package of the repository."""
    return subprocess.run(
        [sys.executable, str(script), *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


# Metadata


@every_page
def test_metadata(page: Page) -> None:
    assert re.fullmatch(r"SQF\d{3}", page.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", page.name)
    assert re.fullmatch(r"\d+\.\d+\.\d+", page.since)
    assert page.summary.endswith(".")
    assert "\n" not in page.summary


@every_rule
def test_a_rule_lives_in_a_module_of_its_name(rule: AnyRule) -> None:
    assert rule.check.__module__ == f"sqsfifo_lint.rules.{rule.name.replace('-', '_')}"


def test_rules_are_sorted_by_code() -> None:
    found = [rule.code for rule in load_rules()]
    assert found == sorted(found)
    assert len(found) >= 8


# Pages


@every_page
def test_every_section_is_there_in_order_and_says_something(page: Page) -> None:
    assert tuple(page.sections) == SECTIONS
    assert all(page.sections.values())


@every_page
def test_sources_are_links(page: Page) -> None:
    lines = page.sections["Sources"].splitlines()
    assert all(re.fullmatch(r"- \[[^]]+]\(https://\S+\)", line) for line in lines), lines


@every_page
def test_a_page_shows_everything(page: Page) -> None:
    text = render(page)
    assert text.startswith(f"# {page.code} {page.name}\n\n{page.summary}\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [f"## {section}" for section in SECTIONS]
    for example in (*page.bad, *page.good):
        assert f"```python\n{example.code.rstrip()}\n```" in text


@every_rule
def test_examples_follow_the_section_that_introduces_them(rule: AnyRule) -> None:
    before, _, after = render_markdown(rule).partition("\n## Example\n")
    assert "```python" not in before
    assert after.index("```python") < after.index("\n## Options\n")


@every_rule
def test_a_page_quotes_what_was_measured(rule: AnyRule) -> None:
    why = page_of(rule).sections["Why is this bad"]
    for measured in pages.measurements_of(rule.code):
        table = f"| reported below | {measured.bad} |\n| not reported | {measured.good} |"
        assert f"{measured.claim} Measured on an SQS emulator, with {measured.setting}:\n\n| " in why
        assert table in why
    assert ("Measured" in why) == bool(pages.measurements_of(rule.code))


@every_rule
def test_a_page_shows_before_and_after_as_a_diff(rule: AnyRule) -> None:
    instead = render_markdown(rule).partition("## What to do instead")[2].partition("## Example")[0]
    lines = instead.partition("```diff\n")[2].partition("\n```")[0].splitlines()
    changed = [line for line in lines if line[:1] in {"-", "+"}]
    assert changed, "nothing is mended"
    whole = len(rule.bad[0].code.splitlines())
    assert len(changed) <= whole, "another program is no mended one: write `mended_1.py`"
    assert "# error:" not in instead


def test_rules_link_to_the_page_about_both_ids() -> None:
    text = (ROOT / "docs" / "choosing-ids.md").read_text(encoding="utf-8")
    headings = {
        "#" + re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    for rule in load_rules():
        if (guide := page_of(rule).guide) is not None:
            link = f"[Choosing the two IDs](../docs/choosing-ids.md{guide})"
            assert link in render(page_of(rule), "../docs/")
            assert "](" not in render(page_of(rule)).partition("Before you write a send")[2].partition("\n")[0]
            assert guide in headings | {""}
    assert {rule.code[:4] for rule in load_rules() if page_of(rule).guide} == {"SQF1", "SQF2", "SQF5"}


def test_pages_are_found_by_code_and_by_name() -> None:
    for spelling in ("SQF101", "sqf101", "constant-group-id", "Constant-Group-ID"):
        page = find_page(spelling)
        assert page is not None
        assert page.code == "SQF101"
    problem = find_page("unreadable-file")
    assert problem is not None
    assert problem.code == "SQF001"
    assert find_page("SQF") is None


def test_a_page_without_docstring_still_shows_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = load_rules()[0]
    monkeypatch.setattr(sys.modules[rule.check.__module__], "__doc__", None)
    text = render(page_of(rule))
    assert rule.summary in text
    assert "```python" in text


def test_generated_files_are_up_to_date() -> None:
    result = run(GENERATE, "--check")
    assert result.returncode == 0, f"{result.stdout}Run `python scripts/generate_docs.py`.\n{result.stderr}"
    assert "warning" not in result.stderr


def test_generating_writes_what_differs_and_nothing_else(tmp_path: Path) -> None:
    limits = tmp_path / "docs" / "limitations.md"
    limits.parent.mkdir()
    limits.write_text("before\n<!-- bounds -->\nold\n<!-- /bounds -->\nafter\n", encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "SQF999-gone.md").touch()

    stale = run(GENERATE, "--check", "--root", str(tmp_path))
    assert stale.returncode == 1
    assert "stale: docs/limitations.md" in stale.stdout
    assert "stale: rules/SQF999-gone.md" in stale.stdout
    assert "stale: rules/SQF101-constant-group-id.md" in stale.stdout

    assert run(GENERATE, "--root", str(tmp_path)).returncode == 0
    text = limits.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- bounds -->\n\n- The analysis is bounded: ")
    assert text.endswith(".\n\n<!-- /bounds -->\nafter\n")
    index = (tmp_path / "rules" / "README.md").read_text(encoding="utf-8")
    assert "[SQF101](SQF101-constant-group-id.md)" in index
    assert run(GENERATE, "--check", "--root", str(tmp_path)).stdout == ""


def test_a_readme_without_markers_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("text\n", encoding="utf-8")
    result = run(GENERATE, "--root", str(tmp_path))
    assert result.returncode == 0
    assert "warning: README.md" in result.stderr
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "text\n"


# Examples


@every_rule
def test_a_rule_has_two_or_three_examples_of_each_kind(rule: AnyRule) -> None:
    assert 2 <= len(rule.bad) <= 3
    assert 2 <= len(rule.good) <= 3


@every_example
def test_examples_are_whole_programs(rule: AnyRule, example: Example) -> None:
    ast.parse(example.code)
    assert re.search(r"^(import boto3|from celery import )", example.code, re.MULTILINE)
    assert example.code.endswith("\n")
    assert max(map(len, example.code.splitlines())) <= 100


@every_rule
def test_examples_are_numbered_from_one(rule: AnyRule) -> None:
    wanted = [f"{kind}_{n}.py" for kind in ("bad", "good") for n in range(1, len(getattr(rule, kind)) + 1)]
    wanted += ["mended_1.py"] * len(mended_of(rule))
    assert sorted(path.name for path in (EXAMPLES / rule.code).iterdir() if path.suffix) == wanted


def test_every_folder_of_examples_has_a_rule() -> None:
    folders = {path.parent.name for path in EXAMPLES.glob("*/*.py")}
    assert folders == {rule.code for rule in load_rules() if rule.check.__module__.startswith("sqsfifo_lint.rules.")}


def test_the_title_of_an_example_is_no_part_of_the_program(tmp_path: Path) -> None:
    text = '"""A title, with `code`"""\n\nimport boto3\n\n"""no title"""\n'
    (tmp_path / "bad_1.py").write_text(text, encoding="utf-8")
    assert read_examples(tmp_path) == Examples((Example("A title, with `code`", 'import boto3\n\n"""no title"""\n'),))


@pytest.mark.parametrize(
    "text", ["import boto3\n", '"""A title"""\nimport boto3\n', '"""A\ntitle"""\n\nimport boto3\n', '"""A title"""\n']
)
def test_a_program_without_title_is_no_example(text: str, tmp_path: Path) -> None:
    (tmp_path / "good_1.py").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="an example begins with a docstring of one line"):
        read_examples(tmp_path)


@every_rule
def test_bad_examples_name_the_rule_and_good_ones_name_none(rule: AnyRule) -> None:
    assert all(f"# error: {rule.code}" in example.code for example in rule.bad)
    assert all("# error:" not in example.code for example in (*rule.good, *mended_of(rule)))


@every_example
def test_examples_hold(rule: AnyRule, example: Example, tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, [("example.py", example.code.encode())])
    assert not outcome.faults, "\n".join(["", *outcome.faults])


# The same codes everywhere


def test_every_place_names_the_same_codes() -> None:
    ours = {rule.code for rule in load_rules() if rule.check.__module__.startswith("sqsfifo_lint.rules.")}
    problems = {page.code for page in all_pages()} - {rule.code for rule in load_rules()}
    places = {
        "sqsfifo_lint/rules/*.py": codes_in_modules() | problems,
        "rules/*.md": {path.name.partition("-")[0] for path in (ROOT / "rules").glob("SQF*.md")},
        "rules/README.md": codes_in(ROOT / "rules" / "README.md"),
        "CHANGELOG.md": codes_in(ROOT / "CHANGELOG.md", r"^ *- (SQF\d{3}) [a-z]+-"),
        "tests/fixtures/rules/": {path.name for path in (ROOT / "tests/fixtures/rules").iterdir()} | problems,
    }
    wanted = ours | problems
    differences = [
        f"{place} {verb} {', '.join(sorted(codes))}"
        for place, found in places.items()
        for verb, codes in (("lacks", wanted - found), ("has beyond the rules", found - wanted))
        if codes
    ]
    assert not differences, "\n".join(["", *differences])


def codes_in_modules() -> set[str]:
    """The codes of the modules that bind a rule, read from their text."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "sqsfifo_lint" / "rules").glob("*.py"))
    binding = re.compile(
        r'^RULE = (?:Send|Case|Declaration|Connection|Consumer)Rule\(\n    code="(SQF\d{3})"', re.MULTILINE
    )
    return {match[1] for text in texts for match in binding.finditer(text)}


def codes_in(path: Path, pattern: str = r"(SQF\d{3})") -> set[str]:
    """The codes that a file names."""
    return set(re.findall(pattern, path.read_text(encoding="utf-8"), re.MULTILINE))


@every_rule
def test_a_rule_has_fixtures_that_report_and_fixtures_that_do_not(rule: AnyRule) -> None:
    files = sorted((ROOT / "tests/fixtures/rules" / rule.code).glob("*.py"))
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert text.count(f"# error: {rule.code}") >= 3
    assert text.count("# ok: ") >= 3


# Rules of other packages


def point(value: str) -> EntryPoint:
    return EntryPoint("theirs", value, rules.ENTRY_POINT_GROUP)


def foreign(*points: EntryPoint) -> list[tuple[str, AnyRule]]:
    return list(rules.foreign_rules(points))


def test_an_entry_point_names_a_rule_or_a_module_that_binds_one() -> None:
    module = "sqsfifo_lint.rules.constant_group_id"
    (_, by_module), (_, by_name) = foreign(point(module), point(f"{module}:RULE"))
    assert by_module is by_name
    assert by_module.code == "SQF101"


@pytest.mark.parametrize("value", ["no_such_module_anywhere:RULE", "sqsfifo_lint.model:NOTHING", "sqsfifo_lint.model"])
def test_a_broken_rule_is_named(value: str) -> None:
    with pytest.raises(RuleError, match=rf"rule 'theirs' \({re.escape(value)}\)"):
        foreign(point(value))


THEIRS = '''\
"""Theirs.

## What it does

Nothing.
"""

from sqsfifo_lint.model import Severity
from sqsfifo_lint.rules.base import Example, Examples, SendRule

RULE = SendRule(
    code="SQF901",
    name="theirs",
    severity=Severity.WARNING,
    since="1.0.0",
    summary="Theirs.",
    check=lambda send, options: iter(()),{examples}
)
'''
HANDED_IN = """
    examples=Examples(bad=(Example("Handed in", "import boto3\\n"),)),"""


@pytest.mark.parametrize(("examples", "title"), [("", "Beside it"), (HANDED_IN, "Handed in")])
def test_a_rule_of_another_package_has_a_page_with_examples(
    examples: str, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "their_rule.py").write_text(THEIRS.format(examples=examples), encoding="utf-8")
    (tmp_path / "examples" / "SQF901").mkdir(parents=True)
    (tmp_path / "examples" / "SQF901" / "bad_1.py").write_text('"""Beside it"""\n\nimport boto3\n', encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "their_rule", raising=False)
    ((_, rule),) = foreign(point("their_rule"))
    assert [example.title for example in rule.bad] == [title]
    assert rule.good == ()
    assert "Nothing." in render_markdown(rule)


def made(code: str, name: str) -> AnyRule:
    rule = load_rules()[0]
    return replace(rule, code=code, name=name)


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        (made("SQF901", "second"), "second: 'SQF901' is already taken by first"),
        (made("SQF902", "first"), "second: 'first' is already taken by first"),
        (made("ABC901", "second"), "second: the code 'ABC901' is not SQF and three digits"),
        (made("SQF9012", "second"), "second: the code 'SQF9012'"),
        (made("SQF902", "Second_One"), "second: the name 'Second_One' of SQF902"),
    ],
)
def test_rules_that_do_not_go_together(second: AnyRule, complaint: str) -> None:
    with pytest.raises(RuleError, match=re.escape(complaint)):
        in_order([("first", made("SQF901", "first")), ("second", second)])


def test_rules_are_put_in_order() -> None:
    late, early = made("SQF902", "late"), made("SQF901", "early")
    assert in_order([("a", late), ("b", early)]) == (early, late)


# scripts/new_rule.py


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    return tmp_path


def new_rule(root: Path, code: str, name: str) -> subprocess.CompletedProcess[str]:
    return run(ROOT / "scripts" / "new_rule.py", code, name, "--root", str(root))


def test_a_new_rule_runs_and_finds_nothing(repository: Path) -> None:
    result = new_rule(repository, "SQF999", "brand-new-id")
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "written: sqsfifo_lint/rules/brand_new_id.py",
        "written: sqsfifo_lint/rules/examples/SQF999/bad_1.py",
        "written: sqsfifo_lint/rules/examples/SQF999/good_1.py",
        "written: tests/fixtures/rules/SQF999/basic.py",
        "written: CHANGELOG.md",
    ]
    rule = load(repository / "sqsfifo_lint" / "rules" / "brand_new_id.py").RULE
    assert in_order([("new", rule)]) == (rule,)
    assert tuple(pages.page_of(rule).sections) == SECTIONS
    assert len(rule.bad) == len(rule.good) == 1
    for example in (*rule.bad, *rule.good):
        assert not outcome_of(repository, [("example.py", example.code.encode())]).faults
    fixture = repository / "tests" / "fixtures" / "rules" / "SQF999" / "basic.py"
    assert not outcome_of(fixture.parent, [(fixture.name, fixture.read_bytes())]).faults


def test_a_new_rule_is_clean(repository: Path) -> None:
    assert new_rule(repository, "SQF999", "brand-new-id").returncode == 0
    rules = str(repository / "sqsfifo_lint" / "rules")
    config = f"--config={ROOT / 'pyproject.toml'}"
    for command in (["check", config, rules], ["format", "--check", config, rules]):
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *command], capture_output=True, encoding="utf-8", check=False
        )
        assert result.returncode == 0, result.stdout


def test_a_new_rule_is_in_the_changelog_and_nothing_is_lost(repository: Path) -> None:
    before = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert new_rule(repository, "SQF999", "brand-new-id").returncode == 0
    after = (repository / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    assert "- SQF999 brand-new-id: TODO." in after
    assert [line for line in after if line and "SQF999" not in line] == [line for line in before if line]


@pytest.mark.parametrize(
    ("code", "name", "complaint"),
    [
        ("SQF1", "brand-new-id", "'SQF1' is not SQF and three digits"),
        ("SQF999", "Brand_New", "'Brand_New' is not made of lower-case words"),
        ("SQF101", "brand-new-id", "SQF101 constant-group-id exists already"),
        ("SQF999", "constant-group-id", "SQF101 constant-group-id exists already"),
    ],
)
def test_a_new_rule_that_cannot_be(repository: Path, code: str, name: str, complaint: str) -> None:
    result = new_rule(repository, code, name)
    assert result.returncode == 2
    assert complaint in result.stderr
    assert not (repository / "sqsfifo_lint").exists()


def test_a_new_rule_overwrites_nothing(repository: Path) -> None:
    assert new_rule(repository, "SQF999", "brand-new-id").returncode == 0
    result = new_rule(repository, "SQF999", "brand-new-id")
    assert result.returncode == 2
    assert "exists already" in result.stderr


def test_a_prefix_lists_its_rules(tmp_path: Path) -> None:
    lines = commands.run(tmp_path, "rule", "sqf4").stdout.splitlines()
    assert [line.split()[:3] for line in lines] == [
        [page.code, page.name, page.severity.value] for page in all_pages() if page.code.startswith("SQF4")
    ]
    assert commands.run(tmp_path, "rule", "SQF9").returncode == 2
    every = commands.run(tmp_path, "rule").stdout.splitlines()
    summaries = {line.index(page.summary) for line, page in zip(every, all_pages(), strict=True)}
    assert len(summaries) == 1, "all begin in one column"


def test_a_page_is_markdown_in_a_pipe_and_rendered_in_colour(tmp_path: Path) -> None:
    assert commands.run(tmp_path, "rule", "SQF101").stdout == render_markdown(
        next(r for r in load_rules() if r.code == "SQF101")
    )
    shown = commands.run(tmp_path, "rule", "SQF101", "--color", "always", env={"COLUMNS": "60"}).stdout
    assert "## " not in shown
    assert "```" not in shown
    assert "\x1b[1mWhat it does\x1b[0m" in shown
