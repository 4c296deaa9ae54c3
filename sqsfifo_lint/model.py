"""The words of the analysis as immutable values. This module imports no other module of this package.

What flows between the stages: the evaluator makes `Send`s out of `Message`s, `Slot`s, `Alternative`s and `Part`s;
rules turn a `Send` into `Finding`s; reporters print `Finding`s and `Problem`s.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqsfifo_lint.records import record


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A region of a file. `path` is relative to the project root, with `/`; lines and columns count from 1.

    Columns count characters, not bytes; `end_column` is the column after the last character.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Place(Protocol):
    """A piece of source whose position is computed only on demand: most sends have no finding."""

    @property
    def path(self) -> str:
        """The file that it is in."""

    @property
    def span(self) -> Span:
        """Its region."""

    @property
    def source(self) -> str:
        """Its source text on one line, shortened to something that fits in a sentence."""


@record()
class SpanPlace:
    """A place whose position is already known: in a template, or in a script."""

    span: Span
    source: str = ""

    @property
    def path(self) -> str:
        """The file that it is in."""
        return self.span.path


class Material(enum.Enum):
    """What an origin is made of."""

    __hash__ = object.__hash__

    CONSTANT = "constant"
    CONFIG = "configuration"
    CLOCK = "clock"
    UNIQUE = "unique value"
    PROCESS = "process-dependent value"
    INDEX = "index"
    DATA = "data"


class Trait(enum.Enum):
    """What is known about a part besides its material."""

    __hash__ = object.__hash__

    SALT = "salt"
    """PROCESS: the salt of `hash()`, different in each process"""
    ADDRESS = "address"
    """PROCESS: the memory address of an object"""
    ORDER = "order of a set"
    """PROCESS: the iteration order of a set of salted values"""
    PROCESS = "process"
    """PROCESS: the process ID"""
    THREAD = "thread"
    """PROCESS: the thread ID"""
    HOST = "host"
    """PROCESS: the name of the machine or container, which may well be what a message is about"""
    MACHINE = "machine"
    """PROCESS: the same, where the message is likely not about it"""
    OPTION = "option"
    """CONFIG: given on the command line"""
    UPTIME = "uptime"
    """INDEX: a clock that starts with the machine or the process"""
    SPACED = "spaced"
    """CLOCK: its text contains a space"""
    NONE = "none"
    """CONSTANT: None, or the text that `str()` makes of it"""


class Lifetime(enum.IntEnum):
    """How long the same value is reused; later members are created more often."""

    IMPORT = 0
    """made at import: module or class body, default argument, cached function, memoised global"""
    INSTANCE = 1
    """made when an object is constructed: `__init__`, dataclass default factory, `cached_property`"""
    CALL = 2
    """made in the running function, but outside the loop or comprehension that sends"""
    MESSAGE = 3
    """made for each message"""


class Known(enum.Enum):
    """A truth value that may not be known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Severity(enum.Enum):
    """`error`: SQS rejects the call or messages are lost; `warning`: throughput, order or retry safety is lost."""

    ERROR = "error"
    WARNING = "warning"


@record()
class Step:
    """One step of a trace: a place and a few words."""

    place: Place
    text: str


MAY_CHANGE = ", read from an object that may change"
"""The end of a reason for data that only programs are told: people see the expression."""


@record()
class Part:
    """What one origin contributes to a value, as it arrives at a slot."""

    material: Material
    lifetime: Lifetime
    text: str
    """CONSTANT: the text itself. Otherwise empty: the source of its place shows it."""
    place: Place
    """The expression of the origin, such as `uuid.uuid4()`."""
    steps: tuple[Step, ...] = ()
    """From the origin (first) to the slot (last)."""
    resolution: int | None = None
    """CLOCK: nanoseconds between two values that differ. UNIQUE: how many values it is taken from, if they are few
    enough to count. None when it cannot be known."""
    verbatim: bool = True
    """CONSTANT only: the value contains the text unchanged (False after a hash, a slice, an encoding)."""
    reason: str = ""
    """DATA: why knowledge ends here. PROCESS lifetime: what keeps the value, such as `default argument`."""
    trait: Trait | None = None
    """What else is known about it."""
    retried: Step | None = None
    """The innermost decorator or loop that makes it again for the same message."""
    likely: Part | None = None
    """What it likely is, by its name or form, where that is not proven: only looked for in an audit."""
    maker: str = ""
    """CLOCK, UNIQUE: the qualified name of what makes it, such as `uuid.uuid4`; empty where it has none."""


