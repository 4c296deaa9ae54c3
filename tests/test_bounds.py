"""Each bound is met by a small program or template: that is counted, the trace says so, and the value is unknown.

Every program would have a finding if what lies within the bound were taken for all there is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

import sqsfifo_lint
from sqsfifo_lint.cli import cli
from sqsfifo_lint.config import Config
from sqsfifo_lint.flow import bounds
from sqsfifo_lint.met import counting
from sqsfifo_lint.model import Attribute
from sqsfifo_lint.queues import bounds as bounds_of_templates
from sqsfifo_lint.queues import infrastructure
from sqsfifo_lint.run.engine import check
from tests.programs import write

HEAD = "import os, boto3\n\nsqs = boto3.client('sqs')\n\n"
GROUPED = "sqs.send_message(QueueUrl='a.fifo', MessageBody=str(x), MessageGroupId={}, MessageDeduplicationId=x)\n"


def sending(group: str, before: str = "", around: str = "") -> str:
    """A function that sends with this group ID, with lines before the send in it and before the function."""
    return f"{HEAD}{around}\ndef send(x, e=os.environ):\n{before}    {GROUPED.format(group)}"


def many(count: int, line: str) -> str:
    """The line as often, with its number in the place of `#`."""
    return "".join(line.replace("#", str(number)) for number in range(count))


class Met(NamedTuple):
    """A program that meets a bound."""

    files: str | dict[str, str]
    traced: bool = True
    """The value on whose trace the bound has to stand is that of the send."""
    codes: frozenset[str] = frozenset()
    """Of findings that are true all the same."""
    lower: tuple[str, int] = ("", 0)
    """Where the bound is imported, and what it is for the time being: its own value takes a large program."""
    others: frozenset[str] = frozenset()
    """Bounds that are met on the way."""


DEEP = "[" * bounds.MAX_NESTING + "['a', x.part]" + "]" * bounds.MAX_NESTING
BUSY = "def busy(x):\n" + many(120, "    a# = x.a + x.b + x.c + x.d\n") + "    return x\n\n"
PLAIN_CALLS = "def go(x, g='default'):\n    " + GROUPED.format("g")
SUBCLASSES = many(bounds.MAX_OBJECTS, "class S#(P):\n    def group(self, x): return 'g'\n\n")

PROGRAMS: dict[str, Met] = {
    "MAX_STEPS": Met(
        sending("same(x)", many(30, "    busy(x)\n"), BUSY.replace("busy", "busy") + "def same(x): return 'g'\n"),
        others=frozenset({"MAX_CALL_STEPS", "VAST_CALL_STEPS"}),
    ),
    "MAX_CALL_STEPS": Met(
        sending(
            "late(x)",
            around="def late(x):\n" + many(400, "    a# = x.a + x.b\n") + "    return same()\ndef same(): return 'g'\n",
        )
    ),
    "MAX_IMPORT_STEPS": Met(
        sending(
            "G",
            around="def late(x):\n" + many(200, "    a# = x.a + x.b\n") + "    return same()\n"
            "def same(): return 'g'\nG = late(os)\n",
        )
    ),
    "VAST_CALL_STEPS": Met(
        sending(
            "late(x)",
            "    late(x)\n",
            "def late(x):\n" + many(400, "    a# = x.a + x.b\n") + "    return same()\ndef same(): return 'g'\n",
        ),
        others=frozenset({"MAX_CALL_STEPS"}),
    ),
    "MAX_SEARCH_STEPS": Met(
        f"{HEAD}{PLAIN_CALLS}\n{BUSY}" + many(55, "def m#(x):\n    busy(x)\n    busy(x.y)\n    go(x)\n"),
        others=frozenset({"MAX_CALL_STEPS", "VAST_CALL_STEPS"}),
    ),
    "MAX_DEPTH": Met(
        sending(
            "f20(x)",
            around="def f0(x): return 'g'\n" + "".join(f"def f{n + 1}(x): return f{n}(x)\n" for n in range(20)),
        )
    ),
    "MAX_RECURSION": Met(sending("f(x, 9)", around="def f(x, n): return f(x, n) if n else 'g'\n")),
    "MAX_CALLERS": Met(f"{HEAD}{PLAIN_CALLS}\n" + many(61, "def m#(x): go(x)\n") + "def last(x): go(x, x.g)\n"),
    "MAX_HOPS": Met(
        f"{HEAD}def go0(x, g='a'):\n    {GROUPED.format('g')}"
        + "".join(f"def go{n + 1}(x, g='a'): go{n}(x, g)\n" for n in range(bounds.MAX_HOPS + 2))
    ),
    "MAX_OBJECTS": Met(
        f"{HEAD}class P:\n    def go(self, x):\n        {GROUPED.format('self.group(x)')}\n{SUBCLASSES}"
        "class Last(P):\n    def group(self, x): return x.g\n"
    ),
    "MAX_STOCKING": Met(
        sending("GROUPS[0]", around="GROUPS = []\n" + many(9, "def add#():\n    GROUPS.append('g')\n\n"))
    ),
    "MAX_ALIASES": Met(
        f"{HEAD}def go(x, g='a'):\n    {GROUPED.format('g')}"
        "T0 = {'a': go}\n"
        + "".join(f"T{n + 1} = {{'a': T{n}['a']}}\n" for n in range(6))
        + "def first(x): go(x)\ndef last(x): T6['a'](x, x.g)\n"
    ),
    "MAX_ROUNDS": Met(sending("g", "    for g in (" + "'a', " * 9 + "): x.go(g)\n"), codes=frozenset({"SQF101"})),
    "MAX_COMPREHENDED": Met(sending("[g for g in (" + "'a', " * 33 + ")][0]"), others=frozenset({"MAX_ALTERNATIVES"})),
    "MAX_ALTERNATIVES": Met(sending("g", "    g = 'a'\n" + many(20, "    if x.a#: g = '#'\n"))),
    "MAX_PIECES": Met(sending("f'" + many(30, '{e["E#"]}-') + "{x.g}-'")),
    "MAX_COMBINATIONS": Met(sending("a0 + a1 + a2 + a3", many(4, "    a# = 'a' if x.a# else 'b'\n"))),
    "MAX_TEXT": Met(sending("'g' * 5000"), codes=frozenset({"SQF101"})),
    "MAX_INTEGER": Met(sending(f"str({10**30} * {10**12})"), codes=frozenset({"SQF101"})),
    "MAX_ELEMENTS": Met(sending("gs[-1]", "    gs, g = [], 'g'\n" + "    gs.append(g)\n" * 70)),
    "MAX_NESTING": Met(sending(f"str({DEEP})"), codes=frozenset({"SQF304"})),
    "MAX_READ": Met(sending("x.a.b.c.d.e.f.g.h")),
    "MAX_QUALIFIED_NAME": Met(sending("os" + ".name" * 40), others=frozenset({"MAX_READ"})),
    "MAX_REGISTERING": Met(
        sending(
            "MADE[0]()",
            around="MADE = []\ndef add(f):\n    MADE.append(f)\n    return f\n"
            + many(bounds.MAX_REGISTERING + 1, "@add\ndef h#(): return 'g'\n"),
        ),
        others=frozenset({"MAX_ALTERNATIVES"}),
        traced=False,
    ),
    "MAX_CLASSES": Met(
        sending(
            "P().g",
            around="class A0: g = 'g'\n"
            + "".join(f"class A{n + 1}(A{n}): pass\n" for n in range(bounds.MAX_CLASSES))
            + f"class P(A{bounds.MAX_CLASSES}): pass\n",
        ),
        traced=False,
    ),
    "MAX_LOOKS": Met(
        {
            "s.py": f"{HEAD}def go(x, g='a'):\n    {GROUPED.format('g')}\ndef first(x): go(x)\n",
            **{f"m{n}.py": "import s\ndef last(x): s.go(x, x.g)\n" for n in range(3)},
        },
        lower=("sqsfifo_lint.flow.mentions", 2),
    ),
    "MAX_LOADS": Met(
        {"s.py": sending("G", around="from m0 import G\n"), "m0.py": "from m1 import G\n", "m1.py": "G = 'g'\n"},
        lower=("sqsfifo_lint.source.project", -5),
        traced=False,
    ),
    "MAX_SIZE": Met(
        {"s.py": sending("G", around="from m import G\n"), "m.py": "G = 'g'\n" + "#" * 2000},
        lower=("sqsfifo_lint.run.task", 1000),
        traced=False,
    ),
    "MAX_UNCALLED": Met(
        sending("x.g", "".join(f"{'    ' * (n + 1)}def f{n}():\n" for n in range(6)) + "    " * 7 + "x.go()\n"),
        traced=False,
    ),
}


@pytest.mark.parametrize("bound", PROGRAMS)
def test_a_bound_that_is_met_is_counted_and_told_and_what_is_beyond_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    met = PROGRAMS[bound]
    module, value = met.lower
    if module:
        monkeypatch.setattr(import_module(module), bound, value)
    files = {"s.py": met.files} if isinstance(met.files, str) else met.files
    monkeypatch.chdir(write(tmp_path / "p", {"pyproject.toml": "", **files}))
    report = check([Path()], Config())
    assert report.problems == ()
    assert {finding.code for finding in report.findings} == met.codes
    assert {*report.bounds} - met.others == {bound}
    line = next(number for number, one in enumerate(files["s.py"].split("\n"), 1) if "send_message" in one)
    if met.traced:
        traced = CliRunner().invoke(cli, ["trace", "--full", f"s.py:{line}"]).output
        assert f"beyond a bound of the analysis, {bound}" in traced


QUEUE = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: "
CREATE = "aws sqs create-queue --queue-name {} --attributes FifoQueue=true,ContentBasedDeduplication=false\n"
RESOURCE = 'resource "aws_sqs_queue" "q" {{\n  name = {}\n  fifo_queue = true\n}}\n'


def nested(count: int, before: str, inner: str, after: str) -> str:
    return before * count + inner + after * count


def doubling(count: int, line: str) -> str:
    """Names (`#`) that are each made of the one before it (`@`), twice."""
    return "".join(line.replace("#", str(n + 1)).replace("@", str(n)) for n in range(count))


ARN = "arn:aws:sqs:eu-west-1:123456789012:a.fifo"
FUNCTION = ("!Join ['', [", "]]")
TEMPLATES: dict[str, dict[str, str]] = {
    "MAX_TEMPLATE": {"a.yaml": QUEUE + "a.fifo\n" + "#" * bounds_of_templates.MAX_TEMPLATE},
    "MAX_CONFIGURATION": {
        "a.conf": 'queues { "a.fifo" { fifo = true } }\n' + "#" * bounds_of_templates.MAX_CONFIGURATION
    },
    "MAX_SOURCE": {"a.sh": CREATE.format("a.fifo") + "#" * bounds_of_templates.MAX_SOURCE},
    "MAX_VARIABLES": {"a.yaml": "environment: {Q: a.fifo}\n" + "#" * bounds_of_templates.MAX_VARIABLES},
    "MAX_PATTERN": {"a.yaml": f"{QUEUE}!Join ['', [{'a' * 1100}, {'b' * 1100}]]\n"},
    "MAX_VARIABLE_DEPTH": {"a.yaml": f"{QUEUE}{nested(10, '${opt:a, ', 'a.fifo', '}')}\n"},
    "MAX_YAML_DEPTH": {"a.yaml": "x: " + nested(120, "[", "{Type: AWS::SQS::Queue, Properties: {}}", "]") + "\n"},
    "MAX_TREE_DEPTH": {
        "a.yaml": "R:\n  Type: AWS::Events::Rule\n  Properties: {Targets: "
        + nested(bounds_of_templates.MAX_TREE_DEPTH, "[", f"{{Arn: {ARN}}}", "]")
        + "}\n"
    },
    "MAX_TREE_STEPS": {
        "a.yaml": f"a0: &a0 {{Arn: {ARN}}}\n"
        + doubling(9, "a#: &a# [*a@, *a@, *a@, *a@, *a@]\n")
        + "R:\n  Type: AWS::Events::Rule\n  Properties: {Targets: *a9}\n"
    },
    "MAX_FUNCTION_DEPTH": {"a.yaml": f"{QUEUE}{nested(44, *FUNCTION[:1], 'a.fifo', *FUNCTION[1:])}\n"},
    "MAX_VALUE_STEPS": {"a.yaml": "a0: &a0 x\n" + doubling(12, "a#: &a# !Join ['', [*a@, *a@]]\n") + f"{QUEUE}*a12\n"},
    "MAX_TEMPLATE_STEPS": {
        "a.yaml": "a0: &a0 x\n"
        + doubling(9, "a#: &a# !Join ['', [*a@, *a@]]\n")
        + "Resources:\n"
        + many(400, "  Q#: {Type: AWS::SQS::Queue, Properties: {QueueName: *a9, FifoQueue: true}}\n")
    },
    "MAX_EXPRESSION_DEPTH": {"a.tf": RESOURCE.format(nested(60, "lower(", '"a.fifo"', ")"))},
    "MAX_MODULE_DEPTH": {
        "main.tf": 'module "m" {\n  source = "./m"\n}\n' + RESOURCE.format('"top.fifo"'),
        **{
            "m/" * n + "main.tf": 'module "m" {\n  source = "./m"\n}\n' + RESOURCE.format('"a.fifo"')
            for n in range(1, 12)
        },
    },
    "MAX_MODULE_CALLS": {
        "main.tf": many(510, 'module "m#" {\n  source = "./m"\n}\n'),
        "m/main.tf": RESOURCE.format('"a.fifo"'),
    },
    "MAX_TERRAFORM_STEPS": {
        "main.tf": "locals {\n  a0 = { x = 1 }\n"
        + doubling(30, "  a# = merge(local.a@, local.a@)\n")
        + "}\n"
        + RESOURCE.format("local.a30.name")
    },
    "MAX_SCRIPT_STEPS": {"a.sh": CREATE.format("a.fifo") + "x=$y\n" * 25_000},
    "MAX_SCRIPT_DEPTH": {"a.sh": CREATE.format("a.fifo") + nested(70, "if true; then\n", "x=1\n", "fi\n")},
    "MAX_SCRIPT_CALLS": {"a.sh": CREATE.format("a.fifo") + "f() { f; }\nf\n"},
    "MAX_ITEMS": {"a.sh": CREATE.format("a.fifo") + "x=(" + "a " * 1001 + ")\n"},
    "MAX_SUBSTITUTIONS": {"a.sh": f"q={nested(25, '$(echo ', 'a', ')')}\n" + CREATE.format("$q")},
    "MAX_WORDS": {"a.sh": "for q in " + "a.fifo " * 51 + "; do\n" + CREATE.format("$q") + "done\n"},
    "MAX_SHORTHAND": {
        "a.sh": f"aws sqs create-queue --queue-name a.fifo --attributes FifoQueue=true,Policy={'x' * 5000}\n"
    },
}


@pytest.mark.parametrize("bound", TEMPLATES)
def test_a_bound_that_a_template_or_script_meets_is_counted_and_what_is_beyond_is_unknown(bound: str) -> None:
    counts = Counter[str]()
    with counting(counts):
        found = infrastructure.read({path: text.encode() for path, text in TEMPLATES[bound].items()})
    assert set(counts) - {"MAX_EXPRESSION_DEPTH"} == {bound} - {"MAX_EXPRESSION_DEPTH"}
    assert bound in counts
    told = {(_shortened(one.name), *_values(one.attributes), one.complete) for one in found.declarations}
    assert told == DECLARED[bound]


def _shortened(name: str | None) -> str | None:
    return name if name is None else re.sub("x{9,}", "xx", name)


def _values(attributes: Mapping[str, Attribute]) -> Iterator[str | None]:
    for name in ("FifoQueue", "ContentBasedDeduplication"):
        yield attributes[name].value if name in attributes else "not given"


ABSENT = "not given"
NAMELESS = (None, "true", "false", True)
SKIPPED = ("a.fifo", None, None, False)
UNTOUCHED = ("a.fifo", "true", "false", True)
DECLARED: dict[str, set[tuple[str | None, str | None, str | None, bool]]] = {
    "MAX_TEMPLATE": set(),
    "MAX_CONFIGURATION": set(),
    "MAX_SOURCE": set(),
    "MAX_VARIABLES": set(),
    "MAX_PATTERN": {("*", ABSENT, ABSENT, True)},
    "MAX_VARIABLE_DEPTH": {("*", ABSENT, ABSENT, True)},
    "MAX_YAML_DEPTH": set(),
    "MAX_TREE_DEPTH": set(),
    "MAX_TREE_STEPS": set(),
    "MAX_FUNCTION_DEPTH": {("*", ABSENT, ABSENT, True)},
    "MAX_VALUE_STEPS": {("xx*", ABSENT, ABSENT, True)},
    "MAX_TEMPLATE_STEPS": {
        ("xx", "true", ABSENT, True),
        ("xx*", None, ABSENT, True),
        ("*", None, ABSENT, True),
    },
    "MAX_EXPRESSION_DEPTH": {("*", "true", ABSENT, True)},
    "MAX_MODULE_DEPTH": {("top.fifo", "true", ABSENT, True), ("a.fifo", "true", ABSENT, True)},
    "MAX_MODULE_CALLS": {("a.fifo", "true", ABSENT, True)},
    "MAX_TERRAFORM_STEPS": {("*", "true", ABSENT, True)},
    "MAX_SCRIPT_STEPS": {SKIPPED},
    "MAX_SCRIPT_DEPTH": {SKIPPED},
    "MAX_SCRIPT_CALLS": {UNTOUCHED},
    "MAX_ITEMS": {UNTOUCHED},
    "MAX_SUBSTITUTIONS": {NAMELESS},
    "MAX_WORDS": {NAMELESS},
    "MAX_SHORTHAND": {("a.fifo", ABSENT, ABSENT, False)},
}
"""What is declared then: name, FIFO, by content, and whether there is no more to say."""


CUTS_NOTHING = {
    "MIN_SEARCH_STEPS": "what a start counts for",
    "MAX_NAMES": "from there on, a larger stack is taken",
    "MAX_BITS": "beyond it nothing else is true",
    "MAX_PRINTED": "what `reveal` shows, not what is known",
    "MAX_MENTION": "no name is that long",
}
ELSEWHERE = {"MAX_NOTED": "test_costs"}


def test_every_bound_is_met_by_some_program_or_template() -> None:
    named = ("MAX_", "MIN_", "VAST_")
    of_python = {name for name in vars(bounds) if name.startswith(named)}
    assert of_python - PROGRAMS.keys() == CUTS_NOTHING.keys() | ELSEWHERE.keys()
    assert {name for name in vars(bounds_of_templates) if name.startswith(named)} == TEMPLATES.keys()


NOT_COUNTED = {
    **CUTS_NOTHING,
    "MAX_CACHED": "what is kept in memory; a file beyond it is read again",
    "MAX_SPLIT": "what is kept in memory; a file beyond it is split again",
    "MIN_LINES": "what is parsed by itself",
    "MAX_NESTED_TEXTS": "counted as MAX_BRACKETS",
    "MAX_ID_LENGTH": "a fact about SQS",
}
ROOMS = ("flow", "aws", "handling", "sends", "source", "queues", "knowledge")


def test_every_bound_of_the_analysis_is_counted_where_it_is_met() -> None:
    """Wherever it is named: what is written in capitals is looked for in all rooms that analyse."""
    package = Path(sqsfifo_lint.__file__).parent
    texts = [path.read_text("utf-8") for room in ROOMS for path in (package / room).rglob("*.py")]
    name = r"((?:MAX|MIN|VAST)_[A-Z_]+)"
    named = {found for text in texts for found in re.findall(rf"(?m)^{name}(?: *:[^=\n]*)? = ", text)}
    counted = {found for text in texts for found in re.findall(rf"[^ ] *['\"]{name}['\"]", text)} - {"MAX_BITS"}
    assert len(named) > 60
    assert named - counted == NOT_COUNTED.keys()


@pytest.mark.parametrize(
    ("bound", "statement"),
    [
        ("MAX_ROW", f"G = ({' '.join(['1 or'] * 10_000)} 'g')"),
        ("MAX_COPIES", f"G = ({', '.join(['HEAD' + '.strip()' * 700] * 6)})[0]"),
        ("MAX_COPIES", f"match HEAD:\n    case {'{1: ' * 30}G{'}' * 30}: pass"),
    ],
)
def test_a_statement_beyond_the_parser_is_counted_and_its_names_are_unknown(
    tmp_path: Path, bound: str, statement: str
) -> None:
    report = check([write(tmp_path / "p", {"s.py": sending("G", around=f"{statement}\n")})], Config())
    assert (report.problems, report.findings, set(report.bounds)) == ((), (), {bound})
