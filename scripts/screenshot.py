"""Write docs/report.png and docs/queues.png: the page of `--output-format html`, in a Chromium of this machine.

PYTHONPATH=. python scripts/screenshot.py

It is no part of `generate_docs.py`, since no two browsers draw the same bytes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # how tests start a browser

from playwright.sync_api import FloatRect  # noqa: E402

from tests.browser import browser  # noqa: E402

PICTURES = {"report.png": ("examples/start_up_group/trapped", "#findings"), "queues.png": ("examples", ".topology")}
"""By name: what is checked, and the part of the page that is shown; the first with all above it."""

WIDTH = 1060
"""Pixels: GitHub shows a README at about 830."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        page = chromium.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        for name, (path, part) in PICTURES.items():
            file = Path(folder, "report.html")
            command = [sys.executable, "-m", "sqsfifo_lint", "check", path, "--output-format", f"html={file}"]
            subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
            page.goto(file.as_uri())
            box = page.locator(part).bounding_box()
            assert box is not None
            top = 0 if part == "#findings" else box["y"] - 48
            clip = FloatRect(x=0, y=top, width=WIDTH, height=box["y"] + box["height"] + 16 - top)
            page.screenshot(path=ROOT / "docs" / name, full_page=True, clip=clip)
            print(f"written: docs/{name}")


if __name__ == "__main__":
    main()
