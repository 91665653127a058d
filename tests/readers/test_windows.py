"""Windows events: XML, rows of log tables, and event log files; any bytes in any format."""

import io
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.matcher.view import View

from tocsin.errors import EventError
from tocsin.readers import (
    evtx,
    jsonl,
    rows,
    xml,
)
from tocsin.readers.opening import READERS
from tocsin.readers.record import Reader, Record

from .helpers import events, read, reasons

# XML

EVENT = (
    b"<Event xmlns='x'><System><Provider Name='Linux-Sysmon' Guid='{1}'/><EventID Qualifiers='0'>1"
    b"</EventID><Channel>Linux-Sysmon/Operational</Channel><Correlation/></System>"
    b"<EventData><Data Name='Image'>/bin/a &amp; b</Data><Data Name='User'/><Data>x</Data><Data>y"
    b"</Data><Data>z</Data></EventData></Event>"
)
DECODED = {
    "Event": {
        "#attributes": {"xmlns": "x"},
        "System": {
            "Provider": {"#attributes": {"Name": "Linux-Sysmon", "Guid": "{1}"}},
            "EventID": {"#attributes": {"Qualifiers": "0"}, "#text": "1"},
            "Channel": "Linux-Sysmon/Operational",
            "Correlation": None,
        },
        "EventData": {"Image": "/bin/a & b", "User": "", "Data": ["x", "y", "z"]},
    }
}


@pytest.mark.parametrize(
    "data",
    [
        EVENT,
        EVENT + b"\n",
        b"<?xml version='1.0'?>\n<Events>\n" + EVENT + b"</Events>",
        b"May 11 18:10:20 host sysmon: " + EVENT,
        EVENT.replace(b"><", b">\n <"),
    ],
)
def test_xml_becomes_what_an_event_log_file_gives(data: bytes) -> None:
    assert events(xml.read, data) == [DECODED]


def test_an_element_that_is_cut_off_does_not_take_the_next_one_with_it() -> None:
    data = EVENT[:-9] + b"\n" + EVENT + b"\n" + EVENT[:200]
    assert events(xml.read, data) == [None, DECODED, None]
    assert reasons(xml.read, data)[0].startswith("the element in line 1 is not an event")
    assert reasons(xml.read, data)[1].startswith("the element in line 3 is not an event")


def test_an_element_may_end_anywhere_in_what_is_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xml, "_PIECE", 7)
    assert events(xml.read, EVENT + EVENT) == [DECODED, DECODED]


def test_xml_without_an_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_PIECE", 100)
    monkeypatch.setattr(xml, "LINE_LIMIT", 1000)
    assert events(xml.read, b"<Event>" + b"x" * 5000 + b"\n" + EVENT)[-1] == DECODED


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<Event><a></b></Event>", "mismatched tag"),
        (b"<Event>" + b"<a>" * 100 + b"</Event>", "nests deeper than 64"),
        (b"<Event>&x;</Event>", "undefined entity"),
    ],
)
def test_broken_xml_is_explained(data: bytes, words: str) -> None:
    assert words in reasons(xml.read, data)[0]


def test_entities_of_a_document_are_refused() -> None:
    with pytest.raises(ValueError, match="entities"):
        xml.parse_event(b'<!DOCTYPE x [<!ENTITY a "b">]><Event>&a;</Event>')


def test_a_row_stands_for_the_event_in_its_message() -> None:
    lines = [{"SyslogMessage": EVENT.decode()}, {"SyslogMessage": "plain"}, {"message": "<Event>"}]
    data = b"\n".join(json.dumps(line).encode() for line in lines) + b"\nnonsense"
    assert events(rows.read, data) == [DECODED, lines[1], None, None]
    assert "line 3 " in reasons(rows.read, data)[0]


CONVERTED = {
    "Event": {
        "System": {"Provider": {"@Name": "P"}, "EventID": "1"},
        "EventData": {
            "Data": [
                {"@Name": "Image", "#text": "a.exe"},
                {"#attributes": {"Name": "User"}},
                {"#text": "x"},
                "y",
            ]
        },
    }
}


@pytest.mark.parametrize("reader", [rows.read, READERS["json"]])
def test_data_in_a_list_of_names_stand_under_their_names(reader: Reader) -> None:
    (record,) = read(reader, json.dumps(CONVERTED).encode())
    assert record.event is not None
    assert record.event["Event"]["EventData"] == {
        "Image": "a.exe",
        "User": "",
        "Data": [{"#text": "x"}, "y"],
    }
    assert record.raw is None
    assert View(record.event).values("Image") == ("a.exe",)
    assert View(record.event).values("Data") == ("x", "y")


def test_a_single_piece_of_named_data_stands_under_its_name() -> None:
    event = {"Event": {"EventData": {"Data": {"@Name": "Image", "#text": "a"}}}}
    (record,) = read(rows.read, json.dumps(event).encode())
    assert record.event == {"Event": {"EventData": {"Image": "a"}}}


@pytest.mark.parametrize(
    "event",
    [
        {"Event": {"EventData": {"Data": ["x"]}}},
        {"Event": {"EventData": {"Data": {"#text": ["x"]}}}},
        {"Event": {"EventData": None}},
        {"Event": {"EventData": {"Data": [{"@Name": 1}]}}},
        {"Event": "x"},
        {},
    ],
)
def test_other_events_stay_as_they_are(event: dict[str, Any]) -> None:
    raw = json.dumps(event).encode()
    (record,) = read(rows.read, raw)
    assert (record.event, record.raw) == (event, raw)


