"""AWS as a plugin of the evaluator: it answers what the evaluator asks, and keeps what it meets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from sqsfifo_lint.aws import clients, configured, connecting, frameworks, signatures, taskiq
from sqsfifo_lint.aws.declaring import Declarations, predefined
from sqsfifo_lint.aws.deliveries import Deliveries, bearing
from sqsfifo_lint.aws.feeding import Feeding
from sqsfifo_lint.aws.named import NamedQueues
from sqsfifo_lint.aws.routes import Routes, read_routes, tasks_of
from sqsfifo_lint.aws.values import Handle, Kicker, Member, Signature
from sqsfifo_lint.flow import Arguments, Call, Hooks, Machine, State, escape
from sqsfifo_lint.flow.values import Abstract, Decoration, DictObject, External, Function, Mark, Passed, Value
from sqsfifo_lint.knowledge.apis import AWS_PACKAGES, ID_KEYS, STUB_PACKAGES
from sqsfifo_lint.knowledge.connections import RESOURCE
from sqsfifo_lint.knowledge.frameworks import (
    MAKING_SIGNATURES,
    NAMED_QUEUES,
    PREDEFINED,
    SCHEDULE_KEYS,
    SIGNATURES,
)
from sqsfifo_lint.knowledge.model import Source
from sqsfifo_lint.knowledge.receiving import EVENTS, RECEIVE_APIS
from sqsfifo_lint.knowledge.senders import Senders


class Aws(Hooks):
    """What is known of AWS while the code of one project is evaluated, from the first start to the last."""

    packages = AWS_PACKAGES  # the knowledge tables tell more of them than their code
    keys = ID_KEYS
    texts = frozenset({".fifo"})

    def __init__(self, senders: Senders | None = None, sources: Mapping[str, Source] | None = None) -> None:
        self.senders = senders or Senders()
        self.sources = sources or {}
        """By qualified name, what the configuration says that functions yield."""
        self.declarations = Declarations()
        self.feeding = Feeding()
        self.deliveries = Deliveries()
        self.routes = Routes()
        self._routed: tuple[tuple[str, str], ...] = ()
        """Functions that the routes send to a FIFO queue, each with its file."""
        self.brokers = taskiq.Brokers()
        self.named = NamedQueues()
        self._aliases: dict[object, Passed] = {}
        """The queues that kombu knows by another name."""
        self._signing = False
        """Some signature of Celery's was made."""
        self.tasks: dict[cst.CSTNode, Function] = {}
        """Functions with a decorator that makes tasks of them."""
        self._decorating: dict[cst.CSTNode, Arguments] = {}
        """What such decorators are called with."""

    def read_settings(self, machine: Machine) -> None:
        """Read what the project sets for a framework as a whole, before its code is evaluated."""
        self.routes = read_routes(machine, self._aliases)
        self._routed = tuple(tasks_of(machine, self.routes))

    def on_call(self, call: Call) -> Value | None:
        """What the configuration says of a function; the methods of clients and queues. Sends are noted."""
        if self.deliveries.any or isinstance(call.callee, External):
            self.deliveries.on_call(call)
        if self._signing and signatures.is_out_of_sight(call.callee):
            signatures.handed_out(call)
        match call.callee:
            case Member() as member if member.name in RECEIVE_APIS:
                received = self.deliveries.received(call, member)
                if received is None and not isinstance(member.receiver, Handle):
                    call.machine.notes.unresolved.add(member.name)
                return escape(call) if received is None else received
            case Member() as member:
                return clients.call_member(call, member, self.senders, self.declarations)
            case Signature() as signature:
                return signatures.called(call, signature, self.routes)
            case Kicker() as kicker:
                return taskiq.called(call, kicker, self.senders, self.brokers)
            case External(name=path):
                found = configured.of_outside(call, path, self.sources) if self.sources else None
                if found is not None:
                    return found
                if "()" not in path and taskiq.broker_at(path):
                    self.brokers.note(call, path)
                self.named.note(call, path)
                frameworks.note_external(call, path, self.senders, self.routes, self.named)
                self.deliveries.processed(call, path)
                if self.senders.is_decorator(path):
                    self._decorating[call.node] = call.arguments
                return None
        if self.senders.configured or self.sources:
            return configured.of_project(call, self.senders, self.sources)
        return None

    def on_outside(self, call: Call, name: str) -> Value | None:
        """What makes clients and typed dicts, what infrastructure libraries make, and Celery of signatures."""
        package, _, rest = name.partition(".")
        if package == "celery" and (last := rest.rpartition(".")[2]) in MAKING_SIGNATURES:
            self._signing = True
            return signatures.made(call, last)
        if package == "kombu" and rest in NAMED_QUEUES:
            return frameworks.named_queue(call, self._aliases)
        if isinstance(call.callee, External) and package.startswith("taskiq_"):
            return taskiq.same_broker(call.callee, name)
        if name.endswith(EVENTS) and call.arguments.positional:
            return call.arguments.positional[0].value
        if name.endswith("TypeDef") and package.startswith(STUB_PACKAGES):
            return call.again((External("builtins.dict"),))
        return clients.made(call, name, self.declarations, self.feeding)

    def on_method(
        self, machine: Machine, receivers: Value, name: str, arguments: Arguments, node: cst.CSTNode, state: State
    ) -> None:
        """A method that sends by way of a framework, or connects a queue."""
        connecting.called(self.declarations, receivers, name, arguments, node, state)
        if self.senders.knows(name) and not any(isinstance(r, Function) and taskiq.is_task(r) for r in receivers):
            frameworks.note_method(machine, receivers, name, arguments, node, state, self.senders, self.routes)
            if self._signing and any(isinstance(receiver, Function) for receiver in receivers):
                signatures.linked(machine, arguments, self.routes, node, state)

    def on_dict(self, machine: Machine, found: DictObject, node: cst.CSTNode, state: State) -> None:
        """An entry of a schedule; options of a transport; a state of a state machine."""
        if found.items.keys() >= SCHEDULE_KEYS:
            frameworks.note_schedule(machine, found, node, state)
        if RESOURCE in found.items:
            connecting.state(self.declarations, found, node, state)
        if PREDEFINED in found.items:
            for declared in predefined(machine, found, state):
                self.declarations.note(declared)

    def attribute(self, machine: Machine, holder: Abstract, name: str, node: cst.CSTNode, state: State) -> Value | None:
        """The attributes of clients and queues, and methods that may send."""
        if isinstance(holder, Handle):
            return clients.attribute(holder, name)
        if isinstance(holder, Signature) or (isinstance(holder, Function) and name in SIGNATURES):
            found = signatures.attribute(holder, name, node, state)
            self._signing = self._signing or found is not None
            if found is not None:
                return found
        if isinstance(holder, Kicker) or (isinstance(holder, Function) and taskiq.is_task(holder)):
            return taskiq.method(machine, holder, name, node, state)
        if isinstance(holder, Function):
            known = self.senders.knows(name)
            return machine.unknown(node, state, "not followed") if known else None
        return clients.member(machine, holder, name, node, state) if name in clients.CALLED_BY_NAME else None

    def on_or(self, machine: Machine, left: Value, right: Value, node: cst.CSTNode, state: State) -> Value:
        """A chain of Celery's."""
        return signatures.either(machine, left, right, node, state)

    def typed(self, annotation: External) -> Value:
        """Clients and resources by the names of their stubs; objects whose methods send."""
        if self.senders.has_methods(annotation.name):
            return (External(f"{annotation.name}()"),)
        return clients.typed(annotation.name)

    def decoration(self, found: External, node: cst.CSTNode) -> Decoration | None:
        """A decorator that makes a task of a function."""
        path = found.name
        if not self.senders.is_decorator(path):
            return None
        given = self._decorating.get(node, Arguments())
        if taskiq.broker_at(path):
            return taskiq.decoration(found, given, node, self.brokers)
        keywords = self.named.completed(found, given).keywords
        return Decoration(path, keywords, node, open_ended=bool(given.star or given.rest))

    def sent_by_name(self) -> Iterator[tuple[str, str]]:
        """Tasks for a FIFO queue: whatever sends them may lie in a file that holds no word of a send."""
        for task in self.tasks.values():
            if frameworks.is_for_fifo(task, self.routes):
                yield task.name, task.module.path
        yield from self.brokers.for_fifo
        yield from self._routed
        yield from self.deliveries.called

    def on_decorated(self, function: Function) -> None:
        """A task."""
        self.tasks[function.node] = function

    def handed_in(self, function: Function, parameter: cst.Param) -> Mark | None:
        """The event of a Lambda function."""
        return self.deliveries.handed_in(function, parameter)

    def read(self, machine: Machine, mark: Mark, step: str, node: cst.CSTNode, state: State) -> Mark | None:
        """What is read of messages."""
        return self.deliveries.read(machine, mark, step, node, state)

    def gives(self, value: Value, state: State) -> bool:
        """Messages."""
        return self.deliveries.any and bearing(value, state)

    def on_loop(self, machine: Machine, element: Value, node: cst.CSTNode, state: State) -> None:
        """A loop over messages."""
        self.deliveries.on_loop(machine, element, node, state)
