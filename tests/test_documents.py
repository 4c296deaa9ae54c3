"""The README and the pages in docs/: their commands run, their links lead somewhere, and the README is short."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from sqsfifo_lint.evidence.athena import COLUMNS
from tests.commands import ROOT, Done, run
from tests.golden import copy_of_examples

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

OURS = "sqsfifo-lint"

NOT_RUN = {
    "python -m pip install . && sqsfifo-lint check examples": "pip needs an index; the check is run by itself",
    "python -m pip install -e '.[dev]' && python -m pytest": "the first step of .ci/run, which runs these tests",
    'aws sqs receive-message --queue-url "$URL" --max-number-of-messages 10 --attribute-names All > messages.json': (
        "AWS"
    ),
    'aws logs filter-log-events --log-group-name "$LOGS" > logs.json': "AWS",
    'sqsfifo-lint queue "$URL"': "AWS: tests/evidence/test_queue.py answers in its place",
    "git add .sqsfifo-baseline.json": "git's own",
    'gzip --stdout "$SARIF" | base64 --wrap=0 > "$RUNNER_TEMP/report"': "GitHub",
    'gh api "repos/$REPOSITORY/code-scanning/sarifs" -f commit_sha="$(git rev-parse HEAD)" '
    '-f ref="$(git symbolic-ref HEAD)" -F sarif=@"$RUNNER_TEMP/report"': "GitHub",
    "docker build --tag sqsfifo-lint .": "Docker",
    'docker run --rm --network none --volume "$PWD:/work:ro" sqsfifo-lint': "Docker",
    'docker run --rm --network none --volume "$PWD:/work" --user "$(id -u):$(id -g)" sqsfifo-lint check '
    "--output-format sarif=out.sarif": "Docker",
    'eval "$(sqsfifo-lint completion bash)"': "tests/test_completion.py does it in a real one",
    'eval "$(sqsfifo-lint completion zsh)"': "likewise",
}
"""Commands of the documents that no test of this file runs, and why."""

BEGIN = 1_759_737_727_000_000
"""Microseconds since 1970."""

OTHERS = {"reviewdog -f=rdjson -reporter=github-pr-review": "reports to GitHub"}
"""What is behind a pipe."""

_BLOCK = re.compile(r"^```(sh|bash|console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IN_YAML = re.compile(r"^ *(?:- )?(?:run|script): (.+)$", re.MULTILINE)
_IN_CONSOLE = re.compile(r"^\$ (.+)$", re.MULTILINE)


class Command(NamedTuple):
    page: str
    line: str


def commands(text: str) -> Iterator[str]:
    """Each line of a text's blocks that a reader would run, without its comment."""
    for language, block in _BLOCK.findall(text):
        match language:
            case "yaml":
                lines = _IN_YAML.findall(block)
            case "console":
                lines = _IN_CONSOLE.findall(block)
            case _:
                lines = block.splitlines()
        yield from filter(None, (re.sub(r"(^|\s+)# .*$", "", line).strip() for line in lines))


COMMANDS = [
    Command(page.name, line)
    for page in PAGES
    for line in dict.fromkeys(commands(page.read_text(encoding="utf-8")))
    if line not in NOT_RUN
]


def test_commands_are_found() -> None:
    text = (
        "```sh\na b  # c\n\n# d\n```\n```console\n$ e\noutput\n```\n```yaml\n- run: f\nscript: g\n```\n"
        "```python\nh\n```\n"
    )
    assert list(commands(text)) == ["a b", "e", "f", "g"]
    assert {command.page for command in COMMANDS} >= {"README.md", "command.md", "adopting.md", "reports.md"}


def test_what_is_not_run_is_in_the_documents() -> None:
    every = {line for page in PAGES for line in commands(page.read_text(encoding="utf-8"))}
    assert set(NOT_RUN) <= every


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The examples, with the files, branch and history that the documents' commands speak of."""
    root = copy_of_examples(tmp_path)
    recorded = root / "examples" / "start_up_group" / "recorded" / "trapped"
    shutil.copy(recorded / "messages.json", root / "messages.json")
    shutil.copy(recorded / "workers.log", root / "logs.json")
    (root / "src").mkdir()
    for name in ("src/orders.py", "buffer"):
        shutil.copy(root / "examples" / "orders.py", root / name)
    (root / "tests").mkdir()
    (root / "tests" / "test_x.py").write_text("def test_x() -> None: ...\n", encoding="utf-8")
    (root / "app").mkdir()
    (root / "app" / "orders.py").write_text("", encoding="utf-8")
    row = f'"span","{BEGIN}","{BEGIN + 1_000_000}","worker-1","","1"'
    (root / "result.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", encoding="utf-8")
    return root


def with_history(root: Path) -> None:
    """A repository of four commits, whose `origin/main` is the first."""
    name = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    steps = [("init", "-q"), ("add", "."), *[("commit", "-q", "--allow-empty", "-m", "x")] * 4]
    for step in (*steps, ("update-ref", "refs/remotes/origin/main", "HEAD~3")):
        subprocess.run(["git", *name, *step], cwd=root, check=True, capture_output=True, env=environment)


def as_shell(root: Path, line: str) -> Done:
    """Run a line of ours as a shell would, with the redirections that the documents use."""
    ours, _, other = line.partition(" | ")
    assert not other or other in OTHERS
    lexer = shlex.shlex(ours, posix=True, punctuation_chars="<>")
    lexer.whitespace_split = True
    program, *words = lexer
    assert program == OURS
    stdin = ""
    while len(words) > 2 and words[-2] in {"<", ">"}:
        *words, sign, name = words
        stdin = (root / name).read_text(encoding="utf-8") if sign == "<" else stdin
    return run(root, *(os.path.expandvars(word) for word in words), stdin=stdin)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command.page}: {command.line}")
def test_a_command_works(command: Command, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "summary.md"))
    if "--diff" in command.line:
        if shutil.which("git") is None:
            pytest.skip("git is not installed")
        with_history(project)
    done = as_shell(project, command.line)
    assert done.returncode in {0, 1}, done.stderr
    assert "error:" not in done.stderr
    assert done.stdout or done.stderr or "--diff" in command.line or "--output-format sarif=" in command.line


# Links

_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(page: Path) -> Iterator[str]:
    text = re.sub(r"```.*?^```|`[^`\n]*`", "`x`", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for name, anchor in _LINK.findall(text):
        target = (page.parent / name).resolve() if name else page
        if not target.exists():
            yield name
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8")):
            yield f"{name}#{anchor}"


def test_dead_links_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("# Why, and `b`\n[x](#why-and-b) [x](#c) [x](b.md) [x](a.md#why-and-b) [x](https://c.d)\n")
    assert list(dead_links(page)) == ["#c", "b.md"]


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert list(dead_links(page)) == []


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count("\n") <= 150
    assert [page.name for page in PAGES[1:] if f"(docs/{page.name}" not in text] == []
