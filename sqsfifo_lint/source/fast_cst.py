"""All that is done to LibCST to make it fast. Nothing else in the package alters it or uses its private parts.

Four ways, each with a plain one beside it that uses what LibCST documents and leads to the same findings, but where a
program is nested so deeply that one of the two gives up earlier. `WAYS` says what each does, for how long, and what
that gains.

A plain way is taken where a private part is gone in the LibCST that is installed, and all of them are with
`SQSFIFO_LINT_PLAIN_LIBCST=1` in the environment: the first thing to try where a finding looks like a slip of these.

Threads: several may check at once, and others may use LibCST meanwhile. What stands in the place of something of
LibCST's asks which thread is calling, and does in all others what LibCST does. So it does not matter who leaves first,
and no lock is needed: the last one puts LibCST's own back, and who enters at that very moment parses the plain way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import Enum, auto
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from threading import local
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

import libcst as cst

from sqsfifo_lint.source.stack import or_larger
from sqsfifo_lint.source.walk import WITH_BLOCKS

if TYPE_CHECKING:
    from libcst._nodes.internal import CodegenState
else:
    try:
        from libcst._nodes.internal import CodegenState
    except ImportError:
        CodegenState = object

PLAIN = "SQSFIFO_LINT_PLAIN_LIBCST"
"""The environment variable that switches all fast ways off when it is not empty."""


class Way(Enum):
    """What is done to make LibCST fast."""

    TRUST = auto()
    BLANKS = auto()
    POSITIONS = auto()
    DEFERRED = auto()


class Alteration(NamedTuple):
    """What one of the ways means for LibCST."""

    what: str
    altered: str
    """What is another for how long, and who notices."""
    private: tuple[tuple[object, str], ...]
    """The parts of LibCST that must be there: objects, with the names of their attributes."""
    gain: str
    """What it saves of the plain way, measured with LibCST 1.9 and Python 3.11."""


_BLANKS = ("SimpleWhitespace", "Newline")
"""The classes of half of the nodes of a tree."""

WAYS: Mapping[Way, Alteration] = {
    Way.TRUST: Alteration(
        "The nodes that the parser makes are not validated, which is all that `__post_init__` of a node does.",
        "`CSTNode.__post_init__`, as long as a check runs (`trusting`); to assign it for each parse would"
        " empty Python's caches of all node classes each time. It validates, but in a thread that is parsing.",
        ((cst.CSTNode, "__post_init__"),),
        "7 % of the instructions of parsing this package, 5 % besides `BLANKS` (counted by cachegrind).",
    ),
    Way.BLANKS: Alteration(
        "One node stands for all equal blanks. Nobody asks where one of them stands.",
        "The class of the module `libcst`, as long as a text is parsed: to a thread that is parsing, it shows what"
        " remembers the blanks that it made in place of their classes. The module's contents stay as they are.",
        tuple((cst, name) for name in _BLANKS),
        "9 % of the instructions of parsing this package, and nearly half of the nodes that are kept.",
    ),
    Way.POSITIONS: Alteration(
        "As LibCST writes a tree, it is noted at which token each node begins and ends.",
        "Nothing.",
        ((CodegenState, "record_syntactic_position"), (CodegenState, "after_codegen"), (cst.Module, "_codegen")),
        "80 % of the time of LibCST's `PositionProvider`.",
    ),
    Way.DEFERRED: Alteration(
        "The body of a function is parsed when somebody looks into it; see `deferred.py`.",
        "Nothing but the trees that are made here, into which a block is put afterwards.",
        ((cst.IndentedBlock, "_codegen_impl"),),
        "A quarter of splitting and parsing `libcst.codemod`, whose functions are short; of long ones, more.",
    ),
}

ways: frozenset[Way] = frozenset(
    way
    for way, alteration in WAYS.items()
    if not os.environ.get(PLAIN) and all(hasattr(owner, name) for owner, name in alteration.private)
)
"""The ways that are taken in this process. The one place that decides, at import; a test may set others."""


# -- TRUST and BLANKS: parsing

_OWN = {name: getattr(cst, name) for name in _BLANKS if hasattr(cst, name)}
_SHARING = {name: lru_cache(maxsize=1_000)(kind) for name, kind in _OWN.items()}
"""What makes a node for blanks only if there is none like it."""

_here: Any = type("_Here", (local,), {"parsing": False, **_OWN})()
"""What LibCST is to the thread that asks: to one that is not inside the parser, what it is by itself."""

_Shown = type("_Shown", (ModuleType,), {name: property(partial(getattr, _here, name)) for name in _OWN})
"""The parser looks its classes up in the module, where what the class of the module says comes before its contents.

