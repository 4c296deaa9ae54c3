"""Whatever files are called and hold, a report says as much as it would of others, and gives no command to a CI system.

A report of hostile names and texts is decoded as the format's readers do, and must have the structure of one of plain
names and texts. New formats take part by being listed; one that is none of the languages below is taken as lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import sarif_pydantic

from sqsfifo_lint.model import Confidence, Finding, Problem, Related, Severity, Span
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import FORMATS, Style, reporter
from tests.commands import run
from tests.programs import CONSTANT_GROUP, write
from tests.unit.test_reporters import SARIF_SCHEMA

HOSTILE = [
    *(
        "::error file=x::boo",
        "  ::warning::x",
        "##vso[task.setvariable variable=a]b",
        "##teamcity[buildStop]",
        "x ##[add]",
    ),
    *(
        "###[error]x",
        "##[group]::x",
        "[[ATTACHMENT|/etc/passwd]]",
        "</script><script>alert(1)</script>",
        "]]>",
        "<!--x",
    ),
    *(
        "&lt;&#0;&amp",
        "\"'`><a b=c>",
        "\x00\x1b[31m",
        "\r\n::error::x\n##vso[x]y",
        "\u202e\u2028\ud800\ufffe",
        "%0A::x",
    ),
    *(
        "\\ud800\\\ud800😀\U0001f600",
        "a,line=9::b",
        "[bold]x[/bold]",
        "{{x}}${y}$(z)",
        "+++ x",
        "--- x",
        "~~~ x",
        "^^^ +++",
        "#",
        "\\",
        "%",
        "é日",
    ),
]
COMMAND = re.compile(r"\s*(?:::|##)|\[\[|\+\+\+|---|~~~|\^\^\^")
"""What GitHub, Azure, TeamCity, Jenkins, GitLab or Buildkite takes for a command at the start of a line."""
INNER_COMMAND = re.compile(r"##[\w.]*\[")
"""What runners of Azure and GitHub take for a command wherever it stands."""


def report(texts: list[str]) -> Report:
    """A report with each text in each place that a checked file may decide."""
    findings, problems, lines = [], [], {}
    for text in texts:
        path = f"{text}.py"
        span, send = Span(path, 2, 2, 2, 5), Span(path, 4, 1, 4, 3)
        lines[path] = ["", f"x {text} y".replace("\n", ""), text.replace("\n", ""), f"f({text!r})"]
        trace = (Related(Span(path, 3, 1, 3, 2), text), Related(Span(path, 2, 1, 2, 2), text))
        for severity, confidence in ((Severity.ERROR, Confidence.PROVEN), (Severity.WARNING, Confidence.LIKELY)):
            also = (Span(path, 1, 1, 1, 2),)
            findings.append(Finding(span, "SQF101", "n", severity, text, text, send, trace, confidence, also))
        problems.append(Problem(path, text, 3, 1))
        problems.append(Problem(path, text))
    return Report(tuple(findings), tuple(problems), 1, 1, lines=lines, links=tuple(f"{text}.py" for text in texts))


def rendered(name: str, texts: list[str], *, color: bool) -> str:
    return "".join(reporter(name).render(report(texts), Style(color=color)))


class Tags(HTMLParser):
    """The tags of a page, as a browser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.found.append((tag, [name for name, _ in attrs]))

    def handle_endtag(self, tag: str) -> None:
        """It ends."""
        self.found.append(tag)


def structure(text: str) -> object:
    """What its readers see in a report beside the texts: elements, keys, commands or lines."""
    start = text[:100].lower()
    if start.startswith(("<!doctype html", "<html")):
        tags = Tags()
        tags.feed(text)
        tags.close()
        return tags.found
    if start.startswith("<"):
        return [(element.tag, sorted(element.attrib)) for element in ElementTree.fromstring(text).iter()]
    if start.startswith("::"):
        return list(commands(text))
    try:
        return shape(json.loads(text))
    except ValueError:
        pass
    try:
        return [shape(json.loads(line)) for line in text.split("\n")[:-1]]
    except ValueError:
        return len(text.splitlines())


def shape(value: object) -> object:
    match value:
        case dict():
            return {key: shape(item) for key, item in value.items()}
        case list():
            return [shape(item) for item in value]
        case _:
            return type(value).__name__


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The workflow commands of a text, as GitHub's runner reads them: a line each, `::name key=value,…::message`."""
    for line in text.splitlines():
        assert line.lstrip().startswith("::"), line
        head, _, _ = line.lstrip()[2:].partition("::")
        name, _, properties = head.partition(" ")
        yield name, [one.partition("=")[0] for one in properties.split(",")]


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("name", FORMATS)
def test_hostile_texts_change_nothing_but_texts(name: str, color: bool) -> None:
    plain = rendered(name, [f"plain{number}" for number in range(len(HOSTILE))], color=color)
    hostile = rendered(name, HOSTILE, color=color)
    assert structure(hostile) == structure(plain)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", hostile) if color else hostile
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\ud800\ufffe]", bare.replace("\ufffe", ""))
    hostile.encode()
    assert not INNER_COMMAND.findall(hostile)
    if not plain.startswith("::"):
        assert not [line for line in bare.splitlines() if COMMAND.match(line)]


