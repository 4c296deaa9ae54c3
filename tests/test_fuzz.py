# ruff: noqa: E501, RUF001 (programs in one line each are easier to compare than ones that are broken up)
"""Odd programs, random ones and broken ones: the analysis and every rule get through them, and quickly.

A program has been gone through once every rule has judged each send that is found in it, and each known place has been
asked for its span.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import hypothesmith
import pytest
from fuzz_targets import KINDS, changed, damaged, mutated
from fuzz_targets import go_through as through
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqsfifo_lint.config import Config
from sqsfifo_lint.model import Problem, Send
from sqsfifo_lint.run import engine
from tests.fixture_runner import FIXTURES
from tests.limits import calls_of, no_hang
from tests.programs import CONSTANT_GROUP, write

SECONDS = 20
"""Processor time for one input; the slowest takes about a tenth of that."""

FUZZED = Path(__file__).parent / "fuzzed"
"""What once went wrong when `scripts/fuzz.py` was run: a folder for each kind of text."""

few = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def go_through(files: Mapping[str, str | bytes]) -> tuple[list[Send], list[Problem]]:
    """As fuzz_targets do it, with an end."""
    with no_hang(SECONDS):
        return through(files)


# -- odd programs

HEAD = """\
import asyncio
import datetime
import functools
import itertools
import time
import uuid
from dataclasses import dataclass, field

import boto3

sqs = boto3.client("sqs")
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"

