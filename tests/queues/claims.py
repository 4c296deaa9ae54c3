"""Runs fixtures of infrastructure files: their comments say which queues, topics and bindings have to be found in them.

    Orders:  # queue: orders.fifo fifo=yes content=no@14 scope=messageGroup dead=template.yaml#Dead
    # topic: *-orders.fifo fifo=yes content=unknown
    QUEUE_URL: !Ref Orders  # binds: QUEUE_URL template.yaml#Orders
    # problem: syntax error
    # todo: what is not known yet, in words

A claim is about its line, or, alone on a line, about the next one. `-` is a name about which nothing is known. What is
not claimed must not be found, and `fifo` and `content` must always be claimed; `@14` adds the line of the attribute,
`part` says that attributes may be out of sight. Files that cannot have comments have a sibling
`NAME.expected` with lines such as `12 queue: orders.fifo fifo=yes content=no`.

A case is a file directly in `tests/fixtures/queues/<source>/`, or a folder directly in it, which is one project.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqsfifo_lint.model import Attribute, Binding, Declaration, Infrastructure
from sqsfifo_lint.queues.infrastructure import read

FIXTURES = Path(__file__).parent.parent / "fixtures" / "queues"

_CLAIM = re.compile(r"#\s*(queue|topic|binds|problem):\s*(.*?)\s*$")
_EXPECTED = re.compile(r"(\d+) (queue|topic|binds|problem):\s*(.*?)\s*$")
_SHOWN = {"scope": "DeduplicationScope", "limit": "FifoThroughputLimit", "delay": "DelaySeconds"} | {
    "topic-scope": "FifoThroughputScope"
}
_WHERE = {"fifo": "FifoQueue", "topic-fifo": "FifoTopic", "content": "ContentBasedDeduplication"} | _SHOWN


def cases() -> list[Path]:
    """All cases, in order."""
    return [item for source in sorted(FIXTURES.iterdir()) for item in sorted(source.iterdir()) if _is_case(item)]


def _is_case(item: Path) -> bool:
    return item.suffix != ".expected"


def load(case: Path) -> dict[str, bytes]:
    """The files of a case, by their paths in the project."""
    files = sorted(case.rglob("*")) if case.is_dir() else [case]
    root = case if case.is_dir() else case.parent
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files if file.is_file() and _is_case(file)}


def claimed(case: Path) -> Counter[str]:
    """What the comments of a case, and the files beside it, claim."""
    root = case if case.is_dir() else case.parent
    found: Counter[str] = Counter()
    for path, data in load(case).items():
        lines = data.decode("utf-8", "replace").split("\n")
        for number, line in enumerate(lines, 1):
            for match in _CLAIM.finditer(line):
                alone = not line[: match.start()].strip()
                found[f"{path}:{_target(lines, number) if alone else number} {match[1]}: {match[2]}"] += 1
        beside = root / f"{path}.expected"
        if beside.exists():
            for line in beside.read_text().splitlines():
                expectation = _EXPECTED.fullmatch(line)
                assert expectation is not None, f"{beside}: {line}"
                found[f"{path}:{expectation[1]} {expectation[2]}: {expectation[3]}"] += 1
    return found


def _target(lines: list[str], number: int) -> int:
    """The next line that is not a claim."""
    while number < len(lines) and _CLAIM.search(lines[number]) and lines[number].lstrip().startswith("#"):
        number += 1
    return number + 1


def found(infrastructure: Infrastructure, wanted: Mapping[str, int]) -> Iterator[str]:
    """What was found, in the words of claims; details are included if the claim for the same line includes them."""
    asked: dict[str, str] = {}
    for claim in wanted:
        head, _, rest = claim.partition(" ")
        asked.setdefault(f"{head} {' '.join(rest.split()[:2])}", rest)
    for declaration in infrastructure.declarations:
        kind = "queue" if declaration.service == "sqs" else "topic"
        head = f"{declaration.span.path}:{declaration.span.line} {kind}: {declaration.name or '-'}"
        yield f"{head} {' '.join(_details(declaration, asked.get(head, '')))}"
    for binding in infrastructure.bindings:
        yield f"{binding.span.path}:{binding.span.line} binds: {binding.variable} {binding.queue}"
    for problem in infrastructure.problems:
        head = f"{problem.path}:{problem.line} problem:"
        fragment = next((claim.split(": ", 1)[1] for claim in wanted if claim.startswith(head)), "")
        yield f"{head} {fragment if fragment and fragment in problem.message else problem.message}"


def _details(declaration: Declaration, claim: str) -> Iterator[str]:
    """The words after the name, in the order of the claim, as far as it has them."""
    told = {"fifo": declaration.fifo.value, "content": declaration.content_based_deduplication.value}
    for word, attribute in _SHOWN.items():
        if attribute in declaration.attributes:
            told[word] = declaration.attributes[attribute].value or "?"
    if declaration.dead_letter:
        told["dead"] = declaration.dead_letter
    if not declaration.complete:
        told["part"] = ""
    words = [re.split("[=@]", word) for word in claim.split()[2:]]
    order = [word[0] for word in words]
    lines = {word[0] for word in words if len(word) == 3}
    for name in sorted(told, key=lambda name: (order.index(name) if name in order else len(order), name)):
        at = f"@{_place(declaration, name).span.line}" if name in lines else ""
        yield f"{name}={told[name]}{at}" if told[name] else name


def _place(declaration: Declaration, word: str) -> Attribute:
    return declaration.attributes[_WHERE[word]]


def check(case: Path) -> list[str]:
    """What is missing and what is too much; nothing if the case passes."""
    wanted = claimed(case)
    infrastructure = read(load(case))
    got = Counter(found(infrastructure, wanted))
    return [f"missed   {claim}" for claim in (wanted - got).elements()] + [
        f"unasked  {claim}" for claim in (got - wanted).elements()
    ]


def places(infrastructure: Infrastructure) -> Iterator[Declaration | Binding | Attribute]:
    """Everything that has a place."""
    for declaration in infrastructure.declarations:
        yield declaration
        yield from declaration.attributes.values()
    yield from infrastructure.bindings
