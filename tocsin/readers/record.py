"""What every reader yields: a `Record` an event, in the order of the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from tocsin.dsl.diagnostics import Diagnostic
from tocsin.matcher.view import Event


@dataclass(slots=True)
class Record:
    """One event of a file, or the place where a malformed one stands.

    Attributes:
        index: counts the records of the file from 0, malformed ones included.
        event: the event, or `None` where it is malformed.
        raw: the event as UTF-8 JSON in one line, where the reader has it so; else `None`.
        line: the line that it begins in, from 1; 0 for formats without lines.
        problem: what is wrong with a malformed one.
        file: the name of the file as the user knows it.
    """

    index: int
    event: Event | None
    raw: bytes | None = None
    line: int = 0
    problem: Diagnostic | None = None
    file: str = ""


class Reader(Protocol):
    """Turns the bytes of one file into records; raises nothing for what the bytes hold."""

    def __call__(self, stream: BinaryIO, name: str) -> Iterator[Record]:
        """Read a stream from its beginning.

        Args:
            stream: the decompressed bytes.
            name: what messages call the file.
        """
        ...
