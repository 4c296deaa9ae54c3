"""What a project's sends make their IDs of, as plain records, and whether an ID that was seen can have been made so.

The linter's answer arrives here without the linter: `commands.senders` makes these records. What each kind of value
looks like is in the table of `ids`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple

from sqsfifo_lint.evidence.ids import KINDS, Kind

MAX_SEEN_ID = 128
"""Characters of an ID, by the quotas of SQS: a longer text was made by nothing that sends to SQS."""


class Often(Enum):
    """How often a value is created, the rarest first."""

    IMPORT = "import"
    INSTANCE = "instance"
    CALL = "call"
    MESSAGE = "message"

    @property
    def words(self) -> str:
        """As a sentence says it."""
        return _OFTEN[self]


_OFTEN = {
    Often.IMPORT: "created once per process",
    Often.INSTANCE: "created once per object",
    Often.CALL: "created once per call, for all that it sends",
    Often.MESSAGE: "created for each message",
}


class Nature(Enum):
    """What a piece of an ID is."""

    TEXT = "text"
    """Literal text of the source."""
    CONFIG = "configuration"
    CLOCK = "clock"
    UNIQUE = "unique value"
    DIGEST = "digest"
    COUNTER = "counter"
    PROCESS = "value that differs from process to process"
    DATA = "data"
    """Something that the message is about, or that cannot be seen."""


class Place(NamedTuple):
    """A place in the source, in a few words."""

    path: str
    line: int
    column: int
    words: str = ""
    """What happens here."""
    code: str = ""
    """The source text on one line."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


class Piece(NamedTuple):
    """What one origin contributes to an ID."""

    nature: Nature
    often: Often
    text: str = ""
    """TEXT: the text itself. DIGEST: how many hexadecimal digits. Others: the source of the expression."""
    maker: str = ""
    """The qualified name of what makes it, such as `uuid.uuid4`; empty where that is not known."""
    resolution: int | None = None
    """CLOCK: nanoseconds between two values that differ; None where that is not known."""
    steps: tuple[Place, ...] = ()
    """From the origin (first) to the call that sends (last)."""


class Shape(NamedTuple):
    """One value that an argument can have: its pieces in order."""

    pieces: tuple[Piece, ...]
    given: Place
    """The argument that has to be changed for another value."""

    @property
    def often(self) -> Often:
        """How often the whole is created: as often as the piece that is created most often. Text never changes."""
        order = list(Often)
        return max((piece.often for piece in self.pieces), key=order.index, default=Often.IMPORT)


class Sender(NamedTuple):
    """One message that the project sends."""

    at: Place
    """The call."""
    api: str
    queues: tuple[str, ...]
    """Names, URLs or ARNs of the queues that it may go to, `*` for what cannot be seen. Empty: nothing is known."""
    group: tuple[Shape, ...] = ()
    dedup: tuple[Shape, ...] = ()
    standard: bool = False
    """The queue is known to be no FIFO queue."""


class Fit(NamedTuple):
    """How far an ID can have been made by a shape."""

    explained: int
    """Characters that are the shape's own text, or of the form that a generator makes. Data explains none."""
    exact: bool = False
    """The text is the shape's, character for character."""
    strict: bool = True
    """Each generated value has the form that its generator makes. Otherwise it was changed on the way."""

    @property
    def rank(self) -> tuple[bool, int, bool]:
        """The better, the greater."""
        return (self.exact, self.explained, self.strict)


def fit(text: str, shape: Shape) -> Fit | None:
    """How a text fits a shape; None if it cannot have been made so."""
    if len(text) > MAX_SEEN_ID:
        return None
    if all(piece.nature is Nature.TEXT for piece in shape.pieces):
        whole = "".join(piece.text for piece in shape.pieces)
        return Fit(len(text), exact=True) if text == whole else None
    strict = _explained(text, shape.pieces, strict=True)
    if strict is not None:
        return Fit(strict)
    loose = _explained(text, shape.pieces, strict=False)
    return None if loose is None else Fit(loose, strict=False)


def _explained(text: str, pieces: Sequence[Piece], *, strict: bool) -> int | None:
    """The most characters that the pieces, one after the other, explain; None if they do not make up the text.

    For each length of text that the pieces so far can make up, the most that they explain of it. That takes time in
    proportion to the pieces and the square of the text's length, whatever the text: it may be hostile.
    """
    reached = {0: 0}
    for piece in _with_repetitions(pieces, strict):
        after: dict[int, int] = {}
        for start, explained in reached.items():
            for end, more in _ends(text, start, piece, strict):
                after[end] = max(after.get(end, 0), explained + more)
        reached = after
    return reached.get(len(text))


_AGAIN = Piece(Nature.DATA, Often.MESSAGE)


def _with_repetitions(pieces: Sequence[Piece], strict: bool) -> Iterator[Piece]:
    """The pieces, with room for those that come a second time: the analysis keeps each origin once.

    `f"{order.id}-{order.version}"` arrives as data and a hyphen. A generated value seldom stands in an ID twice.
    """
    repeats = False
    for piece in pieces:
        yield piece
        repeats = repeats or piece.nature in _OPEN or not (strict or piece.nature is Nature.TEXT)
        if repeats and piece.nature not in _OPEN:
            yield _AGAIN


