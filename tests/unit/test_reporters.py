"""Output formats: what they print for a made-up report, and that no source text gets through unescaped."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import sarif_pydantic

from sqsfifo_lint import reporters
from sqsfifo_lint.cli import check
from sqsfifo_lint.model import Confidence, Finding, Problem, Related, Severity, Span
from sqsfifo_lint.report import Report
from sqsfifo_lint.reporters import FORMATS, Style, reporter
from sqsfifo_lint.terminal import visible

SARIF_SCHEMA = Path(__file__).parents[3] / "shared" / "data" / "sarif-schema-2.1.0.json"

SOURCE = """\
import boto3
GROUP = "orders"
def send(body):
    sqs.send_message(
        MessageGroupId=GROUP,
        MessageBody=body,
    )
"""

FINDING = Finding(
    span=Span("app/orders.py", 5, 24, 5, 29),
    code="SQF101",
    name="constant-group-id",
    severity=Severity.WARNING,
    message="The group ID is always 'orders'.",
    help="Use the order's ID.",
    send=Span("app/orders.py", 4, 5, 7, 6),
    trace=(
        Related(Span("app/orders.py", 2, 9, 2, 17), "the constant 'orders'"),
        Related(Span("app/orders.py", 5, 24, 5, 29), "the group ID"),
    ),
)
PROBLEM = Problem("app/broken.py", "cannot be parsed: unexpected end", 3, 7)


def report(*findings: Finding, problems: tuple[Problem, ...] = (), source: str = SOURCE) -> Report:
    names = {finding.span.path for finding in findings} | {problem.path for problem in problems}
    return Report(
        findings=findings,
        problems=problems,
        files=3,
        sends=2,
        locations={name: Path.cwd() / name for name in names},
        lines={name: source.split("\n") for name in names},
    )


def rendered(name: str, what: Report, *, color: bool = False) -> str:
    return "".join(reporter(name).render(what, Style(color=color)))


def test_the_command_offers_every_format_and_each_has_its_module() -> None:
    offered = next(option for option in check.params if option.name == "output_format").type
    assert isinstance(offered, click.Choice)
    assert list(offered.choices) == list(FORMATS)
    modules = {path.stem for path in Path(reporters.__file__).parent.glob("*.py")}
    assert {name for name in modules - {"__init__"} if hasattr(reporter(name), "render")} == FORMATS.keys()


def test_full() -> None:
    assert rendered("full", report(FINDING, problems=(PROBLEM,))) == (
        "app/broken.py:3:7: SQF001 cannot be parsed: unexpected end\n"
        "\n"
        "app/orders.py:5:24: SQF101 constant-group-id (warning)\n"
        "  The group ID is always 'orders'.\n"
        "    |\n"
        '  2 | GROUP = "orders"\n'
        "    |         -------- 1: the constant 'orders'\n"
        "  3 | def send(body):\n"
        "  4 |     sqs.send_message(\n"
        "    |     ----------------- the send\n"
        "  5 |         MessageGroupId=GROUP,\n"
        "    |                        ^^^^^ 2: the group ID\n"
        "  6 |         MessageBody=body,\n"
        "  7 |     )\n"
        "  help: Use the order's ID.\n"
        "  more: sqsfifo-lint rule SQF101\n"
        "  silence: # sqsfifo: ignore[constant-group-id] reason\n"
        "\n"
    )


def test_full_marks_all_lines_of_an_argument() -> None:
    source = 'send(\n    group=f(\n        "a",\n    ),\n)\n'
    what = replace(FINDING, span=Span("a.py", 2, 11, 4, 6), send=Span("a.py", 1, 1, 5, 2), trace=())
    frame = rendered("full", report(what, source=source)).splitlines()[2:-4]
    assert frame == [
        "    |",
        "  1 | send(",
        "    | ----- the send",
        "  2 |     group=f(",
        "    |           ^^",
        '  3 |         "a",',
        "    |         ^^^^",
        "  4 |     ),",
        "    |     ^",
        "  5 | )",
    ]


def test_full_cuts_a_long_argument_and_a_long_call() -> None:
    source = "send(\n" + "    x,\n" * 50 + ")\n"
    what = replace(FINDING, span=Span("a.py", 2, 5, 51, 6), send=Span("a.py", 1, 1, 52, 2), trace=())
    text = rendered("full", report(what, source=source))
    assert text.count("^") == 2, "its first line is marked"
    assert text.count("    x,\n") == 7, "six lines of the argument, and one of what follows"


def test_full_shows_the_send_when_the_value_stands_elsewhere() -> None:
    what = replace(FINDING, span=Span("app/orders.py", 2, 9, 2, 17), trace=())
    text = rendered("full", report(what))
    assert "  4 |     sqs.send_message(\n    |     ----------------- the send\n" in text


def test_full_groups_way_points_by_file_and_numbers_them_in_order() -> None:
    steps = (
        Related(Span("b.py", 2, 9, 2, 17), "made"),
        Related(Span("app/orders.py", 2, 1, 2, 6), "passed on"),
        Related(Span("b.py", 6, 9, 6, 20), "kept"),
    )
    lines = SOURCE.split("\n")
    what = replace(report(replace(FINDING, trace=steps)), lines={"app/orders.py": lines, "b.py": lines})
    text = rendered("full", what)
    assert text.count("  --> b.py:2:9\n") == 1
    ours, theirs = text.split("  --> b.py:2:9\n")
    assert "2: passed on" in ours
    assert theirs.index("1: made") < theirs.index("3: kept")


def test_full_shows_in_which_function_it_is() -> None:
    source = "\n".join(["class A:", "    def push(self, x):", *["        x += 1"] * 9, "        send(group=A)", ""])
    what = replace(FINDING, span=Span("a.py", 12, 20, 12, 21), send=Span("a.py", 12, 9, 12, 22), trace=())
    assert rendered("full", report(what, source=source)).splitlines()[2:-4] == [
        "     |",
        "   2 |     def push(self, x):",
        "     | ...",
        "  11 |         x += 1",
        "  12 |         send(group=A)",
        "     |                    ^",
        "     |         ------------- the send",
    ]


def test_full_shows_many_names_that_keep_a_value_as_one() -> None:
    kept = [
        Related(Span("app/orders.py", line, 1, line, 3), f"kept in `{name}`") for line, name in enumerate("abcd", 1)
    ]
    text = rendered("full", report(replace(FINDING, trace=(*kept, *FINDING.trace))))
    assert "1: kept in `d`, by way of `a` and 2 more names" in text
    assert "kept in `b`" not in text
    assert "kept in `b`" in rendered("full", report(replace(FINDING, trace=(*kept[:2], *FINDING.trace))))


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_full_breaks_lines_between_words_only(width: int) -> None:
    words = (
        "while one is in flight this `outbox.row` and serial-queues wait for something_that_is_longer_than_any_line_is"
    )
    what = replace(FINDING, message=words, help=words, trace=(Related(FINDING.trace[0].span, words),))
    text = "".join(reporter("full").render(report(what), Style(width=width)))
    longest = max(map(len, words.split()))
    assert not [line for line in text.splitlines()[1:] if len(line) > max(width, longest + 30)]
    shown = [line.replace("    |", "").strip() for line in text.splitlines()]
    assert {word for line in shown for word in line.split()} >= set(words.split())
    below = [line for line in text.splitlines() if line.strip() and line.strip()[0].isalpha()]
    assert all(line.startswith("  ") for line in below[1:]), "a hanging indent"


def test_full_cuts_source_at_the_edge_of_a_terminal_and_shows_what_is_marked() -> None:
    source = "x = " + "a + " * 40 + 'f(group="orders")' + " + b" * 40
    start = source.index('"orders"') + 1
    what = replace(FINDING, span=Span("a.py", 1, start, 1, start + 8), send=None, trace=())
    lines = "".join(reporter("full").render(report(what, source=source), Style(width=60))).splitlines()
    shown, carets = lines[3], lines[4]
    assert len(shown) == 60
    assert shown[6] == shown[-1] == "…"
    assert shown[carets.index("^") : carets.rindex("^") + 1] == '"orders"'
    assert source in rendered("full", report(what, source=source)), "nothing is cut where there is no terminal"


ERROR = replace(FINDING, code="SQF203", name="fixed-dedup-id", severity=Severity.ERROR, span=Span("z.py", 5, 24, 5, 29))


def test_full_shows_errors_first() -> None:
    text = rendered("full", report(FINDING, ERROR))
    assert text.index("z.py:5:24: SQF203") < text.index("app/orders.py:5:24: SQF101")


def test_full_shows_findings_of_one_cause_as_one() -> None:
    others = [replace(FINDING, span=Span("b.py", line, 1, line, 5), trace=()) for line in range(1, 14)]
    text = rendered("full", report(FINDING, *others))
    assert text.count("SQF101 constant-group-id") == 1
    assert "  and 13 more like this (--all shows each):\n    b.py:1:1\n" in text
    assert "    b.py:5:1\n    ... and 8 more\n" in text
    every = "".join(reporter("full").render(report(FINDING, *others), Style(everything=True)))
    assert every.count("SQF101 constant-group-id") == 14
    assert "more like this" not in every


def test_what_comes_from_one_place_is_of_one_cause_and_what_is_said_otherwise_is_not() -> None:
    same_origin = replace(FINDING, span=Span("b.py", 1, 1, 1, 5), message="Another message.")
    text = rendered("full", report(FINDING, same_origin, replace(same_origin, trace=(), message="A third.")))
    assert text.count("SQF101 constant-group-id") == 2
    assert "and 1 more like this" in text
    likely = replace(FINDING, confidence=Confidence.LIKELY)
    assert "more like this" not in rendered("full", report(FINDING, likely)), (
        "what is proven is not lost among the rest"
    )


def test_full_links_files_where_the_terminal_has_links() -> None:
    text = "".join(reporter("full").render(report(FINDING), Style(color=True, links=True)))
    assert re.search(r"\x1b\]8;[^;]*;file://[^/]*/.*app/orders\.py\x1b\\", text)
    assert "\x1b]8;" not in rendered("full", report(FINDING), color=True)


def test_full_puts_carets_below_wide_and_hidden_characters() -> None:
    source = 's(a="日本", b="\x1b[2J", group="orders")\n'
    start = source.index('"orders"') + 1
    what = replace(FINDING, span=Span("a.py", 1, start, 1, start + 8), send=Span("a.py", 1, 1, 1, 40), trace=())
    lines = rendered("full", report(what, source=source)).splitlines()
    shown, carets = lines[3], lines[4]
    assert "日本" in shown
    assert "\\x1b[2J" in shown
    assert carets.index("^") == shown.index('"orders"') + 2, "each of the two wide characters takes two columns"
    assert carets.count("^") == 8


def test_full_has_colours_only_when_asked() -> None:
    plain, coloured = rendered("full", report(FINDING)), rendered("full", report(FINDING), color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;38;5;166mSQF101" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_full_takes_no_markup_from_the_source() -> None:
    what = replace(FINDING, message="see [bold]x[/bold] :smile: [link=a]", help="[/]")
    text = rendered("full", report(what))
    assert "see [bold]x[/bold] :smile: [link=a]" in text
    assert "help: [/]" in text


def test_concise() -> None:
    assert rendered("concise", report(FINDING, problems=(PROBLEM, Problem("gone.py", "does not exist")))) == (
        "app/broken.py:3:7: SQF001 unreadable-file (error): cannot be parsed: unexpected end\n"
        "gone.py:1:1: SQF001 unreadable-file (error): does not exist\n"
        "app/orders.py:5:24: SQF101 constant-group-id (warning): The group ID is always 'orders'.\n"
    )


def test_people_get_a_path_that_they_can_open(tmp_path: Path) -> None:
    what = replace(report(FINDING), locations={"app/orders.py": tmp_path / "app" / "orders.py"})
    assert rendered("concise", what).startswith(f"{tmp_path.as_posix()}/app/orders.py:5:24: ")
    assert json.loads(rendered("jsonl", what))["path"] == "app/orders.py"


def test_jsonl_is_the_promised_schema() -> None:
    problem, finding = map(json.loads, rendered("jsonl", report(FINDING, problems=(PROBLEM,))).splitlines())
    assert finding == {
        "path": "app/orders.py",
        "line": 5,
        "column": 24,
        "end_line": 5,
        "end_column": 29,
        "code": "SQF101",
        "name": "constant-group-id",
        "severity": "warning",
        "message": "The group ID is always 'orders'.",
        "help": "Use the order's ID.",
        "send": {"path": "app/orders.py", "line": 4, "column": 5},
        "trace": [
            {"path": "app/orders.py", "line": 2, "column": 9, "text": "the constant 'orders'"},
            {"path": "app/orders.py", "line": 5, "column": 24, "text": "the group ID"},
        ],
        "confidence": "proven",
        "also": [],
        "fix": None,
    }
    assert problem == {
        "path": "app/broken.py",
        "line": 3,
        "column": 7,
        "end_line": 3,
        "end_column": 7,
        "code": "SQF001",
        "name": "unreadable-file",
        "severity": "error",
        "message": "cannot be parsed: unexpected end",
        "help": "Fix the file, or list it in `exclude`.",
        "send": None,
        "trace": [],
        "confidence": "proven",
        "also": [],
        "fix": None,
    }


SENDS = tuple(Span("app/orders.py", line, 5, line, 9) for line in (6, 8, 10, 12))


def test_what_is_likely_says_so() -> None:
    likely = report(replace(FINDING, confidence=Confidence.LIKELY))
    assert "SQF101 constant-group-id (warning, likely)" in rendered("full", likely)
    assert rendered("concise", likely).endswith("The group ID is always 'orders'. (likely)\n")
    assert "'orders'. (likely)%0AUse" in rendered("github", likely)
    assert json.loads(rendered("jsonl", likely))["confidence"] == "likely"
    ranks = [result["rank"] for what in (likely, report(FINDING)) for result in sarif(what)["runs"][0]["results"]]
    assert ranks == [50.0, 100.0]


def test_all_sends_with_one_finding_are_named() -> None:
    shared = report(replace(FINDING, also=SENDS))
    where = "app/orders.py:6, app/orders.py:8, app/orders.py:10, ..."
    assert f"  also: 4 more sends ({where})\n" in rendered("full", shared)
    assert "  also: 1 more send (app/orders.py:6)\n" in rendered("full", report(replace(FINDING, also=SENDS[:1])))
    assert [send["line"] for send in json.loads(rendered("jsonl", shared))["also"]] == [6, 8, 10, 12]
    (result,) = sarif(shared)["runs"][0]["results"]
    starts = [one["physicalLocation"]["region"]["startLine"] for one in result["relatedLocations"]]
    assert starts == [4, 6, 8, 10, 12, 2], "the sends, then the steps of the trace"
    assert [one["id"] for one in result["relatedLocations"]] == [1, 2, 3, 4, 5, 6]


def test_the_page_of_reports_documents_every_field_of_jsonl() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
    section = page.partition("## For other programs")[2].partition("\n## ")[0]
    for field in json.loads(rendered("jsonl", report(FINDING))):
        assert f"`{field}`" in section


def test_json_is_an_array_of_the_same_objects() -> None:
    what = report(FINDING, problems=(PROBLEM,))
    assert json.loads(rendered("json", what)) == [json.loads(line) for line in rendered("jsonl", what).splitlines()]
    assert json.loads(rendered("json", report())) == []


def test_github() -> None:
    several_lines = replace(FINDING, severity=Severity.ERROR, span=Span("a.py", 5, 1, 6, 2))
    assert rendered("github", report(FINDING, several_lines, problems=(PROBLEM,))) == (
        "::error file=app/broken.py,line=3,col=7,title=SQF001 unreadable-file::cannot be parsed: unexpected end\n"
        "::warning file=app/orders.py,line=5,col=24,endLine=5,endColumn=29,title=SQF101 constant-group-id"
        "::The group ID is always 'orders'.%0AUse the order's ID.\n"
        "::error file=a.py,line=5,col=1,endLine=6,title=SQF101 constant-group-id"
        "::The group ID is always 'orders'.%0AUse the order's ID.\n"
    )


def test_github_commands_cannot_be_injected() -> None:
    what = replace(FINDING, message="100%\n::error::x\r::warning::y", span=Span("a,line=9::b%\n.py", 1, 1, 1, 2))
    text = rendered("github", report(what))
    assert text.count("\n") == 1
    assert text.startswith("::warning file=a%2Cline=9%3A%3Ab%25%0A.py,line=1,col=1,")
    assert "::100%25%0A::error::x ::warning::y%0AUse" in text


def sarif(what: Report) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(rendered("sarif", what))
    return log


def test_sarif_result() -> None:
    run = sarif(report(FINDING, problems=(PROBLEM,)))["runs"][0]
    (result,) = run["results"]
    assert result["ruleId"] == "SQF101"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "SQF101"
    assert result["level"] == "warning"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "app/orders.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5, "startColumn": 24, "endLine": 5, "endColumn": 29},
    }
    flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in flow] == ["the constant 'orders'", "the group ID"]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow] == [2, 5]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == "cannot be parsed: unexpected end"


def test_sarif_paths_are_uris() -> None:
    odd = replace(FINDING, span=Span("a b/ü#%.py", 1, 1, 1, 2), trace=())
    (result,) = sarif(report(odd))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%C3%BC%23%25.py"


REPORTS = [
    report(),
    report(FINDING, replace(FINDING, trace=(), severity=Severity.ERROR, help="")),
    report(FINDING, problems=(PROBLEM, Problem("gone.py", "does not exist"))),
    report(replace(FINDING, span=Span("/elsewhere/a b.py", 1, 1, 1, 2))),
]


@pytest.mark.parametrize("what", REPORTS)
def test_sarif_fits_a_model_of_the_standard(what: Report) -> None:
    model = sarif_pydantic.Sarif.model_validate_json(rendered("sarif", what))
    assert [result.rule_id for result in model.runs[0].results or []] == [finding.code for finding in what.findings]


@pytest.mark.parametrize("what", REPORTS)
def test_sarif_is_valid_by_the_official_schema(what: Report) -> None:
    if not SARIF_SCHEMA.exists():
        pytest.skip("the official schema is not beside this repository")
    schema = json.loads(SARIF_SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(sarif(what), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**sarif(what), "version": "9"}, schema)


NASTY = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x200B, 0x2028, 0xFEFF, 0xD800])) + "x"


@pytest.mark.parametrize("name", FORMATS)
def test_no_control_character_of_the_source_gets_through(name: str) -> None:
    span = Span(f"{NASTY}.py", 1, 3, 1, 6)
    what = Finding(span, "SQF101", "n", Severity.ERROR, NASTY, NASTY, replace(span, line=2), (Related(span, NASTY),))
    problem = Problem(f"{NASTY}.py", NASTY)
    nasty_lines = f"a {NASTY.replace(chr(10), '')} b\n{NASTY}"
    text = rendered(name, report(what, problems=(problem,), source=nasty_lines))
    allowed = {"\n"}
    assert not {c for c in text if c in NASTY and c not in allowed and c != "x"}
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain [x] ü 日本 😀", "plain [x] ü 日本 😀"),
        ("\x1b[31m\x07", "\\x1b[31m\\x07"),
        ("a\tb\nc\r", "a b\\x0ac\\x0d"),
        ("\x9b\u202e\ud800\U000e0041", "\\x9b\\u202e\\ud800\\U000e0041"),
    ],
)
def test_visible(text: str, expected: str) -> None:
    assert visible(text) == expected