"""


def send(group: str = "order['id']", dedup: str = "str(uuid.uuid4())", receiver: str = "sqs") -> str:
    """A call that sends."""
    return f"{receiver}.send_message(QueueUrl=URL, MessageBody='x', MessageGroupId={group}, MessageDeduplicationId={dedup})"


def function(group: str, dedup: str = "str(uuid.uuid4())", before: str = "", around: str = "") -> str:
    """A program with a function that runs some statements, then sends the value of an expression."""
    body = "\n".join(f"    {line}" for line in before.splitlines())
    return f"{HEAD}{around}\n\ndef deliver(order, *args, group=None, **kwargs):\n{body}\n    {send(group, dedup)}\n"


def nested(depth: int, opening: str, core: str, closing: str) -> str:
    """An expression in `depth` layers."""
    return opening * depth + core + closing * depth


def blocks(depth: int, heads: tuple[str, ...], core: str, indent: int = 0) -> str:
    """A statement in `depth` blocks."""
    lines = [f"{' ' * (indent + level)}{heads[level % len(heads)]}" for level in range(depth)]
    return "\n".join([*lines, f"{' ' * (indent + depth)}{core}"])


def branches(
    count: int, text: str = "    if order[{0}]:\n        x = x + str({0})\n    else:\n        x = x + order[{0}]"
) -> str:
    """Independent branches in sequence: two to the power of `count` paths."""
    return "\n".join(text.format(number) for number in range(count))


def after(statements: str, group: str = "x") -> str:
    """A function of these statements (indented already) that ends in a send."""
    return f"{HEAD}def deliver(order, x='', y=None, **kwargs):\n{statements}\n    {send(group)}\n"


def chain_of_calls(count: int) -> str:
    """Functions that each call the next one twice: two to the power of `count` calls."""
    lines = [f"def f{n}(x):\n    return f{n + 1}(x + 'a') + f{n + 1}(x + 'b')\n" for n in range(count)]
    return (
        HEAD + "\n".join(lines) + f"\ndef f{count}(x):\n    return x\n\ndef deliver(order):\n    {send('f0(order)')}\n"
    )


def chain_of_wrappers(count: int, width: int = 2) -> str:
    """Wrappers of wrappers, each called from several places."""
    lines = [f"def w0(order, group):\n    {send('group')}\n"]
    for n in range(1, count):
        calls = "\n".join(f"    w{n - 1}(order, group + '{c}')" for c in range(width))
        lines.append(f"def w{n}(order, group):\n{calls}\n")
    return HEAD + "\n".join(lines)


def doubled(depth: int) -> str:
    """A ternary whose three parts are ternaries whose three parts ..."""
    inner = doubled(depth - 1) if depth else "order"
    return f"({inner}) if ({inner}) else ({inner} + 'a')"


ODD: dict[str, str] = {
    # depth
    "deep parentheses": function(nested(150, "(", "order", ")")),
    "deep lists": function(nested(90, "[", "order", "]")),
    "deep tuples": function(nested(90, "(", "order", ",)")),
    "deep dicts": function(nested(90, "{'a': ", "order", "}") + "['a']" * 90),
    "deep subscripts": function("order" + "[0]" * 250),
    "deep attributes": function("order" + ".a" * 250),
    "deep calls": function(nested(90, "str(", "order", ")")),
    "deep method chain": function("order" + ".strip()" * 250),
    "deep lambdas": function(nested(60, "(lambda: ", "order", ")()")),
    "deep unary": function("not " * 150 + "order"),
    "deep minus": function("-" * 150 + "1"),
    "deep ternaries": function(" if order else ".join(f"'{n}'" for n in range(150))),
    "deep ternaries in tests": function(nested(60, "(1 if ", "order", " else 2)")),
    "deep f-strings": function("f\"{f'{order}'}\""),
    "deep ifs": after(blocks(95, ("if order:",), "x = 'a'", 4)),
    "deep loops": after(blocks(19, ("for x in order:",), "x = x + 'a'", 4)),
    "deep loops of all kinds": after(blocks(18, ("for x in order:", "while x:"), "x = x + str(uuid.uuid4())", 4)),
    "deep tries": after(
        "\n".join(f"{' ' * (4 + n)}try:" for n in range(18))
        + f"\n{' ' * 22}x = order()\n"
        + "\n".join(f"{' ' * (4 + n)}except E{n}:\n{' ' * (5 + n)}x = '{n}'" for n in reversed(range(18)))
    ),
    "deep withs": after(blocks(18, ("with order as x:",), "x = x.a", 4)),
    "deep functions": after(blocks(40, ("def f(x=x):",), "return x", 4)),
    "deep classes": after(blocks(40, ("class C:",), "y = x", 4), "C.C.C.C.y"),
    "deep matches": after(blocks(36, ("match order:", "case {'a': x}:"), "x = x + 'a'", 4)),
    "deep comprehensions": function("[x for x in " * 15 + "order" + "]" * 15),
    "wide comprehension": function(
        "[a0 " + "".join(f"for a{n} in a{n - 1} " if n else "for a0 in order " for n in range(12)) + "]"
    ),
    "wide comprehension of constants": function(
        "''.join(a0 " + "".join(f"for a{n} in ('x', 'y') " for n in range(12)) + ")"
    ),
    "deep additions": function(" + ".join(["order"] * 600)),
    "many elifs": after("    if order: x = 'a'\n" + "\n".join(f"    elif order == {n}: x = '{n}'" for n in range(600))),
    # size
    "long list": function("[" + ", ".join(f"'{n}'" for n in range(10_000)) + "][0]"),
    "long dict": function("{" + ", ".join(f"'{n}': {n}" for n in range(10_000)) + "}[order]"),
    "long tuple joined": function("'-'.join((" + ", ".join(f"'{n}'" for n in range(10_000)) + "))"),
    "long string": function("'" + "a" * 1_000_000 + "'"),
    "long string times": function("'a' * 10 ** 12"),
    "long number": function("10 ** 10 ** 10"),
    "long shift": function("str(1 << 10 ** 12)"),
    "long range": function("str(list(range(10 ** 12)))"),
    "long padding": function(
        "'a'.ljust(10 ** 12) + 'a'.zfill(10 ** 12) + f\"{'a':>1000000000000}\" + '%1000000000000s' % 'a'"
    ),
    "long replacement": function(
        "('a' * 1000).replace('a', 'a' * 1000).replace('a', 'a' * 1000).replace('a', 'a' * 1000)"
    ),
    "long literal number": function("9" * 5000),
    "long integer text": function("str(" + "9" * 5000 + ")", "int('9' * 5000)"),
    "long f-string": function('f"' + "{order}{time.time()}-" * 3000 + '"'),
    "long or": function(" or ".join(f"order.get('{n}')" for n in range(400))),
    "long and": function(" and ".join(f"order.get('{n}')" for n in range(400))),
    "long comparison": function(" < ".join(f"order[{n}]" for n in range(400))),
    "long line": function("order", around="x = '" + "y, " * 200_000 + "'"),
    "many arguments": function(
        "f(" + ", ".join(f"a{n}=order" for n in range(300)) + ")", around="def f(**kwargs): return kwargs['a7']"
    ),
    "many parameters": function("f()", around="def f(" + ", ".join(f"a{n}={n}" for n in range(300)) + "): return a7"),
    "many assignments": after("\n".join(f"    x = x + '{n}'" for n in range(3000))),
    "many updates": after("    y = {}\n" + "\n".join(f"    y['{n}'] = x" for n in range(2000)), "y[x]"),
    "many appends": after("    y = []\n" + "\n".join(f"    y.append('{n}')" for n in range(2000)), "y[0]"),
    "many sends": after("\n".join(f"    {send(repr(str(n)))}" for n in range(500))),
    "many functions": HEAD + "\n".join(f"def f{n}(order):\n    {send(repr(str(n)))}\n" for n in range(400)),
    "many callers": HEAD
    + f"def w(order, group):\n    {send('group')}\n"
    + "\n".join(f"def f{n}(o): w(o, '{n}')" for n in range(400)),
    "many classes": HEAD
    + "class C0:\n    g = 'a'\n"
    + "\n".join(f"class C{n}(C{n - 1}): pass" for n in range(1, 300))
    + f"\ndef deliver(order):\n    {send('C299.g')}\n",
    "many subclasses": HEAD
    + f"class B:\n    g = 'a'\n    def deliver(self, order):\n        {send('self.g')}\n"
    + "\n".join(f"class C{n}(B):\n    g = '{n}'\n" for n in range(200)),
    "many objects": HEAD
    + f"class B:\n    def __init__(self, g): self.g = g\n    def deliver(self, order):\n        {send('self.g')}\n"
    + "\n".join(f"B('{n}').deliver(1)" for n in range(200)),
    # paths
    "branches": after(branches(14)),
    "more branches": after(branches(60)),
    "branches of keys": after(
        "    y = {}\n"
        + branches(30, "    if order[{0}]:\n        y['{0}'] = '{0}'")
        + "\n    sqs.send_message(QueueUrl=URL, **y)"
    ),
    "branches that return": after(
        branches(30, "    if order[{0}]:\n        return sqs.send_message(QueueUrl=URL, MessageGroupId='{0}')")
    ),
    "ternaries added": function(" + ".join(f"('{n}a' if order else '{n}b')" for n in range(30))),
    "ors added": function(" + ".join(f"(order.get('{n}') or 'b{n}')" for n in range(30))),
    "ternaries in an f-string": function('f"' + "{'a' if order else 'b'}" * 30 + '"'),
    "ternaries in a tuple": function(
        "'-'.join([" + ", ".join(f"'a{n}' if order else 'b{n}'" for n in range(30)) + "])"
    ),
    "ternaries replaced": function(
        "order" + "".join(f".replace('a' if order else 'b', 'c{n}' if order else 'd{n}')" for n in range(30))
    ),
    "ternaries formatted": function(
        "'" + "{}" * 30 + "'.format(" + ", ".join("'a' if order else 'b'" for _ in range(30)) + ")"
    ),
    "ternaries in nested calls": function(
        nested(12, "f(", "order", ")"), around="def f(x): return x + 'a' if x else x + 'b'"
    ),
    "nested ors": function(nested(40, "(order or ", "x", " or 'a')")),
    "nested ternaries on all sides": function(doubled(7)),
    "calls doubled": chain_of_calls(25),
    "wrappers doubled": chain_of_wrappers(12),
    "wrappers times five": chain_of_wrappers(9, 5),
    "tries": after(
        "\n".join(
            f"    try:\n        x = x + order()\n    except E{n}:\n        x = '{n}'\n    finally:\n        y = x"
            for n in range(30)
        )
    ),
    "loops": after("\n".join(f"    for x in order:\n        x = x + y\n        y = x + '{n}'" for n in range(30))),
    "loops that grow": after(
        "    y = ['a']\n    for x in order:\n        y = [y, x, [y]]\n        x = x + str(y)", "str(y)"
    ),
    "loops that swap": after(
        "    a, b, c, d, e = 'a', 'b', 'c', 'd', 'e'\n    while order:\n        a, b, c, d, e = b + 'x', c, d, e, a",
        "a + b",
    ),
    "a loop with all": after(
        "    while order:\n        if x: continue\n        if y: break\n        x = x + 'a'\n        for y in x:\n            if y: break\n        else:\n            continue\n    else:\n        x = 'b'"
    ),
    "a cross product of lists": function("'-'.join(x + y for x in ['a', 'b', order] for y in ['c', 'd', order])"),
    "a product of many": function("''.join(next(itertools.product(*[['a', 'b']] * 30)))"),
    "matches": after(
        "\n".join(
            f"    match order:\n        case {{'a': x}}: pass\n        case [x, *y]: x = x + '{n}'\n        case _: x = y"
            for n in range(20)
        )
    ),
    # cycles
    "recursion": function("f(order)", around="def f(x): return f(x) + 'a' if x else x"),
    "recursion without end": function("f(order)", around="def f(x): return f(f(x))"),
    "recursion that grows": function("f(order)", around="def f(*x): return f(x, *x, *x)"),
    "recursion by keyword": function("f(a=order)", around="def f(**x): return f(**x, b=x)"),
    "mutual recursion": function(
        "f(order)", around="def f(x): return g(x) + g('a' + x)\ndef g(x): return f(x) or h(x)\ndef h(x): return f(g(x))"
    ),
    "recursion through a default": function("f()", around="def f(x=lambda: f()): return x()"),
    "recursion through a lambda": function("(lambda f: f(f))(lambda f: f(f))"),
    "the Y combinator": function(
        "(lambda f: (lambda x: f(lambda v: x(x)(v)))(lambda x: f(lambda v: x(x)(v))))(lambda g: lambda n: g(n) + 'a')(order)"
    ),
    "recursion through a property": function(
        "C().g", around="class C:\n    @property\n    def g(self): return self.g + 'a'"
    ),
    "recursion through getattr": function(
        "C().g", around="class C:\n    def __getattr__(self, name): return getattr(self, name)"
    ),
    "recursion through a constructor": function(
        "C(order).g", around="class C:\n    def __init__(self, x):\n        self.g = C(self)"
    ),
    "recursion through default_factory": function(
        "C().c.c.c", around="@dataclass\nclass C:\n    c: 'C' = field(default_factory=lambda: C())"
    ),
    "recursion through a decorator": function("f(order)", around="def d(f): return d(f)\n@d\ndef f(x): return x"),
    "a decorator that gives itself": function("f(order)", around="def d(f): return d\n@d\ndef f(x): return x"),
    "a decorator that is what it decorates": function("f(order)", around="@f\ndef f(x): return x"),
    "decorators on decorators": function(
        "d(order)", around="@d\ndef d(f):\n    @d\n    def w(*a): return f(*a)\n    return w"
    ),
    "decorators with arguments in class bodies": HEAD
    + "def retry(v):\n    def decorate(f):\n        @functools.wraps(f)\n        def w(*a, **k):\n            return v or f(*a, **k)\n        return w\n    return decorate\n\nclass A:\n    def __init__(self): self.g = self.a()\n    @classmethod\n    @retry('a')\n    def a(cls): return 'x'\n    @staticmethod\n    @retry('b')\n    def b(): return 'y'\n    @retry(a)\n    @retry(b)\n    def c(self): return self.a()\n\nclass B(A):\n    def __init__(self):\n        super().__init__()\n        self.h = self.c()\n    @retry('c')\n    def c(self): return super().c() + self.b()\n    def deliver(self, order):\n        "
    + send("self.g + self.h")
    + "\n",
    "a class in a function in a class": HEAD
    + "class A:\n    def f(self):\n        class B(A):\n            def f(me):\n                class C(B): g = me.f()\n                return C\n        return B().f()\n    g = f\n    def deliver(self, order):\n        "
    + send("self.f().f().g")
    + "\n",
    "many decorators": function(
        "f(order)",
        around="def d(f):\n    @functools.wraps(f)\n    def w(*a, **k): return f(*a, **k) + f(*a, **k)\n    return w\n"
        + "@d\n" * 20
        + "def f(x): return x",
    ),
    "decorators in a class body": HEAD
    + "class C:\n    @wrap\n    def a(self): pass\n"
    + "".join(
        f"class C{n}(C):\n    @wrap\n    def __init__(self):\n        super().__init__()\n        @wrap\n        def f(): return super()\n        self.g{n} = f()\n"
        for n in range(6)
    )
    + f"class D(C5):\n    def deliver(self, order):\n        {send('self.g3')}\n",
    "a class that inherits from itself": function("C.g", around="class C(C): pass"),
    "a class that is its own metaclass": function("C.g", around="class C(metaclass=C): pass"),
    "classes in a ring": function(
        "A.g", around="class A(B): pass\nclass B(C): pass\nclass C(A): pass\nclass B(A): g = super().g"
    ),
    "super of super": function(
        "C().f()",
        around="class A:\n    def f(self): return super().f()\nclass B(A):\n    def f(self): return super().f() + super().f()\nclass C(B, A, B):\n    def f(self): return super().f() + super(C, self).f() + super(A, self).f()",
    ),
    "diamonds": function(
        "D9().f(order)",
        around="class D0:\n    def f(self, x): return x\n"
        + "".join(
            f"class L{n}(D{n - 1}):\n    def f(self, x): return super().f(x) + 'l'\nclass R{n}(D{n - 1}):\n    def f(self, x): return super().f(x) + 'r'\nclass D{n}(L{n}, R{n}):\n    def f(self, x): return super().f(x) + super().f(x)\n"
            for n in range(1, 10)
        ),
    ),
    "a list in itself": after(
        "    y = []\n    y.append(y)\n    y += y\n    y.extend(y)\n    y[0] = y\n    x = y[0][0][0]", "f'{y}{x}'"
    ),
    "a dict in itself": after(
        "    y = {}\n    y['a'] = y\n    y.update(y)\n    y.update(**y)\n    y |= y\n    x = {**y, **y['a']['a']}",
        "f\"{y}{x['a']}\"",
    ),
    "an object in itself": after(
        "    class C: pass\n    y = C()\n    y.y = y\n    y.y.y.x = y\n    for x in y.y.y: y.x = y", "f'{y.x.y}'"
    ),
    "objects in a ring": after(
        "    class C:\n        def __init__(self, o): self.o = o; o.o = self\n    y = C(C(C(order)))\n    while y: y = C(y.o)",
        "str(y.o.o)",
    ),
    "a name for itself": function("x", around="x = x\ny: y = y\nz = z = z\nx, y = y, x"),
    "globals in a ring": function("A", around="A = B + 'a'\nB = C + 'b'\nC = A or B"),
    "functions as arguments of themselves": function("f(f)(f)(f)", around="def f(g): return lambda h: g(h)(f)"),
    "generators": function(
        "next(f(order))",
        around="def f(x):\n    yield x\n    yield from f(x)\n    yield from f((yield))\n    z = yield\n    return z",
    ),
    "generators in a loop": after(
        "    for x in (x for x in (x for x in order)):\n        x = (x for y in x)\n        y = next(x, y)\n        yield x, y"
    ),
    "a generator of itself": after("    y = (y for y in y)\n    for x in y: y = (x for x in y)", "''.join(y)"),
    "partial of partial": function(
        "p(order)",
        around="p = functools.partial(functools.partial, functools.partial)\nfor _ in range(9): p = functools.partial(p, p)",
    ),
    "reduce": function("functools.reduce(lambda a, b: a + b + a, order, functools.reduce)"),
    "nonlocal": after(
        "    def f():\n        nonlocal x\n        x = x + 'a'\n        def g():\n            nonlocal x\n            x = f() or g()\n            return x\n        return g()\n    f()"
    ),
    "nested functions that send": after(
        f"    def f(z):\n        {send('z')}\n        def g(z):\n            {send('z + x')}\n            f(z + 'a')\n            g(z)\n        return g(f)\n    f(g)"
    ),
    "a wrapper of itself": HEAD
    + f"def w(order, group):\n    {send('group')}\n    w(order, group + 'a')\n    w(order, w(group, w))\n",
    "wrappers of each other": HEAD
    + f"def v(order, group):\n    w(order, 'v' + group)\ndef w(order, group):\n    {send('group')}\n    v(order, group)\n    u(order, group)\ndef u(o, g='x'): w(o, g); v(o, g); u(o, g + 'u')\n",
    "a send of a send": function(send(send("order", "x"), send("y", "order"))),
    "a send as its own receiver": HEAD
    + "def deliver(order):\n    "
    + "sqs"
    + ".send_message(QueueUrl=URL, MessageBody='x', MessageGroupId='a')" * 30
    + "\n",
    "methods that call each other": HEAD
    + "class C:\n"
    + "".join(
        f"    def m{n}(self, x):\n        self.a{n} = x\n        return self.m{(n + 1) % 12}(self.a{(n + 5) % 12}) or self.m{(n + 7) % 12}(x + 'a')\n"
        for n in range(12)
    )
    + f"    def deliver(self, order):\n        self.m0(order)\n        {send('self.a3')}\n",
    "attributes from attributes": HEAD
    + "class C:\n    def __init__(self):\n"
    + "".join(f"        self.a{n} = self.a{(n * 7 + 3) % 50} + self.a{(n * 11 + 1) % 50}\n" for n in range(50))
    + f"    def deliver(self, order):\n        {send('self.a1')}\n",
    "globals from globals": HEAD
    + "".join(f"A{n} = A{n + 1} + A{n + 2}\n" for n in range(60))
    + f"def deliver(order):\n    {send('A0')}\n",
    # unusual syntax
    "print in a class": function(
        "C.g",
        around="class C:\n    print('a')\n    for g in 'ab': h = g\n    while g: g = h\n    with open(g) as g: del h\n    try: pass\n    except g as h: pass\n    if g: g = [g for x in g if g]\n    import os as g\n    return_ = lambda self: g\n    global z\n    z = 1",
    ),
    "everything deleted": after("    y = {}\n    del x, y['a'], y.b, (y[:]), [y[0], x]\n    del (x)\n    del URL", "x"),
    "global and nonlocal": after(
        "    global z, URL\n    z = x\n    URL = z\n    def f():\n        global x\n        x = z\n    f()", "z"
    ),
    "the walrus": function(
        "(a := order) + (b := (a := a + 'x')) + ''.join(c := d for d in (e := order) if (f := d)) + f + (lambda: (g := f))()"
    ),
    "starred": function(
        "[*order, *[*order], *(x for x in order)][*[0]] if False else [*order][0]",
        before="a, *b = *order, *order\n(c, [*d, e]), *f = order\n*g, = g\nfor h, *i in order: pass\nprint(*a, *b, **c, **{**d, 'e': e}, f=g)",
    ),
    "assignment targets": after(
        "    x, y = y, x\n    [x, (y, *x.a), y[0:1]] = order\n    x.a = y.b = x[0] = order\n    x[y := 1, ...] += order\n    x.a[0].b += 1\n    (x), [y] = order\n    for x.a, y[0] in order: pass\n    with order as (x, [y, *x.b]), order as y[0]: pass\n    (x): int = 1\n    x.a: str = 'a'\n    x @= y; x **= y; x //= y; x >>= y; x ^= y"
    ),
    "slices": function(
        "order[1:2:3][::-1][:, ..., None][order:][-1:][slice(1, 2)][1:2, ::3] + 'abc'[::0] + 'abc'[5] + 'abc'[-9] + 'abc'[::-1] + 'abc'['a'] + 'abc'[10**99:] + [1][9] + {}[1] + ()[0]"
    ),
    "unpacking in an index": "x = order[*a, *b]\n" + function("order[0]"),
    "ellipsis": function("...", "Ellipsis", before="...\nx = ...\nx = x[...]"),
    "chained comparison": function("1 < order <= 2 != 3 is not None in order not in [order] is True"),
    "lambdas": function(
        "(lambda a, /, b=1, *c, d=lambda x=2: x, e, **f: (a, b, c, d(), e, f))(order, *args, e=1, **kwargs)"
    ),
    "all kinds of parameters": function(
        "f(1, 2, c=3, d=4) + f() + f(*order) + f(**order) + f(1, 2, 3, 4, 5, 6, a=1, z=2) + f(*f, **f)",
        around="def f(a, b=1, /, c=2, *args, d, e=3, **kwargs): return a or b or c or args or d or e or kwargs\ndef g(*, a): return a\ndef h(a, /): return a",
    ),
    "wrong calls": function(
        "f(1, 1, x=1) + g(2) + ''.join() + ''.format() + '%s %s' % 1 + '{9}'.format(1) + '{' .format(1) + '%' % 1 + '%(a)s' % 1 + str(1, 2, 3) + int('x') + time.time(1) + uuid.uuid4(1, a=2) + uuid.uuid5() + dict(1) + dict([1]) + dict([[1]]) + {}.update(1) + 'a'.encode('nope') + b'\\xff'.decode() + chr(-1) + 'a'.split('') + range(0, 1, 0) + isinstance() + getattr() + getattr(1) + setattr() + super() + super(1, 2, 3) + type() + next() + sum(1) + min() + max() + open() + map() + zip(1) + sorted() + hash() + partial() + functools.partial() + vars() + list(1, 2) + tuple(1) + set(1) + enumerate() + reversed() + len() + round() + abs('a') + divmod(1, 0) + pow(0, -1) + 1 / 0 + 1 % 0 + 1 // 0 + 0 ** -1 + 1 << -1 + -'a' + ~'a' + 'a' - 1 + [] * 'a' + None + {}",
        around="def f(x): return x\ndef g(): return 1",
    ),
    "wrong formats": function(
        "'%d' % 'a' + '%*s' % (1,) + '%.999999999s' % 1 + '%q' % 1 + '{:zz}'.format(1) + '{0.a[b]!r:>{1}}'.format(1) + '{!x}'.format(1) + '{a.b}'.format(a=1) + f'{1:{2}{3}}' + f'{order!r:>{order}}' + f'{order=}' + '{}{0}'.format(1) + '{0}{}'.format(1) + '}'.format() + '%(a' % {} + format(1, 'zz') + '{[}'.format(1)"
    ),
    "wrong dates": function(
        "datetime.datetime(0, 0, 0).isoformat() + datetime.datetime.now().strftime() + datetime.datetime.now().strftime(1) + datetime.datetime.now().strftime('%') + datetime.datetime.now().strftime('%\\ud800') + datetime.datetime.now().isoformat(timespec=1) + datetime.datetime.now().isoformat(timespec='nope') + datetime.datetime.now().replace(microsecond='a') + str(int(time.time() / 0)) + str(round(time.time(), 'a')) + str(round(time.time(), 10**9)) + str(time.time() // 0) + str(time.time() % 0) + str(time.time() * 10**400) + str(time.time() ** 999) + str(time.time_ns() >> 9999999999) + str(-time.time()) + str(int(time.time(), 'a'))"
    ),
    "surrogates and odd text": function(
        "'\\ud800' + '\\N{BULLET}' + b'\\xff' + '\\0' + 'é' + '\u202e' + '\\x1b[31m' + '𝒳' + 'a' 'b' f'c'",
        around="été = ñ = 𝒳 = '1'",
    ),
    "operators": function(
        "order @ order + ~order - +order // order % order << order >> order & order | order ^ order ** -order + (not order) + (order and order) + (await_ if order else order)"
    ),
    "async": f"{HEAD}async def deliver(order):\n    async with order as x, order: pass\n    async for y in order: x = await y\n    else: x = await x\n    z = [await a async for a in order if await a async for b in a]\n    await asyncio.gather(*[asyncio.to_thread(sqs.send_message, QueueUrl=URL, MessageGroupId=x) for x in z])\n    return (x async for x in await order)\n    {send('x')}\n",
    "async with a send": f"{HEAD}async def deliver(order):\n    x = [await a async for a in order if await a]\n    async with x as y: await {send('y')}\n    yield y\n    await asyncio.gather(*[asyncio.to_thread(sqs.send_message, QueueUrl=URL, MessageGroupId=x) for x in y])\n",
    "every match": after("""    match order, x:
        case (1 | 2 | -3 | 1+2j | 'a' | b'b' | None | True) as y, _: x = y
        case [a, b, *_] | (a, b, *_): x = a
        case {'a': 1, 'b': [x, {'c': y}], **rest}: x = rest
        case {x.a: y, **rest}: x = rest
        case str() | int(): x = 'b'
        case C(a, b=C(c=d), e=[*f]): x = f
        case x.y.z: x = 'c'
        case [[[[x]]]] if (y := x): x = y
        case (x,) | [x]: pass
        case []: pass
        case {}: return
        case y: x = y