Without a line of Python, for it does so for half of the nodes.
"""

POST_INIT: Callable[[cst.CSTNode], None] = getattr(cst.CSTNode, "__post_init__", lambda node: None)
_checks = set[object]()
"""The checks under way, one object each."""
_parses = set[object]()
"""The texts that are being parsed, one object each."""


def _validate(node: cst.CSTNode) -> None:
    if not _here.parsing:
        POST_INIT(node)


@contextmanager
def trusting() -> Iterator[None]:
    """While a check runs, let the parser make nodes without validating each of them."""
    if Way.TRUST not in ways:
        yield
        return
    check = object()
    _checks.add(check)
    cst.CSTNode.__post_init__ = _validate  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        _checks.discard(check)
        if not _checks:
            cst.CSTNode.__post_init__ = POST_INIT  # type: ignore[assignment, method-assign]


def parse_module(text: str) -> cst.Module:
    """Parse the text of a module. Raises what LibCST raises."""
    if Way.BLANKS not in ways or type(cst) not in (ModuleType, _Shown):
        return _trusted(text)
    parse = object()
    _parses.add(parse)
    vars(_here).update(_SHARING)
    cst.__class__ = _Shown
    try:
        return _trusted(text)
    finally:
        vars(_here).clear()
        _parses.discard(parse)
        if not _parses:
            cst.__class__ = ModuleType


def _trusted(text: str) -> cst.Module:
    _here.parsing = True
    try:
        return cst.parse_module(text)
    finally:
        _here.parsing = False


# -- POSITIONS


class _Region:
    """Notes where a node's own text begins and ends, without the parentheses and blanks around it."""

    __slots__ = ("node", "recorder", "start")

    def __init__(self, recorder: _Recorder, node: cst.CSTNode) -> None:
        self.recorder = recorder
        self.node = node
        self.start = 0

    def __enter__(self) -> None:
        self.start = len(self.recorder.tokens)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.recorder.regions[id(self.node)] = (self.start, len(self.recorder.tokens))


class _Recorder(CodegenState):
    """Generates code and notes for each node which tokens are its own; token numbers become offsets when asked for."""

    regions: dict[int, tuple[int, int]]
    """By `id()` of the node: `hash()` of one is a call of Python code."""
    starts: list[int]

    __slots__ = ("regions", "starts")

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.regions = {}
        self.starts = []

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.starts.append(len(self.tokens))

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.regions.setdefault(id(node), (self.starts.pop(), len(self.tokens)))

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _Region:
        return _Region(self, node)


