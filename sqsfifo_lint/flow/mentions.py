"""Where functions and classes are named: the starts in which an identifier, or a string that could be one, occurs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import libcst as cst

from sqsfifo_lint.flow.bounds import MAX_ALIASES, MAX_LOOKS, MAX_MENTION
from sqsfifo_lint.flow.starts import Start
from sqsfifo_lint.met import met
from sqsfifo_lint.model import Problem
from sqsfifo_lint.records import record
from sqsfifo_lint.source.chunks import Chunk
from sqsfifo_lint.source.fast_cst import DeferredBlock
from sqsfifo_lint.source.project import Module, Project
from sqsfifo_lint.source.walk import targets, walk
from sqsfifo_lint.source.words import stands_in

TOO_DEEP = "nested too deeply for the analysis: what it sends is not checked"
"""Says a `Problem` of a statement whose tree is deeper than Python's stack."""

_WORD = re.compile(r"\w+")


# -- in one statement


@record()
class Mention:
    """Where an identifier occurs: the outermost function (None: a module's or class's body), the classes around it."""

    function: cst.FunctionDef | None
    classes: tuple[cst.ClassDef, ...]
    aliases: tuple[str, ...]
    """Names under which what it stands for is kept: `send` of `send = client.send_message`."""


_TOLD_OF = frozenset(
    {cst.Name, cst.SimpleString, cst.FunctionDef, cst.ClassDef, cst.Call, cst.Assign, cst.AnnAssign, cst.Lambda}
    | {DeferredBlock, cst.Decorator}
)
"""The nodes that an index of mentions looks at."""


class MentionIndex(cst.CSTVisitor):
    """Notes every identifier, and every string that could be one, of a top-level statement.

    Deferred bodies are passed over: `bodies` holds an index for each, to be filled when somebody needs it.
    """

    def __init__(self, classes: Sequence[cst.ClassDef] = (), function: cst.FunctionDef | None = None) -> None:
        self.found: dict[str, list[Mention]] = {}
        """By the identifier. Some more than once; those of one function are mostly one object."""
        self.classes = list(classes)
        self.function = function
        self.bodies: dict[DeferredBlock, MentionIndex] = {}
        self.assignments: list[cst.Assign | cst.AnnAssign] = []
        self.called: set[cst.CSTNode] = set()
        self.lambdas = 0
        self._decorated: cst.FunctionDef | None = None
        """The function whose decorators are being looked at."""
        self._here: Mention | None = None
        """What names that are kept nowhere are noted as, until a function or class begins or ends."""

    def on_visit(self, node: cst.CSTNode) -> bool:
        if type(node) not in _TOLD_OF:
            return True  # nearly all; LibCST's classes are abstract ones, and `match` on them takes long
        match node:
            case cst.Name():
                self._note(node.value, node)
                return False
            case cst.SimpleString():
                if len(node.value) < MAX_MENTION:
                    self._note(node.value.strip("'\""), node)
                return False
            case cst.FunctionDef():
                if self.function is None:
                    self.function = node
                    self._here = None
            case cst.ClassDef():
                if self.function is None:
                    self.classes.append(node)
                    self._here = None
            case cst.Call(func=cst.Name() as name) | cst.Call(func=cst.Attribute(attr=name)):
                self.called.add(name)
            case cst.Assign() | cst.AnnAssign():
                self.assignments.append(node)
            case cst.Lambda():
                self.lambdas += 1
            case cst.Decorator():
                if self.function is not None and any(node is one for one in self.function.decorators):
                    self._decorated, self.function, self._here = self.function, None, None  # it runs outside
            case DeferredBlock():
                self.bodies[node] = MentionIndex(self.classes, self.function)
                return False
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self._decorated is not None and type(original_node) is cst.Decorator:
            self.function, self._decorated, self._here = self._decorated, None, None
        elif original_node is self.function:
            self.function = self._here = None
        elif self.classes and original_node is self.classes[-1]:
            self.classes.pop()
            self._here = None
        elif self.assignments and original_node is self.assignments[-1]:
            self.assignments.pop()
        elif type(original_node) is cst.Lambda:
            self.lambdas -= 1

    def _note(self, word: str, node: cst.CSTNode) -> None:
        if self.assignments and (node not in self.called or self.lambdas):
            mention = Mention(self.function, tuple(self.classes), tuple(_kept_as(self.assignments[-1])))
        else:
            mention = self._here = self._here or Mention(self.function, tuple(self.classes), ())
        several = self.found.setdefault(word, [])
        if not several or several[-1] is not mention:
            several.append(mention)


def _kept_as(assignment: cst.Assign | cst.AnnAssign) -> Iterator[str]:
    """The names of the variables and attributes that an assignment sets, or whose items it sets."""
    for target in targets(assignment):
        match target:
            case cst.Name():
                yield target.value
            case cst.Attribute():
                yield target.attr.value
            case cst.Subscript(value=cst.Name() as holder) | cst.Subscript(value=cst.Attribute(attr=holder)):
                yield holder.value


# -- in the modules


@record()
class Mentioned:
    """Where an identifier occurs in a module: starts, and other names under which what it stands for is kept."""

    starts: tuple[Start, ...]
    aliases: frozenset[str]


