"""Parquet and Arrow files: recognised, read as rows, scanned as columns."""

import gzip
import io
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import tocsin
from tocsin.readers import columns, open_events
from tocsin.scan import Scan

HEAD = {"Channel": "Linux-Sysmon/Operational", "EventID": 3}
ROWS = [
    HEAD | {"Image": "/bin/bash", "DestinationIp": "203.0.113.9"},
    HEAD | {"Image": "/bin/bash", "DestinationIp": "127.0.0.1"},
    HEAD | {"Image": None, "DestinationIp": "203.0.113.9"},
    HEAD | {"Image": "/usr/bin/bash", "DestinationIp": None},
]


def written(folder: Path, form: str) -> Path:
    table = pa.Table.from_pylist(ROWS * 50)
    file = folder / f"events.{form}"
    if form == "parquet":
        parquet.write_table(table, file, compression="zstd")
    else:
        kind = pa.ipc.new_file if form == "arrow" else pa.ipc.new_stream
        with kind(file, table.schema) as writer:
            writer.write_table(table, max_chunksize=64)
    return file


@pytest.mark.parametrize("form", ["parquet", "arrow", "arrows"])
def test_rows_are_events_without_their_nulls(tmp_path: Path, form: str) -> None:
    with open_events(written(tmp_path, form)) as opened:
        events = [record.event for record in opened]
    assert events[:4] == [{k: v for k, v in row.items() if v is not None} for row in ROWS]
    assert len(events) == 200


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("form", ["parquet", "arrow", "arrows"])
def test_a_scan_of_columns_finds_what_a_scan_of_lines_does(
    tmp_path: Path, form: str, jobs: int, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "_ROWS", 32)
    rules = tocsin.load(root / "rules" / "starter" / "linux_reverse_shell.yml")
    scan = Scan(tocsin.compile(rules), [str(written(tmp_path, form))], jobs=jobs)
    found = [(each.index % 4, each.event["Image"]) for each in scan]
    assert found == [(0, "/bin/bash"), (3, "/usr/bin/bash")] * 50
    assert (scan.totals.events, scan.totals.matches) == (200, 100)


@pytest.mark.parametrize("form", ["parquet", "arrow", "arrows"])
def test_packed_columns_and_those_of_a_pipe_are_read(tmp_path: Path, form: str) -> None:
    data = written(tmp_path, form).read_bytes()
    for stream in (io.BytesIO(gzip.compress(data)), io.BufferedReader(Counted(data))):
        with open_events(stream) as opened:
            assert sum(1 for _ in opened) == 200
            assert list(opened.diagnostics()) == []


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_file_that_is_read_from_its_end_need_not_be_in_memory(tmp_path: Path, form: str) -> None:
    with open_events(written(tmp_path, form)) as opened:
        assert isinstance(columns._at_hand(pa, opened.stream), pa.PythonFile)


def test_a_stream_of_batches_is_read_as_it_comes() -> None:
    table = pa.Table.from_pylist([{"a": "x" * 1000}] * 4000)
    made = io.BytesIO()
    with pa.ipc.new_stream(made, table.schema) as writer:
        writer.write_table(table, max_chunksize=100)
    stream = Counted(made.getvalue())
    with open_events(io.BufferedReader(stream)) as opened:
        assert next(iter(opened)).event == {"a": "x" * 1000}
    assert stream.count < len(made.getvalue()) / 2


class Counted(io.RawIOBase):
    """What comes through a pipe, and how much of it has been read."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.data = io.BytesIO(data)
        self.count = 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer, and count."""
        count = self.data.readinto(buffer)
        self.count += count
        return count


def test_of_a_batch_without_matches_only_the_size_is_kept() -> None:
    matcher = tocsin.compile(tocsin.RuleSet())
    [judged] = matcher.judge_rows(pa.RecordBatch.from_pylist(ROWS), 0)
    assert (judged.rows, list(judged), judged._batch) == (4, [], None)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_damaged_file_is_said(tmp_path: Path, jobs: int) -> None:
    file = written(tmp_path, "parquet")
    file.write_bytes(file.read_bytes()[:200])
    scan = Scan(tocsin.compile(tocsin.RuleSet()), [str(file)], jobs=jobs)
    assert list(scan) == []
    assert [d.code for d in scan.problems] == ["T806"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_comes_before_the_damage_is_judged(tmp_path: Path, jobs: int, root: Path) -> None:
    file = written(tmp_path, "arrows")
    file.write_bytes(file.read_bytes()[:-700])
    rules = tocsin.load(root / "rules" / "starter" / "linux_reverse_shell.yml")
    scan = Scan(tocsin.compile(rules), [str(file)], jobs=jobs)
    assert [each.index for each in scan] == [n for n in range(192) if n % 4 in {0, 3}]
    assert scan.totals.events == 192
    assert [d.code for d in scan.problems] == ["T806"]
