"""Which files can contain a send, or declare a queue: a byte search, which rules out nearly every file unparsed.

The words are derived from the rows of the knowledge tables, so a new row there needs no change here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from functools import cache, cached_property
from itertools import chain

from sqsfifo_lint.knowledge.apis import AWS_PACKAGES, GROUP, ID_KEYS, RESOURCE_METHODS, SEND_APIS, SendApi
from sqsfifo_lint.knowledge.frameworks import (
    FRAMEWORK_APIS,
    OVERRIDES,
    OWN_CLASSES,
    PREDEFINED,
    SCHEDULE_KEYS,
    SETTINGS,
    TELLING,
)

FIFO_MARKS = (GROUP.encode(), b".fifo")
"""A file without these contains no FIFO send through a framework."""
FIFO_WORD = b"fifo"
"""A file without this declares no FIFO queue of its own: `.fifo`, `fifo=True`, `fifo_queue`. One search of all files
takes as long as a tenth of the run, so there is only one."""


class Relevance:
    """Whether a file with given content may contain a send, by the APIs of the SDK and of frameworks."""

    def __init__(self, sdk: Iterable[SendApi], frameworks: Iterable[SendApi]) -> None:
        self.sdk, self.frameworks = tuple(sdk), tuple(frameworks)
        services = dict.fromkeys(api.service for api in self.sdk)
        self._calls = [call for service in services for call in self._of_service(service)]

    def __call__(self, data: bytes) -> bool:
        """The first searches decide for nearly every file, and cost about as much as reading it."""
        return self.of_the_sdk(data) or self.of_a_framework(data)

    def of_the_sdk(self, data: bytes) -> bool:
        """Whether a file may send or receive by a call of the SDK, or be called with messages by Lambda."""
        messages = _OF_MESSAGES in data
        for call in self._calls:
            if (messages or not call.of_messages) and call.needle in data and call.is_in(data):
                return True
        return (messages and any(word in data for word in _RECEIVING)) or _is_called_with_messages(data)

    def of_a_framework(self, data: bytes) -> bool:
        """Whether a file may send by way of a framework."""
        return (FIFO_MARKS[0] in data or FIFO_MARKS[1] in data) and (
            any(sign in data for sign in self._framework_words)
            or self._framework_forms.search(data) is not None
            or all(key in data for key in _SCHEDULE)
        )

    @property
    def words(self) -> tuple[bytes, ...]:
        """Words of which every sending call of the SDK contains at least one."""
        return tuple(call.stem.encode() for call in self._calls)

    def _of_service(self, service: str) -> Iterator[_Call]:
        """A service's calls by stem: names without their first letter, which is a capital in other names."""
        own = [api for api in self.sdk if api.service == service]
        signs = tuple(sign.encode() for sign in _shortest(_signs(service, own)))
        for shortest in _shortest(api.name for api in own):
            stem = shortest[1:]
            yield _Call(stem, {api.name for api in (*own, *self.frameworks) if stem in api.name}, signs)

    @cached_property
    def _framework_words(self) -> tuple[bytes, ...]:
        """The signs of a framework that are plain text: its package, its name, or one of its calls.

        Calls that have the same names as the SDK's do not count.
        """
        found = {*chain.from_iterable((*OVERRIDES.values(), *OWN_CLASSES.values()))}
        found |= {*SETTINGS, *map(str.upper, SETTINGS)}
        for api in self.frameworks:
            found.update(api.packages)
            if api.library:
                found.update((api.library[0].upper() + api.library[1:], api.library[0].lower() + api.library[1:]))
        found.update(name for name in self._own_calls if not _is_a_word(name))
        return tuple(word.encode() for word in _shortest(found))

    @cached_property
    def _framework_forms(self) -> re.Pattern[bytes]:
        """The other signs: a call that is an ordinary word, or a keyword unique to the framework.

        What each begins with is written so that `re` skips what begins otherwise: a hundred times as fast here.
        """
        found = {rf"[.\"']{name}\b" for name in self._own_calls if _is_a_word(name)}
        found |= {rf"{keyword[0]}(?<!\w.){keyword[1:]}\s*=" for keyword in TELLING - ID_KEYS}
        return re.compile("|".join(sorted(found)).encode())

    @property
    def _own_calls(self) -> set[str]:
        """The names of the frameworks' calls that the search for the SDK's does not find."""
        names = {api.name for api in self.frameworks}
        return {name for name in names if not any(call.stem in name for call in self._calls)}


