"""What strangers' text goes through, for each kind of text, and how such text is changed at random.

`fuzz.py` runs these targets for as long as wanted, the tests for a moment. A target returns when all is well; what it
raises is a mistake of ours.
"""

from __future__ import annotations

import io
import itertools
import random
import signal
import tempfile
import tokenize
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from sqsfifo_lint.config import ConfigError, read_config
from sqsfifo_lint.evidence import (
    log_html,
    log_json,
    log_text,
    message_html,
    message_json,
    message_text,
    reading,
    reading_messages,
)
from sqsfifo_lint.evidence.log_report import report_of
from sqsfifo_lint.evidence.sources import Source
from sqsfifo_lint.model import Message, Place, Problem, Send, Slot
from sqsfifo_lint.queues.infrastructure import read as read_infrastructure
from sqsfifo_lint.queues.text import decode
from sqsfifo_lint.rules import load_rules
from sqsfifo_lint.rules.base import Options
from sqsfifo_lint.rules.judging import check, judge
from sqsfifo_lint.run.analysis import analyze
from sqsfifo_lint.run.gitignore import Ignoring, lines_of
from sqsfifo_lint.run.suppress import find_suppressions, find_suppressions_by_line
from sqsfifo_lint.verdicts import Case

REPOSITORY = Path(__file__).resolve().parent.parent
FIXTURES = REPOSITORY / "tests" / "fixtures"

SECONDS = 20.0
"""Processor time for one input; the slowest of the fixtures takes about a tenth of that."""

MOST_BYTES = 20_000
"""Longer seeds are left out: an input is to be tried in milliseconds."""


class Mistake(Exception):
    """The analysis reported a failure of its own, instead of raising it."""


