"""Whether code sets an attribute of a class itself."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow.classes import class_at, methods_of, mro
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.values import Atom, ClassValue
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.walk import children, parameters, positional
from sqsfifo_lint.source.writes import Around, in_expressions, writes


def set_elsewhere(machine: Machine, cls: ClassValue, name: str) -> bool:
    """Whether the module of a class sets the class's attribute `name`, other than by counting it on."""
    key = (cls.node, name)
    if key not in machine.classes.set_elsewhere:
        machine.classes.set_elsewhere[key] = any(_sets(machine, chunk, cls, name) for chunk in cls.module.chunks)
    return machine.classes.set_elsewhere[key]


def _sets(machine: Machine, chunk: Chunk, cls: ClassValue, name: str) -> bool:
    expressions = in_expressions(chunk.text)
    if name not in chunk.text and not expressions:
        return False
    found = writes(
        chunk.module.body,
        expressions=expressions,
        look_into=lambda block: name in block.text or in_expressions(block.text),
    )
    return any(
        write.name in (name, None)
        and not counts_on(write.node)
        and _may_be(machine, write.holder, write.around, chunk, cls)
        for write in found
    )


def counts_on(node: cst.CSTNode) -> bool:
    """`holder.name += 1`"""
    match node:
        case cst.AugAssign(target=cst.Attribute(), operator=cst.AddAssign(), value=cst.Integer()):
            return True
    return False


def _may_be(machine: Machine, holder: cst.BaseExpression, around: Around, chunk: Chunk, cls: ClassValue) -> bool:
    """Whether an expression may stand for a class, one that it inherits from, or an heir; or for an object of such.

    What a method is called on is an object of the method's class. What is unknown otherwise may be any class that its
    module hands around.
    """
    match holder:
        case (
            cst.Call(func=cst.Name("type"), args=[cst.Arg(value=inner)])
            | cst.Attribute(value=inner, attr=cst.Name("__class__"))
        ):
            return _may_be(machine, inner, around, chunk, cls)
        case cst.Name(value=wanted):
            for depth in range(len(around) - 1, -1, -1):
                function = around[depth]
                if isinstance(function, cst.FunctionDef | cst.Lambda) and wanted in _names(function):
                    owner = _called_on(machine, wanted, around[: depth + 1], chunk, cls)
                    return _is_handed_around(cls) if owner is None else _are_related(owner, cls)
    state = machine.fresh_state(machine.import_frame(cls.module, chunk))
    steps = machine.budget.left
    found = machine.evaluate(holder, state)
    machine.budget.left = steps
    if any(isinstance(a, ClassValue) and _are_related(a, cls) for a in found):
        return True
    return (not found or any(isinstance(a, Atom) for a in found)) and _is_handed_around(cls)


def _is_handed_around(cls: ClassValue) -> bool:
    """Whether a class's module uses the class as a value: passes it, keeps it, and not just its attributes."""
    name = cls.name
    if any(name in chunk.text and _uses_as_value(chunk.module, name) for chunk in cls.module.chunks):
        return True
    return any(_uses_as_value(method.body, p.name.value) for method in methods_of(cls.node) for p in _class_of(method))


def _class_of(method: cst.FunctionDef) -> list[cst.Param]:
    """The parameter of a class method that is the class."""
    decorated = any(isinstance(d.decorator, cst.Name) and d.decorator.value == "classmethod" for d in method.decorators)
    return list(positional(method)[:1]) if decorated else []


def _uses_as_value(root: cst.CSTNode, name: str) -> bool:
    """Whether a name stands anywhere but before a dot, in a call of it, in an annotation or among base classes."""
    waiting: list[cst.CSTNode] = [root]
    while waiting:
        node = waiting.pop()
        below = children(node)
        match node:
            case cst.Attribute(value=cst.Name()) | cst.Annotation():
                continue
            case cst.Call(func=cst.Name(value=called)):
                below = [] if called in ("isinstance", "issubclass", "super") else list(node.args)
            case cst.ClassDef():
                below = [*node.decorators, node.body]
            case cst.Name(value=found) if found == name:
                return True
            case cst.FunctionDef() if name in _names(node):
                below = list(node.decorators)  # in it, the name is a parameter's
            case cst.FunctionDef():
                below = [child for child in below if child is not node.name]
            case cst.AssignTarget(target=cst.Name()):
                continue
            case cst.Arg():
                below = [node.value]
        waiting.extend(below)
    return False


def _are_related(one: ClassValue, other: ClassValue) -> bool:
    """Whether one of two classes is the other, or inherits from it."""
    ours, theirs = mro(one)[0], mro(other)[0]
    return any(c.node is other.node for c in ours) or any(c.node is one.node for c in theirs)


def _names(function: cst.FunctionDef | cst.Lambda) -> list[str]:
    return [parameter.name.value for parameter in parameters(function)]


def _called_on(machine: Machine, wanted: str, around: Around, chunk: Chunk, cls: ClassValue) -> ClassValue | None:
    """The class of what a method is called on, if that is what a parameter of the innermost definition is."""
    *outer, method = around
    if any(isinstance(part, cst.FunctionDef | cst.Lambda) for part in outer) or not isinstance(method, cst.FunctionDef):
        return None
    if [p.name.value for p in positional(method)[:1]] != [wanted]:
        return None
    definitions = [part for part in outer if isinstance(part, cst.ClassDef)]
    return class_at(machine, cls.module, chunk, definitions) if definitions else None
