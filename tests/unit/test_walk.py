"""The walks over a tree miss nothing that LibCST's node types can contain."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import libcst as cst
import pytest

from sqsfifo_lint.source import walk
from sqsfifo_lint.source.walk import assigned, blocks, children, clauses, parameters, positional, statements, targets

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "flow"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(FIXTURES.rglob("*.py"))[::7]]
NODES = [
    kind
    for kind in vars(cst).values()
    if inspect.isclass(kind) and issubclass(kind, cst.CSTNode) and not inspect.isabstract(kind)
]


def held(*kinds: str) -> Iterator[tuple[type[cst.CSTNode], str, frozenset[str]]]:
    """The fields of LibCST's nodes that may have one of these kinds: node, field, the classes that its type names."""
    for node in NODES:
        for field in dataclasses.fields(node):
            names = frozenset(re.findall(r"\w+", str(field.type)))
            if names & set(kinds):
                yield node, field.name, names


def code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def told(text: str) -> list[str]:
    """What the first statement assigns."""
    return [code(target) for target in assigned(cst.parse_module(text).body[0])]


# -- the tables against LibCST


def test_every_node_with_a_block_is_known() -> None:
    with_block = {node for node, field, _ in held("BaseSuite", "IndentedBlock") if field == "body"}
    assert {field for _, field, _ in held("BaseSuite", "IndentedBlock")} == {"body"}
    assert len(with_block) > 10
    assert with_block == walk.CLAUSES.keys() - {cst.Match}


def test_every_field_that_holds_a_part_with_a_block_is_known() -> None:
    parts = [kind.__name__ for kind in walk.CLAUSES if not issubclass(kind, cst.BaseStatement)]
    found = {(node, field) for node, field, _ in held(*parts, "If") if node is not cst.Module}
    assert found == {(node, field) for node, names in walk.CLAUSES.items() for field in names}


NOT_A_TARGET = {
    (cst.Attribute, "attr"),
    (cst.Arg, "keyword"),
    (cst.NameItem, "name"),  # `global` and `nonlocal` bind nothing
    (cst.Param, "name"),  # `parameters` yields these
    (cst.TypeVar, "name"),
    (cst.TypeVarTuple, "name"),
    (cst.ParamSpec, "name"),
    (cst.ImportFrom, "module"),
    (cst.MatchKeywordElement, "key"),
    (cst.MatchSingleton, "value"),
    *((getattr(cst, name), "module") for name in ("LazyImportFrom",) if hasattr(cst, name)),
}


def test_every_field_that_can_be_assigned_is_known() -> None:
    bound = held("BaseAssignTargetExpression", "BaseDelTargetExpression", "AsName", "Name")
    known = {(node, field) for node, names in walk.TARGETS.items() for field in names}
    found = {(node, field) for node, field, _ in bound}
    assert len(found) > 25
    assert found - known == NOT_A_TARGET


def test_every_node_that_leads_to_a_target_is_known() -> None:
    """Up to the statement; expressions are not followed, since `assigned` looks in them for what `:=` binds."""
    reached, known = set(walk.TARGETS), {(node, field) for node, names in walk.TARGETS.items() for field in names}
    waiting = [kind for kind in reached if not issubclass(kind, cst.BaseExpression | cst.CompFor | cst.BaseStatement)]
    while waiting:
        kind = waiting.pop()
        bases = [base.__name__ for base in kind.__mro__ if base.__name__.startswith(("Match", "Base")) or base is kind]
        for node, field, _ in held(*bases):
            if issubclass(node, cst.Module | cst.BaseSuite | cst.Set):
                continue
            assert (node, field) in known, f"{node.__name__}.{field} holds {kind.__name__}"
            if node not in reached:
                reached.add(node)
                waiting.append(node)


