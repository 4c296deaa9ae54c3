"""Looks up calls that send by name. This is code, separate from the tables, because the configuration adds rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqsfifo_lint.knowledge.apis import SEND_APIS, SendApi
from sqsfifo_lint.knowledge.frameworks import CANVAS, FRAMEWORK_APIS, TASK_DECORATORS, TELLING


def is_at(api: SendApi, path: str) -> bool:
    """Whether the qualified name (`()` in it stands for "an instance of") is that of the API."""
    package, _, rest = path.replace("()", "").partition(".")
    return bool(api.path) and package in api.packages and f".{rest}".endswith(f".{api.path}")


def gives(api: SendApi, decorator: str) -> bool:
    """Whether the decorator of this qualified name gives a function the API's method."""
    package, _, rest = decorator.replace("()", "").partition(".")
    return package in api.packages and rest.rpartition(".")[2] in api.decorators


class Senders:
    """The calls that send, other than the AWS SDK's: those of frameworks, and those that the configuration names."""

    def __init__(self, configured: Iterable[SendApi] = ()) -> None:
        self.configured = tuple(configured)
        self._by_name: dict[str, list[SendApi]] = {}
        self._by_class: dict[str, list[SendApi]] = {}
        for api in (*self.configured, *FRAMEWORK_APIS):
            self._by_name.setdefault(api.name, []).append(api)
            holder = api.path.rpartition(".")[0].rpartition(".")[2]
            if holder:
                self._by_class.setdefault(holder, []).append(api)

    def knows(self, name: str) -> bool:
        """Whether any call has this name."""
        return name in self._by_name

    def is_decorator(self, path: str) -> bool:
        """Whether a decorator of this qualified name makes a function one that sends."""
        return path.rpartition(".")[2] in _DECORATORS and any(gives(api, path) for api in FRAMEWORK_APIS)

    def has_methods(self, path: str) -> bool:
        """Whether objects of the class of this qualified name have a method that sends."""
        return any(is_at(api, f"{path}.{api.name}") for api in self._by_class.get(path.rpartition(".")[2], ()))

    def at(self, path: str) -> SendApi | None:
        """The call of this qualified name."""
        several = self._by_name.get(path.rpartition(".")[2], ())
        return next((api for api in several if is_at(api, path)), None)

    def of_method(self, name: str, keywords: Iterable[str], decorators: Iterable[str] = ()) -> SendApi | None:
        """The method of this name, if a keyword or a decorator of the function that it is called on shows it."""
        several = self._by_name.get(name, ())
        given, around = frozenset(keywords), tuple(decorators)
        for api in several:
            if any(gives(api, decorator) for decorator in around):
                return api
        for api in several:
            if api.evidence & given and api.evidence <= TELLING:
                return api
        return None

    def of_project(self, dotted: str) -> SendApi | None:
        """The configured call of a function of the project: `src.acme.bus.Bus.publish`."""
        ends = (api for api in self.configured if f".{dotted}".endswith(f".{_qualified(api)}"))
        return next(ends, None)

    @property
    def words(self) -> Mapping[str, str]:
        """Words by which functions that send are found, each with a text that the file must also contain."""
        found: dict[str, str] = {**dict.fromkeys(SEND_APIS, ""), **dict.fromkeys(TASK_DECORATORS, ".fifo")}
        found.update(dict.fromkeys(CANVAS, "celery"))
        for several in self._by_name.values():
            for api in several:
                found.update(api.words if api.words is not None else {api.name: ""})
        return found


_DECORATORS = frozenset[str]().union(*(api.decorators for api in FRAMEWORK_APIS))


def _qualified(api: SendApi) -> str:
    return f"{next(iter(api.packages))}.{api.path}"
