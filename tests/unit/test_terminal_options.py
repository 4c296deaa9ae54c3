"""What is known of the terminal: its width, whether it has links, and which colours can be read on it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.color import Color

from sqsfifo_lint.options import LINKING, has_links, terminal_width
from sqsfifo_lint.reporters.styled import Ink

VARIABLES = [*LINKING, "VTE_VERSION", "FORCE_HYPERLINK", "CI", "COLUMNS"]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({"TERM_PROGRAM": "iTerm.app"}, True, True),
        ({"TERM_PROGRAM": "iTerm.app"}, False, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, True, False),
        ({"TERM_PROGRAM": "vscode", "CI": "true"}, True, False),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "dumb", "WT_SESSION": "1"}, True, False),
        ({"WT_SESSION": "c0ffee"}, True, True),
        ({"VTE_VERSION": "7600"}, True, True),
        ({"VTE_VERSION": "4205"}, True, False),
        ({"VTE_VERSION": "new"}, True, False),
        ({"FORCE_HYPERLINK": "1"}, False, True),
        ({"FORCE_HYPERLINK": "0", "TERM_PROGRAM": "iTerm.app"}, True, False),
        ({}, True, False),
    ],
)
def test_links(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str], terminal: bool, expected: bool) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_links() is expected


def test_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert terminal_width() is None
    monkeypatch.setenv("COLUMNS", "77")
    assert terminal_width() == 77
    monkeypatch.setenv("COLUMNS", "many")
    assert terminal_width() is None


BACKGROUNDS = {
    "white": (0xFF, 0xFF, 0xFF),
    "black": (0, 0, 0),
    "dark grey": (0x1E, 0x1E, 0x1E),
    "Solarized light": (0xFD, 0xF6, 0xE3),
    "Solarized dark": (0, 0x2B, 0x36),
}


def luminance(color: tuple[int, int, int]) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    red, green, blue = (c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", BACKGROUNDS)
@pytest.mark.parametrize("ink", [ink for ink in Ink if "color" in ink.value])
def test_each_colour_can_be_read_on_light_and_dark(ink: Ink, ground: str) -> None:
    (number,) = re.findall(r"color\((\d+)\)", ink.value)
    assert int(number) >= 16, "a theme changes those below"
    color = Color.from_ansi(int(number)).get_truecolor()
    found = luminance((color.red, color.green, color.blue))
    lighter, darker = sorted((found, luminance(BACKGROUNDS[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def test_no_colour_is_written_beside_these() -> None:
    folder = Path(__file__).parents[2] / "sqsfifo_lint" / "reporters"
    names = r"[\"'](?:bold |dim )*(?:red|green|yellow|blue|magenta|cyan|dim|bright_\w+)[\"']"
    assert not [path.name for path in folder.glob("*.py") if re.search(names, path.read_text(encoding="utf-8"))]
