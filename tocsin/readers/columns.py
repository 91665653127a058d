"""Parquet and Arrow IPC files: rows as events, read through the package `pyarrow`.

A scan hands the batches of `batches` to the compiled matcher as they are; `read` makes each
row a mapping, for those who want events. Dictionaries in the file are kept.
"""

import importlib
import io
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

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
    try:
        yield from _batches(arrow, parquet, stream)
    except (arrow.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise DamagedError(" ".join(str(error).split())) from None


def _batches(arrow: Any, parquet: Any, stream: BinaryIO) -> Iterator[Any]:  # noqa: ANN401 - no types
    """Go through the batches of a stream."""
    head = _head_of(stream)
    if head.startswith(PARQUET):
        yield from _parquet_batches(arrow, parquet, _at_hand(arrow, stream))
    elif head.startswith(ARROW_FILE):
        reader = arrow.ipc.open_file(_at_hand(arrow, stream))
        yield from (reader.get_batch(number) for number in range(reader.num_record_batches))
    else:
        yield from arrow.ipc.open_stream(stream)


def _head_of(stream: BinaryIO) -> bytes:
    """Return the first bytes of a stream, and leave it before them."""
    if not stream.seekable():
        return cast("io.BufferedReader[Any]", stream).peek(len(ARROW_FILE))
    head = stream.read(len(ARROW_FILE))
    stream.seek(0)
    return head


def _at_hand(arrow: Any, stream: BinaryIO) -> Any:  # noqa: ANN401 - no types
    """Return a file that can be read from its end, as these are.

    What is packed, or comes through a pipe, is read into memory for that.
    """
    if stream.seekable():
        return arrow.PythonFile(stream, "r")
    return arrow.BufferReader(stream.read())


def _parquet_batches(arrow: Any, parquet: Any, file: Any) -> Iterator[Any]:  # noqa: ANN401
    """Go through the batches of a Parquet file; columns of text keep their dictionaries."""
    texts = [
        field.name
        for field in parquet.ParquetFile(file).schema_arrow
        if arrow.types.is_string(field.type) or arrow.types.is_large_string(field.type)
    ]
    # read ahead, a file would come to be in memory as a whole
    opened = parquet.ParquetFile(file, read_dictionary=texts, pre_buffer=False)
    yield from opened.iter_batches(_ROWS)
