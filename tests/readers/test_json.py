"""JSON that is not one event a line."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.readers import json as reader
from tocsin.readers import splitter
from tocsin.readers.record import Record
from tocsin.readers.splitter import Piece, is_envelope, split


def read(data: bytes) -> list[Record]:
    """Return the records of a file."""
    return list(reader.read(io.BytesIO(data), "f.json"))


def events(data: bytes) -> list[Any]:
    """Return the events of a file, `None` for malformed ones."""
    return [record.event for record in read(data)]


@pytest.mark.parametrize(
    "data",
    [
        b'[{"a":1},{"a":2}]',
        b'\xef\xbb\xbf\n[\n  {"a": 1},\n  {"a": 2}\n]\n',
        b'{"a":1}\n{"a":2}\n',
        b'{\n "a": 1\n}\n{\n "a": 2\n}',
        b'{"a":1}{"a":2}',
        b'{"Records":[{"a":1},{"a":2}]}',
        b'{ "records" : [ {"a":1} , {"a":2} ] , "more": {"x": [1, "}"]} }',
        b'{"@odata.context":"x","value":[{"a":1},{"a":2}],"@odata.nextLink":"y"}',
        b'{"events":[{"a":1},{"a":2}]}',
        b'{"Records":[{"a":1}]}\n{"Records":[{"a":2}]}\n',
        b'[{"a":1}]\n[{"a":2}]\n',
    ],
)
def test_lists_objects_and_envelopes_give_their_events(data: bytes) -> None:
    records = read(data)
    assert [record.event for record in records] == [{"a": 1}, {"a": 2}]
    assert [record.index for record in records] == [0, 1]


def test_one_object_is_one_event() -> None:
    assert events(b'{\n "a": {"b": [1, 2]},\n "value": [{}]\n}') == [
        {"a": {"b": [1, 2]}, "value": [{}]}
    ]


@pytest.mark.parametrize("data", [b"", b"  \n", b"[]", b"[ \n ]", b'{"Records":[]}'])
def test_nothing_is_no_event(data: bytes) -> None:
    assert events(data) == []


def test_a_broken_member_does_not_take_its_neighbours_with_it() -> None:
    assert events(b'[{"a":1},{"a":},7,{"a":2}]') == [{"a": 1}, None, None, {"a": 2}]


def test_a_malformed_value_is_told_with_its_line() -> None:
    records = read(b'[\n{"a":1},\n\n{"a":}\n]')
    problem = records[1].problem
    assert problem is not None
    assert problem.message.startswith("the value in line 4 is not an event: ")
    assert [record.line for record in records] == [2, 4]


def test_a_file_that_ends_too_early_keeps_what_came_before() -> None:
    assert events(b'[{"a":1},{"a":2},{"a":"x') == [{"a": 1}, {"a": 2}, None]
    assert events(b'{"a":1}\n{"a":') == [{"a": 1}, None]


def test_brackets_and_quotes_in_texts_do_not_count() -> None:
    assert events(rb'[{"a":"]}\"[{,"},{"a":2}]') == [{"a": ']}"[{,'}, {"a": 2}]


def test_the_raw_event_is_one_line() -> None:
    (record,) = read(b'[{\r\n "a": 1\n}]')
    assert record.raw is not None
    assert b"\n" not in record.raw
    assert json.loads(record.raw) == {"a": 1}


def test_stray_closing_brackets_are_malformed_and_harmless() -> None:
    assert events(b'{"a":1}]}{"a":2}')[0] == {"a": 1}
    assert None in events(b'{"a":1}]}{"a":2}')


class Trickle(io.RawIOBase):
    """A stream that gives one byte at a time."""

    def __init__(self, data: bytes) -> None:
        """Give these bytes."""
        super().__init__()
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Give one byte."""
        piece = self._data.read(1)
        buffer[: len(piece)] = piece
        return len(piece)

    def read(self, size: int = -1, /) -> bytes:  # noqa: ARG002 - one at a time, whatever is asked
        """Give one byte."""
        return self._data.read(1)


