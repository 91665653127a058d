"""A stream of bytes cut into lines, with bounded memory."""

from collections.abc import Iterator
from typing import BinaryIO

LINE_LIMIT = 64 << 20
"""The longest line that is looked at, in bytes without its end."""

TOO_LONG = f"it is longer than {LINE_LIMIT >> 20} MiB"


def lines(stream: BinaryIO, limit: int = LINE_LIMIT) -> Iterator[tuple[int, bytes | None]]:
    """Go through the lines, counted from 1, without line feed or carriage return at the end.

    A byte order mark at the beginning is left out. `None` stands for a line over the limit.
    """
    number = 0
    while line := stream.readline(limit + 2):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        kept = line.rstrip(b"\r\n")
        if not line.endswith(b"\n") and len(kept) > limit:
            _skip_rest(stream)
            yield number, None
        else:
            yield number, kept if len(kept) <= limit else None


def _skip_rest(stream: BinaryIO) -> None:
    """Read on to the end of the line."""
    while piece := stream.readline(1 << 20):
        if piece.endswith(b"\n"):
            return
