"""Files are opened whatever they are compressed with, and broken ones are read as far as they go."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sqsfifo_lint.evidence import sources as sources_module
from sqsfifo_lint.evidence.presets import PRESETS
from sqsfifo_lint.evidence.reading import Reading, Unrecognized, read
from sqsfifo_lint.evidence.sources import sources
from tests.evidence.logs import history, lambda_lines, s3_export, tail, written

TEXT = tail(lambda_lines(history()))

COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip in two members": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
    "zstd in two frames": lambda data: b"".join(
        zstandard.ZstdCompressor().compress(part) for part in (data[:1000], data[1000:])
    ),
    "bzip2": lambda data: bz2.compress(data, 1),  # in blocks of 100 kB
    "xz": lzma.compress,
}


def read_paths(*paths: Path) -> Reading:
    return read(sources(paths))


@pytest.mark.parametrize("compression", COMPRESSED)
def test_compressed(tmp_path: Path, compression: str) -> None:
    """The name does not matter."""
    path = tmp_path / "a.log"
    path.write_bytes(COMPRESSED[compression](TEXT.encode()))
    reading = read_paths(path)
    assert (len(reading.spans), reading.unread_count, reading.lines) == (12, 0, 48)


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz", "zstd"])
def test_a_file_that_ends_early_is_read_up_to_there(tmp_path: Path, compression: str) -> None:
    noise = random.Random(1)
    # lines that do not compress, so that half of the file has half of the text
    text = "".join(f"{line} {noise.getrandbits(40_000):x}\n" for line in TEXT.splitlines())
    data = COMPRESSED[compression](text.encode())
    path = tmp_path / "a.log.gz"
    path.write_bytes(data[: len(data) // 2])
    reading = read_paths(path)
    assert 0 < len(reading.spans) < 12
    assert [unread.source for unread in reading.unread] == [str(path)]


def test_a_gzip_file_with_rubbish_in_it_is_read_up_to_there(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.log", tmp_path / "bad.log"
    good.write_text(TEXT)
    bad.write_bytes(gzip.compress(TEXT.encode()) + b"rubbish that is no gzip")
    reading = read_paths(good, bad)
    assert (len(reading.spans), reading.spans.repeated) == (12, 12)
    assert [unread.source for unread in reading.unread] == [str(bad)]


def test_a_file_that_is_not_there_does_not_stop_the_others(tmp_path: Path) -> None:
    reading = read_paths(written(tmp_path, TEXT), tmp_path / "missing.log", written(tmp_path, "\0\1\2", "binary"))
    assert len(reading.spans) == 12
    assert [Path(unread.source).name for unread in reading.unread] == ["missing.log", "binary"]


def test_zstd_without_its_library_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "a.zst"
    path.write_bytes(COMPRESSED["zstd"](TEXT.encode()))
    with patch.dict("sys.modules", {"zstandard": None}), pytest.raises(Unrecognized, match=r"sqsfifo-lint\[zstd\]"):
        read_paths(path)


def test_rotated_files_are_read_in_the_order_of_their_times(tmp_path: Path) -> None:
    """Work that begins in one and ends in the next; without IDs, only the order tells which belongs to which."""
    lines = [
        "2025-10-06 08:02:01 worker-1 start\n",
        "2025-10-06 08:02:02 worker-1 done\n2025-10-06 08:02:03 worker-1 start\n",
        "2025-10-06 08:02:04 worker-1 done\n",
    ]
    for name, text in zip(["app.log.2", "app.log.1", "app.log"], lines, strict=True):
        written(tmp_path, text, name)
    reading = read_paths(tmp_path)
    assert [(s.end - s.start, s.worker) for s in reading.spans] == [(1_000_000, "worker-1")] * 2
    assert not reading.spans.starts_without_end.count


def test_files_of_several_hosts_have_workers_of_their_own(tmp_path: Path) -> None:
    text = "2025-10-06 08:02:01 worker-1 start\n2025-10-06 08:02:02 worker-1 done\n"
    for name in ("one.log", "two.log.1", "two.log.2.gz"):
        written(tmp_path, text, name)
    assert sorted(read_paths(tmp_path).spans.workers) == ["one.log worker-1", "two.log worker-1"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(gzip.compress(TEXT.encode()))

    monkeypatch.setattr("sys.stdin", Stdin)
    reading = read_paths(Path("-"))
    assert (len(reading.spans), reading.lines) == (12, 48)


@pytest.mark.parametrize("block", [1, 10, 1000])
def test_blocks_of_any_size(tmp_path: Path, block: int) -> None:
    path = written(tmp_path, TEXT)
    with patch.object(sources_module, "BLOCK", block):
        assert len(read(sources([path]), PRESETS["lambda"], container="tail").spans) == 12


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT + "x" * 5000)
    with patch.object(sources_module, "BLOCK", 1000), patch.object(sources_module, "MAX_LINE", 2000):
        reading = read(sources([path]), PRESETS["lambda"], container="tail")
    assert len(reading.spans) == 12
    assert "longer than 2,000 characters" in reading.unread[0].message


def test_times_that_cannot_be_read_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    text = TEXT + "2025-02-31T08:02:07.098000+00:00 stream START RequestId: 1-2 Version: $LATEST\n" * 30
    reading = read_paths(written(tmp_path, text))
    assert len(reading.spans) == 12
    assert (reading.unread_count, len(reading.unread)) == (30, 10)
    assert [unread.line for unread in reading.unread] == list(range(49, 59))


def test_files_that_tell_nothing_are_named(tmp_path: Path) -> None:
    talk = written(tmp_path, "2025-10-06T08:02:07.098Z hello\n", "talk.log")
    empty = written(tmp_path, "", "empty.log")
    reading = read_paths(written(tmp_path, s3_export(lambda_lines(history()))), talk, empty)
    assert sorted(reading.silent) == [str(empty), str(talk)]
    assert reading.files == 3


def test_what_was_tried_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unrecognized) as error:
        read_paths(written(tmp_path, "2025-10-06T08:02:07.098Z hello\n"))
    for name in PRESETS:
        assert f"{name} (" in str(error.value)
    assert "lines that begin with a time in UTC" in str(error.value)
    with pytest.raises(Unrecognized, match="all files are empty"):
        read_paths(written(tmp_path, "", "empty.log"))


HOSTILE = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(str.encode),
    st.tuples(st.binary(max_size=40), st.integers(0, len(TEXT)), st.integers(0, len(TEXT))).map(
        lambda parts: TEXT[: parts[1]].encode() + parts[0] + TEXT[parts[2] :].encode()
    ),
    st.sampled_from(
        [b"[" * 100_000, b'{"events": [' * 10_000, b'{"a":' * 100_000, b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh"]
    ),
    st.sampled_from([10**30, -1, 1 << 63]).map(
        lambda t: b'{"events": [{"message": "START RequestId: a", "timestamp": %d}]}' % t
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(HOSTILE, st.sampled_from([None, *PRESETS]))
def test_whatever_is_in_a_file_it_is_read_or_complained_about(tmp_path: Path, data: bytes, preset: str | None) -> None:
    path = tmp_path / "hostile.log"
    path.write_bytes(data)
    try:
        reading = read(sources([path]), PRESETS[preset] if preset else None)
    except Unrecognized:
        return
    assert reading.files or reading.unread_count
    assert list(reading.spans) is not None
