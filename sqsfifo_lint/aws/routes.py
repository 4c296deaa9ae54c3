"""To which queue Celery routes a task that names none: by `task_routes`, else by `task_default_queue`.

As in celery 5.7.0, `app/routes.py`: routers are asked in turn; a dict is one, and knows names before it knows patterns.
What cannot be read, or is said in two ways, leaves the queue unknown.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from itertools import filterfalse
from types import MappingProxyType

import libcst as cst

from sqsfifo_lint.aws.naming import names_an_id
from sqsfifo_lint.flow import Arguments, Machine, State
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.values import (
    Abstract,
    Atom,
    Bound,
    ClassValue,
    DictObject,
    Function,
    InstanceObject,
    ListObject,
    Passed,
    TupleValue,
    Value,
    constant_of,
    only,
)
from sqsfifo_lint.knowledge.apis import ID_KEYS, SEND_APIS
from sqsfifo_lint.knowledge.frameworks import DEFAULT_QUEUE, FRAMEWORK_APIS, QUEUES, ROUTES, TASK_DECORATORS
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.project import Module
from sqsfifo_lint.source.python_tree import UNREADABLE, nodes_of, tree_of
from sqsfifo_lint.source.walk import descendants


class Answer(enum.Enum):
    """What routes say where they name no queue."""

    NOT_ROUTED = "no router knows the task"
    UNKNOWN = "a router that cannot be read may know it"
    SOME_QUEUE = "it gives no ID, and a queue that cannot be read"


Queue = Passed | Answer


@record(eq=False)
class Router:
    """A dict of routes: by the names of tasks, and by patterns, in order."""

    named: dict[str, Queue]
    patterns: tuple[tuple[str, Queue], ...] = ()
    rest: Queue = Answer.NOT_ROUTED
    """What holds for other tasks."""

    def queue_of(self, names: Iterable[str]) -> Queue:
        """Where a task goes that has one of these names."""
        several = list(names)
        for name in several:
            if name in self.named:
                return self.named[name]
        for pattern, queue in self.patterns:
            if any(fnmatchcase(name, pattern) for name in several):
                return queue
        return self.rest


@record(eq=False)
class FunctionRouter:
    """A function that is asked for a task's route, or a method of an object."""

    machine: Machine
    function: Value
    node: cst.CSTNode
    state: State

    @property
    def function_values(self) -> Iterator[Function | Bound]:
        """The functions that it may be."""
        return (one for one in self.function if isinstance(one, Function | Bound))

    def queue_of(self, names: Sequence[str]) -> Queue:
        """What it answers, where that depends on nothing but the name of the task."""
        machine, node, state = self.machine, self.node, self.state.copy()
        chunk = state.frame.chunk
        unseen = Passed(machine.unknown(node, state, "what a router is given"), chunk, node)
        named = [Passed(machine.constant(node, state, name), chunk, node) for name in names[:1]]
        with suppress(RecursionError):
            value = machine.call(self.function, Arguments([*named, unseen, unseen], star=unseen.value), node, state)
            answers = [_answer(alternative, node, state) for alternative in value]
            if answers and all(answer is Answer.NOT_ROUTED for answer in answers):
                return Answer.NOT_ROUTED
            return _agreed(answers) or Answer.UNKNOWN
        return Answer.UNKNOWN


def _answer(alternative: Abstract, node: cst.CSTNode, state: State) -> Queue:
    if isinstance(alternative, Atom) and alternative.kind == "none":
        return Answer.NOT_ROUTED
    return _route((alternative,), node, state, state.frame.chunk)


_NOT_SEEN = Router({}, rest=Answer.UNKNOWN)

AnyRouter = Router | FunctionRouter


class Routes:
    """The routes of a project, in all of its settings."""

    def __init__(
        self,
        tables: Sequence[Sequence[AnyRouter]] = (),
        defaults: Sequence[Queue] = (),
        several: bool = False,
        may_give_ids: bool = False,
        aliases: Mapping[object, Passed] = MappingProxyType({}),
    ) -> None:
        self._tables = tables
        self._defaults = defaults
        self._several = several
        """There are several apps: whose settings these are is not known."""
        self.may_give_ids = may_give_ids
        """Some route may give the messages their IDs."""
        self._aliases = aliases

    def queue_of(self, task: Function | str) -> Passed | None:
        """The queue of a task that names none, where it is known."""
        if not self._tables and not self._defaults:
            return None
        names = (task,) if isinstance(task, str) else names_of(task)
        answers = [_first(router.queue_of(names) for router in table) for table in self._tables]
        if not names or (self._several and not self._names(names)):
            return None
        if all(answer is Answer.NOT_ROUTED for answer in answers):
            answers = list(self._defaults)
        agreed = _agreed(answers)
        return agreed and self.called(agreed)

    def called(self, queue: Passed) -> Passed:
        """The queue that an option names: a queue may have an alias."""
        return self._aliases.get(constant_of(queue.value), queue)

    def _names(self, names: Iterable[str]) -> bool:
        return any(name in router.named for router in self._dicts for name in names)

    @property
    def _dicts(self) -> Iterator[Router]:
        return (router for table in self._tables for router in table if isinstance(router, Router))

    @property
    def fifo(self) -> Iterator[str]:
        """The names of tasks, and the patterns of such names, that are routed to a FIFO queue."""
        for router in self._dicts:
            for name, queue in (*router.named.items(), *router.patterns):
                if isinstance(queue, Passed) and is_fifo_name(self.called(queue).value):
                    yield name
        default = _agreed(self._defaults)
        if default is not None and is_fifo_name(self.called(default).value) and not self._several:
            yield "*"


