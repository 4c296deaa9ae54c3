"""Which starts to evaluate: those that send, and their callers and constructions in sight, within bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import partial

import libcst as cst

from sqsfifo_lint.flow.bounds import (
    MAX_CALLERS,
    MAX_HOPS,
    MAX_NOTED,
    MAX_OBJECTS,
    MAX_SEARCH_STEPS,
    MIN_SEARCH_STEPS,
)
from sqsfifo_lint.flow.classes import class_body, methods_of, mro
from sqsfifo_lint.flow.context import Ref
from sqsfifo_lint.flow.machine import Machine
from sqsfifo_lint.flow.mentions import TOO_DEEP, Mentions
from sqsfifo_lint.flow.notes import Noted
from sqsfifo_lint.flow.registered import Kept, holders, keepers, keepers_by_argument, keepers_by_call
from sqsfifo_lint.flow.starts import Receiver, Start, class_of, run_start
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import ClassValue, InstanceObject
from sqsfifo_lint.met import beyond, first, met, watched
from sqsfifo_lint.model import Problem
from sqsfifo_lint.records import record, replace
from sqsfifo_lint.source.project import Module, may_inherit
from sqsfifo_lint.source.stack import or_larger
from sqsfifo_lint.source.walk import descendants, parameters, positional
from sqsfifo_lint.source.words import is_handed_over
from sqsfifo_lint.steps import step

TOO_MANY = f"one function makes more than {MAX_NOTED} calls that may send: those from here on are not checked"
"""Says a `Problem` of a file with such a function."""

_KEEP_CALLERS_OUT = frozenset({"MAX_SEARCH_STEPS", "MAX_CALLERS", "MAX_LOOKS", "MAX_ALIASES"})
"""Bounds beyond which callers of a function are not seen."""

_ASKS_BY_NAME = re.compile(r"getattr\(self(?!\s*,\s*(?:\"\w*\"|'\w*')\s*[,)])")
"""An object is asked for an attribute by a name that is put together. One that is written out is found where it is."""

Depends = Callable[[Noted], Set[cst.CSTNode]]
"""Where what a send's IDs and queue are is handed in from out of sight: parameters, attributes."""


@record(eq=False)
class Run:
    """A start and the sends that it reaches."""

    start: Start
    sends: tuple[Noted, ...]
    unresolved: frozenset[str] = frozenset()
    """Names of methods that it calls on something unknown."""
    gives: bool = False
    """It returns something that is yet to be called."""


def _passes_through(frame: Frame, node: cst.CSTNode) -> bool:
    """Whether a function was called on the way, other than as the start itself."""
    return any(f.caller is not None and f.function is not None and f.function.node is node for f in frame.outward())


