"""Models of libraries: how they get their arguments, and what plugins add."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from sqsfifo_lint.flow import Arguments, Call, Hooks, Machine, State, library, new_machine, outside, printed
from sqsfifo_lint.flow.arguments import parameters
from sqsfifo_lint.flow.values import NOTHING, Abstract, Atom, Extension, External, Passed, Value
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Project

CHUNK = Chunk("a.py", "", 1)


def passed(name: str) -> Passed:
    return Passed((External(name),), CHUNK, CHUNK.module)


def name_of(found: Passed | None) -> str | None:
    match found:
        case Passed(value=(External(name=name),)):
            return name
    return None


@pytest.mark.parametrize(
    ("signature", "name", "positional", "keywords", "found"),
    [
        ("iterable, start=0", "iterable", ["a"], [], "a"),
        ("iterable, start=0", "start", ["a", "b"], [], "b"),
        ("iterable, start=0", "start", ["a"], ["start"], "start"),
        ("iterable, start=0", "start", ["a"], [], None),
        ("iterable, /", "iterable", [], ["iterable"], None),
        ("iterable, /, *, key=None", "key", ["a", "b"], [], None),
        ("iterable, /, *, key=None", "key", ["a"], ["key"], "key"),
    ],
)
def test_parameters(signature: str, name: str, positional: list[str], keywords: list[str], found: str | None) -> None:
    arguments = Arguments(list(map(passed, positional)), {keyword: passed(keyword) for keyword in keywords})
    assert name_of(parameters(signature).find(name, arguments)) == found


def test_defaults() -> None:
    assert parameters("key, default=None, /, *, strict=False").defaults == {"default": None, "strict": False}


def test_every_library_is_used() -> None:
    files = [f"{library.__name__}.{found.name}" for found in pkgutil.iter_modules(library.__path__)]
    with_models = {module for name in files if hasattr(module := importlib.import_module(name), "MODELS")}
    assert with_models == set(outside.LIBRARIES)


def evaluated(code: str, hooks: Hooks | None = None) -> str:
    """What `x` is once a module with this code is imported."""
    project = Project({"a.py": code.encode()}, ["a.py"], lambda path: b"")
    machine = new_machine(project, hooks)
    module = project.module("a.py")
    assert module is not None
    value = machine.global_value(module, "x")
    assert value is not None
    return printed(value, machine.fresh_state(machine.import_frame(module, module.chunks[0])))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("list(filter(None, ['a', 'b']))", "[constant 'a', constant 'b', ...]"),
        ("tuple(['a', 'b'])", "(constant 'a', constant 'b')"),
        ("dict([('a', 1)], b=2)", "{'a': constant 1, 'b': constant 2}"),
        ("list(enumerate(['a']))", "[(index, constant 'a')]"),
        ("list(zip(['a'], [1]))", "[(constant 'a', constant 1)]"),
        ("next(iter(['a']), 'b')", "constant 'a' | constant 'b'"),
        ("len('abc')", "constant 3"),
        ("'-'.join(['a', 'b'])", "constant 'a-b'"),
        ("'{0}-{name}'.format('a', name='b')", "constant 'a-b'"),
        ("{'a': 1}.get('a')", "constant 1"),
        ("{'a': 1}.get('b')", "constant None"),
        ("{'a': 1}.get('b', 2)", "constant 2"),
        ("{'a': 1}.setdefault('b', 2)", "constant 2"),
        ("[*{'a': 1}.items()]", "[(constant 'a', constant 1)]"),
    ],
)
def test_models(expression: str, words: str) -> None:
    assert evaluated(f"x = {expression}") == words


@record()
class Ticket(Extension):
    """A value of a plugin."""

    number: int

    def __str__(self) -> str:
        return f"ticket {self.number}"


class Tickets(Hooks):
    """A plugin: `tickets.first()` returns a ticket, `.following` the next one, and calling it gives its number."""

    keys = frozenset({"ticket"})

    def __init__(self) -> None:
        self.met: list[object] = []

    def on_outside(self, call: Call, name: str) -> Value | None:
        return (Ticket(1),) if name == "tickets.first" else None

    def on_call(self, call: Call) -> Value | None:
        return call.known(call.callee.number) if isinstance(call.callee, Ticket) else None

    def attribute(self, machine: Machine, holder: Abstract, name: str, node: object, state: State) -> Value | None:
        return (Ticket(holder.number + 1),) if isinstance(holder, Ticket) and name == "following" else None

    def on_dict(self, machine: Machine, found: object, node: object, state: State) -> None:
        self.met.append(found)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("tickets.first()", "ticket 1"),
        ("tickets.first().following", "ticket 2"),
        ("tickets.first().following()", "constant 2"),
        ("[tickets.first()]", "[ticket 1]"),
        ("tickets.second()", "external tickets.second()"),
    ],
)
def test_a_plugin_answers(expression: str, words: str) -> None:
    assert evaluated(f"import tickets\nx = {expression}", Tickets()) == words


def test_a_plugin_is_told_of_dicts() -> None:
    plugin = Tickets()
    evaluated("x = {'ticket': 1}", plugin)
    assert len(plugin.met) == 1


def test_an_item_that_a_plugin_looks_out_for_is_remembered() -> None:
    project = Project(
        {"a.py": b"x = {'ticket': 'a', 'other': 'b'}\ny = x['ticket']\nz = x['other']\n"}, ["a.py"], lambda path: b""
    )
    machine = new_machine(project, Tickets())
    module = project.module("a.py")
    assert module is not None

    def steps(name: str) -> list[str]:
        match machine.global_value(module, name):
            case (Atom(pieces=(piece,)),):
                link, found = piece.link, []
                while link is not None:
                    found.append(link.text)
                    link = link.previous
                return found
        raise AssertionError(name)

    assert "kept under 'ticket'" in steps("y")
    assert not [text for text in steps("z") if "kept under" in text]


def test_without_a_plugin_nothing_is_known_of_aws() -> None:
    code = "import boto3\nx = boto3.client('sqs')"
    assert evaluated(code) == "external boto3.client()"


def test_an_unknown_constant() -> None:
    assert Arguments().constant(0) is NOTHING