@record()
class Alternative:
    """One value that a slot can have: its parts, in order."""

    parts: tuple[Part, ...]
    place: Place
    """The argument that has to be changed: a finding on this alternative is reported here."""
    kind: str = "any"
    """Python type where known: `str`, `int`, `bytes`, `uuid`, `datetime`, `none`, `bool`, `float`, else `any`."""
    length: int = 0
    """The minimum number of characters of its text."""

    def __hash__(self) -> int:
        return hash((self.place, len(self.parts)))  # hashing a whole trace is slow, and a call may have hundreds

    @property
    def text(self) -> str | None:
        """The whole text if every part is a verbatim constant, else None."""
        if self.kind != "none" and all(p.material is Material.CONSTANT and p.verbatim for p in self.parts):
            return "".join(p.text for p in self.parts)
        return None


@record()
class Slot:
    """An argument of a message that rules examine: the set of its alternatives, one per path that reaches the send.

    `absent` is True if at least one path leaves the argument out (or sends None for it). A slot with no alternative
    and `absent` is visibly never given. If not all arguments can be seen (`**kwargs` of unknown content), the slot has
    an alternative of material DATA.
    """

    alternatives: tuple[Alternative, ...] = ()
    absent: bool = False
    none: Place | None = None
    """The argument, if every path passes None for it and none leaves it out."""
    keyword: str = ""
    """The name of the argument in this call: `MessageGroupId`, `message_group_id`; empty if it takes none."""
    filled: str = ""
    """What the library that sends uses if the argument is not given, in words; then it is not missing."""
    argument: Place | None = None
    """The argument in the call; None if it cannot be seen whether there is one."""
    verbatim: bool = True
    """It goes to SQS as given; otherwise a library in between may change it, or leave it out."""
    astray: str = ""
    """What becomes of one that is given where it does not get to the message, in words."""

    @property
    def never_given(self) -> bool:
        """No path supplies a value."""
        return not self.alternatives

    def parts(self) -> Iterator[Part]:
        """Every part of every alternative."""
        for alternative in self.alternatives:
            yield from alternative.parts


@record()
class Shared:
    """Another message that is sent before, and has the same dedup ID although it visibly differs."""

    place: Place
    """Its dedup ID, or where it is sent if both get the ID in one place."""
    apart: bool
    """The two may go to different groups."""
    always: bool = True
    """The two are always sent one after the other, and not on some paths only."""


@record()
class Message:
    """One message: the whole of a single send, or one entry of a batch."""

    place: Place
    """The call, or the expression that makes the entry: a missing ID is reported here."""
    group: Slot
    dedup: Slot
    body: Slot
    delay: Slot
    id: Slot = Slot()
    """`Id` of an entry, which distinguishes it from the others in its batch."""
    twin: Place | None = None
    """An entry of the same batch that has the same `Id`: this entry itself if a loop makes several."""
    apart: bool = False
    """A loop sends several, each to another group."""
    shared: Shared | None = None
    same_body: bool = False
    """No dedup ID is given, and a loop sends several that have one body, and differ in their groups or attributes."""


@record()
class Attribute:
    """One attribute of a queue or topic, as its declaration gives it."""

    value: str | None
    """Its text (`true`, `messageGroup`, `5`); None if it is given but cannot be evaluated."""
    span: Span
    overridable: bool = False
    """The value is the default of a parameter, which a deployment may replace."""
    kind: str = "any"
    """Its type in Python, where that is known: `str`, `bool`, `int` ..."""


NAME_ATTRIBUTES: Mapping[str, str] = {"sqs": "QueueName", "sns": "TopicName"}
"""By service: the key in a declaration's attributes for the place of its name."""

FIFO_ATTRIBUTES: Mapping[str, str] = {"sqs": "FifoQueue", "sns": "FifoTopic"}
"""By service: the attribute that makes a queue or topic FIFO."""