def test_children_are_all_but_blanks_and_punctuation() -> None:
    punctuation = re.compile(
        "White|Newline|Line|Paren|Comma|Semicolon|Bracket|Brace|Colon|Dot$|Dot'|AssignEqual|Comment"
    )
    for node in NODES:
        kept = set(walk.fields_with_code(node))
        for field in dataclasses.fields(node):
            names = re.findall(r"[A-Z]\w+", str(field.type))
            named = [name for name in names if hasattr(cst, name) and not punctuation.search(name)]
            nodes = [name for name in named if issubclass(getattr(cst, name), cst.CSTNode)]
            if nodes and field.name not in kept:
                raise AssertionError(f"{node.__name__}.{field.name} holds {nodes}")


def below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from below(child)


@pytest.mark.parametrize("text", [text for text in TEXTS if text.strip()][::40], ids=lambda text: text[1:30])
def test_children_are_the_nodes_right_below_that_hold_code(text: str) -> None:
    kept = 0
    for node in below(cst.parse_module(text)):
        direct = node.children
        found = children(node)
        kept += len(found)
        assert all(any(child is one for one in direct) for child in found)
        names = [child for child in direct if isinstance(child, cst.BaseExpression | cst.BaseStatement)]
        assert all(any(child is one for one in found) for child in names)
    assert kept


# -- against `ast`, on programs


def by_ast(tree: ast.AST) -> list[str]:
    """Each name that is bound anywhere in a program outside comprehensions and lambdas, sorted."""
    found: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                found.append(node.id)
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                found.append(node.attr)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.append(node.name)
            case ast.alias() if node.name != "*":
                found.append(node.asname or node.name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.append(name)
            case ast.MatchMapping(rest=str(name)):
                found.append(name)
            case ast.AnnAssign(value=None, target=ast.Name(id=name) | ast.Attribute(attr=name)):
                found.append(f"-{name}")
            case ast.comprehension():
                found.extend(f"-{name}" for n in ast.walk(node.target) if (name := _bound(n)))
    for name in [name for name in found if name.startswith("-")]:
        found.remove(name)
        found.remove(name[1:])
    return sorted(found)


def _bound(node: ast.AST) -> str:
    match node:
        case ast.Name(ctx=ast.Store(), id=name) | ast.Attribute(ctx=ast.Store(), attr=name):
            return name
    return ""


EVERY_STATEMENT = """
import a.b, c as d
from e import f, g as h
from i import *
j = k, (l, *m[0]), [n.o] = p = 1
q: int = 1
r: int
s += 1
del t, (u, v.w)
with x as y, (z) as (aa, ab), ac: pass
async def ad(ae, /, af, *ag, ah, **ai):
    nonlocal ak
    async for al, am in []: an = 1
    async with ao as ap: await aq
for ar.at in []:
    au = 1
else:
    av = 1
while (aw := 1):
    ax = 1
else:
    ay = 1
try:
    az = 1
except (ba := E) as bb:
    bc = 1
except F:
    bd = 1
else:
    be = 1
finally:
    bf = 1
try: pass
except* G as bg: bh = 1
match (bi := 1):
    case [bj, *bk] | (bl, bm, *_): bn = 1
    case {"x": bo, **bp} if (bq := 1): br = 1
    case C(bs, bt=bu) as bv: bw = 1
    case D.x | None | -1: pass
    case _: bx = 1
if by: bz = 1
elif (ca := 1): cb = 1
elif cc: cd = 1; ce = 1
else:
    if 1: cf = 1
@(cg := h)
def ch(ci=(cj := 1)) -> (ck := int): cl = 1
class cm((cn := object)):
    co = 1
    def cp(self): self.cq = 1
print([cr := cs for ct in []], lambda cu, cv=(cw := 1): 1, f"{(cx := 1)}", {**(cy := {})}, *(cz := []))
global da
assert (db := 1), (dc := 1)
"""


@pytest.mark.parametrize("text", [EVERY_STATEMENT, *TEXTS], ids=lambda text: text[1:30])
def test_everything_is_assigned_that_ast_finds(text: str) -> None:
    found = [
        target.attr.value if isinstance(target, cst.Attribute) else code(target)
        for statement in statements(cst.parse_module(text).body, definitions=True)
        for target in assigned(statement)
        if not isinstance(target, cst.Subscript)
    ]
    assert sorted(found) == by_ast(ast.parse(text))


@pytest.mark.parametrize("text", [EVERY_STATEMENT, *TEXTS], ids=lambda text: text[1:30])
def test_every_statement_is_told_of_that_ast_finds(text: str) -> None:
    found = [type(s).__name__ for s in statements(cst.parse_module(text).body, definitions=True)]
    branches = len(re.findall("^ *elif ", text, re.MULTILINE))  # part of their `if` here
    assert len(found) + branches == sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(text)))


