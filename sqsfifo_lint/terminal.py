"""Makes text from a checked file harmless: no control character in the source may reach a terminal or a log."""

from __future__ import annotations

import re

# C0 and C1 controls and DEL move the cursor, change colours or ring; the bidirectional controls (U+061C, U+200E/F,
# U+202A-E, U+2066-9) make a line look different from its text; U+2028/9 and U+0085 end a line for some programs;
# zero-width characters, tags and the BOM hide; lone surrogates cannot be encoded. `##[` and `##vso[` are commands to
# runners of GitHub and Azure wherever they stand on a line: of the first `#`, an escape is shown.
_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
    r"|#(?=#[\w.]*\[)"
)


def visible(text: str) -> str:
    """`text` on one line, with every control or invisible character written as an escape such as `\\x1b`.

    Tabs become one space: a tab in the middle of a line would move what is printed under it.
    """
    return _UNSAFE.sub(_escape, text.replace("\t", " "))


_PLAIN_START = re.compile(r"[\w./<]")


def name_at_start(name: str) -> str:
    """A file's name for the start of a line, made safe to print: `./` before what a CI system might take for a command.

    Such are `::error`, `##teamcity[`, `[[ATTACHMENT|`, `+++` and others; `<stdin>` is our own.
    """
    shown = visible(name)
    return shown if _PLAIN_START.match(shown) else f"./{shown}"


_COMMAND = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\n]*\x1b\\)*+)(?=::|##)", re.MULTILINE)


def no_commands(text: str) -> str:
    """`text` with a backslash before what a CI system would take for a command at the start of a line.

    `::error::` and the like are GitHub's, `##[` and `##vso[` are Azure's, `##teamcity[` is TeamCity's:
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return _COMMAND.sub(r"\1\\", text)


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
