"""Parquet and Arrow IPC files: rows as events, read through the package `pyarrow`.

A scan hands the batches of `batches` to the compiled matcher as they are; `read` makes each
row a mapping, for those who want events. Dictionaries in the file are kept.
"""

import importlib
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from tocsin.errors import EventError
from tocsin.readers.problems import damaged, missing_package
from tocsin.readers.record import Record

PARQUET = b"PAR1"
ARROW_FILE = b"ARROW1"
ARROW_STREAM = b"\xff\xff\xff\xff"
"""What Parquet files, Arrow files and Arrow streams begin with."""

_ROWS = 1 << 16


class DamagedError(ValueError):
    """The file ends too early, or is not what its beginning says."""


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the rows of a file; nulls are left out, as fields that are missing.

    Raises:
        EventError: the package is not installed.
    """
    index = 0
    try:
        for batch in batches(stream, name):
            for row in batch.to_pylist():
                event = {key: value for key, value in row.items() if value is not None}
                yield Record(index, event, None, 0, None, name)
                index += 1
    except DamagedError as error:
        yield damage(index, name, error)


def damage(index: int, name: str, error: DamagedError) -> Record:
    """Return the record that says that a file is damaged."""
    return Record(index, None, None, 0, damaged(name, str(error)), name)


def batches(stream: BinaryIO, name: str) -> Iterator[Any]:
    """Go through the record batches of a file.

    Raises:
        EventError: the package is not installed.
        DamagedError: the rest of the file cannot be read.
    """
    try:
        arrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise EventError(missing_package(name, "a Parquet or Arrow file", "arrow")) from None
    # both formats are read from their end, so the whole file must be at hand
    data = arrow.py_buffer(stream.read())
    try:
        yield from _batches(arrow, parquet, data)
    except (arrow.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise DamagedError(" ".join(str(error).split())) from None


def _batches(arrow: Any, parquet: Any, data: Any) -> Iterator[Any]:  # noqa: ANN401 - no types
    """Go through the batches of a buffer."""
    head = bytes(data[: len(ARROW_FILE)])
    if head.startswith(PARQUET):
        yield from _parquet_batches(arrow, parquet, data)
    elif head.startswith(ARROW_FILE):
        reader = arrow.ipc.open_file(data)
        yield from (reader.get_batch(number) for number in range(reader.num_record_batches))
    else:
        yield from arrow.ipc.open_stream(io.BytesIO(data))


def _parquet_batches(arrow: Any, parquet: Any, data: Any) -> Iterator[Any]:  # noqa: ANN401
    """Go through the batches of a Parquet file; columns of text keep their dictionaries."""
    schema = parquet.read_schema(arrow.BufferReader(data))
    texts = [
        field.name
        for field in schema
        if arrow.types.is_string(field.type) or arrow.types.is_large_string(field.type)
    ]
    file = parquet.ParquetFile(arrow.BufferReader(data), read_dictionary=texts)
    yield from file.iter_batches(_ROWS)
