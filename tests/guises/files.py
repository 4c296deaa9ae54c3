"""One file in two."""

from __future__ import annotations

import ast
import re

from tests.guises.model import Files, of_files
from tests.guises.text import is_head, is_reflective, names_of, parsed


@of_files
def module_in_two(files: Files) -> Files:
    """What a module defines may be imported from another one that defines it."""
    if len(files) > 1 or "__init__.py" in files:
        return {}
    ((path, text),) = files.items()
    if is_reflective(text) or "/" in path or re.search(r"^\s*from \.", text, re.MULTILINE):
        return {}
    body = parsed(text).body
    lines = text.splitlines(keepends=True)
    start = next((i for i, s in enumerate(body) if not is_head(s)), len(body))
    middle = (start + len(body)) // 2
    for at in sorted(range(start + 1, len(body)), key=lambda at: abs(at - middle)):
        first = body[at]
        line = min(node.lineno for node in (first, *getattr(first, "decorator_list", []))) - 1
        above, below = "".join(lines[:line]), "".join(lines[line:])
        taken = names_taken(above, below)
        if taken:
            head = "".join(lines[: body[start].lineno - 1])
            imports = "".join(
                f"{ast.unparse(s)}\n" for s in body[start:at] if isinstance(s, ast.Import | ast.ImportFrom)
            )
            heading = "" if "#" in without_strings(head) else head
            return {
                "upper_part_.py": above,
                path: f"{heading}{imports}from upper_part_ import {', '.join(taken)}\n\n\n{below}",
            }
    return {}


def without_strings(text: str) -> str:
    """The text without what stands in triple quotes."""
    return re.sub(r'""".*?"""', "", text, flags=re.DOTALL)


def names_taken(above: str, below: str) -> list[str]:
    """The names that the lower part of a module takes from its upper part; none where the parts do not come apart."""
    upper, lower = names_of(above), names_of(below)
    bound = ("outer", "function", "class", "import")
    defined = [n for n in upper if any(upper.has(n, role) for role in ("outer", "function", "class"))]
    theirs = {n for n in lower if any(lower.has(n, role) for role in bound)}
    clash = any(upper.has(n, "load") or n in defined or upper.has(n, "global") for n in theirs)
    rebound = any(names.has(n, "global") for names in (upper, lower) for n in defined)
    if clash or rebound or not any(lower.has(n, "function") or lower.has(n, "class") for n in lower):
        return []
    return [n for n in defined if lower.has(n, "load")]
