"""A tree whose functions are parsed later equals LibCST's tree of the whole, place by place."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from sqsfifo_lint.source.chunks import Chunk, split
from sqsfifo_lint.source.deferred import HEAD
from sqsfifo_lint.source.fast_cst import DeferredBlock
from sqsfifo_lint.source.walk import descendants

REPOSITORY = Path(__file__).resolve().parents[2]
LIBRARY = Path(cst.__file__).parent
FILES = sorted(
    [*(REPOSITORY / "sqsfifo_lint").rglob("*.py"), *LIBRARY.glob("*.py"), *(LIBRARY / "_nodes").glob("*.py")]
)


NAMED = (cst.BaseExpression, cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.Param, cst.Arg)
"""What a finding or a trace can point at."""


def places(chunk: Chunk) -> list[tuple[str, int, int, str]]:
    """Kind, start, end and, except for statements, source of each of these nodes, in order."""
    found = set()
    for node in descendants(chunk.module):
        if isinstance(node, NAMED):
            start, end = chunk.position(node)
            # A statement's source begins with the comment before it, which stays where the body was removed.
            source = chunk.source(node) if isinstance(node, cst.BaseExpression) else ""
            found.add((type(node).__name__, start, end, source))
    return sorted(found)


def both(text: str) -> tuple[list[Chunk], list[Chunk]]:
    return split("x.py", text), split("x.py", text, deferring=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_same_tree(path: Path) -> None:
    at_once, later = both(path.read_text(encoding="utf-8"))
    for one, other in zip(at_once, later, strict=True):
        assert one.module.code == other.module.code == one.text
        assert places(one) == places(other)


def test_nothing_is_parsed_before_somebody_looks() -> None:
    body = "\n".join(f"        x{number} = {number}" for number in range(20))
    (chunk,) = split("x.py", f"class C:\n    a = 1\n\n    def f(self, x=1):\n{body}\n\n    b = 2\n", deferring=True)
    first, method, second = chunk.module.body[0].body.body  # type: ignore[union-attr]
    assert isinstance(method, cst.FunctionDef)
    assert type(method.body) is DeferredBlock
    assert chunk.span(second).line == 26
    assert not method.body.modules
    assert chunk.span(first).line == 2
    assert chunk.span(method.body.body[3]).line == 8
    assert method.body.modules


LINES = "\n".join(f"    x{number} = {number}" for number in range(20))

DEEP = LINES.replace("    ", " " * 12)

ODD = {
    "one line": f"def f(): return [\n{LINES.replace(' = ', ' == ').replace(chr(10), ',' + chr(10))}\n]\n",
    "comment before": f"def f():\n    # first\n\n{LINES}\n    # last\n",
    "docstring": f'def f():\n    """Text.\n\nNot indented.\n    """\n{LINES}\n',
    "decorated first": f"def f():\n    @g\n    def h():\n        pass\n{LINES}\n",
    "comment after": f"def f():\n{LINES}  # why\n",
    "blank at the end": f"def f():\n{LINES}  \n",
    "tabs": f"class C:\n\tdef f(self):\n{LINES.replace('    ', chr(9) * 2)}\n\n\tz = 1\n",
    "continued": f"def f():\n{LINES} + \\\n  3\n",
    "string over the margin": f"class C:\n    def f(self):\n        s = '''\n{LINES}\n'''\n        g(s)\n    x = 1\n",
    "async": f"async def f():\n{LINES}\n    await g()\n    async with a as b:\n        yield b\n",
    "class in class": f"class A:\n    class B:\n        def f(self):\n{DEEP}\n        y = 1\n    z = 2\n",
    "nested": f"def f():\n    def g():\n{LINES.replace('    ', ' ' * 8)}\n    return g\n",
    "not latin": f"def f():\n    s = 'äöü€𝄞'\n{LINES}\n    t = s\n",
    "the mark": f"def f():\n    __body_0__\n\ndef g():\n{LINES}\n",
}


LONG = "".join(
    f"    # about {n}\n\n    @d\n    def g{n}(): return [\n  {n},\n    ]\n"
    f"    x = {n}; y = (\n  x); z = y\n  # left\n    if x:\n        a\n"
    for n in range(100)
)
"""A body of several pieces."""

ODD["long"] = f"async def f():\n{LONG}"
ODD["long in tabs"] = f"def f():\n{LONG.replace('    ', chr(9))}    # end\n\nx = 1\n"
ODD["long string"] = f'def f():\n    a = 1\n    s = """\n{LONG}\n"""; b = 2\n    c = 3\n{LONG}'


def test_a_long_body_is_parsed_piece_by_piece() -> None:
    (chunk,) = split("x.py", ODD["long"], deferring=True)
    (function,) = chunk.module.body
    assert isinstance(function, cst.FunctionDef)
    assert len(function.body.body) == 100 * 3  # a function, a line of three, an `if`
    assert isinstance(function.body, DeferredBlock)
    assert len(function.body.modules) == 6, "1,100 lines in pieces of 200 or a few more"
    assert "".join(module.code.removeprefix(HEAD) for _, module in function.body.modules) == LONG.removeprefix(
        "    # about 0\n\n"  # belongs to the head
    )


@pytest.mark.parametrize("name", ODD)
def test_odd_layouts(name: str) -> None:
    at_once, later = both(ODD[name])
    for one, other in zip(at_once, later, strict=True):
        assert one.module.code == other.module.code == one.text
        assert places(one) == places(other)


def test_a_body_that_libcst_cannot_parse_is_empty_and_told() -> None:
    (chunk,) = split("x.py", f"def f():\n{LINES}\n", deferring=True)
    (function,) = chunk.module.body
    assert isinstance(function, cst.FunctionDef)
    block = function.body
    assert isinstance(block, DeferredBlock)
    object.__setattr__(block, "text", "    x = = 1\n")
    assert block.body == ()
    assert chunk.problem is not None
    assert chunk.problem.line == 2
    assert HEAD.count("\n") == 1
