"""JSON lines: what is an event, what is not, and how it is reported."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.matcher.view import JsonFloat

from tocsin.readers import jsonl, lines
from tocsin.readers.problems import Tally
from tocsin.readers.record import Record


def read(data: bytes) -> list[Record]:
    """Return the records of a file."""
    return list(jsonl.read(io.BytesIO(data), "f.jsonl"))


def reason(data: bytes) -> str:
    """Return what is said of a file of one malformed line."""
    (record,) = read(data)
    assert record.event is None
    assert record.problem is not None
    return record.problem.message


def test_each_line_is_an_event() -> None:
    assert [record.event for record in read(b'{"a":1}\n{"a":2}\n')] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "data",
    [
        b'\xef\xbb\xbf{"a":1}\n{"a":2}',
        b'{"a":1}\r\n{"a":2}\r\n',
        b'\n{"a":1}\n\n  \t\n{"a":2}\n\n',
        b'  {"a":1}  \n\t{"a":2}\t\n',
    ],
)
def test_marks_line_ends_and_blank_lines_do_not_matter(data: bytes) -> None:
    records = read(data)
    assert [record.event for record in records] == [{"a": 1}, {"a": 2}]
    assert [record.index for record in records] == [0, 1]


def test_the_index_counts_malformed_lines_and_the_line_number_blank_ones() -> None:
    records = read(b'{"a":1}\n\nnonsense\n{"a":2}\n')
    assert [(r.index, r.line, r.event is None) for r in records] == [
        (0, 1, False),
        (1, 3, True),
        (2, 4, False),
    ]
    assert records[1].problem is not None
    assert records[1].problem.code == "T801"
    assert records[1].problem.path == "f.jsonl"
    assert records[1].problem.message.startswith("line 3 is not an event: ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"a":1', "a comma is missing"),
        (b'{"a" 1}', "a colon is missing"),
        (b'{"a":}', "a value is missing"),
        (b"{a:1}", "a name in double quotes is missing"),
        (b'{"a":"x', "a text does not end"),
        (b'{"a":"\x01"}', "a control character"),
        (b'{"a":"\\q"}', "an unknown escape"),
        (b'{"a":"\\u12"}', "a broken `\\u` escape"),
        (b'{"a":1} {"b":2}', "more text after the value"),
        (b"[1]", "it is a list, not an object"),
        (b'"x"', "it is a text, not an object"),
        (b"7", "it is a number, not an object"),
        (b"1.5", "it is a number, not an object"),
        (b"true", "it is a boolean, not an object"),
        (b"null", "it is null, not an object"),
        (b'{"a":NaN}', "`NaN` is not JSON"),
        (b'{"a":-Infinity}', "`-Infinity` is not JSON"),
        (b'{"a":"\xff"}', "byte 7 is not UTF-8"),
        (b"\x00\x00\x00", "a value is missing"),
        (b'{"a":"\x00"}', "a control character"),
    ],
)
def test_a_malformed_line_is_explained(line: bytes, words: str) -> None:
    assert words in reason(line)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_is_limited_without_a_stack_overflow(opening: bytes) -> None:
    assert "deeper than 512 levels" in reason(b'{"a":' + opening * 10_000)
    assert "deeper than 512 levels" in reason(b'{"a":' + opening * 512 + b"1")


def test_nesting_up_to_the_limit_is_read() -> None:
    (record,) = read(b'{"a":' + b"[" * 511 + b"]" * 511 + b"}")
    assert record.event is not None


def test_brackets_in_texts_do_not_nest() -> None:
    (record,) = read(b'{"a":"' + b'\\"[{' * 2000 + b'"}')
    assert record.event is not None


def test_the_last_of_equal_names_counts() -> None:
    assert read(b'{"a":1,"a":2}')[0].event == {"a": 2}


def test_numbers_keep_the_way_they_are_written() -> None:
    long = b"9" * 5000
    (record,) = read(b'{"a":1.50,"b":-0,"c":' + long + b',"d":18446744073709551616,"e":1E400}')
    assert record.event is not None
    event: dict[str, Any] = dict(record.event)
    assert repr(event["a"]) == "1.50"
    assert repr(event["b"]) == "-0"
    assert repr(event["c"]) == long.decode()
    assert event["d"] == 18446744073709551616
    assert isinstance(event["e"], JsonFloat)
    assert event["e"].token == "1E400"


def test_texts_that_look_like_rare_numbers_are_texts() -> None:
    (record,) = read(b'{"a":"x -0 y","b":"2020-05-06","c":"' + b"1" * 5000 + b'"}')
    assert record.event is not None
    assert record.event["b"] == "2020-05-06"


def test_the_raw_line_stands_beside_the_event() -> None:
    assert read(b'\xef\xbb\xbf {"a":1}\r\n')[0].raw == b' {"a":1}'


def test_a_line_of_50_megabytes_is_read() -> None:
    line = b'{"a":"' + b"x" * 50_000_000 + b'"}'
    (record,) = read(line)
    assert record.event is not None
    assert len(record.event["a"]) == 50_000_000


def test_a_line_over_the_limit_is_malformed_and_the_next_one_is_read() -> None:
    data = b'{"a":"' + b"x" * 100 + b'"}\n{"a":1}\n'
    found = list(lines.lines(io.BytesIO(data), limit=20))
    assert found == [(1, None), (2, b'{"a":1}')]


def test_a_line_just_at_the_limit_is_kept() -> None:
    assert list(lines.lines(io.BytesIO(b"12345\r\n12345\n123456\n12345"), limit=5)) == [
        (1, b"12345"),
        (2, b"12345"),
        (3, None),
        (4, b"12345"),
    ]


def test_a_last_line_over_the_limit_ends_the_file() -> None:
    assert list(lines.lines(io.BytesIO(b"1234567"), limit=3)) == [(1, None)]


def test_the_first_malformed_line_is_told_and_the_others_are_summed() -> None:
    tally = Tally("f")
    for record in read(b"x\ny\n{}\nz\n"):
        tally.add(record)
    first, others = tally.diagnostics()
    assert tally.malformed == 3
    assert (first.code, others.code) == ("T801", "T802")
    assert first.message.startswith("line 1 ")
    assert others.message == "2 further malformed events left out"


def test_one_malformed_line_is_not_summed() -> None:
    tally = Tally("f")
    for record in read(b"x\n{}\n"):
        tally.add(record)
    assert len(list(tally.diagnostics())) == 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=3), max_size=5), st.booleans())
def test_what_is_written_is_read(events: list[dict[str, Any]], ascii_only: bool) -> None:
    text = "\n".join(json.dumps(event, ensure_ascii=ascii_only) for event in events)
    records = read(text.encode("utf-8", "surrogatepass" if ascii_only else "replace"))
    assert [record.index for record in records] == list(range(len(events)))
    if ascii_only:
        assert [record.event for record in records] == events


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    for record in read(data):
        assert (record.event is None) is (record.problem is not None)
