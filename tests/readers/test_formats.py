"""The formats that are not JSON, one after the other."""

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
    accesslog,
    auditd,
    delimited,
    evtx,
    jsonl,
    rows,
    text,
    w3c,
    xml,
    zeek_tsv,
)
from tocsin.readers.opening import READERS
from tocsin.readers.record import Reader, Record


def read(reader: Reader, data: bytes) -> list[Record]:
    """Return the records of a file."""
    return list(reader(io.BytesIO(data), "f"))


def events(reader: Reader, data: bytes) -> list[Any]:
    """Return the events of a file, `None` for malformed ones."""
    return [record.event for record in read(reader, data)]


def reasons(reader: Reader, data: bytes) -> list[str]:
    """Return what is said of malformed events."""
    return [record.problem.message for record in read(reader, data) if record.problem]


def test_a_line_of_text_is_its_message() -> None:
    assert events(text.read, b"one\r\n\n  \ntwo \xff\n") == [
        {"message": "one"},
        {"message": "two \N{REPLACEMENT CHARACTER}"},
    ]


@pytest.mark.parametrize("module", [text, auditd, zeek_tsv, w3c, accesslog, jsonl])
def test_a_line_over_the_limit_is_malformed_in_every_format(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "lines", lambda _: iter([(1, None)]))
    (record,) = module.read(io.BytesIO(), "f")
    assert record.event is None
    assert record.problem.message == "line 1 is not an event: it is longer than 64 MiB"


# the audit daemon

SYSCALL = (
    "type=SYSCALL msg=audit(1604996384.965:93777): arch=c000003e syscall=59 a0=558E a1=0 "
    'comm="dd" exe=2F62696E2F6464202864656C6574656429 key="a"\x1dARCH=x86_64 SYSCALL=execve'
)


def test_a_record_is_the_map_of_its_fields() -> None:
    assert auditd.parse_record(SYSCALL) == {
        "type": "SYSCALL",
        "msg": "audit(1604996384.965:93777)",
        "arch": "c000003e",
        "syscall": "59",
        "a0": "558E",
        "a1": "0",
        "comm": "dd",
        "exe": "/bin/dd (deleted)",
        "key": "a",
        "ARCH": "x86_64",
        "SYSCALL": "execve",
    }


def test_arguments_are_decoded_in_the_record_that_has_them() -> None:
    fields = auditd.parse_record(
        'type=EXECVE msg=audit(1.2:3): argc=2 a0="sh" a1=6563686F2061 a1[0]=4142'
    )
    assert fields is not None
    assert (fields["a0"], fields["a1"], fields["a1[0]"], fields["argc"]) == (
        "sh",
        "echo a",
        "AB",
        "2",
    )


def test_the_title_of_a_process_has_blanks_between_its_words() -> None:
    fields = auditd.parse_record("type=PROCTITLE msg=audit(1.2:3): proctitle=617270002D6100")
    assert fields is not None
    assert fields["proctitle"] == "arp -a"


def test_fields_of_an_inner_message_stand_beside_the_others() -> None:
    fields = auditd.parse_record(
        "node=web type=USER_LOGIN msg=audit(1.2:3): pid=1 msg='op=login acct=28696E76616C696429 "
        'exe="/usr/sbin/sshd" res=failed\''
    )
    assert fields == {
        "node": "web",
        "type": "USER_LOGIN",
        "msg": "audit(1.2:3)",
        "pid": "1",
        "op": "login",
        "acct": "(invalid)",
        "exe": "/usr/sbin/sshd",
        "res": "failed",
    }


def test_words_that_are_no_field_stay_with_the_message() -> None:
    fields = auditd.parse_record("type=AVC msg=audit(1.2:3): avc:  denied  { read } for  pid=1")
    assert fields is not None
    assert fields["msg"] == ["audit(1.2:3)", "avc: denied { read } for"]


def test_a_field_that_occurs_again_has_several_values() -> None:
    fields = auditd.parse_record("type=X msg=audit(1.2:3): key=61016201 pid=1 pid=2 pid=3")
    assert fields is not None
    assert fields["pid"] == ["1", "2", "3"]
    assert fields["key"] == ["a", "b", ""]


def test_what_is_no_record_is_malformed() -> None:
    data = SYSCALL.encode() + b"\n----\n\ntype=UNKNOWN[1329] msg=?\n"
    assert events(auditd.read, data) == [auditd.parse_record(SYSCALL), None]
    assert reasons(auditd.read, data)[0].startswith("line 4 is not an event")


def test_audit_records_of_real_hosts_are_read(data_dir: Path) -> None:
    files = sorted((data_dir / "linux").rglob("auditd/*.log"))
    assert files
    kinds = {
        event["type"] for path in files for event in events(auditd.read, path.read_bytes()) if event
    }
    assert {"SYSCALL", "EXECVE", "PATH", "CWD", "PROCTITLE", "USER_LOGIN", "AVC"} <= kinds


# tables