"""),
    "except star": after(
        "    try:\n        x = order()\n    except* (ValueError, TypeError) as y:\n        x = y\n    except* OSError:\n        x = 'b'\n    else:\n        x = 'c'\n    finally:\n        x = x + 'd'"
    ),
    "try with all": after(
        "    for y in order:\n        try:\n            try:\n                x = order()\n                continue\n            except A as e:\n                x = e\n                break\n            except (B, C):\n                raise\n            else:\n                return x\n            finally:\n                if x: continue\n                return\n        except:\n            raise x from y\n        finally:\n            break"
    ),
    "finally returns": after(f"    try:\n        return {send('x')}\n    finally:\n        return {send('y')}"),
    "after return": after("    return 1\n    x = 'a'\n    raise x\n    while True: pass"),
    "while True": after(f"    while True:\n        x = x + 'a'\n        {send('x')}\n    x = 'b'"),
    "while else": after(
        "    while order:\n        x = 'a'\n    else:\n        x = 'b'\n    while 0: x = 'c'\n    while 1:\n        if x: break\n    else:\n        x = 'd'"
    ),
    "conditional imports": function(
        "g(G)",
        around="try:\n    from a import G\nexcept ImportError:\n    try:\n        import b as G\n    except ImportError:\n        G = None\nif G:\n    from .c import g\nelse:\n    from ...d import *\n    def g(x): return x\nimport a.b.c, a.b.d as e\nfrom . import x\nfrom .. import *\nfrom __future__ import annotations",
    ),
    "imports in functions": after(
        "    import uuid as x, a.b\n    from . import y\n    from uuid import uuid4 as z, nothing\n    from deliver import deliver",
        "z() + y + a.b.c(x) + deliver",
    ),
    "annotations alone": after(
        "    x: str\n    y: 'str' = x\n    z: (yield) = 1\n    z: deliver[x:y, ...] = y", "x + z"
    ),
    "semicolons": function("x", around="x = 1; y = 2; import z; x += y; del y; pass; x = [x]; assert x, y; raise x"),
    "one line": "import boto3; x = 'a'; boto3.client('sqs').send_message(QueueUrl='a.fifo', MessageGroupId=x); x = 'b'",
    "no newline": HEAD + send("'a'"),
    "only a comment after": HEAD + send("'a'") + " # end",
    "carriage returns": (HEAD + send("'a'")).replace("\n", "\r"),
    "form feeds and tabs": HEAD
    + "\f\ndef deliver(order):\n\tif order:\n\t\tx = 'a'\n\f\telse:\n\t\tx = 'b'\n\t"
    + send("x")
    + "\n",
    "line continuations": HEAD
    + "def deliver(order):\n    x = \\\n    order \\\n      . get \\\n ('a')\n    "
    + send("x").replace("(", "( # a\n", 1).replace(", ", ",\n\n # b\n")
    + "\n",
    "type parameters": function(
        "f[int](order)",
        around="type A[T: int, *Ts, **P] = dict[T, A]\ndef f[T: (int, str) = int, *Ts, **P](x: T) -> T: return x\nclass C[T](A[T]): g: T",
    ),
    "nested quotes of 3.12": function('f"{f"{order["a"]}"}"'),
    "template strings of 3.14": function("t'{order}'"),
    "except without parentheses of 3.14": after("    try: x = 'a'\n    except A, B: x = 'b'"),
    "soft keywords": function(
        "match", around="match = case = _ = type = 'a'\nprint(match, case, _)\ntype = type\nmatch[case] = _"
    ),
    "enums": function(
        "E.A.value + E('a').name + E['A'] + E.B.A.A.value + e",
        around="import enum\nclass E(str, enum.Enum):\n    A = 'a'\n    B = A\n    C = E.A\n    @property\n    def value(self): return self.value\nfor e in E: pass",
    ),
    "named tuples": function(
        "N(order)._replace(a=N).a + N().b + N._make(N).a + N(*N)",
        around="from typing import NamedTuple\nfrom collections import namedtuple\nclass N(NamedTuple):\n    a: 'N' = None\n    b: str = a\nM = namedtuple('M', 'a b', defaults=M)\nM = namedtuple(M, M)",
    ),
    "dataclasses": function(
        "D().a + D(D, D).b + dataclasses.replace(D(), a=D()).a + str(dataclasses.asdict(D()))",
        around="import dataclasses\n@dataclass\n@dataclass(frozen=True, **x)\nclass D(D):\n    a: str = field(default_factory=D)\n    b: 'D' = field(default=field(default=field()))\n    c: list = field(default_factory=lambda: D().c)\n    def __post_init__(self, *a):\n        self.a = self\n        D.__init__(self)",
    ),
    "dunders": function(
        "C()[order](order) + C() + (C() < C()) + -C() + f'{C()}' + str(C()) + C().x + next(iter(C()))",
        around="class C:\n    def __getitem__(self, k): return self[k]\n    def __call__(self, *a): return self(*a)\n    def __add__(self, o): return self + o\n    def __str__(self): return str(self)\n    def __format__(self, f): return f'{self}'\n    def __iter__(self): return iter(self)\n    def __next__(self): return next(self)\n    def __getattr__(self, n): return getattr(self, n)\n    def __new__(cls): return cls()\n    def __enter__(self): return self\n    __init_subclass__ = __class_getitem__ = __set_name__ = __call__",
    ),
    "descriptors": function(
        "C().p",
        around="class C:\n    p = property(lambda self: self.p, lambda self, v: self.p)\n    @p.setter\n    def p(self, v): self.p = v\n    @functools.cached_property\n    def p(self): return self.p\n    @classmethod\n    @property\n    def q(cls): return cls.q\n    @staticmethod\n    def r(self): return self.r\n    r = classmethod(staticmethod(r))",
    ),
    "batches": HEAD
    + "def deliver(order):\n    e = [{'Id': str(n), 'MessageGroupId': o, **o} for n, o in enumerate(order)] + [*order] + 3 * [order]\n    e[0]['MessageGroupId'] = e\n    e.append(e)\n    for n in range(0, len(e), 10): sqs.send_message_batch(QueueUrl=URL, Entries=e[n:n + 10])\n    sqs.send_message_batch(QueueUrl=URL, Entries={})\n    sqs.send_message_batch(QueueUrl=URL, Entries='a')\n    sqs.send_message_batch(QueueUrl=URL, Entries=[[], None, 1, *e, {**e}, {e: e}, dict(e)])\n    sqs.send_message_batch(Entries=sqs)\n",
    "wrong sends": HEAD
    + "def deliver(*a, **k):\n    sqs.send_message()\n    sqs.send_message(*a)\n    sqs.send_message(**k)\n    sqs.send_message(1, 2)\n    sqs.send_message(sqs.send_message)\n    sqs.send_message(MessageGroupId=None, QueueUrl=None)\n    sqs.send_message(**{'MessageGroupId': 1, 'MessageGroupId': 2, 1: 2, None: None, **k, **{**k}})\n    sqs.send_message(**[], **1, **None)\n    sqs.send_message(QueueUrl=URL, MessageGroupId=sqs, MessageDeduplicationId=deliver, DelaySeconds=deliver)\n    sqs.send_message\n    f = sqs.send_message; f = f.f = f; f(MessageGroupId='a')\n    getattr(sqs, 'send_message')(MessageGroupId='a', QueueUrl=f)\n    getattr(sqs, 'send_' + 'message')(**getattr)\n    (lambda **k: sqs.send_message(**k))(MessageGroupId='a', **{'QueueUrl': URL})\n    list(map(sqs.send_message, a))\n    boto3.client('sqs').send_message.send_message(MessageGroupId='a')\n    boto3.resource('sqs').Queue(URL).send_message(MessageGroupId='a')\n    boto3.resource('sqs').Queue(URL).send_messages(Entries=[{}])\n    boto3.client('sns').publish(TopicArn=URL, MessageGroupId='a')\n    boto3.client('sns').publish_batch(TopicArn=URL, PublishBatchRequestEntries=[{'MessageGroupId': 'a'}])\n    asyncio.to_thread(sqs.send_message, MessageGroupId='a')\n    functools.partial(sqs.send_message, MessageGroupId='a')(QueueUrl=URL)\n    functools.partial(functools.partial(sqs.send_message), MessageGroupId='a')()\n",
    "a send at the top": HEAD
    + "for order in orders:\n    try:\n        if order:\n            with order as x: "
    + send("x")
    + "\n    finally: pass\n",
    "a send in a class body": HEAD
    + "class C:\n    x = 'a'\n    "
    + send("x")
    + "\n    class D:\n        y = x\n        "
    + send("y")
    + "\n",
    "a send in a default": HEAD + f"def f(x={send('URL')}, *y: {send('f')}, **z) -> {send('f')}: pass\n",
    "a send in a decorator": HEAD
    + f"@{send('URL')}\n@f({send('f')})\nclass C({send('C')}, metaclass={send('C')}): pass\n@{send('f')}\ndef f(): pass\n",
    "a send in a comprehension": HEAD
    + f"x = [{send('y')} for y in {send('x')} if {send('y')}]\nz = {{{send('y')}: {send('y')} for y in x}}\n",
    "a send in an f-string": HEAD + 'x = f"{' + send("URL") + "!r:>{" + send("x") + '}}"\n',
    "a send in a match": HEAD + f"match {send('x')}:\n    case x if {send('x')}: {send('x')}\n",
    "a send in an assert": HEAD
    + f"assert {send('x')}, {send('y')}\ndel {send('x')}.a, {send('x')}[{send('y')}]\nraise {send('x')} from {send('y')}\n",
    "a send in a lambda": HEAD + f"f = lambda x, y={send('URL')}: {send('x')} or f({send('y')})\nf(f)\n",
    "a send as a target": HEAD
    + f"{send('x')}.a = {send('y')}[0] = {send('z')}\n{send('x')}[{send('y')}] += {send('z')}\nfor {send('x')}.b in {send('y')}: pass\n",
}

REDUCED: dict[str, str] = {
    "a number beyond Python's limit": function("9" * 5000),
    "a hexadecimal number beyond Python's limit": function("0x" + "f" * 9000),
    "a name in parentheses, annotated, which LibCST cannot read": function("x", around="(x): int = 1"),
    "the same in the function that sends": function("x", before="(x): int = 1"),
    "a class as its own default_factory": function(
        "D()", around="@dataclass\nclass D:\n    a: str = field(default_factory=D)"
    ),
    "an object that is its own iterator": function(
        "next(iter(C()))", around="class C:\n    def __iter__(self): return iter(self)"
    ),
    "two wrappers of each other that nobody else calls": HEAD
    + f"def v(order, group):\n    w(order, group)\n\ndef w(order, group):\n    {send('group')}\n    v(order, group)\n",
    "a method chain of 250": function("order" + ".strip()" * 250),
    "a sum of 600": function(" + ".join(["order"] * 600)),
    "600 elifs": after("    if order: x = 'a'\n" + "\n".join(f"    elif order == {n}: x = '{n}'" for n in range(600))),
    "a send as a decorator": HEAD + f"@{send('URL')}\ndef f(): pass\n",
    "a send as a statement of a class": HEAD + f"class C:\n    {send('URL')}\n",
}
"""Only programs that once failed."""

TOO_DEEP: dict[str, str] = {
    "parentheses beyond any parser": function(nested(4000, "(", "order", ")")),
    "lists beyond any parser": function(nested(3000, "[", "order", "]")),
    "unary beyond any parser": function("-" * 6000 + "1"),
    "not beyond any parser": function("not " * 6000 + "1"),
    "very deep additions": function(" + ".join(["order"] * 6000)),
    "very deep attributes": function("order" + ".a" * 6000),
    "very deep method chain": function("order" + ".strip()" * 3000),
    "calls beyond any parser": function(nested(3000, "f(", "order", ")")),
    "blocks beyond any parser": after(blocks(1500, ("if order:",), "x = 'a'", 4)),
    "comparisons": function(" < ".join(["order"] * 3000)),
    "attributes without any function": send("x" + ".a" * 20_000),
    "a chain in a file that has nothing else to offer": "# boto3 send_message\nx" + ".a" * 20_000,
}
"""Nested so deeply that LibCST's parser runs out of stack: the process crashes unless this is prevented."""

