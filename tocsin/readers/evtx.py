"""Windows event log files, decoded by the package `evtx`."""

import importlib
import io
import struct
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from tocsin.errors import EventError
from tocsin.readers.jsontext import parse_event
from tocsin.readers.problems import damaged, malformed, missing_package
from tocsin.readers.record import Record

MAGIC = b"ElfFile\x00"
"""What such a file begins with."""

_HEADER = 4096
_CHUNK = 65536
_COUNT_AT = 42
_MOST_FAULTS = 1000
_IN_MEMORY = 64 << 20


def read(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the records of a file; a damaged one is malformed, and the next ones are read.

    Raises:
        EventError: the package is not installed.
    """
    for record in read_raw(stream, name):
        if record.raw is None:
            yield record
            continue
        try:
            record.event = parse_event(record.raw)
        except ValueError as error:
            record.problem = malformed(name, f"record {record.index}", str(error))
        yield record


def read_raw(stream: BinaryIO, name: str) -> Iterator[Record]:
    """Read the records of a file as JSON that is not looked at.

    Raises:
        EventError: the package is not installed.
    """
    try:
        package = importlib.import_module("evtx")
    except ImportError:
        raise EventError(missing_package(name, "an event log file", "evtx")) from None
    file, size = _seekable(stream)
    try:
        yield from _blocks(package, file, size, name)
    finally:
        if file is not stream:
            file.close()


def _blocks(package: Any, file: BinaryIO, size: int, name: str) -> Iterator[Record]:  # noqa: ANN401
    """Go through the records of all blocks, and say if some are missing."""
    try:
        header = file.read(_HEADER)
        file.seek(0)
        parser = package.PyEvtxParser(file, 1)
    except (OSError, RuntimeError) as error:
        yield _damage(0, name, _reason(error))
        return
    yield from _records(parser, name)
    count = struct.unpack_from("<H", header, _COUNT_AT)[0]
    if size < _HEADER + count * _CHUNK:
        missing = count - max(0, size - _HEADER) // _CHUNK
        yield _damage(0, name, f"it ends early, {missing} of {count} blocks are missing")


def _records(parser: Any, name: str) -> Iterator[Record]:  # noqa: ANN401 - no types
    """Go through the records of a parser."""
    records = iter(parser.records_json())
    index = faults = 0
    while faults < _MOST_FAULTS:
        try:
            raw = next(records)["data"].encode()
            yield Record(index, None, raw, 0, None, name)
        except StopIteration:
            return
        except (OSError, RuntimeError, ValueError) as error:
            faults += 1
            problem = malformed(name, f"record {index}", _reason(error))
            yield Record(index, None, None, 0, problem, name)
        index += 1
    yield _damage(index, name, f"{_MOST_FAULTS} of its records cannot be read")


def _damage(index: int, name: str, reason: str) -> Record:
    """Return the record that says that the file is damaged."""
    return Record(index, None, None, 0, damaged(name, reason), name)


def _reason(error: Exception) -> str:
    """Return in one line what the decoder says."""
    return " ".join(str(error).split())


def _seekable(stream: BinaryIO) -> tuple[BinaryIO, int]:
    """Return the file itself, or a copy of it, in which one can go back, and its size."""
    try:
        if stream.seekable():
            size = stream.seek(0, io.SEEK_END)
            stream.seek(0)
            return stream, size
    except OSError:
        pass
    copy = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it goes with the reader
    while piece := stream.read(1 << 20):
        copy.write(piece)
    size = copy.tell()
    copy.seek(0)
    return copy, size  # type: ignore[return-value]
