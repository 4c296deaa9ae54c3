"""Comments that are meant to silence a finding, and silence none: SQF002."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqsfifo_lint import useless
from sqsfifo_lint.meant import did_you_mean
from sqsfifo_lint.model import Finding, Related, Severity, Span
from sqsfifo_lint.run.suppress import NOQA, OWN, Comment, Silencer, Suppressions, words_of

NEAR = 5
"""Lines between a comment and what is reported, at most, if the comment is about that."""

SHOWN = 60
"""Characters of a comment that a message shows."""

ATTEMPT = re.compile(
    r"""
    \#\s*sqs[-_ ]?fifo(?:[-_ ]?lint)?(?:\s*:\s*(?:ignore|disable|noqa|skip|suppress|silence|nolint)\b
                                       |\s+(?:ignore|disable)\s*[\[(=:])
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What looks like our comment, and is one only if it is spelt as `OWN` has it."""

FOREIGN = re.compile(
    r"(?:\bdisable=|\btype:\s*ignore\[|\bnosec:?\s|\bruff:\s*noqa:\s?|#noqa\s*:\s?)(?P<words>[\w,\s-]+)", re.IGNORECASE
)
"""Comments of other tools, which may name our rules; `#noqa` is not read by flake8 either."""


@dataclass(frozen=True, slots=True)
class Commented:
    """A file with comments. `reported`: the findings in it, whether silenced or not. `elsewhere`: those in others."""

    name: str
    suppressions: Suppressions
    reported: Sequence[Finding]
    elsewhere: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules there are, by code and name. `run`: whether one was run on the file of this name."""

    known: Sequence[tuple[str, str]]
    run: Callable[[tuple[str, str], str], bool]

    def named(self, word: str) -> list[tuple[str, str]]:
        """Those that a word means: a code, the beginning of codes, or a name; all for an empty word."""
        return [rule for rule in self.known if rule[0].startswith(word.upper()) or rule[1] == word.lower()]

    def looks_like_one(self, word: str) -> bool:
        """Whether a word is, or is nearly, a code or name of ours."""
        if re.fullmatch(r"SQF[0-9]+", word, re.IGNORECASE):
            return True
        return bool("-" in word and did_you_mean(word.lower(), [name for _, name in self.known]))


class Useless(NamedTuple):
    """A finding about a comment."""

    finding: Finding
    unheard: bool
    """The comment is well-formed: it is useless because nothing was found for it."""


def useless_in(file: Commented, rules: Rules) -> Iterator[Useless]:
    """What is wrong with the comments of a file, in order."""
    used = {silencer for finding in file.reported for silencer in file.suppressions.silencers(finding)}
    for comment in file.suppressions.comments:
        for one in _about(comment, file, rules, used):
            if not _is_silenced(one.finding, file.suppressions):
                yield one


def _about(comment: Comment, file: Commented, rules: Rules, used: set[Silencer]) -> Iterator[Useless]:
    own, noqa = OWN.search(comment.text), NOQA.search(comment.text)
    if _is_quoted(comment.text, own or noqa):
        return
    if own is not None:
        words = words_of(own["rules"]) if own["rules"] is not None else ("",)
        yield from _each(comment, words, file, rules, used, noqa=False)
        if not words:
            yield _finding(file, comment, "names no rule, and so silences nothing", _how(()))
    elif noqa is not None and not comment.text.lower().startswith("#noqa"):
        words = _words_of_noqa(noqa, comment.text)
        yield from _each(comment, [w for w in words if rules.looks_like_one(w)], file, rules, used, noqa=True)
        if noqa["codes"] is not None:
            yield from _unread_names(comment, noqa, file, rules)
    elif ATTEMPT.search(comment.text):
        yield _finding(file, comment, "is misspelt, and so silences nothing", _how(_known(comment.text, rules)))
    elif (foreign := FOREIGN.search(comment.text)) and (known := _known(foreign["words"], rules)):
        yield _finding(file, comment, "is not read by this linter, and silences nothing of it", _how(known))


def _is_quoted(text: str, found: re.Match[str] | None) -> bool:
    """Whether a comment only speaks of such a comment."""
    return found is not None and text[: found.start()].endswith(("`", "'", '"'))


def _words_of_noqa(noqa: re.Match[str], text: str) -> tuple[str, ...]:
    """The codes, or what may be names in place of codes; none for a `# noqa` of everything."""
    if noqa["codes"] is not None:
        return words_of(noqa["codes"])
    names = re.match(r":\s?([a-z0-9]+(?:-[a-z0-9]+)+)", text[noqa.end() :], re.IGNORECASE)
    return (names[1],) if names else ()


def _unread_names(comment: Comment, noqa: re.Match[str], file: Commented, rules: Rules) -> Iterator[Useless]:
    """Names after codes: flake8 reads the codes alone."""
    rest = re.match(r"[\w,\s-]*", comment.text[noqa.end() :])
    known = {name: code for code, name in rules.known}
    for word in words_of(rest[0]) if rest else ():
        if word.lower() in known:
            code = known[word.lower()]
            yield _finding(file, comment, f"names `{word}` where only codes are read", f"Write `{code}` instead.")


def _each(
    comment: Comment, words: Iterable[str], file: Commented, rules: Rules, used: set[Silencer], *, noqa: bool
) -> Iterator[Useless]:
    for word in words:
        named = rules.named(word)
        if not named:
            names = [label for rule in rules.known for label in rule]
            hint = did_you_mean(word.upper(), names) or did_you_mean(word.lower(), names)
            says = f"names `{word[:SHOWN]}`, and there is no such rule{hint}"
            yield _finding(file, comment, says, "`sqsfifo-lint rule` lists them all.")
            continue
        judged = [rule for rule in named if rule[0] != useless.CODE]
        if Silencer(comment.line, word) in used or not judged or not all(rules.run(rule, file.name) for rule in judged):
            continue
        yield _unheard(comment, word, file, noqa=noqa)


def _unheard(comment: Comment, word: str, file: Commented, *, noqa: bool) -> Useless:
    """A well-formed comment for which nothing was found: perhaps it is meant for what is reported near it."""
    meant = _meant(comment, word, file)
    what = f"`{word}`" if word else "anything"
    if meant is None:
        remove = f"Remove `{word}` from it, or the comment." if word else "Remove it."
        says = (
            f"silences nothing: {what} is not reported here" if word else "silences nothing: nothing is reported here"
        )
        return _finding(file, comment, says, remove, unheard=True)
    here = meant.span.path == file.name
    where = f"line {meant.span.line}" if here else f"line {meant.span.line} of {meant.span.path}"
    if noqa and here:
        way = f"`# noqa` works at the end of {where} alone; `# sqsfifo: ignore[{meant.name}]` on each line of the call."
    else:
        way = f"It works on the lines of the call that is reported, {where}, and right above it."
    says = f"has no effect here: {meant.code} is reported on another line"
    return _finding(file, comment, says, way, (Related(meant.span, "what is reported"),), unheard=True)


def _meant(comment: Comment, word: str, file: Commented) -> Finding | None:
    """The finding that is likely meant: the nearest that nothing silences, or one that passes through the line."""
    fitting = [
        finding
        for finding in file.reported
        if _fits(word, finding) and not file.suppressions.silences(finding) and _distance(comment, finding) <= NEAR
    ]
    if fitting:
        return min(fitting, key=lambda finding: (_distance(comment, finding), finding.rank))
    return next(
        (finding for finding in file.elsewhere if _fits(word, finding) and _passes(comment, file, finding)), None
    )


def _fits(word: str, finding: Finding) -> bool:
    return finding.code.startswith(word.upper()) or finding.name == word.lower()


def _distance(comment: Comment, finding: Finding) -> int:
    """The lines between a comment and what is reported, with its call; 0 inside."""
    spans: list[Span] = [
        finding.span,
        *([finding.send] if finding.send and finding.send.path == finding.span.path else ()),
    ]
    before = min(span.line for span in spans) - comment.line
    behind = comment.line - max(span.end_line for span in spans)
    return before if before > 0 else max(behind, 0)


def _passes(comment: Comment, file: Commented, finding: Finding) -> bool:
    lines = (comment.line, comment.line + 1 if comment.line in file.suppressions.alone else comment.line)
    return any(step.span.path == file.name and step.span.line in lines for step in finding.trace)


def _is_silenced(finding: Finding, suppressions: Suppressions) -> bool:
    """Whether a comment silences the finding about a comment: it has to name it, or to be a `# noqa` of everything."""
    blanket = suppressions.noqa.get(finding.span.line) == (finding.span.line, ())
    return blanket or suppressions.whole_file or any(found.word for found in suppressions.silencers(finding))


def _known(text: str, rules: Rules) -> list[str]:
    """The codes and names of ours in a text."""
    labels = {label.lower(): label for rule in rules.known for label in rule}
    return [labels[word] for word in re.findall(r"[\w-]+", text.lower()) if word in labels]


def _how(names: Sequence[str]) -> str:
    named = ", ".join(names) or "name-of-the-rule"
    return f"Write `# sqsfifo: ignore[{named}]`, and the reason behind it."


def _finding(
    file: Commented, comment: Comment, says: str, way: str, trace: tuple[Related, ...] = (), *, unheard: bool = False
) -> Useless:
    start = max((found.start() for found in (OWN.search(comment.text), NOQA.search(comment.text)) if found), default=0)
    text = comment.text[start:].rstrip()
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    column = comment.column + start
    return Useless(
        Finding(
            span=Span(file.name, comment.line, column, comment.line, column + len(text)),
            code=useless.CODE,
            name=useless.NAME,
            severity=Severity.WARNING,
            message=f"`{shown}` {says}",
            help=way,
            send=None,
            trace=trace,
        ),
        unheard,
    )
