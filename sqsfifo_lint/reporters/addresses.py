"""Where things are for programs: files in the repository, the project on the web, a rule's page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqsfifo_lint.report import Report
    from sqsfifo_lint.rules.pages import Page

REPOSITORY = ".git"
"""What a repository's root has: a folder, or a file in a work tree."""


def repository(place: Path) -> Path | None:
    """The nearest folder of a repository: the place itself, or one around it."""
    return next((folder for folder in (place, *place.parents) if (folder / REPOSITORY).exists()), None)


class Paths:
    """Paths as services want them that know the repository, whichever folder the command runs in."""

    def __init__(self, report: Report) -> None:
        self._locations = report.locations
        here = Path.cwd()
        self.root = repository(here) or next(filter(None, map(repository, report.locations.values())), here)
        """The repository around the working folder, else around a file; the working folder where there is none."""

    def of(self, path: str) -> str:
        """A path of the report, relative to the root; absolute if the file lies elsewhere."""
        absolute = self._locations.get(path)
        if absolute is None:
            return path
        return (absolute.relative_to(self.root) if self.root in absolute.parents else absolute).as_posix()


@cache
def project_urls() -> Mapping[str, str]:
    """`[project.urls]` of pyproject.toml, by label; empty if it has none, or if the package is not installed.

    `Homepage` is where people read about the tool, `Rules` the folder of the rules' pages.
    """
    try:
        entries = metadata("sqsfifo-lint").get_all("Project-URL") or ()
    except PackageNotFoundError:
        return {}
    return {label.strip(): url.strip() for label, _, url in (entry.partition(",") for entry in entries)}


def homepage() -> str:
    """The address of the project; empty if it has none."""
    return project_urls().get("Homepage", "")


def page_url(page: Page) -> str:
    """The address of the page of a rule; empty if the pages have none."""
    folder = project_urls().get("Rules", "").rstrip("/")
    return f"{folder}/{page.file_name}" if folder else ""
