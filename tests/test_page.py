"""The page that `--output-format html` writes, in a real browser: it works, fetches nothing, and code stays text."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import NoBrowserError, browser
from tests.commands import run

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Without one the tests are skipped, or fail if `CI` is set.

    It has a thread in this process, with which work is not shared among processes: it must not outlive this module.
    """
    try:
        with browser() as started:
            yield started
    except NoBrowserError as error:
        if os.environ.get("CI", "").lower() not in ("", "0", "false"):
            pytest.fail(f"no browser: {error}", pytrace=False)
        pytest.skip(f"no browser: {error}")


@dataclass
class Opened:
    """A page, with what it said and asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[[Path], Opened]]:
    """Opens a file."""
    context = chromium.new_context()

    def open_(file: Path) -> Opened:
        found = Opened(context.new_page())
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on("dialog", lambda dialog: found.complaints.append(dialog.message))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("requestfailed", lambda request: found.failures.append((request.url, request.failure or "")))
        found.page.goto(file.as_uri())
        return found

    yield open_
    context.close()


SHARED = """\
import uuid

RUN = str(uuid.uuid4())
"""

ORDERS = """\
import boto3
from lib.ids import RUN

sqs = boto3.client("sqs")


def place(order):
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/1/orders.fifo",
        MessageBody=order["body"],
        MessageGroupId="orders",
        MessageDeduplicationId=RUN,
    )
"""

MAILS = """\
import boto3
from lib.ids import RUN

sqs = boto3.client("sqs")


def mail(letter):
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/1/mails.fifo",
        MessageBody=letter["body"],
        MessageGroupId=letter["to"],
        MessageDeduplicationId=RUN,
    )


def ledger(entry):
    # sqsfifo: ignore[constant-group-id] one writer
    sqs.send_message(
        QueueUrl="https://sqs.eu-west-1.amazonaws.com/1/mails.fifo",
        MessageBody=entry["body"],
        MessageGroupId="ledger",
        MessageDeduplicationId=entry["id"],
    )
"""

PROJECT = {
    "pyproject.toml": "",
    "lib/__init__.py": "",
    "lib/ids.py": SHARED,
    "services/orders/Dockerfile": "",
    "services/orders/app.py": ORDERS,
    "services/mail/requirements.txt": "",
    "services/mail/app.py": MAILS,
}


def written(folder: Path, files: dict[str, str], *options: str) -> Path:
    """The page of a check of these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    done = run(folder, "check", "--output-format", "html=report.html", "--output-format", "concise", *options)
    assert done.returncode == 1, done
    return folder / "report.html"


def shown(page: Page) -> list[tuple[str, str]]:
    """The code and the file of each finding that is shown."""
    titles = page.locator("article:visible h3").all_text_contents()
    return [(title.split()[-2], title.partition(":")[0]) for title in titles]


def headings(page: Page) -> list[str]:
    return [text.partition(" at ")[0] for text in page.locator("#findings section:visible h2").all_text_contents()]


ORDERS_FILE, MAIL_FILE = "services/orders/app.py", "services/mail/app.py"
ALL = [("SQF203", MAIL_FILE), ("SQF203", ORDERS_FILE), ("SQF101", ORDERS_FILE)]


def test_findings_are_grouped_by_rule_service_and_cause(opened: Callable[[Path], Opened], tmp_path: Path) -> None:
    page = opened(written(tmp_path, PROJECT)).page
    assert shown(page) == ALL
    assert headings(page) == ["SQF203 fixed-dedup-id (2)", "SQF101 constant-group-id (1)"]
    page.select_option("#by", "service")
    assert headings(page) == ["services/orders (2)", "services/mail (1)"], "most first"
    page.select_option("#by", "cause")
    assert headings(page) == ["uuid.uuid4()", '"orders" (SQF101 constant-group-id) (1)']
    page.select_option("#by", "rule")
    assert shown(page) == ALL


def test_filters_and_search(opened: Callable[[Path], Opened], tmp_path: Path) -> None:
    page = opened(written(tmp_path, PROJECT)).page
    page.keyboard.press("/")
    page.keyboard.type("RUN mail")
    assert shown(page) == [("SQF203", MAIL_FILE)]
    assert page.text_content("#shown") == "1 of 3 shown"
    page.fill("#search", "")
    page.select_option('[data-filter="service"]', "services/orders")
    assert shown(page) == [ALL[1], ALL[2]]
    page.uncheck('[data-show="error"]')
    assert shown(page) == [ALL[2]]
    page.select_option('[data-filter="service"]', "")
    page.select_option('[data-filter="rule"]', "SQF203 fixed-dedup-id")
    assert shown(page) == []


def test_the_way_of_a_value_is_drawn_through_its_files(opened: Callable[[Path], Opened], tmp_path: Path) -> None:
    page = opened(written(tmp_path, PROJECT)).page
    flow = page.locator("article").filter(has_text="SQF203").first.locator(".flow")
    places = [text.split(" ")[0] for text in flow.locator("li").all_text_contents()]
    assert places[0] == "lib/ids.py:3"
    assert places[-1].startswith(MAIL_FILE)
    numbers = flow.locator("svg text").all_text_contents()
    assert numbers == [str(n) for n in range(1, len(places) + 1)]
    columns = [box["x"] for n in range(len(places)) if (box := flow.locator("circle").nth(n).bounding_box())]
    files = [place.partition(":")[0] for place in places]
    assert [column == columns[0] for column in columns] == [file == files[0] for file in files], (
        "a column for each file"
    )
    heights = [box["y"] for n in range(len(places)) if (box := flow.locator("circle").nth(n).bounding_box())]
    rows = [box["y"] for n in range(len(places)) if (box := flow.locator("li").nth(n).bounding_box())]
    assert all(0 <= height - row <= 10 for height, row in zip(heights, rows, strict=True)), (
        "nodes are beside their texts"
    )