FOLDERS: dict[str, dict[str, str]] = {
    "imports in a ring": {
        "a.py": f"from b import *\nfrom b import B, C as D\nA = B + 'a'\n\n{function('A + B + D')}",
        "b.py": "from a import *\nfrom a import A\nimport a, b\nB = A + a.A + b.B + a.b.a.A\nC = C\n",
    },
    "classes in a ring": {
        "a.py": f"import b\nclass A(b.B):\n    def __init__(self): super().__init__(); self.g = b.B(self)\n{function('A().g.g.g')}",
        "b.py": "import a\nclass B(a.A):\n    def __init__(self, x=None): super().__init__(); self.g = a.A().g\n",
    },
    "wrappers in a ring": {
        "a.py": f"import b\n{HEAD}\ndef push(order, group):\n    {send('group')}\n    b.push(order, group)\n",
        "b.py": "import a\ndef push(order, group='b'):\n    # boto send_message\n    a.push(order, group + 'x')\n    c(push)\ndef c(f): f('x', 'y'); c(a.push)\n",
    },
    "packages in a ring": {
        "p/__init__.py": "from .q import *\nfrom . import q, r\nfrom .r import X as Y\n__all__ = ['X', *q.__all__]\n",
        "p/q/__init__.py": "from .. import *\nfrom ..r import X\nfrom . import q\nfrom ...... import z\n",
        "p/r.py": f"from p import X, Y\nimport p.q.q.q as z\nX = Y\n{function('X + Y + z.X')}",
    },
    "a module in place of a package": {
        "x.py": function("x.y", around="import x.y, x\nfrom x import x as x"),
        "x/__init__.py": "from x import *",
        "x/y.py": "y = y",
    },
    "modules with odd names": {
        "a b.py": function("'a'"),
        "é.py": function("'a'", around="import é"),
        "a-b/__init__.py": function("'a'", around="from . import *"),
        "__init__.py": function("'a'", around="from . import __init__"),
        "uuid.py": function("uuid.uuid4()", around="import uuid"),
    },
    "one is broken": {"a.py": function("b.B()", around="import b"), "b.py": "class B(:\n"},
    "one is not text": {"a.py": function("b.B()", around="import b"), "b.py": "B = '\ud800'\0\n"},
    "stars everywhere": {
        f"m{n}.py": "\n".join(f"from m{m} import *" for m in range(12)) + "\n" + function("NAME") for n in range(12)
    },
    "a long chain": {
        **{f"m{n}.py": f"from m{n + 1} import *\nfrom m{n + 1} import X as X{n}\n" for n in range(120)},
        "m120.py": "X = 'a'\n",
        "s.py": function("X", around="from m0 import *"),
    },
}


