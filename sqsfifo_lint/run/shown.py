"""A send with the names of files as a report shows them, wherever it has a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from sqsfifo_lint.model import Send, Span, SpanPlace
from sqsfifo_lint.records import replace
from sqsfifo_lint.run.names import Names
from sqsfifo_lint.source.chunks import NodePlace


def send_shown(names: Names, send: Send) -> Send:
    """The send with all that it consists of. Positions that were to be worked out on demand are worked out."""
    shown: Send = _Showing(names).shown(send)
    return shown


class _Showing:
    """Rebuilds values; those that are met again are rebuilt once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[int, tuple[object, object]] = {}

    def shown(self, value: Any) -> Any:
        found = self._known.get(id(value))
        if found is None:
            # The value is kept, so that no other one gets its number.
            found = self._known[id(value)] = value, self._rebuilt(value)
        return found[1]

    def _rebuilt(self, value: Any) -> Any:
        match value:
            case Span():
                return self._names.span_shown(value)
            case NodePlace():
                return SpanPlace(self._names.span_shown(value.span), value.source)
            case tuple():
                return tuple(map(self.shown, value))
            case Mapping():
                return {key: self.shown(one) for key, one in value.items()}
            case _ if is_dataclass(value) and not isinstance(value, type):
                return replace(value, **{one.name: self.shown(getattr(value, one.name)) for one in fields(value)})
        return value
