"""Rules applied to what they are about: sends, declarations and consumers in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqsfifo_lint.model import (
    Confidence,
    Connection,
    Consumer,
    Declaration,
    Finding,
    Problem,
    Related,
    Remedy,
    Send,
    Silence,
    Span,
    SpanPlace,
)
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Judged, distinct, failed
from sqsfifo_lint.rules import owners
from sqsfifo_lint.rules.base import (
    AnyRule,
    CaseRule,
    ConnectionRule,
    ConsumerRule,
    DeclarationRule,
    Options,
    SendRule,
    Violation,
)
from sqsfifo_lint.verdicts import Case

Subject = Send | Declaration | Connection | Consumer
"""What rules are about."""

_Judgeable = Case | Declaration | Connection | Consumer


def judge(subjects: Iterable[Subject], rules: Sequence[AnyRule], options: Options) -> Judged:
    """What rules say about sends, declarations and consumers. One cause, reported by several, is one finding.

    A rule that fails is a bug of the rule; it becomes a problem, and the other rules still speak.
    """
    problems: list[Problem] = []
    findings = distinct(finding for subject in subjects for finding in _about(subject, rules, options, problems))
    return Judged(findings, problems)


def check(rule: AnyRule, subject: _Judgeable, options: Options) -> Iterator[Violation]:
    """What a rule finds wrong with a subject: nothing when it is not what the rule judges."""
    return (answer for answer in answers(rule, subject, options) if isinstance(answer, Violation))


def answers(rule: AnyRule, subject: _Judgeable, options: Options) -> Iterator[Violation | Silence]:
    """What a rule finds wrong with a subject, and why it finds nothing; nothing when it is not what the rule judges."""
    match rule, subject:
        case CaseRule(), Case():
            return rule.check(subject, options)
        case SendRule(), Case():
            return rule.check(subject.send, options)
        case DeclarationRule(), Declaration():
            return rule.check(subject, options)
        case ConnectionRule(), Connection():
            return rule.check(subject, options)
        case ConsumerRule(), Consumer():
            return rule.check(subject, options)
    return iter(())


def _about(subject: Subject, rules: Sequence[AnyRule], options: Options, problems: list[Problem]) -> Iterator[Finding]:
    judged = Case(subject) if isinstance(subject, Send) else subject
    place = subject if isinstance(subject, Declaration | Connection) else subject.place
    likely = judged.likely if options.audit and isinstance(judged, Case) else None
    for rule in rules:
        if rule.rejected and subject.expected:
            continue
        try:
            for answer in answers(rule, judged, options):
                if isinstance(answer, Violation):
                    yield _finding(rule, answer, place.span if isinstance(subject, Send) else None)
            if likely is not None:
                yield from _likely(rule, likely, options)
        except Exception as error:
            span = place.span
            owner = owners().get(rule.code)
            what = f"{rule.code} cannot be checked here"
            problem = failed(span.path, f"{owner}: {what}" if owner else what, error)
            problems.append(replace(problem, line=span.line, column=span.column))


def rulings(send: Send, rules: Sequence[AnyRule], options: Options) -> Iterator[tuple[AnyRule, Finding | Silence]]:
    """What each rule about sends says of one, what is likely included; where it finds nothing, why. A rule that fails
    says nothing here: a check reports that.
    """
    case = Case(send)
    for rule in rules:
        if isinstance(rule, DeclarationRule | ConnectionRule | ConsumerRule):
            continue
        if rule.rejected and send.expected:
            yield rule, Silence("the test around it expects that the call is refused")
            continue
        try:
            found = list(answers(rule, case, options))
            wrong = [_finding(rule, one, send.place.span) for one in found if isinstance(one, Violation)]
            wrong += [] if wrong or case.likely is None else _likely(rule, case.likely, options)
        except Exception:
            continue
        reasons = dict.fromkeys(one for one in found if isinstance(one, Silence))
        several: Iterable[Finding | Silence] = wrong or reasons or [Silence("it finds nothing wrong")]
        yield from ((rule, one) for one in several)


def _likely(rule: AnyRule, case: Case, options: Options) -> Iterator[Finding]:
    """What a rule finds wrong with IDs as they likely are."""
    if isinstance(rule, CaseRule):
        for violation in check(rule, case, options):
            yield replace(_finding(rule, violation, case.send.place.span), confidence=Confidence.LIKELY)


def _finding(rule: AnyRule, violation: Violation, send: Span | None) -> Finding:
    return Finding(
        span=violation.place.span,
        code=rule.code,
        name=rule.name,
        severity=violation.severity or rule.severity,
        message=violation.message,
        help=violation.help,
        send=send,
        trace=tuple(Related(step.place.span, step.text) for step in violation.steps),
        remedies=tuple(_remedies(violation)),
    )


def _remedies(violation: Violation) -> Iterator[Remedy]:
    """The remedies at places that are worked out; none if one of them is not in the file of the finding."""
    places = [place for one in violation.remedies for place in (one.place, one.body) if place is not None]
    if all(place.path == violation.place.path for place in places):
        yield from (one.at(lambda place: SpanPlace(place.span)) for one in violation.remedies)
