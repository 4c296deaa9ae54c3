"""What `origins` found, for people and for programs: which line of the code made these IDs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqsfifo_lint.evidence.origins import Candidate, Joined, Source
from sqsfifo_lint.evidence.sections import Section
from sqsfifo_lint.evidence.shapes import Nature, Piece, Place, Shape, described
from sqsfifo_lint.evidence.wording import counted

MAX_CANDIDATES = 3
"""Candidates for the same IDs that are listed in full: with more of them, none is the answer."""
MAX_SOURCES = 5
"""Sources of IDs that `full` tells of, those of most messages first; JSON has all."""


def as_sections(joined: Joined, *, serial: bool) -> Iterator[Section]:
    """For people. `serial`: workers wait for each other, because of one group."""
    blamed = joined.blamed if serial else None
    title = f"Group IDs in the code ({counted(joined.senders, 'send')})"
    yield from _slot(title, [source for source in joined.group if source != blamed], blamed)
    yield from _slot("Dedup IDs in the code", joined.dedup)


def _slot(title: str, sources: Sequence[Source], blamed: Source | None = None) -> Iterator[Section]:
    told = [] if blamed is None else [*_source(blamed), _blame(blamed)]
    told += (sentence for source in sources[:MAX_SOURCES] for sentence in _source(source))
    left = sources[MAX_SOURCES:]
    if left:
        ids, messages = sum(source.ids for source in left), sum(source.messages for source in left)
        told.append(f"{counted(ids, 'more ID')} on {counted(messages, 'message')}: see `--output-format json`.")
    first = next(iter((*([blamed] if blamed else []), *sources)), None)
    steps = [step for one in (first.candidates[:1] if first else ()) for step in trace(one.shape)]
    lines = tuple(f"{step.path}:{step.line}:{step.column}  {step.words}: {step.code}" for step in steps)
    if told:
        yield Section(title, tuple(told), alarming=blamed is not None, lines=lines)


def _source(source: Source) -> Iterator[str]:
    """What is to be said of some IDs: their send, what it makes them of, and what speaks against it."""
    them = "it" if source.ids == 1 else "them"
    shown = f"`{source.example}`" if source.ids == 1 else f"{source.ids:,} IDs such as `{source.example}`"
    seen = f"{shown} on {counted(source.messages, 'message')}"
    where = " or ".join(dict.fromkeys(f"`{one.sender.at}`" for one in source.candidates[:MAX_CANDIDATES]))
    match match_of(source):
        case "none":
            yield f"{seen}: nothing in the code makes {them}."
            return
        case "text":
            yield f"{seen}: the text of {where}."
        case "form":
            yield f"{seen}: {where} could have made {them}: {_made_of(source)}."
        case _:
            yield f"{seen}: nothing tells what made {them}. {where} could have: {_made_of(source)}."
    yield from dict.fromkeys(f"Against that: {one.against}." for one in source.candidates if one.against)
    more = len(source.candidates[MAX_CANDIDATES:])
    if more:
        yield f"So could {counted(more, 'more send')}."
    if source.others:
        yield f"Less likely: {counted(source.others, 'other send')}."


def _made_of(source: Source) -> str:
    """What the candidates make the IDs of, in words."""
    several = (
        described(one.shape) + ("" if one.fit.strict else ", changed on the way")
        for one in source.candidates[:MAX_CANDIDATES]
    )
    return " or ".join(dict.fromkeys(several))


def _blame(source: Source) -> str:
    if not source.candidates:
        return "This is the group that makes the workers wait, and it is not from this code."
    places = dict.fromkeys(f"`{one.shape.given}`" for one in source.candidates[:MAX_CANDIDATES])
    verb = "Change" if len(places) == 1 else "Look at"
    if match_of(source) == "any":
        verb = f"If it comes from there, {verb.lower()}"
    return f"This is the group that makes the workers wait. {verb} {', '.join(places)}."


def trace(shape: Shape) -> tuple[Place, ...]:
    """The steps of the piece that says most: of one that is generated, or else of the first."""
    telling = [piece for piece in shape.pieces if piece.nature is not Nature.TEXT] or shape.pieces
    return telling[0].steps if telling else ()


# -- for programs


def as_record(joined: Joined, *, serial: bool) -> dict[str, Any]:
    """All of it as JSON data; its fields are promised in docs/evidence.md. `serial`: as above."""
    return {
        "sends": joined.senders,
        "group_ids": [_source_record(source) for source in joined.group],
        "dedup_ids": [_source_record(source) for source in joined.dedup],
        "blamed_group": _source_record(joined.blamed) if serial and joined.blamed else None,
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
