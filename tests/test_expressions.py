"""No regular expression of the package takes more than linear time, whatever text it meets.

All are collected: those that are compiled while the package is imported as they are compiled, those in functions from
the source. One in a function that is not written out there has to have examples in `MADE`.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple

import pytest

import sqsfifo_lint
from sqsfifo_lint.evidence.times import finder
from sqsfifo_lint.queues.terraform_modules import REGISTRY

ROOT = Path(sqsfifo_lint.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*.py") if "examples" not in path.parts)
FUNCTIONS = frozenset({"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"})

BY_THE_USER: tuple[str, ...] = ()

MADE: Mapping[str, tuple[str | bytes, ...]] = {
    "evidence/athena.py: _value": BY_THE_USER,
    "evidence/extract.py: _search": BY_THE_USER,
    "evidence/extract.py: _compiled": BY_THE_USER,
    "evidence/portable.py: portable": BY_THE_USER,
    "evidence/times.py: finder": tuple(finder(name)[0].pattern for name in ("iso", "%d.%m.%Y %H:%M:%S", "%j %p x")),
    "flow/expressions.py: _set_by_siblings": (r"\bnonlocal\b(?:(?!\bnonlocal\b)[^\n#])*\bwanted\b",),
    "flow/applications.py: _runs_once": (r"\b(?:go|run)\b(?:(?!\b(?:go|run)\b)[^\n])*\bmain\b",),
    "flow/applications.py: _setting": (
        r"state\.x\s*(?::[^=:\n]+)?=(?!=)",
        r"\[\s*['\"]x['\"]\s*\]\s*(?::[^=:\n]+)?=(?!=)",
    ),
    "flow/earlier.py: callers": (r"\bname\s*\(", rb"\bname\s*\("),
    "flow/stocked.py: _handing": (r"\bbus\.(?:on|add)\s*\(|\b_*[A-Z]\w*\s*\(\s*(?:[^()]*[\s,=])?bus\s*[,)]",),
    "shapes.py: fits": (r"^(?!\s*$)(?!\s*!/*\s*$)(?!\s*/+\s*$)[^\x00]+$", r"^[^\x00]+$"),
    "reporters/mentions.py: _expression": (r"(?:here|there)| on line (?P<line>\d+)(?: of (?P<path>a|b))?",),
    "flow/modules.py: _evaluate": (r"""globals\(\)\s*\[\s*['\"]name['\"]\s*\]\s*=""",),
    "flow/registered.py: registrations": (r"\b(?:a|b)\b", r"\b(?:a|b)\s*\[\b"),
    "flow/stocked.py: _putting": (rb"name\b(?<!\wname)",),
    "queues/kinds.py: _connecting": (rb"AWS::Pipes::Pipe|put\-targets|-\s+[\"']?sqs[\"']?\s*:",),
    "queues/terraform.py: _referred": (r"\baws_lambda_function\.([\w-]+)",),
    "queues/terraform_scope.py: source_of": tuple(REGISTRY),
    "run/gitignore.py: _translated": BY_THE_USER,  # git's own tests of stars are in `test_hostile_settings.py`
    "run/relevance.py: _framework_forms": (rb"[.\"']delay\b|m(?<!\w.)essage_group_id\s*=",),
    "run/relevance.py: _called": (rb"(send_sqs)|(?<=\.pu)blish",),
    "sends/holders.py: kept_options": (r"\.name\s*\.\s*(?!get\b)\w+\s*\(",),
    "source/project.py: puts_outside": (rb"name(?<=\.name)\b(?:(?!\.name\b)[^\n=;])*?\.\s*(?:append|add)\s*\(",),
}
"""Examples of what functions make, by file and function; none of what the user of the command writes."""

ELSEWHERE: Mapping[str, str] = {
    "evidence/ids.py KINDS": "fullmatch",
    "evidence/shapes.py _MADE_BY": "fullmatch",
    "evidence/formats/tail.py _SAM": "match",
    "knowledge/logs.py LOGGER_NAMES": "fullmatch",
    "knowledge/logs.py STORING": "fullmatch",
}
"""How expressions are used that their own module hands to others."""

