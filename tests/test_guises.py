"""Every fixture gives the same findings in every guise; see `guises`.

An ordinary run takes a few cases for each guise, others for each of them; `pytest --all-guises` takes them all.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zlib
from collections.abc import Container, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.fixture_runner import Case, Checked, Claim, Sources, cases, check, check_project, compare, read_claims
from tests.guises import GUISES, Files, Guise
from tests.guises.known import KNOWN

LINE = re.compile(r"\bline \d+")

FEW = 4
"""Cases for each guise in an ordinary run."""

KNOWN_PAIRS = {(known.guise, known.case) for known in KNOWN}

every_guise = pytest.mark.parametrize("guise", GUISES.values(), ids=GUISES)


@every_guise
def test_the_findings_are_the_same(guise: Guise, pytestconfig: pytest.Config) -> None:
    seen = list(every_pair(guise) if pytestconfig.getoption("--all-guises") else few_pairs(guise))
    faults = [f"{case.name}: {fault}" for case, found in seen for fault in found]
    assert seen, "it fits no fixture"
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize("reason", dict.fromkeys(known.reason for known in KNOWN))
def test_what_is_known_is_not_mended_yet(reason: str, pytestconfig: pytest.Config) -> None:
    """In an ordinary run the first pair of each reason."""
    several = [known for known in KNOWN if known.reason == reason]
    by_name = {case.name: case for case in every_case()}
    for known in several if pytestconfig.getoption("--all-guises") else several[:1]:
        faults = faults_of(by_name[known.case], GUISES[known.guise])
        assert faults, f"{known.guise} of {known.case} is mended: take it out of known.txt"


@every_guise
def test_a_guise_gives_programs(guise: Guise) -> None:
    for case in sample(guise)[:3]:
        for path, text in guise.applied(programs_of(case)).items():
            compile(text.encode(), path, "exec")


# -- pairs of a guise and a case


@cache
def every_case() -> tuple[Case, ...]:
    return tuple(case for case in cases() if programs_of(case) and not case.audit)


def every_pair(guise: Guise, but: Container[str] = ()) -> Iterator[tuple[Case, list[str]]]:
    """All cases that a guise fits, and what is found otherwise than without it; without those that are known.

    Cases whose feature is in `but` at the time are passed over.
    """
    for case in sample(guise):
        faults = None if case.feature in but else faults_of(case, guise)
        if faults is not None:
            yield case, faults


def few_pairs(guise: Guise) -> Iterator[tuple[Case, list[str]]]:
    """A few of them, each of another feature."""
    features: set[str] = set()
    for case, faults in every_pair(guise, features):
        features.add(case.feature)
        yield case, faults
        if len(features) == FEW:
            return


def sample(guise: Guise) -> list[Case]:
    """All cases but those that are known, in an order of the guise's own, the same in every run."""
    cases = [case for case in every_case() if (guise.name, case.name) not in KNOWN_PAIRS]
    return sorted(cases, key=lambda case: zlib.crc32(f"{guise.name} {case.name}".encode()))


# -- a case in a guise


@cache
def programs_of(case: Case) -> Files:
    """The Python files of a case that can be parsed, as text."""
    found = {}
    for path, source in case.sources():
        if path.endswith(".py"):
            try:
                compile(source, path, "exec")
                found[path] = source.decode()
            except (SyntaxError, ValueError):
                continue
    return found


def faults_of(case: Case, guise: Guise) -> list[str] | None:
    """What is found otherwise than the comments say when a case is in a guise; None where the guise does not fit it."""
    changed = guise.applied(programs_of(case))
    if not changed:
        return None
    sources = sorted((dict(case.sources()) | {path: text.encode() for path, text in changed.items()}).items())
    claims = [claim for path, source in sources for claim in read_claims(path, source)]
    findings, problems = _checked_as_project(case, changed, sources) if case.whole else check(case.root, sources)
    asked = [replace(c, fragment=_fragment(c, guise)) for c in claims if guise.codes is None or c.code in guise.codes]
    given = [replace(f, message=_moved(f.message)) for f in findings if guise.codes is None or f.code in guise.codes]
    return [*(f"{p.path}:{p.line}: problem: {p.message}" for p in problems), *compare(asked, given)]


def _checked_as_project(case: Case, changed: Files, sources: Sources) -> Checked:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "project")
        shutil.copytree(case.root, root, ignore=shutil.ignore_patterns("__pycache__"))
        for path, text in changed.items():
            (root / path).write_bytes(text.encode())
        return check_project(root, sources)


def _fragment(claim: Claim, guise: Guise) -> str:
    """The words that a message has to hold: without the code that it quotes where the guise changes code."""
    return "" if guise.rewords and set("`([") & set(claim.fragment) else _moved(claim.fragment)


def _moved(words: str) -> str:
    """Without the numbers of lines, which move."""
    return LINE.sub("line _", words)
