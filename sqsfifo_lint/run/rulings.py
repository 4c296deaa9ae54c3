"""What each rule says of a send, and what becomes of that: reported, suppressed, silent for a reason.

The reasons come from the rules and from the verdicts themselves (`Silence`); nothing is worked out a second time here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqsfifo_lint.model import MAY_CHANGE, Confidence, Finding, Lifetime, Material, Part, Send, Silence
from sqsfifo_lint.report import Fate, Ruling
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import AnyRule, Options
from sqsfifo_lint.rules.judging import rulings
from sqsfifo_lint.run.silence import Comments, not_ignored
from sqsfifo_lint.run.task import Task
from sqsfifo_lint.run.texts import Texts


def rulings_on(task: Task, send: Send) -> Iterator[Ruling]:
    """What each rule says of a send, by code. `send`: with what the configuration says about its queue."""
    comments = Comments(Texts(task).lines)
    config = task.config_of(send.place.path)
    options = Options(serial_queues=config.serial_queues, audit=config.audit)
    said = rulings(send, load_rules(), options)
    for rule, answers in groupby(said, key=lambda pair: pair[0]):
        for _, answer in answers:
            place = send.place.path if isinstance(answer, Silence) else answer.span.path
            if not task.config_of(place).enabled(rule.code, rule.name):
                yield _silent(rule, Silence("it is not selected"), Fate.OFF)
                break
            yield _silent(rule, answer) if isinstance(answer, Silence) else _ruling(rule, answer, task, comments)


def _ruling(rule: AnyRule, finding: Finding, task: Task, comments: Comments) -> Ruling:
    fate, line = _fate(task, comments, finding)
    return Ruling(rule.code, rule.name, fate, finding.message, finding.span, rule.slots, line)


def _fate(task: Task, comments: Comments, finding: Finding) -> tuple[Fate, int | None]:
    """What becomes of a finding, and the line of the comment that silences it: asked in the order of a check.

    A baseline is asked after that, of all findings together; see `engine.explain`.
    """
    if finding.confidence is Confidence.LIKELY and not task.config_of(finding.span.path).audit:
        return Fate.LIKELY, None
    if not any(not_ignored(task, [finding])):
        return Fate.IGNORED, None
    line = comments.silencer(finding)
    return (Fate.REPORTED, None) if line is None else (Fate.SUPPRESSED, line)


def _silent(rule: AnyRule, silence: Silence, fate: Fate = Fate.SILENT) -> Ruling:
    place = silence.part.place if silence.part is not None else silence.place
    shown = f": {_in_words(silence.part)}" if silence.part is not None else ""
    return Ruling(
        rule.code, rule.name, fate, silence.why + shown, place.span if place is not None else None, rule.slots
    )


def _in_words(part: Part) -> str:
    """A part of a value, as what shows why a rule is silent."""
    source = part.place.source
    match part.material:
        case Material.CONSTANT:
            return f"{part.text!r} is a constant"
        case Material.DATA if part.reason:
            return f"`{source}` is data ({part.reason.removesuffix(MAY_CHANGE)})"
        case Material.DATA:
            return f"`{source}` is data"
        case _:
            return f"`{source}` is {_ARTICLES.get(part.material, 'a ')}{part.material.value}, {MADE[part.lifetime]}"


_ARTICLES = {Material.CONFIG: "", Material.INDEX: "an "}
MADE = {
    Lifetime.IMPORT: "made once for the process",
    Lifetime.INSTANCE: "made once for each object",
    Lifetime.CALL: "made once for each call, outside the loop that sends",
    Lifetime.MESSAGE: "new for each message",
}
