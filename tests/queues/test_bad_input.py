# ruff: noqa: E501 (hostile files in one line each are easier to compare)
"""Files that are broken, hostile or not what their names say: nothing is raised, and nothing takes long."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

from sqsfifo_lint.model import Infrastructure
from sqsfifo_lint.queues.bounds import MAX_SOURCE, MAX_TEMPLATE
from sqsfifo_lint.queues.infrastructure import is_infrastructure, read
from sqsfifo_lint.queues.kinds import may_declare
from tests.limits import no_hang
from tests.queues.claims import cases, load, places

SECONDS = 5
"""Processor time for one hostile file; most take a hundredth of that."""

ROUNDS = 1200
"""The total number of mutated files."""

TYPE = "AWS::SQS::Queue"


def bomb() -> str:
    """Ten aliases of ten aliases of ..., forty times."""
    lines = ["Resources:", "  A: &a0 {Type: AWS::SQS::Queue, Properties: {QueueName: a.fifo}}"]
    lines += [f"  L{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 40)]
    return "\n".join(lines)


def merge_bomb() -> str:
    lines = ["x0: &x0 {A: a.fifo}"]
    lines += [f"x{n}: &x{n} {{<<: [{', '.join([f'*x{n - 1}'] * 10)}], K{n}: a.fifo}}" for n in range(1, 25)]
    return "\n".join([*lines, "environment: {<<: *x24}"])


def doubling() -> str:
    """Each value is twice the one before."""
    custom = "\n".join(f"  v{n}: ${{self:custom.v{n - 1}}}${{self:custom.v{n - 1}}}" for n in range(1, 60))
    return (
        f"service: s\ncustom:\n  v0: sqs\n{custom}\n"
        "resources: {Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: '${self:custom.v59}'}}}}"
    )


def chain() -> str:
    """Each value refers to the next one."""
    custom = "\n".join(f"  v{n}: ${{self:custom.v{n + 1}}}" for n in range(3000))
    return (
        f"service: s\ncustom:\n{custom}\n"
        "resources: {Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: '${self:custom.v0}'}}}}"
    )


def terraform_doubling() -> str:
    values = "\n".join(f'  v{n} = "${{local.v{n - 1}}}${{local.v{n - 1}}}"' for n in range(1, 60))
    return f'locals {{\n  v0 = "sqs"\n{values}\n}}\nresource "aws_sqs_queue" "q" {{\n  name = local.v59\n}}\n'


def terraform_chain() -> str:
    values = "\n".join(f"  v{n} = local.v{n + 1}" for n in range(3000))
    return f'locals {{\n{values}\n}}\nresource "aws_sqs_queue" "q" {{\n  name = local.v0\n}}\n'


HOSTILE: dict[str, tuple[str, str | bytes]] = {
    "alias bomb": ("a.yaml", bomb()),
    "merge bomb": ("a.yaml", merge_bomb()),
    "circle of aliases": ("a.yaml", "Resources: &r\n  A: {Type: AWS::SQS::Queue, Properties: *r}\n  B: *r\n"),
    "merge of itself": ("a.yaml", f"a: &a\n  Type: {TYPE}\n  <<: *a\n"),
    "doubling": ("serverless.yml", doubling()),
    "chain": ("serverless.yml", chain()),
    "deep flow": ("a.yaml", f"{TYPE}: " + "[" * 50_000),
    "deep blocks": ("a.yaml", "\n".join(" " * n + "a:" for n in range(2000)) + TYPE),
    "deep functions": ("a.yaml", f"Q: {{Type: {TYPE}, Properties: {{QueueName: " + "{'Fn::If': [a, b, " * 300 + "x" + "]}" * 300 + "}}"),
    "deep JSON": ("a.json", '{"a": "AWS::SQS::Queue", "b": ' + '{"a":' * 20_000),
    "open quote": ("a.yaml", f"Type: {TYPE}\na: '" + "x\n" * 100_000),
    "unknown tags": ("a.yaml", f"A: !!python/object/apply:os.system [x]\nB: !Nope {{Type: {TYPE}}}\nC: !<tag:x> {TYPE}\n"),
    "keys that are no text": ("a.yaml", f"? [a, b]\n: {TYPE}\n? {{a: b}}\n: {{Type: {TYPE}, 1: 2, null: 3}}\n"),
    "tabs": ("a.yaml", f"Resources:\n\tA:\n\t\tType: {TYPE}\n"),
    "zero bytes": ("a.yaml", b"Type: AWS::SQS::Queue\n\0\0\0"),
    "another encoding": ("a.yaml", "Type: AWS::SQS::Queue\né".encode("latin-1")),
    "UTF-16": ("a.json", '{"Type": "AWS::SQS::Queue"}'.encode("utf-16")),
    "odd shapes": ("a.yaml", f"Resources: [{TYPE}]\nParameters: x\nMappings: 1\nQ: {{Type: {TYPE}, Properties: [a]}}\nenvironment: [1, [], {{}}]\n"),
    "nested variables": ("a.yaml", f"Type: {TYPE}\nenvironment: {{A: '" + "${sqs:" * 400 + "}" * 400 + "'}"),
    "open variables": ("a.yaml", f"Type: {TYPE}\nenvironment: {{A: '" + "${" * 900 + "'}"),
    "Terraform doubling": ("a.tf", terraform_doubling()),
    "Terraform chain": ("a.tf", terraform_chain()),
    "Terraform parentheses": ("a.tf", 'resource "aws_sqs_queue" "q" {\n  name = ' + "(" * 30_000),
    "Terraform braces": ("a.tf", 'resource "aws_sqs_queue" ' + "{" * 30_000),
    "Terraform blocks": ("a.tf", "a {\n" * 5_000 + "sqs" + "}\n" * 5_000),
    "Terraform quotes": ("a.tf", 'x = "sqs' + '${"' * 10_000),
    "Terraform that is none": ("a.tf", '{"a": {"b": "aws_sqs_queue"}}\n' * 700),
    "Terraform in circles": ("a.tf", 'module "a" {\n  source = "./"\n  sqs = 1\n}\nmodule "b" {\n  source = "../."\n}\n'),
    "Terraform objects": ("a.tf", 'resource "aws_sqs_queue" "q" {\n  redrive_policy = ' + "{ a = " * 3_000 + "1" + "}" * 3_000 + "\n}"),
    "Terraform JSON": ("a.tf.json", '{"resource": {"aws_sqs_queue": ' + '{"q": ' * 3_000),
    "shell substitutions": ("a.sh", "sqs=" + "$(" * 20_000),
    "shell blocks": ("a.sh", "if sqs; then\n" * 2_000),
    "shell quotes": ("a.sh", 'sqs="' + '"$(' * 10_000),
    "shell loops": ("a.sh", "".join(f"for v{n} in 1 2 3 4 5 6 7 8 9; do\n" for n in range(40)) + "aws sqs create-queue --queue-name $v1\n" + "done\n" * 40),
    "shell recursion": ("a.sh", "f() { f a; f b; aws sqs create-queue --queue-name $1; }\nf c\n"),
    "shell doubling": ("a.sh", "A=sqs\n" + "A=$A$A\n" * 60 + "aws sqs create-queue --queue-name $A\n"),
    "shell heredoc": ("a.sh", "aws sqs create-queue <<E\n" * 3_000),
    "HOCON braces": ("a.conf", "queues " + "{ a " * 50_000),
    "HOCON brackets": ("a.conf", "queues { sqs = " + "[" * 50_000 + "}" * 50_000),
    "HOCON quotes": ("a.conf", 'queues { sqs = """' + '"' * 50_001),
    "HOCON dots": ("a.conf", "queues" + ".a" * 50_000 + " = sqs"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(name: str) -> None:
    path, text = HOSTILE[name]
    data = text.encode() if isinstance(text, str) else text
    go_through({path: data}, SECONDS)


def test_random_bytes() -> None:
    source = random.Random(1)
    for name in ("a.yaml", "a.json", "a.tf", "a.tf.json", "a.sh", ".env", "a.conf"):
        for _ in range(10):
            go_through({name: source.randbytes(400) + b"AWS::SQS::Queue aws_sqs_queue create-queue queues"}, SECONDS)


def test_mutated_fixtures() -> None:
    source = random.Random(20)
    for files in itertools.islice(mutations(source), ROUNDS):
        go_through(files, SECONDS)


def mutations(source: random.Random) -> Iterator[dict[str, bytes]]:
    """Fixtures with pieces removed, doubled, swapped or replaced by text that a parser interprets."""
    originals = [load(case) for case in cases()]
    marks = [b"{", b"}", b'"', b"'", b"${", b"!", b"&a ", b"*a ", b"\n", b"\t", b":", b"- ", b"<<", b"%{", b"\\", b"\0"]
    while True:
        files = dict(source.choice(originals))
        name = source.choice(sorted(files))
        data = files[name]
        for _ in range(source.randint(1, 4)):
            start = source.randrange(len(data) + 1)
            end = min(len(data), start + source.choice([0, 1, 1, 2, 10, 80]))
            piece = source.choice([b"", data[start:end] * 2, source.choice(marks), data[end : end + 40]])
            data = data[:start] + piece + data[end:]
        files[name] = data
        yield files


def go_through(files: dict[str, bytes], seconds: float) -> Infrastructure:
    """Read files within `seconds` of processor time, and ask for every place."""
    with no_hang(seconds):
        infrastructure = read(files)
    for item in places(infrastructure):
        assert item.span.path in files
        assert 1 <= item.span.line <= item.span.end_line
        assert item.span.column >= 1
    return infrastructure


def test_large_files_are_told_of_only_when_they_declare_queues() -> None:
    rest = b"#" * MAX_TEMPLATE
    assert read({"a.yaml": b"sqs: 1\n" + rest}) == Infrastructure()
    assert "too large" in read({"a.yaml": b"Type: AWS::SQS::Queue\n" + rest}).problems[0].message
    assert "too large" in read({"a.tf": b'resource "aws_sqs_queue" "q" {}\n' + rest[:MAX_SOURCE]}).problems[0].message


def test_only_files_that_declare_queues_are_problems() -> None:
    assert not read({"a.yaml": b"a: [sqs"}).problems
    assert not read({"a.tf": b"a = = sqs"}).problems
    assert not read({"a.yaml": b"{% if x %}\nType: AWS::SQS::Queue\n: ["}).problems
    assert read({"a.yaml": b"Type: AWS::SQS::Queue\na: ["}).problems


@pytest.mark.parametrize(
    "name",
    [
        "template.yaml",
        "serverless.yml",
        "cdk.template.json",
        "main.tf",
        "main.tf.json",
        "init.sh",
        ".env",
        ".env.local",
        "local.env",
        "docker-compose.override.yml",
        "elasticmq.conf",
        "a/ready.d/01-queues",
        "a/stack.template",
    ],
)
def test_names(name: str) -> None:
    assert is_infrastructure(name)


@pytest.mark.parametrize("name", ["orders.py", "README.md", "a.tfstate", "environment", "ready.d", "a.json5", "env"])
def test_other_names(name: str) -> None:
    assert not is_infrastructure(name)


def test_what_cannot_declare() -> None:
    assert not may_declare(b'{"name": "web", "version": "1.0"}')
    assert not may_declare(b"on: push\njobs: {}\n")
    assert may_declare(b'variable "name" {}')