@record()
class Declaration:
    """A queue or topic, as declared in code, a template or a script."""

    service: str
    """`sqs` or `sns`."""
    source: str
    """What declares it, by its usual name: `CloudFormation`, `Terraform`, `AWS CDK`, `create_queue` ..."""
    key: str
    """Unique in the project; bindings and redrive policies of the same template refer to it by this key."""
    span: Span
    name: str | None = None
    """Its name. `*` stands for each part that cannot be evaluated; None if nothing is known about it."""
    attributes: Mapping[str, Attribute] = field(default_factory=dict, hash=False)
    """By the names of SQS and SNS (`FifoQueue`, `ContentBasedDeduplication` ...), whatever the source calls them."""
    complete: bool = True
    """False if it may have attributes that cannot be seen."""
    dead_letter: str = ""
    """Key, name, URL or ARN of its dead-letter queue; empty if it has none, or none that can be seen."""
    dead_letter_queue: Declaration | None = None
    """The declaration of that queue, once it has been looked up."""
    expected: bool = False
    """A test expects that the call fails."""
    label: str = ""
    """What its source calls it beside its name: a logical ID, or the ID of a construct."""
    as_given: bool = False
    """Its attributes go to AWS as they are given: no library leaves out what is false, or makes text of it."""

    def flag(self, attribute: str) -> Known:
        """A truth value that is false if left out.

        A default that a deployment may replace counts if it is true: a parameter that is off by default exists in order
        to be turned on.
        """
        found = self.attributes.get(attribute)
        if found is None:
            return Known.NO if self.complete else Known.UNKNOWN
        if found.value is None:
            return Known.UNKNOWN
        if found.value.lower() == "true":
            return Known.YES
        return Known.UNKNOWN if found.overridable else Known.NO

    @property
    def tells(self) -> bool:
        """Whether anything is known of the queue. Of a function that creates whatever its caller wants, nothing is."""
        named = (self.name or "").removesuffix(".fifo").strip("*-_")
        told = (self.fifo, self.content_based_deduplication)
        return bool(named) or any(answer is not Known.UNKNOWN for answer in told)

    @property
    def fifo(self) -> Known:
        """Whether it is FIFO: by its attribute, and by the ending of its name."""
        named = self.name is not None and self.name.endswith(".fifo")
        return Known.YES if named else self.flag(FIFO_ATTRIBUTES[self.service])

    @property
    def content_based_deduplication(self) -> Known:
        """Whether it deduplicates by content."""
        return self.flag("ContentBasedDeduplication")

    def place(self, attribute: str) -> Place:
        """The place of an attribute; that of the declaration if it is not given."""
        found = self.attributes.get(attribute)
        return SpanPlace(found.span if found is not None else self.span)


@record()
class Binding:
    """An environment variable that a declaration sets to a queue's or topic's URL, name or ARN."""

    variable: str
    queue: str
    """Key of a declaration, or the text of a name, URL or ARN (`*` for what cannot be evaluated)."""
    span: Span


@record()
class Feed:
    """A function that Lambda calls with the messages of a queue, as a declaration says."""

    handler: str
    """Module and name of the function: `app.orders.handle`."""
    queue: str
    """As in `Binding`."""
    span: Span
    folder: str | None = None
    """The folder of the function's code, relative to the project; None if it cannot be seen."""
    batch: int | None = None
    """How many messages a call gets at most; None if that is not said."""


@record()
class QueueReference:
    """One way in which a send says where it goes. All empty: there is nothing to look up."""

    text: str = ""
    """A name, URL or ARN; `*` stands for each part that cannot be seen."""
    variable: str = ""
    """The environment variable, or setting, whose value it is."""
    key: str = ""
    """The declaration of the object that the send goes through."""


class Connects(enum.Enum):
    """How a service of AWS is connected with a queue or topic."""

    __hash__ = object.__hash__

    FEEDS = "the queue feeds a function"
    SENDS = "the service sends to the queue"
    SUBSCRIBES = "the queue is subscribed to a topic"
    STANDARD_ONLY = "the service sends to it, and to no FIFO queue or topic"


