"""One command for each chore: `nox --list` shows them, `nox -s NAME` runs one. CONTRIBUTING.md says more.

Each session has an environment of its own. `nox` without a name runs what has to hold before a change goes in.
"""

from __future__ import annotations

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["lint", "tests"]
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The classifiers of pyproject.toml; a test compares them."""

YAML = ("action.yml", ".github/workflows", ".github/dependabot.yml")


def _installed(session: nox.Session, *more: str) -> None:
    session.install("--editable", ".[dev]", *more)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests, with the newest dependencies. Arguments go to pytest."""
    _installed(session)
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session(python=PYTHONS[:1], venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """The tests, with the lowest dependencies that pyproject.toml allows. Arguments go to pytest."""
    _installed(session, "--resolution", "lowest-direct")
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """ruff, mypy, and zizmor for the workflows."""
    _installed(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("zizmor", "--offline", "--no-progress", *YAML)


@nox.session
def hooks(session: nox.Session) -> None:
    """The hooks of pre-commit, on all files."""
    _installed(session)
    session.run("pre-commit", "run", "--all-files", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Generate the pages, pictures and tables anew. Read what changes."""
    _installed(session)
    session.run("python", "scripts/generate_docs.py", env={"PYTHONPATH": "."})


@nox.session
def build(session: nox.Session) -> None:
    """The source distribution and the wheel, in dist/."""
    session.install("build")
    session.run("python", "-m", "build")


@nox.session
def emulator(session: nox.Session) -> None:
    """What the rules claim, against LocalStack."""
    _installed(session)
    session.run("python", "-m", "pytest", "tests/emulator", *session.posargs)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Odd text at whatever reads text, for an hour. Arguments go to scripts/fuzz.py."""
    _installed(session)
    session.run("python", "scripts/fuzz.py", *(session.posargs or ("--minutes", "60")), env={"PYTHONPATH": "."})


@nox.session
def image(session: nox.Session) -> None:
    """The image of the Dockerfile, and whether it runs."""
    session.run("docker", "build", "--tag", "sqsfifo-lint", ".", external=True)
    session.run("docker", "run", "--rm", "sqsfifo-lint", "--version", external=True)