class Search:
    """Evaluates starts and, where a send depends on what is passed in, those that pass it."""

    def __init__(self, machine: Machine, modules: Sequence[Module], depends: Depends) -> None:
        self.machine = machine
        self.depends = depends
        self.runs: dict[object, Run] = {}
        self.problems: dict[str, Problem] = {}
        self.allowance = MAX_SEARCH_STEPS
        self.superseded: dict[object, None] = {}
        self.resolved: set[object] = set()
        self.subclass_lists: dict[cst.ClassDef, list[ClassValue]] = {}
        self.on_objects: dict[object, tuple[Noted, ...]] = {}
        self.mentions = Mentions(machine.project, modules, self.problems)
        self.searched: set[cst.CSTNode] = set()

    def sends(self, words: Mapping[str, str]) -> list[Noted]:
        """Every send of the modules, along each path that is known of it.

        `words`: by these the functions that send are found, each with a text that their file holds besides.
        """
        for word in sorted(words):
            for start in self.mentions.starts(word, beside=words[word]):
                self.allowance = MAX_SEARCH_STEPS
                self.resolve(start, 0)
                step("functions evaluated", len(self.runs))
        known: dict[tuple[str, str], None] = {}
        while further := [one for one in self.machine.hooks.sent_by_name() if one not in known]:
            known.update(dict.fromkeys(further))
            for name, path in further:
                for start in self._naming(name, path):
                    self.allowance = MAX_SEARCH_STEPS
                    self.resolve(start, 0)
        found: list[Noted] = []
        for key, run in self.runs.items():
            kept = run.sends if key not in self.superseded else [s for s in run.sends if not self.depends(s)]
            found.extend(kept)
        for sends in self.on_objects.values():
            found.extend(sends)
        seen = {send.node for send in found}
        for key in self.superseded:  # wrappers that only call each other: nobody outside calls them
            found.extend(send for send in self.runs[key].sends if send.node not in seen)
        self._note_unseen({send.node for send in found})
        return found

    def _note_unseen(self, seen: Set[cst.CSTNode]) -> None:
        """Say that there are calls which no start noted, since it noted too many others before."""
        for node, chunk in self.machine.notes.beyond.items():
            if node not in seen and chunk.path not in self.problems:
                place = chunk.span(node)
                self.problems[chunk.path] = Problem(chunk.path, TOO_MANY, place.line, place.column)

    def declarations(self, modules: Sequence[Module], words: Iterable[str], *, constructed: bool) -> None:
        """Evaluate what names a declaring callable in `modules`; the machine notes what is declared.

        With `constructed`, also what constructs the classes that do so: stacks hand each other their queues.
        """
        for word in words:
            for module in modules:
                for start in self.mentions.starts_in(module, word):
                    self.allowance = MAX_SEARCH_STEPS
                    self._declare(start, constructed)

    def _declare(self, start: Start, constructed: bool) -> None:
        if not constructed:
            if start.key not in self.runs:
                self._guarded(start, lambda: run_start(self.machine, start))  # whoever inherits it declares the same
            return
        self.run(start)
        owner = self._class_of(start) if start.node is not None else None
        for maker in self._makers(owner, start) if owner is not None else ():
            if self.allowance > 0:
                self.run(maker)

    def run(self, start: Start) -> Run:
        """Evaluate a start, once."""
        if start.key not in self.runs:
            self.runs[start.key] = Run(start, ())  # ends mutual wrappers
            sends = tuple(s for s in self._evaluate(start) if self._counts(start.module.path, s.frame.module.path))
            notes = self.machine.notes
            self.runs[start.key] = Run(start, sends, frozenset(notes.unresolved), notes.gives)
            self.allowance -= max(MIN_SEARCH_STEPS, self.machine.budget.used)
        return self.runs[start.key]

    def _evaluate(self, start: Start) -> tuple[Noted, ...]:
        return self._guarded(start, lambda: self._on_receivers(start))

    def _guarded(self, start: Start, evaluated: Callable[[], tuple[Noted, ...]]) -> tuple[Noted, ...]:
        """The sends that a start reaches; none, and a note in `problems`, where its code is nested too deeply."""
        try:
            return or_larger(evaluated)
        except RecursionError:
            self._note_depth(start)
            return ()

    def _note_depth(self, start: Start) -> None:
        path = start.module.path
        line = 0 if start.node is None else start.chunk.span(start.node).line
        self.problems.setdefault(path, Problem(path, TOO_DEEP, line, min(line, 1)))

    def _on_receivers(self, start: Start) -> tuple[Noted, ...]:
        """Evaluate a start; a method, on an object of each class that inherits it."""
        owner = class_of(self.machine, start) if start.node is not None else None
        if owner is None or start.node is None:
            return run_start(self.machine, start)
        found: list[Noted] = []
        for receiver in self._receivers(owner, start.node):
            found.extend(run_start(self.machine, start, receiver))
        return tuple(found)

    def resolve(self, start: Start, hops: int) -> None:
        """Evaluate a start, and those above it on which its sends depend."""
        if start.key in self.resolved:
            return
        self.resolved.add(start.key)
        run = self.run(start)
        handed_in = {node for send in run.sends for node in self.depends(send)}
        if start.node is None:
            return
        if hops >= MAX_HOPS:
            if handed_in:
                self._tell(handed_in, [met("MAX_HOPS")])
            return
        if not handed_in:
            if run.gives and all(one.given_on for one in run.sends):
                self._use(start, start.node, hops)
            return
        # Where everything comes in by the method's own parameters, what its object holds does not matter.
        owner = self._class_of(start) if not handed_in <= {*parameters(start.node)} else None
        made = owner or self._asking_by_name(start)
        makers = self._makers(made, start) if made is not None else ()
        with watched() as counts:
            reaching, others = self._reaching(start, start.node, makers)
        cut = [beyond(bound) for bound in counts if bound in _KEEP_CALLERS_OUT]
        if cut:  # then it is also called with what we cannot see
            others = True
            self._tell(handed_in, cut)
        if reaching:
            if not others:  # else it may also be called with what we cannot see
                self.superseded[start.key] = None
            for caller in reaching:
                self.resolve(caller, hops + 1)
        elif owner is not None:
            self._on_constructed(start, owner, hops)

    def _reaching(self, start: Start, node: cst.FunctionDef, makers: Iterable[Start]) -> tuple[list[Start], bool]:
        """Those that reach a start's sends through it, and whether others may that call something unknown."""
        name, reaching, others = node.name.value, list[Start](), False
        for caller in dict.fromkeys((*self._mentioning_starts(name, start), *self._dispatching(start, node), *makers)):
            if self.allowance <= 0:
                met("MAX_SEARCH_STEPS")
                break
            found = self.run(caller)
            if any(_passes_through(s.frame, node) for s in found.sends):
                reaching.append(caller)
            others = others or name in found.unresolved
        return reaching, others

    def _tell(self, handed_in: Iterable[cst.CSTNode], words: Sequence[str]) -> None:
        """Note of what is handed in that some who do it were not looked for."""
        for node in handed_in:
            self.machine.notes.unseen.setdefault(node, ", ".join(words))

    def _use(self, start: Start, node: cst.FunctionDef, hops: int) -> None:
        """Evaluate those that may call what a start gives them."""
        for caller in self._mentioning_starts(node.name.value, start):
            if self.allowance > 0 and self.run(caller).sends:
                self.resolve(caller, hops + 1)

    def _mentioning_starts(self, word: str, but: Start) -> Iterator[Start]:
        """Starts, other than `but`, in which an identifier occurs; some, when there are very many."""
        if word == "_":  # a name for what nobody will name
            return iter(())
        several = (start for start in self._naming(word, but.module.path) if start.key != but.key)
        return first(several, MAX_CALLERS, "MAX_CALLERS")

    def _dispatching(self, start: Start, node: cst.FunctionDef) -> Iterator[Start]:
        """Starts that name what keeps a function: see `registered`."""
        name = node.name.value
        owner = self._class_of(start) if start.classes and node.decorators else None
        frame = self.machine.import_frame(start.module, start.chunk)
        around = class_body(self.machine, owner, self.machine.fresh_state(frame)) if owner is not None else {}
        naming = first(self._naming(name, start.module.path), MAX_CALLERS, "MAX_CALLERS") if name != "_" else ()
        handing = [found for found in naming if is_handed_over(name, _text_of(found))]
        by_calls = (
            kept
            for found in handing
            if found.key != start.key
            for kept in keepers_by_call(self.machine, found.module, _code_of(found, name), name)
        )
        handed = self._handed_to_holders(handing, name)
        for word, home in dict.fromkeys((*keepers(self.machine, start.module, node, around), *by_calls, *handed)):
            several = (found for found in self._naming(word, home) if found.key != start.key)
            yield from first(several, MAX_CALLERS, "MAX_CALLERS")

    def _handed_to_holders(self, handing: Sequence[Start], name: str) -> Iterator[Kept]:
        """The names of what a function is handed to where that is given to a constructor, or to another function."""
        for found in handing:
            if found.node is None:
                continue
            for holder in dict.fromkeys(holders(found.node, name)):
                callee, index = _taking(found, found.node, holder)
                for maker in first(self._naming(callee, found.module.path), MAX_CALLERS, "MAX_CALLERS"):
                    code = _code_of(maker, callee)
                    yield from keepers_by_argument(self.machine, maker.module, code, callee, holder, index)

    def _naming(self, word: str, path: str) -> Iterator[Start]:
        """Starts in which an identifier of the file at `path` occurs; of tests, only if that is one."""
        return (start for start in self.mentions.starts(word, path) if self._counts(start.module.path, path))

    def _counts(self, caller: str, path: str) -> bool:
        return self.machine.project.counts(caller, path)

    # -- classes

    def _class_of(self, start: Start) -> ClassValue | None:
        try:
            return or_larger(lambda: class_of(self.machine, start))
        except RecursionError:
            return None

    def _asking_by_name(self, start: Start) -> ClassValue | None:
        """The class of a method, if its objects may ask for the method by a name: `getattr(self, f"on_{kind}")`."""
        owner = self._class_of(start) if start.classes else None
        asks = owner is not None and any(_ASKS_BY_NAME.search(cls.chunk.text) for cls in mro(owner)[0])
        return owner if asks else None

    def _receivers(self, owner: ClassValue, method: cst.FunctionDef) -> Sequence[Receiver]:
        """The classes on whose objects the method may be called: those that inherit it, else its own."""
        below = [c for c in self._subclasses(owner) if not _overrides(c, owner, method.name.value)]
        return _some(below) or [owner]

    def _subclasses(self, owner: ClassValue) -> list[ClassValue]:
        if owner.node not in self.subclass_lists:
            self.subclass_lists[owner.node] = []
            self.subclass_lists[owner.node] = list(self._find_subclasses(owner))
        return self.subclass_lists[owner.node]

    def _find_subclasses(self, owner: ClassValue) -> Iterator[ClassValue]:
        inherits = partial(may_inherit, name=owner.name)
        for module in self.mentions.modules(owner.name, owner.module.path, inherits):
            if not self._counts(module.path, owner.module.path):
                continue
            for chunk in module.chunks:
                if chunk.imports or owner.name not in chunk.text or not inherits(chunk.text.encode()):
                    continue
                for name in chunk.names:
                    for value in self.machine.global_value(module, name) or ():
                        if isinstance(value, ClassValue) and any(c.node is owner.node for c in mro(value)[0][1:]):
                            yield value

    def _makers(self, owner: ClassValue, start: Start) -> Iterator[Start]:
        """Starts that name the class, or one that inherits from it."""
        for cls in [owner, *self._subclasses(owner)]:
            yield from self._mentioning_starts(cls.name, start)

    def _on_constructed(self, start: Start, owner: ClassValue, hops: int) -> None:
        """Evaluate a method on the objects that are constructed in sight."""
        nodes = {owner.node, *(c.node for c in self._subclasses(owner))}
        objects = self._objects(nodes, hops, owner.module.path)
        if start.node is not None:
            objects = [one for one in objects if not _is_for_another(*one, start.node.name.value)]
        if not objects:
            return
        self.superseded[start.key] = None
        found: list[Noted] = []
        for receiver in _some(objects):
            with suppress(RecursionError):
                found.extend(or_larger(partial(run_start, self.machine, start, receiver)))
        self.on_objects[start.key] = tuple(found)

    def _objects(self, nodes: set[cst.ClassDef], hops: int, path: str) -> list[tuple[Ref, State]]:
        made = [one for node in nodes for one in self.machine.classes.constructed.get(node, ())]
        for _, state in made:
            top = state.frame.start
            if not self._counts(top.module.path, path):
                continue
            if top.function is not None and hops < MAX_HOPS and isinstance(top.function.node, cst.FunctionDef):
                self._run_callers_of(top.function.node, top.module.path)
        made = [one for node in nodes for one in self.machine.classes.constructed.get(node, ())]
        made = [(reference, state) for reference, state in made if self._counts(state.frame.start.module.path, path)]
        kept: dict[object, tuple[Ref, State]] = {}
        for reference, state in made:
            top = state.frame.start
            called = top.function is not None and any(_passes_through(s.frame, top.function.node) for _, s in made)
            if not called:
                kept[reference] = (reference, self._returned(reference, state))
        return list(kept.values())

    def _returned(self, reference: Ref, state: State) -> State:
        """The state in which an object was made; in it, whether it is returned to somebody out of sight.

        A function that code in sight names may be called by it, or handed on, for each request.
        """
        top, found = state.frame.start, state.at(reference)
        if not isinstance(found, InstanceObject) or not any(reference in value for value, _ in top.returns):
            return state
        function = top.function
        if function is None or not isinstance(function.node, cst.FunctionDef) or not _is_plain(function.node):
            return state
        name = function.node.name.value
        for start in self._naming(name, top.module.path):
            if start.node is None or start.node.name.value != name:  # not just a definition of that name
                return state
        changed = state.copy()
        changed.heap[reference] = replace(found, returned=True)
        return changed

    def _run_callers_of(self, node: cst.FunctionDef, path: str) -> None:
        if node in self.searched:
            return
        self.searched.add(node)
        for start in first(self._naming(node.name.value, path), MAX_CALLERS, "MAX_CALLERS"):
            if start.key is not node and self.allowance > 0:
                self.run(start)


