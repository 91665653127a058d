"""Comma-separated values: names in the first line, an event a row.

Semicolons and tabs between the values are recognised by the first line. All values are texts; a
row that is too short lacks its last fields.
"""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from tocsin.readers.lines import LINE_LIMIT
from tocsin.readers.problems import malformed
from tocsin.readers.record import Record


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the events of a stream."""
    csv.field_size_limit(LINE_LIMIT)
    text = io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="")
    first = text.readline(LINE_LIMIT)
    delimiter = max(",;\t", key=first.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    rows = csv.reader(text, delimiter=delimiter)
    index = 0
    while True:
        number = rows.line_num + 2
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield _malformed(index, number, str(error), name)
            index += 1
            continue
        if row:
            yield _record(names, index, number, row, name)
            index += 1


def _record(names: list[str], index: int, number: int, row: list[str], name: str) -> Record:
    """Return the record of one row."""
    if len(row) > len(names):
        return _malformed(index, number, f"it has {len(row)} values, not {len(names)}", name)
    if any(not cell.isascii() and _has_stray_bytes(cell) for cell in row):
        return _malformed(index, number, "it is not UTF-8", name)
    return Record(index, dict(zip(names, row, strict=False)), None, number, None, name)


def _has_stray_bytes(cell: str) -> bool:
    """Return whether bytes of a cell were not UTF-8."""
    return any("\udc80" <= char <= "\udcff" for char in cell)


def _malformed(index: int, number: int, reason: str, name: str) -> Record:
    """Return the record of a row that cannot be read."""
    return Record(index, None, None, number, malformed(name, f"line {number}", reason), name)
