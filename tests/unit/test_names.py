"""The names that a statement binds in its module: none is missing, for any statement."""

from __future__ import annotations

import ast
import re
import symtable
from pathlib import Path

import pytest

from sqsfifo_lint.source import names
from sqsfifo_lint.source.chunks import split
from sqsfifo_lint.source.names import bound, declared_global

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(FIXTURES.rglob("*.py"))[::5]]

BINDING = {
    "a = b": "a",
    "a, (b, *c) = d": "a b c",
    "a.b['c'] = d": "a",
    "a[0], b.c = d": "a b",
    "a: int = b": "a",
    "a: int": "",
    "a += b": "a",
    "del a, b.c, d[0]": "a b d",
    "import a.b, c.d as e": "a e",
    "from a import b, c as d": "b d",
    "from a import *": "",
    "for a, b.c in d: e = f\nelse: g = h": "a b e g",
    "while a: b = c\nelse: d = e": "b d",
    "if a: b = c\nelif d: e = f\nelse: g = h": "b e g",
    "with a as b, c as (d, e.f): g = h": "b d e g",
    "async def a(): b = c": "a",
    "def a(b=(c := d)) -> (e := f): g = h": "a c e",
    "@(a := b)\ndef c(): pass": "a c",
    "class A(b := c, d=(e := f)): g = h": "A b e",
    "class A:\n    global b\n    b = c\n    def d(self):\n        global e": "A b",
    "try: a = b\nexcept C as d: e = f\nexcept G: h = i\nelse: j = k\nfinally: m = n": "a d e h j m",
    "try: a = b\nexcept* C as d: e = f": "a d e",
    "try: pass\nexcept A:\n    def b(c=(d := e)): f = g": "b d",
    "match a:\n    case [b, *c] | {'d': b, **c}: e = f": "b c e",
    "match a:\n    case B(c, d=e) as f if (g := h): pass\n    case _: i = j": "c e f g i",
    "if (a := b): pass": "a",
    "print(a := b)": "a",
    "a.b(c := d)": "a c",
    "a.b.c(d)": "a",
    "a['b'].c(d)": "a",
    "setattr(a, 'b', c)": "a",
    "delattr(a.b, 'c')": "a",
    "a(b)": "",
    "a = [b for b in c if (d := b)]": "a d",
    "for a in [b for b in c]: pass": "a",
    "if any(a for a in b): pass": "",
    "a = lambda b=(c := d): (e := b)": "a c",
    "assert (a := b), (c := d)": "a c",
    "if a:\n    if b:\n        with c:\n            d = e": "d",
    "if a:\n    def b(): c = d": "b",
    "if a:\n    b.c(d)": "b",
}


@pytest.mark.parametrize("code", BINDING)
def test_bound(code: str) -> None:
    statements = ast.parse(code).body
    for text in (code, f"{code}  # global :="):  # the words rule out work, and decide nothing
        assert sorted({*bound(statements, text)}) == BINDING[code].split()


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[1:30])
def test_no_name_is_missing_that_python_binds(text: str) -> None:
    table = symtable.symtable(text, "x.py", "exec")
    bindings = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    annotated = {
        s.target.id
        for s in ast.walk(ast.parse(text))
        if isinstance(s, ast.AnnAssign) and not s.value
        if isinstance(s.target, ast.Name)
    }
    # Since Python 3.12 (PEP 709) the names of comprehensions are in the table of the code around them.
    comprehended = {
        name.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }
    chunks = split("x.py", text)
    found = {name for chunk in chunks for name in chunk.names}
    assert bindings - annotated - comprehended <= found
    # Also names on which something is called or set: these are reported, too.
    known = {s.get_name() for s in table.get_symbols()}
    assert found <= known
    assert {n for chunk in chunks for n in chunk.globals} == {*declared(table)}


def declared(table: symtable.SymbolTable) -> list[str]:
    """The names that are declared `global` in the definitions of a module."""
    own = [s.get_name() for s in table.get_symbols() if table.get_type() != "module" and s.is_declared_global()]
    return [*own, *(name for below in table.get_children() for name in declared(below))]


def test_every_node_of_python_that_names_something_is_known() -> None:
    """The `__doc__` of an `ast` class is its line in Python's grammar."""
    elsewhere = {
        ("Name", "id"),
        ("alias", "name"),
        ("alias", "asname"),
        ("Global", "names"),
        ("Nonlocal", "names"),
        ("Attribute", "attr"),  # of another object
        ("ImportFrom", "module"),
        ("MatchClass", "kwd_attrs"),
        ("arg", "arg"),  # of another scope
        ("keyword", "arg"),
        *((kind, "name") for kind in ("TypeVar", "ParamSpec", "TypeVarTuple")),
    }
    fields = {
        (kind.__name__, field)
        for kind in vars(ast).values()
        if isinstance(kind, type) and issubclass(kind, ast.AST) and kind.__doc__
        for field in re.findall(r"identifier[?*]? (\w+)", kind.__doc__)
        if kind.__doc__.startswith(f"{kind.__name__}(")
    }
    assert len(fields) > 15
    assert fields - elsewhere == {(kind.__name__, field) for kind, field in names.NAMED.items()}


@pytest.mark.parametrize(
    "body",
    [
        "global x",
        "if a: global x; x = 1",
        "global \\\n     y, \\\n     x",
        "match a:\n        case 1: global x",
        "try: pass\n    except E: global x",
        "def inner():\n        global x",
        "class Inner:\n        global x",
        "while a: pass\n    else:\n        global x",
    ],
)
def test_what_is_declared_global_wherever_it_stands(body: str) -> None:
    for text in (f"def f():\n    {body}\n", f"class C:\n  def f():\n    {body}\n"):
        (chunk,) = split("x.py", f"{text}")
        assert "x" in chunk.globals
        assert "x" in {*declared_global(ast.parse(text).body)}


@pytest.mark.parametrize("body", ["'''\n    global x\n    '''", "# global x\n    pass", "globals()['x'] = 1"])
def test_what_only_looks_like_it(body: str) -> None:
    (chunk,) = split("x.py", f"def f():\n    {body}\n")
    assert not chunk.globals