@record()
class Connection:
    """A service that reads from a queue or topic, or sends to it, as code, a template or a script declares it."""

    kind: Connects
    sender: str
    """The service, as a sentence names it: `the EventBridge rule`."""
    source: str
    """What declares it, by its usual name: `CloudFormation`, `Terraform`, `AWS CDK`, `put_targets` ..."""
    span: Span
    """Where it is declared."""
    service: str
    """`sqs` or `sns`: what it is connected with."""
    queue: QueueReference
    queue_span: Span
    """Where the queue or topic is named."""
    attributes: Mapping[str, Attribute] = field(default_factory=dict, hash=False)
    """By AWS's names: `BatchSize`, `MessageGroupId` ..."""
    keywords: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What its source calls those of its attributes that it could have."""
    complete: bool = True
    """False if it may have attributes that cannot be seen."""
    topic: QueueReference = QueueReference()
    """SUBSCRIBES: the topic."""
    function: str = ""
    """FEEDS: the key of the function, if it is declared in sight, or its name."""
    expected: bool = False
    """A test expects that the call fails."""
    fifo: Known = Known.UNKNOWN
    """Whether the queue (or topic) is FIFO, once it has been looked up."""
    topic_fifo: Known = Known.UNKNOWN
    """The same of `topic`."""
    timeout: Attribute | None = None
    """FEEDS: that of the function, once it has been looked up."""
    declarations: tuple[Declaration, ...] = ()
    """Those of the queue, once they have been looked up."""


@record()
class Worker:
    """A function that a queue may feed."""

    key: str
    """Unique in the project, like those of declarations."""
    name: str
    """Its name; `*` stands for each part that cannot be evaluated."""
    timeout: Attribute | None
    """Seconds; None if that cannot be seen."""


@record()
class Infrastructure:
    """What the project declares about its queues."""

    declarations: tuple[Declaration, ...] = ()
    bindings: tuple[Binding, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Files that clearly declare queues but cannot be read."""
    connections: tuple[Connection, ...] = ()
    workers: tuple[Worker, ...] = ()
    feeds: tuple[Feed, ...] = ()


@record()
class Queue:
    """What is known about the queue or topic that a send goes to."""

    name: str | None = None
    """Name, URL or ARN if the whole text is visible."""
    shown: str = ""
    """The queue as written in the source, for messages; empty if it is not an argument."""
    fifo: Known = Known.UNKNOWN
    content_based_deduplication: Known = Known.UNKNOWN
    place: Place | None = None
    references: tuple[QueueReference, ...] = ()
    """What its declarations are looked up by."""
    declarations: tuple[Declaration, ...] = ()
    """Those that declare it (`joined`), or otherwise those of the project that may."""
    joined: bool = False
    """The declarations are known to be of this queue."""


@record()
class Silence:
    """Why a rule says nothing about a message or a send: the answer of the code that decides it."""

    why: str
    """A clause, such as `the queue is standard`."""
    part: Part | None = None
    """The part of a value that shows it."""
    place: Place | None = None
    """Otherwise, what shows it."""


class Detail(enum.Flag):
    """What is worked out of sends besides what rules need in any case."""

    NONE = 0
    TRACES = enum.auto()
    """The trace of every slot, even of those that no rule shows, and the calls on the way."""
    LIKELY = enum.auto()
    """What the parts of IDs likely are, where that is not proven."""


class Confidence(enum.Enum):
    """How sure a finding is."""

    PROVEN = "proven"
    """shown from what can be read"""
    LIKELY = "likely"
    """by the name or form of something out of sight: reported in an audit only"""


@record()
class Loss:
    """Where the report of a failed send, by SQS or the client, is lost."""

    place: Place
    """The call whose result is lost, or the handler in which an exception is: this has to be changed."""
    how: str
    """What happens to it there, as a clause."""
    steps: tuple[Step, ...] = ()
    """The steps from the send to there."""


@record()
class Republished:
    """Where a task publishes itself again."""

    place: Place
    """The call, or the option that makes the framework do it."""
    without_ids: bool
    """It gives neither ID, and the framework keeps none."""
    delayed: Place | None = None
    """The argument by which it is sure to be delayed."""


@record()
class Send:
    """One call that sends to SQS or to SNS FIFO, seen along one or more paths."""

    api: str
    """`send_message`, `send_message_batch`, `send_messages`, `publish` or `publish_batch`."""
    service: str
    """`sqs` or `sns`."""
    place: Place
    """The call."""
    queue: Queue
    messages: tuple[Message, ...]
    calls: tuple[Place, ...] = ()
    """The calls of the project's functions through which the send is reached."""
    least: int = 0
    """The minimum number of entries in one call, as far as can be seen."""
    unread: tuple[Loss, ...] = ()
    """Where the answer of a batch send ends without `Failed` being checked."""
    swallowed: tuple[Loss, ...] = ()
    """Where an exception of the send ends without being acted upon."""
    at_once: tuple[Loss, ...] = ()
    """Where sends of one group are started that run at the same time."""
    library: str = ""
    """The library that sends, such as `Celery`; empty for the AWS SDK."""
    retries: tuple[Republished, ...] = ()
    """Where the task that is sent publishes itself again, to the same queue."""
    expected: bool = False
    """A test expects that the call fails."""
    sender: str = ""
    """What sends without code of the project, as a sentence names it: `the EventBridge rule`. Empty for code."""


