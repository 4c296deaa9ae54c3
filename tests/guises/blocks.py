"""Bodies, definitions, members of classes and statements, each in a block that changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from tests.guises.trees import Rewriter, of_trees, stays

BLOCKS = {
    "if_true": "if True:\n    BODY\n",
    "elif_true": "if False:\n    pass\nelif True:\n    BODY\n",
    "else": "if False:\n    pass\nelse:\n    BODY\n",
    "try_finally": "try:\n    BODY\nfinally:\n    pass\n",
    "try_else": "try:\n    pass\nexcept ImportError:\n    raise\nelse:\n    BODY\n",
    "finally": "try:\n    pass\nfinally:\n    BODY\n",
    "with": "with contextlib.nullcontext():\n    BODY\n",
    "case": "match 0:\n    case _:\n        BODY\n",
    "while_else": "while False:\n    pass\nelse:\n    BODY\n",
    "for_else": "for unused_ in ():\n    pass\nelse:\n    BODY\n",
}
"""Blocks whose body is carried out once, where they stand, and raises and returns as it would without."""


class _Fill(cst.CSTTransformer):
    def __init__(self, body: Sequence[cst.BaseStatement]) -> None:
        super().__init__()
        self.body = body

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        match original_node.body:
            case [cst.SimpleStatementLine(body=[cst.Expr(value=cst.Name("BODY"))])]:
                return updated_node.with_changes(body=self.body)
        return updated_node


def within(template: str, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """The statements of a template, with others in place of its `BODY`."""
    made = [statement.visit(_Fill(body)) for statement in cst.parse_module(template).body]
    return [statement for statement in made if isinstance(statement, cst.BaseStatement)]


class _Blocks(Rewriter):
    template = ""

    def __init__(self, module: cst.Module, text: str) -> None:
        super().__init__(module, text)
        if "contextlib" in self.template:
            self.head = "import contextlib\n"

    def wrapped(self, statement: cst.BaseStatement) -> cst.BaseStatement:
        """The statement in the block."""
        return statement if stays(statement) else within(self.template, [statement])[0]

    def around(self, block: cst.BaseSuite) -> cst.BaseSuite:
        """The block, its docstring and declarations excepted, in another."""
        if not isinstance(block, cst.IndentedBlock):
            return block
        first = [s for s in block.body if stays(s)]
        rest = [s for s in block.body if not stays(s)]
        return block.with_changes(body=[*first, *within(self.template, rest)]) if rest else block


class _Bodies(_Blocks):
    """Of each function."""

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        return updated_node.with_changes(body=self.around(updated_node.body))


class _Definitions(_Blocks):
    """Of the module."""

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        return updated_node.with_changes(body=[self.wrapped(statement) for statement in updated_node.body])


class _Members(_Blocks):
    """Of each class."""

    wanted = r"\bclass\b"

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        block = updated_node.body
        if not isinstance(block, cst.IndentedBlock):
            return updated_node
        body = [self.wrapped(s) if isinstance(s, cst.BaseStatement) else s for s in block.body]
        return updated_node.with_changes(body=block.with_changes(body=body))


class _Statements(_Blocks):
    """Of functions, each by itself."""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        return self.wrapped(updated_node) if self.in_function else updated_node


def _register_blocks() -> None:
    kinds = {"bodies": _Bodies, "definitions": _Definitions, "members": _Members, "statements": _Statements}
    for kind, base in kinds.items():
        for name, template in BLOCKS.items():
            made = type(f"{kind}_in_{name}", (base,), {"template": template, "__doc__": BLOCKS.__doc__})
            made.__doc__ = "A block whose body is carried out once, where it stands, and raises and returns as without."
            of_trees(made)


_register_blocks()
