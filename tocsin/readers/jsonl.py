"""JSON lines: an event a line."""

from collections.abc import Iterator
from typing import BinaryIO

from tocsin.readers.jsontext import parse_event
from tocsin.readers.lines import TOO_LONG, lines
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the events of a stream; blank lines are none."""
    index = 0
    for number, line in lines(stream):
        if line is not None and (not line or line.isspace()):
            continue
        yield _record(index, number, line, name)
        index += 1


def _record(index: int, number: int, line: bytes | None, name: str) -> Record:
    """Return the record of one line."""
    try:
        if line is None:
            raise ValueError(TOO_LONG)  # noqa: TRY301 - one wording for both
        return Record(index, parse_event(line), line, number, None, name)
    except ValueError as error:
        problem = malformed(name, f"line {number}", str(error))
        return Record(index, None, line, number, problem, name)