UNREACHED = {"after return"}
"""Programs whose send is never executed."""


@pytest.mark.parametrize("name", ODD)
def test_odd_programs(name: str) -> None:
    sends, problems = go_through({"odd.py": ODD[name]})
    assert sends or problems or name in UNREACHED, "passed over in silence"


@pytest.mark.parametrize("name", REDUCED)
def test_what_once_went_wrong(name: str) -> None:
    sends, problems = go_through({"reduced.py": REDUCED[name]})
    assert sends or problems, "passed over in silence"


@pytest.mark.parametrize("name", FOLDERS)
def test_odd_projects(name: str) -> None:
    sends, _ = go_through(FOLDERS[name])
    assert sends


@pytest.mark.parametrize("name", TOO_DEEP)
def test_what_is_nested_too_deeply_is_told_and_crashes_nothing(tmp_path: Path, name: str) -> None:
    write(tmp_path / "project", {"deep.py": TOO_DEEP[name], "other.py": CONSTANT_GROUP})
    done = subprocess.run(
        [sys.executable, "-m", "sqsfifo_lint", "check", "--output-format", "concise", "."],
        cwd=tmp_path / "project",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=3 * SECONDS,
    )
    assert done.returncode in (1, 2), done.stderr
    assert "other.py:10:24: SQF101" in done.stdout
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stdout + done.stderr


