"""Comments that silence findings."""

from __future__ import annotations

import pytest

from sqsfifo_lint.model import Finding, Severity, Span
from sqsfifo_lint.run.suppress import find_suppressions


def finding(line: int = 3, end_line: int | None = None, send: tuple[int, int] = (2, 4), path: str = "a.py") -> Finding:
    """A finding about an argument within a call; `send` is the first and last line of the call."""
    return Finding(
        span=Span("a.py", line, 5, end_line or line, 9),
        code="SQF101",
        name="constant-group-id",
        severity=Severity.WARNING,
        message="",
        help="",
        send=Span(path, send[0], 1, send[1], 10),
    )


CALL = """\
x = 1{before}
send_message({first}
    MessageGroupId="g",{on}
){last}
y = 2{after}
"""


def call(**comments: str) -> str:
    slots = dict.fromkeys(("before", "first", "on", "last", "after"), "")
    return CALL.format(**{**slots, **{slot: f"  {comment}" for slot, comment in comments.items()}})


def silenced(text: str, what: Finding | None = None, *, noqa: bool = True) -> bool:
    return find_suppressions(text).silences(what or finding(), noqa=noqa)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# noqa", True),
        ("# NoQA", True),
        ("#noqa", False),  # flake8 requires the space
        ("# noqa: SQF101", True),
        ("# noqa:SQF101", True),
        ("# NOQA: SQF101", True),
        ("# noqa: E501,SQF101", True),
        ("# noqa: E501 SQF101", True),
        ("# noqa: SQF1", True),
        ("# noqa: SQF", True),  # no digits: flake8 reads it as a bare `# noqa`
        ("# noqa: SQF102", False),
        ("# noqa: E501", False),
        ("# type: ignore  # noqa: SQF101", True),
        ("# noqa : SQF102", True),
        ("# nothing", False),
    ],
)
def test_noqa(comment: str, expected: bool) -> None:
    assert silenced(call(on=comment)) is expected


@pytest.mark.parametrize("slot", ["before", "first", "last", "after"])
def test_noqa_holds_for_its_line_only(slot: str) -> None:
    assert not silenced(call(**{slot: "# noqa"}))


def test_noqa_is_left_to_flake8_when_asked() -> None:
    assert not silenced(call(on="# noqa"), noqa=False)
    assert not silenced("# flake8: noqa\n" + call(), noqa=False)
    assert silenced(call(on="# sqsfifo: ignore"), noqa=False)


def test_noqa_after_a_string_of_several_lines_holds_for_all_of_it() -> None:
    text = 'x = 1\nsend(\n    a="""one\n    two""",  # noqa: SQF101\n)\n'
    assert silenced(text, finding(line=3))
    assert not silenced(text.replace("SQF101", "E501"), finding(line=3))


def test_whole_file() -> None:
    assert silenced(call() + "# flake8: noqa\n")
    assert not silenced(call(after="# flake8: noqa")), "as in flake8, only on a line of its own"


@pytest.mark.parametrize("text", ["# noqa", "# sqsfifo: ignore", "# flake8: noqa"])
def test_text_in_a_string_is_no_comment(text: str) -> None:
    assert not silenced(f'x = 1\nsend(\n    "{text}",\n)\n')
    assert not silenced(f'x = """\n{text}\n"""\n', finding(line=2, send=(1, 3)))


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# sqsfifo: ignore", True),
        ("# sqsfifo: ignore the reason", True),
        ("# sqsfifo: ignore[constant-group-id]", True),
        ("# sqsfifo: ignore[constant-group-id] the reason", True),
        ("# sqsfifo: ignore[SQF101]", True),
        ("# sqsfifo: ignore[sqf1]", True),
        ("# sqsfifo:ignore[ SQF203 , constant-group-id ]", True),
        ("#sqsfifo: IGNORE[SQF203 SQF101]", True),
        ("# reviewed, sqsfifo: ignored", False),
        ("# see the page  # sqsfifo: ignore[SQF101]", True),
        ("# sqsfifo: ignore[SQF203]", False),
        ("# sqsfifo: ignore[no-such-rule]", False),
        ("# sqsfifo: ignore[]", False),
        ("# sqsfifo: ignored", False),
    ],
)
def test_own_comment(comment: str, expected: bool) -> None:
    assert silenced(call(on=comment)) is expected


@pytest.mark.parametrize(
    ("slot", "expected"), [("before", False), ("first", True), ("on", True), ("last", True), ("after", False)]
)
def test_own_comment_holds_on_every_line_of_the_call(slot: str, expected: bool) -> None:
    assert silenced(call(**{slot: "# sqsfifo: ignore[SQF101]"})) is expected


def test_own_comment_right_above_the_call() -> None:
    comment = "# sqsfifo: ignore[SQF101] one worker on purpose\n"
    text = 'x = 1\n{}send(\n    MessageGroupId="g",\n)\n'
    assert silenced(text.format(comment), finding(line=4, send=(3, 5)))
    assert silenced(text.format(comment + "# and more prose\n"), finding(line=5, send=(4, 6)))
    assert not silenced(text.format(comment + "\n"), finding(line=5, send=(4, 6))), "an empty line ends it"


def test_a_value_put_together_elsewhere_is_silenced_there_and_at_the_send() -> None:
    text = 'params = dict({}\n    MessageGroupId="g",\n)\nprint()\nsend(\n    **params{}\n)\n'
    elsewhere = finding(line=2, send=(5, 7))
    assert silenced(text.format("  # sqsfifo: ignore[SQF101]", ""), elsewhere)
    assert silenced(text.format("", "  # sqsfifo: ignore[SQF101]"), elsewhere)
    assert not silenced(text.format("", ""), elsewhere)


def test_a_send_in_another_file_has_no_lines_here() -> None:
    text = 'x = 1  # sqsfifo: ignore\npublish("orders")\n'
    assert not silenced(text, finding(line=2, send=(1, 1), path="other.py"))
    assert silenced('publish(\n  "orders",\n)  # sqsfifo: ignore\n', finding(line=2, send=(9, 9), path="other.py"))


def test_what_cannot_be_split_into_tokens_suppresses_nothing() -> None:
    assert not silenced('send(  # noqa\n  "\n')
