"""A dedup ID that differs from process to process.

## What it does

Finds sends whose `MessageDeduplicationId` contains a part that the sending code makes with `hash()`, `id()`, the
default text of an object, the order of a set, or the process or thread ID.

`hash()` is salted differently in each process for text, bytes and dates, and for whatever contains them: tuples, frozen
dataclasses, enum members. `id()` is a memory address, and the text that Python makes of an object without `__str__` and
`__repr__` contains one. A set of strings is iterated in a different order in each process. Process and thread IDs are
assigned by the operating system.

## Why is this bad

SQS recognises a repeated send by its dedup ID and by nothing else. A retry often comes from another process: the task
is given to another worker, the function is invoked again in another container, the relay is restarted. There the same
message gets a different ID, and is delivered twice. Retries within one process, and so most tests, look right.

A memory address is worse: it is reused for another object once the first one is gone, and then a different message gets
the ID of an earlier one and is dropped.

## When it is fine

`hash()` of numbers, UUIDs and timedeltas, and of tuples of these, is the same everywhere, and is not reported where the
code shows the type: by `int(...)`, `len(...)`, an annotation. With `PYTHONHASHSEED=0` in the environment of every
process that sends, nothing is salted. A set that is sorted first is fine. A host name may be what a message is about,
so it is not reported.

## What to do instead

Use an ID that the message already has, or a digest from `hashlib`:
`hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()`.

## Example

The payload is hashed with `hash()`, or tags are joined from a set.

## Options

- `audit`: the name of the host is reported, too, unless the message is about the host.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
- [Python: `object.__hash__`](https://docs.python.org/3/reference/datamodel.html#object.__hash__)
- [Python: PYTHONHASHSEED](https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Change, Severity, Silence, Trait
from sqsfifo_lint.rules.base import CaseRule, Options, Violation, each
from sqsfifo_lint.rules.remedying import stable_hash
from sqsfifo_lint.rules.words import differs, service
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

HELP = (
    "Use an ID that stays with the message, such as the ID of the event, outbox row or incoming request, or a digest "
    "that is the same in every process: `hashlib.sha256(...).hexdigest()`."
)


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message whose dedup ID another process makes differently."""
    return each(
        case.dedups(Verdict.PROCESS_DEPENDENT),
        lambda judgement: Violation(
            judgement.place,
            _message(judgement, service(case.send)),
            HELP,
            judgement.steps,
            remedies=stable_hash(judgement, "dedup"),
        ),
    )


def _message(judgement: Judgement, who: str) -> str:
    part = judgement.part
    verb = "is" if judgement.always else "can be"
    where = "thread" if part.trait is Trait.THREAD else "process"
    address = part.trait is Trait.ADDRESS
    reused = ", and a memory address is reused: then a different message is dropped" if address else ""
    return (
        f"The dedup ID {verb} {differs(part, judgement.place)}: {who} recognises a repeated message by this ID alone, "
        f"so a retry from another {where} is delivered as a second message{reused}."
    )


RULE = CaseRule(
    code="SQF204",
    name="process-dependent-dedup-id",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="The dedup ID is made with `hash()`, `id()` or the like, so a retry from another process is a new message.",
    check=check,
    slots=("dedup",),
    changes=(Change.STABLE_HASH,),
)