def is_fifo_name(value: Value) -> bool:
    """Whether a value is the name of a FIFO queue."""
    names = [alternative.constant if isinstance(alternative, Atom) else None for alternative in value]
    return bool(names) and all(isinstance(name, str) and name.endswith(".fifo") for name in names)


def names_of(task: Function) -> tuple[str, ...]:
    """The names that a task may have: the one that its decorator gives, or that of its function as it may be imported.

    None, where a decorator is not known, or sends the task elsewhere.

    See `celery/utils/imports.py`, `gen_task_name`.
    """
    elsewhere = any(d.open_ended or not _ELSEWHERE.isdisjoint(d.keywords) for d in task.decorations)
    return () if elsewhere else _all_names(task)


def _all_names(task: Function) -> tuple[str, ...]:
    for decoration in task.decorations:
        given = decoration.keywords.get("name")
        if given is not None:
            name = constant_of(given.value)
            return (name,) if isinstance(name, str) else ()
    return _dotted(task.module, task.name)


def _dotted(module: Module, function: str) -> tuple[str, ...]:
    """The qualified names of a function, by the folders from which its module may be imported."""
    path = module.path.removesuffix(".py").removesuffix("/__init__")
    root = module.project.files.import_root(module.folder)
    above, inside = (root, path[len(root) :].lstrip("/")) if root else ("", path)
    parts = [*filter(None, above.split("/"))]
    name = f"{inside.replace('/', '.')}.{function}"
    return (name, *(".".join([*parts[n:], name]) for n in range(len(parts) - 1, -1, -1)))


_ELSEWHERE = frozenset({"queue", "exchange", "routing_key"})
"""Options of a decorator that say where the messages of a task go."""


def _first(answers: Iterable[Queue]) -> Queue:
    return next((answer for answer in answers if answer is not Answer.NOT_ROUTED), Answer.NOT_ROUTED)


def _agreed(answers: Sequence[Queue]) -> Passed | None:
    """The one queue that all settings give."""
    found = [answer for answer in answers if isinstance(answer, Passed)]
    names = {constant_of(answer.value) for answer in found}
    return found[0] if found and len(found) == len(answers) and len(names) == 1 else None


# -- read from the settings


class _Setting(enum.Enum):
    """What a setting says."""

    ROUTES = "the queues of tasks"
    DEFAULT = "the queue of the others"
    QUEUES = "the queues that there are"


_SETTINGS: Mapping[str, _Setting] = {
    **dict.fromkeys(ROUTES, _Setting.ROUTES),
    **dict.fromkeys(DEFAULT_QUEUE, _Setting.DEFAULT),
    **dict.fromkeys(QUEUES, _Setting.QUEUES),
}
"""By the ends of the names of settings, in lower case."""


def read_routes(machine: Machine, aliases: Mapping[object, Passed]) -> Routes:
    """What the settings of the project say, wherever they stand; `aliases` of queues come up on the way."""
    project = machine.project
    tables: list[Sequence[AnyRouter]] = []
    defaults: list[Queue] = []
    may_give_ids = False
    words = (*_SETTINGS, *map(str.upper, _SETTINGS))
    for path in filterfalse(project.is_test, project.files.holding(*words)):
        module = project.module(path)
        for chunk in module.chunks if module is not None else ():
            if module is None or chunk.imports or not any(word in chunk.text for word in words):
                continue
            for setting, value, node, state in _settings(machine, module, chunk):
                if setting is _Setting.ROUTES:
                    table = _routers(machine, value, node, state)
                    tables.append(table)
                    may_give_ids = may_give_ids or any(_may_give_ids(router, module) for router in table)
                elif setting is _Setting.DEFAULT:
                    defaults.append(_queue(value, node, state))
    if not tables and not defaults:
        return Routes(aliases=aliases)
    homes = filterfalse(project.is_test, project.files.holding("Celery("))
    apps = sum(_apps_in(project.files.data(path) or b"") for path in homes)
    return Routes(tables, defaults, apps > 1, may_give_ids, aliases)