def test_the_queues_are_drawn_and_lead_to_their_findings(opened: Callable[[Path], Opened], tmp_path: Path) -> None:
    page = opened(written(tmp_path, PROJECT)).page
    lines = page.locator(".topology path.edge title").all_text_contents()
    assert sorted(lines) == [
        f"{MAIL_FILE}, line 8, 18 to https://sqs.eu-west-1.amazonaws.com/1/mails.fifo",
        f"{ORDERS_FILE}, line 8 to https://sqs.eu-west-1.amazonaws.com/1/orders.fifo",
    ]
    page.locator(".topology [data-queue$='orders.fifo']").click()
    assert shown(page) == [ALL[1], ALL[2]]
    page.locator(f".topology [data-file='{MAIL_FILE}']").press("Enter")
    assert shown(page) == [ALL[0]]


def test_what_is_suppressed_is_shown_when_asked_for(opened: Callable[[Path], Opened], tmp_path: Path) -> None:
    page = opened(written(tmp_path, PROJECT, "--show-suppressed")).page
    assert shown(page) == ALL
    page.check('[data-show="suppressed"]')
    assert sorted(shown(page)) == sorted([*ALL, ("SQF101", MAIL_FILE)])


def test_without_scripts_everything_is_there(chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(written(tmp_path, PROJECT).as_uri())
    assert sorted(shown(page)) == sorted(ALL)
    assert page.locator(".filters").is_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_light_and_dark(chromium: Browser, tmp_path: Path, scheme: str) -> None:
    """A contrast of 4.5 to 1, as WCAG 2.2 asks for: https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    context = chromium.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(written(tmp_path, PROJECT).as_uri())
    colors = page.evaluate(
        """() => ["article p", ".badge.error", ".badge.warning", "article code", ".flow .place", "summary", "h2 .count",
                  "pre .number", "mark", ".filters label"].map((name) => {
          const one = document.querySelector(name);
          let around = one;
          while (getComputedStyle(around).backgroundColor === "rgba(0, 0, 0, 0)") around = around.parentElement;
          return [name, getComputedStyle(one).color, getComputedStyle(around).backgroundColor];
        })"""
    )
    assert {name: contrast(ink, paper) for name, ink, paper in colors if contrast(ink, paper) < 4.5} == {}
    context.close()


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


ATTACK = "</script></style></pre><script>window.taken=1</script><img src=x onerror=window.taken=1>"

HOSTILE = {
    "pyproject.toml": "",
    "<img src=x onerror=window.taken=1>&quot;' onclick='window.taken=1.py": f"""\
import boto3

sqs = boto3.client("sqs")


def send(order):
    sqs.send_message(
        QueueUrl="https://q/1/{ATTACK}.fifo",
        MessageBody=order["<b>`"],
        MessageGroupId="{ATTACK}",  # {ATTACK}
        MessageDeduplicationId=order["\\" onmouseover=window.taken=1 x=\\""],
    )


def again(order):
    sqs.send_message(QueueUrl="javascript:window.taken=1//.fifo", MessageBody=order["{ATTACK}"], MessageGroupId="<!--")
""",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not allow such a file name")
def test_names_and_code_stay_text(opened: Callable[[Path], Opened], tmp_path: Path) -> None:
    found = opened(written(tmp_path, HOSTILE))
    page = found.page
    for way in ("service", "cause", "rule"):
        page.select_option("#by", way)
    for target in page.locator(".topology [data-queue], .topology [data-file]").all():
        target.click()
    page.fill("#search", "")
    page.select_option('[data-filter="queue"]', "")
    assert sorted(code for code, _ in shown(page)) == ["SQF101", "SQF101", "SQF201", "SQF304"]
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, form, base, link, [onclick], [onerror], [style], a").count() == 0
    assert ATTACK in (page.text_content("#findings") or "")
    assert found.complaints == []
    assert found.requests == [(tmp_path / "report.html").as_uri()], "nothing is fetched"
    assert page.evaluate("window.taken") is None


def test_the_policy_forbids_what_would_get_in(opened: Callable[[Path], Opened], tmp_path: Path) -> None:
    """Even if a text were taken for HTML: the page is safe twice."""
    file = written(tmp_path, PROJECT)
    found = opened(file)
    found.page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", '<img src="http://127.0.0.1:9/x" onerror="window.taken=1">');
          const script = document.createElement("script");
          script.textContent = "window.taken=1";
          document.body.append(script);
        }"""
    )
    found.page.wait_for_timeout(200)
    assert found.page.evaluate("window.taken") is None
    assert found.failures == [("http://127.0.0.1:9/x", "csp")]
    assert len([text for text in found.complaints if "Content Security Policy" in text]) >= 2