class TookTooLong(BaseException):
    """Not an Exception, so that no code in between catches it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TookTooLong once the block has used this much processor time; main thread of a POSIX system only."""

    def give_up(number: int, frame: object) -> None:
        raise TookTooLong(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# -- going through a program


def go_through(files: Mapping[str, str | bytes]) -> tuple[list[Send], list[Problem]]:
    """Analyse a project, judge every send, and ask every place for its span and its source."""
    sources = {
        name: text if isinstance(text, bytes) else text.encode("utf-8", "replace") for name, text in files.items()
    }
    lines = {name: data.count(b"\n") + data.count(b"\r") + 1 for name, data in sources.items()}
    sends, problems, *_ = analyze(sorted(sources.items()), sorted(sources))
    for send in sends:
        for place in places(send):
            span = place.span
            assert 1 <= span.line <= span.end_line <= lines[span.path]
            assert span.column >= 1
            assert (span.line, span.column) <= (span.end_line, span.end_column)
            assert isinstance(place.source, str)
        for rule in load_rules():
            for violation in check(rule, Case(send), Options()):
                assert violation.message
                assert violation.place.span.path in sources
                assert all(step.place.span.path in sources for step in violation.steps)
    return sends, problems


def places(send: Send) -> Iterator[Place]:
    """Every place that a send refers to."""
    yield send.place
    if send.queue.place is not None:
        yield send.queue.place
    for message in send.messages:
        yield message.place
        for slot in slots(message):
            for alternative in slot.alternatives:
                yield alternative.place
                for part in alternative.parts:
                    yield part.place
                    assert all(step.text for step in part.steps)
                    yield from (step.place for step in part.steps)


def slots(message: Message) -> tuple[Slot, ...]:
    """What the rules judge of a message."""
    return (message.group, message.dedup, message.body, message.delay)


def _no_mistakes(problems: Iterator[Problem] | list[Problem] | tuple[Problem, ...]) -> None:
    found = [problem.message for problem in problems if "internal error" in problem.message]
    if found:
        raise Mistake(found[0])


# -- targets


def _python(data: bytes) -> None:
    _, problems = go_through({"a.py": data})
    _no_mistakes(problems)
    find_suppressions(data.decode("utf-8", "replace"))


def _template(name: str, data: bytes) -> None:
    found = read_infrastructure({name: data})
    _no_mistakes(found.problems)
    judge(found.declarations, load_rules(), Options())
    find_suppressions_by_line(decode(data))


@cache
def _folder() -> Path:
    """A folder for the files that are read by path; it goes with the process."""
    holder = tempfile.TemporaryDirectory(prefix="sqsfifo-lint-fuzz-")
    _HOLDERS.append(holder)
    return Path(holder.name)


_HOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def _written(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.write_bytes(data)
    return path


def _configuration(data: bytes) -> None:
    path = _written("settings.toml", data)
    said = ""
    try:
        read_config(path)
    except ConfigError as error:
        said = str(error)
    assert not said or said.startswith(str(path)), "an error names the file"
    assert len(said.splitlines()) < 2, "an error is one line"


PATHS = (
    *("a.py", "a/b/c.py", ".venv/lib/x.py", "build/", "src/build/", "src/a b.py", "a" * 200 + ".py", "[a].py"),
    *("\udcff.py", "a\nb.py", "é/ü.py", "**", "!a", "#a", "a\\b.py", "x" * 40 + "/" + "y" * 40 + "/z.py"),
)


def _gitignore(data: bytes) -> None:
    patterns = Ignoring(lines_of(data))
    for path in PATHS:
        assert patterns.verdict(path) in (None, True, False)
        assert patterns.covers(path) in (True, False)


def _ignored(*_: object) -> None:
    """Progress that nobody is told."""


def _messages(data: bytes) -> None:
    report = reading_messages.read_report([Source(_written("messages.json", data))], _ignored, bodies=True)
    message_text.as_text(report, color=False, width=100, bodies=True)
    message_json.as_json(report, bodies=True)
    message_html.as_html(report, bodies=True)


def _logs(data: bytes) -> None:
    try:
        found = reading.read([Source(_written("workers.log", data))])
    except reading.Unrecognized:
        return
    report = report_of(found)
    log_text.as_text(report, color=False, width=100)
    log_json.as_json(report)
    log_html.as_html(report)


# -- kinds of text


@dataclass(frozen=True)
class Kind:
    """A kind of text that strangers write."""

    name: str
    run: Callable[[bytes], None]
    suffixes: tuple[str, ...] = ()
    """Of the fixtures and examples that are its seeds."""
    written: tuple[bytes, ...] = ()
    """Seeds that stand here."""
    pieces: tuple[bytes, ...] = ()
    """Text that its parser interprets."""

    @property
    def seeds(self) -> list[bytes]:
        """What is changed to make inputs, always in the same order."""
        return [*self.written, *_files(self.suffixes)]


@cache
def _files(suffixes: tuple[str, ...]) -> list[bytes]:
    if not suffixes:
        return []
    paths = (path for folder in (FIXTURES, REPOSITORY / "examples") for path in sorted(folder.rglob("*")))
    fitting = (path for path in paths if path.name.endswith(suffixes) and path.is_file())
    return [path.read_bytes() for path in fitting if 0 < path.stat().st_size <= MOST_BYTES]


PIECES = (
    *(b"", b"\n", b"    ", b"(", b")", b"**", b"*a", b"\\", b'"""', b"lambda: ", b"await ", b":=", b"None", b"self"),
    *(b"x", b"uuid.uuid4()", b"yield ", b"global x\n", b"del x\n", b"\xff", b"\0", b"# noqa: SQF", b"async "),
    *(b"# sqsfifo: ignore[", b"@property\n", b"@contextmanager\n", b"0x" + b"f" * 4000, b"...", b"f'{", b"match x:\n"),
)
"""Text that a parser, or the reader of comments, interprets."""

_SETTINGS = b"""\
select = ["SQF1"]
extend-select = ["fixed-dedup-id"]
ignore = ["SQF104"]
per-file-ignores = { "tests/" = ["SQF101"] }
exclude = ["gen/", "!a", "[a-z]*"]
content-based-deduplication = ["orders-*.fifo"]
serial-queues = ["ledger.fifo"]
test-files = ["spec/"]
audit = true
senders = { "acme.bus.Bus.publish" = { queue = "queue", group = ["key", 1], dedup = 2 } }
sources = { "acme.ids.new_id" = "unique" }
"""
_PATTERNS = b"# comment\n*.py\n!keep.py\nbuild/\n/src/**/gen[0-9]?\n\\!odd\n[!a-c]*\n[[:alpha:]]x\na\\ \n**/x\ny/**\n"
_MESSAGES = b"""\
{"Messages": [{"MessageId": "a", "ReceiptHandle": "b", "MD5OfBody": "c", "Body": "{\\"id\\": 1}", "Attributes":
{"MessageGroupId": "g", "MessageDeduplicationId": "d", "SequenceNumber": "18863458512345678976",
"SentTimestamp": "1754034000123", "ApproximateReceiveCount": "2", "SenderId": "e"}}]}
"""
_LOGS = b"""\
START RequestId: 3f9b0c9e-7b1e-4a35-9a55-0d7a2f9a8f11 Version: $LATEST
2025-08-01T09:00:00.123Z\t3f9b0c9e-7b1e-4a35-9a55-0d7a2f9a8f11\tINFO\twork
END RequestId: 3f9b0c9e-7b1e-4a35-9a55-0d7a2f9a8f11
REPORT RequestId: 3f9b0c9e-7b1e-4a35-9a55-0d7a2f9a8f11\tDuration: 102.25 ms\tBilled Duration: 103 ms
[2025-08-01 09:00:01,000: INFO/MainProcess] Task app.pay[0f8b] received
[2025-08-01 09:00:02,000: INFO/ForkPoolWorker-1] Task app.pay[0f8b] succeeded in 1.0s: None
{"timestamp": 1754034000123, "message": "START RequestId: 3f9b0c9e", "logStreamName": "2025/08/01/[$LATEST]a"}
"""
_CLOUD = (b"!Ref ", b"!Sub ", b"&a ", b"*a", b"${", b"}", b"Fn::", b"AWS::SQS::Queue", b".fifo", b"FifoQueue: ", b"- ")
_LANGUAGE = (b"${", b"}", b'"', b"<<EOT\n", b"for_each = ", b"$(", b")", b"sqs", b".fifo", b"--attributes ", b"{", b"[")

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("python", _python, (".py",), pieces=PIECES),
        Kind("yaml", partial(_template, "t.yaml"), (".yml", ".yaml"), pieces=_CLOUD),
        Kind("json", partial(_template, "t.json"), (".json",), pieces=_CLOUD),
        Kind("terraform", partial(_template, "main.tf"), (".tf",), pieces=_LANGUAGE),
        Kind("shell", partial(_template, "queues.sh"), (".sh", ".env"), pieces=_LANGUAGE),
        Kind("hocon", partial(_template, "elasticmq.conf"), (".conf",), pieces=(b"queues {", b"include ", b'"""')),
        Kind("configuration", _configuration, written=(_SETTINGS,), pieces=(b'"!"', b"[z-a]", b"[[", b"9" * 4301)),
        Kind("gitignore", _gitignore, written=(_PATTERNS,), pieces=(b"**/", b"[z-a]", b"[!", b"[[:", b"*a" * 9)),
        Kind("messages", _messages, written=(_MESSAGES,), pieces=(b'{"', b"[", b"1e999", b"\\ud800", b"null")),
        Kind("logs", _logs, (".log",), written=(_LOGS,), pieces=(b"START ", b"END ", b"\t", b"\xff", b"99999999")),
    )
}