def _apps_in(data: bytes) -> int:
    """How many apps a file makes; several, where it cannot be read."""
    try:
        called = [node.func for node in nodes_of(tree_of(data)) if isinstance(node, ast.Call)]
    except UNREADABLE:
        return 2
    return sum("Celery" in (getattr(name, "id", None), getattr(name, "attr", None)) for name in called)


def _may_give_ids(router: AnyRouter, module: Module) -> bool:
    """Whether a router of which not everything is known may give IDs: it, or the settings that name it, name one."""
    if isinstance(router, FunctionRouter):
        homes = [a.function.module if isinstance(a, Bound) else a.module for a in router.function_values]
        return any(map(_names_an_id, (module, *homes)))
    unknown = Answer.UNKNOWN in (router.rest, *router.named.values(), *(queue for _, queue in router.patterns))
    return unknown and _names_an_id(module)


_SENDING = SEND_APIS.keys() | {api.name for api in FRAMEWORK_APIS if ID_KEYS & {api.group, api.dedup}}


def _names_an_id(module: Module) -> bool:
    return any(key in module.text for key in ID_KEYS) and names_an_id(module.text, _SENDING)


def _settings(machine: Machine, module: Module, chunk: Chunk) -> Iterator[tuple[_Setting, Value, cst.CSTNode, State]]:
    """The settings in a statement, and what each is set to; nothing if it is not seen."""
    state = machine.fresh_state(machine.import_frame(module, chunk))
    conditional = {n for c in descendants(chunk.module) if isinstance(c, cst.If | cst.IfExp) for n in descendants(c)}
    values = dict(pair for node in descendants(chunk.module) for pair in _set_by(node))
    named = (value for value in values.values() if isinstance(value, cst.Name | cst.Attribute))
    read = {node for one in (*named, *_passed_over(chunk.module)) for node in descendants(one)}
    for node in descendants(chunk.module):
        setting = _setting_at(node)
        if setting is not None and node not in read:
            given = values.get(node) if node not in conditional else None
            yield setting, _evaluated(machine, given, state), given or node, state


def _passed_over(module: cst.Module) -> Iterator[cst.CSTNode]:
    """Names that set nothing: those that are imported, and the variables of functions."""
    for node in descendants(module):
        if isinstance(node, cst.Import | cst.ImportFrom):
            yield node
        elif isinstance(node, cst.FunctionDef):
            for inner in descendants(node):
                if isinstance(inner, cst.Assign):
                    yield from (t.target for t in inner.targets if isinstance(t.target, cst.Name))


def _evaluated(machine: Machine, node: cst.CSTNode | None, state: State) -> Value:
    """What an expression stands for at import; nothing where it is nested too deeply. What it makes is in the state."""
    machine.begin()
    with suppress(RecursionError):
        return machine.evaluate(node, state) if node is not None else ()
    return ()


def _set_by(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.BaseExpression | None]]:
    """The names that a piece of code sets: variables, attributes, keywords, keys."""
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=target)], value=value):
            yield _name_in(target), value
        case cst.AnnAssign(target=target, value=value):
            yield _name_in(target), value
        case cst.Arg(keyword=cst.Name() as name, value=value):
            yield name, value
        case cst.DictElement(key=cst.SimpleString() as name, value=value):
            yield name, value


def _name_in(target: cst.BaseExpression) -> cst.CSTNode:
    match target:
        case cst.Attribute(attr=name):
            return name
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as name))]):
            return name
    return target


def _setting_at(node: cst.CSTNode) -> _Setting | None:
    """The setting that a name is that of; None if it does not matter here."""
    match node:
        case cst.Name(value=name):
            pass
        case cst.SimpleString():
            name = str(node.evaluated_value)
        case _:
            return None
    return next((setting for end, setting in _SETTINGS.items() if name.lower().endswith(end)), None)


