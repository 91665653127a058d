"""Parquet and Arrow files: recognised, read as rows, scanned as columns."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import tocsin
from tocsin.readers import open_events
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


@pytest.mark.parametrize("form", ["parquet", "arrow", "arrows"])
def test_a_scan_of_columns_finds_what_a_scan_of_lines_does(
    tmp_path: Path, form: str, root: Path
) -> None:
    rules = tocsin.load(root / "rules" / "starter" / "linux_reverse_shell.yml")
    scan = Scan(tocsin.compile(rules), [str(written(tmp_path, form))])
    found = [(each.index % 4, each.event["Image"]) for each in scan]
    assert found == [(0, "/bin/bash"), (3, "/usr/bin/bash")] * 50
    assert (scan.totals.events, scan.totals.matches) == (200, 100)


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    file = written(tmp_path, "parquet")
    file.write_bytes(file.read_bytes()[:200])
    scan = Scan(tocsin.compile(tocsin.RuleSet()), [str(file)])
    assert list(scan) == []
    assert [d.code for d in scan.problems] == ["T806"]