def _some(receivers: Sequence[Receiver]) -> Sequence[Receiver]:
    """As many receivers as are looked at, and one for the others: who knows what these hold."""
    if len(receivers) <= MAX_OBJECTS:
        return receivers
    return [*receivers[:MAX_OBJECTS], met("MAX_OBJECTS")]


def _code_of(start: Start, name: str) -> Iterator[cst.CSTNode]:
    """What runs of a start and may hold a name: its body, or a module's own statements."""
    if start.node is not None:
        yield start.node.body
    elif not start.classes:
        yield from (c.module for c in start.module.chunks if c.executes and not c.imports and name in c.text)


def _text_of(start: Start) -> str:
    """The text in which a start stands."""
    return start.chunk.text if start.node is not None else start.module.text


def _taking(start: Start, node: cst.FunctionDef, parameter: str) -> tuple[str, int | None]:
    """What is called with something for a parameter of a start, or of its class's constructor, and its index there."""
    if start.classes and parameter not in {p.name.value for p in parameters(node)}:
        node = next((m for m in methods_of(start.classes[-1]) if m.name.value == "__init__"), node)
    named = [p.name.value for p in positional(node)][bool(start.classes) :]
    constructs = start.classes and node.name.value == "__init__"
    callee = start.classes[-1].name if constructs else node.name
    return callee.value, named.index(parameter) if parameter in named else None


def _is_for_another(reference: Ref, state: State, method: str) -> bool:
    """Whether an object is made to call another method of it at once, and nobody keeps it: `Sender(url).close()`."""
    found = state.at(reference)
    made = found.context.opened_by if isinstance(found, InstanceObject) and found.context else None
    if not isinstance(made, cst.Call):
        return False
    asked = (n for n in descendants(state.frame.chunk.module) if isinstance(n, cst.Attribute) and n.value is made)
    return any(node.attr.value != method for node in asked)


def _is_plain(definition: cst.FunctionDef) -> bool:
    """Whether nothing but its being a method decorates a function: whatever else does may call it."""
    names = [d.decorator.value for d in definition.decorators if isinstance(d.decorator, cst.Name)]
    return len(names) == len(definition.decorators) and {*names} <= {"classmethod", "staticmethod"}


def _overrides(cls: ClassValue, owner: ClassValue, method: str) -> bool:
    """Whether a class between `cls` and `owner` has a method of its own of this name."""
    for candidate in mro(cls)[0]:
        if candidate.node is owner.node:
            return False
        if any(m.name.value == method for m in methods_of(candidate.node)):
            return True
    return False
