"""What a piece that nobody can see likely is: for an audit, where it is asked of what is not proven.

It goes by names and forms, from the tables in `knowledge.likely`. What is likely is never mixed with what is proven: it
stands beside it (`Part.likely`), and is judged only where the proven value has no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from sqsfifo_lint.aws.values import SendCall
from sqsfifo_lint.flow import Machine, atoms_of, name_of
from sqsfifo_lint.flow.values import Atom, ClassValue, External, Function, Piece
from sqsfifo_lint.knowledge.likely import COMMANDS, MAKERS, OF_A_SENDER, OPTIONS, SENDERS, SETTINGS, SETTINGS_HANDED_IN
from sqsfifo_lint.knowledge.meanings import Meaning, last_word, meaning_of, snake
from sqsfifo_lint.model import Lifetime, Material, Trait
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.sends.holders import given_to
from sqsfifo_lint.sends.identity import is_repeated
from sqsfifo_lint.sends.lifetimes import Sending, kept_by_retries, life_of, lifetime
from sqsfifo_lint.sends.slots import Given
from sqsfifo_lint.sends.stored import seen_as_stored
from sqsfifo_lint.source.walk import descendants, parameters

Likely = tuple[Piece, Lifetime]

_MADE = {Meaning.UNIQUE: Material.UNIQUE, Meaning.CLOCK: Material.CLOCK}


@record(eq=False)
class Audit:
    """What is known of a message, besides the piece in question."""

    machine: Machine
    call: SendCall
    sending: Sending
    body: Given

    def likely(self, piece: Piece) -> Likely | None:
        """What a piece likely is, and how long it is likely reused; None if nothing speaks for anything."""
        if piece.material is Material.PROCESS and piece.trait is Trait.HOST:
            return self._of_the_host(piece)
        if piece.material is not Material.DATA:
            return None
        return self._by_name(piece) or self._by_default(piece) or self._by_construction(piece)

    def _of_the_host(self, piece: Piece) -> Likely | None:
        """A host's name, unless the message is about the host."""
        if any(other.trait is Trait.HOST for other in self.body.pieces):
            return None
        return replace(piece, trait=Trait.MACHINE), life_of(piece, self.sending)

    def _by_name(self, piece: Piece) -> Likely | None:
        match self._meaning(piece):
            case Meaning.SETTING:
                return replace(piece, material=Material.CONFIG), Lifetime.IMPORT
            case Meaning.OPTION if self._outlives_rounds(piece):
                return replace(piece, material=Material.CONFIG, trait=Trait.OPTION), Lifetime.IMPORT
            case Meaning.UNIQUE | Meaning.CLOCK as meaning:
                made = seen_as_stored(replace(piece, material=_MADE[meaning], reading=None), self.machine, self.call)
                made = kept_by_retries(made, self.sending)
                return (made, life_of(made, self.sending)) if made.material is not Material.DATA else None
        return None

    def _meaning(self, piece: Piece) -> Meaning | None:
        if isinstance(piece.node, cst.Param):
            if self._is_option(piece, piece.node):
                return Meaning.OPTION
            holder = _settings_in(piece.node)
            is_message = any(other.node is piece.node for other in self.body.pieces)
            known = holder and piece.reading is not None and not is_message
            return meaning_of([holder, *_read(piece)]) if known else None
        if piece.name and "(" not in piece.name:  # the node is where it is used
            return meaning_of([*piece.name.split("."), *_read(piece)])
        if not _is_given_constants(piece.node):
            return None
        if isinstance(piece.node, cst.Call) and any(map(_is_environment, descendants(piece.node))):
            return Meaning.SETTING
        return meaning_of([*(piece.name.split(".") if piece.name else _way(piece.node)), *_read(piece)])

    def _is_option(self, piece: Piece, parameter: cst.Param) -> bool:
        """Whether a parameter holds options, or is one: of a command of click, typer or Django."""
        if piece.reading is not None and (parameter.name.value in OPTIONS or _types(parameter) == "Namespace"):
            return True
        function = self._taking(piece)
        if function is None or not isinstance(function.node, cst.FunctionDef):
            return False
        if parameter is function.node.params.star_kwarg:
            return function.name == "handle" and function.owner is not None and _is_command(function.owner)
        state = self.machine.fresh_state(self.machine.import_frame(function.module, function.chunk))
        written = (decorator.decorator for decorator in function.node.decorators)
        named = (one.func if isinstance(one, cst.Call) else one for one in written)
        found = (alternative for one in named for alternative in self.machine.evaluate(one, state))
        decorated = any(isinstance(one, External) and one.name.startswith(COMMANDS) for one in found)
        return decorated and piece.reading is None

    def _outlives_rounds(self, piece: Piece) -> bool:
        """Whether several messages of a run get the same option; a run that sends one is about that message."""
        sending = self.sending
        life = lifetime(piece.context, sending.context, sending.per_message)
        if piece.reading is not None and life is Lifetime.CALL:
            return is_repeated(piece, sending.per_message, self.call.notes)
        return life is not Lifetime.MESSAGE

    def _by_default(self, piece: Piece) -> Likely | None:
        """The constant default of a parameter that nobody in sight passes. None is one: then something else is used."""
        function = self._taking(piece) if piece.handed_in and piece.reading is None else None
        if function is None or not isinstance(piece.node, cst.Param) or piece.node.default is None:
            return None
        state, default = self.call.state, piece.node.default
        atoms = atoms_of(self.machine, function.defaults.get(piece.node.name.value, ()), default, state)
        match atoms:
            case [Atom(constant=None)]:
                return replace(piece, material=Material.CONSTANT, text="None", trait=Trait.NONE), Lifetime.IMPORT
            case [Atom(pieces=[Piece(material=Material.CONFIG) as made])]:
                return replace(made, link=piece.link), Lifetime.IMPORT
            case [Atom(pieces=[Piece(material=Material.CONSTANT, text=str(text))])] if text:
                made = replace(piece, material=Material.CONSTANT, text=text, node=default, chunk=function.chunk)
                return made, Lifetime.IMPORT
        return None

    def _taking(self, piece: Piece) -> Function | None:
        """The running function that has a piece for its parameter."""
        for frame in self.call.frame.outward():
            if frame.function is not None and piece.node in parameters(frame.function.node):
                return frame.function
        return None

    def _by_construction(self, piece: Piece) -> Likely | None:
        """What an object that sends was constructed with, though it does not hold the client."""
        cls = given_to(piece, self.call, self.body)
        if cls is None or last_word(cls.name) not in SENDERS or not isinstance(piece.node, cst.Param):
            return None
        if not OF_A_SENDER.intersection(snake(piece.node.name.value).split("_")):
            return None
        return replace(piece, reading=None), Lifetime.INSTANCE


