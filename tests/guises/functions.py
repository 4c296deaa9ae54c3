"""Functions and classes that are defined otherwise."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

import libcst as cst

from tests.guises.blocks import within
from tests.guises.model import HANDLING, IDS, Files, of_files
from tests.guises.text import names_of
from tests.guises.trees import Rewriter, is_docstring, of_trees, rewritten


@of_trees
class BodiesInNestedFunctions(Rewriter):
    """A nested function that is called at once, and whose result is returned, does what its body does."""

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        block = updated_node.body
        text = self.code(original_node)
        if not isinstance(block, cst.IndentedBlock) or re.search(r"\b(super|locals|nonlocal|yield|__class__)\b", text):
            return updated_node
        parameters = {name.value for name in parameters_of(original_node)}
        if parameters & stored_in(text):
            return updated_node
        wait = "await " if original_node.asynchronous else ""
        define = "async " if original_node.asynchronous else ""
        template = f"{define}def nested_():\n    BODY\n\nreturn {wait}nested_()\n"
        return updated_node.with_changes(body=block.with_changes(body=within(template, block.body)))


def parameters_of(function: cst.FunctionDef) -> Iterator[cst.Name]:
    """The names of all parameters."""
    params = function.params
    for one in (*params.posonly_params, *params.params, *params.kwonly_params, params.star_arg, params.star_kwarg):
        if isinstance(one, cst.Param):
            yield one.name


def stored_in(text: str) -> set[str]:
    """The names that the code of a function binds or deletes, but as parameters."""
    names = names_of(textwrap.dedent(text))
    return {name for name in names if any(names.has(name, role) for role in ("store", "global", "nested", "inner"))}


@of_files
def functions_async(files: Files) -> Files:
    """A function that nobody in sight calls may be a coroutine: its body is carried out all the same."""
    texts = [names_of(text) for text in files.values()]

    def uncalled(name: str) -> bool:
        roles = sum((names.roles.get(name, Counter()) for names in texts), Counter[str]())
        return sum(roles.values()) == roles["function"] == 1

    class Coroutines(Rewriter):
        def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
            name = original_node.name.value
            if self.scopes or not uncalled(name) or original_node.decorators or original_node.asynchronous:
                return updated_node
            if re.search(r"\byield\b", self.code(original_node)) or name.startswith(("test", "__")):
                return updated_node
            return updated_node.with_changes(asynchronous=cst.Asynchronous())

    return rewritten(files, Coroutines)


def is_independent(statement: cst.CSTNode) -> bool:
    """Whether a definition evaluates nothing when it is carried out."""
    match statement:
        case cst.FunctionDef(decorators=[], params=parameters):
            several = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
            return all(p.default is None for p in several)
        case cst.ClassDef(decorators=[], bases=[], keywords=[], body=cst.IndentedBlock(body=body)):
            return all(is_independent(s) or is_docstring(s) for s in body)
    return False


T = TypeVar("T", bound=cst.CSTNode)


def reversed_runs(body: Sequence[T]) -> list[T]:
    """The statements, with definitions beside each other in the reverse order, unless two have one name."""
    names = Counter(s.name.value for s in body if isinstance(s, cst.FunctionDef | cst.ClassDef))
    result: list[T] = []
    run: list[T] = []
    for statement in (*body, None):
        if statement is not None and is_independent(statement) and names[statement.name.value] == 1:  # type: ignore[attr-defined]
            run.insert(0, statement)
            continue
        result += run
        run = []
        if statement is not None:
            result.append(statement)
    return result


@of_trees
class DefinitionsReversed(Rewriter):
    """Functions and methods that evaluate nothing when they are defined may be defined in any order."""

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        return updated_node.with_changes(body=reversed_runs(updated_node.body))

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        block = updated_node.body
        if not isinstance(block, cst.IndentedBlock):
            return updated_node
        return updated_node.with_changes(body=block.with_changes(body=reversed_runs(block.body)))


@of_trees
class FunctionsAtModuleLevel(Rewriter):
    """What nobody calls, takes unknown arguments and returns nothing may as well be carried out once, at import."""

    codes = HANDLING
    alone = True

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.BaseStatement]:
        text = self.code(original_node)
        name = original_node.name.value
        block = updated_node.body
        parameters = [p.value for p in parameters_of(original_node)]
        own = {*parameters, *stored_in(text)}
        used = sum(self.names.roles.get(name, Counter()).values()) > 1 or name.startswith("__")
        returns = re.search(r"\b(return|yield|await|async|global|nonlocal|super|locals)\b", text) is not None
        if (
            self.scopes
            or used
            or returns
            or not is_independent(original_node)
            or not isinstance(block, cst.IndentedBlock)
        ):
            return updated_node
        outside = names_of(self.text.replace(text.strip("\n"), ""))
        if any(
            outside.roles.get(n, Counter())[role]
            for n in own
            for role in ("load", "outer", "import", "function", "class")
        ):
            return updated_node
        first = [cst.parse_statement(f"{p} = given_({p!r})") for p in parameters]  # defined nowhere: unknown
        body = [s for s in block.body if isinstance(s, cst.BaseStatement)]
        return cst.FlattenSentinel([*first, *body])


@of_trees
class FunctionsDecorated(Rewriter):
    """A decorator that gives back the function changes nothing. (What becomes of answers and exceptions is not followed
    through decorated functions: see *Limitations*.)"""

    codes = IDS

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        self.head = "def plain_(function):\n    return function\n\n\n"
        if original_node.decorators or (self.in_class and original_node.name.value.startswith("__")):
            return updated_node
        return updated_node.with_changes(decorators=[cst.Decorator(cst.Name("plain_"))])


@of_trees
class ClassesWithAnEmptyBase(Rewriter):
    """A base class without anything in it changes nothing."""

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self.head = "class Plain_:\n    pass\n\n\n"
        if original_node.bases or original_node.keywords or "super" in self.code(original_node):
            return updated_node
        return updated_node.with_changes(
            bases=[cst.Arg(cst.Name("Plain_"))], lpar=cst.LeftParen(), rpar=cst.RightParen()
        )
