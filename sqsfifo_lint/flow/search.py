"""Which entries to evaluate: those that send, and their callers and constructions in sight, within bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import cached_property, partial
from itertools import islice

import libcst as cst

from sqsfifo_lint.deferred import DeferredBlock
from sqsfifo_lint.flow.classes import mro
from sqsfifo_lint.flow.entries import Entry, MentionIndex, Mentions, class_of, mentions, run_entry
from sqsfifo_lint.flow.machine import Machine, SendCall
from sqsfifo_lint.flow.state import Frame, State
from sqsfifo_lint.flow.values import ClassValue, Ref
from sqsfifo_lint.model import Problem, record
from sqsfifo_lint.project import Module, may_inherit
from sqsfifo_lint.syntax import Chunk, walk

MAX_HOPS = 8
"""Callers of callers that are looked for."""
MAX_CALLERS = 60
"""Entries that are evaluated because they name one function or class."""
MAX_STEPS = 25_000
"""Nodes evaluated in the callers of one sending entry; past it, further callers are not looked for."""
MAX_LOOKS = 20_000
"""Files that are searched for the names of functions and classes, each counted as often as it is."""
MAX_ALIASES = 3
"""Names of names: `SENDERS = {"live": push}`, `send = SENDERS["live"]`."""
MIN_STEPS = 200
"""What starting an entry counts for at least."""
MAX_OBJECTS = 8
"""Constructed objects, or subclasses, on which one method is evaluated."""

_WORD = re.compile(r"\w+")

Depends = Callable[[SendCall], Set[cst.CSTNode]]
"""Where what a send's IDs and queue are is handed in from out of sight: parameters, attributes."""


@record(eq=False)
class Run:
    """An entry and the sends that it reaches."""

    entry: Entry
    sends: tuple[SendCall, ...]
    unresolved: frozenset[str] = frozenset()
    """Names of methods that it calls on something unknown."""


def chain(frame: Frame) -> Iterator[Frame]:
    """The frame, its caller, and so on up to the entry."""
    current: Frame | None = frame
    while current is not None:
        yield current
        current = current.caller


def _passes_through(frame: Frame, node: cst.CSTNode) -> bool:
    """Whether a function was called on the way, other than as the entry itself."""
    return any(f.caller is not None and f.function is not None and f.function.node is node for f in chain(frame))


def root_of(frame: Frame) -> Frame:
    """The entry's frame."""
    return list(chain(frame))[-1]


def _parameters(function: cst.FunctionDef) -> Set[cst.CSTNode]:
    """Every parameter of a function."""
    several = function.params
    stars = (several.star_arg, several.star_kwarg)
    named = (*several.posonly_params, *several.params, *several.kwonly_params)
    return {*named, *(star for star in stars if isinstance(star, cst.Param))}


