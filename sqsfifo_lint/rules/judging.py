"""Rules applied to what they are about: sends and declarations in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqsfifo_lint.model import Confidence, Declaration, Finding, Problem, Related, Send, Span
from sqsfifo_lint.records import replace
from sqsfifo_lint.report import Judged, distinct, failed
from sqsfifo_lint.rules.base import AnyRule, CaseRule, DeclarationRule, Options, SendRule, Violation
from sqsfifo_lint.verdicts import Case


def judge(subjects: Iterable[Send | Declaration], rules: Sequence[AnyRule], options: Options) -> Judged:
    """What rules say about sends and declarations. One cause, reported by several, is one finding.

    A rule that fails is a bug of the rule; it becomes a problem, and the other rules still speak.
    """
    problems: list[Problem] = []
    findings = distinct(finding for subject in subjects for finding in _about(subject, rules, options, problems))
    return Judged(findings, problems)


def check(rule: AnyRule, subject: Case | Declaration, options: Options) -> Iterator[Violation]:
    """What a rule says about a subject: nothing when it is not what the rule judges."""
    match rule, subject:
        case CaseRule(), Case():
            return rule.check(subject, options)
        case SendRule(), Case():
            return rule.check(subject.send, options)
        case DeclarationRule(), Declaration():
            return rule.check(subject, options)
    return iter(())


def _about(
    subject: Send | Declaration, rules: Sequence[AnyRule], options: Options, problems: list[Problem]
) -> Iterator[Finding]:
    judged = Case(subject) if isinstance(subject, Send) else subject
    place = subject.place if isinstance(subject, Send) else subject
    likely = judged.likely if options.audit and isinstance(judged, Case) else None
    for rule in rules:
        if rule.rejected and subject.expected:
            continue
        try:
            for violation in check(rule, judged, options):
                yield _finding(rule, violation, place.span if isinstance(subject, Send) else None)
            if likely is not None and isinstance(rule, CaseRule):
                for violation in check(rule, likely, options):
                    yield replace(_finding(rule, violation, place.span), confidence=Confidence.LIKELY)
        except Exception as error:
            span = place.span
            problem = failed(span.path, f"{rule.code} cannot be checked here", error)
            problems.append(replace(problem, line=span.line, column=span.column))


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
    )