@pytest.mark.parametrize("name", [name for name in FORMATS if name.startswith("json")])
def test_what_programs_read_is_what_there_was(name: str) -> None:
    text = rendered(name, HOSTILE, color=False)
    records = json.loads(text) if name == "json" else [json.loads(line) for line in text.splitlines()]
    told = {text.replace("\ud800", r"\ud800") for text in HOSTILE}  # strict parsers refuse a lone surrogate
    assert {record["message"] for record in records} == told
    assert {record["path"] for record in records} == {f"{text}.py" for text in told}


def test_strict_parsers_take_it() -> None:
    text = rendered("sarif", HOSTILE, color=False)
    model = sarif_pydantic.Sarif.model_validate_json(text)
    assert len(model.runs[0].results or []) == 2 * len(HOSTILE)


def test_sarif_of_hostile_texts_is_valid() -> None:
    if not SARIF_SCHEMA.exists():
        pytest.skip("the official schema is not beside this repository")
    log = json.loads(rendered("sarif", HOSTILE, color=False))
    jsonschema.validate(log, json.loads(SARIF_SCHEMA.read_text(encoding="utf-8")))
    assert {
        result["locations"][0]["physicalLocation"]["region"]["startLine"] for result in log["runs"][0]["results"]
    } == {2}


NAMES = [
    *(
        "::error file=x::a.py",
        " ::error::b.py",
        "##vso[task.x]c.py",
        "##teamcity[d].py",
        "[[ATTACHMENT|e]].py",
        "+++f.py",
    ),
    *("--- g.py", "~~~h.py", "a\n::error::i.py", "a\r##[x]j.py", "<b>k.py", "&l.py", "%0A::error::m.py", "\x1b]0;n.py"),
]
TEMPLATE = """\
Resources:
  Q:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: "::error::x.fifo"
      FifoQueue: true
"""


def test_hostile_files_in_every_command(tmp_path: Path) -> None:
    text = "::error::x\\n##vso[task.x]y"
    program = CONSTANT_GROUP.replace('"orders"', f'"{text}"') + "# ##vso[task.x]y\n"
    write(tmp_path, dict.fromkeys(NAMES, program))
    write(tmp_path, {f"{name}.broken.py": CONSTANT_GROUP + "def (\n" for name in NAMES})
    write(tmp_path, {"::error::t.yaml": TEMPLATE, "##[x]u.yaml": TEMPLATE.replace(".fifo", "")})
    (tmp_path / "::error::link.py").symlink_to("/etc/passwd")
    for name in FORMATS:
        done = run(tmp_path, "check", "--output-format", name)
        assert done.returncode == 2
        harmless(done.stdout if name != "github" else "", done.stderr)
        assert not INNER_COMMAND.search(done.stdout)
    concise = run(tmp_path, "check", "--output-format", "concise").stdout
    assert sum("SQF101" in line for line in concise.splitlines()) == len(NAMES)
    assert sum("SQF001" in line for line in concise.splitlines()) == len(NAMES)
    for arguments in (["queues"], ["queues", "--output-format", "json"]):
        done = run(tmp_path, *arguments)
        harmless(done.stdout, done.stderr)
    for name in NAMES:
        for output in ("text", "json"):
            done = run(tmp_path, "trace", f"{name}:10", "--full", "--output-format", output)
            harmless(done.stdout, done.stderr)
    assert run(tmp_path, "trace", "::error::x\n::error::y.py:3").returncode == 2
    harmless("", run(tmp_path, "trace", "::error::x\n::error::y.py:3").stderr)


def harmless(*texts: str) -> None:
    for text in texts:
        assert not [line for line in text.splitlines() if COMMAND.match(line)], text
        assert not INNER_COMMAND.search(text), text
        assert "\x1b" not in text


def test_a_name_that_is_no_command_stays() -> None:
    names = ["a.py", "_a.py", "é.py", "../a.py", "/a.py", "<stdin>"]
    made = Report((), tuple(Problem(name, "x") for name in names))
    text = "".join(reporter("concise").render(made, Style()))
    assert [line.partition(":")[0] for line in text.splitlines()] == names
