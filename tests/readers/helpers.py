"""What the tests of the readers share."""

import io
from typing import Any

from tocsin.readers.record import Reader, Record


def read(reader: Reader, data: bytes) -> list[Record]:
    """Return the records of a file."""
    return list(reader(io.BytesIO(data), "f"))


def events(reader: Reader, data: bytes) -> list[Any]:
    """Return the events of a file, `None` for malformed ones."""
    return [record.event for record in read(reader, data)]


def reasons(reader: Reader, data: bytes) -> list[str]:
    """Return what is said of malformed events."""
    return [record.problem.message for record in read(reader, data) if record.problem]