def test_a_row_is_the_map_of_its_cells() -> None:
    data = b'\xef\xbb\xbfImage,Line\r\na.exe,"x, ""y""\r\nz"\r\nb.exe\r\n\r\n'
    assert events(delimited.read, data) == [
        {"Image": "a.exe", "Line": 'x, "y"\r\nz'},
        {"Image": "b.exe"},
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_the_delimiter_is_that_of_the_first_line(delimiter: str) -> None:
    data = f"a{delimiter}b\n1{delimiter}2\n".encode()
    assert events(delimited.read, data) == [{"a": "1", "b": "2"}]


def test_a_row_that_is_too_long_or_not_utf_8_is_malformed() -> None:
    data = b"a,b\n1,2,3\n\xff,2\n\xc3\xa4,2\n"
    assert events(delimited.read, data) == [None, None, {"a": "\xe4", "b": "2"}]
    assert "3 values, not 2" in reasons(delimited.read, data)[0]
    assert "line 3 " in reasons(delimited.read, data)[1]


def test_an_empty_table_has_no_events() -> None:
    assert events(delimited.read, b"") == []
    assert events(delimited.read, b"a,b\n") == []


def test_a_cell_over_the_limit_is_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LINE_LIMIT", 1000)
    data = b"a,b\n" + b"x" * 5000 + b",1\n2,3\n"
    assert None in events(delimited.read, data)


ZEEK = rb"""#separator \x09
#set_separator	,
#empty_field	(empty)
#unset_field	-
#path	smb_files
#open	2024-04-12-19-29-12
#fields	id.orig_h	name	ok	tags	ports	note
#types	addr	string	bool	set[string]	vector[port]	string
10.0.0.1	\\svcctl	T	a,b\x2cc	1,-	-
10.0.0.2	(empty)	F	(empty)	-	\xc3\xa4 \x5c
#close	2024-04-12-19-29-12
"""


def test_zeeks_tables_are_read_as_zeek_means_them() -> None:
    assert events(zeek_tsv.read, ZEEK) == [
        {
            "_path": "smb_files",
            "id.orig_h": "10.0.0.1",
            "name": "\\svcctl",
            "ok": True,
            "tags": ["a", "b,c"],
            "ports": ["1", None],
        },
        {
            "_path": "smb_files",
            "id.orig_h": "10.0.0.2",
            "name": "",
            "ok": False,
            "tags": [],
            "note": "\xe4 \\",
        },
    ]


def test_a_row_of_another_length_than_zeeks_header_is_malformed() -> None:
    assert "it has 1 fields, the header 2" in reasons(zeek_tsv.read, b"#fields\ta\tb\nx\n")[0]


def test_zeeks_tables_need_neither_types_nor_path() -> None:
    assert events(zeek_tsv.read, b"#fields\ta\tb\nx\ty\n") == [{"a": "x", "b": "y"}]


def test_zeeks_tables_and_its_json_say_the_same(data_dir: Path) -> None:
    folder = next((data_dir / "zeek").rglob("zeek-tsv")).parent
    for name in ("dce_rpc", "smb_files", "kerberos", "ftp"):
        table = (folder / "zeek-tsv" / f"{name}.log").read_bytes()
        lines = (folder / "zeek-json" / f"{name}.json").read_bytes()
        fields = ("uid", "name", "named_pipe", "operation", "service", "arg", "command", "_path")
        left = sorted(_some(event, fields) for event in events(zeek_tsv.read, table))
        right = sorted(_some(event, fields) for event in events(jsonl.read, lines))
        assert left == right


def _some(event: Any, fields: tuple[str, ...]) -> list[str]:
    """Return some fields of an event as texts."""
    return [str(event.get(field)) for field in fields]


def test_extended_logs_have_their_names_in_a_line() -> None:
    data = (
        b"#Software: Server\r\n#Fields: cs-method cs-uri-stem cs-uri-query cs(User-Agent)\r\n"
        b"GET /a - Mozilla/4.0+(x)\r\nGET\r\n#Fields: cs-method\r\nPUT\r\n"
    )
    assert events(w3c.read, data) == [
        {"cs-method": "GET", "cs-uri-stem": "/a", "cs(User-Agent)": "Mozilla/4.0 (x)"},
        None,
        {"cs-method": "PUT"},
    ]
    assert "it has 1 fields, not 4" in reasons(w3c.read, data)[0]


def test_a_line_of_a_web_server_has_the_fields_of_web_server_rules() -> None:
    line = (
        '10.0.0.1 - bob [10/Oct/2024:13:55:36 +0000] "GET /a.php?x=1 HTTP/1.1" 404 12 '
        '"http://ref/" "curl/8 \\"q\\"" extra'
    )
    assert accesslog.parse_line(line) == {
        "message": line,
        "c-ip": "10.0.0.1",
        "cs-username": "bob",
        "time": "10/Oct/2024:13:55:36 +0000",
        "cs-method": "GET",
        "cs-uri-stem": "/a.php",
        "cs-uri-query": "/a.php?x=1",
        "cs-version": "HTTP/1.1",
        "sc-status": "404",
        "sc-bytes": "12",
        "cs-referer": "http://ref/",
        "cs-user-agent": 'curl/8 \\"q\\"',
    }


@pytest.mark.parametrize(
    ("request_line", "method", "target"),
    [("GET /a", "GET", "/a"), ("\\x16\\x03", None, "\\x16\\x03"), ("-", None, "-")],
)
def test_an_odd_request_is_kept(request_line: str, method: str | None, target: str) -> None:
    event = accesslog.parse_line(f'1.2.3.4 - - [t] "{request_line}" 400 -')
    assert event is not None
    assert event.get("cs-method") == method
    assert event["cs-uri-query"] == target


def test_a_line_in_another_form_is_malformed() -> None:
    assert events(accesslog.read, b"\nnonsense\n") == [None]


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
        SYSCALL.encode(),
        ZEEK,
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
