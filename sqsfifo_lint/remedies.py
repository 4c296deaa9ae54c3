"""What each change that mends a finding does, in words: for pages, reports and editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqsfifo_lint.model import Change


class Words(NamedTuple):
    """What is said of a change."""

    title: str
    """An imperative sentence without its full stop."""
    safe: bool
    """Made by `--fix`; otherwise only together with `--unsafe-fixes`."""
    page: str
    """What a rule's page says: a sentence."""


WORDS: Mapping[Change, Words] = {
    Change.STABLE_HASH: Words(
        "Replace `hash()` by a hash that is the same in every process",
        True,
        "`hash(x)` of text becomes the SHA-256 digest of the text, or `zlib.crc32` where a group's number is "
        "taken from it. If the code does not show that `x` is text, that needs `--unsafe-fixes`.",
    ),
    Change.TEXT: Words(
        "Convert the ID to text",
        True,
        "an int or UUID object is put into `str(...)`, a hash object gets `.hexdigest()`, a date or time "
        "`.isoformat()`. What is wrong with the ID besides is still reported.",
    ),
    Change.JSON_DIGEST: Words(
        "Use the SHA-256 digest of the JSON text",
        True,
        "`json.dumps(...)` becomes the SHA-256 digest of its text.",
    ),
    Change.NO_SPACE: Words(
        "Write the time without a space",
        True,
        "`str(...)` of a time becomes `.isoformat()`, and the space in a literal template of `strftime` becomes `T`.",
    ),
    Change.NO_DELAY: Words(
        "Leave `DelaySeconds` out",
        True,
        "`DelaySeconds` is removed from the call.",
    ),
    Change.RAISE: Words(
        "Raise an error if `Failed` lists entries",
        False,
        "a `RuntimeError` is raised if the answer lists entries under `Failed`.",
    ),
    Change.BODY_DIGEST: Words(
        "Use the SHA-256 digest of the body as dedup ID",
        False,
        "the dedup ID becomes the SHA-256 digest of the body, where the body is the same at every attempt.",
    ),
}
