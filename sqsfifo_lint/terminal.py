"""Makes text from a checked file harmless: no control character in the source may reach a terminal or a log."""

from __future__ import annotations

import re

# C0 and C1 controls and DEL move the cursor, change colours or ring; the bidirectional controls (U+061C, U+200E/F,
# U+202A-E, U+2066-9) make a line look different from its text; U+2028/9 and U+0085 end a line for some programs;
# zero-width characters, tags and the BOM hide; lone surrogates cannot be encoded.
_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """`text` on one line, with every control or invisible character written as an escape such as `\\x1b`.

    Tabs become one space: a tab in the middle of a line would move what is printed under it.
    """
    return _UNSAFE.sub(_escape, text.replace("\t", " "))


_COMMAND = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*+)(?=::|##)", re.MULTILINE)


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