def _settings_in(parameter: cst.Param) -> str:
    """What a parameter that holds settings is called, by its name or its type; empty if neither says that it does."""
    names = (parameter.name.value, _types(parameter))
    return next((name for name in names if last_word(name) in SETTINGS_HANDED_IN), "")


def _types(parameter: cst.Param) -> str:
    """The last part of the name of a parameter's type; empty if it is no name."""
    match parameter.annotation:
        case cst.Annotation(annotation=cst.Name(value=cls) | cst.Attribute(attr=cst.Name(value=cls))):
            return cls
    return ""


def _is_command(cls: ClassValue) -> bool:
    """Whether a class is a command of Django's `manage.py`, by the name of its base."""
    return any(_way(base.value)[-1:] == ["BaseCommand"] for base in cls.node.bases)


def _read(piece: Piece) -> Iterator[str]:
    """What was read of a piece, as segments."""
    for step in piece.reading.steps if piece.reading is not None else ():
        yield step[1:-1].strip("'\"") if step.startswith("[") else step[1:]


def _way(node: cst.CSTNode) -> list[str]:
    """The segments of an expression: a name, attributes of it, a call; none if it is anything else.

    A call of a method says what it makes only if it is the method of something that makes values.
    """
    match node:
        case cst.Name(value=name):
            return [name]
        case cst.Attribute(value=holder, attr=cst.Name(value=name)):
            before = _way(holder)
            return [*before, name] if before else []
        case cst.Call(func=cst.Name(value=name)):
            return [f"{name}()"]
        case cst.Call(func=cst.Attribute(value=holder)):
            before = _way(holder)
            makes = bool(before) and last_word(before[-1]) in (MAKERS | SETTINGS)
            return [*before, f"{name_of(node)}()"] if makes else []
        case cst.Subscript(value=holder, slice=[cst.SubscriptElement(slice=cst.Slice())]):
            before = _way(holder)
            return [*before, ""] if before else []
    return []


def _is_given_constants(expression: cst.CSTNode) -> bool:
    """Whether nothing of a message is passed to any call in an expression."""
    return all(
        isinstance(node.value, cst.SimpleString | cst.Integer) or _is_environment(node.value)
        for node in descendants(expression)
        if isinstance(node, cst.Arg)
    )


def _is_environment(node: cst.CSTNode) -> bool:
    match node:
        case cst.Attribute(value=cst.Name("os"), attr=cst.Name("environ")) | cst.Name("environ"):
            return True
    return False