class Mentions:
    """Where identifiers occur in the modules that are analysed, and in the files that import these.

    Notes in `problems`, by path, which files are nested too deeply to be looked into.
    """

    def __init__(self, project: Project, modules: Sequence[Module], problems: dict[str, Problem]) -> None:
        self._project = project
        self._modules = modules
        self._problems = problems
        self._looks = MAX_LOOKS
        self._indexes: dict[Chunk, MentionIndex] = {}
        self._filled: set[DeferredBlock] = set()
        self._found: dict[tuple[str, str], Mentioned] = {}
        self._starts: dict[object, Start] = {}
        self._outside: dict[str, list[str]] = {}

    def starts(self, word: str, target: str | None = None, *, beside: str = "") -> Iterator[Start]:
        """The starts in which an identifier occurs, or a name under which what it stands for is kept.

        Where `target` is given, only those in files that import the file at that path, itself or through others. With
        `beside`, only files are looked into that hold this text, too.
        """
        words, seen = [word], {word}
        for _ in range(MAX_ALIASES):
            aliases: list[str] = []
            for one in words:
                for module in self.modules(one, target):
                    if beside not in module.text:
                        continue
                    found = self._of(module, one)
                    yield from found.starts
                    aliases.extend(sorted(found.aliases))
            words = [alias for alias in dict.fromkeys(aliases) if alias not in seen]
            seen.update(words)
        if words:
            met("MAX_ALIASES")

    def starts_in(self, module: Module, word: str) -> tuple[Start, ...]:
        """The starts of one module in which an identifier occurs."""
        return self._of(module, word).starts if word in module.text else ()

    def modules(
        self, word: str, target: str | None, wanted: Callable[[bytes], bool] = lambda data: True
    ) -> Iterator[Module]:
        """The modules in which `word` stands; with `target`, only those that import the file at that path.

        `wanted` decides, by its content, whether a file that holds no send is parsed.
        """
        if word.startswith("__") and word.endswith("__"):
            return
        importers = self._project.files.importers(target) if target is not None else None
        for module in self._words.get(word, []):
            if importers is None or module.path in importers:
                yield module
        for path in self._outside_of(target) if target is not None else ():
            if self._looks <= 0:
                met("MAX_LOOKS")
                return
            self._looks -= 1
            data = self._project.files.data(path) or b""
            if word.encode() in data and wanted(data):
                found = self._project.module(path)
                if found is not None:
                    yield found

    @cached_property
    def _words(self) -> Mapping[str, list[Module]]:
        """For each word, the modules in whose text it stands."""
        found: dict[str, list[Module]] = {}
        for module in self._modules:
            for word in set(_WORD.findall(module.text)):
                found.setdefault(word, []).append(module)
        return found

    def _outside_of(self, target: str) -> list[str]:
        """The files that import the one at `target` and hold no send."""
        if target not in self._outside:
            self._outside[target] = sorted(self._project.files.importers(target) - self._project.sources.keys())
        return self._outside[target]

    def _of(self, module: Module, word: str) -> Mentioned:
        key = (module.path, word)
        if key not in self._found:
            self._found[key] = self._look(module, word)
        return self._found[key]

    def _look(self, module: Module, word: str) -> Mentioned:
        starts: dict[object, Start] = {}
        aliases: set[str] = set()
        script = False
        for chunk in module.chunks:
            if word not in chunk.text or chunk.imports:
                continue
            if not stands_in(word, chunk.text):
                continue  # part of a longer word: not worth a parse
            function = _lone_function(chunk)
            if function is not None:  # its local names are its own: no need to look inside
                starts[function] = Start(module, chunk, function)
                continue
            for mention in self._in_statement(chunk, word):
                aliases.update(mention.aliases)
                if mention.function is not None:
                    starts[mention.function] = Start(module, chunk, mention.function, mention.classes)
                    continue
                script = True
                if mention.classes:
                    starts[mention.classes[0]] = Start(module, chunk, None, mention.classes)
        if script:
            starts[None] = Start(module, module.chunks[0], None)
        known = tuple(self._starts.setdefault(start.key, start) for start in starts.values())
        return Mentioned(known, frozenset(aliases) - {word})

    def _in_statement(self, chunk: Chunk, word: str) -> Iterator[Mention]:
        if chunk not in self._indexes:
            self._indexes[chunk] = MentionIndex()
            self._fill(self._indexes[chunk], chunk, [chunk.module])
        yield from self._indexes[chunk].found.get(word, ())
        for body, index in self._indexes[chunk].bodies.items():
            if word in body.text:
                if body not in self._filled:
                    self._filled.add(body)
                    self._fill(index, chunk, body.body)
                yield from index.found.get(word, ())

    def _fill(self, index: MentionIndex, chunk: Chunk, nodes: Iterable[cst.CSTNode]) -> None:
        try:
            for node in nodes:
                walk(node, index)
        except RecursionError:
            self._problems.setdefault(chunk.path, Problem(chunk.path, TOO_DEEP, chunk.first_line, 1))


def _lone_function(chunk: Chunk) -> cst.FunctionDef | None:
    """The function that a statement defines and does nothing else."""
    if chunk.executes:
        return None
    match chunk.module.body:
        case [cst.FunctionDef(decorators=[]) as function]:
            return function
    return None
