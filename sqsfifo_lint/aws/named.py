"""Objects of libraries that stand for a queue, and what they were told to be its name."""

from __future__ import annotations

import libcst as cst

from sqsfifo_lint.flow import Arguments, Call
from sqsfifo_lint.flow.context import Context
from sqsfifo_lint.flow.values import External, Passed, join
from sqsfifo_lint.knowledge.frameworks import OF_THE_OBJECT, TELLING_A_QUEUE
from sqsfifo_lint.records import replace


class NamedQueues:
    """The queues in sight that an object of a library stands for."""

    def __init__(self) -> None:
        self._named: dict[tuple[cst.CSTNode, Context], Passed] = {}
        """By the call that makes the object, and where it is made: a function may make several."""

    def note(self, call: Call, path: str) -> None:
        """Keep what the object is told that a call makes."""
        passed = _told(path, call.arguments)
        if passed is not None:
            key = call.node, call.state.context
            earlier = self._named[key].value if key in self._named else ()
            self._named[key] = replace(passed, value=join(earlier, passed.value))

    def of(self, found: External, given: Arguments) -> Passed | None:
        """The queue that a call of a method names, or else the object whose method it is."""
        told = _told(found.name, given)
        if told is not None:
            return told
        pieces = found.receiver.pieces if found.receiver is not None else ()
        return self._named.get((pieces[0].node, pieces[0].context)) if len(pieces) == 1 else None

    def completed(self, found: External, given: Arguments) -> Arguments:
        """The arguments of such a call, with the queue."""
        queue = self.of(found, given) if len(given.positional) < MANY and not given.star else None
        if queue is None:
            return given
        return Arguments(given.positional, {**given.keywords, OF_THE_OBJECT: queue}, given.star, given.rest)


MANY = 3
"""With so many positional arguments, an ID may be among them."""


def _told(path: str, given: Arguments) -> Passed | None:
    """The name of a queue that is given to a function of this qualified name."""
    package, _, rest = path.replace("()", "").partition(".")
    telling = TELLING_A_QUEUE.get(f"{package}:{'.'.join(rest.split('.')[-2:])}")
    return given.passed(telling.position, telling.keyword) if telling is not None else None