@record()
class Handler:
    """A function that Lambda calls with messages."""

    path: str
    """The file that it is in."""
    name: str
    alone: bool = False
    """No other Python file of the project has the file's name."""


@record()
class Consumer:
    """Where messages are received: a call of the SDK, or a function that Lambda calls."""

    place: Place
    """The call, or the function's name."""
    queue: Queue
    handler: Handler | None = None
    """None: it is a call."""
    several: bool = False
    """One receive is known to bring several messages."""
    continuing: tuple[Loss, ...] = ()
    """Handlers of a message's failure behind which the loop goes on with the next message."""
    parallel: tuple[Loss, ...] = ()
    """Where messages of one receive are handed to what works on them at the same time."""
    processors: tuple[Loss, ...] = ()
    """Constructions of processors that go on after a failure."""
    unasked: tuple[Loss, ...] = ()
    """System attributes that are read though the call does not ask for them; `how` names them."""
    early: tuple[Loss, ...] = ()
    """Where a message is deleted before the work on it is done."""
    expected: bool = False
    """A test expects that the call fails."""


@record()
class Related:
    """A step of the trace, with its position."""

    span: Span
    text: str


class Change(enum.Enum):
    """What can be done to source code about a finding; `sqsfifo_lint.remedies` has the words."""

    STABLE_HASH = "stable hash"
    """`hash(x)` becomes a digest, or a checksum, that is the same in every process."""
    TEXT = "text"
    """An object that is no text is converted to its text."""
    JSON_DIGEST = "digest of JSON"
    """The text that `json.dumps` makes becomes its digest."""
    NO_SPACE = "no space"
    """A time is written without a space."""
    NO_DELAY = "no delay"
    """The delay is left out."""
    RAISE = "raise"
    """What a batch's answer lists under `Failed` is raised."""
    BODY_DIGEST = "digest of the body"
    """The dedup ID becomes the digest of the body."""


@record()
class Remedy:
    """A change that a rule proposes: it knows the values. Whether the source allows it is for `sqsfifo_lint.fixes`."""

    change: Change
    place: Place
    """The expression that is changed."""
    kind: str = ""
    """TEXT: the kind of value, as in `Alternative`. STABLE_HASH: `group` or `dedup`."""
    body: Place | None = None
    """BODY_DIGEST: the body."""
    note: str = ""
    """What is still wrong afterwards, as a sentence without its full stop; empty if nothing is."""

    def at(self, place: Callable[[Place], Place]) -> Remedy:
        """The same at other places: what `place` makes of them."""
        body = place(self.body) if self.body is not None else None
        return Remedy(self.change, place(self.place), self.kind, body, self.note)


REJECTED = frozenset({"SQF304"})
"""Codes that come first among those of one place: while a value is rejected, nothing else of it can be seen."""


@record()
class Finding:
    """A rule's verdict on a send, or on the declaration of a queue."""

    span: Span
    code: str
    name: str
    severity: Severity
    message: str
    help: str
    send: Span | None
    """The whole call of the send; its start is what `jsonl` prints. None: it is about a declaration."""
    trace: tuple[Related, ...] = ()
    confidence: Confidence = Confidence.PROVEN
    also: tuple[Span, ...] = ()
    """Further sends with the same finding, in order of position."""
    remedies: tuple[Remedy, ...] = ()
    """What may mend it, all together, in its own file."""

    @property
    def rank(self) -> tuple[object, ...]:
        """The order of findings: by position, first what AWS rejects, then code; the rest makes the order total."""
        span, send = self.span, self.send
        return (
            *(span.path, span.line, span.column, self.code not in REJECTED, self.code, span.end_line, span.end_column),
            *((send.path, send.line, send.column) if send is not None else ("", 0, 0)),
            self.message,
        )


@record()
class Problem:
    """Something that could not be done: a file that cannot be read, decoded or parsed. Reported as SQF001.

    `line` and `column` are 0 if the problem is about the whole file.
    """

    path: str
    message: str
    line: int = 0
    column: int = 0
    taken_out: bool = field(default=False, compare=False)
    """Nothing in the file is checked, or followed from another one."""
    cause: str = field(default="", compare=False)
    """The traceback of an internal error."""

    @property
    def rank(self) -> tuple[object, ...]:
        """The order of problems: by position."""
        return (self.path, self.line, self.column, self.message)
