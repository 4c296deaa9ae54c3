"""What of a repository a finding belongs to: the service, and the cause that it shares with others."""

from __future__ import annotations

from pathlib import Path

from sqsfifo_lint.fingerprints import Identity
from sqsfifo_lint.model import Finding

MARKS = (
    *("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "Dockerfile"),
    *("template.yaml", "template.yml", "serverless.yml", "serverless.yaml", "samconfig.toml", "cdk.json"),
)
"""Files of which a service that is built or deployed by itself has one."""


class Services:
    """The services of a repository."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._marked: dict[Path, bool] = {}

    def of(self, file: Path) -> str:
        """The service of a file: the nearest folder below the root that has one of `MARKS`, else the first folder."""
        if self._root not in file.parents:
            return file.parent.as_posix()
        for folder in file.parents:
            if folder == self._root:
                break
            if self._is_marked(folder):
                return folder.relative_to(self._root).as_posix()
        inside = file.relative_to(self._root).parts
        return inside[0] if len(inside) > 1 else self._root.name

    def _is_marked(self, folder: Path) -> bool:
        if folder not in self._marked:
            self._marked[folder] = any((folder / mark).is_file() for mark in MARKS)
        return self._marked[folder]


def cause(finding: Finding, identity: Identity) -> str:
    """What findings of one cause have in common: the origin of their values, else the same text in each call.

    A whole call is no cause of other calls; there it is the file.
    """
    if finding.trace and identity.origin:
        first = finding.trace[0].span
        return f"{identity.origin} at {first.path}:{first.line}"
    where = f" in {finding.span.path}" if finding.span == finding.send else ""
    return f"{identity.argument}{where} ({finding.code} {finding.name})"