# -- what is yielded, and in which order


def test_the_blocks_of_a_statement_in_order() -> None:
    (statement,) = cst.parse_module("try: a\nexcept B: b\nexcept C: c\nelse: d\nfinally:\n    if e: f\n").body
    assert [code(block).strip() for block in blocks(statement)] == ["a", "b", "c", "d", "if e: f"]
    (statement,) = cst.parse_module("if a: b\nelif c: d\nelse: e\n").body
    assert [code(block).strip() for block in blocks(statement)] == ["b", "d", "e"]
    assert [type(clause) for clause in clauses(statement)] == [cst.If, cst.If, cst.Else]
    (statement,) = cst.parse_module("x = 1\n").body
    assert not [*blocks(statement)]


def test_definitions_are_entered_on_demand() -> None:
    body = cst.parse_module("class C:\n    def f(self):\n        x = 1\n    y = 2\nz = 3\n").body
    assert [type(s).__name__ for s in statements(body)] == ["ClassDef", "Assign"]
    assert [type(s).__name__ for s in statements(body, definitions=True)] == [
        *("ClassDef", "FunctionDef", "Assign", "Assign", "Assign"),
    ]
    assert not [*blocks(body[0])]
    assert len([*blocks(body[0], definitions=True)]) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a, (b.c, *d[0]) = [e, f] = g", ["a", "b.c", "d[0]", "e", "f"]),
        ("a: int", []),
        ("a: int = (b := 1)", ["a", "b"]),
        ("a += 1", ["a"]),
        ("a; b = 1; c = 2", ["b", "c"]),
        ("import a.b.c, d.e as f", ["a", "f"]),
        ("from a import *", []),
        ("for a, b in (c := []):\n    d = 1\nelse:\n    e = 1", ["a", "b", "c"]),
        ("with a as (b, c), d as e.f: pass", ["b", "c", "e.f"]),
        ("type A[T] = int", ["A"]),
        ("def f(a=(b := 1)):\n    c = 1", ["f", "b"]),
        ("class C(a := 1): pass", ["C", "a"]),
        ("x[(a := 1)] = [b := c for d in e]", ["x[(a := 1)]", "a", "b"]),
        ("lambda a=(b := 1): (c := 1)", ["b"]),
    ],
)
def test_what_a_statement_assigns(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_the_targets_of_less_than_a_statement() -> None:
    statement = cst.ensure_type(cst.parse_statement("with a as b, c as d: pass"), cst.With)
    assert [code(target) for target in targets(statement.items[1])] == ["d"]
    expression = cst.ensure_type(cst.parse_expression("[x for (a, b) in c for d in e]"), cst.ListComp)
    assert [code(target) for target in targets(expression.for_in)] == ["a", "b", "d"]
    assert not [*targets(expression)]
    assert [code(target) for target in targets(cst.parse_expression("(a, *b.c)"))] == ["a", "b.c"]


def test_parameters_in_order() -> None:
    function = cst.ensure_type(cst.parse_statement("def f(a, /, b, *c, d, **e): pass"), cst.FunctionDef)
    assert [p.name.value for p in parameters(function)] == ["a", "b", "c", "d", "e"]
    assert [p.name.value for p in positional(function)] == ["a", "b"]
    anonymous = cst.ensure_type(cst.parse_expression("lambda a, *, b: 1"), cst.Lambda)
    assert [p.name.value for p in parameters(anonymous)] == ["a", "b"]
    assert not parameters(cst.ensure_type(cst.parse_expression("lambda: 1"), cst.Lambda))
    assert children(anonymous)[1] is anonymous.body