def test_every_copy_of_the_same_sysmon_events_reads_alike(data_dir: Path) -> None:
    folder = next((data_dir / "linux").rglob("sysmon"))
    left = events(rows.read, (folder / "otrf-log4shell-syslog-table.jsonl").read_bytes())
    right = events(xml.read, (folder / "otrf-log4shell-sysmon.xml.txt").read_bytes())
    assert left == right
    assert sum(event is None for event in left) == 17


# Windows event logs


def test_an_event_log_file_and_its_json_say_the_same(data_dir: Path) -> None:
    folder = next((data_dir / "sigma-regression").rglob("evtx")).parent
    paths = sorted((folder / "evtx").glob("*.evtx"))[:20]
    assert paths
    for path in paths:
        lines = (folder / "jsonl" / f"{path.stem}.jsonl").read_bytes()
        left = [_data(record) for record in read(evtx.read, path.read_bytes())]
        right = [_data(record) for record in read(jsonl.read, lines)]
        assert left == right


def _data(record: Record) -> Any:
    """Return the named data of an event, as texts."""
    assert record.event is not None
    body = record.event["Event"]
    return {k: str(v) for k, v in (body.get("EventData") or body.get("UserData")).items()}


def test_a_log_file_that_ends_early_says_so(data_dir: Path) -> None:
    data = _some_log(data_dir)
    *_, last = read(evtx.read, data[:5000])
    assert last.problem is not None
    assert last.problem.code == "T806"
    assert "1 of 1 blocks are missing" in last.problem.message


@pytest.mark.parametrize("data", [b"", b"ElfFile\0", b"ElfFile\0" + b"x" * 6000, b"\0" * 5000])
def test_what_is_no_log_file_is_damaged(data: bytes) -> None:
    (record,) = read(evtx.read, data)
    assert record.problem is not None
    assert record.problem.code == "T806"


def test_a_damaged_record_is_counted(data_dir: Path) -> None:
    data = bytearray(_some_log(data_dir))
    position = data.index(b"**\0\0", 4096)
    data[position + 24 : position + 60] = b"\xee" * 36
    records = read(evtx.read, bytes(data))
    assert any(record.problem and record.problem.code == "T801" for record in records)


def test_a_log_file_of_nothing_but_damage_is_given_up(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        """A decoder that fails for ever."""

        def __init__(self, *_: object) -> None:
            """Take the file."""

        def records_json(self) -> Any:
            """Return an iterator that fails."""
            return self

        def __iter__(self) -> Any:
            """Return itself."""
            return self

        def __next__(self) -> Any:
            """Fail."""
            raise RuntimeError("no  good")

    package = ModuleType("evtx")
    package.PyEvtxParser = Broken  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "evtx", package)
    records = read(evtx.read, _some_log(data_dir))
    assert len(records) == 1001
    assert [record.problem.code for record in records[-2:] if record.problem] == ["T801", "T806"]
    assert records[0].problem is not None
    assert records[0].problem.message == "record 0 is not an event: no good"


def test_a_log_file_is_read_from_a_pipe_too(data_dir: Path) -> None:
    data = _some_log(data_dir)

    class Pipe(io.BytesIO):
        """A stream that cannot go back."""

        def seekable(self) -> bool:
            """Return that it cannot."""
            return False

    assert [r.event for r in evtx.read(Pipe(data), "f")] == events(evtx.read, data)


def test_without_the_package_a_log_file_is_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "evtx", None)
    with pytest.raises(EventError) as caught:
        read(evtx.read, b"ElfFile\0")
    (diagnostic,) = caught.value.report
    assert diagnostic.code == "T805"
    assert "tocsin[evtx]" in diagnostic.help


def _some_log(data_dir: Path) -> bytes:
    """Return an event log file of one block."""
    paths = sorted((data_dir / "sigma-regression").rglob("*.evtx"))
    return next(path for path in paths if path.stat().st_size == 69632).read_bytes()


LIKELY = st.sampled_from(
    [
        EVENT,
        b"type=SYSCALL msg=audit(1600000000.001:7): arch=c000003e a0=7f",
        b"#separator \\x09\n#fields\ta\tb\n1\t2\n",
        b"PAR1",
        b"a,b\n1,2\n",
        b"#Fields: a b\n",
        b"ElfFile\0",
        b'"',
        b"\n",
        b"\x1d",
    ]
)


@pytest.mark.parametrize("form", sorted(set(READERS) - {"evtx"}))
@given(st.lists(st.binary(max_size=20) | LIKELY, max_size=6).map(b"".join))
def test_any_bytes_are_read_without_an_exception(form: str, data: bytes) -> None:
    for index, record in enumerate(read(READERS[form], data)):
        assert record.index == index
        assert (record.event is None) is (record.problem is not None)


@given(st.binary(max_size=200), st.integers(0, 5000))
def test_any_damage_of_a_log_file_is_read_without_an_exception(noise: bytes, at: int) -> None:
    header = bytearray(b"ElfFile\0" + b"\0" * 9000)
    header[at : at + len(noise)] = noise
    for record in read(evtx.read, bytes(header)):
        assert (record.event is None) is (record.problem is not None)
