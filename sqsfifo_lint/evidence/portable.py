"""Regular expressions as Python, Java (Athena), RE2 (DuckDB) and Logs Insights read them alike."""

from __future__ import annotations

import re


class QueryError(ValueError):
    """An expression cannot be put into a query. The message is one line that says which part and why."""


_TOKEN = re.compile(
    r"\\(?P<escape>.?)"
    r"|\[(?P<negated>\^?)(?P<set>\]?(?:\\.|[^\]\\])*)\]"
    r"|\((?P<special>\?(?:P<\w+>|P?[=>(#&]\w*|<?[=!]|[a-zA-Z-]+:?|:)?)?"
    r"|(?P<quantifier>\{[0-9]*,?[0-9]*\}|[*+?])(?P<possessive>\+?)"
    r"|(?P<brace>[{}])",
    re.DOTALL,
)

_ESCAPES = frozenset("AbBdDsSwWnrtfx")
"""Letters after a backslash that mean the same to all of them, for ASCII text."""

_SET_PART = re.compile(r"(\\.)|(^\]|\[)|(&&)")

_FLAGS = re.compile(r"\?[ism]+:?")


def portable(expression: str, *, name: str = "", whole: bool = False) -> str:
    """The expression in a form that all engines read alike.

    `name`: what its value is called, as a named group, which Logs Insights needs; empty for none. The value is what the
    first capturing group found, or all that was found if there is none, or with `whole`. Raises QueryError for what not
    all engines have, and `re.error` for what is no expression.
    """
    wrapped = bool(name) and (whole or not re.compile(expression).groups)
    wanted = f"(?<{name}>" if name else "("
    captures = int(wrapped)

    def rewritten(match: re.Match[str]) -> str:
        nonlocal captures
        if match["escape"] is not None:
            return _escape(match, expression)
        if match["set"] is not None:
            # To Java, a bracket in a set begins another set, `&&` means intersection, and `]` does not come first.
            return f"[{match['negated']}{_SET_PART.sub(_in_set, match['set'])}]"
        if match["quantifier"] is not None:
            if match["possessive"]:
                raise _refused(match[0], expression)
            return _quantifier(match["quantifier"])
        if match["brace"] is not None:
            return "\\" + match[0]
        special = match["special"]
        if special is None or special.startswith("?P<"):
            captures += 1
            return wanted if captures == 1 else "(?:"
        if special == "?:" or _FLAGS.fullmatch(special):
            return match[0]
        raise _refused(match[0], expression)

    re.compile(expression)
    text = _TOKEN.sub(rewritten, expression)
    return f"{wanted}{text})" if wrapped else text


def _escape(match: re.Match[str], expression: str) -> str:
    letter = match["escape"]
    if not letter.isascii():
        return letter
    if letter.isalnum() and letter not in _ESCAPES:
        raise _refused(match[0], expression)
    return match[0]


def _in_set(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return "\\" + match[2] if match[2] else r"&\&"


def _quantifier(text: str) -> str:
    """`{,3}` means `{0,3}` to Python alone; other braces without a number are text."""
    if text[0] != "{" or text[1].isdigit():
        return text
    return (
        "{0" + text[1:] if re.fullmatch(r"\{,[0-9]*\}", text) else "".join("\\" + c if c in "{}" else c for c in text)
    )


def _refused(part: str, expression: str) -> QueryError:
    return QueryError(f"{part!r} in {expression!r} is not understood alike by all engines: it cannot be in a query")