BOUNDED = frozenset({"queues/variables.py _MARKS"})
"""May take quadratic time, and are tried on texts of limited length alone: `interpolate` looks at `MAX_PATTERN`."""


class Expression(NamedTuple):
    where: str
    pattern: str | bytes
    flags: int
    method: str
    """How it is tried: `search` finds all."""


# -- which there are

_RECORDER = """
import importlib, json, re, sys
found, usual = [], re.compile
def compile(pattern, flags=0):
    frame = sys._getframe(1)
    made = usual(pattern, flags)
    if frame.f_globals.get("__name__", "").startswith("sqsfifo_lint"):
        name = frame.f_code.co_filename
        found.append([name, frame.f_lineno, repr(made.pattern), made.flags])
    return made
re.compile = compile
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(found))
"""


def module_of(path: Path) -> str:
    parts = (ROOT.name, *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class Site(NamedTuple):
    """A call of `re` in the source."""

    path: Path
    call: ast.Call
    function: str
    """The name of the function that it stands in; empty for a module or class."""
    target: str
    """The name that a module gives to what is compiled."""

    @property
    def name(self) -> str:
        assert isinstance(self.call.func, ast.Attribute)
        return self.call.func.attr

    @property
    def where(self) -> str:
        return f"{self.path.relative_to(ROOT).as_posix()}: {self.function or self.target}"


def sites(path: Path) -> Iterator[Site]:
    def below(node: ast.AST, function: str, target: str) -> Iterator[Site]:
        match node:
            case ast.FunctionDef(name=name):
                function = name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if not function:
                target = name
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=called)) if called in FUNCTIONS:
                yield Site(path, node, function, target)
            case ast.ImportFrom(module="re"):
                pytest.fail(f"{path}: import re, so that this test sees what is compiled")
        for child in ast.iter_child_nodes(node):
            yield from below(child, function, target)

    yield from below(ast.parse(path.read_text(encoding="utf-8")), "", "")


def used(path: Path, target: str) -> str:
    """How the expression of this name is used: `search` if in any way that looks for it in a text."""
    elsewhere = ELSEWHERE.get(f"{path.relative_to(ROOT).as_posix()} {target}")
    if elsewhere is not None:
        return elsewhere
    text = path.read_text(encoding="utf-8")
    methods = set(re.findall(rf"\b{re.escape(target)}\.(\w+)", text)) & FUNCTIONS if target else set()
    return methods.pop() if len(methods) == 1 and methods <= {"match", "fullmatch"} else "search"


