"""Web server and proxy logs in the extended format: names in a `#Fields:` line, values in blanks.

A value `-` is a field that the event does not have; a plus sign in a value stands for a blank.
"""

from collections.abc import Iterator
from typing import BinaryIO

from tocsin.readers.lines import TOO_LONG, lines
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record

START = (b"#Software:", b"#Version:", b"#Fields:", b"#Date:")
"""What such a file begins with."""


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the events of a stream."""
    names: list[str] = []
    index = 0
    for number, line in lines(stream):
        if line is not None and line.startswith(b"#"):
            word, _, rest = line.decode("utf-8", "replace").partition(":")
            names = rest.split() if word == "#Fields" else names
        elif line != b"":
            yield _record(names, index, number, line, name)
            index += 1


def _record(names: list[str], index: int, number: int, line: bytes | None, name: str) -> Record:
    """Return the record of one line."""
    cells = [] if line is None else line.decode("utf-8", "replace").split()
    if line is None or len(cells) != len(names):
        reason = TOO_LONG if line is None else f"it has {len(cells)} fields, not {len(names)}"
        return Record(index, None, None, number, malformed(name, f"line {number}", reason), name)
    pairs = zip(names, cells, strict=True)
    event = {field: cell.replace("+", " ") for field, cell in pairs if cell != "-"}
    return Record(index, event, None, number, None, name)
