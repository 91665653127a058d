"""Pipes are read in pieces that are as large as what has come, and no byte is waited for long."""

import io
import os
from pathlib import Path

import pytest

from tocsin.readers.pipes import Pipe, is_pipe


def test_what_has_come_is_read_in_one_piece() -> None:
    source, sink = os.pipe()
    with os.fdopen(source, "rb") as raw:
        os.write(sink, b"ab")
        assert raw.peek(1) == b"ab"
        os.write(sink, b"cd")
        pipe, buffer = Pipe(raw), memoryview(bytearray(100))
        assert bytes(buffer[: pipe.readinto(buffer)]) == b"abcd"
        os.write(sink, b"x" * 150)
        os.close(sink)
        assert [pipe.readinto(buffer) for _ in range(4)] == [100, 50, 0, 0]


def test_where_a_pipe_cannot_be_asked_a_full_piece_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("tocsin.readers.pipes.select.select", refuse)
    source, sink = os.pipe()
    with os.fdopen(source, "rb") as raw:
        os.write(sink, b"x" * 30)
        os.close(sink)
        buffer = memoryview(bytearray(20))
        pipe = Pipe(raw)
        assert [pipe.readinto(buffer) for _ in range(3)] == [20, 10, 0]


def test_files_and_bytes_are_no_pipes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (tmp_path / "file").open("rb") as file:
        assert not is_pipe(file)
    assert not is_pipe(io.BytesIO())
    assert not is_pipe(object())
    source, sink = os.pipe()
    os.close(sink)
    with os.fdopen(source, "rb") as raw:
        assert is_pipe(raw)
