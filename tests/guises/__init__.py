"""Fixtures in other guises: programs rewritten such that what they do stays the same, and so what is found in them.

A guise takes the Python files of a case and gives those that it changes. Verdicts stay on their lines, since they are
comments of these lines, wherever the lines go: a fixture in a guise is judged just as it is without. Each guise says in
its docstring why it must not matter. Where that holds only for some programs (a function that nobody calls, a name
that is bound once), it leaves the others as they are.
"""

from tests.guises import (
    beside,
    blocks,
    conditions,
    expressions,
    files,
    functions,
    literals,
    names,
    statements,
    whitespace,
)
from tests.guises.model import GUISES, Files, Guise

__all__ = [
    "GUISES",
    "Files",
    "Guise",
    "beside",
    "blocks",
    "conditions",
    "expressions",
    "files",
    "functions",
    "literals",
    "names",
    "statements",
    "whitespace",
]
