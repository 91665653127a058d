"""Bytes become text, or a place where they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.decode import decode_source
from tocsin.dsl.diagnostics import Report


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_with_and_without_marks_are_read(encoding: str) -> None:
    report = Report()
    source = decode_source("f", "é😀\r\n".encode(encoding), report)
    assert source is not None
    assert source.text.lstrip("\ufeff") == "é😀\r\n"
    assert not report


def test_a_bad_byte_is_shown_where_it_stands() -> None:
    report = Report()
    assert decode_source("f.yml", "title: é\nname: ".encode() + b"\xff\n", report) is None
    [diagnostic] = report
    assert diagnostic.code == "T001"
    assert diagnostic.message == "the file is not UTF-8 text"
    assert (diagnostic.path, diagnostic.line, diagnostic.column) == ("f.yml", 2, 7)
    assert diagnostic.labels[0].message == "byte 0xff at offset 16"


def test_half_a_character_of_utf_16_is_reported() -> None:
    report = Report()
    assert decode_source("f", "a".encode("utf-16-le").join([b"\xff\xfe", b"\x00"]), report) is None
    assert report[0].message == "the file is not UTF-16 text"


@given(st.binary())
def test_any_bytes_are_text_or_a_diagnostic(data: bytes) -> None:
    report = Report()
    source = decode_source("f", data, report)
    assert (source is None) is report.has_errors
    for diagnostic in report:
        span = diagnostic.labels[0].span
        assert 0 <= span.start <= span.end