class _Call:
    """Calls of one service with a common stem: of the SDK, and of frameworks that use similar names."""

    def __init__(self, stem: str, names: Set[str], signs: tuple[bytes, ...]) -> None:
        self.stem = stem
        self.names = names
        self.signs = signs
        """Signs that a name means this service, if the name itself does not say so."""
        self.needle = stem.encode()
        self.of_messages = _OF_MESSAGES in self.needle

    def is_in(self, data: bytes) -> bool:
        """Whether there seems to be such a call. A plain search is many times faster than a regex."""
        position = data.find(self.needle)
        signed: bool | None = None
        while position >= 0:
            found = self._called.match(data, position)
            if found is not None:
                if signed is None:
                    signed = any(sign in data for sign in self.signs)
                if signed or found.lastindex:
                    return True
            position = data.find(self.needle, position + len(self.needle))
        return False

    @cached_property
    def _called(self) -> re.Pattern[bytes]:
        """Matches where the stem is part of one of the names; in a group, of one that names SQS or SNS itself."""
        speaking = {name for name in self.names if re.search("sqs|sns", name, re.IGNORECASE)}
        others = self.names - speaking
        return re.compile(f"({_at_stem(speaking, self.stem)})|{_at_stem(others, self.stem)}".encode())


def _at_stem(names: Set[str], stem: str) -> str:
    """Matches where the stem is part of one of the names, as a call of it would be written.

    Other names that hold one of these call something else: `grant_send_messages`, `sqs_send_message_policy`. Nor does
    a function's own name call it.
    """
    found = []
    for name in sorted(names):
        before, _, after = name.partition(stem)
        if _is_a_word(name):
            found.append(rf"(?<=\.{before}){stem}{after}\b{_WITH_ARGUMENTS}")
            found.extend(rf"(?<={quote}{before}){stem}{after}{quote}" for quote in "'\"")
        else:
            found.append(rf"(?<={before}){stem}{after}\b(?<!\w{name})(?<!def {name})")
    return "|".join(found) or "(?!)"


_WITH_ARGUMENTS = r"(?!\s*\(\s*\))"
"""Nothing is sent without a message. What is published without one is a class, a page or a module of its own names."""


def _is_a_word(name: str) -> bool:
    """Whether a name is an ordinary English word, found in many texts: it counts only as a method or in quotes."""
    return name.islower() and "_" not in name


def _signs(service: str, sdk: Iterable[SendApi]) -> Iterator[str]:
    """Signs that a name means this service: its own name, the SDK, a keyword, a class whose objects have it."""
    yield from (service, service.upper(), service.title())
    yield from AWS_PACKAGES
    for api in sdk:
        yield from (*api.evidence, *api.queue)
        yield from (f"{made}(" for made in RESOURCE_METHODS if made.lower() in api.receivers)  # `Queue(url)`


def _shortest(words: Iterable[str]) -> list[str]:
    """The words that contain none of the others."""
    kept: list[str] = []
    for word in sorted(set(words), key=lambda word: (len(word), word)):
        if not any(known in word for known in kept):
            kept.append(word)
    return kept


_OF_MESSAGES = b"_message"
_RECEIVING = (b"receive_message", b"on_sqs_message")
"""Words of calls and decorators that receive: with what most sends have in common, so that one search is for all."""


def _is_called_with_messages(data: bytes) -> bool:
    """Whether a file may hold a function that Lambda calls with messages."""
    if b"aws_lambda_powertools" in data and any(word in data for word in _OF_POWERTOOLS):
        return True
    return b"body" in data and any(word in data for word in _RECORDS)


_RECORDS = (b'"Records"', b"'Records'")
"""How an event's messages are asked for: the word alone stands in many a comment."""

_OF_POWERTOOLS = (b"SQSEvent", b"artial_response", b"batch_processor", b"BatchProcessor")

