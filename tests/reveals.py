"""What the evaluator knows about a value that a program passes to `reveal`.

    reveal(group)  # reveal: constant 'a' | 'b-' + unique value, per message

`reveal` is not defined anywhere: for the linter it is an unknown function. The runner notes its argument, in the words
of `sqsfifo_lint.flow.printed`; a comment says what that has to be, with alternatives in any order. A call that is never
reached fails, and so does one without such a comment. Only what leads to a send is evaluated, so each program has one.

How often a piece is made again is expressed as if the call of `reveal` were the send: `per import`, `per object` (made
in a constructor that runs once for many of these calls), `per call` (made in the running function, outside the
innermost loop around `reveal`), `per message` (made again in each round of that loop; without a loop around it, the
running function is for one message, and what it makes is for this one). If a function has visible callers, what they
pass in counts.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import libcst as cst
import pytest

from sqsfifo_lint.flow import Arguments, Machine, State, printed
from sqsfifo_lint.flow.context import NOWHERE
from sqsfifo_lint.flow.values import Atom, External, Piece, Value
from sqsfifo_lint.model import Lifetime
from sqsfifo_lint.sends.lifetimes import lifetime
from sqsfifo_lint.source.chunks import NodePlace

COMMENT = re.compile(r"#\s*reveal:\s*(.*?)\s*(?=$|#\s*(?:error|ok|todo):)")
CALL = re.compile(r"\breveal\(")

OFTEN = {
    Lifetime.IMPORT: "per import",
    Lifetime.INSTANCE: "per object",
    Lifetime.CALL: "per call",
    Lifetime.MESSAGE: "per message",
}

Line = tuple[str, int]


@dataclass
class Revealed:
    """What is claimed about the values, and what they are."""

    claimed: dict[Line, set[str]] = field(default_factory=dict)
    calls: set[Line] = field(default_factory=set)
    """Where the source has `reveal`."""
    seen: dict[Line, set[str]] = field(default_factory=dict)
    """As passed in by visible callers."""
    seen_from_outside: dict[Line, set[str]] = field(default_factory=dict)
    """The same, in a function where evaluation started."""

    def note(self, value: Value, node: cst.CSTNode, state: State) -> None:
        """`reveal` is called with a value."""
        span = NodePlace(state.frame.chunk, node).span
        found = self.seen if state.frame.caller is not None else self.seen_from_outside
        words = printed(value, state, lambda piece: often(piece, state))
        found.setdefault((span.path, span.line), set()).update(words.split(" | "))

    def faults(self) -> Iterator[str]:
        """Each claim that does not hold, and each value without a claim."""
        for path, line in sorted(self.claimed.keys() - self.calls):
            yield f"{path}:{line}: there is no `reveal(` on this line"
        for place in sorted(self.calls):
            found = self.seen.get(place) or self.seen_from_outside.get(place)
            shown = "never reached" if found is None else " | ".join(sorted(found))
            if found is None or found != self.claimed.get(place):
                yield f"{place[0]}:{place[1]}: reveal: {shown}"


def often(piece: Piece, state: State) -> str:
    """How often a piece is made again, as seen from here."""
    around = next(state.context.loops(), NOWHERE)
    return OFTEN[lifetime(piece.context, state.context, around)]


@contextmanager
def noting(sources: Sequence[tuple[str, bytes]]) -> Iterator[Revealed]:
    """Notes the values that are revealed while sources are checked."""
    revealed = Revealed()
    for path, source in sources:
        if path.endswith(".py") and CALL.search(source.decode("utf-8", "replace")):
            _read(path, source, revealed)
    if not revealed.calls:
        yield revealed
        return
    call = Machine.call

    def noted(machine: Machine, callee: Value, arguments: Arguments, node: cst.CSTNode, state: State) -> Value:
        # A function that is passed to an unknown function is also called from there, at the same node.
        match node:
            case cst.Call(func=cst.Name("reveal")) if all(isinstance(found, Atom | External) for found in callee):
                revealed.note(arguments.positional[0].value, node, state)
        return call(machine, callee, arguments, node, state)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Machine, "call", noted)
        yield revealed


def _read(path: str, source: bytes, revealed: Revealed) -> None:
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type == tokenize.COMMENT and (match := COMMENT.search(token.string)):
            revealed.claimed[path, token.start[0]] = set(match[1].split(" | "))
        elif token.type == tokenize.NAME and token.string == "reveal" and CALL.match(token.line[token.start[1] :]):
            revealed.calls.add((path, token.start[0]))
