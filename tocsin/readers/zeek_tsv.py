"""Zeek's logs in tabs: an event a line, named by the header lines that begin with `#`.

Unset fields are left out and empty ones are empty texts. Sets and vectors are lists, booleans
are booleans, everything else is the text as written, with
escapes undone. `_path` is the
name of the log, as in Zeek's JSON.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tocsin.matcher.view import Event
from tocsin.readers.lines import TOO_LONG, lines
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record

START = b"#separator "
"""What such a file begins with."""

_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|\\)")


@dataclass(slots=True)
class _Header:
    """What the header lines say."""

    separator: str = "\t"
    set_separator: str = ","
    empty: str = "(empty)"
    unset: str = "-"
    path: str = ""
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the events of a stream."""
    header = _Header()
    index = 0
    for number, line in lines(stream):
        if line is not None and line.startswith(b"#"):
            _read_header(header, line.decode("utf-8", "replace"))
        elif line != b"":
            yield _record(header, index, number, line, name)
            index += 1


def _read_header(header: _Header, line: str) -> None:
    """Take over what a header line says."""
    key, _, value = line.partition(" " if line.startswith("#separator") else header.separator)
    match key:
        case "#separator":
            header.separator = _undo(value) or "\t"
        case "#set_separator":
            header.set_separator = _undo(value) or ","
        case "#empty_field":
            header.empty = value
        case "#unset_field":
            header.unset = value
        case "#path":
            header.path = value
        case "#fields":
            header.names = tuple(value.split(header.separator))
        case "#types":
            header.types = tuple(value.split(header.separator))
        case _:
            pass


def _record(header: _Header, index: int, number: int, line: bytes | None, name: str) -> Record:
    """Return the record of one line."""
    if line is None:
        return Record(index, None, None, number, malformed(name, f"line {number}", TOO_LONG), name)
    cells = line.decode("utf-8", "replace").split(header.separator)
    if len(cells) != len(header.names):
        reason = f"it has {len(cells)} fields, the header {len(header.names)}"
        return Record(index, None, None, number, malformed(name, f"line {number}", reason), name)
    return Record(index, _event(header, cells), None, number, None, name)


def _event(header: _Header, cells: list[str]) -> Event:
    """Return the event of the cells of a line."""
    types = header.types if len(header.types) == len(header.names) else ("string",) * len(cells)
    event: dict[str, object] = {"_path": header.path} if header.path else {}
    for field, kind, cell in zip(header.names, types, cells, strict=True):
        if cell != header.unset:
            event[field] = _value(header, kind, cell)
    return event


def _value(header: _Header, kind: str, cell: str) -> object:
    """Return the value of a cell."""
    if kind.startswith(("set[", "vector[")):
        if cell == header.empty:
            return []
        parts = cell.split(header.set_separator)
        return [None if part == header.unset else _undo(part) for part in parts]
    if kind == "bool" and cell in {"T", "F"}:
        return cell == "T"
    return "" if cell == header.empty else _undo(cell)


def _undo(text: str) -> str:
    r"""Return a text with `\xNN` and `\\` undone; several of them may be one UTF-8 character."""
    if "\\" not in text:
        return text
    encoded = _ESCAPE.sub(lambda found: chr(0xDC00 + int(found[1] or "5c", 16)), text)
    parts = re.split("([\udc00-\udcff]+)", encoded)
    return "".join(
        bytes(ord(char) - 0xDC00 for char in part).decode("utf-8", "replace")
        if part and "\udc00" <= part[0] <= "\udcff"
        else part
        for part in parts
    )