class Search:
    """Evaluates entries and, where a send depends on what is passed in, those that pass it."""

    def __init__(self, machine: Machine, modules: Sequence[Module], depends: Depends) -> None:
        self.machine = machine
        self.modules = modules
        self.depends = depends
        self.runs: dict[object, Run] = {}
        self.problems: dict[str, Problem] = {}
        self.looks = MAX_LOOKS
        self.allowance = MAX_STEPS
        self.superseded: dict[object, None] = {}
        self.resolved: set[object] = set()
        self.subclass_lists: dict[cst.ClassDef, list[ClassValue]] = {}
        self.on_objects: dict[object, tuple[SendCall, ...]] = {}
        self.mentions: dict[tuple[str, str], Mentions] = {}
        self.indexes: dict[Chunk, MentionIndex] = {}
        self.filled: set[DeferredBlock] = set()
        self.entries: dict[object, Entry] = {}
        self.searched: set[cst.CSTNode] = set()
        self.outside: dict[str, list[str]] = {}

    def sends(self, words: Mapping[str, str]) -> list[SendCall]:
        """Every send of the modules, along each path that is known of it.

        `words`: by these the functions that send are found, each with a text that their file holds besides.
        """
        for word in sorted(words):
            for entry in self._entries_naming(word):
                if words[word] not in entry.module.text:
                    continue
                self.allowance = MAX_STEPS
                self.resolve(entry, 0)
        found: list[SendCall] = []
        for key, run in self.runs.items():
            kept = run.sends if key not in self.superseded else [s for s in run.sends if not self.depends(s)]
            found.extend(kept)
        for sends in self.on_objects.values():
            found.extend(sends)
        seen = {send.node for send in found}
        for key in self.superseded:  # wrappers that only call each other: nobody outside calls them
            found.extend(send for send in self.runs[key].sends if send.node not in seen)
        return found

    def declarations(self, modules: Sequence[Module], words: Iterable[str], *, constructed: bool) -> None:
        """Evaluate what names a declaring callable in `modules`; the machine notes what is declared.

        With `constructed`, also what constructs the classes that do so: stacks hand each other their queues.
        """
        for word in words:
            for module in modules:
                entries = self._mentions(module, word).entries if word in module.text else ()
                for entry in entries:
                    self.allowance = MAX_STEPS
                    self._declare(entry, constructed)

    def _declare(self, entry: Entry, constructed: bool) -> None:
        if not constructed:
            if entry.key not in self.runs:
                self._guarded(entry, lambda: run_entry(self.machine, entry))  # whoever inherits it declares the same
            return
        self.run(entry)
        owner = self._class_of(entry) if entry.node is not None else None
        for maker in self._makers(owner, entry) if owner is not None else ():
            if self.allowance > 0:
                self.run(maker)

    def run(self, entry: Entry) -> Run:
        """Evaluate an entry, once."""
        if entry.key not in self.runs:
            self.runs[entry.key] = Run(entry, ())  # ends mutual wrappers
            sends = self._evaluate(entry)
            self.runs[entry.key] = Run(entry, sends, frozenset(self.machine.unresolved))
            self.allowance -= max(MIN_STEPS, self.machine.used)
        return self.runs[entry.key]

    def _evaluate(self, entry: Entry) -> tuple[SendCall, ...]:
        return self._guarded(entry, lambda: self._evaluated(entry))

    def _guarded(self, entry: Entry, evaluated: Callable[[], tuple[SendCall, ...]]) -> tuple[SendCall, ...]:
        """The sends that an entry reaches; none, and a note in `problems`, where its code is nested too deeply."""
        try:
            return evaluated()
        except RecursionError:
            self._note_depth(entry)
            return ()

    def _note_depth(self, entry: Entry) -> None:
        path = entry.module.path
        message = "nested too deeply for the analysis: what it sends is not checked"
        line = 0 if entry.node is None else entry.chunk.span(entry.node).line
        self.problems.setdefault(path, Problem(path, message, line, min(line, 1)))

    def _evaluated(self, entry: Entry) -> tuple[SendCall, ...]:
        owner = class_of(self.machine, entry) if entry.node is not None else None
        if owner is None or entry.node is None:
            return run_entry(self.machine, entry)
        found: list[SendCall] = []
        for cls in self._receivers(owner, entry.node):
            found.extend(run_entry(self.machine, entry, cls))
        return tuple(found)

    def resolve(self, entry: Entry, hops: int) -> None:
        """Evaluate an entry, and those above it on which its sends depend."""
        if entry.key in self.resolved:
            return
        self.resolved.add(entry.key)
        run = self.run(entry)
        handed_in = {node for send in run.sends for node in self.depends(send)}
        if entry.node is None or hops >= MAX_HOPS or not handed_in:
            return
        # Where everything comes in by the method's own parameters, it is no matter what its object holds.
        owner = self._class_of(entry) if not handed_in <= _parameters(entry.node) else None
        makers = self._makers(owner, entry) if owner is not None else ()
        reaching: list[Entry] = []
        others = False
        for caller in dict.fromkeys((*self._mentioning_entries(entry.node.name.value, entry), *makers)):
            if self.allowance <= 0:
                break
            found = self.run(caller)
            if any(_passes_through(s.frame, entry.node) for s in found.sends):
                reaching.append(caller)
            others = others or entry.node.name.value in found.unresolved
        if reaching:
            if not others:  # else it may also be called with what we cannot see
                self.superseded[entry.key] = None
            for caller in reaching:
                self.resolve(caller, hops + 1)
        elif owner is not None:
            self._on_constructed(entry, owner, hops)

    def _mentioning_entries(self, word: str, but: Entry) -> Iterator[Entry]:
        """Entries, other than `but`, in which an identifier occurs; some, when there are very many."""
        several = (entry for entry in self._entries_naming(word, but.module.path) if entry.key != but.key)
        return islice(several, MAX_CALLERS)

    def _modules_with(
        self, word: str, target: str | None, wanted: Callable[[bytes], bool] = lambda data: True
    ) -> Iterator[Module]:
        """The modules in which `word` stands; with `target`, only those that import the file at that path.

        `wanted` decides, by its content, whether a file that holds no send is parsed.
        """
        if word.startswith("__") and word.endswith("__"):
            return
        project = self.machine.project
        importers = project.files.importers(target) if target is not None else None
        for module in self.words.get(word, []):
            if importers is None or module.path in importers:
                yield module
        for path in self._outside(target) if target is not None else ():
            if self.looks <= 0:
                return
            self.looks -= 1
            data = project.files.data(path) or b""
            if word.encode() in data and wanted(data):
                found = project.module(path)
                if found is not None:
                    yield found

    def _outside(self, target: str) -> list[str]:
        """The files that import the one at `target` and hold no send."""
        if target not in self.outside:
            self.outside[target] = sorted(
                self.machine.project.files.importers(target) - self.machine.project.sources.keys()
            )
        return self.outside[target]

    @cached_property
    def words(self) -> dict[str, list[Module]]:
        """For each word, the modules in whose text it stands."""
        found: dict[str, list[Module]] = {}
        for module in self.modules:
            for word in set(_WORD.findall(module.text)):
                found.setdefault(word, []).append(module)
        return found

    def _entries_naming(self, word: str, target: str | None = None) -> Iterator[Entry]:
        """Entries in which an identifier occurs, or a name under which what it stands for is kept.

        Where `target` is given, only those in files that import the file at that path, itself or through others.
        """
        words, seen = [word], {word}
        for _ in range(MAX_ALIASES):
            aliases: list[str] = []
            for one in words:
                for module in self._modules_with(one, target):
                    found = self._mentions(module, one)
                    yield from found.entries
                    aliases.extend(sorted(found.aliases))
            words = [alias for alias in dict.fromkeys(aliases) if alias not in seen]
            seen.update(words)

    def _indexes(self, chunk: Chunk, word: str) -> Iterator[MentionIndex]:
        if chunk not in self.indexes:
            self.indexes[chunk] = MentionIndex()
            self._fill(self.indexes[chunk], chunk, [chunk.module])
        yield self.indexes[chunk]
        for body, index in self.indexes[chunk].bodies.items():
            if word in body.text:
                if body not in self.filled:
                    self.filled.add(body)
                    self._fill(index, chunk, body.body)
                yield index

    def _fill(self, index: MentionIndex, chunk: Chunk, nodes: Iterable[cst.CSTNode]) -> None:
        try:
            for node in nodes:
                walk(node, index)
        except RecursionError:
            message = "nested too deeply for the analysis: what it sends is not checked"
            self.problems.setdefault(chunk.path, Problem(chunk.path, message, chunk.first_line, 1))

    def _mentions(self, module: Module, word: str) -> Mentions:
        key = (module.path, word)
        if key not in self.mentions:
            found = mentions(module, word, self._indexes)
            known = tuple(self.entries.setdefault(entry.key, entry) for entry in found.entries)
            self.mentions[key] = Mentions(known, found.aliases)
        return self.mentions[key]

    # -- classes

    def _class_of(self, entry: Entry) -> ClassValue | None:
        try:
            return class_of(self.machine, entry)
        except RecursionError:
            return None

    def _receivers(self, owner: ClassValue, method: cst.FunctionDef) -> list[ClassValue]:
        """The classes on whose objects the method may be called: those that inherit it, else its own."""
        below = [c for c in self._subclasses(owner) if not _overrides(c, owner, method.name.value)]
        return below[:MAX_OBJECTS] or [owner]

    def _subclasses(self, owner: ClassValue) -> list[ClassValue]:
        if owner.node not in self.subclass_lists:
            self.subclass_lists[owner.node] = []
            self.subclass_lists[owner.node] = list(self._find_subclasses(owner))
        return self.subclass_lists[owner.node]

    def _find_subclasses(self, owner: ClassValue) -> Iterator[ClassValue]:
        inherits = partial(may_inherit, name=owner.name)
        for module in self._modules_with(owner.name, owner.module.path, inherits):
            for chunk in module.chunks:
                if chunk.imports or owner.name not in chunk.text or not inherits(chunk.text.encode()):
                    continue
                for name in chunk.names:
                    for value in self.machine.global_value(module, name) or ():
                        if isinstance(value, ClassValue) and any(c.node is owner.node for c in mro(value)[0][1:]):
                            yield value

    def _makers(self, owner: ClassValue, entry: Entry) -> Iterator[Entry]:
        """Entries that name the class, or one that inherits from it."""
        for cls in [owner, *self._subclasses(owner)]:
            yield from self._mentioning_entries(cls.name, entry)

    def _on_constructed(self, entry: Entry, owner: ClassValue, hops: int) -> None:
        """Evaluate a method on the objects that are constructed in sight."""
        nodes = {owner.node, *(c.node for c in self._subclasses(owner))}
        objects = self._objects(nodes, hops)
        if not objects:
            return
        self.superseded[entry.key] = None
        found: list[SendCall] = []
        for reference, state in objects[:MAX_OBJECTS]:
            with suppress(RecursionError):
                found.extend(run_entry(self.machine, entry, (reference, state)))
        self.on_objects[entry.key] = tuple(found)

    def _objects(self, nodes: set[cst.ClassDef], hops: int) -> list[tuple[Ref, State]]:
        made = [one for node in nodes for one in self.machine.constructed.get(node, ())]
        for _, state in made:
            top = root_of(state.frame)
            if top.function is not None and hops < MAX_HOPS and isinstance(top.function.node, cst.FunctionDef):
                self._run_callers_of(top.function.node, top.module.path)
        made = [one for node in nodes for one in self.machine.constructed.get(node, ())]
        kept: dict[object, tuple[Ref, State]] = {}
        for reference, state in made:
            top = root_of(state.frame)
            called = top.function is not None and any(_passes_through(s.frame, top.function.node) for _, s in made)
            if not called:
                kept[reference] = (reference, state)
        return list(kept.values())

    def _run_callers_of(self, node: cst.FunctionDef, path: str) -> None:
        if node in self.searched:
            return
        self.searched.add(node)
        for entry in islice(self._entries_naming(node.name.value, path), MAX_CALLERS):
            if entry.key is not node and self.allowance > 0:
                self.run(entry)


def _overrides(cls: ClassValue, owner: ClassValue, method: str) -> bool:
    """Whether a class between `cls` and `owner` has a method of its own of this name."""
    for candidate in mro(cls)[0]:
        if candidate.node is owner.node:
            return False
        if any(isinstance(s, cst.FunctionDef) and s.name.value == method for s in candidate.node.body.body):
            return True
    return False
