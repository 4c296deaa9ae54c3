"""What `origins` found, for people and for programs: which line of the code made these IDs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqsfifo_lint.evidence.origins import Candidate, Joined, Source
from sqsfifo_lint.evidence.shapes import Nature, Piece, Place, Shape, described
from sqsfifo_lint.terminal import visible

MAX_CANDIDATES = 3
"""Candidates for the same IDs that are listed in full: with more of them, none is the answer."""


def as_lines(joined: Joined, *, serial: bool) -> Iterator[str]:
    """Lines for people. `serial`: the queue works serially, because of its largest group."""
    yield f"Where the IDs come from ({_counted(joined.senders, 'send')} in the code)"
    for name in ("group", "dedup"):
        sources: tuple[Source, ...] = getattr(joined, name)
        for source in sources:
            yield from _source(name, source, to_blame=serial and source is joined.largest)
    if joined.beyond:
        yield f"  {_counted(joined.beyond, 'further ID')} not looked at"


def _source(name: str, source: Source, *, to_blame: bool) -> Iterator[str]:
    seen = f"ID {source.example!r}"
    if source.ids > 1:
        seen = f"IDs: {source.ids}, such as {source.example!r},"
    yield visible(f"  {name} {seen} on {_counted(source.messages, 'message')}: {_verdict(source)}")
    for candidate in source.candidates[:MAX_CANDIDATES]:
        yield from map(visible, _candidate(candidate))
    left = source.others + len(source.candidates[MAX_CANDIDATES:])
    if left:
        yield f"    {_counted(left, 'other send')} could have made {'it' if source.ids == 1 else 'them'}, too"
    if to_blame:
        yield visible(f"    {_blame(source)}")


def _verdict(source: Source) -> str:
    where = " or ".join(dict.fromkeys(str(one.sender.at) for one in source.candidates[:MAX_CANDIDATES]))
    match match_of(source):
        case "none":
            return "nothing in the code makes such an ID"
        case "text":
            return f"the text of {where}"
        case "form":
            return f"could be from {where}"
        case _:
            return f"nothing in it tells; could be from {where}"


def _candidate(candidate: Candidate) -> Iterator[str]:
    changed = "" if candidate.fit.strict else ", changed on the way"
    yield f"    {described(candidate.shape)}{changed}"
    for step in trace(candidate.shape):
        yield f"      {step.path}:{step.line}:{step.column}  {step.words}: {step.code}"
    if candidate.against:
        yield f"      against it: {candidate.against}"


def _blame(source: Source) -> str:
    match source.candidates:
        case ():
            return "This group makes the queue serial, and it is not from this code."
        case (one,):
            return f"This group makes the queue serial: change {one.shape.given}"
        case several:
            places = ", ".join(dict.fromkeys(str(one.shape.given) for one in several[:MAX_CANDIDATES]))
            return f"This group makes the queue serial: look at {places}"


def trace(shape: Shape) -> tuple[Place, ...]:
    """The steps of the piece that says most: of one that is generated, or else of the first."""
    telling = [piece for piece in shape.pieces if piece.nature is not Nature.TEXT] or shape.pieces
    return telling[0].steps if telling else ()


# -- for programs


def as_record(joined: Joined) -> dict[str, Any]:
    """All of it as JSON data; its fields are promised in docs/evidence.md."""
    return {
        "sends": joined.senders,
        "group_ids": [_source_record(source) for source in joined.group],
        "dedup_ids": [_source_record(source) for source in joined.dedup],
        "largest_group": None if joined.largest is None else _source_record(joined.largest),
        "not_looked_at": joined.beyond,
    }


def _source_record(source: Source) -> dict[str, Any]:
    return {
        "ids": source.ids,
        "messages": source.messages,
        "example": source.example,
        "match": match_of(source),
        "candidates": [_candidate_record(candidate) for candidate in source.candidates],
        "less_likely": source.others,
    }


def match_of(source: Source) -> str:
    """In a word, how much the IDs say about their send: `text`, `form`, `any` or `none`."""
    if not source.candidates:
        return "none"
    if source.certain:
        return "text"
    return "form" if source.known else "any"


def _candidate_record(candidate: Candidate) -> dict[str, Any]:
    shape = candidate.shape
    return {
        **_place(candidate.sender.at),
        "api": candidate.sender.api,
        "made_of": [_piece_record(piece) for piece in shape.pieces],
        "often": shape.often.value,
        "changed_on_the_way": not candidate.fit.strict,
        "against": candidate.against,
        "given": {**_place(shape.given), "source": shape.given.code},
        "trace": [{**_place(step), "text": step.words, "source": step.code} for step in trace(shape)],
    }


def _piece_record(piece: Piece) -> dict[str, Any]:
    text = piece.nature is Nature.TEXT
    return {
        "kind": piece.nature.name.lower(),
        "text": piece.text if text else None,
        "source": None if text else piece.maker or piece.text,
        "often": piece.often.value,
        "resolution_ns": piece.resolution,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line, "column": place.column}


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