# -- programs that grow


@pytest.mark.parametrize(
    "make",
    [
        lambda n: HEAD + "\n".join(f"def f{i}(order):\n    {send(repr(str(i)))}\n" for i in range(n)),
        lambda n: (
            HEAD
            + f"def w(order, group):\n    {send('group')}\n"
            + "\n".join(f"def f{i}(o): w(o, '{i}')" for i in range(n))
        ),
        lambda n: (
            HEAD
            + f"class B:\n    g = 'a'\n    def deliver(self, order):\n        {send('self.g')}\n"
            + "\n".join(f"class C{i}(B):\n    g = '{i}'\n" for i in range(n))
        ),
        lambda n: after("\n".join(f"    {send(repr(str(i)))}" for i in range(n))),
        lambda n: after("\n".join(f"    x = x + '{i}'" for i in range(n))),
        lambda n: after(branches(n // 4)),
        lambda n: after("    y = {}\n" + "\n".join(f"    y['{i}'] = x" for i in range(n)), "y[x]"),
        lambda n: function("[" + ", ".join(f"'{i}'" for i in range(n * 10)) + "][0]"),
    ],
    ids=["functions", "callers", "subclasses", "sends", "assignments", "branches", "keys", "elements"],
)
def test_cost_does_not_explode_with_size(make: Callable[[int], str]) -> None:
    """Four times the program takes four times as many function calls, or slightly more."""
    small, large = ({"odd.py": make(size)} for size in (60, 240))
    go_through(small)  # warm up what is made once per process
    calls = [calls_of(partial(go_through, files)) for files in (small, large)]
    assert calls[1] < 6 * calls[0], calls


# -- random programs

NAMES = st.sampled_from(["x", "y", "f", "g", "C", "order", "sqs", "self", "URL", "uuid", "time"])
TEXTS = st.sampled_from(
    ["'a'", "''", "1", "None", "True", "b'a'", "0.5", "'{}-{x}'", "'%s%s'", "...", "'MessageGroupId'"]
)
ATTRIBUTES = st.sampled_from(
    ["a", "x", "get", "append", "update", "items", "format", "join", "uuid4", "time", "send_message", "f", "pop"]
)


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions made of expressions."""

    def of(template: str) -> st.SearchStrategy[str]:
        return st.tuples(inner, inner, inner, NAMES, ATTRIBUTES).map(
            lambda made: template.format(*made[:3], n=made[3], a=made[4])
        )

    return st.sampled_from(
        [
            "({0} + {1})", "({0} % {1})", "({0} or {1})", "({0} and {1})", "({0} if {1} else {2})", "(not {0})", "({0} | {1})",
            "{n}({0}, {1})", "{n}(*{0}, **{1})", "{n}({n}={0})", "({0}).{a}", "({0}).{a}({1})", "({0}).{a}({1}, {n}={2})", "({0})()",
            "({0})[{1}]", "({0})[{1}:{2}]", "[{0}, *{1}]", "({0}, {1})", "{{{0}: {1}, **{2}}}", "{{'a': {0}}}", "{{{0}, {1}}}",
            "[{0} for {n} in {1} if {2}]", "{{{0}: {n} for {n} in {1}}}", "({0} for {n} in {1})", "(lambda {n}={0}, *a, **k: {1})",
            "({n} := {0})", "f'{{{0}!r}}-{{{1}}}'", "({0} == {1})", "({0} in {1})", "({0} is {1})", "dict({0}, {n}={1})", "list({0})",
            "str({0})", "functools.partial({0}, {1})", "getattr({0}, {1}, {2})", "''.join({0})", "isinstance({0}, {1})", "next({0}, {1})",
            "sqs.send_message(QueueUrl=URL, MessageGroupId={0}, **{1})", "sqs.send_message_batch(QueueUrl=URL, Entries={0})",
        ]
    ).flatmap(of)  # fmt: skip


EXPRESSIONS = st.recursive(st.one_of(NAMES, TEXTS), compound, max_leaves=12)


def indented(block: str) -> str:
    return "\n".join(f"    {line}" for line in block.splitlines())


def statements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Statements made of blocks and expressions."""

    def of(template: str) -> st.SearchStrategy[str]:
        return st.tuples(EXPRESSIONS, EXPRESSIONS, inner, inner, NAMES, ATTRIBUTES).map(
            lambda made: template.format(*made[:2], indented(made[2]), indented(made[3]), n=made[4], a=made[5])
        )

    return st.sampled_from(
        [
            "if {0}:\n{2}\nelse:\n{3}", "if {0}:\n{2}\nelif {1}:\n{3}", "while {0}:\n{2}", "for {n} in {0}:\n{2}\nelse:\n{3}",
            "for {n}, *y in {0}:\n{2}", "try:\n{2}\nexcept {n} as x:\n{3}", "try:\n{2}\nfinally:\n{3}", "with {0} as {n}:\n{2}",
            "def {n}(x={0}, *y, **k):\n{2}\n    return {1}", "def {n}(self, x):\n{2}", "def {n}():\n{2}\n    yield {0}\n    yield from {1}",
            "class {n}({0}):\n{2}\n    def __init__(self, x={1}):\n    {3}", "class {n}:\n{2}", "@{n}\ndef f(x):\n{2}", "{2}\n{3}", "{2}\n{3}",
            "match {0}:\n    case [{n}, *_]:\n    {2}\n    case {{'a': x}}:\n    {3}", "async def {n}(x):\n{2}",
        ]
    ).flatmap(of)  # fmt: skip


def simple() -> st.SearchStrategy[str]:
    def of(template: str) -> st.SearchStrategy[str]:
        return st.tuples(EXPRESSIONS, EXPRESSIONS, NAMES, ATTRIBUTES).map(
            lambda made: template.format(made[0], made[1], n=made[2], a=made[3])
        )

    return st.sampled_from(
        [
            "{n} = {0}", "{n} += {0}", "{n}.{a} = {0}", "{n}[{0}] = {1}", "x, *y = {0}", "{n}: str = {0}", "del {n}", "{0}", "{0}", "pass", "assert {0}",
            "raise {0}", "sqs.send_message(QueueUrl=URL, MessageGroupId={0}, MessageDeduplicationId={1})", "self.{a} = {0}", "import {n}", "from {n} import *",
        ]
    ).flatmap(of)  # fmt: skip


PROGRAMS = st.recursive(simple(), statements, max_leaves=10)


@few
@given(PROGRAMS, EXPRESSIONS, EXPRESSIONS)
def test_random_programs(before: str, group: str, dedup: str) -> None:
    go_through(
        {"a.py": f"{HEAD}{before}\n\ndef deliver(self, order, x=None):\n{indented(before)}\n    {send(group, dedup)}\n"}
    )


@few
@given(PROGRAMS, PROGRAMS, EXPRESSIONS)
def test_random_programs_of_two_files(first: str, second: str, group: str) -> None:
    tail = f"\ndef deliver(order, x=None):\n    {send(group)}\n    y(order, f)\n"
    go_through(
        {
            "a.py": f"{HEAD}from b import *\nimport b as y\n{first}{tail}",
            "b.py": f"{HEAD}from a import f, C\nimport a as x\n{second}{tail}",
        }
    )


@few
@given(hypothesmith.from_grammar(), EXPRESSIONS)
def test_random_syntax(module: str, group: str) -> None:
    go_through({"a.py": f"{HEAD}{module}\n{send(group)}\n"})


@settings(few, max_examples=20)  # such expressions take long to make
@given(hypothesmith.from_grammar("eval_input"))
def test_random_syntax_as_a_group_id(expression: str) -> None:
    go_through({"a.py": function(f"({expression.strip()}\n)")})


@few
@given(hypothesmith.from_node())
def test_random_trees(module: str) -> None:
    go_through({"a.py": f"{HEAD}{module}\n{send('x')}\n"})


# -- broken programs

PROGRAM_FILES = sorted(path for path in FIXTURES.rglob("*.py") if path.stat().st_size > 200)


@pytest.mark.parametrize("seed", range(8))
def test_fixtures_with_tokens_changed(seed: int) -> None:
    chance = random.Random(seed)
    for path in chance.sample(PROGRAM_FILES, 40):
        go_through({"a.py": mutated(path.read_text(encoding="utf-8"), chance)})


@pytest.mark.parametrize("seed", range(4))
def test_fixtures_spliced(seed: int) -> None:
    """Statements of several fixtures in one file, in any order: names clash, and mean something else."""
    chance = random.Random(seed)
    for _ in range(15):
        blocks_of = [
            block
            for path in chance.sample(PROGRAM_FILES, 4)
            for block in path.read_text(encoding="utf-8").split("\n\n\n")
        ]
        chance.shuffle(blocks_of)
        go_through({"a.py": "\n\n\n".join(blocks_of)})


@pytest.mark.parametrize("seed", range(4))
def test_fixtures_with_bytes_changed(seed: int, tmp_path: Path) -> None:
    """Through the engine as well, which reads comments and lines and reports its own failures as problems."""
    chance = random.Random(seed)
    for path in chance.sample(PROGRAM_FILES, 40):
        data = damaged(path.read_bytes(), chance)
        go_through({"a.py": data})
        report = engine.check([tmp_path / "a.py"], Config(), overlay={tmp_path / "a.py": data})
        assert not [problem for problem in report.problems if "internal error" in problem.message]
        assert all(1 <= f.span.line <= len(report.lines[f.span.path]) for f in report.findings)


@pytest.mark.parametrize("seed", range(4))
def test_fixtures_cut_off(seed: int) -> None:
    chance = random.Random(seed)
    for path in chance.sample(PROGRAM_FILES, 40):
        data = path.read_bytes()
        go_through({"a.py": data[: chance.randrange(len(data))]})


# -- other kinds of text, as scripts/fuzz.py changes them for hours


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", [name for name in KINDS if name != "python"])
def test_changed_text_of_each_kind(kind: str, seed: int) -> None:
    found, chance = KINDS[kind], random.Random(seed)
    seeds = found.seeds
    for _ in range(25):
        data = chance.choice(seeds)
        for _ in range(4):
            data = changed(data, found, chance)
            with no_hang(SECONDS):
                found.run(data)


@pytest.mark.parametrize("path", sorted(FUZZED.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_the_fuzzer_found(path: Path) -> None:
    with no_hang(SECONDS):
        KINDS[path.parent.name].run(path.read_bytes())
