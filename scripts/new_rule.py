"""Start a rule: its module, its examples, its fixtures and its line in the changelog.

    python scripts/new_rule.py SQF106 process-dependent-group-id

The new files run, pass the linters, and report nothing. The tests then say what is left to do: fill in the docstring,
the summary, the check and the examples, and give the fixtures verdicts. `scripts/generate_docs.py` writes
the page.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sqsfifo_lint import __version__
from sqsfifo_lint.rules import CODE, NAME, load_rules
from sqsfifo_lint.rules.base import EXAMPLES

ROOT = Path(__file__).resolve().parent.parent

MODULE = '''\
"""TODO: what is wrong, in a few words.

## What it does

Finds sends whose TODO.

## Why is this bad

TODO: what SQS does because of it.

## When it is fine

TODO.

## What to do instead

TODO.

## Example

TODO: what the examples have in common.

## Options

None.

## Sources

- [Amazon SQS API: SendMessage](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from sqsfifo_lint.model import Message, Send, Severity
from sqsfifo_lint.rules.base import Options, SendRule, Violation
from sqsfifo_lint.verdicts import may_be_fifo

HELP = "TODO: what to do instead."


def check(send: Send, options: Options) -> Iterator[Violation]:
    """Yield a violation for each message that TODO."""
    if not may_be_fifo(send.queue):
        return
    for message in send.messages:
        if is_wrong(message):
            yield Violation(message.place, "TODO: what is wrong, and what SQS does because of it.", HELP)


def is_wrong(message: Message) -> bool:
    """TODO; move it to `sqsfifo_lint/verdicts.py` when it is a verdict on a slot."""
    return False


RULE = SendRule(
    code="{code}",
    name="{name}",
    severity=Severity.WARNING,
    since="{since}",
    summary="TODO: one sentence.",
    check=check,
)
'''

PROGRAM = """\
import boto3

sqs = boto3.client("sqs")


def publish(queue_url: str, order: dict) -> None:
    sqs.send_message(
        QueueUrl=queue_url,
        MessageBody=order["body"],
        MessageGroupId=order["customer_id"],
        MessageDeduplicationId=order["event_id"],
    )
"""

EXAMPLE = '''\
"""TODO: a title"""

{program}'''

FIXTURE = '''\
"""TODO: what this file is about. Bad and good cases are twins; see `tests/fixture_runner.py` for the verdicts."""

{program}'''


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("code", help="SQF and three digits")
    parser.add_argument("name", help="lower-case words with hyphens: what is wrong, and with which ID")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository (default: the one this script is in)")
    options = parser.parse_args()

    if complaint := complaint_about(options.code, options.name):
        print(f"error: {complaint}", file=sys.stderr)
        return 2
    files = new_files(options.root, options.code, options.name)
    for path in files:
        if path.exists():
            print(f"error: {path} exists already", file=sys.stderr)
            return 2
    changelog = options.root / "CHANGELOG.md"
    if changelog.is_file():
        files[changelog] = with_entry(changelog.read_text(encoding="utf-8"), f"- {options.code} {options.name}: TODO.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"written: {path.relative_to(options.root).as_posix()}")
    return 0


def complaint_about(code: str, name: str) -> str | None:
    """Why there can be no rule with this code and name, or None if there can be one."""
    if not CODE.fullmatch(code):
        return f"{code!r} is not SQF and three digits"
    if not NAME.fullmatch(name):
        return f"{name!r} is not made of lower-case words with hyphens between them"
    for rule in load_rules():
        if code == rule.code or name == rule.name:
            return f"{rule.code} {rule.name} exists already"
    return None


def new_files(root: Path, code: str, name: str) -> dict[Path, str]:
    """The files of a new rule and their texts."""
    rules = root / "sqsfifo_lint" / "rules"
    fixtures = root / "tests" / "fixtures" / "rules" / code
    return {
        rules / f"{name.replace('-', '_')}.py": MODULE.format(code=code, name=name, since=__version__),
        rules / EXAMPLES / code / "bad_1.py": EXAMPLE.format(program=PROGRAM),
        rules / EXAMPLES / code / "good_1.py": EXAMPLE.format(program=PROGRAM),
        fixtures / "basic.py": FIXTURE.format(program=PROGRAM),
    }


def with_entry(changelog: str, entry: str) -> str:
    """The changelog with an entry at the top of its first section."""
    before, heading, after = changelog.partition("\n## ")
    if not heading:
        return f"{changelog.rstrip()}\n\n{entry}\n"
    title, _, body = after.partition("\n")
    return f"{before}{heading}{title}\n\n{entry}\n{body.lstrip() if body.lstrip().startswith('-') else body}"


if __name__ == "__main__":
    sys.exit(main())
