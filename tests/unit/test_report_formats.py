"""The formats for services: fingerprints, severities, and source code that stays text in each."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from junitparser import Error, Failure, JUnitXml
from markdown_it import MarkdownIt

from sqsfifo_lint.model import Confidence, Finding, Problem, Related, Severity, Span
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import FORMATS, Style, addresses, reporter
from sqsfifo_lint.reporters.addresses import Paths
from sqsfifo_lint.reporters.services import Services
from tests.commands import run

SOURCE = """\
import boto3
GROUP = "orders"
def send(body):
    sqs.send_message(
        MessageGroupId=GROUP,
        MessageBody=body,
    )
"""
SPAN = Span("app/orders.py", 5, 24, 5, 29)
FINDING = Finding(
    span=SPAN,
    code="SQF103",
    name="instance-bound-group-id",
    severity=Severity.WARNING,
    message="The group ID is made outside (`GROUP` on line 2): 'on line 2' waits.",
    help="Use the order's ID.",
    send=Span("app/orders.py", 4, 5, 7, 6),
    trace=(Related(Span("app/orders.py", 2, 9, 2, 17), "made here"), Related(SPAN, "the group ID")),
)
PROBLEM = Problem("app/broken.py", "cannot be parsed: unexpected end", 3, 7)


def report(*findings: Finding, source: str = SOURCE, **more: Any) -> Report:
    names = {finding.span.path for finding in (*findings, *more.get("silenced", ()))}
    names |= {problem.path for problem in more.get("problems", ())}
    return Report(
        findings=findings,
        files=3,
        sends=2,
        locations={name: Path.cwd() / name for name in names},
        lines={name: source.split("\n") for name in names},
        **more,
    )


def rendered(name: str, what: Report, *, suppressed: bool = False) -> str:
    return "".join(reporter(name).render(what, Style(suppressed=suppressed)))


def results(what: Report, *, suppressed: bool = False) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rendered("sarif", what, suppressed=suppressed))["runs"][0]["results"]
    return found


def fingerprints(what: Report, *, suppressed: bool = False) -> list[str]:
    return [result["partialFingerprints"]["sqsfifoLint/v1"] for result in results(what, suppressed=suppressed)]


def test_a_sarif_message_links_to_places_instead_of_naming_lines() -> None:
    (result,) = results(report(FINDING))
    assert result["message"]["text"] == (
        "The group ID is made outside (`GROUP` [there](2)): 'on line 2' waits. See [the send](1)."
    )
    related = {one["id"]: one for one in result["relatedLocations"]}
    assert related[1]["physicalLocation"]["region"]["startLine"] == 4
    assert related[2]["physicalLocation"]["region"]["startLine"] == 2
    assert related[2]["message"]["text"] == "made here"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("on line 2 of app/orders.py: x", "on line 2 of app/orders.py: x See"),
        ("(`a` on line 2 of app/orders.py; at import)", "(`a` [there](2); at import) See"),
        ("(`a` on line 2 of lib/away.py, once)", "(`a` elsewhere, once) See"),
        ("as the one on line 6", "as the one [there](3) See"),
        ("(`x` on line 5)", "(`x` here) See"),
        ("`a[0](1)` on line 2", "`a[0] (1)` [there](2) See"),
        ("the order's on line 2 and the item's end", "the order's [there](2) and the item's end See"),
    ],
)
def test_lines_that_a_message_mentions(message: str, text: str) -> None:
    (result,) = results(report(replace(FINDING, message=message)))
    assert result["message"]["text"].startswith(text)


def test_code_in_a_sarif_message_is_no_link() -> None:
    step = Related(Span("app/orders.py", 2, 9, 2, 17), "passed to `x[0](1)`")
    what = replace(FINDING, message="The group ID is `a](https://evil.example) [b](2)`.", trace=(step,))
    (result,) = results(report(what))
    assert re.findall(r"\]\(([^)]*)\)", result["message"]["text"]) == ["2", "1"], "the two that we put in"
    assert "](" not in "".join(one["message"]["text"] for one in result["relatedLocations"])


def test_sarif_rules_are_whole_pages() -> None:
    run_ = json.loads(rendered("sarif", report(FINDING)))["runs"][0]
    driver = run_["tool"]["driver"]
    for rule in driver["rules"]:
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} ")
        assert "What to do instead" in rule["help"]["markdown"]
        assert len(rule["fullDescription"]["text"]) > len(rule["shortDescription"]["text"]) > 20
        assert rule["properties"]["problem.severity"] in ("error", "warning")
        assert rule["properties"]["precision"] == "very-high"
    base = run_["originalUriBaseIds"]["%SRCROOT%"]["uri"]
    assert base == f"{Paths(report()).root.as_uri()}/"


def test_a_rule_with_likely_findings_is_less_precise() -> None:
    likely = replace(FINDING, confidence=Confidence.LIKELY)
    rules = json.loads(rendered("sarif", report(likely)))["runs"][0]["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules if rule["properties"]["precision"] == "medium"} == {"SQF103"}


def test_addresses_are_left_out_until_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "project_urls", dict)
    for name in FORMATS:
        assert "helpUri" not in rendered(name, report(FINDING))
        assert "informationUri" not in rendered(name, report(FINDING))
    urls = {"Homepage": "https://lint.example", "Rules": "https://lint.example/rules/"}
    monkeypatch.setattr(addresses, "project_urls", lambda: urls)
    driver = json.loads(rendered("sarif", report(FINDING)))["runs"][0]["tool"]["driver"]
    assert driver["informationUri"] == "https://lint.example"
    page = "https://lint.example/rules/SQF103-instance-bound-group-id.md"
    assert page in {rule["helpUri"] for rule in driver["rules"]}
    assert json.loads(rendered("rdjson", report(FINDING)))["diagnostics"][0]["code"]["url"] == page
    assert f'<a href="{page}">' in rendered("html", report(FINDING))
    assert f"]({page})" in rendered("markdown", report(FINDING))


def test_suppressed_results_only_when_asked_for() -> None:
    what = report(FINDING, silenced=(replace(FINDING, code="SQF101"), FINDING))
    assert len(results(what)) == 1
    assert "suppressions" not in results(what)[0]
    several = results(what, suppressed=True)
    assert [one["suppressions"] for one in several] == [[], *2 * [[{"kind": "inSource", "status": "accepted"}]]]
    shown = fingerprints(what, suppressed=True)
    assert len(set(shown)) == 3
    assert shown[:1] == fingerprints(what), "the same with it and without it"


def test_gitlab() -> None:
    error = replace(FINDING, code="SQF203", severity=Severity.ERROR)
    likely = replace(FINDING, code="SQF101", confidence=Confidence.LIKELY)
    what = report(FINDING, error, likely, problems=(PROBLEM,))
    problem, *found = json.loads(rendered("gitlab", what))
    assert [one["severity"] for one in (problem, *found)] == ["critical", "major", "critical", "minor"]
    assert [one["fingerprint"] for one in found] == fingerprints(what)
    assert len({one["fingerprint"] for one in (problem, *found)}) == 4
    assert found[0]["check_name"] == "SQF103 instance-bound-group-id"
    assert found[0]["location"] == {
        "path": "app/orders.py",
        "positions": {"begin": {"line": 5, "column": 24}, "end": {"line": 5, "column": 29}},
    }
    assert json.loads(rendered("gitlab", report())) == []


def test_fingerprints_do_not_move_with_the_lines() -> None:
    def down(span: Span) -> Span:
        return replace(span, line=span.line + 3, end_line=span.end_line + 3)

    assert FINDING.send is not None
    moved = replace(
        FINDING,
        span=down(SPAN),
        send=down(FINDING.send),
        trace=tuple(replace(step, span=down(step.span)) for step in FINDING.trace),
        message=FINDING.message.replace("on line 2)", "on line 5)"),
    )
    before, after = report(FINDING), report(moved, source=f"import a\nimport b\nimport c\n{SOURCE}")
    assert fingerprints(before) == fingerprints(after)
    assert results(before)[0]["message"] == results(after)[0]["message"]
    names = [
        [case.name for suite in JUnitXml.fromstring(rendered("junit", one)) for case in suite]
        for one in (before, after)
    ]
    assert names[0] == names[1] == ["SQF103 instance-bound-group-id in send: GROUP"]


def test_junit() -> None:
    suites = list(JUnitXml.fromstring(rendered("junit", report(FINDING, FINDING, problems=(PROBLEM,)))))
    assert [(suite.name, suite.tests, suite.failures, suite.errors) for suite in suites] == [
        ("app/broken.py", 1, 0, 1),
        ("app/orders.py", 2, 2, 0),
    ]
    (broken,), cases = suites[0], list(suites[1])
    assert [type(result) for case in (broken, *cases) for result in case.result] == [Error, Failure, Failure]
    assert [case.name for case in cases] == [
        "SQF103 instance-bound-group-id in send: GROUP",
        "SQF103 instance-bound-group-id in send: GROUP (2)",
    ]
    (failure,) = cases[0].result
    assert failure.message == FINDING.message
    assert failure.text.split("\n") == [
        "app/orders.py:2:9  made here",
        "app/orders.py:5:24  the group ID",
        "help: Use the order's ID.",
    ]
    assert ElementTree.fromstring(rendered("junit", report(FINDING))).find(".//testcase").get("line") == "5"  # type: ignore[union-attr]
    (suite,) = JUnitXml.fromstring(rendered("junit", report()))
    assert (suite.tests, suite.failures) == (1, 0)


def test_rdjson_counts_bytes() -> None:
    source = 'send(a="日本", group="ü")\n'
    start = source.index('"ü"') + 1
    span = Span("a.py", 1, start, 1, start + 3)
    what = replace(FINDING, span=span, send=replace(span, column=1, end_column=len(source)), trace=())
    (diagnostic,) = json.loads(rendered("rdjson", report(what, source=source)))["diagnostics"]
    assert diagnostic["location"]["path"] == "a.py"
    begin, end = (diagnostic["location"]["range"][name]["column"] for name in ("start", "end"))
    assert source.encode()[begin - 1 : end - 1].decode() == '"ü"'
    assert (diagnostic["severity"], diagnostic["code"]["value"]) == ("WARNING", "SQF103")
    assert [one["message"] for one in diagnostic["related_locations"]] == ["the send"]
    (problem,) = json.loads(rendered("rdjson", report(problems=(PROBLEM,))))["diagnostics"]
    assert problem["location"]["range"]["start"] == {"line": 3, "column": 7}


def test_markdown() -> None:
    text = rendered("markdown", report(FINDING, replace(FINDING, severity=Severity.ERROR), problems=(PROBLEM,)))
    assert text.startswith("# sqsfifo-lint: 2 findings, 1 of them errors (2 sends in 3 files, 1 files not checked)\n")
    page = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert page.count("<details>") == page.count("</details>") == 2
    assert "<code>app/orders.py:5:24</code> SQF103" in page.replace("&#47;", "/").replace("&#58;", ":")
    assert "nothing found" in rendered("markdown", report())
    many = rendered("markdown", report(*250 * (FINDING,)))
    assert many.count("<details>") == 200
    assert "… and 50 more" in many


NASTY = [
    "<img src=x onerror=alert(1)>",
    "</code></summary></details><script>alert(1)</script>",
    "[a](https://evil.example) ![b](https://evil.example) https://evil.example www.evil.example <https://evil.example>",
    "` | *x* _y_ ~~z~~ # | &lt;b&gt; \\ ]]> <!-- \n\n# Title\n| a |\n- x",
    "\n::error::x\n##[error]x",
]


def of(text: str) -> Report:
    span = Span(f"{text}.py", 1, 3, 1, 6)
    nasty = Finding(span, "SQF101", "n", Severity.ERROR, f"{text} `{text}", f"`{text}`", span, (Related(span, text),))
    return report(nasty, problems=(Problem(f"{text}.py", text),), source=text, silenced=(nasty,))


@pytest.mark.parametrize("text", NASTY)
def test_markdown_stays_text(text: str) -> None:
    page = MarkdownIt("gfm-like", {"linkify": False}).render(rendered("markdown", of(text)))
    tags = {tag.lower() for tag in re.findall(r"</?([a-zA-Z!][^\s>]*)", page)}
    ours = "h1 ul li p code details summary ol table thead tbody tr th td"
    assert tags <= set(ours.split())
    assert page.count("<h1") == 1
    assert page.count("<table") == 1
    assert page.count("<details") == page.count("</details") == 1


@pytest.mark.parametrize("text", NASTY)
def test_xml_and_json_hold_the_text_itself(text: str) -> None:
    root = ElementTree.fromstring(rendered("junit", of(text)))
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure", "error"}
    written = root.find(".//failure")
    assert written is not None
    assert written.get("message", "").replace("\\x0a", "\n").replace("\\x23#", "##") == f"{text} `{text}"
    assert json.loads(rendered("gitlab", of(text)))[1]["description"] == f"{text} `{text}"
    assert json.loads(rendered("rdjson", of(text)))["diagnostics"][1]["message"].startswith(f"{text} `{text}".strip())


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("github", "json")])
def test_nothing_is_taken_for_a_command_of_a_ci_system(name: str, text: str) -> None:
    lines = rendered(name, of(text), suppressed=True).splitlines()
    assert "##[" not in "".join(lines)
    assert not [line for line in lines if line.lstrip().startswith(("::", "##["))]


def test_paths_are_those_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "services" / "app").mkdir(parents=True)
    file = tmp_path / "services" / "app" / "x.py"
    for folder, shown in (("services/app", "x.py"), ("services", "app/x.py"), (".", "services/app/x.py")):
        monkeypatch.chdir(tmp_path / folder)
        assert Paths(Report(locations={shown: file})).of(shown) == "services/app/x.py"
    monkeypatch.chdir(tmp_path.parent)
    assert Paths(Report(locations={"x.py": file})).of("x.py") == "services/app/x.py", "that of the file"
    other = tmp_path.parent / "y.py"
    assert Paths(Report(locations={"x.py": file, "../y.py": other})).of("../y.py") == other.as_posix()


def test_services(tmp_path: Path) -> None:
    for folder in ("services/a/src/deep", "services/b", "lib"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "services" / "a" / "pyproject.toml").touch()
    services = Services(tmp_path)
    assert services.of(tmp_path / "services/a/src/deep/x.py") == "services/a"
    assert services.of(tmp_path / "services/b/x.py") == "services"
    assert services.of(tmp_path / "lib/x.py") == "lib"
    assert services.of(tmp_path / "x.py") == tmp_path.name


PROGRAM = """\
import boto3
sqs = boto3.client("sqs")
def send(order):
    sqs.send_message(QueueUrl="https://q/orders.fifo", MessageBody=order["b"], MessageGroupId="all",
                     MessageDeduplicationId=order["id"])
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def test_several_formats_in_one_run(project: Path) -> None:
    both = ("--output-format", "concise", "--output-format", "sarif=out.sarif", "--output-format", "gitlab=gl.json")
    done = run(project, "check", *both)
    assert done.returncode == 1
    assert done.stdout.startswith("app.py:4:95: SQF101 ")
    (result,) = json.loads((project / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    (issue,) = json.loads((project / "gl.json").read_text(encoding="utf-8"))
    assert issue["fingerprint"] == result["partialFingerprints"]["sqsfifoLint/v1"]


def test_of_several_formats_for_standard_output_the_last_one_counts(project: Path) -> None:
    done = run(project, "check", "--output-format", "json", "--output-format", "concise")
    assert done.stdout.startswith("app.py:4:95: SQF101 ")


def test_a_file_alone(project: Path) -> None:
    done = run(project, "check", "--output-format", "jsonl", "--output-file", "a.jsonl")
    assert done.returncode == 1
    assert done.stdout.startswith("Found 1 finding (1 warning) in 1 file\n")
    assert json.loads((project / "a.jsonl").read_text(encoding="utf-8"))["code"] == "SQF101"
    done = run(project, "check", "--output-file", "a.txt", "--color", "always")
    assert (project / "a.txt").read_text(encoding="utf-8").startswith("app.py:4:95: SQF101 constant-group-id")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_go_to_a_file(project: Path, name: str) -> None:
    printed = run(project, "check", "--output-format", name).stdout
    run(project, "check", "--output-format", f"{name}=out")
    assert printed.startswith((project / "out").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--output-format", "sarif="), "a file name follows the '='"),
        (("--output-format", "sariff=x"), "is not one of"),
        (("--output-format", "json=a", "--output-format", "full", "--output-file", "a"), "cannot both go to a"),
        (("--output-format", "json=a", "--output-format", "sarif=a"), "cannot both go to a"),
        (("--output-format", "json=a", "--output-file", "b"), "every --output-format has its own"),
    ],
)
def test_outputs_that_cannot_be(project: Path, options: tuple[str, ...], words: str) -> None:
    done = run(project, "check", *options)
    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())


def test_a_file_that_cannot_be_written(project: Path) -> None:
    done = run(project, "check", "--output-format", "sarif=no/such/folder.sarif", "--output-format", "json=ok.json")
    assert done.returncode == 2
    assert done.stderr == (
        "sqsfifo-lint: error: no/such/folder.sarif: the report cannot be written: No such file or directory\n"
    )
    assert (project / "ok.json").exists(), "the others are written"
