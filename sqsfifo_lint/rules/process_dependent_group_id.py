"""A group ID that differs from process to process.

## What it does

Finds sends whose `MessageGroupId` contains a part that the sending code makes with `hash()`, `id()`, the default text
of an object, the order of a set, or the process or thread ID.

`hash()` is salted differently in each process for text, bytes and dates, and for whatever contains them: tuples, frozen
dataclasses, enum members. `id()` is a memory address, and the text that Python makes of an object without `__str__` and
`__repr__` contains one. A set of strings is iterated in a different order in each process. Process and thread IDs are
assigned by the operating system.

## Why is this bad

SQS keeps order within a group. When the web server's second worker, the next container, or the process after a restart
sends for the same entity, the group is a different one: the two messages are handled at the same time or in the wrong
order. Within one process, and so in most tests, everything looks right.

## When it is fine

`hash()` of numbers, UUIDs and timedeltas, and of tuples of these, is the same everywhere, and is not reported where the
code shows the type: by `int(...)`, `len(...)`, an annotation. With `PYTHONHASHSEED=0` in the environment of every
process that sends, nothing is salted. A set that is sorted first is fine. A host name may be what a message is about,
so it is not reported.

## What to do instead

Use the ID of the entity itself. To spread entities over a fixed number of groups, use a hash that is the same
everywhere: `zlib.crc32(key.encode()) % 16`, or a digest from `hashlib`.

## Example

A hash spreads customers over shards, and an object that defines no text of its own is converted to text.

## Options

- `audit`: the name of the host is reported, too, unless the message is about the host.

## Sources

- [Amazon SQS: FIFO delivery logic](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html)
- [Python: `object.__hash__`](https://docs.python.org/3/reference/datamodel.html#object.__hash__)
- [Python: PYTHONHASHSEED](https://docs.python.org/3/using/cmdline.html#envvar-PYTHONHASHSEED)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Change, Severity, Silence
from sqsfifo_lint.rules.base import CaseRule, Options, Violation, each
from sqsfifo_lint.rules.remedying import stable_hash
from sqsfifo_lint.rules.words import differs
from sqsfifo_lint.verdicts import Case, Judgement, Verdict

HELP = (
    "Use the ID of the entity whose messages must stay in order. To spread entities over groups, hash it with a "
    "function that gives the same result in every process, such as `zlib.crc32()` or `hashlib.sha256()`."
)


def check(case: Case, options: Options) -> Iterator[Violation | Silence]:
    """Yield a violation for each message whose group ID another process makes differently."""
    return each(
        case.groups(Verdict.PROCESS_DEPENDENT),
        lambda judgement: Violation(
            judgement.place,
            _message(judgement),
            HELP,
            judgement.steps,
            remedies=stable_hash(judgement, "group"),
        ),
    )


def _message(judgement: Judgement) -> str:
    verb = "is" if judgement.always else "can be"
    return (
        f"The group ID {verb} {differs(judgement.part, judgement.place)}: messages of one entity land in different "
        "groups when different processes send them, and their order is lost."
    )


RULE = CaseRule(
    code="SQF106",
    name="process-dependent-group-id",
    severity=Severity.WARNING,
    since="0.1.0",
    summary="The group ID is made with `hash()`, `id()` or the like, so an entity's group differs between processes.",
    check=check,
    slots=("group",),
    changes=(Change.STABLE_HASH,),
)