@pytest.mark.parametrize(
    "data", [b'[{"a":"x\\"y"},{"a":2}]', b'{"Records":[{"a":1}],"b":[{}]}', b'{"a":1} {"b":[2]}']
)
def test_it_does_not_matter_how_the_bytes_arrive(data: bytes) -> None:
    slow: Any = Trickle(data)
    assert list(split(slow)) == list(split(io.BytesIO(data)))


def test_a_value_over_the_limit_is_left_out_and_the_next_one_is_read() -> None:
    data = b'[{"a":[' + b"1," * 200_000 + b'1]},{"a":2}]'
    pieces = list(split(io.BytesIO(data), limit=10_000))
    assert pieces == [Piece(1, None), Piece(1, b'{"a":2}')]


def test_a_text_without_end_does_not_fill_the_memory() -> None:
    pieces = list(split(io.BytesIO(b'[{"a":"' + b"x" * 2_000_000), limit=10_000))
    assert pieces == [Piece(1, None)]


def test_a_value_over_the_limit_is_reported() -> None:
    pieces = split(io.BytesIO(b'[{"a":"' + b"x" * 1_000_000 + b'"}]'), limit=1000)
    assert [piece.data for piece in pieces] == [None]


def test_an_event_over_the_limit_is_malformed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "split", lambda _: iter([Piece(3, None)]))
    (record,) = read(b"")
    assert record.problem is not None
    assert record.problem.message == "the value in line 3 is not an event: it is longer than 64 MiB"


def test_an_event_with_a_list_is_not_taken_for_an_envelope() -> None:
    assert is_envelope(b' {"Records": [')
    assert not is_envelope(b'{"a": 1, "Records": [')
    assert not is_envelope(b'{"Records": {')


def test_a_large_list_is_cut_in_linear_time() -> None:
    data = b"[" + b'{"a":"' + b"\\\\" * 3_000_000 + b'"}' + b"]"
    (piece,) = split(io.BytesIO(data))
    assert piece.data is not None
    assert len(piece.data) == 6_000_008


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
EVENTS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "["]), VALUES, max_size=3), max_size=4)


@given(EVENTS, st.sampled_from([None, 2]), st.booleans())
def test_what_is_written_is_read(
    written: list[dict[str, Any]], indent: int | None, wrapped: bool
) -> None:
    data = json.dumps({"Records": written} if wrapped else written, indent=indent).encode()
    assert events(data) == written
    sequence = "".join(json.dumps(event, indent=indent) for event in written).encode()
    assert events(sequence) == written


@given(st.binary(max_size=100) | st.text('[]{},"\\a1 \n', max_size=30).map(str.encode))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    for index, record in enumerate(read(data)):
        assert record.index == index
        assert (record.event is None) is (record.problem is not None)


@pytest.mark.parametrize("opening", [b"", b"[", b'{"Records":['])
@given(
    parts=st.lists(
        st.sampled_from(
            [b'{"a":1}', b'{"a":[{"b":"]\\""}]}', b",", b",", b"\n", b"]", b"}", b"{", b'"', b"7"]
        )
        | st.binary(max_size=3),
        max_size=12,
    )
)
def test_the_quick_way_cuts_as_the_slow_one_does(opening: bytes, parts: list[bytes]) -> None:
    data = opening + b"".join(parts)
    quick = list(split(io.BytesIO(data)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitter._Splitter, "_run", lambda _: iter(()))
        slow = list(split(io.BytesIO(data)))
    assert quick == slow


def test_objects_that_need_a_closer_look_get_it() -> None:
    deep = b'{"a":' + b"[" * 600 + b"]" * 600 + b"}"
    assert events(b'[{"a":-0},' + deep + b',{"a":2},{"a":1}]')[1:] == [None, {"a": 2}, {"a": 1}]
    assert repr(events(b'[{"a":-0},{"a":1}]')[0]["a"]) == "-0"
    assert events(b'[{"a":1},{"a":"\xff"},{"a":2},{"a":3}]') == [{"a": 1}, None, {"a": 2}, {"a": 3}]