_OPEN = frozenset({Nature.DATA, Nature.CONFIG, Nature.PROCESS})
"""Natures that say nothing about the text."""


def _ends(text: str, start: int, piece: Piece, strict: bool) -> Iterator[tuple[int, int]]:
    """Where a piece that begins at `start` can end, and how much of the text it explains there."""
    if piece.nature is Nature.TEXT:
        if text.startswith(piece.text, start):
            yield start + len(piece.text), len(piece.text)
        return
    form = _form(piece)
    if form is None or not strict:
        # Data may be empty, a generated value is not.
        least = start if piece.nature in _OPEN else start + 1
        yield from ((end, 0) for end in range(least, len(text) + 1))
        return
    for one in form:
        longest = one.match(text, start)
        if longest is not None:
            ends = range(start + 1, longest.end() + 1)
            yield from ((end, end - start) for end in ends if one.fullmatch(text, start, end))


Form = tuple[re.Pattern[str], ...]

_KINDS: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}

_OTHERS: Mapping[str, re.Pattern[str]] = {
    "any-uuid": re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "urlsafe": re.compile("[A-Za-z0-9_-]+"),
    "xid": re.compile("[0-9a-v]{20}"),  # https://github.com/rs/xid
}
"""Forms that generators give to their values, and that no ID tells by itself."""

_MADE_BY: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(name), forms)
    for name, forms in (
        (r"(?:celery|kombu)\..*uuid|.*\buuid4|.*generate_uuid", ("uuid4", "uuid4-hex")),
        (r".*\buuid([1678])(?:str)?", ("uuid{}", "uuid{}-hex")),
        (r"ulid2\.generate_ulid_as_uuid", ("any-uuid",)),
        (r"ulid_transform\.ulid_hex|secrets\.token_hex", ("hexadecimal", "number")),
        (r"ulid.*", ("ulid",)),
        (r"(?:cyksuid|ksuid|pksuid)\..*", ("ksuid",)),
        (r"bson\..*ObjectId", ("objectid",)),
        (r"(?:xid|epyxid)\..*", ("xid",)),
        (r"secrets\.token_urlsafe|(?:fast|py)?nanoid\..*|shortuuid\..*|cuid2?\..*", ("urlsafe",)),
        (r"(?:.*\.)?(?:getrandbits|randint|randrange|randbelow|randbits)|s(?:now|ony)flake\..*", ("number",)),
    )
)
"""By the name of what makes a unique value: the kinds of ID that it looks like, with what the name captures put in.
The first that matches counts."""

_SECOND, _DAY = 1_000_000_000, 86_400_000_000_000
"""Nanoseconds."""


def _form(piece: Piece) -> Form | None:
    """What a value looks like as its generator makes it; None if there is nothing to go by."""
    match piece.nature:
        case Nature.CLOCK:
            return _clock(piece.resolution)
        case Nature.COUNTER:
            return (_KINDS["number"].pattern,)
        case Nature.DIGEST:
            return (_KINDS[f"digest-{piece.text}"].pattern,) if f"digest-{piece.text}" in _KINDS else None
        case Nature.UNIQUE:
            return _made_by(piece.maker)
    return None


@cache
def _clock(resolution: int | None) -> Form | None:
    """The times that a clock which moves this often (in nanoseconds) is written as; None if there are none."""
    found = tuple(kind.pattern for kind in KINDS if kind.clock and _moves(kind, resolution))
    return (*found, _DATE) if resolution in (None, _DAY) else found or None


_DATE = re.compile("[0-9]{4}-?[01][0-9]-?[0-3][0-9]")


def _moves(kind: Kind, resolution: int | None) -> bool:
    if resolution is None or kind.resolution is None or kind.resolution == resolution:
        return True
    if kind.name.startswith("epoch-decimal"):  # of a float, which has digits to spare, and drops zeros
        return resolution < _SECOND
    return kind.name.startswith("iso") and kind.resolution > resolution  # `isoformat()` drops a fraction of zero


@cache
def _made_by(maker: str) -> Form | None:
    for name, forms in _MADE_BY:
        found = name.fullmatch(maker)
        if found is not None:
            names = [form.format(*found.groups()) for form in forms]
            return tuple(_OTHERS.get(one) or _KINDS[one].pattern for one in names)
    return None


def described(shape: Shape) -> str:
    """A shape in words: `'group-' + clock (time.time, created once per process)`."""
    return " + ".join(map(_described, shape.pieces)) or "empty text"


def _described(piece: Piece) -> str:
    if piece.nature is Nature.TEXT:
        return repr(piece.text)
    often = "" if piece.nature is Nature.CONFIG else piece.often.words
    return f"{piece.nature.value} ({', '.join(filter(None, (piece.maker or piece.text, often)))})"