# -- changing text


def tokens_of(text: str) -> list[str]:
    """The tokens of a program, each with the whitespace before it."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    ends = [
        starts[min(t.end[0] - 1, len(lines))] + t.end[1] for t in tokenize.generate_tokens(io.StringIO(text).readline)
    ]
    bounds = sorted({0, *(end for end in ends if end <= len(text)), len(text)})
    return [text[left:right] for left, right in itertools.pairwise(bounds)]


def mutated(text: str, chance: random.Random) -> str:
    """The program with a few tokens removed, doubled, swapped or moved."""
    tokens = tokens_of(text)
    for _ in range(chance.randint(1, 4)):
        here, there = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        match chance.randrange(5):
            case 0:
                tokens[here] = ""
            case 1:
                tokens[here] *= 2
            case 2:
                tokens[here], tokens[there] = tokens[there], tokens[here]
            case 3:
                tokens[here] = tokens[there]
            case _:
                tokens.insert(here, tokens[there])
    return "".join(tokens)


def damaged(data: bytes, chance: random.Random, pieces: tuple[bytes, ...] = PIECES) -> bytes:
    """The text with some bytes changed, and some pieces removed, doubled or put in place of others."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 1, 10, 60]))
        piece = chance.choice([chance.randbytes(1), chance.choice(pieces), data[start:end] * 2])
        data = data[:start] + piece + data[end:]
    return data


def changed(data: bytes, kind: Kind, chance: random.Random) -> bytes:
    """Another input: tokens, bytes or lines changed, or a part of another seed put in."""
    match chance.randrange(4):
        case 0 if kind.name == "python":
            try:
                return mutated(data.decode("utf-8"), chance).encode("utf-8", "replace")
            except (
                SyntaxError,
                UnicodeDecodeError,
                IndexError,
                ValueError,
                tokenize.TokenError,
            ):  # no program any more
                return damaged(data, chance, kind.pieces)
        case 1:
            lines = data.splitlines(keepends=True) or [b""]
            others = chance.choice(kind.seeds).splitlines(keepends=True) or [b""]
            start, length = chance.randrange(len(others)), chance.randint(1, 8)
            at = chance.randrange(len(lines) + 1)
            return b"".join([*lines[:at], *others[start : start + length], *lines[at:]])
        case 2:
            lines = data.splitlines(keepends=True) or [b""]
            at = chance.randrange(len(lines))
            return b"".join([*lines[:at], *lines[at : at + 1] * chance.choice([0, 2, 30]), *lines[at + 1 :]])
    return damaged(data, chance, kind.pieces)
