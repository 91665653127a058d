"""The formats that are not JSON, one after the other."""

import io
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tocsin.readers import (
    accesslog,
    auditd,
    delimited,
    jsonl,
    text,
    w3c,
    zeek_tsv,
)

from .helpers import events, reasons


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
