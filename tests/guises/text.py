"""What the text of a program says: its words, its names and their roles, and where more text can be put."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


def parsed(text: str) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(text)


def without_comments(text: str) -> str:
    """The text, with nothing where comments were."""
    lines = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return "".join(lines)


def inside_strings(text: str) -> set[int]:
    """The numbers of the lines that begin inside of a string."""
    return {
        number
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        for number in range(token.start[0] + 1, token.end[0] + 1)
        if token.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER)
    }


def words_of(text: str) -> list[str]:
    """All words of the code, in order, each once."""
    return list(dict.fromkeys(re.findall(r"[^\W\d]\w*", without_comments(text))))


def attributes_of(text: str) -> list[str]:
    """All names of attributes."""
    return sorted({node.attr for node in ast.walk(parsed(text)) if isinstance(node, ast.Attribute)})


def is_head(statement: ast.stmt) -> bool:
    """Whether a statement has to stay at the top: a docstring, or a `__future__` import."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def below_head(text: str, added: str) -> str:
    """The text with more lines below its docstring and `__future__` imports."""
    body = parsed(text).body
    first = next((s for s in body if not is_head(s)), None)
    if first is None:
        return at_end(text, added)
    decorators = getattr(first, "decorator_list", [])
    line = min(node.lineno for node in (first, *decorators)) - 1
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:line], added, *lines[line:]])


def at_end(text: str, added: str) -> str:
    """The text with more lines at its end."""
    return f"{text.rstrip()}\n\n\n{added}" if text.strip() else added


def with_docstring(text: str, more: str) -> str:
    """The text with a docstring that begins with `more`, which holds no triple quotes of this kind."""
    quoted = f'r"""{more}\n"""'
    body = parsed(text).body
    if body and isinstance(body[0], ast.Expr) and is_head(body[0]):
        lines = text.splitlines(keepends=True)
        line = body[0].lineno - 1
        return "".join([*lines[:line], f"{quoted} \\\n", *lines[line:]])
    return f"{quoted}\n{text}"


@dataclass
class Names:
    """In which roles each identifier of a file occurs."""

    roles: dict[str, Counter[str]] = field(default_factory=dict)

    def note(self, name: str, role: str) -> None:
        self.roles.setdefault(name, Counter())[role] += 1

    def only(self, name: str, *allowed: str) -> bool:
        """Whether the name occurs in these roles and in no other."""
        return set(self.roles.get(name, ())) <= set(allowed)

    def has(self, name: str, role: str) -> bool:
        return bool(self.roles.get(name, Counter())[role])

    def __iter__(self) -> Iterator[str]:
        return iter(self.roles)


def names_of(text: str) -> Names:
    """The identifiers of a file: `load`, `store`, `outer` (stored outside of any function), `parameter`, `attribute`,
    `keyword`, `function`, `class`, `method`, `import`, `global`, and `text` for a word in a string."""
    names = Names()

    def visit(node: ast.AST, where: str) -> None:
        inner = where
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                names.note(name, "load")
            case ast.Name(id=name) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                names.note(name, "store" if where == "function" else "outer")
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                names.note(name, "store" if where == "function" else "outer")
            case ast.arg(arg=name):
                names.note(name, "parameter")
            case ast.Attribute(attr=name):
                names.note(name, "attribute")
            case ast.keyword(arg=str(name)):
                names.note(name, "keyword")
            case ast.MatchClass(kwd_attrs=found):
                for name in found:
                    names.note(name, "keyword")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.note(name, {"module": "function", "class": "method"}.get(where, "nested"))
                inner = "function"
            case ast.ClassDef(name=name):
                names.note(name, "class" if where == "module" else "nested")
                inner = "class"
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                inner = "function"
            case ast.Import(names=found) | ast.ImportFrom(names=found):
                for alias in found:
                    names.note(
                        (alias.asname or alias.name).partition(".")[0], "import" if where == "module" else "inner"
                    )
                    names.note(alias.name.partition(".")[0], "imported")
            case ast.Global(names=found) | ast.Nonlocal(names=found):
                for name in found:
                    names.note(name, "global")
            case ast.Constant(value=str(value)):
                for name in re.findall(r"\w+", value):
                    names.note(name, "text")
        for child in ast.iter_child_nodes(node):
            outside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and child in node.decorator_list
            visit(child, where if outside else inner)

    visit(parsed(text), "module")
    return names


def is_reflective(text: str) -> bool:
    """Whether names can matter as text, or come from out of sight."""
    return re.search(r"\b(locals|vars|globals|eval|exec|__dict__)\b|import \*", text) is not None