_SCHEDULE = tuple(key.encode() for key in sorted(SCHEDULE_KEYS))

is_relevant = Relevance(SEND_APIS.values(), FRAMEWORK_APIS)
"""Whether a file with this content may contain a send to SQS or SNS FIFO."""

SEND_WORDS = (*is_relevant.words, GROUP.encode())
"""Words of which each place that may send contains one, roughly."""


def or_calls(names: Callable[[], Iterable[str]], *, declaring: bool = True) -> Callable[[bytes], bool]:
    """The same, or whether a file may call a function with one of these qualified names (for a class: its methods).

    Such a file contains the function's name, and the name of what it is imported from. The names are asked for with the
    first file that does not decide it, when it is known which configurations there are. A file with a comment of ours
    is looked at as well: if nothing sends in it any more, the comment is useless. With `declaring`, so is one that
    declares or connects FIFO queues.
    """
    return _OrCalls(names, declaring)


class _OrCalls:
    def __init__(self, names: Callable[[], Iterable[str]], declaring: bool) -> None:
        self._names = names
        self._declaring = declaring

    def __call__(self, data: bytes) -> bool:
        if is_relevant.of_the_sdk(data):
            return not _is_binding(data)
        fifo = FIFO_WORD in data  # `.fifo` is looked for only where this is: a search takes as long as reading a file
        if (fifo or FIFO_MARKS[0] in data) and (
            is_relevant.of_a_framework(data) or (self._declaring and fifo and may_declare(data))
        ):
            return not _is_binding(data)
        return any(all(part in data for part in parts) for parts in self._wanted)

    @cached_property
    def _wanted(self) -> Sequence[tuple[bytes, ...]]:
        wanted = [tuple(part.encode() for part in name.split(".")[-2:]) for name in self._names()]
        return [*wanted, *((mark,) for mark in COMMENTS)]

    @cached_property
    def key(self) -> Hashable:
        """What is the same for all that say the same."""
        return self._declaring, tuple(self._wanted)


def _is_binding(data: bytes) -> bool:
    """Whether a file binds classes of another language, as all of AWS CDK does: it is generated, its functions hand
    everything to the other side, and what looks like a send or a queue is an example in a docstring.

    https://github.com/aws/jsii, packages/jsii-pacmak: each class is written with `metaclass=jsii.JSIIMeta, jsii_type=`.
    """
    return b"jsii_type=" in data and b"JSIIMeta" in data


COMMENTS = (b"sqsfifo: ignore[", b"# noqa: SQF")
"""How most comments that silence something of ours begin."""


@cache
def _declaring() -> tuple[bytes, ...]:
    """Words without which nothing is declared: methods that name a queue or topic, and libraries of infrastructure."""
    from sqsfifo_lint.knowledge.declaring import BOTO3_SERVICES, CONSTRUCTS, CREATING  # most runs do not need it

    found = [PREDEFINED, CREATING, *(name for name in BOTO3_SERVICES if "queue" in name or "topic" in name)]
    found += [path.partition(".")[0] for path in CONSTRUCTS]
    return tuple(word.encode() for word in _shortest(found))


@cache
def _connecting() -> tuple[tuple[bytes, ...], ...]:
    """Words without which nothing is connected by code, some with another that has to be there."""
    from sqsfifo_lint.knowledge.connections import CALL_WORDS, SAYING_LITTLE, STATE_RESOURCE  # most runs do not need it

    speaking = [name for name in CALL_WORDS if name not in SAYING_LITTLE]
    several = [(word,) for word in _shortest([*speaking, STATE_RESOURCE])] + list(SAYING_LITTLE.items())
    return tuple(tuple(word.encode() for word in words) for words in several)


def may_declare(data: bytes) -> bool:
    """Whether a Python file with this content may declare or connect a queue or topic, or belongs to code that does."""
    if any(word in data for word in _declaring()):
        return not _is_binding(data)
    found = FIFO_WORD in data and any(all(word in data for word in words) for words in _connecting())
    return found and not _is_binding(data)


def declares_fifo(data: bytes) -> bool:
    """Whether such a file is about FIFO queues: then what is declared is judged, even if nothing is sent."""
    return FIFO_WORD in data and may_declare(data)
