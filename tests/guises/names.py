"""Other names."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import libcst as cst

from tests.guises.model import Files, register
from tests.guises.text import is_reflective, names_of, parsed
from tests.guises.trees import Rewriter, rewritten


class _Renamed(cst.CSTTransformer):
    """Variables (and parameters, and definitions) under other names. Attributes, keywords and imports stay."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return updated_node.with_changes(value=self.names.get(original_node.value, original_node.value))

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_MatchKeywordElement(
        self, original_node: cst.MatchKeywordElement, updated_node: cst.MatchKeywordElement
    ) -> cst.MatchKeywordElement:
        return updated_node.with_changes(key=original_node.key)

    def visit_Import(self, node: cst.Import) -> bool:
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False


def renamed(text: str, chosen: Iterable[str], prefix: str) -> str:
    """The file with other names in place of some of its own."""
    names = {name: f"{'_' * name.startswith('_')}{prefix}{number}_" for number, name in enumerate(chosen, 1)}
    return cst.parse_module(text).visit(_Renamed(names)).code if names else text


def _renaming(named: Callable[..., object], *allowed: str, one_of: str, prefix: str, alone: bool = True) -> None:
    """Registers a guise that renames what occurs in these roles and in no other, and in one of them at least."""

    def change(text: str) -> str:
        names = names_of(text)
        chosen = [n for n in names if names.only(n, "load", *allowed) and names.has(n, one_of)]
        hidden = {*dir(builtins), "self", "cls", "_"}
        chosen = [n for n in chosen if n not in hidden and not n.startswith(("__", "test", "Test"))]
        return text if is_reflective(text) else renamed(text, chosen, prefix)

    register(lambda files: {path: change(text) for path, text in files.items()}, named, alone=alone, rewords=True)


def variables_renamed() -> None:
    """What the variables of a function are called is nobody else's business."""


def parameters_renamed() -> None:
    """Nor what parameters are called that nobody passes by keyword."""


def functions_renamed() -> None:
    """Functions are known by what they do."""


def classes_renamed() -> None:
    """And so are classes."""


def globals_renamed() -> None:
    """And so are variables of a module that nobody else imports."""


_renaming(variables_renamed, "store", "attribute", "keyword", "text", one_of="store", prefix="v", alone=False)
_renaming(parameters_renamed, "store", "parameter", "attribute", one_of="parameter", prefix="p")
_renaming(functions_renamed, "function", one_of="function", prefix="f")
_renaming(classes_renamed, "class", one_of="class", prefix="C")
_renaming(globals_renamed, "outer", "store", "global", one_of="outer", prefix="G")


def self_renamed(text: str) -> str:
    """The first parameter of a method is called `self` by habit only."""
    names = names_of(text)
    return text if not names.only("self", "load", "parameter") or is_reflective(text) else renamed(text, ["self"], "me")


def attributes_renamed(files: Files) -> Files:
    """What the attributes of a class are called that its methods set, and nobody else names, does not matter."""
    if len(files) > 1:
        return {}
    ((path, text),) = files.items()
    names = names_of(text)
    attributes = [node for node in ast.walk(parsed(text)) if isinstance(node, ast.Attribute)]
    on_self = {n.attr for n in attributes if isinstance(n.value, ast.Name) and n.value.id == "self"}
    set_on_self = {n.attr for n in attributes if isinstance(n.ctx, ast.Store)} & on_self
    elsewhere = {n.attr for n in attributes if not (isinstance(n.value, ast.Name) and n.value.id == "self")}
    chosen = {
        name: f"a{number}_"
        for number, name in enumerate(sorted(set_on_self - elsewhere), 1)
        if names.only(name, "attribute", "load", "store", "parameter", "keyword", "text")
        and not names.has(name, "text")
        and not name.startswith("__")
    }

    class Attributes(Rewriter):
        def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
            new = chosen.get(original_node.attr.value)
            return updated_node if new is None else updated_node.with_changes(attr=cst.Name(new))

    return {} if is_reflective(text) else rewritten({path: text}, Attributes)


def imports_renamed(files: Files) -> Files:
    """What is imported is the same under another name."""
    if len(files) > 1:
        return {}
    ((path, text),) = files.items()
    names = names_of(text)

    def alias(name: str) -> str | None:
        fits = names.only(name, "load", "import", "imported", "attribute", "keyword", "text")
        once = names.roles.get(name, Counter())["import"] == 1
        return f"{name}_again_" if fits and once and not is_reflective(text) else None

    found: dict[str, str] = {}

    class Imports(Rewriter):
        def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
            if not isinstance(original_node.name, cst.Name) or original_node.asname is not None or self.scopes:
                return updated_node
            name = original_node.name.value
            new = alias(name)
            if new is None or name == "annotations":
                return updated_node
            found[name] = new
            return updated_node.with_changes(asname=cst.AsName(cst.Name(new)))

    changed = rewritten({path: text}, Imports)[path]
    return {path: cst.parse_module(changed).visit(_Renamed(found)).code}


register(attributes_renamed, attributes_renamed, rewords=True)
register(imports_renamed, imports_renamed, rewords=True)
register(lambda files: {path: self_renamed(text) for path, text in files.items()}, self_renamed, rewords=True)