class Layout(NamedTuple):
    """Where the nodes of one tree stand in the text of its chunk."""

    regions: Mapping[int, tuple[int, int]]
    """By `id()` of the node, the numbers of its first token and of the one after its last."""
    offsets: Sequence[int]
    """Where each token begins, in characters of the chunk's text."""

    @classmethod
    def of(cls, module: cst.Module, start: int) -> Layout:
        """The layout of a tree whose text begins at `start`; without some nodes of one that is nested too deeply."""
        if Way.POSITIONS in ways:
            with suppress(AttributeError, TypeError):  # a part that has become another
                return cls.recorded(module, start)
        return cls.provided(module, start)

    @classmethod
    def recorded(cls, module: cst.Module, start: int) -> Layout:
        """The layout as LibCST writes the module: the fast way, by means of a part of it that may change."""
        recorder = _Recorder(module)

        def written() -> _Recorder:
            nonlocal recorder
            recorder = _Recorder(module)
            module._codegen(recorder)
            return recorder

        with suppress(RecursionError):
            or_larger(written)
        return cls(recorder.regions, list(accumulate(map(len, recorder.tokens), initial=start)))

    @classmethod
    def provided(cls, module: cst.Module, start: int) -> Layout:
        # Here, because a check does not need it, and importing it takes as long as LibCST itself.
        from libcst.metadata import MetadataWrapper, PositionProvider, WhitespaceInclusivePositionProvider

        regions: dict[int, tuple[int, int]] = {}

        def provide() -> None:
            text = module.code
            lines = [0, *(match.end() for match in re.finditer("\n", text))]
            wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
            whole = wrapper.resolve(WhitespaceInclusivePositionProvider)
            for node, own in wrapper.resolve(PositionProvider).items():
                # As it is recorded, what has a block ends after the block's last line break.
                end = (whole[node] if node.__class__ in WITH_BLOCKS else own).end
                regions[id(node)] = (lines[own.start.line - 1] + own.start.column, lines[end.line - 1] + end.column)

        with suppress(RecursionError):
            or_larger(provide)
        return cls(regions, range(start, start + max((last for _, last in regions.values()), default=0) + 1))

    def position(self, node: cst.CSTNode) -> tuple[int, int] | None:
        """Where a node starts and ends, in characters of the chunk's text; None when it is not in the tree."""
        region = self.regions.get(id(node))
        return (self.offsets[region[0]], self.offsets[region[1]]) if region is not None else None


# -- DEFERRED

Parse = Callable[[str, int], cst.Module]
"""Text, and the number of its first line, to tree."""


def put(node: cst.CSTNode, **values: object) -> None:
    """Change fields of a node, which does not let itself be changed."""
    for name, value in values.items():
        object.__setattr__(node, name, value)


class DeferredBlock(cst.IndentedBlock):
    """The body of a function, parsed on the first look at `body`. A block that holds its text stands for it."""

    __slots__ = ("_body", "_parse", "_stub", "cuts", "first_line", "modules", "start", "text")  # type: ignore[misc]

    text: str
    """Its whole lines."""
    first_line: int
    start: int
    """Where `text` begins in the text of its statement, in characters."""
    cuts: Sequence[int]
    """Where in `text` each of the pieces begins that are parsed one by one: the parser takes memory by the piece."""
    modules: Sequence[tuple[int, cst.Module]]
    """What the pieces were parsed to, each with where in the statement it begins; none before a look into it."""
    _body: Sequence[cst.BaseStatement] | None
    _stub: cst.IndentedBlock
    _parse: Parse

    def __init__(
        self,
        stub: cst.IndentedBlock,
        text: str,
        first_line: int,
        start: int,
        parse: Parse,
        cuts: Sequence[int] = (0,),
    ) -> None:
        put(self, header=stub.header, indent=stub.indent, footer=stub.footer, _stub=stub, _parse=parse, _body=None)
        put(self, text=text, first_line=first_line, start=start, cuts=cuts, modules=())

    @property
    def body(self) -> Sequence[cst.BaseStatement]:  # type: ignore[override]
        """Its statements, but for pieces that LibCST cannot parse."""
        if self._body is None:
            line, modules = self.first_line, []
            for start, end in pairwise((*self.cuts, len(self.text))):
                piece = self.text[start:end]
                modules.append((self.start + start, self._parse(piece, line)))
                line += piece.count("\n")
            put(self, modules=modules, _body=tuple(s for _, module in modules for s in _statements(module)))
        assert self._body is not None
        return self._body

    def _codegen_impl(self, state: Any) -> None:
        self._stub._codegen_impl(state)


def _statements(module: cst.Module) -> Sequence[cst.BaseStatement]:
    match module:
        case cst.Module(body=[cst.FunctionDef(body=cst.IndentedBlock(body=statements))]):
            return statements
    return ()