def _routers(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> Sequence[AnyRouter]:
    """The routers of one setting: a single one, or a list."""
    several = _items(value, state)
    if several is None:
        several = [value]
    return [_function(machine, one, node, state) or _router(one, node, state) for one in several]


def _function(machine: Machine, value: Value, node: cst.CSTNode, state: State) -> FunctionRouter | None:
    """A router that is a function, or an object with the method `route_for_task`; it may be named by its path."""
    name = constant_of(value)
    if isinstance(name, str):
        home, _, attribute = name.replace(":", ".").rpartition(".")
        path = machine.project.files.find(home, 0, "") if home else None
        module = machine.project.module(path) if path is not None else None
        value = (machine.global_value(module, attribute) or ()) if module is not None else ()
    one = value[0] if len(value) == 1 else None
    if isinstance(one, ClassValue):
        value = machine.call(value, Arguments(), node, state)
        one = value[0] if len(value) == 1 else None
    if isinstance(one, Ref) and isinstance(state.at(one), InstanceObject):
        value = machine.attribute(value, "route_for_task", node, state)
    called = bool(value) and all(isinstance(a, Function | Bound) for a in value)
    return FunctionRouter(machine, value, node, state) if called else None


def _items(value: Value, state: State) -> Sequence[Value] | None:
    """The elements of a list or tuple that is known to be just these."""
    alternative = value[0] if len(value) == 1 else None
    match state.at(alternative) if isinstance(alternative, Ref) else alternative:
        case ListObject(elements=elements, exact=True):
            return elements
        case TupleValue(items=items):
            return items
    return None


def _router(value: Value, node: cst.CSTNode, state: State) -> Router:
    """A dict, or a list of names with their routes; of anything else nothing is known."""
    alternative = value[0] if len(value) == 1 else None
    found = state.at(alternative) if isinstance(alternative, Ref) else alternative
    if isinstance(found, Atom) and found.kind == "none":
        return Router({})
    rows: list[tuple[object, Queue]] = []
    open_ended = False
    if isinstance(found, DictObject):
        for key, item in found.items.items():
            rows.append((key, Answer.UNKNOWN if item.optional else _route(item.value, item.node, state, item.chunk)))
        open_ended = bool(found.rest)
    else:
        pairs = _items(value, state)
        if pairs is None:
            return _NOT_SEEN
        for pair in pairs:
            match _items(pair, state):
                case [key, route]:
                    rows.append((constant_of(key), _route(route, node, state, state.frame.chunk)))
                case _:
                    return _NOT_SEEN
    if not all(isinstance(key, str) for key, _ in rows):
        return _NOT_SEEN
    named = {str(key): queue for key, queue in rows if "*" not in str(key)}
    patterns = tuple((str(key), queue) for key, queue in rows if "*" in str(key))
    return Router(named, patterns, Answer.UNKNOWN if open_ended else Answer.NOT_ROUTED)


def _route(value: Value, node: cst.CSTNode, state: State, chunk: Chunk) -> Queue:
    """The queue of one route: a name, or a dict of options, with no ID among them."""
    alternative = value[0] if len(value) == 1 else None
    found = state.at(alternative) if isinstance(alternative, Ref) else alternative
    if isinstance(found, DictObject):
        item = found.items.get("queue")
        if found.rest or ID_KEYS & found.items.keys():
            return Answer.UNKNOWN
        queue = _queue(item.value, item.node, state, item.chunk) if item is not None and not item.optional else None
        return queue if isinstance(queue, Passed) else Answer.SOME_QUEUE
    return _queue(value, node, state, chunk)


def _queue(value: Value, node: cst.CSTNode, state: State, chunk: Chunk | None = None) -> Queue:
    one: Abstract | None = only(value, Atom)
    known = isinstance(one, Atom) and isinstance(one.constant, str)
    return Passed(value, chunk or state.frame.chunk, node) if known else Answer.UNKNOWN


def task_at(machine: Machine, name: str) -> Function | None:
    """The function of the project whose task has this name."""
    home, _, function = name.rpartition(".")
    path = machine.project.files.find(home, 0, "") if home else None
    module = machine.project.module(path) if path is not None else None
    value = (machine.global_value(module, function) or ()) if module is not None else ()
    task = value[0] if len(value) == 1 else None
    return task if isinstance(task, Function) and task.decorations and name in _all_names(task) else None


def tasks_of(machine: Machine, routes: Routes) -> Iterator[tuple[str, str]]:
    """The functions that are routed to a FIFO queue, each with its file, as far as their names tell."""
    files, wanted = machine.project.files, list(routes.fifo)
    homes = dict.fromkeys(name.rpartition(".")[0] for name in wanted)
    paths = [path for home in homes if home and "*" not in home and (path := files.find(home, 0, "")) is not None]
    if any("*" in name for name in wanted) and not files.are_many:
        paths.extend(path for path in sorted(files.names) if _makes_tasks(files.data(path) or b""))
    for path in dict.fromkeys(paths):
        module = machine.project.module(path)
        for chunk in module.chunks if module is not None else ():
            if module is not None and any(word in chunk.text for word in TASK_DECORATORS):
                named = ((name, _dotted(module, name)) for name in chunk.names)
                yield from ((n, path) for n, names in named if any(_is_wanted(one, wanted) for one in names))


def _makes_tasks(data: bytes) -> bool:
    return b"celery" in data.lower() and any(word.encode() in data for word in TASK_DECORATORS)


def _is_wanted(name: str, wanted: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in wanted)
