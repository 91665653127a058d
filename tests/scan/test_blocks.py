"""Blocks of lines: nothing is lost, whatever is read at a time and however lines lie across it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.readers.lines import lines
from tocsin.scan.blocks import Block, Blocks

texts = st.lists(st.sampled_from([b"\n", b"\r\n", b"{}", b"line", b"x" * 20]), max_size=30).map(
    b"".join
)
marks = st.sampled_from([b"", b"\xef\xbb\xbf"])


def cut(data: bytes, size: int, limit: int = 1000) -> list[bytes | None]:
    """Return the lines that blocks hold, each block given back at once."""
    found: list[bytes | None] = []
    work = Blocks(io.BufferedReader(io.BytesIO(data), 7), size, limit)
    for block in work:
        found += [None] if block.too_long else text_of(block).splitlines(keepends=True)
        work.give_back(block)
    return found


def text_of(block: Block) -> bytes:
    """Return the lines of a block."""
    return bytes(block.data[block.begin : block.end])


@given(marks, texts, st.integers(3, 50))
def test_lines_come_whole_and_in_order(mark: bytes, data: bytes, size: int) -> None:
    assert cut(mark + data, size) == data.splitlines(keepends=True)


@given(texts, st.integers(3, 9))
def test_lines_over_the_limit_are_told_in_their_place(data: bytes, size: int) -> None:
    found = cut(data, size, limit=10)
    wanted = [line for _, line in lines(io.BytesIO(data), limit=10)]
    kept = [line and line.rstrip(b"\r\n") for line in found]
    assert [line if line is None or len(line) <= 10 else None for line in kept] == wanted


def test_of_a_long_line_nothing_is_kept() -> None:
    data = io.BufferedReader(io.BytesIO(b"a\n" + b"x" * 100_000 + b"\nb\n"), 100)
    found = list(Blocks(data, 64, 500))
    assert [(text_of(block), block.too_long) for block in found] == [
        (b"a\n", False), (b"", True), (b"b\n", False),
    ]  # fmt: skip


def test_behind_a_block_there_is_room_for_those_who_look_further() -> None:
    for block in Blocks(io.BufferedReader(io.BytesIO(b"x\n" * 1000)), 100):
        assert len(block.data) - block.end >= 64


@pytest.mark.parametrize("returned", [True, False])
def test_buffers_are_filled_again_once_they_are_given_back(*, returned: bool) -> None:
    work = Blocks(io.BufferedReader(io.BytesIO(b"x\n" * 1000)), 100)
    kept = []
    for block in work:
        kept.append(block)
        if returned:
            work.give_back(block)
    assert len({id(block.data) for block in kept}) == (1 if returned else 20)
