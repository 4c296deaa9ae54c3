"""What a release is made of: the changelog, the metadata and the source distribution."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from sqsfifo_lint import __version__
from tests.commands import ROOT

KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
"""https://keepachangelog.com/en/1.1.0/"""

UNDATED = "0.1.0"
"""The first version was never tagged, so nobody can say when it was released."""

_HEADING = re.compile(r"(\d+\.\d+\.\d+)(?: - (\d{4}-\d{2}-\d{2}))?")


def sections(text: str) -> dict[str, str]:
    """What stands under each heading of the second level, in order."""
    titles = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(titles[::2], titles[1::2], strict=True))


def wrong_in(changelog: str) -> list[str]:
    """Why no release can be cut from a changelog."""
    unreleased, *releases = sections(changelog)
    faults = [] if unreleased == "Unreleased" else ["does not begin with what is unreleased"]
    headings = [_HEADING.fullmatch(title) for title in releases]
    faults += [f"{title}: no number with a date" for title, match in zip(releases, headings, strict=True) if not match]
    known = [match for match in headings if match]
    faults += [f"{match[1]}: no date" for match in known if not match[2] and match[1] != UNDATED]
    numbers = [tuple(map(int, match[1].split("."))) for match in known]
    faults += [f"{newer} is not above {older}" for newer, older in pairwise(numbers) if newer <= older]
    for title, text in sections(changelog).items():
        for kind in re.findall(r"^### (.+)$", text, re.MULTILINE):
            faults += [] if kind in KINDS else [f"{title}: {kind} is no kind of change"]
        loose = [line for line in text.partition("\n### ")[0].splitlines() if line.startswith("- ")]
        faults += [f"{title}: of no kind: {line}" for line in loose]
    return faults


def test_a_release_can_be_cut_from_the_changelog() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert wrong_in(text) == []
    assert __version__ in {title.partition(" - ")[0] for title in sections(text)}


@pytest.mark.parametrize(
    ("changelog", "fault"),
    [
        ("## 1.0.0 - 2026-01-01\n", "does not begin with what is unreleased"),
        ("## Unreleased\n## soon\n", "soon: no number with a date"),
        ("## Unreleased\n## 1.0.0\n", "1.0.0: no date"),
        ("## Unreleased\n## 1.0.0 - 2026-01-01\n## 1.1.0 - 2026-02-01\n", "(1, 0, 0) is not above (1, 1, 0)"),
        ("## Unreleased\n\n### News\n- a\n", "Unreleased: News is no kind of change"),
        ("## Unreleased\n\n- a\n\n### Added\n- b\n", "Unreleased: of no kind: - a"),
    ],
)
def test_what_cannot_be_released_is_seen(changelog: str, fault: str) -> None:
    assert wrong_in(changelog) == [fault]


def test_every_supported_python_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    prefix = "Programming Language :: Python :: 3."
    minors = [int(one.removeprefix(prefix)) for one in project["classifiers"] if one.startswith(prefix)]
    assert project["requires-python"] == f">=3.{minors[0]}"
    assert minors == list(range(11, 15))


def test_the_source_distribution_has_no_fixtures(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (archive,) = tmp_path.iterdir()
    with tarfile.open(archive) as content:
        names = {name.partition("/")[2] for name in content.getnames()}
    assert not [name for name in names if name.startswith(("tests/fixtures", ".ci", ".git/"))]
    assert names >= {"README.md", "LICENSE", "CHANGELOG.md", "docs/groups.svg", "sqsfifo_lint/cli.py", "PKG-INFO"}
    assert names >= {path.relative_to(ROOT).as_posix() for path in (ROOT / "sqsfifo_lint" / "rules").glob("*.py")}
