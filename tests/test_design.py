"""What docs/design.md says about its example is what the tool reports."""

from __future__ import annotations

import re
from pathlib import Path

from sqsfifo_lint.config import Config
from sqsfifo_lint.run.engine import check

PAGE = (Path(__file__).parent.parent / "docs" / "design.md").read_text(encoding="utf-8")
PROGRAM = re.compile(r"## An example\n.*?```python\n(.*?)```", re.DOTALL)
SAID = re.compile(r"^publisher\.py:(\d+):(\d+): (SQF\d{3}) (.*)$", re.MULTILINE)


def program() -> str:
    found = PROGRAM.search(PAGE)
    assert found is not None
    return found[1]


def test_the_example_is_found_as_the_page_says(tmp_path: Path) -> None:
    path = tmp_path / "publisher.py"
    path.write_text(program(), encoding="utf-8")
    said = SAID.findall(PAGE)
    assert len(said) == 1
    [finding] = check([path], Config()).findings
    line, column, code, message = said[0]
    assert (finding.span.line, finding.span.column, finding.code) == (int(line), int(column), code)
    assert finding.message.startswith(message)


def test_constructed_for_each_message_it_is_generated(tmp_path: Path) -> None:
    path = tmp_path / "publisher.py"
    handler = "\n\ndef handle(event: dict) -> None:\n    Publisher(event['queue']).publish(event['order'])\n"
    path.write_text(program() + handler, encoding="utf-8")
    assert [finding.code for finding in check([path], Config()).findings] == ["SQF104"]


def test_links_of_the_page_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", PAGE):
        assert (Path(__file__).parent.parent / "docs" / target).exists(), target
