"""JSON that is not one event a line: lists, objects over many lines, envelopes of events."""

from collections.abc import Iterator
from typing import BinaryIO

from tocsin.readers.jsontext import parse_event
from tocsin.readers.lines import TOO_LONG
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record
from tocsin.readers.rows import reshape
from tocsin.readers.splitter import Piece, split


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the members of a list, the events in an envelope, or one object after the other."""
    for index, piece in enumerate(split(stream)):
        try:
            yield _record(index, piece, name)
        except ValueError as error:
            problem = malformed(name, f"the value in line {piece.line}", str(error))
            yield Record(index, None, None, piece.line, problem, name)


def _record(index: int, piece: Piece, name: str) -> Record:
    """Return the record of one value.

    Raises:
        ValueError: it is not an event.
    """
    if piece.data is None:
        raise ValueError(TOO_LONG)
    event = parse_event(piece.data) if piece.event is None else piece.event
    raw = piece.data.replace(b"\n", b" ").replace(b"\r", b" ")  # line ends stand outside of texts
    record = Record(index, event, raw, piece.line, None, name)
    reshape(record)
    return record
