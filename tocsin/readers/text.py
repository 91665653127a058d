"""Lines of text: each is the event `{"message": LINE}`."""

from collections.abc import Iterator
from typing import BinaryIO

from tocsin.readers.lines import TOO_LONG, lines
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the lines of a stream; blank ones are no events, stray bytes are U+FFFD."""
    index = 0
    for number, line in lines(stream):
        if line is None:
            problem = malformed(name, f"line {number}", TOO_LONG)
            yield Record(index, None, None, number, problem, name)
        elif line.isspace() or not line:
            continue
        else:
            event = {"message": line.decode("utf-8", "replace")}
            yield Record(index, event, None, number, None, name)
        index += 1
