"""Where attributes are set, for each form of the code."""

from __future__ import annotations

import libcst as cst
import pytest

from sqsfifo_lint.source.writes import in_expressions, may_set, set_on_others, writes

SETTING = {
    "self.x = 1": "x",
    "a = self.x = 1": "x",
    "self.x: int = 1": "x",
    "self.x += 1": "x",
    "self.x[0] = 1": "x",
    "self.x[0][1] = 1": "x",
    "del self.x": "x",
    "del self.x[0]": "x",
    "a, (b, *self.x) = c": "x",
    "for self.x in y: pass": "x",
    "for a, self.x in y: pass": "x",
    "with y as self.x: pass": "x",
    "with (y as (a, self.x), z as c): pass": "x",
    "if y:\n    pass\nelif z:\n    pass\nelse:\n    self.x = 1": "x",
    "for a in y:\n    pass\nelse:\n    self.x = 1": "x",
    "while y:\n    pass\nelse:\n    self.x = 1": "x",
    "try:\n    pass\nexcept E:\n    self.x = 1": "x",
    "try:\n    pass\nexcept* E:\n    self.x = 1": "x",
    "try:\n    pass\nexcept E:\n    pass\nelse:\n    self.x = 1": "x",
    "try:\n    pass\nfinally:\n    self.x = 1": "x",
    "match y:\n    case 1:\n        self.x = 1": "x",
    "def f():\n    self.x = 1": "x",
    "class C:\n    self.x = 1": "x",
    "if y: self.x = 1": "x",
    "a = [b for self.x in y]": "x",
    "a = [b for c in y for self.x in c]": "x",
    "a = [b for self . x in y]": "x",
    "a = [b for self. x in y]": "x",
    "a = [b for c, self.\\\n    x in y]": "x",
    "setattr(self, 'x', 1)": "x",
    "setattr(self, 'x' 'y', 1)": "xy",
    "setattr(self, name, 1)": None,
    "delattr(self, 'x')": "x",
    "a = f(lambda: setattr(self, 'x', 1))": "x",
    "if setattr(self, 'x', 1): pass": "x",
    "object.__setattr__(self, 'x', 1)": "x",
    "self.__setattr__('x', 1)": "x",
    "object.__delattr__(self, 'x')": "x",
    "self.__dict__['x'] = 1": "x",
    "self.__dict__[name] = 1": None,
    "del self.__dict__['x']": "x",
    "vars(self)['x'] = 1": "x",
    "self.__dict__ = y": None,
    "self.__dict__ |= y": None,
    "self.__dict__.update(x=1)": "x",
    "self.__dict__.update({'x': 1})": "x",
    "self.__dict__.update(y)": None,
    "vars(self).update(y)": None,
    "self.__dict__.setdefault('x', 1)": "x",
    "self.__dict__.pop('x')": "x",
    "self.__dict__.clear()": None,
    "a = self.__dict__": None,
    "f(a := vars(self))": None,
}

READING = [
    "self.x",
    "self.x: int",
    "self.x == 1",
    "f(self.x, y=1)",
    "a = self.x",
    "a[self.x] = 1",
    "for a in self.x: pass",
    "with self.x as a: pass",
    "[a for a in self.x]",
    "self.x.append(1)",
    "f(self.__dict__)",
    "a = self.__dict__['x']",
    "a = vars(self).get('x')",
    "getattr(self, 'x')",
    "import self.x",
    "match y:\n    case self.x:\n        pass",
]


def set_on_self(code: str) -> list[str | None]:
    found = writes(cst.parse_module(code).body, expressions=in_expressions(code))
    return [w.name for w in found if isinstance(w.holder, cst.Name) and w.holder.value == "self"]


def indented(code: str) -> str:
    return "".join(f"    {line}\n" for line in code.split("\n"))


@pytest.mark.parametrize("code", SETTING)
def test_sets(code: str) -> None:
    assert set_on_self(code) == [SETTING[code]]
    assert may_set(indented(code), "self"), "what sets an attribute is not ruled out"


@pytest.mark.parametrize("code", READING)
def test_reads(code: str) -> None:
    assert set_on_self(code) == []


@pytest.mark.parametrize("code", ["self.x(y)\nother.x = 1", "self.x == other.y", "for a in self.x:\n    b = self.y"])
def test_what_sets_nothing_is_not_parsed(code: str) -> None:
    assert not may_set(indented(code), "self")


def test_one_of_another_object() -> None:
    assert set_on_self("other.x = self.y\nself.y.x = 1\nsetattr(other, 'x', self)") == []


def test_where_it_stands() -> None:
    code = "def f():\n    if a:\n        g(lambda: setattr(self, 'x', 1))\n    else:\n        self.y = 1\n"
    around = [[type(part).__name__ for part in w.around] for w in writes(cst.parse_module(code).body)]
    assert around == [["FunctionDef", "If", "Lambda"], ["FunctionDef", "Else"]]


def test_set_of_others_by_whatever_form() -> None:
    forms = {code.replace("self", "other"): name for code, name in SETTING.items()}
    by_form = [code for code in forms if not in_expressions(code) and "x[" not in code]
    assert len(by_form) > 15
    for code in by_form:
        assert set_on_others(code) == {"x"}, code
        assert set_on_others(f"class C:\n  def f(self, other):\n{indented(code)}") == {"x"}, code
    assert set_on_others("[0 for other.x in y]") == {"x"}


@pytest.mark.parametrize(
    "code",
    [
        "class C:\n  def f(self): self.x = 1",
        "class C:\n  def f(this, /, self): this.x = 1",
        "class C:\n  async def f(this):\n    def g(): this.x, y = 1, 2",
        "class C:\n  if a:\n    def f(this): this.x += 1",
        "def f(self): self.x = 1",
        "text = 'other.x = 1'  # other.x = 1",
        "f(x=other.x)",
        "other.x == 1",
        "other.x: int",
        "setattr(other, 'x', 1)",
    ],
)
def test_not_of_others(code: str) -> None:
    assert not set_on_others(code)


@pytest.mark.parametrize(
    "code",
    [
        "class C:\n  def f(this, other): other.x = 1",
        "class C:\n  @staticmethod\n  def f(other): other.x = 1",
        "class C:\n  def f(this):\n    def g(this): this.x = 1",
        "class C:\n  def f(self): self.child.x = 1",
        "def f(this): this.x = 1",
        "class C: pass\nC.x = 1",
        "f(y).x = 1",
        "a = b = C(); a.x = 1",
    ],
)
def test_of_others(code: str) -> None:
    assert set_on_others(code) == {"x"}


def test_what_python_cannot_parse_may_set_anything() -> None:
    assert set_on_others("x = = y") == {"x", "y"}