def at_import() -> Iterator[Expression]:
    """Those that are compiled while the package is imported, with values that only run code knows."""
    command = [sys.executable, "-c", _RECORDER, *map(module_of, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT.parent)
    targets = {(str(path), line): s.target for path in FILES for s in sites(path) for line in lines_of(s.call)}
    for name, line, pattern, flags in json.loads(done.stdout):
        path = Path(name)
        target = targets.get((name, line), "")
        if f"{path.relative_to(ROOT).as_posix()} {target}" in BOUNDED:
            continue
        where = f"{path}:{line}"
        yield Expression(where, ast.literal_eval(pattern), flags, used(path, target))


def lines_of(call: ast.Call) -> range:
    return range(call.lineno, (call.end_lineno or call.lineno) + 1)


def in_functions(recorded: Set[str]) -> Iterator[Expression]:
    """Those in functions that nobody calls at import."""
    for path in FILES:
        for site in sites(path):
            if not site.function or recorded & {f"{path}:{line}" for line in lines_of(site.call)}:
                continue
            method = site.name if site.name in ("match", "fullmatch") else "search"
            try:
                value = eval(ast.unparse(site.call.args[0]), vars(importlib.import_module(module_of(path))))
            except NameError:
                value = None
            written = [value] if isinstance(value, str | bytes) else MADE.get(site.where)
            if written is None:
                pytest.fail(f"{site.where}: give examples of this expression in MADE: {ast.unparse(site.call)}")
            yield from (Expression(site.where, one, 0, method) for one in written)


# -- what they are tried on

_RUN = re.compile(r"""[\w:/.,;"'=@$#<>%{} -]{2,}""")


def hostile(pattern: str) -> Iterator[tuple[str, str]]:
    """How texts begin, and what follows over and over."""
    for unit in ("a", "0", " ", "\n", "\\", '"', "a.", "A=", "{"):
        yield "", unit
    plain = re.sub(r"\(\?[\w:=!<]+|\[[^\]]*\]|\\[a-zA-Z]", "\0", pattern)
    if plain[:1].isalnum():
        yield "", plain[0]
    found = (run.strip("{") for run in _RUN.findall(re.sub(r"\\(\W)", r"\1", plain)))
    runs = [run for run in found if run]
    if runs:
        yield "", runs[0]
        yield "", "".join(runs)
        yield from ((runs[0], unit) for unit in ("a", " ", "0"))


def tried(expression: Expression) -> Callable[[str], object]:
    compiled = re.compile(expression.pattern, expression.flags)
    if isinstance(expression.pattern, bytes):
        return lambda text: run(compiled, expression.method, text.encode())
    return lambda text: run(compiled, expression.method, text)


def run(compiled: re.Pattern[str] | re.Pattern[bytes], method: str, text: str | bytes) -> object:
    if method == "search":
        return [*compiled.finditer(text)]  # type: ignore[arg-type]
    return getattr(compiled, method)(text)


ENOUGH = 0.005
"""Seconds that can be measured."""
LONGEST = 1 << 13
"""Characters. What is faster than `ENOUGH` there is fast."""
MOST = 9.0
"""How much longer a text of four times the length may take; quadratic time makes that 16, linear time 4."""


def seconds(work: Callable[[str], object], text: str, times: int) -> float:
    found = []
    for _ in range(times):
        start = time.process_time()
        work(text)
        found.append(time.process_time() - start)
    return min(found)


def grows(work: Callable[[str], object], begin: str, unit: str) -> float:
    """How much longer a text of four times the length takes, where it takes long enough to be measured; else 0."""

    def text(length: int) -> str:
        return begin + unit * (length // len(unit)) + "\0"

    length = 8
    while (took := seconds(work, text(length), 1)) < ENOUGH:
        if length >= LONGEST:
            return 0
        length += 4 if length < 64 else length  # what doubles with each character is not to run for ever
    if length < 64 or took > 100 * ENOUGH:  # it doubles with each character
        return took / max(seconds(work, text(length - 4), 1), 1e-6)
    # Each of several looks must find it, so that a busy machine does not.
    return min(seconds(work, text(4 * length), 2) / max(seconds(work, text(length), 5), 1e-6) for _ in range(3))


def slow(expression: Expression) -> Iterator[str]:
    pattern = expression.pattern if isinstance(expression.pattern, str) else expression.pattern.decode("latin-1")
    work = tried(expression)
    for begin, unit in hostile(pattern):
        ratio = grows(work, begin, unit)
        if ratio > MOST:
            yield f"{begin!r} + {unit!r} * n: {ratio:.1f} times"


@pytest.mark.parametrize("pattern", [r"(?:a+)+b", r"\s+$", r"a\w*b", rb"x[^>]*y"])
def test_a_slow_expression_is_told(pattern: str | bytes) -> None:
    assert any(slow(Expression("here", pattern, 0, "search")))


@pytest.mark.parametrize("pattern", [r"a+b?", r"(?<!\w)\w++:", r"\\(.)", r"x[^x>]*>"])
def test_a_fast_one_is_not(pattern: str) -> None:
    assert not [*slow(Expression("here", pattern, 0, "search"))]


def test_all_take_linear_time() -> None:
    found: dict[tuple[str | bytes, int, str], Expression] = {}
    recorded = [*at_import()]
    for expression in (*recorded, *in_functions({one.where for one in recorded})):
        found.setdefault((expression.pattern, expression.flags, expression.method), expression)
    assert len(found) > 100
    told = {one: [*slow(one)] for one in found.values()}
    assert not {f"{one.where} ({one.method}) {one.pattern!r}": lines for one, lines in told.items() if lines}
