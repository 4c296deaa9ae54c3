"""A large analysis is done in parts, by several processes, without any effect on what is reported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sqsfifo_lint.run import engine, parts
from sqsfifo_lint.run.parts import parts_of
from sqsfifo_lint.source.project import Project

FIXTURES = Path(__file__).parent / "fixtures"
SEND = b'client.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")\n'


def project(files: dict[str, bytes]) -> Project:
    sources = [(path, data) for path, data in files.items() if SEND in data]
    rest = {path: data for path, data in files.items() if SEND not in data}
    return Project(dict(sources), list(files), rest.__getitem__)


def test_sources_that_lead_to_each_other_stay_together() -> None:
    found = project(
        {
            "a/one.py": SEND,
            "a/two.py": b"from a.one import x\n" + SEND,
            "b/one.py": SEND,
            "b/two.py": SEND,
            "b/both.py": b"from b import one, two\n",
            "c/one.py": b"import common\n" + SEND,
            "d/one.py": b"import common\n" + SEND,
            "common.py": b"x = 1\n",
        }
    ).independent()
    assert found == [["a/one.py", "a/two.py"], ["b/one.py", "b/two.py"], ["c/one.py"], ["d/one.py"]]


def test_a_library_that_sends_joins_those_who_use_it() -> None:
    found = project(
        {
            "a.py": b"import library\n" + SEND,
            "b.py": b"import through\n" + SEND,
            "through.py": b"from library import push\n",
            "library.py": SEND,
            "other.py": SEND,
        }
    ).independent()
    assert found == [["a.py", "b.py", "library.py"], ["other.py"]]


def test_a_very_large_project_is_divided_by_its_top_level_folders() -> None:
    files = {"a/x.py": SEND, "a/y.py": SEND, "b/x.py": SEND}
    many = {f"c/m{number}.py": b"" for number in range(5_000)}
    assert project({**files, **many}).independent() == [["a/x.py", "a/y.py"], ["b/x.py"]]
    assert project({**files, **many, "main.py": b"import a.x, b.x\n"}).independent() == [sorted(files)]


def test_parts_stay_the_same_whatever_is_in_the_files_and_the_largest_comes_first() -> None:
    sources = [(f"m{number}.py", SEND * (number + 1)) for number in range(40)]
    found = parts_of(Project(dict(sources)))
    assert parts.PARTS / 2 < len(found) <= parts.PARTS
    assert sorted(path for part in found for path in part.sources) == sorted(path for path, _ in sources)
    sizes = [sum(map(len, part.sources.values())) for part in found]
    assert sizes == sorted(sizes, reverse=True)
    others = parts_of(Project({name: data + b"\n" * len(name) for name, data in sources}))
    assert {frozenset(part.sources) for part in others} == {frozenset(part.sources) for part in found}
    assert len(parts_of(Project(dict(sources[:3])))) == 1


def test_a_send_that_two_parts_reach_counts_once(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("lib", "app", "filler")}
    for folder in folders.values():
        folder.mkdir()
    for number in range(4_100):
        (folders["filler"] / f"m{number}.py").write_text("")
    long = "# " + "x" * parts.LARGE + "\n"
    (tmp_path / "pyproject.toml").touch()
    (folders["lib"] / "queue.py").write_text(
        f"def push(client, body, group):\n    client.send_message(QueueUrl='o.fifo', MessageBody=body,"
        f" MessageGroupId=group, MessageDeduplicationId=body)\n{long}"
    )
    (folders["app"] / "main.py").write_text(
        f"from lib.queue import push\ndef handle(client, order):\n    push(client, order['body'], 'orders')\n"
        f"    client.send_message(QueueUrl='o', MessageBody=order['b'], MessageGroupId=order['g'])\n{long}"
    )
    report = engine.check([tmp_path])
    assert [(finding.code, finding.span.line) for finding in report.findings] == [("SQF101", 3)]
    assert report.sends == 2


@pytest.mark.parametrize("folder", ["flow", "independent", "projects"])
def test_the_report_is_the_same(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(FIXTURES / folder, tmp_path / folder)
    for marker in ("pyproject.toml", "sqsfifo-lint.toml", "setup.cfg"):
        for path in (tmp_path / folder).rglob(marker):
            path.unlink()
    (tmp_path / "pyproject.toml").touch()
    alone = engine.check([tmp_path])
    assert alone.findings
    assert engine.check([tmp_path], processes=3) == alone
    monkeypatch.setattr(parts, "PARTS", 1)
    whole = engine.check([tmp_path])
    assert whole.findings == alone.findings
    assert (whole.problems, whole.sends, whole.suppressed) == (alone.problems, alone.sends, alone.suppressed)
